"""Mutants of the record of the work: fulfillments, their units, their tracking, and what a cancelled one leaves."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.graphql.asking import Asking
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import App, Fulfillment, FulfillmentOrder, Order
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.fulfilling import Tracking
from fulfillspec.sandbox.views import Json


class FulfillmentsAreThoseOfTheOrder(Mutant, Store):
    """A fulfillment order lists the fulfillments of its whole order."""

    requirement = "FO-FULFIL-OWN"

    def fulfillments_of(self, client: App, of: Order | FulfillmentOrder) -> list[Fulfillment]:
        return super().fulfillments_of(client, of if isinstance(of, Order) else of.order)


class FulfillmentsAreThoseOfTheLocation(Mutant, Store):
    """A fulfillment order lists what its location fulfilled of the order."""

    requirement = "FO-FULFIL-OWN"

    def fulfillments_of(self, client: App, of: Order | FulfillmentOrder) -> list[Fulfillment]:
        if isinstance(of, Order):
            return super().fulfillments_of(client, of)
        found = super().fulfillments_of(client, of.order)
        return [each for each in found if each.location is of.location]


class OnlyTheNewestFulfillmentIsListed(Mutant, Store):
    """A fulfillment order lists its newest fulfillment only."""

    requirement = "FO-FULFIL-OWN"

    def fulfillments_of(self, client: App, of: Order | FulfillmentOrder) -> list[Fulfillment]:
        found = super().fulfillments_of(client, of)
        return found if isinstance(of, Order) else found[-1:]


class FirstFulfillmentAloneIsListed(Mutant, Store):
    """A fulfillment order lists its first fulfillment only."""

    requirement = "FO-FULFIL-OWN"

    def fulfillments_of(self, client: App, of: Order | FulfillmentOrder) -> list[Fulfillment]:
        found = super().fulfillments_of(client, of)
        return found if isinstance(of, Order) else found[:1]


class FulfillmentsAreListedTwice(Mutant, Store):
    """A fulfillment order that has several fulfillments lists the first one twice."""

    requirement = "FO-INV-ONCE"
    cases = "keeps_its_units"

    def fulfillments_of(self, client: App, of: Order | FulfillmentOrder) -> list[Fulfillment]:
        found = super().fulfillments_of(client, of)
        return [*found, *found[:1]] if len(found) > 1 and not isinstance(of, Order) else found


class SecondTrackingUpdateIsIgnored(Mutant, Store):
    """A second update of the tracking is answered as the first one left it."""

    requirement = "FO-FULFIL-TRACKING"

    def update_tracking(
        self, client: App, fulfillment_id: int, tracking: Tracking, *, notify_customer: bool = False
    ) -> Fulfillment:
        updated: set[int] = self.__dict__.setdefault("_updated", set())
        if fulfillment_id in updated:
            return self.fulfillment(client, fulfillment_id, "update_tracking")
        updated.add(fulfillment_id)
        return super().update_tracking(client, fulfillment_id, tracking, notify_customer=notify_customer)


class TrackingUpdateAddsANumber(Mutant, Store):
    """An update of the tracking adds the number behind the one that there was."""

    requirement = "FO-FULFIL-TRACKING"

    def note_tracking(self, fulfillment: Fulfillment, tracking: Tracking) -> None:
        numbers = (*fulfillment.tracking_numbers, *(tracking.numbers or ()))
        super().note_tracking(fulfillment, replace(tracking, numbers=numbers))


class TrackingUpdateForgetsTheUrl(Mutant, Store):
    """An update of the tracking leaves the URL as it was."""

    requirement = "FO-FULFIL-TRACKING"

    def note_tracking(self, fulfillment: Fulfillment, tracking: Tracking) -> None:
        kept = None if fulfillment.tracking_urls else tracking.urls
        super().note_tracking(fulfillment, replace(tracking, urls=kept))


class TrackingUrlIsLostAtCreation(Mutant, Store):
    """The URL that is given with a fulfillment is lost."""

    requirement = "FO-FULFIL-TRACKING-KEPT"

    def note_tracking(self, fulfillment: Fulfillment, tracking: Tracking) -> None:
        first = not fulfillment.tracking_numbers
        super().note_tracking(fulfillment, replace(tracking, urls=None) if first else tracking)


class TrackingUpdateIsOnlyAnswered(Mutant, Store):
    """An update of the tracking shows in its answer, and not in a later look."""

    requirement = "FO-FULFIL-TRACKING-KEPT"

    def update_tracking(
        self, client: App, fulfillment_id: int, tracking: Tracking, *, notify_customer: bool = False
    ) -> Fulfillment:
        del notify_customer
        shown = replace(self.fulfillment(client, fulfillment_id, "update_tracking"))
        self.note_tracking(shown, tracking)
        return shown


class TrackingUpdateIsOfTheWholeOrder(Mutant, Store):
    """An update of the tracking changes that of every fulfillment of the order."""

    requirement = "FO-FULFIL-TRACKING-KEPT"

    def update_tracking(
        self, client: App, fulfillment_id: int, tracking: Tracking, *, notify_customer: bool = False
    ) -> Fulfillment:
        updated = super().update_tracking(client, fulfillment_id, tracking, notify_customer=notify_customer)
        for other in updated.order.fulfillments:
            self.note_tracking(other, tracking)
        return updated


class NextFulfillmentTakesTheTracking(Mutant, Store):
    """A further fulfillment gives its tracking to the earlier ones of the order."""

    requirement = "FO-FULFIL-TRACKING-KEPT"

    def note_tracking(self, fulfillment: Fulfillment, tracking: Tracking) -> None:
        first = not fulfillment.tracking_numbers
        super().note_tracking(fulfillment, tracking)
        for other in fulfillment.order.fulfillments if not first else ():
            if other is not fulfillment:
                super().note_tracking(other, tracking)


class FulfillmentIsOfWholeLines(Mutant, Store):
    """A fulfillment of some units is recorded with all units of the line items."""

    requirement = "FO-FULFIL-UNITS"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        super().after_fulfilling(fo)
        made = fo.order.fulfillments[-1]
        made.parts[:] = [(of, item, item.quantity) for of, item, _ in made.parts]


class FulfillmentGathersEarlierUnits(Mutant, Store):
    """A further fulfillment is recorded with the units of the earlier ones, too."""

    requirement = "FO-FULFIL-UNITS"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        super().after_fulfilling(fo)
        made = fo.order.fulfillments[-1]
        made.parts[:] = [
            (
                of,
                item,
                sum(n for each in fo.order.fulfillments for part, it, n in each.parts if (part, it) == (of, item)),
            )
            for of, item, _ in made.parts
        ]


class FulfillmentsAreMadeIn1970(Mutant, Store):
    """created_at of a fulfillment is the beginning of 1970."""

    requirement = "FO-FULFIL-CREATED-NOW"

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        super().after_fulfilling(fo)
        fo.order.fulfillments[-1].created_at = datetime(1970, 1, 1, tzinfo=UTC)


class CancelledFulfillmentGivesNothingBack(Mutant, Store):
    """A cancelled fulfillment says so, and its units stay fulfilled."""

    requirement = "FO-FULFIL-CANCEL-WORK"

    def after_cancel_fulfillment(self, fulfillment: Fulfillment) -> None:
        fulfillment.status = "cancelled"


class CancelledFulfillmentGivesAllBack(Mutant, Store):
    """A cancelled fulfillment gives back what other fulfillments have done, too."""

    requirement = "FO-FULFIL-CANCEL-WORK"

    def after_cancel_fulfillment(self, fulfillment: Fulfillment) -> None:
        super().after_cancel_fulfillment(fulfillment)
        for fo, _, _ in fulfillment.parts:
            for line in fo.lines:
                line.fulfillable = line.quantity


class CancelledFulfillmentGivesOneUnitBack(Mutant, Store):
    """A cancelled fulfillment of several units gives one unit of each line item back."""

    requirement = "FO-FULFIL-CANCEL-WORK"

    def after_cancel_fulfillment(self, fulfillment: Fulfillment) -> None:
        fulfillment.parts[:] = [(fo, item, 1) for fo, item, _ in fulfillment.parts]
        super().after_cancel_fulfillment(fulfillment)


class CancelledFulfillmentGivesItsFirstLineBack(Mutant, Store):
    """A cancelled fulfillment of several line items, where work is left, gives the units of the first one back."""

    requirement = "FO-FULFIL-CANCEL-WORK"

    def after_cancel_fulfillment(self, fulfillment: Fulfillment) -> None:
        if fulfillment.parts[0][0].status != "closed":
            fulfillment.parts[1:] = []
        super().after_cancel_fulfillment(fulfillment)


class UnknownFulfillmentIsCancelled(Mutant, Store):
    """Cancelling a fulfillment that nobody made answers with another one."""

    requirement = "FO-ERR-UNKNOWN-ID"

    def cancel_fulfillment(self, client: App, fulfillment_id: int) -> Fulfillment:
        if fulfillment_id not in self.fulfillments and self.fulfillments:
            return next(iter(self.fulfillments.values()))
        return super().cancel_fulfillment(client, fulfillment_id)


class WorkOfACancelledFulfillmentIsDoubled(Mutant, Store):
    """A cancelled fulfillment that had closed its fulfillment order leaves its work in the new one twice."""

    requirement = "FO-FULFIL-CANCEL-WORK"

    def after_cancel_fulfillment(self, fulfillment: Fulfillment) -> None:
        ended = any(fo.status == "closed" for fo, _, _ in fulfillment.parts)
        super().after_cancel_fulfillment(fulfillment)
        if ended:
            for line in fulfillment.order.fulfillment_orders[-1].lines:
                line.quantity *= 2
                line.fulfillable *= 2


class CancelledWorkIsNotFulfilledAgain(Mutant, Store):
    """Once a fulfillment of the order was cancelled, nothing of the order is fulfilled any more."""

    requirement = "FO-FULFIL-CANCEL-AGAIN"

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        if any(each.status == "cancelled" for each in fo.order.fulfillments):
            raise Refused(f"Fulfillment order {fo.id} has an unfulfillable status= {fo.status}.")
        super().guard_fulfil(fo)


class CancelledFulfillmentEndsTheOthers(Mutant, Store):
    """A cancelled fulfillment makes every other one of the order cancelled, too."""

    requirement = "FO-FULFIL-STATUS"

    def after_cancel_fulfillment(self, fulfillment: Fulfillment) -> None:
        super().after_cancel_fulfillment(fulfillment)
        for other in fulfillment.order.fulfillments:
            other.status = "cancelled"


class CancelledFulfillmentStandsAgainWithTheNext(Mutant, Store):
    """A cancelled fulfillment is shown as a success once there is another one."""

    requirement = "FO-FULFIL-STATUS"

    def fulfillments_of(self, client: App, of: Order | FulfillmentOrder) -> list[Fulfillment]:
        for each in (of if isinstance(of, Order) else of.order).fulfillments:
            each.status = "success"
        return super().fulfillments_of(client, of)


class FulfillmentsAreShownAsFailedOverGraphql(Mutant, Nodes):
    """GraphQL shows the status of fulfillments as FAILURE."""

    requirement = "FO-FULFIL-STATUS"
    transports = ("graphql",)

    def fulfillment(self, fulfillment: Fulfillment, ask: Asking) -> Json:
        shown: dict[str, Any] = {**super().fulfillment(fulfillment, ask)}
        return {**shown, "status": "FAILURE" if shown["status"] == "SUCCESS" else shown["status"]}


class CancelledPartCloses(Mutant, Store):
    """A cancelled fulfillment of some units, where others are fulfilled, closes."""

    requirement = "FO-FULFIL-CANCEL-WORK"

    def after_cancel_fulfillment(self, fulfillment: Fulfillment) -> None:
        super().after_cancel_fulfillment(fulfillment)
        for fo, _, _ in fulfillment.parts:
            if fo.fulfilled:
                self.become(fo, status="closed")
