"""The store's objects as REST shows them: keys, dialects and formats of the samples from 2025-01 on.

The samples of earlier versions differ in keys and in supported_actions: see `eras`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from fulfillspec.sandbox.model import App, FulfillmentOrder, Hold, Line, Location, Order, OrderLine, Request
from fulfillspec.sandbox.store import Store

Json = dict[str, Any]

SHOP_ZONE = timezone(timedelta(hours=-5))

DIALECTS: dict[str, str] = {
    **dict.fromkeys(("list", "get", "cancel", "close", "move", "open", "reschedule", "hold"), "assigned"),
    **dict.fromkeys(("submit", "accept", "reject", "release_hold"), "origin"),
    **dict.fromkeys(("submit_cancellation", "accept_cancellation", "reject_cancellation"), "origin"),
    "assigned": "mixed",
}
"""Two dialects, by operation: `assigned` has assigned_location and merchant_requests, `origin` has origin and
outgoing_requests; the list of assigned ones mixes them (assigned_location, outgoing_requests)."""


@dataclass(frozen=True, slots=True)
class View:
    """A look at a fulfillment order: in the answer to which operation, and to whom (None: not known)."""

    fo: FulfillmentOrder
    operation: str
    client: App | None


class Views:
    """Fulfillment orders as JSON, for one API version."""

    def __init__(self, store: Store, version: str) -> None:
        self.store = store
        self.version = version

    def instant(self, moment: datetime | None) -> str | None:
        """Write an instant with the shop's offset from UTC."""
        return None if moment is None else moment.astimezone(SHOP_ZONE).isoformat(timespec="seconds")

    def dialect(self, operation: str) -> str:
        """Return the dialect of an operation's answer."""
        return DIALECTS[operation]

    def fulfillment_order(
        self,
        fo: FulfillmentOrder,
        operation: str,
        client: App | None = None,
        *,
        financial: bool = False,
        reference: bool = False,
    ) -> Json:
        """Show a fulfillment order as the answer of `operation` shows it."""
        financial = self.heeds("financial_summaries", operation, asked=financial)
        reference = self.heeds("order_reference", operation, asked=reference)
        dialect = self.dialect(operation)
        shown: Json = {
            "id": fo.id,
            "created_at": self.instant(fo.created_at),
            "updated_at": self.instant(fo.updated_at),
            "shop_id": self.shop_id(operation),
            "order_id": fo.order.id,
            "assigned_location_id": self.location_id(fo),
            "request_status": self.request_status(fo, operation),
            "status": self.status(fo, operation),
            "fulfill_at": self.instant(fo.fulfill_at),
            "fulfill_by": self.instant(fo.fulfill_by),
            "supported_actions": self.supported_actions(fo, client),
            "destination": self.destination(fo),
        }
        if dialect == "origin":
            shown["origin"] = self.location(fo)
        shown["line_items"] = self.line_items(fo, operation, financial=financial)
        if dialect != "assigned":
            shown["outgoing_requests"] = self.requests(fo, operation)
        shown["international_duties"] = self.international_duties(fo)
        shown["fulfillment_holds"] = self.holds(fo, operation)
        if reference:
            shown.update(self.order_reference(fo.order))
        shown["delivery_method"] = self.delivery_method(fo)
        if dialect != "origin":
            shown["assigned_location"] = self.location(fo)
        if dialect == "assigned":
            shown["merchant_requests"] = self.requests(fo, operation)
        return self.finish(shown, View(fo, operation, client))

    def finish(self, shown: Json, _view: View) -> Json:
        """Return a fulfillment order as it goes out: what eras, variants and mutants change of all that is shown."""
        return shown

    def heeds(self, _include: str, _operation: str, *, asked: bool) -> bool:
        """Tell whether an include (`financial_summaries`, `order_reference`) is shown."""
        return asked

    def shop_id(self, _operation: str) -> int:
        """Show shop_id."""
        return self.store.shop_id

    def international_duties(self, _fo: FulfillmentOrder) -> Json | None:
        """Show that no duties are agreed."""
        return None

    def status(self, fo: FulfillmentOrder, _operation: str) -> str:
        """Show status."""
        return fo.status

    def request_status(self, fo: FulfillmentOrder, _operation: str) -> str:
        """Show request_status."""
        return fo.request_status

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        """Show what can be done: the same for every client, but for its number of holds."""
        return self.store.offered(fo, client)

    def location_id(self, fo: FulfillmentOrder) -> int:
        """Show assigned_location_id."""
        return fo.location.id

    def location(self, fo: FulfillmentOrder) -> Json:
        """Show the assigned location: live until work begins, a snapshot from then on."""
        where = fo.snapshot or fo.location
        return {
            "address1": where.address1,
            "address2": None,
            "city": where.city,
            "country_code": where.country_code,
            "location_id": where.id,
            "name": where.name,
            "phone": None,
            "province": where.province,
            "zip": where.zip,
        }

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        """Show where the items should be sent; null for an order without a shipping address."""
        address = fo.order.shipping_address
        if address is None:
            return None
        return {
            "id": fo.destination_id,
            "address1": address.get("address1"),
            "address2": address.get("address2"),
            "city": address.get("city"),
            "company": self.company(address),
            "country": address.get("country"),
            "email": fo.order.email,
            "first_name": address.get("first_name"),
            "last_name": address.get("last_name"),
            "phone": address.get("phone"),
            "province": address.get("province"),
            "zip": address.get("zip"),
        }

    def company(self, address: Json) -> str | None:
        """Show an absent company as null, as the samples do."""
        return address.get("company")

    def line_items(self, fo: FulfillmentOrder, operation: str, *, financial: bool) -> list[Json]:
        """Show the line items, in the order's sequence."""
        shown = [self.line_item(fo, line, operation) for line in fo.lines]
        if financial:
            for item, line in zip(shown, fo.lines, strict=True):
                item["financial_summaries"] = self.financial_summaries(line)
        return shown

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        """Show one line item."""
        variant = line.order_line.variant
        return {
            "id": line.id,
            "shop_id": self.store.shop_id,
            "fulfillment_order_id": fo.id,
            "quantity": self.quantity(line, operation),
            "line_item_id": line.order_line.id,
            "inventory_item_id": None if variant is None else variant.inventory_item_id,
            "fulfillable_quantity": self.fulfillable_quantity(line, operation),
            "variant_id": None if variant is None else variant.id,
        }

    def quantity(self, line: Line, _operation: str) -> int:
        """Show the units of a line item."""
        return line.quantity

    def fulfillable_quantity(self, line: Line, _operation: str) -> int:
        """Show the units still to be fulfilled."""
        return line.fulfillable

    def financial_summaries(self, line: Line) -> list[Json]:
        """Show the prices of a line item: plain decimal strings, in spite of their names."""
        price = f"{float(line.order_line.price):.2f}"
        return [
            {
                "quantity": line.quantity,
                "original_unit_price_set": price,
                "approximate_discounted_unit_price_set": price,
                "discount_allocations": [],
            }
        ]

    def requests(self, fo: FulfillmentOrder, _operation: str) -> list[Json]:
        """Show what the merchant requested, oldest first."""
        return [self.request(request) for request in fo.requests]

    def request(self, request: Request) -> Json:
        """Show one request."""
        return {
            "message": request.message,
            "request_options": dict(request.options),
            "sent_at": self.instant(request.sent_at),
            "kind": request.kind,
        }

    def holds(self, fo: FulfillmentOrder, _operation: str) -> list[Json]:
        """Show the holds."""
        return [self.hold(hold) for hold in fo.holds]

    def hold(self, hold: Hold) -> Json:
        """Show one hold; REST shows no id in any version."""
        return {"reason": hold.reason, "reason_notes": hold.notes}

    def order_reference(self, order: Order) -> Json:
        """Show the fields of include_order_reference_fields."""
        return {"order_name": order.name, "order_processed_at": self.instant(order.processed_at), "channel_id": None}

    def delivery_method(self, fo: FulfillmentOrder) -> Json | None:
        """Show the delivery method, for an order with a shipping line."""
        title = fo.order.shipping_title
        return None if title is None else self.shipping(fo, title)

    def shipping(self, fo: FulfillmentOrder, title: str) -> Json:
        """Show shipping as the delivery method."""
        return {
            "id": fo.delivery_method_id,
            "method_type": "shipping",
            "min_delivery_date_time": None,
            "max_delivery_date_time": None,
            "additional_information": {
                "phone": None,
                "instructions": None,
                "failed_carriers": None,
                "pickup_point_id": None,
            },
            "service_code": None,
            "detailed_branded_promise": None,
            "source_reference": None,
            "presented_name": title,
        }

    def destination_for_move(self, location: Location, *, movable: bool, message: str | None) -> Json:
        """Show one location of locations_for_move."""
        return {"location": {"id": location.id, "name": location.name}, "message": message, "movable": movable}

    def order_line(self, line: OrderLine, quantity: int | None = None) -> Json:
        """Show a line item of an order, or the part of it that a fulfillment has."""
        variant = line.variant
        service = None
        if variant is not None:
            service = next(
                (
                    place.service
                    for place in (self.store.locations.get(location_id) for location_id in variant.levels)
                    if place is not None and place.service is not None
                ),
                None,
            )
        return {
            "id": line.id,
            "admin_graphql_api_id": f"gid://shopify/LineItem/{line.id}",
            "variant_id": None if variant is None else variant.id,
            "product_id": None if variant is None else variant.product.id,
            "title": line.title,
            "name": line.title,
            "sku": None if variant is None else variant.sku,
            "quantity": line.quantity if quantity is None else quantity,
            "current_quantity": line.quantity,
            "price": line.price,
            "fulfillment_service": "manual" if service is None else service.handle,
            "requires_shipping": True,
            "taxable": False,
            "gift_card": False,
        }
