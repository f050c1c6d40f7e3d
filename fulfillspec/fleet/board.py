"""The board as facts: a row for each job, with figures, movement and trend; and `board.json`, by its published schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from fulfillspec import __version__
from fulfillspec.documents import register
from fulfillspec.documents.register import AREAS
from fulfillspec.fleet import facts, history
from fulfillspec.fleet.facts import NotARun, RunFacts
from fulfillspec.fleet.figures import LEVELS, Figures
from fulfillspec.fleet.history import Movement, PastRun
from fulfillspec.fleet.plan import Job
from fulfillspec.fleet.site import RunRecord, Site, now, put
from fulfillspec.verdicts.statuses import BAD_USE, BROKEN, INTERRUPTED, OF_VERDICT

NAME: Final = "board.json"
SCHEMA: Final = "fulfillspec/board/1"
NOT_RUN: Final = "It was not run: the fleet was stopped before."
_WORST_FIRST: Final = (
    INTERRUPTED,
    OF_VERDICT["nonconformant"],
    BROKEN,
    BAD_USE,
    OF_VERDICT["inconclusive"],
    OF_VERDICT["conformant"],
)
_GRAVITY: Final = ("nonconformant", "could not run", "not run", "inconclusive", "conformant")


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A job on the board. `run` is None where none came to a verdict: then `said` is the reason.

    `status` is the exit status of its last run, None where it was not run. `past`: its judged runs, oldest first, this
    one included. `stale`: what is shown is of an earlier round.
    """

    job: Job
    status: int | None
    said: str = ""
    record: RunRecord | None = None
    run: RunFacts | None = None
    past: tuple[PastRun, ...] = ()
    movement: Movement | None = None
    stale: bool = False

    @property
    def verdict(self) -> str:
        """The verdict of the run; of one that came to none, that it could not run, or was not run yet."""
        if self.run:
            return self.run.verdict
        return "could not run" if self.record else "not run"

    @property
    def report(self) -> str:
        """The address of the run's report from the site; empty where there is none."""
        return f"{self.record.folder}/report.html" if self.record and self.run else ""

    @property
    def narrowed(self) -> tuple[str, ...]:
        """What the run was limited to by choice."""
        return self.run.narrowed if self.run else ()

    def area(self, name: str, level: str) -> Figures:
        """Return the figures of a level in an area."""
        return self.run.areas.get(name, {}).get(level, Figures()) if self.run else Figures()

    def level(self, level: str) -> Figures:
        """Return the figures of a level over all areas."""
        return self.run.figures.get(level, Figures()) if self.run else Figures()

    @property
    def gravity(self) -> tuple[int, float, float]:
        """What puts rows in order, the gravest first: verdict, then the share of musts and shoulds that deviate."""
        shares = [figures.deviating / figures.judged if figures.judged else 0.0 for figures in map(self.level, LEVELS)]
        place = _GRAVITY.index(self.verdict) if self.verdict in _GRAVITY else 1
        return place, -shares[0], -shares[1]


@dataclass(frozen=True, slots=True)
class Board:
    """All rows in the order of the fleet file, and when it was made. `asked`: the targets that were to be run."""

    title: str
    rows: tuple[BoardRow, ...]
    made: str
    round: int
    asked: frozenset[str]

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas of which at least one run has a documented requirement, in the order of the register."""
        return tuple(
            area for area in AREAS if any(row.area(area, level).documented for row in self.rows for level in LEVELS)
        )

    @property
    def status(self) -> int:
        """The exit status of the fleet: that of the worst row that was asked for; 2 where one was not run."""
        asked = (row for row in self.rows if row.job.target in self.asked)
        found = {INTERRUPTED if row.status is None else row.status for row in asked}
        return next((status for status in _WORST_FIRST if status in found), BROKEN)

    def of(self, target: str) -> tuple[BoardRow, ...]:
        """Return the rows of a target, a version each."""
        return tuple(row for row in self.rows if row.job.target == target)

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets, in the order of the fleet file."""
        return tuple(dict.fromkeys(row.job.target for row in self.rows))


