"""`history.ndjson`: a line for every run of the fleet, only ever added to. What moved since the last run, and the trend."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fulfillspec.fleet.facts import RunFacts
from fulfillspec.fleet.figures import LEVELS, Figures

NAME: Final = "history.ndjson"
LONGEST: Final = 30
"""Runs of a target at a version that its trend line shows."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A line of the history: a run by its folder, its figures by level, the ids that deviated. Unjudged: no figures."""

    folder: str
    job: str
    build: str
    at: str
    status: int
    verdict: str
    register: str
    narrowed: tuple[str, ...]
    figures: Mapping[str, Figures]
    deviating: tuple[str, ...]

    @property
    def judged(self) -> bool:
        """Whether it came to a verdict."""
        return bool(self.figures)


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved since the run before: ids that deviate now and did not, and ids that did and hold now."""

    since: str
    build: str
    new: tuple[str, ...]
    fixed: tuple[str, ...]
    comparable: bool


def read(folder: Path) -> list[PastRun]:
    """Return the history of a site, oldest first. A line that was cut off when a fleet was killed is passed over."""
    path = folder / NAME
    if not path.is_file():
        return []
    found = []
    for line in path.read_text("utf-8", errors="replace").splitlines():
        try:
            found.append(_past(json.loads(line)))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return found


def add(folder: Path, rows: Iterable[PastRun]) -> None:
    """Add runs that the history does not have yet; what stands there is never written again."""
    known = {past.folder for past in read(folder)}
    fresh = [row for row in rows if row.folder not in known]
    if not fresh:
        return
    with (folder / NAME).open("ab+") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write("".join(json.dumps(_row(row), ensure_ascii=False) + "\n" for row in fresh).encode())
        file.flush()
        os.fsync(file.fileno())


def movement(before: PastRun | None, after: PastRun, run: RunFacts) -> Movement | None:
    """Return what moved between two judged runs of a job; `run` is the later one. None where there is none before."""
    if before is None:
        return None
    was, now = set(before.deviating), set(after.deviating)
    return Movement(
        since=before.at,
        build=before.build,
        new=tuple(sorted(now - was)),
        fixed=tuple(sorted((was - now) & run.held)),
        comparable=before.register == after.register and before.narrowed == after.narrowed,
    )


def _row(past: PastRun) -> dict[str, Any]:
    target, _, version = past.job.rpartition("@")
    return {
        "at": past.at,
        "target": target,
        "version": version,
        "build": past.build,
        "folder": past.folder,
        "status": past.status,
        "verdict": past.verdict,
        "register": past.register,
        "narrowed": list(past.narrowed),
        "figures": {
            level: {name: getattr(figures, name) for name in Figures.__slots__}
            for level, figures in past.figures.items()
        },
        "deviating": list(past.deviating),
    }


def _past(row: Mapping[str, Any]) -> PastRun:
    return PastRun(
        folder=str(row["folder"]),
        job=f"{row['target']}@{row['version']}",
        build=str(row.get("build", "")),
        at=str(row["at"]),
        status=int(row["status"]),
        verdict=str(row.get("verdict", "")),
        register=str(row.get("register", "")),
        narrowed=tuple(map(str, row.get("narrowed", ()))),
        figures={level: Figures.read(row["figures"][level]) for level in LEVELS if level in row.get("figures", {})},
        deviating=tuple(map(str, row.get("deviating", ()))),
    )
