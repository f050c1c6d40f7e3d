"""Ways from one state of a fulfillment order to another, as a run showed them.

Each act on one fulfillment order is a step from how that stood before to how it stood after. The steps of all
fulfillment orders of a run make a graph of states; the shortest way through it takes a new fulfillment order to where
another one stood, without the history that the other one had.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fulfillspec.evidence.log import Exchange
from fulfillspec.reproduction.ids import Thing
from fulfillspec.reproduction.rows import OrderRow, OrderState, units_of_lines

_NEVER = 2**62


class WayStep(NamedTuple):
    """An act: its exchange, and the fulfillment order that it was sent to then.

    `parts`: it parted another one from that, which is the whole of what it is sent to now.
    """

    n: int
    sent_to: str
    parts: bool = False


@dataclass
class Ways:
    """How fulfillment orders stood and what was done to them; feed it the exchanges of a run in their order."""

    _rows: dict[str, list[tuple[int, OrderRow]]] = field(default_factory=dict)
    _acts: dict[str, list[int]] = field(default_factory=dict)
    _parts: dict[int, Mapping[str, int]] = field(default_factory=dict)
    _last_part: dict[str, tuple[int, str]] = field(default_factory=dict)
    _parted_by: dict[str, tuple[int, str]] = field(default_factory=dict)
    _of_several: set[int] = field(default_factory=set)
    _home: dict[Thing, str] = field(default_factory=dict)

    def add(
        self, n: int, shown: Iterable[OrderRow], asked: Sequence[Thing], made: Sequence[Thing], act: Exchange | None
    ) -> None:
        """Take in what an exchange showed, named, and made; `act` is the exchange where it changed something."""
        named = self.named(asked)
        if act is not None:
            for identity in named:
                self._acts.setdefault(identity, []).append(n)
            if len(named) > 1:
                self._of_several.add(n)
            if any(thing.kind == "fulfillment_order_line_item" for thing in asked):
                self._parts[n] = units_of_lines(act.request_body)
                self._note_part(n, named)
            if len(named) == 1:
                for thing in made:
                    if thing.kind in {"fulfillment", "fulfillment_hold"}:
                        self._home.setdefault(thing, named[0])
        for row in shown:
            self._see(n, row)

    def _note_part(self, n: int, named: Sequence[str]) -> None:
        row = self.row(named[0]) if len(named) == 1 else None
        for line in row.lines if row else ():
            if line.thing.digits in self._parts[n]:
                self._last_part[line.line_item] = n, named[0]

    def _see(self, n: int, row: OrderRow) -> None:
        before = self.row(row.identity)
        for line in row.lines if before is None else ():
            act, source = self._last_part.get(line.line_item, (0, ""))
            if source != row.identity and self._acts.get(source, [0])[-1] == act > 0:
                self._parted_by[row.identity] = act, source
        if before is not None:
            row = OrderRow(row.identity, row.path, row.lines or before.lines, row.state.over(before.state))
        if before is None or (before.state, before.lines_plain) != (row.state, row.lines_plain):
            self._rows.setdefault(row.identity, []).append((n, row))
            self._home |= {line.thing: row.identity for line in row.lines}

    def named(self, asked: Iterable[Thing]) -> list[str]:
        """Return the fulfillment orders that things are, or belong to."""
        found = (thing.digits if thing.kind == "fulfillment_order" else self._home.get(thing) for thing in asked)
        return [one for one in dict.fromkeys(found) if one is not None]

    def row(self, identity: str, before: int = _NEVER) -> OrderRow | None:
        """Return how a fulfillment order was shown last before an exchange."""
        seen = self._rows.get(identity, [])
        at = bisect_left(seen, before, key=lambda entry: entry[0])
        return seen[at - 1][1] if at else None

    def first(self, identity: str) -> tuple[int, OrderRow] | None:
        """Return the exchange that showed a fulfillment order first, and how it stood there."""
        seen = self._rows.get(identity)
        return seen[0] if seen else None

    def all(self) -> list[str]:
        """Return every fulfillment order that was shown."""
        return list(self._rows)

    def acts(self, identity: str, since: int, until: int) -> list[int]:
        """Return the acts on a fulfillment order from one exchange to another, both of them too."""
        found = self._acts.get(identity, [])
        return found[bisect_left(found, since) : bisect_right(found, until)]

    def shortest(self, start: OrderState, goal: OrderState, own: str, until: int) -> tuple[WayStep, ...] | None:
        """Return the fewest acts that took a fulfillment order from one state to another, None where none did.

        Acts that name line items count where they were on `own`, before `until`, or parted it from another one: what they
        name is not there elsewhere. What is parted counts as moved as a whole where one that is whole stood so, too.
        """
        steps = self._steps(own, until)
        ways: dict[OrderState, tuple[WayStep, ...]] = {start: ()}
        heap = deque([start])
        while heap and goal not in ways:
            here = heap.popleft()
            for step, there in steps.get(here, ()):
                if there not in ways:
                    ways[there] = (*ways[here], step)
                    heap.append(there)
        return ways.get(goal)

    def _steps(self, own: str, until: int) -> dict[OrderState, list[tuple[WayStep, OrderState]]]:
        steps: dict[OrderState, list[tuple[WayStep, OrderState]]] = {}
        parted: list[tuple[WayStep, OrderState, OrderState]] = []
        moves = False
        for identity in sorted(self._acts, key=lambda identity: identity != own):  # its own acts first
            acts = self._acts[identity]
            for n, following in zip(acts, (*acts[1:], _NEVER), strict=True):
                before, after = self.row(identity, n), self.row(identity, following)
                if before is None or after is None or n in self._of_several:
                    continue
                parted += [
                    (WayStep(n, identity, parts=True), before.state, made)
                    for made in self._parted(own, n, following, before)
                ]
                own_alone = n in self._parts and (identity != own or n >= until)
                if before.state != after.state and not own_alone:
                    moves = moves or before.state.location != after.state.location
                    steps.setdefault(before.state, []).append((WayStep(n, identity), after.state))
        whole = self._whole() if parted else set()
        for step, start, end in parted:
            moved = moves or start.location == end.location  # one that moves as a whole keeps its id here
            if moved and end in whole:
                steps.setdefault(start, []).append((step, end))
        return steps

    def parted_from(self, identity: str) -> tuple[int, str] | None:
        """Return the act that parted a fulfillment order from another one, and that other one; None where none did."""
        return self._parted_by.get(identity)

    def _whole(self) -> set[OrderState]:
        """Return how fulfillment orders stood that no act parted from another one."""
        return {
            row.state for identity, seen in self._rows.items() if identity not in self._parted_by for _, row in seen
        }

    def _parted(self, own: str, n: int, following: int, before: OrderRow) -> list[OrderState]:
        """Return how fulfillment orders stood that an act parted, with all line items of `own`, from another one."""
        named = self._parts.get(n)
        wanted = self.row(own)
        if named is None or wanted is None:
            return []
        units = {line.line_item: named[line.thing.digits] for line in before.lines if line.thing.digits in named}
        firsts = (seen[0] for identity, seen in self._rows.items() if identity != before.identity)
        return [
            row.state
            for at, row in firsts
            if n <= at < following and units == row.units and wanted.units.keys() <= units.keys()
        ]
