"""Mutants of the callbacks to fulfillment services."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.notifications import KINDS, Notifier
from fulfillspec.sandbox.store import Store

BOTH = ("rest", "graphql")


class RequestsAreNotNotified(Mutant, Notifier):
    """The service is not told of a fulfillment request."""

    requirement = "FO-NOTE-SUBMIT-CALLBACK"
    transports = BOTH

    def kinds(self) -> Mapping[str, str]:
        return {topic: kind for topic, kind in KINDS.items() if kind != "FULFILLMENT_REQUEST"}


class RequestsAreNotifiedTooSoon(Mutant, Store):
    """The service is told of a fulfillment request half a second before its assigned list shows it."""

    requirement = "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED"
    transports = BOTH

    def has_assignment_status(self, fo: FulfillmentOrder, wanted: str | None) -> bool:
        young = (
            fo.request_status == "submitted"
            and bool(fo.requests)
            and self.clock.now() - fo.requests[-1].sent_at < timedelta(seconds=1.5)
            and fo.location.service is not None
            and bool(fo.location.service.callback_url)
        )
        return not young and super().has_assignment_status(fo, wanted)


class CancellationsAreNotNotified(Mutant, Notifier):
    """The service is not told of a cancellation request."""

    requirement = "FO-NOTE-CANCELLATION-CALLBACK"
    transports = BOTH

    def kinds(self) -> Mapping[str, str]:
        return {topic: kind for topic, kind in KINDS.items() if kind != "CANCELLATION_REQUEST"}


class NotifiesOnce(Mutant, Notifier):
    """The service is told of the first request for a fulfillment order only."""

    requirement = "FO-NOTE-CANCELLATION-CALLBACK"
    transports = BOTH

    def tell(self, fo: FulfillmentOrder, kind: str) -> None:
        if len(fo.requests) <= 1:
            super().tell(fo, kind)


class RejectionIsNotified(Mutant, Notifier):
    """The service is told of a fulfillment request once more when it rejects it."""

    requirement = "FO-NOTE-ONLY-REQUESTS"
    transports = BOTH

    def kinds(self) -> Mapping[str, str]:
        return {**KINDS, "fulfillment_orders/fulfillment_request_rejected": "FULFILLMENT_REQUEST"}


class CloseIsNotified(Mutant, Notifier):
    """The service is told of what it marked as incomplete as of a cancellation request."""

    requirement = "FO-NOTE-ONLY-REQUESTS"
    transports = BOTH

    def kinds(self) -> Mapping[str, str]:
        return {**KINDS, "fulfillment_orders/fulfillment_service_failed_to_complete": "CANCELLATION_REQUEST"}


class CancellationOfBegunWorkIsNotNotified(Mutant, Notifier):
    """The service is not told of a cancellation request for what is partly fulfilled."""

    requirement = "FO-NOTE-CANCELLATION-CALLBACK"
    transports = BOTH

    def tell(self, fo: FulfillmentOrder, kind: str) -> None:
        if kind != "CANCELLATION_REQUEST" or not fo.fulfilled:
            super().tell(fo, kind)


class SecondCancellationIsNotNotified(Mutant, Notifier):
    """The service is not told of a cancellation request for what it was asked to cancel before."""

    requirement = "FO-NOTE-CANCELLATION-CALLBACK"
    transports = BOTH

    def tell(self, fo: FulfillmentOrder, kind: str) -> None:
        if kind != "CANCELLATION_REQUEST" or sum(request.kind == "cancellation_request" for request in fo.requests) < 2:
            super().tell(fo, kind)


class RequestAfterACancellationIsNotNotified(Mutant, Notifier):
    """The service is not told of a fulfillment request for what it was asked to cancel before."""

    requirement = "FO-NOTE-SUBMIT-CALLBACK"
    transports = BOTH

    def tell(self, fo: FulfillmentOrder, kind: str) -> None:
        before = any(request.kind == "cancellation_request" for request in fo.requests)
        if kind != "FULFILLMENT_REQUEST" or not before:
            super().tell(fo, kind)


class CancelIsNotified(Mutant, Notifier):
    """The service is told of a cancelled fulfillment order as of a cancellation request."""

    requirement = "FO-NOTE-CANCEL-SILENT"
    transports = BOTH

    def kinds(self) -> Mapping[str, str]:
        return {**KINDS, "fulfillment_orders/cancelled": "CANCELLATION_REQUEST"}


class NotifiesTheCallbackUrlItself(Mutant, Notifier):
    """The notification goes to the callback URL, not below it."""

    requirement = "FO-NOTE-PATH"
    transports = BOTH

    def address(self, url: str) -> str:
        return url


class NotifiesAFile(Mutant, Notifier):
    """The path of the notification ends with .json."""

    requirement = "FO-NOTE-PATH"
    transports = BOTH

    def address(self, url: str) -> str:
        return super().address(url) + ".json"


class KindInLowerCase(Mutant, Notifier):
    """The kind of a notification is spelled as in REST."""

    requirement = "FO-NOTE-KIND"
    transports = BOTH

    def body(self, kind: str) -> bytes:
        return super().body(kind.lower())


class KindAlwaysARequest(Mutant, Notifier):
    """A notification of a cancellation request says FULFILLMENT_REQUEST."""

    requirement = "FO-NOTE-KIND"
    transports = BOTH

    def body(self, _kind: str) -> bytes:
        return super().body("FULFILLMENT_REQUEST")


class KindAsTopic(Mutant, Notifier):
    """The body of a notification has `topic` instead of kind."""

    requirement = "FO-NOTE-KIND"
    transports = BOTH

    def body(self, kind: str) -> bytes:
        return json.dumps({"topic": kind}).encode()


class SignatureInHexadecimal(Mutant, Notifier):
    """The signature is written in hexadecimal, not in base64."""

    requirement = "FO-NOTE-SIGNATURE"
    transports = BOTH

    def signature(self, body: bytes) -> str:
        return hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()


class SignatureOfAnotherSecret(Mutant, Notifier):
    """The signature is made with another secret than the app's."""

    requirement = "FO-NOTE-SIGNATURE"
    transports = BOTH

    def signature(self, body: bytes) -> str:
        return base64.b64encode(hmac.new(b"shop", body, hashlib.sha256).digest()).decode()


