"""An edit of a location that does not show yet is looked for again, at last after two seconds."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from fulfillspec.acting.delay import Delay
from fulfillspec.suite.times_fixtures import until_edit_shows


class Slow:
    """A target that shows an edit from a moment on, on a clock that only waits move."""

    def __init__(self, shows_at: float, *, accepted: bool = True) -> None:
        self.shows_at, self.accepted, self.now, self.asked = shows_at, accepted, 0.0, 0
        self.delay = Delay()

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def ask(self, _operation: str, _order: str) -> Any:
        self.asked += 1
        edits = ["name"] if self.now >= self.shows_at else []
        return SimpleNamespace(accepted=self.accepted, location_edits=lambda _order: edits)


def looked(target: Slow, *, edited: bool = True) -> tuple[bool, bool]:
    order = cast("Any", SimpleNamespace(id="1"))
    asked, late = until_edit_shows(cast("Any", target), cast("Any", target), order, edited=edited)
    return bool(asked.location_edits(order)), late


@pytest.mark.parametrize(("shows_at", "asked"), [(0.0, 1), (0.2, 2), (0.9, 3), (1.5, 4)])
def test_edit_that_shows_late_is_seen(shows_at: float, asked: int) -> None:
    target = Slow(shows_at)
    assert looked(target) == (True, asked > 1)
    assert target.asked == asked


def test_edit_that_never_shows_is_given_up_after_three_seconds() -> None:
    target = Slow(1000)
    assert looked(target) == (False, True)
    assert target.now == 3.0


def test_last_look_is_taken_where_shorter_waits_were_in_vain_before() -> None:
    target = Slow(1.5)
    target.delay.pauses = ()
    assert looked(target) == (True, True)


def test_refusal_is_not_waited_out_nor_what_shows_no_edit_where_none_is_due() -> None:
    assert looked(Slow(1000, accepted=False)) == (False, False)
    assert looked(Slow(1000), edited=False) == (False, False)
