"""What a CI gets: a page of Markdown, annotations that no text of a target can break out of, times and properties."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import stored_run
from stored_results import MUST, OTHER, SHOULD, results

from fulfillspec.reporting import junit, markdown, workflow
from fulfillspec.reporting.run import StoredRun, parse
from fulfillspec.runs import ending

BROKEN = results({MUST: {"rest": "fail", "graphql": "fail"}, SHOULD: {"rest": "warn"}, OTHER: {"rest": "pass"}})


def told(**more: str) -> StoredRun:
    return parse({**BROKEN, "deviations": [{**row, **more} for row in BROKEN["deviations"]]})


def test_summary_has_a_row_for_each_requirement_that_deviates() -> None:
    page = markdown.summary(parse(BROKEN))
    assert page.startswith("## ✖ FulfillmentOrder API: nonconformant\n")
    assert f"| {MUST} | must | rest, graphql | incomplete | open |" in page
    assert page.index(MUST) < page.index(f"| {SHOULD}")


def test_no_text_of_a_target_acts_in_the_summary(tmp_path: Path) -> None:
    run = parse(stored_run.make(tmp_path))
    page = markdown.summary(run)
    assert "<script" not in page.replace("\\<", "")
    assert "\x1b" not in page
    rows = [line for line in page.splitlines() if line.startswith("| FO-")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}


def test_what_blocks_is_an_error_and_what_does_not_a_warning() -> None:
    kinds = [line.partition(" ")[0] for line in workflow.commands_for(parse(BROKEN))]
    assert kinds == ["::error", "::warning"]
    strict = [line.partition(" ")[0] for line in workflow.commands_for(parse({**BROKEN, "profile": "strict"}))]
    assert strict == ["::error", "::error"]


def test_no_text_of_a_target_makes_a_command() -> None:
    lines = list(workflow.commands_for(told(received="x\n::set-env name=A::b%0A::error::c\r")))
    assert all("\n" not in line and "\r" not in line for line in lines)
    assert all(line.startswith(("::error title=", "::warning title=")) for line in lines)
    assert "%250A" in lines[0]


def test_known_deviation_is_not_annotated() -> None:
    known = {**BROKEN, "deviations": [{**row, "baseline": {"reason": "r", "link": ""}} for row in BROKEN["deviations"]]}
    assert list(workflow.commands_for(parse(known))) == []


def test_job_summary_is_added_where_the_environment_names_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "job.md"
    file.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    (tmp_path / "results.json").write_text("{}", "utf-8")
    ending.report(BROKEN, tmp_path)
    assert file.read_text("utf-8") == "before\n" + markdown.summary(parse(BROKEN))
    assert f"::error title={MUST}::" in capsys.readouterr().out


def test_nothing_is_told_to_a_ci_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (tmp_path / "results.json").write_text("{}", "utf-8")
    ending.report(BROKEN, tmp_path)
    assert "::" not in capsys.readouterr().out.replace(".py::", "")


def test_junit_has_times_that_add_up_and_says_what_was_tested(tmp_path: Path) -> None:
    case = {
        "id": "suites/test_x.py::test_x[rest]", "outcome": "passed", "seconds": 3.0, "exchanges": [1, 2],
        "requirements": [MUST, OTHER], "reason": None,
    }  # fmt: skip
    rows = [{**row, "cases": [case["id"]]} for row in BROKEN["requirements"]]
    junit.write(parse({**BROKEN, "requirements": rows, "cases": [case]}), tmp_path / "junit.xml")
    root = ET.parse(tmp_path / "junit.xml").getroot()
    times = {one.get("name"): one.get("time") for one in root.iter("testcase")}
    assert (times[f"{MUST} [rest]"], times[f"{MUST} [graphql]"], times[f"{OTHER} [rest]"]) == (
        "1.500",
        "0.000",
        "1.500",
    )
    suite = next(one for one in root.iter("testsuite") if one.get("name") == "closing")
    assert suite.get("time") == "3"
    told = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert (told["target"], told["api_version"]) == ("http://127.0.0.1:4010", "2025-10")
