"""Requests to a fulfillment service: fulfillment and its cancellation, and the service's answers."""

from collections.abc import Sequence

from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import Amount, App, FulfillmentOrder, Request, Submitted
from fulfillspec.sandbox.store.access import NOT_A_SERVICE
from fulfillspec.sandbox.store.offers import Offers

NOT_OPEN = "The fulfillment order is not in an open state."
NOT_REQUESTED = "The fulfillment order has no fulfillment request that waits for an answer."
NOT_ACCEPTED = "The fulfillment order's request has not been accepted."
NO_CANCELLATION = "The fulfillment order has no cancellation request that waits for an answer."

REJECTION_REASONS = frozenset(
    {
        "incorrect_address",
        "inventory_out_of_stock",
        "ineligible_product",
        "undeliverable_destination",
        "other",
        "international_shipping_unavailable",
        "incorrect_product_info",
        "missing_customs_info",
        "invalid_sku",
        "payment_declined",
        "package_preference_not_set",
        "invalid_contact_information",
        "order_too_large",
        "merchant_blocked_or_suspended",
    }
)
"""The reasons of both transports: REST's pages name the first five, GraphQL has them all by 2025-07."""

LINE_MESSAGE_LIMIT = 150
"""Characters of the message of a rejected line item."""


class Requests(Offers):
    """submit, accept, reject, and the same three for a cancellation."""

    def submit(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        message: str | None = None,
        lines: Sequence[Amount] | None = None,
        notify_customer: bool = False,
    ) -> Submitted:
        """Request fulfillment of the named units, or of everything; what is not requested goes to a new one."""
        fo = self.reach(client, fulfillment_order_id, "submit")
        self.guard_submit(fo)
        rest = self.complement(fo, self.named(fo, lines))
        unsubmitted = self.keep_back(fo, rest) if rest else None
        self.after_submit(fo)
        request = self.record_request(fo, "fulfillment_request", message, self.request_options(notify_customer))
        self.announce(
            "fulfillment_orders/fulfillment_request_submitted",
            original_fulfillment_order=fo,
            submitted_fulfillment_order=fo,
            fulfillment_order_merchant_request=request,
        )
        return Submitted(fo, fo, unsubmitted)

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        """Refuse where `request_fulfillment` is not offered."""
        if not fo.at_service:
            raise Refused(NOT_A_SERVICE)
        if not self.offers(fo, "request_fulfillment"):
            raise Refused(NOT_OPEN)

    def keep_back(self, fo: FulfillmentOrder, rest: dict[int, int]) -> FulfillmentOrder:
        """Put what is not requested into another fulfillment order."""
        return self.split_off(fo, rest)

    def after_submit(self, fo: FulfillmentOrder) -> None:
        """Enter open/submitted."""
        self.become(fo, status="open", request_status="submitted")

    def request_options(self, notify_customer: bool) -> dict[str, object]:  # noqa: FBT001 (it is the value itself)
        """Return the options that a fulfillment request keeps."""
        return {"notify_customer": notify_customer}

    def record_request(
        self, fo: FulfillmentOrder, kind: str, message: str | None, options: dict[str, object]
    ) -> Request:
        """Keep what the merchant asked, to be shown with the fulfillment order."""
        request = Request(self.new_id("request"), kind, message, options, self.now())
        fo.requests.append(request)
        return request

    def accept(self, client: App, fulfillment_order_id: int, *, message: str | None = None) -> FulfillmentOrder:
        """Accept the fulfillment request; the app is remembered."""
        fo = self.reach(client, fulfillment_order_id, "accept")
        self.guard_accept(fo)
        fo.accepted_by = client
        self.after_accept(fo)
        self.announce("fulfillment_orders/fulfillment_request_accepted", fulfillment_order=fo, message=message)
        return fo

    def guard_accept(self, fo: FulfillmentOrder) -> None:
        """Refuse where no fulfillment request waits for an answer."""
        if fo.status != "open" or fo.request_status != "submitted":
            raise Refused(NOT_REQUESTED)

    def guard_reject(self, fo: FulfillmentOrder) -> None:
        """Refuse where no fulfillment request waits for an answer."""
        if fo.status != "open" or fo.request_status != "submitted":
            raise Refused(NOT_REQUESTED)

    def after_accept(self, fo: FulfillmentOrder) -> None:
        """Enter in_progress/accepted."""
        self.become(fo, status="in_progress", request_status="accepted")

    def reject(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        message: str | None = None,
        reason: str | None = None,
        lines: Sequence[tuple[int, str | None]] = (),
    ) -> FulfillmentOrder:
        """Reject the fulfillment request; `lines` are (line id, message) and document why."""
        fo = self.reach(client, fulfillment_order_id, "reject")
        self.guard_reject(fo)
        self.check_rejection(fo, reason, lines)
        self.after_reject(fo)
        self.announce("fulfillment_orders/fulfillment_request_rejected", fulfillment_order=fo, message=message)
        return fo

    def check_rejection(
        self, fo: FulfillmentOrder, reason: str | None, lines: Sequence[tuple[int, str | None]]
    ) -> None:
        """Refuse an unknown reason, a line of another fulfillment order, a message beyond 150 characters."""
        if reason is not None and reason not in self.rejection_reasons():
            raise Refused("Reason is not included in the list")
        known = {line.id for line in fo.lines}
        for line_id, text in lines:
            if line_id not in known:
                raise Refused("Fulfillment order line item does not exist.")
            self.check_line_message(text)

    def rejection_reasons(self) -> frozenset[str]:
        """Return the reasons that may be given."""
        return REJECTION_REASONS

    def check_line_message(self, text: str | None) -> None:
        """Refuse a line item's message beyond 150 characters."""
        if text is not None and len(text) > LINE_MESSAGE_LIMIT:
            raise Refused(f"Message is too long (maximum is {LINE_MESSAGE_LIMIT} characters)")

    def after_reject(self, fo: FulfillmentOrder) -> None:
        """Enter open/rejected: it may be requested again."""
        self.become(fo, status="open", request_status="rejected")

    def submit_cancellation(
        self, client: App, fulfillment_order_id: int, *, message: str | None = None
    ) -> FulfillmentOrder:
        """Ask the service to cancel what it accepted."""
        fo = self.reach(client, fulfillment_order_id, "submit_cancellation")
        self.guard_submit_cancellation(fo)
        self.after_submit_cancellation(fo)
        request = self.record_request(fo, "cancellation_request", message, {})
        self.announce(
            "fulfillment_orders/cancellation_request_submitted",
            fulfillment_order=fo,
            fulfillment_order_merchant_request=request,
        )
        return fo

    def guard_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        """Refuse where `request_cancellation` is not offered."""
        if not fo.at_service:
            raise Refused(NOT_A_SERVICE)
        if not self.offers(fo, "request_cancellation"):
            raise Refused(NOT_ACCEPTED)

    def after_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        """Enter in_progress/cancellation_requested."""
        self.become(fo, request_status="cancellation_requested")

    def accept_cancellation(
        self, client: App, fulfillment_order_id: int, *, message: str | None = None
    ) -> FulfillmentOrder:
        """Give the work back to the merchant."""
        fo = self.reach(client, fulfillment_order_id, "accept_cancellation")
        self.guard_answer_cancellation(fo)
        self.after_accept_cancellation(fo)
        self.announce("fulfillment_orders/cancellation_request_accepted", fulfillment_order=fo, message=message)
        return fo

    def guard_answer_cancellation(self, fo: FulfillmentOrder) -> None:
        """Refuse an answer where no cancellation request waits for one."""
        if self.ended(fo) or fo.request_status != "cancellation_requested":
            raise Refused(NO_CANCELLATION)

    def after_accept_cancellation(self, fo: FulfillmentOrder) -> None:
        """Enter cancelled/cancellation_accepted.

        The items stay in it, as in the sample, which also offers request_fulfillment there: the work goes on from this
        fulfillment order, so nothing is put into a second one.
        """
        fo.accepted_by = None
        self.become(fo, status="cancelled", request_status="cancellation_accepted")

    def reject_cancellation(
        self, client: App, fulfillment_order_id: int, *, message: str | None = None
    ) -> FulfillmentOrder:
        """Go on with the work although the merchant asked to cancel it."""
        fo = self.reach(client, fulfillment_order_id, "reject_cancellation")
        self.guard_answer_cancellation(fo)
        self.after_reject_cancellation(fo)
        self.announce("fulfillment_orders/cancellation_request_rejected", fulfillment_order=fo, message=message)
        return fo

    def after_reject_cancellation(self, fo: FulfillmentOrder) -> None:
        """Enter in_progress/cancellation_rejected."""
        self.become(fo, status="in_progress", request_status="cancellation_rejected")
