"""Two transports show the same fulfillment order: each field that both show is compared, one that is absent is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import looks
import pytest
from looks import NOW, at, order, picture

from fulfillspec.evidence.observation import Hold, Line
from fulfillspec.judge import equivalence

LATER = at(NOW) + timedelta(seconds=3)
NAMES = ("rest", "graphql")
ACTIONS = {"actions": ("move", "hold")}


def broken(mine: dict[str, Any], theirs: dict[str, Any]) -> set[str]:
    found = equivalence.of_orders(order(**mine), order(**theirs), NAMES)
    return looks.broken(found)


@pytest.mark.parametrize(
    ("requirement", "mine", "theirs"),
    [
        ("FO-EQ-STATE", {}, {"status": "closed"}),
        ("FO-EQ-STATE", {}, {"request_status": "submitted"}),
        ("FO-EQ-IDS", {}, {"order_id": "8"}),
        ("FO-EQ-QUANTITIES", {}, {"lines": (Line("10", "100", 2, 1, "1"),)}),
        ("FO-EQ-LINE-ITEMS", {}, {"lines": (Line("10", "101", 2, 2, "1"),)}),
        ("FO-EQ-LOCATION", {}, {"location_id": "6"}),
        ("FO-EQ-HOLDS", {"holds": (Hold("other", "a"),)}, {"holds": (Hold("other", "b"),)}),
        ("FO-EQ-TIMES", {}, {"updated_at": LATER}),
        ("FO-EQ-TIMES", {}, {"created_at": LATER}),
        ("FO-EQ-TIMES", {"fulfill_at": LATER}, {"fulfill_at": at(NOW)}),
        ("FO-EQ-TIMES", {"fulfill_by": LATER}, {"fulfill_by": at(NOW)}),
        ("FO-EQ-ACTIONS", ACTIONS, {"actions": ("move",)}),
    ],
)
def test_difference_is_a_deviation_of_its_own_row(
    requirement: str, mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    assert broken(mine, theirs) == {requirement}
    assert broken(theirs, mine) == {requirement}


def test_the_same_seen_twice_holds_throughout() -> None:
    assert broken({}, {}) == set()
    assert all(one.holds for one in equivalence.of_orders(order(), order(), NAMES))


def test_order_of_a_list_and_fractions_of_a_second_are_no_difference() -> None:
    assert broken(ACTIONS, {"actions": ("hold", "move")}) == set()
    assert broken({}, {"updated_at": at(NOW) + timedelta(milliseconds=400)}) == set()
    assert broken({"holds": (Hold("OTHER", None),)}, {"holds": (Hold("other", None),)}) == set()


@pytest.mark.parametrize("absent", [{"actions": None}, {"holds": None}, {"requests": None}, {"location_id": None}])
def test_what_one_transport_leaves_out_is_not_compared(absent: dict[str, Any]) -> None:
    assert broken({}, absent) == set()


def test_both_list_the_same_fulfillment_orders() -> None:
    (found, *_) = equivalence.of_pictures(picture(order(), order("2")), picture(order()), NAMES)
    assert (found.requirement, found.holds) == ("FO-EQ-IDS", False)
    assert "2" in found.received
    assert all(one.holds for one in equivalence.of_pictures(picture(order()), replace(picture(order())), NAMES))
