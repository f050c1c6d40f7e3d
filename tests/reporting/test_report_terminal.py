"""The terminal gets one screen at the end and little before it."""

import io
from pathlib import Path
from typing import Any

import pytest
import stored_run
from stored_log import HOSTILE

from fulfillspec.reporting import terminal


def content(**options: Any) -> dict[str, Any]:
    return stored_run.content(**{"sound": False, "hostile": True, "copies": 1, "body": 0, **options})[0]


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class Plain(io.StringIO):
    encoding = "cp1252"


@pytest.mark.parametrize("width", [40, 72, 80, 100, 160])
@pytest.mark.parametrize("kind", ["sound", "deviating"])
def test_summary_fits_one_screen(width: int, kind: str) -> None:
    lines = terminal.summary(content(sound=kind == "sound"), Path("reports/x"), width=width, colour=False).split("\n")
    assert len(lines) <= (40 if width >= 72 else 50)
    assert max(map(len, lines)) <= width


def test_summary_tells_verdict_deviations_open_questions_cost_and_report() -> None:
    results = content()
    text = terminal.summary(results, Path("reports/x"), width=100, colour=False)
    assert text.startswith("✖ nonconformant")
    assert text.count("\n  documented ") == terminal.SHOWN
    assert "FO-HOLD-BLOCKS-SUBMIT  must · rest+graphql · test_holds.py" in text
    assert "8 could not be observed:" in text
    assert f"{results['exchanges']} requests · 9 orders · 9.1 s · 1 left behind" in text
    assert "of which over rest 1,200 requests, 6 orders, 2.5 s; graphql 1,040, 3, 4.2 s" in text
    assert text.endswith("Report: reports/x/report.html")


def test_summary_counts_every_area() -> None:
    results = content()
    text = terminal.summary(results, Path("r"), width=120, colour=False)
    for area in {row["area"] for row in results["requirements"]}:
        assert area in text


def test_summary_without_colour_holds_no_control_character() -> None:
    results = content()
    for found in results["deviations"]:
        found["received"] = "".join(HOSTILE)
    results["summary"] += "".join(HOSTILE)
    text = terminal.summary(results, Path("r"), width=100, colour=False)
    assert not [sign for sign in text if sign != "\n" and (ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0)]
    text.encode("utf-8")


def test_summary_with_colour_holds_only_its_own_colours() -> None:
    results = content()
    for found in results["deviations"]:
        found["received"] = "\x1b[2J\x1b]0;title\x07"
    text = terminal.summary(results, Path("r"), width=100, colour=True)
    assert "\x1b[1;31m" in text
    assert "\x1b[2J" not in text
    assert "\x1b]0" not in text


def test_summary_takes_square_brackets_for_text() -> None:
    results = content(sound=True)
    results["summary"] = "[bold]as it is[/bold] :smile:"
    assert "[bold]as it is[/bold] :smile:" in terminal.summary(results, Path("r"), width=100, colour=False)


def test_a_long_path_stays_in_one_piece() -> None:
    text = terminal.summary(content(sound=True), Path("/" + "very-long/" * 20), width=60, colour=False)
    assert text.split("\n")[-1].endswith("report.html")


def test_summary_of_an_empty_run_has_its_verdict() -> None:
    assert terminal.summary({"verdict": "aborted"}, Path("r"), width=80, colour=False).startswith("○ aborted")


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert terminal.wants_colour(Screen())
    assert not terminal.wants_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not terminal.wants_colour(Screen())
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not terminal.wants_colour(Screen())


def test_marks_become_ascii_where_the_encoding_has_none() -> None:
    assert terminal.printable("✔ pass · 3", Plain()) == "+ pass - 3"
    assert terminal.printable("✔ pass", io.StringIO()) == "✔ pass"


def run(progress: terminal.Progress, cases: int) -> None:
    progress.start(cases)
    for number in range(cases):
        progress.case(f"suites/test_x.py::test_{number}")
        progress.tick(number * 3, 2, 0.0)
    progress.stop()
    progress.stop()


def test_progress_away_from_a_terminal_is_a_handful_of_plain_lines() -> None:
    stream = io.StringIO()
    run(terminal.Progress(stream, clock=lambda: 0.0), 100)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "100 cases"
    assert lines[-1] == "100/100 cases · 297 requests · 2 orders · 0 s"
    assert len(lines) == 5
    assert "\x1b" not in stream.getvalue()


def test_a_slow_run_gives_a_sign_of_life_and_says_what_it_waits_for() -> None:
    now = [0.0]
    stream = io.StringIO()
    progress = terminal.Progress(stream, clock=lambda: now[0])
    progress.start(10)
    progress.case("a")
    now[0] = 31.0
    progress.tick(40, 5, 12.0)
    assert stream.getvalue().splitlines()[-1] == (
        "0/10 cases · 40 requests · 5 orders · 31 s · waits 12 s for the target's limits"
    )


def test_progress_on_a_terminal_is_one_live_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Screen()
    run(terminal.Progress(stream), 3)
    assert "\x1b[?25h" in stream.getvalue()
    assert "3/3 cases" not in stream.getvalue().rpartition("\x1b[2K")[2]
