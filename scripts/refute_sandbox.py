"""Break the sandbox's own source, one place at a time, and see whether the suites notice: defects that nobody planned.

    python scripts/refute_sandbox.py --sample 1500 [--seed 1] [--processes 2] [--within SECONDS] [--deep] [--again]
    python scripts/refute_sandbox.py --page          write docs/refutation.md from what is stored

cosmic-ray makes the source mutants. Each is a store with a defect; the cases that run the changed function are run
against it over all transports at core until the first deviation, and with `--deep` at certify what survives that. What
was run is stored as it comes: a stopped script goes on where it was, `--again` runs the stored survivors once more. Survivors are sorted by
hand in `schemas/refutation.toml`: *equivalent* (nothing over HTTP can differ), *free* (documents leave it open, `why`
names the row or their silence), *hole* (nothing holds it yet), *closed* (a hole that a check finds since).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import source_mutants
from source_mutants import PACKAGE, ROOT, Place, Store
from source_trials import BrokenWork, Outcome, Reach, Reaching, SourceTrial, Trial, harness

SANDBOX = PACKAGE / "sandbox"
CLASSES = ROOT / "schemas" / "refutation.toml"
WITHIN = {"core": 240, "certify": 900}
"""Seconds that a trial may take; a store that makes the suites take longer is noticed by that alone."""


def modules() -> list[Path]:
    """Return the modules of the store itself: no mutants, no variants, nothing that starts it."""
    apart = {"mutants", "variants"}
    left_out = {"__init__.py", "serve.py", "changes.py", "staging.py", "front.py", "app.py", "limits.py", "cost.py"}
    left_out |= {"staging.py", "seeding.py", "clock.py"}  # what no document speaks of: its own endpoints and its limits
    return [
        file
        for file in sorted(SANDBOX.rglob("*.py"))
        if not apart & set(file.relative_to(SANDBOX).parts) and file.name not in left_out
    ]


def reach(depth: str) -> Reach:
    """Run everything without a mutant, and note what runs what."""
    trial = Trial(depth=depth)
    found = harness.warm(harness.setting(trial)).ask(Reaching(trial), harness.WITHIN * 4)
    assert isinstance(found, Reach), "the sandbox as it is could not be run"
    return found


def said_of(place: Place, source: str, depth: str, known: Reach) -> dict[str, Any]:
    """Run the cases that can tell a mutant at a depth; return what came of it."""
    trial = Trial(depth=depth)
    asked = SourceTrial(place, source, trial, tuple(known.of(place)), anew=known.remembered(place))
    if not asked.cases:
        return {"outcome": "not run", "broken": []}
    try:
        found = harness.warm(harness.setting(trial)).ask(asked, WITHIN[depth])
    except BrokenWork as error:
        return {"outcome": "not usable", "broken": [], "why": str(error).strip().splitlines()[-1][:300]}
    return {"outcome": "late", "broken": []} if found is None else _told(found, known)


def _told(found: Outcome, known: Reach) -> dict[str, Any]:
    unseen = [
        one["id"]
        for one in found.results["cases"]
        if one["outcome"] == "inconclusive" and one["id"] not in known.inconclusive
    ]
    broken = [f"{name} ({'must' if word == 'fail' else 'should'})" for name, word in found.broken.items()]
    outcome = "found" if broken else "suite error" if found.errors else "inconclusive" if unseen else "survived"
    return {"outcome": outcome, "broken": broken, "inconclusive": len(unseen), "errors": [*found.errors[:2]]}


NOTICED = {"found", "not usable", "late"}
SURVIVED = {"survived", "inconclusive", "not run", "suite error"}


def outcome_of(place: Place, known: dict[str, Reach]) -> dict[str, Any]:
    """Return what became of a mutant: found at core or certify, inconclusive, survived, or no mutant at all."""
    source = source_mutants.mutated(place)
    if source is None:
        return {"outcome": "no mutant"}
    said: dict[str, Any] = {}
    for depth, each in known.items():
        said = said_of(place, source, depth, each)
        if said["outcome"] in NOTICED:
            return {**said, "outcome": f"{said['outcome']} at certify"} if depth == "certify" else said
    return said


def run(chosen: Sequence[Place], store: Store, known: dict[str, Reach], processes: int, until: float) -> None:
    """Run mutants and store what came of each, as long as there is time."""

    def work(place: Place) -> None:
        if time.monotonic() > until:
            return
        begun = time.monotonic()
        row = {"key": place.key, **asdict(place), **outcome_of(place, known)}
        store.add(place.key, {**row, "seconds": round(time.monotonic() - begun, 1)})
        print(row["outcome"], place.key, f"line {place.line}", *row.get("broken", [])[:2], flush=True)

    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(work, chosen))


def page(store: Store, seed: int) -> str:
    """Return the page: totals, and each survivor with its class."""
    rows = [row for row in store.rows() if row["outcome"] != "no mutant"]
    classes = source_mutants.classes(CLASSES)
    counted = Counter(row["outcome"] for row in rows)
    survivors = [row for row in rows if row["outcome"] in SURVIVED]
    kinds = Counter(classes.get(row["key"], {}).get("class", "not sorted") for row in survivors)
    judged = len(rows) - kinds["equivalent"] - kinds["free"]
    found = len(rows) - len(survivors) + kinds["closed"]
    lines = [
        "# The sandbox's source, broken at random",
        "",
        (
            "Written by `python scripts/refute_sandbox.py --page`. A source mutant is one place of the sandbox's own source, "
            "changed by an operator of cosmic-ray or a statement that was deleted: a store with a defect that nobody planned. "
            "The cases that run its function ran against it over all transports at core until the first deviation. Found as "
            "well is what makes the run stop with a sentence (*not usable*) or take several times as long (*late*). Survivors "
            "are sorted by hand: *equivalent* (nothing over HTTP can differ), *free* (the documents leave it open), *closed* "
            "(a hole that a check finds since), *hole* (nothing holds it yet)."
        ),
        "",
        f"- sample: {len(rows)} of {len(source_mutants.places(modules()))} source mutants, in the order of seed {seed}",
        *(f"- {name}: {number}" for name, number in counted.most_common()),
        *(f"- survivors, {name}: {number}" for name, number in kinds.most_common()),
        f"- score: {found} found of {judged} that are neither equivalent nor free",
        "",
        "| mutant | line | outcome | class | why |",
        "|---|---|---|---|---|",
    ]
    for row in survivors:
        sort = classes.get(row["key"], {})
        told = f"{row['line']} | {row['outcome']} | {sort.get('class', 'not sorted')} | {sort.get('why', '')}"
        lines.append(f"| `{row['key']}` | {told} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run the sample, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--within", type=float, default=float("inf"), help="begin no further trial after so many seconds"
    )
    parser.add_argument("--deep", action="store_true", help="run survivors at --depth certify too")
    parser.add_argument("--again", action="store_true", help="run stored survivors again")
    parser.add_argument("--store", type=Path, default=ROOT / "reports" / "refutation.sqlite")
    parser.add_argument("--page", action="store_true")
    asked = parser.parse_args()
    if asked.page:
        (ROOT / "docs" / "refutation.md").write_text(page(Store(asked.store), asked.seed), "utf-8")
        return 0
    every = source_mutants.places(modules())
    random.Random(asked.seed).shuffle(every)
    chosen = every[: asked.sample]
    store = Store(asked.store)
    again = SURVIVED if asked.again or asked.deep else set()
    done = {row["key"] for row in store.rows() if row["outcome"] not in again}
    left = [place for place in chosen if place.key not in done]
    print(f"{len(every)} source mutants, {len(chosen)} chosen, {len(left)} to run", flush=True)
    if left:
        until = time.monotonic() + asked.within
        known = {depth: reach(depth) for depth in (["core", "certify"] if asked.deep else ["core"])}
        run(left, store, known, asked.processes, until)
    return 0


if __name__ == "__main__":
    sys.exit(main())
