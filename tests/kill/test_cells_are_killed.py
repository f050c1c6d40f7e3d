"""What must be refused in a cell of the table and is done in that cell alone is found there, and in no other cell."""

import pytest
from cells import chosen, misjudged


@pytest.mark.parametrize("trial", chosen(), ids=lambda trial: f"{trial.mutants[0]}-{trial.transport}")
def test_mutant_of_a_cell_is_found_in_its_cell(outcomes, trial):
    assert misjudged(outcomes[trial]) == ""
    assert outcomes[trial].left_behind == 0
