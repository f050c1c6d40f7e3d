"""A fleet from its file to its board: what is done already, what is run, and what is written after each run."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from fulfillspec.fleet import badges, board, page
from fulfillspec.fleet.board import Board
from fulfillspec.fleet.conducting import RunEnd, conduct, environment, lay_down, missing, sweep, variables
from fulfillspec.fleet.facts import RunFacts
from fulfillspec.fleet.plan import Job
from fulfillspec.fleet.site import RunRecord, Site
from fulfillspec.verdicts.statuses import BAD_USE, BROKEN, INTERRUPTED

TARGETS: Final = "targets"
_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

Say = Callable[[str], None]


class Workers(Protocol):
    """Whatever runs jobs: threads of this machine, or an engine that spreads them."""

    def run(
        self,
        jobs: Sequence[Job],
        began: Callable[[Job], None],
        ended: Callable[[Job, RunEnd], None],
        stopping: threading.Event,
    ) -> None:
        """Run jobs, never two of one store at a time; tell each that begins, and each that ended, once."""


@dataclass
class WholeFleet:
    """The jobs of a fleet and the site that they end in; `asked` are the targets to run, the others stay as they are."""

    site: Site
    title: str
    jobs: Sequence[Job]
    say: Say
    asked: frozenset[str]
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    _rooms: dict[str, Path] = field(default_factory=dict)
    _facts: dict[str, RunFacts] = field(default_factory=dict)

    def run(self, workers: Callable[[WholeFleet], Workers]) -> Board:
        """Run what is not done yet, and return the board, which is written after each run that ended."""
        asked = [job for job in self.jobs if job.target in self.asked]
        todo = [job for job in asked if not self.site.kept(job)]
        kept = len(asked) - len(todo)
        again = f"; {kept} are kept, --fresh runs them again" if kept else ""
        self.say(f"{len(todo)} of {len(asked)} runs to do{again}.")
        self.write()
        done = 0

        def began(job: Job) -> None:
            self._rooms[job.id] = self.site.room_for(job)
            self.say(f"{job.id} runs")

        def ended(job: Job, end: RunEnd) -> None:
            nonlocal done
            if end.status == INTERRUPTED and stopping.is_set():
                return
            done += 1
            record = self.site.record(job, self.folder_of(job), end)
            self.say(f"{done}/{len(todo)} {job.id}: {_outcome(record)} ({record.seconds:,.0f} s)")
            self.write()

        with _stoppable(self.say) as stopping:
            workers(self).run(todo, began, ended, stopping)
        return self.write()

    def folder_of(self, job: Job) -> Path:
        """Return the folder that a job which began runs into."""
        return self._rooms[job.id]

    def others(self, job: Job) -> frozenset[str]:
        """Return the variables of the other targets, which a job's run must not see."""
        return frozenset().union(*(variables(one) for one in self.jobs if one.target != job.target))

    def conduct(self, job: Job, stopped: Callable[[], bool]) -> RunEnd:
        """Run one job on this machine."""
        if without := missing(job, self.env):
            return RunEnd(BAD_USE, without)
        out = self.folder_of(job)
        env = environment(job, self.env, self.others(job))
        try:
            file = lay_down(job, self.site.folder / TARGETS / job.target)
            for folder in self.site.broken_off(job) if job.store else ():
                self.site.record(job, folder, sweep(folder, file, env))
            return conduct(job, out, file, env, stopped)
        except OSError as error:
            return RunEnd(BROKEN, f"Its files could not be written: {error}.")

    def write(self) -> Board:
        """Write board, page and badges of what there is."""
        made = board.assemble(self.site, self.title, self.jobs, self.asked, self._facts)
        board.write(made, self.site.folder)
        badges.write(made, self.site.folder)
        page.write(made, self.site.folder)
        return made


def _outcome(record: RunRecord) -> str:
    words = {0: "conformant", 1: "nonconformant", 5: "inconclusive"}
    return words.get(record.status, f"could not run: {record.said}")


@contextlib.contextmanager
def _stoppable(say: Say) -> Iterator[threading.Event]:
    """Yield an event that a signal sets: what runs is stopped and cleans up, nothing else begins."""
    stopping = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return

    def stop(_: int, __: object) -> None:
        if not stopping.is_set():
            say("Stopping: runs that are under way clean up first. The same command goes on with the rest.")
        stopping.set()

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
