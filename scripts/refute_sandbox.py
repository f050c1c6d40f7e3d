"""Break the sandbox's own source, one place at a time, and see whether the suites notice: defects that nobody planned.

    python scripts/refute_sandbox.py --sample 1500 [--seed 1] [--processes 2] [--within SECONDS] [--spends SECONDS]
    python scripts/refute_sandbox.py --again        run anew what survived, but for what is sorted as equivalent or free
    python scripts/refute_sandbox.py --deep         the same at certify
    python scripts/refute_sandbox.py --whole 10     all cases for some survivors: does the short way miss anything?
    python scripts/refute_sandbox.py --page         write docs/refutation.md from what is stored

cosmic-ray makes the source mutants. Each is a store with a defect; the cases that run the changed line are run against
it over all transports at core until the first deviation. What was run is stored as it comes: a stopped script goes on
where it was. Survivors are sorted by hand in `scripts/sandbox_survivors.toml`.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import random
import sys
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import source_mutants
from source_mutants import PACKAGE, ROOT, Place, Store
from source_reach import SANDBOX, Reach
from source_trials import BrokenWork, Outcome, Reaching, SourceTrial, Trial, harness

from fulfillspec.documents import proof

CLASSES = ROOT / "scripts" / "sandbox_survivors.toml"
WITHIN = {"core": 240, "certify": 900}
"""Seconds that a trial may take; a store that makes the suites take longer is noticed by that alone."""
MEANING = {
    "not usable": " (the run ends with a sentence, or says that it does not test GraphQL)",
    "survived at first": " (found when it was run anew, with the check that closes the hole)",
    "late": " (the run takes many times as long)",
    "not reached": " (no case runs the line)",
    "inconclusive": " (nothing deviates, and something could not be observed)",
    "suite error": " (a case ends with an error of its own)",
    "equivalent": " (nothing over HTTP can differ)",
    "free": " (the documents leave it open)",
    "told": " (the verdict cannot be conformant: the run says what it could not observe)",
    "closed": " (a hole that a check finds since)",
    "hole": " (nothing holds it yet)",
}
VERSIONS = ("", "2024-10", "2022-10")
"""API versions whose runs may be tried; the first is the default."""
ENOUGH = 5
"""Cases that reach a place from which on no other version is looked at."""
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
_WITHOUT_GRAPHQL = "KeyError: 'graphql'"
"""What cases of GraphQL end with in a trial whose GraphQL fails; a run says before it begins that it does not test it."""
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
        """Return the version whose runs reach a place: the default, or that which does with most cases; None: none does."""
        if len(self.reach(VERSIONS[0]).of(place)) >= ENOUGH:
            return VERSIONS[0]
        reached = {version: len(self.reach(version).of(place)) for version in VERSIONS}
        best = max(VERSIONS, key=reached.__getitem__)
        return best if reached[best] else None

    def outcome(self, place: Place, source: str, *, whole: bool = False) -> dict[str, Any]:
        """Run the cases that can tell a mutant, or the whole; return what came of it."""
        version = self.version_of(place)
        if version is None:
            return {"outcome": "not reached", "broken": []}
        known, trial = self.reach(version), self.trial(version)
        cases = tuple(known.requests if whole else known.of(place))
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
    if outcome == "suite error" and any(_WITHOUT_GRAPHQL in error for error in found.errors):
        outcome = "not usable"
    told = {"outcome": outcome, "broken": broken, "inconclusive": unseen[:3], "errors": [*found.errors[:2]]}
    return {**told, "exchanges": found.exchanges, "tried": len(found.results["cases"])}


def _digest() -> str:
    sources = sorted(file for folder in (PACKAGE, ROOT / "suites") for file in folder.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()[:12]


def run(
    chosen: Sequence[Place], store: Store, tries: Tries, processes: int, until: float, *, whole: bool = False
) -> None:
    """Run mutants and store what came of each, as long as there is time."""

    def work(place: Place) -> None:
        if time.monotonic() > until:
            return
        begun = time.monotonic()
        source = source_mutants.mutated(place)
        said = {"outcome": "no mutant"} if source is None else tries.outcome(place, source, whole=whole)
        if tries.depth != "core" and said["outcome"] in NOTICED:
            said["outcome"] += f" at {tries.depth}"
        row = {"key": place.key, **asdict(place), **said, "whole": whole}
        store.add(place.key, {**row, "seconds": round(time.monotonic() - begun, 1)})
        print(row["outcome"], place.key, f"line {place.line}", *row.get("broken", [])[:2], flush=True)

    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(work, chosen))


@dataclass(frozen=True, slots=True)
class Sorted:
    """The survivors that were sorted by hand, and what was learned from them."""

    rows: Sequence[dict[str, str]]
    lessons: Sequence[str]

    @classmethod
    def read(cls) -> Sorted:
        """Read them from their file."""
        read = tomllib.loads(CLASSES.read_text("utf-8"))
        return cls(read.get("survivor", []), [row["text"] for row in read.get("lesson", [])])

    def of(self, key: str) -> dict[str, str]:
        """Return the first row that a mutant fits; an empty one for one that was not sorted."""
        return next((row for row in self.rows if fnmatchcase(key, row["mutant"])), {})

    def kind(self, key: str) -> str:
        """Return the class of a survivor."""
        return self.of(key).get("class", "not sorted")


def page(stored: Sequence[dict[str, Any]], known: Sorted, *, places: int, seed: int) -> tuple[str, int, int]:
    """Return the page (totals, what was learned, each survivor with its class), how many are judged, how many found."""
    rows = [row for row in stored if row["outcome"] != "no mutant"]
    survivors = [row for row in rows if row["outcome"] in SURVIVED or known.kind(row["key"]) == "closed"]
    counted = Counter(
        "survived at first" if row in survivors and row["outcome"] == "found" else row["outcome"] for row in rows
    )
    kinds = Counter(known.kind(row["key"]) for row in survivors)
    short = sum(row["outcome"] == "survived" and row.get("tried", 0) < row.get("cases", 0) for row in rows)
    judged = len(rows) - kinds["equivalent"] - kinds["free"]
    found = len(rows) - len(survivors) + kinds["closed"]
    lines = [
        "# The sandbox's source, broken at random",
        "",
        (
            "Written by `python scripts/refute_sandbox.py --page`. A source mutant is one place of the sandbox's own source, "
            "changed by an operator of cosmic-ray or a statement that was deleted: a store with a defect that nobody planned. "
            "Left out are modules and functions that no document of fulfillment orders speaks of: what puts the sandbox "
            "together, its limits and its clock, products, stock, orders and shop. A mutant is tried on the cases that run "
            "its line, over all transports at core, until the first deviation."
        ),
        "",
        f"- places that can be changed: {places}; tried, in the order of seed {seed}: {len(rows)}",
        *(f"- {name}{MEANING.get(name, '')}: {number}" for name, number in counted.most_common()),
        *(f"- survivors, {name}{MEANING.get(name, '')}: {number}" for name, number in kinds.most_common()),
        f"- survivors that were tried on some of those cases alone, to save time (--spends): {short}",
        f"- score: {found} of {judged} that are neither equivalent nor free ({found / max(judged, 1):.0%})",
        "",
        "## What was learned",
        "",
        *(f"{place}. {text}" for place, text in enumerate(known.lessons, start=1)),
        "",
        "## Survivors",
        "",
        "| mutant | line | outcome | class | why |",
        "|---|---|---|---|---|",
    ]
    for row in survivors:
        why = known.of(row["key"]).get("why", "").replace("|", "\\|")
        told = f"{row['line']} | {row['outcome']} | {known.kind(row['key'])} | {why}"
        lines.append(f"| `{row['key']}` | {told} |")
    return "\n".join(lines) + "\n", judged, found


def _done(store: Store, asked: argparse.Namespace) -> set[str]:
    """Return the mutants that are not run: those that were, but for the survivors that are asked for."""
    rows, known = store.rows(), Sorted.read()
    if asked.whole:
        fitting = {row["key"] for row in rows if row["outcome"] == "survived" and not row.get("whole")}
        return {place.key for place in places()} - fitting
    if not (asked.again or asked.deep):
        return {row["key"] for row in rows}
    anew = {row["key"] for row in rows if row["outcome"] in SURVIVED}
    anew -= {key for key in anew if known.kind(key) in {"equivalent", "free"}}
    return {place.key for place in places()} - anew


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
    parser.add_argument("--whole", type=int, default=0, help="run all cases for so many survivors")
    parser.add_argument("--store", type=Path, default=ROOT / "reports" / "refutation.sqlite")
    parser.add_argument(
        "--spends", type=float, default=float("inf"), help="begin no further case after so many seconds of processor"
    )
    parser.add_argument("--page", action="store_true")
    asked = parser.parse_args()
    if asked.page:
        text, judged, found = page(Store(asked.store).rows(), Sorted.read(), places=len(places()), seed=asked.seed)
        (ROOT / "docs" / "refutation.md").write_text(text, "utf-8")
        proof.record_sources(judged, found, modules())
        return 0
    every = places()
    random.Random(asked.seed).shuffle(every)
    chosen = every[: asked.sample]
    store = Store(asked.store)
    done = _done(store, asked)
    left = [place for place in chosen if place.key not in done]
    if asked.whole:
        left = left[: asked.whole]
    print(f"{len(every)} source mutants, {len(chosen)} chosen, {len(left)} to run", flush=True)
    if left:
        tries = Tries("certify" if asked.deep else "core", asked.spends, asked.store)
        until = time.monotonic() + asked.within
        run(left, store, tries, asked.processes, until, whole=bool(asked.whole))
    return 0


if __name__ == "__main__":
    sys.exit(main())
