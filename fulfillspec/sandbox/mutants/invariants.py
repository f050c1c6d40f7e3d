"""Mutants of what always holds, and of the honesty of supported_actions."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from datetime import timedelta

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder, Line
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json, Views


class FulfillableAboveQuantity(Mutant, Views):
    """Getting one shows more units to fulfil than there are."""

    requirement = "FO-INV-RANGE"

    def fulfillable_quantity(self, line: Line, operation: str) -> int:
        return line.quantity + 1 if operation == "get" else line.fulfillable


class FulfillableBelowZero(Mutant, Views):
    """A line item that is fulfilled entirely has a negative fulfillable_quantity."""

    requirement = "FO-INV-RANGE"

    def fulfillable_quantity(self, line: Line, _operation: str) -> int:
        return line.fulfillable or -1


class LinesNameAnotherParent(Mutant, Views):
    """The line items of a fulfillment order that was split off name the order's first as theirs."""

    requirement = "FO-INV-PARENT"

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        first = fo.order.fulfillment_orders[0]
        return {**super().line_item(fo, line, operation), "fulfillment_order_id": first.id}


class CreatedAtMoves(Mutant, Store):
    """created_at changes with every action."""

    requirement = "FO-INV-IDS"

    def become(self, fo: FulfillmentOrder, *, status: str | None = None, request_status: str | None = None) -> None:
        super().become(fo, status=status, request_status=request_status)
        fo.created_at -= timedelta(seconds=60)


class AcceptGivesANewId(Mutant, Store):
    """Accept goes on under a new id; the old one is unknown from then on."""

    requirement = "FO-INV-IDS"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        super().after_accept(fo)
        del self.fulfillment_orders[fo.id]
        fo.id = self.new_id("fulfillment_order")
        self.fulfillment_orders[fo.id] = fo


class UpdatedAtGoesBack(Mutant, Store):
    """updated_at goes back with every action."""

    requirement = "FO-INV-UPDATED-AT"

    def become(self, fo: FulfillmentOrder, *, status: str | None = None, request_status: str | None = None) -> None:
        before = fo.updated_at
        super().become(fo, status=status, request_status=request_status)
        fo.updated_at = before - timedelta(seconds=10)


class UpdatedAtNeverChanges(Mutant, Store):
    """updated_at stays what it was when the fulfillment order was made."""

    requirement = "FO-INV-UPDATED-AT"

    def touch(self, fo: FulfillmentOrder) -> None:
        """Leave it as it is."""


class ListDisagreesWithGet(Mutant, Views):
    """The list of the order shows on_hold where getting the fulfillment order shows in_progress."""

    requirement = "FO-INV-OBSERVERS"

    def status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "on_hold" if operation == "list" and fo.status == "in_progress" else fo.status


class AssignedListIsBehind(Mutant, Views):
    """The assigned list shows every request as it was before it was answered."""

    requirement = "FO-INV-OBSERVERS"

    def request_status(self, fo: FulfillmentOrder, operation: str) -> str:
        answered = operation == "assigned" and fo.request_status in {"accepted", "rejected"}
        return "submitted" if answered else fo.request_status


class FulfilAcceptsAtMerchantLocations(Mutant, Store):
    """A fulfillment at a merchant-managed location sets the request status accepted."""

    requirement = "FO-INV-MERCHANT-UNSUBMITTED"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        super().after_fulfilling(fo)
        if not fo.at_service:
            self.become(fo, request_status="accepted")


class HoldSpreads(Mutant, Store):
    """Hold puts the order's other open fulfillment orders on hold, too."""

    requirement = "FO-INV-SIBLINGS"

    def after_hold(self, fo: FulfillmentOrder) -> None:
        super().after_hold(fo)
        for other in fo.order.fulfillment_orders:
            if other.status == "open":
                other.resumes = "open"
                self.become(other, status="on_hold")


class AcceptLosesAUnit(Mutant, Store):
    """Accept loses a unit of the first line item if it has several."""

    requirement = "FO-INV-QUANTITY"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        super().after_accept(fo)
        for line in fo.lines[:1]:
            if line.quantity > 1:
                line.quantity -= 1
                line.fulfillable -= 1


class ClosedOffersActions(Mutant, Views):
    """A closed one offers create_fulfillment."""

    requirement = "FO-INV-ENDED-NO-ACTIONS"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        return super().supported_actions(fo, client) or ["create_fulfillment"]


class OffersHoldWhenSubmitted(Mutant, Views):
    """A submitted one offers hold, which is refused."""

    requirement = "FO-ACTIONS-ADVERTISED"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        offered = super().supported_actions(fo, client)
        return [*offered, "hold"] if fo.request_status == "submitted" and fo.status == "open" else offered


class OfferedHoldIsRefused(Mutant, Store):
    """Hold at merchant-managed locations is offered, and refused."""

    requirement = "FO-ACTIONS-ADVERTISED"

    def guard_hold(self, client: App, fo: FulfillmentOrder) -> None:
        if not fo.at_service and fo.status == "open":
            raise Refused("The fulfillment order is not in a state that can be placed on hold.")
        super().guard_hold(client, fo)


class HidesHold(Mutant, Views):
    """Hold is offered at services' locations, and at merchant-managed ones it works without being offered."""

    requirement = "FO-ACTIONS-UNADVERTISED"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        offered = super().supported_actions(fo, client)
        return offered if fo.at_service else [action for action in offered if action != "hold"]


class HidesCancelWhenSubmitted(Mutant, Views):
    """A submitted one offers nothing."""

    requirement = "FO-ACTIONS-SHARED"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        offered = super().supported_actions(fo, client)
        return [action for action in offered if action != "cancel_fulfillment_order"]


class HidesRelease(Mutant, Views):
    """One on hold does not offer release_hold."""

    requirement = "FO-ACTIONS-SHARED"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        return [action for action in super().supported_actions(fo, client) if action != "release_hold"]


class HidesRequestAfterReject(Mutant, Views):
    """A rejected one does not offer request_fulfillment."""

    requirement = "FO-ACTIONS-SHARED"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        hidden = "request_fulfillment" if fo.request_status == "rejected" else ""
        return [action for action in super().supported_actions(fo, client) if action != hidden]
