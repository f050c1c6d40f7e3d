"""Tracks side by side: a process for each, forked once the cases are collected; this one writes what they find."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Final

import pytest

from fulfillspec.acting.listener import Listener
from fulfillspec.evidence import interrupts
from fulfillspec.evidence.times import Clock
from fulfillspec.reporting.progress import Progress
from fulfillspec.runs import ending, handover
from fulfillspec.runs.handover import Start
from fulfillspec.runs.run import Run
from fulfillspec.suite.one_track import AskedCase, OneTrack, SoFar, WantsToBeAlone
from fulfillspec.suite.tracks import Group

_TO_END: Final = 60.0
"""Seconds that the processes have to hand over what they found once they are to stop."""


def possible(config: pytest.Config, run: Run, groups: Sequence[Group]) -> bool:
    """Tell whether the tracks can be run side by side, and are to be."""
    option = config.option
    if len(groups) < 2 or run.plan.recorded is not None or not option.side_by_side:
        return False
    if not hasattr(os, "fork") or sys.platform == "darwin":  # frameworks that requests asks there do not survive it
        ending.say("One transport after the other: this system forks no processes.")
        return False
    if option.until or option.fail_fast or option.maxfail:
        return False
    return threading.current_thread() is threading.main_thread()


@dataclass
class _Process:
    """The process of a track, as this one knows it."""

    group: Group
    number: int
    line: Connection
    start: Start
    rows: list[dict[str, Any]] = field(default_factory=list)
    counts: tuple[int, int, int] = (0, 0, 0)
    found: SoFar | None = None
    waits: dict[str, Any] | None = None
    ended: bool = False
    alone: bool = False
    _sending: threading.Lock = field(default_factory=threading.Lock)

    def send(self, message: object) -> None:
        """Tell it something; one that has ended hears nothing."""
        with self._sending, contextlib.suppress(OSError):
            self.line.send(message)

    @property
    def pending(self) -> dict[str, Any]:
        """What the others have to know of it."""
        return self.found.handover.pending if self.found is not None and self.found.last else self.waits or {}


def walk(session: pytest.Session, run: Run, groups: Sequence[Group], progress: Progress | None) -> None:
    """Run tracks side by side and take in what they found. Raise `KeyboardInterrupt` where the run was stopped."""
    abreast = Abreast(session, run, progress)
    stopped = False
    try:
        abreast.begin(groups)
        abreast.attend()
    except KeyboardInterrupt:
        stopped = True
        abreast.stop()
    with ending.undisturbed():
        abreast.gather()
    if stopped or any(one.found is not None and one.found.stopped for one in abreast.processes):
        raise KeyboardInterrupt


class Abreast:
    """The processes of a run's tracks."""

    def __init__(self, session: pytest.Session, run: Run, progress: Progress | None) -> None:
        self._session, self._run, self._progress = session, run, progress
        self.processes: list[_Process] = []
        if progress is not None:
            progress.count(self._counts)

    def begin(self, groups: Sequence[Group]) -> None:
        """Fork a process for each track."""
        run = self._run
        run.connections.share(len(groups) - 1)
        run.pace.share()
        run.evidence.context(case="")
        run.evidence.flush()
        if isinstance(run.times, Clock):
            run.times.flush()
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None:
                stream.flush()
        still = run.listener.still() if isinstance(run.listener, Listener) else nullcontext()
        with still:
            for number, group in enumerate(groups):
                self._fork(number, group)

    def _fork(self, number: int, group: Group) -> None:
        ours, theirs = multiprocessing.Pipe()
        start = Start.of(self._run)
        identity = os.fork()
        if identity == 0:
            os.setpgid(0, 0)  # Ctrl-C is for the process of the run alone, which passes it on
            for process in self.processes:
                process.line.close()
            ours.close()
            if self._progress is not None:
                self._progress.silence()
            OneTrack(self._session, self._run, group, number, theirs).go()
        theirs.close()
        process = _Process(group, identity, ours, start)
        self.processes.append(process)
        if isinstance(self._run.listener, Listener):
            self._run.listener.lend(process.send)

    def attend(self, within: float | None = None) -> None:
        """Hear the processes until all have ended."""
        until = None if within is None else time.monotonic() + within
        while running := [one for one in self.processes if not one.ended]:
            left = None if until is None else max(until - time.monotonic(), 0)
            with interrupts.waiting():
                heard = wait([one.line for one in running], left)
            if not heard and left == 0:
                return
            for one in (one for one in running if one.line in heard):
                self._hear(one)
            self._let_one_be_alone()

    def _hear(self, process: _Process) -> None:
        try:
            said = process.line.recv()
        except (EOFError, OSError):
            process.ended = True
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process.number, 0)
            return
        if isinstance(said, AskedCase):
            process.rows.append(said.row)
            process.counts = said.counts
            self._report(process.group[1][said.item], said)
        elif isinstance(said, WantsToBeAlone):
            process.waits = said.pending
        elif isinstance(said, SoFar):
            process.found = said
            process.rows += said.rows

    def _report(self, item: pytest.Item, said: AskedCase) -> None:
        config, hook = item.config, item.ihook
        if self._progress is not None:
            self._progress.case(item.nodeid.partition("::")[2])
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for told in said.reports:
            report = config.hook.pytest_report_from_serializable(config=config, data=told)
            hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def _let_one_be_alone(self) -> None:
        """Let the first that waits to be alone go on, where nobody else is at work."""
        if any(not one.ended and (one.waits is None or one.alone) for one in self.processes):
            return
        waiting = next((one for one in self.processes if not one.ended and not one.alone), None)
        if waiting is not None:
            waiting.alone = True
            waiting.send(
                {one.group[0].name: one.pending for one in self.processes if one is not waiting and one.pending}
            )

    def stop(self) -> None:
        """Let the processes end where they are; those that do not are killed, as all are by a second signal."""
        try:
            self._signal(signal.SIGINT)
            self.attend(_TO_END)
        except KeyboardInterrupt:
            pass
        self._signal(signal.SIGKILL)
        self.attend()

    def _signal(self, number: signal.Signals) -> None:
        for one in self.processes:
            if not one.ended:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one.number, number)

    def gather(self) -> None:
        """Take in what was found, track by track."""
        run = self._run
        for one in self.processes:
            track = one.group[0]
            found = one.found
            if found is None or not found.last:
                run.broken = run.broken or f"the process of {track.name} ended in the middle"
            elif found.error:
                run.broken = run.broken or found.error
            track.begun = track.over = True
            handover.take_in(run, track, one.start, found.handover if found is not None else None, one.rows)
        run.journal.put_in_order(run.out / "journal.ndjson")
        if run.broken:
            ending.say(run.evidence.redactor.sentence(f"fulfillspec itself failed: {run.broken}"))

    def _counts(self) -> tuple[int, int, int]:
        more = [sum(each) for each in zip(*(one.counts for one in self.processes), strict=True)] or [0, 0, 0]
        begun = self.processes[0].start.exchanges if self.processes else self._run.evidence.exchanges
        return begun + more[0], more[1], more[2]
