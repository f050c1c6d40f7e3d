"""Mutants that do with one fulfillment order what was asked of another one in the same state."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Iterator

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.model import App, FulfillmentOrder, Hold
from fulfillspec.sandbox.notifications import Notifier
from fulfillspec.sandbox.store import Store


def others(fo: FulfillmentOrder, pair: str) -> Iterator[FulfillmentOrder]:
    """Yield the other fulfillment orders of the order in a state."""
    for other in fo.order.fulfillment_orders:
        if other is not fo and f"{other.status}/{other.request_status}" == pair:
            yield other


class ReleaseOfAllThatIsHeld(Mutant, Store):
    """A release opens the order's other fulfillment orders on hold, too."""

    requirement = "FO-INV-SIBLINGS"

    def after_release(self, fo: FulfillmentOrder) -> None:
        super().after_release(fo)
        for other in others(fo, f"on_hold/{fo.request_status}"):
            other.holds.clear()
            super().after_release(other)


class CancelOfAllThatIsRequested(Mutant, Store):
    """Cancelling a submitted one closes the order's other submitted ones, too."""

    requirement = "FO-INV-SIBLINGS"

    def after_cancel(self, fo: FulfillmentOrder) -> None:
        super().after_cancel(fo)
        for other in others(fo, "open/submitted"):
            self.become(other, status="closed")


class CloseOfAllThatIsAccepted(Mutant, Store):
    """Closing an accepted one closes the order's other accepted ones, too."""

    requirement = "FO-INV-SIBLINGS"

    def after_close(self, fo: FulfillmentOrder) -> None:
        super().after_close(fo)
        for other in others(fo, "in_progress/accepted"):
            super().after_close(other)


class CancellationOfAllThatIsAskedFor(Mutant, Store):
    """Accepting one cancellation request accepts those of the order's other fulfillment orders, too."""

    requirement = "FO-INV-SIBLINGS"

    def after_accept_cancellation(self, fo: FulfillmentOrder) -> None:
        super().after_accept_cancellation(fo)
        for other in others(fo, "in_progress/cancellation_requested"):
            super().after_accept_cancellation(other)


class FurtherHoldHasTheFirstReason(Mutant, Store):
    """A hold on what is on hold already has the reason of the hold before it."""

    requirement = "FO-HOLD-OWN"

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
        reason = fo.holds[0].reason if fo.holds else reason
        return super().apply_hold(client, fo, reason, notes, notify_merchant=notify_merchant, handle=handle)


class RestOfAPartialHoldShowsTheHold(Mutant, Store):
    """What a hold on a part leaves open shows that hold, too."""

    requirement = "FO-INV-HOLDS"

    def after_hold(self, fo: FulfillmentOrder) -> None:
        super().after_hold(fo)
        for other in fo.order.fulfillment_orders:
            if other.status == "open" and other.created_at == fo.updated_at:
                other.holds[:] = fo.holds


class FurtherRequestIsNotNotified(Mutant, Notifier):
    """The service is not told of a fulfillment request for what it was asked for before."""

    requirement = "FO-NOTE-SUBMIT-CALLBACK"
    transports = ("rest", "graphql")

    def tell(self, fo: FulfillmentOrder, kind: str) -> None:
        if kind != "FULFILLMENT_REQUEST" or len(fo.requests) <= 1:
            super().tell(fo, kind)


class RequestForAPartIsNotNotified(Mutant, Notifier):
    """The service is not told of a fulfillment request for a part."""

    requirement = "FO-NOTE-SUBMIT-CALLBACK"
    transports = ("rest", "graphql")

    def tell(self, fo: FulfillmentOrder, kind: str) -> None:
        if kind != "FULFILLMENT_REQUEST" or not any(others(fo, "open/unsubmitted")):
            super().tell(fo, kind)
