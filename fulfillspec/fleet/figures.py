"""The figures of the board, each of one thing: divergence, coverage, proof. Defined in `docs/fleet.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fulfillspec.reporting.run import RequirementRow, StoredRun
from fulfillspec.verdicts.results import AT_CERTIFY, NO_TRANSPORT, NOT_SELECTED, OTHER_VERSION

LEVELS: Final = ("must", "should")
"""The levels that are counted; a may that is not followed is no divergence."""
_DEVIATING: Final = frozenset({"fail", "warn"})
_JUDGED: Final = _DEVIATING | {"pass"}


@dataclass(frozen=True, slots=True)
class Figures:
    """How many requirements are documented, of those implemented, of those judged, of those deviating."""

    documented: int = 0
    implemented: int = 0
    judged: int = 0
    deviating: int = 0

    @classmethod
    def of(cls, rows: Iterable[RequirementRow], *, selected: bool = False) -> Figures:
        """Count rows of a run; `selected`: the run was told which requirements to judge, and only those count."""
        documented = [row for row in rows if _documented(row, selected=selected)]
        implemented = [row for row in documented if row.verdict != "not-applicable"]
        judged = [row for row in implemented if row.verdict in _JUDGED]
        return cls(len(documented), len(implemented), len(judged), sum(row.verdict in _DEVIATING for row in judged))

    @classmethod
    def read(cls, stored: Mapping[str, int]) -> Figures:
        """Return stored figures; what is absent counts as none."""
        return cls(*(int(stored.get(name, 0)) for name in ("documented", "implemented", "judged", "deviating")))

    @property
    def divergence(self) -> tuple[int, int]:
        """Deviating, of what is implemented and was judged."""
        return self.deviating, self.judged

    @property
    def coverage(self) -> tuple[int, int]:
        """Implemented, of what is documented."""
        return self.implemented, self.documented

    @property
    def proof(self) -> tuple[int, int]:
        """Judged, of what applies."""
        return self.judged, self.implemented


def by_level(run: StoredRun, area: str | None = None) -> dict[str, Figures]:
    """Return the figures of each level of a run, over all areas or in one."""
    selected = any(row.reason == NOT_SELECTED for row in run.requirements)
    rows = [row for row in run.requirements if area in {None, row.area}]
    return {level: Figures.of((row for row in rows if row.level == level), selected=selected) for level in LEVELS}


def by_area(run: StoredRun) -> dict[str, dict[str, Figures]]:
    """Return the figures of each level in each area of a run, in the order of the register."""
    return {area: by_level(run, area) for area in run.areas}


def deviating(run: StoredRun) -> tuple[str, ...]:
    """Return the ids of the requirements that count as deviating."""
    return tuple(row.id for row in run.requirements if row.level in LEVELS and row.verdict in _DEVIATING)


def _documented(row: RequirementRow, *, selected: bool) -> bool:
    """Tell whether the documents ask it of this version, HTTP can show it, and the run was not told to leave it out."""
    if row.verdict == "not-tested":
        return row.reason == AT_CERTIFY
    left_out = selected and row.reason == NO_TRANSPORT
    return not left_out and not row.reason.startswith(OTHER_VERSION)
