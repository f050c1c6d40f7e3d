"""Two stored runs, one before and one after: what became of each requirement, which deviations are new or gone.

A must got worse if it is further from having been seen to hold than before, in the order pass, not judged,
inconclusive, fail; or if it deviates in one more way. What the other register does not have, or the documents do not
say of the version that was served, got no worse by not being judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fulfillspec.documents.register import Register, applies
from fulfillspec.verdicts.by_version import Walked, differences, version_of
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.results import NOT_SELECTED, profile_of

Results = Mapping[str, Any]

ABSENT = "absent"
"""Stands for the verdict of a requirement that a run has no row of, or none over a transport."""

KINDS = ("newly failing", "fixed", "worse", "better", "appeared", "gone")
"""What becomes of a verdict, those that are read first before the others."""

_DISTANCE = {"pass": 0, "not-applicable": 1, "not-tested": 1, ABSENT: 1, "warn": 2, "inconclusive": 3, "fail": 4}
_BROKEN = frozenset({"fail", "warn"})


@dataclass(frozen=True, slots=True)
class Turn:
    """A requirement whose verdict over one transport is another than before. `worse`: a must that got worse."""

    requirement: str
    level: str
    transport: str
    before: str
    after: str
    worse: bool

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        if self.before == ABSENT:
            return "appeared"
        if self.after == ABSENT:
            return "gone"
        if self.after in _BROKEN and self.before not in _BROKEN:
            return "newly failing"
        if self.before in _BROKEN and self.after == "pass":
            return "fixed"
        return "worse" if _DISTANCE[self.after] > _DISTANCE[self.before] else "better"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to deviate: a requirement over a transport, what is documented, what came, by which level it weighs."""

    requirement: str
    level: str
    transport: str
    documented: str
    received: str


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two runs; what they have in common is not told.

    `identity` and `counts` are names with their values before and after. `others` are readings of ambiguities and
    cells of the table, as `fulfillspec.comparison` tells them, under `before` and `after`.
    """

    identity: tuple[tuple[str, str, str], ...]
    turns: tuple[Turn, ...]
    new: tuple[Way, ...]
    gone: tuple[Way, ...]
    others: tuple[Mapping[str, Any], ...]
    counts: tuple[tuple[str, str, str], ...]

    @property
    def worse(self) -> bool:
        """Whether a must got worse."""
        return any(turn.worse for turn in self.turns) or any(way.level == "must" for way in self.new)


def between(before: Results, after: Results, register: Register) -> Change:
    """Compare two runs, each over one API version; the register is that of this suite."""
    walked = (Walked("before", "before", before), Walked("after", "after", after))
    rows = differences(walked, register)
    ways = [{Deviation.of_row(row).identity: _way(row) for row in run["deviations"]} for run in (before, after)]
    return Change(
        identity=tuple(_unequal(_identity(before), _identity(after))),
        turns=tuple(_turns(before, after, register)),
        new=tuple(way for identity, way in ways[1].items() if identity not in ways[0]),
        gone=tuple(way for identity, way in ways[0].items() if identity not in ways[1]),
        others=tuple(row for row in rows if row["kind"] != "requirement"),
        counts=tuple(_unequal(_counts(before), _counts(after))),
    )


def _turns(before: Results, after: Results, register: Register) -> Iterator[Turn]:
    old, new = ({row["id"]: row for row in run["requirements"]} for run in (before, after))
    for identity in dict.fromkeys((*new, *old)):
        was, now = old.get(identity), new.get(identity)
        over = [*(was or {}).get("by_transport", ()), *(now or {}).get("by_transport", ())]
        row = now or was or {}
        for transport in dict.fromkeys(over):
            words = [(one or {}).get("by_transport", {}).get(transport, ABSENT) for one in (was, now)]
            if words[0] != words[1]:
                worse = row["level"] == "must" and _DISTANCE[words[1]] > _DISTANCE[words[0]]
                if worse and _DISTANCE[words[1]] == 1:
                    worse = now is not None and _documented(identity, version_of(after), register)
                yield Turn(identity, row["level"], transport, words[0], words[1], worse)


def _documented(identity: str, version: str, register: Register) -> bool:
    known = register.requirements.get(identity)
    return known is None or applies(known, version, None)


def _way(row: Mapping[str, Any]) -> Way:
    return Way(row["requirement"], row["level"], row["transport"], row["documented"], row["received"])


def _identity(run: Results) -> dict[str, str]:
    suite, target = run["suite"], run["target"]
    return {
        "suite": suite["version"],
        "register": suite["register_digest"],
        "depth": suite["depth"],
        "seed": str(suite["seed"]),
        "profile": profile_of(run),
        "target": target["base_url"],
        "kind": target["kind"],
        "version asked": target["api_version"]["asked"],
        "version served": target["api_version"]["served"] or "not named",
        "transports": _listed(target["transports"]),
        "areas": _listed(target["areas"]),
        "orders come by": target["stage"],
        "selected": _listed(_selected(run)),
    }


def _selected(run: Results) -> Iterable[str]:
    left = [row["id"] for row in run["requirements"] if row["reason"] == NOT_SELECTED]
    return sorted({row["id"] for row in run["requirements"]} - set(left)) if left else ["all"]


def _counts(run: Results) -> dict[str, str]:
    by_level = Counter((row["level"], row["verdict"]) for row in run["requirements"])
    counted = {f"{level} {verdict}": str(number) for (level, verdict), number in sorted(by_level.items())}
    whole = {name: str(run[name]) for name in ("verdict", "exchanges", "orders_created", "throttled")}
    left = {"left_behind": str(len(run["left_behind"]))}
    return {**whole, "deviations": str(len(run["deviations"])), **left, **counted}


def _unequal(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield name, old.get(name, "0"), new.get(name, "0")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
