"""Server errors that are the target's own: of an operation that is never answered while others are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from fulfillspec.judge.finding import Finding, fails
from fulfillspec.traffic.views import place_of
from fulfillspec.wire.answer import Answer

_OF_SERVERS: Final = frozenset({200, 500, 501})
"""Statuses of a fault that the server tells of itself; others tell that something before it could not reach it."""

_Key = tuple[str, str, str]
"""Origin, transport and operation."""


@dataclass
class Faults:
    """The operations that were answered, and of the others the faults, as long as others were answered between them."""

    _answered: set[_Key] = field(default_factory=set)
    _faults: dict[_Key, list[Answer]] = field(default_factory=dict)
    _others: set[_Key] = field(default_factory=set)

    def take(self, answer: Answer) -> None:
        """Take an answer, or a fault in its place."""
        key = (place_of(answer.exchange), answer.transport, answer.ask.operation)
        if not answer.faulted:
            self._answered.add(key)
            self._others |= {other for other in self._faults if other[0] == key[0] and other != key}
        elif answer.exchange.status in _OF_SERVERS:
            had = self._faults.setdefault(key, [])
            if not had or key in self._others:  # sent again at once, it says nothing more
                had.append(answer)
                self._others.discard(key)

    def findings(self) -> Iterator[tuple[Answer, Finding]]:
        """Yield what deviates, with the last fault of each."""
        for key, faults in self._faults.items():
            if len(faults) > 1 and key not in self._answered:
                documented = f"{key[2]} is answered without a server error"
                received = f"each time a server error, the last: {faults[-1].described()}"
                yield faults[-1], fails("FO-ERR-ANSWERS", documented, received)
