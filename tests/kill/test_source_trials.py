"""Source mutants: which functions a change is within."""

import ast
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
try:
    from source_trials import differing
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
