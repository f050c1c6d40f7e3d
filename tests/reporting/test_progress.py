"""The progress of a run: one live line on a terminal, a handful of plain lines elsewhere."""

import io

import pytest

from fulfillspec.reporting.progress import Progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class Counts:
    def __init__(self) -> None:
        self.now = (0, 0, 0)

    def __call__(self) -> tuple[int, int, int]:
        return self.now


def run(progress: Progress, counts: Counts, cases: int) -> None:
    progress.start(cases)
    for number in range(cases):
        progress.case(f"suites/test_x.py::test_{number}")
        counts.now = (number * 3, 2, 1)
    progress.stop()
    progress.stop()


def test_away_from_a_terminal_it_is_a_handful_of_plain_lines() -> None:
    stream, counts = io.StringIO(), Counts()
    run(Progress(stream, clock=lambda: 0.0, counts=counts), counts, 100)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "100 cases"
    assert lines[-1] == "100/100 cases · 1 deviation · 297 requests · 2 orders · 0 s"
    assert len(lines) == 5
    assert "\x1b" not in stream.getvalue()


def test_a_slow_run_says_about_how_long_it_still_takes() -> None:
    now, stream, counts = [0.0], io.StringIO(), Counts()
    progress = Progress(stream, clock=lambda: now[0], counts=counts)
    progress.start(10)
    progress.case("a")
    now[0], counts.now = 31.0, (40, 5, 0)
    progress.case("b")
    last = stream.getvalue().splitlines()[-1]
    assert last == "1/10 cases · 40 requests · 5 orders · 31 s · about 279 s left"


def test_the_live_line_moves_while_one_case_runs() -> None:
    now, counts = [0.0], Counts()
    progress = Progress(Screen(), live=True, clock=lambda: now[0], counts=counts)
    progress.start(3)
    progress.case("suites/test_x.py::test_long")
    before = str(progress._line())
    now[0], counts.now = 12.0, (7, 1, 0)
    after = str(progress._line())
    progress.stop()
    assert before != after
    assert "7 requests · 1 order · 12 s" in after


def test_on_a_terminal_it_is_one_live_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream, counts = Screen(), Counts()
    run(Progress(stream, counts=counts), counts, 3)
    assert "\x1b[?25h" in stream.getvalue()
    assert "3/3 cases" not in stream.getvalue().rpartition("\x1b[2K")[2]
