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
        (MUST, "fail", "pass", "fixed", False),
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


IDENTITY = {
    "suite": ("suite", "version", "9.9"),
    "register": ("suite", "register_digest", "ffff"),
    "depth": ("suite", "depth", "certify"),
    "seed": ("suite", "seed", 7),
    "target": ("target", "base_url", "http://127.0.0.1:1"),
    "kind": ("target", "kind", "mock"),
    "version asked": ("target", "api_version", {"asked": "2025-07", "served": "2025-10"}),
    "version served": ("target", "api_version", {"asked": "2025-10", "served": None}),
    "transports": ("target", "transports", []),
    "areas": ("target", "areas", ["moves", "holds"]),
    "orders come by": ("target", "stage", "given"),
}


@pytest.mark.parametrize(("name", "place"), IDENTITY.items(), ids=list(IDENTITY))
def test_each_part_of_the_identity_is_told_alone(name: str, place: tuple[str, str, Any]) -> None:
    before, after = results({MUST: {"rest": "pass"}}), results({MUST: {"rest": "pass"}})
    group, key, value = place
    after[group][key] = value
    found = before_after.between(before, after, KNOWN)
    ((told, _, now),) = found.identity
    assert told == name
    if name in {"transports", "version served", "areas"}:
        assert now == {"transports": "none", "version served": "not named", "areas": "holds, moves"}[name]
    assert found.counts == ()


def test_profile_and_selection_are_part_of_the_identity() -> None:
    before = results({MUST: {"rest": "pass"}, OTHER: {"rest": "pass"}})
    after = results({MUST: {"rest": "pass"}, OTHER: {"rest": "pass"}}, profile="strict")
    after["requirements"][1]["reason"] = "not selected for this run"
    assert before_after.between(before, after, KNOWN).identity == (
        ("profile", "standard", "strict"),
        ("selected", "all", MUST),
    )


def test_counts_are_told_by_level_and_verdict() -> None:
    left = [{"kind": "order", "id": "7", "why": "gone"}]
    found = turned(
        {MUST: {"rest": "pass"}, OTHER: {"rest": "pass"}},
        {MUST: {"rest": "fail"}, OTHER: {"rest": "pass"}, SHOULD: {"rest": "pass"}},
        left_behind=left,
        throttled=3,
        orders_created=4,
    )
    assert found.counts == (
        ("verdict", "conformant", "nonconformant"),
        ("orders_created", "1", "4"),
        ("throttled", "0", "3"),
        ("deviations", "0", "1"),
        ("left_behind", "0", "1"),
        ("must pass", "2", "1"),
        ("must fail", "0", "1"),
        ("should pass", "0", "1"),
    )


def test_readings_and_cells_that_differ_are_told_and_requirements_are_not() -> None:
    def readings(word: str) -> list[dict[str, Any]]:
        return [{"id": "AMB-HOLD-PART", "question": "Split?", "seen": [{"reading": word}]}]

    before = results({MUST: {"rest": "pass"}}, ambiguities=readings("split"))
    after = results({MUST: {"rest": "fail"}}, ambiguities=readings("whole"))
    found = before_after.between(before, after, KNOWN)
    assert [(row["kind"], row["observed"]) for row in found.others] == [
        ("reading", {"before": "split", "after": "whole"})
    ]


def test_requirement_that_no_register_here_knows_got_worse_by_not_being_judged() -> None:
    unknown = {"id": "FO-NEW-ROW", "level": "must", "by_transport": {"rest": "pass"}}
    before, after = results({MUST: {"rest": "pass"}}), results({MUST: {"rest": "pass"}})
    for run, word in ((before, "pass"), (after, "not-tested")):
        run["requirements"].append(
            {**run["requirements"][0], **unknown, "verdict": word, "by_transport": {"rest": word}}
        )
    (turn,) = before_after.between(before, after, KNOWN).turns
    assert (turn.requirement, turn.before, turn.after, turn.worse) == ("FO-NEW-ROW", "pass", "not-tested", True)


def test_new_way_to_break_a_should_is_no_worse() -> None:
    found = turned({SHOULD: {"rest": "pass"}}, {SHOULD: {"rest": "warn"}})
    assert [(way.requirement, way.level, way.transport, way.received) for way in found.new] == [
        (SHOULD, "should", "rest", "open")
    ]
    assert not found.worse
