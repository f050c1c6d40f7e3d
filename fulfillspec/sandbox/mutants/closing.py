"""Mutants of close."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Forbidden, Malformed, Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder, Location
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.access import KINDS
from fulfillspec.sandbox.store.moves import FIXED


class CloseCompletes(Mutant, Store):
    """Close sets the status closed, as if the work were done."""

    requirement = "FO-CLOSE-STATE"

    def after_close(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="closed", request_status="closed")


class CloseKeepsTheRequest(Mutant, Store):
    """Close leaves the request status accepted."""

    requirement = "FO-CLOSE-STATE"

    def after_close(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="incomplete")


class CloseTakesPlainLettersOnly(Mutant, Store):
    """Close with a message that goes beyond ASCII is refused."""

    requirement = "FO-CLOSE-STATE"

    def close(self, client: App, fulfillment_order_id: int, *, message: str | None = None) -> FulfillmentOrder:
        if message is not None and not message.isascii():
            raise Refused("Message is invalid")
        return super().close(client, fulfillment_order_id, message=message)


class CloseEmpties(Mutant, Store):
    """Close removes the line items."""

    requirement = "FO-CLOSE-KEEPS-ITEMS"

    def after_close(self, fo: FulfillmentOrder) -> None:
        fo.lines.clear()
        super().after_close(fo)


class CloseKeepsOneUnit(Mutant, Store):
    """Close leaves one unit of each line item that has more."""

    requirement = "FO-CLOSE-KEEPS-ITEMS"

    def after_close(self, fo: FulfillmentOrder) -> None:
        for line in fo.lines:
            line.quantity = line.fulfillable = min(1, line.fulfillable)
        super().after_close(fo)


class CloseNeedsMessage(Mutant, Store):
    """Close without message is refused."""

    requirement = "FO-CLOSE-MESSAGE-OPTIONAL"

    def close(self, client: App, fulfillment_order_id: int, *, message: str | None = None) -> FulfillmentOrder:
        if message is None:
            raise Malformed("message")
        return super().close(client, fulfillment_order_id, message=message)


class CloseAtMerchantLocations(Mutant, Store):
    """Close works at merchant-managed locations, for whoever may manage those or is a service."""

    requirement = "FO-CLOSE-NEEDS-SERVICE-LOCATION"

    def reach(self, client: App, fulfillment_order_id: int, operation: str) -> FulfillmentOrder:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        if operation == "close" and fo is not None and not fo.at_service:
            self.require_any(client, "write", KINDS)
            return fo
        return super().reach(client, fulfillment_order_id, operation)

    def guard_close(self, client: App, fo: FulfillmentOrder) -> None:
        if fo.at_service:
            super().guard_close(client, fo)


class CloseBeforeAcceptance(Mutant, Store):
    """A service can close what it has not accepted."""

    requirement = "FO-CLOSE-NEEDS-ACCEPTED"

    def guard_close(self, client: App, fo: FulfillmentOrder) -> None:
        if fo.status != "open" or not fo.at_service:
            super().guard_close(client, fo)


class CloseWhatHasEnded(Mutant, Store):
    """A service can close what is not in progress any more."""

    requirement = "FO-CLOSE-NEEDS-IN-PROGRESS"

    def guard_close(self, client: App, fo: FulfillmentOrder) -> None:
        if fo.status not in {"closed", "incomplete"} or not fo.at_service:
            super().guard_close(client, fo)


class CloseByAnyApp(Mutant, Store):
    """Any app with some access to fulfillment orders can close what another has accepted."""

    requirement = "FO-CLOSE-ONLY-ACCEPTING-APP"

    def reach(self, client: App, fulfillment_order_id: int, operation: str) -> FulfillmentOrder:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        if operation == "close" and fo is not None and fo.at_service:
            self.require_any(client, "write", KINDS)
            return fo
        return super().reach(client, fulfillment_order_id, operation)

    def guard_close_app(self, client: App, fo: FulfillmentOrder) -> None:
        """Let every app."""


class CloseRefusedWithForbiddenButDone(Mutant, Store):
    """Close by another app is refused, and done."""

    requirement = "FO-ERR-UNCHANGED"

    def require_any(self, client: App, mode: str, kinds: tuple[str, ...]) -> None:
        if kinds != ("assigned",) or client.has(*(f"write_{kind}_fulfillment_orders" for kind in kinds)):
            super().require_any(client, mode, kinds)

    def check_reach(self, client: App, fo: FulfillmentOrder, operation: str) -> None:
        if operation == "close" and fo.accepted_by is not None and fo.accepted_by is not client:
            self.after_close(fo)
            raise Forbidden("write_assigned_fulfillment_orders")
        super().check_reach(client, fo, operation)


class CloseBlocksMove(Mutant, Store):
    """After close the merchant cannot move the items, though it is offered."""

    requirement = "FO-CLOSE-THEN-MOVE"

    def guard_move(self, fo: FulfillmentOrder) -> None:
        if fo.status == "incomplete":
            raise Refused(FIXED)
        super().guard_move(fo)


class CloseBlocksFulfilmentElsewhere(Mutant, Store):
    """After close and move nothing can be fulfilled at the new location."""

    requirement = "FO-CLOSE-THEN-FULFIL"

    def relocate(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        given_up = fo.status == "incomplete"
        moved = super().relocate(fo, chosen, location)
        if given_up:
            moved.resumes = "incomplete"
        return moved

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        if fo.resumes == "incomplete" and fo.status == "open":
            raise Refused(f"Fulfillment order {fo.id} has an unfulfillable status= incomplete.", field=("fulfillment",))
        super().guard_fulfil(fo)


class CloseRefusedWhenPartlyFulfilled(Mutant, Store):
    """Close of partly fulfilled work is refused."""

    requirement = "FO-CLOSE-PARTLY-FULFILLED"

    def guard_close_state(self, fo: FulfillmentOrder) -> None:
        if fo.fulfilled:
            raise Refused("The fulfillment order has fulfillments.")
        super().guard_close_state(fo)


class CloseForgetsWhatIsLeft(Mutant, Store):
    """Close of partly fulfilled work leaves nothing to fulfil."""

    requirement = "FO-CLOSE-PARTLY-FULFILLED"

    def after_close(self, fo: FulfillmentOrder) -> None:
        if fo.fulfilled:
            for line in fo.lines:
                line.fulfillable = 0
        super().after_close(fo)


class CloseEndsSiblings(Mutant, Store):
    """Close makes the order's other open fulfillment orders at services incomplete, too."""

    requirement = "FO-INV-SIBLINGS"

    def after_close(self, fo: FulfillmentOrder) -> None:
        super().after_close(fo)
        for other in fo.order.fulfillment_orders:
            if other.status == "open" and other.at_service:
                self.become(other, status="incomplete", request_status="closed")


class CloseOnceForEachOrder(Mutant, Store):
    """Only one fulfillment order of an order can be marked as incomplete."""

    requirement = "FO-CLOSE-STATE"

    def guard_close(self, client: App, fo: FulfillmentOrder) -> None:
        super().guard_close(client, fo)
        if any(other is not fo and other.status == "incomplete" for other in fo.order.fulfillment_orders):
            raise Refused("The fulfillment order is not in progress.")
