"""The connector: one action, its envelope, its answer and the judge of that."""

import copy
import json
from typing import Any

import pytest
from graphql_answers import Target

from fulfillspec.documents import paths
from fulfillspec.documents.register import load
from fulfillspec.evidence.log import NOT_JSON
from fulfillspec.judge import connector as judge
from fulfillspec.judge.schema import UnknownOperationError
from fulfillspec.wire.answer import Ask
from fulfillspec.wire.connector import Connector, NotOfferedError
from fulfillspec.wire.nodes import replaced

PATH = "/connector/fulfillment-orders/mark-incomplete"
DOCUMENTED = json.loads((paths.fixtures() / "S0" / "close-1.json").read_text())
BODY = DOCUMENTED["response"]["body"]


def perform(target: Any, operation: str = "close", raw: Any = None, order: Any = "7", **arguments: Any) -> Any:
    return Connector({"service": target}, PATH).perform("service", Ask(operation, order, arguments, raw))


def findings(body: Any) -> Any:
    return [(found.requirement, found.path) for found in judge.compare("close", body, version="2025-10").findings]


def test_only_close_is_offered() -> None:
    connector = Connector({}, PATH)
    assert connector.offers("close")
    assert not any(connector.offers(operation) for operation in ("get", "list", "move", "accept"))
    with pytest.raises(NotOfferedError, match="accept"):
        perform(Target(), "accept")


@pytest.mark.parametrize(
    ("order", "arguments", "wanted"),
    [
        ("7", {"message": "m"}, {"primaryResourceId": 7, "data": {"fulfillment_order": {"message": "m"}}}),
        ("7", {}, {"primaryResourceId": 7, "data": {"fulfillment_order": {}}}),
        (None, {}, {"data": {"fulfillment_order": {}}}),
        ("7", {"message": "m", "wrapped": False}, {"fulfillment_order": {"message": "m"}}),
    ],
)
def test_arguments_travel_in_the_documented_envelope(order: Any, arguments: Any, wanted: Any) -> None:
    target = Target(BODY)
    perform(target, order=order, **arguments)
    sent = target.sent[0]
    assert (sent["method"], sent["path"], sent["transport"]) == ("POST", PATH, "connector")
    assert sent["json"] == wanted


def test_documented_request_is_the_one_that_is_sent() -> None:
    target = Target(BODY)
    asked = DOCUMENTED["request"]["body"]
    perform(target, order=str(asked["primaryResourceId"]), **asked["data"]["fulfillment_order"])
    assert target.sent[0]["json"] == asked


def test_path_without_a_slash_gets_one() -> None:
    target = Target(BODY)
    Connector({"service": target}, "mark").perform("service", Ask("close", "7"))
    assert target.sent[0]["path"] == "/mark"


def test_raw_bytes_are_the_whole_body() -> None:
    target = Target((400, {"errors": "bad"}))
    assert perform(target, raw=b"{").refused
    assert target.sent[0]["body"] == b"{"


def test_documented_answer_is_observed_and_breaks_nothing() -> None:
    answer = perform(Target(BODY))
    assert answer.accepted
    assert answer.transport == "connector"
    assert answer.order.pair == "incomplete/closed"
    assert findings(BODY) == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_client_error_is_a_refusal(status: int) -> None:
    answer = perform(Target((status, {"errors": ["No."]})))
    assert (answer.outcome, answer.client_form) == ("refused", True)
    assert judge.check_error(answer.body) == []


@pytest.mark.parametrize("answer", [(500, {}), (200, NOT_JSON), (None, None)])
def test_what_cannot_be_read_has_failed(answer: tuple[int | None, Any]) -> None:
    assert perform(Target(answer)).outcome == "failed"


@pytest.mark.parametrize("body", [[], {}, {"fulfillment_order": None}, {"fulfillment_order": [BODY]}, {"order": {}}])
def test_answer_without_its_envelope_breaks_the_answer(body: Any) -> None:
    assert {requirement for requirement, _ in findings(body)} == {"FO-CONN-ANSWER"}
    assert judge.compare("close", body, version="2025-10").judged == {"FO-CONN-ANSWER"}


@pytest.mark.parametrize("key", sorted(set(BODY["fulfillment_order"]) - {"fulfillment_service_handle"}))
def test_missing_key_of_the_sample_is_seen(key: str) -> None:
    body = copy.deepcopy(BODY)
    del body["fulfillment_order"][key]
    assert {requirement for requirement, _ in findings(body)} == {"FO-CONN-KEYS"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("id",), "gid://shopify/FulfillmentOrder/7"),
        (("status",), "INCOMPLETE"),
        (("supported_actions",), None),
        (("line_items", 0, "quantity"), "1"),
        (("line_items", 0, "id"), None),
    ],
)
def test_wrong_type_of_the_sample_is_seen(path: Any, value: Any) -> None:
    found = findings(replaced(BODY, ("fulfillment_order", *path), value))
    assert [requirement for requirement, _ in found] == ["FO-CONN-KEYS"]
    assert found[0][1].startswith("fulfillment_order.")


def test_extra_keys_raise_nothing() -> None:
    order = {**BODY["fulfillment_order"], "more": 1}
    assert findings({**BODY, "fulfillment_order": order, "x": 1}) == []


def test_what_is_judged_is_in_the_register() -> None:
    known = load().requirements
    found = judge.compare("close", BODY, version="2025-10").judged
    assert {"FO-CONN-ANSWER", "FO-CONN-KEYS", "FO-PROP-FULFILLMENT-SERVICE-HANDLE"} == found
    assert all("connector" in known[name].transports for name in found)


def test_other_operations_have_no_document() -> None:
    with pytest.raises(UnknownOperationError, match="'accept'"):
        judge.compare("accept", {}, version="2025-10")
