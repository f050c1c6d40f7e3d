"""The steps that a run saw, with a verdict each: what the lifecycle picture shows, in agreement with the deviations.

A step that leads where the documents say is as good as the requirement that says so. One that leads elsewhere deviates
wherever that requirement fails, and the documented step that should have been taken is red beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fulfillspec.documents.lifecycle import Cell, Edge, Lifecycle, State


@dataclass(frozen=True, slots=True)
class Passage:
    """One time that a step was taken: whether its order had not deviated before, and the exchanges that show it."""

    fine: bool
    exchanges: tuple[int, ...] = ()


Seen = Mapping[tuple[str, str, str, str], list[Passage]]
"""Steps by source, action, target and transport."""

Broken = Mapping[tuple[str, str], str]
"""The verdict of each requirement that is broken over a transport: fail or warn."""


@dataclass(slots=True)
class _Row:
    source: str
    action: str
    target: str
    transport: str
    count: int
    verdict: str
    documented: bool
    edges: tuple[Edge, ...]
    exchanges: tuple[int, ...] = ()
    astray: bool = False
    """Whether it led elsewhere than the requirement of its edges says, and that requirement is broken."""

    def as_row(self, broken: Broken) -> dict[str, Any]:
        rests = dict.fromkeys(edge.requirement for edge in self.edges)
        also = (name for edge in self.edges for name in edge.also if (name, self.transport) in broken)
        return {
            "from": self.source,
            "to": self.target,
            "action": self.action,
            "transport": self.transport,
            "count": self.count,
            "verdict": self.verdict,
            "documented": self.documented,
            "requirements": list(rests | dict.fromkeys(also)),
            "exchanges": list(self.exchanges),
        }


def transitions(
    seen: Seen, lifecycle: Lifecycle, version_over: Callable[[str], str], broken: Broken
) -> list[dict[str, Any]]:
    """Return the rows of `transitions` in the results: the steps that were seen, and documented ones that failed unseen."""
    rows = []
    for (source, action, target, transport), times in seen.items():
        if source == target and action == "set_deadline":
            continue
        row = _step(source, action, target, transport, lifecycle, broken)
        row.count = len(times)
        row.exchanges = next((time.exchanges for time in times if not time.fine), times[0].exchanges)
        if row.verdict == "pass" and not row.documented and not row.edges:
            row.verdict = _undocumented(lifecycle.named(source), action, lifecycle.cells(version_over(transport)))
            row.documented = row.verdict == "open"
            row.verdict = "pass" if row.verdict == "open" else row.verdict
        row.verdict = row.verdict if all(time.fine for time in times) else "fail"
        rows.append(row)
    return [row.as_row(broken) for row in [*rows, *_failed_unseen(rows, lifecycle, broken)]]


def _step(source: str, action: str, target: str, transport: str, lifecycle: Lifecycle, broken: Broken) -> _Row:
    """Return a step by the documented ones from its state: it is one of them, or led elsewhere, or there is none."""
    known = lifecycle.named(source)
    edges = tuple(edge for edge in lifecycle.edges if known and (edge.source, edge.action) == (known.id, action))
    leading = tuple(edge for edge in edges if lifecycle.states[edge.target].matches(target))
    if leading:
        return _Row(source, action, leading[0].target, transport, 0, "pass", documented=True, edges=leading)
    word = worst(edges, transport, broken)
    documented = bool(edges) and word == "pass"
    return _Row(source, action, target, transport, 0, word, documented, edges, astray=word != "pass")


def _undocumented(state: State | None, action: str, cells: tuple[Cell, ...]) -> str:
    """Return the verdict of a step that starts where no documented one does, `open` where the table leaves it open."""
    mine = [cell for cell in cells if state is not None and (cell.state, cell.action) == (state.id, action)]
    if any(cell.outcome != "refuse" for cell in mine):
        return "open"
    levels = {cell.level for cell in mine}
    return "fail" if "must" in levels else "warn" if "should" in levels else "pass"


def _failed_unseen(rows: list[_Row], lifecycle: Lifecycle, broken: Broken) -> Iterator[_Row]:
    """Give each documented step that is at fault the verdict of its requirement; yield those that were not seen at all.

    At fault is the step in whose stead another was seen; where none was seen, every step that rests on the requirement.
    """
    astray = {(row.source, row.action, row.transport) for row in rows if row.astray}
    for (requirement, transport), word in broken.items():
        resting = [edge for edge in lifecycle.edges if requirement in edge.requirements]
        known = [edge for edge in resting if (edge.source, edge.action, transport) in astray]
        for edge in known or resting:
            taken = [row for row in rows if row.transport == transport and edge in row.edges and not row.astray]
            for row in taken:
                row.verdict = word if row.verdict == "pass" else row.verdict
            if not taken:
                yield _Row(edge.source, edge.action, edge.target, transport, 0, word, documented=True, edges=(edge,))


def worst(edges: tuple[Edge, ...], transport: str, broken: Broken) -> str:
    """Return the verdict over a transport of the requirements that some documented steps rest on."""
    words = {broken.get((requirement, transport), "pass") for edge in edges for requirement in edge.requirements}
    return next((word for word in ("fail", "warn") if word in words), "pass")
