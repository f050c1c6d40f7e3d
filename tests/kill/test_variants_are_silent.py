"""No legal variant of the sandbox raises anything."""

import pytest
from harness import Trial

from fulfillspec.sandbox.variants import variants


@pytest.mark.parametrize("name", sorted(variants()))
def test_variant_is_silent(outcomes, name):
    outcome = outcomes[Trial(variants=(name,))]
    assert outcome.deviations == ()
    assert outcome.errors == ()
    assert outcome.verdict == "conformant"
    assert outcome.left_behind == 0
