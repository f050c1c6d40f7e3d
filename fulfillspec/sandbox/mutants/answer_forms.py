"""Mutants of what is said in passing: success statuses, keys of answers, reach, what may be left out."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping, Sequence

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Malformed, Refused, Unknown
from fulfillspec.sandbox.model import App, Fulfillment, FulfillmentOrder, Location, Order
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.access import KINDS, scope


class ActionsAnswerAccepted(Mutant, Rest):
    """An accepted action answers with status 202."""

    requirement = "FO-ERR-SUCCESS-FORM"

    done = 202


class DeadlineAnswersNoContent(Mutant, Rest):
    """Setting a deadline answers with status 204 and without a body."""

    requirement = "FO-ERR-SUCCESS-FORM"

    def set_deadline(self, call: Call) -> Reply:
        super().set_deadline(call)
        return Reply(None, 204)


class HoldDoneButUnavailable(Mutant, Rest):
    """A hold is applied, and the answer is status 503."""

    requirement = "FO-ERR-ANSWERS"

    def hold(self, call: Call) -> Reply:
        super().hold(call)
        return Reply({"errors": "Service Unavailable"}, 503)


class GetOfAHeldOneFails(Mutant, Rest):
    """Getting one that is on hold gives status 500."""

    requirement = "FO-ERR-ANSWERS"

    def get(self, call: Call) -> Reply:
        reply = super().get(call)
        held = reply.body["fulfillment_order"]["status"] == "on_hold"
        return Reply({"errors": "Internal Server Error"}, 500) if held else reply


class FulfilLeavesNoRecord(Mutant, Store):
    """Fulfillments are counted, and the fulfillment order's list of them stays empty."""

    requirement = "FO-FULFIL-RECORD"

    def fulfillments_of(self, client: App, of: Order | FulfillmentOrder) -> list[Fulfillment]:
        return [] if isinstance(of, FulfillmentOrder) else super().fulfillments_of(client, of)


