"""Mutants of sending fulfillment requests."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Malformed, Refused
from fulfillspec.sandbox.model import Amount, App, FulfillmentOrder, Request, Submitted
from fulfillspec.sandbox.mutants.common import LOOKS, clamped, whole_lines
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.requests import NOT_OPEN
from fulfillspec.sandbox.views import Views


class RestOfAFurtherRequestIsRejected(Mutant, Store):
    """What a further request for some line items leaves out is rejected, as the request before it."""

    requirement = "FO-SUBMIT-PART-REST"

    def keep_back(self, fo: FulfillmentOrder, rest: dict[int, int]) -> FulfillmentOrder:
        kept = super().keep_back(fo, rest)
        kept.request_status = fo.request_status
        return kept


class SubmitDoesNothing(Mutant, Store):
    """A fulfillment request is answered well, and nothing has changed."""

    requirement = "FO-SUBMIT-STATE"

    def after_submit(self, fo: FulfillmentOrder) -> None:
        """Leave it unsubmitted."""


class SubmitStartsWork(Mutant, Store):
    """A fulfillment request sets in_progress/submitted."""

    requirement = "FO-SUBMIT-STATE"

    def after_submit(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="in_progress", request_status="submitted")


class SubmitForgottenLater(Mutant, Views):
    """A fulfillment request shows in its answer, and not in a later look."""

    requirement = "FO-SUBMIT-STATE"

    def request_status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "unsubmitted" if operation in LOOKS and fo.request_status == "submitted" else fo.request_status


class SubmitWholeForgetsThirdLine(Mutant, Store):
    """A request for everything leaves out the third line item."""

    requirement = "FO-SUBMIT-WHOLE"

    def submit(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        message: str | None = None,
        lines: Sequence[Amount] | None = None,
        notify_customer: bool = False,
    ) -> Submitted:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        if fo is not None and not lines and len(fo.lines) > 2:
            lines = [Amount(line.id, line.fulfillable) for line in fo.lines[:2]]
        return super().submit(
            client, fulfillment_order_id, message=message, lines=lines, notify_customer=notify_customer
        )


class SubmitWholeLeavesAnEmptyRest(Mutant, Store):
    """A request for everything makes an unsubmitted fulfillment order without line items."""

    requirement = "FO-SUBMIT-WHOLE-NOTHING-LEFT"

    def submit(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        message: str | None = None,
        lines: Sequence[Amount] | None = None,
        notify_customer: bool = False,
    ) -> Submitted:
        done = super().submit(
            client, fulfillment_order_id, message=message, lines=lines, notify_customer=notify_customer
        )
        return done._replace(unsubmitted=done.unsubmitted or self.spawn(done.original.order, done.original.location))


class SubmitPartTakesAll(Mutant, Store):
    """A request for some line items requests all of them."""

    requirement = "FO-SUBMIT-PART"

    def complement(self, _fo: FulfillmentOrder, _chosen: object) -> dict[int, int]:
        return {}


class SubmitPartTakesWholeLines(Mutant, Store):
    """A request for some units of a line item requests all units of it."""

    requirement = "FO-SUBMIT-PART"

    def submit(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        message: str | None = None,
        lines: Sequence[Amount] | None = None,
        notify_customer: bool = False,
    ) -> Submitted:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        return super().submit(
            client,
            fulfillment_order_id,
            message=message,
            lines=whole_lines(fo, lines) if fo else lines,
            notify_customer=notify_customer,
        )


class SubmitPartSubmitsRest(Mutant, Store):
    """A request for some line items marks the rest as submitted too."""

    requirement = "FO-SUBMIT-PART-REST"

    def keep_back(self, fo: FulfillmentOrder, rest: dict[int, int]) -> FulfillmentOrder:
        kept = super().keep_back(fo, rest)
        self.become(kept, request_status="submitted")
        return kept


class SubmitPartLosesRest(Mutant, Store):
    """A request for some units loses those that were not requested."""

    requirement = "FO-INV-QUANTITY"

    def keep_back(self, fo: FulfillmentOrder, rest: dict[int, int]) -> FulfillmentOrder:
        kept = super().keep_back(fo, rest)
        kept.lines.clear()
        return kept


class SubmitPartDoublesRest(Mutant, Store):
    """A request for some units keeps the others in the original, too."""

    requirement = "FO-INV-QUANTITY"

    def keep_back(self, fo: FulfillmentOrder, rest: dict[int, int]) -> FulfillmentOrder:
        again = self.spawn(fo.order, fo.location)
        for line in fo.lines:
            if line.id in rest:
                self.put(again, line.order_line, rest[line.id])
        return again


class SubmitDropsMessage(Mutant, Store):
    """The message of a fulfillment request is lost."""

    requirement = "FO-SUBMIT-MESSAGE"

    def record_request(
        self, fo: FulfillmentOrder, kind: str, message: str | None, options: dict[str, object]
    ) -> Request:
        return super().record_request(fo, kind, None if kind == "fulfillment_request" else message, options)


class SubmitShowsCancellationKind(Mutant, Store):
    """A fulfillment request is shown as a cancellation request."""

    requirement = "FO-SUBMIT-MESSAGE"

    def record_request(
        self, fo: FulfillmentOrder, _kind: str, message: str | None, options: dict[str, object]
    ) -> Request:
        return super().record_request(fo, "cancellation_request", message, options)


class SubmitIgnoresNotifyCustomer(Mutant, Store):
    """notify_customer is shown as false although true was sent."""

    requirement = "FO-SUBMIT-NOTIFY-CUSTOMER"

    def request_options(self, notify_customer: bool) -> dict[str, object]:  # noqa: ARG002, FBT001
        return {"notify_customer": False}


class SubmitNotifiesByDefault(Mutant, Rest):
    """notify_customer is true when it was not sent."""

    requirement = "FO-SUBMIT-NOTIFY-CUSTOMER-DEFAULT"

    def submit(self, call: Call) -> Reply:
        given = call.body.setdefault("fulfillment_request", {})
        if isinstance(given, dict):
            given.setdefault("notify_customer", True)
        return super().submit(call)


class SubmitNeedsMessage(Mutant, Rest):
    """A fulfillment request without message is refused."""

    requirement = "FO-SUBMIT-MESSAGE-OPTIONAL"

    def submit(self, call: Call) -> Reply:
        if not (call.body.get("fulfillment_request") or {}).get("message"):
            raise Malformed("message")
        return super().submit(call)


class SubmitAtMerchantLocations(Mutant, Store):
    """Fulfillment can be requested at merchant-managed locations."""

    requirement = "FO-SUBMIT-NEEDS-SERVICE-LOCATION"

    def check_reach(self, client: App, fo: FulfillmentOrder, operation: str) -> None:
        if operation != "submit" or fo.at_service:
            super().check_reach(client, fo, operation)

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        if fo.at_service or fo.status != "open":
            super().guard_submit(fo)


class SubmitTwice(Mutant, Store):
    """What is submitted can be submitted again."""

    requirement = "FO-SUBMIT-REPEAT-REFUSED"

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        if fo.request_status != "submitted" or fo.status != "open":
            super().guard_submit(fo)


class SubmitRestartsAccepted(Mutant, Store):
    """What is accepted can be submitted again, and is open then."""

    requirement = "FO-SUBMIT-REPEAT-REFUSED"

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        if fo.request_status != "accepted" or fo.status != "in_progress":
            super().guard_submit(fo)


class SubmitReopensClosed(Mutant, Store):
    """Fulfillment can be requested for a closed one."""

    requirement = "FO-SUBMIT-ENDED-REFUSED"

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        if fo.status != "closed" or not fo.at_service:
            super().guard_submit(fo)


class SubmitRefusedAfterReject(Mutant, Store):
    """After a rejection fulfillment cannot be requested again, though it is offered."""

    requirement = "FO-SUBMIT-AFTER-REJECT"

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        if fo.request_status == "rejected":
            raise Refused(NOT_OPEN)
        super().guard_submit(fo)


class SubmitRefusedAfterClose(Mutant, Store):
    """After close fulfillment cannot be requested again, though it is offered."""

    requirement = "FO-SUBMIT-AFTER-CLOSE"

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        if fo.request_status == "closed":
            raise Refused(NOT_OPEN)
        super().guard_submit(fo)


class SubmitRefusedOnReplacement(Mutant, Store):
    """Fulfillment cannot be requested for the replacement of a cancelled one."""

    requirement = "FO-SUBMIT-AFTER-CANCEL"

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        before = [other for other in fo.order.fulfillment_orders if other.id < fo.id and other.status == "closed"]
        if any(other.request_status == "submitted" for other in before):
            raise Refused(NOT_OPEN)
        super().guard_submit(fo)


class SubmitTakesTooMuch(Mutant, Store):
    """A request for more units than there are is taken for as many as there are."""

    requirement = "FO-SUBMIT-TOO-MUCH"

    def submit(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        message: str | None = None,
        lines: Sequence[Amount] | None = None,
        notify_customer: bool = False,
    ) -> Submitted:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        return super().submit(
            client,
            fulfillment_order_id,
            message=message,
            lines=clamped(fo, lines) if fo else lines,
            notify_customer=notify_customer,
        )
