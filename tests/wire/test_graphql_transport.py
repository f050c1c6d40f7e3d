"""The GraphQL transport: how what comes back is read, page by page."""

from datetime import UTC, datetime
from typing import Any

import pytest
from graphql_answers import NUMBER, VERSION, Target, exchange, refusal, sample

from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.observation import Hold, Line, Request
from fulfillspec.wire.answer import Ask
from fulfillspec.wire.graphql import MOST_PAGES, GraphQL, error_codes, read_answer

ORDER = f"gid://shopify/FulfillmentOrder/{NUMBER}"
OPERATIONS = tuple(name for name in graphql_documents.names() if name != "line_items")
MUTATIONS = tuple(name for name in OPERATIONS if graphql_documents.document(name, VERSION).mutation)


def perform(answer: Any, operation: str = "get", order: Any = str(NUMBER), raw: Any = None, **arguments: Any) -> Any:
    target = answer if isinstance(answer, Target) else Target(answer)
    return GraphQL({"merchant": target}, VERSION).perform("merchant", Ask(operation, order, arguments, raw))


def read(answer: Any, operation: str = "get", status: int | None = 200) -> Any:
    return read_answer(Ask(operation, str(NUMBER)), "merchant", exchange(answer, status=status))


def test_fulfillment_order_is_read_into_the_neutral_form() -> None:
    body = sample("get")
    node = body["data"]["fulfillmentOrder"]
    node |= {"status": "ON_HOLD", "requestStatus": "SUBMITTED", "fulfillBy": None}
    node["fulfillmentHolds"][0] |= {"reason": "OTHER", "reasonNotes": "why", "handle": "mine"}
    node["merchantRequests"]["nodes"][0] |= {"kind": "FULFILLMENT_REQUEST", "requestOptions": {"notify_customer": True}}
    answer = perform(body)
    order = answer.order
    assert answer.accepted
    assert (order.id, order.order_id, order.pair) == (str(NUMBER), str(NUMBER), "on_hold/submitted")
    assert order.actions == ("move",)
    assert order.lines == (Line(str(NUMBER), str(NUMBER), 3, 3, inventory_item_id=str(NUMBER)),)
    assert order.holds == (Hold("other", "why", str(NUMBER), "mine"),)
    sent = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert order.requests == (
        Request("fulfillment_request", "text", notify_customer=True, sent_at=sent, id=str(NUMBER)),
    )
    assert order.fulfill_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert order.fulfill_by is None
    assert (order.location_id, order.address_location_id) == (str(NUMBER), None)
    assert (order.dialect, order.raw) == ("graphql", node)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("version", graphql_documents.versions())
def test_complete_answer_is_accepted(operation: str, version: str) -> None:
    target = Target(sample(operation, version))
    arguments = {"part": []} if operation == "split" else {"orders": ["1"]} if operation == "merge" else {}
    answer = GraphQL({"merchant": target}, version).perform("merchant", Ask(operation, "1", arguments))
    assert answer.accepted, answer.said
    assert answer.client_form


@pytest.mark.parametrize(
    ("operation", "slots"),
    [
        ("submit", {"original", "submitted", "unsubmitted"}),
        ("move", {"original", "moved", "remaining"}),
        ("cancel", {"fulfillment_order", "replacement"}),
        ("hold", {"fulfillment_order", "remaining"}),
        ("split", {"fulfillment_order", "remaining", "replacement"}),
        ("merge", {"fulfillment_order"}),
        ("accept", {"fulfillment_order"}),
    ],
)
def test_answer_has_its_slots(operation: str, slots: Any) -> None:
    answer = read(sample(operation), operation)
    assert answer.slots.keys() == slots
    assert answer.order is not None
    assert all(order.id == str(NUMBER) for order in answer.slots.values())


def test_null_slot_is_none() -> None:
    body = sample("submit")
    body["data"]["fulfillmentOrderSubmitFulfillmentRequest"]["unsubmittedFulfillmentOrder"] = None
    assert read(body, "submit").slots["unsubmitted"] is None


def test_fulfillment_stands_beside_the_data_as_rest_names_it() -> None:
    body = read(sample("create_fulfillment"), "create_fulfillment").body
    assert body["fulfillment"]["id"] == f"gid://shopify/Fulfillment/{NUMBER}"
    assert (body["fulfillment"]["status"], body["fulfillment"]["tracking_number"]) == ("open", "text")
    assert read(sample("list_fulfillments"), "list_fulfillments").body["fulfillments"] == [body["fulfillment"]]


def test_locations_for_a_move_stand_beside_the_data_as_rest_names_them() -> None:
    rows = read(sample("locations_for_move"), "locations_for_move").body["locations_for_move"]
    location = {"id": f"gid://shopify/Location/{NUMBER}", "name": "text"}
    assert rows == [{"location": location, "movable": False, "message": "text"}]


