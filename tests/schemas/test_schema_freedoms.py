from typing import Any

import pytest
from documented_bodies import accept, check, documented, get, places

from fulfillspec.judge import schema


@pytest.mark.parametrize(
    "operation", [name for name in schema.operations() if schema.slots(name) and name != "mark_incomplete"]
)
@pytest.mark.parametrize("location", ["assigned_location", "origin"])
@pytest.mark.parametrize("requests", ["merchant_requests", "outgoing_requests"])
def test_every_operation_may_speak_every_dialect(operation: str, location: str, requests: str) -> None:
    _, order = get()
    place = order.pop("assigned_location")
    del order["merchant_requests"]
    order |= {location: place, requests: []}
    slots = schema.slots(operation)
    body = {slot: [order] if slot.endswith("orders") else order for slot in slots}
    found = check(body, operation)
    if (location, requests) == ("origin", "merchant_requests"):
        assert len(found) == len(slots)
    else:
        assert found == []


@pytest.mark.parametrize(
    ("operation", "gone", "requirement"),
    [
        ("get", "assigned_location", "FO-PROP-ASSIGNED-LOCATION"),
        ("get", "merchant_requests", "FO-PROP-MERCHANT-REQUESTS"),
        ("release_hold", "origin", "FO-PROP-ORIGIN"),
        ("release_hold", "outgoing_requests", "FO-PROP-OUTGOING-REQUESTS"),
    ],
)
def test_half_a_dialect_is_completed_to_the_operations_own(operation: str, gone: str, requirement: str) -> None:
    body = documented(operation)
    del body["fulfillment_order"][gone]
    assert places(check(body, operation)) == [(requirement, f"fulfillment_order.{gone}")]


def test_answer_of_no_dialect_lacks_that_of_its_operation() -> None:
    body, order = get()
    del order["assigned_location"], order["merchant_requests"]
    assert {finding.requirement for finding in check(body)} == {
        "FO-PROP-ASSIGNED-LOCATION",
        "FO-PROP-MERCHANT-REQUESTS",
    }


@pytest.mark.parametrize("value", [None, "2026-02-02T11:22:00-05:00", "2026-02-02T16:22:00Z", "2021-01-01"])
def test_fulfill_at_is_null_a_moment_or_a_day(value: object) -> None:
    body, order = get()
    order["fulfill_at"] = order["fulfill_by"] = value
    assert check(body) == []


@pytest.mark.parametrize("value", ["2021-01-01", "2025-01-02T11:22:25", "2025-02-30T11:22:25Z", "1735834945", "", None])
def test_created_at_is_a_moment_with_an_offset(value: object) -> None:
    body, order = get()
    order["created_at"] = value
    assert places(check(body)) == [("FO-PROP-CREATED-AT", "fulfillment_order.created_at")]


@pytest.mark.parametrize("value", [None, {"incoterm": None}, {"incoterm": "DAP"}, {"incoterm": "DDP"}])
def test_international_duties_are_null_or_an_incoterm(value: object) -> None:
    body, order = get()
    order["international_duties"] = value
    assert check(body) == []


@pytest.mark.parametrize("value", [{}, {"incoterm": "EXW"}, {"incoterm": 1}])
def test_unheard_incoterm_is_found(value: object) -> None:
    body, order = get()
    order["international_duties"] = value
    assert places(check(body)) == [
        ("FO-PROP-INTERNATIONAL-DUTIES-INCOTERM", "fulfillment_order.international_duties.incoterm")
    ]


def test_destination_may_be_null() -> None:
    body, order = get()
    order["destination"] = None
    assert check(body) == []


def test_custom_item_has_no_variant() -> None:
    body, order = get()
    order["line_items"][0] |= {"variant_id": None, "inventory_item_id": None}
    assert check(body) == []


def test_unknown_keys_pass_everywhere() -> None:
    body, order = get()
    for holder in (body, order, order["destination"], order["assigned_location"], order["line_items"][0]):
        holder["something_new"] = {"deep": [[[]]]}
    assert check(body) == []


