"""Mutants of the service's answers to fulfillment requests."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Malformed, Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.requests import REJECTION_REASONS
from fulfillspec.sandbox.views import Views


class AcceptLeavesOpen(Mutant, Store):
    """Accept sets the request status, and not the status."""

    requirement = "FO-ACCEPT-STATE"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        self.become(fo, request_status="accepted")


class AcceptLeavesSubmitted(Mutant, Store):
    """Accept sets the status, and not the request status."""

    requirement = "FO-ACCEPT-STATE"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="in_progress")


class AcceptFailsTheSecondTime(Mutant, Store):
    """Accept of a second request, after a rejection or a close, leaves the status open."""

    requirement = "FO-ACCEPT-STATE"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        asked = sum(request.kind == "fulfillment_request" for request in fo.requests)
        self.become(fo, status=None if asked > 1 else "in_progress", request_status="accepted")


class AcceptForgottenLater(Mutant, Views):
    """Accept shows in its answer and in lists, and getting the fulfillment order shows open."""

    requirement = "FO-INV-OBSERVERS"

    def status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "open" if operation == "get" and fo.request_status == "accepted" else fo.status

    def request_status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "submitted" if operation == "get" and fo.request_status == "accepted" else fo.request_status


class AcceptAnswersTheStateBefore(Mutant, Views):
    """The answer to accept shows open/submitted; a later look is right."""

    requirement = "FO-INV-OBSERVERS"

    def status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "open" if operation == "accept" else fo.status

    def request_status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "submitted" if operation == "accept" else fo.request_status


class AcceptNeedsMessage(Mutant, Store):
    """Accept without message is refused."""

    requirement = "FO-ACCEPT-MESSAGE-OPTIONAL"

    def accept(self, client: App, fulfillment_order_id: int, *, message: str | None = None) -> FulfillmentOrder:
        if message is None:
            raise Malformed("message")
        return super().accept(client, fulfillment_order_id, message=message)


class AcceptUnasked(Mutant, Store):
    """A service can accept what nobody requested."""

    requirement = "FO-ACCEPT-NEEDS-REQUEST"

    def guard_accept(self, fo: FulfillmentOrder) -> None:
        if fo.status != "open":
            super().guard_accept(fo)


class RejectCloses(Mutant, Store):
    """Reject closes the fulfillment order."""

    requirement = "FO-REJECT-STATE"

    def after_reject(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="closed", request_status="rejected")


class RejectForgetsTheRequest(Mutant, Store):
    """After reject the request status is unsubmitted."""

    requirement = "FO-REJECT-STATE"

    def after_reject(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="open", request_status="unsubmitted")


class RejectReasonMissing(Mutant, Store):
    """The reason undeliverable_destination is not taken."""

    requirement = "FO-REJECT-REASONS"

    def rejection_reasons(self) -> frozenset[str]:
        return REJECTION_REASONS - {"undeliverable_destination"}


class RejectRefusesLineItems(Mutant, Store):
    """A rejection with details of line items is refused."""

    requirement = "FO-REJECT-LINE-ITEMS"

    def check_rejection(
        self, fo: FulfillmentOrder, reason: str | None, lines: Sequence[tuple[int, str | None]]
    ) -> None:
        if lines:
            raise Malformed("line_items")
        super().check_rejection(fo, reason, lines)


class RejectTakesLongMessages(Mutant, Store):
    """The message of a rejected line item may have any length."""

    requirement = "FO-REJECT-LINE-MESSAGE-LIMIT"
    transports = ("rest",)

    def check_line_message(self, text: str | None) -> None:
        """Take it."""


class RejectNeedsReason(Mutant, Store):
    """Reject without reason is refused."""

    requirement = "FO-REJECT-ALL-OPTIONAL"

    def check_rejection(
        self, fo: FulfillmentOrder, reason: str | None, lines: Sequence[tuple[int, str | None]]
    ) -> None:
        if reason is None:
            raise Malformed("reason")
        super().check_rejection(fo, reason, lines)


class RejectUnasked(Mutant, Store):
    """A service can reject what nobody requested."""

    requirement = "FO-REJECT-NEEDS-REQUEST"

    def guard_reject(self, fo: FulfillmentOrder) -> None:
        if fo.status != "open":
            super().guard_reject(fo)


class RejectTakesOneDetail(Mutant, Store):
    """A rejection with details of several line items is refused."""

    requirement = "FO-REJECT-LINE-ITEMS"

    def check_rejection(
        self, fo: FulfillmentOrder, reason: str | None, lines: Sequence[tuple[int, str | None]]
    ) -> None:
        super().check_rejection(fo, reason, lines)
        if len(lines) > 1:
            raise Refused("Only one line item can be rejected at a time.")
