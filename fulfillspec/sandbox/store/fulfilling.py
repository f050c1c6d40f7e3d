"""Fulfillments: the work done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fulfillspec.sandbox.errors import Forbidden, Refused, Unknown
from fulfillspec.sandbox.model import Amount, App, Fulfillment, FulfillmentOrder, Line, Order
from fulfillspec.sandbox.store.access import ASKS, KINDS
from fulfillspec.sandbox.store.offers import Offers
from fulfillspec.sandbox.store.state import NO_FULFILLMENT_ORDER

_FIELD = ("fulfillment",)


@dataclass(frozen=True, slots=True)
class Tracking:
    """Tracking information as a client gives it; None leaves a part as it is."""

    company: str | None = None
    numbers: tuple[str, ...] | None = None
    urls: tuple[str, ...] | None = None


class Fulfilling(Offers):
    """create_fulfillment, update_tracking, cancel_fulfillment and list_fulfillments."""

    def create_fulfillment(
        self,
        client: App,
        parts: Sequence[tuple[int, Sequence[Amount] | None]],
        *,
        tracking: Tracking | None = None,
        notify_customer: bool = False,
    ) -> Fulfillment:
        """Fulfil units of one or more fulfillment orders of one order at one location."""
        self.require_any(client, "write", ASKS["create_fulfillment"])
        work = [(fo, self.fulfillable_part(client, fo, lines)) for fo, lines in self.workload(client, parts)]
        done = [
            (fo, line.order_line, self.fulfil(line, amounts[line.id]))
            for fo, amounts in work
            for line in fo.lines
            if line.id in amounts
        ]
        order = work[0][0].order
        now = self.now()
        fulfillment = Fulfillment(
            self.new_id("fulfillment"), len(order.fulfillments) + 1, order, work[0][0].location, now, now, done
        )
        fulfillment.notify_customer = notify_customer
        self.fulfillments[fulfillment.id] = fulfillment
        order.fulfillments.append(fulfillment)
        if tracking is not None:
            self.note_tracking(fulfillment, tracking)
        for fo, _ in work:
            self.after_fulfilling(fo)
        self.announce("fulfillments/create", fulfillment=fulfillment)
        return fulfillment

    def workload(
        self, client: App, parts: Sequence[tuple[int, Sequence[Amount] | None]]
    ) -> list[tuple[FulfillmentOrder, Sequence[Amount] | None]]:
        """Find the fulfillment orders; all must be of one order, at one location."""
        found: list[tuple[FulfillmentOrder, Sequence[Amount] | None]] = []
        for fulfillment_order_id, lines in parts:
            fo = self.fulfillment_orders.get(fulfillment_order_id)
            if fo is None or not self.may_see(client, fo):
                raise Refused(NO_FULFILLMENT_ORDER, field=_FIELD)
            self.check_reach(client, fo, "create_fulfillment")
            if any(fo is other for other, _ in found):
                raise Refused("Fulfillment orders must be unique.", field=_FIELD)
            found.append((fo, lines))
        if not found:
            raise Refused("At least one fulfillment order is required.", field=_FIELD)
        orders = sorted({fo.order.id for fo, _ in found})
        if len(orders) > 1:
            raise Refused(
                f"All fulfillment orders must belong to the same order. Multiple orders with ids {orders} were found.",
                field=_FIELD,
            )
        places = sorted({fo.location.id for fo, _ in found})
        if len(places) > 1:
            raise Refused(
                "All fulfillment orders must be assigned to a single location. "
                f"Multiple locations with ids {places} were found.",
                field=_FIELD,
            )
        return found

    def fulfillable_part(self, _client: App, fo: FulfillmentOrder, lines: Sequence[Amount] | None) -> Mapping[int, int]:
        """Check state and units; raises Refused."""
        self.guard_fulfil(fo)
        return self.named(fo, lines, field=_FIELD)

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        """Refuse where `create_fulfillment` is not offered."""
        if not self.offers(fo, "create_fulfillment"):
            word, state = ("request status", fo.request_status) if fo.status == "open" else ("status", fo.status)
            raise Refused(f"Fulfillment order {fo.id} has an unfulfillable {word}= {state}.", field=_FIELD)

    def fulfil(self, line: Line, units: int) -> int:
        """Take the units off what is left; returns them."""
        line.fulfillable -= units
        return units

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        """Close what is complete; an open, unsubmitted one with some units fulfilled is in progress."""
        if not fo.remaining:
            self.become(fo, status="closed")
        elif fo.status == "open" and fo.request_status == "unsubmitted":
            self.become(fo, status="in_progress")
        else:
            self.touch(fo)

    def fulfillment(self, client: App, fulfillment_id: int, operation: str | None = None) -> Fulfillment:
        """Find one to read, or to act on; raises Unknown or Forbidden."""
        if operation is not None:
            self.require_any(client, "write", ASKS[operation])
        found = self.fulfillments.get(fulfillment_id)
        if found is None or not self.grants(client, found.location, "read", KINDS):
            raise Unknown
        if operation is not None and not self.grants(client, found.location, "write", ASKS[operation]):
            raise Forbidden("write_assigned_fulfillment_orders")
        return found

    def fulfillments_of(self, client: App, of: Order | FulfillmentOrder) -> list[Fulfillment]:
        """Return the fulfillments of an order or of one of its fulfillment orders, those that the client may see."""
        order = of if isinstance(of, Order) else of.order
        return [
            fulfillment
            for fulfillment in order.fulfillments
            if self.grants(client, fulfillment.location, "read", KINDS)
            and (of is order or any(fo is of for fo, _, _ in fulfillment.parts))
        ]

    def update_tracking(
        self, client: App, fulfillment_id: int, tracking: Tracking, *, notify_customer: bool = False
    ) -> Fulfillment:
        """Replace the parts of the tracking information that are given; possible on cancelled ones too."""
        fulfillment = self.fulfillment(client, fulfillment_id, "update_tracking")
        fulfillment.notify_customer = notify_customer
        self.note_tracking(fulfillment, tracking)
        self.announce("fulfillments/update", fulfillment=fulfillment)
        return fulfillment

    def note_tracking(self, fulfillment: Fulfillment, tracking: Tracking) -> None:
        """Keep the tracking information."""
        if tracking.company is not None:
            fulfillment.tracking_company = tracking.company
        if tracking.numbers is not None:
            fulfillment.tracking_numbers = list(tracking.numbers)
        if tracking.urls is not None:
            fulfillment.tracking_urls = list(tracking.urls)
        fulfillment.updated_at = self.now()

    def cancel_fulfillment(self, client: App, fulfillment_id: int) -> Fulfillment:
        """Undo the work: a second time nothing happens."""
        fulfillment = self.fulfillment(client, fulfillment_id, "cancel_fulfillment")
        if fulfillment.status != "cancelled":
            fulfillment.updated_at = self.now()
            self.after_cancel_fulfillment(fulfillment)
            self.announce("fulfillments/update", fulfillment=fulfillment)
        return fulfillment

    def after_cancel_fulfillment(self, fulfillment: Fulfillment) -> None:
        """Give the units back: to the fulfillment order they came from, or to a new one if that is closed."""
        fulfillment.status = "cancelled"
        fresh: dict[int, FulfillmentOrder] = {}
        for fo, order_line, units in fulfillment.parts:
            line = next(line for line in fo.lines if line.order_line is order_line)
            if fo.status != "closed":
                line.fulfillable += units
                self.touch(fo)
                continue
            line.quantity -= units
            if not line.quantity:
                fo.lines.remove(line)
            self.touch(fo)
            again = fresh.get(fo.id) or self.spawn(fo.order, fulfillment.location)
            fresh[fo.id] = again
            self.put(again, order_line, units)
        for fo, _, _ in fulfillment.parts:
            if fo.status == "in_progress" and fo.request_status == "unsubmitted" and not fo.fulfilled:
                self.become(fo, status="open")
