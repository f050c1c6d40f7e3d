"""The connector's action "Mark a fulfillment order as incomplete": one endpoint outside the API."""

from collections.abc import Callable, Mapping

from fulfillspec.sandbox import params
from fulfillspec.sandbox.call import Call, Handler, Reply
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json, Views

PATH = "/connector/fulfillment-orders/mark-incomplete"
VERSION = "2022-10"
"""The version whose close answers with the keys of the action's sample."""


class Connector:
    """The action; the path is ours, for the document names none."""

    path = PATH

    def __init__(self, store: Store, views: Callable[[str], Views]) -> None:
        self.store = store
        self.views = views

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by route."""
        return {f"POST {self.path}": self.mark_incomplete}

    def mark_incomplete(self, call: Call) -> Reply:
        """Take `{"primaryResourceId", "data": {"fulfillment_order": {"message"}}}`; answer the plain resource."""
        subject, message = self.read(call.body)
        return self.answer(self.close(call.client, subject, message), call.client)

    def read(self, body: Mapping[str, object]) -> tuple[int, str | None]:
        """Read the envelope: which fulfillment order, and the message. Raises Malformed."""
        subject = params.whole(body, "primaryResourceId")
        data = params.wrapped(body, "data", required=True)
        given = params.wrapped(data, "fulfillment_order", required=True)
        return subject, params.text(given, "message")

    def close(self, client: App, subject: int, message: str | None) -> FulfillmentOrder:
        """Mark it as incomplete."""
        return self.store.close(client, subject, message=message)

    def answer(self, fo: FulfillmentOrder, client: App) -> Reply:
        """Answer with the fulfillment order."""
        return Reply({"fulfillment_order": self.shown(fo, client)})

    def shown(self, fo: FulfillmentOrder, client: App) -> Json:
        """Show the fulfillment order with the keys of the sample."""
        return self.views(VERSION).fulfillment_order(fo, "close", client)
