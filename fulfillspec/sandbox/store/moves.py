"""Moves to another location."""

from collections.abc import Mapping, Sequence

from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import Amount, App, Destination, FulfillmentOrder, Location, Moved
from fulfillspec.sandbox.store.offers import Offers

FIXED = "Cannot change location."
WITH_SERVICE = "Cannot move submitted fulfillment order that is at a 3PL fulfillment service."
NO_LOCATION = "Location not found."
NOT_STOCKED = "No items are stocked at this location."
AWAITING_SERVICE = frozenset({"submitted", "accepted", "cancellation_requested", "cancellation_rejected"})
"""The request statuses in which the location cannot change: the service has to act first."""


class Moves(Offers):
    """move and locations_for_move."""

    def move(
        self, client: App, fulfillment_order_id: int, location_id: int, lines: Sequence[Amount] | None = None
    ) -> Moved:
        """Give the named unfulfilled units, or all, to another location."""
        fo = self.reach(client, fulfillment_order_id, "move")
        self.guard_move(fo)
        destination = self.destination(fo, location_id)
        chosen = self.named(fo, lines)
        self.guard_stocked(fo, chosen, destination)
        source = fo.location
        moved = self.relocate(fo, chosen, destination)
        self.announce(
            "fulfillment_orders/moved",
            original_fulfillment_order=fo,
            moved_fulfillment_order=moved,
            source_location=source,
            fulfillment_order_line_items_requested=[{"id": each.id, "quantity": each.quantity} for each in lines or ()],
        )
        return Moved(fo, moved)

    def guard_move(self, fo: FulfillmentOrder) -> None:
        """Refuse a closed one, and one that awaits action by a service; on hold or scheduled no move is offered."""
        if fo.request_status in AWAITING_SERVICE and not self.ended(fo):
            raise Refused(WITH_SERVICE)
        if not self.offers(fo, "move"):
            raise Refused(FIXED)

    def destination(self, fo: FulfillmentOrder, location_id: int) -> Location:
        """Find the new location; raises Refused for an unknown one and for the present one."""
        location = self.locations.get(location_id)
        if location is None or not location.active:
            raise Refused(NO_LOCATION, field=("id",))
        if location is fo.location:
            raise Refused(FIXED)
        return location

    def guard_stocked(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> None:
        """Refuse a destination that has never stocked one of the items. Custom items are stocked nowhere."""
        for line in fo.lines:
            variant = line.order_line.variant
            if line.id in chosen and variant is not None and location.id not in variant.ever_stocked:
                raise Refused(FIXED)

    def relocate(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        """Move the units: the fulfillment order itself if all of it can go, else into the active or a new one there."""
        existing = self.active_at(fo, location)
        if existing is not None:
            return self.move_into(fo, chosen, existing)
        if fo.fulfilled or self.complement(fo, chosen):
            return self.move_apart(fo, chosen, location)
        return self.move_itself(fo, location)

    def active_at(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder | None:
        """Return the order's open, unsubmitted fulfillment order at a location, if it has one."""
        for other in fo.order.fulfillment_orders:
            if other.location is location and other.status == "open" and other.request_status == "unsubmitted":
                return other
        return None

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        """Assign the whole to the new location, open and unsubmitted there."""
        fo.location = location
        fo.snapshot = None
        fo.accepted_by = None
        self.become(fo, status="open", request_status="unsubmitted")
        return fo

    def move_apart(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        """Put the units into a new one at the new location."""
        fresh = self.spawn(fo.order, location)
        fresh.fulfill_by = fo.fulfill_by
        return self.move_into(fo, chosen, fresh)

    def move_into(self, fo: FulfillmentOrder, chosen: Mapping[int, int], into: FulfillmentOrder) -> FulfillmentOrder:
        """Put the units into one at the new location; an original without anything left is closed."""
        self.transfer(fo, chosen, into)
        if not fo.remaining:
            self.become(fo, status="closed")
        return into

    def locations_for_move(self, client: App, fulfillment_order_id: int) -> list[Destination]:
        """Say of every location whether everything left could move there, and why not."""
        fo = self.seen(client, fulfillment_order_id)
        return [self.judge_destination(fo, location) for location in self.locations.values() if location.active]

    def judge_destination(self, fo: FulfillmentOrder, location: Location) -> Destination:
        """Answer for one location, with the documented messages."""
        if location is fo.location:
            return Destination(location, movable=False, message="Current location.")
        try:
            self.guard_stocked(fo, self.left(fo), location)
        except Refused:
            return Destination(location, movable=False, message=NOT_STOCKED)
        try:
            self.guard_move(fo)
        except Refused as refused:
            return Destination(location, movable=False, message=refused.sentence)
        return Destination(location, movable=True, message=None)
