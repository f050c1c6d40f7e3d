"""A run that is stopped leaves its report, and nothing in the store."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_process import Store, results
from held import held
from started import Ended, start

from fulfillspec import verification
from fulfillspec.sandbox.serve import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def stopped(number: signal.Signals, server: Server, folder: Path, route: str, times: int, *more: str) -> Ended:
    """Begin a run, and send it a signal while it waits for an answer from this route."""
    store = Store(server.url, server.tokens)
    with start("run", "--base-url", store.url, "--out", "run", *more, cwd=folder, env=store.env) as process:
        with held(server, route, lambda _, seen: seen == times) as came:
            process.wait_for(came)
            process.send_signal(number)
        return process.ended()


def is_aborted_and_left_clean(ended: Ended, folder: Path) -> None:
    assert ended.status == 2, ended.said
    assert "Traceback" not in ended.said
    found = results(folder)
    assert (found["verdict"], found["left_behind"]) == ("aborted", [])
    assert "Interrupted" in (folder / "report.html").read_text("utf-8")
    assert verification.verify(folder).disagreements == []


@pytest.mark.parametrize(
    ("number", "way"),
    [(signal.SIGINT, ()), (signal.SIGTERM, ()), (signal.SIGINT, ("-n", "2"))],
    ids=["ctrl-c", "cancelled-by-ci", "side by side"],
)
def test_stopped_run_reports_what_it_found_and_cleans_up(
    number: signal.Signals, way: tuple[str, ...], server: Server, tmp_path: Path
) -> None:
    before = Store(server.url, server.tokens).contents
    ended = stopped(number, server, tmp_path, "POST orders", 2, *way)
    is_aborted_and_left_clean(ended, tmp_path / "run")
    assert Store(server.url, server.tokens).contents == before


@pytest.mark.parametrize("route", ["POST fulfillment_services", "POST products", "POST inventory_levels/set"])
def test_run_stopped_while_it_prepares_leaves_nothing(route: str, server: Server, tmp_path: Path) -> None:
    before = Store(server.url, server.tokens).contents
    ended = stopped(signal.SIGINT, server, tmp_path, route, 1)
    is_aborted_and_left_clean(ended, tmp_path / "run")
    assert Store(server.url, server.tokens).contents == before
