"""What each operation is held to where it left everything as it was, and what its order was like decides of it."""

from dataclasses import replace
from typing import Any

import pytest
from looks import NOW, answer, at, order, picture

from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line, Request
from fulfillspec.judge import invariants, lasting, requests
from fulfillspec.judge.finding import Finding

REQUESTS = frozenset(
    ("submit", "accept", "reject", "submit_cancellation", "accept_cancellation", "reject_cancellation")
)
OPERATIONS = REQUESTS | {
    "cancel",
    "close",
    "move",
    "open",
    "reschedule",
    "hold",
    "release_hold",
    "set_deadline",
    "create_fulfillment",
    "split",
    "merge",
}
PLAIN = REQUESTS | {"close", "create_fulfillment"}
HELD_TO = {
    "FO-INV-IDS": OPERATIONS,
    "FO-INV-ITEM": OPERATIONS,
    "FO-INV-UPDATED-AT": OPERATIONS,
    "FO-LIST-ALL": OPERATIONS,
    "FO-INV-LOCATION": OPERATIONS - {"move"},
    "FO-LOCATION-CONTENT": OPERATIONS - {"move"},
    "FO-INV-QUANTITY": OPERATIONS - {"cancel", "create_fulfillment"},
    "FO-INV-LINE-IDS": PLAIN - {"submit", "accept_cancellation", "create_fulfillment"}
    | {"open", "reschedule", "set_deadline"},
    "FO-INV-SIBLINGS": PLAIN - {"accept_cancellation"} | {"cancel", "open", "hold", "set_deadline"},
    "FO-INV-FULFILL-AT": PLAIN | {"set_deadline", "hold"},
    "FO-INV-FULFILL-BY": PLAIN | {"hold", "release_hold", "open", "reschedule", "move", "split"},
    "FO-REQUEST-KEPT": OPERATIONS - {"cancel", "move", "merge"},
    "FO-REQUEST-RECORDED": OPERATIONS - {"cancel", "move", "merge", "submit", "submit_cancellation"},
    "FO-OPEN-UNSCHEDULED-STAYS": {"open"},
    "FO-RELEASE-ALL": {"release_hold"},
    "FO-DEADLINE-SETS": {"set_deadline"},
    "FO-DEADLINE-LEAVES-STATE": {"set_deadline"},
}
"""By requirement: the operations after which it holds of an open fulfillment order that is as it was."""
OF_HELD_ONES = {
    "FO-INV-HOLDS": PLAIN | {"set_deadline", "open", "reschedule"},
    "FO-HOLD-OWN": {"hold"},
}
NO_MORE_OF_ENDED_ONES = {"FO-INV-FULFILL-AT", "FO-INV-FULFILL-BY", "FO-INV-QUANTITY"}


def shown(**changed: Any) -> FulfillmentOrder:
    """Return a fulfillment order that shows all that is looked at."""
    return order(
        fulfill_at=at(NOW),
        fulfill_by=at(NOW),
        requests=(Request("fulfillment_request", "First."),),
        raw={"destination": {"city": "Here"}, "assigned_location": {"name": "Depot"}},
        **changed,
    )


def judged(operation: str, was: FulfillmentOrder, now: FulfillmentOrder, **arguments: Any) -> list[Finding]:
    given = {"orders": ["1"], "deadline": NOW, "new_fulfill_at": NOW, "reason": "other", "notes": "x", **arguments}
    told = answer(operation, **given)
    before, after = picture(was), picture(now)
    return [
        *lasting.of_step(told, before, after, requests.Answered()),
        *invariants.of_step(answer(operation), before, after),
    ]


def held(findings: list[Finding]) -> set[str]:
    return {finding.requirement for finding in findings if finding.holds}


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_open_one_that_is_as_it_was_keeps_what_the_operation_is_held_to(operation: str) -> None:
    wanted = {requirement for requirement, of in HELD_TO.items() if operation in of}
    assert held(judged(operation, shown(), shown())) == wanted


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_one_on_hold_keeps_its_holds_too(operation: str) -> None:
    one = shown(status="on_hold", holds=(Hold("other", "x"),))
    table = {**HELD_TO, **OF_HELD_ONES, "FO-RELEASE-ALL": set()}
    assert held(judged(operation, one, one)) == {name for name, of in table.items() if operation in of}


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_one_that_has_ended_may_forget_times_and_work(operation: str) -> None:
    one = shown(status="closed", request_status="closed")
    table = {name: of for name, of in HELD_TO.items() if name not in NO_MORE_OF_ENDED_ONES}
    assert held(judged(operation, one, one)) == {name for name, of in table.items() if operation in of}


