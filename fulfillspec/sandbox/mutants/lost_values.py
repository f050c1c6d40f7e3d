"""Mutants that lose on the way what no action changes: where the work goes, what it offers, and when a request was sent."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from dataclasses import replace
from typing import ClassVar

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import App, FulfillmentOrder, Location, Request
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json, View, Views

_REQUESTS = frozenset({"merchant_requests", "outgoing_requests"})


class DestinationIsLostOnceAccepted(Mutant, Views):
    """destination is null once a service has accepted."""

    requirement = "FO-INV-DESTINATION"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        return None if fo.request_status == "accepted" else super().destination(fo)


class DestinationIsLostOnceAcceptedOverGraphql(Mutant, Nodes):
    """destination is null once a service has accepted."""

    requirement = "FO-INV-DESTINATION"
    transports = ("graphql",)

    def destination(self, fo: FulfillmentOrder, ask: Asking) -> Json | None:
        return None if fo.request_status == "accepted" else super().destination(fo, ask)


class DestinationIsAnotherOneOnceClosedOverGraphql(Mutant, Nodes):
    """destination is in another city once a service has closed the request."""

    requirement = "FO-INV-DESTINATION"
    transports = ("graphql",)

    def destination(self, fo: FulfillmentOrder, ask: Asking) -> Json | None:
        shown = super().destination(fo, ask)
        return {**shown, "city": "Elsewhere"} if shown and fo.request_status == "closed" else shown


class DeliveryMethodIsLostOnceAccepted(Mutant, Views):
    """delivery_method is null once a service has accepted."""

    requirement = "FO-INV-DELIVERY-METHOD"

    def delivery_method(self, fo: FulfillmentOrder) -> Json | None:
        return None if fo.request_status == "accepted" else self.shipping(fo, "Standard")


class DeliveryMethodIsAnotherOneOnHold(Mutant, Views):
    """delivery_method of what is on hold has the type pick_up in place of shipping."""

    requirement = "FO-INV-DELIVERY-METHOD"

    def delivery_method(self, fo: FulfillmentOrder) -> Json | None:
        shown = self.shipping(fo, "Standard")
        return {**shown, "method_type": "pick_up"} if fo.status == "on_hold" else shown


class RequestIsAsOldAsItsOrder(Mutant, Store):
    """sent_at of a request is the time at which its fulfillment order was created."""

    requirement = "FO-REQUEST-SENT-AT"

    def record_request(
        self, fo: FulfillmentOrder, kind: str, message: str | None, options: dict[str, object]
    ) -> Request:
        request = super().record_request(fo, kind, message, options)
        request.sent_at = fo.created_at
        return request


class OneByItselfOffersNothing(Mutant, Rest):
    """A fulfillment order that is got by its id has no supported actions."""

    requirement = "FO-ACTIONS-SHARED"

    def get(self, call: Call) -> Reply:
        reply = super().get(call)
        return Reply({"fulfillment_order": {**reply.body["fulfillment_order"], "supported_actions": []}})


class RequestsShowByThemselvesAlone(Mutant, Views):
    """The list of an order shows no requests, and a fulfillment order that is got by its id does."""

    requirement = "FO-INV-OBSERVERS"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        return {**shown, **({key: [] for key in _REQUESTS & shown.keys()} if view.operation == "list" else {})}


class AnswerOfAHoldOffersNoRelease(Mutant, Views):
    """The answer of a hold does not advertise that it can be released."""

    requirement = "FO-ACTIONS-SHARED"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        if view.operation != "hold":
            return shown
        return {**shown, "supported_actions": [name for name in shown["supported_actions"] if name != "release_hold"]}


class AssignedListForWhoHasNoScope(Mutant, Store):
    """The assigned list shows an app without any scope for fulfillment orders what is assigned to services."""

    requirement = "FO-SCOPE-ASSIGNED-LIST"

    def assigned(
        self, client: App, assignment_status: str | None = None, location_ids: frozenset[int] | None = None
    ) -> list[FulfillmentOrder]:
        if any("fulfillment_orders" in scope for scope in client.scopes):
            return super().assigned(client, assignment_status, location_ids)
        return [fo for fo in self.fulfillment_orders.values() if fo.at_service and self.is_at(fo, location_ids)]


class LocationIsNamedOtherwiseInItsAddress(Mutant, Views):
    """location_id in assigned_location is not the id in assigned_location_id."""

    requirement = "FO-INV-LOCATION-SAME"

    def location(self, fo: FulfillmentOrder) -> Json:
        shown = super().location(fo)
        return {**shown, "location_id": shown["location_id"] + 1}


class AssignedListKeepsWhatMovedAway(Mutant, Store):
    """What was moved away from a service's location stays in its assigned list."""

    requirement = "FO-ASSIGNED-ONLY-ASSIGNED"

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        if fo.location.service is not None:
            self.__dict__.setdefault("_had", {})[fo.id] = fo.location.service.app
        return super().move_itself(fo, location)

    def assigned_to(self, client: App, fo: FulfillmentOrder) -> bool:
        return super().assigned_to(client, fo) or self.__dict__.get("_had", {}).get(fo.id) is client


