"""When work may begin and by when it must be done."""

from collections.abc import Sequence
from datetime import datetime

from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.store.access import ASKS
from fulfillspec.sandbox.store.offers import Offers

NONE_FOUND = "Fulfillment orders could not be found."


class Timing(Offers):
    """open, reschedule and set_deadline."""

    def open(self, client: App, fulfillment_order_id: int) -> FulfillmentOrder:
        """Make a scheduled one ready before its time."""
        fo = self.reach(client, fulfillment_order_id, "open")
        self.guard_open(fo)
        self.after_open(fo)
        self.announce("fulfillment_orders/scheduled_fulfillment_order_ready", fulfillment_order=fo)
        return fo

    def guard_open(self, fo: FulfillmentOrder) -> None:
        """Refuse where `mark_as_open` is not offered."""
        if not self.offers(fo, "mark_as_open"):
            raise Refused(f"Expected fulfillment order status to be valid but it was {fo.status}.")

    def after_open(self, fo: FulfillmentOrder) -> None:
        """Enter open; fulfill_at is null then, as in the sample."""
        fo.fulfill_at = None
        self.become(fo, status="open")

    def reschedule(self, client: App, fulfillment_order_id: int, fulfill_at: datetime) -> FulfillmentOrder:
        """Set when a scheduled one becomes ready."""
        fo = self.reach(client, fulfillment_order_id, "reschedule")
        self.guard_reschedule(fo)
        self.check_future(fulfill_at)
        self.after_reschedule(fo, fulfill_at)
        self.announce("fulfillment_orders/rescheduled", fulfillment_order=fo)
        return fo

    def guard_reschedule(self, fo: FulfillmentOrder) -> None:
        """Refuse unless scheduled."""
        if fo.status != "scheduled":
            raise Refused("Fulfillment order must be scheduled.")

    def check_future(self, fulfill_at: datetime) -> None:
        """Refuse an instant that is not in the future."""
        if fulfill_at <= self.clock.now():
            raise Refused("Fulfill at must be in the future")

    def after_reschedule(self, fo: FulfillmentOrder, fulfill_at: datetime) -> None:
        """Note the new instant; it stays scheduled. One with the same instant is not merged ("may be merged")."""
        fo.fulfill_at = fulfill_at
        self.touch(fo)

    def set_deadline(self, client: App, fulfillment_order_ids: Sequence[int], deadline: datetime) -> None:
        """Set fulfill_by of every one named, or of none. A deadline may be past, and the work ended already."""
        self.require_any(client, "write", ASKS["set_deadline"])
        named = [
            fo
            for fo in map(self.fulfillment_orders.get, dict.fromkeys(fulfillment_order_ids))
            if fo is not None and self.may_do(client, fo, "set_deadline")
        ]
        self.check_all_found(len(set(fulfillment_order_ids)), len(named))
        for fo in named:
            self.after_deadline(fo, deadline)

    def check_all_found(self, asked: int, found: int) -> None:
        """Refuse if one of the ids is unknown or out of reach."""
        if not found or found < asked:
            raise Refused(NONE_FOUND)

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        """Note the deadline."""
        fo.fulfill_by = deadline
        self.touch(fo)
