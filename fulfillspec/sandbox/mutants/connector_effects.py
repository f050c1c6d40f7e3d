"""Mutants of what the connector's action does besides what its document says."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from datetime import timedelta

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.connector import Connector
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder


class ConnectorFails(Mutant, Connector):
    """The action is done and answered by status 500."""

    requirement = "FO-ERR-ANSWERS"
    transports = ("connector",)

    def mark_incomplete(self, call: Call) -> Reply:
        super().mark_incomplete(call)
        return Reply({"errors": "Internal Server Error"}, 500)


class ConnectorMarksOnce(Mutant, Connector):
    """The action on what it has marked before, and was accepted again, is refused."""

    requirement = "FO-CONN-STATE"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        requests = self.store.fulfillment_order(subject).requests
        if sum(request.kind == "fulfillment_request" for request in requests) > 1:
            raise Refused("The fulfillment order was incomplete before.")
        return super().close(client, subject, message)


class ConnectorTakesPlainLettersOnly(Mutant, Connector):
    """The action with a message that goes beyond ASCII is refused."""

    requirement = "FO-CONN-STATE"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        if message is not None and not message.isascii():
            raise Refused("Message is invalid")
        return super().close(client, subject, message)


class _Closing(Connector):
    """Closes, and then does something that nobody asked for."""

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        fo = super().close(client, subject, message)
        self.besides(fo)
        return fo

    def besides(self, fo: FulfillmentOrder) -> None:
        """Do it."""


class ConnectorMarksWholeWorkAlone(Mutant, Connector):
    """The action on what is partly fulfilled is refused."""

    requirement = "FO-CONN-PARTLY-FULFILLED"
    transports = ("connector",)

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        if self.store.fulfillment_order(subject).fulfilled:
            raise Refused("A part of the fulfillment order was fulfilled.")
        return super().close(client, subject, message)


class ConnectorCompletesWhatHasBegun(Mutant, _Closing):
    """The action on what is partly fulfilled sets the status to closed."""

    requirement = "FO-CONN-PARTLY-FULFILLED"
    transports = ("connector",)

    def besides(self, fo: FulfillmentOrder) -> None:
        if fo.fulfilled:
            fo.status = "closed"


class ConnectorForgetsWhatIsLeft(Mutant, _Closing):
    """The action on what is partly fulfilled leaves nothing to fulfil."""

    requirement = "FO-CONN-PARTLY-FULFILLED"
    transports = ("connector",)

    def besides(self, fo: FulfillmentOrder) -> None:
        for line in fo.lines if fo.fulfilled else ():
            line.fulfillable = 0


class ConnectorGivesTheWorkBack(Mutant, _Closing):
    """The action on what is partly fulfilled leaves what was fulfilled to be fulfilled again."""

    requirement = "FO-CONN-PARTLY-FULFILLED"
    transports = ("connector",)

    def besides(self, fo: FulfillmentOrder) -> None:
        for line in fo.lines:
            line.fulfillable = line.quantity


class ConnectorHasNoTime(Mutant, _Closing):
    """The action sets updated_at back to the time before it."""

    requirement = "FO-INV-UPDATED-AT"
    transports = ("connector",)

    def besides(self, fo: FulfillmentOrder) -> None:
        fo.updated_at -= timedelta(minutes=1)


class ConnectorRewritesTheRequest(Mutant, _Closing):
    """The action gives another message to the requests that were made before."""

    requirement = "FO-REQUEST-KEPT"
    transports = ("connector",)

    def besides(self, fo: FulfillmentOrder) -> None:
        for request in fo.requests:
            request.message = "Closed."


class ConnectorTakesTheWorkElsewhere(Mutant, _Closing):
    """The action assigns the fulfillment order to a location of the merchant."""

    requirement = "FO-INV-LOCATION"
    transports = ("connector",)

    def besides(self, fo: FulfillmentOrder) -> None:
        fo.location = next(place for place in self.store.locations.values() if place.active and place.service is None)
        fo.snapshot = None


class ConnectorHalvesTheWork(Mutant, _Closing):
    """The action leaves one unit of each line item."""

    requirement = "FO-INV-QUANTITY"
    transports = ("connector",)

    def besides(self, fo: FulfillmentOrder) -> None:
        for line in fo.lines:
            line.quantity = line.fulfillable = 1


class ConnectorClosesTheRest(Mutant, _Closing):
    """The action marks every fulfillment order of the order as incomplete."""

    requirement = "FO-INV-SIBLINGS"
    transports = ("connector",)

    def besides(self, fo: FulfillmentOrder) -> None:
        for other in fo.order.fulfillment_orders:
            if other is not fo and other.status in {"open", "in_progress", "on_hold"}:
                self.store.become(other, status="incomplete", request_status="closed")
