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


@pytest.mark.parametrize("width", [40, 72, 80, 140])
@pytest.mark.parametrize("kind", ["sound", "deviating"])
def test_summary_is_wrapped_to_the_terminal(width: int, kind: str) -> None:
    text = terminal.summary(content(sound=kind == "sound"), Path("reports/x"), width=width, colour=False)
    assert max(map(len, text.split("\n"))) <= width


def test_wrapping_takes_no_word_away() -> None:
    results = content()
    wrapped, whole = (terminal.summary(results, Path("r"), width=width, colour=False) for width in (60, None))
    before, after = ("".join(text.partition("◆")[0].split()) for text in (whole, wrapped))
    assert before == after


def test_summary_without_a_terminal_has_a_line_for_each_failing_requirement_whole() -> None:
    results = content()
    lines = terminal.summary(results, Path("r"), width=None, colour=False).split("\n")
    new = {row["requirement"]: row for row in results["deviations"] if row["level"] == "must" and not row["baseline"]}
    assert len(new) > 2
    for identity, row in new.items():
        (line,) = [one for one in lines if one.startswith(f"✖ {identity} ")]
        assert " ".join(row["documented"].split())[:300] in line


def test_summary_tells_what_was_tested_first() -> None:
    results = content(sound=True)
    results["target"] |= {"embedded": True, "mutants": ["accept-leaves-open"], "variants": []}
    text = terminal.summary(results, Path("r"), width=None, colour=False)
    assert text.startswith("Tested: embedded sandbox with mutant accept-leaves-open · API version ")


def test_summary_tells_verdict_deviations_open_questions_cost_and_report() -> None:
    results = content()
    text = terminal.summary(results, Path("reports/x"), width=None, colour=False)
    assert "\n✖ nonconformant" in text
    assert "✖ FO-HOLD-BLOCKS-SUBMIT  must · rest+graphql" in text
    assert "Evidence of FO-" in text
    assert "8 requirements could not be observed:" in text
    assert f"{results['exchanges']} requests · 9 orders · 9.1 s · 1 left behind" in text
    assert "of which over rest 1,200 requests, 6 orders, 2.5 s; graphql 1,040 requests, 3 orders, 4.2 s" in text
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
    results["target"]["api_version"]["served"] = "\x1b[2J2025-10"
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
