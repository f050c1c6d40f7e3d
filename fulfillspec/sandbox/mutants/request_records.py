"""Mutants of the record of requests: what was asked, when, for which fulfillment order."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import FulfillmentOrder, Request
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import SHOP_ZONE, Json, Views

Options = dict[str, object]


class _Recording(Store):
    """A store that keeps requests otherwise."""

    def record_request(self, fo: FulfillmentOrder, kind: str, message: str | None, options: Options) -> Request:
        earlier = list(fo.requests)
        request = super().record_request(fo, kind, message, options)
        self.kept(fo, earlier, request)
        return request

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        """Change what is kept, once the request is in the list."""


class OnlyTheNewestRequestIsKept(Mutant, _Recording):
    """The list of requests has the newest one only."""

    requirement = "FO-REQUEST-KEPT"

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        del earlier
        fo.requests[:] = [request]


class ResubmissionLosesTheFirstRequest(Mutant, _Recording):
    """A further fulfillment request takes the place of the first one; cancellation requests do not."""

    requirement = "FO-REQUEST-KEPT"

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        alike = [each for each in earlier if each.kind == request.kind == "fulfillment_request"]
        if alike:
            fo.requests.remove(alike[0])


class CancellationReplacesTheRequest(Mutant, _Recording):
    """A cancellation request takes the place of the fulfillment request."""

    requirement = "FO-REQUEST-KEPT"

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        if request.kind == "cancellation_request" and earlier:
            fo.requests.remove(earlier[-1])


class ResubmissionRewritesEarlierMessages(Mutant, _Recording):
    """A further request gives its message to the earlier ones, too."""

    requirement = "FO-REQUEST-KEPT"

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        del fo
        for each in earlier:
            each.message = request.message


class RejectionRewritesTheRequest(Mutant, Store):
    """A rejection takes away the message of the request."""

    requirement = "FO-REQUEST-KEPT"

    def after_reject(self, fo: FulfillmentOrder) -> None:
        super().after_reject(fo)
        for each in fo.requests:
            each.message = None


class AcceptTurnsNotificationOff(Mutant, Store):
    """Accept sets notify_customer of the request to false."""

    requirement = "FO-REQUEST-KEPT"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        super().after_accept(fo)
        for each in fo.requests:
            each.options = dict.fromkeys(each.options, False)


class CloseForgetsTheOldestRequest(Mutant, Store):
    """Close takes the oldest of several requests from the list."""

    requirement = "FO-REQUEST-KEPT"

    def after_close(self, fo: FulfillmentOrder) -> None:
        super().after_close(fo)
        del fo.requests[1:]


class DeadlineForgetsTheMessages(Mutant, Store):
    """Setting a deadline takes away the messages of requests."""

    requirement = "FO-REQUEST-KEPT"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline)
        for each in fo.requests:
            each.message = None


class AcceptEmptiesTheListOverGraphql(Mutant, Nodes):
    """merchantRequests of GraphQL is empty once the service has accepted."""

    requirement = "FO-REQUEST-KEPT"
    transports = ("graphql",)

    def requests(self, fo: FulfillmentOrder, ask: Asking, given: Given, operation: str) -> Json:
        shown = replace(fo, requests=[]) if fo.request_status == "accepted" else fo
        return super().requests(shown, ask, given, operation)


class LaterLooksShowTheFirstRequestOnly(Mutant, Views):
    """The list of the order shows the first of several requests only."""

    requirement = "FO-REQUEST-KEPT"

    def requests(self, fo: FulfillmentOrder, operation: str) -> list[Json]:
        shown = super().requests(fo, operation)
        return shown[-1:] if operation == "list" else shown


class RequestsAreNeverShown(Mutant, Views):
    """The list of requests is empty in every answer."""

    requirement = "FO-REQUEST-RECORDED"

    def requests(self, _fo: FulfillmentOrder, _operation: str) -> list[Json]:
        return []


class RequestsAreNeverShownOverGraphql(Mutant, Nodes):
    """merchantRequests is empty in every answer."""

    requirement = "FO-REQUEST-RECORDED"
    transports = ("graphql",)

    def requests(self, fo: FulfillmentOrder, ask: Asking, given: Given, operation: str) -> Json:
        return super().requests(replace(fo, requests=[]), ask, given, operation)


class RequestsAreNotShownLaterOverGraphql(Mutant, Nodes):
    """merchantRequests is empty except in the answer to the request itself."""

    requirement = "FO-REQUEST-RECORDED"
    transports = ("graphql",)

    def requests(self, fo: FulfillmentOrder, ask: Asking, given: Given, operation: str) -> Json:
        shown = fo if operation in {"submit", "submit_cancellation"} else replace(fo, requests=[])
        return super().requests(shown, ask, given, operation)


class RequestsWithAMessageOnlyAreRecorded(Mutant, _Recording):
    """A request without a message is not put into the list."""

    requirement = "FO-REQUEST-RECORDED"

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        if not request.message:
            fo.requests[:] = earlier


class ResubmissionIsNotRecorded(Mutant, _Recording):
    """A further fulfillment request is not put into the list."""

    requirement = "FO-REQUEST-RECORDED"

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        if any(each.kind == request.kind for each in earlier):
            fo.requests[:] = earlier


class RequestIsRecordedTwice(Mutant, _Recording):
    """A fulfillment request is put into the list twice."""

    requirement = "FO-REQUEST-RECORDED"

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        del earlier
        fo.requests.append(replace(request, id=self.new_id("request")))


class AcceptRecordsARequest(Mutant, Store):
    """Accept puts another request into the list."""

    requirement = "FO-REQUEST-RECORDED"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        super().after_accept(fo)
        self.record_request(fo, "fulfillment_request", "Accepted.", self.request_options(False))  # noqa: FBT003


class PartIsRecordedOnTheRestToo(Mutant, _Recording):
    """A request for some line items is shown on what was not requested, too."""

    requirement = "FO-REQUEST-OWN"

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        del earlier
        newest = fo.order.fulfillment_orders[-1]
        if newest is not fo and newest.request_status == "unsubmitted" and not newest.requests:
            newest.requests.append(replace(request, id=self.new_id("request")))


class RequestIsShownOnSiblings(Mutant, _Recording):
    """A request is shown on every fulfillment order of the order."""

    requirement = "FO-REQUEST-OWN"

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        del earlier
        for other in fo.order.fulfillment_orders:
            if other is not fo:
                other.requests.append(replace(request, id=self.new_id("request")))


class CancellationIsShownOnSiblings(Mutant, _Recording):
    """A cancellation request is shown on every fulfillment order of the order."""

    requirement = "FO-REQUEST-OWN"

    def kept(self, fo: FulfillmentOrder, earlier: list[Request], request: Request) -> None:
        del earlier
        if request.kind == "cancellation_request":
            for other in fo.order.fulfillment_orders:
                if other is not fo:
                    other.requests.append(replace(request, id=self.new_id("request")))


class PartIsSubmittedWithoutAMessage(Mutant, Store):
    """The message of a request for some line items is lost."""

    requirement = "FO-SUBMIT-MESSAGE"

    def record_request(self, fo: FulfillmentOrder, kind: str, message: str | None, options: Options) -> Request:
        newest = fo.order.fulfillment_orders[-1]
        part = newest is not fo and newest.created_at >= fo.updated_at and newest.request_status == "unsubmitted"
        return super().record_request(fo, kind, None if part else message, options)


class _Stale(Store):
    """A further request of a kind is kept with something of the first."""

    takes: ClassVar[str]

    def record_request(self, fo: FulfillmentOrder, kind: str, message: str | None, options: Options) -> Request:
        first = next((each for each in fo.requests if each.kind == kind), None)
        given: dict[str, Any] = {"message": message, "options": options}
        if first is not None:
            given[self.takes] = getattr(first, self.takes)
        return super().record_request(fo, kind, given["message"], given["options"])


class ResubmissionHasTheFirstMessage(Mutant, _Stale):
    """A further request is shown with the message of the first."""

    requirement = "FO-SUBMIT-MESSAGE"
    takes = "message"


class ResubmissionHasTheFirstOptions(Mutant, _Stale):
    """A further request is shown with the options of the first."""

    requirement = "FO-SUBMIT-NOTIFY-CUSTOMER-DEFAULT"
    takes = "options"


class CancellationHasTheMessageOfTheRequest(Mutant, Store):
    """A cancellation request is shown with the message of the fulfillment request."""

    requirement = "FO-CANCELLATION-MESSAGE"

    def record_request(self, fo: FulfillmentOrder, kind: str, message: str | None, options: Options) -> Request:
        stale = kind == "cancellation_request" and bool(fo.requests)
        return super().record_request(fo, kind, fo.requests[-1].message if stale else message, options)


class _Dated(Store):
    """Requests are dated otherwise."""

    def record_request(self, fo: FulfillmentOrder, kind: str, message: str | None, options: Options) -> Request:
        request = super().record_request(fo, kind, message, options)
        request.sent_at = self.dated(request.sent_at)
        return request

    def dated(self, now: datetime) -> datetime:
        """Return the time that is kept."""
        return now


class RequestsAreSentIn1970(Mutant, _Dated):
    """sent_at is the beginning of 1970."""

    requirement = "FO-REQUEST-SENT-AT"

    def dated(self, now: datetime) -> datetime:
        del now
        return datetime(1970, 1, 1, tzinfo=UTC)


class RequestsAreSentTomorrow(Mutant, _Dated):
    """sent_at is a day ahead."""

    requirement = "FO-REQUEST-SENT-AT"

    def dated(self, now: datetime) -> datetime:
        return now + timedelta(days=1)


class RequestsAreSentInTheShopsZone(Mutant, _Dated):
    """sent_at is the shop's local time, named as if it were UTC."""

    requirement = "FO-REQUEST-SENT-AT"

    def dated(self, now: datetime) -> datetime:
        return now.astimezone(SHOP_ZONE).replace(tzinfo=UTC)


class CancellationsAreSentWithTheRequest(Mutant, Views):
    """sent_at of a cancellation request is an hour before it was sent."""

    requirement = "FO-REQUEST-SENT-AT"

    def request(self, request: Request) -> Json:
        if request.kind == "cancellation_request":
            request = replace(request, sent_at=request.sent_at - timedelta(hours=1))
        return super().request(request)
