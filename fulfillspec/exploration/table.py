"""The state × action table as it is walked: refusals of one state share one parked fulfillment order.

A look serves all refusals of a state. Whatever was not plainly refused is looked at on its own, and a change that shows
up after refusals only is pinned to its cell by repeating them one by one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.looking import look_after
from fulfillspec.acting.session import Inapplicable, Session, Unobservable
from fulfillspec.acting.step import Asked, Step, act
from fulfillspec.documents.lifecycle import Cell, Edge
from fulfillspec.documents.operations import ADVERTISED_AS
from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.judge import invariants
from fulfillspec.judge.finding import fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.stage.pool import Stage
from fulfillspec.verdicts.ledger import SeenCell, cell_verdict
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

_CHANGED = frozenset({"FO-ERR-UNCHANGED", "FO-GQL-USER-ERRORS-EMPTY"})
"""What it is called when something that was refused is done."""


@dataclass
class Table:
    """Walks cells on the stage and enters what they met into the ledger.

    `every`: also the operations that the documents leave open; else of these only what the order advertises. `units`:
    how many units a parked fulfillment order has at least. `told`: the cells are entered into the table of the run.
    """

    session: Session
    stage: Stage
    actors: dict[str, Actor]
    arguments: Callable[[str, FulfillmentOrder], dict[str, Any]]
    every: bool = False
    scopes: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    units: int = 1
    entered: bool = True

    def follow(self, edge: Edge, cells: Sequence[Cell]) -> None:
        """Take a documented step, and after it every action: what it leads to, refusals, and what is left open.

        Finds what hides behind a path: a state that looks like any other and behaves otherwise.
        """
        self.refuse(edge.target, [cell for cell in cells if cell.outcome != "accept"], after=edge)
        for onward in self.stage.lifecycle.edges:
            if onward.source != edge.target or onward.actor not in self.actors:
                continue
            order = self._after(edge)
            if onward.action == "move" and not self._stocked_elsewhere(order):
                continue
            self._take(onward, order)

    def _stocked_elsewhere(self, order: FulfillmentOrder) -> bool:
        """Tell whether a move is no matter of stock: what is given may have items that are stocked nowhere else."""
        return self.stage.knows(order) and self.stage.is_movable(order)

    def _standing(self, state: str, *, moves: bool) -> FulfillmentOrder:
        """Return one in a state, movable, so that a move is refused for the state and not for the stock."""
        movable = not self.stage.lifecycle.states[state].given  # nothing tells it of what is given
        found = self.stage.order(state, movable=movable, units=self.units)
        if moves:
            self.stage.make_room(found)
        return found

    def _after(self, edge: Edge) -> FulfillmentOrder:
        """Return a fulfillment order that a documented step has just brought into the state it leads to."""
        if edge.actor not in self.actors:
            raise Inapplicable(f"the target file names no token for the actor {edge.actor}")
        if not self.stage.offers(edge.source):
            raise Inapplicable(f"no further fulfillment order in {edge.source} is given")
        step, arrived = self._take(edge, self.stage.order(edge.source, movable=True, units=2))
        if not arrived:
            raise Unobservable(f"{edge.action} from {edge.source} did not lead to {edge.target}")
        return step.target if edge.action == "cancel" else step.order

    def _take(self, edge: Edge, order: FulfillmentOrder) -> tuple[Step, bool]:
        """Take a documented step; return it, and whether it led where the documents say."""
        arguments = self.stage.routes.arguments(edge, order)
        if edge.action == "move":
            arguments = {"location": self._place(edge.target, order)}
        if edge.action == "reschedule":
            arguments = self.arguments("reschedule", order)
        step = act(self.session, edge.actor, order, edge.action, **arguments)
        return step, self.stage.routes.arrived(step, edge)

    def _place(self, state: str, order: FulfillmentOrder) -> str:
        """Return a location of the kind that a state is at, other than the fulfillment order's own."""
        world = self.stage.world
        there = [world.service] if state.startswith("service:") else world.merchant
        found = next((place for place in there if place is not None and place != order.location_id), None)
        if found is None:
            raise Unobservable(f"no other location for {state} is known")
        return found

    def refuse(self, state: str, cells: Sequence[Cell], *, after: Edge | None = None) -> None:
        """Judge the refusals that the documents demand in a state, and the operations that they leave open there.

        `after`: in the state as this step leads to it, instead of however it comes about. Raise `Inapplicable` where
        nobody is there to ask for any of it.
        """
        absent = [cell.actor for cell in cells if cell.actor not in self.actors]
        if after is None and absent and len(absent) == len(cells):
            raise Inapplicable(f"the target file names no token for the actor {absent[0]}")
        try:
            self._refuse(state, cells, after)
        except Unobservable:
            if after is None:
                self._unreached(cells)
            raise

    def _unreached(self, cells: Sequence[Cell]) -> None:
        """Enter the refusals that were to be met in a state that could not be reached."""
        ledger = self.session.ledger
        met = {(cell.state, cell.action, cell.actor) for cell in ledger.cells if cell.transport == self.session.name}
        for cell in cells:
            if cell.outcome == "refuse" and self._asks(cell) and (cell.state, cell.action, cell.actor) not in met:
                self._enter(cell, "unreached", ())

    def _refuse(self, state: str, cells: Sequence[Cell], after: Edge | None) -> None:
        order: FulfillmentOrder | None = None
        pending: list[tuple[Cell, Answer]] = []
        parked: Picture | None = None
        again: set[Cell] = set()
        asked = {cell.action for cell in cells}

        def stand() -> FulfillmentOrder:
            return self._after(after) if after else self._standing(state, moves="move" in asked)

        waiting = deque(sorted((cell for cell in cells if self._asks(cell)), key=lambda cell: cell.outcome == "open"))
        while waiting:
            cell = waiting.popleft()
            if order is None or order.order_id in self.session.tainted:
                self._settle(pending, parked, stand)
                order = stand()
                parked = self.session.before(order)
            if cell.outcome == "open":
                advertised = ADVERTISED_AS.get(cell.action) in (order.actions or ())
                if not self.every and not advertised:
                    continue
                if advertised:  # it will be accepted, and what it changes would hide what the refusals before it did
                    self._settle(pending, parked, stand)
                    if order.order_id in self.session.tainted:
                        waiting.appendleft(cell)
                        continue
            answer = self._ask(cell, order)
            if answer.refused:
                pending.append((cell, answer))
                continue
            parked = parked or self.session.before(order)
            step = Step(self.session, answer, state, parked, look_after(self.session, answer, parked))
            # one of the refusals before may have changed the order: on another one it is told apart
            alone = self._alone(cell, stand) if pending else None
            if alone is not None and alone[0].answer.refused:
                self._judge(cell, *alone)
                if self._pin([each for each, _ in pending], parked, stand):
                    pending.clear()
                    order = None
                    continue
                alone = None
            unseen = [each for each, _ in pending if each not in again]
            again.update(unseen)
            waiting.extendleft(reversed(unseen))
            self._settle([row for row in pending if row[0] not in unseen], parked, None)
            pending.clear()
            if alone is None:
                step.compare()
            elif cell.outcome == "refuse":  # the first one is as little in a documented state as the one that is told
                self.session.tainted.add(parked.order_id)
            self._judge(cell, *(alone or (step, order)))
            order = None
        self._settle(pending, parked, stand)

    def _alone(self, cell: Cell, stand: Callable[[], FulfillmentOrder]) -> tuple[Step, FulfillmentOrder] | None:
        """Ask a cell of a fulfillment order that nothing else was asked of; None where there is no further one."""
        try:
            order = stand()
            return self._act(cell, order), order
        except (Unobservable, Inapplicable):
            return None

    def _act(self, cell: Cell, order: FulfillmentOrder) -> Step:
        return act(self.session, cell.actor, order, cell.action, **self._arguments(cell, order))

    def _arguments(self, cell: Cell, order: FulfillmentOrder) -> dict[str, Any]:
        """Return what the operation of a cell is asked with."""
        return self.arguments(cell.action, order)

    def _asks(self, cell: Cell) -> bool:
        """Tell whether there is an actor to ask a cell, and the cell says something of it."""
        return cell.actor in self.actors and not self._may(cell)

    def _may(self, cell: Cell) -> bool:
        """Tell whether a cell that rests on a missing scope says nothing here: the app has it, or nobody tells."""
        if cell.requirement != "FO-SCOPE-MERCHANT-LOCATIONS":
            return False
        scopes = self.scopes.get(cell.actor)
        return scopes is None or any(scope.endswith("merchant_managed_fulfillment_orders") for scope in scopes)

    def _ask(self, cell: Cell, order: FulfillmentOrder) -> Answer:
        return self.session.ask(cell.actor, cell.action, order.id, **self._arguments(cell, order))

    def _settle(
        self,
        pending: list[tuple[Cell, Answer]],
        parked: Picture | None,
        stand: Callable[[], FulfillmentOrder] | None,
    ) -> None:
        """Give the refusals since the last look their verdict; `stand` stages their state again, None: without a look."""
        if not pending or parked is None:
            return
        cells, pending[:] = list(pending), []
        if stand is not None and not invariants.of_refusal(parked, self.session.look(parked.order_id)).holds:
            self._pin([cell for cell, _ in cells], parked, stand)
            return
        for cell, answer in cells:
            self._judge_refusal(cell, Asked(self.session, answer, cell.state), parked)
        if stand is not None:
            self.session.record(holds("FO-ERR-UNCHANGED"), cells[-1][1])

    def _pin(self, cells: Sequence[Cell], parked: Picture, stand: Callable[[], FulfillmentOrder]) -> bool:
        """Repeat refusals of which one changed something: with a look after each, then all of them without.

        Return whether any was found to do so. They share a fulfillment order for as long as it stays as it is.
        """
        self.session.tainted.add(parked.order_id)
        before = self._changes()
        order: FulfillmentOrder | None = None
        for cell in cells:
            try:
                order = order or stand()
                step = self._act(cell, order)
            except (Unobservable, Inapplicable) as reason:
                if cell.requirement:
                    self.session.unseen(cell.requirement, str(reason))
                order = None
                continue
            self._judge(cell, step, order)
            if not step.answer.refused or order.order_id in self.session.tainted:
                order = None
        if self._changes() == before:
            self._repeat_together(cells, stand)
        return self._changes() > before

    def _changes(self) -> int:
        """Count how often something that was refused was seen to be done."""
        return sum(self.session.times_broken(requirement) for requirement in _CHANGED)

    def _repeat_together(self, cells: Sequence[Cell], stand: Callable[[], FulfillmentOrder]) -> None:
        """Judge what only several refusals change; without it something else changed the order in the meantime."""
        try:
            order = stand()
        except (Unobservable, Inapplicable) as reason:
            self.session.unseen("FO-ERR-UNCHANGED", str(reason))
            return
        before = self.session.look(order.order_id or "")
        answers = [self._ask(cell, order) for cell in cells]
        after = self.session.look(order.order_id or "")
        if not all(answer.refused for answer in answers):
            self.session.unseen("FO-ERR-UNCHANGED", "what was refused was not refused again")
            return
        shown = (*(answer.exchange.n for answer in answers), after.exchange)
        finding = invariants.of_refusal(before, after)
        self.session.record(finding, answers[-1], state=cells[-1].state, exchanges=shown)

    def _judge(self, cell: Cell, step: Step, order: FulfillmentOrder) -> None:
        if step.answer.refused:
            self._judge_refusal(cell, step, step.before)
            return
        if cell.outcome == "refuse" and cell.requirement:
            step.expect_refused(cell.requirement)
        elif cell.outcome == "open" and step.answer.outcome == "failed" and step.answer.exchange.status is not None:
            step.expect_refused("FO-ERR-CLIENT-FORM")
        if step.accepted:
            self._unadvertised(cell, step, order)
            if cell.ambiguity:
                step.reads(cell.ambiguity, "allowed")
        seen = "accepted" if step.accepted else "unreached"
        self._enter(cell, seen, (step.answer.exchange.n, step.after.exchange))

    def _judge_refusal(self, cell: Cell, asked: Asked, parked: Picture) -> None:
        if cell.outcome == "refuse" and cell.requirement:
            asked.expect_refused(cell.requirement)
        elif cell.ambiguity:
            asked.reads(cell.ambiguity, "refused")
        order = parked.orders.get(asked.answer.ask.order or "")
        name = ADVERTISED_AS.get(cell.action)
        own = cell.actor == "merchant" and not (
            cell.action == "create_fulfillment" and cell.state.startswith("service:")
        )
        own = own and (cell.action != "move" or (order is not None and self._stocked_elsewhere(order)))
        if self.entered and name and own and order is not None and order.actions is not None:
            # since 2024-10 an order management app may not fulfil at a service's location, whatever is advertised there
            if name in order.actions:
                self.session.record(
                    fails(
                        "FO-ACTIONS-ADVERTISED",
                        f"{name} is advertised in {cell.state} and succeeds",
                        asked.answer.described(),
                    ),
                    asked.answer,
                    state=cell.state,
                )
            else:
                self.session.record(holds("FO-ACTIONS-UNADVERTISED"), asked.answer)
        self._enter(cell, "refused", (asked.answer.exchange.n, parked.exchange))

    def _unadvertised(self, cell: Cell, step: Step, order: FulfillmentOrder) -> None:
        name = ADVERTISED_AS.get(cell.action)
        if name is None or cell.actor != "merchant" or order.actions is None:
            return
        if name in order.actions:
            self.session.record(holds("FO-ACTIONS-ADVERTISED"), step.answer)
        elif cell.ambiguity is None and cell.action != "move" and name in self.session.advertised:
            # the samples never advertise a move at a service's location, though the text promises it (contradiction 8)
            self.session.record(
                fails(
                    "FO-ACTIONS-UNADVERTISED",
                    f"{name} is not advertised in {cell.state} and is refused",
                    step.answer.described(),
                ),
                step.answer,
                state=cell.state,
            )

    def _enter(self, cell: Cell, seen: str, exchanges: tuple[int, ...]) -> None:
        if not self.entered:
            return
        self.session.ledger.cells.append(
            SeenCell(
                cell.state,
                cell.action,
                cell.actor,
                self.session.name,
                cell.outcome,
                cell.level,
                cell.requirement,
                seen,
                cell_verdict(cell.outcome, cell.level, seen),
                exchanges,
            )
        )
