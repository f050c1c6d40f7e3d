"""Mutants that remember what is over, or forget what is not: holds, deadlines, times, units."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.model import App, Fulfillment, FulfillmentOrder, Hold, Location
from fulfillspec.sandbox.store import Store


class _Remembering(Store):
    """A store that keeps the holds which were ever put on a fulfillment order."""

    def held_before(self, fo: FulfillmentOrder) -> list[Hold]:
        """Return the holds that a fulfillment order ever had, oldest first."""
        kept: dict[int, list[Hold]] = self.__dict__.setdefault("_held_before", {})
        return kept.setdefault(fo.id, [])

    def apply_hold(
        self,
        client: App,
        fo: FulfillmentOrder,
        reason: str,
        notes: str | None,
        *,
        notify_merchant: bool,
        handle: str | None,
    ) -> Hold:
        earlier = self.held_before(fo)
        reason, notes = self.said(earlier, reason, notes)
        hold = super().apply_hold(client, fo, reason, notes, notify_merchant=notify_merchant, handle=handle)
        earlier.append(hold)
        return hold

    def said(self, earlier: list[Hold], reason: str, notes: str | None) -> tuple[str, str | None]:
        """Return reason and notes as they are kept."""
        del earlier
        return reason, notes


class SecondHoldHasTheFirstNotes(Mutant, _Remembering):
    """A hold after a release has the notes of the first hold."""

    requirement = "FO-HOLD-OWN"

    def said(self, earlier: list[Hold], reason: str, notes: str | None) -> tuple[str, str | None]:
        return reason, earlier[0].notes if earlier else notes


class SecondHoldHasTheFirstReason(Mutant, _Remembering):
    """A hold after a release has the reason of the first hold."""

    requirement = "FO-HOLD-OWN"

    def said(self, earlier: list[Hold], reason: str, notes: str | None) -> tuple[str, str | None]:
        return earlier[0].reason if earlier else reason, notes


class HoldWithoutNotesTakesOldOnes(Mutant, _Remembering):
    """A hold without notes takes those of the hold before it."""

    requirement = "FO-HOLD-OWN"

    def said(self, earlier: list[Hold], reason: str, notes: str | None) -> tuple[str, str | None]:
        return reason, notes or (earlier[-1].notes if earlier else None)


class ReleasedHoldsComeBackWithTheNext(Mutant, _Remembering):
    """The next hold brings back the holds that were released."""

    requirement = "FO-HOLD-OWN"

    def after_hold(self, fo: FulfillmentOrder) -> None:
        super().after_hold(fo)
        fo.holds[:] = self.held_before(fo)


class ReleasedHoldsComeBackWithADeadline(Mutant, _Remembering):
    """Setting a deadline brings back the holds that were released, though the status stays."""

    requirement = "FO-INV-HOLDS"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline)
        fo.holds[:] = self.held_before(fo)


class DeadlineEmptiesTheHolds(Mutant, Store):
    """Setting a deadline removes the holds of what is on hold; the status stays on_hold."""

    requirement = "FO-INV-HOLDS"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline)
        fo.holds.clear()


class DeadlineLosesTheNotes(Mutant, Store):
    """Setting a deadline loses the notes of holds."""

    requirement = "FO-INV-HOLDS"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline)
        for hold in fo.holds:
            hold.notes = None


class HoldDropsTheDeadline(Mutant, Store):
    """Hold sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def after_hold(self, fo: FulfillmentOrder) -> None:
        super().after_hold(fo)
        fo.fulfill_by = None


