"""Break the sandbox's own source, one place at a time, and see whether the suites notice: defects that nobody planned.

    python scripts/refute_sandbox.py --sample 1500 [--seed 1] [--processes 2] [--store FILE]
    python scripts/refute_sandbox.py --page          write docs/refutation.md from what is stored

cosmic-ray makes the source mutants. Each is a store with a defect; the
suites run against it until their first deviation, over the transport that the module serves, survivors with the whole
of both transports and at `--depth certify` where that is asked for (`--deep`). What was run is stored as it comes: a
stopped script goes on where it was. Survivors are sorted by hand in `schemas/refutation.toml`: *equivalent* (nothing
over HTTP can differ), *free* (documents leave it open), *hole* (closed by a check since).
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Any

import source_mutants
from source_mutants import PACKAGE, ROOT, Place, Store

SANDBOX = PACKAGE / "sandbox"
CLASSES = ROOT / "schemas" / "refutation.toml"
WITHIN = 240
"""Seconds that a trial may take; a store that makes the suites take longer is noticed by that alone."""
FIRST = {"graphql": "graphql", "rest.py": "rest", "views.py": "rest", "connector.py": "connector"}
"""The transport that a module serves; the others serve all."""


def modules() -> list[Path]:
    """Return the modules of the store itself: no mutants, no variants, nothing that starts it."""
    apart = {"mutants", "variants"}
    left_out = {"__init__.py", "serve.py", "changes.py", "own.py", "front.py", "app.py", "limits.py", "cost.py"}
    left_out |= {"staging.py", "seeding.py", "clock.py"}  # what no document speaks of: its own endpoints and its limits
    return [
        file
        for file in sorted(SANDBOX.rglob("*.py"))
        if not apart & set(file.relative_to(SANDBOX).parts) and file.name not in left_out
    ]


class FirstDeviation:
    """Ends a session once a case deviated."""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember that a case deviated."""
        self.seen = getattr(self, "seen", False) or (report.failed and str(report.longrepr).startswith("FO-"))

    def pytest_runtest_teardown(self, item: Any, nextitem: Any) -> None:
        """End the session."""
        del nextitem
        if getattr(self, "seen", False):
            item.session.shouldstop = "a deviation was seen"


def trial(place: Place, source: str, transport: str | None, depth: str) -> dict[str, Any]:
    """Run the suites against the mutant in this process; return what they said."""
    import pytest

    from fulfillspec.documents import paths

    source_mutants.serve(place, source)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        options = [str(paths.suites()), f"--rootdir={paths.home()}", "-c", os.devnull, "--bare", f"--out={folder}/run"]
        options += [f"--depth={depth}", *([f"--transport={transport}"] if transport else [])]
        for plugin in ("terminal", "cacheprovider", "unraisableexception", "threadexception"):
            options += ["-p", f"no:{plugin}"]
        status = int(pytest.main(options, plugins=[FirstDeviation()]))
        results = Path(folder) / "run" / "results.json"
        if not results.is_file():
            return {"verdict": "none", "status": status, "broken": []}
        found = json.loads(results.read_text("utf-8"))
    levels = {row["id"]: row["level"] for row in found["requirements"]}
    broken = list(dict.fromkeys(one["requirement"] for one in found["deviations"]))
    unseen = sum(row["verdict"] == "inconclusive" and row["level"] == "must" for row in found["requirements"])
    return {
        "verdict": found["verdict"],
        "status": status,
        "broken": [f"{one} ({levels[one]})" for one in broken],
        "inconclusive": unseen,
        "exchanges": found["exchanges"],
    }


def outcome_of(place: Place, *, deep: bool) -> dict[str, Any]:
    """Return what became of a mutant: found, found late (certify), inconclusive, survived, or no mutant at all."""
    source = source_mutants.mutated(place)
    if source is None:
        return {"outcome": "no mutant"}
    part = place.module.split("/")[1]
    asked: list[tuple[str | None, str]] = (
        [(FIRST[part], "core")] if part in FIRST else [("rest", "core"), (None, "core")]
    )
    asked += [(None, "certify")] if deep else []
    said: dict[str, Any] = {}
    for transport, depth in asked:
        said = trial_apart(place, source, transport, depth)
        if said["broken"] or said["verdict"] in {"none", "late"}:
            outcome = "found" if depth == "core" else "found at certify"
            return {"outcome": outcome, "over": transport, **said}
        if said["verdict"] == "inconclusive":
            return {"outcome": "inconclusive", "over": transport, **said}
    return {"outcome": "survived", **said}