class MovePartHoldsOriginal(Mutant, Store):
    """After a move of some line items the original is on hold."""

    requirement = "FO-MOVE-ORIGINAL-STATUS"

    def move_apart(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        moved = super().move_apart(fo, chosen, location)
        if fo.remaining:
            self.become(fo, status="on_hold")
        return moved


class MovePartStartsOriginal(Mutant, Store):
    """After a move of some line items the original is in progress."""

    requirement = "FO-MOVE-ORIGINAL-STATUS"

    def move_apart(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        moved = super().move_apart(fo, chosen, location)
        if fo.remaining:
            self.become(fo, status="in_progress")
        return moved


class GetAnswersOtherKey(Mutant, Rest):
    """The answer to get stands under `data`."""

    requirement = "FO-RESP-GET"

    def get(self, call: Call) -> Reply:
        reply = super().get(call)
        return Reply({"data": reply.body["fulfillment_order"]})


class AcceptAnswersArray(Mutant, Rest):
    """The answer to accept has an array of one fulfillment order."""

    requirement = "FO-RESP-ACCEPT"

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        reply.body = {"fulfillment_order": [reply.body["fulfillment_order"]]}
        return reply


class RejectAnswersUnwrapped(Mutant, Rest):
    """The answer to reject is the fulfillment order without its key."""

    requirement = "FO-RESP-REJECT"

    def reject(self, call: Call) -> Reply:
        reply = super().reject(call)
        reply.body = reply.body["fulfillment_order"]
        return reply


class OpenAnswersNothing(Mutant, Rest):
    """The answer to open is an empty object."""

    requirement = "FO-RESP-OPEN"

    def open(self, call: Call) -> Reply:
        reply = super().open(call)
        reply.body = {}
        return reply


class RescheduleAnswersNull(Mutant, Rest):
    """The answer to reschedule has null for the fulfillment order."""

    requirement = "FO-RESP-RESCHEDULE"

    def reschedule(self, call: Call) -> Reply:
        reply = super().reschedule(call)
        reply.body = {"fulfillment_order": None}
        return reply


class HoldAnswersAsSplit(Mutant, Rest):
    """The answer to hold has the keys of a move."""

    requirement = "FO-RESP-HOLD"

    def hold(self, call: Call) -> Reply:
        reply = super().hold(call)
        reply.body = {"original_fulfillment_order": reply.body["fulfillment_order"]}
        return reply


class ReleaseAnswersPlural(Mutant, Rest):
    """The answer to release_hold stands under fulfillment_orders."""

    requirement = "FO-RESP-RELEASE-HOLD"

    def release_hold(self, call: Call) -> Reply:
        reply = super().release_hold(call)
        reply.body = {"fulfillment_orders": [reply.body["fulfillment_order"]]}
        return reply


class AssignedStatusDefaults(Mutant, Store):
    """Without assignment_status the assigned list has what is requested, and nothing else."""

    requirement = "FO-ASSIGNED-STATUS-OPTIONAL"

    def has_assignment_status(self, fo: FulfillmentOrder, wanted: str | None) -> bool:
        return super().has_assignment_status(fo, wanted or "fulfillment_requested")


class AssignedStatusRequired(Mutant, Rest):
    """The assigned list is refused without assignment_status."""

    requirement = "FO-ASSIGNED-STATUS-OPTIONAL"

    def assigned(self, call: Call) -> Reply:
        if call.parameter("assignment_status") is None:
            raise Malformed("assignment_status")
        return super().assigned(call)


class RejectDetailNeedsMessage(Mutant, Store):
    """A rejection detail without message is refused."""

    requirement = "FO-REJECT-LINE-MESSAGE-OPTIONAL"

    def check_line_message(self, text: str | None) -> None:
        if text is None:
            raise Refused("Message can't be blank")
        super().check_line_message(text)


class RejectSplits(Mutant, Store):
    """A rejection with details rejects these line items; the others stay submitted in a new fulfillment order."""

    requirement = "FO-REJECT-WHOLE"

    def reject(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        message: str | None = None,
        reason: str | None = None,
        lines: Sequence[tuple[int, str | None]] = (),
    ) -> FulfillmentOrder:
        fo = super().reject(client, fulfillment_order_id, message=message, reason=reason, lines=lines)
        named = {line_id for line_id, _ in lines}
        others = {line_id: units for line_id, units in self.left(fo).items() if line_id not in named}
        if named and others:
            self.become(self.split_off(fo, others), request_status="submitted")
        return fo


class AssignedListForEverybody(Mutant, Store):
    """The assigned list shows an app without access to assigned ones what is assigned to services."""

    requirement = "FO-SCOPE-ASSIGNED-LIST"

    def assigned(
        self, client: App, assignment_status: str | None = None, location_ids: frozenset[int] | None = None
    ) -> list[FulfillmentOrder]:
        if client.has(scope("read", "assigned")):
            return super().assigned(client, assignment_status, location_ids)
        return [fo for fo in self.fulfillment_orders.values() if fo.at_service and self.is_at(fo, location_ids)]


class ServiceReadsOnlyWhatItAccepted(Mutant, Store):
    """A service cannot get what waits for its answer, though it can answer."""

    requirement = "FO-SCOPE-SERVICE"

    def seen(self, client: App, fulfillment_order_id: int) -> FulfillmentOrder:
        fo = super().seen(client, fulfillment_order_id)
        if fo.request_status == "submitted" and not client.has(scope("read", "third_party")):
            raise Unknown
        return fo


class ManagementReadsNoServices(Mutant, Store):
    """An order management app cannot get what is at a service's location, though the list of the order has it."""

    requirement = "FO-SCOPE-ORDER-MANAGEMENT"

    def seen(self, client: App, fulfillment_order_id: int) -> FulfillmentOrder:
        fo = super().seen(client, fulfillment_order_id)
        kinds = tuple(kind for kind in KINDS if kind != "third_party")
        if not self.grants(client, fo.location, "read", kinds):
            raise Unknown
        return fo
