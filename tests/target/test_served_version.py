"""The version that a target is held to, where it is not plainly the one that was asked for."""

import pytest

from fulfillspec.target.probe import Probe, held_to
from fulfillspec.verdicts.results import Scope

BOTH = ("rest", "graphql")


def test_version_that_was_asked_for_and_served_is_not_talked_about() -> None:
    found = Probe(served="2025-10", served_graphql="2025-10")
    assert held_to(found, "2025-10", BOTH) == ({"rest": "2025-10", "graphql": "2025-10"}, [])
    assert held_to(Probe(), "2025-10", ("rest",)) == ({"rest": "2025-10"}, [])


@pytest.mark.parametrize(
    ("named", "held", "said"),
    [
        ("2026-01", "2026-01", "Version 2025-10 was asked for, 2026-01 was served (it fell forward)"),
        ("2023-04", "2023-04", "says that it served 2023-04, which is older; a store falls forward, never back"),
        ("newest", "2025-10", "names 'newest' as the version that it served, which is not an API version"),
    ],
)
def test_other_version_is_said_in_plain_words(named: str, held: str, said: str) -> None:
    versions, notes = held_to(Probe(served=named, served_graphql=named), "2025-10", BOTH)
    assert versions == {"rest": held, "graphql": held}
    assert len(notes) == 1
    assert said in notes[0]


def test_graphql_falls_forward_by_itself() -> None:
    versions, notes = held_to(Probe(served="2023-01", served_graphql="2024-10"), "2023-01", BOTH)
    assert versions == {"rest": "2023-01", "graphql": "2024-10"}
    assert "GraphQL does not serve 2023-01 and fell forward to 2024-10" in notes[0]


def test_graphql_that_names_an_older_version_is_no_fall_forward() -> None:
    versions, _ = held_to(Probe(served="2025-10", served_graphql="2025-07"), "2025-10", BOTH)
    assert versions == {"rest": "2025-10", "graphql": "2025-10"}


def test_target_with_graphql_alone_is_held_to_what_that_serves() -> None:
    versions, _ = held_to(Probe(served="2023-01", served_graphql="2024-10"), "2023-01", ("graphql",))
    assert versions == {"graphql": "2024-10"}


def test_sentence_names_what_was_asked_for_and_what_graphql_serves() -> None:
    def told(version: str, asked: str, **versions: str) -> str:
        return Scope(frozenset(), {}, BOTH, version, versions=versions, asked=asked).version_in_words

    assert told("2025-10", "2025-10", rest="2025-10", graphql="2025-10") == "2025-10"
    assert told("2025-01", "2024-04", rest="2025-01") == "2025-01 (2024-04 was asked for)"
    assert told("2023-01", "2023-01", rest="2023-01", graphql="2024-10") == "2023-01 (2024-10 over graphql)"
