"""Mutants of cancellation requests and the service's answers."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder, Request
from fulfillspec.sandbox.mutants.common import LOOKS
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.requests import NOT_ACCEPTED
from fulfillspec.sandbox.views import Views


class CancellationDoesNothing(Mutant, Store):
    """A cancellation request is answered, and the request status stays accepted."""

    requirement = "FO-CANCELLATION-STATE"

    def after_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        self.touch(fo)


class CancellationForgottenLater(Mutant, Views):
    """A cancellation request shows in its answer, and not in a later look."""

    requirement = "FO-CANCELLATION-STATE"

    def request_status(self, fo: FulfillmentOrder, operation: str) -> str:
        late = operation in LOOKS and fo.request_status == "cancellation_requested"
        return "accepted" if late else fo.request_status


class CancellationCancelsAtOnce(Mutant, Store):
    """A cancellation request cancels the fulfillment order before the service has answered."""

    requirement = "FO-CANCELLATION-IN-PROGRESS"

    def after_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="cancelled", request_status="cancellation_requested")


class CancellationDropsMessage(Mutant, Store):
    """The message of a cancellation request is lost."""

    requirement = "FO-CANCELLATION-MESSAGE"

    def record_request(
        self, fo: FulfillmentOrder, kind: str, message: str | None, options: dict[str, object]
    ) -> Request:
        return super().record_request(fo, kind, None if kind == "cancellation_request" else message, options)


class CancellationBeforeAcceptance(Mutant, Store):
    """A cancellation can be requested before the service has accepted."""

    requirement = "FO-CANCELLATION-NEEDS-ACCEPTED"

    def guard_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        if fo.request_status != "submitted" or fo.status != "open":
            super().guard_submit_cancellation(fo)


class CancellationOfNothing(Mutant, Store):
    """A cancellation can be requested of what was never submitted."""

    requirement = "FO-CANCELLATION-NEEDS-ACCEPTED"

    def guard_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        if fo.request_status != "unsubmitted" or fo.status != "open" or not fo.at_service:
            super().guard_submit_cancellation(fo)


class CancellationAtMerchantLocations(Mutant, Store):
    """A cancellation can be requested at merchant-managed locations."""

    requirement = "FO-CANCELLATION-NEEDS-SERVICE-LOCATION"

    def check_reach(self, client: App, fo: FulfillmentOrder, operation: str) -> None:
        if operation != "submit_cancellation" or fo.at_service:
            super().check_reach(client, fo, operation)

    def guard_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        if fo.at_service:
            super().guard_submit_cancellation(fo)


class CancellationAcceptKeepsAsking(Mutant, Store):
    """After the service accepted the cancellation, the request status is still cancellation_requested."""

    requirement = "FO-CANCELLATION-ACCEPT-STATE"

    def after_accept_cancellation(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="cancelled")


class CancellationAcceptKeepsWorking(Mutant, Store):
    """After the service accepted the cancellation, the status is still in_progress."""

    requirement = "FO-CANCELLATION-ACCEPT-STATE"

    def after_accept_cancellation(self, fo: FulfillmentOrder) -> None:
        self.become(fo, request_status="cancellation_accepted")


class CancellationAcceptDoublesWork(Mutant, Store):
    """After the service accepted the cancellation, the units are in the cancelled one and in a new one."""

    requirement = "FO-INV-QUANTITY"

    def after_accept_cancellation(self, fo: FulfillmentOrder) -> None:
        super().after_accept_cancellation(fo)
        again = self.spawn(fo.order, fo.location)
        for line in fo.lines:
            self.put(again, line.order_line, line.fulfillable)


class CancellationRejectReturnsToAccepted(Mutant, Store):
    """After the service rejected the cancellation, the request status is accepted again."""

    requirement = "FO-CANCELLATION-REJECT-STATE"

    def after_reject_cancellation(self, fo: FulfillmentOrder) -> None:
        self.become(fo, request_status="accepted")


class CancellationRejectIsRejected(Mutant, Store):
    """After the service rejected the cancellation, the request status is that of a rejected fulfillment request."""

    requirement = "FO-CANCELLATION-REJECT-STATE"

    def after_reject_cancellation(self, fo: FulfillmentOrder) -> None:
        self.become(fo, request_status="rejected")


class CancellationRejectOpens(Mutant, Store):
    """After the service rejected the cancellation, the status is open."""

    requirement = "FO-CANCELLATION-REJECT-IN-PROGRESS"

    def after_reject_cancellation(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="open", request_status="cancellation_rejected")


class CancellationAnsweredUnasked(Mutant, Store):
    """A service can answer a cancellation request that nobody sent."""

    requirement = "FO-CANCELLATION-ANSWER-NEEDS-REQUEST"

    def guard_answer_cancellation(self, fo: FulfillmentOrder) -> None:
        if fo.request_status != "accepted" or fo.status != "in_progress":
            super().guard_answer_cancellation(fo)


class CancellationRefusedWhenPartlyFulfilled(Mutant, Store):
    """A cancellation of partly fulfilled work is refused, though it is offered."""

    requirement = "FO-CANCELLATION-PARTLY-FULFILLED"

    def guard_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        if fo.fulfilled:
            raise Refused(NOT_ACCEPTED)
        super().guard_submit_cancellation(fo)
