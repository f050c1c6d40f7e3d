"""Mutants of who is served over GraphQL, and of how an answer is sent."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from typing import ClassVar

from starlette.requests import Request

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Unauthenticated
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given, connection
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import App, FulfillmentOrder, Order
from fulfillspec.sandbox.views import Json, View, Views


class GraphqlNeedsNoToken(Mutant, Front):
    """GraphQL without a token is served as the merchant's app."""

    requirement = "FO-SCOPE-ANONYMOUS"
    transports = ("graphql",)

    def identify(self, request: Request) -> App:
        try:
            return super().identify(request)
        except Unauthenticated:
            if not request.url.path.endswith("/graphql.json"):
                raise
            return next(app for app in self.apps.values() if app.name == "Order management")


class GraphqlShowsMerchantLocations(Mutant, GraphQL):
    """fulfillmentOrder shows what is at merchant-managed locations to every app."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    transports = ("graphql",)

    def get(self, ask: Asking, given: Given) -> Json | None:
        fo = self.store.fulfillment_orders.get(int(given["id"].rpartition("/")[2]))
        open_to_all = fo is not None and not fo.at_service
        return self.nodes.fulfillment_order(fo, ask, "get") if fo and open_to_all else super().get(ask, given)


class GraphqlNodeShowsMerchantLocations(Mutant, GraphQL):
    """A node that is a fulfillment order at a merchant-managed location is shown to every app, unlike fulfillmentOrder."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    transports = ("graphql",)

    def node(self, ask: Asking, given: Given) -> Json | None:
        kind, _, number = given["id"].removeprefix("gid://shopify/").partition("/")
        fo = self.store.fulfillment_orders.get(int(number)) if kind == "FulfillmentOrder" and number.isdigit() else None
        open_to_all = fo is not None and not fo.at_service
        return self.nodes.fulfillment_order(fo, ask, "get") if fo and open_to_all else super().node(ask, given)


class GraphqlNodesShowMerchantLocations(Mutant, GraphQL):
    """Several nodes asked for at once show fulfillment orders at merchant-managed locations to every app."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    transports = ("graphql",)

    def several_nodes(self, ask: Asking, given: Given) -> list[Json | None]:
        shown = super().several_nodes(ask, given)
        numbers = [each.rpartition("/")[2] for each in given["ids"]]
        known = [self.store.fulfillment_orders.get(int(each)) if each.isdigit() else None for each in numbers]
        return [
            self.nodes.fulfillment_order(fo, ask, "get") if node is None and fo and not fo.at_service else node
            for node, fo in zip(shown, known, strict=True)
        ]


class GraphqlShowsThirdPartyLocations(Mutant, GraphQL):
    """fulfillmentOrder shows what is at services' locations to every app."""

    requirement = "FO-SCOPE-THIRD-PARTY-LOCATIONS"
    transports = ("graphql",)

    def get(self, ask: Asking, given: Given) -> Json | None:
        fo = self.store.fulfillment_orders.get(int(given["id"].rpartition("/")[2]))
        return self.nodes.fulfillment_order(fo, ask, "get") if fo and fo.at_service else super().get(ask, given)


class GraphqlOrderShowsMerchantLocations(Mutant, Nodes):
    """Order.fulfillmentOrders shows what is at merchant-managed locations to every app, unlike fulfillmentOrder."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    transports = ("graphql",)

    def listed(self, order: Order, ask: Asking) -> list[FulfillmentOrder]:
        seen = super().listed(order, ask)
        return [fo for fo in order.fulfillment_orders if fo in seen or not fo.at_service]


class GraphqlOrderShowsThirdPartyLocations(Mutant, Nodes):
    """Order.fulfillmentOrders shows what is at services' locations to every app, unlike fulfillmentOrder."""

    requirement = "FO-SCOPE-THIRD-PARTY-LOCATIONS"
    transports = ("graphql",)

    def listed(self, order: Order, ask: Asking) -> list[FulfillmentOrder]:
        seen = super().listed(order, ask)
        return [fo for fo in order.fulfillment_orders if fo in seen or fo.at_service]


