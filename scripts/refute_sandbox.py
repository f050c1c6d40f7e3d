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
import hashlib
import pickle
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import source_mutants
from source_mutants import PACKAGE, ROOT, Place, Store
from source_reach import SANDBOX, Reach
from source_trials import BrokenWork, Outcome, Reaching, SourceTrial, Trial, harness

CLASSES = ROOT / "scripts" / "sandbox_survivors.toml"
WITHIN = {"core": 240, "certify": 900}
"""Seconds that a trial may take; a store that makes the suites take longer is noticed by that alone."""
VERSIONS = ("", "2024-10", "2022-10")
"""API versions whose runs are tried, one after the other, until one reaches a mutant; the first is the default."""
LEFT_OUT = frozenset(
    {"__init__.py", "serve.py", "announcing.py", "changes.py", "front.py", "app.py"}  # puts it together
    | {"limits.py", "cost.py", "clock.py"}  # its limits and its time
    | {"provisioning.py", "provision.py", "staging.py", "seeding.py"}  # what fulfillment orders are made of
)
"""Modules that no document of fulfillment orders speaks of."""
STAGING = frozenset(
    {"shop", "service", "product", "variant", "inventory_item", "inventory_level", "level_of", "quantities"}
    | {"money", "locations", "installation", "create_order", "take_order", "order_line", "delete_order"}
)
"""Functions of the other modules that only stage: what they show or make is asked for to prepare a run."""
NOTICED = frozenset({"found", "not usable", "late"})
SURVIVED = frozenset({"survived", "inconclusive", "not reached", "suite error"})


def modules() -> list[Path]:
    """Return the modules of the store itself: no mutants, no variants, nothing that starts it or stages for a run."""
    return [
        file
        for file in sorted(SANDBOX.rglob("*.py"))
        if not {"mutants", "variants"} & set(file.relative_to(SANDBOX).parts) and file.name not in LEFT_OUT
    ]


def places() -> list[Place]:
    """Return the source mutants of what the documents speak of."""
    return [place for place in source_mutants.places(modules()) if place.function not in STAGING]


class Tries:
    """The trials that a mutant may get: of the version that a run tests by default, else of the first that reaches it."""

    def __init__(self, depth: str, spends: float, kept: Path) -> None:
        self.depth, self.spends, self._kept = depth, spends, kept
        self._reached: dict[str, Reach] = {}
        self._reaching = threading.Lock()

    def reach(self, version: str) -> Reach:
        """Run everything without a mutant once, and note what runs what."""
        with self._reaching:
            if version not in self._reached:
                self._reached[version] = self._remembered(version)
            return self._reached[version]

    def _remembered(self, version: str) -> Reach:
        """Return what an earlier start of this script noted about the same sources, else run everything."""
        file = self._kept.with_suffix(f".{self.depth}{version}.{_digest()}.pickle")
        if file.is_file():
            return Reach(*pickle.loads(file.read_bytes()))
        trial = self.trial(version)
        found = harness.warm(harness.setting(trial)).ask(Reaching(trial), harness.WITHIN * 4)
        assert isinstance(found, Reach), "the sandbox as it is could not be run"
        file.write_bytes(pickle.dumps((found.ran, found.requests, found.inconclusive)))
        return found

    def trial(self, version: str) -> Trial:
        """Return the trial of a version."""
        return Trial(depth=self.depth, api_version=version)

    def version_of(self, place: Place) -> str | None:
        """Return the first version a run of which reaches a place; None where none does."""
        return next((version for version in VERSIONS if self.reach(version).of(place)), None)

    def outcome(self, place: Place, source: str) -> dict[str, Any]:
        """Run the cases that can tell a mutant; return what came of it."""
        version = self.version_of(place)
        if version is None:
            return {"outcome": "not reached", "broken": []}
        known, trial = self.reach(version), self.trial(version)
        cases = tuple(known.of(place))
        asked = SourceTrial(place, source, trial, cases, known.remembered(place), self.spends)
        try:
            found = harness.warm(harness.setting(trial)).ask(asked, WITHIN[self.depth])
        except BrokenWork as error:
            return {"outcome": "not usable", "broken": [], "why": str(error).strip().splitlines()[-1][:300]}
        said = {"outcome": "late", "broken": []} if found is None else _told(found, known)
        return {**said, "cases": len(cases), "version": version}


def _told(found: Outcome, known: Reach) -> dict[str, Any]:
    unseen = [
        one["id"]
        for one in found.results["cases"]
        if one["outcome"] == "inconclusive" and one["id"] not in known.inconclusive
    ]
    broken = [f"{name} ({'must' if word == 'fail' else 'should'})" for name, word in found.broken.items()]
    outcome = "found" if broken else "suite error" if found.errors else "inconclusive" if unseen else "survived"
    told = {"outcome": outcome, "broken": broken, "inconclusive": unseen[:3], "errors": [*found.errors[:2]]}
    return {**told, "exchanges": found.exchanges, "tried": len(found.results["cases"])}


def _digest() -> str:
    sources = sorted(file for folder in (PACKAGE, ROOT / "suites") for file in folder.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()[:12]


def run(chosen: Sequence[Place], store: Store, tries: Tries, processes: int, until: float) -> None:
    """Run mutants and store what came of each, as long as there is time."""

    def work(place: Place) -> None:
        if time.monotonic() > until:
            return
        begun = time.monotonic()
        source = source_mutants.mutated(place)
        said = {"outcome": "no mutant"} if source is None else tries.outcome(place, source)
        if tries.depth != "core" and said["outcome"] in NOTICED:
            said["outcome"] += f" at {tries.depth}"
        row = {"key": place.key, **asdict(place), **said}
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
    parser.add_argument(
        "--spends", type=float, default=float("inf"), help="begin no further case after so many seconds of processor"
    )
    parser.add_argument("--page", action="store_true")
    asked = parser.parse_args()
    if asked.page:
        (ROOT / "docs" / "refutation.md").write_text(page(Store(asked.store), asked.seed), "utf-8")
        return 0
    every = places()
    random.Random(asked.seed).shuffle(every)
    chosen = every[: asked.sample]
    store = Store(asked.store)
    again = SURVIVED if asked.again or asked.deep else set()
    done = {row["key"] for row in store.rows() if row["outcome"] not in again}
    left = [place for place in chosen if place.key not in done]
    print(f"{len(every)} source mutants, {len(chosen)} chosen, {len(left)} to run", flush=True)
    if left:
        tries = Tries("certify" if asked.deep else "core", asked.spends, asked.store)
        run(left, store, tries, asked.processes, time.monotonic() + asked.within)
    return 0


if __name__ == "__main__":
    sys.exit(main())
