"""Mutants whose values are not those of their source: locations, destinations, items, and lists with repetitions."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import App, FulfillmentOrder, Line, Location, Order
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json, Views


def disguised(location: Location, as_: Location) -> Location:
    """Return a location with the name and the address of another one."""
    return replace(as_, id=location.id, service=location.service)


class MovedOrderShowsTheOldAddress(Mutant, Store):
    """After a move the assigned location has the new id, with the name and the address of the old one."""

    requirement = "FO-LOCATION-CONTENT"

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        before = fo.location
        moved = super().move_itself(fo, location)
        fo.snapshot = disguised(location, before)
        return moved


class PartThatMovedShowsTheOldAddress(Mutant, Store):
    """What a move of some line items makes has the id of its location, with the name and the address of the old one."""

    requirement = "FO-LOCATION-CONTENT"

    def move_apart(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        fresh = super().move_apart(fo, chosen, location)
        fresh.snapshot = disguised(location, fo.location)
        return fresh


class LocationIsNoSnapshot(Mutant, Views):
    """assigned_location follows the edits of the location at all times."""

    requirement = "FO-LOCATION-SNAPSHOT"

    def location(self, fo: FulfillmentOrder) -> Json:
        fo.snapshot = None
        return super().location(fo)


class LocationIsASnapshotAtOnce(Mutant, Views):
    """assigned_location is a snapshot from the beginning, before any work has begun."""

    requirement = "FO-LOCATION-LIVE"

    def location(self, fo: FulfillmentOrder) -> Json:
        fo.snapshot = fo.snapshot or replace(fo.location)
        return super().location(fo)


class HeldOnesKeepTheirLocation(Mutant, Store):
    """assigned_location of what is on hold is a snapshot from the moment of the hold."""

    requirement = "FO-LOCATION-LIVE"

    def become(self, fo: FulfillmentOrder, **changes: Any) -> None:
        super().become(fo, **changes)
        if fo.status == "on_hold":
            fo.snapshot = replace(fo.location)


class ClosedOnesFollowTheirLocation(Mutant, Views):
    """assigned_location follows the edits of the location again once the service has closed the request."""

    requirement = "FO-LOCATION-SNAPSHOT"

    def location(self, fo: FulfillmentOrder) -> Json:
        if fo.status == "incomplete":
            fo.snapshot = None
        return super().location(fo)


class LineItemsAreOfAnotherShop(Mutant, Views):
    """shop_id of a line item is that of another shop than its fulfillment order's."""

    requirement = "FO-PROP-LINE-ITEMS-SHOP-ID"

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        shown = super().line_item(fo, line, operation)
        return {**shown, "shop_id": shown["shop_id"] + 1}


class AcceptIsAnsweredByAnotherShop(Mutant, Views):
    """The answer of an acceptance shows another shop_id than every look."""

    requirement = "FO-INV-OBSERVERS"

    def shop_id(self, operation: str) -> int:
        return super().shop_id(operation) + (operation == "accept")


class EveryLocationIsCalledAsThePrimary(Mutant, Views):
    """assigned_location of every fulfillment order has the name of the shop's primary location."""

    requirement = "FO-LOCATION-CONTENT"

    def location(self, fo: FulfillmentOrder) -> Json:
        primary = self.store.primary
        return {**super().location(fo), "name": primary.name if primary else ""}


class EveryLocationIsCalledAsThePrimaryOverGraphql(Mutant, Nodes):
    """assignedLocation of every fulfillment order has the name of the shop's primary location."""

    requirement = "FO-LOCATION-CONTENT"
    transports = ("graphql",)

    def assigned_location(self, fo: FulfillmentOrder, operation: str) -> Json:
        primary = self.store.primary
        return {**super().assigned_location(fo, operation), "name": primary.name if primary else ""}


class LocationsAreInAnotherCountry(Mutant, Views):
    """assigned_location has the same country code for every location."""

    requirement = "FO-LOCATION-CONTENT"

    def location(self, fo: FulfillmentOrder) -> Json:
        return {**super().location(fo), "country_code": "NZ"}


class AddressIsLostOverGraphql(Mutant, Nodes):
    """assignedLocation of GraphQL lists has no city."""

    requirement = "FO-LOCATION-CONTENT"
    transports = ("graphql",)

    def assigned_location(self, fo: FulfillmentOrder, operation: str) -> Json:
        shown = super().assigned_location(fo, operation)
        return {**shown, "city": None, "zip": None} if operation == "list" else shown


class AcceptTakesAnotherAddress(Mutant, Store):
    """The snapshot that accept makes has the name and the address of the shop's primary location."""

    requirement = "FO-LOCATION-CONTENT"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        super().after_accept(fo)
        if self.primary is not None:
            fo.snapshot = disguised(fo.location, self.primary)


class CloseForgetsTheAddress(Mutant, Store):
    """The snapshot of a closed request has no name of its own."""

    requirement = "FO-LOCATION-CONTENT"

    def after_close(self, fo: FulfillmentOrder) -> None:
        super().after_close(fo)
        fo.snapshot = replace(fo.snapshot or fo.location, name="Unknown", city=None)


class _Numbering(Store):
    """Some action gives the line items new ids."""

    def renumber(self, fo: FulfillmentOrder) -> None:
        """Give new ids."""
        for line in fo.lines:
            line.id = self.new_id("line")


class AcceptNumbersLineItemsAnew(Mutant, _Numbering):
    """Accept gives the line items new ids."""

    requirement = "FO-INV-LINE-IDS"

    def after_accept(self, fo: FulfillmentOrder) -> None:
        super().after_accept(fo)
        self.renumber(fo)


