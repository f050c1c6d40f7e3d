"""What a target's GraphQL schema turned out to lack: read from its errors, left out of every document from then on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from fulfillspec.evidence.log import Exchange
from fulfillspec.wire import nodes

_FIELD: Final = (
    re.compile(r"Field '(?P<field>\w+)' doesn't exist on type '(?P<type>\w+)'"),
    re.compile(r"Cannot query field [\"'](?P<field>\w+)[\"'] on type [\"'](?P<type>\w+)[\"']"),
)
_ARGUMENT: Final = (
    re.compile(r"Field '(?P<field>\w+)' doesn't accept argument '(?P<argument>\w+)'"),
    re.compile(r"Unknown argument [\"'](?P<argument>\w+)[\"'] on field [\"'](?:\w+\.)?(?P<field>\w+)[\"']"),
)


class Gap(NamedTuple):
    """A name that a target's schema lacks, the exchange that told it, and the operation that exchange was for."""

    name: str
    exchange: int
    operation: str


class Gaps:
    """Names that a target does not know: `Type.field` or `field(argument:)`, shared by all that speak GraphQL to it."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()
        self._new: list[Gap] = []

    def again(self) -> Gaps:
        """Return what goes on from here by itself."""
        other = Gaps()
        other.names = self.names
        return other

    def learn(self, exchange: Exchange) -> bool:
        """Read the errors of an answer; tell whether they name something that was not known to be missing."""
        found = dict.fromkeys(name for name in missing(exchange) if name not in self.names)
        self._new += [Gap(name, exchange.n, exchange.operation) for name in found]
        self.names |= frozenset(found)
        return bool(found)

    def drain(self) -> tuple[Gap, ...]:
        """Return what was learned since the last call."""
        found, self._new = tuple(self._new), []
        return found


def missing(exchange: Exchange) -> Iterator[str]:
    """Give the names that the errors of an answer say the schema lacks; none where the document was executed."""
    if nodes.at(exchange.data, "data") is not None:
        return
    for error in nodes.errors_of(exchange.data):
        said = nodes.at(error, "extensions")
        message = nodes.at(error, "message")
        fields = nodes.at(said, "typeName"), nodes.at(said, "fieldName")
        if nodes.at(said, "code") == "undefinedField" and all(isinstance(part, str) for part in fields):
            yield f"{fields[0]}.{fields[1]}"
        elif isinstance(message, str):
            yield from _of_message(message)


def _of_message(message: str) -> Iterator[str]:
    for pattern in _FIELD:
        if match := pattern.search(message):
            yield f"{match['type']}.{match['field']}"
    for pattern in _ARGUMENT:
        if match := pattern.search(message):
            yield f"{match['field']}({match['argument']}:)"
