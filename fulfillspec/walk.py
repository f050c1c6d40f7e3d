"""Random walks over the documented lifecycle: whole histories of one order, where the table takes one step at a time.

A walk begins with a new order and chooses step after step from what `lifecycle.toml` says of the states that it sees.
Each step is judged as in any case, and afterwards all observers have to agree. The first walk that meets a deviation
repeats ever shorter parts of itself on new orders, and the deviation is reported with the shortest that shows it.

Not hypothesis: its search and its shrinking replay a history hundreds of times, and a store sells five orders a minute
and two requests a second. A plan drawn from the seed, and at most ten repetitions that begin with the likeliest cause
(the steps on the same line of work), cost one order each. Choices prefer what the run has not done after the same
past yet, so that walks do not repeat each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from fulfillspec import effects
from fulfillspec.effects import Taken
from fulfillspec.judge import invariants
from fulfillspec.judge.finding import fails, holds
from fulfillspec.ledger import Deviation, Ledger
from fulfillspec.lifecycle import Cell, Edge, State
from fulfillspec.model import FulfillmentOrder
from fulfillspec.scene import Tainted, Unobservable
from fulfillspec.step import Step
from fulfillspec.theatre import Theatre

STEPS = 30
"""Steps of a walk."""
USUAL = {"core": 0, "certify": 12 * STEPS}
"""Steps of all walks of a run and transport, unless told otherwise."""
REPETITIONS = 10
"""Orders that may be spent on shortening one deviation."""
SHORTENED = 3
"""Deviations of a run and transport that are shortened; further ones are reported with the whole walk."""

_QUANTITIES = ((6, 3, 1), (4, 4, 2), (3, 3, 3), (5, 4))
_WEIGHTS = {"accept": 10.0, "refuse": 1.0, "open": 0.5}
_CONSTANCY = 5.0
_IN_PARTS = frozenset({"submit", "hold", "move", "create_fulfillment"})
_ASSIGNED = {
    "submitted": ("fulfillment_requested", "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED"),
    "accepted": ("fulfillment_accepted", "FO-ASSIGNED-STATUS-FULFILLMENT-ACCEPTED"),
    "cancellation_requested": ("cancellation_requested", "FO-ASSIGNED-STATUS-CANCELLATION-REQUESTED"),
}
_SHORT_LIST = 50
"""A longer assigned list may go on on another page, so that absence from it says nothing."""


@dataclass(frozen=True)
class Subject:
    """A fulfillment order by its origin: the step that made it (0: the order itself), which one, and whose part it is."""

    born: int
    rank: int
    parent: Subject | None = None

    def line(self) -> Iterator[Subject]:
        """Yield it and those it came from."""
        yield self
        if self.parent is not None:
            yield from self.parent.line()


@dataclass(frozen=True)
class Choice:
    """A step as planned, free of ids: who does what with which, to what part (units by line item) and where to."""

    number: int
    subject: Subject
    action: str
    actor: str
    part: tuple[tuple[int, int], ...] | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class _Order:
    """How the order of a walk is made."""

    kinds: tuple[str, ...]
    quantities: tuple[int, ...]


@dataclass
class _Trail:
    """A walk as far as it came: its order, what was taken, and the exchanges that took it."""

    order: _Order
    id: str
    movable: frozenset[str] | None
    made: int
    names: dict[Subject, str] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    pasts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    goal: tuple[Subject, Cell] | None = None
    taken: list[tuple[Choice, str, int]] = field(default_factory=list)
    looked: int = 0

    def id_of(self, subject: Subject) -> str | None:
        """Return the id of a fulfillment order; of the one that it came from where it was not made here."""
        return next((self.names[origin] for origin in subject.line() if origin in self.names), None)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The steps as they could be taken again."""
        return tuple(choice for choice, _, _ in self.taken)


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk that a run is to take: which one (from 1), and of how many steps."""

    number: int
    steps: int

    @property
    def requirements(self) -> frozenset[str]:
        """The requirements that its steps may come to judge."""
        return effects.requirements()


def plan(steps: int | None, depth: str) -> list[Walk]:
    """Return the walks of a run; `steps` are those of all walks, None: as usual at this depth."""
    left = USUAL[depth] if steps is None else steps
    return [Walk(number, min(STEPS, left - first)) for number, first in enumerate(range(0, left, STEPS), 1)]


class Explorer:
    """Walks on the stage of one transport. `seed` and the number of a walk decide everything that is asked."""

    def __init__(self, theatre: Theatre, seed: int) -> None:
        self._theatre, self._seed = theatre, seed
        self._scene, self._stage = theatre.scene, theatre.stage
        self._lifecycle = self._stage.lifecycle
        rules = dict.fromkeys((rule.action, rule.actor) for rule in self._lifecycle.rules)
        self._actions = [pair for pair in rules if pair[0] in effects.ACTIONS and pair[1] in theatre.actors]
        self._cells = [self._cell(state, *pair) for state in self._lifecycle.states for pair in self._actions]
        self._ways: dict[tuple[str, str], list[Edge] | None] = {}
        self._visits: Counter[object] = Counter()
        self._known: set[tuple[str, str]] = set()
        self.walks = self.steps = self.repetitions = 0

    def take(self, walk: Walk) -> None:
        """Take a walk; shorten and report what deviates.

        Raise `Inapplicable` where no order can be made, `Unobservable` where the target stops answering.
        """
        random = Random(f"{self._seed}/{walk.number}")  # noqa: S311 - a plan, no secret
        kinds = random.choice((("service", "movable"), ("service", "movable"), ("movable",)))
        ledger = self._scene.ledger
        before = len(ledger.deviations)
        trail = self._begin(_Order(kinds, random.choice(_QUANTITIES)))
        self.walks += 1
        try:
            for _ in range(walk.steps):
                choice = self._choose(random, trail)
                if choice is None:
                    break
                self._take(trail, choice)
                self.steps += 1
                if len(ledger.deviations) > before:
                    self._report(trail, before)
                    before = len(ledger.deviations)
                if trail.id in self._scene.tainted:
                    break
        except Tainted:
            pass
        finally:
            if len(ledger.deviations) > before:
                self._report(trail, before)

    def tell(self) -> None:
        """Note in the results what the walks came to."""
        if self.walks:
            again = f", {self.repetitions} repetitions to shorten what deviated" if self.repetitions else ""
            self._scene.ledger.notes.append(
                f"Random walks over {self._scene.name}: {self.walks} with {self.steps} steps, seed {self._seed}{again}."
            )

    def judged(self, *requirements: str) -> None:
        """Note those of the requirements that no walk of this run has come to."""
        for requirement in requirements:
            sight = self._scene.ledger.sights.get((requirement, self._scene.name))
            if sight is None or not (sight.held or sight.broken):
                self._scene.unseen(requirement, "no walk came to it")

    # --- a walk ------------------------------------------------------------------------------------------------------

    def _begin(self, order: _Order) -> _Trail:
        first = self._scene.evidence.exchanges + 1
        made, orders = self._stage.new_order(order.kinds, order.quantities)
        trail = _Trail(order, made.id, made.movable, first)
        self._name(trail, 0, orders, None)
        for one in orders:
            trail.pasts[one.id] = ()
            trail.items += [line.line_item_id for line in one.lines if line.line_item_id and line.line_item_id not in trail.items]
        return trail

    def _name(self, trail: _Trail, born: int, orders: Sequence[FulfillmentOrder], parent: Subject | None) -> None:
        """Name fulfillment orders in an order that does not depend on their ids."""
        ranked = sorted(orders, key=lambda one: (self._scene.state(one) or "", sorted(one.left.values()), len(one.id), one.id))
        for rank, one in enumerate(ranked):
            trail.names[Subject(born, rank, parent)] = one.id

    def _choose(self, random: Random, trail: _Trail) -> Choice | None:
        """Choose the next step towards a cell that was seldom met; choose that cell first, where there is none."""
        subject, goal = trail.goal or (None, None)
        order = self._shown(trail, subject)
        state = self._lifecycle.named(self._scene.state(order) or "") if order else None
        if subject is None or goal is None or order is None or state is None or self._way(state.id, goal.state) is None:
            found = self._goal(random, trail)
            if found is None:
                return None
            subject, order, state, goal = found
        way = self._way(state.id, goal.state) or []
        cell = self._cell(state.id, way[0].action, way[0].actor) if way else goal
        trail.goal = (subject, goal) if way else None
        if not way:
            self._visits[goal] += 1
            self._visits[_past(trail, order.id), goal] += 1
        place = random.choice(self._places(order)) if cell.action == "move" else None
        part = self._part(random, trail, order, cell, whole=bool(way) and not way[0].part)
        return Choice(len(trail.taken) + 1, subject, cell.action, cell.actor, part, place)

    def _goal(self, random: Random, trail: _Trail) -> tuple[Subject, FulfillmentOrder, State, Cell] | None:
        options: list[tuple[Subject, FulfillmentOrder, State, Cell]] = []
        weights: list[float] = []
        for subject in trail.names:
            order = self._shown(trail, subject)
            state = self._lifecycle.named(self._scene.state(order) or "") if order else None
            if order is None or state is None or not (order.left or state.ended):
                continue
            for cell in self._cells:
                way = self._way(state.id, cell.state)
                ends = bool(way) and self._lifecycle.states[cell.state].ended
                if way is None or ends or (cell.action == "move" and not self._can_move(trail, order)):
                    continue
                worn = (1 + self._visits[cell]) * (1 + self._visits[_past(trail, order.id), cell])
                options.append((subject, order, state, cell))
                weights.append(_weight(trail, order, cell) / worn * 0.8 ** len(way))
        if not any(cell.outcome == "accept" for *_, cell in options):
            return None
        return random.choices(options, weights)[0]

    def _shown(self, trail: _Trail, subject: Subject | None) -> FulfillmentOrder | None:
        identity = trail.id_of(subject) if subject else None
        return self._scene.pictures[trail.id].orders.get(identity or "")

    def _cell(self, state: str, action: str, actor: str) -> Cell:
        return self._lifecycle.cell(state, action, actor, self._scene.version)

    def _way(self, start: str, goal: str) -> list[Edge] | None:
        """Return the shortest documented way between two states that the actors of this run can go."""
        if (start, goal) not in self._ways:
            way = self._lifecycle.path(start, goal)
            able = way is not None and all((edge.action, edge.actor) in self._actions for edge in way)
            self._ways[start, goal] = way if able else None
        return self._ways[start, goal]

    def _part(
        self, random: Random, trail: _Trail, order: FulfillmentOrder, cell: Cell, *, whole: bool
    ) -> tuple[tuple[int, int], ...] | None:
        """Choose units of some line items, or None for the whole. What is fulfilled whole is lost to the walk."""
        usual = 0.9 if cell.action == "create_fulfillment" else 0.5
        parts = _IN_PARTS if cell.outcome == "accept" else {"create_fulfillment"} if cell.outcome == "open" else frozenset()
        whole = whole and cell.action == "create_fulfillment"
        if whole or cell.action not in parts or sum(order.left.values()) < 2 or random.random() > usual:
            return None
        items = sorted((item for item in order.left if item in trail.items), key=trail.items.index)
        if not items:
            return None
        chosen = random.sample(items, random.randint(1, len(items)))
        return tuple((trail.items.index(item), random.randint(1, order.left[item])) for item in chosen)

    def _can_move(self, trail: _Trail, order: FulfillmentOrder) -> bool:
        known = trail.movable is None or set(order.units) <= trail.movable
        return known and bool(self._places(order))

    def _places(self, order: FulfillmentOrder) -> list[int]:
        return [rank for rank, place in enumerate(self._locations) if place not in {None, order.location_id}]

    @property
    def _locations(self) -> list[str | None]:
        return [self._stage.world.service, *self._stage.world.merchant]

    def _take(self, trail: _Trail, choice: Choice) -> bool:
        """Take a step and judge it; return False where it cannot be taken on this order."""
        identity = trail.id_of(choice.subject)
        order = self._scene.pictures[trail.id].orders.get(identity or "")
        state = self._lifecycle.named(self._scene.state(order) or "") if order else None
        if order is None or state is None:
            return False
        arguments: dict[str, Any] = {"reason": "other"} if choice.action in {"hold", "reject"} else {}
        units: dict[str, int] | None = None
        if choice.part is not None:
            wanted = {trail.items[item]: count for item, count in choice.part}
            named = [
                (line, min(wanted[line.line_item_id], line.remaining))
                for line in order.lines
                if line.line_item_id in wanted and line.remaining
            ]
            if not named:
                return False
            units = {line.line_item_id or "": count for line, count in named}
            arguments["part"] = [(line.id, count) for line, count in named]
        if choice.place is not None:
            arguments["location"] = self._locations[choice.place]
            if arguments["location"] in {None, order.location_id}:
                return False
        cell = self._lifecycle.cell(state.id, choice.action, choice.actor, self._scene.version)
        step = self._theatre.actors[choice.actor].act(choice.action, order, **arguments)
        trail.taken.append((choice, cell.state, step.answer.exchange.n))
        trail.looked = step.after.exchange
        self._name(trail, choice.number, step.created, choice.subject)
        past = trail.pasts.get(order.id, ())
        for one in (order, *step.created) if step.accepted else ():
            trail.pasts[one.id] = (*past, choice.action + (" (part)" if units else ""))
        effects.judge(Taken(step, cell, units, arguments.get("location")), self._lifecycle)
        if step.accepted and trail.id not in self._scene.tainted:
            self._ask_observers(step)
        return True

    def _ask_observers(self, step: Step) -> None:
        """Judge that get and the assigned list show what the list of the order shows."""
        order = step.order
        asked = self._theatre.actors["merchant"].ask("get", order.id)
        if asked.answer.order is not None:
            self._compare(step, "get", order, asked.answer.order, asked.answer)
        assigned = _ASSIGNED.get(order.request_status or "")
        service = self._theatre.actors.get("service")
        if assigned is None or service is None or order.ended or self._scene.place(order) != "service":
            return
        asked = service.ask("assigned", assignment_status=assigned[0])
        found = next((one for one in asked.answer.listed if one.id == order.id), None)
        if found is not None:
            self._compare(step, "the assigned list", order, found, asked.answer)
        elif asked.accepted and len(asked.answer.listed) < _SHORT_LIST:
            documented = f"{assigned[0]}: fulfillment order {order.id} ({order.pair}) among them"
            asked.check(assigned[1], False, documented, "it is missing", taints=False)  # noqa: FBT003

    def _compare(self, step: Step, observer: str, order: FulfillmentOrder, seen: FulfillmentOrder, answer: Any) -> None:
        rows = invariants.differences(order, seen)
        finding = holds("FO-INV-OBSERVERS")
        if rows:
            finding = fails(
                "FO-INV-OBSERVERS",
                f"after {step.operation} {observer} and the list of the order agree on fulfillment order {order.id}",
                f"{rows[0].path}: the list shows {rows[0].documented}, {observer} {rows[0].received}",
                *rows,
            )
        self._scene.record_all([finding], answer, state=step.source, exchanges=(step.after.exchange,))

    # --- shortening --------------------------------------------------------------------------------------------------

    def _report(self, trail: _Trail, since: int) -> None:
        """Give the deviations of the last step the shortest history that shows them."""
        ledger = self._scene.ledger
        fresh = ledger.deviations[since:]
        key = (fresh[0].requirement, fresh[0].operation)
        shortest, again = trail, 0
        if key not in self._known and len(self._known) < SHORTENED and len(trail.taken) > 1:
            shortest, again = self._shortened(trail, key)
        self._known.add(key)
        for index, deviation in enumerate(fresh, since):
            ledger.deviations[index] = self._told(deviation, shortest, again)

    def _shortened(self, trail: _Trail, key: tuple[str, str]) -> tuple[_Trail, int]:
        """Repeat parts of a walk, likely causes first; return the shortest that shows the deviation, and the tries."""
        best, tries = trail, 0
        tried = {trail.choices}
        again = True
        while again and tries < REPETITIONS:
            again = False
            for candidate in _shorter(best.choices):
                if candidate in tried or tries >= REPETITIONS:
                    continue
                tried.add(candidate)
                tries += 1
                found = self._repeat(trail.order, candidate, key)
                if found is not None:
                    best, again = found, True
                    break
        return best, tries

    def _repeat(self, order: _Order, choices: Iterable[Choice], key: tuple[str, str]) -> _Trail | None:
        """Take steps on a new order, unrecorded; return the trail up to the deviation, None where it does not show."""
        scene, kept = self._scene, self._scene.ledger
        scene.ledger = scratch = Ledger(case=kept.case)
        self.repetitions += 1
        try:
            trail = self._begin(order)
            for choice in choices:
                self._take(trail, choice)
                if any((one.requirement, one.operation) == key for one in scratch.deviations):
                    return trail
        except Unobservable:
            return None
        finally:
            scene.ledger = kept
        return None

    def _told(self, deviation: Deviation, trail: _Trail, tries: int) -> Deviation:
        """Return the deviation with the history that shows it."""
        evidence = self._scene.evidence
        path = ", then ".join(_worded(choice) for choice, _, _ in trail.taken)
        first = trail.taken[0][2] if trail.taken else trail.made
        made = [line for n in range(trail.made, first) if _makes_an_order(line := evidence.curl(n))]
        units = " + ".join(map(str, trail.order.quantities * len(trail.order.kinds)))
        lines = [f"# a new order, units {units}; below, its ids stand for those of yours", *made[-1:]]
        for number, (choice, state, exchange) in enumerate(trail.taken, 1):
            lines += [f"# {number}. {_worded(choice)} by {choice.actor}, in {state}", evidence.curl(exchange)]
        lines += ["# what it is then", evidence.curl(trail.looked)]
        told = f"the shortest of {tries + 1} histories: {path}" if tries else f"after {len(trail.taken)} steps"
        exchanges = (*(exchange for _, _, exchange in trail.taken), trail.looked)
        return replace(
            deviation,
            received=f"{deviation.received} ({told})",
            reproduce="\n".join(line for line in lines if line),
            exchanges=tuple(dict.fromkeys((*deviation.exchanges, *exchanges))),
        )


def _shorter(choices: tuple[Choice, ...]) -> Iterator[tuple[Choice, ...]]:
    """Yield parts of a history that keep its last step: the line of work only, half of it, each step less, no parts."""
    *earlier, last = choices
    line = set(last.subject.line())
    yield (*(choice for choice in earlier if choice.subject in line), last)
    if len(earlier) > 3:
        yield (*earlier[len(earlier) // 2 :], last)
    for index in range(len(earlier)):
        yield (*earlier[:index], *earlier[index + 1 :], last)
    for index, choice in enumerate(choices):
        if choice.part is not None:
            yield (*choices[:index], replace(choice, part=None), *choices[index + 1 :])


def _weight(trail: _Trail, order: FulfillmentOrder, cell: Cell) -> float:
    """Tell how willingly a cell is chosen: what goes on with the same work, and does not end it."""
    goes_on = bool(trail.taken) and trail.id_of(trail.taken[-1][0].subject) == order.id
    weight = _WEIGHTS[cell.outcome] * (_CONSTANCY if goes_on else 1.0)
    return weight * (0.1 if order.ended else 0.4 if cell.action == "create_fulfillment" else 1.0)


def _past(trail: _Trail, identity: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return what was ever done with a fulfillment order and those it was split from, and what last."""
    past = trail.pasts.get(identity, ())
    return frozenset(past), past[-1:]


def _worded(choice: Choice) -> str:
    return choice.action.replace("_", " ") + (" of a part" if choice.part is not None else "")


def _makes_an_order(line: str) -> bool:
    return "-X POST" in line and ("/orders.json" in line or "orderCreate" in line)
