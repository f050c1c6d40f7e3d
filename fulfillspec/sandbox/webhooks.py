"""Webhooks: an app subscribes to topics about fulfillment orders, and is told of each event that it may see.

Subscriptions are made over REST (`webhooks.json`) or GraphQL; what is told goes out by the notifier, signed as its
callbacks are.
"""

import json
from collections.abc import Mapping
from typing import Any

from fulfillspec.sandbox import params
from fulfillspec.sandbox.call import Call, Handler, Reply
from fulfillspec.sandbox.errors import Invalid, Unknown
from fulfillspec.sandbox.model import App, FulfillmentOrder, Location, Request, Subscription
from fulfillspec.sandbox.notifications import Notifier, loopback
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.access import KINDS, scope
from fulfillspec.sandbox.views import Json

TOPICS = frozenset(
    f"fulfillment_orders/{event}"
    for event in (
        "cancellation_request_accepted",
        "cancellation_request_rejected",
        "cancellation_request_submitted",
        "cancelled",
        "fulfillment_request_accepted",
        "fulfillment_request_rejected",
        "fulfillment_request_submitted",
        "fulfillment_service_failed_to_complete",
        "hold_released",
        "merged",
        "moved",
        "placed_on_hold",
        "rescheduled",
        "scheduled_fulfillment_order_ready",
        "split",
    )
)
READ_SCOPES = tuple(scope("read", kind) for kind in KINDS)


def subscribe(store: Store, app: App, topic: str, address: str, version: str) -> Subscription:
    """Add a subscription; raises Invalid for a topic that there is none of, or an address that cannot be told."""
    if topic not in TOPICS or not app.has(*READ_SCOPES):
        raise Invalid({"topic": [f"Invalid topic specified: {topic}"]})
    if loopback(address) is None and not address.startswith("https://"):
        raise Invalid({"address": ["protocol http:// is not supported"]})
    taken = (app, topic, address)
    if any((one.app, one.topic, one.address) == taken for one in store.subscriptions.values()):
        raise Invalid({"address": ["for this topic has already been taken"]})
    made = Subscription(store.new_id("webhook"), app, topic, address, version)
    store.subscriptions[made.id] = made
    return made


def unsubscribe(store: Store, app: App, identity: int) -> None:
    """Remove a subscription of an app; raises Unknown."""
    found = store.subscriptions.get(identity)
    if found is None or found.app is not app:
        raise Unknown
    del store.subscriptions[identity]


class Webhooks:
    """Listens to the store and tells the subscribers of what they may see."""

    def __init__(self, store: Store, notifier: Notifier) -> None:
        self.store = store
        self.notifier = notifier
        store.listeners.append(self.hear)

    def hear(self, topic: str, about: Mapping[str, Any]) -> None:
        """Hear what has just happened."""
        fo = self.subject(about)
        if fo is None:
            return
        for one in list(self.store.subscriptions.values()):
            if one.topic == topic and self.store.may_see(one.app, fo):
                self.tell(one, self.payload(topic, about))

    def subject(self, about: Mapping[str, Any]) -> FulfillmentOrder | None:
        """Return the fulfillment order that an event is about."""
        for key in ("fulfillment_order", "submitted_fulfillment_order", "moved_fulfillment_order"):
            if isinstance(found := about.get(key), FulfillmentOrder):
                return found
        return None

    def tell(self, one: Subscription, payload: Json) -> None:
        """Send a payload to a subscriber."""
        body = json.dumps(payload).encode()
        self.notifier.send((one.address, body, self.headers(one, body)))

    def headers(self, one: Subscription, body: bytes) -> dict[str, str]:
        """Return the headers of a delivery."""
        return {
            "Content-Type": "application/json",
            "X-Shopify-Topic": one.topic,
            "X-Shopify-Hmac-Sha256": self.notifier.signature(body),
            "X-Shopify-Shop-Domain": self.store.shop_domain,
            "X-Shopify-API-Version": one.version,
            "X-Shopify-Webhook-Id": f"webhook-{self.store.new_id('delivery')}",
        }

    def payload(self, topic: str, about: Mapping[str, Any]) -> Json:
        """Write what has happened: ids as GraphQL has them, words as REST has them."""
        shown = {key: self.shown(value) for key, value in about.items()}
        fo = self.subject(about)
        if topic == "fulfillment_orders/placed_on_hold" and fo is not None:
            held = [
                {"id": self.gid("FulfillmentOrderLineItem", line.id), "quantity": line.quantity} for line in fo.lines
            ]
            shown |= {"held_fulfillment_order_line_items": held, "created_fulfillment_hold": self.holds(fo)[-1]}
        if topic == "fulfillment_orders/moved" and fo is not None:
            shown["destination_location_id"] = self.gid("Location", fo.location.id)
        return shown

    def shown(self, value: Any) -> Any:
        """Show one thing that an event is about."""
        match value:
            case FulfillmentOrder():
                return self.fulfillment_order(value)
            case Request():
                identity = self.gid("FulfillmentOrderMerchantRequest", value.id)
                return {"id": identity, "message": value.message}
            case Location():
                return {"id": self.gid("Location", value.id)}
            case _:
                return value

    def fulfillment_order(self, fo: FulfillmentOrder) -> Json:
        """Show a fulfillment order."""
        shown: Json = {
            "id": self.gid("FulfillmentOrder", fo.id),
            "status": fo.status,
            "request_status": fo.request_status,
        }
        return {**shown, "fulfillment_holds": self.holds(fo)} if fo.holds else shown

    def holds(self, fo: FulfillmentOrder) -> list[Json]:
        """Show the holds of a fulfillment order."""
        return [
            {"id": self.gid("FulfillmentHold", hold.id), "reason": hold.reason, "reason_notes": hold.notes}
            for hold in fo.holds
        ]

    def gid(self, kind: str, number: int) -> str:
        """Write a global id."""
        return f"gid://shopify/{kind}/{number}"


class WebhookRoutes:
    """The REST resource `webhooks`."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by route."""
        return {"GET webhooks": self.list, "POST webhooks": self.create, "DELETE webhooks/#": self.delete}

    def list(self, call: Call) -> Reply:
        """List the subscriptions of the client."""
        own = [self.shown(one) for one in self.store.subscriptions.values() if one.app is call.client]
        return Reply({"webhooks": own})

    def create(self, call: Call) -> Reply:
        """Subscribe."""
        given = params.wrapped(call.body, "webhook", required=True)
        topic, address = params.text(given, "topic") or "", params.text(given, "address") or ""
        return Reply({"webhook": self.shown(subscribe(self.store, call.client, topic, address, call.version))}, 201)

    def delete(self, call: Call) -> Reply:
        """Unsubscribe."""
        unsubscribe(self.store, call.client, call.ids[0])
        return Reply({})

    def shown(self, one: Subscription) -> Json:
        """Show a subscription."""
        return {
            "id": one.id,
            "address": one.address,
            "topic": one.topic,
            "format": "json",
            "api_version": one.version,
            "fields": [],
        }
