"""From the evidence of a run to scripts that bring a deviation about anew.

What a run made it removes at its end, so a request that showed a deviation means nothing afterwards. A script makes
what is needed: an order for it alone, taken by the fewest acts to the state that the deviation needs. Where the evidence
tells no such way, it repeats all that was done to the order. It ends with the requests that decide, compares their
answers with those recorded, says `reproduced` (status 1) or `not reproduced` (status 0), and removes what it made.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fulfillspec.evidence import log as evidence_log
from fulfillspec.evidence.log import Exchange
from fulfillspec.reproduction.index import Chain, Index, Seen
from fulfillspec.reproduction.plan import Rows, ScriptPlan, given, request_alone, whole_history
from fulfillspec.reproduction.script import Setting, Writer, WrittenScript
from fulfillspec.reproduction.shortest import ShortWay, planned, short_way

__all__ = ["FOLDER", "Script", "Setting", "attach", "scripts"]

FOLDER = "reproduce"
"""The folder of a run that holds its scripts."""

MOST_SCRIPTS = 40
MOST_TRIED = 12
"""Deviations of one kind of which the one with the shortest script is taken."""
MOST_LINES = 150
"""Lines that a script has at most to stand as a whole where a deviation is told."""

_END = "END_OF_SCRIPT"


@dataclass(frozen=True, slots=True)
class Script:
    """A script: its file's name, its text, and how many exchanges stand before those that decide."""

    name: str
    text: str
    steps_before: int

    @property
    def pasted(self) -> str | None:
        """The script as a text to paste into any shell, None where it is too long for that."""
        lines = self.text.splitlines()
        if len(lines) > MOST_LINES or _END in lines:
            return None
        return f"sh <<'{_END}'\n{self.text}{_END}"


def scripts(
    stored: Callable[[], Iterable[Exchange]], deviations: Sequence[Mapping[str, Any]], setting: Setting
) -> dict[int, Script]:
    """Return scripts by the position of their deviation: one for each requirement, transport and operation, 40 at most.

    Of several deviations of that kind it is the one that takes the fewest requests to show.

    `stored` gives the exchanges of the run in their order; it is called twice. `deviations` are rows of
    `results.json`.
    """
    candidates = _candidates(deviations)
    index = Index({n for positions in candidates.values() for one in positions for n in deviations[one]["exchanges"]})
    for exchange in stored():
        index.add(exchange)
    ways: dict[int, _Ways] = {}
    names: dict[int, str] = {}
    for name, positions in candidates.items():
        tried = {position: _Ways.of(index, _seen(deviations[position])) for position in positions}
        chosen = min(tried, key=lambda position: tried[position].length)
        ways[chosen], names[chosen] = tried[chosen], name
    needed = {n for way in ways.values() for n in way.numbers(index)}
    deciding = {n for way in ways.values() for n in way.whole.deciding}
    sent = {
        exchange.n: exchange if exchange.n in deciding else request_alone(exchange)
        for exchange in stored()
        if exchange.n in needed
    }
    found: dict[int, Script] = {}
    for position, way in ways.items():
        if way.whole.deciding:
            plan = way.plan(index, sent)
            text = Writer(setting, plan).write(_script_of(deviations[position], names[position]))
            found[position] = Script(names[position], text, plan.before)
    return found


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways to a deviation: all that was done to its orders, and a shorter one where there is one."""

    whole: Chain
    short: ShortWay | None
    given: Rows | None

    @classmethod
    def of(cls, index: Index, seen: Seen) -> "_Ways":
        return cls(index.chain(seen), short_way(index, seen), given(index, seen))

    @property
    def length(self) -> tuple[bool, bool, int]:
        """What the way to take of several is told by: the least comes first."""
        rests_on_others = self.short is None and (bool(self.given) or len(self.whole.steps) > len(self.whole.deciding))
        steps = self.short.numbers if self.short else self.whole.steps
        return not self.whole.deciding, rests_on_others, len(steps)

    def numbers(self, index: Index) -> set[int]:
        """Return the numbers of the exchanges that a plan is made of."""
        found = {*self.whole.steps, *self.whole.removing}
        return found | self.short.numbers | index.supplied({self.short.create}) if self.short else found

    def plan(self, index: Index, sent: Mapping[int, Exchange]) -> ScriptPlan:
        """Return the shorter plan of the two."""
        whole = whole_history(index, self.whole, sent, self.given)
        short = planned(index, self.short, sent) if self.short else None
        return short if short is not None and len(short.sends) < len(whole.sends) else whole


def attach(rows: Sequence[dict[str, Any]], log: Path, setting: Setting) -> None:
    """Write the scripts of deviations beside a run's evidence, and set `reproduce` of their rows to what can be pasted.

    Under a remark that names the script that is the script itself where it is short, else the request as it was. A row
    whose kind another one's script shows names that; the others stay as they are. Raises `OSError` and `DamagedEvidence`.
    """
    if not rows:
        return
    found = scripts(lambda: evidence_log.read(log, parsed=False), rows, setting)
    folder = log.parent / FOLDER
    folder.mkdir(exist_ok=True)
    for old in folder.glob("FO-*.sh"):
        old.unlink()
    for position, script in found.items():
        (folder / script.name).write_text(f"#!/bin/sh\n{script.text}", "utf-8", errors="backslashreplace")
        if script.steps_before:
            row = rows[position]
            remark = f"# To set up the state and send the request again, run: sh {FOLDER}/{script.name}"
            row["reproduce"] = f"{remark}\n{script.pasted or row['reproduce']}"
            kind = _kind(row)
            for other in (one for place, one in enumerate(rows) if place not in found and _kind(one) == kind):
                remark = f"# The same deviation elsewhere is reproduced by: sh {FOLDER}/{script.name}"
                other["reproduce"] = f"{remark}\n{other['reproduce']}"


def _candidates(deviations: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Return the positions of the deviations that a script may show, by the file name of the script.

    Where there are too many, each requirement has its first script before any has a second one.
    """
    found: dict[tuple[str, str, str], list[int]] = {}
    for position, row in enumerate(deviations):
        if row["exchanges"]:
            found.setdefault(_kind(row), []).append(position)
    counted: Counter[str] = Counter()
    numbered = []
    for (requirement, _, _), positions in found.items():
        counted[requirement] += 1
        numbered.append((counted[requirement], requirement, positions[:MOST_TRIED]))
    kept = sorted(numbered, key=lambda one: one[0])[:MOST_SCRIPTS]
    return {
        f"{re.sub('[^A-Za-z0-9-]', '-', requirement)}-{number}.sh": positions
        for number, requirement, positions in sorted(kept, key=lambda one: one[2])
    }


def _kind(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return what one script is made for."""
    return str(row["requirement"]), str(row["transport"]), str(row["operation"])


def _seen(row: Mapping[str, Any]) -> Seen:
    places = [str(part["path"]) for part in row["diff"]] + [str(row["documented"])]
    return Seen(tuple(row["exchanges"]), (str(row["documented"]), str(row["received"])), tuple(places))


def _script_of(row: Mapping[str, Any], name: str) -> WrittenScript:
    heading = f"{row['requirement']} over {row['transport']}, seen by {row['case'] or 'the stage'}"
    called_back = row.get("area") == "notifications"
    return WrittenScript(name, heading, str(row["documented"]), str(row["received"]), called_back)