class RejectNumbersLineItemsAnew(Mutant, _Numbering):
    """Reject gives the line items new ids."""

    requirement = "FO-INV-LINE-IDS"

    def after_reject(self, fo: FulfillmentOrder) -> None:
        super().after_reject(fo)
        self.renumber(fo)


class CloseNumbersLineItemsAnew(Mutant, _Numbering):
    """Close gives the line items new ids."""

    requirement = "FO-INV-LINE-IDS"

    def after_close(self, fo: FulfillmentOrder) -> None:
        super().after_close(fo)
        self.renumber(fo)


class DeadlineNumbersLineItemsAnew(Mutant, _Numbering):
    """Setting a deadline gives the line items new ids."""

    requirement = "FO-INV-LINE-IDS"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        super().after_deadline(fo, deadline)
        self.renumber(fo)


class EachItemIsOfTheFirstVariant(Mutant, Views):
    """Each line item shows the variant of the first one of the order."""

    requirement = "FO-INV-ITEM"

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        first = fo.order.lines[0].variant
        return {**super().line_item(fo, line, operation), "variant_id": first and first.id}


class EachItemIsOfTheFirstInventoryItem(Mutant, Views):
    """Each line item shows the inventory item of the first one of the order."""

    requirement = "FO-INV-ITEM"

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        first = fo.order.lines[0].variant
        return {**super().line_item(fo, line, operation), "inventory_item_id": first and first.inventory_item_id}


class EachItemIsOfTheFirstInventoryItemOverGraphql(Mutant, Nodes):
    """Each line item shows the inventory item of the last one of the order over GraphQL."""

    requirement = "FO-INV-ITEM"
    transports = ("graphql",)

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        last = fo.order.lines[-1].variant
        shown = super().line_item(fo, line, operation)
        return {**shown, "inventoryItemId": last and self.gid("InventoryItem", last.inventory_item_id)}


class ItemsHaveNoInventoryItem(Mutant, Views):
    """No line item shows the inventory item of its variant."""

    requirement = "FO-INV-ITEM-SHOWN"

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        return {**super().line_item(fo, line, operation), "inventory_item_id": None}


class ItemsHaveNoInventoryItemOverGraphql(Mutant, Nodes):
    """No line item shows the inventory item of its variant over GraphQL."""

    requirement = "FO-INV-ITEM-SHOWN"
    transports = ("graphql",)

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        return {**super().line_item(fo, line, operation), "inventoryItemId": None}


class WhatWasSplitOffIsOfAnotherItem(Mutant, Views):
    """On every fulfillment order but the first of its order the line items show other inventory items."""

    requirement = "FO-INV-ITEM"

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        shown = super().line_item(fo, line, operation)
        if fo is not fo.order.fulfillment_orders[0] and shown["inventory_item_id"] is not None:
            shown["inventory_item_id"] += 1
        return shown


class WhatIsNewGoesNowhere(Mutant, Views):
    """On every fulfillment order but the first of its order the destination has no city."""

    requirement = "FO-INV-DESTINATION"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        first = fo is fo.order.fulfillment_orders[0]
        return shown if shown is None or first else {**shown, "city": "Elsewhere"}


class AcceptSendsElsewhere(Mutant, Views):
    """Once accepted, the destination has another street."""

    requirement = "FO-INV-DESTINATION"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        return {**shown, "address1": "2 Other Street"} if shown and fo.request_status == "accepted" else shown


class HoldForgetsTheRecipient(Mutant, Views):
    """On hold, the destination has no name."""

    requirement = "FO-INV-DESTINATION"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        return {**shown, "first_name": None, "last_name": None} if shown and fo.status == "on_hold" else shown


class ListRepeatsTheFirst(Mutant, Store):
    """The list of an order has its first fulfillment order twice."""

    requirement = "FO-INV-ONCE"

    def seen_of(self, client: App, order: Order) -> list[FulfillmentOrder]:
        found = super().seen_of(client, order)
        return [*found, *found[:1]] if len(found) > 1 else found


class AssignedListRepeatsTheLast(Mutant, Store):
    """The assigned list has its last fulfillment order twice."""

    requirement = "FO-INV-ONCE"

    def assigned(
        self, client: App, assignment_status: str | None = None, location_ids: frozenset[int] | None = None
    ) -> list[FulfillmentOrder]:
        found = super().assigned(client, assignment_status, location_ids)
        return [*found, *found[-1:]]


class ActionsAreAdvertisedTwice(Mutant, Views):
    """supported_actions has its first action twice."""

    requirement = "FO-INV-ONCE"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        offered = super().supported_actions(fo, client)
        return [*offered, *offered[:1]]


class HoldsAreShownTwiceOverGraphql(Mutant, Nodes):
    """fulfillmentHolds has each hold twice."""

    requirement = "FO-INV-ONCE"
    transports = ("graphql",)

    def holds(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> list[Json]:
        return super().holds(fo, ask, operation) * 2


class RequestsAreShownTwiceOverGraphql(Mutant, Nodes):
    """merchantRequests of the list has each request twice."""

    requirement = "FO-INV-ONCE"
    transports = ("graphql",)

    def requests(self, fo: FulfillmentOrder, ask: Asking, given: Given, operation: str) -> Json:
        shown = replace(fo, requests=[*fo.requests, *fo.requests]) if operation == "list" else fo
        return super().requests(shown, ask, given, operation)


class LineItemsAreShownTwice(Mutant, Rest):
    """Getting a fulfillment order shows its last line item twice."""

    requirement = "FO-INV-ONCE"

    def get(self, call: Call) -> Reply:
        reply = super().get(call)
        body: Any = reply.body
        rows = body["fulfillment_order"]["line_items"]
        rows.extend(rows[-1:])
        return reply
