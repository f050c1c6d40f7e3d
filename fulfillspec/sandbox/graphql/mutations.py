"""The mutations of fulfillment orders: arguments to the store's operations, outcomes to payloads."""

from collections.abc import Sequence

from fulfillspec.sandbox.errors import Refused, Unknown
from fulfillspec.sandbox.graphql.asking import Asking, Field, Given, needed_instant, number
from fulfillspec.sandbox.graphql.engine import Engine
from fulfillspec.sandbox.model import Amount, FulfillmentOrder
from fulfillspec.sandbox.views import Json

HANDLES_SINCE = "2025-01"
"""The version since which a fulfillment order can have several holds, each with a handle."""


def amounts(given: Given, name: str = "fulfillmentOrderLineItems") -> list[Amount]:
    """Read line items of a fulfillment order with the quantity of each."""
    return [Amount(number("FulfillmentOrderLineItem", row["id"]), row["quantity"]) for row in given.get(name) or ()]


def fulfillment_order_id(given: Given, name: str = "id") -> int:
    """Read which fulfillment order is meant; raises Unknown for the id of something else."""
    return number("FulfillmentOrder", given[name])


class Mutations(Engine):
    """One method for each mutation, named as the operation."""

    def fields(self) -> dict[str, Field]:
        """Return the root fields."""
        return {
            **super().fields(),
            "fulfillmentOrderAcceptCancellationRequest": self.accept_cancellation,
            "fulfillmentOrderAcceptFulfillmentRequest": self.accept,
            "fulfillmentOrderCancel": self.cancel,
            "fulfillmentOrderClose": self.close,
            "fulfillmentOrderHold": self.hold_order,
            "fulfillmentOrderMerge": self.merge,
            "fulfillmentOrderMove": self.move,
            "fulfillmentOrderOpen": self.open,
            "fulfillmentOrderRejectCancellationRequest": self.reject_cancellation,
            "fulfillmentOrderRejectFulfillmentRequest": self.reject,
            "fulfillmentOrderReleaseHold": self.release_hold,
            "fulfillmentOrderReschedule": self.reschedule,
            "fulfillmentOrderSplit": self.split,
            "fulfillmentOrderSubmitCancellationRequest": self.submit_cancellation,
            "fulfillmentOrderSubmitFulfillmentRequest": self.submit,
            "fulfillmentOrdersSetFulfillmentDeadline": self.set_deadline,
        }

    def payload(self, ask: Asking, operation: str, **shown: FulfillmentOrder | None) -> Json:
        """Make the payload of a mutation that was done: fulfillment orders by key, and no user errors."""
        payload: Json = {
            key: None if fo is None else self.nodes.fulfillment_order(fo, ask, operation) for key, fo in shown.items()
        }
        payload["userErrors"] = self.no_errors(operation)
        return payload

    def no_errors(self, _operation: str) -> list[Json] | None:
        """Return the user errors of a mutation that was done."""
        return []

    def one(self, ask: Asking, operation: str, fo: FulfillmentOrder) -> Json:
        """Make the payload that has one fulfillment order."""
        return self.payload(ask, operation, fulfillmentOrder=fo)

    def submit(self, ask: Asking, given: Given) -> Json:
        """Request fulfillment."""
        done = self.store.submit(
            ask.client,
            fulfillment_order_id(given),
            message=given.get("message"),
            lines=amounts(given),
            notify_customer=bool(given.get("notifyCustomer")),
        )
        return self.payload(
            ask,
            "submit",
            originalFulfillmentOrder=done.original,
            submittedFulfillmentOrder=done.submitted,
            unsubmittedFulfillmentOrder=done.unsubmitted,
        )

    def accept(self, ask: Asking, given: Given) -> Json:
        """Accept a fulfillment request."""
        fo = self.store.accept(ask.client, fulfillment_order_id(given), message=given.get("message"))
        return self.one(ask, "accept", fo)

    def reject(self, ask: Asking, given: Given) -> Json:
        """Reject a fulfillment request."""
        reason = given.get("reason")
        lines = [
            (number("FulfillmentOrderLineItem", row["fulfillmentOrderLineItemId"]), row.get("message"))
            for row in given.get("lineItems") or ()
        ]
        fo = self.store.reject(
            ask.client,
            fulfillment_order_id(given),
            message=given.get("message"),
            reason=None if reason is None else reason.lower(),
            lines=lines,
        )
        return self.one(ask, "reject", fo)

    def submit_cancellation(self, ask: Asking, given: Given) -> Json:
        """Request cancellation."""
        fo = self.store.submit_cancellation(ask.client, fulfillment_order_id(given), message=given.get("message"))
        return self.one(ask, "submit_cancellation", fo)

    def accept_cancellation(self, ask: Asking, given: Given) -> Json:
        """Accept a cancellation request."""
        fo = self.store.accept_cancellation(ask.client, fulfillment_order_id(given), message=given.get("message"))
        return self.one(ask, "accept_cancellation", fo)

    def reject_cancellation(self, ask: Asking, given: Given) -> Json:
        """Reject a cancellation request."""
        fo = self.store.reject_cancellation(ask.client, fulfillment_order_id(given), message=given.get("message"))
        return self.one(ask, "reject_cancellation", fo)

    def cancel(self, ask: Asking, given: Given) -> Json:
        """Cancel."""
        done = self.store.cancel(ask.client, fulfillment_order_id(given))
        return self.payload(ask, "cancel", fulfillmentOrder=done.original, replacementFulfillmentOrder=done.replacement)

    def close(self, ask: Asking, given: Given) -> Json:
        """Mark as incomplete."""
        fo = self.store.close(ask.client, fulfillment_order_id(given), message=given.get("message"))
        return self.one(ask, "close", fo)

    def hold_order(self, ask: Asking, given: Given) -> Json:
        """Put on hold; before 2025-01 what is on hold already cannot be held again."""
        wanted = given["fulfillmentHold"]
        identity = fulfillment_order_id(given)
        known = self.store.fulfillment_orders.get(identity)
        if ask.version < HANDLES_SINCE and known is not None and known.status == "on_hold":
            raise Refused("The fulfillment order is already on hold.", field=("id",), code="TAKEN")
        done = self.store.hold(
            ask.client,
            identity,
            reason=wanted["reason"].lower(),
            notes=wanted.get("reasonNotes"),
            notify_merchant=bool(wanted.get("notifyMerchant")),
            lines=amounts(wanted),
            handle=wanted.get("handle") or "",
        )
        payload = self.payload(ask, "hold", fulfillmentOrder=done.held, remainingFulfillmentOrder=done.remaining)
        payload["fulfillmentHold"] = self.nodes.hold(done.hold, ask)
        return payload

    def release_hold(self, ask: Asking, given: Given) -> Json:
        """Release the holds that are named, or all."""
        identity = fulfillment_order_id(given)
        fo = self.store.release_hold(ask.client, identity, hold_ids=self.hold_ids(identity, given))
        return self.one(ask, "release_hold", fo)

    def hold_ids(self, identity: int, given: Given) -> Sequence[int] | None:
        """Read which holds are meant; raises Unknown for one that the fulfillment order has not."""
        wanted = given.get("holdIds")
        if not wanted:
            return None
        fo = self.store.fulfillment_orders.get(identity)
        there = {hold.id for hold in fo.holds} if fo is not None else set()
        ids = [number("FulfillmentHold", each) for each in wanted]
        for each, text in zip(ids, wanted, strict=True):
            if fo is not None and each not in there:
                raise Unknown(f"Invalid id: {text}")
        return ids

    def move(self, ask: Asking, given: Given) -> Json:
        """Move; what stays behind after a move of a part is the original."""
        location = number("Location", given["newLocationId"])
        done = self.store.move(ask.client, fulfillment_order_id(given), location, amounts(given))
        rest = done.original if done.moved is not done.original and done.original.remaining else None
        return self.payload(
            ask,
            "move",
            originalFulfillmentOrder=done.original,
            movedFulfillmentOrder=done.moved,
            remainingFulfillmentOrder=rest,
        )

    def open(self, ask: Asking, given: Given) -> Json:
        """Mark a scheduled one as open."""
        return self.one(ask, "open", self.store.open(ask.client, fulfillment_order_id(given)))

    def reschedule(self, ask: Asking, given: Given) -> Json:
        """Set when a scheduled one becomes ready."""
        fo = self.store.reschedule(ask.client, fulfillment_order_id(given), needed_instant(given, "fulfillAt"))
        return self.one(ask, "reschedule", fo)

    def set_deadline(self, ask: Asking, given: Given) -> Json:
        """Set the deadline of several."""
        ids = [number("FulfillmentOrder", identity) for identity in given["fulfillmentOrderIds"]]
        self.store.set_deadline(ask.client, ids, needed_instant(given, "fulfillmentDeadline"))
        return {"success": True, "userErrors": self.no_errors("set_deadline")}

    def split(self, ask: Asking, given: Given) -> Json:
        """Put units into new fulfillment orders."""
        wanted = [
            (fulfillment_order_id(row, "fulfillmentOrderId"), amounts(row)) for row in given["fulfillmentOrderSplits"]
        ]
        done = self.store.split(ask.client, wanted)
        shown = [
            {
                "fulfillmentOrder": self.nodes.fulfillment_order(each.fulfillment_order, ask, "split"),
                "remainingFulfillmentOrder": self.nodes.fulfillment_order(each.remaining, ask, "split"),
                "replacementFulfillmentOrder": None,
            }
            for each in done
        ]
        return {"fulfillmentOrderSplits": shown, "userErrors": self.no_errors("split")}

    def merge(self, ask: Asking, given: Given) -> Json:
        """Gather the units of several on the first."""
        done = []
        for row in given["fulfillmentOrderMergeInputs"]:
            wanted = [(fulfillment_order_id(each, "fulfillmentOrderId"), amounts(each)) for each in row["mergeIntents"]]
            done.append(self.store.merge(ask.client, wanted))
        shown = [{"fulfillmentOrder": self.nodes.fulfillment_order(fo, ask, "merge")} for fo in done]
        return {"fulfillmentOrderMerges": shown, "userErrors": self.no_errors("merge")}
