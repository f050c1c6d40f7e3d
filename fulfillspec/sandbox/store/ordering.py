"""Orders, and the routing that makes their fulfillment orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from fulfillspec.sandbox.errors import Invalid, Refused
from fulfillspec.sandbox.model import Location, Order, OrderLine
from fulfillspec.sandbox.store.provision import Provision


class Ordering(Provision):
    """Orders come in here; clients never make fulfillment orders themselves."""

    routing_delay = 0.0
    """Seconds between an order and its fulfillment orders ("a background worker performs the order routing")."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.unrouted: list[tuple[datetime, Order]] = []
        self.primary: Location | None = None
        self._numbers = count(1001)

    def create_order(self, lines: Sequence[Mapping[str, Any]], **details: Any) -> Order:
        """Take an order, with the details of `take_order`; routing follows, at once or after the delay."""
        order = self.take_order(lines, **details)
        if self.routing_delay:
            self.unrouted.append((self.clock.now() + timedelta(seconds=self.routing_delay), order))
        else:
            self.route(order)
        return order

    def take_order(
        self,
        lines: Sequence[Mapping[str, Any]],
        *,
        email: str | None = None,
        tags: str = "",
        shipping_address: dict[str, Any] | None = None,
        shipping_title: str | None = None,
        processed_at: datetime | None = None,
    ) -> Order:
        """Note an order; its lines have quantity and either variant_id, or title and price."""
        bought = [self.order_line(line) for line in lines]
        if not bought:
            raise Invalid({"line_items": ["must have at least one line item"]})
        now = self.now()
        order = Order(
            self.new_id("order"), next(self._numbers), now, processed_at or now, bought, email, tags, shipping_address
        )
        order.shipping_title = shipping_title
        self.orders[order.id] = order
        return order

    def order_line(self, given: Mapping[str, Any]) -> OrderLine:
        """Read one line item of a new order; raises Invalid."""
        variant = None
        if given.get("variant_id") is not None:
            variant = self.variants.get(given["variant_id"])
            if variant is None:
                raise Invalid({"line_items": ["variant does not exist"]})
        title = given.get("title") or (variant.product.title if variant else None)
        if title is None:
            raise Invalid({"line_items": ["title can't be blank"]})
        if given["quantity"] < 1:
            raise Invalid({"line_items": ["quantity must be greater than 0"]})
        price = str(given.get("price") or (variant.price if variant else "0.00"))
        return OrderLine(self.new_id("line_item"), title, price, given["quantity"], variant)

    def settle(self) -> None:
        """Route the orders whose time has come, beside what else is due."""
        super().settle()
        if self.unrouted:
            now = self.clock.now()
            for due, order in list(self.unrouted):
                if due <= now:
                    self.unrouted.remove((due, order))
                    self.route(order)

    def route(self, order: Order) -> None:
        """Make one fulfillment order for each location that has to do something."""
        by_location: dict[int, list[OrderLine]] = {}
        for line in order.lines:
            by_location.setdefault(self.location_for(line).id, []).append(line)
        for location_id, lines in by_location.items():
            fo = self.spawn(order, self.locations[location_id])
            for line in lines:
                self.put(fo, line, line.quantity)
        self.announce("fulfillment_orders/order_routing_complete", fulfillment_orders=list(order.fulfillment_orders))

    def location_for(self, line: OrderLine) -> Location:
        """Choose a service's location if the item is stocked only at services; else prefer the primary location."""
        if self.primary is None:
            raise RuntimeError("the shop has no location")
        stocked = [self.locations[location_id] for location_id in (line.variant.levels if line.variant else ())]
        active = [location for location in stocked if location.active]
        if not active or self.primary in active:
            return self.primary
        return next((location for location in active if location.service is None), active[0])

    def cancel_order(self, order_id: int) -> Order:
        """Cancel an order: its unfinished fulfillment orders are closed and hold no work any more."""
        order = self.order(order_id)
        if order.cancelled_at is not None:
            raise Refused("Cannot cancel an order that has already been canceled")
        if any(fulfillment.status == "success" for fulfillment in order.fulfillments):
            raise Refused("Cannot cancel an order that has outstanding fulfillments")
        order.cancelled_at = self.now()
        self.unrouted = [(due, other) for due, other in self.unrouted if other is not order]
        for fo in order.fulfillment_orders:
            if not self.ended(fo):
                fo.lines = [line for line in fo.lines if line.quantity > line.fulfillable]
                fo.holds.clear()
                self.become(fo, status="closed")
        return order

    def delete_order(self, order_id: int) -> None:
        """Forget an order and everything of it."""
        order = self.order(order_id)
        del self.orders[order_id]
        self.unrouted = [(due, other) for due, other in self.unrouted if other is not order]
        for fo in order.fulfillment_orders:
            del self.fulfillment_orders[fo.id]
            self.scheduled.pop(fo.id, None)
        for fulfillment in order.fulfillments:
            del self.fulfillments[fulfillment.id]
