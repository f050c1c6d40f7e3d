"""Transports side by side come to what they come to one after the other; what breaks one leaves what was found."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from cli_process import Store, results, run
from held import held
from started import start

from fulfillspec import verification
from fulfillspec.sandbox.call import Call
from fulfillspec.sandbox.serve import Server

ROWS = ("--only", "FO-HOLD-STATE", "--only", "FO-NOTE-SUBMIT-CALLBACK", "--only", "FO-EQ-STATE")


def asked(folder: Path) -> list[tuple[Any, ...]]:
    rows = [json.loads(line) for line in (folder / "evidence.ndjson").read_text("utf-8").splitlines()]
    return [(row["case"], row["actor"], row["transport"], row["operation"]) for row in rows if "n" in row]


def told(folder: Path) -> dict[str, Any]:
    found = results(folder)
    verdicts = {row["id"]: row["by_transport"] for row in found["requirements"]}
    deviations = [(row["requirement"], row["case"], row["exchanges"]) for row in found["deviations"]]
    cases = [(case["id"], case["outcome"], case["exchanges"]) for case in found["cases"]]
    return {"verdicts": verdicts, "deviations": deviations, "cases": cases, "orders": found["orders_created"]}


def test_transports_side_by_side_come_to_the_same(tmp_path: Path) -> None:
    mutant = ("--mutant", "hold-part-holds-the-others")
    for name, way in (("after", ()), ("beside", ("-n", "2"))):
        ended = run("run", *ROWS, *mutant, *way, "--out", name, cwd=tmp_path)
        assert ended.status in {0, 1}, ended.said
    assert told(tmp_path / "after") == told(tmp_path / "beside")
    assert asked(tmp_path / "after") == asked(tmp_path / "beside")
    assert verification.verify(tmp_path / "beside").disagreements == []
    assert sorted(path.name for path in (tmp_path / "beside").iterdir()) == sorted(
        path.name for path in (tmp_path / "after").iterdir()
    )


def children(of: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(of)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def test_process_that_dies_is_a_failure_of_the_suite_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with Server() as server:
        store = Store(server.url, server.tokens)
        before = store.contents
        with start(
            "run", "--base-url", store.url, "--area", "holds", "-n", "2", "--out", "run", cwd=tmp_path, env=store.env
        ) as process:

            def is_under_way(_: Call, seen: int) -> bool:
                return seen == 4

            with held(server, "POST fulfillment_orders/#/hold", is_under_way) as came:
                process.wait_for(came)
                os.kill(children(process.pid)[0], signal.SIGKILL)
            ended = process.ended()
        assert ended.status == 3, ended.said
        assert "fulfillspec itself failed: the process of rest ended in the middle" in ended.said
        found = results(tmp_path / "run")
        assert (found["verdict"], found["left_behind"]) == ("aborted", [])
        assert {case["id"].rpartition("-")[0] for case in found["cases"]}
        assert store.contents == before
