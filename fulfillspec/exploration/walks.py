"""Random walks over the documented lifecycle: whole histories of one order, where the table takes one step at a time.

A walk begins with a new order (another one when all its work is done) and goes from cell to cell of the table, as
`planning` chooses. Each step is judged as in any case, and afterwards all observers have to agree. The first walk that
meets a deviation repeats ever shorter histories on new orders, and the deviation is reported with the shortest that
shows it.

Not hypothesis: its search and its shrinking replay a history hundreds of times, and a store sells five orders a minute
and two requests a second. A plan drawn from the seed, and few repetitions that begin with the likeliest causes (the
documented way to the state, then the steps on the same line of work), cost one order each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from fulfillspec.acting.session import Tainted, Unobservable
from fulfillspec.acting.step import Step
from fulfillspec.documents.lifecycle import Cell
from fulfillspec.documents.operations import TAKING_REASONS
from fulfillspec.evidence.observation import FulfillmentOrder, Line
from fulfillspec.exploration import effects
from fulfillspec.exploration.effects import Taken
from fulfillspec.exploration.history import Choice, Done, Recipe, Trail, elsewhere, shorter
from fulfillspec.exploration.planning import Planner
from fulfillspec.judge import invariants
from fulfillspec.judge.finding import fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.target.profile import is_loopback
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.ledger import Explored, Ledger, Rule
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

STEPS = 30
"""Steps of a walk."""
USUAL = {"core": 0, "certify": 12 * STEPS}
"""Steps of all walks of a run and transport, unless told otherwise."""
REPETITIONS = 10
"""Orders that may be spent on shortening one deviation."""
PLENTIFUL = 80
"""The same where the target is on this machine and has held nothing back: as many as the shortest history takes."""
SHORTENED = 3
"""Deviations of a run and transport that are shortened; further ones are reported with the whole walk."""

_KINDS = (("service", "movable"), ("service", "movable"), ("movable",))
_QUANTITIES = ((6, 3, 1), (4, 4, 2), (3, 3, 3), (5, 4))
_ASSIGNED = {
    "submitted": ("fulfillment_requested", "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED"),
    "accepted": ("fulfillment_accepted", "FO-ASSIGNED-STATUS-FULFILLMENT-ACCEPTED"),
    "cancellation_requested": ("cancellation_requested", "FO-ASSIGNED-STATUS-CANCELLATION-REQUESTED"),
}
_SHORT_LIST = 50
"""A longer assigned list may go on on another page, so that absence from it says nothing."""
_ANY_OPERATION = frozenset({"FO-ERR-UNCHANGED"})
"""What is judged after several refusals at once, so that the operation named may not be the one to blame."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk that a run is to take: which one (from 1), and of how many steps."""

    number: int
    steps: int

    @property
    def requirements(self) -> frozenset[str]:
        """The requirements that its steps may come to judge."""
        return effects.requirements() | {requirement for _, requirement in _ASSIGNED.values()}


def budget(text: str) -> int:
    """Read the number of steps of all walks. Raise `ValueError` where it is none."""
    steps = int(text)
    if steps < 0:
        raise ValueError(f"expected 0 or more steps, got {steps}")
    return steps


