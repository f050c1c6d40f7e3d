"""Mutants of webhooks: what is told of a step, to whom, and how it is sent."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import FulfillmentOrder, Subscription
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json
from fulfillspec.sandbox.webhooks import Webhooks

BOTH = ("rest", "graphql")


class AcceptanceIsNotTold(Mutant, Webhooks):
    """Subscribers are not told that a fulfillment request was accepted."""

    requirement = "FO-HOOK-EVENT"
    transports = BOTH

    def hear(self, topic: str, about: Mapping[str, Any]) -> None:
        if not topic.endswith("request_accepted"):
            super().hear(topic, about)


class HoldsAreNotTold(Mutant, Webhooks):
    """Subscribers are not told of a hold."""

    requirement = "FO-HOOK-EVENT"
    transports = BOTH

    def hear(self, topic: str, about: Mapping[str, Any]) -> None:
        if not topic.endswith("placed_on_hold"):
            super().hear(topic, about)


class HoldsOfAPartAreNotTold(Mutant, Webhooks):
    """Subscribers are not told of a hold on a part."""

    requirement = "FO-HOOK-EVENT"
    transports = BOTH

    def hear(self, topic: str, about: Mapping[str, Any]) -> None:
        if about.get("remaining_fulfillment_order") is None or not topic.endswith("placed_on_hold"):
            super().hear(topic, about)


class MovesOfAPartAreNotTold(Mutant, Webhooks):
    """Subscribers are not told of a move of a part."""

    requirement = "FO-HOOK-EVENT"
    transports = BOTH

    def hear(self, topic: str, about: Mapping[str, Any]) -> None:
        if about.get("moved_fulfillment_order") is about.get("original_fulfillment_order"):
            super().hear(topic, about)


class SplitsAreNotTold(Mutant, Webhooks):
    """Subscribers are not told of a split."""

    requirement = "FO-HOOK-EVENT"
    transports = ("graphql",)

    def hear(self, topic: str, about: Mapping[str, Any]) -> None:
        if not topic.endswith("/split"):
            super().hear(topic, about)


class AnotherTimeIsNotTold(Mutant, Webhooks):
    """Subscribers are not told that a fulfillment order was rescheduled."""

    requirement = "FO-HOOK-EVENT"
    transports = BOTH

    def hear(self, topic: str, about: Mapping[str, Any]) -> None:
        if not topic.endswith("/rescheduled"):
            super().hear(topic, about)


class SplitsAreToldWithoutTheItems(Mutant, Webhooks):
    """What is told of a split has no split_line_items."""

    requirement = "FO-HOOK-KEYS"
    transports = ("graphql",)

    def payload(self, topic: str, about: Mapping[str, Any]) -> Json:
        shown = super().payload(topic, about)
        return {key: value for key, value in shown.items() if key != "split_line_items"}


class ServicesAreNotTold(Mutant, Webhooks):
    """The app of a fulfillment service is told of nothing that it subscribed to."""

    requirement = "FO-HOOK-EVENT"
    transports = BOTH

    def tell(self, one: Subscription, payload: Json) -> None:
        if any("merchant_managed" in held for held in one.app.scopes):
            super().tell(one, payload)


class TopicWithoutItsGroup(Mutant, Webhooks):
    """X-Shopify-Topic has the event alone, without fulfillment_orders/."""

    requirement = "FO-HOOK-TOPIC"
    transports = BOTH

    def headers(self, one: Subscription, body: bytes) -> dict[str, str]:
        return {**super().headers(one, body), "X-Shopify-Topic": one.topic.partition("/")[2]}


class TopicsAsEnums(Mutant, Webhooks):
    """X-Shopify-Topic is spelled as the enum of GraphQL."""

    requirement = "FO-HOOK-TOPIC"
    transports = BOTH

    def headers(self, one: Subscription, body: bytes) -> dict[str, str]:
        return {**super().headers(one, body), "X-Shopify-Topic": one.topic.replace("/", "_").upper()}


class EveryAddressIsToldOfMoves(Mutant, Webhooks):
    """A move is told to the subscribers of other topics too."""

    requirement = "FO-HOOK-TOPIC"
    transports = BOTH

    def hear(self, topic: str, about: Mapping[str, Any]) -> None:
        if topic.endswith("/moved"):
            for one in list(self.store.subscriptions.values()):
                if one.topic != topic:
                    self.tell(one, self.payload(topic, about))
        super().hear(topic, about)


class WebhooksHaveNoId(Mutant, Webhooks):
    """A webhook comes without X-Shopify-Webhook-Id."""

    requirement = "FO-HOOK-HEADERS"
    transports = BOTH

    def headers(self, one: Subscription, body: bytes) -> dict[str, str]:
        headers = super().headers(one, body)
        del headers["X-Shopify-Webhook-Id"]
        return headers


class WebhooksArePlainText(Mutant, Webhooks):
    """A webhook comes as text/plain."""

    requirement = "FO-HOOK-HEADERS"
    transports = BOTH

    def headers(self, one: Subscription, body: bytes) -> dict[str, str]:
        return {**super().headers(one, body), "Content-Type": "text/plain"}


class WebhooksAreSignedInHexadecimal(Mutant, Webhooks):
    """The signature of a webhook is written in hexadecimal."""

    requirement = "FO-HOOK-SIGNATURE"
    transports = BOTH

    def headers(self, one: Subscription, body: bytes) -> dict[str, str]:
        digest = hmac.new(self.notifier.secret.encode(), body, hashlib.sha256).hexdigest()
        return {**super().headers(one, body), "X-Shopify-Hmac-Sha256": digest}


class WebhooksAreSignedBeforehand(Mutant, Webhooks):
    """The signature is that of an empty body."""

    requirement = "FO-HOOK-SIGNATURE"
    transports = BOTH

    def headers(self, one: Subscription, body: bytes) -> dict[str, str]:
        digest = hmac.new(self.notifier.secret.encode(), b"", hashlib.sha256).digest()
        return {**super().headers(one, body), "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode()}


class _Told(Webhooks):
    """Payloads that differ: `altered` gets topic, objects and what would be sent."""

    def payload(self, topic: str, about: Mapping[str, Any]) -> Json:
        return self.altered(topic.partition("/")[2], about, super().payload(topic, about))

    def altered(self, topic: str, about: Mapping[str, Any], payload: Json) -> Json:
        del topic, about
        return payload


class AnswersAreToldWithoutTheMessage(Mutant, _Told, Webhooks):
    """What is told of a rejection has no message."""

    requirement = "FO-HOOK-KEYS"
    transports = BOTH

    def altered(self, topic: str, about: Mapping[str, Any], payload: Json) -> Json:
        del about
        return {
            key: value for key, value in payload.items() if topic != "fulfillment_request_rejected" or key != "message"
        }


class HoldsAreToldWithoutTheRest(Mutant, _Told, Webhooks):
    """What is told of a hold has no remaining_fulfillment_order, not even null."""

    requirement = "FO-HOOK-KEYS"
    transports = BOTH

    def altered(self, topic: str, about: Mapping[str, Any], payload: Json) -> Json:
        del topic, about
        return {key: value for key, value in payload.items() if key != "remaining_fulfillment_order"}


class CancelledNamesTheReplacement(Mutant, _Told, Webhooks):
    """What is told of a cancelled fulfillment order names the replacement."""

    requirement = "FO-HOOK-ORDER"
    transports = BOTH

    def altered(self, topic: str, about: Mapping[str, Any], payload: Json) -> Json:
        del about
        other = payload.get("replacement_fulfillment_order")
        return {**payload, "fulfillment_order": other} if topic == "cancelled" and other else payload


class WebhooksNameTheOrder(Mutant, Webhooks):
    """The id of the fulfillment order in a webhook is that of its order."""

    requirement = "FO-HOOK-ORDER"
    transports = BOTH

    def fulfillment_order(self, fo: FulfillmentOrder) -> Json:
        return {**super().fulfillment_order(fo), "id": self.gid("FulfillmentOrder", fo.order.id)}


class AcceptanceIsToldAsSubmitted(Mutant, _Told, Webhooks):
    """What is told of an acceptance shows the state before it."""

    requirement = "FO-HOOK-STATE"
    transports = BOTH

    def altered(self, topic: str, about: Mapping[str, Any], payload: Json) -> Json:
        del about
        before = {"status": "open", "request_status": "submitted"}
        if topic != "fulfillment_request_accepted":
            return payload
        return {**payload, "fulfillment_order": {**payload["fulfillment_order"], **before}}


class ReleaseIsToldAsHeld(Mutant, _Told, Webhooks):
    """What is told of a release shows the fulfillment order on hold."""

    requirement = "FO-HOOK-STATE"
    transports = BOTH

    def altered(self, topic: str, about: Mapping[str, Any], payload: Json) -> Json:
        del about
        if topic != "hold_released":
            return payload
        return {**payload, "fulfillment_order": {**payload["fulfillment_order"], "status": "on_hold"}}


class AnswersAreToldWithTheRequest(Mutant, _Told, Webhooks):
    """The message that is told of an acceptance is the merchant's own."""

    requirement = "FO-HOOK-MESSAGE"
    transports = BOTH

    def altered(self, topic: str, about: Mapping[str, Any], payload: Json) -> Json:
        fo = about.get("fulfillment_order")
        if topic != "fulfillment_request_accepted" or not isinstance(fo, FulfillmentOrder) or not fo.requests:
            return payload
        return {**payload, "message": fo.requests[-1].message}


