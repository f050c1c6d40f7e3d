"""What is run to prove the suite: a trial per mutant, cut down to what judges its own requirement where that suffices."""

from __future__ import annotations

import os

import cells
from harness import Trial

from fulfillspec.documents import register
from fulfillspec.sandbox.mutants import mutants
from fulfillspec.sandbox.variants import variants
from fulfillspec.suite import coverage

SOME = 4
"""Mutants of an area that every run of the tests tries."""
SOME_VARIANTS = 12
"""Legal variants that every run of the tests tries, at least."""

_SHOW_MUCH = "shows_its_message or holds_an_open or is_assigned_to_it or accepts_without or come_when_asked"
"""Cases that show every property of a fulfillment order between them."""


def trials_for(name: str) -> list[Trial]:
    """Return the trials of a mutant, one for each transport that it shows on and its requirement speaks of.

    Each is cut down to what judges its requirement, and ends when that was seen to deviate. What standing judges hold
    (an invariant, a shape, a form) may show anywhere, so all cases run for it. One that shows beside another transport
    only (`together`) is tried over all of them in one run, one of another API version (`api_version`) with that.
    """
    if cells.is_of_a_cell(name):
        return cells.trials_for(name)
    mutant = mutants()[name]
    row = register.load().get(mutant.requirement)
    standing = coverage.is_standing(row.id)
    depth = getattr(mutant, "depth", "certify" if row.id in coverage.judged_at_certify() else "core")
    only, keyword = "", getattr(mutant, "cases", "")
    if not keyword and row.id.startswith("FO-PROP-"):
        only, keyword = row.id, _SHOW_MUCH
    elif not keyword and not standing and row.area != "equivalence":
        only = row.id
    version = getattr(mutant, "api_version", "")
    over = [transport for transport in mutant.transports if transport in row.transports] or list(mutant.transports)
    return [
        Trial((name,), (), depth, transport, only, keyword, until=row.id, api_version=version)
        for transport in ([None] if row.area == "equivalence" or getattr(mutant, "together", False) else over)
    ]


def trial_for(name: str) -> Trial:
    """Return the trial of a mutant over the first transport that it shows on."""
    return trials_for(name)[0]


def names() -> list[str]:
    """Return the mutants of the areas: all but those of single cells of the table."""
    return sorted(name for name in mutants() if not cells.is_of_a_cell(name))


def chosen() -> list[str]:
    """Return the mutants of the areas that are tried: all with FULFILLSPEC_KILL=all, else a few of each area, quick ones.

    All of them take too long for every push; `scripts/kill_matrix.py` runs all, over every transport, and writes down
    what it saw.
    """
    known = mutants()
    if os.environ.get("FULFILLSPEC_KILL") == "all":
        return names()
    areas: dict[str, list[str]] = {}
    for name in names():
        row = register.load().get(known[name].requirement)
        quick = row.level == "must" and bool(trial_for(name).only)
        if (
            quick
            and "rest" in known[name].transports
            and not row.id.startswith("FO-PROP-")
            and row.id not in coverage.judged_at_certify()
        ):
            areas.setdefault(row.area, []).append(name)
    return sorted(name for area in areas.values() for name in area[:: max(1, len(area) // SOME)][:SOME])


def chosen_variants() -> list[str]:
    """Return the legal variants that are tried, chosen like the mutants."""
    names = sorted(variants())
    return (
        names
        if os.environ.get("FULFILLSPEC_KILL") == "all"
        else [name for name in names if name != "slow"][:: len(names) // SOME_VARIANTS]
    )


def silent_trial(name: str) -> Trial:
    """Return the trial of a legal variant, over REST unless all are asked for."""
    return Trial(variants=(name,), transport=None if os.environ.get("FULFILLSPEC_KILL") == "all" else "rest")
