"""What presupposes a state looks at the state first, and what promises an area that is not claimed promises nothing."""

from typing import Any

import pytest

from fulfillspec.acting.session import Session
from fulfillspec.acting.step import Step, act
from fulfillspec.evidence.log import Evidence, Exchange
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.rest import read_answer

AT_SERVICE = 5


def shown(pair: str, *actions: str) -> dict[str, Any]:
    status, request_status = pair.split("/")
    return {
        "id": 1,
        "order_id": 9,
        "status": status,
        "request_status": request_status,
        "assigned_location_id": AT_SERVICE,
        "supported_actions": list(actions),
        "line_items": [],
    }


class Refusing:
    """A target with fulfillment orders of one order, as they are shown, that refuses every action."""

    name = "rest"

    def __init__(self, *orders: dict[str, Any]) -> None:
        self.orders, self.asked = list(orders), 0

    def perform(self, actor: str, ask: Ask, *, phase: str | None = None) -> Answer:
        self.asked += 1
        reading = ask.operation == "list"
        body = {"fulfillment_orders": self.orders} if reading else {"errors": ["no"]}
        exchange = Exchange(
            self.asked, "", "", actor, "rest", ask.operation, phase or "", "GET", "/", status=200 if reading else 422,
            data=body,
        )  # fmt: skip
        return read_answer(ask, actor, exchange)

    def offers(self, _operation: str) -> bool:
        return True


def tried(pair: str, operation: str, actor: str, *actions: str, areas: frozenset[str] | None = None) -> Step:
    session = Session(Refusing(shown(pair, *actions)), Ledger(), Evidence(None, Redactor()), "2025-10", areas=areas)
    session.places[str(AT_SERVICE)] = "service"
    order = session.look("9").orders["1"]
    return act(session, actor, order, operation)


def broken(step: Step) -> set[str]:
    return {row.requirement for row in step.session.ledger.deviations} & {"FO-X", "FO-ACTIONS-ADVERTISED"}


@pytest.mark.parametrize(
    ("pair", "operation", "actor"),
    [
        ("closed/accepted", "close", "service"),
        ("open/submitted", "submit", "merchant"),
        ("closed/closed", "submit", "merchant"),
    ],
)
def test_a_refusal_that_the_documents_demand_of_the_observed_state_is_no_deviation(
    pair: str, operation: str, actor: str
) -> None:
    step = tried(pair, operation, actor)
    step.check("FO-X", True, "it is carried out")
    assert broken(step) == set()
    assert step.session.ledger.tallies["FO-X", "rest"].unseen


@pytest.mark.parametrize(
    ("pair", "operation", "actor"),
    [("in_progress/accepted", "close", "service"), ("open/unsubmitted", "submit", "merchant")],
)
def test_a_refusal_where_the_documents_promise_is_one(pair: str, operation: str, actor: str) -> None:
    step = tried(pair, operation, actor)
    step.expect("FO-X", "incomplete/closed")
    assert broken(step) == {"FO-X"}


@pytest.mark.parametrize(
    ("areas", "found"),
    [(None, {"FO-ACTIONS-ADVERTISED"}), ({"reading", "holds"}, {"FO-ACTIONS-ADVERTISED"}), ({"reading"}, set())],
)
def test_words_of_supported_actions_promise_what_is_claimed(areas: set[str] | None, found: set[str]) -> None:
    claimed = None if areas is None else frozenset(areas)
    step = tried("open/unsubmitted", "hold", "merchant", "hold", areas=claimed)
    step.check("FO-Y", True, "it is carried out")
    assert broken(step) == found


def test_refusal_that_is_demanded_breaks_a_promise_all_the_same() -> None:
    step = tried("open/submitted", "submit", "merchant", "request_fulfillment")
    step.check("FO-X", True, "it is carried out")
    assert broken(step) == {"FO-ACTIONS-ADVERTISED"}


def test_what_follows_a_demanded_refusal_is_open_too() -> None:
    step = tried("closed/accepted", "close", "service")
    for requirement in ("FO-X", "FO-Y"):
        assert not step.check(requirement, True, "it is carried out")
    reasons = {name: step.session.ledger.tallies[name, "rest"].unseen for name in ("FO-X", "FO-Y")}
    assert reasons == {
        "FO-X": [
            "close by service in service:closed/accepted need not be carried out: the case presupposes another state"
        ],
        "FO-Y": ["close in service:closed/accepted was refused"],
    }


@pytest.mark.parametrize(("beside", "found"), [("on_hold/unsubmitted", set()), ("open/unsubmitted", {"FO-X"})])
def test_state_of_what_is_named_beside_is_presupposed_too(beside: str, found: set[str]) -> None:
    """What is advertised of the first one promises nothing of the two."""
    first, second = shown("open/unsubmitted", "create_fulfillment"), {**shown(beside), "id": 2}
    session = Session(Refusing(first, second), Ledger(), Evidence(None, Redactor()), "2025-10")
    session.places[str(AT_SERVICE)] = "merchant"
    step = act(session, "merchant", session.look("9").orders["1"], "create_fulfillment", beside=[("2", None)])
    step.check("FO-X", True, "both are fulfilled")
    assert broken(step) == found
