"""What orders are made of: fulfillment services, products, stock."""

from collections.abc import Mapping, Sequence
from typing import Any

from fulfillspec.sandbox.errors import Invalid, Refused, Unknown
from fulfillspec.sandbox.model import App, Location, Product, Service, Variant
from fulfillspec.sandbox.store.state import EPOCH, State

RESERVED_NAMES = frozenset({"manual", "gift_card", "shopify", "amazon_marketplace_web", "shipwire", "webgistix"})
NO_SERVICE = "Fulfillment service could not be found."


class Provision(State):
    """Services, products and inventory levels."""

    def add_location(self, name: str, service: Service | None = None, **address: Any) -> Location:
        """Make a location, of the merchant or of a service."""
        location = Location(
            self.new_id("location"), name, EPOCH if service is None else self.now(), service=service, **address
        )
        self.locations[location.id] = location
        return location

    def create_service(
        self,
        app: App,
        name: str,
        *,
        callback_url: str | None = None,
        tracking_support: bool = False,
        inventory_management: bool = False,
    ) -> Service:
        """Register a fulfillment service; a location named after it is made with it."""
        self.check_service(name, callback_url)
        handle = "-".join(name.lower().split())
        service = Service(
            self.new_id("service"),
            app,
            name,
            handle,
            callback_url,
            tracking_support,
            inventory_management,
            self.now(),
        )
        service.location = self.add_location(name, service)
        self.services[service.id] = service
        return service

    def check_service(self, name: str, callback_url: str | None, but: Service | None = None) -> None:
        """Refuse names and callback URLs as a store does."""
        complaint = None
        if not name.strip():
            complaint = "can't be blank"
        elif name != name.lstrip():
            complaint = "cannot begin with a whitespace character"
        elif name != name.rstrip():
            complaint = "cannot end with a whitespace character"
        elif name.lower() in RESERVED_NAMES:
            complaint = "is reserved"
        elif any(other.name.lower() == name.lower() for other in self.services.values() if other is not but):
            complaint = "has already been taken"
        if complaint is not None:
            raise Invalid({"name": [complaint]})
        if callback_url and not callback_url.startswith(("http://", "https://")):
            scheme = callback_url.partition("://")[0]
            raise Invalid({"callback_url": [f"protocol {scheme}:// is not supported"]})

    def service(self, app: App, service_id: int) -> Service:
        """Find one of the app's services; raises Unknown."""
        found = self.services.get(service_id)
        if found is None or found.app is not app:
            raise Unknown
        return found

    def update_service(self, app: App, service_id: int, changes: Mapping[str, Any]) -> Service:
        """Change name, callback_url, tracking_support or inventory_management."""
        service = self.service(app, service_id)
        name = changes.get("name", service.name)
        callback_url = changes.get("callback_url", service.callback_url)
        self.check_service(name, callback_url, but=service)
        service.name = service.location.name = name
        service.callback_url = callback_url
        service.tracking_support = changes.get("tracking_support", service.tracking_support)
        service.inventory_management = changes.get("inventory_management", service.inventory_management)
        return service

    def delete_service(self, app: App, service_id: int) -> None:
        """Remove a service; its location is deactivated, and what is assigned there stays."""
        service = self.service(app, service_id)
        del self.services[service.id]
        service.location.active = False

    def create_product(self, title: str, variants: Sequence[Mapping[str, Any]]) -> Product:
        """Add a product; every variant gets an inventory item. Without variants it has the default one."""
        product = Product(self.new_id("product"), title, self.now())
        for given in variants or [{}]:
            variant = Variant(
                self.new_id("variant"),
                product,
                given.get("title") or given.get("option1") or "Default Title",
                str(given.get("price") or "0.00"),
                given.get("sku"),
                self.new_id("inventory_item"),
            )
            product.variants.append(variant)
            self.variants[variant.id] = variant
            self.inventory_items[variant.inventory_item_id] = variant
        self.products[product.id] = product
        return product

    def product(self, product_id: int) -> Product:
        """Find a product; raises Unknown."""
        found = self.products.get(product_id)
        if found is None:
            raise Unknown
        return found

    def delete_product(self, product_id: int) -> None:
        """Remove a product; orders keep their lines."""
        product = self.product(product_id)
        del self.products[product_id]
        for variant in product.variants:
            del self.variants[variant.id]
            del self.inventory_items[variant.inventory_item_id]

    def stockable(self, inventory_item_id: int, location_id: int) -> tuple[Variant, Location]:
        """Find an inventory item and a location; raises Unknown."""
        variant, location = self.inventory_items.get(inventory_item_id), self.locations.get(location_id)
        if variant is None or location is None or not location.active:
            raise Unknown
        return variant, location

    def connect(self, inventory_item_id: int, location_id: int, *, relocate: bool = False) -> tuple[Variant, Location]:
        """Stock an item at a location, with nothing there yet."""
        variant, location = self.stockable(inventory_item_id, location_id)
        if relocate:
            variant.levels.clear()
        self.stock(variant, location, variant.levels.get(location.id, 0))
        return variant, location

    def set_level(self, inventory_item_id: int, location_id: int, available: int) -> tuple[Variant, Location]:
        """Set the units available; a location that did not stock the item does so from now on."""
        variant, location = self.stockable(inventory_item_id, location_id)
        self.stock(variant, location, available)
        return variant, location

    def stock(self, variant: Variant, location: Location, available: int) -> None:
        """Note that a location has units of a variant."""
        variant.levels[location.id] = available
        variant.ever_stocked.add(location.id)

    def disconnect(self, inventory_item_id: int, location_id: int) -> None:
        """Stock an item no longer at a location; that it once did stays true."""
        variant, location = self.stockable(inventory_item_id, location_id)
        if variant.levels.pop(location.id, None) is None:
            raise Refused("The inventory item is not stocked at this location.")
