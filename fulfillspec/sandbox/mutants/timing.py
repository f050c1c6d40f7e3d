"""Mutants of scheduling and deadlines."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store


class OpenStaysScheduled(Mutant, Store):
    """Open is answered, and the status stays scheduled."""

    requirement = "FO-OPEN-STATE"

    def after_open(self, fo: FulfillmentOrder) -> None:
        self.touch(fo)


class OpenStartsWork(Mutant, Store):
    """Open sets the status in_progress."""

    requirement = "FO-OPEN-STATE"

    def after_open(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="in_progress")


class OpenAnything(Mutant, Store):
    """Open works on what is not scheduled."""

    requirement = "FO-OPEN-UNSCHEDULED-STAYS"

    def guard_open(self, fo: FulfillmentOrder) -> None:
        """Let every one."""


class RescheduleIgnored(Mutant, Store):
    """Reschedule is answered, and fulfill_at stays."""

    requirement = "FO-RESCHEDULE-STATE"

    def after_reschedule(self, fo: FulfillmentOrder, _fulfill_at: datetime) -> None:
        self.touch(fo)


class RescheduleOnlyPutsOff(Mutant, Store):
    """Reschedule to an earlier time than the one before is refused."""

    requirement = "FO-RESCHEDULE-STATE"

    def after_reschedule(self, fo: FulfillmentOrder, fulfill_at: datetime) -> None:
        if fo.fulfill_at is not None and fulfill_at < fo.fulfill_at:
            raise Refused("Fulfill at must not be before the one that there is")
        super().after_reschedule(fo, fulfill_at)


class RescheduleOpens(Mutant, Store):
    """Reschedule opens."""

    requirement = "FO-RESCHEDULE-STATE"

    def after_reschedule(self, fo: FulfillmentOrder, fulfill_at: datetime) -> None:
        super().after_reschedule(fo, fulfill_at)
        self.become(fo, status="open")


class RescheduleForgetsTheOffset(Mutant, Store):
    """Reschedule takes the time sent as the shop's time."""

    requirement = "FO-RESCHEDULE-STATE"

    def after_reschedule(self, fo: FulfillmentOrder, fulfill_at: datetime) -> None:
        super().after_reschedule(fo, fulfill_at + timedelta(hours=5))


class ReschedulePast(Mutant, Store):
    """Reschedule to the past is taken."""

    requirement = "FO-RESCHEDULE-FUTURE"

    def check_future(self, fulfill_at: datetime) -> None:
        """Let every instant."""


class RescheduleWithoutTime(Mutant, Rest):
    """Reschedule without new_fulfill_at is answered as if it were done."""

    requirement = "FO-RESCHEDULE-REQUIRED"

    def reschedule(self, call: Call) -> Reply:
        given = call.body.get("fulfillment_order") or call.body
        if isinstance(given, dict) and given.get("new_fulfill_at") is not None:
            return super().reschedule(call)
        return self.one(call, self.store.reach(call.client, call.ids[0], "reschedule"), "reschedule")


class RescheduleWhatIsOpen(Mutant, Store):
    """Reschedule works on an open one, and schedules it."""

    requirement = "FO-RESCHEDULE-NEEDS-SCHEDULED"

    def guard_reschedule(self, fo: FulfillmentOrder) -> None:
        if fo.status != "open":
            super().guard_reschedule(fo)

    def after_reschedule(self, fo: FulfillmentOrder, fulfill_at: datetime) -> None:
        super().after_reschedule(fo, fulfill_at)
        self.become(fo, status="scheduled")


class ScheduledNeverOpens(Mutant, Store):
    """A scheduled one stays scheduled after its fulfill_at."""

    requirement = "FO-SCHEDULED-OPENS-ITSELF"

    def open_by_itself(self, fo: FulfillmentOrder) -> None:
        """Leave it."""


class DeadlineForgotten(Mutant, Store):
    """A deadline is answered, and fulfill_by stays null."""

    requirement = "FO-DEADLINE-SETS"

    def after_deadline(self, fo: FulfillmentOrder, _deadline: datetime) -> None:
        self.touch(fo)


class DeadlineOnlyOnTheFirst(Mutant, Store):
    """A deadline for several is set on the first."""

    requirement = "FO-DEADLINE-SETS"

    def set_deadline(self, client: App, fulfillment_order_ids: Sequence[int], deadline: datetime) -> None:
        super().set_deadline(client, fulfillment_order_ids[:1], deadline)


class DeadlineAtMidnight(Mutant, Store):
    """A deadline loses its time of day."""

    requirement = "FO-DEADLINE-SETS"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline.astimezone(UTC).replace(hour=0, minute=0, second=0))


class DeadlineForUnknown(Mutant, Store):
    """A deadline for an unknown id is answered as if it were set."""

    requirement = "FO-DEADLINE-UNKNOWN"

    def check_all_found(self, asked: int, found: int) -> None:
        """Let them be missing."""


class DeadlineDropsTheOffset(Mutant, Rest):
    """The offset of a deadline is dropped, its hours are taken for UTC."""

    requirement = "FO-DEADLINE-SETS"
    transports = ("rest",)

    def set_deadline(self, call: Call) -> Reply:
        told = str(call.body.get("fulfillment_deadline"))
        return super().set_deadline(replace(call, body={**call.body, "fulfillment_deadline": told[:19]}))


class PastDeadlineIsIgnored(Mutant, Store):
    """A deadline in the past is answered as if it were set."""

    requirement = "FO-DEADLINE-SETS"

    def set_deadline(self, client: App, fulfillment_order_ids: Sequence[int], deadline: datetime) -> None:
        if deadline > self.now():
            super().set_deadline(client, fulfillment_order_ids, deadline)
