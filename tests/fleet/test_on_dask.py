"""A fleet on a real Dask scheduler with two worker processes on loopback, of which one is killed in the middle of a run."""

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fleets import PAIR, described, of

from fulfillspec.fleet.board import Board
from fulfillspec.fleet.elsewhere import conduct_elsewhere
from fulfillspec.fleet.on_dask import DaskWorkers, NoScheduler, portable
from fulfillspec.fleet.plan import jobs

TOKEN = "shpat_only-the-workers-have-it"
FLEET = f"""
{PAIR}
[[target]]
name = "nowhere"
base_url = "http://127.0.0.1:9"
tokens.merchant = "NOWHERE_TOKEN"
"""


@pytest.fixture
def distributed() -> Any:
    return pytest.importorskip("distributed", reason="Dask distributed is not installed (extra: fleet)")


@pytest.fixture
def cluster(distributed: Any, tmp_path: Path) -> Iterator[tuple[str, dict[str, subprocess.Popen[bytes]]]]:
    """Yield the address of a scheduler and its two workers by name. Only they have the token."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    env = {name: value for name, value in os.environ.items() if not name.startswith("FULFILLSPEC_")}
    quiet = {**env, "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s", "DASK_DISTRIBUTED__DIAGNOSTICS__NVML": "False"}
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", address, "--no-dashboard"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--no-dashboard"]
    with ExitStack() as stack:
        log = stack.enter_context((tmp_path / "dask.log").open("wb"))

        def started(words: list[str], own: dict[str, str]) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(words, cwd=tmp_path, env=own, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        started(command, quiet)
        names = ("first", "second")
        with_token = {**quiet, "NOWHERE_TOKEN": TOKEN}
        yield address, {name: started([*worker, "--nthreads", "1", "--name", name], with_token) for name in names}


def running(client: Any, own: dict[str, subprocess.Popen[bytes]]) -> dict[str, str]:
    """Return the sandbox that each worker tests, by the worker's name."""
    named = {address: str(facts["name"]) for address, facts in client.scheduler_info()["workers"].items()}
    return {
        named[address]: str(next(iter(tasks))).partition("@")[0]
        for address, tasks in client.processing().items()
        if tasks and named.get(address) in own and not str(next(iter(tasks))).startswith("nowhere")
    }


def test_what_a_killed_worker_had_is_done_again_elsewhere(
    distributed: Any, cluster: tuple[str, dict[str, subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, workers = cluster
    whole = of(tmp_path, described(tmp_path, FLEET))
    boards: list[Board] = []

    def run() -> None:
        with whole.site.open():
            boards.append(whole.run(lambda run: DaskWorkers(address, run.folder_of, run.others)))

    fleet = threading.Thread(target=run)
    fleet.start()
    with distributed.Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=120)
        while not (busy := running(client, workers)):
            time.sleep(0.02)
        name, target = next(iter(busy.items()))
        workers[name].send_signal(signal.SIGKILL)
        fleet.join()
    (board,) = boards
    rows = {row.job.target: row for row in board.rows}
    assert {name: row.verdict for name, row in rows.items()} == {
        "sound": "conformant", "moves": "nonconformant", "nowhere": "could not run",
    }  # fmt: skip
    assert "Connection refused" in rows["nowhere"].said
    history = (tmp_path / "site" / "history.ndjson").read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["target"] for line in history) == ["moves", "nowhere", "sound"]
    assert len([*(tmp_path / "site" / "runs").glob("*/*/*.json")]) == 3
    assert (tmp_path / "site" / rows["moves"].report).is_file()
    assert rows[target].status in {0, 1}


def test_token_of_the_one_who_asks_does_not_travel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOWHERE_TOKEN", TOKEN)
    job = jobs(described(tmp_path, FLEET))[-1]
    assert TOKEN.encode() not in pickle.dumps(job)
    end, archive = conduct_elsewhere(job, (), lambda: False, env={"PATH": os.environ["PATH"]})
    assert end.said == (
        "The environment variable NOWHERE_TOKEN, which holds the token of the merchant actor, is not set on the worker."
    )
    assert archive == b""


def test_token_file_beside_the_target_file_cannot_travel(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        'base_url = "http://a.example"\n[actors.merchant]\ntoken_file = "a.token"\n', "utf-8"
    )
    with pytest.raises(NoScheduler, match="token_env instead of token_file"):
        portable(jobs(described(tmp_path, '[[target]]\nname = "a"\nfile = "a.toml"\n')))


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "nonsense", "http://127.0.0.1:8786"])
def test_address_of_a_scheduler_is_told_by_example(tmp_path: Path, address: str) -> None:
    whole = of(tmp_path, described(tmp_path, FLEET))
    with whole.site.open(), pytest.raises(NoScheduler, match="expected an address such as tcp://host:8786"):
        whole.run(lambda run: DaskWorkers(address, run.folder_of, run.others))


def test_without_dask_a_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    whole = of(tmp_path, described(tmp_path, FLEET))
    with whole.site.open(), pytest.raises(NoScheduler, match=r"pip install 'fulfillspec\[fleet\]'"):
        whole.run(lambda run: DaskWorkers("tcp://127.0.0.1:8786", run.folder_of, run.others))
