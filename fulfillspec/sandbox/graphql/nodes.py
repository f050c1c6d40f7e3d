"""Fulfillment orders and their parts as GraphQL shows them."""

from functools import partial

from fulfillspec.sandbox.graphql.asking import Asking, Given, connection, denied
from fulfillspec.sandbox.graphql.neighbours import Neighbours
from fulfillspec.sandbox.graphql.places import country_code
from fulfillspec.sandbox.model import Destination, FulfillmentOrder, Hold, Line, Location, Request
from fulfillspec.sandbox.views import Json


class Nodes(Neighbours):
    """Fulfillment orders for one client; `operation` is what the answer answers, as in the REST views."""

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        """Show a fulfillment order."""
        order = fo.order
        return {
            "__typename": "FulfillmentOrder",
            "id": self.order_gid(fo, operation),
            "orderId": self.gid("Order", order.id),
            "orderName": order.name,
            "orderProcessedAt": self.instant(order.processed_at),
            "status": self.status(fo, operation),
            "requestStatus": self.request_status(fo, operation),
            "createdAt": self.instant(fo.created_at),
            "updatedAt": self.instant(fo.updated_at),
            "fulfillAt": self.instant(fo.fulfill_at),
            "fulfillBy": self.instant(fo.fulfill_by),
            "channelId": None,
            "internationalDuties": lambda _ask, _given: self.international_duties(fo, ask),
            "remainingLineItemsWeight": None,
            "supportedActions": lambda _ask, _given: self.supported_actions(fo, ask),
            "assignedLocation": lambda _ask, _given: self.assigned_location(fo, operation),
            "destination": lambda _ask, _given: self.destination(fo, ask),
            "deliveryMethod": lambda _ask, _given: self.delivery_method(fo),
            "fulfillmentHolds": lambda _ask, _given: self.holds(fo, ask, operation),
            "lineItems": lambda _ask, given: connection(
                fo.lines, given, lambda line: self.line_item(fo, line, operation)
            ),
            "merchantRequests": lambda _ask, given: self.requests(fo, ask, given, operation),
            "order": lambda _ask, _given: self.order(order, ask),
            "fulfillments": lambda _ask, given: connection(
                self.store.fulfillments_of(ask.client, fo), given, lambda each: self.fulfillment(each, ask)
            ),
            "fulfillmentOrdersForMerge": lambda _ask, given: connection(
                self.store.mergeable(fo) if self.store.offers(fo, "merge") else [],
                given,
                lambda other: self.fulfillment_order(other, ask, "get"),
            ),
            "locationsForMove": lambda _ask, given: self.locations_for_move(fo, ask, given),
        }

    def order_gid(self, fo: FulfillmentOrder, _operation: str) -> str:
        """Show the id of a fulfillment order."""
        return self.gid("FulfillmentOrder", fo.id)

    def status(self, fo: FulfillmentOrder, _operation: str) -> str:
        """Show status."""
        return fo.status.upper()

    def request_status(self, fo: FulfillmentOrder, _operation: str) -> str:
        """Show requestStatus."""
        return fo.request_status.upper()

    def international_duties(self, _fo: FulfillmentOrder, _ask: Asking) -> Json | None:
        """Show the duties: nobody pays any."""
        return None

    def supported_actions(self, fo: FulfillmentOrder, ask: Asking) -> list[Json]:
        """Show what can be done: the words that REST has in the same version."""
        return [
            {"action": action.upper(), "externalUrl": None} for action in ask.views.supported_actions(fo, ask.client)
        ]

    def assigned_location(self, fo: FulfillmentOrder, _operation: str) -> Json:
        """Show the assigned location: live until work begins, a snapshot from then on."""
        where = fo.snapshot or fo.location
        return {
            "name": where.name,
            "address1": where.address1,
            "address2": None,
            "city": where.city,
            "phone": None,
            "province": where.province,
            "zip": where.zip,
            "countryCode": where.country_code,
            "location": lambda _ask, _given: self.location(fo.location),
        }

    def destination(self, fo: FulfillmentOrder, _ask: Asking) -> Json | None:
        """Show where the items should be sent; null for an order without a shipping address."""
        address = fo.order.shipping_address
        if address is None:
            return None
        return {
            "__typename": "FulfillmentOrderDestination",
            "id": self.gid("FulfillmentOrderDestination", fo.destination_id),
            "firstName": address.get("first_name"),
            "lastName": address.get("last_name"),
            "company": address.get("company"),
            "address1": address.get("address1"),
            "address2": address.get("address2"),
            "city": address.get("city"),
            "province": address.get("province"),
            "zip": address.get("zip"),
            "countryCode": country_code(address.get("country")),
            "email": fo.order.email,
            "phone": address.get("phone"),
            "location": None,
        }

    def delivery_method(self, fo: FulfillmentOrder) -> Json | None:
        """Show the delivery method, for an order with a shipping line."""
        if fo.order.shipping_title is None:
            return None
        return {
            "__typename": "DeliveryMethod",
            "id": self.gid("DeliveryMethod", fo.delivery_method_id),
            "methodType": "SHIPPING",
            "presentedName": fo.order.shipping_title,
        }

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        """Show one line item."""
        bought = line.order_line
        variant = bought.variant
        return {
            "__typename": "FulfillmentOrderLineItem",
            "id": self.line_gid(line),
            "totalQuantity": self.total(fo, line, operation),
            "remainingQuantity": self.remaining(fo, line, operation),
            "requiresShipping": True,
            "productTitle": bought.title,
            "variantTitle": None if variant is None else variant.title,
            "sku": None if variant is None else variant.sku,
            "vendor": None,
            "weight": None,
            "warnings": (),
            "inventoryItemId": None if variant is None else self.gid("InventoryItem", variant.inventory_item_id),
            "variant": lambda _ask, _given: self.variant(variant) if variant else None,
            "lineItem": lambda _ask, _given: self.order_line(bought),
            "originalUnitPriceSet": lambda _ask, _given: self.money(bought.price),
            "financialSummaries": lambda _ask, _given: [
                {
                    "quantity": line.quantity,
                    "originalUnitPriceSet": self.money(bought.price),
                    "approximateDiscountedUnitPriceSet": self.money(bought.price),
                    "discountAllocations": (),
                }
            ],
        }

    def line_gid(self, line: Line) -> str:
        """Show the id of a line item."""
        return self.gid("FulfillmentOrderLineItem", line.id)

    def total(self, _fo: FulfillmentOrder, line: Line, _operation: str) -> int:
        """Show totalQuantity."""
        return line.quantity

    def remaining(self, _fo: FulfillmentOrder, line: Line, _operation: str) -> int:
        """Show remainingQuantity."""
        return line.fulfillable

    def holds(self, fo: FulfillmentOrder, ask: Asking, _operation: str) -> list[Json]:
        """Show the holds."""
        return [self.hold(hold, ask) for hold in fo.holds]

    def hold(self, hold: Hold, ask: Asking) -> Json:
        """Show one hold; which app applied it takes a scope of its own."""

        def held_by_app(ask: Asking, _given: Given) -> Json:
            if not ask.client.has("read_apps"):
                raise denied("heldByApp", "read_apps")
            app = hold.app
            return {"__typename": "App", "id": self.gid("App", app.id), "title": app.name, "apiKey": ""}

        return {
            "__typename": "FulfillmentHold",
            "id": self.gid("FulfillmentHold", hold.id),
            "handle": hold.handle,
            "reason": hold.reason.upper(),
            "reasonNotes": hold.notes,
            "displayReason": hold.reason.replace("_", " ").capitalize(),
            "heldBy": hold.app.name,
            "heldByApp": held_by_app,
            "heldByRequestingApp": hold.app is ask.client,
        }

    def requests(self, fo: FulfillmentOrder, _ask: Asking, given: Given, _operation: str) -> Json:
        """Show what the merchant requested, oldest first."""
        kind = given.get("kind")
        found = [request for request in fo.requests if kind is None or request.kind.upper() == kind]
        return connection(found, given, lambda request: self.request(fo, request))

    def request(self, fo: FulfillmentOrder, request: Request) -> Json:
        """Show one request."""
        return {
            "__typename": "FulfillmentOrderMerchantRequest",
            "id": self.gid("FulfillmentOrderMerchantRequest", request.id),
            "kind": request.kind.upper(),
            "message": request.message,
            "requestOptions": dict(request.options),
            "responseData": None,
            "sentAt": self.instant(request.sent_at),
            "fulfillmentOrder": lambda ask, _given: self.fulfillment_order(fo, ask, "get"),
        }

    def locations_for_move(self, fo: FulfillmentOrder, ask: Asking, given: Given) -> Json:
        """Show where a fulfillment order could be moved."""
        wanted = given.get("locationIds")
        found = [
            place
            for place in self.store.locations_for_move(ask.client, fo.id)
            if wanted is None or self.gid("Location", place.location.id) in wanted
        ]
        show = partial(self.location_for_move, fo)
        return connection(found, given, show, lambda place: place.location.id)

    def location_for_move(self, fo: FulfillmentOrder, place: Destination) -> Json:
        """Show one location, and what of the work it has ever stocked."""
        stocked = [line for line in fo.lines if self.could_go(line, place.location)]
        others = [line for line in fo.lines if line not in stocked]

        def lines(found: list[Line]) -> Json:
            return {
                "items": lambda _ask, given: connection(found, given, lambda line: self.line_item(fo, line, "get")),
                "count": {"count": len(found), "precision": "EXACT"},
            }

        available, unavailable = lines(stocked), lines(others)
        return {
            "location": lambda _ask, _given: self.location(place.location),
            "movable": place.movable,
            "message": place.message,
            "availableLineItems": available["items"],
            "availableLineItemsCount": available["count"],
            "unavailableLineItems": unavailable["items"],
            "unavailableLineItemsCount": unavailable["count"],
        }

    def could_go(self, line: Line, location: Location) -> bool:
        """Say whether a location has ever stocked the item of a line."""
        variant = line.order_line.variant
        return variant is None or location.id in variant.ever_stocked