def past_run(record: RunRecord, run: RunFacts | None) -> PastRun:
    """Return a run as a line of the history."""
    return PastRun(
        folder=record.folder,
        job=record.id,
        build=record.build,
        at=record.ended,
        status=record.status,
        verdict=run.verdict if run else "",
        register=run.register if run else "",
        narrowed=run.narrowed if run else (),
        figures=run.figures if run else {},
        deviating=run.deviating if run else (),
    )


def stored(site: Site, record: RunRecord, known: dict[str, RunFacts]) -> tuple[RunFacts | None, str]:
    """Return the run of a record, or why there is none to show; `known` are those that were read before, by folder."""
    if not record.judged:
        return None, record.said
    try:
        if record.folder not in known:
            known[record.folder] = facts.of(site.folder / record.folder)
    except NotARun as reason:
        return None, str(reason)
    return known[record.folder], ""


def assemble(site: Site, title: str, jobs: Sequence[Job], asked: frozenset[str], known: dict[str, RunFacts]) -> Board:
    """Return the board of what lies in a site, and bring its history up to date; `known` are runs that were read before."""
    latest = {job.id: site.records(job.target, job.version) for job in jobs}
    runs = {job.id: stored(site, latest[job.id][0], known) for job in jobs if latest[job.id]}
    history.add(site.folder, [past_run(latest[name][0], run) for name, (run, _) in runs.items()])
    past = history.read(site.folder)
    rows = tuple(_row(site, job, latest[job.id], runs.get(job.id, (None, NOT_RUN)), past) for job in jobs)
    return Board(title or "Fleet", rows, now(), site.round, asked)


def _row(
    site: Site,
    job: Job,
    records: Sequence[RunRecord],
    found: tuple[RunFacts | None, str],
    past: Iterable[PastRun],
) -> BoardRow:
    run, said = found
    record = records[0] if records else None
    stale = record is not None and not site.current(record, job)
    status = None if record is None or stale else record.status
    if run is None or record is None:
        return BoardRow(job, status, said, record, stale=stale)
    judged = tuple(one for one in past if one.job == job.id and one.judged)
    here = next(place for place, one in enumerate(judged) if one.folder == record.folder)
    return BoardRow(
        job,
        status,
        said,
        record,
        run,
        past=judged[max(0, here + 1 - history.LONGEST) : here + 1],
        movement=history.movement(judged[here - 1] if here else None, judged[here], run),
        stale=stale,
    )


def write(board: Board, folder: Path) -> None:
    """Write `board.json`."""
    put(folder / NAME, as_json(board))


def as_json(board: Board) -> dict[str, Any]:
    """Return the board as `board.json` has it."""
    return {
        "schema": SCHEMA,
        "title": board.title,
        "made": board.made,
        "round": board.round,
        "status": board.status,
        "suite": {"version": __version__, "register_digest": register.load().digest},
        "areas": list(board.areas),
        "rows": [_row_as_json(row, board.areas) for row in board.rows],
    }


def _row_as_json(row: BoardRow, areas: Iterable[str]) -> dict[str, Any]:
    run, record = row.run, row.record
    return {
        "target": row.job.target,
        "title": row.job.title,
        "kind": row.job.kind,
        "version": row.job.version,
        "build": row.job.build,
        "verdict": row.verdict,
        "status": row.status,
        "reason": row.said,
        "stale": row.stale,
        "summary": run.summary if run else "",
        "narrowed": list(row.narrowed),
        "transports": list(run.transports) if run else [],
        "ended": record.ended if record else None,
        "seconds": record.seconds if record else None,
        "requests": run.requests if run else None,
        "orders": run.orders if run else None,
        "folder": record.folder if record else None,
        "report": row.report or None,
        "figures": _figures_as_json(run.figures if run else {}),
        "areas": {area: _figures_as_json(run.areas[area]) for area in areas if area in run.areas} if run else {},
        "movement": asdict(row.movement) if row.movement else None,
        "trend": [
            {"at": past.at, "build": past.build, "figures": _figures_as_json(past.figures), "register": past.register}
            for past in row.past
        ],
    }


def _figures_as_json(figures: Mapping[str, Figures]) -> dict[str, dict[str, int]]:
    return {level: asdict(counts) for level, counts in figures.items()}
