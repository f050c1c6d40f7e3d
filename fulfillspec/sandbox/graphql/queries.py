"""The queries."""

import re

from graphql import GraphQLError

from fulfillspec.sandbox.errors import Unknown
from fulfillspec.sandbox.graphql.asking import Asking, Field, Given, connection, number, parts
from fulfillspec.sandbox.graphql.engine import Engine
from fulfillspec.sandbox.model import FulfillmentOrder, Order
from fulfillspec.sandbox.store.access import KINDS, scope
from fulfillspec.sandbox.views import Json

READ_SCOPES = tuple(scope("read", kind) for kind in KINDS)
NO_SERVICE = '["The api_client is not associated with any fulfillment service."]'

_TERM = re.compile(r"""(\w+):(?:'([^']*)'|"([^"]*)"|(\S+))""")


def terms(query: str | None) -> dict[str, str]:
    """Read `name:value` terms of a search query."""
    return {name: quoted or double or plain for name, quoted, double, plain in _TERM.findall(query or "")}


class Queries(Engine):
    """One method for each query."""

    def fields(self) -> dict[str, Field]:
        """Return the root fields."""
        return {
            **super().fields(),
            "assignedFulfillmentOrders": self.assigned,
            "currentAppInstallation": self.installation,
            "fulfillment": self.fulfillment,
            "fulfillmentOrder": self.get,
            "fulfillmentOrders": self.all,
            "fulfillmentService": self.service,
            "inventoryItem": self.inventory_item,
            "location": self.location,
            "locations": self.locations,
            "manualHoldsFulfillmentOrders": self.held,
            "node": self.node,
            "nodes": self.several_nodes,
            "order": self.order,
            "orders": self.orders,
            "product": self.product,
            "productVariant": self.variant,
            "shop": self.shop,
        }

    def get(self, ask: Asking, given: Given) -> Json | None:
        """Answer fulfillmentOrder: null for an unknown id."""
        try:
            fo = self.store.seen(ask.client, number("FulfillmentOrder", given["id"]))
        except Unknown:
            return None
        return self.nodes.fulfillment_order(fo, ask, "get")

    def all(self, ask: Asking, given: Given) -> Json:
        """Answer fulfillmentOrders: those that the client may see, closed ones only when asked for."""
        asked = terms(given.get("query"))
        status = asked.get("status")
        found = [
            fo
            for fo in self.seen(ask)
            if (given.get("includeClosed") or status == "closed" or not self.store.ended(fo))
            and (status is None or fo.status == status.lower())
        ]
        return self.page(found, ask, given)

    def held(self, ask: Asking, given: Given) -> Json:
        """Answer manualHoldsFulfillmentOrders."""
        return self.page([fo for fo in self.seen(ask) if fo.status == "on_hold"], ask, given)

    def seen(self, ask: Asking) -> list[FulfillmentOrder]:
        """Return every fulfillment order that the client may see."""
        ask.need(*READ_SCOPES)
        return [fo for fo in self.store.fulfillment_orders.values() if self.store.may_see(ask.client, fo)]

    def page(self, found: list[FulfillmentOrder], ask: Asking, given: Given, operation: str = "list") -> Json:
        """Show a page of fulfillment orders, by id or by their last change."""
        if given.get("sortKey") == "UPDATED_AT":
            found = sorted(found, key=lambda fo: fo.updated_at)
        return connection(found, given, lambda fo: self.nodes.fulfillment_order(fo, ask, operation))

    def assigned(self, ask: Asking, given: Given) -> Json:
        """Answer assignedFulfillmentOrders: for an app with a fulfillment service."""
        status = given.get("assignmentStatus")
        wanted = given.get("locationIds")
        places = None if wanted is None else frozenset(number("Location", identity) for identity in wanted)
        found = self.store.assigned(ask.client, status.lower() if status else None, places)
        if not found and not any(service.app is ask.client for service in self.store.services.values()):
            raise GraphQLError(NO_SERVICE)
        return self.page(found, ask, given, "assigned")

    def order(self, ask: Asking, given: Given) -> Json | None:
        """Answer order: to a client that may read orders, or fulfillment orders of any kind."""
        ask.need("read_orders", *READ_SCOPES)
        found = self.store.orders.get(self.known("Order", given["id"]))
        return None if found is None else self.nodes.order(found, ask)

    def orders(self, ask: Asking, given: Given) -> Json:
        """Answer orders: newest first, by tag, name or id."""
        ask.need("read_orders")
        asked = terms(given.get("query"))

        def fits(order: Order) -> bool:
            tags = [tag.strip() for tag in order.tags.split(",")]
            return (
                asked.get("tag", tags[0]) in tags
                and asked.get("name", order.name).lstrip("#") == order.name.lstrip("#")
                and asked.get("id", str(order.id)) == str(order.id)
            )

        found = [order for order in reversed(self.store.orders.values()) if fits(order)]
        return connection(found, given, lambda order: self.nodes.order(order, ask))

    def fulfillment(self, ask: Asking, given: Given) -> Json | None:
        """Answer fulfillment."""
        ask.need(*READ_SCOPES)
        try:
            found = self.store.fulfillment(ask.client, self.known("Fulfillment", given["id"]))
        except Unknown:
            return None
        return self.nodes.fulfillment(found, ask)

    def service(self, _ask: Asking, given: Given) -> Json | None:
        """Answer fulfillmentService."""
        found = self.store.services.get(self.known("FulfillmentService", given["id"]))
        return None if found is None else self.nodes.service(found)

    def inventory_item(self, ask: Asking, given: Given) -> Json | None:
        """Answer inventoryItem."""
        ask.need("read_inventory", "read_products")
        found = self.store.inventory_items.get(self.known("InventoryItem", given["id"]))
        return None if found is None else self.nodes.inventory_item(found)

    def location(self, ask: Asking, given: Given) -> Json | None:
        """Answer location; without an id the primary one."""
        ask.need("read_locations")
        identity = given.get("id")
        found = self.store.primary if identity is None else self.store.locations.get(self.known("Location", identity))
        return None if found is None else self.nodes.location(found)

    def locations(self, ask: Asking, given: Given) -> Json:
        """Answer locations: those of services only when asked for."""
        ask.need("read_locations")
        found = [
            place
            for place in self.store.locations.values()
            if (place.active or given.get("includeInactive")) and (place.service is None or given.get("includeLegacy"))
        ]
        if given.get("sortKey", "NAME") == "NAME":
            found.sort(key=lambda place: place.name)
        return connection(found, given, self.nodes.location)

    def product(self, ask: Asking, given: Given) -> Json | None:
        """Answer product."""
        ask.need("read_products")
        found = self.store.products.get(self.known("Product", given["id"]))
        return None if found is None else self.nodes.product(found)

    def variant(self, ask: Asking, given: Given) -> Json | None:
        """Answer productVariant."""
        ask.need("read_products")
        found = self.store.variants.get(self.known("ProductVariant", given["id"]))
        return None if found is None else self.nodes.variant(found)

    def shop(self, _ask: Asking, _given: Given) -> Json:
        """Answer shop; every client may."""
        return self.nodes.shop()

    def installation(self, ask: Asking, _given: Given) -> Json:
        """Answer currentAppInstallation."""
        return {
            "__typename": "AppInstallation",
            "id": self.nodes.gid("AppInstallation", ask.client.id),
            "accessScopes": [
                {"handle": handle, "description": handle.replace("_", " ").capitalize()}
                for handle in sorted(ask.client.scopes)
            ],
        }

    def node(self, ask: Asking, given: Given) -> Json | None:
        """Answer node: any of the things that the other queries find by id."""
        found = parts(given["id"])
        if found is None:
            raise GraphQLError(f"Invalid global id '{given['id']}'")
        finders: dict[str, Field] = {
            "FulfillmentOrder": self.get,
            "Order": self.order,
            "Fulfillment": self.fulfillment,
            "Location": self.location,
            "InventoryItem": self.inventory_item,
            "Product": self.product,
            "ProductVariant": self.variant,
            "FulfillmentOrderLineItem": self.line_item,
            "FulfillmentHold": self.hold,
        }
        finder = finders.get(found[0])
        return None if finder is None else finder(ask, given)

    def several_nodes(self, ask: Asking, given: Given) -> list[Json | None]:
        """Answer nodes."""
        return [self.node(ask, {"id": identity}) for identity in given["ids"]]

    def line_item(self, ask: Asking, given: Given) -> Json | None:
        """Find a line item of a fulfillment order."""
        wanted = self.known("FulfillmentOrderLineItem", given["id"])
        found = ((fo, line) for fo in self.seen(ask) for line in fo.lines if line.id == wanted)
        return next((self.nodes.line_item(fo, line, "get") for fo, line in found), None)

    def hold(self, ask: Asking, given: Given) -> Json | None:
        """Find a hold."""
        wanted = self.known("FulfillmentHold", given["id"])
        found = (hold for fo in self.seen(ask) for hold in fo.holds if hold.id == wanted)
        return next((self.nodes.hold(hold, ask) for hold in found), None)

    def known(self, kind: str, identity: str) -> int:
        """Return the number of an id that is read by; 0 for an id of something else, which finds nothing."""
        found = parts(identity)
        return found[1] if found is not None and found[0] == kind else 0
