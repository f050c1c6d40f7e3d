"""Provisioning in the words of the GraphQL Admin API, for targets that have no REST: the same things, made and removed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from graphql import GraphQLInputObjectType

from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.global_ids import GlobalIds
from fulfillspec.evidence.invented import ADDRESS, EMAIL
from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import digits
from fulfillspec.judge.sources import of_location
from fulfillspec.stage.dialect import (
    LINES,
    STOCK,
    VARIANTS,
    Found,
    MadeItem,
    MadeOrder,
    MadeProduct,
    MadeService,
    Reply,
    WantedItem,
)
from fulfillspec.wire import nodes
from fulfillspec.wire.gaps import Gaps
from fulfillspec.wire.graphql import GraphQL, error_codes
from fulfillspec.wire.http import Client
from fulfillspec.wire.throttle import OrderPace
from fulfillspec.wire.variables import gid

_ADDRESS: Final = {
    "firstName": ADDRESS["first_name"],
    "lastName": ADDRESS["last_name"],
    "address1": ADDRESS["address1"],
    "city": ADDRESS["city"],
    "provinceCode": "ON",
    "countryCode": "CA",
    "zip": ADDRESS["zip"],
    "phone": ADDRESS["phone"],
}
_ABSENT: Final = re.compile(
    r"not found|not be found|does not exist|doesn't exist|invalid id|already deleted", re.IGNORECASE
)
_TOO_MANY: Final = re.compile(r"too many|try again later|limit .*exceeded|exceeded .*limit", re.IGNORECASE)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Done:
    """What a step of provisioning answered: the payload, and what was said against it."""

    exchange: Exchange
    payload: Mapping[str, Any]
    said: str

    @property
    def fine(self) -> bool:
        """Whether there is a payload and nothing was said against it."""
        return bool(self.payload) and not self.said

    def reply(self, value: _T | None) -> Reply[_T]:
        """Return the reply that shows a value."""
        exchange = self.exchange
        if exchange.status is None:
            told = f"{exchange.operation}: {exchange.error}"
        else:
            told = f"{exchange.operation} answered HTTP {exchange.status} {self.said or exchange.body[:160]}"
        return Reply(
            told,
            value,
            fine=self.fine,
            answered=exchange.status is not None,
            refused=bool(self.said) and exchange.status is not None and not exchange.server_error,
            gone=self.fine or bool(_ABSENT.search(self.said)) or "RESOURCE_NOT_FOUND" in error_codes(exchange.data),
            too_many=bool(_TOO_MANY.search(self.said)),
        )


class GraphQLDialect:
    """The GraphQL Admin API, for provisioning.

    `clients` by actor; `served` is the version that the target says it serves, where that is another than the one
    asked for; `ids` are the global ids that it told.
    """

    name = "graphql"
    removals = 4

    def __init__(
        self,
        clients: Mapping[str, Client],
        version: str,
        served: str | None = None,
        ids: GlobalIds | None = None,
        gaps: Gaps | None = None,
    ) -> None:
        self.actors = frozenset(clients)
        self.contents: dict[str, dict[str, str]] = {}
        self._graphql = GraphQL(clients, version, served, ids, gaps)
        self._version = served or version

    def create_service(self, actor: str, name: str, callback: str) -> Reply[MadeService]:
        """Make a fulfillment service of the actor's app."""
        done = self._do(actor, "create_fulfillment_service", {"name": name, "callbackUrl": callback})
        made = done.payload.get("fulfillmentService")
        return done.reply(MadeService(digits(nodes.at(made, "id")), digits(nodes.at(made, "location", "id"))))

    def rename_service(self, actor: str, identity: str, name: str) -> Reply[str]:
        """Give a fulfillment service another name; the answer shows the name of its location."""
        done = self._do(actor, "rename_fulfillment_service", {"id": _service_id(identity), "name": name})
        shown = nodes.at(done.payload, "fulfillmentService", "location", "name")
        return done.reply(shown if isinstance(shown, str) else None)

    def existing_service(self, actor: str) -> str | None:
        """Return the location of the store's only third-party service; with several, nothing tells whose is whose."""
        done = self._do(actor, "list_fulfillment_services", {})
        rows = nodes.rows(done.payload.get("fulfillmentServices"))
        locations = [digits(nodes.at(row, "location", "id")) for row in rows if row.get("type") == "THIRD_PARTY"]
        found = list(filter(None, locations))
        return found[0] if len(found) == 1 else None

    def merchant_locations(self, services: frozenset[str]) -> Reply[list[str]]:
        """List the active locations of no fulfillment service."""
        done = self._do("merchant", "list_locations", {})
        if not isinstance(done.payload.get("nodes"), list):
            return done.reply(None)
        rows = nodes.rows(done.payload["nodes"])
        self.contents = {
            identity: of_location({**address, "name": row.get("name")})
            for row in rows
            if (identity := digits(row.get("id"))) and isinstance(address := row.get("address"), dict)
        }
        found = [
            identity
            for row in rows
            if (identity := digits(row.get("id")))
            and identity not in services
            and row.get("isActive") is not False
            and row.get("isFulfillmentService") is not True
        ]
        return done.reply(found)

    def create_product(self, tag: str, places: Mapping[str, Sequence[str]]) -> Reply[MadeProduct]:
        """Make the product with its stock; where that is not taken, without."""
        done = self._do("merchant", "create_product", {"input": _product(tag, places, stocked=True)})
        stocked = done.fine
        if digits(nodes.at(done.payload, "product", "id")):
            done = replace(done, said="")  # made, whatever was said of its stock
        elif done.exchange.status is not None:
            done = self._do("merchant", "create_product", {"input": _product(tag, places, stocked=False)})
        made = nodes.at(done.payload, "product")
        rows = nodes.rows(nodes.at(made, "variants", "nodes"))
        by_title = {row.get("title"): row for row in rows}
        if not all(name in by_title for name in VARIANTS):
            by_title = dict(zip(VARIANTS, rows, strict=False))
        variants = {
            name: (variant, item)
            for name in VARIANTS
            if (variant := digits(nodes.at(by_title.get(name), "id")))
            and (item := digits(nodes.at(by_title.get(name), "inventoryItem", "id")))
        }
        return done.reply(MadeProduct(digits(nodes.at(made, "id")), variants, stocked))

    def stock(self, item: str, location: str, tag: str) -> None:
        """Stock an inventory item at a location; where it is stocked already, set how much there is."""
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{tag}/{item}/{location}"))  # the same in a replay
        where = {"inventoryItemId": gid("InventoryItem", item), "locationId": gid("Location", location)}
        done = self._do("merchant", "activate_stock", {**where, "available": STOCK, "key": key})
        if done.fine:
            return
        quantity: dict[str, Any] = {**where, "quantity": STOCK}
        given: dict[str, Any] = {"name": "available", "reason": "correction", "quantities": [quantity]}
        if self._knows("InventorySetQuantitiesInput", "ignoreCompareQuantity"):
            given["ignoreCompareQuantity"] = True
        else:
            quantity["changeFromQuantity"] = None
        self._do("merchant", "set_stock", {"input": given, "key": f"{key}-set"})

    def stocks(self, item: str, location: str) -> bool:
        """Tell whether a location is shown to stock an inventory item."""
        where = {"id": gid("InventoryItem", item), "locationId": gid("Location", location)}
        return nodes.at(self._do("merchant", "inventory_level", where).payload, "inventoryLevel", "id") is not None

    def create_order(self, tag: str, items: Sequence[WantedItem], pace: OrderPace) -> Reply[MadeOrder]:
        """Make a paid test order."""
        given = {
            "order": {
                "lineItems": [
                    {"variantId": gid("ProductVariant", item.variant), "quantity": item.units, "requiresShipping": True}
                    for item in items
                ],
                "financialStatus": "PAID",
                "shippingAddress": _ADDRESS,
                "email": EMAIL,
                "note": f"made by a conformance run, {tag}",
                "tags": [tag],
                "test": True,
            },
            "options": {"inventoryBehaviour": "BYPASS", "sendReceipt": False, "sendFulfillmentReceipt": False},
        }
        done = self._do("merchant", "create_order", given, pace=pace)
        made = nodes.at(done.payload, "order")
        name = nodes.at(made, "name")
        shown = tuple(
            MadeItem(identity, digits(nodes.at(row, "variant", "id")), nodes.whole(row.get("quantity")))
            for row in nodes.rows(nodes.at(made, "lineItems", "nodes"))
            if (identity := digits(row.get("id")))
        )
        return done.reply(MadeOrder(digits(nodes.at(made, "id")), name if isinstance(name, str) else None, shown))

    def subscribe(self, actor: str, topic: str, address: str) -> Reply[str]:
        """Subscribe the actor's app to a topic of webhooks."""
        key = "uri" if self._knows("WebhookSubscriptionInput", "uri") else "callbackUrl"
        given = {"topic": topic.replace("/", "_").upper(), "webhookSubscription": {key: address}}
        done = self._do(actor, "create_webhook", given)
        return done.reply(digits(nodes.at(done.payload, "webhookSubscription", "id")))

    def remove(self, kind: str, identity: str, actor: str) -> Reply[None]:
        """Remove an order, a product, a fulfillment service or a subscription to webhooks."""
        if kind == "order":
            return self._do("merchant", "remove_order", {"orderId": gid("Order", identity)}).reply(None)
        if kind == "product":
            return self._do("merchant", "remove_product", {"id": gid("Product", identity)}).reply(None)
        if kind == "webhook":
            return self._do(actor, "remove_webhook", {"id": gid("WebhookSubscription", identity)}).reply(None)
        return self._do(actor, "remove_fulfillment_service", {"id": _service_id(identity)}).reply(None)

    def settle_order(self, identity: str) -> None:
        """Cancel an order's fulfillments and the order, where it cannot be deleted as it is."""
        done = self._do("merchant", "order_fulfillments", {"id": gid("Order", identity)})
        for row in nodes.rows(done.payload.get("fulfillments")):
            if row.get("status") != "CANCELLED" and isinstance(row.get("id"), str):
                self._do("merchant", "cancel_fulfillment", {"id": row["id"]})
        self._do("merchant", "cancel_order", {"orderId": gid("Order", identity)})

    def find(self, kind: str, note: str, actor: str) -> Reply[list[Found]]:
        """List things of a kind with what they bear."""
        if kind == "product":
            return Reply("it was about to be created when the run ended; its id is not known")
        if kind == "order":
            done = self._do("merchant", "find_orders", {"query": f"tag:'{note}' status:any"})
            rows = done.payload.get("nodes")
        elif kind == "webhook":
            done = self._do(actor, "list_webhooks", {})
            rows = done.payload.get("nodes")
        else:
            done = self._do(actor, "list_fulfillment_services", {})
            rows = done.payload.get("fulfillmentServices")
        if not isinstance(rows, list):
            return done.reply(None)
        found = [
            Found(
                identity, tuple(map(str, (*nodes.parts(row.get("tags")), row.get("serviceName"), _noted(row, actor))))
            )
            for row in nodes.rows(rows)
            if (identity := digits(row.get("id")))
        ]
        return done.reply(found)

    def _knows(self, type_name: str, field: str) -> bool:
        found = graphql_documents.schema(self._version).type_map[type_name]
        return isinstance(found, GraphQLInputObjectType) and field in found.fields

    def _do(self, actor: str, name: str, given: Mapping[str, Any], *, pace: OrderPace | None = None) -> _Done:
        exchange = self._graphql.document(actor, name, given, pace=pace)
        payload = nodes.at(exchange.data, "data", graphql_documents.document(name, self._version).root)
        payload = payload if isinstance(payload, dict) else {}
        against = [*nodes.errors_of(exchange.data)] if not payload else []
        for key in ("userErrors", "orderCancelUserErrors"):
            against += nodes.parts(payload.get(key))
        said = nodes.said(against)
        if not said and not exchange.ok:
            said = exchange.error or f"HTTP {exchange.status}"
        return _Done(exchange, payload, said)


def _service_id(identity: str) -> str:
    """Return a service's gid, which carries a query: the plain form is not found."""
    return gid("FulfillmentService", f"{identity}?id=true")


def _noted(row: Mapping[str, Any], actor: str) -> str:
    """Return how the journal notes a subscription."""
    return f"{row.get('uri') or row.get('callbackUrl')} {actor.replace('_', ' ')}"


def _product(tag: str, places: Mapping[str, Sequence[str]], *, stocked: bool) -> dict[str, Any]:
    variants: list[dict[str, Any]] = []
    for n, (name, locations) in enumerate(places.items()):
        row: dict[str, Any] = {
            "optionValues": [{"optionName": "Kind", "name": name}],
            "price": f"{n % LINES + 10}.50",
            "inventoryItem": {"tracked": True, "requiresShipping": True},
        }
        if stocked:
            row["inventoryQuantities"] = [
                {"locationId": gid("Location", location), "name": "available", "quantity": STOCK}
                for location in locations
            ]
        variants.append(row)
    return {
        "title": tag,
        "tags": [tag],
        "status": "ACTIVE",
        "productOptions": [{"name": "Kind", "values": [{"name": name} for name in places]}],
        "variants": variants,
    }