class _Unnoted(Store):
    """A step that leaves updated_at as it was."""

    unnoted: ClassVar[str]
    """The request status or status that it leads to."""

    def become(self, fo: FulfillmentOrder, *, status: str | None = None, request_status: str | None = None) -> None:
        before = fo.updated_at
        super().become(fo, status=status, request_status=request_status)
        if self.unnoted in {status, request_status}:
            fo.updated_at = before


class RejectionLeavesUpdatedAt(Mutant, _Unnoted):
    """updated_at stays over a rejection."""

    requirement = "FO-INV-UPDATED-AT"
    unnoted = "rejected"


class AcceptedCancellationLeavesUpdatedAt(Mutant, _Unnoted):
    """updated_at stays over an accepted cancellation."""

    requirement = "FO-INV-UPDATED-AT"
    unnoted = "cancellation_accepted"


class CompletionLeavesUpdatedAt(Mutant, _Unnoted):
    """updated_at stays when the last unit is fulfilled."""

    requirement = "FO-INV-UPDATED-AT"
    unnoted = "closed"


def _is_service(view: View) -> bool:
    """Tell whether the caller is known, and is not the order management app."""
    return view.client is not None and not view.client.has("write_third_party_fulfillment_orders")


class AcceptIsAnsweredWithATime(Mutant, Views):
    """The answer of an acceptance shows a fulfill_at, and every look shows none."""

    requirement = "FO-INV-OBSERVERS"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        return {**shown, "fulfill_at": shown["created_at"]} if view.operation == "accept" else shown


class ServiceIsToldThatNothingIsLeft(Mutant, Views):
    """A service that gets a fulfillment order is shown a fulfillable_quantity of 0 for each line item."""

    requirement = "FO-INV-OBSERVERS"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        if view.operation != "get" or not _is_service(view):
            return shown
        return {**shown, "line_items": [{**line, "fulfillable_quantity": 0} for line in shown["line_items"]]}


class ServiceIsListedOtherQuantities(Mutant, Views):
    """A service that lists the fulfillment orders of an order is shown one unit too many of each line item."""

    requirement = "FO-INV-OBSERVERS"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        if view.operation != "list" or not _is_service(view):
            return shown
        return {**shown, "line_items": [{**line, "quantity": line["quantity"] + 1} for line in shown["line_items"]]}


class GetTellsRequestsWithoutTheirMessages(Mutant, Views):
    """A fulfillment order that is got by its id shows its requests without their messages."""

    requirement = "FO-INV-OBSERVERS"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        if view.operation != "get":
            return shown
        return {**shown, **{key: [{**row, "message": None} for row in shown[key]] for key in _REQUESTS & shown.keys()}}


class CloseIsAnsweredWithAnotherRequest(Mutant, Views):
    """The answer of a close shows its requests as cancellation requests."""

    requirement = "FO-INV-OBSERVERS"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        if view.operation != "close":
            return shown
        keys = _REQUESTS & shown.keys()
        return {**shown, **{key: [{**row, "kind": "cancellation_request"} for row in shown[key]] for key in keys}}


class GetNumbersHoldsAnew(Mutant, Nodes):
    """A fulfillment order that is got by its id shows its holds under other ids than the list of its order."""

    requirement = "FO-INV-OBSERVERS"
    transports = ("graphql",)

    def holds(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> list[Json]:
        shown = super().holds(fo, ask, operation)
        if operation != "get":
            return shown
        return [
            {**row, "id": self.gid("FulfillmentHold", hold.id + 7)} for row, hold in zip(shown, fo.holds, strict=True)
        ]


class RequestsAreNotShownToTheService(Mutant, Nodes):
    """merchantRequests is empty for the app of the service that they were sent to."""

    requirement = "FO-REQUEST-RECORDED"
    transports = ("graphql",)

    def requests(self, fo: FulfillmentOrder, ask: Asking, given: Given, operation: str) -> Json:
        service = fo.location.service
        mine = service is not None and service.app is ask.client
        return super().requests(replace(fo, requests=[]) if mine else fo, ask, given, operation)
