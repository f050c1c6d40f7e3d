"""The trials of mutants of single cells of the table: each has to be found in its cell, and nothing laid on another."""

from __future__ import annotations

import os

from harness import Outcome, Trial

from fulfillspec.documents import register
from fulfillspec.sandbox.mutants import mutants
from fulfillspec.sandbox.mutants.cells import MUTANTS, Cell, Lenient
from fulfillspec.suite.parameters import slug

FIRST, STRIDE = 3, 23
"""Which trials every run of the tests makes: both kinds of mutants, over both transports, from all over the table."""


def is_of_a_cell(name: str) -> bool:
    """Tell whether a mutant is of a single cell."""
    return issubclass(mutants()[name], Lenient)


def cell_of(name: str) -> Cell:
    """Return the cell of a mutant of a single one."""
    mutant = mutants()[name]
    assert issubclass(mutant, Lenient)
    return mutant.cell


def trials_for(name: str) -> list[Trial]:
    """Return the trials of a mutant of a single cell, one for each transport: all cells of its state are walked."""
    walked = f"test_refusals_in_a_state and {slug(cell_of(name).state)}"
    return [Trial((name,), transport=transport, keyword=walked) for transport in mutants()[name].transports]


def trials() -> list[Trial]:
    """Return all trials in the order of the table."""
    return [trial for both in MUTANTS.values() for mutant in both for trial in trials_for(mutant.label())]


def chosen() -> list[Trial]:
    """Return the trials that are made: all with FULFILLSPEC_KILL=all, else some from all over the table."""
    known = trials()
    return known if os.environ.get("FULFILLSPEC_KILL") == "all" else known[FIRST::STRIDE]


def misjudged(outcome: Outcome) -> str:
    """Say what is wrong with what a trial found; empty where the mutant was found in its cell, and nothing in another."""
    name = outcome.trial.mutants[0]
    own, cell = mutants()[name].requirement, cell_of(name)
    blamed = {
        (one["requirement"], one["state"], one["operation"], one["actor"]) for one in outcome.deviations if one["state"]
    } | {
        (one["requirement"], one["state"], one["action"], one["actor"])
        for one in outcome.cells
        if one["verdict"] in {"fail", "warn"}
    }
    if outcome.errors:
        return f"errors: {', '.join(outcome.errors)}"
    level = register.load().get(own).level
    if outcome.broken.get(own) != ("fail" if level == "must" else "warn") or (own, *cell[:3]) not in blamed:
        return f"survives {own}: broken {outcome.broken}"
    elsewhere = sorted(row for row in blamed if row[1:] != cell[:3])
    return f"lays on other cells: {elsewhere}" if elsewhere else ""
