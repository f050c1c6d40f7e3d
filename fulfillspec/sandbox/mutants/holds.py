"""Mutants of hold and release_hold."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Malformed, Refused
from fulfillspec.sandbox.model import Amount, App, FulfillmentOrder, Held, Hold
from fulfillspec.sandbox.mutants.common import LOOKS, clamped
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.holds import HOLD_REASONS
from fulfillspec.sandbox.views import Json, Views


class HoldLeavesOpen(Mutant, Store):
    """Hold creates the hold, and the status stays."""

    requirement = "FO-HOLD-STATE"

    def after_hold(self, fo: FulfillmentOrder) -> None:
        self.touch(fo)


class HoldForgottenLater(Mutant, Views):
    """Hold shows in its answer, and the list of the order shows open."""

    requirement = "FO-HOLD-STATE"

    def status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "open" if operation in LOOKS and fo.status == "on_hold" else fo.status


class HoldIsNotKept(Mutant, Views):
    """fulfillment_holds stays empty."""

    requirement = "FO-HOLD-CREATES-HOLD"

    def holds(self, _fo: FulfillmentOrder, _operation: str) -> list[Json]:
        return []


class HoldReasonLost(Mutant, Store):
    """Every hold has the reason `other`."""

    requirement = "FO-HOLD-CREATES-HOLD"

    def apply_hold(
        self,
        client: App,
        fo: FulfillmentOrder,
        _reason: str,
        notes: str | None,
        *,
        notify_merchant: bool,
        handle: str | None,
    ) -> Hold:
        return super().apply_hold(client, fo, "other", notes, notify_merchant=notify_merchant, handle=handle)


class HoldNotesLost(Mutant, Views):
    """The notes of a hold are missing in a later look."""

    requirement = "FO-HOLD-NOTES"

    def holds(self, fo: FulfillmentOrder, operation: str) -> list[Json]:
        shown = super().holds(fo, operation)
        return [{**hold, "reason_notes": None} for hold in shown] if operation in LOOKS else shown


class HoldWithoutReason(Mutant, Store):
    """A hold without reason is taken."""

    requirement = "FO-HOLD-REASON-REQUIRED"
    transports = ("rest",)

    def check_hold_reason(self, reason: str | None) -> None:
        if reason:
            super().check_hold_reason(reason)


class HoldReasonMissing(Mutant, Store):
    """The reason high_risk_of_fraud is not taken."""

    requirement = "FO-HOLD-REASONS"

    def hold_reasons(self) -> frozenset[str]:
        return HOLD_REASONS - {"high_risk_of_fraud"}


class HoldNeedsNotes(Mutant, Rest):
    """A hold without notes is refused."""

    requirement = "FO-HOLD-NOTES-OPTIONAL"

    def hold(self, call: Call) -> Reply:
        if not (call.body.get("fulfillment_hold") or {}).get("reason_notes"):
            raise Malformed("reason_notes")
        return super().hold(call)


class HoldRefusesNotifyMerchant(Mutant, Rest):
    """A hold with notify_merchant is refused."""

    requirement = "FO-HOLD-NOTIFY-MERCHANT"

    def hold(self, call: Call) -> Reply:
        if "notify_merchant" in (call.body.get("fulfillment_hold") or {}):
            raise Malformed("notify_merchant")
        return super().hold(call)


class HoldPartHoldsTheOthers(Mutant, Store):
    """A hold on part holds what was not named, and leaves open what was."""

    requirement = "FO-HOLD-PART"

    def leave_open(self, fo: FulfillmentOrder, rest: dict[int, int]) -> FulfillmentOrder | None:
        return super().leave_open(fo, self.complement(fo, rest))


class HoldPartRestIsHeld(Mutant, Store):
    """A hold on part puts the rest on hold, too."""

    requirement = "FO-HOLD-PART-REST"

    def leave_open(self, fo: FulfillmentOrder, rest: dict[int, int]) -> FulfillmentOrder | None:
        remaining = super().leave_open(fo, rest)
        if remaining is not None:
            self.become(remaining, status="on_hold")
        return remaining


class HoldPartLosesRest(Mutant, Store):
    """A hold on part loses the rest."""

    requirement = "FO-INV-QUANTITY"

    def leave_open(self, fo: FulfillmentOrder, rest: dict[int, int]) -> FulfillmentOrder | None:
        for line in list(fo.lines):
            line.quantity -= rest.get(line.id, 0)
            line.fulfillable -= rest.get(line.id, 0)
            if not line.quantity:
                fo.lines.remove(line)
        return None


class HeldMayBeSubmitted(Mutant, Store):
    """Fulfillment can be requested for what is on hold."""

    requirement = "FO-HOLD-BLOCKS-SUBMIT"

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        if fo.status != "on_hold" or not fo.at_service:
            super().guard_submit(fo)


class HeldMayBeFulfilled(Mutant, Store):
    """What is on hold can be fulfilled."""

    requirement = "FO-HOLD-BLOCKS-FULFILMENT"

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        if fo.status != "on_hold":
            super().guard_fulfil(fo)


class HoldWithdrawsTheRequest(Mutant, Store):
    """Hold sets the request status to unsubmitted."""

    requirement = "FO-HOLD-KEEPS-REQUEST"

    def after_hold(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="on_hold", request_status="unsubmitted")


class HoldWhatIsClosed(Mutant, Store):
    """A closed one can be put on hold."""

    requirement = "FO-HOLD-ENDED-REFUSED"

    def guard_hold(self, client: App, fo: FulfillmentOrder) -> None:
        if fo.status != "closed":
            super().guard_hold(client, fo)


class HoldTakesTooMuch(Mutant, Store):
    """A hold on more units than there are is taken for as many as there are."""

    requirement = "FO-HOLD-TOO-MUCH"

    def hold(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        reason: str | None,
        notes: str | None = None,
        notify_merchant: bool = False,
        lines: Sequence[Amount] | None = None,
        handle: str | None = None,
    ) -> Held:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        return super().hold(
            client,
            fulfillment_order_id,
            reason=reason,
            notes=notes,
            notify_merchant=notify_merchant,
            lines=clamped(fo, lines) if fo else lines,
            handle=handle,
        )


class ReleaseStaysOnHold(Mutant, Store):
    """Release takes the holds away, and the status stays on_hold."""

    requirement = "FO-RELEASE-STATE"

    def after_release(self, fo: FulfillmentOrder) -> None:
        self.touch(fo)


class ReleaseStartsWork(Mutant, Store):
    """Release sets the status in_progress."""

    requirement = "FO-RELEASE-STATE"

    def after_release(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="in_progress")


class ReleaseKeepsHoldsListed(Mutant, Store):
    """Release opens, and the holds are still listed."""

    requirement = "FO-RELEASE-ALL"

    def after_release(self, fo: FulfillmentOrder) -> None:
        super().after_release(fo)
        fo.holds[:] = self._before

    def guard_release(self, fo: FulfillmentOrder) -> None:
        super().guard_release(fo)
        self._before = list(fo.holds)


class ReleaseTakesOnlyTheNewest(Mutant, Store):
    """Release takes away the newest of several holds only."""

    requirement = "FO-RELEASE-ALL"

    def release_hold(
        self, client: App, fulfillment_order_id: int, *, hold_ids: Sequence[int] | None = None
    ) -> FulfillmentOrder:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        newest = [fo.holds[-1].id] if fo is not None and fo.holds else None
        return super().release_hold(client, fulfillment_order_id, hold_ids=hold_ids or newest)


class ReleaseTakesOnlyOnesOwn(Mutant, Store):
    """Release takes away the holds of the app alone that releases."""

    requirement = "FO-RELEASE-ALL"

    def release_hold(
        self, client: App, fulfillment_order_id: int, *, hold_ids: Sequence[int] | None = None
    ) -> FulfillmentOrder:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        own = [hold.id for hold in fo.holds if hold.app is client] if fo is not None and hold_ids is None else hold_ids
        return super().release_hold(client, fulfillment_order_id, hold_ids=own)


class ReleaseForgetsTheRequest(Mutant, Store):
    """Release sets the request status to unsubmitted."""

    requirement = "FO-RELEASE-KEEPS-REQUEST"

    def after_release(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status=fo.resumes, request_status="unsubmitted")


class ReleaseChangesLocation(Mutant, Store):
    """Release assigns another location."""

    requirement = "FO-INV-LOCATION"

    def after_release(self, fo: FulfillmentOrder) -> None:
        alike = [
            place for place in self.locations.values() if place.active and (place.service is not None) == fo.at_service
        ]
        fo.location = next((place for place in alike if place is not fo.location), fo.location)
        super().after_release(fo)


class HoldWithNotificationIsNone(Mutant, Store):
    """A hold that notifies the merchant leaves the status as it is."""

    requirement = "FO-HOLD-NOTIFY-MERCHANT"

    def after_hold(self, fo: FulfillmentOrder) -> None:
        if not fo.holds[-1].notify_merchant:
            super().after_hold(fo)


class FurtherHoldReplacesTheFirst(Mutant, Store):
    """A further hold takes the place of the hold that there was."""

    requirement = "FO-GQL-HOLD-FURTHER"
    transports = ("graphql",)

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
        fo.holds.clear()
        return super().apply_hold(client, fo, reason, notes, notify_merchant=notify_merchant, handle=handle)


class ReleaseGivesFulfilledUnitsBack(Mutant, Store):
    """Release of what is partly fulfilled leaves what was fulfilled to be fulfilled again."""

    requirement = "FO-INV-QUANTITY"

    def after_release(self, fo: FulfillmentOrder) -> None:
        super().after_release(fo)
        for line in fo.lines:
            line.fulfillable = line.quantity


class ReleasedPartIsNotFulfilled(Mutant, Store):
    """What was partly fulfilled when it was put on hold cannot be fulfilled any more, released or not."""

    requirement = "FO-RELEASE-READY"

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        if fo.resumes == "in_progress":
            raise Refused("The fulfillment order was on hold.")
        super().guard_fulfil(fo)
