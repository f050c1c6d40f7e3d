"""Pieces: what a case needs is cut off a big fulfillment order, by the step that is taken anyway where that takes a part.

A new order is made to last. Where a step does not take a part on this target, whole fulfillment orders are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Session, Unobservable
from fulfillspec.acting.step import Step
from fulfillspec.documents.lifecycle import Edge
from fulfillspec.documents.operations import LEAVING_REST
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.stage.routes import HOLD, Routes
from fulfillspec.stage.supply import QUANTITIES, setting_up

_ENTRY: Final = "open/unsubmitted"
_FEW: Final = 4
"""Steps that are taken rather than a new order made."""


@dataclass
class Pieces:
    """The pieces of one transport. `_whole` are the steps that were seen not to take a part."""

    session: Session
    actors: Mapping[str, Actor]
    routes: Routes
    _whole: set[str] = field(default_factory=set)

    def part(self, order: FulfillmentOrder) -> list[tuple[str, int]]:
        """Return the part of a fulfillment order that a case gets: all of it ([]) where it is not big."""
        lines = sorted((line for line in order.lines if line.remaining), key=lambda line: -(line.remaining or 0))
        pieces = list(zip(lines, _spread(len(lines)), strict=False))
        big = order.pair == _ENTRY and pieces and all((line.remaining or 0) >= 2 * units for line, units in pieces)
        return [(line.id, units) for line, units in pieces] if big else []

    def price(self, order: FulfillmentOrder, way: Iterable[Edge] = ()) -> int:
        """Return how many steps are taken to cut a piece off and go a way with it."""
        edges = list(way)
        free = not self.part(order) or self._takes_part(edges)
        return len(edges) + (0 if free else 2)

    def cut(self, order: FulfillmentOrder, elsewhere: str | None = None) -> FulfillmentOrder | None:
        """Cut a piece off a big fulfillment order: split it, move a part `elsewhere`, or hold a part and release that.

        None where that went wrong and the order cannot be used any more; it is not tried that way again.
        """
        part = self.part(order)
        ways = {"split": self.session.transport.offers("split"), "move": elsewhere is not None, "hold": True}
        for way in (way for way, open_ in ways.items() if part and open_ and f"cut by {way}" not in self._whole):
            try:
                with setting_up(self.session):
                    piece = self._cut_by(way, order, part, elsewhere)
            except Unobservable:
                self._whole.add(f"cut by {way}")
                return None
            if piece is None:  # refused: nothing was done
                self._whole.add(f"cut by {way}")
                continue
            fine = self._is(piece, _ENTRY)
            more = sum(piece.left.values()) - sum(units for _, units in part)
            if not fine or more < 0 or (more and way != "move"):  # what is moved may join what stands there
                self._whole.add(f"cut by {way}")
            return piece if fine else None
        return order

    def _cut_by(
        self, way: str, order: FulfillmentOrder, part: list[tuple[str, int]], elsewhere: str | None
    ) -> FulfillmentOrder | None:
        merchant, units = self.actors["merchant"], sum(count for _, count in part)
        if way == "hold":
            held = merchant.hold(order, part=part, **HOLD)
            return merchant.release_hold(held.order).order if held.accepted else None
        if way == "move":
            moved = merchant.move(order, location=elsewhere, part=part)
            return moved.order if moved.accepted else None
        split = merchant.act("split", order, part=part)

        def unlike(one: FulfillmentOrder) -> tuple[int, int]:
            return max(len(part) - len(one.left), 0), abs(sum(one.left.values()) - units)

        return min((*split.created, split.order), key=unlike) if split.accepted else None

    def begun(self, order: FulfillmentOrder, way: list[Edge]) -> FulfillmentOrder | None:
        """Take the first step of a way with a piece of a big fulfillment order, where that step takes a part.

        None where it cannot, or does not lead where it should: that is for the cases to judge that ask for parts.
        """
        part = self.part(order)
        if not part or not self._takes_part(way):
            return None
        edge = way[0]
        arguments = self.routes.arguments(edge, order)
        step = self._tried(edge.action, self.actors[edge.actor], order, part=part, **arguments)
        goal = edge.target.partition(":")[2]
        piece = step.order if step is not None and step.accepted else None
        if piece is not None and self._is(piece, goal) and piece.location_id == order.location_id:
            return piece
        self._whole.add(edge.action)
        return None

    def ways_to_end(self, orders: Iterable[FulfillmentOrder]) -> list[tuple[FulfillmentOrder, list[Edge]]] | None:
        """Return how each fulfillment order is fulfilled; None where that takes more than few steps.

        Other ends leave what is to be done to another fulfillment order.
        """
        ends = [state.id for state in self.routes.lifecycle.states.values() if state.ended]
        found = []
        for order in orders:
            ways = [self.routes.path(self.session.state(order) or "", end) for end in ends]
            way = min((way for way in ways if way and way[-1].action == "create_fulfillment"), key=len, default=None)
            if way is None:
                return None
            found.append((order, way))
        return found if sum(len(way) for _, way in found) <= _FEW else None

    def _takes_part(self, way: list[Edge]) -> bool:
        return bool(way) and way[0].action in LEAVING_REST - self._whole

    def _is(self, order: FulfillmentOrder, pair: str) -> bool:
        return order.pair == pair and order.order_id not in self.session.tainted

    def _tried(self, action: str, actor: Actor, order: FulfillmentOrder, **arguments: Any) -> Step | None:
        try:
            with setting_up(self.session):
                return actor.act(action, order, **arguments)
        except Unobservable:
            return None


def _spread(lines: int) -> list[int]:
    """Return the units of a piece's line items: as many as a case gets, on so many lines at most."""
    units = list(QUANTITIES)
    while len(units) > max(lines, 1):
        units[0] += units.pop()
    return units
