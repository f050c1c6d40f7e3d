"""Mutants of pages: how a connection is cut, what a page says of itself, filters and sort keys."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Callable
from typing import Any

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import FulfillmentOrder, Order
from fulfillspec.sandbox.views import Json

Show = Callable[[Given], Json]
"""A connection as it would be shown with these arguments."""

Sin = Callable[[Show, Given], Json]


def without(show: Show, given: Given, *names: str) -> Json:
    """Show a connection as if arguments had not been given."""
    return show({name: value for name, value in given.items() if name not in names})


def told(page: Json, **info: Any) -> Json:
    """Return a page that says something else of itself."""
    return {**page, "pageInfo": {**page["pageInfo"], **info}}


def piece(page: Json, start: int | None = None, end: int | None = None) -> Json:
    """Return some of the elements of a page, with the flags of the whole one."""
    return {**page, "nodes": page["nodes"][start:end], "edges": page["edges"][start:end]}


def limitless(show: Show, given: Given) -> Json:
    """Show everything, however little is asked for."""
    return show({**given, "first": 250}) if given.get("first") else show(given)


def from_the_front(show: Show, given: Given) -> Json:
    """Take last for first."""
    return show({**given, "first": given["last"], "last": None}) if given.get("last") else show(given)


def backwards(show: Show, given: Given) -> Json:
    """Show what last asks for from its end."""
    page = show(given)
    return {**page, "nodes": page["nodes"][::-1], "edges": page["edges"][::-1]} if given.get("last") else page


def from_the_cursor(show: Show, given: Given) -> Json:
    """Begin with the element of the cursor itself."""
    if not given.get("after"):
        return show(given)
    whole = without(show, {**given, "first": 250}, "after")
    start = [edge["cursor"] for edge in whole["edges"]].index(given["after"])
    return {**show(given), **piece(whole, start, start + given["first"])}


def past_the_cursor(show: Show, given: Given) -> Json:
    """Leave out the element after the cursor."""
    return piece(show(given), 1) if given.get("after") else show(given)


def up_to_the_cursor(show: Show, given: Given) -> Json:
    """End with the element of the cursor itself."""
    if not given.get("before"):
        return show(given)
    whole = without(show, {**given, "first": 250, "last": None}, "before")
    end = [edge["cursor"] for edge in whole["edges"]].index(given["before"]) + 1
    return {**show(given), **piece(whole, max(0, end - given["last"]), end)}


def reversed_within(show: Show, given: Given) -> Json:
    """Reverse the page and not the list."""
    page = without(show, given, "reverse")
    return {**page, "nodes": page["nodes"][::-1], "edges": page["edges"][::-1]} if given.get("reverse") else page


def full_is_more(show: Show, given: Given) -> Json:
    """Say that more follows whenever the page is full."""
    page = show(given)
    return told(page, hasNextPage=len(page["nodes"]) == given.get("first"))


def one_cursor(show: Show, given: Given) -> Json:
    """Give every edge the cursor of the first one."""
    page = show(given)
    edges = [{**edge, "cursor": page["pageInfo"]["startCursor"]} for edge in page["edges"]]
    return {**page, "edges": edges}


def _field(shown: Json, name: str, sin: Sin) -> Json:
    """Return an object one of whose connections is cut another way."""
    show = shown[name]
    return {**shown, name: lambda ask, given: sin(lambda each: show(ask, each), given)}


class FulfillmentOrdersIgnoreFirst(Mutant, GraphQL):
    """fulfillmentOrders shows everything, whatever first says."""

    requirement = "FO-GQL-PAGE-FIRST"
    transports = ("graphql",)

    def all(self, ask: Asking, given: Given) -> Json:
        return limitless(lambda each: super(FulfillmentOrdersIgnoreFirst, self).all(ask, each), given)


class FulfillmentOrdersCountLastFromTheFront(Mutant, GraphQL):
    """fulfillmentOrders with last shows the first ones."""

    requirement = "FO-GQL-PAGE-LAST"
    transports = ("graphql",)

    def all(self, ask: Asking, given: Given) -> Json:
        return from_the_front(lambda each: super(FulfillmentOrdersCountLastFromTheFront, self).all(ask, each), given)


class FulfillmentOrdersIgnoreReverse(Mutant, GraphQL):
    """fulfillmentOrders with reverse: true shows the list as ever."""

    requirement = "FO-GQL-PAGE-REVERSE"
    transports = ("graphql",)

    def all(self, ask: Asking, given: Given) -> Json:
        return super().all(ask, {**given, "reverse": False})


class HeldOnesSayNextAfterAFullPage(Mutant, GraphQL):
    """manualHoldsFulfillmentOrders says that more follows whenever the page is full, at the end of the list too."""

    requirement = "FO-GQL-PAGE-HAS-NEXT"
    transports = ("graphql",)

    def held(self, ask: Asking, given: Given) -> Json:
        return full_is_more(lambda each: super(HeldOnesSayNextAfterAFullPage, self).held(ask, each), given)


class AssignedOnesBeginWithTheCursor(Mutant, GraphQL):
    """assignedFulfillmentOrders after a cursor begins with the one of the cursor."""

    requirement = "FO-GQL-PAGE-AFTER"
    transports = ("graphql",)

    def assigned(self, ask: Asking, given: Given) -> Json:
        return from_the_cursor(lambda each: super(AssignedOnesBeginWithTheCursor, self).assigned(ask, each), given)


class AssignedOnesIgnoreBefore(Mutant, GraphQL):
    """assignedFulfillmentOrders before a cursor shows the last ones."""

    requirement = "FO-GQL-PAGE-BEFORE"
    transports = ("graphql",)

    def assigned(self, ask: Asking, given: Given) -> Json:
        return super().assigned(ask, {**given, "before": None})


class AssignedOnesHaveNoPreviousPage(Mutant, GraphQL):
    """assignedFulfillmentOrders never has a previous page."""

    requirement = "FO-GQL-PAGE-HAS-PREVIOUS"
    transports = ("graphql",)

    def assigned(self, ask: Asking, given: Given) -> Json:
        return told(super().assigned(ask, given), hasPreviousPage=False)


class AssignedPagesLoseOne(Mutant, GraphQL):
    """The second page of assignedFulfillmentOrders leaves out the one after the cursor."""

    requirement = "FO-ASSIGNED-LIST"
    transports = ("graphql",)

    def assigned(self, ask: Asking, given: Given) -> Json:
        return past_the_cursor(lambda each: super(AssignedPagesLoseOne, self).assigned(ask, each), given)


class AssignedPagesEndEarly(Mutant, GraphQL):
    """The first page of assignedFulfillmentOrders says that nothing follows."""

    requirement = "FO-ASSIGNED-LIST"
    transports = ("graphql",)

    def assigned(self, ask: Asking, given: Given) -> Json:
        return told(super().assigned(ask, given), hasNextPage=False)


class HeldOnesAreShownBackwards(Mutant, GraphQL):
    """manualHoldsFulfillmentOrders with last shows the page from its end."""

    requirement = "FO-GQL-PAGE-LAST"
    transports = ("graphql",)

    def held(self, ask: Asking, given: Given) -> Json:
        return backwards(lambda each: super(HeldOnesAreShownBackwards, self).held(ask, each), given)


class HeldOnesIgnoreAfter(Mutant, GraphQL):
    """manualHoldsFulfillmentOrders after a cursor shows the first ones again."""

    requirement = "FO-GQL-PAGE-AFTER"
    transports = ("graphql",)

    def held(self, ask: Asking, given: Given) -> Json:
        return super().held(ask, {**given, "after": None})


class LineItemsIgnoreFirst(Mutant, Nodes):
    """lineItems shows all of them, whatever first says."""

    requirement = "FO-GQL-PAGE-FIRST"
    transports = ("graphql",)

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        return _field(super().fulfillment_order(fo, ask, operation), "lineItems", limitless)


class LineItemsEndWithTheCursor(Mutant, Nodes):
    """lineItems before a cursor ends with the one of the cursor."""

    requirement = "FO-GQL-PAGE-BEFORE"
    transports = ("graphql",)

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        return _field(super().fulfillment_order(fo, ask, operation), "lineItems", up_to_the_cursor)


class LineItemsShareACursor(Mutant, Nodes):
    """Every edge of lineItems has the cursor of the first one."""

    requirement = "FO-GQL-PAGE-CURSORS"
    transports = ("graphql",)

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        return _field(super().fulfillment_order(fo, ask, operation), "lineItems", one_cursor)


class LineItemsReverseThePage(Mutant, Nodes):
    """lineItems with reverse: true shows the first page from its end."""

    requirement = "FO-GQL-PAGE-REVERSE"
    transports = ("graphql",)

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        return _field(
            super().fulfillment_order(fo, ask, operation),
            "lineItems",
            lambda show, given: reversed_within(show, {**given, "first": 2} if given.get("reverse") else given),
        )


class RequestsHaveNoNextPage(Mutant, Nodes):
    """merchantRequests never has a next page."""

    requirement = "FO-GQL-PAGE-HAS-NEXT"
    transports = ("graphql",)

    def requests(self, fo: FulfillmentOrder, _ask: Asking, given: Given, _operation: str) -> Json:
        return told(super().requests(fo, _ask, given, _operation), hasNextPage=False)


class RequestsAlwaysHaveAPreviousPage(Mutant, Nodes):
    """merchantRequests always has a previous page."""

    requirement = "FO-GQL-PAGE-HAS-PREVIOUS"
    transports = ("graphql",)

    def requests(self, fo: FulfillmentOrder, _ask: Asking, given: Given, _operation: str) -> Json:
        return told(super().requests(fo, _ask, given, _operation), hasPreviousPage=True)


class RequestsLackEdges(Mutant, Nodes):
    """The edges of merchantRequests are those of the page without its first element."""

    requirement = "FO-GQL-PAGE-CURSORS"
    transports = ("graphql",)

    def requests(self, fo: FulfillmentOrder, _ask: Asking, given: Given, _operation: str) -> Json:
        page = super().requests(fo, _ask, given, _operation)
        return {**page, "edges": page["edges"][1:]}


class FulfillmentsEndWhereTheyBegin(Mutant, Nodes):
    """endCursor of fulfillments is the cursor of the first one."""

    requirement = "FO-GQL-PAGE-CURSORS"
    transports = ("graphql",)

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        def sin(show: Show, given: Given) -> Json:
            page = show(given)
            return told(page, endCursor=page["pageInfo"]["startCursor"])

        return _field(super().fulfillment_order(fo, ask, operation), "fulfillments", sin)


class FulfillmentsSkipOne(Mutant, Nodes):
    """fulfillments after a cursor leaves out the one that follows it."""

    requirement = "FO-GQL-PAGE-AFTER"
    transports = ("graphql",)

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        return _field(super().fulfillment_order(fo, ask, operation), "fulfillments", past_the_cursor)


class LocationsForMoveIgnoreLast(Mutant, Nodes):
    """locationsForMove with last shows the first ones."""

    requirement = "FO-GQL-PAGE-LAST"
    transports = ("graphql",)

    def locations_for_move(self, fo: FulfillmentOrder, ask: Asking, given: Given) -> Json:
        return from_the_front(
            lambda each: super(LocationsForMoveIgnoreLast, self).locations_for_move(fo, ask, each), given
        )


class ListOfAnOrderSkipsOne(Mutant, Nodes):
    """The second page of the fulfillment orders of an order leaves out the one after the cursor."""

    requirement = "FO-LIST-ALL"
    transports = ("graphql",)

    def order(self, order: Order, ask: Asking) -> Json:
        return _field(super().order(order, ask), "fulfillmentOrders", past_the_cursor)


class ListOfAnOrderShowsTheCursorAgain(Mutant, Nodes):
    """The second page of the fulfillment orders of an order begins with the one of the cursor."""

    requirement = "FO-LIST-ALL"
    transports = ("graphql",)

    def order(self, order: Order, ask: Asking) -> Json:
        return _field(super().order(order, ask), "fulfillmentOrders", from_the_cursor)


class ListOfAnOrderIgnoresReverse(Mutant, Nodes):
    """The fulfillment orders of an order with reverse: true come as ever."""

    requirement = "FO-GQL-PAGE-REVERSE"
    transports = ("graphql",)

    def order(self, order: Order, ask: Asking) -> Json:
        return _field(
            super().order(order, ask), "fulfillmentOrders", lambda show, given: without(show, given, "reverse")
        )


class LineItemsOfAnOrderHaveNoPreviousPage(Mutant, Nodes):
    """The line items of an order never have a previous page."""

    requirement = "FO-GQL-PAGE-HAS-PREVIOUS"
    transports = ("graphql",)

    def order(self, order: Order, ask: Asking) -> Json:
        return _field(
            super().order(order, ask), "lineItems", lambda show, given: told(show(given), hasPreviousPage=False)
        )


class MergeableOnesIgnoreLast(Mutant, Nodes):
    """fulfillmentOrdersForMerge with last shows the first ones."""

    requirement = "FO-GQL-PAGE-LAST"
    transports = ("graphql",)

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        return _field(super().fulfillment_order(fo, ask, operation), "fulfillmentOrdersForMerge", from_the_front)
