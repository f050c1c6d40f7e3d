"""The neighbours of fulfillment orders as GraphQL shows them: shop, locations, products, orders, fulfillments."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime

from fulfillspec.sandbox.graphql.asking import Asking, Given, connection, number
from fulfillspec.sandbox.graphql.places import country
from fulfillspec.sandbox.model import (
    Fulfillment,
    FulfillmentOrder,
    Location,
    Order,
    OrderLine,
    Product,
    Service,
    Variant,
)
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json

CURRENCY = "USD"


class Neighbours(ABC):
    """Objects as GraphQL types. A value that is a function takes who asks and the arguments of the field."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def gid(self, kind: str, number_: int) -> str:
        """Write a global id."""
        return f"gid://shopify/{kind}/{number_}"

    def instant(self, moment: datetime | None) -> str | None:
        """Write an instant in UTC, in whole seconds."""
        return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def money(self, amount: str) -> Json:
        """Show a price."""
        one = {"amount": amount, "currencyCode": CURRENCY}
        return {"shopMoney": one, "presentmentMoney": one}

    def shop(self) -> Json:
        """Show the shop: it is a development store."""
        store = self.store
        return {
            "__typename": "Shop",
            "id": self.gid("Shop", store.shop_id),
            "name": store.shop_name,
            "myshopifyDomain": store.shop_domain,
            "currencyCode": CURRENCY,
            "plan": {
                "displayName": "Developer Preview",
                "publicDisplayName": "Development",
                "partnerDevelopment": True,
                "shopifyPlus": False,
            },
            "fulfillmentServices": lambda _ask, _given: [self.service(each) for each in store.services.values()],
        }

    def location(self, location: Location) -> Json:
        """Show a location as it is now."""
        return {
            "__typename": "Location",
            "id": self.gid("Location", location.id),
            "legacyResourceId": str(location.id),
            "name": location.name,
            "isActive": location.active,
            "isFulfillmentService": location.service is not None,
            "fulfillsOnlineOrders": location.active,
            "fulfillmentService": lambda _ask, _given: self.service(location.service) if location.service else None,
            "inventoryLevel": lambda _ask, given: self.level_of(
                self.store.inventory_items.get(number("InventoryItem", given["inventoryItemId"])), location
            ),
            "address": {
                "address1": location.address1,
                "address2": None,
                "city": location.city,
                "phone": None,
                "province": location.province,
                "country": country(location.country_code),
                "countryCode": location.country_code,
                "zip": location.zip,
                "formatted": [part for part in (location.address1, location.city, location.zip) if part],
            },
        }

    def service(self, service: Service) -> Json:
        """Show a fulfillment service; its id carries a query."""
        return {
            "__typename": "FulfillmentService",
            "id": f"{self.gid('FulfillmentService', service.id)}?id=true",
            "handle": service.handle,
            "serviceName": service.name,
            "callbackUrl": service.callback_url,
            "type": "THIRD_PARTY",
            "trackingSupport": service.tracking_support,
            "inventoryManagement": service.inventory_management,
            "requiresShippingMethod": True,
            "permitsSkuSharing": True,
            "fulfillmentOrdersOptIn": True,
            "location": lambda _ask, _given: self.location(service.location),
        }

    def product(self, product: Product) -> Json:
        """Show a product."""
        return {
            "__typename": "Product",
            "id": self.gid("Product", product.id),
            "title": product.title,
            "status": "ACTIVE",
            "variants": lambda _ask, given: connection(product.variants, given, self.variant),
        }

    def variant(self, variant: Variant) -> Json:
        """Show a variant."""
        return {
            "__typename": "ProductVariant",
            "id": self.gid("ProductVariant", variant.id),
            "title": variant.title,
            "sku": variant.sku,
            "price": variant.price,
            "inventoryItem": lambda _ask, _given: self.inventory_item(variant),
        }

    def inventory_item(self, variant: Variant) -> Json:
        """Show the inventory item of a variant."""
        return {
            "__typename": "InventoryItem",
            "id": self.gid("InventoryItem", variant.inventory_item_id),
            "legacyResourceId": str(variant.inventory_item_id),
            "requiresShipping": True,
            "tracked": True,
            "inventoryLevel": lambda _ask, given: self.level_of(
                variant, self.store.locations.get(number("Location", given["locationId"]))
            ),
        }

    def level_of(self, variant: Variant | None, location: Location | None) -> Json | None:
        """Show what a location has of an item; None where it is not stocked."""
        if variant is None or location is None or location.id not in variant.levels:
            return None
        item = variant.inventory_item_id
        identity = f"{self.gid('InventoryLevel', location.id)}?inventory_item_id={item}"

        def quantities(_ask: Asking, given: Given) -> list[Json]:
            return [
                {
                    "id": f"{self.gid('InventoryQuantity', location.id)}?inventory_item_id={item}&name={name}",
                    "name": name,
                    "quantity": variant.levels[location.id] if name in {"available", "on_hand"} else 0,
                    "updatedAt": None,
                }
                for name in given["names"]
            ]

        return {
            "__typename": "InventoryLevel",
            "id": identity,
            "item": lambda _ask, _given: self.inventory_item(variant),
            "location": lambda _ask, _given: self.location(location),
            "quantities": quantities,
        }

    def order(self, order: Order, ask: Asking) -> Json:
        """Show an order, with those of its fulfillment orders that the client may see."""
        return {
            "__typename": "Order",
            "id": self.gid("Order", order.id),
            "legacyResourceId": str(order.id),
            "name": order.name,
            "email": order.email,
            "note": None,
            "tags": [tag for tag in (each.strip() for each in order.tags.split(",")) if tag],
            "test": True,
            "fulfillable": lambda _ask, _given: any(fo.remaining for fo in order.fulfillment_orders),
            "displayFulfillmentStatus": lambda _ask, _given: self.display_status(order),
            "createdAt": self.instant(order.created_at),
            "processedAt": self.instant(order.processed_at),
            "cancelledAt": self.instant(order.cancelled_at),
            "closedAt": None,
            "lineItems": lambda _ask, given: connection(order.lines, given, self.order_line),
            "fulfillments": lambda _ask, given: [
                self.fulfillment(each, ask)
                for each in self.store.fulfillments_of(ask.client, order)[: given.get("first")]
            ],
            "fulfillmentOrders": lambda _ask, given: connection(
                self.listed(order, ask), given, lambda fo: self.fulfillment_order(fo, ask, "list")
            ),
        }

    def listed(self, order: Order, ask: Asking) -> list[FulfillmentOrder]:
        """Return what the list of an order's fulfillment orders shows to a client."""
        return self.store.seen_of(ask.client, order)

    def display_status(self, order: Order) -> str:
        """Sum the states of an order's fulfillment orders up."""
        statuses = {fo.status for fo in order.fulfillment_orders}
        if any(fulfillment.status == "success" for fulfillment in order.fulfillments):
            return "PARTIALLY_FULFILLED" if any(fo.remaining for fo in order.fulfillment_orders) else "FULFILLED"
        known = ("in_progress", "on_hold", "scheduled")
        return next((status for status in known if status in statuses), "unfulfilled").upper()

    def order_line(self, line: OrderLine) -> Json:
        """Show a line item of an order."""
        return {
            "__typename": "LineItem",
            "id": self.gid("LineItem", line.id),
            "title": line.title,
            "sku": None if line.variant is None else line.variant.sku,
            "quantity": line.quantity,
            "currentQuantity": line.quantity,
            "unfulfilledQuantity": lambda _ask, _given: self.unfulfilled(line),
            "requiresShipping": True,
            "variant": lambda _ask, _given: self.variant(line.variant) if line.variant else None,
        }

    def unfulfilled(self, line: OrderLine) -> int:
        """Count the units of an order's line item that are still to be fulfilled."""
        orders = (order for order in self.store.orders.values() if line in order.lines)
        return sum(
            each.fulfillable
            for order in orders
            for fo in order.fulfillment_orders
            for each in fo.lines
            if each.order_line is line
        )

    def fulfillment(self, fulfillment: Fulfillment, ask: Asking) -> Json:
        """Show a fulfillment."""
        done = fulfillment.status == "success"
        location = fulfillment.location

        def orders(_ask: Asking, given: Given) -> Json:
            found = list(dict.fromkeys(fo for fo, _, _ in fulfillment.parts))
            return connection(found, given, lambda fo: self.fulfillment_order(fo, ask, "get"))

        return {
            "__typename": "Fulfillment",
            "id": self.gid("Fulfillment", fulfillment.id),
            "legacyResourceId": str(fulfillment.id),
            "name": f"{fulfillment.order.name}.{fulfillment.number}",
            "status": self.fulfillment_status(fulfillment),
            "displayStatus": "FULFILLED" if done else "CANCELED",
            "totalQuantity": sum(units for _, _, units in fulfillment.parts),
            "requiresShipping": True,
            "createdAt": self.instant(fulfillment.created_at),
            "updatedAt": self.instant(fulfillment.updated_at),
            "trackingInfo": lambda _ask, given: self.tracking(fulfillment)[: given.get("first")],
            "location": lambda _ask, _given: self.location(location),
            "service": lambda _ask, _given: self.service(location.service) if location.service else None,
            "order": lambda _ask, _given: self.order(fulfillment.order, ask),
            "fulfillmentOrders": orders,
        }

    def fulfillment_status(self, fulfillment: Fulfillment) -> str:
        """Show the status of a fulfillment."""
        return fulfillment.status.upper()

    def tracking(self, fulfillment: Fulfillment) -> list[Json]:
        """Show the tracking information: number and URL of each parcel."""
        numbers, urls = fulfillment.tracking_numbers, fulfillment.tracking_urls
        company = fulfillment.tracking_company
        count = max(len(numbers), len(urls), 1 if company else 0)
        return [
            {
                "company": company,
                "number": numbers[index] if index < len(numbers) else None,
                "url": urls[index] if index < len(urls) else None,
            }
            for index in range(count)
        ]

    @abstractmethod
    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        """Show a fulfillment order as the answer of `operation` shows it."""
