"""Runs the suites against the sandbox with mutants or variants switched on, in a few processes."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of the suites against the sandbox with these changes."""

    mutants: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    depth: str = "core"
    transport: str | None = None
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial found: broken requirements with their verdict, deviations, cells of the table, and suite errors."""

    trial: Trial
    verdict: str
    status: int
    broken: dict[str, str]
    inconclusive: tuple[str, ...]
    deviations: tuple[dict[str, Any], ...]
    cells: tuple[dict[str, Any], ...]
    errors: tuple[str, ...]
    exchanges: int
    left_behind: int
    results: dict[str, Any] = field(default_factory=dict)


def run(trial: Trial) -> Outcome:
    """Run the suites in this process; return what they found."""
    import pytest

    from fulfillspec.documents import paths

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        arguments = [
            str(paths.suites()),
            f"--rootdir={paths.home()}",
            "-c",
            os.devnull,
            "-p",
            "no:terminal",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:unraisableexception",
            "-p",
            "no:threadexception",
            "--bare",
            f"--out={folder}/run",
            f"--depth={trial.depth}",
        ]
        arguments += [f"--sandbox-mutant={name}" for name in trial.mutants]
        arguments += [f"--sandbox-variant={name}" for name in trial.variants]
        arguments += [f"--transport={trial.transport}"] if trial.transport else []
        status = int(pytest.main([*arguments, *trial.extra]))
        results = Path(folder) / "run" / "results.json"
        if not results.is_file():
            return Outcome(trial, "none", status, {}, (), (), (), (f"exit status {status} without results",), 0, 0)
        return _outcome(trial, status, json.loads(results.read_text("utf-8")))


def _outcome(trial: Trial, status: int, found: dict[str, Any]) -> Outcome:
    rows = found["requirements"]
    # what a case calls a deviation is one of the run's, else it was asked over a transport that its row is not about
    broken = {"error"} if found["deviations"] else {"error", "deviation"}
    return Outcome(
        trial,
        found["verdict"],
        status,
        {row["id"]: row["verdict"] for row in rows if row["verdict"] in {"fail", "warn"}},
        tuple(row["id"] for row in rows if row["verdict"] == "inconclusive"),
        tuple(found["deviations"]),
        tuple(found["cells"]),
        tuple(f"{case['id']}: {case['reason']}" for case in found["cases"] if case["outcome"] in broken),
        found["exchanges"],
        len(found["left_behind"]),
        found,
    )


def run_all(trials: Sequence[Trial]) -> Iterator[Outcome]:
    """Run trials in a few processes, each outcome as it comes in the order of the trials."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), max_tasks_per_child=None) as pool:
        yield from pool.map(run, trials)
