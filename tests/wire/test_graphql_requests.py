"""What travels for an operation over GraphQL: its document, and its arguments as the variables of it."""

from typing import Any

import pytest
from graphql_answers import NUMBER, VERSION, Target, objections, sample

from fulfillspec.documents import graphql_documents
from fulfillspec.wire.answer import Ask
from fulfillspec.wire.graphql import GraphQL
from fulfillspec.wire.variables import UnknownArgumentError, variables

ORDER = f"gid://shopify/FulfillmentOrder/{NUMBER}"
OPERATIONS = tuple(name for name in graphql_documents.names() if name != "line_items")


def perform(answer: Any, operation: str = "get", order: Any = str(NUMBER), raw: Any = None, **arguments: Any) -> Any:
    target = answer if isinstance(answer, Target) else Target(answer)
    return GraphQL({"merchant": target}, VERSION).perform("merchant", Ask(operation, order, arguments, raw))


def test_document_and_variables_go_to_the_endpoint() -> None:
    target = Target(sample("close"))
    perform(target, "close", message="Nothing left.")
    sent = target.sent[0]
    assert (sent["method"], sent["path"]) == ("POST", f"/admin/api/{VERSION}/graphql.json")
    assert sent["json"]["variables"] == {"id": ORDER, "message": "Nothing left."}
    assert "fulfillmentOrderClose(id: $id, message: $message)" in sent["json"]["query"]
    assert (sent["transport"], sent["operation"]) == ("graphql", "close")


def test_documents_are_those_of_the_version_served() -> None:
    target = Target(sample("get", "2024-10"))
    GraphQL({"merchant": target}, "2026-10", served="2024-10").perform("merchant", Ask("get", "1"))
    assert "handle" not in target.sent[0]["json"]["query"]
    assert target.sent[0]["path"] == "/admin/api/2026-10/graphql.json"


def test_raw_bytes_are_the_whole_body() -> None:
    target = Target((400, {"errors": "unexpected end"}))
    answer = perform(target, "hold", raw=b'{"query": "mutation')
    assert target.sent[0]["body"] == b'{"query": "mutation'
    assert (answer.outcome, answer.client_form) == ("refused", True)


@pytest.mark.parametrize(
    ("operation", "arguments", "wanted"),
    [
        ("list", {"order_id": "5"}, {"id": "gid://shopify/Order/5"}),
        ("list", {"order_id": "5", "include_financial_summaries": True}, {"id": "gid://shopify/Order/5"}),
        ("get", {}, {"id": ORDER}),
        ("assigned", {}, {}),
        (
            "assigned",
            {"assignment_status": "fulfillment_requested", "location_ids": ["7"]},
            {"assignmentStatus": "FULFILLMENT_REQUESTED", "locationIds": ["gid://shopify/Location/7"]},
        ),
        ("submit", {}, {"id": ORDER}),
        (
            "submit",
            {"part": [("3", 2)], "message": "Please.", "notify_customer": True},
            {
                "id": ORDER,
                "message": "Please.",
                "notifyCustomer": True,
                "fulfillmentOrderLineItems": [{"id": "gid://shopify/FulfillmentOrderLineItem/3", "quantity": 2}],
            },
        ),
        (
            "reject",
            {"reason": "inventory_out_of_stock", "details": [("3", "none")]},
            {
                "id": ORDER,
                "reason": "INVENTORY_OUT_OF_STOCK",
                "lineItems": [
                    {"fulfillmentOrderLineItemId": "gid://shopify/FulfillmentOrderLineItem/3", "message": "none"}
                ],
            },
        ),
        (
            "create_fulfillment",
            {"part": [("3", 1)], "beside": [("5", None), ("6", [("4", 2)])]},
            {
                "fulfillment": {
                    "lineItemsByFulfillmentOrder": [
                        {
                            "fulfillmentOrderId": ORDER,
                            "fulfillmentOrderLineItems": [
                                {"id": "gid://shopify/FulfillmentOrderLineItem/3", "quantity": 1}
                            ],
                        },
                        {"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/5"},
                        {
                            "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/6",
                            "fulfillmentOrderLineItems": [
                                {"id": "gid://shopify/FulfillmentOrderLineItem/4", "quantity": 2}
                            ],
                        },
                    ],
                    "notifyCustomer": False,
                }
            },
        ),
        (
            "merge",
            {"beside": [("5", [("4", 1)])]},
            {
                "fulfillmentOrderMergeInputs": [
                    {
                        "mergeIntents": [
                            {"fulfillmentOrderId": ORDER},
                            {
                                "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/5",
                                "fulfillmentOrderLineItems": [
                                    {"id": "gid://shopify/FulfillmentOrderLineItem/4", "quantity": 1}
                                ],
                            },
                        ]
                    }
                ]
            },
        ),
        ("move", {}, {"id": ORDER}),
        ("move", {"wrapped": False}, {"id": ORDER}),
        ("move", {"location": "9"}, {"id": ORDER, "newLocationId": "gid://shopify/Location/9"}),
        ("reschedule", {}, {"id": ORDER}),
        (
            "reschedule",
            {"new_fulfill_at": "2026-02-02 16:22 UTC"},
            {"id": ORDER, "fulfillAt": "2026-02-02 16:22 UTC"},
        ),
        ("hold", {}, {"id": ORDER, "fulfillmentHold": {}}),
        (
            "hold",
            {"reason": "other", "notes": "n", "notify_merchant": False, "handle": "h", "part": [("3", 1)]},
            {
                "id": ORDER,
                "fulfillmentHold": {
                    "reason": "OTHER",
                    "reasonNotes": "n",
                    "notifyMerchant": False,
                    "handle": "h",
                    "fulfillmentOrderLineItems": [{"id": "gid://shopify/FulfillmentOrderLineItem/3", "quantity": 1}],
                },
            },
        ),
        ("release_hold", {"hold_ids": ["4"]}, {"id": ORDER, "holdIds": ["gid://shopify/FulfillmentHold/4"]}),
        (
            "set_deadline",
            {"orders": ["1", "2"], "deadline": "2026-02-02T00:00:00Z"},
            {
                "fulfillmentOrderIds": ["gid://shopify/FulfillmentOrder/1", "gid://shopify/FulfillmentOrder/2"],
                "fulfillmentDeadline": "2026-02-02T00:00:00Z",
            },
        ),
        (
            "create_fulfillment",
            {"part": [("3", 1)], "tracking": {"number": "n"}, "message": "m"},
            {
                "message": "m",
                "fulfillment": {
                    "notifyCustomer": False,
                    "trackingInfo": {"number": "n"},
                    "lineItemsByFulfillmentOrder": [
                        {
                            "fulfillmentOrderId": ORDER,
                            "fulfillmentOrderLineItems": [
                                {"id": "gid://shopify/FulfillmentOrderLineItem/3", "quantity": 1}
                            ],
                        }
                    ],
                },
            },
        ),
        (
            "update_tracking",
            {"fulfillment": "8", "tracking": {"number": "n"}},
            {
                "fulfillmentId": "gid://shopify/Fulfillment/8",
                "notifyCustomer": False,
                "trackingInfoInput": {"number": "n"},
            },
        ),
        ("cancel_fulfillment", {"fulfillment": "8"}, {"id": "gid://shopify/Fulfillment/8"}),
        (
            "split",
            {"part": [("3", 1)]},
            {
                "fulfillmentOrderSplits": [
                    {
                        "fulfillmentOrderId": ORDER,
                        "fulfillmentOrderLineItems": [
                            {"id": "gid://shopify/FulfillmentOrderLineItem/3", "quantity": 1}
                        ],
                    }
                ]
            },
        ),
        (
            "merge",
            {"orders": [str(NUMBER), "2"]},
            {
                "fulfillmentOrderMergeInputs": [
                    {
                        "mergeIntents": [
                            {"fulfillmentOrderId": ORDER},
                            {"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/2"},
                        ]
                    }
                ]
            },
        ),
    ],
)
def test_arguments_travel_as_variables(operation: str, arguments: Any, wanted: Any) -> None:
    order = None if operation in {"list", "assigned", "update_tracking", "cancel_fulfillment"} else str(NUMBER)
    assert variables(Ask(operation, order, arguments)) == wanted