@pytest.mark.parametrize(
    ("operation", "was", "now", "told"),
    [
        (
            "accept",
            shown(),
            replace(shown(), fulfill_at=None),
            (
                "FO-INV-FULFILL-AT",
                f"accept leaves fulfill_at of fulfillment order 1 at {at(NOW).isoformat()}",
                "nothing",
            ),
        ),
        (
            "release_hold",
            shown(status="on_hold", holds=(Hold("other", None),)),
            shown(holds=(Hold("Other", " Wait. "), Hold(None, None))),
            ("FO-RELEASE-ALL", "no hold is left", "still held: : '', other: 'Wait.'"),
        ),
        (
            "accept",
            shown(status="on_hold", holds=(Hold("other", None),)),
            shown(status="on_hold", holds=()),
            ("FO-INV-HOLDS", "accept leaves the holds of fulfillment order 1: other: ''", "none"),
        ),
        (
            "accept",
            shown(),
            shown(holds=(Hold("other", None),)),
            ("FO-INV-HOLDS", "accept puts no hold on fulfillment order 1", "other: ''"),
        ),
        (
            "hold",
            shown(),
            shown(status="on_hold", holds=(Hold("other", "y"),)),
            ("FO-HOLD-OWN", "the hold that fulfillment order 1 was put on is other: 'x'", "other: 'y'"),
        ),
        (
            "set_deadline",
            shown(),
            shown(request_status="rejected"),
            ("FO-DEADLINE-LEAVES-STATE", "a deadline leaves fulfillment order 1 open/unsubmitted", "open/rejected"),
        ),
        (
            "open",
            shown(status="on_hold"),
            shown(),
            ("FO-OPEN-UNSCHEDULED-STAYS", "what is on_hold/unsubmitted is not opened", "open/unsubmitted"),
        ),
        (
            "close",
            shown(),
            shown(lines=(replace(order().lines[0], remaining=1),)),
            ("FO-INV-QUANTITY", "close leaves what is left to fulfil", "line item 100: 2 before, 1 after"),
        ),
        (
            "accept",
            shown(),
            shown(location_id="6"),
            ("FO-INV-LOCATION", "accept leaves assigned_location_id 5", "now 6"),
        ),
        (
            "create_fulfillment",
            shown(),
            shown(status="closed"),
            ("FO-FULFIL-REMAINING", "left to fulfil by line item: none", "100: 2"),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_deviation_says_what_was_documented_and_what_came(
    operation: str, was: FulfillmentOrder, now: FulfillmentOrder, told: tuple[str, str, str]
) -> None:
    findings = [(one.requirement, one.documented, one.received) for one in judged(operation, was, now) if not one.holds]
    assert told in findings


@pytest.mark.parametrize(
    ("set_to", "seen", "broken"),
    [
        (NOW, "2026-03-01T12:00:00.700Z", False),
        (NOW, "2026-03-01T12:00:01Z", True),
        ("no time", "2026-03-01T12:00:01Z", False),
    ],
)
def test_times_that_are_set_are_compared_by_the_second(set_to: str, seen: str, *, broken: bool) -> None:
    now = replace(shown(), fulfill_by=at(seen))
    found = judged("set_deadline", shown(), now, deadline=set_to)
    assert ("FO-DEADLINE-SETS" in {one.requirement for one in found if not one.holds}) is broken
    scheduled = shown(status="scheduled")
    later = replace(scheduled, fulfill_at=at(seen))
    found = judged("reschedule", scheduled, later, new_fulfill_at=set_to)
    assert ("FO-RESCHEDULE-STATE" in {one.requirement for one in found if not one.holds}) is broken


def test_deadline_of_what_never_shows_one_is_not_judged() -> None:
    """An observation that has no place for fulfill_by says nothing; one that has it, and is empty, does."""
    bare = order(raw={})
    assert "FO-DEADLINE-SETS" not in {one.requirement for one in judged("set_deadline", bare, bare)}
    for key in ("fulfill_by", "fulfillBy"):
        empty = order(raw={key: None})
        found = judged("set_deadline", bare, empty)
        assert [one.received for one in found if one.requirement == "FO-DEADLINE-SETS"] == ["nothing"]


def test_reschedule_is_judged_by_what_is_scheduled_alone() -> None:
    for now in (shown(), shown(status="closed"), replace(shown(status="scheduled"), fulfill_at=None)):
        found = judged("reschedule", shown(status="scheduled"), now)
        assert "FO-RESCHEDULE-STATE" not in {one.requirement for one in found}


def test_fulfillment_of_line_items_that_are_not_there_is_not_judged() -> None:
    found = judged("create_fulfillment", shown(), shown(), part=[("77", 1)])
    assert "FO-FULFIL-REMAINING" not in {one.requirement for one in found}


def test_fulfillment_of_all_of_one_line_item_and_a_part_of_another() -> None:
    lines = (Line("10", "100", 2, 2, "1"), Line("11", "101", 3, 3, "1"))
    rest = (Line("10", "100", 2, 0, "1"), Line("11", "101", 3, 2, "1"))
    part = [("10", 2), ("11", 1)]
    fine = judged("create_fulfillment", order(lines=lines), order(status="in_progress", lines=rest), part=part)
    assert {"FO-FULFIL-REMAINING"} == {one.requirement for one in fine if one.requirement.startswith("FO-FULFIL")}
    (wrong,) = [
        one
        for one in judged("create_fulfillment", order(lines=lines), order(lines=lines), part=part)
        if one.requirement == "FO-FULFIL-REMAINING"
    ]
    assert wrong.documented == "left to fulfil by line item: 101: 2"


def test_what_a_body_of_its_own_asked_for_is_not_judged() -> None:
    """Of a request whose bytes were given nothing stands in the arguments: only what is left alone is judged."""
    for operation, unjudged in {
        "set_deadline": {"FO-DEADLINE-SETS", "FO-DEADLINE-LEAVES-STATE"},
        "hold": {"FO-HOLD-OWN"},
        "reschedule": {"FO-RESCHEDULE-STATE"},
        "create_fulfillment": {"FO-FULFIL-REMAINING"},
    }.items():
        told = answer(operation)
        raw = replace(told, ask=replace(told.ask, raw=b"{}"))
        one = shown(status="scheduled", holds=(Hold("other", None),))
        found = lasting.of_step(raw, picture(one), picture(one), requests.Answered())
        assert unjudged.isdisjoint({finding.requirement for finding in found})


def test_one_that_an_action_made_shows_no_hold_unless_it_is_on_it() -> None:
    hold = (Hold("other", None),)
    told = answer("split")

    def made(**changed: Any) -> list[bool]:
        after = picture(order(), order("2", **changed))
        found = lasting.of_step(told, picture(order()), after, requests.Answered())
        return [one.holds for one in found if one.requirement == "FO-INV-HOLDS"]

    assert made() == [True]
    assert made(holds=hold) == [False]
    assert made(status="on_hold", holds=hold) == [True]
    assert made(holds=None) == []


def test_hold_is_judged_on_what_was_to_be_held() -> None:
    """An answer that shows another fulfillment order was a hold on a part; a look that shows no holds says nothing."""
    wrong = (Hold("incorrect_address", "y"),)
    part = answer("hold", shown=[("fulfillment_order", order("2"))], reason="other")
    found = lasting.of_step(part, picture(order()), picture(order(holds=wrong)), requests.Answered())
    assert "FO-HOLD-OWN" not in {one.requirement for one in found}
    for seen in ((), None):
        found = lasting.of_step(
            answer("hold", reason="other"), picture(order()), picture(order(holds=seen)), requests.Answered()
        )
        assert "FO-HOLD-OWN" not in {one.requirement for one in found}


def test_release_of_named_holds_leaves_the_others() -> None:
    one = order(status="on_hold", holds=(Hold("other", None),))
    found = judged("release_hold", one, one, hold_ids=["7"])
    assert "FO-RELEASE-ALL" not in {finding.requirement for finding in found}


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_what_a_body_of_its_own_leaves_alone_is_judged(operation: str) -> None:
    """Only of a hold nothing is known without its arguments: what another action leaves held is seen."""
    told = answer(operation)
    raw = replace(told, ask=replace(told.ask, raw=b"{}"))
    was = order(status="on_hold", holds=(Hold("other", "a"),), fulfill_by=at(NOW))
    now = replace(was, holds=(Hold("other", "b"),), fulfill_by=None)
    found = {
        one.requirement
        for one in lasting.of_step(raw, picture(was), picture(now), requests.Answered())
        if not one.holds
    }
    assert ("FO-INV-HOLDS" in found) is (operation in OF_HELD_ONES["FO-INV-HOLDS"])
    assert ("FO-RELEASE-ALL" in found) is (operation == "release_hold")
    assert ("FO-INV-FULFILL-BY" in found) is (operation in HELD_TO["FO-INV-FULFILL-BY"])
    assert "FO-HOLD-OWN" not in found
