"""The stage puts fulfillment orders into wanted states and hands them to cases.

Orders are what costs most on a real store, so a fulfillment order that a case is done with stays on the stage in the
state it was left in, and the next case that wants that state, or one that can be reached from it, gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Inapplicable, Scene, Tainted, Unobservable
from fulfillspec.acting.step import Step
from fulfillspec.documents.lifecycle import Edge, Lifecycle
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge.finding import fails
from fulfillspec.stage.given import Hook, Ids
from fulfillspec.stage.source import CannotStage, NewOrder, Source, World

QUANTITIES = (3, 2, 1)
"""Units of the line items of a new fulfillment order: more than one line, more than one unit, and a single one."""

_MOST_SPOILT = 120
"""Orders that deviations may use up on a transport before the run makes do without."""

_PLENTY = 6
"""How many times those units an order has where orders are dear."""

_ROUTING_TRIES = 12
_HOLD = {"reason": "other", "notes": "Held by a conformance run."}


@dataclass
class Stage:
    """The stage of one transport."""

    scene: Scene
    lifecycle: Lifecycle
    actors: dict[str, Actor]
    source: Source | None
    ids: Ids
    hook: Hook | None
    sleep: Callable[[float], None]
    only_given: bool = False
    thrifty: bool = False
    told: World = field(default_factory=World)
    _orders: dict[str, NewOrder] = field(default_factory=dict)
    _leased: set[str] = field(default_factory=set)
    _avoid: set[tuple[str, str]] = field(default_factory=set)
    _broken: str | None = None
    _cannot_split: bool = False
    _joined: bool = False

    @property
    def world(self) -> World:
        """What is known of the locations."""
        return self.source.world if self.source is not None else self.told

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

    def order(
        self,
        state: str,
        *,
        movable: bool = False,
        lines: int = 1,
        units: int = 1,
        whole: bool = False,
        alone: bool = False,
        clear: str = "",
        ours: bool = False,
    ) -> FulfillmentOrder:
        """Lease a fulfillment order in a state (`place:status/request_status`) until the case ends.

        `movable`: its items are stocked at another location too. `lines`, `units`: it has at least so many line items
        and units left. `whole`: nothing of it was fulfilled. `alone`: its order has no other that is not ended.
        `ours`: at the location of the service that this run made or was told, not one that came with a given order.
        Raise `Unobservable` where the state cannot be reached.
        """
        wanted = _Wanted(state, movable, lines, units, whole or lines > 1, alone, clear, ours)
        found = self._idle(wanted)
        if found is not None:
            found = self._cut(found, wanted)
        if found is None:
            found = self._given(wanted)
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
        for location in (*self.world.merchant, self.world.service):
            if location is not None and location != order.location_id:
                return location
        raise Inapplicable(
            "no second location that stocks the items is known ([stage] merchant_location, other_location)"
        )

    def _cut(self, order: FulfillmentOrder, wanted: _Wanted) -> FulfillmentOrder | None:
        """Cut a piece off a big fulfillment order where new orders are dear: hold a part of it and release that.

        None where that went wrong and the order is no ground for verdicts any more; it is not tried again then.
        """
        lines = sorted((line for line in order.lines if line.remaining), key=lambda line: -(line.remaining or 0))
        pieces = list(zip(lines, QUANTITIES, strict=False))
        big = bool(pieces) and all((line.remaining or 0) >= 2 * units for line, units in pieces)
        if not self.thrifty or self._cannot_split or wanted.alone or order.pair != "open/unsubmitted" or not big:
            return order
        merchant, part = self.actors["merchant"], [(line.id, units) for line, units in pieces]
        try:
            held = self._setup(lambda: merchant.hold(order, part=part, **_HOLD))
            if not held.accepted:
                self._cannot_split = True
                return order
            released = self._setup(lambda: merchant.release_hold(held.order))
            piece = released.needs(released.order)
        except Unobservable:
            self._cannot_split = True
            return None
        fine = piece.pair == "open/unsubmitted" and order.order_id not in self.scene.tainted
        self._cannot_split = not fine or sum(piece.left.values()) != sum(units for _, units in part)
        return piece if fine else None

    def new_order(
        self, kinds: Sequence[str] = ("service", "movable"), quantities: Sequence[int] | None = None
    ) -> tuple[NewOrder, list[FulfillmentOrder]]:
        """Make an order (of the usual quantities, unless told) and wait until routing has made its fulfillment orders."""
        if self._broken:
            raise Unobservable(self._broken)
        if len(self.scene.tainted) >= _MOST_SPOILT:
            raise Unobservable(f"{_MOST_SPOILT} orders took part in deviations; no more are made")
        if self.source is None or self.only_given:
            raise Inapplicable("no order can be made here: fulfillment orders are given")
        phase, self.scene.phase = self.scene.phase, "setup"
        try:
            made = self.source.create(kinds, quantities or self._usual)
            self.scene.places.update(self.source.world.places())
            self._orders[made.id] = made
            for attempt in range(_ROUTING_TRIES):
                picture = self.scene.look(made.id)
                if picture.orders:
                    return made, list(picture.orders.values())
                self.sleep(0.1 * 2 ** min(attempt, 5))
        except CannotStage as reason:
            self._broken = str(reason)
            raise Unobservable(self._broken) from None
        finally:
            self.scene.phase = phase
        self._broken = f"order {made.id} got no fulfillment order within {_ROUTING_TRIES} looks"
        if self.scene.latest is not None:
            self.scene.record(
                fails("FO-ROUTING-CREATES", "one or more fulfillment orders once routing is complete", self._broken),
                self.scene.latest,
            )
        raise Unobservable(self._broken)

    @property
    def _usual(self) -> Sequence[int]:
        """The quantities of an order's line items."""
        return [units * _PLENTY for units in QUANTITIES] if self.thrifty else QUANTITIES

    @property
    def orders_made(self) -> int:
        """How many orders were made here."""
        return len(self._orders)

    def name_of(self, order: FulfillmentOrder) -> str | None:
        """Return the name of the order that a fulfillment order belongs to, None where it was not made here."""
        made = self._orders.get(order.order_id or "")
        return made.name if made else None

    def address_of(self, order: FulfillmentOrder) -> Mapping[str, str] | None:
        """Return the shipping address that the order of a fulfillment order was made with, None where none is known."""
        made = self._orders.get(order.order_id or "")
        return made.address if made else None

    def knows(self, order: FulfillmentOrder) -> bool:
        """Tell whether the order of a fulfillment order was made here, and not given."""
        return order.order_id in self._orders

    def show(self, identity: str, expected: str) -> FulfillmentOrder:
        """Look up a fulfillment order that was given by id and learn its place from the state it stands for."""
        phase, self.scene.phase = self.scene.phase, "setup"
        try:
            answer = self.scene.ask(self.scene.observer, "get", identity)
            order = answer.order
            if order is None or order.order_id is None:
                raise Unobservable(f"the given fulfillment order {identity} could not be read: {answer.described()}")
            if order.location_id is not None:
                self.scene.places.setdefault(order.location_id, expected.partition(":")[0])
            return self.scene.look(order.order_id).orders.get(order.id, order)
        finally:
            self.scene.phase = phase

    def _standing(self, state: str) -> list[FulfillmentOrder]:
        """Return the idle fulfillment orders that stand in a state, oldest order first."""
        goal = self.lifecycle.named(state)
        found = []
        for picture in self.scene.pictures.values():
            if picture.order_id in self.scene.tainted:
                continue
            for order in picture.orders.values():
                seen = self.scene.state(order)
                if (
                    order.id not in self._leased
                    and seen is not None
                    and (seen == state or (goal and goal.matches(seen)))
                ):
                    found.append(order)
        return found

    def _idle(self, wanted: _Wanted) -> FulfillmentOrder | None:
        return next((order for order in self._standing(wanted.state) if self._fits(order, wanted)), None)

    def _fits(self, order: FulfillmentOrder, wanted: _Wanted) -> bool:
        ended = wanted.pair_ended
        left = order.left if not ended else order.units or {"": wanted.units}
        if sum(left.values()) < wanted.units or len(left) < (0 if ended else wanted.lines):
            return False
        # no document says what the release of a hold on what is partly fulfilled leads to
        whole = wanted.whole or ":on_hold/" in wanted.state
        if whole and not ended and order.left != {key: units for key, units in order.units.items() if units}:
            return False
        if wanted.movable and not self.is_movable(order):
            return False
        if wanted.ours and order.location_id != self.world.service:
            return False
        if wanted.alone:
            picture = self.scene.pictures[order.order_id or ""]
            return all(other.ended or other.id == order.id for other in picture.orders.values())
        return not wanted.clear or self._is_clear(order, wanted.clear)

    def _is_clear(self, order: FulfillmentOrder, where: str) -> bool:
        """Tell whether no other fulfillment order of the order stands where this one would be moved to."""
        there = self.world.service if where == "service" else self.elsewhere(order)
        picture = self.scene.pictures[order.order_id or ""]
        return all(
            other.ended or other.id == order.id or other.location_id != there for other in picture.orders.values()
        )

    def is_movable(self, order: FulfillmentOrder) -> bool:
        """Tell whether the items of a fulfillment order are stocked at another location too."""
        made = self._orders.get(order.order_id or "")
        if made is None:  # nothing tells where the items of a given order are stocked
            return self.source is None or self.only_given
        return made.movable is None or set(order.units) <= made.movable

    def _given(self, wanted: _Wanted) -> FulfillmentOrder | None:
        """Take an order of the wanted state from the ids or the hook, where they are the way to it."""
        state = self.lifecycle.states.get(wanted.state)
        first = self.only_given or state is None or state.given or self.source is None
        while first and self.ids.offers(wanted.state):
            order = self.show(self.ids.take(wanted.state), wanted.state)
            if self._right(order, wanted):
                return order
        if first and self.hook is not None and self.hook.offers(wanted.state):
            quantities = QUANTITIES[: max(wanted.lines, 3)]
            try:
                order = self.show(self.hook.take(wanted.state, quantities), wanted.state)
            except CannotStage as reason:
                if state is None or state.given:
                    raise Unobservable(str(reason)) from None
                return None
            if self._right(order, wanted):
                return order
        if state is not None and state.given:
            raise Inapplicable(f"no fulfillment order in {wanted.state} was given ([stage.ids] or a hook make it)")
        return None

    def _right(self, order: FulfillmentOrder, wanted: _Wanted) -> bool:
        seen = self.scene.state(order) or ""
        known = self.lifecycle.states.get(wanted.state)
        if not (seen == wanted.state or (known and known.matches(seen))):
            self.scene.ledger.notes.append(f"fulfillment order {order.id} was given as {wanted.state} and is {seen}")
            return False
        return self._fits(order, wanted)

    def _driven(self, wanted: _Wanted) -> FulfillmentOrder:
        """Drive an idle or a new fulfillment order along the lifecycle; try once more with a new one if that fails."""
        reason = ""
        for attempt in range(2):
            ways = self._ways(wanted) if attempt == 0 else []
            try:
                start, path = ways[0] if ways else self._fresh(wanted)
                piece = self._cut(start, wanted)
                if piece is None:
                    start, path = self._fresh(wanted)
                return self._walk(piece or start, path, wanted, fresh=not ways)
            except Unobservable as error:
                reason = str(error)
        raise Unobservable(reason)

    def _ways(self, wanted: _Wanted) -> list[tuple[FulfillmentOrder, list[Edge]]]:
        if wanted.alone or wanted.clear:
            return []
        found = []
        for state in self.lifecycle.states:
            path = self._path(state, wanted.state)
            if path:
                start = replace(wanted, state=state)
                found += [(order, path) for order in self._standing(state) if self._fits(order, start)]
        return sorted(found, key=lambda way: len(way[1]))

    def _path(self, start: str, goal: str) -> list[Edge] | None:
        return self.lifecycle.path(start, goal, avoid=frozenset(self._avoid))

    def _fresh(self, wanted: _Wanted) -> tuple[FulfillmentOrder, list[Edge]]:
        place = wanted.state.partition(":")[0]
        start = f"{place}:open/unsubmitted"
        path = self._path(start, wanted.state)
        if path is None:
            broken = ", ".join(f"{action} from {state}" for state, action in sorted(self._avoid))
            raise Unobservable(f"{wanted.state} cannot be reached" + (f": {broken} did not work" if broken else ""))
        if self.only_given or (self.source is None and (self.ids.offers(start) or self.hook)):
            begin = self._given(replace(wanted, state=start))
            if begin is None:
                raise Unobservable(f"no fulfillment order for {wanted.state} was given or can be made")
            return begin, path
        both = self.world.service is not None and not (
            wanted.alone or wanted.clear == "service" or (wanted.movable and place == "service")
        )
        single = "movable" if wanted.movable or place == "merchant" else "service"
        orders: list[FulfillmentOrder] = []
        for kinds in [("service", "movable"), (single,)] if both and not self._joined else [(single,)]:
            _, orders = self.new_order(kinds)
            for order in orders:
                if self.scene.state(order) == start and self._fits(order, replace(wanted, state=start)):
                    return order, path
            piece = self._of_one_line(orders, wanted, start)
            if piece is not None:
                return piece, path
            if (place == "service" and not wanted.movable) or any(map(self.is_movable, orders)):
                break
            self._joined = True  # routing put both kinds at one location, and not all of it can go elsewhere
        if wanted.alone and len(orders) > 1:
            _, orders = self.new_order((single,), self._usual[:1])
            piece = self._of_one_line(orders, wanted, start)
            if piece is not None:
                return piece, path
        return self._placed(orders, place), path

    def _of_one_line(self, orders: Sequence[FulfillmentOrder], wanted: _Wanted, start: str) -> FulfillmentOrder | None:
        """Return what does for want of several line items, where routing gave each a fulfillment order of its own."""
        less = replace(wanted, state=start, lines=1, units=min(wanted.units, 2))
        fitting = [one for one in orders if self.scene.state(one) == start and self._fits(one, less)]
        return max(fitting, key=lambda one: sum(one.left.values()), default=None)

    def _placed(self, orders: list[FulfillmentOrder], place: str) -> FulfillmentOrder:
        """Move a new fulfillment order to the wanted kind of location, where routing put it elsewhere."""
        goal = self.world.service if place == "service" else next(iter(self.world.merchant), None)
        candidates = [order for order in orders if self.is_movable(order)] or orders
        order = max(candidates, key=lambda one: (len(one.lines), sum(one.left.values())))
        if goal is None:
            raise Inapplicable(f"no {place} location is known to move a fulfillment order to")
        step = self._setup(lambda: self.actors["merchant"].move(order, location=goal))
        moved = step.order
        if self.scene.state(moved) != f"{place}:open/unsubmitted":
            raise Unobservable(
                f"a fulfillment order at the {place} location could not be staged: move to it was {step.answer.described()}, "
                f"it is {self.scene.state(moved)}"
            )
        return moved

    def _walk(self, order: FulfillmentOrder, path: list[Edge], wanted: _Wanted, *, fresh: bool) -> FulfillmentOrder:
        for edge in path:
            actor = self.actors.get(edge.actor)
            if actor is None:
                raise Unobservable(f"{wanted.state} needs the {edge.actor} actor, and it has no token")
            step = self._setup(partial(actor.act, edge.action, order, **self.arguments(edge, order)))
            if not self.arrived(step, edge):
                if fresh:  # one that was used before may have been spoilt on its way
                    self._avoid.add((edge.source, edge.action))
                raise Unobservable(
                    f"{wanted.state} was not reached: {edge.action} from {edge.source} was {step.answer.described()}, "
                    f"and a later look shows {step.target.pair}"
                )
            order = step.target if edge.action == "cancel" else step.order
        if order.order_id in self.scene.tainted:
            raise Tainted(f"{wanted.state} was reached by a way that deviated")
        return order

    def arrived(self, step: Step, edge: Edge) -> bool:
        """Judge that a step led where its documented transition leads."""
        goal = self.lifecycle.states[edge.target]
        pairs = " or ".join(dict.fromkeys([goal.pair, *(other.partition(":")[2] for other in goal.also)]))
        of = step.target if edge.action == "cancel" and step.accepted else None
        return step.expect(edge.requirement, pairs, of=of, answered=False)

    def _setup(self, action: Callable[[], Step]) -> Step:
        phase, self.scene.phase = self.scene.phase, "setup"
        try:
            return action()
        finally:
            self.scene.phase = phase

    def arguments(self, edge: Edge, order: FulfillmentOrder) -> dict[str, Any]:
        """Return plain documented arguments for walking an edge."""
        if edge.action == "hold":
            return dict(_HOLD)
        if edge.action == "create_fulfillment" and edge.part:
            return {"part": smaller(order)}
        return {}


@dataclass(frozen=True, slots=True)
class _Wanted:
    state: str
    movable: bool
    lines: int
    units: int
    whole: bool
    alone: bool
    clear: str = ""
    ours: bool = False

    @property
    def pair_ended(self) -> bool:
        return self.state.partition(":")[2].startswith(("closed/", "cancelled/"))


def smaller(order: FulfillmentOrder) -> list[tuple[str, int]]:
    """Return a part of what is left of a fulfillment order: one unit of its biggest line; raise if there is no part."""
    lines = sorted((line for line in order.lines if line.remaining), key=lambda line: -(line.remaining or 0))
    if sum(line.remaining or 0 for line in lines) < 2:
        raise Unobservable(f"fulfillment order {order.id} has no two units left to act on a part")
    return [(lines[0].id, 1)]