TIME = "2026-02-02T00:00:00Z"
WHOLE: dict[str, dict[str, Any]] = {
    "list": {"order_id": "5"},
    "assigned": {"assignment_status": "fulfillment_accepted", "location_ids": ["7"]},
    "submit": {"part": [("3", 1)], "message": "m", "notify_customer": True},
    "accept": {"message": "m", "estimated_shipped_at": TIME},
    "reject": {"message": "m", "reason": "other", "details": [("3", "m")]},
    "submit_cancellation": {"message": "m"},
    "accept_cancellation": {"message": "m"},
    "reject_cancellation": {"message": "m"},
    "close": {"message": "m"},
    "move": {"location": "1", "part": [("3", 1)]},
    "reschedule": {"new_fulfill_at": TIME},
    "hold": {"reason": "other", "notes": "n", "notify_merchant": True, "part": [("3", 1)], "external_id": "x"},
    "release_hold": {"hold_ids": ["4"], "external_id": "x"},
    "set_deadline": {"orders": ["1"], "deadline": TIME},
    "create_fulfillment": {
        "message": "m",
        "part": [("3", 1)],
        "tracking": {"number": "n", "company": "c", "url": "http://x/"},
        "notify_customer": True,
    },
    "update_tracking": {"fulfillment": "8", "tracking": {"number": "n"}, "notify_customer": True},
    "cancel_fulfillment": {"fulfillment": "8"},
    "split": {"part": [("3", 1)]},
    "merge": {"orders": ["2"]},
}
"""Every argument that an operation takes."""
WITHOUT_ORDER = {"list", "assigned", "update_tracking", "cancel_fulfillment", "set_deadline"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_variables_are_those_of_the_document_and_fit_every_version(operation: str) -> None:
    """An argument that no variable takes would be lost on the way without a word."""
    sent = variables(Ask(operation, None if operation in WITHOUT_ORDER else "1", WHOLE.get(operation, {})))
    known = graphql_documents.document(operation, "2026-10").operation.variable_definitions or ()
    assert sent.keys() <= {definition.variable.name.value for definition in known}
    for version in graphql_documents.versions():
        assert objections(operation, version, sent) == []


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [("move", {}), ("hold", {"notes": "n"}), ("reschedule", {}), ("hold", {"reason": "unheard_of"}), ("list", {})],
)
def test_missing_or_unknown_value_is_one_that_the_schema_objects_to(operation: str, arguments: Any) -> None:
    order = None if operation in WITHOUT_ORDER else "1"
    assert objections(operation, VERSION, variables(Ask(operation, order, arguments)))


def test_malformed_part_travels_as_it_is() -> None:
    assert variables(Ask("submit", "1", {"part": "all of it"}))["fulfillmentOrderLineItems"] == "all of it"


def test_argument_without_a_place_is_named() -> None:
    with pytest.raises(UnknownArgumentError, match="'colour'"):
        variables(Ask("close", "1", {"colour": "red"}))
