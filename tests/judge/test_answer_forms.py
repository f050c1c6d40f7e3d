"""What holds of every answer, whatever it says: that it came, its status, its type, the version that it names."""

from typing import Any

import pytest

from fulfillspec.evidence.log import Exchange
from fulfillspec.judge.standing import Standing
from fulfillspec.wire.answer import Answer, Ask

JSON = {"content-type": "application/json"}


def answer(operation: str, status: int | None, outcome: str, **exchange: Any) -> Answer:
    seen = Exchange(
        1, "", "", "merchant", "rest", operation, "act", "GET", "/", status=status, **{"headers": JSON, **exchange}
    )
    return Answer(Ask(operation, "1"), "merchant", "rest", seen, outcome, body=exchange.get("data"))


def verdicts(answered: Answer, standing: Standing | None = None) -> dict[str, bool]:
    return {one.requirement: one.holds for one in (standing or Standing("rest", "2025-10")).of_answer(answered)}


@pytest.mark.parametrize("status", [500, 502, 503])
def test_server_error_of_what_reads_is_a_deviation(status: int) -> None:
    assert verdicts(answer("get", status, "failed"))["FO-ERR-ANSWERS"] is False


def test_first_fault_of_what_acts_says_nothing_yet_and_the_second_is_a_deviation() -> None:
    standing = Standing("rest", "2025-10")
    assert "FO-ERR-ANSWERS" not in verdicts(answer("accept", 500, "failed"), standing)
    assert verdicts(answer("accept", 500, "failed"), standing)["FO-ERR-ANSWERS"] is False


def test_no_answer_is_a_deviation_of_what_reads() -> None:
    assert verdicts(answer("get", None, "failed", headers={}))["FO-ERR-ANSWERS"] is False


@pytest.mark.parametrize(("operation", "status", "fine"), [("accept", 200, True), ("accept", 201, False)])
def test_status_of_success(operation: str, status: int, fine: bool) -> None:  # noqa: FBT001 - a case
    assert verdicts(answer(operation, status, "accepted", data={}))["FO-ERR-SUCCESS-FORM"] is fine


@pytest.mark.parametrize("status", [200, 201])
def test_fulfillment_is_created_with_either_status(status: int) -> None:
    assert verdicts(answer("create_fulfillment", status, "accepted", data={}))["FO-ERR-SUCCESS-FORM"]


def test_answer_that_is_no_json_by_its_type_is_a_deviation() -> None:
    assert not verdicts(answer("accept", 200, "accepted", data={}, headers={"content-type": "text/html"}))[
        "FO-ERR-JSON"
    ]
    assert not verdicts(answer("accept", 200, "accepted", data={}, headers={}))["FO-ERR-JSON"]


@pytest.mark.parametrize(("named", "fine"), [("2025-10", True), ("2024-01", False), (None, False)])
def test_version_is_named_as_before(named: str | None, fine: bool) -> None:  # noqa: FBT001 - a case
    headers = JSON | ({"x-shopify-api-version": named} if named else {})
    told = verdicts(
        answer("accept", 200, "accepted", data={}, headers=headers), Standing("rest", "2025-10", names_version=True)
    )
    assert told["FO-READ-VERSION-HEADER"] is fine


def test_version_is_asked_of_no_target_that_never_named_one() -> None:
    assert "FO-READ-VERSION-HEADER" not in verdicts(answer("accept", 200, "accepted", data={}))


def test_refusal_comes_as_a_client_error_with_a_readable_text() -> None:
    refused = answer("accept", 422, "refused", data={"errors": ["no"]})
    assert verdicts(refused)["FO-ERR-CLIENT-FORM"]
    assert verdicts(refused)["FO-ERR-READABLE"]
    assert not verdicts(answer("accept", 422, "refused", data={}))["FO-ERR-READABLE"]


def over_graphql(body: Any) -> dict[str, bool]:
    seen = Exchange(1, "", "", "merchant", "graphql", "hold", "act", "POST", "/", status=200, headers=JSON, data=body)
    refused = Answer(Ask("hold", "1"), "merchant", "graphql", seen, "refused", said="no", body=body)
    return verdicts(refused, Standing("graphql", "2025-10"))


def test_refusal_over_graphql_is_judged_by_its_errors() -> None:
    said = {"code": None, "field": ["id"], "message": "no"}
    payload = {"fulfillmentHold": None, "fulfillmentOrder": None, "remainingFulfillmentOrder": None}
    fine = over_graphql({"data": {"fulfillmentOrderHold": {**payload, "userErrors": [said]}}})
    assert fine["FO-ERR-CLIENT-FORM"]
    assert all(fine.values())
    mute = over_graphql({"data": {"fulfillmentOrderHold": {**payload, "userErrors": [{**said, "message": 7}]}}})
    assert {requirement for requirement, holds in mute.items() if not holds} == {"FO-GQL-USER-ERROR-FIELDS"}
