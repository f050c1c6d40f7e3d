"""The process of a track: asks its cases, and tells the process of the run what becomes of each."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Final, NoReturn

import pytest

from fulfillspec.acting.listener import Heard, RelayedListener
from fulfillspec.evidence import interrupts
from fulfillspec.evidence.times import Clock
from fulfillspec.runs import ending, handover
from fulfillspec.runs.handover import Handover, Start
from fulfillspec.runs.run import Run
from fulfillspec.suite.tracks import Group, is_alone
from fulfillspec.wire.http import Http

_AT_LEAST_EVERY: Final = 1.0
"""Seconds after which what was found so far is told, though nothing new deviates."""


@dataclass(frozen=True)
class AskedCase:
    """A case that was asked: its row of the results, what pytest reports of it, and how much there was so far."""

    item: int
    row: dict[str, Any]
    reports: list[dict[str, Any]]
    counts: tuple[int, int, int]


@dataclass(frozen=True)
class WantsToBeAlone:
    """The track goes on once no other one acts; this is due by its requests."""

    pending: dict[str, Any]


@dataclass(frozen=True)
class SoFar:
    """What was found so far; `last`: nothing follows. `rows` are those of cases that were not told.

    `error` says what broke in the suite, `stopped`: by a signal.
    """

    handover: Handover
    rows: tuple[dict[str, Any], ...] = ()
    last: bool = False
    stopped: bool = False
    error: str = ""


class RunIsGone(Exception):
    """The process of the run has ended."""


@dataclass
class OneTrack:
    """The process of a track, from its fork to its end. `number` is its place among the tracks."""

    session: pytest.Session
    run: Run
    group: Group
    number: int
    line: Connection
    reports: list[dict[str, Any]] = field(default_factory=list)
    granted: dict[str, Any] | None = None
    reported: int = 0
    stopped: bool = False

    def go(self) -> NoReturn:
        """Ask all cases, hand over, end this process."""
        status = 1
        try:
            self._begin()
            error = ""
            try:
                self._ask()
            except KeyboardInterrupt:
                self.stopped = True
            except RunIsGone:
                os._exit(1)
            except BaseException as reason:  # noqa: BLE001 - a fault of ours must never pass for one of the target
                error = f"{type(reason).__name__}: {reason}"
            self._end(error)
            status = 0
        except BaseException:  # noqa: BLE001 - nothing of pytest's may go on in this process
            traceback.print_exc(file=sys.__stderr__)
        os._exit(status)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a report for the process of the run."""
        config = self.session.config
        self.reports.append(config.hook.pytest_report_to_serializable(config=config, report=report))

    def _begin(self) -> None:
        """Take apart what two processes cannot share."""
        run, (track, _) = self.run, self.group
        for client in run.clients.values():
            if isinstance(client, Http):
                client.begin_anew()
        if run.hooked is not None and isinstance(run.hooked[0], Http):
            run.hooked[0].begin_anew()
        evidence, times = handover.parts(run, track)
        run.evidence.go_on_in(evidence)
        if isinstance(run.times, Clock):
            run.times.go_on_in(times)
        run.journal.share(self.number + 1)
        self.start = Start.of(run)
        if run.listener is not None:
            run.listener = RelayedListener(run.listener, run.times, self._receive, lambda: self.stopped)
            for each in run.tracks:
                if each.deliveries is not None:
                    each.deliveries.listener = run.listener
        manager = self.session.config.pluginmanager
        capturing = manager.get_plugin("capturemanager")
        if capturing is not None and capturing._method == "fd":  # noqa: SLF001 - its files are the other process's too
            capturing.stop_global_capturing()
            capturing._method = "sys"  # noqa: SLF001
            capturing.start_global_capturing()
        if manager.hasplugin("terminalreporter"):
            manager.unregister(name="terminalreporter")
        manager.register(self)

    def _ask(self) -> None:
        track, items = self.group
        told, known = time.monotonic(), 0
        for number, (item, following) in enumerate(zip(items, [*items[1:], None], strict=True)):
            self._drain()
            if is_alone(item) and not track.alone:
                self._wait_to_be_alone()
            before = len(track.cases)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            self._tell(AskedCase(number, track.cases[before], self.reports, self._counts()))
            self.reports, self.reported = [], len(track.cases)
            if len(track.ledger.deviations) > known or time.monotonic() - told > _AT_LEAST_EVERY:
                told, known = time.monotonic(), len(track.ledger.deviations)
                self._hand_over()
            if self.session.shouldstop or self.session.shouldfail:
                break

    def _end(self, error: str) -> None:
        run, (track, _) = self.run, self.group
        for number in ending.SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        if self.stopped:
            run.stop()
        run.leave(track)
        self._hand_over(rows=tuple(track.cases[self.reported :]), last=True, stopped=self.stopped, error=error)
        run.times.close()

    def _counts(self) -> tuple[int, int, int]:
        track = self.group[0]
        sent = self.run.evidence.exchanges - self.start.exchanges
        return sent, track.orders_created, len(self.run.counted(track.ledger.deviations))

    def _hand_over(self, **end: Any) -> None:
        self.run.evidence.flush()
        self._tell(SoFar(self.start.handover(self.run, self.group[0]), **end))

    def _tell(self, message: AskedCase | WantsToBeAlone | SoFar) -> None:
        try:
            self.line.send(message)
        except OSError:
            raise RunIsGone from None

    def _receive(self, within: float) -> bool:
        """Take in what the process of the run says, if it does in so many seconds; tell whether it did."""
        if not self._comes(within):
            return False
        try:
            said = self.line.recv()
        except (EOFError, OSError):
            raise RunIsGone from None
        if isinstance(said, Heard):
            if isinstance(self.run.listener, RelayedListener):
                self.run.listener.hear(said)
        else:
            self.granted = said
        return True

    def _comes(self, within: float) -> bool:
        """Tell whether the process of the run says something in so many seconds; be interrupted there."""
        if not within:
            return self.line.poll()
        with interrupts.waiting():
            return self.line.poll(within)

    def _drain(self) -> None:
        while self._receive(0):
            pass

    def _wait_to_be_alone(self) -> None:
        track = self.group[0]
        self._tell(WantsToBeAlone(track.pending))
        while self.granted is None:
            self._receive(3600)
        for other in self.run.tracks:
            if other.name in self.granted:
                other.hear(self.granted[other.name])
