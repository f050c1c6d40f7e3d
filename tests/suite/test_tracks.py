"""Which case belongs to which track, and in which order they come."""

from types import SimpleNamespace
from typing import Any

from fulfillspec.suite import tracks

REST, GRAPHQL = (
    SimpleNamespace(name=name, contexts=names)
    for name, names in (("rest", ("rest", "connector")), ("graphql", ("graphql",)))
)
RUN: Any = SimpleNamespace(
    tracks=(REST, GRAPHQL),
    track_of=lambda transport: next((track for track in (REST, GRAPHQL) if transport in track.contexts), REST),
)


def case(name: str, transport: str, *marks: str) -> Any:
    return SimpleNamespace(
        name=name,
        location=("suites/test_holds.py", 5, name),
        callspec=SimpleNamespace(params={"transport": transport}),
        get_closest_marker=lambda mark: mark if mark in marks else None,
    )


CASES = [
    case("g", "graphql"),
    case("r alone", "rest", "alone"),
    case("r last", "rest", "last"),
    case("c", "connector"),
    case("g alone", "graphql", "alone"),
    case("r", "rest"),
    case("r first", "rest", "first"),
]


def test_cases_come_by_tracks_and_those_that_want_to_be_alone_last() -> None:
    found = [one.name for one in tracks.in_turn(RUN, CASES)]
    assert found == ["r first", "c", "r", "r last", "r alone", "g", "g alone"]


def test_cases_of_the_connector_are_of_the_track_that_looks_for_them() -> None:
    found = [(track.name, [one.name for one in cases]) for track, cases in tracks.groups(RUN, CASES[:4])]
    assert found == [("rest", ["r alone", "r last", "c"]), ("graphql", ["g"])]
