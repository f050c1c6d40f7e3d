"""A baseline knows its deviations, each with a reason; what it does not know fails, and so does a stale entry."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from stored_results import MUST, OTHER, SHOULD, results, store

from fulfillspec.cli import main
from fulfillspec.runs.ending import status_of
from fulfillspec.verdicts import baseline
from fulfillspec.verdicts.baseline import BaselineEntry, covered

TODAY = date(2026, 11, 30)
BROKEN = results({MUST: {"rest": "fail", "graphql": "pass"}, SHOULD: {"rest": "warn"}, OTHER: {"rest": "pass"}})
KNOWN = BaselineEntry(MUST, "being fixed", "https://bugs.example/1", transport="rest")


def checked(*entries: BaselineEntry, found: dict[str, Any] = BROKEN) -> baseline.Checked:
    return baseline.check(entries, found, today=TODAY)


def test_known_must_is_fine_and_an_unknown_one_is_not() -> None:
    assert checked(KNOWN).fine
    assert checked(KNOWN).known == (f"{MUST} over rest (being fixed)",)
    assert checked().unknown == (f"{MUST} over rest",)
    assert not checked().fine
    assert not checked(BaselineEntry(MUST, "elsewhere", transport="graphql")).fine


def test_should_fails_by_the_strict_profile_only() -> None:
    strict = {**BROKEN, "profile": "strict"}
    assert checked(KNOWN, found=strict).unknown == (f"{SHOULD} over rest",)
    assert checked(KNOWN, BaselineEntry(SHOULD, "known"), found=strict).fine


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (BaselineEntry(OTHER, "r"), "does not deviate any more"),
        (BaselineEntry(MUST, "r", transport="graphql"), "does not deviate any more"),
        (BaselineEntry(MUST, "r", until=date(2026, 11, 29)), "accepted until 2026-11-29"),
    ],
)
def test_stale_entry_fails(entry: BaselineEntry, why: str) -> None:
    found = checked(KNOWN, entry)
    assert why in found.stale[0]
    assert not found.fine


def test_entry_counts_on_its_last_day_and_where_nothing_was_judged() -> None:
    assert checked(BaselineEntry(MUST, "r", until=TODAY)).fine
    selected = results({MUST: {"rest": "not-tested"}})
    assert checked(KNOWN, found=selected).fine
    assert checked(KNOWN, found=results({MUST: {"rest": "inconclusive"}})).fine


def test_known_deviations_are_marked() -> None:
    found = results({MUST: {"rest": "fail", "graphql": "fail"}})
    baseline.mark([KNOWN], found)
    assert [row["baseline"] for row in found["deviations"]] == [
        {"reason": "being fixed", "link": "https://bugs.example/1"},
        None,
    ]


@pytest.mark.parametrize(
    ("verdict", "held", "status"),
    [
        ("nonconformant", None, 1),
        ("nonconformant", {"unknown": [], "stale": [], "known": ["x"]}, 0),
        ("nonconformant", {"unknown": ["x"], "stale": [], "known": []}, 1),
        ("conformant", {"unknown": [], "stale": ["x"], "known": []}, 1),
        ("conformant", {"unknown": [], "stale": [], "known": []}, 0),
        ("inconclusive", {"unknown": [], "stale": [], "known": ["x"]}, 5),
        ("aborted", {"unknown": [], "stale": ["x"], "known": []}, 2),
    ],
)
def test_exit_status_by_a_baseline(verdict: str, held: dict[str, list[str]] | None, status: int) -> None:
    assert status_of({"verdict": verdict, "cases": [], "baseline": held}) == status


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[known]\n", "is not TOML"),
        ("[other]\n", "holds other things than [[known]] tables: other"),
        ('[[known]]\nrequirement = "FO-X"\nreason = "r"', "The register has no requirement FO-X"),
        (f'[[known]]\nrequirement = "{MUST}"', "expected 'reason', a text that is not empty"),
        (f'[[known]]\nrequirement = "{MUST}"\nreason = "r"\nuntil = "2030-01-01"', "expected 'until', a date"),
        (f'[[known]]\nrequirement = "{MUST}"\nreason = "r"\nurl = "x"', "unknown key 'url'"),
        (f'[[known]]\nrequirement = "{MUST}"\nreason = "r"\ntransport = "soap"', "one of rest, graphql, connector"),
    ],
)
def test_file_with_a_mistake_is_named(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "baseline.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(baseline.BadBaseline, match=re.escape(said)):
        baseline.read(file)


def test_baseline_of_a_run_covers_it(tmp_path: Path) -> None:
    run = store(tmp_path / "run", BROKEN)
    printed = CliRunner().invoke(main, ["baseline", str(run), "--reason", "see ticket 7"])
    assert [row["reason"] for row in tomllib.loads(printed.output)["known"]] == ["see ticket 7"] * 2
    (tmp_path / "baseline.toml").write_text(printed.output, "utf-8")
    found = CliRunner().invoke(main, ["diff", str(tmp_path / "baseline.toml"), str(run)])
    assert found.exit_code == 0, found.output
    fixed = store(tmp_path / "fixed", results({MUST: {"rest": "pass"}}))
    stale = CliRunner().invoke(main, ["diff", str(tmp_path / "baseline.toml"), str(fixed)])
    assert stale.exit_code == 1
    assert "does not deviate any more" in stale.output


@pytest.mark.parametrize(
    ("unknown", "stale", "said"),
    [
        (True, True, "The baseline does not cover this run."),
        (False, True, "Nothing else deviates; take what is stale out of the baseline."),
        (False, False, "Nothing deviates that the baseline does not know."),
    ],
)
def test_run_beside_a_baseline_is_told_in_a_sentence(unknown: bool, stale: bool, said: str) -> None:  # noqa: FBT001
    assert covered(unknown=unknown, stale=stale) == said
