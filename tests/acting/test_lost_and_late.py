"""Which notification is lost, short or late, by what was due and what came; and words for several differences."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from canned import AT_SERVICE, Canned, shown

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.callbacks import KINDS, SILENCE, Deliveries, Due
from fulfillspec.acting.delay import Delay
from fulfillspec.acting.listener import Heard, Listener
from fulfillspec.acting.session import Session
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.verdicts.ledger import Ledger

REQUEST, CANCEL = KINDS["submit"], KINDS["submit_cancellation"]
WAIT = 10.0


class Told:
    """A listener that has heard these kinds, and notes for how long it is waited at."""

    def __init__(self, *kinds: str) -> None:
        self.posts = [Heard("POST", "/x", {}, f'{{"kind": "{kind}"}}'.encode()) for kind in kinds]
        self.waited: list[float] = []

    def until(self, fits: Callable[[list[Heard]], bool], within: float) -> list[Heard]:
        if not fits(self.posts):
            self.waited.append(within)
        return self.posts


def deliveries(due: Sequence[tuple[str, float]], *came: str, now: float = 100.0) -> tuple[Told, Deliveries]:
    listener = Told(*came)
    of = Deliveries(cast("Listener", listener), WAIT, lambda: frozenset({"5"}), clock=lambda: now)
    of.of_these_cases += [Due(kind, since) for kind, since in due]
    return listener, of


OLD, LATE, FRESH = 80.0, 90.0, 90.5
"""Due long ago, just long enough ago to be overdue, and not yet."""


@pytest.mark.parametrize(
    ("due", "came", "lost"),
    [
        ([(REQUEST, OLD)], [], set()),
        ([(REQUEST, OLD)], [REQUEST], set()),
        ([(REQUEST, OLD), (CANCEL, OLD)], [CANCEL], {REQUEST}),
        ([(REQUEST, LATE), (CANCEL, OLD)], [CANCEL], {REQUEST}),
        ([(REQUEST, FRESH), (CANCEL, OLD)], [CANCEL], set()),
        ([(CANCEL, OLD), (REQUEST, OLD)], [REQUEST], {CANCEL}),
        ([(REQUEST, OLD), (CANCEL, OLD)], [REQUEST], set()),
        ([(REQUEST, OLD), (CANCEL, OLD), (REQUEST, OLD)], [REQUEST, REQUEST], {CANCEL}),
        ([(CANCEL, OLD), (REQUEST, OLD), (CANCEL, OLD)], [CANCEL], set()),
        ([(REQUEST, OLD), (CANCEL, OLD)], ["OTHER"], set()),
        ([(REQUEST, OLD), (CANCEL, OLD)], [CANCEL, REQUEST], {REQUEST}),
    ],
)
def test_kind_is_lost_where_what_was_due_later_came_and_its_time_is_over(
    due: list[tuple[str, float]], came: list[str], lost: set[str]
) -> None:
    listener, of = deliveries(due, *came)
    assert of._lost(listener.posts) == lost


@pytest.mark.parametrize(
    ("due", "came", "short"),
    [
        ([REQUEST], [], True),
        ([REQUEST], [REQUEST], False),
        ([REQUEST], [CANCEL], True),
        ([REQUEST], ["OTHER"], False),
        ([REQUEST, REQUEST], [REQUEST], True),
        ([REQUEST, REQUEST], [REQUEST, "OTHER"], False),
        ([CANCEL], [], False),
        ([], [], False),
    ],
)
def test_kind_is_short_where_fewer_came_that_may_be_of_it(due: list[str], came: list[str], *, short: bool) -> None:
    listener, of = deliveries([(kind, OLD) for kind in due], *came)
    assert of._is_short(REQUEST, listener.posts) is short


@pytest.mark.parametrize(
    ("due", "came", "which", "lost"),
    [
        ([(REQUEST, OLD)], [], 0, True),
        ([(REQUEST, OLD)], [CANCEL], 0, False),
        ([(REQUEST, OLD), (REQUEST, OLD)], [REQUEST], 0, True),
        ([(REQUEST, OLD), (REQUEST, OLD)], [REQUEST], 1, False),
        ([(REQUEST, OLD), (REQUEST, OLD)], [REQUEST, REQUEST], 0, False),
        ([(REQUEST, OLD), (REQUEST, LATE)], [REQUEST], 0, True),
        ([(REQUEST, OLD), (REQUEST, FRESH)], [REQUEST], 0, False),
        ([(CANCEL, OLD), (REQUEST, OLD)], [REQUEST], 0, True),
    ],
)
def test_one_is_lost_at_the_end_where_fewer_came_than_are_overdue(
    due: list[tuple[str, float]], came: list[str], which: int, *, lost: bool
) -> None:
    _, of = deliveries(due, *came)
    assert of._is_lost(of.due[which]) is lost


@pytest.mark.parametrize(
    ("due", "came", "settled"), [(1, 1, True), (2, 1, False), (1, 2, False), (0, 0, True), (0, 1, False)]
)
def test_all_that_was_due_has_come_and_no_more(due: int, came: int, *, settled: bool) -> None:
    _, of = deliveries([(REQUEST, OLD)] * due, *[REQUEST] * came)
    assert of.settled() is settled
    of.alone = lambda: False
    assert not of.settled(), "others make requests too"


def test_what_was_given_up_is_not_waited_for_again() -> None:
    """The first wait is as long as a notification may take, the next ones only a moment; what came once is enough."""
    listener, of = deliveries([(REQUEST, OLD)] * 3, REQUEST)
    assert not of.settled()
    assert (listener.waited, of._given_up) == ([WAIT], 2)
    assert not of.settled()
    assert listener.waited == [WAIT], "one came of the one that is still waited for"
    of.of_these_cases.append(Due(REQUEST, FRESH))
    of.slowest = 2.0
    assert not of.settled()
    assert listener.waited == [WAIT, SILENCE + 4.0]


@pytest.mark.parametrize(("slowest", "moment"), [(0.0, 1.0), (2.0, 5.0), (4.5, 10.0), (30.0, 10.0)])
def test_a_moment_is_no_longer_than_a_notification_may_take(slowest: float, moment: float) -> None:
    listener, of = deliveries([(REQUEST, OLD)])
    of._gave_up, of.slowest = True, slowest
    of.settled()
    assert listener.waited == [moment]


@pytest.mark.parametrize(
    ("alone", "due", "came", "told"),
    [
        (True, [CANCEL], [CANCEL], False),
        (False, [CANCEL], [CANCEL], True),
        (False, [CANCEL], [], False),
        (False, [CANCEL], [REQUEST], False),
        (False, [REQUEST], [], True),
        (False, [CANCEL], [CANCEL, CANCEL], True),
    ],
)
def test_cancellations_are_told_of_beside_requests_of_others(
    due: list[str], came: list[str], *, alone: bool, told: bool
) -> None:
    _, of = deliveries([(kind, OLD) for kind in due], *came)
    of.alone = lambda: alone
    assert of.told_of_cancellations() is told


@pytest.mark.parametrize(
    ("due", "left"), [([OLD], 0.0), ([99.0], 9.0), ([OLD, 95.0], 5.0), ([95.0, OLD], 5.0), ([], 0.0)]
)
def test_at_the_end_what_is_due_last_has_its_whole_time(due: list[float], left: float) -> None:
    listener, of = deliveries([(REQUEST, since) for since in due])
    of._last()
    assert listener.waited == ([left] if due else [])


def heard(before: int, settled: bool, *kinds: str) -> Any:
    _, of = deliveries([], *kinds)
    found = of.came(before, REQUEST, settled=settled)
    return None if found is None else found.kind


def test_notification_of_a_step_is_of_its_kind_or_whatever_comes_where_nothing_else_can() -> None:
    assert heard(0, False, REQUEST) == REQUEST
    assert heard(1, False, REQUEST) is None, "it came before"
    assert heard(0, False, CANCEL) is None
    assert heard(0, True, CANCEL) == CANCEL
    assert heard(1, True, REQUEST, CANCEL) == CANCEL
    assert heard(0, True, CANCEL, REQUEST) == REQUEST, "rather that of its kind"
    assert heard(2, True, REQUEST, CANCEL) is None


LINES = [{"id": n, "line_item_id": 100 + n, "quantity": 2, "fulfillable_quantity": 2} for n in (1, 2)]
LESS = [{**line, "quantity": 1, "fulfillable_quantity": 1} for line in LINES]


def session(*looks: dict[str, Any], answer: dict[str, Any] | None = None) -> Session:
    target = Canned([[look] for look in looks], answer or looks[-1])
    found = Session(target, Ledger(), Evidence(None, Redactor()), "2025-10", delay=Delay(()))
    found.places[str(AT_SERVICE)] = "service"
    return found


def told(there: Session, requirement: str) -> list[tuple[str, int]]:
    return [(one.received, len(one.diff)) for one in there.ledger.deviations if one.requirement == requirement]


def test_first_of_several_differences_is_told() -> None:
    was, now = shown("open/submitted", line_items=LINES), shown("in_progress/accepted", line_items=LESS)
    there = session(was, now)
    step = Actor("service", there).accept(there.look("9").orders["1"])
    step.agrees("FO-X", step.was)
    step.keeps("FO-Y", step.was)
    step.expect_units("FO-Z", {"101": 2, "102": 2}, step.target)
    assert told(there, "FO-X") == [("status: open there, in_progress here", 4)]
    assert told(there, "FO-Y") == [("status: open became in_progress", 4)]
    assert told(there, "FO-Z") == [("units of line item 101: 2 documented, 1 shown", 2)]


@pytest.mark.parametrize(
    ("answered", "looked", "said"), [(0, 1, "the answer"), (1, 0, "a later look"), (0, 0, "a later look")]
)
def test_later_look_speaks_before_the_answer(answered: int, looked: int, said: str) -> None:
    states = [shown("open/submitted"), shown("in_progress/accepted")]
    there = session(states[0], states[looked], answer=states[answered])
    step = Actor("service", there).accept(there.look("9").orders["1"])
    assert not step.expect("FO-X", "in_progress/accepted")
    assert told(there, "FO-X") == [(f"{said} shows open/submitted", 1)]


def test_times_are_waited_for_by_the_clock_of_the_listener() -> None:
    note = SimpleNamespace(now=0.0)
    of = Deliveries(cast("Listener", Told(REQUEST)), WAIT, lambda: frozenset({"5"}), clock=lambda: note.now)
    of.note("submit", "5")
    note.now = 3.0
    of.note("submit_cancellation", "5")
    of.note("submit", "6")
    assert [(due.kind, due.since) for due in of.due] == [(REQUEST, 0.0), (CANCEL, 3.0)]