def test_nothing_stands_beside_the_data_of_another_operation() -> None:
    assert read(sample("submit"), "submit").body.keys() == sample("submit").keys()


# --- outcomes


@pytest.mark.parametrize("operation", MUTATIONS)
def test_user_errors_are_a_refusal(operation: str) -> None:
    answer = read(refusal(operation, {"field": ["id"], "message": "Cannot."}), operation)
    assert (answer.outcome, answer.said, answer.client_form) == ("refused", "Cannot.", True)
    assert answer.order is None


def test_user_error_that_says_nothing_has_no_documented_form() -> None:
    answer = read(refusal("close", {"field": None, "message": " "}), "close")
    assert (answer.outcome, answer.client_form) == ("refused", False)


def test_top_level_error_is_a_refusal_and_its_code_is_told() -> None:
    error = {
        "message": "Invalid id: x",
        "extensions": {"code": "RESOURCE_NOT_FOUND"},
        "path": ["fulfillmentOrderClose"],
    }
    body = {"data": {"fulfillmentOrderClose": None}, "errors": [error]}
    answer = read(body, "close")
    assert (answer.outcome, answer.said, answer.client_form) == ("refused", "Invalid id: x", True)
    assert error_codes(answer.body) == ("RESOURCE_NOT_FOUND",)


def test_invalid_variable_without_data_is_a_refusal() -> None:
    body = {"errors": [{"message": "Variable $id of type ID! was provided invalid value"}]}
    assert read(body, "close").outcome == "refused"


@pytest.mark.parametrize("status", [401, 403])
def test_missing_permission_is_a_refusal(status: int) -> None:
    answer = read({"errors": "[API] Invalid API key or access token"}, status=status)
    assert (answer.outcome, answer.client_form) == ("refused", True)


def test_null_of_a_query_is_a_refusal_that_says_so() -> None:
    answer = read({"data": {"fulfillmentOrder": None}})
    assert (answer.outcome, answer.said, answer.client_form) == ("refused", "fulfillmentOrder is null", True)


def test_partial_data_with_errors_is_accepted() -> None:
    """A field that the app may not read comes as an error beside the data; the mutation was carried out."""
    body = sample("hold")
    body["errors"] = [{"message": "Access denied for x field.", "extensions": {"code": "ACCESS_DENIED"}}]
    answer = read(body, "hold")
    assert answer.accepted
    assert answer.said == "Access denied for x field."


def test_deadline_without_success_is_a_refusal_of_no_documented_form() -> None:
    body = sample("set_deadline")
    body["data"]["fulfillmentOrdersSetFulfillmentDeadline"]["success"] = False
    answer = read(body, "set_deadline")
    assert (answer.outcome, answer.client_form) == ("refused", False)


@pytest.mark.parametrize(
    "body",
    [
        {"data": None, "errors": [{"message": "Internal error.", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]},
        {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]},
        {},
        {"data": None},
        {"data": {}},
        {"data": {"fulfillmentOrderClose": None}},
        {"data": {"fulfillmentOrderClose": "yes"}},
        {"data": [], "errors": []},
        [],
        None,
        "text",
        7,
    ],
)
def test_answer_that_says_neither_has_failed(body: Any) -> None:
    answer = read(body, "close")
    assert answer.outcome == "failed"
    assert not answer.client_form


def test_answer_that_is_no_object_is_told_as_such() -> None:
    assert read([], "close").said == "not a JSON object"


@pytest.mark.parametrize("status", [500, 502, 429, 423])
def test_server_error_has_failed(status: int) -> None:
    assert read({"data": {"fulfillmentOrder": {}}}, status=status).outcome == "failed"


def test_no_answer_has_failed() -> None:
    assert read(None, status=None).outcome == "failed"


