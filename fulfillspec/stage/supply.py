"""New orders: made within the budget, looked at until routing has made their fulfillment orders, remembered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from fulfillspec.acting.session import Inapplicable, Session, Unobservable
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import sources
from fulfillspec.judge.finding import fails
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.stage.budget import SHARE, Budget
from fulfillspec.stage.failures import Failures
from fulfillspec.stage.source import CannotStage, NewOrder, Source, World

judging(__file__, Hears.SUPPLY)

QUANTITIES: Final = (3, 2, 1)
"""Units of the line items that a case gets: more than one line, more than one unit, and a single one."""
_PLENTY: Final = 6
"""How many times those units a new order has."""
_PAUSES: Final = (0.1, 0.2, 0.4, 0.8, 1.6, *[3.2] * 6)
"""Seconds between the looks at a new order that has no fulfillment order yet."""
_FURTHER: Final = 5
"""How many of them line items are waited for that are still missing, after each look that shows more."""
_MAKING: Final = "making an order"


@contextmanager
def setting_up(session: Session) -> Iterator[None]:
    """Mark what is sent in the block as preparation."""
    phase, session.phase = session.phase, "setup"
    try:
        yield
    finally:
        session.phase = phase


@dataclass
class Supply:
    """Makes orders for one transport. `known_world` is what is known of the locations where nothing is made.

    `why_not` says why no order can be made, where that was tried. `sees_all`: the merchant sees fulfillment orders at every kind of location.
    """

    session: Session
    source: Source | None
    budget: Budget
    sleep: Callable[[float], None]
    only_given: bool = False
    known_world: World = field(default_factory=World)
    sees_all: bool = True
    why_not: str = ""
    orders: dict[str, NewOrder] = field(default_factory=dict)
    _waited_enough: bool = False
    _failures: Failures = field(default_factory=Failures)

    @property
    def world(self) -> World:
        """What is known of the locations."""
        return self.source.world if self.source is not None else self.known_world

    @property
    def usual(self) -> Sequence[int]:
        """The quantities of an order's line items: an order is made to last, pieces are cut off it."""
        return [units * _PLENTY for units in QUANTITIES]

    @property
    def is_frugal(self) -> bool:
        """Whether few orders were made so far, of those that a transport needs at most."""
        return self.budget.made_over(self.session.name) < SHARE // 2

    def prepare(self) -> None:
        """Find or make what orders need; raise `Unobservable` where that cannot be."""
        try:
            if self.source is not None:
                self.source.prepare()
        except CannotStage as reason:
            raise Unobservable(str(reason)) from None

    def make(
        self, kinds: Sequence[str], quantities: Sequence[int] | None = None
    ) -> tuple[NewOrder, list[FulfillmentOrder]]:
        """Make an order (of the usual quantities, unless told) and wait until routing has made its fulfillment orders.

        Raise `Unobservable` where that cannot be: what failed alike twice is not tried a third time.
        """
        if self.source is None or self.only_given:
            raise Inapplicable("no order can be made here: fulfillment orders are given")
        reason = self._failures.final(_MAKING) or self.budget.refuses(self.session.name)
        if reason is not None:
            raise Unobservable(reason)
        try:
            with setting_up(self.session):
                made = self._made(self.source, kinds, quantities or self.usual)
                found = self._routed(made)
        except (CannotStage, Unobservable) as error:
            raise Unobservable(self._failures.add(_MAKING, str(error))) from None
        if not found:
            raise Unobservable(self._failures.give_up(_MAKING, self._unrouted(made)))
        self._failures.forget(_MAKING)
        return made, found

    def _made(self, source: Source, kinds: Sequence[str], quantities: Sequence[int]) -> NewOrder:
        made = source.create(kinds, quantities)
        self.budget.made(self.session.name)
        self.session.places.update(source.world.places())
        self.session.known.contents.update(source.world.contents)
        self.session.known.items.update(made.items)
        self.orders[made.id] = made
        return made

    def _routed(self, made: NewOrder) -> list[FulfillmentOrder]:
        """Look until all that was ordered has been routed: the fulfillment orders may come one after the other.

        Where some of it never comes, that is waited for once.
        """
        known: set[str] = set()
        pauses = list(_PAUSES)
        while True:
            found = list(self.session.look(made.id).orders.values())
            fresh = [order for order in found if order.id not in known]
            if fresh and self.session.latest is not None:
                self.session.record_all(sources.made_now(fresh, self.session.latest), self.session.latest)
            if found and (self._waited_enough or not self.sees_all or _covers(found, made)):
                return found
            if fresh:
                pauses = list(_PAUSES[:_FURTHER])
            known.update(order.id for order in fresh)
            if not pauses:
                self._waited_enough = bool(found)
                return found
            self.sleep(pauses.pop(0))

    def _unrouted(self, made: NewOrder) -> str:
        reason = f"order {made.id} got no fulfillment order within {len(_PAUSES) + 1} looks"
        if self.session.latest is not None and self.sees_all:
            finding = fails("FO-ROUTING-CREATES", "one or more fulfillment orders once routing is complete", reason)
            self.session.record(finding, self.session.latest)
        return reason

    def is_movable(self, order: FulfillmentOrder) -> bool:
        """Tell whether the items of a fulfillment order are stocked at another location too."""
        made = self.orders.get(order.order_id or "")
        if made is None:  # nothing tells where the items of a given order are stocked
            return self.source is None or self.only_given
        return made.movable is None or set(order.units) <= made.movable


def _covers(orders: Sequence[FulfillmentOrder], made: NewOrder) -> bool:
    """Tell whether fulfillment orders have all the units that were ordered, as far as those are known."""
    routed: Counter[str] = Counter()
    for order in orders:
        routed.update(order.units)
    return all(routed[item] >= units for item, units in (made.units or {}).items())
