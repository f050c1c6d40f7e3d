"""Each time of a fulfillment order is read from its own key, over either transport."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.wire import nodes, rest

Observe = Callable[[dict[str, str]], FulfillmentOrder | None]

KEYS = {
    "fulfill_at": "fulfillAt",
    "fulfill_by": "fulfillBy",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
    "order_processed_at": "orderProcessedAt",
}


def over_rest(times: dict[str, str]) -> FulfillmentOrder | None:
    return rest.observe({"id": 1, **times})


def over_graphql(times: dict[str, str]) -> FulfillmentOrder | None:
    named = {KEYS[name]: time for name, time in times.items()}
    return nodes.observe({"id": "gid://shopify/FulfillmentOrder/1", **named})


@pytest.mark.parametrize("observe", [over_rest, over_graphql])
def test_time_is_that_of_its_own_key(observe: Observe) -> None:
    days = {name: datetime(2026, 3, day, 12, tzinfo=UTC) for day, name in enumerate(KEYS, 1)}
    seen = observe({name: day.isoformat() for name, day in days.items()})
    assert {name: getattr(seen, name) for name in KEYS} == days


@pytest.mark.parametrize("observe", [over_rest, over_graphql])
def test_time_that_is_not_shown_is_none(observe: Observe) -> None:
    seen = observe({})
    assert {name: getattr(seen, name) for name in KEYS} == dict.fromkeys(KEYS)
