"""Survivors of source mutants: each is of the first row that it fits, and the page counts what is judged."""

import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
try:
    from refute_sandbox import Sorted, page
finally:
    sys.path.remove(str(ROOT / "scripts"))

KNOWN = Sorted(
    rows=[
        {"mutant": "sandbox/a.py:move:own/DeleteStatement:1", "class": "closed", "why": "FO-MOVE-STATE"},
        {"mutant": "sandbox/a.py:move:*", "class": "free", "why": "Silence."},
        {"mutant": "sandbox/b.py:*", "class": "equivalent", "why": "A | B"},
    ],
    lessons=["Nobody subscribed."],
)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("sandbox/a.py:move:own/DeleteStatement:1", "closed"),
        ("sandbox/a.py:move:own/DeleteStatement:11", "free"),
        ("sandbox/b.py:close:core/AddNot:0", "equivalent"),
        ("sandbox/c.py:close:core/AddNot:0", "not sorted"),
    ],
)
def test_survivor_is_of_the_first_row_that_it_fits(key: str, kind: str) -> None:
    assert KNOWN.kind(key) == kind


def row(key: str, outcome: str) -> dict[str, Any]:
    return {"key": key, "outcome": outcome, "line": 3}


def test_page_counts_what_is_neither_equivalent_nor_free() -> None:
    rows = [
        row("sandbox/a.py:move:own/DeleteStatement:1", "found"),
        row("sandbox/a.py:move:core/AddNot:0", "not reached"),
        row("sandbox/b.py:close:core/AddNot:0", "survived"),
        row("sandbox/c.py:close:core/AddNot:0", "inconclusive"),
        row("sandbox/c.py:close:core/AddNot:1", "found"),
        row("sandbox/c.py:close:core/AddNot:2", "no mutant"),
    ]
    text, judged, found = page(rows, KNOWN, places=20, seed=1)
    assert (judged, found) == (3, 2)
    assert "- places that can be changed: 20; tried, in the order of seed 1: 5\n" in text
    assert "- score: 2 of 3 that are neither equivalent nor free (67%)" in text
    assert "with the check that closes the hole): 1" in text
    assert "| `sandbox/a.py:move:own/DeleteStatement:1` | 3 | found | closed | FO-MOVE-STATE |" in text
    assert "1. Nobody subscribed." in text
    assert "| `sandbox/b.py:close:core/AddNot:0` | 3 | survived | equivalent | A \\| B |" in text
    assert "AddNot:1`" not in text


def test_each_row_of_the_survivors_names_a_module_a_class_and_a_reason() -> None:
    for found in Sorted.read().rows:
        assert (ROOT / "fulfillspec" / found["mutant"].partition(":")[0]).is_file(), found
        assert found["class"] in {"equivalent", "free", "told", "closed", "hole"}, found
        assert found["why"], found