class ReleaseDropsTheDeadline(Mutant, Store):
    """Release sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def after_release(self, fo: FulfillmentOrder) -> None:
        super().after_release(fo)
        fo.fulfill_by = None


class ReleaseGivesADayMore(Mutant, Store):
    """Release moves fulfill_by by a day."""

    requirement = "FO-INV-FULFILL-BY"

    def after_release(self, fo: FulfillmentOrder) -> None:
        super().after_release(fo)
        fo.fulfill_by = fo.fulfill_by and fo.fulfill_by + timedelta(days=1)


class SubmitDropsTheDeadline(Mutant, Store):
    """A fulfillment request sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def after_submit(self, fo: FulfillmentOrder) -> None:
        super().after_submit(fo)
        fo.fulfill_by = None


class RejectDropsTheDeadline(Mutant, Store):
    """A rejection sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def after_reject(self, fo: FulfillmentOrder) -> None:
        super().after_reject(fo)
        fo.fulfill_by = None


class AcceptDropsTheDeadline(Mutant, Store):
    """Accept sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        super().after_accept(fo)
        fo.fulfill_by = None


class CancellationDropsTheDeadline(Mutant, Store):
    """A cancellation request sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def after_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        super().after_submit_cancellation(fo)
        fo.fulfill_by = None


class CancellationRejectDropsTheDeadline(Mutant, Store):
    """The rejection of a cancellation sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def after_reject_cancellation(self, fo: FulfillmentOrder) -> None:
        super().after_reject_cancellation(fo)
        fo.fulfill_by = None


class CloseDropsTheDeadline(Mutant, Store):
    """Close sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def after_close(self, fo: FulfillmentOrder) -> None:
        super().after_close(fo)
        fo.fulfill_by = None


class PartialFulfilmentDropsTheDeadline(Mutant, Store):
    """A fulfillment of some units sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        super().after_fulfilling(fo)
        if fo.remaining:
            fo.fulfill_by = None


