"""A state says what happened: answers follow requests, what is completed or held stays so, a fulfillment is of some work."""

from dataclasses import replace
from typing import Any

import pytest
from looks import answer, broken, order, picture

from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import meaning


def step(operation: str, was: FulfillmentOrder, *now: FulfillmentOrder, **arguments: Any) -> set[str]:
    return broken(meaning.of_step(answer(operation, **arguments), picture(was), picture(*now)))


def pair(text: str, **changed: Any) -> FulfillmentOrder:
    status, _, request_status = text.partition("/")
    return order(status=status, request_status=request_status, **changed)


def done(text: str) -> FulfillmentOrder:
    return pair(text, lines=(replace(order().lines[0], remaining=0),))


@pytest.mark.parametrize(
    ("operation", "was", "now", "found"),
    [
        ("accept", "open/submitted", "in_progress/accepted", set()),
        ("accept", "open/unsubmitted", "in_progress/accepted", {"FO-ACCEPT-OF-REQUEST"}),
        ("accept", "open/rejected", "in_progress/accepted", {"FO-ACCEPT-OF-REQUEST"}),
        ("accept", "incomplete/closed", "in_progress/accepted", {"FO-ACCEPT-OF-REQUEST"}),
        ("accept", "open/unsubmitted", "open/unsubmitted", set()),
        ("accept", "in_progress/accepted", "in_progress/accepted", set()),
        ("reject", "open/submitted", "open/rejected", set()),
        ("reject", "open/rejected", "open/rejected", set()),
        ("reject", "open/unsubmitted", "open/rejected", {"FO-REJECT-OF-REQUEST"}),
        ("reject", "in_progress/accepted", "open/rejected", {"FO-REJECT-OF-REQUEST"}),
        ("submit_cancellation", "in_progress/accepted", "in_progress/cancellation_requested", set()),
        ("submit_cancellation", "open/submitted", "open/cancellation_requested", {"FO-CANCELLATION-OF-REQUEST"}),
        ("submit_cancellation", "open/unsubmitted", "open/cancellation_requested", {"FO-CANCELLATION-OF-REQUEST"}),
        ("submit_cancellation", "in_progress/cancellation_rejected", "in_progress/cancellation_requested", set()),
        ("accept_cancellation", "in_progress/cancellation_requested", "cancelled/cancellation_accepted", set()),
        (
            "accept_cancellation",
            "in_progress/accepted",
            "cancelled/cancellation_accepted",
            {"FO-CANCELLATION-ANSWER-OF-REQUEST"},
        ),
        (
            "reject_cancellation",
            "open/submitted",
            "open/cancellation_rejected",
            {"FO-CANCELLATION-ANSWER-OF-REQUEST"},
        ),
    ],
)
def test_answer_follows_its_request(operation: str, was: str, now: str, found: set[str]) -> None:
    assert step(operation, pair(was), pair(now)) == found


def test_what_is_completed_is_not_taken_up_again() -> None:
    assert step("hold", done("closed/accepted"), done("closed/accepted")) == set()
    assert step("hold", done("closed/accepted"), done("on_hold/accepted")) == {"FO-INV-ENDED-STAYS"}
    assert step("submit", done("closed/unsubmitted"), done("open/submitted")) == {"FO-INV-ENDED-STAYS"}
    assert step("submit", pair("closed/cancellation_accepted"), pair("open/submitted")) == set(), "work is left"


def test_cancelled_fulfillment_brings_work_back_to_what_was_completed() -> None:
    was = done("closed/unsubmitted")
    assert step("cancel_fulfillment", was, pair("open/unsubmitted")) == set()
    assert step("cancel_fulfillment", was, was, order("2", status="open")) == set()


def test_what_is_completed_makes_no_further_work() -> None:
    was = done("closed/accepted")
    assert step("cancel", was, was, replace(order("2"), lines=order().lines)) == {"FO-INV-QUANTITY"}


def test_fulfillment_takes_some_of_the_work() -> None:
    assert step("create_fulfillment", order(), done("closed/unsubmitted")) == set()
    assert step("create_fulfillment", order(), order()) == {"FO-FULFIL-SOME-WORK"}
    again = done("closed/unsubmitted")
    assert step("create_fulfillment", again, again) == {"FO-FULFIL-SOME-WORK"}
    kept = pair("cancelled/cancellation_accepted")
    assert step("create_fulfillment", kept, done("closed/cancellation_accepted")) == set(), "nor is that left any more"


def test_what_is_held_stays_held_until_it_is_released() -> None:
    held = pair("on_hold/unsubmitted")
    assert step("move", held, held) == set()
    assert step("move", held, pair("closed/unsubmitted")) == set()
    assert step("move", held, order()) == {"FO-INV-HELD-STAYS"}
    assert step("release_hold", held, order()) == set()


def test_what_comes_to_be_has_an_item() -> None:
    assert step("submit", order(), order(), order("2")) == set()
    assert step("submit", order(), order(), order("2", lines=())) == {"FO-INV-HAS-ITEMS"}
    assert step("submit", order(), order(lines=())) == set(), "what was there may be emptied"


def test_refusals_keep_what_they_keep_from_happening() -> None:
    assert "FO-ACCEPT-OF-REQUEST" in meaning.KEPT_BY["FO-ACCEPT-NEEDS-REQUEST"]
    assert "FO-INV-ENDED-STAYS" in meaning.KEPT_BY["FO-HOLD-ENDED-REFUSED"]
