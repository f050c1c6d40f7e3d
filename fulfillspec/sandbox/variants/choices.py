"""Freedoms of behaviour that no document speaks of: what is allowed besides, and what else changes with a step."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping, Sequence
from typing import Any

from fulfillspec.sandbox.changes import Variant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import (
    App,
    Fulfillment,
    FulfillmentOrder,
    Held,
    Hold,
    Location,
    Product,
    Request,
    Submitted,
)
from fulfillspec.sandbox.store import Store


class OtherReasonsAreTaken(Variant, Store):
    """Any word is a reason, of a hold and of a rejection."""

    source = "no text refuses an unknown reason (AMB-REASON-UNKNOWN)"

    def check_hold_reason(self, reason: str | None) -> None:
        super().check_hold_reason(reason and "other")

    def check_rejection(
        self, fo: FulfillmentOrder, _reason: str | None, lines: Sequence[tuple[int, str | None]]
    ) -> None:
        super().check_rejection(fo, None, lines)


class RejectionDetailsOfAnything(Variant, Store):
    """A rejection takes details of line items that the fulfillment order has not."""

    source = "Reject: the details document why; no text refuses one (AMB-REJECT-DETAILS)"

    def check_rejection(
        self, fo: FulfillmentOrder, reason: str | None, lines: Sequence[tuple[int, str | None]]
    ) -> None:
        known = {line.id for line in fo.lines}
        super().check_rejection(fo, reason, [each for each in lines if each[0] in known])


class PartFulfilledStaysOpen(Variant, Store):
    """A partly fulfilled one is still open."""

    source = "status open: `ready for fulfillment`; stores show in_progress (AMB-PART-FULFILLED)"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        if fo.remaining:
            self.touch(fo)
        else:
            super().after_fulfilling(fo)


class PartFulfilledCannotBeHeld(Variant, Store):
    """What is partly fulfilled does not offer hold, and refuses it."""

    source = "no text says in which states work can be held"

    def offered_at_merchant(self, fo: FulfillmentOrder) -> list[str]:
        offered = super().offered_at_merchant(fo)
        return [each for each in offered if each != "hold"] if fo.fulfilled else offered


class ScheduledMayBeMoved(Variant, Store):
    """A scheduled one at a merchant-managed location offers move."""

    source = "Move: the list of what makes it fail does not name scheduled"

    def offered(self, fo: FulfillmentOrder, client: App | None = None) -> list[str]:
        offered = super().offered(fo, client)
        return [*offered, "move"] if fo.status == "scheduled" and not fo.at_service else offered

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        if fo.status != "scheduled":
            return super().move_itself(fo, location)
        fo.location = location
        self.touch(fo)
        return fo


class CancellationMayBeAskedAgain(Variant, Store):
    """After a rejected cancellation another one can be requested."""

    source = "Terminating: a cancellation can be requested of an accepted request; no text ends that with a rejection"

    def offered_at_service(self, fo: FulfillmentOrder) -> list[str]:
        offered = super().offered_at_service(fo)
        rejected = fo.status == "in_progress" and fo.request_status == "cancellation_rejected"
        return [*offered, "request_cancellation"] if rejected else offered


class CancelledFulfillmentMakesANewOne(Variant, Store):
    """The units of a cancelled fulfillment come back in a new fulfillment order, from a partly fulfilled one too."""

    source = "schema, fulfillmentCancel: what becomes of a partly fulfilled one is told by GraphQL alone"

    def after_cancel_fulfillment(self, fulfillment: Fulfillment) -> None:
        work = [(fo, fo.status) for fo, _, _ in fulfillment.parts]
        for fo, _ in work:
            fo.status = "closed"
        super().after_cancel_fulfillment(fulfillment)
        for fo, status in work:
            self.become(fo, status=status if fo.remaining else "closed")


class SiblingsAreTouched(Variant, Store):
    """updated_at of all of an order's fulfillment orders is that of the latest change to any of them."""

    source = "updated_at: no text says what counts as an update"

    def touch(self, fo: FulfillmentOrder) -> None:
        for each in (fo, *fo.order.fulfillment_orders):
            super().touch(each)


class OneHoldAtATime(Variant, Store):
    """A fulfillment order on hold takes no second hold, and does not offer one."""

    source = "examples up to 2024-10 offer release_hold alone (AMB-HOLD-AGAIN)"

    def can_add_hold(self, fo: FulfillmentOrder, client: App | None) -> bool:
        del client
        return not fo.holds