class MoveDropsTheDeadline(Mutant, Store):
    """A move of everything sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        fo.fulfill_by = None
        return super().move_itself(fo, location)


class RescheduleDropsTheDeadline(Mutant, Store):
    """Reschedule sets fulfill_by to null."""

    requirement = "FO-INV-FULFILL-BY"

    def after_reschedule(self, fo: FulfillmentOrder, fulfill_at: datetime) -> None:
        super().after_reschedule(fo, fulfill_at)
        fo.fulfill_by = None


class DeadlineIsOfTheWholeOrder(Mutant, Store):
    """A deadline is set on every fulfillment order of the order."""

    requirement = "FO-INV-FULFILL-BY"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        for other in fo.order.fulfillment_orders:
            super().after_deadline(other, deadline)


class SecondDeadlineIsIgnored(Mutant, Store):
    """A second deadline is answered, and the first one stays."""

    requirement = "FO-DEADLINE-SETS"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, fo.fulfill_by or deadline)


class DeadlineOnlyGetsLater(Mutant, Store):
    """An earlier deadline than the one there is, is ignored."""

    requirement = "FO-DEADLINE-SETS"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, max(deadline, fo.fulfill_by or deadline))


class _Deaf(Store):
    """Deadlines are answered, and ignored in some states."""

    in_states: ClassVar[Sequence[str]]

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        if f"{fo.status}/{fo.request_status}" not in self.in_states:
            super().after_deadline(fo, deadline)


class DeadlineOnHoldIsIgnored(Mutant, _Deaf):
    """A deadline for what is on hold is answered, and not set."""

    requirement = "FO-DEADLINE-SETS"
    in_states = ("on_hold/unsubmitted",)


class DeadlineOfRequestedIsIgnored(Mutant, _Deaf):
    """A deadline for what the service was asked for is answered, and not set."""

    requirement = "FO-DEADLINE-SETS"
    in_states = ("open/submitted", "open/rejected")


class DeadlineOfAcceptedIsIgnored(Mutant, _Deaf):
    """A deadline for what the service works on is answered, and not set."""

    requirement = "FO-DEADLINE-SETS"
    in_states = ("in_progress/accepted", "in_progress/cancellation_rejected")


class DeadlineForgetsTheRejection(Mutant, Store):
    """A deadline for what was rejected sets the request status to unsubmitted."""

    requirement = "FO-DEADLINE-LEAVES-STATE"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline)
        if fo.request_status == "rejected":
            self.become(fo, request_status="unsubmitted")


class DeadlineReleases(Mutant, Store):
    """A deadline for what is on hold opens it."""

    requirement = "FO-DEADLINE-LEAVES-STATE"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline)
        if fo.status == "on_hold":
            fo.holds.clear()
            self.become(fo, status="open")


class DeadlineIsFulfillAtToo(Mutant, Store):
    """A deadline sets fulfill_at, too."""

    requirement = "FO-INV-FULFILL-AT"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline)
        fo.fulfill_at = deadline


class DeadlineForgetsTheSchedule(Mutant, Store):
    """A deadline for what is scheduled sets its fulfill_at to null."""

    requirement = "FO-INV-FULFILL-AT"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline)
        fo.fulfill_at = None


class AcceptIsFulfillAt(Mutant, Store):
    """Accept sets fulfill_at to the present."""

    requirement = "FO-INV-FULFILL-AT"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        super().after_accept(fo)
        fo.fulfill_at = self.now()


class SecondRescheduleIsIgnored(Mutant, Store):
    """A second reschedule is answered, and the time of the first one stays."""

    requirement = "FO-RESCHEDULE-STATE"

    def after_reschedule(self, fo: FulfillmentOrder, fulfill_at: datetime) -> None:
        moved: dict[int, datetime] = self.__dict__.setdefault("_moved", {})
        super().after_reschedule(fo, moved.setdefault(fo.id, fulfill_at))


class _Restoring(Store):
    """Some action gives back the units that were fulfilled."""

    def restore(self, fo: FulfillmentOrder) -> None:
        """Forget what was fulfilled."""
        for line in fo.lines:
            line.fulfillable = line.quantity


class CancellationRejectRestoresUnits(Mutant, _Restoring):
    """After the rejection of a cancellation what was fulfilled is to be fulfilled again."""

    requirement = "FO-INV-QUANTITY"

    def after_reject_cancellation(self, fo: FulfillmentOrder) -> None:
        super().after_reject_cancellation(fo)
        self.restore(fo)


class CancellationRestoresUnits(Mutant, _Restoring):
    """After a cancellation request what was fulfilled is to be fulfilled again."""

    requirement = "FO-INV-QUANTITY"

    def after_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        super().after_submit_cancellation(fo)
        self.restore(fo)


class CloseRestoresUnits(Mutant, _Restoring):
    """After close what was fulfilled is to be fulfilled again."""

    requirement = "FO-INV-QUANTITY"

    def after_close(self, fo: FulfillmentOrder) -> None:
        super().after_close(fo)
        self.restore(fo)


class ResubmissionRestoresUnits(Mutant, _Restoring):
    """A further request asks for what was fulfilled already, too."""

    requirement = "FO-INV-QUANTITY"

    def after_submit(self, fo: FulfillmentOrder) -> None:
        super().after_submit(fo)
        self.restore(fo)


class SecondFulfilmentCountsFromTheStart(Mutant, Store):
    """A second fulfillment of some units forgets the first one."""

    requirement = "FO-FULFIL-REMAINING"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        made: list[Fulfillment] = [each for each in fo.order.fulfillments if any(part[0] is fo for part in each.parts)]
        if len(made) > 1 and fo.remaining:
            for line in fo.lines:
                line.fulfillable = line.quantity - sum(
                    units for part, item, units in made[-1].parts if part is fo and item is line.order_line
                )
        super().after_fulfilling(fo)


class FulfilmentAfterRejectedCancellationEnds(Mutant, Store):
    """A fulfillment of some units, once a cancellation was rejected, closes."""

    requirement = "FO-FULFIL-PART-OPEN"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        super().after_fulfilling(fo)
        if fo.request_status == "cancellation_rejected":
            self.become(fo, status="closed")
