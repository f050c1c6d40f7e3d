"""What the table makes of an operation that is carried out where it has to be refused."""

from types import SimpleNamespace
from typing import Any, cast

from fulfillspec.acting.session import Session
from fulfillspec.documents import lifecycle
from fulfillspec.documents.lifecycle import Cell
from fulfillspec.evidence.log import Evidence, Exchange
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.exploration.table import Table
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.rest import read_answer

AT_SERVICE = 5


class Letting:
    """A target of orders with one fulfillment order each, by the same id, that lets one actor accept what is submitted."""

    name = "rest"

    def __init__(self, lets: str, orders: int) -> None:
        self.lets, self.asked = lets, 0
        self.states = dict.fromkeys(map(str, range(1, orders + 1)), "submitted")

    def perform(self, actor: str, ask: Ask, *, phase: str | None = None) -> Answer:
        self.asked += 1
        named = str(ask.order or ask.arguments["order_id"])
        status: int = 200
        body: dict[str, Any] = {"fulfillment_orders": [self.shown(named)]}
        if ask.operation != "list" and actor == self.lets and self.states[named] == "submitted":
            self.states[named] = "accepted"
            body = {"fulfillment_order": self.shown(named)}
        elif ask.operation != "list":
            status, body = 403, {"errors": ["no access"]}
        exchange = Exchange(
            self.asked, "", "", actor, "rest", ask.operation, phase or "", "GET", "/", status=status,
            headers={"content-type": "application/json"}, data=body,
        )  # fmt: skip
        return read_answer(ask, actor, exchange)

    def shown(self, identity: str) -> dict[str, Any]:
        state = self.states[identity]
        return {
            "id": int(identity),
            "order_id": int(identity),
            "status": "open" if state == "submitted" else "in_progress",
            "request_status": state,
            "assigned_location_id": AT_SERVICE,
            "supported_actions": [],
            "line_items": [],
        }

    def offers(self, _operation: str) -> bool:
        return True


def test_every_order_that_was_accepted_by_the_wrong_actor_is_spoilt() -> None:
    """After refusals it is tried alone on a further order; the first one is in no documented state either."""
    target = Letting("other_service", 9)
    session = Session(target, Ledger(), Evidence(None, Redactor()), "2025-10")
    session.places[str(AT_SERVICE)] = "service"
    parked = iter(target.states)

    def order(_state: str, **_needs: Any) -> FulfillmentOrder:
        identity = next(parked)
        return session.look(identity).orders[identity]

    stage = SimpleNamespace(order=order, lifecycle=lifecycle.load())
    actors = dict.fromkeys(("outsider", "reader", "other_service"), cast("Any", None))
    table = Table(session, cast("Any", stage), actors, lambda *_: {}, entered=False)
    row = "FO-SCOPE-THIRD-PARTY-LOCATIONS"
    table.refuse(
        "service:open/submitted",
        [Cell("service:open/submitted", "accept", actor, "refuse", "must", row, None) for actor in actors],
    )
    accepted = {identity for identity, state in target.states.items() if state == "accepted"}
    assert len(accepted) == 2
    assert session.tainted == accepted
    assert row in {deviation.requirement for deviation in session.ledger.deviations}