class ServiceMayManageItsOwn(Variant, Store):
    """A service's app can hold and release what is at its own location."""

    source = "Hold: no seed names the scope of a hold"

    def may_do(self, client: App, fo: FulfillmentOrder, operation: str) -> bool:
        own = operation in {"hold", "release_hold"} and self.grants(client, fo.location, "write", ("assigned",))
        return own or super().may_do(client, fo, operation)

    def require_any(self, client: App, mode: str, kinds: tuple[str, ...]) -> None:
        super().require_any(client, mode, (*kinds, "assigned") if "third_party" in kinds else kinds)


class HeldMayBeMoved(Variant, Store):
    """What is on hold without a request offers move, and stays on hold at the new location."""

    source = "Move: the list of what makes it fail does not name on_hold; stores offer it"

    def offered(self, fo: FulfillmentOrder, client: App | None = None) -> list[str]:
        offered = super().offered(fo, client)
        return [*offered, "move"] if fo.status == "on_hold" and fo.request_status == "unsubmitted" else offered

    def relocate(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        if fo.status != "on_hold" or self.complement(fo, chosen):
            return super().relocate(fo, chosen, location)
        fo.location = location
        self.touch(fo)
        return fo


def _with_carriage_returns(text: str | None) -> str | None:
    return None if text is None else "\r\n".join(text.splitlines())


class LinesEndAsInForms(Variant, Store):
    """Messages and notes of several lines are kept with a carriage return before each line feed, as forms send them."""

    source = "Submit, Hold: `message`, `reason_notes`; no text says how the ends of lines are kept"

    def record_request(
        self, fo: FulfillmentOrder, kind: str, message: str | None, options: dict[str, object]
    ) -> Request:
        return super().record_request(fo, kind, _with_carriage_returns(message), options)

    def apply_hold(self, client: App, fo: FulfillmentOrder, reason: str, notes: str | None, **named: Any) -> Hold:
        return super().apply_hold(client, fo, reason, _with_carriage_returns(notes), **named)


class PicturesAreRefused(Variant, Store):
    """What is written may have no character that takes four bytes: a message or note with one is refused."""

    source = "no text names the characters of a message (AMB-MESSAGE-CHARACTERS)"

    def submit(self, client: App, fulfillment_order_id: int, **named: Any) -> Submitted:
        _refuse_pictures(named.get("message"))
        return super().submit(client, fulfillment_order_id, **named)

    def submit_cancellation(
        self, client: App, fulfillment_order_id: int, *, message: str | None = None
    ) -> FulfillmentOrder:
        _refuse_pictures(message)
        return super().submit_cancellation(client, fulfillment_order_id, message=message)

    def close(self, client: App, fulfillment_order_id: int, *, message: str | None = None) -> FulfillmentOrder:
        _refuse_pictures(message)
        return super().close(client, fulfillment_order_id, message=message)

    def hold(self, client: App, fulfillment_order_id: int, **named: Any) -> Held:
        _refuse_pictures(named.get("notes"))
        return super().hold(client, fulfillment_order_id, **named)


def _refuse_pictures(text: str | None) -> None:
    if text and max(text) > "\uffff":
        raise Refused("Message contains an invalid character")


class DeadlineNotInherited(Variant, Store):
    """What is split off has no deadline until one is set."""

    source = "no text says what a new fulfillment order takes over"

    def split_off(self, fo: FulfillmentOrder, amounts: Mapping[int, int]) -> FulfillmentOrder:
        rest = super().split_off(fo, amounts)
        rest.fulfill_by = None
        return rest


class AssignedWithoutEnded(Variant, Store):
    """The assigned list leaves out what has ended."""

    source = "Assigned: `Retrieves a list of fulfillment orders`; whether closed ones are among them is not said"

    def assigned(
        self, client: App, assignment_status: str | None = None, location_ids: frozenset[int] | None = None
    ) -> list[FulfillmentOrder]:
        found = super().assigned(client, assignment_status, location_ids)
        return [fo for fo in found if not self.ended(fo)]


class NewItemsAreStockedEverywhere(Variant, Store):
    """A new product is stocked at every location of the merchant, with nothing there yet."""

    source = "Move: a location `has never stocked the requested inventory item`; which ones stock a new one is not said"

    def create_product(self, title: str, variants: Sequence[Mapping[str, Any]]) -> Product:
        product = super().create_product(title, variants)
        for item in product.variants:
            for location in self.locations.values():
                if location.service is None:
                    self.stock(item, location, 0)
        return product
