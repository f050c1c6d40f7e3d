"""A recording that was crafted to break whoever reads it: anything anywhere ends in a sentence, never in a traceback."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fulfillspec import verification
from fulfillspec.verdicts.stored import NotARun

ODD: tuple[Any, ...] = (
    None, True, -1, 10**400, 1.5e308, "", "\ud800", "x" * 50, [], {}, [[[1]]], [None], {"a": None},
)  # fmt: skip
Place = tuple[str | int, ...]


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    """Yield every place in a value; of a list the first entry stands for all."""
    yield above
    rows = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, one in rows:
        yield from places(one, (*above, key))


def with_odd(value: Any, drawn: random.Random) -> Any:
    """Return a value with something odd in some place."""
    place, odd = drawn.choice(list(places(value))), drawn.choice(ODD)
    if not place:
        return odd
    copy = json.loads(json.dumps(value))
    part = copy
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = odd
    return copy


def is_told(folder: Path, *, recompute: bool) -> None:
    """Verify, and see that what is wrong is told."""
    try:
        told = verification.in_words(verification.verify(folder, recompute=recompute), folder)
    except NotARun as reason:
        told = str(reason)
        assert "\n" not in told
    assert "Traceback" not in told


@pytest.fixture
def crafted(forged: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy without sums whose reports are not made again."""
    monkeypatch.setattr(verification.files, "of_projections", lambda _: ())
    (forged / "SHA256SUMS").unlink()
    return forged


@pytest.mark.parametrize("seed", range(4))
def test_results_with_anything_anywhere(seed: int, crafted: Path) -> None:
    drawn = random.Random(seed)
    path = crafted / "results.json"
    told = json.loads(path.read_text("utf-8"))
    for _ in range(6):
        path.write_text(json.dumps(with_odd(told, drawn), indent=1), "utf-8")
        is_told(crafted, recompute=False)


@pytest.mark.parametrize("name", ["evidence.ndjson", "times.ndjson", "journal.ndjson"])
@pytest.mark.parametrize("seed", range(3))
def test_line_with_anything_anywhere(seed: int, name: str, crafted: Path) -> None:
    drawn = random.Random(f"{name} {seed}")
    path = crafted / name
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    place = drawn.choice([0, 1, len(rows) - 1, drawn.randrange(len(rows))])
    rows[place] = with_odd(rows[place], drawn)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    is_told(crafted, recompute=True)


@pytest.mark.parametrize("at", [0, 1, 3, -1])
def test_stop_in_any_place(at: int, crafted: Path) -> None:
    path = crafted / "times.ndjson"
    lines = path.read_text("utf-8").splitlines()
    place = at + 1 if at >= 0 else len(lines) + at
    path.write_text("\n".join([*lines[:place], '{"what":"the stop","is":""}', *lines[place:]]) + "\n", "utf-8")
    done = verification.verify(crafted)
    assert done.disagreements
    is_told(crafted, recompute=True)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "\x00" * 1000, "﻿{}", "NaN", "9" * 5000])
@pytest.mark.parametrize("name", ["results.json", "evidence.ndjson", "times.ndjson", "statement.toml"])
def test_file_of_anything(name: str, text: str, crafted: Path) -> None:
    (crafted / name).write_text(text, "utf-8")
    is_told(crafted, recompute=name != "statement.toml")


def test_query_for_type_names_is_read(crafted: Path) -> None:
    path = crafted / "evidence.ndjson"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    place = max(n for n, line in enumerate(lines) if '"operation":"close"' in line)
    row = json.loads(lines[place])
    row |= {"transport": "graphql"}
    row["request"]["body"] = json.dumps(
        {"query": "{ __typename node: __typename fulfillmentOrder(id: 1) { __typename } }"}
    )
    lines[place] = json.dumps(row) + "\n"
    path.write_text("".join(lines), "utf-8")
    is_told(crafted, recompute=True)
