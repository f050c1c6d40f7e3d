"""What counts is what a later look shows: the answer alone proves nothing, and what deviated is no ground any more."""

import pytest
from canned import AT_SERVICE, Canned, shown

from fulfillspec.acting.session import Session, Tainted, Unobservable
from fulfillspec.acting.step import Step, act
from fulfillspec.documents import register
from fulfillspec.evidence.log import Evidence, Exchange
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.judge.finding import fails
from fulfillspec.verdicts.ledger import Ledger, Tally
from fulfillspec.wire.rest import read_answer


def session(target: Canned) -> Session:
    found = Session(
        target, Ledger(), Evidence(None, Redactor()), "2025-10", requirements=frozenset({"FO-X", "FO-ERR-UNCHANGED"})
    )
    found.delay.pauses = ()
    found.places[str(AT_SERVICE)] = "service"
    return found


def taken(before: str, answered: str, after: str) -> Step:
    target = Canned([[shown(before)], [shown(after)]], shown(answered))
    there = session(target)
    return act(there, "service", there.look("9").orders["1"], "accept")


def tally(step: Step, requirement: str = "FO-X") -> Tally:
    return step.session.ledger.tallies[requirement, "rest"]


@pytest.mark.parametrize(
    ("answered", "after", "holds"),
    [
        ("in_progress/accepted", "in_progress/accepted", True),
        ("in_progress/accepted", "open/submitted", False),
        ("open/submitted", "in_progress/accepted", False),
        ("open/submitted", "open/submitted", False),
    ],
)
def test_state_holds_only_where_answer_and_later_look_show_it(answered: str, after: str, holds: bool) -> None:
    step = taken("open/submitted", answered, after)
    assert step.expect("FO-X", "in_progress/accepted") is holds
    assert (tally(step).held, tally(step).broken) == (int(holds), int(not holds))


def test_later_look_decides_where_the_answer_is_not_asked() -> None:
    step = taken("open/submitted", "open/submitted", "in_progress/accepted")
    assert step.expect("FO-X", "in_progress/accepted", answered=False)


def test_look_that_is_behind_is_repeated_a_moment_later() -> None:
    old, new = shown("open/submitted"), shown("in_progress/accepted")
    there = session(Canned([[old], [old], [old], [new]], new))
    waits: list[float] = []
    there.delay.pauses, there.sleep = (0.25, 0.75), waits.append
    step = act(there, "service", there.look("9").orders["1"], "accept")
    assert step.expect("FO-X", "in_progress/accepted")
    assert (waits, there.delay.in_vain) == ([0.25, 0.75], 0)


def test_whatever_is_read_after_a_change_waits_once_a_target_was_late() -> None:
    old, new = shown("open/submitted"), shown("in_progress/accepted")
    there = session(Canned([[old], [old], [new]], new))
    waits: list[float] = []
    there.delay.pauses, there.sleep = (0.25, 0.75), waits.append
    act(there, "service", there.look("9").orders["1"], "accept")
    there.look("9")
    assert waits == [0.25]
    there.ask("service", "accept", "1")
    there.ask("service", "assigned")
    there.ask("service", "assigned")
    assert waits == [0.25, 0.25]


def test_target_that_never_shows_it_is_waited_for_twice() -> None:
    there = session(Canned([[shown("open/submitted")]], shown("in_progress/accepted")))
    waits: list[float] = []
    there.delay.pauses, there.sleep = (0.25, 0.75), waits.append
    for _ in range(3):
        there.tainted.clear()
        step = act(there, "service", there.look("9").orders["1"], "accept")
    assert not step.expect("FO-X", "in_progress/accepted")
    assert waits == [0.25, 0.75] * 2


def test_other_state_than_that_of_before_is_no_reason_to_wait() -> None:
    there = session(Canned([[shown("open/submitted")], [shown("closed/submitted")]], shown("in_progress/accepted")))
    there.delay.pauses, there.sleep = (0.25,), lambda _seconds: pytest.fail("it waited")
    assert not act(there, "service", there.look("9").orders["1"], "accept").expect("FO-X", "in_progress/accepted")


def test_deviation_names_action_and_look() -> None:
    step = taken("open/submitted", "in_progress/accepted", "open/submitted")
    step.expect("FO-X", "in_progress/accepted")
    (found,) = [one for one in step.session.ledger.deviations if one.requirement == "FO-X"]
    assert found.received == "a later look shows open/submitted"
    assert found.exchanges == (step.answer.exchange.n, step.after.exchange)


