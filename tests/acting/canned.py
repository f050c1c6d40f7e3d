"""A target without a server: looks and answers that were written before."""

from collections.abc import Sequence
from typing import Any

from fulfillspec.evidence.log import Exchange
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.rest import read_answer

AT_SERVICE = 5


def shown(pair: str, identity: int = 1, **more: Any) -> dict[str, Any]:
    status, request_status = pair.split("/")
    return {
        "id": identity,
        "order_id": 9,
        "status": status,
        "request_status": request_status,
        "assigned_location_id": AT_SERVICE,
        "supported_actions": [],
        "line_items": [],
        **more,
    }


class Canned:
    """A target that shows these states, look after look, and answers an action with a status and a state."""

    name = "rest"
    key = "fulfillment_order"
    url = "/"
    """Where each answer came from; of a list in pages, the last one."""

    def __init__(self, looks: Sequence[list[dict[str, Any]]], answer: dict[str, Any] | None, status: int = 200) -> None:
        self.looks, self.answer, self.status, self.asked = list(looks), answer, status, 0
        self.phases: list[tuple[str, str | None]] = []
        self.times: list[str] = []

    def perform(self, actor: str, ask: Ask, *, phase: str | None = None) -> Answer:
        self.asked += 1
        self.phases.append((ask.operation, phase))
        body: Any = {self.key: self.answer} if self.answer else {"errors": ["no"]}
        status = self.status
        if ask.operation == "list":
            body, status = {"fulfillment_orders": self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]}, 200
        exchange = Exchange(
            self.asked, self.times.pop(0) if self.times else "", "", actor, "rest", ask.operation, phase or "", "GET", self.url, status=status,
            headers={"content-type": "application/json"}, data=body,
        )  # fmt: skip
        return read_answer(ask, actor, exchange)

    def offers(self, _operation: str) -> bool:
        return True
