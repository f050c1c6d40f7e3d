"""Notifications are told apart by what was due, whatever time they take; what is lost is a deviation, what is late is none."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from fulfillspec.acting.callbacks import KINDS, Callbacks, Deliveries
from fulfillspec.acting.listener import Heard, Listener, RelayedListener
from fulfillspec.acting.step import Step
from fulfillspec.evidence.times import Clock
from fulfillspec.judge.finding import Finding

REQUEST, CANCELLATION = KINDS["submit"], KINDS["submit_cancellation"]
PATH = "/fulfillment_order_notification"
ROWS = ("TOLD", "PATH", "KIND", "SIGNATURE")


def note(kind: str) -> Heard:
    return Heard("POST", PATH, {}, json.dumps({"kind": kind}).encode())


@dataclass
class Slow:
    """A listener on a clock of its own: what is sent comes when its time has come."""

    now: float = 0.0
    coming: list[tuple[float, Heard]] = field(default_factory=list)

    def send(self, kind: str, after: float) -> None:
        self.coming.append((self.now + after, note(kind)))

    @property
    def posts(self) -> list[Heard]:
        return [heard for at, heard in sorted(self.coming, key=lambda pair: pair[0]) if at <= self.now]

    def until(self, fits: Callable[[list[Heard]], bool], within: float) -> list[Heard]:
        deadline = self.now + within
        while not fits(self.posts) and self.now < deadline:
            self.now += 0.5
        return self.posts


@dataclass
class Acted:
    """A step that was carried out, as far as notifications are judged on it."""

    said: dict[str, bool | None] = field(default_factory=dict)
    accepted: bool = True
    operation: str = "submit"

    def __post_init__(self) -> None:
        self.session, self.ledger, self.case = self, self, ""

    def check(self, requirement: str, *judged: Any, **_: Any) -> bool:
        self.said[requirement] = judged[0]
        return bool(judged[0])

    def unseen(self, requirement: str, _reason: str) -> None:
        self.said.setdefault(requirement, None)

    def judge_finding(self, finding: Finding) -> None:
        self.said[finding.requirement] = finding.holds


def deliveries(wait: float = 60.0) -> tuple[Slow, Deliveries]:
    listener = Slow()
    return listener, Deliveries(cast("Listener", listener), wait, lambda: frozenset({"5"}), clock=lambda: listener.now)


def take(listener: Slow, of: Deliveries, operation: str, after: float | None, kind: str | None = None) -> Callbacks:
    """Carry a request out whose notification takes so long, or never comes."""

    def action(_order: Any) -> Step:
        of.note(operation, "5")
        if after is not None:
            listener.send(kind or KINDS[operation], after)
        return cast("Step", Acted(operation=operation))

    return of.take(action, cast("Any", None), None)


def said(callbacks: Callbacks, kind: str) -> dict[str, bool | None]:
    callbacks.expect(*ROWS, kind=kind)
    return cast("Acted", callbacks.step).said


def test_a_notification_may_take_long() -> None:
    listener, of = deliveries()
    found = said(take(listener, of, "submit", 45.0), REQUEST)
    assert found == {"TOLD": True, "PATH": True, "KIND": True, "SIGNATURE": None}


def test_a_late_one_is_not_taken_for_the_next_step() -> None:
    listener, of = deliveries()
    take(listener, of, "submit", 20.0)
    found = said(take(listener, of, "submit_cancellation", 20.0), CANCELLATION)
    assert (found["TOLD"], found["KIND"], listener.now) == (True, True, 40.0)


def test_another_kind_passes_for_none_while_something_is_due() -> None:
    listener, of = deliveries(wait=10.0)
    take(listener, of, "submit_cancellation", 25.0)
    late = take(listener, of, "submit", None)
    assert not late.settled
    assert said(late, REQUEST)["TOLD"] is None


def test_a_wrong_kind_is_told_as_one_where_nothing_else_can_come() -> None:
    listener, of = deliveries()
    found = said(take(listener, of, "submit_cancellation", 1.0, kind=REQUEST), CANCELLATION)
    assert (found["TOLD"], found["KIND"]) == (False, False), "of a cancellation request nothing was told"
    found = said(take(listener, of, "submit_cancellation", 1.0, kind=CANCELLATION.lower()), CANCELLATION)
    assert (found["TOLD"], found["KIND"]) == (True, False), "it is told in a form of its own"


def test_one_that_does_not_come_in_time_is_open_and_holds_when_it_comes_at_last() -> None:
    listener, of = deliveries(wait=10.0)
    late = take(listener, of, "submit", 100.0)
    assert said(late, REQUEST)["TOLD"] is None
    listener.now += 200.0
    of.settle(over=True)
    assert cast("Acted", late.step).said["TOLD"] is True


def test_one_that_is_passed_over_is_lost() -> None:
    listener, of = deliveries(wait=10.0)
    assert said(take(listener, of, "submit", 1.0), REQUEST)["TOLD"]
    lost = take(listener, of, "submit_cancellation", None)
    assert said(lost, CANCELLATION)["TOLD"] is None
    take(listener, of, "submit", 1.0)
    listener.now += 2.0
    of.settle()
    assert cast("Acted", lost.step).said["TOLD"] is False


def test_the_last_ones_are_open_where_others_came_and_lost_where_none_ever_did() -> None:
    listener, of = deliveries(wait=10.0)
    said(take(listener, of, "submit", 1.0), REQUEST)
    last = take(listener, of, "submit_cancellation", None)
    said(last, CANCELLATION)
    of.settle(over=True)
    assert cast("Acted", last.step).said["TOLD"] is None
    listener, of = deliveries(wait=10.0)
    never = take(listener, of, "submit", None)
    said(never, REQUEST)
    of.settle()
    assert cast("Acted", never.step).said["TOLD"] is None
    of.settle(over=True)
    assert cast("Acted", never.step).said["TOLD"] is False


def test_one_is_lost_where_in_the_end_one_of_its_kind_is_short() -> None:
    listener, of = deliveries(wait=10.0)
    said(take(listener, of, "submit", 1.0), REQUEST)
    lost = take(listener, of, "submit", None)
    said(lost, REQUEST)
    take(listener, of, "submit", 1.0)
    listener.now += 2.0
    of.settle()
    assert cast("Acted", lost.step).said["TOLD"] is None, "it may be late, and the last one too"
    of.settle(over=True)
    assert cast("Acted", lost.step).said["TOLD"] is False


def test_a_run_waits_once_for_what_never_comes() -> None:
    listener, of = deliveries(wait=60.0)
    for _ in range(5):
        said(take(listener, of, "submit", None), REQUEST)
    assert listener.now < 80.0


def test_silence_is_expected_once_all_that_was_due_has_come() -> None:
    def quiet(after: float | None, told_after: float | None = None, wait: float = 60.0) -> bool | None:
        listener, of = deliveries(wait)
        of.note("submit", "5")
        if after is not None:
            listener.send(REQUEST, after)

        def action(_order: Any) -> Step:
            if told_after is not None:
                listener.send(CANCELLATION, told_after)
            return cast("Step", Acted(operation="cancel"))

        heard = of.take(action, cast("Any", None), None)
        heard.expect_silence("SILENT")
        return cast("Acted", heard.step).said["SILENT"]

    assert quiet(30.0) is True
    assert quiet(1.0, told_after=0.5) is False
    assert quiet(None, wait=10.0) is None


def test_what_is_due_of_the_step_itself_does_not_break_the_silence() -> None:
    def quiet(*told: str) -> bool | None:
        listener, of = deliveries()

        def action(_order: Any) -> Step:
            of.note("submit", "5")
            for kind in told:
                listener.send(kind, 0.5)
            return cast("Step", Acted())

        heard = of.take(action, cast("Any", None), None)
        heard.expect_silence("SILENT")
        return cast("Acted", heard.step).said["SILENT"]

    assert quiet(REQUEST) is True
    assert quiet(REQUEST, REQUEST) is False


@pytest.mark.parametrize(("location", "silent"), [("5", True), ("6", False)])
def test_request_that_is_taken_again_may_be_told(location: str, *, silent: bool) -> None:
    listener, of = deliveries()

    def action(_order: Any) -> Step:
        of.note_again("submit", location)
        listener.send(REQUEST, 0.5)
        return cast("Step", Acted())

    seen = of.take(action, cast("Any", None), None)
    seen.expect_silence("SILENT")
    assert cast("Acted", seen.step).said["SILENT"] is silent


def test_what_is_requested_of_somebody_elses_service_is_not_due() -> None:
    listener, of = deliveries()
    of.note("submit", "6")
    assert of.due == []
    assert of.settled()
    assert listener.now == 0.0


def test_more_than_was_due_means_that_nothing_is_lost() -> None:
    listener, of = deliveries(wait=10.0)
    late = take(listener, of, "submit", 100.0)
    said(late, REQUEST)
    for _ in range(3):
        listener.send(REQUEST, 0.0)
    of.settle()
    assert cast("Acted", late.step).said["TOLD"] is True
    assert of.missing == []


def test_case_of_what_is_missing_is_set_while_it_is_judged_and_given_back() -> None:
    listener, of = deliveries(wait=10.0)
    step = take(listener, of, "submit", None)
    acted = cast("Acted", step.step)
    acted.case = "the case that asked"
    said(step, REQUEST)
    acted.case = "a later case"
    seen: list[str] = []
    acted.judge_finding = lambda finding: seen.append(acted.case)  # type: ignore[method-assign]
    of.settle(over=True)
    assert (seen, acted.case) == (["the case that asked"], "a later case")


def test_service_of_somebody_else_is_never_told_of_what_is_lost() -> None:
    listener, of = deliveries(wait=10.0)
    of.ours = False
    never = take(listener, of, "submit", None)
    said(never, REQUEST)
    of.settle(over=True)
    assert cast("Acted", never.step).said["TOLD"] is None
    assert len(of.missing) == 1


def test_operation_that_was_refused_is_told_of_to_nobody() -> None:
    listener, of = deliveries()
    refused = of.take(lambda _: cast("Step", Acted(accepted=False)), cast("Any", None), None)
    assert said(refused, REQUEST) == {"TOLD": False}
    assert listener.now == 0.0


def test_signature_is_judged_where_the_secret_is_known() -> None:
    listener, of = deliveries()

    def action(_order: Any) -> Step:
        of.note("submit", "5")
        listener.send(REQUEST, 1.0)
        return cast("Step", Acted())

    heard = of.take(action, cast("Any", None), "hush")
    assert said(heard, REQUEST)["SIGNATURE"] is False


def test_notification_at_another_path_is_told() -> None:
    listener, of = deliveries()

    def action(_order: Any) -> Step:
        of.note("submit", "5")
        listener.coming.append((1.0, Heard("POST", "/elsewhere", {}, json.dumps({"kind": REQUEST}).encode())))
        return cast("Step", Acted())

    assert said(of.take(action, cast("Any", None), None), REQUEST)["PATH"] is False


def test_wait_for_silence_grows_with_the_slowest_notification() -> None:
    listener, of = deliveries()
    said(take(listener, of, "submit", 4.0), REQUEST)
    assert of.slowest == 4.0
    before = listener.now
    quiet = of.take(lambda _: cast("Step", Acted(operation="cancel")), cast("Any", None), None)
    quiet.expect_silence("SILENT")
    assert listener.now - before == 9.0
    assert cast("Acted", quiet.step).said["SILENT"] is True


def test_silence_is_expected_though_more_came_than_was_due_once_that_is_over() -> None:
    def quiet(after: float | None) -> bool | None:
        listener, of = deliveries()
        listener.send(REQUEST, 0.0)

        def action(_order: Any) -> Step:
            if after is not None:
                listener.send(REQUEST, after)
            return cast("Step", Acted(operation="accept"))

        heard = of.take(action, cast("Any", None), None)
        heard.expect_silence("SILENT")
        return cast("Acted", heard.step).said["SILENT"]

    assert quiet(None) is True
    assert quiet(0.5) is False


@pytest.mark.parametrize(("twice", "silent"), [((0.0, 0.5, 1.0), True), ((0.0, 0.5, 1.0, 1.5, 2.0), None)])
def test_silence_is_expected_of_a_target_that_delivers_twice(twice: tuple[float, ...], *, silent: bool | None) -> None:
    """Each moment in which another one comes is followed by a further one, up to a bound."""
    listener, of = deliveries()
    take(listener, of, "submit", 0.0)
    for after in twice:
        listener.send(REQUEST, after)
    seen = of.take(lambda _: cast("Step", Acted(operation="cancel")), cast("Any", None), None)
    seen.expect_silence("SILENT")
    assert cast("Acted", seen.step).said["SILENT"] is silent


def test_number_that_came_says_nothing_any_more_once_one_came_twice() -> None:
    listener, of = deliveries()
    for after in (0.0, 1.0):
        take(listener, of, "submit", after)
    listener.send(REQUEST, 0.0)
    assert of.settled()
    listener.send(REQUEST, 0.0)
    assert not of.settled()
    of.note("submit", "5")
    assert not of.settled(), "as many came as were due, but not of them"


def test_as_many_of_another_kind_are_not_those_that_are_missing() -> None:
    listener, of = deliveries(wait=10.0)
    of.alone = lambda: False
    late = take(listener, of, "submit", 1.0, kind=CANCELLATION)
    assert said(late, REQUEST)["TOLD"] is None
    said(take(listener, of, "submit", 1.0), REQUEST)
    listener.now += 20.0
    of.settle(over=True)
    assert cast("Acted", late.step).said["TOLD"] is False


def test_what_is_due_by_other_tracks_is_waited_for_before_a_step_is_taken() -> None:
    listener, of = deliveries()
    _, beside = deliveries()
    of.elsewhere = lambda: beside.of_these_cases
    beside.take_over([("CANCELLATION_REQUEST", 0.0)])
    listener.send(CANCELLATION, 20.0)
    heard = take(listener, of, "submit", 1.0)
    assert heard.settled
    assert said(heard, REQUEST)["KIND"] is True
    assert [due.kind for due in of.due] == [CANCELLATION, REQUEST]
    assert of.as_rows == [(REQUEST, 20.0)]


def relayed(*batches: list[Heard]) -> RelayedListener:
    """Return a listener that is passed on so much at each occasion at which it waits."""
    left = list(batches)

    def receive(within: float) -> bool:
        if within > 0 and left:
            for heard in left.pop(0):
                listener.hear(heard)
        return False

    slow: Any = SimpleNamespace(url="http://127.0.0.1:1")
    listener = RelayedListener(slow, Clock(), receive, lambda: not left)
    return listener


def test_what_another_process_hears_is_waited_for_until_it_fits() -> None:
    listener = relayed([note(REQUEST)], [note(CANCELLATION)], [note(REQUEST)])
    assert len(listener.until(lambda posts: len(posts) == 2, 60)) == 2
    assert [heard.kind for heard in listener.posts] == [REQUEST, CANCELLATION]


def test_nothing_is_waited_for_once_the_run_is_stopped() -> None:
    listener = relayed()
    assert listener.until(lambda _: False, 3600) == listener.webhooks == []
