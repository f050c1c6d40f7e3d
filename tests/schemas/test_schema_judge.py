from copy import deepcopy
from typing import Any

import documented_samples
import pytest
from documented_bodies import EXCHANGES, LOCATION_KEYS, SAMPLES, check, documented, get, places

from fulfillspec.judge import schema


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_documented_answer_has_no_finding(sample: documented_samples.Sample) -> None:
    assert check(sample.response, sample.operation, sample.version, sample.includes) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_documented_answer_has_no_finding_at_the_newest_version(sample: documented_samples.Sample) -> None:
    assert check(sample.response, sample.operation, "2026-07", sample.includes) == []


@pytest.mark.parametrize("sample", [x for x in EXCHANGES if x.request is not None], ids=lambda sample: sample.name)
def test_documented_request_has_no_finding(sample: documented_samples.Sample) -> None:
    assert schema.check_request(sample.operation, sample.request, version=sample.version) == []


# --- what a finding says ---------------------------------------------------------------------------------------------


def test_retyped_quantity_is_found_at_its_place() -> None:
    body, order = get()
    order["line_items"][0]["quantity"] = "1"
    (finding,) = check(body)
    assert finding.requirement == "FO-PROP-LINE-ITEMS-QUANTITY"
    assert finding.path == "fulfillment_order.line_items[0].quantity"
    assert finding.documented == "a whole number of at least 0"
    assert finding.received == '"1" (string)'


def test_missing_key_is_found_at_its_own_place() -> None:
    body, order = get()
    del order["destination"]["zip"]
    (finding,) = check(body)
    assert finding.requirement == "FO-PROP-DESTINATION-ZIP"
    assert finding.path == "fulfillment_order.destination.zip"
    assert finding.received == "nothing: the key is missing"


def test_unheard_status_is_answered_with_the_documented_values() -> None:
    body, order = get()
    order["status"] = "OPEN"
    (finding,) = check(body)
    assert finding.requirement == "FO-PROP-STATUS"
    assert finding.documented.startswith("one of open, in_progress")


def test_item_that_was_as_documented_before_is_held_to_the_same_and_counts_its_place() -> None:
    fine = get()[1]
    first, again = (
        schema.compare("list", {"fulfillment_orders": [deepcopy(fine)] * 2}, version="2025-10") for _ in range(2)
    )
    assert (again.findings, again.judged) == (first.findings, first.judged)
    assert "FO-PROP-LINE-ITEMS-QUANTITY" in again.judged
    broken = {**deepcopy(fine), "status": "OPEN"}
    (finding,) = schema.compare("list", {"fulfillment_orders": [fine, fine, broken]}, version="2025-10").findings
    assert finding.path == "fulfillment_orders[2].status"
    (finding,) = schema.compare(
        "list", {"fulfillment_orders": [{**fine, "id": float(fine["id"])}]}, version="2025-10"
    ).findings
    assert finding.path == "fulfillment_orders[0].id", "1.0 is no 1"


@pytest.mark.parametrize("body", [None, [], "x", 7, True])
def test_answer_that_is_no_object_breaks_the_operations_requirement(body: object) -> None:
    assert places(check(body)) == [("FO-RESP-GET", "$")]


def test_missing_top_level_key_breaks_the_operations_requirement() -> None:
    assert places(check({"order": {}})) == [("FO-RESP-GET", "fulfillment_order")]


@pytest.mark.parametrize("operation", ["cancel", "move", "submit"])
def test_each_slot_of_an_answer_is_required(operation: str) -> None:
    for slot in set(schema.slots(operation)) - {"remaining_fulfillment_order"}:
        body = documented(operation)
        del body[slot]
        assert places(check(body, operation)) == [("FO-RESP-" + operation.upper(), slot)]


def test_deprecated_slot_of_a_move_need_not_come() -> None:
    body = documented("move")
    del body["remaining_fulfillment_order"]
    assert check(body, "move") == []
    assert places(check(body | {"remaining_fulfillment_order": "none"}, "move")) == [
        ("FO-RESP-MOVE", "remaining_fulfillment_order")
    ]


