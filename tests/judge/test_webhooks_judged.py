"""What a webhook tells of a step: each rule notices the sin against it, and passes over what the reference leaves open."""

import json
from typing import Any

import pytest

from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import webhooks
from fulfillspec.judge.webhooks import RULES, Delivery, Event


def order(status: str, request_status: str) -> FulfillmentOrder:
    return FulfillmentOrder("7", "3", status, request_status, None, None, None, ())


ORDER = order("in_progress", "accepted")
EVENT = Event("fulfillment_request_accepted", ORDER, "Tomorrow.")
SHOWN = {"id": "gid://shopify/FulfillmentOrder/7", "status": "in_progress", "request_status": "accepted"}
HEADERS = {
    "content-type": "application/json",
    "x-shopify-topic": "fulfillment_orders/fulfillment_request_accepted",
    "x-shopify-shop-domain": "store.example",
    "x-shopify-api-version": "2025-10",
    "x-shopify-webhook-id": "a",
}


def delivery(body: Any = None, *, signed: bool | None = True, **headers: str) -> Delivery:
    told = {"fulfillment_order": SHOWN, "message": "Tomorrow."} if body is None else body
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery({**HEADERS, **changed}, json.dumps(told).encode(), signed)


def found(rule: str, *came: Delivery, event: Event = EVENT) -> list[str]:
    return webhooks.complaints(rule, [(event, came)])


@pytest.mark.parametrize("rule", RULES)
def test_a_sound_webhook_keeps_every_rule(rule: str) -> None:
    assert found(rule, delivery()) == []


def test_what_did_not_come_breaks_one_rule_alone() -> None:
    assert [rule for rule in RULES if found(rule)] == ["event"]


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("topic", delivery(x_shopify_topic="fulfillment_request_accepted")),
        ("headers", delivery(x_shopify_webhook_id="")),
        ("headers", delivery(content_type="text/plain")),
        ("signature", delivery(signed=False)),
        ("keys", delivery({"fulfillment_order": SHOWN})),
        ("keys", delivery("no object")),
        ("order", delivery({"fulfillment_order": {**SHOWN, "id": "gid://shopify/FulfillmentOrder/8"}, "message": ""})),
        ("state", delivery({"fulfillment_order": {**SHOWN, "status": "open"}, "message": ""})),
        ("state", delivery({"fulfillment_order": {"id": SHOWN["id"]}, "message": ""})),
        ("message", delivery({"fulfillment_order": SHOWN, "message": "Yesterday."})),
    ],
)
def test_a_webhook_that_tells_something_else_is_noticed(rule: str, wrong: Delivery) -> None:
    assert found(rule, wrong)


def test_the_state_of_the_sample_passes_as_that_of_the_look_does() -> None:
    closed = order("incomplete", "closed")
    event = Event("fulfillment_service_failed_to_complete", closed)
    for status in ("closed", "incomplete"):
        assert found("state", delivery({"fulfillment_order": {"id": SHOWN["id"], "status": status}}), event=event) == []
    assert found("state", delivery({"fulfillment_order": {"id": SHOWN["id"], "status": "open"}}), event=event)


def test_a_webhook_that_is_delivered_again_keeps_its_id() -> None:
    assert found("once") == []
    assert found("once", delivery(), delivery()) == []
    assert found("once", delivery(), delivery(x_shopify_webhook_id="b"))
    assert found("once", delivery({"fulfillment_order": {**SHOWN, "id": "8"}, "message": ""})) == []


def test_an_unknown_secret_accuses_nobody() -> None:
    assert found("signature", delivery(signed=None)) == []


def test_what_comes_at_the_address_of_another_topic_is_told() -> None:
    moved = delivery({"moved_fulfillment_order": SHOWN, "original_fulfillment_order": SHOWN})
    assert found("topic", delivery(), moved) != []
    assert found("topic", delivery(), delivery({"fulfillment_order": {**SHOWN, "id": "8"}, "message": ""})) == []
    assert found("topic", delivery(), delivery("no object")) == []
