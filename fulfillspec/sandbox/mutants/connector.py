"""Mutants of the connector's action."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping
from dataclasses import replace

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.connector import Connector
from fulfillspec.sandbox.errors import Forbidden, Malformed, Unknown
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.views import Json


class ConnectorTakesNoEnvelope(Mutant, Connector):
    """The action refuses the envelope and wants the REST body with the id in it."""

    requirement = "FO-CONN-ENVELOPE"
    transports = ("connector",)

    def read(self, body: Mapping[str, object]) -> tuple[int, str | None]:
        if "primaryResourceId" in body:
            raise Malformed("fulfillment_order")
        return super().read({"primaryResourceId": body.get("id"), "data": body})


class ConnectorAnswersNull(Mutant, Connector):
    """The action is done, and the answer has null for the fulfillment order."""

    requirement = "FO-CONN-ENVELOPE"
    transports = ("connector",)

    def answer(self, _fo: FulfillmentOrder, _client: App) -> Reply:
        return Reply({"fulfillment_order": None})


class ConnectorClosesAnother(Mutant, Connector):
    """The action marks another fulfillment order at the same location, if there is one that is not ended."""

    requirement = "FO-CONN-ID"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        named = self.store.reach(client, subject, "close")
        self.store.guard_close(client, named)
        for fo in self.store.fulfillment_orders.values():
            if fo is not named and fo.location is named.location and not self.store.ended(fo):
                self.store.become(fo, status="incomplete", request_status="closed")
                return fo
        return super().close(client, subject, message)


class ConnectorEchoesAnotherId(Mutant, Connector):
    """The answer of the action has another id than the envelope."""

    requirement = "FO-CONN-ID"
    transports = ("connector",)

    def shown(self, fo: FulfillmentOrder, client: App) -> Json:
        return {**super().shown(fo, client), "id": fo.order.id}


class ConnectorStopsAtAMessage(Mutant, Connector):
    """The action with a message answers the fulfillment order as it is, and does nothing."""

    requirement = "FO-CONN-MESSAGE"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        if message:
            return self.store.reach(client, subject, "close")
        return super().close(client, subject, message)


class ConnectorWrapsItsAnswer(Mutant, Connector):
    """The answer of the action has an envelope as the request."""

    requirement = "FO-CONN-ANSWER"
    transports = ("connector",)

    def answer(self, fo: FulfillmentOrder, client: App) -> Reply:
        return Reply({"primaryResourceId": fo.id, "data": super().answer(fo, client).body})


class ConnectorAnswersUnwrapped(Mutant, Connector):
    """The answer of the action is the fulfillment order without its key."""

    requirement = "FO-CONN-ANSWER"
    transports = ("connector",)

    def answer(self, fo: FulfillmentOrder, client: App) -> Reply:
        return Reply(self.shown(fo, client))


class ConnectorCompletes(Mutant, Connector):
    """The action sets the status to closed."""

    requirement = "FO-CONN-STATE"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        fo = super().close(client, subject, message)
        self.store.become(fo, status="closed")
        return fo


class ConnectorKeepsTheRequest(Mutant, Connector):
    """The action sets the status, and leaves the request accepted."""

    requirement = "FO-CONN-STATE"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        fo = super().close(client, subject, message)
        self.store.become(fo, request_status="accepted")
        return fo


class ConnectorTakesWhatIsSubmitted(Mutant, Connector):
    """The action marks what is submitted and not yet accepted, too."""

    requirement = "FO-CONN-MARKS-IN-PROGRESS"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        fo = self.store.fulfillment_orders.get(subject)
        if fo is not None and fo.request_status == "submitted" and fo.status == "open":
            fo.accepted_by = client
            self.store.become(fo, status="in_progress", request_status="accepted")
        return super().close(client, subject, message)


class ConnectorWithoutDestination(Mutant, Connector):
    """The answer of the action has no destination."""

    requirement = "FO-CONN-KEYS"
    transports = ("connector",)

    def shown(self, fo: FulfillmentOrder, client: App) -> Json:
        return {key: value for key, value in super().shown(fo, client).items() if key != "destination"}


class ConnectorIdsAsText(Mutant, Connector):
    """The answer of the action has ids as strings."""

    requirement = "FO-CONN-KEYS"
    transports = ("connector",)

    def shown(self, fo: FulfillmentOrder, client: App) -> Json:
        shown = super().shown(fo, client)
        return {key: str(value) if key in {"order_id", "shop_id"} else value for key, value in shown.items()}


class ConnectorWithoutLocation(Mutant, Connector):
    """The answer of the action has neither assigned_location nor origin."""

    requirement = "FO-CONN-KEYS"
    transports = ("connector",)

    def shown(self, fo: FulfillmentOrder, client: App) -> Json:
        hidden = {"assigned_location", "origin"}
        return {key: value for key, value in super().shown(fo, client).items() if key not in hidden}


class ConnectorAnswersWithoutItems(Mutant, Connector):
    """The answer of the action has no line items."""

    requirement = "FO-CONN-LINE-ITEMS"
    transports = ("connector",)

    def shown(self, fo: FulfillmentOrder, client: App) -> Json:
        return {**super().shown(fo, client), "line_items": []}


class ConnectorServesEveryApp(Mutant, Connector):
    """The action is done for every app, as if it were the one that accepted."""

    requirement = "FO-CONN-SCOPE"
    transports = ("connector",)

    def mark_incomplete(self, call: Call) -> Reply:
        subject, _ = self.read(call.body)
        fo = self.store.fulfillment_orders.get(subject)
        by = fo.accepted_by if fo is not None else None
        return super().mark_incomplete(replace(call, client=by) if by is not None else call)


class ConnectorOnlySaysSo(Mutant, Connector):
    """The answer of the action shows incomplete and closed, and nothing is done."""

    requirement = "FO-CONN-SAME-ORDER"
    transports = ("connector",)

    def close(self, client: App, subject: int, _message: str | None) -> FulfillmentOrder:
        fo = self.store.reach(client, subject, "close")
        self.store.guard_close(client, fo)
        return fo

    def shown(self, fo: FulfillmentOrder, client: App) -> Json:
        return {**super().shown(fo, client), "status": "incomplete", "request_status": "closed"}


class ConnectorFindsNothingQuietly(Mutant, Connector):
    """An unknown id is answered with 200 and null."""

    requirement = "FO-CONN-UNKNOWN-ID"
    transports = ("connector",)

    def mark_incomplete(self, call: Call) -> Reply:
        try:
            return super().mark_incomplete(call)
        except Unknown:
            return Reply({"fulfillment_order": None})


class ConnectorFailsOnUnknownIds(Mutant, Connector):
    """An unknown id is answered with status 500."""

    requirement = "FO-CONN-UNKNOWN-ID"
    transports = ("connector",)

    def mark_incomplete(self, call: Call) -> Reply:
        try:
            return super().mark_incomplete(call)
        except Unknown:
            return Reply({"errors": "Internal Server Error"}, 500)


class ConnectorHidesItsReasons(Mutant, Connector):
    """A missing scope is answered with 200 and the fulfillment order unchanged."""

    requirement = "FO-CONN-SCOPE"
    transports = ("connector",)

    def mark_incomplete(self, call: Call) -> Reply:
        try:
            return super().mark_incomplete(call)
        except Forbidden:
            fo = self.store.fulfillment_order(self.read(call.body)[0])
            return self.answer(fo, call.client)


class ConnectorAnswersForMerchantLocations(Mutant, Connector):
    """The action on what is at a merchant-managed location is answered as if it were done."""

    requirement = "FO-CONN-MARKS-IN-PROGRESS"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        fo = self.store.fulfillment_orders.get(subject)
        if fo is None or fo.at_service:
            return super().close(client, subject, message)
        return replace(fo, status="incomplete", request_status="closed")
