"""The neighbours of fulfillment orders as REST shows them: shop, locations, products, orders, fulfillments."""

from typing import Any

from fulfillspec.sandbox.model import Fulfillment, Location, Order, Product, Service, Variant
from fulfillspec.sandbox.views import Json, Views


class Resources:
    """The neighbours of fulfillment orders as JSON; formats are those of the views it is given."""

    def __init__(self, views: Views) -> None:
        self.views = views

    def shop(self) -> Json:
        """Show the shop: its plan says that it is a development store."""
        store = self.views.store
        return {
            "id": store.shop_id,
            "name": store.shop_name,
            "email": "owner@example.com",
            "domain": store.shop_domain,
            "myshopify_domain": store.shop_domain,
            "plan_name": "partner_test",
            "plan_display_name": "Developer Preview",
            "currency": "USD",
            "iana_timezone": "America/Bogota",
            "timezone": "(GMT-05:00) America/Bogota",
            "primary_location_id": None if store.primary is None else store.primary.id,
            "country_code": "CA",
            "created_at": self.views.instant(store.primary.created_at) if store.primary else None,
        }

    def location(self, location: Location) -> Json:
        """Show a location; `legacy` marks those of fulfillment services."""
        return {
            "id": location.id,
            "name": location.name,
            "address1": location.address1,
            "address2": None,
            "city": location.city,
            "zip": location.zip,
            "province": location.province,
            "country": location.country_code,
            "country_code": location.country_code,
            "phone": None,
            "created_at": self.views.instant(location.created_at),
            "updated_at": self.views.instant(location.created_at),
            "legacy": location.service is not None,
            "active": location.active,
            "admin_graphql_api_id": f"gid://shopify/Location/{location.id}",
        }

    def service(self, service: Service) -> Json:
        """Show a fulfillment service."""
        return {
            "id": service.id,
            "name": service.name,
            "email": None,
            "service_name": service.name,
            "handle": service.handle,
            "fulfillment_orders_opt_in": True,
            "include_pending_stock": False,
            "provider_id": None,
            "location_id": service.location.id,
            "callback_url": service.callback_url,
            "tracking_support": service.tracking_support,
            "inventory_management": service.inventory_management,
            "requires_shipping_method": True,
            "admin_graphql_api_id": f"gid://shopify/ApiFulfillmentService/{service.id}",
        }

    def product(self, product: Product) -> Json:
        """Show a product with its variants."""
        return {
            "id": product.id,
            "title": product.title,
            "created_at": self.views.instant(product.created_at),
            "updated_at": self.views.instant(product.created_at),
            "status": "active",
            "variants": [self.variant(variant) for variant in product.variants],
            "admin_graphql_api_id": f"gid://shopify/Product/{product.id}",
        }

    def variant(self, variant: Variant) -> Json:
        """Show a variant."""
        return {
            "id": variant.id,
            "product_id": variant.product.id,
            "title": variant.title,
            "price": variant.price,
            "sku": variant.sku,
            "inventory_item_id": variant.inventory_item_id,
            "inventory_quantity": sum(variant.levels.values()),
            "inventory_management": "shopify",
            "fulfillment_service": "manual",
            "requires_shipping": True,
            "admin_graphql_api_id": f"gid://shopify/ProductVariant/{variant.id}",
        }

    def inventory_item(self, variant: Variant) -> Json:
        """Show the inventory item of a variant."""
        return {
            "id": variant.inventory_item_id,
            "sku": variant.sku,
            "tracked": True,
            "requires_shipping": True,
            "created_at": self.views.instant(variant.product.created_at),
            "updated_at": self.views.instant(variant.product.created_at),
            "admin_graphql_api_id": f"gid://shopify/InventoryItem/{variant.inventory_item_id}",
        }

    def inventory_level(self, variant: Variant, location_id: int) -> Json:
        """Show what a location has of an item."""
        item = variant.inventory_item_id
        return {
            "inventory_item_id": item,
            "location_id": location_id,
            "available": variant.levels[location_id],
            "updated_at": self.views.instant(self.views.store.now()),
            "admin_graphql_api_id": f"gid://shopify/InventoryLevel/{location_id}?inventory_item_id={item}",
        }

    def order(self, order: Order) -> Json:
        """Show an order."""
        left = sum(fo.remaining for fo in order.fulfillment_orders)
        done = any(fulfillment.status == "success" for fulfillment in order.fulfillments)
        total = f"{sum(float(line.price) * line.quantity for line in order.lines):.2f}"
        shipping = [] if order.shipping_title is None else [{"title": order.shipping_title, "price": "0.00"}]
        return {
            "id": order.id,
            "admin_graphql_api_id": f"gid://shopify/Order/{order.id}",
            "name": order.name,
            "order_number": order.number,
            "number": order.number - 1000,
            "email": order.email,
            "created_at": self.views.instant(order.created_at),
            "processed_at": self.views.instant(order.processed_at),
            "updated_at": self.views.instant(order.created_at),
            "cancelled_at": self.views.instant(order.cancelled_at),
            "closed_at": None,
            "tags": order.tags,
            "test": True,
            "currency": "USD",
            "total_price": total,
            "financial_status": "paid",
            "fulfillment_status": ("partial" if left else "fulfilled") if done else None,
            "shipping_address": order.shipping_address,
            "shipping_lines": shipping,
            "line_items": [self.views.order_line(line) for line in order.lines],
            "fulfillments": [self.fulfillment(fulfillment) for fulfillment in order.fulfillments],
        }

    def fulfillment(self, fulfillment: Fulfillment) -> Json:
        """Show a fulfillment."""
        service = fulfillment.location.service
        numbers, urls = self.tracking(fulfillment)
        shown: dict[str, Any] = {
            "id": fulfillment.id,
            "order_id": fulfillment.order.id,
            "status": self.fulfillment_status(fulfillment),
            "created_at": self.views.instant(fulfillment.created_at),
            "service": "manual" if service is None else service.handle,
            "updated_at": self.views.instant(fulfillment.updated_at),
            "tracking_company": fulfillment.tracking_company,
            "shipment_status": None,
            "location_id": fulfillment.location.id,
            "origin_address": None,
            "line_items": [self.views.order_line(line, units) for _, line, units in fulfillment.parts],
            "tracking_number": numbers[0] if numbers else None,
            "tracking_numbers": numbers,
            "tracking_url": urls[0] if urls else None,
            "tracking_urls": urls,
            "receipt": {},
            "name": f"{fulfillment.order.name}.{fulfillment.number}",
            "admin_graphql_api_id": f"gid://shopify/Fulfillment/{fulfillment.id}",
        }
        return shown

    def tracking(self, fulfillment: Fulfillment) -> tuple[list[str], list[str]]:
        """Show the tracking numbers and URLs."""
        return fulfillment.tracking_numbers, fulfillment.tracking_urls

    def fulfillment_status(self, fulfillment: Fulfillment) -> str:
        """Show status: `success` or `cancelled`."""
        return fulfillment.status
