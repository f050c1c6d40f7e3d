"""JUnit, HAR and the counts behind everything."""

import gzip
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import stored_run

from fulfillspec.evidence.packed import pack
from fulfillspec.reporting import tally, write_all
from fulfillspec.reporting.lifecycle_steps import DrawnStep
from fulfillspec.reporting.matrix import completed, refusals, tables
from fulfillspec.reporting.run import parse


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projections")
    stored_run.make(folder, hostile=False)
    write_all(folder)
    return folder


def case(folder: Path, name: str) -> ET.Element:
    return next(one for one in ET.parse(folder / "junit.xml").getroot().iter("testcase") if one.get("name") == name)


def test_a_failure_carries_the_difference_the_clause_and_the_account(folder: Path) -> None:
    failure = case(folder, "FO-HOLD-BLOCKS-SUBMIT [rest]").find("failure")
    assert failure is not None
    assert failure.get("message", "").startswith("documented ")
    assert "; received " in failure.get("message", "")
    assert failure.get("type") == "must"
    for word in (
        "The fulfillment process can't be initiated",
        "documented:",
        "received:",
        "reproduce:",
        "test_holds.py",
    ):
        assert word in (failure.text or "")


def test_a_known_deviation_is_skipped_with_its_reason_and_link(folder: Path) -> None:
    skipped = case(folder, "FO-ERR-UNCHANGED [rest]").find("skipped")
    assert skipped is not None
    assert "https://bugs.example/oms-mock/41" in skipped.get("message", "")


def test_inconclusive_is_an_error_with_the_missing_prerequisite(folder: Path) -> None:
    error = case(folder, "FO-OPEN-STATE [rest]").find("error")
    assert error is not None
    assert "scheduled/unsubmitted" in error.get("message", "")


def test_what_does_not_apply_is_skipped_with_its_reason(folder: Path) -> None:
    skipped = case(folder, "FO-CONN-STATE").find("skipped")
    assert skipped is not None
    assert skipped.get("type") == "not-applicable"
    assert "[connector]" in skipped.get("message", "")


def test_a_should_that_deviates_passes_and_tells(folder: Path) -> None:
    warned = case(folder, "FO-HOLD-REASON-UNKNOWN [rest]")
    assert [child.tag for child in warned] == ["system-out"]
    assert warned.get("classname") == "holds"


def test_har_entries_have_what_the_format_demands(folder: Path) -> None:
    log = json.loads((folder / "exchanges.har").read_text("utf-8"))["log"]
    assert log["version"] == "1.2"
    assert log["creator"]["name"] == "fulfillspec"
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert {"method", "url", "httpVersion", "cookies", "headers", "queryString"} <= set(entry["request"])
        assert {"status", "statusText", "httpVersion", "content", "redirectURL"} <= set(entry["response"])
    query = [entry["request"]["queryString"] for entry in log["entries"] if "include_order" in entry["request"]["url"]]
    assert query[0] == [{"name": "include_order_reference_fields", "value": "true"}]


def test_har_of_a_compressed_log_is_compressed_and_says_the_same(tmp_path: Path) -> None:
    folder = tmp_path
    stored_run.make(folder, hostile=False)
    write_all(folder)
    plain = (folder / "exchanges.har").read_bytes()
    page = (folder / "report.html").read_bytes()
    pack(folder / "evidence.ndjson", folder / "evidence.ndjson.gz")
    (folder / "evidence.ndjson").unlink()
    assert write_all(folder) == []
    assert gzip.decompress((folder / "exchanges.har.gz").read_bytes()) == plain
    assert (folder / "report.html").read_bytes() == page


def test_no_verdict_is_worse_than_fail() -> None:
    assert tally.worst(["pass", "warn", "inconclusive", "fail"]) == "fail"
    assert tally.worst(["pass", "warn"]) == "warn"
    assert tally.worst(["pass", "not-tested", "not-applicable"]) == "pass"
    assert tally.worst([]) == "not-tested"


def test_counts_name_every_verdict_in_order() -> None:
    assert list(tally.counts(["warn", "pass", "pass"])) == list(tally.VERDICTS)
    assert tally.counts(["strange"])["strange"] == 1


def test_transports_that_say_the_same_share_a_field_of_the_matrix() -> None:
    cell = {
        "state": "service:open/submitted",
        "action": "move",
        "actor": "merchant",
        "expected": "refuse",
        "level": "must",
    }
    agree = [cell | {"transport": name, "seen": "refused", "verdict": "pass"} for name in ("graphql", "rest")]
    table = tables(parse({"cells": agree}))[0]
    field = table.rows[0][2][0]
    assert field is not None
    assert [[entry.transport for entry in group] for group in field.groups] == [["rest", "graphql"]]
    differ = [agree[1], agree[0] | {"seen": "accepted", "verdict": "fail"}]
    field = tables(parse({"cells": differ}))[0].rows[0][2][0]
    assert field is not None
    assert [group[0].seen for group in field.groups] == ["refused", "accepted"]
    assert field.verdict == "fail"


def test_refusals_are_counted_by_state() -> None:
    cells = [
        {"state": "service:open/submitted", "expected": "refuse", "seen": seen, "verdict": verdict}
        for seen, verdict in (("refused", "pass"), ("accepted", "fail"), ("unreached", "inconclusive"))
    ]
    cells.append({"state": "service:open/submitted", "expected": "accept", "seen": "accepted", "verdict": "pass"})
    assert refusals(parse({"cells": cells})) == {"service:open/submitted": (1, 3)}


def test_a_step_that_was_walked_fills_its_field_of_the_matrix() -> None:
    state = "service:open/submitted"
    verdicts = {"rest": "pass", "graphql": "not-tested"}
    walk = DrawnStep(
        state,
        "service:open/rejected",
        "reject",
        "service",
        ("FO-REJECT-STATE",),
        documented=True,
        by_transport=verdicts,
        count=1,
        taken=frozenset({"rest"}),
    )
    run = completed(parse({}), [walk])
    assert [(cell.state, cell.actor, cell.transport, cell.seen) for cell in run.cells] == [
        (state, "service", "rest", "accepted")
    ]
    assert completed(run, [walk]) == run


@pytest.mark.parametrize(
    ("verdict", "judged", "expected"),
    [
        ("fail", "fail", [("refused", "fail")]),
        ("not-tested", "inconclusive", [("unreached", "inconclusive")]),
        ("not-tested", "not-applicable", []),
    ],
    ids=["deviates", "not-reached", "not-claimed"],
)
def test_a_step_that_was_not_taken_counts_where_its_requirement_was_to_be_judged(
    verdict: str, judged: str, expected: list[tuple[str, str]]
) -> None:
    requirement = {"id": "FO-REJECT-STATE", "by_transport": {"rest": judged}}
    step = ("service:open/submitted", "service:open/rejected", "reject", "service", ("FO-REJECT-STATE",))
    walk = DrawnStep(*step, documented=True, by_transport={"rest": verdict}, count=0)
    run = completed(parse({"requirements": [requirement]}), [walk])
    assert [(cell.seen, cell.verdict) for cell in run.cells] == expected
