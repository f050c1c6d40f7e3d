"""A run that is stopped leaves its report, and nothing in the store."""

import json
import signal
import time
from pathlib import Path

import pytest
from cli_process import Store, ended, start

from fulfillspec import verification


def until(journal: Path, entry: str, number: int = 1, seconds: float = 30) -> None:
    """Wait until the run's journal has so many entries of a kind."""
    end = time.monotonic() + seconds
    while not journal.is_file() or journal.read_text("utf-8").count(entry) < number:
        assert time.monotonic() < end, f"the run did not come to {entry}"
        time.sleep(0.002)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "cancelled-by-ci"])
def test_stopped_run_reports_what_it_found_and_cleans_up(number: signal.Signals, store: Store, tmp_path: Path) -> None:
    before = store.contents
    process = start("run", "--base-url", store.url, "--out", "run", cwd=tmp_path, env=store.env)
    until(tmp_path / "run" / "journal.ndjson", '"kind": "order"', 2)
    process.send_signal(number)
    stopped = ended(process)
    assert stopped.status == 2, stopped.said
    assert "Traceback" not in stopped.said
    found = json.loads((tmp_path / "run" / "results.json").read_text("utf-8"))
    assert found["verdict"] == "aborted"
    assert found["left_behind"] == []
    assert "Interrupted" in (tmp_path / "run" / "report.html").read_text("utf-8")
    assert verification.verify(tmp_path / "run").disagreements == []
    assert store.contents == before


@pytest.mark.parametrize(
    ("entry", "number"),
    [('"fulfillment service"', 1), ('"product"', 1), ('"id"', 3)],
    ids=["service", "product", "stock"],
)
def test_run_stopped_while_it_prepares_leaves_nothing(entry: str, number: int, store: Store, tmp_path: Path) -> None:
    before = store.contents
    process = start("run", "--base-url", store.url, "--out", "run", cwd=tmp_path, env=store.env)
    until(tmp_path / "run" / "journal.ndjson", entry, number)
    process.send_signal(signal.SIGINT)
    stopped = ended(process)
    assert stopped.status == 2, stopped.said
    assert "Traceback" not in stopped.said
    assert store.contents == before
    found = json.loads((tmp_path / "run" / "results.json").read_text("utf-8"))
    assert (found["verdict"], found["left_behind"]) == ("aborted", [])
    assert "Interrupted" in (tmp_path / "run" / "report.html").read_text("utf-8")
    assert verification.verify(tmp_path / "run").disagreements == []
