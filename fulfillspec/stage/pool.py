"""The stage puts fulfillment orders into wanted states and hands them to cases.

Orders are what costs most on a real store, so a fulfillment order that a case is done with stays on the stage in the
state it was left in, and the next case that wants that state, or one that can be reached from it, gets it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, Unpack

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Inapplicable, Session, Unobservable
from fulfillspec.documents.lifecycle import Edge, Lifecycle
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.stage import vacancy
from fulfillspec.stage.failures import Failures
from fulfillspec.stage.given import Given, Hook, Ids
from fulfillspec.stage.pieces import Pieces
from fulfillspec.stage.routes import Routes
from fulfillspec.stage.source import NewOrder, World
from fulfillspec.stage.supply import Supply, setting_up
from fulfillspec.stage.wanted import Needs, Wanted

PLACE_OF: Final = {"service": "service", "movable": "merchant"}
"""The kind of location that routing is expected to choose for a kind of items."""
_CROWD: Final = 15
"""Fulfillment orders of an order that make a list of it long: a page of GraphQL has twenty."""
_ENTRY: Final = "open/unsubmitted"
"""The state of every new fulfillment order."""


@dataclass
class Stage:
    """The stage of one transport. `blind` says of kinds of locations why what is there cannot be seen."""

    session: Session
    lifecycle: Lifecycle
    actors: dict[str, Actor]
    supply: Supply
    ids: Ids
    hook: Hook | None
    blind: Mapping[str, str] = field(default_factory=dict)
    _leased: set[str] = field(default_factory=set)
    _failures: Failures = field(default_factory=Failures)
    _unmoved: set[str] = field(default_factory=set)
    _joined: bool = False
    _apart: bool = False

    def __post_init__(self) -> None:
        self.routes = Routes(self.session, self.lifecycle, self.actors)
        self.pieces = Pieces(self.session, self.actors, self.routes)
        self.handed = Given(self.session, self.lifecycle, self.supply, self.ids, self.hook)

    @property
    def world(self) -> World:
        """What is known of the locations."""
        return self.supply.world

    @property
    def service_location(self) -> str:
        """The location of the service; raise `Inapplicable` where none is known."""
        if self.world.service is None:
            raise Inapplicable("no location of a fulfillment service is known ([stage] service_location names one)")
        return self.world.service

    @property
    def merchant_location(self) -> str:
        """A merchant-managed location; raise `Inapplicable` where none is known."""
        if not self.world.merchant:
            raise Inapplicable("no merchant-managed location is known ([stage] merchant_location names one)")
        return self.world.merchant[0]

    def order(self, state: str, **needs: Unpack[Needs]) -> FulfillmentOrder:
        """Lease a fulfillment order in a state until the case ends; see `Wanted` for what else it may have to be.

        Raise `Unobservable` where the state cannot be reached.
        """
        wanted = Wanted(state, **needs)
        if self._apart and wanted.lines > 1:
            wanted = wanted.of_one_line()
        found = self._idle(wanted) or self._cleared(wanted)
        if found is not None and not wanted.alone:
            found = self.pieces.cut(found, self._beside(found, wanted))
        if found is None:
            found = self.handed.take(wanted, self._fits)
        if found is None:
            found = self._driven(wanted)
        self._leased.add(found.id)
        return found

    def given(self, state: str) -> FulfillmentOrder:
        """Lease a fulfillment order in a state that no API makes; raise `Inapplicable` where none is given for it."""
        if not self.offers(state):
            raise Inapplicable(f"no fulfillment order in {state} is given")
        return self.order(state)

    def offers(self, state: str) -> bool:
        """Tell whether the state can be staged at all, without staging it."""
        known = self.lifecycle.states.get(state)
        if known is None or known.given:
            return self.ids.offers(state) or self.hook is not None or any(self._standing(state))
        return True

    def release(self) -> None:
        """Take back everything that was leased; the case is over."""
        self._leased.clear()

    def elsewhere(self, order: FulfillmentOrder) -> str:
        """Return a location that stocks the movable items and is not the fulfillment order's own."""
        return vacancy.elsewhere(self.world, order, self._others(order))

    def make_room(self, order: FulfillmentOrder) -> None:
        """Let nothing of its order stand at one of the locations that an ended one could be moved to, where that can be."""
        start = Wanted(f"merchant:{_ENTRY}")
        for other, goal in vacancy.hindering(self.world, order, self._others(order)):
            if other.id not in self._leased and self.session.state(other) == start.state and self.is_movable(other):
                with suppress(Unobservable):
                    self._move(other, goal, start)
                return

    def new_order(
        self, kinds: Sequence[str] = ("service", "movable"), quantities: Sequence[int] | None = None
    ) -> tuple[NewOrder, list[FulfillmentOrder]]:
        """Make an order (of the usual quantities, unless told) and wait until routing has made its fulfillment orders."""
        return self._supplied(kinds, quantities)

    def _supplied(
        self, kinds: Sequence[str], quantities: Sequence[int] | None = None
    ) -> tuple[NewOrder, list[FulfillmentOrder]]:
        """Make an order of those items whose fulfillment orders can be seen."""
        seen = [kind for kind in kinds if PLACE_OF[kind] not in self.blind]
        if not seen:
            raise Unobservable(next(iter(self.blind.values())))
        return self.supply.make(seen, quantities)

    def name_of(self, order: FulfillmentOrder) -> str | None:
        """Return the name of the order that a fulfillment order belongs to, None where it was not made here."""
        made = self.supply.orders.get(order.order_id or "")
        return made.name if made else None

    def address_of(self, order: FulfillmentOrder) -> Mapping[str, str] | None:
        """Return the shipping address that the order of a fulfillment order was made with, None where none is known."""
        made = self.supply.orders.get(order.order_id or "")
        return made.address if made else None

    def knows(self, order: FulfillmentOrder) -> bool:
        """Tell whether the order of a fulfillment order was made here, and not given."""
        return order.order_id in self.supply.orders

    def is_movable(self, order: FulfillmentOrder) -> bool:
        """Tell whether the items of a fulfillment order are stocked at another location too."""
        return self.supply.is_movable(order)

    def _standing(self, state: str) -> list[FulfillmentOrder]:
        """Return the idle fulfillment orders that stand in a state, oldest order first."""
        goal = self.lifecycle.named(state)
        found = []
        for picture in self.session.pictures.values():
            if picture.order_id in self.session.tainted:
                continue
            for order in picture.orders.values():
                seen = self.session.state(order)
                if (
                    order.id not in self._leased
                    and seen is not None
                    and (seen == state or (goal and goal.matches(seen)))
                ):
                    found.append(order)
        return found

    def _beside(self, order: FulfillmentOrder, wanted: Wanted) -> str | None:
        """Return another location of the same kind that a piece may be moved to, where no case has anything there."""
        if wanted.place != "merchant" or wanted.clear or not self.is_movable(order):
            return None
        there = next((place for place in self.world.merchant if place != order.location_id), None)
        return None if there is None or self._has(order, there) else there

    def _idle(self, wanted: Wanted) -> FulfillmentOrder | None:
        """Return what stands there already; rather a piece than what a piece has to be cut off."""
        standing = self._standing(wanted.state)
        fitting = [order for order in standing if self._fits(order, wanted) and not self._is_crowded(order)]
        return min(fitting, key=lambda order: (self.pieces.price(order), self._siblings(order)), default=None)

    def _siblings(self, order: FulfillmentOrder) -> int:
        """Return how many fulfillment orders its order has: the fewer, the shorter the lists of all looks to come."""
        return len(self.session.pictures[order.order_id or ""].orders) if self.pieces.part(order) else 0

    def _fits(self, order: FulfillmentOrder, wanted: Wanted) -> bool:
        left = order.at_hand if not wanted.ended else order.units or {"": wanted.units}
        if sum(left.values()) < wanted.units or len(left) < (0 if wanted.ended else wanted.lines):
            return False
        if 1 < wanted.lines < wanted.units and max(left.values(), default=0) < 2:
            return False
        if wanted.untouched and order.at_hand != {key: units for key, units in order.units.items() if units}:
            return False
        if wanted.movable and not self.is_movable(order):
            return False
        if wanted.ours and order.location_id != self.world.service:
            return False
        return not (wanted.alone or wanted.clear) or not self._in_the_way(order, wanted)

    def _is_crowded(self, order: FulfillmentOrder) -> bool:
        """Tell whether nothing more is cut off an order: its lists have become long, and few orders were made."""
        return self._siblings(order) >= _CROWD and self.supply.is_frugal

    def _in_the_way(self, order: FulfillmentOrder, wanted: Wanted) -> list[FulfillmentOrder]:
        """Return the other fulfillment orders of an order that a case does not want beside this one."""
        there = self.world.service if wanted.clear == "service" else self.elsewhere(order) if wanted.clear else None
        return [other for other in self._others(order) if wanted.alone or other.location_id == there]

    def _others(self, order: FulfillmentOrder) -> list[FulfillmentOrder]:
        """Return the other fulfillment orders of an order that are not ended."""
        picture = self.session.pictures.get(order.order_id or "")
        others = picture.orders.values() if picture is not None else ()
        return [other for other in others if other.id != order.id and not other.ended]

    def _has(self, order: FulfillmentOrder, location: str) -> bool:
        """Tell whether a case has another fulfillment order of an order at a location."""
        return any(other.id in self._leased and other.location_id == location for other in self._others(order))

    def _cleared(self, wanted: Wanted) -> FulfillmentOrder | None:
        """Bring to its end what is in the way of a fulfillment order that would do, where that takes few steps."""
        tried = f"making room at the {wanted.place} location"
        if not (wanted.alone or wanted.clear) or self._failures.final(tried):
            return None
        less = replace(wanted, alone=False, clear="")
        chances = []
        for order in (one for one in self._standing(wanted.state) if self._fits(one, less)):
            others = self._in_the_way(order, wanted)
            taken = self._leased.intersection(other.id for other in others)
            ways = None if taken else self.pieces.ways_to_end(others)
            if ways:
                steps = sum(len(way) for _, way in ways) + self.pieces.price(order)
                chances.append((steps, order, ways))
        if not chances:
            return None
        _, order, ways = min(chances, key=lambda chance: chance[0])
        try:
            for other, way in ways:
                self.routes.go(other, way, way[-1].target, fresh=False)
        except Unobservable as reason:
            self._failures.add(tried, str(reason))
            return None
        found = self.session.pictures[order.order_id or ""].orders.get(order.id)
        fine = found is not None and self.session.state(found) == wanted.state and self._fits(found, wanted)
        return found if fine else None

    def _driven(self, wanted: Wanted) -> FulfillmentOrder:
        """Drive an idle or a new fulfillment order along the lifecycle; try once more with a new one if that fails."""
        reason = ""
        for attempt in range(2):
            ways = self._ways(wanted) if attempt == 0 else []
            try:
                start, path = ways[0] if ways else self._fresh(wanted)
                return self._gone(start, path, wanted, fresh=not ways)
            except Unobservable as error:
                reason = reason or str(error)
        raise Unobservable(reason)

    def _gone(self, start: FulfillmentOrder, path: list[Edge], wanted: Wanted, *, fresh: bool) -> FulfillmentOrder:
        """Go a way with a piece of a fulfillment order, or with all of it where it is not big."""
        if wanted.alone:
            return self.routes.go(start, path, wanted.state, fresh=fresh)
        piece = self.pieces.begun(start, path)
        if piece is not None:
            return self.routes.go(piece, path[1:], wanted.state, fresh=fresh)
        picture = self.session.pictures.get(start.order_id or "")
        now = picture.orders.get(start.id) if picture is not None else start
        if now is not None and now.pair == start.pair and now.order_id not in self.session.tainted:
            piece = self.pieces.cut(now, self._beside(now, wanted))
        if piece is None:
            piece, path = self._fresh(wanted)
        return self.routes.go(piece, path, wanted.state, fresh=fresh)

    def _ways(self, wanted: Wanted) -> list[tuple[FulfillmentOrder, list[Edge]]]:
        if wanted.alone or wanted.clear:
            return []
        found = []
        for state in self.lifecycle.states:
            path = self.routes.path(state, wanted.state)
            if path:
                standing = [order for order in self._standing(state) if not self._is_crowded(order)]
                found += [(order, path) for order in standing if self._fits(order, wanted.at(state))]
        return sorted(found, key=lambda way: (self.pieces.price(*way), self._siblings(way[0])))

    def _fresh(self, wanted: Wanted) -> tuple[FulfillmentOrder, list[Edge]]:
        """Return a new fulfillment order and the way from it; nothing is made where that cannot come to the goal."""
        start = wanted.at(f"{wanted.place}:{_ENTRY}")
        path = self.routes.path(start.state, wanted.state)
        if path is None:
            raise Unobservable(self.routes.why_not(start.state, wanted.state))
        if wanted.place in self.blind:
            raise Unobservable(self.blind[wanted.place])
        if self.supply.only_given or (self.supply.source is None and (self.ids.offers(start.state) or self.hook)):
            begin = self.handed.take(start, self._fits)
            if begin is None:
                because = f" ({self.supply.why_not})" if self.supply.why_not else ""
                raise Unobservable(f"no fulfillment order for {wanted.state} was given or can be made{because}")
            return begin, path
        reason = self.routes.final(wanted.state) or self._failures.final(_kind(wanted))
        if reason is not None:
            raise Unobservable(reason)
        self.supply.prepare()
        if wanted.place == "service" and self.world.service is None:
            raise Inapplicable("no location of a fulfillment service is known ([stage] service_location names one)")
        return self._moved(start) or self._made(start), path

    def _moved(self, start: Wanted) -> FulfillmentOrder | None:
        """Move a piece of what stands at the other kind of location to the wanted one; None where nothing does.

        It may join another one of its order there, though not one that a case has.
        """
        service = start.place == "service"
        goal = self.world.service if service else next(iter(self.world.merchant), None)
        if goal is None or start.alone or start.clear or start.place in self._unmoved:
            return None
        there = replace(start, state=f"{'merchant' if service else 'service'}:{_ENTRY}", ours=False)
        fitting = [one for one in self._standing(there.state) if self.is_movable(one) and self._fits(one, there)]
        free = [one for one in fitting if not self._has(one, goal)]
        order = min(free, key=self._siblings, default=None)
        if order is None:
            return None
        try:
            piece = self._move(order, goal, start, part=self.pieces.part(order))
        except Unobservable:
            return None
        return piece if self._fits(piece, start) else None

    def _made(self, start: Wanted) -> FulfillmentOrder:
        """Return a new fulfillment order at the wanted place."""
        at_service = start.place == "service"
        both = self.world.service is not None and not (
            start.alone or start.clear == "service" or (start.movable and at_service)
        )
        single = "service" if at_service and not start.movable else "movable"
        orders: list[FulfillmentOrder] = []
        for kinds in [("service", "movable"), (single,)] if both and not self._joined else [(single,)]:
            _, orders = self._supplied(kinds)
            for order in orders:
                if self.session.state(order) == start.state and self._fits(order, start):
                    return order
            piece = self._of_one_line(orders, start)
            if piece is not None:
                self._apart = start.lines > 1 and all(len(order.lines) == 1 for order in orders)
                return piece
            if (at_service and not start.movable) or any(map(self.is_movable, orders)):
                break
            self._joined = True  # routing put both kinds at one location, and not all of it can go elsewhere
        if start.alone and len(orders) > 1:
            _, orders = self._supplied((single,), self.supply.usual[:1])
            piece = self._of_one_line(orders, start)
            if piece is not None:
                return piece
        return self._placed(orders, start)

    def _of_one_line(self, orders: Sequence[FulfillmentOrder], start: Wanted) -> FulfillmentOrder | None:
        """Return what does for want of several line items, where routing gave each a fulfillment order of its own."""
        less = start.of_one_line()
        fitting = [one for one in orders if self.session.state(one) == start.state and self._fits(one, less)]
        return max(fitting, key=lambda one: sum(one.left.values()), default=None)

    def _placed(self, orders: list[FulfillmentOrder], start: Wanted) -> FulfillmentOrder:
        """Move a new fulfillment order to the wanted kind of location, where routing put it elsewhere."""
        goal = self.world.service if start.place == "service" else next(iter(self.world.merchant), None)
        candidates = [order for order in orders if self.is_movable(order)] or orders
        order = max(candidates, key=lambda one: (len(one.lines), sum(one.left.values())))
        if goal is None:
            raise Inapplicable(f"no {start.place} location is known to move a fulfillment order to")
        try:
            moved = self._move(order, goal, start)
        except Unobservable as reason:
            raise Unobservable(self._failures.add(_kind(start), str(reason))) from None
        self._failures.forget(_kind(start))
        return moved

    def _move(
        self, order: FulfillmentOrder, goal: str, start: Wanted, *, part: Sequence[tuple[str, int]] = ()
    ) -> FulfillmentOrder:
        """Move a fulfillment order, or a part of it, to a location; raise `Unobservable` where that does not work."""
        with setting_up(self.session):
            step = self.actors["merchant"].move(order, location=goal, **({"part": part} if part else {}))
        moved = step.order
        if self.session.state(moved) != start.state:
            self._unmoved.add(start.place)
            raise Unobservable(
                f"a fulfillment order at the {start.place} location could not be staged: move to it was "
                f"{step.answer.described()}, it is {self.session.state(moved)}"
            )
        return moved


def _kind(wanted: Wanted) -> str:
    """Return what is staged: what is stocked at the service alone stands there without a move, which others need."""
    return f"movable at {wanted.place}" if wanted.movable else wanted.place
