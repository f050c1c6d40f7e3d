"""Break the heart of the engine, one place of its source at a time, and see whether its unit tests notice.

    python scripts/mutate_engine.py --sample 150 [--seed 1] [--room stage]… [--processes 1] [--again]
    python scripts/mutate_engine.py --report         print the score and the survivors of what is stored
    python scripts/mutate_engine.py --page           write them to docs/unit-mutation.md (--sample and --seed name them)

cosmic-ray makes the source mutants. The tests run once without any, and note which functions each of them enters. Of
a mutant those run that enter its function (where it is in none: its module, and those that enter nothing): first
those of its own room, then those of the other rooms that need no server, until the first failure. What was followed
(room by room) and run is stored as it comes: a stopped script goes on where it was, and `--again` runs the stored
survivors once more; what they kill then has been noticed *since*.
Survivors are sorted by hand in `scripts/engine_survivors.toml`: *equivalent* (nothing can differ), *text* (the words
of a message), *speed* (only how long something takes).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import resource
import sys
import threading
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import source_mutants
from source_mutants import PACKAGE, ROOT, Place, Store

ROOMS = ("judge", "verdicts", "acting", "stage", "wire", "target")
"""The rooms that are broken."""
TESTED = (*ROOMS, "schemas")
"""The rooms whose tests run: each by itself, no server, nothing of the rooms above."""
WITHIN = f"{PACKAGE}/"
CPU_SECONDS = 40
"""Seconds of work after which tests that hang count as failed; a busy machine may take longer for them."""
FOLLOWING = 10
"""How many times slower all tests may be while it is noted what they enter."""
LATE = 60 * CPU_SECONDS
NOTHING = "nothing"
"""Stands for the function that a test enters which looks at classes alone."""
CLASSES = ROOT / "scripts" / "engine_survivors.toml"
PAGE = ROOT / "docs" / "unit-mutation.md"


def modules(rooms: Sequence[str]) -> Iterable[Path]:
    """Return the modules of these rooms."""
    return [file for room in rooms for file in sorted((PACKAGE / room).rglob("*.py")) if file.name != "__init__.py"]


class FirstFailure:
    """Keeps the name of what failed first."""

    failed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the name of a failed test."""
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep the name of a module that cannot be imported."""
        if report.failed:
            self.failed = self.failed or report.nodeid


class Reach(FirstFailure):
    """Notes the functions of the broken rooms that each test enters, as `module:function`."""

    def __init__(self) -> None:
        self.entered: dict[str, set[str]] = {}
        self._now: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Follow a test with its fixtures."""
        self._now = self.entered[item.nodeid] = set()
        threading.settrace(self._note)
        sys.settrace(self._note)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(WITHIN):
            self._now.add(f"{frame.f_code.co_filename.removeprefix(WITHIN)}:{frame.f_code.co_name}")


class Chosen(FirstFailure):
    """Leaves the chosen tests."""

    def __init__(self, tests: Iterable[str]) -> None:
        self.tests = frozenset(tests)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the chosen tests."""
        items[:] = [item for item in items if item.nodeid in self.tests]


def pytest_of(paths: Iterable[str], plugin: object, cpu_seconds: int = CPU_SECONDS) -> int:
    """Run tests in this process without a word; return the exit status."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    options = [
        "-x",
        f"--rootdir={ROOT}",
        f"--confcutdir={ROOT / 'tests'}",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:terminal",
    ]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return int(pytest.main([*options, *paths], plugins=[plugin]))


def reach_of_tests(room: str) -> dict[str, list[str]]:
    """Return the functions that each test of a room enters, as `module:function`; stop where one fails without any mutant."""

    def followed() -> dict[str, Any]:
        reach = Reach()
        status = pytest_of([str(ROOT / "tests" / room)], reach, FOLLOWING * CPU_SECONDS)
        entered = {test: sorted(functions) for test, functions in reach.entered.items()}
        return {"status": status, "failed": reach.failed, "entered": entered}

    said = source_mutants.apart(followed, LATE)
    if said is None or said.get("status") != pytest.ExitCode.OK:
        raise SystemExit(f"the tests fail without any mutant: {said and (said.get('failed') or said)}")
    return dict(said["entered"])


