"""Several stored runs side by side: requirement × run, areas first. One static page, and a table for the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from fulfillspec.reporting import tally
from fulfillspec.reporting.environment import environment
from fulfillspec.reporting.run import RequirementRow, StoredRun
from fulfillspec.verdicts.text import words

_JUDGED = ("pass", "fail", "warn", "inconclusive")


@dataclass(frozen=True, slots=True)
class Column:
    """A run: its number from 1, what it is called, and the address of its own report (empty: there is none)."""

    number: int
    name: str
    run: StoredRun
    report: str

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What it was that was judged, by what."""
        target, suite = self.run.target, self.run.suite
        return (
            ("Target", words(target.get("base_url"))),
            ("Kind", words(target.get("kind"))),
            ("API version", self.run.version or "unknown"),
            ("Transports", ", ".join(self.run.transports)),
            ("Profile", self.run.profile),
            ("Depth", words(suite.get("depth"))),
            ("Suite", f"{words(suite.get('version'))}, register {words(suite.get('register_digest'))}"),
            ("Started", self.run.started[:19].replace("T", " ")),
            ("Requests", f"{self.run.exchanges:,} in {self.run.seconds:,.1f} s"),
            ("Deviations", f"{len(self.run.deviations):,}"),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement as the first run that has it tells it, and its row in each run (None: it has none)."""

    requirement: RequirementRow
    cells: tuple[RequirementRow | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the verdicts are not the same in every run, on the whole or over a transport that two of them have."""
        verdicts = {cell.verdict if cell else None for cell in self.cells}
        over = [set(cell.by_transport.items()) for cell in self.cells if cell]
        seen = set().union(*over)
        return len(verdicts) > 1 or len(seen) > len({transport for transport, _ in seen})


@dataclass(frozen=True, slots=True)
class Area:
    """A group of requirements: how often each verdict occurs in each run, and the rows."""

    name: str
    counts: tuple[tally.Counts, ...]
    rows: tuple[Row, ...]

    @property
    def differing(self) -> int:
        """How many rows are not the same in every run."""
        return sum(row.differs for row in self.rows)


def judged(counts: Mapping[str, int]) -> int:
    """Return how many requirements were judged or should have been."""
    return sum(counts[word] for word in _JUDGED)


def columns(runs: Sequence[tuple[Path, StoredRun]], page: Path) -> tuple[Column, ...]:
    """Return the runs as columns: called by their folder's name, by the whole path where two have the same."""
    names = [folder.resolve().name for folder, _ in runs]
    return tuple(
        Column(
            number,
            name if names.count(name) == 1 else str(folder),
            run,
            quote(Path(os.path.relpath(folder / "report.html", page.parent)).as_posix())
            if (folder / "report.html").is_file()
            else "",
        )
        for number, (name, (folder, run)) in enumerate(zip(names, runs, strict=True), start=1)
    )


def areas(runs: Sequence[Column]) -> tuple[Area, ...]:
    """Return the requirements of all runs by area, in the order of the register."""
    known = [{row.id: row for row in column.run.requirements} for column in runs]
    first: dict[str, RequirementRow] = {}
    for rows in known:
        first |= {identity: row for identity, row in rows.items() if identity not in first}
    grouped: dict[str, list[Row]] = {}
    for identity, requirement in first.items():
        grouped.setdefault(requirement.area, []).append(Row(requirement, tuple(rows.get(identity) for rows in known)))
    return tuple(
        Area(
            name,
            tuple(tally.counts(cell.verdict for row in rows if (cell := row.cells[n])) for n in range(len(runs))),
            tuple(rows),
        )
        for name, rows in grouped.items()
    )


def cautions(runs: Sequence[Column]) -> tuple[str, ...]:
    """Return what makes the runs less comparable, in sentences."""
    kinds: tuple[tuple[Callable[[StoredRun], str], str], ...] = (
        (lambda run: words(run.suite.get("register_digest")), "They were judged by different registers"),
        (lambda run: run.profile, "Their verdicts were reached by different profiles"),
        (lambda run: words(run.suite.get("depth")), "They were tested to different depths"),
        (lambda run: run.version, "Their targets served different API versions"),
        (lambda run: ", ".join(run.transports), "They were judged over different transports"),
        (
            lambda run: ", ".join(sorted(map(words, run.target.get("areas") or ()))),
            "They claim different areas: what is not claimed is not-applicable, not passed",
        ),
    )
    return tuple(f"{text}." for key, text in kinds if len({key(column.run) for column in runs}) > 1)


def render(runs: Sequence[Column]) -> str:
    """Return the page."""
    found = areas(runs)
    return (
        environment()
        .get_template("side_by_side.html.j2")
        .render(
            columns=runs,
            areas=found,
            totals=tuple(tally.counts(row.verdict for row in column.run.requirements) for column in runs),
            by_level=[
                (level, counted)
                for level in ("must", "should", "may")
                if any(map(judged, counted := tuple(tally.by_level(column.run)[level] for column in runs)))
            ],
            cautions=cautions(runs),
            differing=sum(area.differing for area in found),
            requirements=sum(len(area.rows) for area in found),
            judged=judged,
        )
    )
