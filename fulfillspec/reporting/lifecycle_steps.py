"""What the documents allow and what the run walked, side by side: the content of the lifecycle diagrams."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fulfillspec.documents.lifecycle import Edge, Lifecycle
from fulfillspec.reporting.run import StoredRun, Transition
from fulfillspec.reporting.tally import worst

PLACES = {"service": "Location of a fulfillment service", "merchant": "Location of the merchant"}
"""The kinds of location, each with a diagram of its own."""

UNWALKED = "not-tested"
"""The verdict of a step that the documents allow and the run did not take."""


@dataclass(frozen=True, slots=True)
class StateSpot:
    """A state with its place in a diagram: column and row of a grid."""

    id: str
    column: int
    row: int
    documented: bool = True
    also: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """The status."""
        return pair_of(self.id)[0]

    @property
    def request_status(self) -> str:
        """The request status."""
        return pair_of(self.id)[1]


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """A step with what became of it on each transport of the run; `part`: reached by acting on a part of the units."""

    source: str
    target: str
    action: str
    actor: str
    requirements: tuple[str, ...]
    documented: bool
    by_transport: Mapping[str, str]
    count: int
    part: bool = False
    taken: frozenset[str] = frozenset()
    """The transports over which it was taken."""
    exchanges: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Exchanges that show it, by transport."""

    @property
    def verdict(self) -> str:
        """The verdict that matters most over the transports."""
        return worst(self.by_transport.values())

    @property
    def name(self) -> str:
        """The action in words."""
        return self.action.replace("_", " ") + (" (part)" if self.part else "")


def place_of(state: str) -> str:
    """Return the kind of location in a state's id (`service:open/submitted` → `service`)."""
    return state.partition(":")[0]


def pair_of(state: str) -> tuple[str, str]:
    """Return status and request status in a state's id; what is missing is empty."""
    status, _, request = state.partition(":")[2].partition("/")
    return status, request


def walks(run: StoredRun, documents: Lifecycle) -> tuple[DrawnStep, ...]:
    """Return every documented step and every observed one, joined: documented first, in the order of the file.

    A state that was seen in another documented reading of itself counts as that state.
    """
    seen: dict[tuple[str, str, str], list[Transition]] = {}
    for step in run.transitions:
        seen.setdefault((_named(step.source, documents), _named(step.target, documents), step.action), []).append(step)
    edges = {(edge.source, edge.target, edge.action): edge for edge in documents.edges}
    return tuple(_walk(key, edges.get(key), seen.get(key, []), run.transports) for key in {**edges, **seen})


def _named(state: str, documents: Lifecycle) -> str:
    known = documents.named(state)
    return known.id if known else state


def _walk(
    key: tuple[str, str, str], edge: Edge | None, seen: list[Transition], transports: tuple[str, ...]
) -> DrawnStep:
    named = dict.fromkeys([edge.requirement] if edge else [])
    named |= dict.fromkeys(requirement for step in seen for requirement in step.requirements)
    documented = edge is not None or all(step.documented for step in seen)
    taken = {step.transport for step in seen}
    shown = [name for name in transports if name in taken or (documented and name != "connector")]
    return DrawnStep(
        *key,
        actor=edge.actor if edge else "",
        requirements=tuple(named),
        documented=documented,
        by_transport={name: worst(step.verdict for step in seen if step.transport == name) for name in shown},
        count=sum(step.count for step in seen),
        part=edge.part if edge else False,
        taken=frozenset(step.transport for step in seen if step.count),
        exchanges={step.transport: step.exchanges for step in reversed(seen) if step.exchanges},
    )


def spots(run: StoredRun, documents: Lifecycle, place: str) -> tuple[StateSpot, ...]:
    """Return the states of a kind of location: the documented ones, then those that only the run saw, near by."""
    known = [
        StateSpot(state.id, state.x, state.y, also=state.also)
        for state in documents.states.values()
        if state.place == place
    ]
    cells = {spot.id: (spot.column, spot.row) for spot in known}
    below = max((row for _, row in cells.values()), default=-1) + 1
    across = range(max((column for column, _ in cells.values()), default=0) + 1)
    for step in run.transitions:
        source, target = _named(step.source, documents), _named(step.target, documents)
        for end, other in ((target, source), (source, target)):
            if place_of(end) != place or not any(pair_of(end)) or end in cells:
                continue
            column, row = cells.get(other, (0, below))
            free = [(x, y) for y in range(below + 1) for x in across if (x, y) not in cells.values()]
            free.append((column, below + 1 + len(cells)))
            cells[end] = min(free, key=lambda cell: (abs(cell[0] - column) + abs(cell[1] - row), -cell[1], cell[0]))
            known.append(StateSpot(end, *cells[end], documented=False))
    return tuple(known)
