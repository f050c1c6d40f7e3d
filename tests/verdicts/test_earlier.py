"""What an earlier run left to do, and what became of it."""

from pathlib import Path

import pytest
from stored_results import MUST, NEWER, OTHER, SHOULD, results, store

from fulfillspec.verdicts import earlier


def test_what_failed_or_was_open_is_left_to_do(tmp_path: Path) -> None:
    words = {
        MUST: {"rest": "pass", "graphql": "fail"},
        OTHER: {"rest": "pass"},
        SHOULD: {"rest": "warn"},
        NEWER: {"rest": "inconclusive"},
    }
    assert earlier.left_to_do(store(tmp_path, results(words))) == {MUST: "fail", SHOULD: "warn", NEWER: "inconclusive"}


def test_run_that_left_nothing_to_do_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(earlier.NothingFailed, match="leave --failed-from out"):
        earlier.left_to_do(store(tmp_path, results({MUST: {"rest": "pass"}})))


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("fail", "pass", "FIXED"),
        ("inconclusive", "pass", "FIXED"),
        ("fail", "fail", "STILL FAILING"),
        ("warn", "warn", "STILL FAILING"),
        ("inconclusive", "inconclusive", "STILL OPEN"),
        ("inconclusive", "fail", "NOW FAILING"),
        ("fail", "not-applicable", "NOT JUDGED (not-applicable)"),
    ],
)
def test_what_became_of_it_is_one_word(was: str, now: str, said: str) -> None:
    assert list(earlier.became({MUST: was}, {MUST: now})) == [(MUST, said)]


def test_requirement_that_is_gone_was_not_judged() -> None:
    assert list(earlier.became({MUST: "fail"}, {})) == [(MUST, "NOT JUDGED (absent)")]
