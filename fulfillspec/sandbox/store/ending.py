"""Ends of the work: cancelled by the merchant, closed by the service."""

from fulfillspec.sandbox.errors import Forbidden, Refused
from fulfillspec.sandbox.model import App, Cancelled, FulfillmentOrder
from fulfillspec.sandbox.store.access import NOT_A_SERVICE
from fulfillspec.sandbox.store.offers import Offers

NOT_CANCELABLE = "Fulfillment order is not in cancelable request state and can't be canceled."


class Ending(Offers):
    """cancel and close."""

    def cancel(self, client: App, fulfillment_order_id: int) -> Cancelled:
        """Cancel within the shop; the units go on in a replacement. The service is not told."""
        fo = self.reach(client, fulfillment_order_id, "cancel")
        self.guard_cancel(fo)
        replacement = self.replace_cancelled(fo)
        self.after_cancel(fo)
        self.announce("fulfillment_orders/cancelled", fulfillment_order=fo, replacement_fulfillment_order=replacement)
        return Cancelled(fo, replacement)

    def guard_cancel(self, fo: FulfillmentOrder) -> None:
        """Refuse where `cancel_fulfillment_order` is not offered: after acceptance a cancellation request is needed."""
        if not self.offers(fo, "cancel_fulfillment_order"):
            raise Refused(NOT_CANCELABLE)

    def replace_cancelled(self, fo: FulfillmentOrder) -> FulfillmentOrder | None:
        """Move what is left into a replacement at the same location; fulfilled units stay where they are."""
        return self.split_off(fo, self.left(fo))

    def after_cancel(self, fo: FulfillmentOrder) -> None:
        """Enter closed, as the sample; the request status stays."""
        fo.accepted_by = None
        self.become(fo, status="closed")

    def close(self, client: App, fulfillment_order_id: int, *, message: str | None = None) -> FulfillmentOrder:
        """Mark as incomplete: the service gives up what is left, and control returns to the merchant."""
        fo = self.reach(client, fulfillment_order_id, "close")
        self.guard_close(client, fo)
        self.after_close(fo)
        self.announce(
            "fulfillment_orders/fulfillment_service_failed_to_complete", fulfillment_order=fo, message=message
        )
        return fo

    def guard_close(self, client: App, fo: FulfillmentOrder) -> None:
        """Refuse unless at a service's location, in progress, accepted, and by the app that accepted."""
        if not fo.at_service:
            raise Refused(NOT_A_SERVICE)
        self.guard_close_state(fo)
        self.guard_close_app(client, fo)

    def guard_close_state(self, fo: FulfillmentOrder) -> None:
        """Refuse where the request was not accepted or the work is not in progress."""
        if fo.accepted_by is None:
            raise Refused("The fulfillment order's request has not been accepted.")
        if fo.status != "in_progress":
            raise Refused("The fulfillment order is not in progress.")

    def guard_close_app(self, client: App, fo: FulfillmentOrder) -> None:
        """Refuse every app but the one that accepted the request."""
        if fo.accepted_by is not client:
            raise Forbidden("write_assigned_fulfillment_orders")

    def after_close(self, fo: FulfillmentOrder) -> None:
        """Enter incomplete/closed; the line items stay."""
        fo.accepted_by = None
        self.become(fo, status="incomplete", request_status="closed")
