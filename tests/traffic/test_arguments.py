"""What a recorded request asked for is told in the vocabulary, or not at all."""

from typing import Any

import pytest

from fulfillspec.traffic import arguments
from fulfillspec.traffic.arguments import Unreadable

FO = "gid://shopify/FulfillmentOrder/7"
LINE = "gid://shopify/FulfillmentOrderLineItem/3"


@pytest.mark.parametrize(
    ("operation", "body", "wanted"),
    [
        ("close", None, (None, {})),
        ("close", {"fulfillment_order": {"message": "Gone"}}, (None, {"message": "Gone"})),
        ("hold", {"fulfillment_hold": {"reason": "other", "reason_notes": "n", "notify_merchant": True}},
         (None, {"reason": "other", "notes": "n"})),
        ("move", {"fulfillment_order": {"new_location_id": 5, "fulfillment_order_line_items": [{"id": 3, "quantity": 1}]}},
         (None, {"location": "5", "part": (("3", 1),)})),
        ("set_deadline", {"fulfillment_order_ids": [7, 8], "fulfillment_deadline": "2036-01-01T00:00:00Z"},
         ("7", {"orders": ("7", "8"), "deadline": "2036-01-01T00:00:00Z"})),
        ("create_fulfillment", {"fulfillment": {"line_items_by_fulfillment_order": [
            {"fulfillment_order_id": 7, "fulfillment_order_line_items": [{"id": 3, "quantity": 2}]},
            {"fulfillment_order_id": 8}]}},
         ("7", {"part": (("3", 2),), "beside": (("8", None),)})),
    ],
)  # fmt: skip
def test_rest_body_in_the_vocabulary(operation: str, body: Any, wanted: tuple[str | None, dict[str, Any]]) -> None:
    assert arguments.of_rest(operation, body) == wanted


@pytest.mark.parametrize(
    ("operation", "given", "wanted"),
    [
        ("close", {"id": FO, "message": "Gone"}, ("7", {"message": "Gone"})),
        ("submit", {"id": FO, "fulfillmentOrderLineItems": {"id": LINE, "quantity": 1}, "notifyCustomer": True},
         ("7", {"part": (("3", 1),), "notify_customer": True})),
        ("hold", {"id": FO, "fulfillmentHold": {"reason": "OTHER", "reasonNotes": "n", "handle": "h"}},
         ("7", {"reason": "OTHER", "notes": "n", "handle": "h"})),
        ("list", {"id": "gid://shopify/Order/70"}, (None, {"order_id": "70"})),
        ("cancel_fulfillment", {"id": "gid://shopify/Fulfillment/9"}, (None, {"fulfillment": "9"})),
        ("create_fulfillment", {"fulfillment": {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": FO}]}, "message": "m"},
         ("7", {"message": "m"})),
        ("split", {"fulfillmentOrderSplits": [
            {"fulfillmentOrderId": FO, "fulfillmentOrderLineItems": [{"id": LINE, "quantity": 1}]}]},
         ("7", {"part": (("3", 1),)})),
        ("merge", {"fulfillmentOrderMergeInputs": [{"mergeIntents": [
            {"fulfillmentOrderId": FO}, {"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/8"}]}]},
         ("7", {"beside": (("8", None),)})),
        ("assigned", {"first": 5, "assignmentStatus": "FULFILLMENT_REQUESTED"},
         (None, {"assignment_status": "fulfillment_requested"})),
    ],
)  # fmt: skip
def test_graphql_arguments_in_the_vocabulary(
    operation: str, given: dict[str, Any], wanted: tuple[str | None, dict[str, Any]]
) -> None:
    assert arguments.of_graphql(operation, given) == wanted


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("close", []),
        ("close", {"message": "without its wrapper"}),
        ("close", {"fulfillment_order": {"message": 3}}),
        ("close", {"fulfillment_order": {"of_tomorrow": 1}}),
        ("hold", {"fulfillment_hold": {"fulfillment_order_line_items": [{"id": 3}]}}),
        ("hold", {"fulfillment_hold": {"fulfillment_order_line_items": [{"id": 3, "quantity": True}]}}),
        ("create_fulfillment", {"fulfillment": {"line_items_by_fulfillment_order": []}}),
    ],
)
def test_body_that_no_document_has_is_not_guessed(operation: str, body: Any) -> None:
    with pytest.raises(Unreadable):
        arguments.of_rest(operation, body)


def test_several_splits_are_not_guessed() -> None:
    with pytest.raises(Unreadable):
        arguments.of_graphql(
            "split", {"fulfillmentOrderSplits": [{"fulfillmentOrderId": FO}, {"fulfillmentOrderId": FO}]}
        )
