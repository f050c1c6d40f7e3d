"""A recording that another suite made, judged by the rules of this one: which verdicts change, and why.

The cases that were recorded are asked over the recording once more, as far as they still ask for what it holds. What it
does not hold is not judged; but what a single answer in it shows to be broken is, whichever case asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fulfillspec.documents import register
from fulfillspec.documents.register import Requirement
from fulfillspec.evidence import packed
from fulfillspec.evidence.log import DamagedEvidence
from fulfillspec.evidence.times import NotRecorded
from fulfillspec.target.probe import NotUsable
from fulfillspec.verification import again, log, recomputed

_JUDGED: Final = frozenset({"pass", "fail", "warn"})
_COMPARED: Final = ("level", "area", "statement", "source", "quote")
_NO_CASE: Final = "the recording has no request of a case that judges it"


@dataclass(frozen=True, slots=True)
class Moved:
    """A requirement whose verdict is another by today's rules; without `before` it is a new one, without `now` gone."""

    requirement: str
    before: str | None
    now: str | None
    why: str

    @property
    def unjudged(self) -> bool:
        """Whether today's rules come to no verdict."""
        return self.now not in _JUDGED and self.now is not None

    def __str__(self) -> str:
        """Return the change in a line."""
        if self.now is None:
            return f"{self.requirement}: was {self.before}, and this suite has no such row"
        now = f"not judged ({self.why})" if self.unjudged else f"{self.now}{f' ({self.why})' if self.why else ''}"
        return f"{self.requirement}: {'new' if self.before is None else self.before} → {now}"


@dataclass
class Rejudged:
    """What today's rules come to. `kept` are the rows whose verdict stays; `failed` says why nothing could be judged."""

    changes: list[Moved] = field(default_factory=list)
    kept: int = 0
    verdict: tuple[str, str] = ("", "")
    failed: str = ""

    @property
    def moved(self) -> bool:
        """Whether any verdict is another, or nothing could be judged."""
        return bool(self.failed) or any(not change.unjudged for change in self.changes)

    def lines(self) -> Iterator[str]:
        """Yield what is told: what changes first, then what is new, gone and not judged, and the sum."""
        if self.failed:
            yield f"By today's rules nothing could be judged: {self.failed}"
            return
        yield from map(str, sorted(self.changes, key=_turn))
        unjudged = sum(change.unjudged for change in self.changes)
        new = sum(change.before is None for change in self.changes)
        gone = sum(change.now is None for change in self.changes)
        other = sum(bool(change.before and change.now) and not change.unjudged for change in self.changes)
        before, now = self.verdict
        yield (
            f"By today's rules: {other} changed, {new} new, {gone} gone, {unjudged} not judged, {self.kept} as they were. "
            f"The verdict was {before}, " + ("and stays." if before == now else f"and would be {now}.")
        )


def _turn(change: Moved) -> tuple[bool, bool, bool, str]:
    return change.unjudged, change.now is None, change.before is None, change.requirement


def rejudge(folder: Path, stored: Mapping[str, Any]) -> Rejudged:
    """Judge a recording by the rules of this suite."""
    done = recomputed.asked(folder, recorded_only=True)
    if isinstance(done, str):
        return Rejudged(failed=done)
    broken = _broken(packed.found(folder, log.FILE), stored)
    rows = {row["id"]: _with(row, broken) for row in done["requirements"]}
    known = register.load().requirements
    found = Rejudged(verdict=(stored["verdict"], done["verdict"]))
    told = {row["id"]: row for row in stored["requirements"]}
    for identity in dict.fromkeys((*told, *rows)):
        before, now = told.get(identity), rows.get(identity)
        if before is not None and now is not None and before["verdict"] == now["verdict"]:
            found.kept += 1
        else:
            found.changes.append(
                Moved(
                    identity,
                    None if before is None else before["verdict"],
                    None if now is None else now["verdict"],
                    _why(before, now, known.get(identity), done),
                )
            )
    return found


def _with(row: dict[str, Any], broken: Mapping[str, str]) -> dict[str, Any]:
    """Return a row that no case judged with what single answers show of it."""
    if row["verdict"] in _JUDGED or row["id"] not in broken:
        return row
    return {**row, "verdict": "fail" if row["level"] == "must" else "warn", "reason": broken[row["id"]]}


def _broken(path: Path, stored: Mapping[str, Any]) -> dict[str, str]:
    """Return what single answers of a recording break by today's rules, with the first that does."""
    try:
        seen = again.probed(path, stored["target"])
        judged = again.judge(path, seen, again.scope_of(stored, seen))
    except (NotUsable, NotRecorded, DamagedEvidence, OSError):
        return {}
    found: dict[str, str] = {}
    for one in judged.ledger.deviations:
        found.setdefault(one.requirement, _received(one.documented, one.received, one.exchanges[0]))
    return found


def _received(documented: str, received: str, exchange: int) -> str:
    return f"documented: {documented}; received: {received}; exchange {exchange}"


def _why(
    before: Mapping[str, Any] | None,
    now: Mapping[str, Any] | None,
    known: Requirement | None,
    done: Mapping[str, Any],
) -> str:
    """Say why a row comes to something else: its text was changed, or what it is judged by."""
    if now is None:
        return ""
    if now["verdict"] not in _JUDGED:
        return str(now["reason"] or _NO_CASE)
    said = []
    changed = [key for key in _COMPARED if known and before and before[key] != getattr(known, key)]
    if before is not None:
        said.append(f"its {', '.join(changed)} changed" if changed else "it is judged in another way")
    first = next((row for row in done["deviations"] if row["requirement"] == now["id"]), None)
    if first is not None:
        said.append(_received(first["documented"], first["received"], next(iter(first["exchanges"]), 0)))
    elif now["reason"]:
        said.append(str(now["reason"]))
    return "; ".join(said)
