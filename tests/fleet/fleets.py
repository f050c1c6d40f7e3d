"""Fleets for tests: a fleet file from lines, runs that nobody made, a site with them."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import stored_results as made

from fulfillspec.fleet.board import Board
from fulfillspec.fleet.conducting import RunEnd
from fulfillspec.fleet.file import Fleet, load
from fulfillspec.fleet.local import LocalWorkers
from fulfillspec.fleet.plan import Job, jobs
from fulfillspec.fleet.site import Site
from fulfillspec.fleet.whole import WholeFleet

GOOD: made.Words = {made.MUST: {"rest": "pass"}, made.OTHER: {"rest": "pass"}, made.SHOULD: {"rest": "pass"}}
BAD: made.Words = {**GOOD, made.MUST: {"rest": "fail"}}
PAIR = """
[defaults]
transports = ["rest"]
only = ["FO-MOVE-ACCEPTED-REFUSED"]
[[target]]
name = "sound"
sandbox = true
[[target]]
name = "moves"
sandbox = true
mutants = ["move-what-is-accepted"]
"""
"""A fleet file of two sandboxes: a sound one, and one that moves what is accepted."""
STATUS = {"conformant": 0, "nonconformant": 1, "inconclusive": 5}


def described(folder: Path, text: str, env: Mapping[str, str] | None = None) -> Fleet:
    file = folder / "fleet.toml"
    file.write_text(text, "utf-8")
    return load(file, env or {})


def sandboxes(*names: str, more: str = "") -> str:
    return "\n".join(f'[[target]]\nname = "{name}"\nsandbox = true\n{more}' for name in names)


class Canned:
    """Answers for a run: writes results instead of running; what has no words for a target could not run."""

    def __init__(self, words: Mapping[str, made.Words] | None = None) -> None:
        self.words = words
        self.ran: list[str] = []
        self.before: Callable[[Job], None] = lambda _: None

    def conduct(self, fleet: WholeFleet, job: Job) -> RunEnd:
        self.before(job)
        self.ran.append(job.id)
        words = GOOD if self.words is None else self.words.get(job.target)
        if words is None:
            return RunEnd(4, "The target is not up.", 0.5)
        results = made.results(words, version=job.version)
        put(fleet.folder_of(job), results)
        return RunEnd(STATUS[results["verdict"]], seconds=1.5)


def put(folder: Path, results: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results), "utf-8")
    (folder / "report.html").write_text("<!doctype html>", "utf-8")


def of(folder: Path, fleet: Fleet) -> WholeFleet:
    return WholeFleet(Site(folder / "site"), fleet.title, jobs(fleet), lambda _: None, fleet.chosen(()), env={})


def run(folder: Path, text: str, canned: Canned, *, fresh: bool = False, workers: int = 1) -> Board:
    """Run a fleet with canned runs; return the board."""
    fleet = described(folder, text)
    whole = of(folder, fleet)
    with whole.site.open(fresh=fresh):
        return whole.run(lambda fleet: LocalWorkers(workers, lambda job, _: canned.conduct(fleet, job), cores=workers))
