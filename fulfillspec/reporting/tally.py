"""Counts over a run, computed once, so that every projection tells the same numbers."""

from collections import Counter
from collections.abc import Iterable

from fulfillspec.reporting.run import StoredRun
from fulfillspec.verdicts.deviation import Deviation

VERDICTS = ("pass", "fail", "warn", "inconclusive", "not-applicable", "not-tested")
"""The verdicts of a requirement in the order in which they are counted."""

MARK = {"pass": "✔", "fail": "✖", "warn": "▲", "inconclusive": "◆", "not-applicable": "\u2013", "not-tested": "○"}
"""The shape of each verdict, so that colour is never its only carrier."""

MEANING = {
    "pass": "Observed, and as the documents say.",
    "fail": "Observed, and a must of the documents is broken. Blocks conformance.",
    "warn": "Observed, and a should or a may of the documents is not followed. Shown; a should blocks by the strict profile only.",
    "inconclusive": "Could not be observed: a prerequisite was missing; the reason names it. Blocks, if a must.",
    "not-applicable": "Does not apply: area not claimed, other API version, other transport.",
    "not-tested": "Excluded from testing with a reason, for instance because HTTP cannot show it.",
}
"""What each verdict means, for the legend."""

OVERALL = {
    "conformant": "every must in every claimed area was observed to hold",
    "nonconformant": "at least one must is broken, by the strict profile also a should",
    "inconclusive": "no must is broken, but at least one could not be observed",
    "aborted": "the run ended before everything was judged",
}
"""What the verdict on the whole means."""

PROFILE = {
    "standard": "only a must that is broken blocks",
    "strict": "a should that deviates blocks as a broken must does",
}
"""What each profile makes of the requirements that are not kept."""

_BADNESS = ("fail", "inconclusive", "warn", "pass", "not-tested", "not-applicable")

Counts = dict[str, int]


def counts(verdicts: Iterable[str]) -> Counts:
    """Return how often each verdict occurs, all verdicts present, in the order of VERDICTS; unknown words come last."""
    found = Counter(verdicts)
    known = {verdict: found.pop(verdict, 0) for verdict in VERDICTS}
    return known | dict(sorted(found.items()))


def worst(verdicts: Iterable[str]) -> str:
    """Return the verdict that matters most: fail, inconclusive, warn, pass, not-tested, not-applicable."""
    return min(
        verdicts, key=lambda verdict: _BADNESS.index(verdict) if verdict in _BADNESS else 1, default="not-tested"
    )


def by_area(run: StoredRun) -> dict[str, Counts]:
    """Return the counts of each area over its requirements."""
    return {area: counts(row.verdict for row in run.requirements if row.area == area) for area in run.areas}


def by_transport(run: StoredRun) -> dict[str, Counts]:
    """Return the counts of each transport over the requirements that have a verdict on it."""
    return {
        name: counts(row.by_transport[name] for row in run.requirements if name in row.by_transport)
        for name in run.transports
    }


def by_level(run: StoredRun) -> dict[str, Counts]:
    """Return the counts of each level over its requirements."""
    return {
        level: counts(row.verdict for row in run.requirements if row.level == level)
        for level in ("must", "should", "may")
    }


def by_gravity(run: StoredRun) -> tuple[Deviation, ...]:
    """Return the deviations, those that block first: new before known, must before should, else as the results have them."""
    levels = {"must": 0, "should": 1, "may": 2}
    return tuple(
        sorted(
            run.deviations,
            key=lambda found: (found.baseline is not None, levels.get(found.level, 3)),
        )
    )
