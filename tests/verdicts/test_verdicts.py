"""From what was seen to verdicts: of a requirement over a transport, over all, and on the whole."""

from typing import Any

import pytest

from fulfillspec.documents import register
from fulfillspec.verdicts import results
from fulfillspec.verdicts.ledger import Tally, cell_verdict
from fulfillspec.verdicts.results import NOT_SELECTED, Scope, Verdict

KNOWN = register.load()
MUST = KNOWN.get("FO-CLOSE-STATE")
SHOULD = next(row for row in KNOWN.requirements.values() if row.level == "should" and "rest" in row.transports)
UNTESTED = next(row for row in KNOWN.requirements.values() if row.not_tested)
PROPERTY = next(row for row in KNOWN.requirements.values() if row.id.startswith("FO-PROP-") and row.level == "must")


def scope(**changed: Any) -> Scope:
    plain = {
        "areas": frozenset(register.AREAS),
        "why_not": {"closing": "no token"},
        "transports": ("rest", "graphql"),
        "version": "2025-10",
    }
    return Scope(**{**plain, **changed})


def rows(*given: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"level": level, "verdict": verdict} for level, verdict in given]


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ([("must", "pass")], "conformant"),
        ([("must", "pass"), ("should", "warn"), ("may", "warn")], "conformant"),
        ([("must", "pass"), ("should", "inconclusive")], "conformant"),
        ([("must", "pass"), ("must", "inconclusive")], "inconclusive"),
        ([("must", "not-applicable"), ("should", "pass")], "inconclusive"),
        ([], "inconclusive"),
        ([("must", "fail"), ("must", "inconclusive"), ("must", "pass")], "nonconformant"),
    ],
)
def test_verdict_on_the_whole(given: list[tuple[str, str]], verdict: str) -> None:
    assert results.verdict_on(rows(*given), aborted=False) == verdict


def test_stopped_run_is_aborted_whatever_was_seen() -> None:
    assert results.verdict_on(rows(("must", "fail")), aborted=True) == "aborted"


@pytest.mark.parametrize(
    ("tally", "word"),
    [
        (Tally(held=1), "pass"),
        (Tally(held=3, broken=1), "fail"),
        (Tally(held=1, unseen=["x"]), "pass"),
        (Tally(unseen=["no twin"]), "inconclusive"),
        (Tally(without=["no part"]), "not-applicable"),
        (Tally(unseen=["x"], without=["y"]), "inconclusive"),
        (None, "inconclusive"),
    ],
)
def test_verdict_of_a_must(tally: Tally | None, word: str) -> None:
    assert results.verdict_of(MUST, "rest", tally, scope()).word == word


def test_should_that_deviates_warns() -> None:
    assert results.verdict_of(SHOULD, "rest", Tally(broken=1), scope()).word == "warn"


def test_reason_is_that_of_what_was_missing() -> None:
    assert results.verdict_of(MUST, "rest", Tally(unseen=["first", "second"]), scope()).reason == "first"
    missing = scope(missing={MUST.id: "the token lacks a scope"})
    assert results.verdict_of(MUST, "rest", None, missing) == Verdict("inconclusive", "the token lacks a scope")
    assert results.verdict_of(MUST, "rest", Tally(without=["x"]), missing).word == "inconclusive"


def test_property_that_nothing_showed_does_not_apply() -> None:
    assert results.verdict_of(PROPERTY, "rest", None, scope()).word == "not-applicable"


def test_connector_shows_what_it_shows_of_the_requirements_of_other_transports() -> None:
    over = scope(transports=("rest", "connector"))
    shared, own = KNOWN.get("FO-REQUEST-KEPT"), KNOWN.get("FO-CONN-STATE")
    assert results.verdict_of(shared, "connector", None, over).word == "not-applicable"
    assert results.verdict_of(shared, "connector", Tally(broken=1), over).word == "fail"
    assert results.verdict_of(shared, "rest", None, over).word == "inconclusive"
    assert results.verdict_of(own, "connector", None, over).word == "inconclusive"


def test_what_certify_judges_is_not_tested_at_core() -> None:
    deep = scope(judged_at_certify=frozenset({MUST.id}))
    assert results.verdict_of(MUST, "rest", None, deep) == Verdict("not-tested", "judged with --depth certify")
    certify = scope(judged_at_certify=frozenset({MUST.id}), depth="certify")
    assert results.verdict_of(MUST, "rest", None, certify).word == "inconclusive"


@pytest.mark.parametrize(
    ("requirement", "changed", "verdict"),
    [
        (UNTESTED, {}, Verdict("not-tested", UNTESTED.not_tested)),
        (MUST, {"only": frozenset({"FO-OTHER"})}, Verdict("not-tested", NOT_SELECTED)),
        (MUST, {"areas": frozenset()}, Verdict("not-applicable", "no token")),
        (MUST, {"unclaimed": {MUST.id: "scopes are not known"}}, Verdict("not-applicable", "scopes are not known")),
    ],
)
def test_what_a_run_does_not_set_out_to_judge_is_not_judged(
    requirement: Any, changed: dict[str, Any], verdict: Verdict
) -> None:
    assert results.verdict_of(requirement, "rest", Tally(broken=1), scope(**changed)) == verdict


def test_requirement_is_as_bad_as_its_worst_transport() -> None:
    order = ("fail", "warn", "inconclusive", "pass", "not-tested", "not-applicable")
    for place, word in enumerate(order):
        rest = {str(n): Verdict(other) for n, other in enumerate(order[place:])}
        assert results.overall(rest).word == word
    assert results.overall({}).word == "not-applicable"


@pytest.mark.parametrize(
    ("expected", "level", "seen", "verdict"),
    [
        ("refuse", "must", "accepted", "fail"),
        ("refuse", "should", "accepted", "warn"),
        ("refuse", "must", "refused", "pass"),
        ("open", None, "accepted", "pass"),
        ("open", None, "unreached", "inconclusive"),
        ("refuse", "must", "unreached", "inconclusive"),
    ],
)
def test_verdict_of_a_cell(expected: str, level: str | None, seen: str, verdict: str) -> None:
    assert cell_verdict(expected, level, seen) == verdict
