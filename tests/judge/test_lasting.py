"""What an action sets, and what it has to leave as it was."""

from dataclasses import replace
from typing import Any

import pytest
from looks import answer, at, broken, order, picture

from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line
from fulfillspec.judge import lasting, requests

LATER, SOONER = "2026-04-01T12:00:00+00:00", "2026-03-20T12:00:00+00:00"


def step(operation: str, was: FulfillmentOrder, now: FulfillmentOrder, **arguments: Any) -> set[str]:
    return broken(lasting.of_step(answer(operation, **arguments), picture(was), picture(now), requests.Answered()))


def held(*holds: Hold) -> FulfillmentOrder:
    return order(status="on_hold", holds=holds)


def test_hold_on_what_has_none_is_the_only_one() -> None:
    old, new = Hold("incorrect_address", "Old."), Hold("other", None)
    assert step("hold", order(), held(new), reason="other") == set()
    assert step("hold", order(), held(replace(new, notes="")), reason="other") == set()
    assert step("hold", order(), held(old, new), reason="other") == {"FO-HOLD-OWN"}
    assert step("hold", order(), held(replace(new, notes="Old.")), reason="other") == {"FO-HOLD-OWN"}


def test_further_hold_is_as_it_was_sent() -> None:
    old, new = Hold("incorrect_address", "Old."), Hold("other", None)
    assert step("hold", held(old), held(old, new), reason="other") == set()
    assert step("hold", held(old), held(new), reason="other") == set(), "it may take the place of the first"
    assert step("hold", held(old), held(old, replace(old, notes=None)), reason="other") == {"FO-HOLD-OWN"}


def test_rest_of_a_partial_hold_shows_no_hold() -> None:
    hold = Hold("other", None)
    told = answer("hold", reason="other")
    rest = order("2", lines=())
    assert broken(lasting.of_step(told, picture(order()), picture(held(hold), rest), requests.Answered())) == set()
    wrong = picture(held(hold), replace(rest, holds=(hold,)))
    assert broken(lasting.of_step(told, picture(order()), wrong, requests.Answered())) == {"FO-INV-HOLDS"}


def test_holds_stay_over_other_actions() -> None:
    hold = Hold("other", "Wait.")
    assert step("set_deadline", held(hold), held(hold), orders=["1"]) == set()
    assert step("set_deadline", held(hold), held(), orders=["1"]) == {"FO-INV-HOLDS"}
    assert step("accept", order(), order(holds=(hold,))) == {"FO-INV-HOLDS"}
    assert step("release_hold", held(hold), order(holds=(hold,))) == {"FO-RELEASE-ALL"}


def test_open_changes_what_is_scheduled_alone() -> None:
    opened = order()
    assert step("open", order(status="scheduled"), opened) == set()
    assert step("open", opened, opened) == set()
    assert step("open", held(Hold("other", None)), opened) == {"FO-OPEN-UNSCHEDULED-STAYS"}
    assert step("open", order(status="in_progress"), opened) == set(), "its progress may end"


@pytest.mark.parametrize("operation", ["submit", "accept", "reject", "hold", "release_hold", "move", "close"])
def test_deadline_stays_over_other_actions(operation: str) -> None:
    was = order(fulfill_by=at(LATER))
    assert "FO-INV-FULFILL-BY" not in step(operation, was, was)
    assert "FO-INV-FULFILL-BY" in step(operation, was, order())
    assert "FO-INV-FULFILL-BY" not in step(operation, was, order(status="closed")), "what has ended may forget it"


def test_deadline_is_set_where_it_was_named_and_nowhere_else() -> None:
    one, two = order(fulfill_by=at(SOONER)), order("2")
    told = answer("set_deadline", orders=["1"], deadline=LATER)

    def after(*orders: FulfillmentOrder) -> set[str]:
        return broken(lasting.of_step(told, picture(one, two), picture(*orders), requests.Answered()))

    done = order(fulfill_by=at(LATER))
    assert after(done, two) == set()
    assert after(one, two) == {"FO-DEADLINE-SETS"}
    assert after(done, order("2", fulfill_by=at(LATER))) == {"FO-INV-FULFILL-BY"}
    assert after(replace(done, request_status="rejected"), two) == {"FO-DEADLINE-LEAVES-STATE"}


def test_fulfill_at_changes_by_opening_and_rescheduling_only() -> None:
    was, now = order(fulfill_at=at(LATER)), order()
    assert step("accept", was, now) == {"FO-INV-FULFILL-AT"}
    assert step("open", was, now) == set()


def test_what_was_fulfilled_stays_fulfilled() -> None:
    line = order().lines[0]
    was = order(status="in_progress", lines=(replace(line, remaining=1),))
    assert step("close", was, was) == set()
    assert "FO-INV-QUANTITY" in step("close", was, order(status="in_progress"))
    ended = replace(was, status="cancelled")
    assert step("submit", ended, was) - {"FO-REQUEST-RECORDED"} == set(), "what was cancelled is work again"


def test_fulfillment_takes_what_was_named() -> None:
    line = order().lines[0]

    def left(units: int, status: str = "in_progress") -> FulfillmentOrder:
        return order(status=status, lines=(Line(line.id, line.line_item_id, 2, units),))

    part = [(line.id, 1)]
    assert step("create_fulfillment", left(2), left(1), part=part) == set()
    assert step("create_fulfillment", left(2), left(0, "closed"), part=part) == {"FO-FULFIL-REMAINING"}
    assert step("create_fulfillment", left(2), left(1, "closed"), part=part) == {"FO-FULFIL-PART-OPEN"}
    assert step("create_fulfillment", left(2), left(0)) == {"FO-FULFIL-CLOSES"}


def test_fulfillment_of_what_has_nothing_left_takes_nothing_away() -> None:
    lines = (Line("10", "100", 2, 0), Line("11", "101", 2, 2))
    begun = order(status="in_progress", lines=lines)
    fewer = order(status="in_progress", lines=(lines[0], Line("11", "101", 2, 1)))
    for units in (1, 2):
        part = [("10", units)]
        assert step("create_fulfillment", begun, begun, part=part) == set(), "FO-FULFIL-SOME-WORK says the rest"
        assert step("create_fulfillment", begun, fewer, part=part) == {"FO-FULFIL-REMAINING"}
    assert step("create_fulfillment", begun, order(status="in_progress", lines=(lines[0],)), part=[("11", 2)]) == {
        "FO-FULFIL-CLOSES"
    }
    assert step("create_fulfillment", begun, fewer, part=[("10", 0), ("11", 1)]) == set(), "none of it was named"
