"""What a vendor claims is held against what a run observed, in sentences."""

from typing import Any

import pytest
from stored_results import MUST, OTHER, results

from fulfillspec.verdicts.claimed import differences

CLAIM: dict[str, Any] = {
    "areas": ["closing"],
    "transports": ["rest", "graphql"],
    "api_versions": ["2025-10"],
    "profile": "standard",
    "deviations": [],
}
PASSED = results({MUST: {"rest": "pass"}, OTHER: {"rest": "pass"}})
FAILED = results({MUST: {"rest": "fail"}})


def test_claim_that_was_shown_has_no_differences() -> None:
    assert differences(CLAIM, PASSED) == []


@pytest.mark.parametrize(
    ("claim", "found", "said"),
    [
        ({"areas": ["closing", "holds"]}, PASSED, "Claimed and not tested: the area holds."),
        ({}, FAILED, "Claimed and not shown: the area closing (1 of 1 musts fail, 0 open)."),
        ({"areas": ["holds"]}, PASSED, "Shown and not claimed: the area closing."),
        ({"transports": ["rest"]}, PASSED, "Tested and not claimed: the transport graphql."),
        ({"api_versions": ["2026-01"]}, PASSED, "Claimed and not tested in this run: the API version 2026-01."),
        ({"profile": "strict"}, PASSED, "Claimed and not tested: the strict profile. Run with --strict."),
        ({}, FAILED, f"Seen and not named by the statement: {MUST}."),
        ({"deviations": [{"requirement": MUST}]}, PASSED, f"Known to the vendor and not seen: {MUST} holds."),
    ],
)
def test_difference_is_a_sentence(claim: dict[str, Any], found: dict[str, Any], said: str) -> None:
    assert said in differences({**CLAIM, **claim}, found)


def test_deviation_that_the_vendor_names_is_no_news() -> None:
    named = differences({**CLAIM, "deviations": [{"requirement": MUST}]}, FAILED)
    assert not any(MUST in one for one in named)