@pytest.mark.parametrize(
    "order",
    [
        {},
        [],
        {"id": None},
        {"id": 5, "status": 7, "lineItems": {"nodes": {"id": 1}}, "merchantRequests": [], "supportedActions": "MOVE"},
        {"id": "gid://shopify/FulfillmentOrder/1", "lineItems": None, "fulfillmentHolds": [None, 3, {"id": []}]},
        {"id": "gid://shopify/FulfillmentOrder/1", "supportedActions": [{"action": None}, "MOVE", {"action": ["x"]}]},
        {"id": "gid://shopify/FulfillmentOrder/1", "lineItems": {"nodes": [{"id": True}, {"id": "9", "lineItem": 3}]}},
        {"id": "gid://shopify/FulfillmentOrder/1", "assignedLocation": "here", "createdAt": 5, "orderId": {"id": 1}},
        {"id": "1", "lineItems": {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": {}}}},
    ],
)
@pytest.mark.parametrize("operation", ["get", "list", "move", "split", "merge", "assigned"])
def test_hostile_shapes_are_read_without_a_raise(operation: str, order: Any) -> None:
    row = {"fulfillmentOrder": order}
    data = {
        "fulfillmentOrder": order,
        "order": {"fulfillmentOrders": {"nodes": [order, None, order]}},
        "assignedFulfillmentOrders": {"nodes": [order]},
        "fulfillmentOrderMove": {"movedFulfillmentOrder": order, "userErrors": None},
        "fulfillmentOrderSplit": {"fulfillmentOrderSplits": [row], "userErrors": {}},
        "fulfillmentOrderMerge": {"fulfillmentOrderMerges": [row], "userErrors": 5},
    }
    assert perform({"data": data}, operation).outcome in {"accepted", "failed"}


# --- pages


def page(count: int, cursor: Any, start: int = 1, lines: Any = None) -> Any:
    body = sample("list")
    node = body["data"]["order"]["fulfillmentOrders"]["nodes"][0]
    rows = [{**node, "id": f"gid://shopify/FulfillmentOrder/{start + n}"} for n in range(count)]
    info = {"hasNextPage": cursor is not None, "endCursor": cursor}
    body["data"]["order"]["fulfillmentOrders"] = {"nodes": rows, "pageInfo": info}
    if lines:
        for row in rows:
            row["lineItems"] = lines
    return body


def test_list_is_followed_over_its_pages() -> None:
    target = Target(page(2, "a"), page(2, "b", 3), page(1, None, 5))
    answer = perform(target, "list", None, order_id="5")
    assert [order.id for order in answer.listed] == ["1", "2", "3", "4", "5"]
    assert [sent["json"]["variables"].get("after") for sent in target.sent] == [None, "a", "b"]
    assert len(answer.body["data"]["order"]["fulfillmentOrders"]["nodes"]) == 5
    assert answer.exchange.n == 3


def test_page_that_fails_is_the_answer() -> None:
    answer = perform(Target(page(2, "a"), (500, {})), "list", None, order_id="5")
    assert answer.outcome == "failed"


def test_cursor_that_comes_again_ends_the_list() -> None:
    target = Target(page(1, "a"), page(1, "a", 2))
    assert len(perform(target, "list", None, order_id="5").listed) == 2


def test_list_without_an_end_comes_to_one() -> None:
    cursors = iter(range(10_000))
    target = Target(respond=lambda *_: page(1, str(next(cursors))))
    perform(target, "list", None, order_id="5")
    assert len(target.sent) == MOST_PAGES + 1


def lines(first: int, count: int, cursor: Any) -> Any:
    row = sample("line_items")["data"]["fulfillmentOrder"]["lineItems"]["nodes"][0]
    rows = [{**row, "id": f"gid://shopify/FulfillmentOrderLineItem/{first + n}"} for n in range(count)]
    return {"nodes": rows, "pageInfo": {"hasNextPage": cursor is not None, "endCursor": cursor}}


def test_long_line_items_are_completed() -> None:
    more = {"data": {"fulfillmentOrder": {"id": ORDER, "lineItems": lines(3, 2, None)}}}
    target = Target(page(2, None, lines=lines(1, 2, "x")), more, more)
    answer = perform(target, "list", None, order_id="5")
    assert [[line.id for line in order.lines] for order in answer.listed] == [["1", "2", "3", "4"]] * 2
    assert [sent["operation"] for sent in target.sent] == ["list", "line_items", "line_items"]
    assert target.sent[1]["json"]["variables"] == {"id": "gid://shopify/FulfillmentOrder/1", "after": "x"}


def test_line_items_without_an_end_come_to_one() -> Any:
    cursors = iter(range(10_000))

    def respond(operation: str, _given: Any) -> Any:
        if operation == "list":
            return page(20, None, lines=lines(1, 1, "x"))
        return {"data": {"fulfillmentOrder": {"id": ORDER, "lineItems": lines(1, 1, str(next(cursors)))}}}

    target = Target(respond=respond)
    perform(target, "list", None, order_id="5")
    assert len(target.sent) == 1 + MOST_PAGES


def test_exchange_keeps_what_was_received() -> None:
    first = page(1, None, lines=lines(1, 1, "x"))
    more = {"data": {"fulfillmentOrder": {"id": ORDER, "lineItems": lines(2, 1, None)}}}
    answer = perform(Target(first, more), "list", None, order_id="5")
    shown = answer.exchange.data["data"]["order"]["fulfillmentOrders"]["nodes"][0]
    assert len(shown["lineItems"]["nodes"]) == 1
    assert len(answer.listed[0].lines) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_plain_client_error_is_one_whatever_its_body(status: int) -> None:
    answer = read("Bad Request", "close", status=status)
    assert (answer.outcome, answer.client_form) == ("refused", True)
