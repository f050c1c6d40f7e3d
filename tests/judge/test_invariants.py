"""What holds of every fulfillment order and across every action: each rule holds, and breaks where it is broken."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from looks import NOW, answer, at, broken, order, picture

from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line, Request
from fulfillspec.judge import invariants
from fulfillspec.judge.finding import Finding

LATER = at(NOW) + timedelta(minutes=1)


def held(findings: Any) -> set[str]:
    return {one.requirement for one in findings if one.holds}


def refusal(before: Any, after: Any) -> Finding:
    return invariants.of_refusal(before, after)


def test_refusal_that_changed_nothing_holds() -> None:
    assert refusal(picture(order()), picture(order())).holds


def test_location_is_the_one_that_is_assigned() -> None:
    assert broken(invariants.of_order(order(), None)) == set()
    assert broken(invariants.of_order(order(address_location_id="6"), None)) == {"FO-INV-LOCATION-SAME"}
    assert broken(invariants.of_order(order(address_location_id=None), None)) == set()
    emptied = order(address_location_id="6", lines=())
    assert broken(invariants.of_order(emptied, None)) == set(), "as in the sample of a move"


def test_accepted_cancellation_gives_nothing_back_that_was_fulfilled() -> None:
    line = order().lines[0]
    was = order(request_status="cancellation_requested", status="in_progress", lines=(replace(line, remaining=1),))
    kept = replace(was, status="cancelled", request_status="cancellation_accepted")
    told = answer("accept_cancellation")
    assert "FO-INV-QUANTITY" not in broken(invariants.of_step(told, picture(was), picture(kept)))
    back = replace(kept, lines=(line,))
    assert "FO-INV-QUANTITY" in broken(invariants.of_step(told, picture(was), picture(back)))


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "closed"},
        {"request_status": "submitted"},
        {"location_id": "6"},
        {"fulfill_by": LATER},
        {"fulfill_at": LATER},
        {"holds": (Hold("other", None),)},
        {"lines": (Line("10", "100", 2, 1, "1"),)},
        {"lines": ()},
        {"order_id": "8"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_refusal_that_changed_something_is_a_deviation(changed: dict[str, Any]) -> None:
    found = refusal(picture(order()), picture(order(**changed)))
    assert (found.requirement, found.holds) == ("FO-ERR-UNCHANGED", False)
    assert found.diff


def test_refusal_after_which_a_fulfillment_order_came_or_went_is_a_deviation() -> None:
    one, two = picture(order()), picture(order(), order("2"))
    for before, after in ((one, two), (two, one)):
        found = refusal(before, after)
        assert not found.holds
        assert found.received == "fulfillment orders 2 came or went"


def test_values_that_a_dialect_leaves_out_are_no_change() -> None:
    bare = order(holds=None, requests=None, location_id=None, status=None)
    assert refusal(picture(order()), picture(bare)).holds


def test_line_items_name_their_own_fulfillment_order() -> None:
    stranger = order(lines=(Line("10", "100", 2, 2, "77"),))
    assert broken(invariants.of_order(stranger, "service")) == {"FO-INV-PARENT"}
    assert "FO-INV-PARENT" in held(invariants.of_order(order(), "service"))


@pytest.mark.parametrize(("quantity", "remaining", "fine"), [(2, 0, True), (2, 2, True), (2, 3, False), (2, -1, False)])
def test_what_is_left_lies_between_none_and_all(quantity: int, remaining: int, fine: bool) -> None:  # noqa: FBT001 - a case
    shown = order(lines=(Line("10", "100", quantity, remaining, "1"),))
    assert ("FO-INV-RANGE" in held(invariants.of_order(shown, None))) is fine
    assert ("FO-INV-RANGE" in broken(invariants.of_order(shown, None))) is not fine


def test_updated_at_is_not_before_created_at() -> None:
    assert broken(invariants.of_order(order(created_at=LATER), None)) == {"FO-INV-UPDATED-AT"}
    assert broken(invariants.of_order(order(), None)) == set()


def test_merchant_managed_fulfillment_order_stays_unsubmitted() -> None:
    submitted = order(request_status="submitted")
    assert broken(invariants.of_order(submitted, "merchant")) == {"FO-INV-MERCHANT-UNSUBMITTED"}
    assert broken(invariants.of_order(submitted, "service")) == set()
    assert broken(invariants.of_order(submitted, None)) == set()


@pytest.mark.parametrize(
    ("pair", "fine"),
    [
        ("open/accepted", False),
        ("open/cancellation_requested", False),
        ("in_progress/submitted", False),
        ("scheduled/submitted", False),
        ("incomplete/accepted", False),
        ("incomplete/closed", True),
        ("in_progress/accepted", True),
        ("open/unsubmitted", True),
    ],
)
def test_state_pairs_are_those_that_a_path_leads_to(pair: str, fine: bool) -> None:  # noqa: FBT001 - a case
    status, request_status = pair.split("/")
    (found,) = invariants.of_pair(order(status=status, request_status=request_status))
    assert found.holds is fine


def test_what_is_closed_offers_nothing_and_what_is_held_can_be_released() -> None:
    assert broken(invariants.of_actions(order(status="closed", actions=("move",)), None)) == {"FO-INV-ENDED-NO-ACTIONS"}
    assert held(invariants.of_actions(order(status="closed", actions=()), None)) == {"FO-INV-ENDED-NO-ACTIONS"}
    assert broken(invariants.of_actions(order(status="on_hold", actions=("move",)), None)) == {"FO-ACTIONS-SHARED"}
    assert broken(invariants.of_actions(order(status="on_hold", actions=("release_hold",)), None)) == set()
    assert [*invariants.of_actions(order(status="on_hold", actions=None), None)] == []


def step(operation: str, before: Any, after: Any, **shown: FulfillmentOrder | None) -> set[str]:
    return broken(invariants.of_step(answer(operation, shown=shown.items()), before, after))


def test_action_that_loses_or_doubles_work_is_a_deviation() -> None:
    less = order(lines=(replace(order().lines[0], quantity=1, remaining=1),))
    assert "FO-INV-QUANTITY" in step("hold", picture(order()), picture(less))
    assert "FO-INV-QUANTITY" in step("hold", picture(order()), picture(order(), order("2")))
    assert step("hold", picture(order()), picture(order(status="on_hold"))) == set()


def test_what_is_fulfilled_entirely_need_not_stay_listed() -> None:
    begun = order(lines=(Line("10", "100", 3, 2, "1"),))
    there = order("2", location_id="6", lines=(Line("20", "100", 2, 2, "2"),))
    rest = order(lines=(Line("10", "100", 1, 0, "1"),))
    assert "FO-INV-QUANTITY" not in step("move", picture(begun), picture(rest, there))
    assert "FO-INV-QUANTITY" not in step("move", picture(begun), picture(order(lines=()), there))
    short = order("2", location_id="6", lines=(Line("20", "100", 1, 1, "2"),))
    assert "FO-INV-QUANTITY" in step("move", picture(begun), picture(order(lines=()), short))
    assert "FO-INV-QUANTITY" in step("move", picture(order()), picture(order(lines=()))), "nothing was done"


def test_action_leaves_the_other_fulfillment_orders_alone() -> None:
    before = picture(order(), order("2"))
    after = picture(order(status="in_progress", request_status="accepted"), order("2", status="closed"))
    assert "FO-INV-SIBLINGS" in step("accept", before, after)
    assert step("accept", before, picture(order(status="in_progress"), order("2"))) == set()


def test_only_move_changes_the_location() -> None:
    assert "FO-INV-LOCATION" in step("accept", picture(order()), picture(order(location_id="6")))
    assert "FO-INV-LOCATION" not in step("move", picture(order()), picture(order(location_id="6")))


def test_ids_and_creation_stay() -> None:
    assert "FO-INV-IDS" in step("accept", picture(order()), picture(order(created_at=LATER, updated_at=LATER)))
    assert "FO-INV-IDS" in step("accept", picture(order()), picture(order("7")))


def test_updated_at_does_not_go_back() -> None:
    assert step("accept", picture(order(updated_at=LATER)), picture(order())) == {"FO-INV-UPDATED-AT"}


def test_what_was_listed_stays_listed() -> None:
    assert "FO-LIST-ALL" in step("accept", picture(order(), order("2")), picture(order()))
    assert "FO-LIST-ALL" in step("hold", picture(order()), picture(order()), remaining_fulfillment_order=order("3"))


def test_one_caller_is_shown_the_same_by_list_and_by_id() -> None:
    request = Request("fulfillment_request", None)
    listed = order(requests=(request,), actions=("hold", "move"))
    assert invariants.of_one_view(listed, replace(listed, actions=("move", "hold"))) == ()
    assert [row.path for row in invariants.of_one_view(listed, replace(listed, requests=()))] == ["requests"]
    assert [row.path for row in invariants.of_one_view(listed, replace(listed, actions=()))] == ["supported_actions"]
    assert invariants.of_one_view(listed, replace(listed, requests=None, actions=None)) == ()


def test_answer_and_later_look_agree() -> None:
    shown = {"fulfillment_order": order(status="incomplete")}
    assert step("close", picture(order()), picture(order()), **shown) == {"FO-INV-OBSERVERS"}
    assert step("close", picture(order()), picture(order(status="incomplete")), **shown) == set()


def test_scheduled_one_may_have_opened_by_itself_when_its_time_had_come() -> None:
    for at_, found in ((at(NOW), set()), (LATER, {"FO-INV-OBSERVERS"}), (None, {"FO-INV-OBSERVERS"})):
        was = order(status="scheduled", fulfill_at=at_)
        moved = answer("move", shown={"moved": was}.items())
        assert broken(invariants.of_step(moved, picture(was), picture(replace(was, status="open")))) == found


def test_time_that_an_answer_shows_is_shown_by_the_look_too() -> None:
    was = order(raw={"fulfill_at": None})
    for raw, found in (({"fulfill_at": NOW}, {"FO-INV-OBSERVERS"}), ({"fulfill_at": "soon"}, set()), ({}, set())):
        shown = order(raw=raw, fulfill_at=at(NOW) if found else None)
        held_by = answer("hold", shown={"fulfillment_order": shown}.items())
        assert broken(invariants.of_step(held_by, picture(was), picture(was))) == found


def test_answer_and_later_look_are_of_one_shop() -> None:
    was, other = order(shop_id="7"), order(shop_id="8")
    held_by = answer("hold", shown={"fulfillment_order": other}.items())
    assert broken(invariants.of_step(held_by, picture(was), picture(was))) == {"FO-INV-OBSERVERS"}


def test_answer_to_a_cancellation_request_may_show_the_request_status_before_it() -> None:
    after = picture(order(request_status="cancellation_requested"))
    shown = {"fulfillment_order": order(request_status="accepted")}
    assert step("submit_cancellation", picture(order(request_status="accepted")), after, **shown) == set()


def test_hold_under_another_id_is_another_view() -> None:
    one, other, nameless = (order(holds=(Hold("other", None, identity),)) for identity in ("7", "8", None))
    assert [row.path for row in invariants.differences(one, other)] == ["fulfillment_holds.id"]
    assert not invariants.differences(one, one)
    assert not invariants.differences(one, nameless)
