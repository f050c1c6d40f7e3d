"""Ways along the lifecycle on one target: which steps can be taken here, and taking them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Session, Tainted, Unobservable
from fulfillspec.acting.step import Step
from fulfillspec.documents.lifecycle import Edge, Lifecycle
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.stage.failures import Failures
from fulfillspec.stage.supply import setting_up

HOLD: Final[Mapping[str, str]] = {"reason": "other", "notes": "Held by a conformance run."}
"""What a hold of the stage says."""


@dataclass
class Routes:
    """The ways of one transport. What did not work on a fresh fulfillment order is not gone again."""

    session: Session
    lifecycle: Lifecycle
    actors: Mapping[str, Actor]
    _broken: dict[tuple[str, str], str] = field(default_factory=dict)
    _failures: Failures = field(default_factory=Failures)

    def path(self, start: str, goal: str) -> list[Edge] | None:
        """Return the shortest way that can be gone here, [] if there is none to go; None where there is no way."""
        barred = {(edge.source, edge.action) for edge in self.lifecycle.edges if edge.actor not in self.actors}
        return self.lifecycle.path(start, goal, avoid=frozenset({*self._broken, *barred}))

    def why_not(self, start: str, goal: str) -> str:
        """Say why there is no way."""
        documented = self.lifecycle.path(start, goal) or []
        absent = [edge.actor for edge in documented if edge.actor not in self.actors]
        if absent:
            return f"{goal} needs the {absent[0]} actor, and it has no token"
        told = dict.fromkeys(self._broken[key] for key in sorted(self._broken))
        return f"{goal} cannot be reached" + (f": {'; '.join(told)}" if told else "")

    def final(self, goal: str) -> str | None:
        """Return why a state is not gone for any more, None where it may be."""
        return self._failures.final(goal)

    def go(self, order: FulfillmentOrder, path: list[Edge], goal: str, *, fresh: bool) -> FulfillmentOrder:
        """Take the steps of a way; raise `Unobservable` where one does not lead where it should."""
        try:
            for edge in path:
                order = self._taken(order, edge, goal, fresh=fresh)
            if order.order_id in self.session.tainted:
                raise Tainted(f"{goal} was reached by a way that deviated")
        except Unobservable as error:
            if fresh:
                self._failures.add(goal, str(error))
            raise
        self._failures.forget(goal)
        return order

    def _taken(self, order: FulfillmentOrder, edge: Edge, goal: str, *, fresh: bool) -> FulfillmentOrder:
        with setting_up(self.session):
            step = self.actors[edge.actor].act(edge.action, order, **self.arguments(edge, order))
        if not self.arrived(step, edge):
            hindered = self.session.hindered(step.answer)
            if fresh:  # one that was used before may have been spoilt on its way
                did_not = f"{edge.action} from {edge.source} did not work"
                self._broken[edge.source, edge.action] = hindered or did_not
            if hindered:
                raise Unobservable(hindered)
            raise Unobservable(
                f"{goal} was not reached: {edge.action} from {edge.source} was {step.answer.described()}, "
                f"and a later look shows {step.target.pair}"
            )
        return step.target if edge.action == "cancel" else step.order

    def arrived(self, step: Step, edge: Edge) -> bool:
        """Judge that a step led where its documented transition leads, and tell whether that is the state it is for."""
        goal = self.lifecycle.states[edge.target]
        pairs = dict.fromkeys(state.partition(":")[2] for state in (goal.id, *goal.also, *edge.either))
        of = step.target if edge.action == "cancel" and step.accepted else None
        held = step.expect(edge.requirement, " or ".join(pairs), of=of, answered=False)
        return held and (not edge.either or goal.matches(str(self.session.state(step.order))))

    def arguments(self, edge: Edge, order: FulfillmentOrder) -> dict[str, Any]:
        """Return plain documented arguments for a step."""
        if edge.action == "hold":
            return dict(HOLD)
        if edge.action == "create_fulfillment" and edge.part:
            return {"part": smaller(order)}
        return {}


def smaller(order: FulfillmentOrder) -> list[tuple[str, int]]:
    """Return a part of what is left of a fulfillment order: one unit of its biggest line; raise if there is no part."""
    lines = sorted((line for line in order.lines if line.remaining), key=lambda line: -(line.remaining or 0))
    if sum(line.remaining or 0 for line in lines) < 2:
        raise Unobservable(f"fulfillment order {order.id} has no two units left to act on a part")
    return [(lines[0].id, 1)]
