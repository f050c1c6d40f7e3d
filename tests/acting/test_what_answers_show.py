"""What a case expects an answer to show: lists, locations, times, and a time in another form."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from canned import AT_SERVICE, Canned, shown
from expected import SUBMITTED, acted, tally, told

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Session, Unobservable
from fulfillspec.acting.step import Asked, Step
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire.answer import Answer, Ask


class Rescheduling(Canned):
    """Refuses a rescheduling to a time in one of the documented forms."""

    refuses = "+00:00"

    def perform(self, actor: str, ask: Ask, *, phase: str | None = None) -> Answer:
        if ask.operation == "reschedule":
            self.status = 422 if self.refuses in str(ask.arguments["new_fulfill_at"]) else 200
            self.answer = None if self.status == 422 else shown("scheduled/unsubmitted")
        return super().perform(actor, ask, phase=phase)


def rescheduled(time: str, *, refuses: str = "+00:00", in_minutes: bool = False, pair: str = "scheduled") -> Step:
    target = Rescheduling([[shown(f"{pair}/unsubmitted")]], None)
    target.refuses = refuses
    session = Session(target, Ledger(), Evidence(None, Redactor()), "2025-10", times_in_minutes=in_minutes)
    session.places[str(AT_SERVICE)] = "merchant"
    return Actor("merchant", session).reschedule(session.look("9").orders["1"], new_fulfill_at=time)


def test_time_that_is_refused_is_sent_in_the_other_documented_form() -> None:
    step = rescheduled("2026-05-01T08:30:00+00:00")
    assert step.accepted
    assert step.answer.ask.arguments == {"new_fulfill_at": "2026-05-01 08:30 UTC"}
    assert step.session.times_in_minutes
    assert ("AMB-DATE-FORMAT", "utc", "rest") in step.session.ledger.readings
    other = rescheduled("2026-05-01 08:30 UTC", refuses="UTC")
    assert (other.accepted, other.session.times_in_minutes) == (True, False)
    assert ("AMB-DATE-FORMAT", "iso", "rest") in other.session.ledger.readings


def test_time_is_sent_once_where_it_was_taken_or_the_refusal_is_documented_or_both_are_refused() -> None:
    taken = rescheduled("2026-05-01T08:30:00+00:00", refuses="never")
    documented = rescheduled("2026-05-01T08:30:00+00:00", pair="open")
    assert [step.answer.exchange.n for step in (taken, documented)] == [2, 2]
    both = rescheduled("2026-05-01T08:30:00+00:00", refuses="2026")
    assert (both.accepted, both.answer.exchange.n) == (False, 2)


def test_time_that_has_no_other_form_stands_as_it_was_answered() -> None:
    assert rescheduled("2026-05-01T08:30:10+00:00").answer.refused
    with pytest.raises(Unobservable, match="whole minutes only"):
        rescheduled("2026-05-01T08:30:10+00:00", in_minutes=True)


def asked_for(*listed: dict[str, Any], later: Sequence[dict[str, Any]] = (), **arguments: Any) -> Asked:
    """Ask for the list of an order, which is no look; what is asked for again may be answered otherwise."""
    answers = [[SUBMITTED], list(listed), *([list(later)] if later else [])]
    session = Session(Canned(answers, SUBMITTED), Ledger(), Evidence(None, Redactor()), "2025-10")
    session.sleep = lambda _: None
    session.look("9")
    return Actor("merchant", session).ask("list", order_id="9", **arguments)


def test_list_has_what_it_has_to_have_and_not_what_it_must_not() -> None:
    asked = asked_for(shown("open/unsubmitted", 2), SUBMITTED)
    mine, other = asked.answer.listed[1], asked_for(shown("open/unsubmitted", 7)).answer.listed[0]
    assert asked.expect_listed("FO-X", mine)
    assert asked.expect_unlisted("FO-X", other, because="of another")
    assert not asked.expect_listed("FO-Y", other)
    assert not asked.expect_listed("FO-Z", other, among="at its location")
    assert not asked.expect_unlisted("FO-V", mine, because="of another")
    assert told(asked, "FO-Y") == [("fulfillment order 7 among them", "1, 2")]
    assert told(asked, "FO-Z") == [("fulfillment order 7 at its location", "1, 2")]
    assert told(asked, "FO-V") == [("1, of another, is not", "1, 2")]


OTHER, ACCEPTED = shown("open/unsubmitted", 2), shown("in_progress/accepted")


def test_list_that_is_behind_is_asked_for_again() -> None:
    other = asked_for(OTHER).answer.listed[0]
    asked = asked_for(SUBMITTED, later=[SUBMITTED, OTHER])
    assert asked.expect_listed("FO-X", other)
    assert asked.answer.exchange.n == 3, "the later answer is what is judged"
    assert asked_for(SUBMITTED, OTHER, later=[SUBMITTED]).expect_unlisted("FO-X", other, because="of another")
    assert asked_for(SUBMITTED, later=[SUBMITTED, OTHER]).listing(other).answer.listed[1].id == "2"


def test_list_that_shows_the_state_of_before_is_asked_for_again_with_the_same_arguments() -> None:
    accepted = asked_for(ACCEPTED).answer.listed[0]
    asked = asked_for(SUBMITTED, later=[ACCEPTED], includes=frozenset({"include_order_reference_fields"}))
    assert asked.agrees("FO-X", accepted)
    assert asked.answer.ask.arguments == {"order_id": "9", "include_order_reference_fields": True}
    behind = asked_for(SUBMITTED)
    assert not behind.agrees("FO-X", accepted)
    assert behind.session.delay.in_vain == 1


def test_what_changes_something_is_not_asked_for_again() -> None:
    step = acted()
    step.until(lambda: False)
    assert step.session.delay.in_vain == 0


def test_list_shows_all_that_the_last_look_showed() -> None:
    whole, other = asked_for(SUBMITTED, shown("open/unsubmitted", 2)), asked_for(shown("open/unsubmitted", 2))
    for asked in (whole, other):
        asked.expect_all_listed("FO-X", whole.answer.listed[0])
    assert tally(whole).held == 1
    assert told(other) == [("all fulfillment orders of order 9", "without 1")]
    answered = acted()
    answered.expect_all_listed("FO-X", answered.order)
    assert not tally(answered).held, "no list"


@pytest.mark.parametrize(("name", "found"), [("Depot", []), ("Other", ["name differ"])])
def test_location_is_shown_as_an_earlier_look_showed_it(name: str, found: list[str]) -> None:
    then, now = (shown("open/unsubmitted", assigned_location={"name": each}) for each in ("Depot", name))
    asked = asked_for(now)
    assert asked.expect_same_location("FO-X", asked_for(then).answer.listed[0]) is not bool(found)
    assert [received for _, received in told(asked)] == found
    asked.judge("FO-LOCATION-CONTENT", False, "its own content", "another")
    assert not asked.expect_same_location("FO-Y", asked.answer.listed[0])
    assert tally(asked, "FO-Y").unseen == ["the content of locations deviates from FO-LOCATION-CONTENT already"]


def test_answer_shows_what_was_asked_for() -> None:
    step = acted()
    assert step.expect_shown("FO-X", step.order)
    empty = acted({"id": None})
    assert not empty.expect_shown("FO-X", empty.was)
    assert told(empty) == [("fulfillment order 1", "nothing")]


def test_location_and_times_are_those_of_the_later_look() -> None:
    later = "2026-05-01T08:30:00+00:00"
    step = acted(after=[shown("in_progress/accepted", fulfill_by=later)])
    assert step.expect_location("FO-X", str(AT_SERVICE))
    assert not step.expect_location("FO-Y", "77")
    assert told(step, "FO-Y") == [("at location 77", str(AT_SERVICE))]
    moment = datetime.fromisoformat(later)
    assert step.expect_time("FO-X", "fulfill_by", moment, step.order)
    assert not step.expect_time("FO-Z", "fulfill_at", moment, step.order)
    assert told(step, "FO-Z") == [(f"fulfill_at {moment.isoformat()}", "nothing")]


@pytest.mark.parametrize(("name", "received"), [("Depot", ["as before"]), ("Other", []), (None, [])])
def test_edited_location_is_shown_as_it_is_now(name: str | None, received: list[str]) -> None:
    then, now = (
        shown("open/unsubmitted", assigned_location={"name": each} if each else {}) for each in ("Depot", name)
    )
    asked, before = asked_for(now), asked_for(then if name else now).answer.listed[0]
    asked.expect_edited_location("FO-X", before)
    assert [each for _, each in told(asked)] == received
    assert tally(asked).unseen == ([] if name else ["no name of the location is shown"])