def trial_apart(place: Place, source: str, transport: str | None, depth: str) -> dict[str, Any]:
    """Run a trial in a process of its own, which starts with everything loaded but the sandbox."""
    within = WITHIN * (4 if depth == "certify" else 1)
    said = source_mutants.apart(lambda: trial(place, source, transport, depth), within)
    if said is None:
        return {"verdict": "late", "broken": []}
    return {"verdict": "none", "status": 3, "broken": [], **said}


def run(chosen: Sequence[Place], store: Store, processes: int, *, deep: bool) -> None:
    """Run what is not stored yet."""
    known = {row["key"] for row in store.rows() if not (deep and row["outcome"] == "survived")}
    left = [place for place in chosen if place.key not in known]
    print(f"{len(chosen)} chosen, {len(left)} to run", flush=True)
    import schemathesis  # noqa: F401 - loaded once for all

    import fulfillspec.suite.plugin  # noqa: F401

    def work(places: Sequence[Place]) -> None:
        for place in places:
            begun = time.monotonic()
            said = outcome_of(place, deep=deep)
            row = {"key": place.key, **asdict(place), **said, "seconds": round(time.monotonic() - begun, 1)}
            store.add(place.key, row)
            print(row["outcome"], place.key, f"line {place.line}", *row.get("broken", [])[:2], flush=True)

    source_mutants.in_processes(work, left, processes)


def page(store: Store) -> str:
    """Return the page: totals, and each survivor with its class."""
    rows = [row for row in store.rows() if row["outcome"] != "no mutant"]
    classes = source_mutants.classes(CLASSES)
    counted = Counter(row["outcome"] for row in rows)
    survivors = [row for row in rows if row["outcome"] in {"survived", "inconclusive"}]
    kinds = Counter(classes.get(row["key"], {}).get("class", "not sorted") for row in survivors)
    apart = kinds["equivalent"] + kinds["free"]
    found = counted["found"] + counted["found at certify"]
    lines = [
        "# The sandbox's source, broken at random",
        "",
        "Written by `python scripts/refute_sandbox.py --page`. Each row is a place of the sandbox's own source that was changed",
        "by cosmic-ray's operators (and one that deletes a statement); the suites ran against it until their first deviation.",
        "",
        f"- source mutants run: {len(rows)}",
        *(f"- {name}: {number}" for name, number in sorted(counted.items())),
        *(f"- survivors, {name}: {number}" for name, number in sorted(kinds.items())),
        f"- score: {found} of {len(rows) - apart} that are neither equivalent nor free",
        "",
        "| mutant | line | outcome | class | why |",
        "|---|---|---|---|---|",
    ]
    for row in survivors:
        sort = classes.get(row["key"], {})
        lines.append(
            f"| `{row['key']}` | {row['line']} | {row['outcome']} | {sort.get('class', 'not sorted')} | {sort.get('why', '')} |"
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run the sample, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--deep", action="store_true", help="run survivors at --depth certify too")
    parser.add_argument("--store", type=Path, default=ROOT / "reports" / "refutation.sqlite")
    parser.add_argument("--page", action="store_true")
    asked = parser.parse_args()
    if asked.page:
        (ROOT / "docs" / "refutation.md").write_text(page(Store(asked.store)), "utf-8")
        return 0
    every = source_mutants.places(modules())
    chosen = random.Random(asked.seed).sample(every, min(asked.sample, len(every)))
    print(f"{len(every)} source mutants", flush=True)
    run(chosen, Store(asked.store), asked.processes, deep=asked.deep)
    return 0


if __name__ == "__main__":
    sys.exit(main())
