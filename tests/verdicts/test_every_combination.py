"""Verdicts over all that can come together: every word of every alphabet, both sides of every count."""

from dataclasses import replace
from datetime import date
from itertools import combinations, product
from typing import Any

import pytest
from stored_results import KNOWN, MUST, OTHER, SHOULD, results

from fulfillspec.documents import lifecycle, versions
from fulfillspec.verdicts import baseline, before_after, claimed
from fulfillspec.verdicts.baseline import BaselineEntry
from fulfillspec.verdicts.by_version import Walked, telling
from fulfillspec.verdicts.ledger import Ledger, SeenCell, cell_verdict
from fulfillspec.verdicts.results import verdict_on
from fulfillspec.verdicts.transitions import Passage, transitions

WORDS = ("fail", "inconclusive", "not-applicable", "not-tested", "pass", "warn")
SEEN = [
    ("must", "pass"),
    ("must", "fail"),
    ("must", "inconclusive"),
    ("must", "not-tested"),
    ("should", "warn"),
    ("should", "inconclusive"),
    ("should", "fail"),
    ("may", "warn"),
]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("aborted", [False, True])
def test_verdict_on_the_whole_follows_from_what_was_seen(*, aborted: bool, strict: bool) -> None:
    for size in range(4):
        for rows in combinations(SEEN, size):
            broken = ("must", "fail") in rows or (strict and ("should", "warn") in rows)
            open_ = ("must", "inconclusive") in rows or ("must", "pass") not in rows
            wanted = "nonconformant" if broken else "inconclusive" if open_ else "conformant"
            told = [{"level": level, "verdict": word} for level, word in rows]
            assert verdict_on(told, aborted=aborted, strict=strict) == ("aborted" if aborted else wanted), rows


@pytest.mark.parametrize(
    ("expected", "level", "seen"),
    [*product(("accept", "open", "refuse"), ("may", "must", "should", None), ("accepted", "refused", "unreached"))],
)
def test_cell_deviates_where_what_is_to_be_refused_was_accepted(expected: str, level: str | None, seen: str) -> None:
    if expected == "refuse" and seen == "accepted":
        wanted = "fail" if level == "must" else "warn"
    else:
        wanted = "inconclusive" if seen == "unreached" else "pass"
    assert cell_verdict(expected, level, seen) == wanted


DISTANCE = {
    "pass": 0, "not-applicable": 1, "not-tested": 1, "absent": 1, "warn": 2, "inconclusive": 3, "fail": 4,
}  # fmt: skip


@pytest.mark.parametrize("identity", [MUST, SHOULD])
@pytest.mark.parametrize(("was", "now"), [pair for pair in product(DISTANCE, DISTANCE) if pair[0] != pair[1]])
def test_turn_from_any_verdict_to_any_other(identity: str, was: str, now: str) -> None:
    """A must is worse that is further from having been seen to hold; a should never makes the whole worse."""
    before, after = (
        results({identity: {"graphql": "pass", **({} if word == "absent" else {"rest": word})}}) for word in (was, now)
    )
    (turn,) = before_after.between(before, after, KNOWN).turns
    broken = {"fail", "warn"}
    kind = (
        "appeared" if was == "absent"
        else "gone" if now == "absent"
        else "newly failing" if now in broken and was not in broken
        else "fixed" if was in broken and now == "pass"
        else "worse" if DISTANCE[now] > DISTANCE[was]
        else "better"
    )  # fmt: skip
    assert (turn.transport, turn.before, turn.after, turn.kind) == ("rest", was, now, kind)
    assert turn.worse is (identity == MUST and DISTANCE[now] > DISTANCE[was])


SOURCE, DONE = "service:in_progress/accepted", "service:incomplete/closed"


def rows(seen: dict[tuple[str, str, str, str], list[Passage]], **broken: str) -> list[dict[str, Any]]:
    over = {(name.replace("_", "-"), transport): word for name, word in broken.items() for transport in ("rest",)}
    return transitions(seen, lifecycle.load(), lambda _: versions.DEFAULT.name, over)


@pytest.mark.parametrize("other", ["connector", "graphql", "rest"])
def test_step_is_at_fault_over_the_transport_alone_where_it_went_astray(other: str) -> None:
    """What went well over another transport, whose name comes before or after, stays fine."""
    wrong, right = "service:open/accepted", SOURCE
    start = "service:open/submitted"
    found = transitions(
        {(start, "accept", right, name): [Passage(fine=True)] for name in ("connector", "graphql", "rest")}
        | {(start, "accept", wrong, other): [Passage(fine=True)]},
        lifecycle.load(),
        lambda _: versions.DEFAULT.name,
        {("FO-ACCEPT-STATE", other): "fail"},
    )
    told = {(row["transport"], row["to"]): row["verdict"] for row in found}
    assert told == {(name, right): "fail" if name == other else "pass" for name in ("connector", "graphql", "rest")} | {
        (other, wrong): "fail"
    }