def known_reach(kept: Path) -> dict[str, list[str]]:
    """Return the tests that enter each function; what a file holds of this very source is not followed again."""
    files = [*PACKAGE.rglob("*.py"), *(file for room in TESTED for file in (ROOT / "tests" / room).rglob("*.py"))]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()
    stored = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    rooms: dict[str, dict[str, list[str]]] = stored.get("rooms", {}) if stored.get("digest") == digest else {}
    for room in TESTED:
        if room not in rooms:
            rooms[room] = reach_of_tests(room)
            kept.write_text(json.dumps({"digest": digest, "rooms": rooms}), "utf-8")
            print(f"followed the {len(rooms[room])} tests of {room}", flush=True)
    found: dict[str, list[str]] = {}
    for entered in rooms.values():
        for test, functions in entered.items():
            for function in functions or [NOTHING]:
                found.setdefault(function, []).append(test)
    return found


def tests_of(place: Place, reach: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the tests that enter the function of a mutant, or its module; of its own room first, all of it for want of any."""
    module = f"{place.module}:"
    keys = (
        [f"{module}{place.function}"]
        if place.function != "module"
        else [*(key for key in reach if key.startswith(module)), NOTHING]
    )
    found = dict.fromkeys(test for key in keys for test in reach.get(key, ()))
    own = f"tests/{place.module.partition('/')[0]}/"
    if not found:  # it has no function, or is entered before the first test and kept
        return sorted({test for tests in reach.values() for test in tests if test.startswith(own)})
    return sorted(found, key=lambda test: not test.startswith(own))


def trial(place: Place, source: str, tests: Sequence[str]) -> dict[str, Any]:
    """Run the tests against the mutant in this process; return which test noticed it."""
    source_mutants.serve(place, source)
    chosen = Chosen(tests)
    files = dict.fromkeys(str(ROOT / test.partition("::")[0]) for test in tests)
    status = pytest_of(files, chosen)
    if status in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}:
        return {"outcome": "killed", "by": chosen.failed}
    if status == pytest.ExitCode.USAGE_ERROR:
        return {"outcome": "killed", "by": "a conftest that cannot be imported"}
    return {"outcome": "survived"} if status == pytest.ExitCode.OK else {"error": f"exit status {status}"}


def outcome_of(place: Place, reach: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return what became of a mutant: killed, survived, or no mutant at all; most are killed in their own room."""
    source, tests = source_mutants.mutated(place), tests_of(place, reach)
    if source is None:
        return {"outcome": "no mutant"}
    own = f"tests/{place.module.partition('/')[0]}/"
    parts = [[test for test in tests if test.startswith(own) is mine] for mine in (True, False)]
    for part in filter(None, parts):
        said = source_mutants.apart(lambda part=part: trial(place, source, part), LATE)  # type: ignore[misc]
        if said is None:
            return {"outcome": "killed", "by": "time"}
        if said.get("outcome") != "survived":
            return said if "outcome" in said else {"outcome": "killed", "by": said["error"]}
    return {"outcome": "survived"}


def preload() -> None:
    """Load what no mutant changes, once for all trials."""
    import graphql  # noqa: F401
    import jsonschema  # noqa: F401
    import requests  # noqa: F401

    from fulfillspec.documents import lifecycle, register

    register.load()
    lifecycle.load()


def run(chosen: Sequence[Place], store: Store, processes: int, *, again: bool) -> None:
    """Run what is not stored yet, or once more what survived."""
    known = {row["key"] for row in store.rows() if not (again and row["outcome"] == "survived")}
    survived = {row["key"] for row in store.rows() if row["outcome"] == "survived" or row.get("since")}
    left = [place for place in chosen if place.key not in known]
    print(f"{len(chosen)} chosen, {len(left)} to run", flush=True)
    preload()
    reach = known_reach(store.path.with_suffix(".reach.json"))

    def work(places: Sequence[Place]) -> None:
        for place in places:
            begun = time.monotonic()
            outcome = outcome_of(place, reach)
            row = {
                "key": place.key,
                **asdict(place),
                **outcome,
                "seconds": round(time.monotonic() - begun, 1),
                "since": outcome["outcome"] == "killed" and place.key in survived,
            }
            store.add(place.key, row)
            print(row["outcome"], place.key, f"line {place.line}", row.get("by", ""), flush=True)

    source_mutants.in_processes(work, left, processes)


def scores(rows: Sequence[dict[str, Any]]) -> list[tuple[str, int, int, int]]:
    """Return each room and all together: how many mutants were run, how many were killed at first, and are by now."""
    found = []
    for room in (*ROOMS, "all"):
        of_room = [row for row in rows if room in {row["module"].partition("/")[0], "all"}]
        counted = [row for row in of_room if row["outcome"] in {"killed", "survived"}]
        if counted:
            by_now = [row for row in counted if row["outcome"] == "killed"]
            at_first = [row for row in by_now if not row.get("since")]
            found.append((room, len(counted), len(at_first), len(by_now)))
    return found


def survivors(rows: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], str, str]]:
    """Return the mutants that survived at first, each with its class and why; `since`: a test notices it by now."""
    sorted_by_hand = source_mutants.classes(CLASSES)
    found = []
    for row in rows:
        kind = sorted_by_hand.get(row["key"], {})
        if row["outcome"] == "survived":
            found.append((row, kind.get("class", "not sorted"), kind.get("why", "")))
        elif row.get("since"):
            found.append((row, "since", f"{row.get('by', '').partition('::')[2].partition('[')[0]}"))
    return found


