"""What must be refused in a cell of the table and is done in that cell alone is found there, and in no other cell."""

from collections.abc import Mapping

import pytest
from cells import chosen, misjudged
from harness import Outcome, Trial


@pytest.mark.parametrize("trial", chosen(), ids=lambda trial: f"{trial.mutants[0]}-{trial.transport}")
def test_mutant_of_a_cell_is_found_in_its_cell(outcomes: Mapping[Trial, Outcome], trial: Trial) -> None:
    assert misjudged(outcomes[trial]) == ""
    assert outcomes[trial].left_behind == 0