def test_deadline_answer_is_any_object() -> None:
    assert check({}, "set_deadline") == []
    assert check({"success": True}, "set_deadline") == []
    assert places(check([], "set_deadline")) == [("FO-RESP-SET-DEADLINE", "$")]


def test_list_that_is_no_array_breaks_the_operations_requirement() -> None:
    assert places(check({"fulfillment_orders": {}}, "list")) == [("FO-RESP-LIST", "fulfillment_orders")]


def test_empty_list_is_an_answer() -> None:
    assert check({"fulfillment_orders": []}, "list") == []


def test_one_place_is_found_once() -> None:
    body, order = get()
    order["created_at"] = 5
    order["status"] = ["open"]
    assert places(check(body)) == [
        ("FO-PROP-CREATED-AT", "fulfillment_order.created_at"),
        ("FO-PROP-STATUS", "fulfillment_order.status"),
    ]


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["1046000781", 1046000781.0, True, 0, -1, None, [1]])
def test_id_is_a_whole_positive_number(value: object) -> None:
    body, order = get()
    order["id"] = value
    assert places(check(body)) == [("FO-PROP-ID", "fulfillment_order.id")]


# --- versions and parameters -----------------------------------------------------------------------------------------


def test_older_version_misses_no_newer_key() -> None:
    body, order = get()
    for key in ("created_at", "updated_at", "fulfill_at", "fulfill_by", "fulfillment_holds", "delivery_method"):
        del order[key]
    order |= {"fulfillment_service_handle": "mars-fulfillment", "international_duties": None}
    assert check(body, "close", "2024-10") == []
    assert len(check(body, "close", "2025-01")) == 6


def test_parameters_require_what_they_ask_for() -> None:
    body, _ = get()
    asked = frozenset({"include_order_reference_fields", "include_financial_summaries"})
    assert {finding.requirement for finding in check(body, includes=asked)} == {
        "FO-PROP-ORDER-NAME",
        "FO-PROP-ORDER-PROCESSED-AT",
        "FO-PROP-CHANNEL-ID",
        "FO-PROP-LINE-ITEMS-FINANCIAL-SUMMARIES",
    }
    assert check(body, version="2023-10", includes=asked) == []


def test_operation_unknown_to_rest_is_refused_by_name() -> None:
    with pytest.raises(schema.UnknownOperationError, match="'split'"):
        check({}, "split")
    with pytest.raises(schema.UnknownOperationError):
        schema.check_request("../error", {}, version="2025-10")


def test_unknown_parameter_is_refused_by_name() -> None:
    with pytest.raises(schema.UnknownIncludeError, match="include_everything"):
        check({}, includes=frozenset({"include_everything"}))


# --- the connector ---------------------------------------------------------------------------------------------------


def test_connector_may_answer_with_the_keys_of_today() -> None:
    assert check(documented("close"), "mark_incomplete") == []


def test_connector_answer_of_neither_key_set_is_found() -> None:
    body = documented("mark_incomplete")
    del body["fulfillment_order"]["fulfillment_service_handle"]
    assert places(check(body, "mark_incomplete")) == [
        ("FO-PROP-FULFILLMENT-SERVICE-HANDLE", "fulfillment_order.fulfillment_service_handle")
    ]


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"errors": "Not Found"},
        {"errors": ["Cannot change location."]},
        {"errors": {"fulfillment_order": "Required parameter missing or invalid"}},
        {"error": "location_id must be specified"},
    ],
)
def test_refusal_that_says_why_is_readable(body: object) -> None:
    assert schema.check_error(body) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        None,
        [],
        "no",
        {"errors": ""},
        {"errors": " "},
        {"errors": []},
        {"errors": {}},
        {"errors": None},
        {"error": 5},
    ],
)
def test_refusal_that_says_nothing_is_found(body: object) -> None:
    assert {finding.requirement for finding in schema.check_error(body)} == {"FO-ERR-READABLE"}


