"""Mutants of keys, types and values of the answers."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from datetime import datetime
from typing import Any, ClassVar

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.model import FulfillmentOrder, Hold, Line, Request
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.views import Json, View, Views


class DestinationWithoutZip(Mutant, Views):
    """The destination has no zip."""

    requirement = "FO-PROP-DESTINATION-ZIP"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        return None if shown is None else {key: value for key, value in shown.items() if key != "zip"}


class AssignedLocationWithoutName(Mutant, Views):
    """The assigned location has no name."""

    requirement = "FO-PROP-ASSIGNED-LOCATION-NAME"

    def location(self, fo: FulfillmentOrder) -> Json:
        return {key: value for key, value in super().location(fo).items() if key != "name"}


class AssignedLocationIdAsText(Mutant, Views):
    """assigned_location_id is a string."""

    requirement = "FO-PROP-ASSIGNED-LOCATION-ID"

    def location_id(self, fo: FulfillmentOrder) -> Any:
        return str(super().location_id(fo))


class QuantityAsTextInLists(Mutant, Views):
    """The quantity of a line item is a string in the list of an order."""

    requirement = "FO-PROP-LINE-ITEMS-QUANTITY"

    def quantity(self, line: Line, operation: str) -> Any:
        return str(line.quantity) if operation == "list" else line.quantity


class LineItemsWithoutFulfillableQuantity(Mutant, Views):
    """The answer to accept has line items without fulfillable_quantity."""

    requirement = "FO-PROP-LINE-ITEMS-FULFILLABLE-QUANTITY"

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        shown = super().line_item(fo, line, operation)
        if operation == "accept":
            del shown["fulfillable_quantity"]
        return shown


class LineItemsWithoutVariant(Mutant, Views):
    """Line items have no variant_id."""

    requirement = "FO-PROP-LINE-ITEMS-VARIANT-ID"

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        shown = super().line_item(fo, line, operation)
        del shown["variant_id"]
        return shown


class StatusInCapitals(Mutant, Views):
    """Getting one shows the status as GraphQL spells it."""

    requirement = "FO-PROP-STATUS"

    def status(self, fo: FulfillmentOrder, operation: str) -> str:
        return fo.status.upper() if operation == "get" else fo.status


class RequestStatusPending(Mutant, Views):
    """An unsubmitted one has the request status `pending` in the answer to hold."""

    requirement = "FO-PROP-REQUEST-STATUS"

    def request_status(self, fo: FulfillmentOrder, operation: str) -> str:
        unsubmitted = operation == "hold" and fo.request_status == "unsubmitted"
        return "pending" if unsubmitted else fo.request_status


class ActionsAsText(Mutant, Views):
    """supported_actions is one string."""

    requirement = "FO-PROP-SUPPORTED-ACTIONS"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        return {**shown, "supported_actions": ",".join(shown["supported_actions"])}


class EmptyHoldsOmitted(Mutant, Views):
    """fulfillment_holds is null where nothing is held."""

    requirement = "FO-PROP-FULFILLMENT-HOLDS"

    def holds(self, fo: FulfillmentOrder, operation: str) -> Any:
        return super().holds(fo, operation) or None


class HoldReasonAsObject(Mutant, Views):
    """The reason of a hold is an object."""

    requirement = "FO-PROP-FULFILLMENT-HOLDS-REASON"

    def hold(self, hold: Hold) -> Json:
        return {**super().hold(hold), "reason": {"code": hold.reason}}


class RequestKindMissing(Mutant, Views):
    """A request has no kind."""

    requirement = "FO-PROP-OUTGOING-REQUESTS-KIND"

    def request(self, request: Request) -> Json:
        return {key: value for key, value in super().request(request).items() if key != "kind"}


class CreatedAtAsNumber(Mutant, Views):
    """created_at is a number of seconds."""

    requirement = "FO-PROP-CREATED-AT"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        shown["created_at"] = int(view.fo.created_at.timestamp())
        return shown


class InstantsWithoutOffset(Mutant, Views):
    """updated_at and the other instants are not ISO 8601."""

    requirement = "FO-PROP-UPDATED-AT"

    def instant(self, moment: datetime | None) -> str | None:
        return None if moment is None else moment.strftime("%d/%m/%Y %H:%M")


class CloseAnswersUnwrapped(Mutant, Rest):
    """The answer to close is the fulfillment order without its key."""

    requirement = "FO-RESP-CLOSE"

    def close(self, call: Call) -> Reply:
        reply = super().close(call)
        reply.body = reply.body["fulfillment_order"]
        return reply


class SubmitAnswersOneOrder(Mutant, Rest):
    """The answer to a fulfillment request has only `fulfillment_order`."""

    requirement = "FO-RESP-SUBMIT"

    def submit(self, call: Call) -> Reply:
        reply = super().submit(call)
        reply.body = {"fulfillment_order": reply.body["submitted_fulfillment_order"]}
        return reply


class CancelAnswersWithoutReplacement(Mutant, Rest):
    """The answer to cancel lacks replacement_fulfillment_order."""

    requirement = "FO-RESP-CANCEL"

    def cancel(self, call: Call) -> Reply:
        reply = super().cancel(call)
        del reply.body["replacement_fulfillment_order"]
        return reply


class MoveAnswersWithoutOriginal(Mutant, Rest):
    """The answer to move lacks original_fulfillment_order."""

    requirement = "FO-RESP-MOVE"

    def move(self, call: Call) -> Reply:
        reply = super().move(call)
        del reply.body["original_fulfillment_order"]
        return reply


class AssignedAnswersOtherKey(Mutant, Rest):
    """The assigned list stands under assigned_fulfillment_orders."""

    requirement = "FO-RESP-ASSIGNED"

    def assigned(self, call: Call) -> Reply:
        return Reply({"assigned_fulfillment_orders": super().assigned(call).body["fulfillment_orders"]})


class ListAnswersObject(Mutant, Rest):
    """The list of an order with one fulfillment order is that object, not an array."""

    requirement = "FO-RESP-LIST"

    def list(self, call: Call) -> Reply:
        reply = super().list(call)
        found = reply.body["fulfillment_orders"]
        reply.body["fulfillment_orders"] = found[0] if len(found) == 1 else found
        return reply


class DeadlineAnswersArray(Mutant, Rest):
    """The answer to set_fulfillment_orders_deadline is an array."""

    requirement = "FO-RESP-SET-DEADLINE"

    def set_deadline(self, call: Call) -> Reply:
        reply = super().set_deadline(call)
        reply.body = []
        return reply


class DestinationZipNull(Mutant, Views):
    """The zip of the destination is null, whatever the shipping address is."""

    requirement = "FO-PROP-DESTINATION-ZIP"
    cases: ClassVar[str] = "destination_is"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        return None if shown is None else {**shown, "zip": None}


class DestinationCityIsTheProvince(Mutant, Views):
    """The city of the destination is its province."""

    requirement = "FO-PROP-DESTINATION-CITY"
    cases: ClassVar[str] = "destination_is"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        return None if shown is None else {**shown, "city": shown["province"]}


class DestinationCountryIsOneForAll(Mutant, Views):
    """The country of the destination is the same for every order."""

    requirement = "FO-PROP-DESTINATION-COUNTRY"
    cases: ClassVar[str] = "destination_is"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        return None if shown is None else {**shown, "country": "United States"}


class DestinationNamesSwapped(Mutant, Views):
    """The first name of the destination is the last name of the shipping address, and the other way round."""

    requirement = "FO-PROP-DESTINATION-FIRST-NAME"
    transports = ("rest",)
    cases: ClassVar[str] = "destination_is"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        return shown and {**shown, "first_name": shown["last_name"], "last_name": shown["first_name"]}


class DestinationLastNameIsTheFirst(Mutant, Views):
    """Both names of the destination are the first name of the shipping address."""

    requirement = "FO-PROP-DESTINATION-LAST-NAME"
    transports = ("rest",)
    cases: ClassVar[str] = "destination_is"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        return shown and {**shown, "last_name": shown["first_name"]}


class DestinationProvinceIsTheCity(Mutant, Views):
    """The province of the destination is its city."""

    requirement = "FO-PROP-DESTINATION-PROVINCE"
    cases: ClassVar[str] = "destination_is"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        return shown and {**shown, "province": shown["city"]}


class DestinationPhoneIsTheZip(Mutant, Views):
    """The phone of the destination is its zip."""

    requirement = "FO-PROP-DESTINATION-PHONE"
    cases: ClassVar[str] = "destination_is"

    def destination(self, fo: FulfillmentOrder) -> Json | None:
        shown = super().destination(fo)
        return shown and {**shown, "phone": shown["zip"]}
