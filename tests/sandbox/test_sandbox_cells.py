"""The mutants of single cells: each lets its own cell through and no other, and every cell has one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fulfillspec.documents import lifecycle
from fulfillspec.documents.versions import DEFAULT
from fulfillspec.sandbox import Sandbox
from fulfillspec.sandbox.errors import Refusal
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.mutants.cells import CELLS, MUTANTS, Cell
from fulfillspec.sandbox.store import Store

LATER = timedelta(days=40)


def elsewhere(store: Store, fo: FulfillmentOrder) -> int:
    return next(place.id for place in store.locations.values() if place is not fo.location)


ARGUMENTS: dict[str, Callable[[Store, FulfillmentOrder], tuple[Any, ...]]] = {
    "move": lambda store, fo: (fo.id, elsewhere(store, fo)),
    "reschedule": lambda store, fo: (fo.id, store.now() + LATER),
    "create_fulfillment": lambda _store, fo: ([(fo.id, None)],),
}


def shown(fo: FulfillmentOrder) -> list[Any]:
    rows = fo.order.fulfillment_orders
    return [(one.status, one.request_status, one.location.id, one.fulfill_at, one.remaining) for one in rows]


def met(sandbox: Sandbox, cell: Cell, actor: str = "") -> str:
    """Return what an action meets in a state: `refused`, `done`, or `done unseen` and `refused but done`."""
    store, apps = sandbox.store, sandbox.apps
    place, _, pair = cell.state.partition(":")
    fo = store.stage(place, pair, [2, 1], merchant=apps["merchant"], service=apps["service"])
    before = shown(fo)
    arguments = ARGUMENTS[cell.action](store, fo) if cell.action in ARGUMENTS else (fo.id,)
    try:
        getattr(store, cell.action)(apps[actor or cell.actor], *arguments)
    except Refusal:
        return "refused" if shown(fo) == before else "refused but done"
    return "done unseen" if shown(fo) == before else "done"


def test_every_cell_that_must_be_refused_has_mutants_of_its_own() -> None:
    table = lifecycle.load().cells(DEFAULT.name)
    levels = {
        (cell.state, cell.action, cell.actor, cell.requirement): cell.level
        for cell in table
        if cell.outcome == "refuse"
    }
    assert {cell for cell, level in levels.items() if level == "must"} <= set(CELLS) <= set(levels)
    assert len(CELLS) == len(set(CELLS))
    assert all(cell.leaves_no_trace or len(MUTANTS[cell]) == 2 for cell in CELLS)


def test_every_cell_is_refused_without_them() -> None:
    assert {met(Sandbox(), cell) for cell in CELLS} == {"refused"}


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: MUTANTS[cell][0].label())
def test_mutant_lets_its_own_cell_through_and_no_other(cell: Cell) -> None:
    for mutant in MUTANTS[cell]:
        sandbox = Sandbox([mutant.label()])
        found = {each: seen for each in CELLS if (seen := met(sandbox, each)) != "refused"}
        assert set(found) == {cell}
        done = (
            "refused but done"
            if getattr(mutant, "says_no", False)
            else "done unseen"
            if cell.leaves_no_trace
            else "done"
        )
        assert found[cell] == done
        assert met(sandbox, cell, "other_service") == "refused"
