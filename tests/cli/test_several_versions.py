"""A run over several API versions: each is tested on its own, and one report says how they differ."""

import json
import shutil
import signal
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from cli_process import ROOT, Store, results, run
from held import held
from started import Ended, start

from fulfillspec import verification
from fulfillspec.sandbox.serve import Server

VERSIONS = ("2022-10", "2025-10")
ERAS = tuple(word for version in VERSIONS for word in ("--api-version", version))
JUDGED = ("FO-CLOSE-STATE", "FO-DEADLINE-SETS")
ONLY = tuple(option for identity in JUDGED for option in ("--only", identity))
NARROW = ("--transport", "rest", *ONLY)


@pytest.fixture(scope="module")
def eras(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """A run over two eras, one of them named twice."""
    folder = tmp_path_factory.mktemp("eras")
    ran = run("run", *ERAS, "--api-version", "2022-10", *NARROW, "--out", "run", cwd=folder)
    return ran, folder / "run"


def test_terminal_names_each_version_once(eras: tuple[Ended, Path]) -> None:
    ran, out = eras
    assert ran.status == 0, ran.said
    assert "Conformant at 2022-10 and 2025-10" in ran.out
    assert ran.err.count("API version ") == 2
    assert len(ran.out.splitlines()) <= 40
    assert f"Report: {Path(out.name) / 'report.html'}" in ran.out


def test_results_of_the_whole_follow_the_published_schema(eras: tuple[Ended, Path]) -> None:
    _, out = eras
    found = results(out)
    schema = json.loads((ROOT / "schemas" / "results.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    assert found["verdict"] == "conformant"
    assert [(row["asked"], row["served"]) for row in found["versions"]] == [("2022-10",) * 2, ("2025-10",) * 2]
    for row in found["versions"]:
        own = json.loads((out / row["results"]).read_text("utf-8"))
        assert own["verdict"] == row["verdict"]
        assert own["exchanges"] == row["exchanges"]
    lines = [json.loads(line) for line in (out / "evidence.ndjson").read_text("utf-8").splitlines()]
    assert sum("n" in line for line in lines) == found["exchanges"]


def test_documented_differences_are_told(eras: tuple[Ended, Path]) -> None:
    _, out = eras
    rows = {row["id"]: row for row in results(out)["differences"]}
    assert "FO-CLOSE-STATE" not in rows
    row = rows["FO-DEADLINE-SETS"]
    assert row["verdicts"] == {"2022-10": "not-applicable", "2025-10": "pass"}
    assert (row["documented"], row["documented_for"]) == (True, ">=2023-01")


def test_report_has_the_differences_and_leads_to_each_report(eras: tuple[Ended, Path]) -> None:
    _, out = eras
    page = (out / "report.html").read_text("utf-8")
    section = page.split('id="versions"')[1].split("</section>")[0]
    assert "Differences between versions" in section
    for version in ("2022-10", "2025-10"):
        assert f'href="{version}/report.html"' in section
        own = (out / version / "report.html").read_text("utf-8")
        assert "Differences between versions" not in own
    assert "FO-DEADLINE-SETS" in section
    cases = ElementTree.parse(out / "junit.xml").getroot().iter("testcase")
    assert {case.get("name") for case in cases} >= {"API version 2022-10", "API version 2025-10"}


def test_reports_are_written_again_from_what_is_stored(eras: tuple[Ended, Path], tmp_path: Path) -> None:
    _, out = eras
    again = tmp_path / "again"
    shutil.copytree(out, again)
    (again / "report.html").unlink()
    assert run("report", again, cwd=tmp_path).status == 0
    assert (again / "report.html").read_bytes() == (out / "report.html").read_bytes()


def test_stored_versions_agree_and_each_is_checked(eras: tuple[Ended, Path], tmp_path: Path) -> None:
    _, out = eras
    done = verification.verify(out)
    assert done.disagreements == []
    assert done.exchanges == sum(row["exchanges"] for row in results(out)["versions"])
    again = shutil.copytree(out, tmp_path / "again")
    part = again / "2022-10" / "results.json"
    part.write_text(part.read_text("utf-8").replace('"verdict": "conformant"', '"verdict": "inconclusive"', 1), "utf-8")
    where = {one.where for one in verification.verify(again).disagreements}
    assert "2022-10/results.json" in where
    part.write_text('{"schema": "fulfillspec/results/1", "verdict": []}', "utf-8")
    assert any(one.where == "2022-10/results.json" for one in verification.verify(again).disagreements)
    shutil.rmtree(again / "2022-10")
    assert any("holds no results.json" in one.what for one in verification.verify(again).disagreements)


def test_whole_that_is_not_made_of_its_versions_is_named(eras: tuple[Ended, Path], tmp_path: Path) -> None:
    _, out = eras
    again = shutil.copytree(out, tmp_path / "again")
    (again / "SHA256SUMS").unlink()
    found = results(again)
    found["summary"], found["differences"] = "Conformant.", []
    (again / "results.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    said = [one.what for one in verification.verify(again).disagreements]
    assert "summary is not what the results of the versions come to" in said
    assert "differences is not what the results of the versions come to" in said


def test_verdict_and_status_are_those_of_the_worst_version(tmp_path: Path) -> None:
    only = ("--transport", "rest", "--only", "FO-DEADLINE-SETS", "--only", "FO-CLOSE-STATE")
    ran = run("run", *ERAS, *only, "--mutant", "deadline-forgotten", "--out", "run", cwd=tmp_path)
    assert ran.status == 1, ran.said
    found = results(tmp_path / "run")
    assert found["verdict"] == "nonconformant"
    assert [row["verdict"] for row in found["versions"]] == ["conformant", "nonconformant"]
    assert found["target"]["api_version"]["asked"] == "2025-10"
    assert {one["requirement"] for one in found["deviations"]} == {"FO-DEADLINE-SETS"}
    assert "--api-version 2025-10" in found["next_action"]
    assert "Not conformant: nonconformant at 2025-10; conformant at 2022-10" in " ".join(ran.out.split())


@pytest.mark.parametrize("telling", [VERSIONS[1], VERSIONS[0]], ids=["second-is-worst", "first-of-two-alike"])
def test_numbers_of_exchanges_lead_into_the_evidence_beside_them(telling: str, tmp_path: Path) -> None:
    mutant, identity = {
        VERSIONS[0]: ("close-completes", "FO-CLOSE-STATE"),
        VERSIONS[1]: ("deadline-forgotten", "FO-DEADLINE-SETS"),
    }[telling]
    only = ("--transport", "rest", "--only", identity, "--only", "FO-CLOSE-STATE")
    (tmp_path / "run" / "reproduce").mkdir(parents=True)
    (tmp_path / "run" / "reproduce" / "FO-OF-AN-EARLIER-RUN-1.sh").touch()
    ran = run("run", *ERAS, *only, "--mutant", mutant, "--out", "run", cwd=tmp_path)
    assert ran.status == 1, ran.said
    found = results(tmp_path / "run")
    assert found["target"]["api_version"]["asked"] == telling
    assert found["deviations"] == results(tmp_path / "run" / telling)["deviations"]
    lines = (tmp_path / "run" / "evidence.ndjson").read_text("utf-8").splitlines()
    beside = {row["n"]: row for row in map(json.loads, lines) if "n" in row}
    shown = [(one, n) for one in found["deviations"] for n in one["exchanges"]]
    assert {one["requirement"] for one, _ in shown} == {identity}
    for one, n in shown:
        assert (beside[n]["case"], beside[n]["transport"]) == (one["case"], one["transport"])
        assert f"/admin/api/{telling}/" in beside[n]["request"]["url"]
    cases = {row["id"]: row["exchanges"] for row in found["cases"]}
    for one, n in shown:
        first, last = cases[one["case"]]
        assert first <= n <= last
    scripts = {path.name for path in (tmp_path / "run" / "reproduce").iterdir()}
    assert scripts == {path.name for path in (tmp_path / "run" / telling / "reproduce").iterdir()}


def test_version_that_is_none_ends_the_run_before_it_begins(tmp_path: Path) -> None:
    ran = run("run", "--api-version", "2025-10", "--api-version", "October", "--out", "run", cwd=tmp_path)
    assert ran.status == 4, ran.said
    assert len(ran.sentences) == 1
    assert "expected YYYY-MM, such as 2025-10, or unstable" in ran.sentences[0]
    assert not (tmp_path / "run").exists()


def test_interrupt_in_the_second_version_keeps_the_first(tmp_path: Path) -> None:
    options = ("--transport", "rest", "--area", "closing", "--area", "holds", "--area", "moves", "--out", "run")
    with Server() as server:
        store = Store(server.url, server.tokens)
        before = store.contents
        with start("run", "--base-url", store.url, *ERAS, *options, cwd=tmp_path, env=store.env) as process:
            with held(server, "POST orders", lambda call, _: call.version == "2025-10") as came:
                process.wait_for(came)
                process.send_signal(signal.SIGINT)
            stopped = process.ended()
        assert store.contents == before
    assert stopped.status == 2, stopped.said
    assert "Traceback" not in stopped.said
    found = results(tmp_path / "run")
    assert found["verdict"] == "aborted"
    assert [row["verdict"] for row in found["versions"]] == ["conformant", "aborted"]
    assert "Interrupted: aborted at 2025-10; conformant at 2022-10" in found["summary"]
    assert (tmp_path / "run" / "2022-10" / "report.html").is_file()
