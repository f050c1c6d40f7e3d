"""The connector as a transport: the action "Mark a fulfillment order as incomplete" (S0), and nothing else."""

from collections.abc import Mapping
from typing import Any

from fulfillspec.wire import rest
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.http import UNSET, Client


class NotOfferedError(ValueError):
    """The connector has no such operation."""


class Connector:
    """The connector transport of one target: one HTTP session per actor, and the path of the action.

    The document fixes the body that goes in and the one that comes out. Where the action is found is not public: the
    target profile says so.
    """

    name = "connector"

    def __init__(self, clients: Mapping[str, Client], path: str) -> None:
        self._clients = clients
        self._path = path if path.startswith("/") else f"/{path}"

    def offers(self, operation: str) -> bool:
        """Tell whether the connector has the operation: only `close`."""
        return operation == "close"

    def perform(self, actor: str, ask: Ask, *, phase: str | None = None) -> Answer:
        """Send the action and read the answer. Raises `NotOfferedError`."""
        if not self.offers(ask.operation):
            raise NotOfferedError(f"the connector offers close only, not {ask.operation}")
        exchange = self._clients[actor].send(
            "POST",
            self._path,
            transport=self.name,
            operation=ask.operation,
            phase=phase,
            json=UNSET if ask.raw is not None else _body(ask),
            body=ask.raw,
        )
        return rest.read_answer(ask, actor, exchange, transport=self.name)


def _body(ask: Ask) -> dict[str, Any]:
    """Return the documented body. `wrapped=False` among the arguments leaves the envelope out."""
    inner = {"fulfillment_order": {key: value for key, value in ask.arguments.items() if key != "wrapped"}}
    if not ask.arguments.get("wrapped", True):
        return inner
    if ask.order is None:
        return {"data": inner}
    return {"primaryResourceId": int(ask.order) if ask.order.isdigit() else ask.order, "data": inner}
