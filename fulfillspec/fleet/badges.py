"""A badge for each target: the verdict of its gravest version, as an endpoint for badge services and as an image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fulfillspec.fleet.board import Board, BoardRow
from fulfillspec.fleet.site import put, put_text
from fulfillspec.reporting import badge

FOLDER: Final = "badges"


def write(board: Board, folder: Path) -> None:
    """Write `badges/TARGET.json` and `badges/TARGET.svg` of every target."""
    (folder / FOLDER).mkdir(exist_ok=True)
    for target in board.targets:
        made = of(board.of(target))
        put(folder / FOLDER / f"{target}.json", made)
        put_text(folder / FOLDER / f"{target}.svg", badge.drawn(made))


def of(rows: Sequence[BoardRow]) -> dict[str, object]:
    """Return the badge of a target from its rows, a version each: the gravest verdict, and the versions that have it."""
    worst = min(rows, key=lambda row: row.gravity)
    versions = ", ".join(row.job.version for row in rows if row.verdict == worst.verdict)
    deviating, judged = worst.level("must").divergence
    narrowed = any(row.narrowed for row in rows)
    verdict = f"partial: {worst.verdict}" if narrowed and worst.run else worst.verdict
    share = f"{deviating} of {judged} musts deviate" if deviating else ""
    return badge.endpoint(
        worst.verdict, " · ".join(filter(None, (verdict, share, versions))), narrowed=narrowed, label=worst.job.target
    )
