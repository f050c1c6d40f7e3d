"""Holds: work that has to wait."""

from collections.abc import Sequence

from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import Amount, App, FulfillmentOrder, Held, Hold
from fulfillspec.sandbox.store.offers import Offers

HOLD_REASONS = frozenset(
    {
        "awaiting_payment",
        "high_risk_of_fraud",
        "incorrect_address",
        "inventory_out_of_stock",
        "other",
        "awaiting_return_items",
        "online_store_post_purchase_cross_sell",
        "unknown_delivery_date",
    }
)
"""The reasons of both transports: REST's pages name the first five, GraphQL has them all."""

NOTHING_HELD = "You must select at least one item to place on partial hold."
TOO_MANY = (
    "The maximum number of fulfillment holds for this fulfillment order has been reached for this app. "
    "An app can only have up to 10 holds on a single fulfillment order at any one time."
)
TAKEN = (
    "The handle provided for the fulfillment hold is already in use by this app "
    "for another hold on this fulfillment order."
)
_LINES = ("fulfillmentHold", "fulfillmentOrderLineItems")


class Holds(Offers):
    """hold and release_hold."""

    def hold(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        reason: str | None,
        notes: str | None = None,
        notify_merchant: bool = False,
        lines: Sequence[Amount] | None = None,
        handle: str | None = None,
    ) -> Held:
        """Put the named units, or all, on hold; the rest stays open in a new one.

        `handle` must be unique among the app's holds here; None (REST knows no handles) is never taken.
        """
        fo = self.reach(client, fulfillment_order_id, "hold")
        self.check_hold_reason(reason)
        self.guard_hold(client, fo)
        chosen = self.named(fo, lines, not_positive=NOTHING_HELD, field=_LINES)
        if fo.status == "on_hold" and lines:
            raise Refused(
                "The fulfillment order is not in a splittable state.",
                field=_LINES,
                code="FULFILLMENT_ORDER_NOT_SPLITTABLE",
            )
        if handle is not None and any(hold.handle == handle and hold.app is client for hold in fo.holds):
            raise Refused(TAKEN, field=("fulfillmentHold", "handle"), code="DUPLICATE_FULFILLMENT_HOLD_HANDLE")
        rest = self.complement(fo, chosen)
        remaining = self.leave_open(fo, rest) if rest else None
        applied = self.apply_hold(client, fo, reason or "other", notes, notify_merchant=notify_merchant, handle=handle)
        already = fo.status == "on_hold"
        if not already:
            fo.resumes = fo.status
        self.after_hold(fo)
        self.announce("fulfillment_holds/added", fulfillment_order=fo, fulfillment_hold=applied)
        if not already:
            self.announce(
                "fulfillment_orders/placed_on_hold", fulfillment_order=fo, remaining_fulfillment_order=remaining
            )
        return Held(fo, remaining, applied)

    def check_hold_reason(self, reason: str | None) -> None:
        """Refuse a missing or unknown reason."""
        if not reason:
            raise Refused("Reason can't be blank")
        if reason not in self.hold_reasons():
            raise Refused("Reason is not included in the list")

    def hold_reasons(self) -> frozenset[str]:
        """Return the reasons that may be given."""
        return HOLD_REASONS

    def guard_hold(self, client: App, fo: FulfillmentOrder) -> None:
        """Refuse where `hold` is not offered: submitted, with the service, scheduled, closed, or ten holds already."""
        if self.offers(fo, "hold", client):
            return
        if fo.status == "on_hold":
            raise Refused(TOO_MANY, field=("id",), code="FULFILLMENT_ORDER_HOLD_LIMIT_REACHED")
        raise Refused("The fulfillment order is not in a state that can be placed on hold.")

    def leave_open(self, fo: FulfillmentOrder, rest: dict[int, int]) -> FulfillmentOrder | None:
        """Put what is not held into another, open fulfillment order."""
        return self.split_off(fo, rest)

    def apply_hold(
        self,
        client: App,
        fo: FulfillmentOrder,
        reason: str,
        notes: str | None,
        *,
        notify_merchant: bool,
        handle: str | None,
    ) -> Hold:
        """Add the hold."""
        hold = Hold(self.new_id("hold"), client, reason, notes, notify_merchant, handle or "", self.now())
        fo.holds.append(hold)
        return hold

    def after_hold(self, fo: FulfillmentOrder) -> None:
        """Enter on_hold; the request status stays."""
        self.become(fo, status="on_hold")

    def release_hold(
        self, client: App, fulfillment_order_id: int, *, hold_ids: Sequence[int] | None = None
    ) -> FulfillmentOrder:
        """Release all holds, whoever applied them, or those named. When none is left, the work goes on as before."""
        fo = self.reach(client, fulfillment_order_id, "release_hold")
        self.guard_release(fo)
        for hold in [hold for hold in fo.holds if hold_ids is None or hold.id in hold_ids]:
            self.remove_hold(fo, hold)
            self.announce("fulfillment_holds/released", fulfillment_order=fo, fulfillment_hold=hold)
        if not fo.holds:
            self.after_release(fo)
            self.announce("fulfillment_orders/hold_released", fulfillment_order=fo)
        return fo

    def guard_release(self, fo: FulfillmentOrder) -> None:
        """Refuse where nothing is held."""
        if fo.status != "on_hold":
            raise Refused("The fulfillment order is not on hold.")

    def remove_hold(self, fo: FulfillmentOrder, hold: Hold) -> None:
        """Take one hold away."""
        fo.holds.remove(hold)
        self.touch(fo)

    def after_release(self, fo: FulfillmentOrder) -> None:
        """Return to the status before the hold. What a partial hold has split stays split."""
        self.become(fo, status=fo.resumes)