def test_new_action_passes_and_a_repeated_one_does_not() -> None:
    body, order = get()
    order["supported_actions"] = ["report_progress"]
    assert check(body) == []
    order["supported_actions"] = ["move", "move"]
    assert places(check(body)) == [("FO-PROP-SUPPORTED-ACTIONS", "fulfillment_order.supported_actions")]
    order["supported_actions"] = ["MOVE"]
    assert places(check(body)) == [("FO-PROP-SUPPORTED-ACTIONS", "fulfillment_order.supported_actions[0]")]


def test_either_key_set_of_a_delivery_method_is_legal() -> None:
    body, order = accept()
    method = order["delivery_method"]
    del method["detailed_branded_promise"], method["presented_name"]
    assert check(body) == []
    method["branded_promise"] = {"name": "Shop Promise", "handle": "shop_promise"}
    assert check(body) == []
    method["additional_information"] = {"instructions": "Leave at door", "phone": None}
    assert check(body) == []


def test_hold_may_carry_more_than_the_documents_show() -> None:
    body, order = get()
    order["fulfillment_holds"] = [{"id": 1, "handle": "", "reason": "awaiting_return_items", "reason_notes": None}]
    assert check(body) == []
    order["fulfillment_holds"] = [{"reason": "of_our_own", "reason_notes": None}]
    assert check(body) == []
    order["fulfillment_holds"] = [{"reason": "Not a name"}]
    assert {finding.requirement for finding in check(body)} == {
        "FO-PROP-FULFILLMENT-HOLDS-REASON",
        "FO-PROP-FULFILLMENT-HOLDS-REASON-NOTES",
    }


def test_sent_at_belongs_to_outgoing_requests_only() -> None:
    request: dict[str, Any] = {"message": None, "request_options": {}, "kind": "cancellation_request"}
    body, order = get()
    order["merchant_requests"] = [request]
    assert check(body) == []
    body, order = accept()
    order["outgoing_requests"] = [request]
    assert places(check(body, "accept")) == [
        ("FO-PROP-OUTGOING-REQUESTS-SENT-AT", "fulfillment_order.outgoing_requests[0].sent_at")
    ]


def test_cancel_may_give_no_replacement() -> None:
    body = documented("cancel")
    body["replacement_fulfillment_order"] = None
    assert check(body, "cancel") == []


def without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [without_nulls(each) for each in value]
    return (
        {key: without_nulls(part) for key, part in value.items() if part is not None}
        if isinstance(value, dict)
        else value
    )


def test_answer_that_writes_no_null_may_leave_out_what_may_be_null() -> None:
    body, order = get()
    order |= {"fulfill_by": None, "destination": {**order["destination"], "company": None}}
    compared = schema.compare("get", without_nulls(body), version="2025-10")
    assert compared.findings == []
    assert not {"FO-PROP-FULFILL-BY", "FO-PROP-DESTINATION-COMPANY"} & compared.judged, "not held to what did not come"
    assert {"FO-RESP-GET", "FO-PROP-STATUS", "FO-PROP-DESTINATION"} <= compared.judged


@pytest.mark.parametrize("gone", ["fulfill_by", "status", "line_items"])
def test_key_that_is_left_out_beside_a_null_or_may_not_be_null_is_missing(gone: str) -> None:
    body, order = get()
    del order[gone]
    assert [finding.path for finding in check(body)] == [f"fulfillment_order.{gone}"]
    if gone != "fulfill_by":
        assert [finding.path for finding in check(without_nulls(body))] == [f"fulfillment_order.{gone}"]


def test_keys_that_stand_for_null_are_left_out_by_an_answer_as_a_whole() -> None:
    assert schema.writes_no_null({"a": [{"b": 1}, "x"], "c": {}})
    assert not schema.writes_no_null({"a": [{"b": 1}, None]})
    assert not schema.writes_no_null({"a": {"b": None}})
