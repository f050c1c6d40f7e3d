"""Mutants of move."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import Amount, App, Destination, FulfillmentOrder, Location, Moved
from fulfillspec.sandbox.mutants.common import clamped, copies, whole_lines
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.moves import FIXED, NOT_STOCKED


class MoveGoesNowhere(Mutant, Store):
    """A move of everything is answered, and the location stays."""

    requirement = "FO-MOVE-LOCATION"

    def move_itself(self, fo: FulfillmentOrder, _location: Location) -> FulfillmentOrder:
        return super().move_itself(fo, fo.location)


class MoveKeepsTheAddress(Mutant, Store):
    """After a move assigned_location_id is the new location, and assigned_location is the old one."""

    requirement = "FO-MOVE-LOCATION"
    transports = ("rest",)

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        before = replace(fo.location)
        super().move_itself(fo, location)
        fo.snapshot = before
        return fo


class MoveLeavesThirdLine(Mutant, Store):
    """A move of everything leaves the third line item behind."""

    requirement = "FO-MOVE-WHOLE"

    def move(
        self, client: App, fulfillment_order_id: int, location_id: int, lines: Sequence[Amount] | None = None
    ) -> Moved:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        if fo is not None and not lines and len(fo.lines) > 2:
            lines = [Amount(line.id, line.fulfillable) for line in fo.lines[:2]]
        return super().move(client, fulfillment_order_id, location_id, lines)


class MovePartTakesWholeLines(Mutant, Store):
    """A move of some units of a line item moves all units of it."""

    requirement = "FO-MOVE-PART"

    def move(
        self, client: App, fulfillment_order_id: int, location_id: int, lines: Sequence[Amount] | None = None
    ) -> Moved:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        return super().move(client, fulfillment_order_id, location_id, whole_lines(fo, lines) if fo else lines)


class MovePartAnswersNoOriginal(Mutant, Store):
    """The answer to a move of some line items shows what they are in now as the original, too."""

    requirement = "FO-MOVE-PART-KEEPS-ORIGINAL"

    def move(
        self, client: App, fulfillment_order_id: int, location_id: int, lines: Sequence[Amount] | None = None
    ) -> Moved:
        done = super().move(client, fulfillment_order_id, location_id, lines)
        return Moved(done.moved, done.moved) if lines else done


class MovePartMovesTheOriginal(Mutant, Store):
    """A move of some line items gives the original the new location, too."""

    requirement = "FO-MOVE-PART-KEEPS-ORIGINAL"

    def move_apart(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        moved = super().move_apart(fo, chosen, location)
        fo.location = location
        return moved


class MovePartDoubles(Mutant, Store):
    """A move of some line items leaves them in the original, too."""

    requirement = "FO-INV-QUANTITY"

    def move_apart(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        before = copies(fo)
        moved = super().move_apart(fo, chosen, location)
        fo.lines[:] = before
        return moved


class MoveKeepsTheRequest(Mutant, Store):
    """A rejected one is still rejected at the merchant-managed location it was moved to."""

    requirement = "FO-INV-MERCHANT-UNSUBMITTED"

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        before = fo.request_status
        super().move_itself(fo, location)
        self.become(fo, request_status=before)
        return fo


class MoveIgnoresTheExistingOne(Mutant, Store):
    """Where the location has an active one of the order already, a second one is made beside it."""

    requirement = "FO-MOVE-EXISTING"

    def active_at(self, _fo: FulfillmentOrder, _location: Location) -> FulfillmentOrder | None:
        return None


class MovePutsOnHold(Mutant, Store):
    """A moved one is on hold."""

    requirement = "FO-MOVE-STATE"

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        super().move_itself(fo, location)
        self.become(fo, status="on_hold")
        return fo


class MoveWhatIsClosed(Mutant, Store):
    """A closed one can be moved."""

    requirement = "FO-MOVE-CLOSED-REFUSED"

    def guard_move(self, fo: FulfillmentOrder) -> None:
        if fo.status != "closed":
            super().guard_move(fo)


class _MoveInSpiteOfRequest(Store):
    """Lets one request status move."""

    lets: ClassVar[str]

    def guard_move(self, fo: FulfillmentOrder) -> None:
        if fo.request_status != self.lets or fo.status not in {"open", "in_progress"}:
            super().guard_move(fo)


class MoveWhatIsSubmitted(Mutant, _MoveInSpiteOfRequest):
    """A submitted one can be moved."""

    requirement = "FO-MOVE-SUBMITTED-REFUSED"
    lets = "submitted"


class MoveWhatIsAccepted(Mutant, _MoveInSpiteOfRequest):
    """An accepted one can be moved."""

    requirement = "FO-MOVE-ACCEPTED-REFUSED"
    lets = "accepted"


class MoveWhileCancellationIsRequested(Mutant, _MoveInSpiteOfRequest):
    """One whose cancellation is requested can be moved."""

    requirement = "FO-MOVE-CANCELLATION-REQUESTED-REFUSED"
    lets = "cancellation_requested"


class MoveAfterCancellationWasRejected(Mutant, _MoveInSpiteOfRequest):
    """One whose cancellation was rejected can be moved."""

    requirement = "FO-MOVE-CANCELLATION-REJECTED-REFUSED"
    lets = "cancellation_rejected"


class MoveToNeverStocked(Mutant, Store):
    """Items can move to a location that never stocked them."""

    requirement = "FO-MOVE-NEVER-STOCKED-REFUSED"

    def guard_stocked(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> None:
        """Let every location."""


class MoveTakesFulfilledUnits(Mutant, Store):
    """A move of everything takes along what was fulfilled already."""

    requirement = "FO-MOVE-FULFILLED-STAYS"

    def relocate(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        if fo.fulfilled and not self.complement(fo, chosen):
            return self.move_itself(fo, location)
        return super().relocate(fo, chosen, location)


class MoveWithoutPermission(Mutant, Store):
    """Every app can move."""

    requirement = "FO-MOVE-NEEDS-PERMISSION"

    def reach(self, client: App, fulfillment_order_id: int, operation: str) -> FulfillmentOrder:
        if operation == "move":
            return self.fulfillment_order(fulfillment_order_id)
        return super().reach(client, fulfillment_order_id, operation)


class MoveWithoutLocation(Mutant, Rest):
    """A move without new_location_id is answered as if it were done."""

    requirement = "FO-MOVE-BODY-REQUIRED"

    def move(self, call: Call) -> Reply:
        given = call.body.get("fulfillment_order")
        if isinstance(given, dict) and "new_location_id" in given:
            return super().move(call)
        fo = self.store.reach(call.client, call.ids[0], "move")
        return self.several(
            call, "move", original_fulfillment_order=fo, moved_fulfillment_order=fo, remaining_fulfillment_order=None
        )


class MoveToUnknownLocation(Mutant, Store):
    """A move to an unknown location is answered as if it were done."""

    requirement = "FO-MOVE-UNKNOWN-LOCATION"

    def move(
        self, client: App, fulfillment_order_id: int, location_id: int, lines: Sequence[Amount] | None = None
    ) -> Moved:
        if location_id not in self.locations:
            fo = self.reach(client, fulfillment_order_id, "move")
            return Moved(fo, fo)
        return super().move(client, fulfillment_order_id, location_id, lines)


class MoveTakesTooMuch(Mutant, Store):
    """A move of more units than there are is taken for as many as there are."""

    requirement = "FO-MOVE-TOO-MUCH"

    def move(
        self, client: App, fulfillment_order_id: int, location_id: int, lines: Sequence[Amount] | None = None
    ) -> Moved:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        return super().move(client, fulfillment_order_id, location_id, clamped(fo, lines) if fo else lines)


class MoveRefusedAfterReject(Mutant, Store):
    """After a rejection the move is refused, though it is offered."""

    requirement = "FO-MOVE-AFTER-REJECT"

    def guard_move(self, fo: FulfillmentOrder) -> None:
        if fo.request_status == "rejected":
            raise Refused(FIXED)
        super().guard_move(fo)


class MoveRefusedButSplit(Mutant, Store):
    """A move that is refused for its destination has split the line items off already."""

    requirement = "FO-ERR-UNCHANGED"

    def guard_stocked(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> None:
        try:
            super().guard_stocked(fo, chosen, location)
        except Refused:
            self.split_off(fo, dict.fromkeys(list(chosen)[:1], 1))
            raise


class MoveOffersTheCurrentLocation(Mutant, Store):
    """locations_for_move says that the current location is movable."""

    requirement = "FO-LOCATIONS-FOR-MOVE"

    def judge_destination(self, fo: FulfillmentOrder, location: Location) -> Destination:
        if location is fo.location:
            return Destination(location, movable=True, message=None)
        return super().judge_destination(fo, location)


class MoveOffersWhatNeverStockedTheItem(Mutant, Store):
    """locations_for_move says that a location is movable where the items were never stocked."""

    requirement = "FO-LOCATIONS-FOR-MOVE"

    def judge_destination(self, fo: FulfillmentOrder, location: Location) -> Destination:
        found = super().judge_destination(fo, location)
        return found._replace(movable=True) if found.message == NOT_STOCKED else found


class MovePartOfWhatIsSubmitted(Mutant, Store):
    """A part of what is submitted can be moved; the whole cannot."""

    requirement = "FO-MOVE-SUBMITTED-REFUSED"

    def move(
        self, client: App, fulfillment_order_id: int, location_id: int, lines: Sequence[Amount] | None = None
    ) -> Moved:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        if not lines or fo is None or fo.request_status != "submitted":
            return super().move(client, fulfillment_order_id, location_id, lines)
        there = self.destination(self.reach(client, fulfillment_order_id, "move"), location_id)
        return Moved(fo, self.move_apart(fo, self.named(fo, lines), there))
