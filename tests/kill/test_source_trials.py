"""Source mutants: which functions a change is within, and which cases can tell it."""

import ast
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
try:
    from source_mutants import Place
    from source_trials import Reach, differing
finally:
    sys.path.remove(str(SCRIPTS))

BEFORE = """
LIMIT = 3

def free(number=1):
    return number + LIMIT

class Store:
    kept = 5

    @property
    def size(self):
        return self.kept
"""


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ("number + LIMIT", "number - LIMIT", [("free",)]),
        ("return self.kept", "return 0", [("Store", "size")]),
        ("LIMIT = 3", "LIMIT = 4", None),
        ("number=1", "number=2", None),
        ("kept = 5", "kept = 6", None),
        ("@property", "@staticmethod", None),
        ("LIMIT = 3", "LIMIT = 3", []),
    ],
)
def test_a_change_within_functions_alone_is_told_from_all_others(
    old: str, new: str, paths: list[tuple[str, ...]] | None
) -> None:
    assert differing(ast.parse(BEFORE).body, ast.parse(BEFORE.replace(old, new)).body, ()) == paths


def place(function: str) -> Place:
    return Place("sandbox/store.py", "core/AddNot", 0, 7, function)


REACH = Reach(
    cases={
        "long": frozenset({("sandbox/store.py", "close")}),
        "short": frozenset({("sandbox/store.py", "close")}),
        "other": frozenset({("sandbox/store.py", "hold")}),
    },
    setup=frozenset({("sandbox/store.py", "create")}),
    imported=frozenset({("sandbox/store.py", "table")}),
    requests={"long": 40, "short": 4, "other": 1},
    inconclusive=frozenset(),
)


@pytest.mark.parametrize(
    ("function", "cases"),
    [
        ("close", ["short", "long"]),
        ("create", ["other", "short", "long"]),
        ("module", ["other", "short", "long"]),
        ("never", []),
    ],
)
def test_cases_that_run_the_function_can_tell_it_the_short_ones_first(function: str, cases: list[str]) -> None:
    assert REACH.of(place(function)) == cases


def test_what_ran_while_the_sandbox_was_imported_is_remembered() -> None:
    assert REACH.remembered(place("table"))
    assert not REACH.remembered(place("close"))
