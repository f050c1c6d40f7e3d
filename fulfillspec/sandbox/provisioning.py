"""The REST interface of what surrounds fulfillment orders: shop, locations, services, products, stock, orders."""

from collections.abc import Mapping
from typing import Any

from fulfillspec.sandbox import params
from fulfillspec.sandbox.call import Call, Handler, Reply
from fulfillspec.sandbox.errors import Invalid, Malformed, Unknown
from fulfillspec.sandbox.limits import Unlimited
from fulfillspec.sandbox.resources import Resources
from fulfillspec.sandbox.store import Store

MOST_LINES = 500
MOST_UNITS = 1_000_000
_ADDRESS = ("first_name", "last_name", "address1", "address2", "city", "company", "country", "phone", "province", "zip")


class Provisioning:
    """The endpoints by which a client brings a store into a state."""

    def __init__(self, store: Store, limits: Unlimited) -> None:
        self.store = store
        self.limits = limits

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by route."""
        return {
            "GET shop": self.shop,
            "GET /admin/oauth/access_scopes": self.access_scopes,
            "GET locations": self.locations,
            "GET locations/#": self.location,
            "GET fulfillment_services": self.services,
            "POST fulfillment_services": self.create_service,
            "GET fulfillment_services/#": self.service,
            "PUT fulfillment_services/#": self.update_service,
            "DELETE fulfillment_services/#": self.delete_service,
            "GET products": self.products,
            "POST products": self.create_product,
            "GET products/#": self.product,
            "DELETE products/#": self.delete_product,
            "GET variants/#": self.variant,
            "GET inventory_items/#": self.inventory_item,
            "GET inventory_levels": self.inventory_levels,
            "POST inventory_levels/connect": self.connect,
            "POST inventory_levels/set": self.set_level,
            "POST inventory_levels/adjust": self.adjust_level,
            "DELETE inventory_levels": self.disconnect,
            "GET orders": self.orders,
            "POST orders": self.create_order,
            "GET orders/#": self.order,
            "POST orders/#/cancel": self.cancel_order,
            "DELETE orders/#": self.delete_order,
        }

    def shop(self, call: Call) -> Reply:
        """Show the shop; every client may."""
        return Reply({"shop": Resources(call.views).shop()})

    def access_scopes(self, call: Call) -> Reply:
        """List the client's own scopes."""
        return Reply({"access_scopes": [{"handle": handle} for handle in sorted(call.client.scopes)]})

    def locations(self, call: Call) -> Reply:
        """List the locations, those of services too."""
        call.need("read_locations")
        shown = [Resources(call.views).location(place) for place in self.store.locations.values()]
        return Reply({"locations": shown})

    def location(self, call: Call) -> Reply:
        """Show one location."""
        call.need("read_locations")
        found = self.store.locations.get(call.ids[0])
        if found is None:
            raise Unknown
        return Reply({"location": Resources(call.views).location(found)})

    def services(self, call: Call) -> Reply:
        """List the client's services, or with scope=all everybody's."""
        call.need("read_fulfillments")
        everybody = call.parameter("scope") == "all"
        shown = [
            Resources(call.views).service(service)
            for service in self.store.services.values()
            if everybody or service.app is call.client
        ]
        return Reply({"fulfillment_services": shown})

    def create_service(self, call: Call) -> Reply:
        """Register a fulfillment service for the client."""
        call.need("write_fulfillments")
        given = params.wrapped(call.body, "fulfillment_service", required=True)
        service = self.store.create_service(
            call.client,
            params.text(given, "name") or "",
            callback_url=params.text(given, "callback_url"),
            tracking_support=params.flag(given, "tracking_support"),
            inventory_management=params.flag(given, "inventory_management"),
        )
        return Reply({"fulfillment_service": Resources(call.views).service(service)}, 201)

    def service(self, call: Call) -> Reply:
        """Show one of the client's services."""
        call.need("read_fulfillments")
        return Reply(
            {"fulfillment_service": Resources(call.views).service(self.store.service(call.client, call.ids[0]))}
        )

    def update_service(self, call: Call) -> Reply:
        """Change one of the client's services."""
        call.need("write_fulfillments")
        given = params.wrapped(call.body, "fulfillment_service", required=True)
        changes: dict[str, Any] = {
            name: read(given, name)
            for name, read in (
                ("name", params.text),
                ("callback_url", params.text),
                ("tracking_support", params.flag),
                ("inventory_management", params.flag),
            )
            if name in given
        }
        if changes.get("name", "") is None:
            raise Malformed("name")
        service = self.store.update_service(call.client, call.ids[0], changes)
        return Reply({"fulfillment_service": Resources(call.views).service(service)})

    def delete_service(self, call: Call) -> Reply:
        """Remove one of the client's services."""
        call.need("write_fulfillments")
        self.store.delete_service(call.client, call.ids[0])
        return Reply({})

    def products(self, call: Call) -> Reply:
        """List the newest products."""
        call.need("read_products")
        newest = list(self.store.products.values())[-self.limit(call) :]
        return Reply({"products": [Resources(call.views).product(product) for product in reversed(newest)]})

    def create_product(self, call: Call) -> Reply:
        """Add a product."""
        call.need("write_products")
        given = params.wrapped(call.body, "product", required=True)
        title = params.text(given, "title")
        if not title:
            raise Invalid({"title": ["can't be blank"]})
        variants = params.objects(given, "variants")
        for variant in variants:
            for name in ("title", "option1", "sku"):
                params.text(variant, name)
            self.check_price(variant)
        return Reply({"product": Resources(call.views).product(self.store.create_product(title, variants))}, 201)

    def product(self, call: Call) -> Reply:
        """Show a product."""
        call.need("read_products")
        return Reply({"product": Resources(call.views).product(self.store.product(call.ids[0]))})

    def delete_product(self, call: Call) -> Reply:
        """Remove a product."""
        call.need("write_products")
        self.store.delete_product(call.ids[0])
        return Reply({})

    def variant(self, call: Call) -> Reply:
        """Show a variant."""
        call.need("read_products")
        found = self.store.variants.get(call.ids[0])
        if found is None:
            raise Unknown
        return Reply({"variant": Resources(call.views).variant(found)})

    def inventory_item(self, call: Call) -> Reply:
        """Show an inventory item."""
        call.need("read_inventory", "read_products")
        found = self.store.inventory_items.get(call.ids[0])
        if found is None:
            raise Unknown
        return Reply({"inventory_item": Resources(call.views).inventory_item(found)})

    def inventory_levels(self, call: Call) -> Reply:
        """List the levels of some items, at some locations or at all."""
        call.need("read_inventory")
        items, places = self.numbers(call, "inventory_item_ids"), self.numbers(call, "location_ids")
        if not items and not places:
            raise Invalid({"base": ["location_ids or inventory_item_ids must be given"]})
        shown = [
            Resources(call.views).inventory_level(variant, location_id)
            for item, variant in self.store.inventory_items.items()
            for location_id in variant.levels
            if (not items or item in items) and (not places or location_id in places)
        ]
        return Reply({"inventory_levels": shown})

    def connect(self, call: Call) -> Reply:
        """Stock an item at a location."""
        call.need("write_inventory")
        item, place = params.whole(call.body, "inventory_item_id"), params.whole(call.body, "location_id")
        variant, location = self.store.connect(item, place, relocate=params.flag(call.body, "relocate_if_necessary"))
        return Reply({"inventory_level": Resources(call.views).inventory_level(variant, location.id)}, 201)

    def set_level(self, call: Call) -> Reply:
        """Set the units available of an item at a location."""
        call.need("write_inventory")
        item, place = params.whole(call.body, "inventory_item_id"), params.whole(call.body, "location_id")
        variant, location = self.store.set_level(item, place, params.whole(call.body, "available"))
        return Reply({"inventory_level": Resources(call.views).inventory_level(variant, location.id)})

    def adjust_level(self, call: Call) -> Reply:
        """Change the units available of an item at a location."""
        call.need("write_inventory")
        item, place = params.whole(call.body, "inventory_item_id"), params.whole(call.body, "location_id")
        change = params.whole(call.body, "available_adjustment")
        variant, location = self.store.stockable(item, place)
        self.store.stock(variant, location, variant.levels.get(location.id, 0) + change)
        return Reply({"inventory_level": Resources(call.views).inventory_level(variant, location.id)})

    def disconnect(self, call: Call) -> Reply:
        """Stock an item no longer at a location."""
        call.need("write_inventory")
        items, places = self.numbers(call, "inventory_item_id"), self.numbers(call, "location_id")
        if len(items) != 1 or len(places) != 1:
            raise Malformed("inventory_item_id")
        self.store.disconnect(next(iter(items)), next(iter(places)))
        return Reply({})

    def orders(self, call: Call) -> Reply:
        """List orders, newest first: by ids, name, since_id and limit. `tag` is the sandbox's own filter."""
        call.need("read_orders")
        ids, name, tag = self.numbers(call, "ids"), call.parameter("name"), call.parameter("tag")
        since = max(self.numbers(call, "since_id"), default=0)
        found = [
            order
            for order in self.store.orders.values()
            if order.id > since
            and (not ids or order.id in ids)
            and (name is None or order.name == name)
            and (tag is None or tag in [each.strip() for each in order.tags.split(",")])
        ]
        limit = self.limit(call)
        page = found[:limit] if since else found[::-1][:limit]
        return Reply({"orders": [Resources(call.views).order(order) for order in page]})

    def create_order(self, call: Call) -> Reply:
        """Take an order."""
        call.need("write_orders")
        given = params.wrapped(call.body, "order", required=True)
        lines = params.objects(given, "line_items", required=True)
        if len(lines) > MOST_LINES:
            raise Invalid({"line_items": [f"must have at most {MOST_LINES} line items"]})
        for line in lines:
            if not 0 < params.whole(line, "quantity") <= MOST_UNITS:
                raise Invalid({"line_items": ["quantity is out of range"]})
            if line.get("variant_id") is not None:
                params.whole(line, "variant_id")
            params.text(line, "title")
            self.check_price(line)
        shipping = params.objects(given, "shipping_lines")
        details: dict[str, Any] = {
            "email": params.text(given, "email"),
            "tags": self.tags(given),
            "shipping_address": self.address(given),
            "shipping_title": params.text(shipping[0], "title") if shipping else None,
            "processed_at": params.instant(given, "processed_at") if given.get("processed_at") is not None else None,
        }
        self.limits.order()
        return Reply({"order": Resources(call.views).order(self.store.create_order(lines, **details))}, 201)

    def check_price(self, given: Mapping[str, Any]) -> None:
        """Refuse a price that is not a decimal number."""
        price = given.get("price")
        if price is None:
            return
        digits = str(price).replace(".", "", 1)
        if isinstance(price, bool) or not (digits.isascii() and digits.isdecimal()) or len(digits) > 15:
            raise Malformed("price")

    def tags(self, given: Mapping[str, Any]) -> str:
        """Read tags: one string with commas, or a list."""
        value = given.get("tags")
        if isinstance(value, list) and all(isinstance(tag, str) for tag in value):
            return ", ".join(value)
        return params.text(given, "tags") or ""

    def address(self, given: Mapping[str, Any]) -> dict[str, Any] | None:
        """Read the shipping address."""
        if given.get("shipping_address") is None:
            return None
        address = params.wrapped(given, "shipping_address", required=True)
        return {name: params.text(address, name) for name in _ADDRESS}

    def order(self, call: Call) -> Reply:
        """Show an order."""
        call.need("read_orders")
        return Reply({"order": Resources(call.views).order(self.store.order(call.ids[0]))})

    def cancel_order(self, call: Call) -> Reply:
        """Cancel an order."""
        call.need("write_orders")
        order = self.store.cancel_order(call.ids[0])
        return Reply({"order": Resources(call.views).order(order)})

    def delete_order(self, call: Call) -> Reply:
        """Delete an order."""
        call.need("write_orders")
        self.store.delete_order(call.ids[0])
        return Reply({})

    def limit(self, call: Call) -> int:
        """Read the page size: 50, at most 250."""
        return max(1, min(250, max(self.numbers(call, "limit"), default=50)))

    def numbers(self, call: Call, name: str) -> frozenset[int]:
        """Read whole numbers of the query, separated by commas."""
        parts = [part.strip() for value in call.query.get(name, ()) for part in value.split(",") if part.strip()]
        if not all(part.isascii() and part.isdecimal() and len(part) < 20 for part in parts):
            raise Malformed(name)
        return frozenset(map(int, parts))
