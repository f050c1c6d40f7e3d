"""`index.html` of a fleet's site: the board as one static page. Readable without its script, which sorts and filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fulfillspec.fleet.board import Board, BoardRow
from fulfillspec.fleet.figures import LEVELS, Figures
from fulfillspec.fleet.site import put_text
from fulfillspec.fleet.trend import HEIGHT, WIDTH, line
from fulfillspec.reporting.environment import environment, script

NAME: Final = "index.html"
_WORDS: Final = ("nonconformant", "could not run", "not run", "inconclusive", "conformant")


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of the board: its name, what it is of, its parts, and whether more of it is worse."""

    name: str
    meaning: str
    of: Callable[[Figures], tuple[int, int]]
    worse: bool = False


MEASURES: Final = (
    Measure(
        "Divergence",
        "Requirements that deviate, of those that the target implements and the run judged.",
        lambda figures: figures.divergence,
        worse=True,
    ),
    Measure(
        "Coverage",
        "Requirements that the target implements, of those that the documents make of this version.",
        lambda figures: figures.coverage,
    ),
    Measure(
        "Proof", "Requirements that the run judged, of those that apply to the target.", lambda figures: figures.proof
    ),
)


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """Parts of a whole as a cell shows them: the verdict that colours them and the share, from 0 to 1, that sorts."""

    part: int
    whole: int
    tone: str
    share: float


def cell_figure(measure: Measure, level: str, figures: Figures) -> ShownFigure:
    """Return a figure of a level for a cell. What deviates is coloured; coverage and proof only where they are whole."""
    part, whole = measure.of(figures)
    share = part / whole if whole else -1.0
    if not whole:
        return ShownFigure(part, whole, "not-applicable", share)
    if measure.worse:
        return ShownFigure(part, whole, ("fail" if level == "must" else "warn") if part else "pass", share)
    return ShownFigure(part, whole, "pass" if part == whole else "not-tested", share)


def ordered(board: Board) -> list[BoardRow]:
    """Return the rows, the gravest target first, and its versions together, the newest first."""
    targets = sorted(board.targets, key=lambda target: min(row.gravity for row in board.of(target)))
    return [
        row for target in targets for row in sorted(board.of(target), key=lambda row: row.job.version, reverse=True)
    ]


def write(board: Board, folder: Path) -> None:
    """Write the page."""
    put_text(folder / NAME, render(board))


def render(board: Board) -> str:
    """Return the page."""
    rows = ordered(board)
    counts = Counter(row.verdict for row in rows)
    return (
        environment()
        .get_template("board.html.j2")
        .render(
            board=board,
            rows=rows,
            numbers={row.job.id: number for number, row in enumerate(rows, start=1)},
            counts=[(word, counts[word]) for word in (*_WORDS, *sorted(set(counts) - set(_WORDS))) if counts[word]],
            sentence=sentence(rows),
            measures=MEASURES,
            levels=LEVELS,
            cell_figure=cell_figure,
            several=[
                (target, [row for row in rows if row.job.target == target])
                for target in dict.fromkeys(row.job.target for row in rows)
                if len(board.of(target)) > 1
            ],
            moved=[row for row in rows if row.movement and (row.movement.new or row.movement.fixed)],
            trends={row.job.id: line(row.past) for row in rows},
            trend_size=(WIDTH, HEIGHT),
            address=quote,
            moment=_moment,
            script=script("board.js"),
        )
    )


def sentence(rows: Sequence[BoardRow]) -> str:
    """Return what the board says on the whole."""
    judged = [row for row in rows if row.run]
    good = sum(row.verdict == "conformant" for row in judged)
    part = sum(bool(row.narrowed) for row in judged)
    told = [f"{good} of {len(rows)} runs conformant"]
    if rest := len(rows) - len(judged):
        told.append(f"{rest} without a verdict")
    if part:
        told.append(f"{part} partial")
    return ", ".join(told)


def _moment(at: str) -> str:
    """Return a time to the minute, as a reader writes it."""
    return at[:16].replace("T", " ")