def plan(steps: int | None, depth: str) -> list[Walk]:
    """Return the walks of a run; `steps` are those of all walks, None: as usual at this depth."""
    left = USUAL[depth] if steps is None else steps
    return [Walk(number, min(STEPS, left - first)) for number, first in enumerate(range(0, left, STEPS), 1)]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A step as it can be taken on the order of a trail."""

    order: FulfillmentOrder
    cell: Cell
    arguments: dict[str, Any]
    units: dict[str, int] | None


class Explorer:
    """Walks on the stage of one transport. `seed` and the number of a walk decide everything that is asked.

    `budget` are the steps that its walks are to take in all, None: as usual; it is told, and `plan` keeps it.
    """

    def __init__(self, context: TransportContext, seed: int, budget: int | None = None) -> None:
        self._seed, self._budget = seed, USUAL[context.depth] if budget is None else budget
        self._session, self._stage, self._actors = context.session, context.stage, context.actors
        self._planner, self._target = Planner(context), context.target
        self._throttled = context.session.evidence.throttled
        self._known: set[tuple[str, str]] = set()
        self._named: dict[str, None] = {}
        self._checked, self._violated = Counter[str](), Counter[str]()
        self.walks = self.steps = self.repetitions = 0

    def take(self, walk: Walk) -> None:
        """Take a walk; shorten and report what deviates.

        Raise `Inapplicable` where no order can be made, `Unobservable` where the target stops answering.
        """
        random = Random(f"{self._seed}/{walk.number}")  # noqa: S311 - a plan, no secret
        trail = self._begin(Recipe(random.choice(_KINDS), random.choice(_QUANTITIES)))
        before, counts = len(self._session.ledger.deviations), self._counts()
        self.walks += 1
        try:
            for _ in range(walk.steps):
                choice = self._planner.choose(random, trail)
                if choice is None:  # all work is done: the rest of the walk takes another order
                    trail = self._begin(trail.recipe)
                    choice = self._planner.choose(random, trail)
                if choice is None:
                    break
                refusals = self._planner.refusals(random, trail, choice)
                self._refuse(trail, refusals)
                if trail.id not in self._session.tainted:
                    self._take(trail, replace(choice, number=choice.number + len(refusals)))
                self.steps += 1
                before = self._report(trail, before)
                if trail.id in self._session.tainted:
                    break
        except Tainted:
            pass
        finally:
            self._report(trail, before)
            for requirement, (held, broken) in self._counts().items():
                had, was_broken = counts.get(requirement, (0, 0))
                self._checked[requirement] += held + broken - had - was_broken
                self._violated[requirement] += broken - was_broken

    def _counts(self) -> dict[str, tuple[int, int]]:
        """Return how often each requirement was seen to hold and to be broken over this transport."""
        tallies = self._session.ledger.tallies
        return {
            name: (tally.held, tally.broken) for (name, over), tally in tallies.items() if over == self._session.name
        }

    def tell(self) -> None:
        """Enter into the results what the walks came to."""
        if self.walks:
            rules = tuple(Rule(name, self._checked[name], self._violated[name]) for name in self._named)
            self._session.ledger.explored.append(
                Explored(self._session.name, self._seed, self._budget, self.walks, self.steps, self.repetitions, rules)
            )

    def judged(self, *requirements: str) -> None:
        """Name what holds after every step, for `tell`; note those that no walk of this run has come to."""
        self._named |= dict.fromkeys(requirements)
        for requirement in requirements:
            tally = self._session.ledger.tallies.get((requirement, self._session.name))
            if tally is None or not (tally.held or tally.broken):
                self._session.unseen(requirement, "no walk came to it")

    # --- steps ---------------------------------------------------------------------------------------------------

    def _begin(self, recipe: Recipe) -> Trail:
        first = self._session.evidence.exchanges + 1
        made, orders = self._stage.new_order(recipe.kinds, recipe.quantities)
        trail = Trail(recipe, made.id, made.movable, first)
        ranked = self._ranked(orders)
        trail.name(0, ranked, None)
        lines = [line for one in ranked for line in sorted(one.lines, key=_rank_of_line)]
        trail.items = list(dict.fromkeys(line.line_item_id for line in lines if line.line_item_id))
        trail.first = {subject: self._session.pictures[made.id].orders[name] for subject, name in trail.names.items()}
        trail.looked = self._session.pictures[made.id].exchange
        return trail

    def _ranked(self, orders: Iterable[FulfillmentOrder]) -> list[FulfillmentOrder]:
        """Return fulfillment orders in an order that every target has them in, as far as they differ."""

        def rank(one: FulfillmentOrder) -> tuple[object, ...]:
            return self._session.place(one) or "", one.pair, sorted(one.left.values()), len(one.id), one.id

        return sorted(orders, key=rank)

    def _prepare(self, trail: Trail, choice: Choice) -> _Prepared | None:
        """Return a step as it can be taken here, None where it cannot."""
        order = self._planner.last_seen(trail, choice.subject)
        state = self._planner.state(order)
        if order is None or state is None:
            return None
        arguments: dict[str, Any] = {"reason": "other"} if choice.action in TAKING_REASONS else {}
        units: dict[str, int] | None = None
        if choice.part is not None:
            wanted = {trail.items[item]: count for item, count in choice.part}
            named = [
                (line, min(wanted[line.line_item_id], line.remaining))
                for line in order.lines
                if line.line_item_id in wanted and line.remaining
            ]
            if not named:
                return None
            units = {line.line_item_id or "": count for line, count in named}
            arguments["part"] = [(line.id, count) for line, count in named]
        if choice.place is not None:
            arguments["location"] = self._planner.locations[choice.place]
            if arguments["location"] in {None, order.location_id}:
                return None
        return _Prepared(order, self._planner.cell(state.id, choice.action, choice.actor), arguments, units)

    def _take(self, trail: Trail, choice: Choice) -> None:
        """Take a step, look, and judge it; pass over one that cannot be taken on this order."""
        here = self._prepare(trail, choice)
        if here is None:
            return
        step = self._actors[choice.actor].act(choice.action, here.order, **here.arguments)
        trail.done.append(Done(choice, here.cell.state, step.answer.exchange.n, step.accepted))
        self._follow(trail, choice, here, step)

    def _refuse(self, trail: Trail, choices: Iterable[Choice]) -> None:
        """Take steps that are to be refused, with one look at the end; what is not plainly refused ends them."""
        before = self._session.pictures[trail.id]
        refused: list[tuple[Choice, _Prepared, Answer]] = []
        for choice in choices:
            here = self._prepare(trail, choice)
            if here is None:
                continue
            answer = self._session.ask(choice.actor, choice.action, here.order.id, **here.arguments)
            trail.done.append(Done(choice, here.cell.state, answer.exchange.n, answer.accepted))
            refused.append((choice, here, answer))
            if not answer.refused:
                break
        if not refused:
            return
        after = self._session.look(trail.id)
        for number, (choice, here, answer) in enumerate(refused, 1):
            step = Step(self._session, answer, here.cell.state, before, after)
            if number == len(refused):
                step.compare()
            self._follow(trail, choice, here, step)

    def _follow(self, trail: Trail, choice: Choice, here: _Prepared, step: Step) -> None:
        trail.looked = step.after.exchange
        trail.name(choice.number, self._ranked(step.created), choice.subject)
        past = trail.pasts.get(here.order.id, ())
        for one in (here.order, *step.created) if step.accepted else ():
            trail.pasts[one.id] = (*past, choice.action + (" (part)" if here.units else ""))
        effects.judge(Taken(step, here.cell, here.units, here.arguments.get("location")), self._stage.lifecycle)
        if step.accepted and trail.id not in self._session.tainted:
            self._ask_observers(step)

    def _ask_observers(self, step: Step) -> None:
        """Judge that get and the assigned list show what the list of the order shows."""
        order = step.order
        asked = self._actors["merchant"].ask("get", order.id)
        if asked.answer.order is not None:
            self._compare(step, "get", order, asked.answer.order, asked.answer)
        assigned = _ASSIGNED.get(order.request_status or "")
        service = self._actors.get("service")
        if assigned is None or service is None or order.ended or self._session.place(order) != "service":
            return
        asked = service.ask("assigned", assignment_status=assigned[0])
        found = next((one for one in asked.answer.listed if one.id == order.id), None)
        if found is not None:
            self._compare(step, "the assigned list", order, found, asked.answer)
        elif asked.accepted and len(asked.answer.listed) < _SHORT_LIST:
            documented = f"{assigned[0]}: fulfillment order {order.id} ({order.pair}) among them"
            asked.check(assigned[1], False, documented, "it is missing")  # noqa: FBT003

    def _compare(
        self, step: Step, observer: str, order: FulfillmentOrder, seen: FulfillmentOrder, answer: Answer
    ) -> None:
        rows = invariants.differences(order, seen)
        finding = holds("FO-INV-OBSERVERS")
        if rows:
            finding = fails(
                "FO-INV-OBSERVERS",
                f"after {step.operation} {observer} and the list of the order agree on fulfillment order {order.id}",
                f"{rows[0].path}: the list shows {rows[0].documented}, {observer} {rows[0].received}",
                *rows,
            )
        self._session.record_all([finding], answer, state=step.source, exchanges=(step.after.exchange,))

    # --- shortening ----------------------------------------------------------------------------------------------

    def _report(self, trail: Trail, since: int) -> int:
        """Give the deviations of the last step the shortest history that shows them; return how many there are now."""
        deviations = self._session.ledger.deviations
        told: dict[tuple[str, str], Deviation] = {}
        for one in deviations[since:]:
            key = _kind(one)
            if key not in self._known and len(self._known) < SHORTENED and len(trail.done) > 1:
                shortest, shown, tries = self._shortened(trail, one)
                for other in shown:  # those that the same history shows
                    told.setdefault(_kind(other), self._with_history(other, shortest, tries))
            self._known |= {key, *told}
        deviations[since:] = [told.get(_kind(one)) or self._with_history(one, trail, 0) for one in deviations[since:]]
        return len(deviations)

    @property
    def _most(self) -> int:
        held_back = self._session.evidence.throttled > self._throttled or not is_loopback(self._target.base_url)
        return REPETITIONS if held_back else PLENTIFUL

    def _shortened(self, trail: Trail, deviation: Deviation) -> tuple[Trail, list[Deviation], int]:
        """Repeat parts of a walk, likely causes first; return the shortest that shows a deviation, what it shows, the tries."""
        begun, shown = self.repetitions, [deviation]
        starts = [trail]
        if trail.recipe.kinds == _KINDS[-1]:  # work that is at a service from the first need not be moved there
            with suppress(Unobservable):
                starts.append(self._begin(replace(trail.recipe, kinds=_KINDS[0])))
        tried = {(trail.recipe, trail.choices)}
        again = True
        while again:
            again = False
            for recipe, choices in self._candidates(trail, starts):
                if not choices or (recipe, choices) in tried or len(choices) > len(trail.done):
                    continue
                if self.repetitions - begun >= self._most:
                    break
                tried.add((recipe, choices))
                found = self._repeat(recipe, choices, deviation)
                if found is not None:
                    (trail, shown), again = found, True
                    break
        return trail, shown, self.repetitions - begun

    def _candidates(self, trail: Trail, starts: Iterable[Trail]) -> Iterator[tuple[Recipe, tuple[Choice, ...]]]:
        for start in starts:
            for way in (*self._planner.ways(trail.done[-1], start), *elsewhere(trail, start)):
                yield start.recipe, way
        for choices in shorter(trail):
            yield trail.recipe, choices

    def _repeat(
        self, recipe: Recipe, choices: Iterable[Choice], wanted: Deviation
    ) -> tuple[Trail, list[Deviation]] | None:
        """Take steps on a new order, unrecorded; return the trail up to the same deviation, None if it does not show."""
        session, kept = self._session, self._session.ledger
        session.ledger = scratch = Ledger(case=kept.case)
        self.repetitions += 1
        try:
            trail = self._begin(recipe)
            for choice in choices:
                self._take(trail, choice)
                same = [one for one in scratch.deviations if _is_same(one, wanted)]
                if same:
                    return trail, [*same, *(one for one in scratch.deviations if one not in same)]
        except Unobservable:
            return None
        finally:
            session.ledger = kept
        return None

    def _with_history(self, deviation: Deviation, trail: Trail, tries: int) -> Deviation:
        """Return the deviation with the history that shows it."""
        evidence, recipe = self._session.evidence, trail.recipe
        first = trail.done[0].exchange if trail.done else trail.looked
        made = [line for n in range(trail.made, first) if _makes_an_order(line := evidence.curl(n))]
        units = " + ".join(map(str, recipe.quantities * len(recipe.kinds)))
        lines = [f"# a new order, units {units}; below, its ids stand for those of yours", *made[-1:]]
        for number, one in enumerate(trail.done, 1):
            lines += [
                f"# {number}. {one.choice.worded} by {one.choice.actor}, in {one.state}",
                evidence.curl(one.exchange),
            ]
        lines += ["# what it is then", evidence.curl(trail.looked)]
        path = ", then ".join(one.choice.worded for one in trail.done)
        told = f"the shortest of {tries + 1} histories: {path}" if tries else f"after {len(trail.done)} steps"
        exchanges = (*deviation.exchanges, *(one.exchange for one in trail.done), trail.looked)
        return replace(
            deviation,
            received=f"{deviation.received} ({told})",
            reproduce="\n".join(line for line in lines if line),
            exchanges=tuple(dict.fromkeys(exchanges)),
        )


def _rank_of_line(line: Line) -> tuple[int, int, str]:
    return -(line.remaining or 0), len(line.id), line.id


def _kind(deviation: Deviation) -> tuple[str, str]:
    return deviation.requirement, deviation.operation


def _is_same(one: Deviation, other: Deviation) -> bool:
    return one.requirement == other.requirement and (one.requirement in _ANY_OPERATION or _kind(one) == _kind(other))


def _makes_an_order(line: str) -> bool:
    return "-X POST" in line and ("/orders.json" in line or "orderCreate" in line)
