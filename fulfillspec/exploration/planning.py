"""What a walk does next: towards cells of the table that the run has seldom met, or never, after such a past.

Left to chance alone, a walk stays where most steps lead, and meets what lies four steps away once in a hundred. So a
goal is drawn, any cell of the table that can be reached, and the walk goes there the shortest documented way.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from fulfillspec.documents.lifecycle import Cell, Edge, State
from fulfillspec.documents.operations import IN_PARTS
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.exploration import effects
from fulfillspec.exploration.history import Choice, Done, Subject, Trail
from fulfillspec.stage.per_transport import TransportContext

_WEIGHTS = {"accept": 10.0, "refuse": 0.5, "open": 0.5}
_CONSTANCY = 5.0
_NEARNESS = 0.8
_REFUSALS = 6
_SWEEPS = 0.5


class Planner:
    """Chooses steps for the walks of one transport, and remembers what it has chosen."""

    def __init__(self, context: TransportContext) -> None:
        self._session, self._stage = context.session, context.stage
        self._lifecycle = self._stage.lifecycle
        rules = dict.fromkeys((rule.action, rule.actor) for rule in self._lifecycle.rules)
        self._actions = [pair for pair in rules if pair[0] in effects.ACTIONS and pair[1] in context.actors]
        self._cells = [self.cell(state, *pair) for state in self._lifecycle.states for pair in self._actions]
        self._ways: dict[tuple[str, str], list[Edge] | None] = {}
        self._visits: Counter[object] = Counter()

    def cell(self, state: str, action: str, actor: str) -> Cell:
        """Return what the documents say of an action in a state."""
        return self._lifecycle.cell(state, action, actor, self._session.version)

    def state(self, order: FulfillmentOrder | None) -> State | None:
        """Return the documented state that a fulfillment order is in, None for any other."""
        return self._lifecycle.named(self._session.state(order) or "")

    def last_seen(self, trail: Trail, subject: Subject | None) -> FulfillmentOrder | None:
        """Return a fulfillment order as the last look showed it."""
        identity = trail.id_of(subject) if subject else None
        return self._session.pictures[trail.id].orders.get(identity or "")

    @property
    def locations(self) -> list[str | None]:
        """The locations that a walk moves between, as `Choice.place` counts them."""
        return [self._stage.world.service, *self._stage.world.merchant]

    def choose(self, random: Random, trail: Trail) -> Choice | None:
        """Choose the next step to the goal, and a goal where there is none; None where no work is left to be done."""
        subject, goal = trail.goal or (None, None)
        order = self.last_seen(trail, subject)
        state = self.state(order)
        if subject is None or goal is None or order is None or state is None or self._way(state.id, goal.state) is None:
            found = self._goal(random, trail)
            if found is None:
                return None
            subject, order, state, goal = found
        way = self._way(state.id, goal.state) or []
        cell = self.cell(state.id, way[0].action, way[0].actor) if way else goal
        trail.goal = (subject, goal) if way else None
        if not way:
            self._visit(trail, order, goal)
        place = random.choice(self._places(order)) if cell.action == "move" else None
        whole = bool(way) and not way[0].part and cell.action == "create_fulfillment"
        part = None if whole else self._part(random, trail, order, cell)
        return Choice(len(trail.done) + 1, subject, cell.action, cell.actor, part, place)

    def refusals(self, random: Random, trail: Trail, choice: Choice) -> list[Choice]:
        """Return, now and then, what must be refused before a step is taken, where the run has not tried it."""
        order = self.last_seen(trail, choice.subject)
        state = self.state(order)
        if order is None or state is None or random.random() > _SWEEPS:
            return []
        fresh = [
            cell
            for cell in self._cells
            if (cell.state, cell.outcome, cell.level) == (state.id, "refuse", "must")
            if not self._visits[trail.past(order.id), cell] and (cell.action != "move" or self._can_move(trail, order))
        ]
        found = []
        for number, cell in enumerate(random.sample(fresh, min(len(fresh), _REFUSALS)), choice.number):
            self._visit(trail, order, cell)
            place = random.choice(self._places(order)) if cell.action == "move" else None
            found.append(Choice(number, choice.subject, cell.action, cell.actor, None, place))
        return found

    def ways(self, last: Done, start: Trail) -> list[tuple[Choice, ...]]:
        """Return the documented ways from what routing made of an order to where a step was taken, the shortest first."""
        found = []
        for subject, order in start.first.items():
            state = self.state(order)
            way = self._way(state.id, last.state) if state else None
            own = [start.items.index(item) for item in order.left if item in start.items]
            if way is None or not own:
                continue
            steps = [
                Choice(number, subject, edge.action, edge.actor, ((own[0], 1),) if edge.part else None, self._to(edge))
                for number, edge in enumerate(way, 1)
            ]
            units = [count for _, count in last.choice.part or ()]
            part = tuple(zip(own, units, strict=False)) if last.choice.part is not None else None
            found.append((*steps, replace(last.choice, subject=subject, part=part)))
        return sorted(found, key=len)

    def _to(self, edge: Edge) -> int | None:
        """Return where a documented move goes."""
        return None if edge.action != "move" else int(self._lifecycle.states[edge.target].place == "merchant")

    def _visit(self, trail: Trail, order: FulfillmentOrder, cell: Cell) -> None:
        self._visits[trail.past(order.id), cell] += 1

    def _goal(self, random: Random, trail: Trail) -> tuple[Subject, FulfillmentOrder, State, Cell] | None:
        options: list[tuple[Subject, FulfillmentOrder, State, Cell]] = []
        weights: list[float] = []
        for subject in trail.names:
            order = self.last_seen(trail, subject)
            state = self.state(order)
            if order is None or state is None or not (order.left or state.ended):
                continue
            for cell in self._cells:
                way = self._way(state.id, cell.state)
                ends = bool(way) and self._lifecycle.states[cell.state].ended
                if way is None or ends or (cell.action == "move" and not self._can_move(trail, order)):
                    continue
                worn = 1 + self._visits[trail.past(order.id), cell]
                options.append((subject, order, state, cell))
                weights.append(_weight(trail, order, cell) / worn * _NEARNESS ** len(way))
        if not any(cell.outcome == "accept" for *_, cell in options):
            return None
        return random.choices(options, weights)[0]

    def _way(self, start: str, goal: str) -> list[Edge] | None:
        """Return the shortest documented way between two states that the actors of this run can go."""
        if (start, goal) not in self._ways:
            way = self._lifecycle.path(start, goal)
            able = way is not None and all((edge.action, edge.actor) in self._actions for edge in way)
            self._ways[start, goal] = way if able else None
        return self._ways[start, goal]

    def _part(
        self, random: Random, trail: Trail, order: FulfillmentOrder, cell: Cell
    ) -> tuple[tuple[int, int], ...] | None:
        """Choose units of some line items, or None for the whole. What is fulfilled whole is lost to the walk."""
        usual = 0.9 if cell.action == "create_fulfillment" else 0.5
        parts = (
            IN_PARTS if cell.outcome == "accept" else {"create_fulfillment"} if cell.outcome == "open" else frozenset()
        )
        if cell.action not in parts or sum(order.left.values()) < 2 or random.random() > usual:
            return None
        items = sorted((item for item in order.left if item in trail.items), key=trail.items.index)
        if not items:
            return None
        chosen = random.sample(items, random.randint(1, len(items)))
        return tuple((trail.items.index(item), random.randint(1, order.left[item])) for item in chosen)

    def _can_move(self, trail: Trail, order: FulfillmentOrder) -> bool:
        known = trail.movable is None or set(order.units) <= trail.movable
        return known and bool(self._places(order))

    def _places(self, order: FulfillmentOrder) -> list[int]:
        return [rank for rank, place in enumerate(self.locations) if place not in {None, order.location_id}]


def _weight(trail: Trail, order: FulfillmentOrder, cell: Cell) -> float:
    """Tell how willingly a goal is chosen: one that goes on with the same work, and does not end it."""
    goes_on = bool(trail.done) and trail.id_of(trail.done[-1].choice.subject) == order.id
    weight = _WEIGHTS[cell.outcome] * (_CONSTANCY if goes_on else 1.0)
    return weight * (0.1 if order.ended else 0.3 if cell.action == "accept_cancellation" else 1.0)