class SignatureOfAnotherBody(Mutant, Notifier):
    """The signature is made of the body without its blanks."""

    requirement = "FO-NOTE-SIGNATURE"
    transports = BOTH

    def signature(self, body: bytes) -> str:
        return super().signature(body.replace(b" ", b""))


class NotificationsUnsigned(Mutant, Notifier):
    """Notifications have no signature."""

    requirement = "FO-NOTE-SIGNATURE"
    transports = BOTH

    def headers(self, body: bytes) -> dict[str, str]:
        shown = super().headers(body)
        del shown["X-Shopify-Hmac-Sha256"]
        return shown


class RefusedRequestsAreNotified(Mutant, Store):
    """The service is told of a fulfillment request that is refused, too."""

    requirement = "FO-NOTE-ONLY-REQUESTS"

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        try:
            super().guard_submit(fo)
        except Refused:
            self.announce("fulfillment_orders/fulfillment_request_submitted", submitted_fulfillment_order=fo)
            raise


class AcceptedRequestsAreNotifiedAgain(Mutant, Notifier):
    """The service is told of a fulfillment request once more when it accepts it."""

    requirement = "FO-NOTE-ONLY-REQUESTS"
    transports = BOTH

    def kinds(self) -> Mapping[str, str]:
        return {**KINDS, "fulfillment_orders/fulfillment_request_accepted": "FULFILLMENT_REQUEST"}


class KindsAreSwapped(Mutant, Notifier):
    """The service is told of a cancellation request where fulfillment is requested, and the other way round."""

    requirement = "FO-NOTE-SUBMIT-CALLBACK"
    transports = BOTH

    def kinds(self) -> Mapping[str, str]:
        one, two = KINDS.values()
        return {topic: two if kind == one else one for topic, kind in KINDS.items()}
