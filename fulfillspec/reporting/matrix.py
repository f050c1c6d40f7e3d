"""The matrix of states and actions: what each action of each actor met in each state, over each transport."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fulfillspec.documents.operations import OPERATIONS
from fulfillspec.documents.register import ACTORS
from fulfillspec.reporting.lifecycle_steps import PLACES, UNWALKED, DrawnStep, pair_of, place_of
from fulfillspec.reporting.run import TRANSPORTS, CellRow, StoredRun
from fulfillspec.reporting.tally import Counts, counts, worst

_ACTIONS = tuple(row.name for row in OPERATIONS if not row.reads)


@dataclass(frozen=True, slots=True)
class CellEntry:
    """One cell on one transport: what was seen and how it is judged."""

    transport: str
    seen: str
    expected: str
    level: str
    verdict: str
    requirement: str
    exchanges: tuple[int, ...]

    @property
    def word(self) -> str:
        """What happened, in one word."""
        return self.seen or "unreached"

    @property
    def said(self) -> str:
        """What the documents say about it."""
        said = {"accept": "the documents promise acceptance", "refuse": "the documents demand a refusal"}
        level = f" ({self.level})" if self.level else ""
        return said.get(self.expected, "the documents leave it open") + level


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a table: the entries that say the same are told together."""

    groups: tuple[tuple[CellEntry, ...], ...]

    @property
    def verdict(self) -> str:
        """The verdict that matters most in the field."""
        return worst(entry.verdict for group in self.groups for entry in group)

    @property
    def expected(self) -> str:
        """What the documents say: accept, refuse or open."""
        return self.groups[0][0].expected


@dataclass(frozen=True, slots=True)
class ActionTable:
    """One actor's table at one kind of location: states down, actions across."""

    place: str
    actor: str
    transports: tuple[str, ...]
    actions: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, str], tuple[Field | None, ...]], ...]
    tally: Counts


def tables(run: StoredRun) -> tuple[ActionTable, ...]:
    """Return a table for each kind of location and actor, states in the order of the results."""
    groups: dict[tuple[str, str], list[CellRow]] = {}
    for cell in run.cells:
        groups.setdefault((place_of(cell.state), cell.actor), []).append(cell)
    order = sorted(groups, key=lambda key: (_place_in(tuple(PLACES), key[0]), _place_in(ACTORS, key[1])))
    return tuple(_table(place, actor, groups[place, actor]) for place, actor in order)


def completed(run: StoredRun, walked: Iterable[DrawnStep]) -> StoredRun:
    """Return the run with a cell for each documented step that has none.

    It was accepted where the run took it, refused where it fails without having been taken, and not reached where its
    requirement could not be observed.
    """
    walked = tuple(walked)
    taken = {(walk.source, walk.action, transport) for walk in walked for transport in walk.taken}
    open_ = {
        (row.id, transport)
        for row in run.requirements
        for transport, word in row.by_transport.items()
        if word == "inconclusive"
    }
    have = {(cell.state, cell.action, cell.transport) for cell in run.cells}
    actors = {cell.action: cell.actor for cell in run.cells}

    def met(walk: DrawnStep, transport: str, verdict: str) -> tuple[str, str]:
        if verdict != UNWALKED:
            return "accepted" if (walk.source, walk.action, transport) in taken else "refused", verdict
        unseen = any((requirement, transport) in open_ for requirement in walk.requirements[:1])
        return ("unreached", "inconclusive") if unseen else ("", UNWALKED)

    added = [
        CellRow(
            state=walk.source,
            action=walk.action,
            actor=walk.actor or actors.get(walk.action, "merchant"),
            transport=transport,
            expected="accept",
            level="",
            seen=seen,
            verdict=word,
            requirement=next(iter(walk.requirements), ""),
            exchanges=walk.exchanges.get(transport, ()),
        )
        for walk in walked
        if walk.documented and not walk.part
        for transport, verdict in walk.by_transport.items()
        for seen, word in [met(walk, transport, verdict)]
        if word != UNWALKED and (walk.source, walk.action, transport) not in have
    ]
    return replace(run, cells=(*run.cells, *added))


def _place_in(known: Sequence[str], name: str) -> int:
    return known.index(name) if name in known else len(known)


def _table(place: str, actor: str, cells: list[CellRow]) -> ActionTable:
    actions = tuple(sorted({cell.action for cell in cells}, key=lambda name: (_place_in(_ACTIONS, name), name)))
    by_place: dict[tuple[str, str], list[CellRow]] = {}
    for cell in cells:
        by_place.setdefault((cell.state, cell.action), []).append(cell)
    states = dict.fromkeys(cell.state for cell in cells)
    rows = tuple(
        (state, pair_of(state), tuple(_field(by_place.get((state, action), [])) for action in actions))
        for state in states
    )
    transports = tuple(name for name in TRANSPORTS if any(cell.transport == name for cell in cells))
    return ActionTable(place, actor, transports, actions, rows, counts(cell.verdict for cell in cells))


def _field(cells: list[CellRow]) -> Field | None:
    if not cells:
        return None
    order = {name: place for place, name in enumerate(TRANSPORTS)}
    groups: dict[tuple[str, str], list[CellEntry]] = {}
    for cell in sorted(cells, key=lambda one: order.get(one.transport, len(order))):
        entry = CellEntry(
            cell.transport, cell.seen, cell.expected, cell.level, cell.verdict, cell.requirement, cell.exchanges
        )
        groups.setdefault((entry.seen, entry.verdict), []).append(entry)
    return Field(tuple(tuple(group) for group in groups.values()))


def refusals(run: StoredRun) -> Mapping[str, tuple[int, int]]:
    """Return per state how many of the demanded refusals held, and how many were demanded."""
    found: dict[str, list[bool]] = {}
    for cell in run.cells:
        if cell.expected == "refuse":
            found.setdefault(cell.state, []).append(cell.seen == "refused" and cell.verdict == "pass")
    return {state: (sum(held), len(held)) for state, held in found.items()}