# --- our own requests ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "body", "path"),
    [
        ("move", {}, "fulfillment_order"),
        ("move", {"fulfillment_order": {}}, "fulfillment_order.new_location_id"),
        ("hold", {"fulfillment_hold": {"reason": "bored"}}, "fulfillment_hold.reason"),
        ("reschedule", {"fulfillment_order": {"new_fulfill_at": "soon"}}, "fulfillment_order.new_fulfill_at"),
        ("reject", {"fulfillment_request": {"reason": "no"}}, "fulfillment_request.reason"),
        ("set_deadline", {"fulfillment_order_ids": [1]}, "fulfillment_deadline"),
        ("mark_incomplete", {"data": {}}, "primaryResourceId"),
    ],
)
def test_request_that_the_documents_do_not_know_is_found(operation: str, body: object, path: str) -> None:
    (finding,) = schema.check_request(operation, body, version="2025-10")
    assert finding.path == path
    assert finding.requirement == "FO-REQ-" + operation.upper().replace("_", "-")


def test_rejection_message_of_a_line_is_limited() -> None:
    line: dict[str, Any] = {"fulfillment_order_line_item_id": 1, "message": "x" * 150}
    body = {"fulfillment_request": {"line_items": [line]}}
    assert schema.check_request("reject", body, version="2025-10") == []
    line["message"] += "x"
    (finding,) = schema.check_request("reject", body, version="2025-10")
    assert finding.documented == "a string of at most 150 characters or null"


# --- hostile bodies --------------------------------------------------------------------------------------------------


def test_findings_of_a_body_are_bounded() -> None:
    assert len(check({"fulfillment_orders": [{}] * 10_000}, "list")) == schema.MOST_FINDINGS


def test_long_text_is_shortened() -> None:
    body, order = get()
    order["status"] = "x" * 1_000_000
    (finding,) = check(body)
    assert len(finding.received) < 100


def test_deeply_nested_value_is_found_without_being_shown() -> None:
    deep: list[Any] = []
    for _ in range(2_000):
        deep = [deep]
    body, order = get()
    order["status"] = order["id"] = order["destination"] = deep
    order["international_duties"] = {"incoterm": deep}
    order["something_new"] = deep
    assert [finding.received for finding in check(body)] == ["an array of 1"] * 4


def test_enormous_number_is_found_without_being_shown() -> None:
    body, order = get()
    order["status"] = 10**5000
    order["shop_id"] = -(10**5000)
    assert all(finding.received.startswith("a number of") for finding in check(body))


def test_large_action_list_is_judged_in_one_pass() -> None:
    body, order = get()
    order["supported_actions"] = [{"n": n} for n in range(50_000)]
    assert len(check(body)) == schema.MOST_FINDINGS


# --- what was judged -------------------------------------------------------------------------------------------------


def test_judged_requirements_are_those_of_the_keys_that_came_or_had_to_come() -> None:
    body, order = get()
    found = schema.compare("get", body, version="2025-10").judged
    assert {"FO-RESP-GET", "FO-PROP-STATUS", "FO-PROP-ASSIGNED-LOCATION-ZIP"} <= found
    assert not found & {"FO-PROP-ORIGIN", "FO-PROP-FULFILLMENT-HOLDS-REASON", "FO-PROP-ORDER-NAME"}
    del order["status"]
    assert "FO-PROP-STATUS" in schema.compare("get", body, version="2025-10").judged


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_requirement_of_a_finding_was_judged(sample: documented_samples.Sample) -> None:
    body = deepcopy(sample.response)
    order = next(iter(body.values()), None)
    order = order[0] if isinstance(order, list) else order
    if order is None:
        return
    for key in list(order):
        order[key] = 1.5
    found = {finding.requirement for finding in check(body, sample.operation, sample.version, sample.includes)}
    assert found
    assert found <= schema.compare(sample.operation, body, version=sample.version, includes=sample.includes).judged


def test_location_has_every_documented_key() -> None:
    for key in LOCATION_KEYS:
        body, order = get()
        del order["assigned_location"][key]
        assert len(check(body)) == 1
