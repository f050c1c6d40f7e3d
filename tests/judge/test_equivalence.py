"""Two transports show the same, and the connector's answer is the REST view."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import looks
import pytest
from looks import NOW, at, order

from fulfillspec.evidence.observation import FulfillmentOrder, Request
from fulfillspec.judge import equivalence, fulfillments
from fulfillspec.judge.finding import Finding

NAMES = ("rest", "graphql")
RAW: dict[str, Any] = {
    "id": 1,
    "order_id": 9,
    "status": "incomplete",
    "updated_at": NOW,
    "destination": {"city": "Here", "company": None},
    "line_items": [{"id": 10, "line_item_id": 100, "quantity": 2, "fulfillable_quantity": 1}],
    "assigned_location": {"location_id": 5, "name": "Depot"},
}


def broken(one: FulfillmentOrder, other: FulfillmentOrder) -> set[str]:
    findings: Iterable[Finding] = equivalence.of_orders(one, other, NAMES)
    return looks.broken(findings)


def asked(**changed: Any) -> FulfillmentOrder:
    return order(
        requests=(replace(Request("fulfillment_request", "First.", notify_customer=True, sent_at=at(NOW)), **changed),)
    )


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, set()),
        ({"id": "7", "sent_at": None}, set()),
        ({"message": "Second."}, {"FO-EQ-REQUESTS"}),
        ({"notify_customer": False}, {"FO-EQ-REQUESTS"}),
        ({"sent_at": at("2026-03-01T12:01:00Z")}, {"FO-EQ-TIMES"}),
    ],
)
def test_requests_are_the_same_as_far_as_both_show_them(changed: dict[str, Any], found: set[str]) -> None:
    assert broken(asked(), asked(**changed)) == found


def test_order_of_requests_is_no_difference() -> None:
    one, other = Request("fulfillment_request", "First."), Request("cancellation_request", "Stop.")
    assert broken(order(requests=(one, other)), order(requests=(other, one))) == set()


def test_location_and_items_are_the_same() -> None:
    one = order(raw={"assigned_location": {"name": "Depot", "city": None}})
    assert broken(one, order(raw={"assignedLocation": {"name": "Depot", "city": "Here"}})) == set()
    assert broken(one, order(raw={"assignedLocation": {"name": "Other"}})) == {"FO-EQ-LOCATION"}
    line = replace(one.lines[0], inventory_item_id="301")
    assert broken(one, order(lines=(line,))) == {"FO-EQ-LINE-ITEMS"}


def test_fulfillments_are_the_same() -> None:
    one = fulfillments.read_all([{"id": 7, "status": "success", "tracking_number": "A"}])
    assert equivalence.of_records(one, one, NAMES).holds
    other = fulfillments.read_all([{"id": 7, "status": "success", "tracking_number": "B"}])
    assert not equivalence.of_records(one, other, NAMES).holds
    assert not equivalence.of_records(one, [], NAMES).holds


@pytest.mark.parametrize(
    ("changed", "rows"),
    [
        ({}, []),
        ({"updated_at": "2026-03-01T07:00:00-05:00"}, []),
        ({"supported_actions": ["request_fulfillment"]}, []),
        ({"destination": {"city": "Here", "company": ""}}, []),
        ({"line_items": [{"id": 10, "quantity": 2}]}, []),
        ({"line_items": []}, ["line_items"]),
        ({"order_id": 8}, ["order_id"]),
        ({"destination": {"city": "There"}}, ["destination.city"]),
        ({"line_items": [{**RAW["line_items"][0], "fulfillable_quantity": 0}]}, ["line_items"]),
        ({"assigned_location": {"location_id": 5, "name": "Other"}}, ["assigned_location"]),
    ],
)
def test_answer_is_the_rest_view(changed: dict[str, Any], rows: list[str]) -> None:
    assert equivalence.of_view(order(raw={**RAW, **changed}), order(raw=RAW)) == rows
