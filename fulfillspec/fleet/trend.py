"""The trend line of a target at a version: the share of deviating musts over its runs, as numbers to draw and to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fulfillspec.fleet.history import PastRun

WIDTH: Final = 96
HEIGHT: Final = 24
_EDGE: Final = 3.0
_SAID: Final = 12


@dataclass(frozen=True, slots=True)
class TrendLine:
    """Points in pixels, oldest first, y downwards; `said` tells the same in words."""

    points: tuple[tuple[float, float], ...]
    said: str

    @property
    def path(self) -> str:
        """The points as an SVG polyline has them."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


def line(past: Sequence[PastRun]) -> TrendLine | None:
    """Return the trend of judged runs, oldest first; None where there is none. The highest share is at the top."""
    shares = [_share(run) for run in past]
    if not shares:
        return None
    most, step = max(shares) or 1.0, (WIDTH - 2 * _EDGE) / max(len(shares) - 1, 1)
    points = tuple(
        (round(_EDGE + place * step, 1), round(HEIGHT - _EDGE - share / most * (HEIGHT - 2 * _EDGE), 1))
        for place, share in enumerate(shares)
    )
    counted = [f"{run.figures['must'].deviating} of {run.figures['must'].judged}" for run in past]
    older = f"{len(counted) - _SAID} older, " if len(counted) > _SAID else ""
    return TrendLine(points, f"musts that deviate, by run: {older}{', '.join(counted[-_SAID:])}")


def _share(run: PastRun) -> float:
    deviating, judged = run.figures["must"].divergence
    return deviating / judged if judged else 0.0
