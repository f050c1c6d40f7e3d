"""What the process of a track hands to the process of the run: all that its cases found, for one set of results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fulfillspec.evidence import times
from fulfillspec.evidence.log import Exchange, read
from fulfillspec.evidence.times import Clock
from fulfillspec.runs.run import Run
from fulfillspec.runs.track import Track
from fulfillspec.verdicts.ledger import Ledger


@dataclass(frozen=True)
class Handover:
    """What was found over a track; exchanges have the numbers that they have in its own process.

    `sent`, `waited`, `throttled` and `passing` count since it began. `met` are personal values, which reports leave out.
    `failure` says why its evidence could not be written.
    """

    ledger: Ledger
    orders: int
    created: int
    sent: Counter[str]
    waited: Counter[str]
    throttled: int
    passing: list[tuple[str, int]]
    met: dict[str, str]
    pending: dict[str, Any]
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a track began in the evidence: exchanges, and what was counted of them."""

    exchanges: int
    throttled: int
    passing: int
    sent: Counter[str]
    waited: Counter[str]

    @classmethod
    def of(cls, run: Run) -> Start:
        """Return where the evidence of a run is now."""
        log = run.evidence
        return cls(log.exchanges, log.throttled, len(log.passing), Counter(log.sent), Counter(log.waited))

    def handover(self, run: Run, track: Track) -> Handover:
        """Return what was found over a track since."""
        log = run.evidence
        return Handover(
            track.ledger,
            track.orders,
            track.orders_created,
            log.sent - self.sent,
            log.waited - self.waited,
            log.throttled - self.throttled,
            log.passing[self.passing :],
            log.redactor.met,
            track.pending,
            log.failure,
        )


def file_of(run: Run, track: Track, name: str) -> Path:
    """Return where the process of a track writes its part of a file of the run, until the run has it."""
    stem, _, ending = name.partition(".")
    return run.out / f"{stem}.{track.name}.{ending}"


def parts(run: Run, track: Track) -> tuple[Path, Path]:
    """Return where the evidence and the times of a track are written."""
    return file_of(run, track, "evidence.ndjson"), file_of(run, track, times.FILE)


def take_in(run: Run, track: Track, start: Start, found: Handover | None, cases: Iterable[dict[str, Any]]) -> None:
    """Add to a run what was found over a track: after all that it has, as if its cases had been asked now.

    Without a last word of its process (`found` None, or one of before its end) the evidence is what counts.
    """
    evidence, clock = parts(run, track)
    log = run.evidence
    begun = log.exchanges
    by = log.take_in(evidence, start.exchanges) if evidence.is_file() else 0
    if isinstance(run.times, Clock) and clock.is_file():
        run.times.take_in(clock)
    if found is not None:
        track.ledger = found.ledger.renumbered(start.exchanges, by)
        track.made, track.created_elsewhere = found.orders, found.created
        log.throttled += found.throttled
        log.passing += [(operation, number + by) for operation, number in found.passing]
        log.redactor.meet(found.met)
        log.failure = log.failure or found.failure
    if found is not None and found.sent.total() == log.exchanges - begun:
        log.sent.update(found.sent)
        log.waited.update(found.waited)
    elif evidence.is_file():
        _count(run, read(evidence, parsed=False), log.exchanges - begun)
    track.cases = [{**case, "exchanges": [number + by for number in case["exchanges"]]} for case in cases]
    for part in (evidence, clock):
        part.unlink(missing_ok=True)


def _count(run: Run, exchanges: Iterable[Exchange], most: int) -> None:
    for _, exchange in zip(range(most), exchanges, strict=False):
        run.evidence.sent[exchange.transport] += 1
        run.evidence.waited[exchange.transport] += round(exchange.ms)
