"""What a run leaves: the files of the contract, by the published schema, without a secret, and a clean store."""

import csv
import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
from cli_process import ROOT, Walked, results, run

from fulfillspec.documents import cost

FILES = {
    "results.json",
    "report.html",
    "pytest.html",
    "junit.xml",
    "results.csv",
    "exchanges.har",
    "evidence.ndjson",
    "badge.json",
    "summary.md",
    "journal.ndjson",
}
PERSONAL = ("Ada", "Test Street", "K1A 0A1", "6135550123", "fulfillspec@mail.example.com")


def test_run_against_the_sandbox_is_conformant(walked: Walked) -> None:
    assert walked.ended.status == 0, walked.ended.said
    found = results(walked.out)
    assert found["verdict"] == "conformant"
    rows = {row["id"]: row["verdict"] for row in found["requirements"]}
    assert rows["FO-OPEN-STATE"] == "not-applicable", "nobody gave a scheduled fulfillment order"
    assert str(Path(walked.out.name) / "report.html") in walked.ended.out


def test_run_leaves_every_file_of_the_contract(walked: Walked) -> None:
    assert {path.name for path in walked.out.iterdir()} >= FILES


def test_report_of_a_whole_run_calls_its_log_whole(walked: Walked) -> None:
    assert "The log of this run is incomplete" not in (walked.out / "report.html").read_text("utf-8")


def test_run_into_a_named_folder_links_no_latest(walked: Walked) -> None:
    assert not (walked.out.parent / "latest").is_symlink()


def test_results_follow_the_published_schema(walked: Walked) -> None:
    schema = json.loads((ROOT / "schemas" / "results.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(results(walked.out))


def test_costs_of_the_transports_add_up(walked: Walked) -> None:
    found = results(walked.out)
    costs = found["costs"].values()
    assert sum(cost["requests"] for cost in costs) == found["exchanges"]
    assert sum(cost["orders"] for cost in costs) == found["orders_created"] == found["costs"]["rest"]["orders"]
    assert 0 < sum(cost["seconds"] for cost in costs) < found["seconds"]
    shown = f"{found['costs']['rest']['requests']:,} requests, answered in"
    assert shown in (walked.out / "report.html").read_text("utf-8")


def test_cost_that_doctor_tells_is_about_what_a_run_costs(walked: Walked) -> None:
    found, told = results(walked.out), cost.of_a_run("core", ["rest"])
    assert 0.75 < found["exchanges"] / told.requests < 1.25
    assert abs(found["orders_created"] - told.orders) <= 4


def test_every_file_tells_the_same(walked: Walked) -> None:
    found = results(walked.out)
    rows = {row["id"]: row["verdict"] for row in found["requirements"]}
    with (walked.out / "results.csv").open(encoding="utf-8", newline="") as sheet:
        assert {row["id"] for row in csv.DictReader(sheet)} == set(rows)
    har = json.loads((walked.out / "exchanges.har").read_text("utf-8"))
    lines = (walked.out / "evidence.ndjson").read_text("utf-8").splitlines()
    exchanges = [row for row in map(json.loads, lines) if "n" in row]
    assert len(har["log"]["entries"]) == len(exchanges) == found["exchanges"]
    junit = ElementTree.parse(walked.out / "junit.xml").getroot()
    assert not list(junit.iter("failure"))
    page = (walked.out / "report.html").read_text("utf-8")
    assert all(identity in page for identity in rows)


def test_nothing_that_is_secret_or_personal_is_written_down(walked: Walked) -> None:
    hidden = [*walked.store.tokens.values(), *PERSONAL]
    for path in walked.out.iterdir():
        text = path.read_text("utf-8")
        assert [word for word in hidden if word in text] == [], path.name
    assert [word for word in hidden if word in walked.ended.said] == []


def test_run_cleans_the_store(walked: Walked) -> None:
    assert results(walked.out)["orders_created"] > 0
    assert results(walked.out)["left_behind"] == []
    assert walked.after == walked.before


def test_output_of_a_pipe_has_no_colour_and_fits_a_screen(walked: Walked) -> None:
    assert "\x1b" not in walked.ended.said
    assert len(walked.ended.out.splitlines()) <= 40


def test_report_is_written_again_from_what_is_stored(walked: Walked, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(walked.out, again)
    written = ("report.html", "junit.xml", "results.csv", "exchanges.har", "badge.json", "summary.md")
    for name in written:
        (again / name).unlink()
    ended = run("report", again, cwd=tmp_path)
    assert ended.status == 0, ended.said
    assert ended.out.strip().endswith("report.html")
    for name in written:
        assert (again / name).read_bytes() == (walked.out / name).read_bytes(), name


def test_sweep_after_a_clean_run_finds_nothing(walked: Walked, tmp_path: Path) -> None:
    ended = run("sweep", walked.out, cwd=tmp_path, env=walked.store.env)
    assert ended.status == 0, ended.said
    assert "Nothing is left behind" in ended.out
    assert "There was nothing to remove." in ended.out


def test_sweep_removes_what_a_killed_run_left(walked: Walked, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    shutil.copytree(walked.out, killed)
    before = walked.store.contents["orders"]
    order = walked.store.make_order()
    entry = [{"number": 901, "kind": "order", "note": "killed"}, {"number": 901, "id": str(order)}]
    with (killed / "journal.ndjson").open("a", encoding="utf-8") as journal:
        journal.writelines(json.dumps(row) + "\n" for row in entry)
    assert order in walked.store.contents["orders"]
    ended = run("sweep", killed, cwd=tmp_path, env=walked.store.env)
    assert ended.status == 0, ended.said
    assert ended.out.splitlines()[:2] == ["Gone now: 1 order.", "Nothing is left behind."]
    assert walked.store.contents["orders"] == before


def test_requirements_are_listed_with_what_judges_them(tmp_path: Path) -> None:
    ended = run("requirements", cwd=tmp_path)
    assert ended.status == 0
    assert "FO-CLOSE-STATE" in ended.out
    assert "test_service_closes_an_accepted_order" in ended.out
    assert ended.out.rstrip().endswith("not judged.")
    as_json = run("requirements", "--area", "closing", "--json", cwd=tmp_path)
    rows = json.loads(as_json.out)
    assert {row["area"] for row in rows} == {"closing"}
    assert all(row["quote"] and row["source"] for row in rows)