def test_refusal_that_changed_something_is_a_deviation_and_taints_the_order() -> None:
    target = Canned([[shown("open/submitted")], [shown("in_progress/accepted")]], None, 422)
    there = session(target)
    step = act(there, "service", there.look("9").orders["1"], "accept")
    assert tally(step, "FO-ERR-UNCHANGED").broken == 1
    assert there.tainted == {"9"}
    with pytest.raises(Tainted, match="a deviation from FO-ERR-UNCHANGED before"):
        act(there, "service", step.order, "accept")


def test_deviation_that_no_result_of_the_transport_names_spoils_no_order() -> None:
    step = taken("open/submitted", "in_progress/accepted", "in_progress/accepted")
    of_the_connector = next(row.id for row in register.load().requirements.values() if row.transports == ("connector",))
    step.session.requirements = None
    step.session.record(fails(of_the_connector, "one thing", "another"), step.answer)
    assert step.session.tainted == set()


def test_sibling_that_comes_with_a_refusal_is_seen() -> None:
    target = Canned([[shown("open/submitted")], [shown("open/submitted"), shown("open/unsubmitted", 2)]], None, 422)
    there = session(target)
    step = act(there, "service", there.look("9").orders["1"], "accept")
    assert tally(step, "FO-ERR-UNCHANGED").broken == 1


def test_refusal_that_changed_nothing_holds_and_taints_nothing() -> None:
    target = Canned([[shown("open/submitted")]], None, 422)
    there = session(target)
    step = act(there, "service", there.look("9").orders["1"], "accept")
    assert (tally(step, "FO-ERR-UNCHANGED").held, there.tainted) == (1, set())


def test_looks_are_looks_and_actions_actions_in_the_evidence() -> None:
    target = Canned([[shown("open/submitted")]], shown("in_progress/accepted"))
    there = session(target)
    act(there, "service", there.look("9").orders["1"], "accept")
    assert target.phases == [("list", "look"), ("accept", "act"), ("list", "look")]


def test_list_that_is_refused_is_no_ground_for_verdicts() -> None:
    there = session(Canned([[shown("open/submitted")]], None))
    there.transport.perform = lambda actor, ask, phase=None: read_answer(  # type: ignore[method-assign, misc]
        ask,
        actor,
        Exchange(1, "", "", actor, "rest", "list", phase or "", "GET", "/", status=404, data={"errors": "no"}),
    )
    with pytest.raises(Unobservable):
        there.look("9")
    assert there.tainted == {"9"}


def test_what_stands_has_stood_since_the_first_look_that_showed_it_so() -> None:
    states = ["open/submitted", "open/submitted", "in_progress/accepted"]
    target = Canned([[shown(state)] for state in states], None)
    target.times = [f"2026-01-01T00:00:0{second}Z" for second in range(3)]
    there = session(target)
    first, same = there.look("9"), there.look("9")
    assert there.stood(same.orders["1"]) == first.seen != same.seen
    other = there.look("9")
    assert there.stood(other.orders["1"]) == other.seen
    assert there.stood(same.orders["1"]) is None, "it stands otherwise now"


def test_what_changed_and_went_back_has_not_stood_since_before() -> None:
    changed = [f"2026-01-01T00:00:0{second}Z" for second in (0, 0, 2)]
    target = Canned([[shown("open/submitted", updated_at=time)] for time in changed], None)
    target.times = [f"2026-01-01T00:00:0{second}Z" for second in range(3)]
    there = session(target)
    first, same = there.look("9"), there.look("9")
    assert there.stood(same.orders["1"]) == first.seen
    again = there.look("9")
    assert there.stood(again.orders["1"]) == again.seen != first.seen
    assert there.stood(same.orders["1"]) is None, "it was changed since"


@pytest.mark.parametrize("row", ["FO-PROP-STATUS", "FO-GQL-ENUM-CASE"])
def test_state_that_was_misspelt_is_left_to_the_row_of_its_words(row: str) -> None:
    step = taken("open/submitted", "in-progress/accepted", "in-progress/accepted")
    step.session.requirements = None
    step.session.record(fails(row, "a status", "in-progress"), step.answer)
    assert not step.expect("FO-ACCEPT-STATE", "in_progress/accepted")
    assert (tally(step, "FO-ACCEPT-STATE").broken, tally(step, row).broken) == (0, 1)
