"""Rules of one state, place or operation say nothing of any other: each is asked of all of them."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from looks import NOW, answer, at, broken, order, picture

from fulfillspec.documents.operations import NAMED, READS
from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line, Request
from fulfillspec.judge import invariants, lasting, meaning, requests, sources
from fulfillspec.judge.finding import Finding

STATUSES = ("cancelled", "closed", "in_progress", "incomplete", "on_hold", "open", "scheduled")
REQUEST_STATUSES = (
    "accepted",
    "cancellation_accepted",
    "cancellation_rejected",
    "cancellation_requested",
    "closed",
    "rejected",
    "submitted",
    "unsubmitted",
)
PAIRS = list(product(STATUSES, REQUEST_STATUSES))
PLACES = ("merchant", "other_service", "service", "unknown", None)
STEPS = sorted(set(NAMED) - READS)
LINE = order().lines[0]


def judged(findings: Any, requirement: str) -> list[bool]:
    return [one.holds for one in findings if one.requirement == requirement]


def in_state(status: str, request_status: str, **changed: Any) -> FulfillmentOrder:
    return order(status=status, request_status=request_status, **changed)


@pytest.mark.parametrize(("status", "request_status"), PAIRS)
def test_pair_is_one_that_some_path_leads_to(status: str, request_status: str) -> None:
    never = {("open", "accepted"), ("open", "cancellation_requested"), ("in_progress", "submitted")}
    never |= {("scheduled", other) for other in REQUEST_STATUSES if other != "unsubmitted"}
    never |= {("incomplete", other) for other in REQUEST_STATUSES if other != "closed"}
    (found,) = invariants.of_pair(in_state(status, request_status))
    assert found.holds is ((status, request_status) not in never)


def test_pair_of_which_half_is_not_shown_is_not_judged() -> None:
    for one in (order(status=None), order(request_status=None)):
        assert list(invariants.of_pair(one)) == []


@pytest.mark.parametrize(("status", "request_status"), PAIRS)
def test_what_is_advertised_is_asked_of_the_states_that_share_it(status: str, request_status: str) -> None:
    shared = {
        "open/submitted": "cancel_fulfillment_order",
        "in_progress/accepted": "request_cancellation",
        "open/rejected": "request_fulfillment",
        "incomplete/closed": "request_fulfillment",
    }
    by_status = {"on_hold": "release_hold", "scheduled": "mark_as_open"}.get(status)
    for place in PLACES:
        wanted = by_status or (shared.get(f"{status}/{request_status}") if place == "service" else None)
        for actions in (("view",), ("view", wanted or "")):
            seen = list(invariants.of_actions(in_state(status, request_status, actions=actions), place))
            assert judged(seen, "FO-ACTIONS-SHARED") == ([wanted in actions] if wanted else [])
            ended = status == "closed" and request_status != "cancellation_accepted"
            assert judged(seen, "FO-INV-ENDED-NO-ACTIONS") == ([False] if ended else [])


def test_actions_of_what_has_nothing_left_are_not_asked_for() -> None:
    for left, found in ((0, []), (1, [False])):
        held = in_state("on_hold", "unsubmitted", actions=("view",), lines=(replace(LINE, remaining=left),))
        assert judged(invariants.of_actions(held, "service"), "FO-ACTIONS-SHARED") == found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("request_status", [*REQUEST_STATUSES, None])
def test_only_what_is_at_a_merchants_location_stays_unsubmitted(place: str | None, request_status: str | None) -> None:
    seen = invariants.of_order(order(request_status=request_status), place)
    fine = [request_status == "unsubmitted"] if place == "merchant" and request_status else []
    assert judged(seen, "FO-INV-MERCHANT-UNSUBMITTED") == fine


ADDRESS = {"assigned_location": {"name": "Depot", "city": "Here"}}


@pytest.mark.parametrize("status", [*STATUSES, None])
@pytest.mark.parametrize("city", ["Gone", "Here", "There"])
def test_content_of_a_location_is_that_of_the_list_while_work_has_not_begun(status: str | None, city: str) -> None:
    known = sources.Known(contents={"5": {"name": "Depot", "city": city}})
    seen = sources.of_order(order(status=status, raw=ADDRESS), answer("get"), known)
    found = [city == "Here"] if status in {"open", "scheduled", "on_hold"} else []
    assert judged(seen, "FO-LOCATION-CONTENT") == found


@pytest.mark.parametrize("operation", STEPS)
@pytest.mark.parametrize("status", STATUSES)
def test_what_is_on_hold_stays_so_over_what_is_not_about_holds(operation: str, status: str) -> None:
    about = {"hold", "release_hold", "split", "merge"}
    for after in STATUSES:
        seen = meaning.of_step(answer(operation), picture(order(status=status)), picture(order(status=after)))
        found = [after in {"on_hold", "closed", "cancelled"}] if status == "on_hold" and operation not in about else []
        assert judged(seen, "FO-INV-HELD-STAYS") == found


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_closed_and_has_nothing_left_is_not_taken_up_again(status: str) -> None:
    for left, after in product((0, 1), STATUSES):
        was = order(status=status, lines=(replace(LINE, remaining=left),))
        seen = list(meaning.of_step(answer("move"), picture(was), picture(replace(was, status=after))))
        found = [after in {"closed", "cancelled"}] if status == "closed" and not left else []
        assert judged(seen, "FO-INV-ENDED-STAYS") == found


@pytest.mark.parametrize("operation", STEPS)
@pytest.mark.parametrize("left", [1, 2])
def test_only_a_fulfillment_has_to_take_some_work(operation: str, left: int) -> None:
    now = picture(order(lines=(replace(LINE, remaining=left),)))
    found = [left == 1] if operation == "create_fulfillment" else []
    assert judged(meaning.of_step(answer(operation), picture(order()), now), "FO-FULFIL-SOME-WORK") == found


@pytest.mark.parametrize(("status", "request_status"), PAIRS)
def test_only_what_is_scheduled_opens(status: str, request_status: str) -> None:
    was = in_state(status, request_status)
    for now in (was, in_state("open", "unsubmitted")):
        seen = lasting.of_step(answer("open"), picture(was), picture(now), requests.Answered())
        opens = status == "scheduled" or (status, request_status) == ("in_progress", "unsubmitted")
        assert judged(seen, "FO-OPEN-UNSCHEDULED-STAYS") == ([] if opens else [was.pair == now.pair])


@pytest.mark.parametrize("status", STATUSES)
def test_partly_fulfilled_is_not_closed_and_entirely_is(status: str) -> None:
    def told(left: int, units: int) -> set[str]:
        now = order(status=status, lines=(replace(LINE, remaining=left),))
        done = answer("create_fulfillment", part=[(LINE.id, units)])
        found = broken(lasting.of_step(done, picture(order()), picture(now), requests.Answered()))
        return {name for name in found if name.startswith("FO-FULFIL")}

    assert told(1, 1) == ({"FO-FULFIL-PART-OPEN"} if status in {"closed", "cancelled"} else set())
    assert told(0, 2) == (set() if status == "closed" else {"FO-FULFIL-CLOSES"})


@pytest.mark.parametrize("status", STATUSES)
def test_hold_shows_on_no_made_one_that_is_open(status: str) -> None:
    made = order("2", status=status, holds=(Hold("other", None),))
    seen = lasting.of_step(answer("split"), picture(order()), picture(order(), made), requests.Answered())
    assert judged(seen, "FO-INV-HOLDS") == [status != "open"]


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_holds_stay_while_both_looks_are_of_one_on_hold(before: str, after: str) -> None:
    one = (Hold("other", "a"),)
    other = (Hold("other", "b"),)
    was, now = order(status=before, holds=one), order(status=after, holds=other)
    seen = lasting.of_step(answer("close"), picture(was), picture(now), requests.Answered())
    assert judged(seen, "FO-INV-HOLDS") == ([False] if before == after == "on_hold" else [])


@pytest.mark.parametrize("status", STATUSES)
def test_time_that_was_rescheduled_is_that_of_what_is_scheduled(status: str) -> None:
    now = order(status=status, fulfill_at=at(NOW))
    told = answer("reschedule", new_fulfill_at="2026-03-02T12:00:00Z")
    seen = lasting.of_step(told, picture(order(status="scheduled")), picture(now), requests.Answered())
    assert judged(seen, "FO-RESCHEDULE-STATE") == ([False] if status == "scheduled" else [])


FIRST = Request("fulfillment_request", "First.")


@pytest.mark.parametrize("request_status", REQUEST_STATUSES)
def test_request_that_comes_with_another_action_is_one_too_many(request_status: str) -> None:
    """Over REST a list that was empty before says nothing, unless nothing was requested yet."""
    was, now = order(request_status=request_status, requests=()), order(request_status="submitted", requests=(FIRST,))
    seen = requests.of_step(answer("close"), picture(was), picture(now), requests.Answered(keeps_listing=True))
    assert judged(seen, "FO-REQUEST-RECORDED") == ([False] if request_status == "unsubmitted" else [])
    told = answer("close", transport="graphql")
    seen = requests.of_step(told, picture(was), picture(now), requests.Answered(keeps_listing=True))
    assert judged(seen, "FO-REQUEST-RECORDED") == [False]


@pytest.mark.parametrize("request_status", REQUEST_STATUSES)
@pytest.mark.parametrize("earlier", [None, (), (FIRST,)])
def test_request_of_another_is_none_of_ones_own(request_status: str, earlier: tuple[Request, ...] | None) -> None:
    """What a sibling lists says something where its list was shown before, or nothing had been requested of it."""
    fresh = Request("fulfillment_request", "Second.")
    was = order("2", request_status=request_status, requests=earlier)
    now = replace(was, requests=(*(earlier or ()), fresh))
    shown = order(request_status="submitted", requests=(fresh,))
    told = answer("submit", shown=[("submitted", shown)], message="Second.")
    seen: list[Finding] = [
        *requests.of_step(told, picture(order(), was), picture(shown, now), requests.Answered(keeps_listing=True))
    ]
    alien = bool(earlier) or request_status == "unsubmitted"
    assert judged(seen, "FO-REQUEST-OWN") == [not alien]


@pytest.mark.parametrize("operation", STEPS)
def test_replacement_shows_no_request_of_what_was_cancelled(operation: str) -> None:
    made = order("2", requests=(FIRST,))
    shown = [("replacement", made)] if operation == "cancel" else []
    was = picture(order(requests=()))
    seen = list(
        requests.of_step(
            answer(operation, shown=shown),
            was,
            picture(order(requests=()), made),
            requests.Answered(keeps_listing=True),
        )
    )
    if operation == "cancel":
        assert judged(seen, "FO-REQUEST-OWN") == [False]
        bare = picture(order(requests=()), replace(made, requests=()))
        assert judged(requests.of_step(answer("cancel"), was, bare, requests.Answered()), "FO-REQUEST-OWN") == [True]
        silent = picture(order(requests=()), replace(made, requests=None))
        assert judged(requests.of_step(answer("cancel"), was, silent, requests.Answered()), "FO-REQUEST-OWN") == []
    elif operation not in {"submit", "submit_cancellation"}:
        assert judged(seen, "FO-REQUEST-OWN") == []


@pytest.mark.parametrize("operation", STEPS)
def test_work_of_a_cancelled_one_goes_to_its_replacement(operation: str) -> None:
    """With no replacement, and after any other operation, the cancelled one's work is not asked for there."""
    gone = order(status="cancelled", lines=())
    lost = picture(gone, order("2", lines=(Line("20", "100", 1, 1, "2"),)))
    for shown in ([("replacement", order("2", lines=()))], []):
        told = answer(operation, shown=shown)
        found = broken(invariants.of_step(told, picture(order()), lost))
        assert ("FO-CANCEL-REPLACEMENT-ITEMS" in found) is (operation == "cancel" and bool(shown))


