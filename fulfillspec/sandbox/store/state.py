"""The tables of the store, and the few ways in which a fulfillment order's content changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from fulfillspec.sandbox.clock import Clock
from fulfillspec.sandbox.errors import Refused, Unknown
from fulfillspec.sandbox.model import (
    LIVE,
    Amount,
    Fulfillment,
    FulfillmentOrder,
    Line,
    Location,
    Order,
    OrderLine,
    Product,
    Service,
    Subscription,
    Variant,
)

NO_FULFILLMENT_ORDER = "Fulfillment order does not exist."
NO_LINE = "Fulfillment order line item does not exist."
BAD_QUANTITY = "Invalid fulfillment order line item quantity requested."
NOT_POSITIVE = "Quantity must be greater than 0"
NOT_UNIQUE = "must contain unique line item ids"

Listener = Callable[[str, Mapping[str, Any]], None]
"""Called with a topic (`fulfillment_orders/…`) and the objects it is about, after the change."""


class State:
    """Everything the shop has. Operations change it at once or not at all; there is one thread."""

    shop_id = 690_210_001
    shop_name = "Sandbox"
    shop_domain = "sandbox.example.com"
    first_id = 7_100_000_001
    """Ids of every kind start here, each kind in a range of its own."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.listeners: list[Listener] = []
        self.subscriptions: dict[int, Subscription] = {}
        self.services: dict[int, Service] = {}
        self.locations: dict[int, Location] = {}
        self.products: dict[int, Product] = {}
        self.variants: dict[int, Variant] = {}
        self.inventory_items: dict[int, Variant] = {}
        self.orders: dict[int, Order] = {}
        self.fulfillment_orders: dict[int, FulfillmentOrder] = {}
        self.fulfillments: dict[int, Fulfillment] = {}
        self.scheduled: dict[int, FulfillmentOrder] = {}
        self._counters: dict[str, count[int]] = {}

    def new_id(self, kind: str) -> int:
        """Return an id that nothing of this kind has had."""
        counter = self._counters.get(kind)
        if counter is None:
            counter = self._counters[kind] = count(self.first_id + 10_000_000 * len(self._counters))
        return next(counter)

    def now(self) -> datetime:
        """Return the present instant in whole seconds: the API shows no fractions."""
        return self.clock.now().replace(microsecond=0)

    def announce(self, topic: str, **about: Any) -> None:
        """Tell the listeners what has just happened."""
        for listener in self.listeners:
            listener(topic, about)

    def order(self, order_id: int) -> Order:
        """Find an order; raises Unknown."""
        found = self.orders.get(order_id)
        if found is None:
            raise Unknown
        return found

    def fulfillment_order(self, fulfillment_order_id: int) -> FulfillmentOrder:
        """Find a fulfillment order, whoever asks; raises Unknown."""
        found = self.fulfillment_orders.get(fulfillment_order_id)
        if found is None:
            raise Unknown(NO_FULFILLMENT_ORDER)
        return found

    def settle(self) -> None:
        """Do what time alone has made due: scheduled fulfillment orders whose fulfill_at has come are opened."""
        if self.scheduled:
            now = self.clock.now()
            for fo in list(self.scheduled.values()):
                if fo.fulfill_at is not None and fo.fulfill_at <= now:
                    self.open_by_itself(fo)

    def open_by_itself(self, fo: FulfillmentOrder) -> None:
        """Open a scheduled fulfillment order at its fulfill_at (FulfillmentOrder, fulfill_at)."""
        self.become(fo, status="open")
        self.announce("fulfillment_orders/scheduled_fulfillment_order_ready", fulfillment_order=fo)

    def ended(self, fo: FulfillmentOrder) -> bool:
        """Say whether nothing can be done with it any more."""
        return fo.status == "closed"

    def touch(self, fo: FulfillmentOrder) -> None:
        """Note that it changed: updated_at never goes back."""
        fo.updated_at = max(fo.updated_at, self.now())

    def become(self, fo: FulfillmentOrder, *, status: str | None = None, request_status: str | None = None) -> None:
        """Enter a state. Work that begins or ends freezes the assigned location (property assigned_location)."""
        if status is not None:
            fo.status = status
            if status in LIVE:
                fo.snapshot = None
            elif fo.snapshot is None:
                fo.snapshot = replace(fo.location)
            if status == "scheduled":
                self.scheduled[fo.id] = fo
            else:
                self.scheduled.pop(fo.id, None)
        if request_status is not None:
            fo.request_status = request_status
        self.touch(fo)

    def spawn(self, order: Order, location: Location) -> FulfillmentOrder:
        """Make an empty fulfillment order: open, and unsubmitted as every newly created one."""
        now = self.now()
        fo = FulfillmentOrder(
            id=self.new_id("fulfillment_order"),
            order=order,
            location=location,
            created_at=now,
            updated_at=now,
            destination_id=self.new_id("destination"),
            delivery_method_id=self.new_id("delivery_method"),
            fulfill_at=self.standard_fulfill_at(order),
        )
        self.fulfillment_orders[fo.id] = fo
        order.fulfillment_orders.append(fo)
        return fo

    def standard_fulfill_at(self, _order: Order) -> datetime | None:
        """Return fulfill_at of an order that is not scheduled: null, as in every open sample."""
        return None

    def put(self, fo: FulfillmentOrder, order_line: OrderLine, units: int) -> None:
        """Add unfulfilled units of an order's line item; never two lines for the same one."""
        for line in fo.lines:
            if line.order_line is order_line:
                line.quantity += units
                line.fulfillable += units
                break
        else:
            fo.lines.append(Line(self.new_id("line"), order_line, units, units))
        self.touch(fo)

    def transfer(self, fo: FulfillmentOrder, amounts: Mapping[int, int], into: FulfillmentOrder) -> FulfillmentOrder:
        """Move unfulfilled units (by line id) into another one; the sum over both stays. Returns `into`."""
        for line in list(fo.lines):
            units = amounts.get(line.id, 0)
            if units:
                line.quantity -= units
                line.fulfillable -= units
                self.put(into, line.order_line, units)
                if not line.quantity:
                    fo.lines.remove(line)
        self.touch(fo)
        return into

    def split_off(self, fo: FulfillmentOrder, amounts: Mapping[int, int]) -> FulfillmentOrder:
        """Move unfulfilled units into a new open, unsubmitted fulfillment order at the same location."""
        rest = self.spawn(fo.order, fo.location)
        rest.fulfill_by = fo.fulfill_by
        return self.transfer(fo, amounts, rest)

    def left(self, fo: FulfillmentOrder) -> dict[int, int]:
        """Return what is left to fulfil, by line id."""
        return {line.id: line.fulfillable for line in fo.lines if line.fulfillable}

    def named(
        self,
        fo: FulfillmentOrder,
        amounts: Sequence[Amount] | None,
        *,
        not_positive: str = NOT_POSITIVE,
        field: Sequence[str] | None = None,
    ) -> dict[int, int]:
        """Check the units a client names; without any, all that is left is meant. Raises Refused."""
        if not amounts:
            return self.left(fo)
        lines = {line.id: line for line in fo.lines}
        chosen: dict[int, int] = {}
        for index, amount in enumerate(amounts):
            if amount.id not in lines:
                raise Refused(NO_LINE, field=field)
            if amount.id in chosen:
                raise Refused(NOT_UNIQUE, field=field, code="DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS")
            if amount.quantity <= 0:
                place = None if field is None else (*field, str(index), "quantity")
                raise Refused(not_positive, field=place, code="GREATER_THAN_ZERO")
            self.check_amount(lines[amount.id], amount.quantity)
            chosen[amount.id] = amount.quantity
        return chosen

    def check_amount(self, line: Line, units: int) -> None:
        """Refuse more units than are left on the line."""
        if units > line.fulfillable:
            raise Refused(BAD_QUANTITY, code="INVALID_LINE_ITEM_QUANTITY")

    def complement(self, fo: FulfillmentOrder, chosen: Mapping[int, int]) -> dict[int, int]:
        """Return what is left of each line beside the chosen units; empty when all was chosen."""
        rest = {line_id: units - chosen.get(line_id, 0) for line_id, units in self.left(fo).items()}
        return {line_id: units for line_id, units in rest.items() if units}


EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
"""Since when the seeded shop exists."""
