"""The mutations of fulfillments."""

from collections.abc import Mapping
from typing import Any

from fulfillspec.sandbox.errors import Refused, Unknown
from fulfillspec.sandbox.graphql.asking import Asking, Field, Given, number
from fulfillspec.sandbox.graphql.mutations import Mutations, amounts
from fulfillspec.sandbox.model import Fulfillment
from fulfillspec.sandbox.store.fulfilling import Tracking
from fulfillspec.sandbox.store.state import NO_FULFILLMENT_ORDER
from fulfillspec.sandbox.views import Json


def tracking(info: Mapping[str, Any]) -> Tracking:
    """Read tracking information: one number and URL, or several."""
    parts: dict[str, tuple[str, ...] | None] = {}
    for name in ("number", "url"):
        several, single = info.get(f"{name}s"), info.get(name)
        parts[name] = tuple(several) if several else None if single is None else (single,)
    return Tracking(info.get("company"), parts["number"], parts["url"])


class Fulfilling(Mutations):
    """fulfillmentCreate, fulfillmentTrackingInfoUpdate and fulfillmentCancel."""

    def fields(self) -> dict[str, Field]:
        """Return the root fields."""
        return {
            **super().fields(),
            "fulfillmentCancel": self.cancel_fulfillment,
            "fulfillmentCreate": self.create_fulfillment,
            "fulfillmentCreateV2": self.create_fulfillment,
            "fulfillmentOrderLineItemsPreparedForPickup": self.prepared_for_pickup,
            "fulfillmentTrackingInfoUpdate": self.update_tracking,
            "fulfillmentTrackingInfoUpdateV2": self.update_tracking,
        }

    def done(self, ask: Asking, operation: str, fulfillment: Fulfillment) -> Json:
        """Make the payload that has a fulfillment."""
        return {"fulfillment": self.nodes.fulfillment(fulfillment, ask), "userErrors": self.no_errors(operation)}

    def create_fulfillment(self, ask: Asking, given: Given) -> Json:
        """Fulfil."""
        wanted = given["fulfillment"]
        try:
            parts = [
                (number("FulfillmentOrder", row["fulfillmentOrderId"]), amounts(row))
                for row in wanted["lineItemsByFulfillmentOrder"]
            ]
        except Unknown as unknown:
            raise Refused(NO_FULFILLMENT_ORDER, field=("fulfillment",)) from unknown
        info = wanted.get("trackingInfo")
        made = self.store.create_fulfillment(
            ask.client,
            parts,
            tracking=None if info is None else tracking(info),
            notify_customer=bool(wanted.get("notifyCustomer")),
        )
        return self.done(ask, "create_fulfillment", made)

    def update_tracking(self, ask: Asking, given: Given) -> Json:
        """Change the tracking information."""
        try:
            updated = self.store.update_tracking(
                ask.client,
                number("Fulfillment", given["fulfillmentId"]),
                tracking(given["trackingInfoInput"]),
                notify_customer=bool(given.get("notifyCustomer")),
            )
        except Unknown as unknown:
            raise Refused("Fulfillment does not exist.", field=("fulfillmentId",)) from unknown
        return self.done(ask, "update_tracking", updated)

    def cancel_fulfillment(self, ask: Asking, given: Given) -> Json:
        """Undo a fulfillment."""
        try:
            cancelled = self.store.cancel_fulfillment(ask.client, number("Fulfillment", given["id"]))
        except Unknown as unknown:
            raise Refused("Fulfillment not found.", field=("id",)) from unknown
        return self.done(ask, "cancel_fulfillment", cancelled)

    def prepared_for_pickup(self, _ask: Asking, given: Given) -> Json:
        """Refuse: nothing in this shop is picked up."""
        identity = given["input"]["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderId"].rpartition("/")[2]
        raise Refused(
            f"Invalid fulfillment_order_id provided {identity}",
            field=("input", "lineItemsByFulfillmentOrder", "0", "fulfillmentOrderId"),
            code="FULFILLMENT_ORDER_INVALID",
        )