def test_step_that_failed_unseen_is_shown_over_its_own_transport() -> None:
    for transport in ("connector", "graphql", "rest"):
        found = transitions(
            {}, lifecycle.load(), lambda _: versions.DEFAULT.name, {("FO-CLOSE-STATE", transport): "warn"}
        )
        assert {(row["transport"], row["verdict"], row["count"]) for row in found} == {(transport, "warn", 0)}
        assert {row["action"] for row in found} == {"close"}


def test_step_is_counted_and_names_the_first_time_or_the_first_that_deviated() -> None:
    """One that leaves everything as it was is a step, but for a deadline, which never leads anywhere."""
    times = [Passage(fine=True, exchanges=(1, 2)), Passage(fine=True, exchanges=(3, 4))]
    (row,) = rows({(SOURCE, "close", DONE, "rest"): times})
    assert (row["count"], row["verdict"], row["exchanges"]) == (2, "pass", [1, 2])
    spoilt = [*times, Passage(fine=False, exchanges=(5, 6)), Passage(fine=False, exchanges=(7, 8))]
    (row,) = rows({(SOURCE, "close", DONE, "rest"): spoilt})
    assert (row["count"], row["verdict"], row["exchanges"]) == (4, "fail", [5, 6])
    assert rows({(SOURCE, "set_deadline", SOURCE, "rest"): times}) == []
    assert [one["to"] for one in rows({(SOURCE, "set_deadline", DONE, "rest"): times})] == [DONE]
    assert [one["to"] for one in rows({(DONE, "set_deadline", SOURCE, "rest"): times})] == [SOURCE]
    for action in ("accept", "submit", "open"):
        assert [one["action"] for one in rows({(SOURCE, action, SOURCE, "rest"): times})] == [action]


CLAIM: dict[str, Any] = {
    "areas": ["closing"],
    "transports": ["rest", "graphql"],
    "api_versions": ["2025-10"],
    "profile": "standard",
    "deviations": [],
}


@pytest.mark.parametrize(("wanted", "run"), [*product(("standard", "strict"), ("standard", "strict", "a", "z", None))])
def test_strict_profile_is_shown_by_a_strict_run_alone(wanted: str, run: str | None) -> None:
    found = results({MUST: {"rest": "pass"}, OTHER: {"rest": "pass"}}, **({"profile": run} if run else {}))
    said = "Claimed and not tested: the strict profile. Run with --strict."
    assert (said in claimed.differences({**CLAIM, "profile": wanted}, found)) is (
        wanted == "strict" and run != "strict"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pass", "pass"), []),
        (("pass", "not-applicable"), []),
        (("not-applicable", "not-tested"), ["Claimed and not tested: the area closing."]),
        (("pass", "inconclusive"), ["Claimed and not shown: the area closing (0 of 2 musts fail, 1 open)."]),
        (("fail", "inconclusive"), ["Claimed and not shown: the area closing (1 of 2 musts fail, 1 open)."]),
        (("fail", "fail"), ["Claimed and not shown: the area closing (2 of 2 musts fail, 0 open)."]),
    ],
)
def test_area_is_shown_by_its_musts(words: tuple[str, str], said: list[str]) -> None:
    found = results({MUST: {"rest": words[0]}, OTHER: {"rest": words[1]}}, deviations=[])
    assert claimed.differences(CLAIM, found) == said
    unclaimed = claimed.differences({**CLAIM, "areas": ["holds"]}, found)
    passed = set(words) - {"not-applicable"} == {"pass"}
    assert ("Shown and not claimed: the area closing." in unclaimed) is passed
    assert claimed.differences({**CLAIM, "areas": []}, found) == [], "no area is claimed"


@pytest.mark.parametrize(("count", "more"), [(1, ""), (6, ""), (7, " and 1 more"), (9, " and 3 more")])
def test_six_deviations_that_nobody_named_are_told(count: int, more: str) -> None:
    names = list(KNOWN.requirements)[:count]
    found = results({MUST: {"rest": "pass"}}, deviations=[{"requirement": name} for name in names])
    told = claimed.differences(CLAIM, found)
    assert told == [f"Seen and not named by the statement: {', '.join(sorted(names)[:6])}{more}."]


def test_versions_of_a_run_over_several_are_not_missed_one_by_one() -> None:
    found = results({MUST: {"rest": "pass"}, OTHER: {"rest": "pass"}}, version="2025-07")
    told = claimed.differences({**CLAIM, "transports": ["connector", "graphql", "rest"]}, found)
    assert told == [
        "Claimed and not tested in this run: the transport connector.",
        "Claimed and not tested in this run: the API version 2025-10.",
        "Tested and not claimed: the API version 2025-07.",
    ]
    several = claimed.differences(CLAIM, {**found, "versions": [{}]})
    assert several == ["Tested and not claimed: the API version 2025-07."]
    found["target"]["api_version"]["served"] = None
    assert claimed.differences(CLAIM, {**found, "versions": [{}]}) == []
    assert claimed.differences({**CLAIM, "api_versions": []}, found) == []


TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(("until", "stale"), [("2026-11-29", True), ("2026-11-30", False), ("2026-12-01", False)])
def test_entry_counts_until_its_last_day(until: str, *, stale: bool) -> None:
    found = results({MUST: {"rest": "fail"}})
    entry = BaselineEntry(MUST, "r", until=date.fromisoformat(until))
    assert bool(baseline.check([entry], found, today=TODAY).stale) is stale


@pytest.mark.parametrize(("rest", "graphql"), [*product(WORDS, WORDS)])
def test_entry_is_stale_where_something_passes_and_nothing_else_is_open(rest: str, graphql: str) -> None:
    found = results({MUST: {"rest": rest, "graphql": graphql}})
    words = {rest, graphql}
    stale = "pass" in words and not words & {"fail", "warn", "inconclusive"}
    assert bool(baseline.check([BaselineEntry(MUST, "r")], found, today=TODAY).stale) is stale
    over = baseline.check([BaselineEntry(MUST, "r", transport="rest")], found, today=TODAY)
    assert bool(over.stale) is (rest == "pass")


@pytest.mark.parametrize("transport", ["connector", "graphql", "rest"])
@pytest.mark.parametrize("identity", [MUST, OTHER, SHOULD])
def test_entry_covers_its_requirement_over_its_transport(identity: str, transport: str) -> None:
    entry = BaselineEntry(MUST, "r", transport="graphql")
    assert entry.covers(identity, transport) is (identity == MUST and transport == "graphql")
    assert replace(entry, transport="").covers(identity, transport) is (identity == MUST)


@pytest.mark.parametrize("profile", ["standard", "strict"])
@pytest.mark.parametrize("word", WORDS)
def test_what_is_unknown_to_a_baseline(word: str, profile: str) -> None:
    for identity in (MUST, SHOULD):
        found = results({identity: {"rest": word}}, profile=profile)
        unknown = word == "fail" or (profile == "strict" and word == "warn" and identity == SHOULD)
        assert bool(baseline.check([], found, today=TODAY).unknown) is unknown


CELL = SeenCell("service:open/unsubmitted", "close", "service", "rest", "refuse", "must", MUST, "refused", "pass", (1,))


@pytest.mark.parametrize(("one", "other"), [*product(("accepted", "refused", "unreached"), repeat=2)])
def test_cells_of_two_transports_are_compared_where_both_were_reached(one: str, other: str) -> None:
    ledger = Ledger(cells=[replace(CELL, seen=one), replace(CELL, transport="graphql", seen=other)])
    ledger.compare_cells()
    over = {name: ledger.tallies.get(("FO-EQ-REFUSALS", name)) for name in ("rest", "graphql")}
    if "unreached" in {one, other}:
        assert over == {"rest": None, "graphql": None}
    elif one == other:
        assert [tally and (tally.held, tally.broken) for tally in over.values()] == [(1, 0), (1, 0)]
    else:
        assert (over["rest"], over["graphql"] and over["graphql"].broken) == (None, 1)


@pytest.mark.parametrize("changed", [{"state": "a"}, {"state": "z"}, {"action": "accept"}, {"actor": "merchant"}])
def test_cells_of_other_steps_are_not_compared(changed: dict[str, Any]) -> None:
    ledger = Ledger(cells=[CELL, replace(CELL, transport="graphql", seen="accepted", **changed)])
    ledger.compare_cells()
    assert ledger.tallies == {}


@pytest.mark.parametrize("words", [*product(("aborted", "nonconformant", "inconclusive", "conformant"), repeat=2)])
def test_worst_of_several_versions_decides_and_the_first_of_the_same(words: tuple[str, str]) -> None:
    order = ("aborted", "nonconformant", "inconclusive", "conformant")
    walked = [Walked(str(n), str(n), {"verdict": word}) for n, word in enumerate(words)]
    worst = min(range(2), key=lambda n: order.index(words[n]))
    found = telling([*walked, Walked("9", "9")])
    assert found is walked[worst]
    assert telling([Walked("9", "9")]) is None


@pytest.mark.parametrize(
    ("fine", "word", "verdict"), [(True, "warn", "warn"), (True, "fail", "fail"), (False, "warn", "fail")]
)
def test_step_that_deviated_once_is_no_better_for_a_lighter_fault(word: str, verdict: str, *, fine: bool) -> None:
    start, wrong = "service:open/submitted", "service:open/accepted"
    found = rows(
        {(start, "accept", wrong, "rest"): [Passage(fine=True)], (start, "accept", SOURCE, "rest"): [Passage(fine)]},
        FO_ACCEPT_STATE=word,
    )
    assert [row["verdict"] for row in found if row["to"] == SOURCE] == [verdict]
