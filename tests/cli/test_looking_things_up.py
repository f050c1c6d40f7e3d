"""`explain`, `requirements` and `show` answer from what is stored; what is not there is said in a sentence."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stored_results import MUST, results, store

from fulfillspec.cli import main

EXCHANGE = {
    "n": 7, "at": "2026-11-01T10:00:00Z", "case": "suites/test_x.py::test_x[rest]", "actor": "service",
    "transport": "rest", "operation": "close", "phase": "act", "error": None, "ms": 12.0,
    "request": {"method": "POST", "url": "http://127.0.0.1/close.json", "headers": {"Accept": "*/*"}, "body": '{"a":1}'},
    "response": {"status": 200, "headers": {"x": "\x1b[31mred"}, "body": '{"b":2}', "truncated": False},
}  # fmt: skip


def called(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = [{"schema": "fulfillspec/evidence/1"}, EXCHANGE, {"end": True}]
    (tmp_path / "evidence.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return tmp_path


def test_explain_tells_statement_quote_link_judges_and_mutants() -> None:
    found = called("explain", "FO-MOVE-ACCEPTED-REFUSED")
    assert found.exit_code == 0
    assert "A move is refused while the request status is accepted." in found.output
    assert "»submitted, accepted, cancellation_requested«" in found.output
    assert "https://shopify.dev/docs/api/admin-rest/latest/resources/fulfillmentorder" in found.output
    assert "move-what-is-accepted: An accepted one can be moved." in found.output
    assert "fulfillspec run --only FO-MOVE-ACCEPTED-REFUSED" in found.output


def test_explain_names_the_nearest_requirement() -> None:
    found = called("explain", "FO-CLOSE-STAT")
    assert found.exit_code == 4
    assert "nearest: FO-CLOSE-STATE" in found.output


def test_requirements_are_listed_by_id_with_their_quotes() -> None:
    found = called("requirements", "FO-CLOSE-STATE")
    assert found.exit_code == 0
    assert "“Marks an in-progress fulfillment order as incomplete”" in found.output
    assert "1 requirement: 1 judged" in found.output
    assert [row["id"] for row in json.loads(called("requirements", "--json", "FO-CLOSE-STATE").output)] == [
        "FO-CLOSE-STATE"
    ]
    assert called("requirements", "FO-CLOSE-STAT").exit_code == 4


def test_show_prints_an_exchange_and_no_terminal_escape(folder: Path) -> None:
    found = called("show", "7", str(folder))
    assert found.exit_code == 0
    assert "POST http://127.0.0.1/close.json" in found.output
    assert '"a": 1' in found.output
    assert "HTTP 200" in found.output
    assert "\x1b" not in found.output


@pytest.mark.parametrize(
    ("number", "said"), [("8", "no exchange 8; the last one is 7"), ("0", "0 is not in the range")]
)
def test_show_says_what_is_not_there(number: str, said: str, folder: Path) -> None:
    found = called("show", number, str(folder))
    assert found.exit_code == 4
    assert said in found.output


def test_show_follows_no_link(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "evidence.ndjson").symlink_to(folder / "evidence.ndjson")
    found = called("show", "7", str(other))
    assert found.exit_code == 4
    assert "expected the folder of a run" in found.output


def test_report_of_a_folder_without_evidence_changes_nothing(tmp_path: Path) -> None:
    store(tmp_path, results({MUST: {"rest": "pass"}}))
    (tmp_path / "report.html").write_text("as it was", "utf-8")
    found = called("report", str(tmp_path))
    assert found.exit_code == 4
    assert "holds no evidence.ndjson" in found.output
    assert (tmp_path / "report.html").read_text("utf-8") == "as it was"
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "report.html"}
