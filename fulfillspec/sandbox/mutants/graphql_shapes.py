"""Mutants of GraphQL's objects and payloads: fields, nullability, connections."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence
from typing import Any, ClassVar

from fulfillspec.sandbox.call import Call
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import Amount, App, FulfillmentOrder, Split
from fulfillspec.sandbox.mutants.graphql import orders_in, under
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.cuts import Part
from fulfillspec.sandbox.views import Json


class OrderNameNull(Mutant, GraphQL):
    """Getting one shows null for orderName, which cannot be null."""

    requirement = "FO-GQL-FULFILLMENT-ORDER"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        found = under(body, "fulfillmentOrder")
        if "orderName" in found:
            found["orderName"] = None
        return super().finish(body, call)


class UpdatedAtLeftOut(Mutant, GraphQL):
    """updatedAt is missing in the list of an order, though the document asks for it."""

    requirement = "FO-GQL-FULFILLMENT-ORDER"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(under(body, "order")):
            fo.pop("updatedAt", None)
        return super().finish(body, call)


class CreatedAtIsNoInstant(Mutant, GraphQL):
    """createdAt is a number of seconds in the answer to fulfillmentOrderClose."""

    requirement = "FO-GQL-FULFILLMENT-ORDER"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(under(body, "fulfillmentOrderClose")):
            if "createdAt" in fo:
                fo["createdAt"] = 1_700_000_000
        return super().finish(body, call)


class HoldsNull(Mutant, GraphQL):
    """fulfillmentHolds is null where nothing is held."""

    requirement = "FO-GQL-FULFILLMENT-ORDER"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(under(body, "order")):
            if fo.get("fulfillmentHolds") == []:
                fo["fulfillmentHolds"] = None
        return super().finish(body, call)


class RemainingQuantityAsText(Mutant, GraphQL):
    """remainingQuantity of a line item is a string when one is got."""

    requirement = "FO-GQL-LINE-ITEM"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for line in (under(body, "fulfillmentOrder").get("lineItems") or {}).get("nodes", ()):
            line["remainingQuantity"] = str(line.get("remainingQuantity"))
        return super().finish(body, call)


class ProductTitleNull(Mutant, GraphQL):
    """productTitle of line items is null in the answer to fulfillmentOrderAcceptFulfillmentRequest."""

    requirement = "FO-GQL-LINE-ITEM"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(under(body, "fulfillmentOrderAcceptFulfillmentRequest")):
            for line in (fo.get("lineItems") or {}).get("nodes", ()):
                line["productTitle"] = None
        return super().finish(body, call)


class ActionsAsNames(Mutant, GraphQL):
    """supportedActions is a list of names, as in REST."""

    requirement = "FO-GQL-SUPPORTED-ACTIONS"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(under(body, "fulfillmentOrder")):
            if "supportedActions" in fo:
                fo["supportedActions"] = [row["action"] for row in fo["supportedActions"]]
        return super().finish(body, call)


class ActionsWithoutUrl(Mutant, GraphQL):
    """supportedActions leaves externalUrl out, though the document asks for it."""

    requirement = "FO-GQL-SUPPORTED-ACTIONS"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(body.get("data")):
            for row in fo.get("supportedActions") or ():
                row.pop("externalUrl", None)
        return super().finish(body, call)


class RequestsNull(Mutant, GraphQL):
    """merchantRequests is null where nothing was requested."""

    requirement = "FO-GQL-MERCHANT-REQUESTS"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(body.get("data")):
            if (fo.get("merchantRequests") or {}).get("nodes") == []:
                fo["merchantRequests"] = None
        return super().finish(body, call)


class RequestsWithoutTime(Mutant, GraphQL):
    """A request has null for sentAt."""

    requirement = "FO-GQL-MERCHANT-REQUESTS"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(body.get("data")):
            for row in (fo.get("merchantRequests") or {}).get("nodes", ()):
                row["sentAt"] = None
        return super().finish(body, call)


class RequestKindInLowerCase(Mutant, GraphQL):
    """The kind of a request is spelled as in REST."""

    requirement = "FO-GQL-MERCHANT-REQUESTS"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(body.get("data")):
            for row in (fo.get("merchantRequests") or {}).get("nodes", ()):
                row["kind"] = row["kind"].lower()
        return super().finish(body, call)


class ListWithoutPageInfo(Mutant, GraphQL):
    """The list of an order has null for pageInfo."""

    requirement = "FO-GQL-LIST"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        listed = under(body, "order").get("fulfillmentOrders")
        if listed is not None:
            listed["pageInfo"] = None
        return super().finish(body, call)


class AssignedWithoutPageInfo(Mutant, GraphQL):
    """assignedFulfillmentOrders leaves pageInfo out."""

    requirement = "FO-GQL-ASSIGNED"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        under(body, "assignedFulfillmentOrders").pop("pageInfo", None)
        return super().finish(body, call)


class AssignedIgnoresItsStatus(Mutant, GraphQL):
    """assignedFulfillmentOrders takes assignmentStatus, and lists everything."""

    requirement = "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED"
    transports = ("graphql",)

    def assigned(self, ask: Asking, given: Given) -> Json:
        return super().assigned(ask, {**given, "assignmentStatus": None})


class LocationsForMoveWithoutMovable(Mutant, GraphQL):
    """locationsForMove has null for movable where there is a message."""

    requirement = "FO-GQL-LOCATIONS-FOR-MOVE"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for row in (under(body, "fulfillmentOrder").get("locationsForMove") or {}).get("nodes", ()):
            row["movable"] = True if row.get("message") is None else None
        return super().finish(body, call)


class SplitSwapsTheParts(Mutant, GraphQL):
    """Split leaves the named units on the original, and puts the rest into the new one."""

    requirement = "FO-GQL-SPLIT-QUANTITIES"
    transports = ("graphql",)

    def split(self, ask: Asking, given: Given) -> Json:
        rows = []
        for row in given["fulfillmentOrderSplits"]:
            fo = self.store.fulfillment_orders.get(int(row["fulfillmentOrderId"].rpartition("/")[2]))
            named = {line["id"]: line["quantity"] for line in row["fulfillmentOrderLineItems"]}
            rest = [
                {"id": gid, "quantity": line.fulfillable - named.get(gid, 0)}
                for line in (fo.lines if fo else ())
                if line.fulfillable > named.get(gid := self.nodes.line_gid(line), 0)
            ]
            fits = fo is not None and all(each["quantity"] > 0 for each in row["fulfillmentOrderLineItems"])
            rows.append({**row, "fulfillmentOrderLineItems": rest} if fits and rest and named else row)
        return super().split(ask, {"fulfillmentOrderSplits": rows})


class SplitDoublesTheUnits(Mutant, Store):
    """Split puts the named units into a new one, and leaves them on the original, too."""

    requirement = "FO-INV-QUANTITY"
    transports = ("graphql",)

    def split(self, client: App, parts: Sequence[Part]) -> list[Split]:
        done = super().split(client, parts)
        for each in done:
            for line in each.remaining.lines:
                self.put(each.fulfillment_order, line.order_line, line.quantity)
        return done


class SplitAnswersWithoutRemaining(Mutant, GraphQL):
    """The answer to split has null for what was split off."""

    requirement = "FO-RESP-SPLIT"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for row in under(body, "fulfillmentOrderSplit").get("fulfillmentOrderSplits") or ():
            row["remainingFulfillmentOrder"] = None
        return super().finish(body, call)


class MergeForgetsUnits(Mutant, Store):
    """Merge ends the others without taking their units."""

    requirement = "FO-GQL-MERGE-QUANTITIES"
    transports = ("graphql",)

    def take_in(self, fo: FulfillmentOrder, _chosen: Any, _into: FulfillmentOrder) -> None:
        fo.lines.clear()
        self.become(fo, status="closed")


class MergeTakesOneUnit(Mutant, Store):
    """Merge takes one unit of each line item only."""

    requirement = "FO-GQL-MERGE-QUANTITIES"
    transports = ("graphql",)

    def merge_units(self, fo: FulfillmentOrder, lines: Sequence[Amount], index: int) -> dict[int, int]:
        return {line_id: min(1, units) for line_id, units in super().merge_units(fo, lines, index).items()}


class MergeAnswersNothing(Mutant, GraphQL):
    """The answer to merge has null for the merged one."""

    requirement = "FO-RESP-MERGE"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        payload = under(body, "fulfillmentOrderMerge")
        if payload.get("fulfillmentOrderMerges"):
            payload["fulfillmentOrderMerges"] = None
        return super().finish(body, call)


class _Destination(Nodes):
    """Shows a destination in a way of its own."""

    does: ClassVar[dict[str, str]]
    cases: ClassVar[str] = "destination_is"

    def destination(self, fo: FulfillmentOrder, ask: Asking) -> Json | None:
        shown = super().destination(fo, ask)
        return shown and {**shown, **{name: shown[other] for name, other in self.does.items()}}


class GraphqlDestinationNamesSwapped(Mutant, _Destination):
    """firstName of the destination is the last name of the shipping address, and the other way round."""

    requirement = "FO-PROP-DESTINATION-FIRST-NAME"
    transports = ("graphql",)
    does: ClassVar[dict[str, str]] = {"firstName": "lastName", "lastName": "firstName"}


class GraphqlDestinationLastNameIsTheFirst(Mutant, _Destination):
    """Both names of the destination are the first name of the shipping address."""

    requirement = "FO-PROP-DESTINATION-LAST-NAME"
    transports = ("graphql",)
    does: ClassVar[dict[str, str]] = {"lastName": "firstName"}


class GraphqlDestinationZipIsTheSecondLine(Mutant, _Destination):
    """The zip of the destination is the second line of the address, which is null."""

    requirement = "FO-PROP-DESTINATION-ZIP"
    transports = ("graphql",)
    does: ClassVar[dict[str, str]] = {"zip": "address2"}


class GraphqlDestinationCityIsTheProvince(Mutant, _Destination):
    """The city of the destination is its province."""

    requirement = "FO-PROP-DESTINATION-CITY"
    transports = ("graphql",)
    does: ClassVar[dict[str, str]] = {"city": "province"}


class GraphqlDestinationProvinceIsTheCity(Mutant, _Destination):
    """The province of the destination is its city."""

    requirement = "FO-PROP-DESTINATION-PROVINCE"
    transports = ("graphql",)
    does: ClassVar[dict[str, str]] = {"province": "city"}


class GraphqlDestinationPhoneIsTheZip(Mutant, _Destination):
    """The phone of the destination is its zip."""

    requirement = "FO-PROP-DESTINATION-PHONE"
    transports = ("graphql",)
    does: ClassVar[dict[str, str]] = {"phone": "zip"}


class GraphqlDestinationCountryIsOneForAll(Mutant, Nodes):
    """countryCode of the destination is the same for every order."""

    requirement = "FO-PROP-DESTINATION-COUNTRY"
    transports = ("graphql",)
    cases: ClassVar[str] = "destination_is"

    def destination(self, fo: FulfillmentOrder, ask: Asking) -> Json | None:
        shown = super().destination(fo, ask)
        return shown and {**shown, "countryCode": "US"}
