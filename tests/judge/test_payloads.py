"""The payload of a mutation shows the hold that was placed, and what was set apart, each in its place."""

from dataclasses import replace
from typing import Any

import pytest
from looks import answer, broken, order, picture

from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line
from fulfillspec.judge import payloads
from fulfillspec.wire.answer import Answer

HELD = order(status="on_hold", lines=(Line("10", "100", 1, 1, "1"),), holds=(Hold("other", "Why.", "7", "one"),))
REST = order("2", lines=(Line("20", "100", 1, 1, "2"),))
PLACED = {"id": "7", "handle": "one", "reason": "other", "reasonNotes": "Why.", "heldByRequestingApp": True}


def held(shown: dict[str, Any] | None, remaining: FulfillmentOrder | None, transport: str = "graphql") -> Answer:
    slots = {"fulfillment_order": HELD, "remaining": remaining}
    found = answer("hold", shown=slots.items(), transport=transport, handle="one", part=[("10", 1)])
    return replace(found, body={"data": {}, **({} if shown is None else {"fulfillment_hold": shown})})


def judged(found: Answer, *earlier: Hold) -> set[str]:
    return broken(payloads.of_step(found, picture(order(holds=earlier)), picture(HELD, REST)))


def test_hold_in_its_place_and_the_rest_in_its_own_hold() -> None:
    assert [each.holds for each in payloads.of_step(held(PLACED, REST), picture(order()), picture(HELD, REST))] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    "changed",
    [{"reason": "incorrect_address"}, {"reasonNotes": None}, {"handle": None}, {"heldByRequestingApp": False}],
    ids=lambda changed: next(iter(changed)),
)
def test_hold_that_is_shown_as_another_is_a_deviation(changed: dict[str, Any]) -> None:
    assert judged(held({**PLACED, **changed}, REST)) == {"FO-GQL-HOLD"}


def test_hold_that_was_there_before_is_not_the_one_that_was_placed() -> None:
    assert judged(held(PLACED, REST), Hold("other", None, "7")) == {"FO-GQL-HOLD"}


@pytest.mark.parametrize("remaining", [None, HELD], ids=["nothing", "the held one"])
def test_rest_that_is_not_shown_in_its_place_is_a_deviation(remaining: FulfillmentOrder | None) -> None:
    assert judged(held(PLACED, remaining)) == {"FO-GQL-HOLD"}


def test_what_was_not_asked_for_or_did_not_come_about_says_nothing() -> None:
    unasked = frozenset({"FulfillmentOrderHoldPayload.remainingFulfillmentOrder"})
    assert judged(replace(held(PLACED, None), without=unasked)) == set()
    assert judged(held({"id": "7"}, REST)) == set()
    assert [*payloads.of_step(held(None, None), picture(order()), picture(HELD))] == []
    assert [*payloads.of_step(held(None, None, "rest"), picture(order()), picture(HELD, REST))] == []


def test_split_shows_what_was_set_apart_beside_the_original() -> None:
    before, after = picture(order()), picture(order(), REST)
    for remaining, rows in ((REST, set()), (order(), {"FO-RESP-SPLIT"}), (None, {"FO-RESP-SPLIT"})):
        slots = {"fulfillment_order": order(), "remaining": remaining, "replacement": None}
        assert (
            broken(payloads.of_step(answer("split", shown=slots.items(), transport="graphql"), before, after)) == rows
        )
    replaced = {"fulfillment_order": order(), "remaining": None, "replacement": REST}
    assert [*payloads.of_step(answer("split", shown=replaced.items(), transport="graphql"), before, after)] == []
