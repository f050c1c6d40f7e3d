"""Subscriptions to webhooks over GraphQL."""

from fulfillspec.sandbox import webhooks
from fulfillspec.sandbox.errors import Invalid, Refused, Unknown
from fulfillspec.sandbox.graphql.asking import Asking, Field, Given, connection, number
from fulfillspec.sandbox.graphql.engine import Engine
from fulfillspec.sandbox.model import Subscription
from fulfillspec.sandbox.views import Json

_PREFIX = "FULFILLMENT_ORDERS_"


class Subscriptions(Engine):
    """webhookSubscriptionCreate, webhookSubscriptionDelete and webhookSubscriptions."""

    def fields(self) -> dict[str, Field]:
        """Return the root fields."""
        return {
            **super().fields(),
            "webhookSubscriptionCreate": self.subscribe,
            "webhookSubscriptionDelete": self.unsubscribe,
            "webhookSubscriptions": self.subscriptions,
        }

    def subscribe(self, ask: Asking, given: Given) -> Json:
        """Subscribe the client to a topic."""
        wanted = given["webhookSubscription"]
        address = wanted.get("uri") or wanted.get("callbackUrl") or ""
        topic = f"fulfillment_orders/{given['topic'].removeprefix(_PREFIX).lower()}"
        try:
            made = webhooks.subscribe(self.store, ask.client, topic, address, ask.version)
        except Invalid as invalid:
            texts = [text for complaints in invalid.complaints.values() for text in complaints]
            raise Refused(texts[0], field=("webhookSubscription", "callbackUrl")) from invalid
        return {"webhookSubscription": self.subscription(made), "userErrors": []}

    def unsubscribe(self, ask: Asking, given: Given) -> Json:
        """Remove a subscription of the client."""
        try:
            webhooks.unsubscribe(self.store, ask.client, number("WebhookSubscription", given["id"]))
        except Unknown as unknown:
            raise Refused("Webhook subscription does not exist", field=("id",)) from unknown
        return {"deletedWebhookSubscriptionId": given["id"], "userErrors": []}

    def subscriptions(self, ask: Asking, given: Given) -> Json:
        """List the subscriptions of the client."""
        own = [one for one in self.store.subscriptions.values() if one.app is ask.client]
        return connection(own, given, self.subscription)

    def subscription(self, one: Subscription) -> Json:
        """Show a subscription."""
        return {
            "__typename": "WebhookSubscription",
            "id": self.nodes.gid("WebhookSubscription", one.id),
            "topic": one.topic.replace("/", "_").upper(),
            "uri": one.address,
            "callbackUrl": one.address,
        }
