"""Times that an action sets are of now, and updated_at is later once an action led to another state."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from looks import NOW, answer, at, order, picture

from fulfillspec.evidence.observation import Request
from fulfillspec.judge import sources, times
from fulfillspec.judge.finding import Finding
from fulfillspec.wire.answer import Answer

SENT = at(NOW)
BEFORE, LATER = SENT - timedelta(minutes=1), SENT + timedelta(seconds=1)


def changed(
    operation: str = "accept",
    *,
    was: dict[str, Any] | None = None,
    now: dict[str, Any] | None = None,
    seen: Any = BEFORE,
    answered: Answer | None = None,
) -> list[Finding]:
    """Judge an action before which a look was over at `seen` and which led from open to in progress."""
    before = order(request_status="submitted", updated_at=BEFORE, **(was or {}))
    after = order(**{"status": "in_progress", "request_status": "accepted", "updated_at": LATER, **(now or {})})
    return [
        *times.of_change(
            answered or answer(operation), replace(picture(before), seen=seen), replace(picture(after), seen=LATER)
        )
    ]


def test_updated_at_that_is_later_after_a_change_holds() -> None:
    (found,) = changed()
    assert (found.requirement, found.holds) == ("FO-INV-UPDATED-AT", True)


def test_updated_at_that_stays_over_a_change_is_a_deviation() -> None:
    (found,) = changed(now={"updated_at": BEFORE})
    assert (found.requirement, found.holds) == ("FO-INV-UPDATED-AT", False)
    assert found.received == f"still {BEFORE.isoformat()}"
    assert "made open/submitted in_progress/accepted" in found.documented


@pytest.mark.parametrize("apart", [timedelta(0), times.STOOD - timedelta(milliseconds=1)])
def test_looks_that_a_clock_of_whole_seconds_cannot_tell_apart_say_nothing(apart: timedelta) -> None:
    assert changed(seen=SENT - apart, now={"updated_at": BEFORE}) == []
    assert changed(seen=None, now={"updated_at": BEFORE}) == []


def test_look_that_stood_long_enough_says_something() -> None:
    assert not changed(seen=SENT - times.STOOD, now={"updated_at": BEFORE})[0].holds


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ({"status": "in_progress"}, {"request_status": "submitted"}),
        ({"status": None}, {}),
        ({}, {"request_status": None}),
        ({}, {"updated_at": None}),
    ],
)
def test_state_that_did_not_change_or_is_not_shown_says_nothing(was: dict[str, Any], now: dict[str, Any]) -> None:
    assert changed(was=was, now={"updated_at": BEFORE, **now}) == []


def test_operation_that_leads_to_no_other_state_or_was_refused_says_nothing() -> None:
    same = {"updated_at": BEFORE}
    assert changed("move", now=same) == []
    assert changed(now=same, answered=replace(answer("accept"), outcome="refused")) == []


@pytest.mark.parametrize("other", ["2", "77"])
def test_fulfillment_order_that_no_look_shows_says_nothing(other: str) -> None:
    assert changed(now={"updated_at": BEFORE}, answered=answer("accept", other)) == []


@pytest.mark.parametrize(("away", "fine"), [(0, True), (15, True), (-15, True), (16, False), (-16, False)])
def test_time_of_now_is_within_a_quarter_of_an_hour(away: int, fine: bool) -> None:  # noqa: FBT001 - a case
    found = times.of_now("FO-X", "sent_at", SENT + timedelta(minutes=away), answer("submit"))
    assert (found.requirement, found.holds) == ("FO-X", fine)


def test_time_of_now_is_so_by_either_clock() -> None:
    theirs = answer("submit", date="Sun, 01 Mar 2026 18:00:00 GMT")
    assert times.of_now("FO-X", "sent_at", SENT, theirs).holds
    assert times.of_now("FO-X", "sent_at", SENT + timedelta(hours=6), theirs).holds
    assert not times.of_now("FO-X", "sent_at", SENT + timedelta(hours=3), theirs).holds


def test_our_clock_counts_when_the_answer_was_there_and_the_target_may_tell_none() -> None:
    exchange = replace(answer("submit", date="no date").exchange, ms=1500.0)
    assert times.clocks(exchange) == [SENT + timedelta(milliseconds=1500)]
    assert times.over(replace(exchange, at="")) is None
    unknown = replace(answer("submit"), exchange=replace(exchange, at=""))
    assert times.of_now("FO-X", "sent_at", SENT + timedelta(days=9), unknown).holds


@pytest.mark.parametrize(
    ("given", "other"),
    [
        ("2026-05-01T10:30:00+02:00", "2026-05-01 08:30 UTC"),
        ("2026-05-01 08:30 UTC", "2026-05-01T08:30:00+00:00"),
        ("2026-05-01T08:30:10Z", None),
        ("2026-05-01T08:30:00.5Z", None),
        ("tomorrow", None),
        (None, None),
    ],
)
def test_time_is_told_in_the_other_documented_form(given: str | None, other: str | None) -> None:
    assert times.in_other_form(given) == other


def test_sampled_form_ends_with_its_zone() -> None:
    assert times.is_sampled("2026-05-01 08:30 UTC")
    assert not times.is_sampled("2026-05-01T08:30:00Z")


def test_fulfillment_order_that_has_just_come_to_be_says_so() -> None:
    fresh, old, silent = order(), order("2", created_at=SENT - timedelta(days=1)), order("3", created_at=None)
    found = [*sources.made_now([fresh, old, silent], answer("list"))]
    assert [(one.requirement, one.holds) for one in found] == [
        ("FO-INV-CREATED-NOW", True),
        ("FO-INV-CREATED-NOW", False),
    ]


@pytest.mark.parametrize(("sent", "fine"), [(LATER, True), (BEFORE, False), (BEFORE - timedelta(hours=1), False)])
def test_request_is_sent_after_what_it_is_about_last_changed(sent: Any, fine: bool) -> None:  # noqa: FBT001
    request = Request("fulfillment_request", None, sent_at=sent)
    told = answer("submit", shown=[("submitted", order(request_status="submitted", requests=(request,)))])
    found = changed(answered=told)
    assert (found[0].requirement, found[0].holds) == ("FO-REQUEST-SENT-AT", fine)


def test_request_that_an_answer_does_not_show_says_nothing_of_its_time() -> None:
    earlier = Request("fulfillment_request", None, sent_at=BEFORE)
    told = answer("submit", shown=[("submitted", order(request_status="submitted", requests=(earlier,)))])
    found = changed(was={"requests": (earlier,)}, answered=told)
    assert [row.requirement for row in found] == ["FO-INV-UPDATED-AT"]


def content(
    *, was: dict[str, Any] | None = None, now: dict[str, Any] | None = None, since: Any = BEFORE, refused: bool = False
) -> list[Finding]:
    """Judge a deadline that was set on what had stood since `since`."""
    before = order(updated_at=BEFORE, **(was or {}))
    after = order(**{"updated_at": LATER, **(now or {})})
    told = replace(answer("set_deadline"), outcome="refused") if refused else answer("set_deadline")
    return [*times.of_content(told, picture(before), picture(after), {before.id: since})]


@pytest.mark.parametrize("name", ["fulfill_by", "fulfill_at"])
def test_updated_at_is_later_once_the_content_has_changed(name: str) -> None:
    (fine,) = content(now={name: LATER})
    assert (fine.requirement, fine.holds) == ("FO-INV-UPDATED-CONTENT", True)
    (stayed,) = content(now={name: LATER, "updated_at": BEFORE})
    assert (stayed.holds, stayed.received) == (False, f"still {BEFORE.isoformat()}")


def test_units_and_location_are_content() -> None:
    assert not content(now={"location_id": "99", "updated_at": BEFORE})[0].holds
    assert not content(now={"lines": (), "updated_at": BEFORE})[0].holds


def test_content_that_did_not_change_or_had_not_stood_says_nothing() -> None:
    told = {"fulfill_by": LATER, "updated_at": BEFORE}
    assert content(now={"updated_at": BEFORE}) == []
    assert content(now=told, since=None) == []
    assert content(now=told, since=SENT) == []
    assert content(now=told, refused=True) == []
    assert content(now={"fulfill_by": LATER, "updated_at": None}) == []