class GraphqlAssignedForEverybody(Mutant, GraphQL):
    """assignedFulfillmentOrders lists what is at services' locations to apps without the scope."""

    requirement = "FO-SCOPE-ASSIGNED-LIST"
    transports = ("graphql",)

    def assigned(self, ask: Asking, given: Given) -> Json:
        if ask.client.has("read_assigned_fulfillment_orders"):
            return super().assigned(ask, given)
        return self.page([fo for fo in self.store.fulfillment_orders.values() if fo.at_service], ask, given, "assigned")


class GraphqlHidesFromTheService(Mutant, GraphQL):
    """fulfillmentOrder of what is at the service's own location is null for the service."""

    requirement = "FO-SCOPE-SERVICE"
    transports = ("graphql",)

    def get(self, ask: Asking, given: Given) -> Json | None:
        if ask.client.has("read_assigned_fulfillment_orders"):
            return None
        return super().get(ask, given)


class GraphqlListLeavesClosedOut(Mutant, Nodes):
    """Order.fulfillmentOrders leaves out what is closed."""

    requirement = "FO-LIST-ALL"
    transports = ("graphql",)

    def listed(self, order: Order, ask: Asking) -> list[FulfillmentOrder]:
        return [fo for fo in super().listed(order, ask) if fo.status != "closed"]


class GraphqlGetGivesTheFirst(Mutant, GraphQL):
    """fulfillmentOrder gives the first fulfillment order of the same order."""

    requirement = "FO-GET-ONE"
    transports = ("graphql",)

    def get(self, ask: Asking, given: Given) -> Json | None:
        fo = self.store.fulfillment_orders.get(int(given["id"].rpartition("/")[2]))
        if fo is None or not self.store.may_see(ask.client, fo):
            return super().get(ask, given)
        others = [other for other in fo.order.fulfillment_orders if other is not fo]
        return self.nodes.fulfillment_order((others or [fo])[0], ask, "get")


class GraphqlAsText(Mutant, GraphQL):
    """Answers of GraphQL have the content type of plain text."""

    requirement = "FO-ERR-JSON"
    transports = ("graphql",)

    def answer(self, call: Call) -> Reply:
        reply = super().answer(call)
        reply.media_type = "text/plain; charset=utf-8"
        return reply


class GraphqlRefusalsAsServerError(Mutant, GraphQL):
    """Answers with top-level errors have status 500."""

    requirement = "FO-ERR-ANSWERS"
    transports = ("graphql",)

    def answer(self, call: Call) -> Reply:
        reply = super().answer(call)
        if reply.body.get("errors"):
            reply.status = 500
        return reply


class VersionHeaderOfGraphqlLies(Mutant, Front):
    """Answers of GraphQL name the version before the one that served them."""

    requirement = "FO-READ-VERSION-HEADER"
    transports = ("graphql",)
    together: ClassVar[bool] = True

    def named(self, version: str, transport: str) -> str:
        return "2025-07" if transport == "graphql" and version == "2025-10" else super().named(version, transport)


class VersionHeaderOfListsLies(Mutant, Front):
    """Answers with the fulfillment orders of an order name another version than the other answers."""

    requirement = "FO-READ-VERSION-HEADER"

    def handle(self, request: Request, body: bytes | None, headers: dict[str, str]) -> Reply:
        reply = super().handle(request, body, headers)
        if request.url.path.endswith("/fulfillment_orders.json"):
            headers["X-Shopify-API-Version"] = "2023-04"
        return reply


class OldShapesUnderANewName(Mutant, Views):
    """Answers name the version asked for, and have the keys of 2022-10: no created_at, no updated_at."""

    requirement = "FO-PROP-UPDATED-AT"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        later = {"created_at", "updated_at", "fulfill_by", "fulfill_at", "international_duties", "delivery_method"}
        return {key: value for key, value in shown.items() if key not in later}


class OrderShowsItsServiceNothing(Mutant, Nodes):
    """Order.fulfillmentOrders is empty for the apps of services, whatever is at their locations."""

    requirement = "FO-SCOPE-SERVICE"
    transports = ("graphql",)

    def order(self, order: Order, ask: Asking) -> Json:
        shown, own = super().order(order, ask), ask.client.has("write_third_party_fulfillment_orders")
        return shown if own else {**shown, "fulfillmentOrders": lambda _ask, given: connection([], given, dict)}
