"""Mutants of created_at and updated_at: times that are not those of what happened."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql.asking import Asking
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import FulfillmentOrder, Location, Order
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import SHOP_ZONE, Json, View, Views


class _Born(Store):
    """Fulfillment orders come to be at another time than they do."""

    shift: ClassVar[timedelta] = timedelta()

    def spawn(self, order: Order, location: Location) -> FulfillmentOrder:
        fo = super().spawn(order, location)
        fo.created_at = self.born(fo.created_at)
        return fo

    def born(self, now: datetime) -> datetime:
        """Return created_at of what comes to be now."""
        return now + self.shift


class CreatedIn1970(Mutant, _Born):
    """created_at of every fulfillment order is the beginning of 1970."""

    requirement = "FO-INV-CREATED-NOW"

    def born(self, now: datetime) -> datetime:
        del now
        return datetime(1970, 1, 1, tzinfo=UTC)


class CreatedInTheShopsZone(Mutant, _Born):
    """created_at is the shop's local time, named as if it were UTC."""

    requirement = "FO-INV-CREATED-NOW"

    def born(self, now: datetime) -> datetime:
        return now.astimezone(SHOP_ZONE).replace(tzinfo=UTC)


class SplitOffYesterday(Mutant, _Born):
    """What is split off is dated a day back."""

    requirement = "FO-INV-CREATED-NOW"

    def split_off(self, fo: FulfillmentOrder, amounts: Mapping[int, int]) -> FulfillmentOrder:
        rest = super().split_off(fo, amounts)
        rest.created_at -= timedelta(days=1)
        return rest


class UpdatedTomorrow(Mutant, Views):
    """updated_at is a day ahead."""

    requirement = "FO-INV-NOT-AHEAD"

    def finish(self, shown: Json, view: View) -> Json:
        return {**super().finish(shown, view), "updated_at": self.instant(view.fo.updated_at + timedelta(days=1))}


class UpdatedTomorrowOverGraphql(Mutant, Nodes):
    """updatedAt is a day ahead."""

    requirement = "FO-INV-NOT-AHEAD"
    transports = ("graphql",)

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        shown = super().fulfillment_order(fo, ask, operation)
        return {**shown, "updatedAt": self.instant(fo.updated_at + timedelta(days=1))}


class _Touched(Store):
    """updated_at of what changes is another time."""

    def become(self, fo: FulfillmentOrder, *, status: str | None = None, request_status: str | None = None) -> None:
        super().become(fo, status=status, request_status=request_status)
        fo.updated_at = self.touched(fo)

    def touched(self, fo: FulfillmentOrder) -> datetime:
        """Return updated_at of what has just changed."""
        return fo.updated_at


class UpdatedByStepsOfAnHour(Mutant, _Touched):
    """updated_at counts from created_at, an hour behind, and grows by a second with each change."""

    requirement = "FO-INV-UPDATED-NOW"

    def spawn(self, order: Order, location: Location) -> FulfillmentOrder:
        fo = super().spawn(order, location)
        fo.created_at = fo.updated_at = fo.created_at - timedelta(hours=1)
        return fo

    def touch(self, fo: FulfillmentOrder) -> None:
        fo.updated_at += timedelta(seconds=1)


class UpdatedAnHourAhead(Mutant, _Touched):
    """updated_at of what changes is an hour ahead."""

    requirement = "FO-INV-UPDATED-NOW"

    def touched(self, fo: FulfillmentOrder) -> datetime:
        return max(fo.updated_at, self.now() + timedelta(hours=1))


class TransfersLeaveUpdatedAt(Mutant, Store):
    """updated_at stays of what a part leaves, and of what it is put into."""

    requirement = "FO-INV-UPDATED-CONTENT"

    def transfer(self, fo: FulfillmentOrder, amounts: Mapping[int, int], into: FulfillmentOrder) -> FulfillmentOrder:
        before = fo.updated_at, into.updated_at
        super().transfer(fo, amounts, into)
        fo.updated_at, into.updated_at = before
        return into


class FurtherFulfillmentsLeaveUpdatedAt(Mutant, Store):
    """updated_at stays when units of what is in progress are fulfilled."""

    requirement = "FO-INV-UPDATED-CONTENT"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        state, before = fo.status, fo.updated_at
        super().after_fulfilling(fo)
        if fo.status == state:
            fo.updated_at = before


class DeadlinesLeaveUpdatedAt(Mutant, Store):
    """updated_at stays when a deadline is set."""

    requirement = "FO-INV-UPDATED-CONTENT"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        before = fo.updated_at
        super().after_deadline(fo, deadline)
        fo.updated_at = before


class AnotherTimeLeavesUpdatedAt(Mutant, Store):
    """updated_at stays when a fulfillment order is rescheduled."""

    requirement = "FO-INV-UPDATED-CONTENT"

    def after_reschedule(self, fo: FulfillmentOrder, fulfill_at: datetime) -> None:
        before = fo.updated_at
        super().after_reschedule(fo, fulfill_at)
        fo.updated_at = before


class AnotherLocationLeavesUpdatedAt(Mutant, Store):
    """updated_at stays when a fulfillment order is moved as a whole."""

    requirement = "FO-INV-UPDATED-CONTENT"

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        before = fo.updated_at
        moved = super().move_itself(fo, location)
        fo.updated_at = before
        return moved