def report(rows: Sequence[dict[str, Any]]) -> str:
    """Return the score of each room and of all, then the survivors, each with its class."""
    lines = [
        f"{room:9} {total:4} mutants {at_first:4} killed at first {at_first / total:4.0%} {by_now:4} by now {by_now / total:4.0%}"
        for room, total, at_first, by_now in scores(rows)
    ]
    lines += [f"{kind:10} {row['key']} (line {row['line']}) {why}".rstrip() for row, kind, why in survivors(rows)]
    return "\n".join(lines)


def page(rows: Sequence[dict[str, Any]], sample: str) -> str:
    """Return the page with the scores and the survivors."""
    no_mutants = sum(row["outcome"] == "no mutant" for row in rows)
    lines = [
        "# What the unit tests notice of the engine",
        "",
        "Written by `python scripts/mutate_engine.py --page`; not by hand. Each mutant is one place of the source that",
        "[cosmic-ray](https://cosmic-ray.readthedocs.io/) changed, drawn at random; it counts as killed where a unit test",
        "of the rooms (no server, no run) fails. Left out is what says nothing at run time: annotations, the markers `*`",
        "and `/` of a signature, `slots` of a class. How the sample is drawn: the docstring of the script.",
        "",
        f"The sample: `{sample}`, which nobody had looked at when the tests were written; {len(rows)} of its places were",
        f"tried, in the order in which they were drawn, and {no_mutants} of these make no other program. *At first* is the",
        "score before anything was written for it; *by now* counts the survivors too that were read and have a test since.",
        "The first figure says what the tests are worth, the second what a later reader finds.",
        "",
        "| room | mutants | killed at first | score at first | killed by now | score by now |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {room} | {total} | {at_first} | {at_first / total:.0%} | {by_now} | {by_now / total:.0%} |"
            for room, total, at_first, by_now in scores(rows)
        ),
        "",
        "Those that survived at first: *since* (the test that notices it by now), *equivalent* (nothing can differ), *text*",
        "(the words of a message), *speed* (how long something takes), *not sorted* (a test is missing).",
        "",
        "| module | function | line | changed | word | why |",
        "|---|---|---:|---|---|---|",
    ]
    for row, kind, why in survivors(rows):
        changed = row["operator"].partition("/")[2]
        lines.append(f"| {row['module']} | {row['function']} | {row['line']} | {changed} | {kind} | {why} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run the sample and print what is stored of it, or print all that is stored."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--room", action="append", choices=ROOMS)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="run the stored survivors of the sample once more")
    parser.add_argument("--store", type=Path, default=ROOT / "reports" / "engine-mutants.sqlite")
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--page", action="store_true", help="write docs/unit-mutation.md from what is stored")
    asked = parser.parse_args()
    store = Store(asked.store)
    if asked.report:
        print(report(store.rows()))
        return 0
    if asked.page:
        PAGE.write_text(page(store.rows(), f"--sample {asked.sample} --seed {asked.seed}"), "utf-8")
        return 0
    every = source_mutants.places(modules(asked.room or ROOMS))
    chosen = random.Random(asked.seed).sample(every, min(asked.sample, len(every)))
    print(f"{len(every)} source mutants", flush=True)
    run(chosen, store, asked.processes, again=asked.again)
    names = {place.key for place in chosen}
    print(report([row for row in store.rows() if row["key"] in names]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
