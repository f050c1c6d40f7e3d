"""Mutants of reading and of order routing."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from typing import Any, ClassVar

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.model import App, FulfillmentOrder, Order
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.access import KINDS, scope
from fulfillspec.sandbox.views import Json, Views


class ListOmitsTheNewest(Mutant, Store):
    """The list of an order that has several leaves out the newest."""

    requirement = "FO-LIST-ALL"

    def seen_of(self, client: App, order: Order) -> list[FulfillmentOrder]:
        found = super().seen_of(client, order)
        return found[:-1] if len(found) > 1 else found


class ListOmitsClosed(Mutant, Store):
    """The list of an order leaves out those that are closed."""

    requirement = "FO-LIST-ALL"

    def seen_of(self, client: App, order: Order) -> list[FulfillmentOrder]:
        return [fo for fo in super().seen_of(client, order) if fo.status != "closed"]


class ListAddsAnotherOrder(Mutant, Store):
    """The list of an order has one fulfillment order of another order."""

    requirement = "FO-LIST-ONLY-ORDER"

    def seen_of(self, client: App, order: Order) -> list[FulfillmentOrder]:
        found = super().seen_of(client, order)
        strange = next(
            (fo for fo in self.fulfillment_orders.values() if fo.order is not order and self.may_see(client, fo)), None
        )
        return found if strange is None or not found else [*found, strange]


class ListRefusedWithoutScopes(Mutant, Store):
    """The list is refused to a client without any scope for fulfillment orders, where it ought to be empty."""

    requirement = "FO-LIST-EMPTY-WITHOUT-SCOPES"

    def seen_of(self, client: App, order: Order) -> list[FulfillmentOrder]:
        self.require_any(client, "read", KINDS)
        return super().seen_of(client, order)


class ListShowsAllWithoutScopes(Mutant, Store):
    """The list shows everything to a client without any scope for fulfillment orders."""

    requirement = "FO-LIST-EMPTY-WITHOUT-SCOPES"

    def seen_of(self, client: App, order: Order) -> list[FulfillmentOrder]:
        without = not client.has(*(scope("read", kind) for kind in KINDS))
        return list(order.fulfillment_orders) if without else super().seen_of(client, order)


class ListIgnoresScopes(Mutant, Store):
    """The list shows an app with one kind of access the other kinds too."""

    requirement = "FO-LIST-SUBSET-BY-SCOPES"

    def seen_of(self, client: App, order: Order) -> list[FulfillmentOrder]:
        with_any = client.has(*(scope("read", kind) for kind in KINDS))
        return list(order.fulfillment_orders) if with_any else super().seen_of(client, order)


class GetGivesASibling(Mutant, Rest):
    """Getting one of several fulfillment orders of an order gives the oldest of them."""

    requirement = "FO-GET-ONE"

    def detailed(self, call: Call, fo: FulfillmentOrder, operation: str) -> dict[str, Any]:
        return super().detailed(call, fo.order.fulfillment_orders[0] if operation == "get" else fo, operation)


class GetHasNoDeadline(Mutant, Rest):
    """Getting one shows fulfill_by null, whatever deadline the list shows."""

    requirement = "FO-DEADLINE-SETS"

    def detailed(self, call: Call, fo: FulfillmentOrder, operation: str) -> dict[str, Any]:
        shown = super().detailed(call, fo, operation)
        return {**shown, "fulfill_by": None} if operation == "get" else shown


class OrderReferenceForgotten(Mutant, Views):
    """include_order_reference_fields is ignored."""

    requirement = "FO-READ-ORDER-REFERENCE"

    def order_reference(self, _order: Order) -> Json:
        return {}


class OrderReferenceWithoutChannel(Mutant, Views):
    """include_order_reference_fields gives no channel_id."""

    requirement = "FO-READ-ORDER-REFERENCE"

    def order_reference(self, order: Order) -> Json:
        shown = super().order_reference(order)
        del shown["channel_id"]
        return shown


class OrderReferenceAlways(Mutant, Views):
    """The order reference fields are shown unasked."""

    requirement = "FO-READ-ORDER-REFERENCE-ONLY-ASKED"

    def heeds(self, include: str, operation: str, *, asked: bool) -> bool:
        always = include == "order_reference" and operation in {"get", "list"}
        return super().heeds(include, operation, asked=asked or always)


class FinancialSummariesOfTheFirstAlone(Mutant, Rest):
    """A list with include_financial_summaries shows the first fulfillment order of the order alone."""

    requirement = "FO-LIST-ALL"
    cases = "financial_summaries_come"

    def list(self, call: Call) -> Reply:
        shown = super().list(call).body["fulfillment_orders"]
        return Reply({"fulfillment_orders": shown[:1] if call.asks("include_financial_summaries") else shown})


class OrderReferenceForgetsWhatIsLeft(Mutant, Rest):
    """With include_order_reference_fields each line item has nothing left to fulfil."""

    requirement = "FO-INV-OBSERVERS"
    cases = "order_reference_fields_come"

    def detailed(self, call: Call, fo: FulfillmentOrder, operation: str) -> Json:
        shown = super().detailed(call, fo, operation)
        if not call.asks("include_order_reference_fields"):
            return shown
        return {**shown, "line_items": [{**line, "fulfillable_quantity": 0} for line in shown["line_items"]]}


class _FilteredForgetsWhatIsLeft(Rest):
    """An assigned list that is filtered by something shows that nothing is left to fulfil."""

    by: ClassVar[str]

    def assigned(self, call: Call) -> Reply:
        shown = super().assigned(call).body["fulfillment_orders"]
        if self.by in call.query:
            for row in shown:
                row["line_items"] = [{**line, "fulfillable_quantity": 0} for line in row["line_items"]]
        return Reply({"fulfillment_orders": shown})


class AssignedByStatusForgetsWhatIsLeft(Mutant, _FilteredForgetsWhatIsLeft):
    """The assigned list that is filtered by assignment_status shows that nothing is left to fulfil."""

    requirement = "FO-INV-OBSERVERS"
    by = "assignment_status"


class AssignedByLocationForgetsWhatIsLeft(Mutant, _FilteredForgetsWhatIsLeft):
    """The assigned list that is filtered by location_ids shows that nothing is left to fulfil."""

    requirement = "FO-INV-OBSERVERS"
    by = "location_ids[]"


class FinancialSummariesForgotten(Mutant, Views):
    """include_financial_summaries is ignored."""

    requirement = "FO-READ-FINANCIAL-SUMMARIES"

    def line_items(self, fo: FulfillmentOrder, operation: str, *, financial: bool) -> list[Json]:  # noqa: ARG002
        return super().line_items(fo, operation, financial=False)


class FinancialSummariesAlways(Mutant, Views):
    """The financial summaries are shown unasked."""

    requirement = "FO-READ-FINANCIAL-SUMMARIES-ONLY-ASKED"

    def line_items(self, fo: FulfillmentOrder, operation: str, *, financial: bool) -> list[Json]:
        return super().line_items(fo, operation, financial=financial or operation in {"get", "list"})


class AssignedOmitsAccepted(Mutant, Store):
    """The assigned list leaves out what the service accepted."""

    requirement = "FO-ASSIGNED-LIST"

    def assigned_to(self, client: App, fo: FulfillmentOrder) -> bool:
        return super().assigned_to(client, fo) and fo.request_status != "accepted"


class AssignedOmitsWhatIsHeld(Mutant, Store):
    """The assigned list leaves out what is on hold."""

    requirement = "FO-ASSIGNED-LIST"

    def assigned_to(self, client: App, fo: FulfillmentOrder) -> bool:
        return super().assigned_to(client, fo) and fo.status != "on_hold"


class AssignedOmitsWhatIsBegun(Mutant, Store):
    """The assigned list leaves out what is partly fulfilled."""

    requirement = "FO-ASSIGNED-LIST"

    def assigned_to(self, client: App, fo: FulfillmentOrder) -> bool:
        return super().assigned_to(client, fo) and not (fo.fulfilled and fo.remaining)


class _FilteredByHistory(Store):
    """The assigned list that is filtered by assignment_status leaves something out for what came before."""

    def has_assignment_status(self, fo: FulfillmentOrder, wanted: str | None) -> bool:
        return super().has_assignment_status(fo, wanted) and (wanted is None or not self.is_left_out(fo))

    def is_left_out(self, fo: FulfillmentOrder) -> bool:
        """Tell whether its history leaves it out."""
        return not fo.lines


class AssignedOmitsWhatIsAskedAgain(Mutant, _FilteredByHistory):
    """assignment_status=fulfillment_requested leaves out what was requested before."""

    requirement = "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED"

    def is_left_out(self, fo: FulfillmentOrder) -> bool:
        asked = sum(request.kind == "fulfillment_request" for request in fo.requests)
        return fo.request_status == "submitted" and asked > 1


class AssignedOmitsCancellationsAskedAgain(Mutant, _FilteredByHistory):
    """assignment_status=cancellation_requested leaves out what a cancellation was requested of before."""

    requirement = "FO-ASSIGNED-STATUS-CANCELLATION-REQUESTED"

    def is_left_out(self, fo: FulfillmentOrder) -> bool:
        asked = sum(request.kind == "cancellation_request" for request in fo.requests)
        return fo.request_status == "cancellation_requested" and asked > 1


class AssignedAcceptedOmitsWhatIsBegun(Mutant, _FilteredByHistory):
    """assignment_status=fulfillment_accepted leaves out what is partly fulfilled."""

    requirement = "FO-ASSIGNED-STATUS-FULFILLMENT-ACCEPTED"

    def is_left_out(self, fo: FulfillmentOrder) -> bool:
        return fo.request_status == "accepted" and bool(fo.fulfilled)


class AssignedIsEmpty(Mutant, Store):
    """The assigned list is always empty."""

    requirement = "FO-ASSIGNED-LIST"

    def assigned_to(self, _client: App, _fo: FulfillmentOrder) -> bool:
        return False


class AssignedShowsMerchantLocations(Mutant, Store):
    """The assigned list has fulfillment orders of merchant-managed locations."""

    requirement = "FO-ASSIGNED-ONLY-ASSIGNED"

    def assigned_to(self, client: App, fo: FulfillmentOrder) -> bool:
        return super().assigned_to(client, fo) or not fo.at_service


class AssignedStatusIgnored(Mutant, Store):
    """assignment_status=fulfillment_requested gives all assigned ones."""

    requirement = "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED"

    def has_assignment_status(self, fo: FulfillmentOrder, wanted: str | None) -> bool:
        return wanted == "fulfillment_requested" or super().has_assignment_status(fo, wanted)


class AssignedRequestsStayAfterAccept(Mutant, Store):
    """assignment_status=fulfillment_requested gives requests that were accepted already."""

    requirement = "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED"

    def has_assignment_status(self, fo: FulfillmentOrder, wanted: str | None) -> bool:
        late = wanted == "fulfillment_requested" and fo.request_status == "accepted"
        return late or super().has_assignment_status(fo, wanted)


class AssignedRequestsMissing(Mutant, Store):
    """assignment_status=fulfillment_requested gives nothing."""

    requirement = "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED"

    def has_assignment_status(self, fo: FulfillmentOrder, wanted: str | None) -> bool:
        return wanted != "fulfillment_requested" and super().has_assignment_status(fo, wanted)


class AssignedCancellationsMixed(Mutant, Store):
    """assignment_status=cancellation_requested gives accepted ones too."""

    requirement = "FO-ASSIGNED-STATUS-CANCELLATION-REQUESTED"

    def has_assignment_status(self, fo: FulfillmentOrder, wanted: str | None) -> bool:
        mixed = wanted == "cancellation_requested" and fo.request_status == "accepted"
        return mixed or super().has_assignment_status(fo, wanted)


class AssignedAcceptedMixed(Mutant, Store):
    """assignment_status=fulfillment_accepted gives submitted ones too."""

    requirement = "FO-ASSIGNED-STATUS-FULFILLMENT-ACCEPTED"

    def has_assignment_status(self, fo: FulfillmentOrder, wanted: str | None) -> bool:
        mixed = wanted == "fulfillment_accepted" and fo.request_status == "submitted"
        return mixed or super().has_assignment_status(fo, wanted)


class AssignedLocationIdsIgnored(Mutant, Store):
    """location_ids[] does not filter."""

    requirement = "FO-ASSIGNED-LOCATION-IDS"

    def is_at(self, _fo: FulfillmentOrder, _location_ids: frozenset[int] | None) -> bool:
        return True


class RoutingMakesNone(Mutant, Store):
    """An order gets no fulfillment order."""

    requirement = "FO-ROUTING-CREATES"

    def route(self, order: Order) -> None:
        """Forget the order."""


class RoutingSubmitsAtOnce(Mutant, Store):
    """Newly created fulfillment orders are submitted already."""

    requirement = "FO-ROUTING-INITIAL"

    def route(self, order: Order) -> None:
        super().route(order)
        for fo in order.fulfillment_orders:
            fo.request_status = "submitted"


class RoutingDropsUnits(Mutant, Store):
    """Routing loses a unit of each line item with more than one."""

    requirement = "FO-ROUTING-COVERS"

    def route(self, order: Order) -> None:
        super().route(order)
        for fo in order.fulfillment_orders:
            for line in fo.lines:
                if line.quantity > 1:
                    line.quantity -= 1
                    line.fulfillable -= 1


class RoutingDropsThirdLine(Mutant, Store):
    """Routing forgets the third line item of an order."""

    requirement = "FO-ROUTING-COVERS"

    def route(self, order: Order) -> None:
        super().route(order)
        for fo in order.fulfillment_orders:
            fo.lines = [line for line in fo.lines if line.order_line not in order.lines[2:3]]
