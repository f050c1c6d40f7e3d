"""What fails the verdict on the whole: broken musts by the standard profile, shoulds that deviate too by the strict one."""

from typing import Any

import pytest

from fulfillspec.verdicts import results
from fulfillspec.verdicts.results import Scope


def rows(*words: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {"id": f"FO-ROW-{place}", "level": level, "verdict": verdict, "reason": None}
        for place, (level, verdict) in enumerate(words)
    ]


@pytest.mark.parametrize(
    ("words", "standard", "strict"),
    [
        ([("must", "pass"), ("should", "pass")], "conformant", "conformant"),
        ([("must", "pass"), ("should", "warn")], "conformant", "nonconformant"),
        ([("must", "pass"), ("may", "warn")], "conformant", "conformant"),
        ([("must", "pass"), ("should", "inconclusive")], "conformant", "conformant"),
        ([("must", "inconclusive"), ("should", "warn")], "inconclusive", "nonconformant"),
        ([("must", "fail"), ("should", "pass")], "nonconformant", "nonconformant"),
    ],
)
def test_a_should_that_deviates_fails_by_the_strict_profile_only(
    words: list[tuple[str, str]], standard: str, strict: str
) -> None:
    assert results.verdict_on(rows(*words), aborted=False) == standard
    assert results.verdict_on(rows(*words), aborted=False, strict=True) == strict


def test_a_run_that_was_stopped_is_aborted_by_either_profile() -> None:
    for strict in (False, True):
        assert results.verdict_on(rows(("should", "warn")), aborted=True, strict=strict) == "aborted"


def test_the_sentences_count_shoulds_where_they_decided() -> None:
    scope = Scope(areas=frozenset(), why_not={}, transports=("rest",), version="2025-10", strict=True)
    started = {"target": {"embedded": True, "transports": ["rest"]}, "profile": "strict"}
    told = results.sentences("nonconformant", rows(("must", "pass"), ("should", "warn")), "FO-ROW-1", scope, started)
    assert "by the strict profile: 0 of 1 must and 1 should deviate" in told["summary"]
    assert "--strict" in told["next_action"]
    assert "advisory" not in told["summary"]


def test_results_without_a_profile_are_of_the_standard_one() -> None:
    assert results.profile_of({}) == "standard"
    assert not results.strictly({})
    assert results.strictly({"profile": "strict"})
