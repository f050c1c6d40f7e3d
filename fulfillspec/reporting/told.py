"""What the commands on stored runs say in the terminal: plain lines, whatever the runs hold."""

from __future__ import annotations

from pathlib import Path

from fulfillspec.reporting.text import one_line
from fulfillspec.verification import Verification

MOST = 60
"""Lines of one kind that are told."""
_LINE = 400
"""Columns of a line at most."""


def verification(done: Verification, folder: Path) -> str:
    """Return what a verification found, one disagreement a line."""
    count = len(done.disagreements)
    looked_at = (
        f"{done.exchanges:,} exchanges, {done.judged:,} answers judged again, {done.requirements:,} requirements"
    )
    lines = [one_line(f"{found.where}: {found.what}", _LINE) for found in done.disagreements[:MOST]]
    if count > MOST:
        lines.append(f"… and {count - MOST} more")
    lines += [one_line(f"Note: {note}", _LINE) for note in done.notes]
    name = one_line(str(folder), 200)
    lines.append(
        f"{name}: {count} thing{'s do' if count > 1 else ' does'} not agree ({looked_at})."
        if count
        else f"{name}: everything agrees ({looked_at})."
    )
    return "\n".join(lines)
