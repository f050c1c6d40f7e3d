"""No legal variant of the sandbox raises anything."""

import pytest
from matrix import chosen_variants, silent_trial


@pytest.mark.parametrize("name", chosen_variants())
def test_variant_is_silent(outcomes, name):
    outcome = outcomes[silent_trial(name)]
    assert outcome.deviations == ()
    assert outcome.errors == ()
    assert outcome.verdict == "conformant"
    assert outcome.left_behind == 0
