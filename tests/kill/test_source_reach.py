"""Which cases can tell a source mutant: those that run its line, or a line that names what it binds."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
try:
    import source_reach
    from source_mutants import Place
    from source_reach import IMPORT, SETUP, Lines, Reach
finally:
    sys.path.remove(str(SCRIPTS))

STORE = """\
LIMIT = 3
UNUSED = 4


def close(number):
    if number:
        return LIMIT
    return max(
        number,
        1,
    )


def create():
    return close(1)
"""
MODULE = "sandbox/store.py"


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[int], Place]]:
    remembering = (source_reach._layout, source_reach._functions, source_reach._mentions)
    monkeypatch.setattr(source_reach, "PACKAGE", tmp_path)
    monkeypatch.setattr(source_reach, "SANDBOX", tmp_path / "sandbox")
    (tmp_path / "sandbox").mkdir()
    (tmp_path / MODULE).write_text(STORE)
    for each in remembering:
        each.cache_clear()
    yield lambda line: Place(MODULE, "core/AddNot", 0, line, "close")
    for each in remembering:
        each.cache_clear()


def lines(*numbers: int) -> set[tuple[str, int]]:
    return {(MODULE, number) for number in numbers}


REACH = Reach(
    ran={
        IMPORT: lines(1, 2, 5, 14),
        SETUP: lines(15),
        "test_a[long]": lines(6, 7),
        "test_a[short]": lines(6, 7),
        "test_b": lines(6, 8),
        "test_c": set(),
    },
    requests={"test_a[long]": 40, "test_a[short]": 4, "test_b": 9, "test_c": 1},
    inconclusive=frozenset(),
)


@pytest.mark.parametrize(
    ("line", "cases"),
    [
        (6, ["test_a[short]", "test_b", "test_a[long]"]),
        (7, ["test_a[short]", "test_a[long]"]),
        (8, ["test_b"]),
        (11, ["test_b"]),
        (1, ["test_a[short]", "test_a[long]"]),
        (2, ["test_c", "test_a[short]", "test_b", "test_a[long]"]),
        (15, ["test_c", "test_a[short]", "test_b", "test_a[long]"]),
    ],
)
def test_cases_that_run_the_line_can_tell_it_a_short_one_of_each_test_first(
    place: Callable[[int], Place], line: int, cases: list[str]
) -> None:
    assert REACH.of(place(line)) == cases


def test_line_that_nothing_runs_is_told(place: Callable[[int], Place]) -> None:
    quiet = Reach(ran={"test_b": lines(6, 7)}, requests={"test_b": 1}, inconclusive=frozenset())
    assert quiet.unreached([place(7), place(8)]) == [place(8)]


def test_what_ran_while_the_sandbox_was_imported_is_remembered(place: Callable[[int], Place]) -> None:
    assert REACH.remembered(place(1))
    assert not REACH.remembered(place(7))


def test_lines_of_the_sandbox_alone_are_noted(
    place: Callable[[int], Place], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert place(1)
    monkeypatch.setattr(source_reach, "_WITHIN", f"{tmp_path / 'sandbox'}/")
    spoken: dict[str, Callable[..., int]] = {}
    exec(compile(STORE, str(tmp_path / MODULE), "exec"), spoken)
    noted = Lines()
    noted.begin("test_b")
    before = sys.gettrace()
    sys.settrace(noted)
    try:
        spoken["close"](0)
    finally:
        sys.settrace(before)
    assert {number for _, number in noted.ran["test_b"]} >= {5, 6, 8}
    assert (MODULE, 7) not in noted.ran["test_b"]
