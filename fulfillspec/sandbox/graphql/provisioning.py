"""The mutations of what surrounds fulfillment orders: services, products, stock, orders."""

from collections.abc import Mapping
from typing import Any

from fulfillspec.sandbox.errors import Invalid, Refused, Unknown
from fulfillspec.sandbox.graphql.asking import Asking, Field, Given, decimal, instant, number
from fulfillspec.sandbox.graphql.mutations import Mutations
from fulfillspec.sandbox.graphql.places import country, country_code, province
from fulfillspec.sandbox.model import Location, Product, Service, Variant
from fulfillspec.sandbox.provisioning import MOST_LINES, MOST_UNITS
from fulfillspec.sandbox.store.provision import NO_SERVICE
from fulfillspec.sandbox.views import Json

_NOT_STOCKED = "The specified inventory item is not stocked at the location."


class Provisioning(Mutations):
    """The mutations by which a client brings a store into a state."""

    def fields(self) -> dict[str, Field]:
        """Return the root fields."""
        return {
            **super().fields(),
            "fulfillmentServiceCreate": self.create_service,
            "fulfillmentServiceDelete": self.delete_service,
            "fulfillmentServiceUpdate": self.update_service,
            "inventoryActivate": self.activate,
            "inventorySetQuantities": self.set_quantities,
            "orderCancel": self.cancel_order,
            "orderCreate": self.create_order,
            "orderDelete": self.delete_order,
            "productCreate": self.create_product,
            "productDelete": self.delete_product,
            "productSet": self.set_product,
        }

    def create_service(self, ask: Asking, given: Given) -> Json:
        """Register a fulfillment service for the client."""
        ask.need("write_fulfillments")
        service = self.store.create_service(
            ask.client,
            given["name"],
            callback_url=given.get("callbackUrl"),
            tracking_support=bool(given.get("trackingSupport")),
            inventory_management=bool(given.get("inventoryManagement")),
        )
        return {"fulfillmentService": self.nodes.service(service), "userErrors": []}

    def service_of(self, ask: Asking, given: Given) -> Service:
        """Find one of the client's services; raises Refused."""
        ask.need("write_fulfillments")
        try:
            return self.store.service(ask.client, number("FulfillmentService", given["id"]))
        except Unknown as unknown:
            raise Refused(NO_SERVICE, field=("id",)) from unknown

    def update_service(self, ask: Asking, given: Given) -> Json:
        """Change one of the client's services."""
        names = {
            "name": "name",
            "callbackUrl": "callback_url",
            "trackingSupport": "tracking_support",
            "inventoryManagement": "inventory_management",
        }
        changes = {known: given[name] for name, known in names.items() if given.get(name) is not None}
        service = self.store.update_service(ask.client, self.service_of(ask, given).id, changes)
        return {"fulfillmentService": self.nodes.service(service), "userErrors": []}

    def delete_service(self, ask: Asking, given: Given) -> Json:
        """Remove one of the client's services."""
        service = self.service_of(ask, given)
        if given.get("destinationLocationId") is not None and given.get("inventoryAction") != "TRANSFER":
            raise Refused(
                "Inventory action Destination location id should not be present when deleting/keeping the inventory "
                "of the fulfillment service.",
                field=("inventoryAction",),
            )
        self.store.delete_service(ask.client, service.id)
        return {"deletedId": given["id"], "userErrors": []}

    def set_product(self, ask: Asking, given: Given) -> Json:
        """Add a product with its variants and their stock."""
        ask.need("write_products")
        wanted = given["input"]
        rows = wanted.get("variants") or []
        places = [self.stock_of(ask, row) for row in rows]
        product = self.made(wanted.get("title"), [self.variant_of(row) for row in rows])
        for variant, stock in zip(product.variants, places, strict=False):
            for location, units in stock:
                self.store.stock(variant, location, units)
        return {"product": self.nodes.product(product), "userErrors": []}

    def variant_of(self, row: Mapping[str, Any]) -> Json:
        """Read one variant."""
        item = row.get("inventoryItem") or {}
        names = [value.get("name") for value in row.get("optionValues") or ()]
        return {
            "title": " / ".join(name for name in names if name) or None,
            "price": decimal(row, "price"),
            "sku": row.get("sku") or item.get("sku"),
        }

    def stock_of(self, ask: Asking, row: Mapping[str, Any]) -> list[tuple[Location, int]]:
        """Read what of a variant is stocked where; raises Refused for an unknown location."""
        found = []
        for each in row.get("inventoryQuantities") or ():
            ask.need("write_inventory")
            location = self.store.locations.get(number("Location", each["locationId"]))
            if location is None or not location.active:
                raise Refused("Location not found.", field=("input", "variants", "inventoryQuantities"))
            found.append((location, each["quantity"]))
        return found

    def create_product(self, ask: Asking, given: Given) -> Json:
        """Add a product with its default variant."""
        ask.need("write_products")
        product = self.made((given.get("product") or {}).get("title"), [])
        return {"product": self.nodes.product(product), "shop": self.nodes.shop(), "userErrors": []}

    def made(self, title: str | None, variants: list[Json]) -> Product:
        """Add a product; raises Invalid without a title."""
        if not title:
            raise Invalid({"title": ["can't be blank"]})
        return self.store.create_product(title, variants)

    def delete_product(self, ask: Asking, given: Given) -> Json:
        """Remove a product."""
        ask.need("write_products")
        identity = given["input"]["id"]
        try:
            self.store.delete_product(number("Product", identity))
        except Unknown as unknown:
            raise Refused("Product does not exist", field=("id",)) from unknown
        return {"deletedProductId": identity, "shop": self.nodes.shop(), "userErrors": []}

    def stocked(self, given: Mapping[str, Any]) -> tuple[Variant, Location]:
        """Find item and location."""
        return self.store.stockable(
            number("InventoryItem", given["inventoryItemId"]), number("Location", given["locationId"])
        )

    def activate(self, ask: Asking, given: Given) -> Json:
        """Stock an item at a location."""
        ask.need("write_inventory")
        variant, location = self.stocked(given)
        available = given.get("available", given.get("onHand"))
        if location.id in variant.levels and available is not None:
            raise Refused(
                "Not allowed to set available quantity when the item is already active at the location.",
                field=("available",),
            )
        self.store.stock(variant, location, available if available is not None else variant.levels.get(location.id, 0))
        return {"inventoryLevel": self.nodes.level_of(variant, location), "userErrors": []}

    def set_quantities(self, ask: Asking, given: Given) -> Json:
        """Set the units available of items at locations that stock them."""
        ask.need("write_inventory")
        wanted = given["input"]
        if wanted["name"] not in {"available", "on_hand"}:
            sentence = "The quantity name must be available or on_hand."
            raise Refused(sentence, field=("input", "name"), code="INVALID_NAME")
        found = [(self.stocked(row), row["quantity"]) for row in wanted["quantities"]]
        for index, ((variant, location), _) in enumerate(found):
            if location.id not in variant.levels:
                place = ("input", "quantities", str(index), "locationId")
                raise Refused(_NOT_STOCKED, field=place, code="ITEM_NOT_STOCKED_AT_LOCATION")
        for (variant, location), units in found:
            self.store.stock(variant, location, units)
        group = {
            "__typename": "InventoryAdjustmentGroup",
            "id": self.nodes.gid("InventoryAdjustmentGroup", self.store.new_id("adjustment")),
            "createdAt": self.nodes.instant(self.store.now()),
            "reason": wanted["reason"],
            "referenceDocumentUri": wanted.get("referenceDocumentUri"),
        }
        return {"inventoryAdjustmentGroup": group, "userErrors": []}

    def create_order(self, ask: Asking, given: Given) -> Json:
        """Take an order."""
        ask.need("write_orders")
        wanted = given["order"]
        lines = [self.line_of(row) for row in wanted.get("lineItems") or ()]
        if len(lines) > MOST_LINES:
            raise Invalid({"line_items": [f"must have at most {MOST_LINES} line items"]})
        shipping = wanted.get("shippingLines") or ()
        self.limits.order()
        order = self.store.create_order(
            lines,
            email=wanted.get("email"),
            tags=", ".join(wanted.get("tags") or ()),
            shipping_address=self.address_of(wanted.get("shippingAddress")),
            shipping_title=shipping[0]["title"] if shipping else None,
            processed_at=instant(wanted, "processedAt"),
        )
        return {"order": self.nodes.order(order, ask), "userErrors": []}

    def line_of(self, row: Mapping[str, Any]) -> Json:
        """Read one line item of a new order."""
        if not 0 < row["quantity"] <= MOST_UNITS:
            raise Invalid({"line_items": ["quantity is out of range"]})
        price = decimal((row.get("priceSet") or {}).get("shopMoney") or {}, "amount")
        variant = row.get("variantId")
        return {
            "variant_id": None if variant is None else number("ProductVariant", variant),
            "quantity": row["quantity"],
            "title": row.get("title"),
            "price": price,
        }

    def address_of(self, given: Mapping[str, Any] | None) -> Json | None:
        """Read a shipping address; the store keeps names, not codes."""
        if given is None:
            return None
        code = given.get("countryCode") or country_code(given.get("country"))
        return {
            "first_name": given.get("firstName"),
            "last_name": given.get("lastName"),
            "company": given.get("company"),
            "address1": given.get("address1"),
            "address2": given.get("address2"),
            "city": given.get("city"),
            "province": given.get("province") or province(code, given.get("provinceCode")),
            "zip": given.get("zip"),
            "country": given.get("country") or country(code),
            "phone": given.get("phone"),
        }

    def cancel_order(self, ask: Asking, given: Given) -> Json:
        """Cancel an order; the job is done at once."""
        ask.need("write_orders")
        try:
            self.store.cancel_order(number("Order", given["orderId"]))
        except Unknown as unknown:
            raise Refused("Order does not exist", field=("orderId",), code="NOT_FOUND") from unknown
        except Refused as refused:
            raise Refused(refused.sentence, field=("orderId",), code="INVALID") from refused
        job = {"id": self.nodes.gid("Job", self.store.new_id("job")), "done": True}
        return {"job": job, "jobResult": None, "orderCancelUserErrors": [], "userErrors": []}

    def delete_order(self, ask: Asking, given: Given) -> Json:
        """Delete an order."""
        ask.need("write_orders")
        try:
            self.store.delete_order(number("Order", given["orderId"]))
        except Unknown as unknown:
            raise Refused("Order does not exist", field=("orderId",), code="NOT_FOUND") from unknown
        return {"deletedId": given["orderId"], "userErrors": []}
