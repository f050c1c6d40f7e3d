"""The connector's action over HTTP."""

from typing import Any

import pytest
from sandbox_client import Client

PATH = "/connector/fulfillment-orders/mark-incomplete"
KEYS = {
    "id",
    "shop_id",
    "order_id",
    "assigned_location_id",
    "request_status",
    "status",
    "supported_actions",
    "destination",
    "line_items",
    "fulfillment_service_handle",
    "assigned_location",
    "merchant_requests",
}


def envelope(subject: Any, message: Any = "Not enough inventory to complete this work.") -> dict[str, Any]:
    return {"primaryResourceId": subject, "data": {"fulfillment_order": {"message": message}}}


def test_action_answers_the_plain_fulfillment_order(merchant: Client, service: Client) -> None:
    one = merchant.stage("service", "in_progress/accepted", 2, 1)
    before = merchant.look(one)["line_items"]
    answer = service.post(PATH, envelope(one))
    assert set(answer) == {"fulfillment_order"}
    shown = answer["fulfillment_order"]
    assert set(shown) == KEYS
    assert (shown["id"], shown["status"], shown["request_status"]) == (one, "incomplete", "closed")
    assert set(shown["supported_actions"]) == {"request_fulfillment", "create_fulfillment"}
    assert shown["line_items"] == before
    assert merchant.state(one) == ("incomplete", "closed")


def test_message_may_be_left_out(merchant: Client, service: Client) -> None:
    one = merchant.stage("service", "in_progress/accepted")
    service.post(PATH, {"primaryResourceId": one, "data": {"fulfillment_order": {}}})
    assert merchant.state(one) == ("incomplete", "closed")


@pytest.mark.parametrize("state", ["open/submitted", "open/unsubmitted", "incomplete/closed", "closed/accepted"])
def test_other_states_are_refused(merchant: Client, service: Client, state: str) -> None:
    one = merchant.stage("service", state)
    before = merchant.look(one)
    assert isinstance(service.refused(PATH, envelope(one), 422), list)
    assert merchant.look(one) == before


def test_unknown_ids_scopes_and_tokens_are_refused(
    merchant: Client, service: Client, other_service: Client, outsider: Client, anonymous: Client
) -> None:
    assert service.refused(PATH, envelope(5), 404) == "Fulfillment order does not exist."
    one = merchant.stage("service", "in_progress/accepted")
    for client, status in ((merchant, 403), (outsider, 403), (other_service, 404), (anonymous, 401)):
        client.refused(PATH, envelope(one), status)
    assert merchant.state(one) == ("in_progress", "accepted")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": {"fulfillment_order": {}}},
        {"primaryResourceId": "7", "data": {"fulfillment_order": {}}},
        {"primaryResourceId": 7},
        {"primaryResourceId": 7, "data": {}},
        {"primaryResourceId": 7, "data": {"fulfillment_order": {"message": 5}}},
    ],
)
def test_bad_envelopes_are_refused(service: Client, body: Any) -> None:
    service.refused(PATH, body, 400)
