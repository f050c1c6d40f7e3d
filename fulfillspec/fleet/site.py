"""The folder of a fleet: where runs lie, which of them are done, and which round is on."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from fulfillspec.fleet.conducting import JUDGED, RunEnd
from fulfillspec.fleet.plan import Job

STATE: Final = "fleet.json"
RECORD_SCHEMA: Final = "fulfillspec/fleet-run/1"
_LOCK: Final = ".lock"


class SiteInUse(Exception):
    """Another fleet writes to this folder, or it cannot be written to; the message says which."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run that ended: of which job, in which round, how. `folder` is its own below the site, written `a/b/c`."""

    target: str
    version: str
    build: str
    round: int
    digest: str
    folder: str
    status: int
    said: str
    seconds: float
    ended: str
    schema: str = RECORD_SCHEMA

    @property
    def judged(self) -> bool:
        """Whether the run came to a verdict."""
        return self.status in JUDGED

    @property
    def id(self) -> str:
        """The name of its job."""
        return f"{self.target}@{self.version}"


class Site:
    """A fleet's folder. A record is written last, whole or not at all: a run without one did not end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.round = 0
        self._whatever = False

    @contextlib.contextmanager
    def open(self, *, fresh: bool = False, whatever: bool = False) -> Iterator[None]:
        """Have the folder for oneself, and go on with its round or (`fresh`, or the first time) begin one.

        `whatever`: the runs that lie there are of this round, wherever and in which round they were made.
        Raises `SiteInUse`.
        """
        self._whatever = whatever
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("a")
        except OSError as error:
            raise SiteInUse(
                f"{self.folder} cannot be written to ({error.strerror}). Name another folder with --out."
            ) from None
        with lock:
            _lock(lock.fileno(), self.folder)
            before = _json(self.folder / STATE)
            self.round = before.get("round", 0) if isinstance(before.get("round"), int) else 0
            if fresh or not self.round:
                self.round += 1
                put(self.folder / STATE, {"round": self.round, "began": now()})
            yield

    def current(self, record: RunRecord, job: Job) -> bool:
        """Tell whether a run is of this round and of this very job."""
        return record.digest == job.digest and (self._whatever or record.round == self.round)

    def kept(self, job: Job) -> RunRecord | None:
        """Return the record of a run of this round that came to a verdict on this very job; None without one."""
        return next(
            (
                record
                for record in self.records(job.target, job.version)
                if record.judged and self.current(record, job)
                if (self.folder / record.folder / "results.json").is_file()
            ),
            None,
        )

    def records(self, target: str, version: str) -> list[RunRecord]:
        """Return the records of runs of a target at a version, the latest first."""
        found = []
        for path in (self.folder / "runs" / target / version).glob("*.json"):
            values = _json(path)
            if values.get("schema") == RECORD_SCHEMA:
                with contextlib.suppress(TypeError):
                    found.append(RunRecord(**values))
        return sorted(found, key=lambda record: record.ended, reverse=True)

    def room_for(self, job: Job) -> Path:
        """Return a folder of a run that is still free, called by the build or by the time; nothing is made."""
        above = self.folder / "runs" / job.target / job.version
        above.mkdir(parents=True, exist_ok=True)
        name = job.build or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        names = (name if number == 1 else f"{name}-{number}" for number in range(1, 100_000))
        return next(above / one for one in names if not _taken(above, one))

    def broken_off(self, job: Job) -> list[Path]:
        """Return the folders of a job's runs that began and did not end: they may have left something on their target."""
        above = self.folder / "runs" / job.target / job.version
        journals = (path.parent for path in sorted(above.glob("*/journal.ndjson")) if not path.parent.is_symlink())
        return [folder for folder in journals if not folder.with_name(f"{folder.name}.json").exists()]

    def record(self, job: Job, out: Path, end: RunEnd) -> RunRecord:
        """Write down that a run ended."""
        record = RunRecord(
            target=job.target,
            version=job.version,
            build=job.build,
            round=self.round,
            digest=job.digest,
            folder=out.relative_to(self.folder).as_posix(),
            status=end.status,
            said=end.said,
            seconds=end.seconds,
            ended=now(),
        )
        put(out.with_name(f"{out.name}.json"), asdict(record))
        return record


def now() -> str:
    """Return the time in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def put(path: Path, value: Any) -> None:
    """Write a value as JSON, whole or not at all."""
    put_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def put_text(path: Path, text: str) -> None:
    """Write a text, whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _taken(above: Path, name: str) -> bool:
    return any((above / f"{name}{ending}").exists() for ending in ("", ".json", ".log"))


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _lock(number: int, folder: Path) -> None:
    try:
        import fcntl  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SiteInUse(
            f"Another fleet is writing to {folder}: wait for it, or name another folder with --out."
        ) from None
