"""Mutants that hide behind a path: each state shows as it is, and an action goes wrong only after a certain history."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping
from typing import ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.clock import Clock
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder, Line, Location, Order
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.moves import FIXED
from fulfillspec.sandbox.views import Views


class Remembering(Store):
    """A store that remembers what was done with each fulfillment order, and with what it was split from."""

    depth: ClassVar[str] = "certify"

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self.pasts: dict[int, list[str]] = {}

    def past(self, fo: FulfillmentOrder) -> list[str]:
        """Return what was done with it."""
        return self.pasts.setdefault(fo.id, [])

    def split_off(self, fo: FulfillmentOrder, amounts: Mapping[int, int]) -> FulfillmentOrder:
        rest = super().split_off(fo, amounts)
        self.pasts[rest.id] = [*self.past(fo), "split"]
        return rest

    def after_reject(self, fo: FulfillmentOrder) -> None:
        super().after_reject(fo)
        self.past(fo).append("reject")

    def after_accept(self, fo: FulfillmentOrder) -> None:
        super().after_accept(fo)
        self.past(fo).append("accept")

    def after_close(self, fo: FulfillmentOrder) -> None:
        super().after_close(fo)
        self.past(fo).append("close")

    def after_hold(self, fo: FulfillmentOrder) -> None:
        super().after_hold(fo)
        self.past(fo).append("hold")

    def after_release(self, fo: FulfillmentOrder) -> None:
        super().after_release(fo)
        self.past(fo).append("release")

    def replace_cancelled(self, fo: FulfillmentOrder) -> FulfillmentOrder | None:
        replacement = super().replace_cancelled(fo)
        if replacement is not None:
            self.past(replacement).append("cancel")
        return replacement

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        moved = super().move_itself(fo, location)
        self.past(moved).append("move")
        return moved


class AcceptAfterCancelLeavesOpen(Mutant, Remembering):
    """The request for the replacement of a cancelled one is accepted, and stays open."""

    requirement = "FO-ACCEPT-STATE"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        super().after_accept(fo)
        if "cancel" in self.past(fo):
            self.become(fo, status="open")


class SecondRejectionCloses(Mutant, Remembering):
    """A request that is rejected for the second time is closed."""

    requirement = "FO-REJECT-STATE"

    def after_reject(self, fo: FulfillmentOrder) -> None:
        super().after_reject(fo)
        if self.past(fo).count("reject") > 1:
            self.become(fo, status="closed")


class SecondCloseForgetsALine(Mutant, Remembering):
    """What is closed, requested and accepted again loses its last line item when it is closed again."""

    requirement = "FO-CLOSE-KEEPS-ITEMS"

    def after_close(self, fo: FulfillmentOrder) -> None:
        super().after_close(fo)
        if self.past(fo).count("close") > 1 and len(fo.lines) > 1:
            del fo.lines[-1]


class SecondReleaseHolds(Mutant, Remembering):
    """Only the first release of a fulfillment order frees it."""

    requirement = "FO-RELEASE-STATE"

    def after_release(self, fo: FulfillmentOrder) -> None:
        super().after_release(fo)
        if self.past(fo).count("release") > 1:
            self.become(fo, status="on_hold")


class ReleasedIsNotMoved(Mutant, Remembering):
    """What was once on hold cannot be moved any more."""

    requirement = "FO-MOVE-LOCATION"

    def guard_move(self, fo: FulfillmentOrder) -> None:
        super().guard_move(fo)
        if "release" in self.past(fo):
            raise Refused(FIXED)


class RejectedOnceMovesWhenAccepted(Mutant, Remembering):
    """What was rejected before can be moved although the service has accepted it since."""

    requirement = "FO-MOVE-ACCEPTED-REFUSED"

    def guard_move(self, fo: FulfillmentOrder) -> None:
        if "reject" not in self.past(fo) or fo.request_status != "accepted":
            super().guard_move(fo)


class SecondHoldDoesNotBlock(Mutant, Remembering):
    """Fulfillment can be requested for what is on hold for the second time."""

    requirement = "FO-HOLD-BLOCKS-SUBMIT"

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        if fo.status != "on_hold" or self.past(fo).count("hold") < 2 or not fo.at_service:
            super().guard_submit(fo)


class RestOfARestLosesAUnit(Mutant, Remembering):
    """What is split off for the second time loses a unit of its first line item."""

    requirement = "FO-INV-QUANTITY"

    def split_off(self, fo: FulfillmentOrder, amounts: Mapping[int, int]) -> FulfillmentOrder:
        rest = super().split_off(fo, amounts)
        if self.past(rest).count("split") > 1 and rest.lines[0].quantity > 1:
            rest.lines[0].quantity -= 1
            rest.lines[0].fulfillable -= 1
        return rest


class MovedAndMovedAgainIsShownWhereItWas(Mutant, Remembering):
    """A move of what was moved before shows in its answer, and the fulfillment order stays."""

    requirement = "FO-MOVE-LOCATION"

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        before = fo.location
        moved = super().move_itself(fo, location)
        if self.past(moved).count("move") > 1:
            moved.location = before
        return moved


class FulfilledTwiceStaysFulfillable(Mutant, Store):
    """The second fulfillment of a part leaves what is left as it was."""

    requirement = "FO-FULFIL-REMAINING"

    def fulfil(self, line: Line, units: int) -> int:
        begun = line.quantity - line.fulfillable
        return units if begun and units < line.fulfillable else super().fulfil(line, units)


class CancellationRejectedAfterPartReopens(Mutant, Store):
    """Rejecting the cancellation of a partly fulfilled one makes it open and unsubmitted."""

    requirement = "FO-CANCELLATION-REJECT-STATE"

    def after_reject_cancellation(self, fo: FulfillmentOrder) -> None:
        super().after_reject_cancellation(fo)
        if fo.fulfilled:
            self.become(fo, status="open", request_status="unsubmitted")


class SubmitOfThreeLinesTakesAll(Mutant, Store):
    """A request that names units of three line items requests all units of these."""

    requirement = "FO-SUBMIT-PART"
    depth: ClassVar[str] = "certify"

    def complement(self, fo: FulfillmentOrder, chosen: Mapping[int, int]) -> dict[int, int]:
        rest = super().complement(fo, chosen)
        return {} if len(chosen) > 2 and fo.at_service else rest


class ListEndsAfterThree(Mutant, Store):
    """The list of an order has at most three fulfillment orders."""

    requirement = "FO-LIST-ALL"
    depth: ClassVar[str] = "certify"

    def seen_of(self, client: App, order: Order) -> list[FulfillmentOrder]:
        return super().seen_of(client, order)[:3]


class AssignedListForgetsWhatWasRejected(Mutant, Remembering):
    """What was rejected once is missing in the assigned list when it is requested again."""

    requirement = "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED"

    def has_assignment_status(self, fo: FulfillmentOrder, wanted: str | None) -> bool:
        forgotten = wanted == "fulfillment_requested" and "reject" in self.past(fo)
        return not forgotten and super().has_assignment_status(fo, wanted)


class GetIsBehindAfterAHold(Mutant, Views):
    """Getting one whose work was split shows the request status unsubmitted while it is accepted."""

    requirement = "FO-INV-OBSERVERS"
    depth: ClassVar[str] = "certify"

    def request_status(self, fo: FulfillmentOrder, operation: str) -> str:
        split = len(fo.order.fulfillment_orders) > 2
        behind = operation == "get" and split and fo.status == "in_progress" and fo.request_status == "accepted"
        return "submitted" if behind else fo.request_status
