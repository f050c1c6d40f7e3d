"""What became of each requirement between two runs, and whether a must got worse."""

from typing import Any

import pytest
from stored_results import KNOWN, MUST, NEWER, OTHER, SHOULD, Words, deviation, results

from fulfillspec.verdicts import before_after


def turned(before: Words, after: Words, **more: Any) -> before_after.Change:
    return before_after.between(results(before), results(after, **more), KNOWN)


@pytest.mark.parametrize(
    ("identity", "before", "after", "kind", "worse"),
    [
        (MUST, "pass", "fail", "newly failing", True),
        (MUST, "inconclusive", "fail", "newly failing", True),
        (MUST, "not-applicable", "fail", "newly failing", True),
        (MUST, "pass", "inconclusive", "worse", True),
        (MUST, "pass", "not-applicable", "worse", True),
        (MUST, "pass", "not-tested", "worse", True),
        (MUST, "fail", "pass", "mended", False),
        (MUST, "fail", "inconclusive", "better", False),
        (MUST, "inconclusive", "pass", "better", False),
        (MUST, "not-applicable", "pass", "better", False),
        (MUST, None, "fail", "appeared", True),
        (MUST, None, "pass", "appeared", False),
        (MUST, "pass", None, "gone", True),
        (SHOULD, "pass", "warn", "newly failing", False),
    ],
)
def test_turn_of_a_verdict_has_a_kind_and_a_weight(
    identity: str, before: str | None, after: str | None, kind: str, *, worse: bool
) -> None:
    words = [{"graphql": "pass", **({"rest": word} if word else {})} for word in (before, after)]
    found = turned({identity: words[0]}, {identity: words[1]})
    (turn,) = found.turns
    assert (turn.requirement, turn.transport, turn.kind, turn.worse) == (identity, "rest", kind, worse)
    assert found.worse is worse


def test_runs_that_are_the_same_differ_in_nothing() -> None:
    words = {MUST: {"rest": "fail"}, OTHER: {"rest": "pass"}}
    found = turned(words, words)
    assert found == before_after.Change((), (), (), (), (), ())
    assert not found.worse


def test_requirement_that_the_other_register_has_not_got_no_worse() -> None:
    found = turned({MUST: {"rest": "pass"}, OTHER: {"rest": "pass"}}, {MUST: {"rest": "pass"}})
    assert [(turn.requirement, turn.kind, turn.worse) for turn in found.turns] == [(OTHER, "gone", False)]


def test_requirement_that_the_served_version_does_not_have_got_no_worse() -> None:
    words = [{NEWER: {"rest": "pass"}}, {NEWER: {"rest": "not-applicable"}}]
    assert turned(*words).worse
    assert not turned(*words, version="2022-10").worse


def test_further_way_to_break_a_must_is_worse_and_other_numbers_are_none() -> None:
    before = results({MUST: {"rest": "fail"}}, deviations=[deviation(MUST, "rest", "order 17 is open: incomplete")])
    same = results({MUST: {"rest": "fail"}}, deviations=[deviation(MUST, "rest", "order 4711 is open: closed")])
    assert not before_after.between(before, same, KNOWN).worse
    further = {**same, "deviations": [*same["deviations"], deviation(MUST, "rest", "the items are kept")]}
    found = before_after.between(before, further, KNOWN)
    assert [(way.requirement, way.documented) for way in found.new] == [(MUST, "the items are kept")]
    assert found.worse
    assert [way.documented for way in before_after.between(further, before, KNOWN).gone] == ["the items are kept"]


def test_identity_and_counts_that_differ_are_told() -> None:
    found = turned({MUST: {"rest": "pass"}}, {MUST: {"rest": "fail"}}, version="2026-01", exchanges=99)
    assert ("version served", "2025-10", "2026-01") in found.identity
    assert {("exchanges", "10", "99"), ("verdict", "conformant", "nonconformant")} <= set(found.counts)
    assert ("must fail", "0", "1") in found.counts
