"""Mutants whose states say what did not happen: answers to nothing, work taken up again, work that nobody did."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import Amount, App, Fulfillment, FulfillmentOrder, Submitted
from fulfillspec.sandbox.store import Store


def _is(fo: FulfillmentOrder, pair: str) -> bool:
    """Say whether a fulfillment order stands in a state, `status/request_status`."""
    return f"{fo.status}/{fo.request_status}" == pair


class WhatNobodyRequestedBecomesAccepted(Mutant, Store):
    """A service accepts what was never submitted, and it is in progress."""

    requirement = "FO-ACCEPT-OF-REQUEST"

    def guard_accept(self, fo: FulfillmentOrder) -> None:
        if not _is(fo, "open/unsubmitted"):
            super().guard_accept(fo)


class RejectedRequestBecomesAccepted(Mutant, Store):
    """A service accepts a request that it rejected before."""

    requirement = "FO-ACCEPT-OF-REQUEST"

    def guard_accept(self, fo: FulfillmentOrder) -> None:
        if fo.request_status != "rejected":
            super().guard_accept(fo)


class ClosedRequestBecomesAccepted(Mutant, Store):
    """A service accepts a request that it closed before."""

    requirement = "FO-ACCEPT-OF-REQUEST"

    def guard_accept(self, fo: FulfillmentOrder) -> None:
        if fo.request_status != "closed":
            super().guard_accept(fo)


class WhatNobodyRequestedBecomesRejected(Mutant, Store):
    """A service rejects what was never submitted."""

    requirement = "FO-REJECT-OF-REQUEST"

    def guard_reject(self, fo: FulfillmentOrder) -> None:
        if not _is(fo, "open/unsubmitted"):
            super().guard_reject(fo)


class AcceptedRequestBecomesRejected(Mutant, Store):
    """A service rejects a request that it accepted before."""

    requirement = "FO-REJECT-OF-REQUEST"

    def guard_reject(self, fo: FulfillmentOrder) -> None:
        if not _is(fo, "in_progress/accepted"):
            super().guard_reject(fo)


class CancellationOfWhatNobodyRequested(Mutant, Store):
    """A cancellation is requested of what was never submitted, and its request status says so."""

    requirement = "FO-CANCELLATION-OF-REQUEST"

    def guard_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        if not (fo.at_service and _is(fo, "open/unsubmitted")):
            super().guard_submit_cancellation(fo)


class CancellationOfWhatNobodyAnswered(Mutant, Store):
    """A cancellation is requested of a request that waits for its answer."""

    requirement = "FO-CANCELLATION-OF-REQUEST"

    def guard_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        if fo.request_status != "submitted":
            super().guard_submit_cancellation(fo)


class CancellationThatNobodyRequestedIsAccepted(Mutant, Store):
    """A service accepts a cancellation of what it accepted, though nobody asked for one."""

    requirement = "FO-CANCELLATION-ANSWER-OF-REQUEST"

    def guard_answer_cancellation(self, fo: FulfillmentOrder) -> None:
        if not _is(fo, "in_progress/accepted"):
            super().guard_answer_cancellation(fo)


class CancellationOfASubmittedOneIsAnswered(Mutant, Store):
    """A service answers a cancellation of what was only submitted."""

    requirement = "FO-CANCELLATION-ANSWER-OF-REQUEST"

    def guard_answer_cancellation(self, fo: FulfillmentOrder) -> None:
        if not _is(fo, "open/submitted"):
            super().guard_answer_cancellation(fo)


class HoldTakesUpWhatIsCompleted(Mutant, Store):
    """What is completed and closed can be put on hold, and is not closed any more."""

    requirement = "FO-INV-ENDED-STAYS"

    def guard_hold(self, client: App, fo: FulfillmentOrder) -> None:
        if fo.status != "closed":
            super().guard_hold(client, fo)


class SubmitTakesUpWhatIsCompleted(Mutant, Store):
    """What is completed and closed can be requested, and is open again."""

    requirement = "FO-INV-ENDED-STAYS"

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        if not (fo.at_service and fo.status == "closed"):
            super().guard_submit(fo)


class CancelOfWhatIsCompletedDoublesIt(Mutant, Store):
    """What is completed can be cancelled, and its replacement is to be fulfilled once more."""

    requirement = "FO-INV-QUANTITY"

    def guard_cancel(self, fo: FulfillmentOrder) -> None:
        if fo.status != "closed":
            super().guard_cancel(fo)

    def replace_cancelled(self, fo: FulfillmentOrder) -> FulfillmentOrder | None:
        if fo.status != "closed":
            return super().replace_cancelled(fo)
        replacement = self.spawn(fo.order, fo.location)
        replacement.lines = [replace(line, id=self.new_id("line"), fulfillable=line.quantity) for line in fo.lines]
        return replacement


class RequestOfAllLeavesAnEmptyOne(Mutant, Store):
    """When every line item is named in a request, a further fulfillment order without any comes to be."""

    requirement = "FO-INV-HAS-ITEMS"

    def submit(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        message: str | None = None,
        lines: Sequence[Amount] | None = None,
        notify_customer: bool = False,
    ) -> Submitted:
        made = super().submit(
            client, fulfillment_order_id, message=message, lines=lines, notify_customer=notify_customer
        )
        if not lines or made.unsubmitted is not None:
            return made
        return Submitted(made.original, made.submitted, self.split_off(made.submitted, {}))


class CompletedWorkIsFulfilledAgain(Mutant, Store):
    """What is completed and closed can be fulfilled once more: a fulfillment of nothing."""

    requirement = "FO-FULFIL-SOME-WORK"

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        if fo.status != "closed":
            super().guard_fulfil(fo)


class EmptyListFulfilsNothing(Mutant, Store):
    """An empty list of line items makes a fulfillment of nothing."""

    requirement = "FO-FULFIL-SOME-WORK"

    def fulfillable_part(self, client: App, fo: FulfillmentOrder, lines: Sequence[Amount] | None) -> Mapping[int, int]:
        part = super().fulfillable_part(client, fo, lines)
        return {} if lines is not None and not lines else part


class SecondCancelGivesUnitsBackAgain(Mutant, Store):
    """A fulfillment that is cancelled a second time gives its units back a second time where work goes on."""

    requirement = "FO-FULFIL-CANCEL-WORK"

    def cancel_fulfillment(self, client: App, fulfillment_id: int) -> Fulfillment:
        fulfillment = self.fulfillment(client, fulfillment_id, "cancel_fulfillment")
        again = fulfillment.status == "cancelled"
        made = super().cancel_fulfillment(client, fulfillment_id)
        if again:
            for fo, order_line, units in fulfillment.parts:
                for line in fo.lines if fo.status != "closed" else ():
                    if line.order_line is order_line:
                        line.quantity, line.fulfillable = line.quantity + units, line.fulfillable + units
        return made


class AcceptedCancellationGivesFulfilledUnitsBack(Mutant, Store):
    """After an accepted cancellation the units that were fulfilled before are left to be fulfilled again."""

    requirement = "FO-INV-QUANTITY"

    def after_accept_cancellation(self, fo: FulfillmentOrder) -> None:
        for line in fo.lines:
            line.fulfillable = line.quantity
        super().after_accept_cancellation(fo)


class MoveSetsFreeWhatIsHeld(Mutant, Store):
    """What is on hold can be moved, and is open where it is moved to."""

    requirement = "FO-INV-HELD-STAYS"

    def guard_move(self, fo: FulfillmentOrder) -> None:
        if fo.status != "on_hold":
            super().guard_move(fo)


class ReplacementTakesTheRequests(Mutant, Store):
    """What replaces a cancelled fulfillment order shows the requests that were sent for that."""

    requirement = "FO-REQUEST-OWN"

    def replace_cancelled(self, fo: FulfillmentOrder) -> FulfillmentOrder | None:
        replacement = super().replace_cancelled(fo)
        if replacement is not None:
            replacement.requests.extend(fo.requests)
        return replacement


class ReleasedOneIsNotFulfilled(Mutant, Store):
    """What was on hold once cannot be fulfilled any more, released or not."""

    requirement = "FO-RELEASE-READY"

    def after_release(self, fo: FulfillmentOrder) -> None:
        self.__dict__.setdefault("_released", set()).add(fo.id)
        super().after_release(fo)

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        if fo.id in self.__dict__.get("_released", ()):
            raise Refused("The fulfillment order was on hold.")
        super().guard_fulfil(fo)


class OpenedOneIsNotWorkedOn(Mutant, Store):
    """What was marked as open can be neither requested nor fulfilled."""

    requirement = "FO-OPEN-READY"

    def after_open(self, fo: FulfillmentOrder) -> None:
        self.__dict__.setdefault("_opened", set()).add(fo.id)
        super().after_open(fo)

    def offered(self, fo: FulfillmentOrder, client: App | None = None) -> list[str]:
        return [] if fo.id in self.__dict__.get("_opened", ()) else super().offered(fo, client)


class PartlyFulfilledStaysWhereItWasClosed(Mutant, Store):
    """What was fulfilled in part and then closed cannot be moved."""

    requirement = "FO-CLOSE-THEN-MOVE"

    def guard_move(self, fo: FulfillmentOrder) -> None:
        if fo.request_status == "closed" and fo.fulfilled:
            raise Refused("Cannot change location.")
        super().guard_move(fo)
