"""Mutants of fulfillments."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping, Sequence

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import Amount, App, Fulfillment, FulfillmentOrder, Line
from fulfillspec.sandbox.mutants.common import clamped
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.fulfilling import Tracking


class FulfilNeverCloses(Mutant, Store):
    """What is fulfilled entirely stays in progress."""

    requirement = "FO-FULFIL-CLOSES"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        if fo.status == "open":
            self.become(fo, status="in_progress")


class FulfilClosesOnlyAtOnce(Mutant, Store):
    """What is fulfilled entirely in two steps stays in progress."""

    requirement = "FO-FULFIL-CLOSES"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        steps = sum(any(part[0] is fo for part in done.parts) for done in fo.order.fulfillments)
        if steps < 2:
            super().after_fulfilling(fo)


class FulfilCountsNothing(Mutant, Store):
    """A fulfillment leaves fulfillable_quantity as it was, and closes."""

    requirement = "FO-FULFIL-REMAINING"

    def fulfil(self, _line: Line, units: int) -> int:
        return units

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        done = sum(units for fulfillment in fo.order.fulfillments for part, _, units in fulfillment.parts if part is fo)
        self.become(fo, status="in_progress" if done < sum(line.quantity for line in fo.lines) else "closed")


class FulfilTakesTheLine(Mutant, Store):
    """A fulfillment of some units of a line item leaves none of it to fulfil."""

    requirement = "FO-FULFIL-REMAINING"

    def fulfil(self, line: Line, units: int) -> int:
        line.fulfillable = 0
        return units


class FulfilPartCloses(Mutant, Store):
    """A fulfillment of some units closes the fulfillment order."""

    requirement = "FO-FULFIL-PART-OPEN"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="closed")


class FulfilPartIsIncomplete(Mutant, Store):
    """A partly fulfilled one is incomplete."""

    requirement = "FO-FULFIL-PART-IN-PROGRESS"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        if fo.remaining:
            self.become(fo, status="incomplete")
        else:
            super().after_fulfilling(fo)


class FulfilTakesTooMuch(Mutant, Store):
    """A fulfillment of more units than there are is taken for as many as there are."""

    requirement = "FO-FULFIL-TOO-MUCH"

    def fulfillable_part(self, client: App, fo: FulfillmentOrder, lines: Sequence[Amount] | None) -> Mapping[int, int]:
        return super().fulfillable_part(client, fo, clamped(fo, lines))


class FulfilWhatIsClosed(Mutant, Store):
    """A closed one can be fulfilled."""

    requirement = "FO-FULFIL-ENDED-REFUSED"

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        if fo.status != "closed":
            super().guard_fulfil(fo)


class FulfilOfTheUnknownFails(Mutant, Store):
    """A fulfillment of an unknown fulfillment order is answered as a server error."""

    requirement = "FO-ERR-UNKNOWN-ID"

    def workload(
        self, client: App, parts: Sequence[tuple[int, Sequence[Amount] | None]]
    ) -> list[tuple[FulfillmentOrder, Sequence[Amount] | None]]:
        if any(identity not in self.fulfillment_orders for identity, _ in parts):
            raise RuntimeError("no such fulfillment order")
        return super().workload(client, parts)


class TrackingIsRefused(Mutant, Store):
    """A fulfillment with tracking is refused; without it is created."""

    requirement = "FO-FULFIL-TRACKING"

    def create_fulfillment(
        self,
        client: App,
        parts: Sequence[tuple[int, Sequence[Amount] | None]],
        *,
        tracking: Tracking | None = None,
        notify_customer: bool = False,
    ) -> Fulfillment:
        if tracking is not None:
            raise Refused("Tracking info is invalid")
        return super().create_fulfillment(client, parts, tracking=tracking, notify_customer=notify_customer)


class TrackingLostAtCreation(Mutant, Store):
    """Tracking given with the fulfillment is not shown."""

    requirement = "FO-FULFIL-TRACKING"

    def note_tracking(self, fulfillment: Fulfillment, tracking: Tracking) -> None:
        if fulfillment.tracking_numbers or fulfillment.updated_at != fulfillment.created_at:
            super().note_tracking(fulfillment, tracking)


class TrackingNumberLost(Mutant, Store):
    """Tracking information loses its number."""

    requirement = "FO-FULFIL-TRACKING"

    def note_tracking(self, fulfillment: Fulfillment, tracking: Tracking) -> None:
        super().note_tracking(fulfillment, Tracking(tracking.company, None, tracking.urls))


class ServiceMayNotFulfil(Mutant, Store):
    """A service cannot fulfil what it accepted."""

    requirement = "FO-FULFIL-SERVICE"

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        if fo.request_status == "accepted":
            raise Refused(f"Fulfillment order {fo.id} has an unfulfillable status= accepted.", field=("fulfillment",))
        super().guard_fulfil(fo)


class FulfilSpillsOver(Mutant, Store):
    """A fulfillment takes units of the order's other fulfillment orders, too."""

    requirement = "FO-INV-SIBLINGS"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        super().after_fulfilling(fo)
        for other in fo.order.fulfillment_orders:
            if other is not fo and other.status == "open":
                for line in other.lines[:1]:
                    line.fulfillable = max(0, line.fulfillable - 1)


class FulfillmentCancelForgotten(Mutant, Store):
    """A cancelled fulfillment still has the status success."""

    requirement = "FO-FULFIL-CANCEL"

    def after_cancel_fulfillment(self, fulfillment: Fulfillment) -> None:
        super().after_cancel_fulfillment(fulfillment)
        fulfillment.status = "success"


class TrackingCompanyLost(Mutant, Store):
    """Tracking information loses its company."""

    requirement = "FO-FULFIL-TRACKING"

    def note_tracking(self, fulfillment: Fulfillment, tracking: Tracking) -> None:
        super().note_tracking(fulfillment, Tracking(None, tracking.numbers, tracking.urls))


class TrackingCompanyStays(Mutant, Store):
    """A later update of the tracking leaves the company as it was."""

    requirement = "FO-FULFIL-TRACKING"

    def note_tracking(self, fulfillment: Fulfillment, tracking: Tracking) -> None:
        company = fulfillment.tracking_company or tracking.company
        super().note_tracking(fulfillment, Tracking(company, tracking.numbers, tracking.urls))
