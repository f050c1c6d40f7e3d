"""Mutants in which the transports disagree about the same fulfillment order."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from datetime import datetime, timedelta
from typing import ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import Fulfillment, FulfillmentOrder, Hold, Line, Request
from fulfillspec.sandbox.mutants.graphql_actions import meant
from fulfillspec.sandbox.views import Json, View, Views

BOTH = ("rest", "graphql")


class GraphqlShowsIncompleteAsClosed(Mutant, Nodes):
    """GraphQL shows CLOSED where REST shows incomplete."""

    requirement = "FO-EQ-STATE"
    transports = BOTH

    def status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "CLOSED" if fo.status == "incomplete" else super().status(fo, operation)


class GraphqlForgetsTheRejection(Mutant, Nodes):
    """GraphQL shows UNSUBMITTED where REST shows rejected."""

    requirement = "FO-EQ-STATE"
    transports = BOTH

    def request_status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "UNSUBMITTED" if fo.request_status == "rejected" else super().request_status(fo, operation)


class RestShowsPartlyFulfilledAsOpen(Mutant, Views):
    """REST shows open where GraphQL shows IN_PROGRESS without a request."""

    requirement = "FO-EQ-STATE"
    transports = BOTH

    def status(self, fo: FulfillmentOrder, operation: str) -> str:
        fresh = fo.status == "in_progress" and fo.request_status == "unsubmitted"
        return "open" if fresh else super().status(fo, operation)


class GraphqlNamesAnotherLineItem(Mutant, Nodes):
    """GraphQL shows each line item as that of the order's last line."""

    requirement = "FO-EQ-LINE-ITEMS"
    transports = BOTH

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        shown = super().line_item(fo, line, operation)
        return {**shown, "lineItem": lambda _ask, _given: self.order_line(fo.order.lines[-1])}


class GraphqlCountsWhatIsFulfilled(Mutant, Nodes):
    """remainingQuantity of GraphQL counts the units that are fulfilled already."""

    requirement = "FO-EQ-QUANTITIES"
    transports = BOTH

    def remaining(self, _fo: FulfillmentOrder, line: Line, _operation: str) -> int:
        return line.quantity


class GraphqlTotalsTheOrder(Mutant, Nodes):
    """totalQuantity of GraphQL is that of the order's line item, not of the part that is here."""

    requirement = "FO-EQ-QUANTITIES"
    transports = BOTH

    def total(self, _fo: FulfillmentOrder, line: Line, _operation: str) -> int:
        return line.order_line.quantity


class GraphqlHoldsWithoutNotes(Mutant, Nodes):
    """GraphQL shows holds without their notes."""

    requirement = "FO-EQ-HOLDS"
    transports = BOTH

    def hold(self, hold: Hold, ask: Asking) -> Json:
        return {**super().hold(hold, ask), "reasonNotes": None}


class GraphqlHoldsForOtherReasons(Mutant, Nodes):
    """GraphQL shows every hold with the reason OTHER."""

    requirement = "FO-EQ-HOLDS"
    transports = BOTH

    def hold(self, hold: Hold, ask: Asking) -> Json:
        return {**super().hold(hold, ask), "reason": "OTHER"}


class RestHoldsWithoutNotes(Mutant, Views):
    """REST shows holds without their notes."""

    requirement = "FO-EQ-HOLDS"
    transports = BOTH

    def holds(self, fo: FulfillmentOrder, operation: str) -> list[Json]:
        return [{**each, "reason_notes": None} for each in super().holds(fo, operation)]


class GraphqlShowsThePrimaryLocation(Mutant, Nodes):
    """GraphQL shows what is on hold at the shop's primary location."""

    requirement = "FO-EQ-LOCATION"
    transports = BOTH

    def assigned_location(self, fo: FulfillmentOrder, operation: str) -> Json:
        shown = super().assigned_location(fo, operation)
        primary = self.store.primary
        if fo.status == "on_hold" and primary is not None:
            shown["location"] = lambda _ask, _given: self.location(primary)
        return shown


class GraphqlNumbersLineItemsByTheOrder(Mutant, Nodes):
    """The ids of line items in GraphQL lists have the numbers of the order's line items."""

    requirement = "FO-EQ-IDS"
    transports = BOTH

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        shown = super().line_item(fo, line, operation)
        if operation == "list":
            shown["id"] = self.gid("FulfillmentOrderLineItem", line.order_line.id)
        return shown


class GraphqlRequestsWithoutMessage(Mutant, Nodes):
    """GraphQL shows requests without their message."""

    requirement = "FO-EQ-REQUESTS"
    transports = BOTH

    def request(self, fo: FulfillmentOrder, request: Request) -> Json:
        return {**super().request(fo, request), "message": None}


class GraphqlTimesAreLocal(Mutant, Nodes):
    """GraphQL writes the shop's local time, and says that it is UTC."""

    requirement = "FO-EQ-TIMES"
    transports = BOTH

    def instant(self, moment: datetime | None) -> str | None:
        return super().instant(None if moment is None else moment - timedelta(hours=5))


class GraphqlDeadlineIsADayLater(Mutant, Nodes):
    """GraphQL shows the deadline a day later than REST."""

    requirement = "FO-EQ-TIMES"
    transports = BOTH

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        shown = super().fulfillment_order(fo, ask, operation)
        if fo.fulfill_by is not None:
            shown["fulfillBy"] = self.instant(fo.fulfill_by + timedelta(days=1))
        return shown


