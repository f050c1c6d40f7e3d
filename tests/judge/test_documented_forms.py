"""What the documents say of forms, asked for by name: operations, their slots and keys, eras, the connector, webhooks."""

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from looks import NOW, at, order, picture

from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import connector, equivalence, fulfillments, pages, schema, webhooks
from fulfillspec.judge.pages import Page
from fulfillspec.judge.webhooks import TOPICS, Delivery, Event

NAMES = ("rest", "graphql")


def test_documented_operations_are_told_in_order() -> None:
    found = schema.operations()
    assert list(found) == sorted(found)
    assert {"get", "list", "submit", "move", "cancel", "mark_incomplete"} <= set(found)
    assert "split" not in found


@pytest.mark.parametrize(
    ("operation", "slots"),
    [
        ("get", ("fulfillment_order",)),
        ("list", ("fulfillment_orders",)),
        ("set_deadline", ()),
        ("move", ("original_fulfillment_order", "moved_fulfillment_order", "remaining_fulfillment_order")),
        ("cancel", ("fulfillment_order", "replacement_fulfillment_order")),
    ],
)
def test_slots_of_an_answer_hold_fulfillment_orders(operation: str, slots: tuple[str, ...]) -> None:
    assert set(schema.slots(operation)) == set(slots)


@pytest.mark.parametrize(
    ("version", "era"),
    [("2022-04", "A"), ("2022-10", "A"), ("2025-10", "C"), ("2026-07", "C"), ("unstable", "C"), ("none", "C")],
)
def test_version_belongs_to_the_last_era_that_had_begun(version: str, era: str) -> None:
    assert schema.era(version) == era


def test_eras_follow_each_other() -> None:
    years = [f"{year}-{month}" for year in range(2021, 2027) for month in ("01", "04", "07", "10")]
    found = [schema.era(version) for version in years]
    assert found == sorted(found)
    assert set(found) == {"A", "B", "C"}


def test_keys_that_are_required_are_those_of_version_and_parameters() -> None:
    old, new = schema.required_keys("get", "fulfillment_order", "2022-10"), schema.required_keys(
        "get", "fulfillment_order", "2025-10"
    )  # fmt: skip
    assert old < new
    assert {"id", "status", "request_status", "line_items"} <= old
    asked = frozenset({"include_order_reference_fields"})
    with_names = schema.required_keys("get", "fulfillment_order", "2025-10", asked)
    assert with_names - new == {"order_name", "order_processed_at", "channel_id"}
    for slot in ("fulfillment_orders", "moved_fulfillment_order", ""):
        with pytest.raises(schema.UnknownOperationError, match="in the answer of get"):
            schema.required_keys("get", slot, "2025-10")


@pytest.mark.parametrize("operation", ["accept", "get", "list", "move", ""])
def test_connector_has_one_action(operation: str) -> None:
    with pytest.raises(schema.UnknownOperationError, match=f"expected close, got '{operation}'"):
        connector.compare(operation, {}, version="2025-10")


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ({}, "FO-CONN-ANSWER"),
        ([], "FO-CONN-ANSWER"),
        (None, "FO-CONN-ANSWER"),
        ({"fulfillment_order": []}, "FO-CONN-ANSWER"),
        ({"fulfillment_order": None}, "FO-CONN-ANSWER"),
        ({"fulfillment_order": {}}, "FO-CONN-KEYS"),
        ({"fulfillment_order": {"id": 1}}, "FO-CONN-KEYS"),
    ],
)
def test_connector_answers_with_a_fulfillment_order_and_its_keys(body: Any, row: str) -> None:
    found = connector.compare("close", body, version="2025-10")
    assert {one.requirement for one in found.findings} - {"FO-PROP-FULFILLMENT-SERVICE-HANDLE"} == {row}
    there = row == "FO-CONN-KEYS"
    assert found.judged - {"FO-PROP-FULFILLMENT-SERVICE-HANDLE"} == (
        {"FO-CONN-ANSWER", "FO-CONN-KEYS"} if there else {"FO-CONN-ANSWER"}
    )


def page(*cursors: str) -> Page:
    return Page(cursors, cursors, cursors, has_next=False, has_previous=False, start=None, end=None)


