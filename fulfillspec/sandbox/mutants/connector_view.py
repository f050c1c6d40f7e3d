"""Mutants of what the connector's action shows, to whom, and how it refuses."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.connector import Connector
from fulfillspec.sandbox.errors import Forbidden, Malformed, Refusal, Refused
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.views import Json


class _Showing(Connector):
    """The answer shows the fulfillment order otherwise."""

    def shown(self, fo: FulfillmentOrder, client: App) -> Json:
        return {**super().shown(fo, client), **self.wrong(fo, super().shown(fo, client))}

    def wrong(self, fo: FulfillmentOrder, shown: Json) -> Json:
        """Return the keys that are wrong."""
        del fo, shown
        return {}


class ConnectorShowsAnotherLocation(Mutant, _Showing):
    """The answer of the action has the id of another location."""

    requirement = "FO-CONN-VIEW"
    transports = ("connector",)

    def wrong(self, fo: FulfillmentOrder, shown: Json) -> Json:
        del fo
        return {"assigned_location_id": shown["assigned_location_id"] + 1}


class ConnectorShowsAnotherAddress(Mutant, _Showing):
    """The answer of the action has the name of another location."""

    requirement = "FO-CONN-VIEW"
    transports = ("connector",)

    def wrong(self, fo: FulfillmentOrder, shown: Json) -> Json:
        del fo
        return {"assigned_location": {**shown["assigned_location"], "name": "Another"}}


class ConnectorOffersNothing(Mutant, _Showing):
    """The answer of the action offers nothing, though fulfillment can be requested again."""

    requirement = "FO-ACTIONS-SHARED"
    transports = ("connector",)

    def wrong(self, fo: FulfillmentOrder, shown: Json) -> Json:
        del fo, shown
        return {"supported_actions": []}


class ConnectorShowsNothingLeft(Mutant, _Showing):
    """The line items of the answer have a fulfillable_quantity of 0."""

    requirement = "FO-CONN-VIEW"
    transports = ("connector",)

    def wrong(self, fo: FulfillmentOrder, shown: Json) -> Json:
        del fo
        return {"line_items": [{**line, "fulfillable_quantity": 0} for line in shown["line_items"]]}


class ConnectorShowsOtherItems(Mutant, _Showing):
    """The line items of the answer are of other variants."""

    requirement = "FO-CONN-VIEW"
    transports = ("connector",)

    def wrong(self, fo: FulfillmentOrder, shown: Json) -> Json:
        del fo
        return {"line_items": [{**line, "variant_id": line["line_item_id"]} for line in shown["line_items"]]}


class ConnectorShowsOtherLineIds(Mutant, _Showing):
    """The line items of the answer have the ids of those of the order."""

    requirement = "FO-CONN-VIEW"
    transports = ("connector",)

    def wrong(self, fo: FulfillmentOrder, shown: Json) -> Json:
        del fo
        return {"line_items": [{**line, "id": line["line_item_id"]} for line in shown["line_items"]]}


class ConnectorSendsElsewhere(Mutant, _Showing):
    """The destination of the answer has another city."""

    requirement = "FO-CONN-VIEW"
    transports = ("connector",)

    def wrong(self, fo: FulfillmentOrder, shown: Json) -> Json:
        del fo
        return {"destination": {**(shown["destination"] or {}), "city": "Elsewhere"}}


class ConnectorShowsAnotherOrder(Mutant, _Showing):
    """The answer of the action names another order."""

    requirement = "FO-CONN-VIEW"
    transports = ("connector",)

    def wrong(self, fo: FulfillmentOrder, shown: Json) -> Json:
        del fo
        return {"order_id": shown["id"]}


class ConnectorShowsItsMessageAsARequest(Mutant, _Showing):
    """The answer of the action shows the message of the last request as another one."""

    requirement = "FO-CONN-VIEW"
    transports = ("connector",)

    def wrong(self, fo: FulfillmentOrder, shown: Json) -> Json:
        del fo
        return {"merchant_requests": [{**each, "message": "Closed."} for each in shown["merchant_requests"]]}


class _Refusing(Connector):
    """A refusal of the action has another form."""

    def mark_incomplete(self, call: Call) -> Reply:
        try:
            return super().mark_incomplete(call)
        except Refused as refused:
            return self.said(refused)

    def said(self, refused: Refusal) -> Reply:
        """Return the refusal."""
        raise refused


class ConnectorRefusesInText(Mutant, _Refusing):
    """A refusal of the action is plain text."""

    requirement = "FO-CONN-REFUSAL-FORM"
    transports = ("connector",)

    def said(self, refused: Refusal) -> Reply:
        return Reply(str(refused), 422, media_type="text/plain; charset=utf-8")


class ConnectorRefusesWithoutAReason(Mutant, _Refusing):
    """A refusal of the action is an empty object."""

    requirement = "FO-CONN-REFUSAL-FORM"
    transports = ("connector",)

    def said(self, refused: Refusal) -> Reply:
        del refused
        return Reply({}, 422)


class ConnectorRefusesWithSuccess(Mutant, _Refusing):
    """A refusal of the action has the status 200."""

    requirement = "FO-CONN-REFUSAL-FORM"
    transports = ("connector",)

    def said(self, refused: Refusal) -> Reply:
        return Reply({"errors": [str(refused)]}, 200)


class ConnectorForgetsWhatItRefuses(Mutant, _Refusing):
    """A refused action sets the request status to unsubmitted where it was rejected or submitted."""

    requirement = "FO-CONN-REFUSAL-CHANGES-NOTHING"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        try:
            return super().close(client, subject, message)
        except Refused:
            fo = self.store.fulfillment_orders[subject]
            if fo.request_status in {"rejected", "submitted"}:
                self.store.become(fo, request_status="unsubmitted")
            raise


class ConnectorRefusesAndCloses(Mutant, Connector):
    """The action of another service is refused, and the request is closed nevertheless."""

    requirement = "FO-CONN-REFUSAL-CHANGES-NOTHING"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        try:
            return super().close(client, subject, message)
        except Forbidden:
            fo = self.store.fulfillment_orders.get(subject)
            if fo is not None and fo.status == "in_progress":
                self.store.become(fo, status="incomplete", request_status="closed")
            raise


class ConnectorServesTheMerchant(Mutant, Connector):
    """The action is done for the merchant, as if it were the app that accepted."""

    requirement = "FO-CONN-TOKEN"
    transports = ("connector",)

    def mark_incomplete(self, call: Call) -> Reply:
        subject, _ = self.read(call.body)
        fo = self.store.fulfillment_orders.get(subject)
        if (
            fo is not None
            and fo.accepted_by is not None
            and call.client.has("write_merchant_managed_fulfillment_orders")
        ):
            call = replace(call, client=fo.accepted_by)
        return super().mark_incomplete(call)


class ConnectorServesEveryService(Mutant, Connector):
    """The action is done for every service, as if it were the one that accepted."""

    requirement = "FO-CONN-TOKEN"
    transports = ("connector",)

    def mark_incomplete(self, call: Call) -> Reply:
        subject, _ = self.read(call.body)
        fo = self.store.fulfillment_orders.get(subject)
        if fo is not None and fo.accepted_by is not None and call.client.has("write_assigned_fulfillment_orders"):
            call = replace(call, client=fo.accepted_by)
        return super().mark_incomplete(call)


class ConnectorAsksForNoToken(Mutant, Front):
    """The action is done without a token, as for a service that has accepted."""

    requirement = "FO-CONN-TOKEN"
    transports = ("connector",)

    def identify(self, request: Request) -> App:
        if "connector" in request.url.path and not request.headers.get("x-shopify-access-token"):
            apps = list(self.apps.values())
            return next((app for app in apps if app.has("write_assigned_fulfillment_orders")), apps[0])
        return super().identify(request)


class ConnectorTakesAnyAccepted(Mutant, Connector):
    """Without primaryResourceId the action marks the newest one that the service works on."""

    requirement = "FO-CONN-NEEDS-ID"
    transports = ("connector",)

    def read(self, body: Mapping[str, Any]) -> tuple[int, str | None]:
        if "primaryResourceId" not in body:
            working = [fo.id for fo in self.store.fulfillment_orders.values() if fo.accepted_by is not None]
            if not working:
                raise Malformed("primaryResourceId")
            body = {**body, "primaryResourceId": working[-1]}
        return super().read(body)
