"""What cases are asked for: over which transports, in which states, and the requirements that each case names."""

from __future__ import annotations

import pytest

from fulfillspec.documents import access, lifecycle, register
from fulfillspec.documents.access import Trial
from fulfillspec.documents.lifecycle import Cell, Edge
from fulfillspec.documents.versions import DEFAULT
from fulfillspec.exploration.walks import Walk, plan
from fulfillspec.generation import graphql_driver as questioned_kinds
from fulfillspec.generation.rest_driver import Driven, driven
from fulfillspec.judge.naming import ID, module
from fulfillspec.judge.registry import Hears, registered
from fulfillspec.runs.run import Run

_NAMED = pytest.StashKey[frozenset[str]]()


class Cells:
    """The cells of one state, and the step that leads to it where that matters."""

    def __init__(self, state: str, cells: tuple[Cell, ...], edge: Edge | None = None) -> None:
        self.state, self.cells, self.edge = state, cells, edge

    @property
    def requirements(self) -> set[str]:
        """The requirements that the cells rest on."""
        found = {cell.requirement for cell in self.cells if cell.requirement}
        return found | {self.edge.requirement} if self.edge else found


def requirements_of(item: pytest.Item) -> frozenset[str]:
    """Return the requirement ids that a case names, in its code, that of its suite's helpers, or in its parameters.

    A judge that only certain cases bring to speak (`Hears.CASES`) is named by its fixture, which has its module's name.
    """
    if item.stash.get(_NAMED, None) is None:
        item.stash[_NAMED] = _named(item)
    return item.stash[_NAMED]


def _named(item: pytest.Item) -> frozenset[str]:
    found = set(module(item.path).of_case(getattr(item, "originalname", item.name)))
    used = getattr(item, "fixturenames", ())
    for file, hears in registered().items():
        if hears is Hears.CASES and file.stem in used:
            found |= module(file).requirements
    mark = item.get_closest_marker("area")
    if mark is not None:
        found |= {row.id for row in register.load().by_area()[mark.args[0]]}
    callspec = getattr(item, "callspec", None)
    for value in callspec.params.values() if callspec else ():
        if isinstance(value, (Cells, Trial, Walk, Driven)):
            found |= value.requirements
        elif isinstance(value, str) and ID.fullmatch(value):
            found.add(value)
    return frozenset(found)


def parametrize(metafunc: pytest.Metafunc, run: Run | None) -> None:
    """Ask a case over each transport of the run, and table cases in each state."""
    version = run.version if run is not None else DEFAULT.name
    if "refusals" in metafunc.fixturenames:
        life = lifecycle.load()
        by_state = {
            state: tuple(cell for cell in life.cells(version) if cell.state == state and cell.outcome != "accept")
            for state in life.states
        }
        metafunc.parametrize(
            "refusals",
            [Cells(state, cells) for state, cells in by_state.items() if cells],
            ids=[slug(state) for state, cells in by_state.items() if cells],
        )
    if "step_taken" in metafunc.fixturenames:
        life = lifecycle.load()
        steps = [
            Cells(edge.target, tuple(cell for cell in life.cells(version) if cell.state == edge.target), edge)
            for edge in life.edges
        ]
        metafunc.parametrize(
            "step_taken",
            steps,
            ids=[f"{slug(edge.source)}-{edge.action}{'-part' * edge.part}" for edge in life.edges],
        )
    if "every_state" in metafunc.fixturenames:
        states = list(lifecycle.load().states)
        metafunc.parametrize("every_state", states, ids=[slug(state) for state in states])
    if "trial" in metafunc.fixturenames:
        trials = access.trials()
        metafunc.parametrize("trial", trials, ids=[slug(trial.state) for trial in trials])
    if "walk" in metafunc.fixturenames:
        walks: list[Walk | None] = [*plan(metafunc.config.option.walk_steps, metafunc.config.option.depth)] or [None]
        metafunc.parametrize("walk", walks, ids=[f"walk-{walk.number}" if walk else "none" for walk in walks])
    for name in {"operation_asked", "operation_sent", "operation_broken"}.intersection(metafunc.fixturenames):
        metafunc.parametrize(name, rows := driven(name), ids=[row.operation for row in rows])
    for name in {*questioned_kinds.KINDS}.intersection(metafunc.fixturenames):
        metafunc.parametrize(name, questioned_kinds.asked(name))
    if not {"context", "explorer", "generated_requests", "generated_queries"}.isdisjoint(metafunc.fixturenames):
        mark = next(metafunc.definition.iter_markers("transports"), None)
        transports = run.scope.transports if run is not None and run.tracks else ("rest",)
        metafunc.parametrize(
            "transport",
            [name for name in transports if (name in mark.args if mark else name != "connector")],
            scope="session",
        )


def slug(state: str) -> str:
    """Return a state as a test id: plain ASCII without a slash."""
    return state.replace(":", "-").replace("/", "-")
