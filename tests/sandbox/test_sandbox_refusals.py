"""What is refused, in which form, and that nothing changes by it."""

from collections.abc import Callable
from typing import Any

import pytest
from sandbox_client import Client

from fulfillspec.sandbox.serve import Server

WRONG = [
    # place, state, action, body, who
    ("merchant", "open/unsubmitted", "fulfillment_request", {}, "merchant"),
    ("merchant", "open/unsubmitted", "cancellation_request", {}, "merchant"),
    ("merchant", "open/unsubmitted", "cancel", {}, "merchant"),
    ("merchant", "open/unsubmitted", "open", {}, "merchant"),
    ("merchant", "open/unsubmitted", "release_hold", {}, "merchant"),
    ("merchant", "scheduled/unsubmitted", "hold", {"fulfillment_hold": {"reason": "other"}}, "merchant"),
    ("service", "open/unsubmitted", "fulfillment_request/accept", {}, "service"),
    ("service", "open/unsubmitted", "fulfillment_request/reject", {}, "service"),
    ("service", "open/unsubmitted", "cancellation_request", {}, "merchant"),
    ("service", "open/unsubmitted", "close", {}, "service"),
    ("service", "open/submitted", "fulfillment_request", {}, "merchant"),
    ("service", "open/submitted", "hold", {"fulfillment_hold": {"reason": "other"}}, "merchant"),
    ("service", "open/submitted", "cancellation_request", {}, "merchant"),
    ("service", "open/submitted", "close", {}, "service"),
    ("service", "open/rejected", "fulfillment_request/accept", {}, "service"),
    ("service", "in_progress/accepted", "cancel", {}, "merchant"),
    ("service", "in_progress/accepted", "fulfillment_request/accept", {}, "service"),
    ("service", "in_progress/accepted", "cancellation_request/accept", {}, "service"),
    ("service", "in_progress/cancellation_rejected", "cancellation_request/reject", {}, "service"),
    ("service", "in_progress/cancellation_rejected", "cancellation_request", {}, "merchant"),
    ("service", "incomplete/closed", "close", {}, "service"),
    ("service", "incomplete/closed", "cancellation_request", {}, "merchant"),
    ("service", "on_hold/unsubmitted", "fulfillment_request", {}, "merchant"),
    ("service", "scheduled/unsubmitted", "fulfillment_request", {}, "merchant"),
    ("service", "closed/accepted", "fulfillment_request", {}, "merchant"),
    ("service", "closed/accepted", "close", {}, "service"),
    ("service", "closed/accepted", "hold", {"fulfillment_hold": {"reason": "other"}}, "merchant"),
    ("service", "closed/submitted", "cancel", {}, "merchant"),
]


@pytest.mark.parametrize("case", WRONG, ids=["-".join((*case[:3], case[4])) for case in WRONG])
def test_wrong_state_is_refused_with_a_sentence_and_changes_nothing(
    client_of: Callable[..., Client], merchant: Client, case: tuple[str, str, str, Any, str]
) -> None:
    place, state, action, body, who = case
    one = merchant.stage(place, state, 2, 1)
    order = merchant.look(one)["order_id"]
    before = merchant.siblings(order)
    (sentence,) = client_of(who).act_refused(one, action, body)
    assert len(sentence) > 10
    assert merchant.siblings(order) == before


@pytest.mark.parametrize(
    "state",
    [
        "open/submitted",
        "in_progress/accepted",
        "in_progress/cancellation_requested",
        "in_progress/cancellation_rejected",
    ],
)
def test_move_is_refused_while_a_service_has_to_act(merchant: Client, state: str) -> None:
    one = merchant.stage("service", state)
    before = merchant.look(one)
    location = next(each["id"] for each in merchant.get("locations")["locations"] if each["name"] == "Main Warehouse")
    (sentence,) = merchant.act_refused(one, "move", {"fulfillment_order": {"new_location_id": location}})
    assert sentence == "Cannot move submitted fulfillment order that is at a 3PL fulfillment service."
    assert merchant.look(one) == before