class GraphqlMovesWhatIsSubmitted(Mutant, GraphQL):
    """GraphQL moves what is submitted, REST does not."""

    requirement = "FO-EQ-REFUSALS"
    transports = BOTH

    def move(self, ask: Asking, given: Given) -> Json:
        fo = meant(self, given)
        if fo is not None and fo.request_status == "submitted" and fo.status == "open":
            self.store.become(fo, request_status="unsubmitted")
        return super().move(ask, given)


class GraphqlTakesCancellationsTooSoon(Mutant, GraphQL):
    """GraphQL takes a cancellation request for what is submitted and not accepted, REST does not."""

    requirement = "FO-EQ-REFUSALS"
    transports = BOTH

    def submit_cancellation(self, ask: Asking, given: Given) -> Json:
        fo = meant(self, given)
        if fo is not None and fo.request_status == "submitted" and fo.status == "open":
            self.store.become(fo, status="in_progress", request_status="accepted")
        return super().submit_cancellation(ask, given)


class GraphqlOffersNoHold(Mutant, Nodes):
    """GraphQL does not advertise HOLD where REST advertises hold."""

    requirement = "FO-EQ-ACTIONS"
    transports = BOTH

    def supported_actions(self, fo: FulfillmentOrder, ask: Asking) -> list[Json]:
        return [row for row in super().supported_actions(fo, ask) if row["action"] != "HOLD"]


class GraphqlForgetsNotifyCustomer(Mutant, Nodes):
    """GraphQL shows notify_customer false for every request."""

    requirement = "FO-EQ-REQUESTS"
    transports = BOTH

    def request(self, fo: FulfillmentOrder, request: Request) -> Json:
        shown = super().request(fo, request)
        return {**shown, "requestOptions": dict.fromkeys(shown["requestOptions"], False)}


class GraphqlRequestsAreSentLater(Mutant, Nodes):
    """GraphQL shows requests as sent a minute later than REST."""

    requirement = "FO-EQ-TIMES"
    transports = BOTH

    def request(self, fo: FulfillmentOrder, request: Request) -> Json:
        return {**super().request(fo, request), "sentAt": self.instant(request.sent_at + timedelta(minutes=1))}


class GraphqlCallsLocationsOtherwise(Mutant, Nodes):
    """GraphQL shows another name of the location of what is in progress."""

    requirement = "FO-EQ-LOCATION"
    transports = BOTH

    def assigned_location(self, fo: FulfillmentOrder, operation: str) -> Json:
        shown = super().assigned_location(fo, operation)
        return {**shown, "name": "Another"} if fo.status == "in_progress" else shown


class GraphqlNamesOtherInventoryItems(Mutant, Nodes):
    """GraphQL shows other inventory items on what is on hold."""

    requirement = "FO-EQ-LINE-ITEMS"
    transports = BOTH

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        shown = super().line_item(fo, line, operation)
        if fo.status == "on_hold":
            shown["inventoryItemId"] = self.gid("InventoryItem", line.order_line.id)
        return shown


class GraphqlFulfillmentsWithoutUrl(Mutant, Nodes):
    """GraphQL shows fulfillments without the URL of their tracking."""

    requirement = "FO-EQ-FULFILLMENTS"
    transports = BOTH

    def tracking(self, fulfillment: Fulfillment) -> list[Json]:
        return [{**row, "url": None} for row in super().tracking(fulfillment)]


class GraphqlCountsTheUnitsOfTheOrder(Mutant, Nodes):
    """totalQuantity of a fulfillment is that of its order."""

    requirement = "FO-EQ-FULFILLMENTS"
    transports = BOTH

    def fulfillment(self, fulfillment: Fulfillment, ask: Asking) -> Json:
        units = sum(line.quantity for line in fulfillment.order.lines)
        return {**super().fulfillment(fulfillment, ask), "totalQuantity": units}


class _Remembers(Views):
    """Shows some keys as REST showed them first, until an action over REST shows them anew."""

    keys: ClassVar[tuple[str, ...]]

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        kept: dict[int, Json] = vars(self).setdefault("kept", {})
        if view.operation not in {"get", "list", "assigned"}:
            kept.pop(view.fo.id, None)
        return {**shown, **kept.setdefault(view.fo.id, {key: shown[key] for key in self.keys if key in shown})}


class RestRemembersLocations(Mutant, _Remembers):
    """REST shows where a fulfillment order was before GraphQL moved it, once it has shown that."""

    requirement = "FO-EQ-LOCATION"
    transports = BOTH
    keys = ("assigned_location_id", "assigned_location")


class RestRemembersTimes(Mutant, _Remembers):
    """REST shows the fulfill_at that there was before GraphQL set another one, once it has shown that."""

    requirement = "FO-EQ-TIMES"
    transports = BOTH
    keys = ("fulfill_at",)


class RestRemembersHolds(Mutant, _Remembers):
    """REST shows the holds that there were before GraphQL placed or released one, once it has shown them."""

    requirement = "FO-EQ-HOLDS"
    transports = BOTH
    keys = ("fulfillment_holds",)
