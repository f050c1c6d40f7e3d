"""The ledger of a run: which requirement was seen to hold or to be broken, where, and what could not be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from fulfillspec.documents.operations import PLAINLY
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.transitions import Passage

judging(__file__, Hears.STEPS)

_SHOWN: Final = 5
"""Exchanges that are named of a reading."""


@dataclass(slots=True)
class Tally:
    """What was seen of one requirement over one transport."""

    held: int = 0
    broken: int = 0
    unseen: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    cases: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeenCell:
    """One cell of the state × action table as met."""

    state: str
    action: str
    actor: str
    transport: str
    expected: str
    level: str | None
    requirement: str | None
    seen: str
    verdict: str
    exchanges: tuple[int, ...]


def cell_verdict(expected: str, level: str | None, seen: str) -> str:
    """Return the verdict of a cell of the table: what the documents expect of it, their level, what was seen."""
    if expected == "refuse" and seen == "accepted":
        return "fail" if level == "must" else "warn"
    return "inconclusive" if seen == "unreached" else "pass"


@dataclass(frozen=True, slots=True)
class Rule:
    """What was to hold after every step of the walks: how often that was checked, and how often it did not."""

    requirement: str
    checked: int
    violations: int


@dataclass(frozen=True, slots=True)
class Explored:
    """What the random walks over one transport came to.

    `budget` are the steps that they were to take in all, `repetitions` the orders spent on shortening what deviated.
    """

    transport: str
    seed: int
    budget: int
    walks: int
    steps: int
    repetitions: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class _Refusal:
    requirement: str
    case: str
    transport: str
    operation: str
    documented: str


@dataclass
class Ledger:
    """Everything judged in a run, in the order it happened. `case` names the case that runs now."""

    case: str = ""
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    deviations: list[Deviation] = field(default_factory=list)
    readings: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    transitions: dict[tuple[str, str, str, str], list[Passage]] = field(default_factory=dict)
    cells: list[SeenCell] = field(default_factory=list)
    hindered: dict[tuple[str, str], str] = field(default_factory=dict)
    invariants: Counter[str] = field(default_factory=Counter)
    explored: list[Explored] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _refusals: list[_Refusal] = field(default_factory=list)
    _twins: set[tuple[str, str]] = field(default_factory=set)
    _seen_twice: set[tuple[str, ...]] = field(default_factory=set)
    _bare: list[Deviation] = field(default_factory=list)
    judged_in_case: int = 0
    touched: set[str] = field(default_factory=set)
    named: frozenset[str] = frozenset()

    def begin(self, case: str, named: frozenset[str] = frozenset()) -> None:
        """Begin a case that names these requirements: what is judged from now on was judged by it."""
        self.case, self.named, self.judged_in_case = case, named, 0
        self.touched.clear()

    def held(self, requirement: str, transport: str) -> None:
        """Note that a requirement was seen to hold."""
        tally = self._tally(requirement, transport)
        tally.held += 1

    def broken(self, deviation: Deviation, *, refused: bool = False) -> None:
        """Note a deviation. One that was seen before only adds to the count and the cases.

        `refused` says that it is one because the operation was refused, and nothing else was seen.
        """
        tally = self._tally(deviation.requirement, deviation.transport)
        tally.broken += 1
        tally.cases[self.case] = None
        if refused:
            self._bare.append(deviation)
        if deviation.identity in self._seen_twice:
            return
        self._seen_twice.add(deviation.identity)
        self.deviations.append(deviation)

    def unseen(self, requirement: str, transport: str, reason: str) -> None:
        """Note that a requirement could not be observed, and which prerequisite was missing."""
        tally = self._tally(requirement, transport)
        if reason not in tally.unseen:
            tally.unseen.append(reason)

    def inapplicable(self, requirement: str, transport: str, reason: str) -> None:
        """Note that a requirement has no meaning for this target or run, and why."""
        tally = self._tally(requirement, transport)
        if reason not in tally.without:
            tally.without.append(reason)

    def left_out(self, reason: str) -> list[str]:
        """Return the requirements that were not judged at all for a reason that they have no meaning."""
        seen = {identity for (identity, _), tally in self.tallies.items() if tally.held or tally.broken}
        named = [identity for (identity, _), tally in self.tallies.items() if reason in tally.without]
        return [identity for identity in dict.fromkeys(named) if identity not in seen]

    def refused(self, requirement: str, transport: str, operation: str, documented: str) -> None:
        """Note a documented refusal that was met. It counts once the operation's twin was accepted in this run."""
        self.judged_in_case += 1
        self.touched.add(requirement)
        self._refusals.append(_Refusal(requirement, self.case, transport, operation, documented))

    def accepted(self, operation: str, transport: str) -> None:
        """Note that an operation was accepted: the twin of its refusals."""
        self._twins.add((operation, transport))

    def reading(self, ambiguity: str, reading: str, transport: str, exchange: int) -> None:
        """Note which reading of an ambiguity the target follows."""
        self.judged_in_case += 1
        seen = self.readings.setdefault((ambiguity, reading, transport), [])
        if len(seen) < _SHOWN and exchange not in seen:
            seen.append(exchange)

    def transition(
        self, source: str, action: str, target: str, transport: str, *, fine: bool, exchanges: tuple[int, ...]
    ) -> None:
        """Note a transition that an action made, and the exchanges that show it."""
        self.transitions.setdefault((source, action, target, transport), []).append(Passage(fine, exchanges))

    def take_in(self, other: Ledger) -> None:
        """Add what another ledger of the run holds, as if it had been entered after all that is here."""
        for key, tally in other.tallies.items():
            mine = self.tallies.setdefault(key, Tally())
            mine.held, mine.broken = mine.held + tally.held, mine.broken + tally.broken
            mine.unseen = [*dict.fromkeys((*mine.unseen, *tally.unseen))]
            mine.without = [*dict.fromkeys((*mine.without, *tally.without))]
            mine.cases |= tally.cases
        self.deviations += [one for one in other.deviations if one.identity not in self._seen_twice]
        self._seen_twice |= other._seen_twice
        for name, numbers in other.readings.items():
            self.readings[name] = [*dict.fromkeys((*self.readings.get(name, ()), *numbers))][:_SHOWN]
        for step, passages in other.transitions.items():
            self.transitions.setdefault(step, []).extend(passages)
        self.cells += other.cells
        self.hindered |= other.hindered
        self.invariants.update(other.invariants)
        self.explored += other.explored
        self.notes += other.notes
        self._refusals += other._refusals
        self._twins |= other._twins

    def renumbered(self, after: int, by: int) -> Ledger:
        """Return what is here with each exchange beyond `after` named by a number that is higher by so much."""

        def moved(numbers: Iterable[int]) -> tuple[int, ...]:
            return tuple(number + by * (number > after) for number in numbers)

        return replace(
            self,
            deviations=[replace(one, exchanges=moved(one.exchanges)) for one in self.deviations],
            readings={name: [*moved(numbers)] for name, numbers in self.readings.items()},
            transitions={
                step: [replace(one, exchanges=moved(one.exchanges)) for one in passages]
                for step, passages in self.transitions.items()
            },
            cells=[replace(one, exchanges=moved(one.exchanges)) for one in self.cells],
        )

    def compare_cells(self) -> None:
        """Judge that REST and GraphQL refuse the same in each cell of the table that both met."""
        met: dict[tuple[str, str, str], dict[str, SeenCell]] = {}
        for cell in self.cells:
            met.setdefault((cell.state, cell.action, cell.actor), {})[cell.transport] = cell
        for (state, action, actor), by in met.items():
            if not {"rest", "graphql"} <= by.keys() or "unreached" in {cell.seen for cell in by.values()}:
                continue
            one, other = by["rest"], by["graphql"]
            for cell in (one, other):
                if one.seen == other.seen:
                    self.held("FO-EQ-REFUSALS", cell.transport)
            if one.seen != other.seen:
                self.broken(
                    Deviation(
                        "FO-EQ-REFUSALS",
                        self.case,
                        "graphql",
                        actor,
                        action,
                        state,
                        f"{action} by {actor} in {state} meets the same over both transports",
                        f"REST: {one.seen}, GraphQL: {other.seen}",
                        (),
                        (*one.exchanges, *other.exchanges),
                        "",
                    )
                )

    def settle(self) -> None:
        """Give the refusals their verdict: without an accepted twin they prove nothing.

        An operation that was never accepted, and has to be, is told once, under the requirement that says so.
        """
        self._gather_missing()
        for refusal in self._refusals:
            case, self.case = self.case, refusal.case
            if (refusal.operation, refusal.transport) in self._twins:
                self.held(refusal.requirement, refusal.transport)
            else:
                hindered = self.hindered.get((refusal.operation, refusal.transport))
                because = f" ({hindered})" if hindered else ""
                reason = f"{refusal.operation} was never accepted in this run{because}, so its refusal proves nothing"
                self.unseen(refusal.requirement, refusal.transport, reason)
            self.case = case
        self._refusals.clear()

    def _gather_missing(self) -> None:
        told = {(found.requirement, found.operation, found.transport) for found in self.deviations}
        beside = []
        for found in self._bare:
            own = PLAINLY.get(found.operation, "")
            missing = (found.operation, found.transport) not in self._twins
            if missing and found.requirement != own and (own, found.operation, found.transport) in told:
                beside.append(found)
                tally = self.tallies[found.requirement, found.transport]
                tally.broken -= 1
                reason = f"{found.operation} was never accepted in this run, which deviates from {own}"
                if reason not in tally.unseen:
                    tally.unseen.append(reason)
        self.deviations = [found for found in self.deviations if found not in beside]
        self._bare.clear()

    def _tally(self, requirement: str, transport: str) -> Tally:
        tally = self.tallies.get((requirement, transport))
        if tally is None:
            tally = self.tallies[requirement, transport] = Tally()
        if self.case and (requirement in self.named or not tally.cases):
            tally.cases[self.case] = None
        self.judged_in_case += 1
        self.touched.add(requirement)
        return tally