def test_move_is_refused_for_its_destination(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted", 2)
    before = merchant.look(one)
    names = {each["name"]: each["id"] for each in merchant.get("locations")["locations"]}

    def move(location: int, **more: Any) -> dict[str, Any]:
        return {"fulfillment_order": {"new_location_id": location, **more}}

    line = before["line_items"][0]["id"]
    too_much = [{"id": line, "quantity": 3}]
    assert merchant.act_refused(one, "move", move(names["Empty Storeroom"])) == ["Cannot change location."]
    assert merchant.act_refused(one, "move", move(names["Main Warehouse"])) == ["Cannot change location."]
    assert merchant.act_refused(one, "move", move(12345)) == ["Location not found."]
    assert merchant.act_refused(
        one, "move", move(names["Second Warehouse"], fulfillment_order_line_items=too_much)
    ) == ["Invalid fulfillment order line item quantity requested."]
    assert merchant.act_refused(one, "move", {}, 400) == {"fulfillment_order": "Required parameter missing or invalid"}
    missing = merchant.act_refused(one, "move", {"fulfillment_order": {}}, 400)
    assert missing == {"new_location_id": "Required parameter missing or invalid"}
    closed = merchant.stage("merchant", "closed/unsubmitted")
    assert merchant.act_refused(closed, "move", move(names["Second Warehouse"])) == ["Cannot change location."]
    assert merchant.look(one) == before


@pytest.mark.parametrize(
    "lines",
    [
        lambda first: [{"id": first, "quantity": 3}],
        lambda first: [{"id": first, "quantity": 0}],
        lambda first: [{"id": first, "quantity": -1}],
        lambda first: [{"id": first, "quantity": 1}, {"id": first, "quantity": 1}],
        lambda _: [{"id": 999, "quantity": 1}],
    ],
    ids=["too much", "nothing", "negative", "twice", "unknown"],
)
@pytest.mark.parametrize("action", ["fulfillment_request", "hold", "move", "fulfillments"])
def test_wrong_amounts_are_refused_and_change_nothing(
    merchant: Client, service: Client, lines: Callable[[int], list[dict[str, int]]], action: str
) -> None:
    at_service = action == "fulfillment_request"
    one = merchant.stage("service" if at_service else "merchant", "open/unsubmitted", 2, 2)
    before = merchant.look(one)
    named = lines(before["line_items"][0]["id"])
    second = next(each["id"] for each in merchant.get("locations")["locations"] if each["name"] == "Second Warehouse")
    part = {"fulfillment_order_id": one, "fulfillment_order_line_items": named}
    body = {
        "fulfillment_request": {"fulfillment_request": {"fulfillment_order_line_items": named}},
        "hold": {"fulfillment_hold": {"reason": "other", "fulfillment_order_line_items": named}},
        "move": {"fulfillment_order": {"new_location_id": second, "fulfillment_order_line_items": named}},
        "fulfillments": {"fulfillment": {"line_items_by_fulfillment_order": [part]}},
    }[action]
    merchant.refused(action if action == "fulfillments" else f"fulfillment_orders/{one}/{action}", body)
    assert merchant.siblings(before["order_id"]) == [before]


def test_reasons_are_checked(merchant: Client, service: Client) -> None:
    one = merchant.stage("service", "open/unsubmitted")
    merchant.act_refused(one, "hold", {"fulfillment_hold": {}})
    merchant.act_refused(one, "hold", {"fulfillment_hold": {"reason": "boredom"}})
    merchant.act_refused(one, "hold", {}, 400)
    merchant.act(one, "fulfillment_request")
    line = merchant.look(one)["line_items"][0]["id"]
    long = {"line_items": [{"fulfillment_order_line_item_id": line, "message": "x" * 151}]}
    for why in ({"reason": "boredom"}, long, {"line_items": [{"fulfillment_order_line_item_id": 1}]}):
        service.act_refused(one, "fulfillment_request/reject", {"fulfillment_request": why})
    assert merchant.state(one) == ("open", "submitted")


def test_reschedule_needs_a_future_instant(merchant: Client, server: Server) -> None:
    one = server.seeded["service:scheduled/unsubmitted"][2]
    before = merchant.look(one)
    merchant.act_refused(one, "reschedule", {"fulfillment_order": {"new_fulfill_at": "2020-01-01T00:00:00Z"}})
    incomplete: list[Any] = [{}, {"fulfillment_order": {}}, {"fulfillment_order": {"new_fulfill_at": "soon"}}]
    for given in incomplete:
        errors = merchant.act_refused(one, "reschedule", given, 400)
        assert errors == {"new_fulfill_at": "Required parameter missing or invalid"}
    assert merchant.look(one) == before


def test_deadline_is_refused_for_unknown_ids_and_set_on_none(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted")
    body = {"fulfillment_order_ids": [one, 123], "fulfillment_deadline": "2030-01-01"}
    errors = merchant.refused("fulfillment_orders/set_fulfillment_orders_deadline", body)
    assert errors == ["Fulfillment orders could not be found."]
    assert merchant.look(one)["fulfill_by"] is None


def test_fulfillments_take_one_order_at_one_location(merchant: Client) -> None:
    one, other = merchant.stage("merchant", "open/unsubmitted"), merchant.stage("merchant", "open/unsubmitted")
    held = merchant.stage("merchant", "on_hold/unsubmitted")

    def work(*ids: int) -> dict[str, Any]:
        parts = [{"fulfillment_order_id": each} for each in ids]
        return {"fulfillment": {"line_items_by_fulfillment_order": parts}}

    (sentence,) = merchant.refused("fulfillments", work(one, other))
    assert sentence.startswith("All fulfillment orders must belong to the same order.")
    assert merchant.refused("fulfillments", work(1)) == ["Fulfillment order does not exist."]
    (sentence,) = merchant.refused("fulfillments", work(held))
    assert sentence == f"Fulfillment order {held} has an unfulfillable status= on_hold."
    merchant.refused("fulfillments", {}, 400)


MALFORMED = {
    "truncated": "{",
    "array": "[]",
    "text": '"text"',
    "deep": "[" * 100_000,
    "long number": '{"a": 1' + "1" * 5000 + "}",
    "not UTF-8": "\xff",
}


@pytest.mark.parametrize("given", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_bodies_are_client_errors(merchant: Client, given: Any) -> None:
    one = merchant.stage("service", "open/unsubmitted")
    url = f"{merchant.url}/admin/api/2025-10/fulfillment_orders/{one}/fulfillment_request.json"
    answer = merchant.session.post(
        url, data=given.encode("latin-1"), headers={"Content-Type": "application/json"}, timeout=300
    )
    assert answer.status_code == 400
    assert isinstance(answer.json()["errors"], str)
    assert merchant.state(one) == ("open", "unsubmitted")


@pytest.mark.parametrize(
    "given",
    [
        {"fulfillment_request": 1},
        {"fulfillment_request": {"message": 1}},
        {"fulfillment_request": {"notify_customer": "yes"}},
        {"fulfillment_request": {"fulfillment_order_line_items": {}}},
        {"fulfillment_request": {"fulfillment_order_line_items": [{"id": "1", "quantity": True}]}},
    ],
)
def test_wrong_types_are_client_errors(merchant: Client, given: Any) -> None:
    one = merchant.stage("service", "open/unsubmitted")
    merchant.act_refused(one, "fulfillment_request", given, 400)
    assert merchant.state(one) == ("open", "unsubmitted")


def test_wrong_content_type_and_huge_bodies_are_client_errors(merchant: Client) -> None:
    url = f"{merchant.url}/admin/api/2025-10/orders.json"
    assert merchant.session.post(url, data={"order": "x"}, timeout=300).status_code == 400
    huge = b'{"order": "' + b"x" * 2_000_000 + b'"}'
    answer = merchant.session.post(url, data=huge, headers={"Content-Type": "application/json"}, timeout=300)
    assert answer.status_code == 400


def test_unknown_things_are_not_found(merchant: Client) -> None:
    for path in (
        "fulfillment_orders/1",
        "orders/1/fulfillment_orders",
        "nothing",
        "fulfillment_orders/x",
        f"orders/{'9' * 5000}",
    ):
        answer = merchant.ask("GET", path)
        assert (answer.status_code, list(answer.json())) == (404, ["errors"])
    assert merchant.ask("GET", "/admin/api/2024-99/shop.json").status_code == 404
    assert merchant.ask("GET", "fulfillment_orders/1/close").status_code == 405