FRONT = {"head": "a", "next": "b"}
BACK = {"tail": "z", "eve": "y"}


@pytest.mark.parametrize(
    ("front", "back", "found"),
    [
        (("a", "b", "c"), ("x", "y", "z"), {**FRONT, **BACK}),
        (("a", "b"), ("y", "z"), {**FRONT, **BACK}),
        (("a",), ("z",), {}),
        ((), (), {}),
        (("a", "b"), ("z",), FRONT),
        (("a",), ("y", "z"), BACK),
        (None, ("y", "z"), BACK),
        (("a", "b"), None, FRONT),
    ],
)
def test_cursors_are_those_of_the_first_two_and_the_last_two(
    front: tuple[str, ...] | None, back: tuple[str, ...] | None, found: dict[str, str]
) -> None:
    shown = {name: page(*ids) for name, ids in (("front", front), ("back", back)) if ids is not None}
    assert pages.cursors_of(shown) == found


@pytest.mark.parametrize(
    "changed", ["id", "status", "tracking_number", "tracking_company", "tracking_url", "total_quantity"]
)
def test_fulfillments_of_two_transports_are_compared_part_by_part(changed: str) -> None:
    row = {
        "id": 7, "status": "success", "tracking_number": "m", "tracking_company": "m", "tracking_url": "m",
        "total_quantity": 5,
    }  # fmt: skip
    same = fulfillments.read_all([row, {**row, "id": 9}])
    assert equivalence.of_records(same, same[::-1], NAMES).holds, "in any order"
    for value in (4, 8) if changed in {"id", "total_quantity"} else ("a", "z"):
        other = fulfillments.read_all([{**row, changed: value}, {**row, "id": 9}])
        found = equivalence.of_records(same, other, NAMES)
        assert not found.holds
        told = min("7", str(value)) if changed == "id" else "7"
        assert found.documented == f"fulfillment {told} is the same over rest and graphql"
    fewer = equivalence.of_records(same, same[:1], NAMES)
    assert fewer.received == "rest: success, m, m, m, 5; graphql: none"
    assert equivalence.of_records(same[:1], same, NAMES).received.startswith("rest: none; graphql: success")
    assert equivalence.of_records([], [], NAMES).holds


def test_lists_of_two_transports_are_compared_one_by_one_in_order() -> None:
    mine = picture(order("3", status="closed"), order("1"), order("2"))
    theirs = picture(order("3"), order("2", status="closed"), order("4"))
    found = [one for one in equivalence.of_pictures(mine, theirs, NAMES) if not one.holds]
    assert [(one.requirement, one.received) for one in found] == [
        ("FO-EQ-IDS", "only one of them shows 1, 4"),
        ("FO-EQ-STATE", "rest: open/unsubmitted; graphql: closed/unsubmitted"),
        ("FO-EQ-STATE", "rest: closed/unsubmitted; graphql: open/unsubmitted"),
    ]
    assert found[0].documented == "rest and graphql list the same fulfillment orders of order 9"


def event(topic: str, status: str = "open", request_status: str = "unsubmitted", message: str | None = None) -> Event:
    return Event(topic, FulfillmentOrder("7", "3", status, request_status, None, None, None, ()), message)


def delivery(body: Any, **headers: str) -> Delivery:
    return Delivery({name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body).encode())


@pytest.mark.parametrize("topic", TOPICS)
def test_webhook_shows_the_state_of_the_look_or_of_its_sample(topic: str) -> None:
    known = TOPICS[topic]
    words = ("accepted", "cancelled", "closed", "in_progress", "incomplete", "on_hold", "open", "rejected", "scheduled")
    for place, key in enumerate(("status", "request_status")):
        legal = {"looked", *known.sample[place : place + 1]}
        for word in ("looked", *words):
            row = {"id": 7, "status": "looked", "request_status": "looked", key: word.upper()}
            told = webhooks.complaints("state", [(event(topic, "looked", "looked"), [delivery({known.about: row})])])
            assert (told == []) is (word in legal)
            assert not told or told[0] == f"{topic} shows {key} {word.upper()}, a later look looked"
    mute = webhooks.complaints("state", [(event(topic), [delivery({known.about: {"id": 7}})])])
    assert mute == [f"{topic} shows no status"]


