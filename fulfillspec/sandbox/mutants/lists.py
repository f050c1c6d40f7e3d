"""Mutants of lists: what they are filtered and sorted by."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from dataclasses import replace

from fulfillspec.sandbox.call import Call
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json


class FulfillmentOrdersIgnoreSortKey(Mutant, GraphQL):
    """fulfillmentOrders is sorted by id, whatever sortKey says."""

    requirement = "FO-GQL-ORDERS-SORT"
    transports = ("graphql",)

    def all(self, ask: Asking, given: Given) -> Json:
        return super().all(ask, {**given, "sortKey": "ID"})


class FulfillmentOrdersAreSortedFromTheLastChange(Mutant, GraphQL):
    """fulfillmentOrders by UPDATED_AT begins with the one that changed last."""

    requirement = "FO-GQL-ORDERS-SORT"
    transports = ("graphql",)

    def all(self, ask: Asking, given: Given) -> Json:
        wrong_way = given.get("sortKey") == "UPDATED_AT"
        return super().all(ask, {**given, "reverse": not given.get("reverse")} if wrong_way else given)


class FulfillmentOrdersShowClosedOnes(Mutant, GraphQL):
    """fulfillmentOrders shows closed ones unasked."""

    requirement = "FO-GQL-ORDERS-CLOSED"
    transports = ("graphql",)

    def all(self, ask: Asking, given: Given) -> Json:
        return super().all(ask, {**given, "includeClosed": True})


class FulfillmentOrdersNeverShowClosedOnes(Mutant, GraphQL):
    """fulfillmentOrders with includeClosed: true leaves the closed ones out."""

    requirement = "FO-GQL-ORDERS-CLOSED"
    transports = ("graphql",)

    def all(self, ask: Asking, given: Given) -> Json:
        return super().all(ask, {**given, "includeClosed": False})


class FulfillmentOrdersIgnoreTheQuery(Mutant, GraphQL):
    """fulfillmentOrders with a query shows all of them."""

    requirement = "FO-GQL-ORDERS-QUERY"
    transports = ("graphql",)

    def all(self, ask: Asking, given: Given) -> Json:
        return super().all(ask, {**given, "query": None})


class HeldOnesShowEverything(Mutant, GraphQL):
    """manualHoldsFulfillmentOrders shows those that are not on hold too."""

    requirement = "FO-GQL-HELD-LIST"
    transports = ("graphql",)

    def held(self, ask: Asking, given: Given) -> Json:
        return self.page(self.seen(ask), ask, given)


class HeldOnesShowOne(Mutant, GraphQL):
    """manualHoldsFulfillmentOrders shows the most recent one alone."""

    requirement = "FO-GQL-HELD-LIST"
    transports = ("graphql",)

    def held(self, ask: Asking, given: Given) -> Json:
        return self.page([fo for fo in self.seen(ask) if fo.status == "on_hold"][-1:], ask, given)


class RequestsIgnoreTheKind(Mutant, Nodes):
    """merchantRequests with a kind shows those of the other kind too."""

    requirement = "FO-GQL-REQUESTS-KIND"
    transports = ("graphql",)

    def requests(self, fo: FulfillmentOrder, _ask: Asking, given: Given, _operation: str) -> Json:
        return super().requests(fo, _ask, {**given, "kind": None}, _operation)


class RequestsOfFulfillmentAreAll(Mutant, Nodes):
    """merchantRequests with the kind of a fulfillment request shows cancellation requests too."""

    requirement = "FO-GQL-REQUESTS-KIND"
    transports = ("graphql",)

    def requests(self, fo: FulfillmentOrder, _ask: Asking, given: Given, _operation: str) -> Json:
        every = given.get("kind") == "FULFILLMENT_REQUEST"
        return super().requests(fo, _ask, {**given, "kind": None} if every else given, _operation)


class LocationsForMoveIgnoreTheirIds(Mutant, Nodes):
    """locationsForMove with locationIds shows every location."""

    requirement = "FO-GQL-MOVE-LOCATION-IDS"
    transports = ("graphql",)

    def locations_for_move(self, fo: FulfillmentOrder, ask: Asking, given: Given) -> Json:
        return super().locations_for_move(fo, ask, {**given, "locationIds": None})


class AssignedTakesOneLocation(Mutant, Store):
    """The assigned list by several locations shows those at the location with the smallest id alone."""

    requirement = "FO-ASSIGNED-LOCATION-IDS"

    def is_at(self, fo: FulfillmentOrder, location_ids: frozenset[int] | None) -> bool:
        return super().is_at(fo, frozenset([min(location_ids)]) if location_ids else None)


class AssignedTakesTheFirstLocation(Mutant, Rest):
    """The assigned list by several locations shows those at the first one that is named."""

    requirement = "FO-ASSIGNED-LOCATION-IDS"

    def location_ids(self, call: Call) -> frozenset[int] | None:
        first = {name: values[:1] for name, values in call.query.items()}
        return super().location_ids(replace(call, query=first))


class AssignedFiltersByOneThing(Mutant, Store):
    """The assigned list by status and location is filtered by location alone."""

    requirement = "FO-ASSIGNED-FILTERS-TOGETHER"

    def assigned(
        self, client: App, assignment_status: str | None = None, location_ids: frozenset[int] | None = None
    ) -> list[FulfillmentOrder]:
        return super().assigned(client, None if location_ids else assignment_status, location_ids)