class CancellationsAreToldWithoutWords(Mutant, _Told, Webhooks):
    """The message of a cancellation request is told as null."""

    requirement = "FO-HOOK-MESSAGE"
    transports = BOTH

    def altered(self, topic: str, about: Mapping[str, Any], payload: Json) -> Json:
        del about
        request = payload.get("fulfillment_order_merchant_request")
        if topic != "cancellation_request_submitted" or not request:
            return payload
        return {**payload, "fulfillment_order_merchant_request": {**request, "message": None}}


class WebhooksComeTwice(Mutant, Webhooks):
    """Each event is told twice, under two ids."""

    requirement = "FO-HOOK-ONCE"
    transports = BOTH

    def tell(self, one: Subscription, payload: Json) -> None:
        super().tell(one, payload)
        super().tell(one, payload)


class RefusedAcceptanceIsTold(Mutant, Store):
    """Subscribers are told of an acceptance that is refused."""

    requirement = "FO-HOOK-REFUSED-SILENT"

    def guard_accept(self, fo: FulfillmentOrder) -> None:
        try:
            super().guard_accept(fo)
        except Refused as refused:
            self.announce("fulfillment_orders/fulfillment_request_accepted", fulfillment_order=fo, message=None)
            raise refused from None


class RefusedReleaseIsTold(Mutant, Store):
    """Subscribers are told of a release where nothing was held."""

    requirement = "FO-HOOK-REFUSED-SILENT"

    def guard_release(self, fo: FulfillmentOrder) -> None:
        try:
            super().guard_release(fo)
        except Refused as refused:
            self.announce("fulfillment_orders/hold_released", fulfillment_order=fo)
            raise refused from None