@pytest.mark.parametrize("topic", TOPICS)
def test_webhook_has_the_keys_of_its_topic(topic: str) -> None:
    keys = (TOPICS[topic].about, *TOPICS[topic].keys)
    whole = {key: {"id": 7} for key in keys}
    assert webhooks.complaints("keys", [(event(topic), [delivery(whole)])]) == []
    for key in keys:
        less = {name: value for name, value in whole.items() if name != key}
        assert webhooks.complaints("keys", [(event(topic), [delivery(less)])]) == [f"{topic} has no {key}"]
    none = webhooks.complaints("keys", [(event(topic), [delivery({})])])
    assert none == [f"{topic} has no {', '.join(keys)}"]


@pytest.mark.parametrize(
    ("sent", "body", "fine"),
    [
        (None, {"message": "x"}, True),
        ("m", {"message": "m"}, True),
        ("m", {"message": "a"}, False),
        ("m", {"message": "z"}, False),
        ("m", {}, False),
        ("m", {"fulfillment_order_merchant_request": {"message": "m"}, "message": "z"}, True),
        ("m", {"fulfillment_order_merchant_request": {"message": "z"}, "message": "m"}, False),
        ("m", {"fulfillment_order_merchant_request": None, "message": "m"}, True),
        ("m", {"fulfillment_order_merchant_request": {}}, False),
    ],
)
def test_webhook_says_the_message_that_was_sent(sent: str | None, body: Any, *, fine: bool) -> None:
    told = webhooks.complaints("message", [(event("fulfillment_request_accepted", message=sent), [delivery(body)])])
    assert (told == []) is fine


@pytest.mark.parametrize(
    ("ids", "count"),
    [
        (["a"], 0),
        (["a", "a"], 0),
        (["a", "b"], 2),
        (["a", "b", "a"], 2),
        (["a", "b", "c"], 3),
        ([None, None], 2),
        ([None], 0),
    ],
)
def test_webhook_comes_once_by_its_id(ids: list[str | None], count: int) -> None:
    """What names another fulfillment order is another's; without an id each one counts."""
    topic = "hold_released"
    came = [
        delivery({"fulfillment_order": {"id": 7}}, **({} if one is None else {"x_shopify_webhook_id": one}))
        for one in ids
    ]
    came.append(delivery({"fulfillment_order": {"id": 8}}, x_shopify_webhook_id="other"))
    told = webhooks.complaints("once", [(event(topic), came)])
    assert told == ([f"{topic} came {count} times for fulfillment order 7"] if count else [])


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'"x"', b"5"])
def test_webhook_without_an_object_says_nothing(raw: bytes) -> None:
    bare = Delivery({}, raw)
    assert (bare.body, bare.payload(event("moved")), bare.names(event("moved"))) == ({}, {}, False)


def test_all_events_are_judged_and_what_did_not_come_by_one_rule() -> None:
    told = [(event("moved"), []), (event("hold_released"), [delivery({})]), (event("cancelled"), [])]
    assert webhooks.complaints("event", told) == [
        f"no webhook {topic} of fulfillment order 7" for topic in ("moved", "cancelled")
    ]
    assert webhooks.complaints("keys", told) == ["hold_released has no fulfillment_order"]


@pytest.mark.parametrize(("one", "other"), [*product([None, (), ("a",), ("a", "b")], repeat=2)])
def test_views_of_one_caller_are_compared_where_both_show_actions(one: Any, other: Any) -> None:
    from fulfillspec.judge import invariants

    found = invariants.of_one_view(order(actions=one), order(actions=other))
    differ = one is not None and other is not None and one != other
    assert [(row.path, row.documented, row.received) for row in found] == (
        [("supported_actions", ", ".join(one) or "none", ", ".join(other) or "none")] if differ else []
    )


def test_second_of_a_time_is_what_two_transports_share() -> None:
    base = order(created_at=at(NOW))
    for text, same in (
        ("2026-03-01T12:00:00.9Z", True),
        ("2026-03-01T12:00:01Z", False),
        ("2026-03-01T11:59:59Z", False),
    ):
        found = equivalence.of_orders(base, replace(base, created_at=at(text)), NAMES)
        assert ("FO-EQ-TIMES" not in {one.requirement for one in found if not one.holds}) is same
