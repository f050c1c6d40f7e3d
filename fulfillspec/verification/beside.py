"""What stands beside results and log: the times, the journal, the scripts, the statement, the form of the files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from fulfillspec import reproduction
from fulfillspec.evidence import times
from fulfillspec.evidence.redaction import blurred
from fulfillspec.evidence.times import RecordedTimes
from fulfillspec.runs.files import text_of
from fulfillspec.target import statement
from fulfillspec.target.file import BadTarget
from fulfillspec.verification import files
from fulfillspec.verification.alike import alike
from fulfillspec.verification.finding import Disagreement

JOURNAL: Final = "journal.ndjson"
_LONGEST: Final = 64 * 1024 * 1024
"""Bytes of a file that are read."""


def of_files(folder: Path, made: Path) -> Iterator[Disagreement]:
    """Compare the journal and the scripts of a run with those that the cases come to over its recording."""
    yield from _of_journal(_text(folder / JOURNAL), _text(made / JOURNAL) or "")
    names = {
        path.relative_to(one).as_posix() for one in (folder, made) for path in (one / reproduction.FOLDER).glob("*")
    }
    for name in sorted(names):
        mine, yours = _text(folder / name), _text(made / name)
        if mine is None:
            yield Disagreement(name, "the recording comes to such a script, and it is missing")
        elif yours is None:
            yield Disagreement(name, "the recording comes to no such script")
        elif not alike(mine, yours):
            yield Disagreement(name, "it is not the script that the recording comes to")


def _of_journal(mine: str | None, yours: str) -> Iterator[Disagreement]:
    """Compare a journal: what was swept after the run stands at its end."""
    if mine is None:
        yield Disagreement(JOURNAL, "it is missing")
        return
    lines, wanted = mine.splitlines(), yours.splitlines()
    for number, line in enumerate(wanted, 1):
        if number > len(lines) or blurred(lines[number - 1]) != blurred(line):
            yield Disagreement(f"{JOURNAL}, line {number}", f"the recording comes to {line[:200]}")
            return
    for number, line in enumerate(lines[len(wanted) :], len(wanted) + 1):
        if not _is_gone(line):
            yield Disagreement(f"{JOURNAL}, line {number}", "the recording comes to no such line")


def _is_gone(line: str) -> bool:
    """Tell whether a line of a journal says that something was removed."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and row.keys() == {"number", "gone"}


def of_times(clock: RecordedTimes | None) -> Iterator[Disagreement]:
    """Yield what of the recorded times was not asked for as it stands there."""
    if clock is None:
        return
    if clock.differs:
        yield Disagreement(times.FILE, clock.differs)
    elif clock.left:
        yield Disagreement(times.FILE, f"nothing asks for the last {clock.left} of its times")


def of_form(folder: Path, found: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Yield that results are not written as a run writes them: a key that stands twice would be read in two ways."""
    try:
        with (folder / "results.json").open("rb") as file:
            same = file.read(_LONGEST + 1) == text_of(found).encode(errors="backslashreplace")
    except (ValueError, RecursionError):
        same = False
    if not same:
        yield Disagreement(
            "results.json", "it is not written as a run writes it: expected its keys once each, indented by one"
        )


def of_statement(folder: Path, found: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Compare the statement with what the results say of it."""
    told = (found.get("statement") or {}).get("claim")
    if not files.plain(folder, statement.NAME):
        if told is not None:
            yield Disagreement(statement.NAME, "it is missing, and results.json holds what it states")
        return
    try:
        claim = json.loads(json.dumps(statement.load(folder / statement.NAME).as_json()))
    except BadTarget as reason:
        yield Disagreement(statement.NAME, str(reason))
        return
    if claim != told:
        yield Disagreement(statement.NAME, "it states something else than results.json holds of it")


def _text(path: Path) -> str | None:
    """Return the text of a file as far as it is read, None where there is none."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(_LONGEST).decode(errors="replace")
