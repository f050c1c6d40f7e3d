"""What an answer says of the operation: carried out, refused, or nothing at all. A target that is busy refuses nothing."""

from typing import Any

import pytest

from fulfillspec.evidence.log import NOT_JSON, Exchange
from fulfillspec.wire import faults, graphql, rest
from fulfillspec.wire.answer import Answer, Ask

ORDER = {"fulfillment_order": {"id": 1, "order_id": 9, "status": "open", "request_status": "submitted"}}
SILENT = [None, 408, 423, 429, 430, 500, 502, 503, 504]
NO = {"errors": "no"}


def exchange(status: int | None, data: Any, **fields: Any) -> Exchange:
    return Exchange(1, "", "", "service", "rest", "accept", "act", "POST", "/", status=status, data=data, **fields)


def over_rest(status: int | None, data: Any, operation: str = "accept", **fields: Any) -> Answer:
    return rest.read_answer(Ask(operation, "1"), "service", exchange(status, data, **fields))


def over_graphql(status: int | None, data: Any) -> Answer:
    return graphql.read_answer(Ask("accept", "1"), "service", exchange(status, data))


@pytest.mark.parametrize("status", SILENT)
def test_busy_or_faulty_target_refuses_nothing(status: int | None) -> None:
    for answer in (over_rest(status, NO), over_graphql(status, {"errors": [{"message": "no"}]})):
        assert (answer.outcome, answer.client_form) == ("failed", False)
        assert answer.said == "no"
        assert not answer.refused


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 409, 422, 499])
def test_client_error_is_a_refusal(status: int) -> None:
    for answer in (over_rest(status, NO), over_graphql(status, {"errors": [{"message": "no"}]})):
        assert (answer.outcome, answer.client_form) == ("refused", True)


@pytest.mark.parametrize("status", [199, 302, 399])
def test_status_that_is_neither_success_nor_client_error_refuses_in_the_wrong_form(status: int) -> None:
    for answer in (over_rest(status, NO), over_graphql(status, {"errors": [{"message": "no"}]})):
        assert (answer.outcome, answer.client_form) == ("refused", False)


@pytest.mark.parametrize("status", [200, 201, 299])
def test_success_is_carried_out(status: int) -> None:
    answer = over_rest(status, ORDER)
    assert (answer.outcome, answer.said) == ("accepted", "")
    assert answer.order is not None
    assert answer.order.pair == "open/submitted"


def test_success_with_errors_and_no_fulfillment_order_is_a_refusal_in_the_wrong_form() -> None:
    refused = over_rest(200, NO)
    assert (refused.outcome, refused.client_form, refused.said) == ("refused", False, "no")
    assert over_rest(200, {**NO, **ORDER}).accepted
    assert over_rest(200, {**NO, "fulfillment": {"id": 1}}, "create_fulfillment").accepted


def test_success_that_is_no_json_says_nothing_but_for_a_deadline() -> None:
    assert over_rest(200, NOT_JSON).outcome == "failed"
    assert over_rest(204, NOT_JSON).outcome == "failed"
    assert over_rest(204, NOT_JSON, "set_deadline").outcome == "accepted"
    assert over_rest(200, NOT_JSON, "set_deadline").outcome == "failed"
    assert over_rest(200, [ORDER]).outcome == "accepted", "its form is judged by the schema"


def test_answer_that_could_not_be_read_says_why() -> None:
    assert over_rest(200, NOT_JSON).said == "not a JSON object"
    assert over_rest(200, NOT_JSON, error="cut off").said == "cut off"


def test_list_holds_what_has_an_id() -> None:
    rows = [ORDER["fulfillment_order"], {"id": None}, "x"]
    assert [order.id for order in over_rest(200, {"fulfillment_orders": rows}, "list").listed] == ["1"]
    assert over_rest(200, {"fulfillment_orders": 3}, "list").listed == ()


def test_long_refusal_is_shortened() -> None:
    assert over_rest(422, {"errors": "x" * 200}).said == "x" * 200
    assert over_rest(422, {"errors": "x" * 201}).said == "x" * 200 + "…"
    assert over_rest(422, {"error": {"base": ["no"]}}).said == '{"base": ["no"]}'
    assert over_rest(422, {"errors": []}).said == ""


@pytest.mark.parametrize(
    ("status", "data", "faulted"),
    [(None, NO, True), (500, NO, True), (499, NO, False), (429, NO, False), (422, NO, False), (200, NOT_JSON, False)],
)
def test_fault_is_the_servers_own(status: int | None, data: Any, faulted: bool) -> None:  # noqa: FBT001 - a case
    assert over_rest(status, data).faulted is faulted


def test_fault_of_graphql_is_told_by_its_code() -> None:
    def coded(code: str) -> Any:
        return {"errors": [{"message": "x", "extensions": {"code": code}}]}

    assert faults.faulty(200, coded("INTERNAL_SERVER_ERROR"))
    assert faults.faulty(200, coded("TIMEOUT"))
    assert not faults.faulty(200, coded("ACCESS_DENIED"))
    assert not faults.faulty(None, None)


@pytest.mark.parametrize(
    ("method", "json", "reads"),
    [
        ("GET", None, True),
        ("POST", None, False),
        ("POST", {"query": "query { shop { id } }"}, True),
        ("POST", {"query": "mutation { x }"}, False),
        ("POST", {"query": 1}, False),
        ("POST", ["query"], False),
    ],
)
def test_request_that_reads_may_be_sent_again(method: str, json: Any, reads: bool) -> None:  # noqa: FBT001 - a case
    assert faults.reads(method, json) is reads


def test_answer_is_described_in_a_few_words() -> None:
    assert over_rest(422, NO).described() == "refused, HTTP 422: no"
    assert over_rest(200, ORDER).described() == "accepted, HTTP 200"
    assert over_rest(None, NOT_JSON, error="timed out").described() == "no answer: timed out"
