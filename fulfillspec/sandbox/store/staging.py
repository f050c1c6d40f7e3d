"""Orders that stand in a wanted state from the start. No API makes scheduled ones; this is the sandbox's own way."""

from collections.abc import Sequence
from datetime import timedelta

from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import App, Fulfillment, FulfillmentOrder, Hold, Location, Request, Service
from fulfillspec.sandbox.store.offers import Offers
from fulfillspec.sandbox.store.ordering import Ordering

AT_MERCHANT = frozenset(
    {
        "open/unsubmitted",
        "scheduled/unsubmitted",
        "on_hold/unsubmitted",
        "in_progress/unsubmitted",
        "closed/unsubmitted",
    }
)
AT_SERVICE = AT_MERCHANT | {
    "open/submitted",
    "open/rejected",
    "in_progress/accepted",
    "in_progress/cancellation_requested",
    "in_progress/cancellation_rejected",
    "cancelled/cancellation_accepted",
    "incomplete/closed",
    "on_hold/rejected",
    "on_hold/closed",
    "on_hold/cancellation_accepted",
    "closed/submitted",
    "closed/accepted",
}
"""The states that can be staged, as status/request_status."""

_ASKED = frozenset({"submitted", "accepted", "rejected", "closed"})
_RESUMES = {"closed": "incomplete", "cancellation_accepted": "cancelled"}


class Staging(Ordering, Offers):
    """Puts orders into states directly, so that a defect in an operation does not touch the stage."""

    def stage(
        self,
        place: str,
        state: str,
        quantities: Sequence[int],
        *,
        merchant: App,
        service: App,
        location: Location | None = None,
    ) -> FulfillmentOrder:
        """Make an order whose one fulfillment order stands in `state` at a `merchant` or `service` location."""
        allowed = {"merchant": AT_MERCHANT, "service": AT_SERVICE}.get(place, frozenset[str]())
        if state not in allowed:
            raise Refused(f"No fulfillment order can be staged in {state} at {place}.")
        if not quantities or min(quantities) < 1 or (state.startswith("in_progress/un") and sum(quantities) < 2):
            raise Refused(f"A fulfillment order in {state} needs more units than that.")
        where = location or (self.primary if place == "merchant" else self.service_of(service).location)
        if where is None:
            raise Refused("The shop has no such location.")
        product = self.create_product("Staged product", [{"title": str(index)} for index, _ in enumerate(quantities)])
        merchants = [place for place in self.locations.values() if place.service is None][:2]
        for variant in product.variants:
            for stocked in (*merchants, where):
                self.stock(variant, stocked, 1000)
        lines = [
            {"variant_id": variant.id, "quantity": units, "price": "10.00"}
            for variant, units in zip(product.variants, quantities, strict=True)
        ]
        fo = self.stage_order(lines, where)
        self.force(fo, state, merchant, service)
        return fo

    def stage_order(self, lines: list[dict[str, object]], location: Location) -> FulfillmentOrder:
        """Take an order, with one fulfillment order at the given location."""
        order = self.take_order(
            lines, email="staged@example.com", tags="sandbox-staged", shipping_address=dict(STAGED_ADDRESS)
        )
        fo = self.spawn(order, location)
        for line in order.lines:
            self.put(fo, line, line.quantity)
        return fo

    def service_of(self, app: App) -> Service:
        """Return the app's newest service; one is registered if it has none."""
        owned = [service for service in self.services.values() if service.app is app]
        return owned[-1] if owned else self.create_service(app, f"{app.name} fulfillment")

    def force(self, fo: FulfillmentOrder, state: str, merchant: App, service: App) -> None:
        """Enter a state with the traces that the way there would have left."""
        status, request_status = state.split("/")
        now = self.now()
        if request_status in _ASKED or request_status.startswith("cancellation"):
            fo.requests.append(self.trace("fulfillment_request", {"notify_customer": False}))
        if request_status.startswith("cancellation"):
            fo.requests.append(self.trace("cancellation_request", {}))
        if status == "in_progress" and request_status != "unsubmitted":
            fo.accepted_by = service
        if status == "scheduled":
            fo.fulfill_at = now + timedelta(days=30)
        if status == "on_hold":
            fo.resumes = _RESUMES.get(request_status, "open")
            fo.holds.append(Hold(self.new_id("hold"), merchant, "other", "Staged on hold.", False, "", now))  # noqa: FBT003
        if status == "closed" and request_status == "submitted":
            replacement = self.spawn(fo.order, fo.location)
            self.transfer(fo, self.left(fo), replacement)
        elif status == "closed" or state == "in_progress/unsubmitted":
            self.force_fulfilled(fo, None if status == "closed" else 1)
        self.become(fo, status=status, request_status=request_status)

    def trace(self, kind: str, options: dict[str, object]) -> Request:
        """Make the request that the merchant would have sent."""
        return Request(self.new_id("request"), kind, None, options, self.now())

    def force_fulfilled(self, fo: FulfillmentOrder, units: int | None) -> None:
        """Fulfil some units of the first line, or everything."""
        parts = []
        for line in fo.lines if units is None else fo.lines[:1]:
            done = line.fulfillable if units is None else units
            line.fulfillable -= done
            parts.append((fo, line.order_line, done))
        now = self.now()
        fulfillment = Fulfillment(self.new_id("fulfillment"), 1, fo.order, fo.location, now, now, parts)
        self.fulfillments[fulfillment.id] = fulfillment
        fo.order.fulfillments.append(fulfillment)


STAGED_ADDRESS = {
    "first_name": "Ada",
    "last_name": "Staged",
    "address1": "1 Test Street",
    "address2": None,
    "city": "Ottawa",
    "province": "Ontario",
    "country": "Canada",
    "zip": "K1A 0A9",
    "phone": None,
    "company": None,
}
"""Where staged orders go; nobody lives there."""
