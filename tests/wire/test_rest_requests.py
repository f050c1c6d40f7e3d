"""How operations travel over REST: method, path, parameters and the documented body."""

from typing import Any

import pytest

from fulfillspec.evidence.log import Exchange
from fulfillspec.wire.answer import Ask
from fulfillspec.wire.http import UNSET
from fulfillspec.wire.rest import Rest

BASE = "/admin/api/2025-10/"
PART = [("11", 2)]
LINES = [{"id": 11, "quantity": 2}]


def sent(operation: str, order: str | None = "7", raw: bytes | None = None, **arguments: Any) -> dict[str, Any]:
    """Return what was sent for an operation."""
    requests: list[dict[str, Any]] = []

    class Session:
        def send(self, method: str, path: str, **request: Any) -> Exchange:
            requests.append({"method": method, "path": path.removeprefix(BASE), **request})
            return Exchange(1, "", "", "merchant", "rest", operation, "", method, path, status=422, data={})

    Rest({"merchant": Session()}, "2025-10").perform("merchant", Ask(operation, order, arguments, raw), phase="act")
    (request,) = requests
    return request


@pytest.mark.parametrize(
    ("operation", "arguments", "path", "params"),
    [
        ("get", {}, "fulfillment_orders/7.json", ()),
        ("get", {"include": True}, "fulfillment_orders/7.json", (("include", "true"),)),
        ("list", {"order_id": "9"}, "orders/9/fulfillment_orders.json", ()),
        (
            "assigned",
            {"assignment_status": "accepted", "location_ids": ["1", 2]},
            "assigned_fulfillment_orders.json",
            (("assignment_status", "accepted"), ("location_ids[]", "1"), ("location_ids[]", "2")),
        ),
        ("locations_for_move", {}, "fulfillment_orders/7/locations_for_move.json", ()),
        ("list_fulfillments", {}, "fulfillment_orders/7/fulfillments.json", ()),
    ],
)
def test_what_reads_travels_by_get_with_parameters(
    operation: str, arguments: dict[str, Any], path: str, params: tuple[tuple[str, str], ...]
) -> None:
    request = sent(operation, **arguments)
    assert (request["method"], request["path"], request["params"]) == ("GET", path, params)
    assert (request["json"], request["body"], request["phase"], request["operation"]) == (UNSET, None, "act", operation)


@pytest.mark.parametrize(
    ("operation", "arguments", "path", "body"),
    [
        (
            "submit",
            {"part": PART, "message": "m", "notify_customer": False},
            "7/fulfillment_request",
            {"fulfillment_request": {"message": "m", "notify_customer": False, "fulfillment_order_line_items": LINES}},
        ),
        (
            "submit",
            {"part": "x"},
            "7/fulfillment_request",
            {"fulfillment_request": {"fulfillment_order_line_items": "x"}},
        ),
        ("accept", {"message": "m"}, "7/fulfillment_request/accept", {"fulfillment_request": {"message": "m"}}),
        ("accept", {"message": "m", "wrapped": False}, "7/fulfillment_request/accept", {"message": "m"}),
        (
            "reject",
            {"reason": "other", "details": [("11", "broken"), ("12", None)]},
            "7/fulfillment_request/reject",
            {
                "fulfillment_request": {
                    "reason": "other",
                    "line_items": [
                        {"fulfillment_order_line_item_id": 11, "message": "broken"},
                        {"fulfillment_order_line_item_id": 12},
                    ],
                }
            },
        ),
        ("submit_cancellation", {"message": "m"}, "7/cancellation_request", {"cancellation_request": {"message": "m"}}),
        ("accept_cancellation", {}, "7/cancellation_request/accept", {"cancellation_request": {}}),
        ("reject_cancellation", {}, "7/cancellation_request/reject", {"cancellation_request": {}}),
        ("cancel", {}, "7/cancel", {}),
        ("close", {"message": "m"}, "7/close", {"fulfillment_order": {"message": "m"}}),
        (
            "move",
            {"location": "5", "part": PART},
            "7/move",
            {"fulfillment_order": {"new_location_id": 5, "fulfillment_order_line_items": LINES}},
        ),
        ("move", {}, "7/move", {"fulfillment_order": {}}),
        ("open", {}, "7/open", {}),
        ("reschedule", {"new_fulfill_at": "t"}, "7/reschedule", {"fulfillment_order": {"new_fulfill_at": "t"}}),
        (
            "hold",
            {"reason": "other", "notes": "n", "notify_merchant": True},
            "7/hold",
            {"fulfillment_hold": {"reason": "other", "notify_merchant": True, "reason_notes": "n"}},
        ),
        ("release_hold", {}, "7/release_hold", {}),
        (
            "set_deadline",
            {"orders": ["7", "8"], "deadline": "t"},
            "set_fulfillment_orders_deadline",
            {"fulfillment_order_ids": [7, 8], "fulfillment_deadline": "t"},
        ),
        ("set_deadline", {"deadline": "t"}, "set_fulfillment_orders_deadline", {"fulfillment_deadline": "t"}),
    ],
)
def test_what_acts_travels_by_post_in_the_documented_body(
    operation: str, arguments: dict[str, Any], path: str, body: object
) -> None:
    request = sent(operation, **arguments)
    assert (request["method"], request["path"]) == ("POST", f"fulfillment_orders/{path}.json")
    assert (request["json"], request["params"]) == (body, ())


@pytest.mark.parametrize(
    ("order", "arguments", "body"),
    [
        ("7", {}, {"line_items_by_fulfillment_order": [{"fulfillment_order_id": 7}], "notify_customer": False}),
        (None, {}, {"line_items_by_fulfillment_order": [{"fulfillment_order_id": 0}], "notify_customer": False}),
        (
            "7",
            {
                "part": PART,
                "beside": [("8", None), ("9", [("12", 1)])],
                "tracking": {"number": "1"},
                "notify_customer": True,
            },
            {
                "line_items_by_fulfillment_order": [
                    {"fulfillment_order_id": 7, "fulfillment_order_line_items": LINES},
                    {"fulfillment_order_id": 8},
                    {"fulfillment_order_id": 9, "fulfillment_order_line_items": [{"id": 12, "quantity": 1}]},
                ],
                "notify_customer": True,
                "tracking_info": {"number": "1"},
            },
        ),
    ],
)
def test_fulfillment_is_of_fulfillment_orders_and_their_work(
    order: str | None, arguments: dict[str, Any], body: object
) -> None:
    request = sent("create_fulfillment", order, **arguments)
    assert (request["method"], request["path"], request["json"]) == ("POST", "fulfillments.json", {"fulfillment": body})


def test_fulfillment_is_tracked_and_cancelled_by_its_own_id() -> None:
    tracked = sent("update_tracking", None, fulfillment="3", tracking={"number": "1"})
    assert tracked["path"] == "fulfillments/3/update_tracking.json"
    assert tracked["json"] == {"fulfillment": {"notify_customer": False, "tracking_info": {"number": "1"}}}
    assert sent("cancel_fulfillment", None, fulfillment="3")["path"] == "fulfillments/3/cancel.json"


def test_raw_bytes_replace_the_body() -> None:
    request = sent("accept", raw=b"{", message="m")
    assert (request["json"], request["body"]) == (UNSET, b"{")


def test_rest_has_neither_split_nor_merge() -> None:
    rest = Rest({}, "2025-10")
    assert (rest.offers("hold"), rest.offers("split"), rest.offers("merge")) == (True, False, False)
