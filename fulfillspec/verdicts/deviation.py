"""A requirement seen broken: one record for the ledger, for `results.json` and for all that is made from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from fulfillspec.documents.register import Requirement
from fulfillspec.judge.finding import Difference
from fulfillspec.verdicts.text import cited, words

_NUMBERS = re.compile(r"\d+(?:, \d+)*")
_STORED: Final = (
    "requirement",
    "level",
    "area",
    "case",
    "transport",
    "actor",
    "operation",
    "state",
    "statement",
    "quote",
    "source",
    "documented",
    "received",
    "diff",
    "exchanges",
    "reproduce",
    "baseline",
)
"""The keys of a deviation in `results.json`, in their order."""


@dataclass(frozen=True, slots=True)
class KnownDeviation:
    """An entry of the user's baseline: why a deviation is accepted for now, and where it is followed."""

    reason: str
    link: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """A requirement seen broken: documented against received, with the exchanges that show it.

    What the register says of the requirement comes with `under`.
    """

    requirement: str
    case: str
    transport: str
    actor: str
    operation: str
    state: str | None
    documented: str
    received: str
    diff: tuple[Difference, ...]
    exchanges: tuple[int, ...]
    reproduce: str
    level: str = ""
    area: str = ""
    statement: str = ""
    quote: str = ""
    source: str = ""
    baseline: KnownDeviation | None = None

    def under(self, row: Requirement) -> Deviation:
        """Return the deviation with what the register says of its requirement."""
        return replace(
            self, level=row.level, area=row.area, statement=row.statement, quote=row.quote, source=row.source
        )

    def as_row(self) -> dict[str, Any]:
        """Return the row of `results.json`."""
        diff = [{"path": row.path, "documented": row.documented, "received": row.received} for row in self.diff]
        known = self.baseline and {"reason": self.baseline.reason, "link": self.baseline.link}
        row = {name: getattr(self, name) for name in _STORED}
        return {**row, "diff": diff, "exchanges": list(self.exchanges), "baseline": known}

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Deviation:
        """Return the deviation that a row of `results.json` tells of, as far as it tells."""
        state, baseline = row.get("state"), row.get("baseline")
        return cls(
            requirement=words(row.get("requirement")),
            case=words(row.get("case")),
            transport=words(row.get("transport")),
            actor=words(row.get("actor")),
            operation=words(row.get("operation")),
            state=None if state is None else words(state),
            documented=words(row.get("documented")),
            received=words(row.get("received")),
            diff=tuple(
                Difference(words(part.get("path")), _value(part, "documented"), _value(part, "received"))
                for part in row.get("diff") or ()
            ),
            exchanges=tuple(int(number) for number in row.get("exchanges") or ()),
            reproduce=words(row.get("reproduce")),
            level=words(row.get("level")),
            area=words(row.get("area")),
            statement=words(row.get("statement")),
            quote=words(row.get("quote")),
            source=cited(row.get("source")),
            baseline=KnownDeviation(words(baseline.get("reason")), words(baseline.get("link"))) if baseline else None,
        )

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two deviations the same one seen twice: all but the numbers."""
        paths = tuple(_NUMBERS.sub("#", row.path) for row in self.diff[:1])
        return (
            self.requirement,
            self.transport,
            self.operation,
            _NUMBERS.sub("#", self.documented.split(":")[0]),
            *paths,
        )


def _value(part: Mapping[str, Any], key: str) -> str:
    if key not in part:
        return "(absent)"
    value = part[key]
    return "null" if value is None else words(value)