@pytest.mark.parametrize("operation", STEPS)
def test_what_is_gone_is_missed_but_where_another_may_take_its_place(operation: str) -> None:
    told = answer(operation)
    may_go = {"reschedule", "release_hold"}
    alone = broken(invariants.of_step(told, picture(order(), order("2")), picture(order("2"))))
    assert ("FO-LIST-ALL" in alone) is (operation not in may_go)
    renamed = broken(invariants.of_step(told, picture(order()), picture(order("3"))))
    assert ("FO-INV-IDS" in renamed) is (operation not in {*may_go, "move"})
    other = broken(invariants.of_step(told, picture(order(), order("2")), picture(order(), order("3"))))
    assert ("FO-LIST-ALL" in other) is (operation not in may_go)


@pytest.mark.parametrize("operation", STEPS)
@pytest.mark.parametrize("other", ["accepted", "unsubmitted"])
def test_answer_and_later_look_agree_on_the_request_status_but_of_a_cancellation_request(
    operation: str, other: str
) -> None:
    shown = [order(request_status="submitted")]
    found = broken(invariants.of_observers(shown, picture(order(request_status=other)), operation))
    assert (found == {"FO-INV-OBSERVERS"}) is (operation != "submit_cancellation")


@pytest.mark.parametrize("after", STATUSES)
@pytest.mark.parametrize("before", STATUSES)
def test_scheduled_one_may_open_by_itself_once_its_time_has_come(before: str, after: str) -> None:
    """Not before, not if it was scheduled for no time, and nothing else becomes anything by itself."""
    now = at(NOW)
    for due, seen, fine in (
        (now, now, True),
        (now - timedelta(seconds=1), now, True),
        (now + timedelta(seconds=1), now, False),
        (now, None, True),
        (None, now, False),
    ):
        shown = order(status=before, fulfill_at=due)
        looked = replace(picture(order(status=after, fulfill_at=due)), seen=seen)
        opened = fine and (before, after) == ("scheduled", "open")
        found = broken(invariants.of_observers([shown], looked, "reschedule"))
        assert (found == set()) is (before == after or opened)


@pytest.mark.parametrize(
    ("own", "shops", "found"),
    [
        ("4", [4], [True]),
        ("4", [4, 4], [True]),
        ("4", [3], [False]),
        ("4", [5], [False]),
        ("4", [4, 5], [False]),
        ("4", [None], []),
        ("4", [None, 4], [True]),
        ("4", [], []),
        (None, [4], []),
    ],
)
def test_line_items_are_of_the_shop_of_their_fulfillment_order(
    own: str | None, shops: list[int | None], found: list[bool]
) -> None:
    shown = order(shop_id=own, raw={"line_items": [{"shop_id": shop} for shop in shops]})
    seen = list(sources.of_order(shown, answer("get"), sources.Known()))
    assert judged(seen, "FO-PROP-LINE-ITEMS-SHOP-ID") == found
    for raw in ({}, {"line_items": None}, {"line_items": ["x"]}):
        bare = sources.of_order(order(shop_id="4", raw=raw), answer("get"), sources.Known())
        assert judged(bare, "FO-PROP-LINE-ITEMS-SHOP-ID") == []
