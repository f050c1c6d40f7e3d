"""No legal variant of the sandbox raises anything."""

from collections.abc import Mapping

import pytest
from harness import Outcome, Trial
from matrix import chosen_variants, silent_trial


@pytest.mark.parametrize("name", chosen_variants())
def test_variant_is_silent(outcomes: Mapping[Trial, Outcome], name: str) -> None:
    outcome = outcomes[silent_trial(name)]
    assert outcome.deviations == ()
    assert outcome.errors == ()
    assert outcome.verdict == "conformant"
    assert outcome.left_behind == 0
