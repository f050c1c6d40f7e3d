"""Picture, table and deviations of a run tell the same: what is broken of a state is red in all three, and nothing else."""

from collections.abc import Iterable, Mapping

import pytest
from cells import is_of_a_cell
from harness import Outcome, Trial
from matrix import trial_for

from fulfillspec.documents import lifecycle
from fulfillspec.reporting import matrix
from fulfillspec.reporting.lifecycle_steps import DrawnStep, walks
from fulfillspec.reporting.run import parse
from fulfillspec.sandbox.mutants import mutants
from fulfillspec.verdicts.deviation import Deviation

RED = {"fail", "warn"}
LIFE = lifecycle.load()
OF_STEPS = {name for edge in LIFE.edges for name in edge.requirements}


def of_states() -> list[str]:
    """Return the mutants that lead to a wrong state: their requirement says where a step leads."""
    return sorted(
        name for name, mutant in mutants().items() if mutant.requirement in OF_STEPS and not is_of_a_cell(name)
    )


def test_mutants_of_states_are_many() -> None:
    assert len(of_states()) > 40


def taken(step: DrawnStep, deviations: Iterable[Deviation]) -> bool:
    """Tell whether a deviating action went along a step that stands for another: a part's, where all was asked for."""
    along = (found for found in deviations if (found.state, found.operation) == (step.source, step.action))
    return any(step.target.partition(":")[2] in found.received for found in along)


@pytest.mark.parametrize("name", of_states())
def test_what_is_broken_of_a_state_is_red_in_picture_table_and_deviations(
    outcomes: Mapping[Trial, Outcome], name: str
) -> None:
    run, own = parse(outcomes[trial_for(name)].results), mutants()[name].requirement
    steps = walks(run, LIFE)
    red = [step for step in steps if step.documented and step.verdict in RED]
    mine = [step for step in red if own in step.requirements]
    assert mine, f"{own} is broken, and no step of the picture that rests on it is red"

    whole = {(step.source, step.action) for step in mine if not step.part}
    table = {(cell.state, cell.action) for cell in matrix.completed(run, steps).cells if cell.verdict in RED}
    assert whole <= table

    broken = {found.requirement for found in run.deviations}
    assert [step for step in red if not broken & {*step.requirements} and not taken(step, run.deviations)] == []
    refused = [cell for cell in run.cells if cell.verdict in RED]
    assert [cell for cell in refused if cell.requirement not in broken] == []


@pytest.mark.parametrize("trial", [Trial(transport="rest")], ids=["rest"])
def test_picture_and_table_of_a_run_without_deviations_are_all_green(
    outcomes: Mapping[Trial, Outcome], trial: Trial
) -> None:
    run = parse(outcomes[trial].results)
    steps = walks(run, LIFE)
    assert run.verdict == "conformant"
    assert [step for step in steps if step.verdict in RED] == []
    assert [cell for cell in matrix.completed(run, steps).cells if cell.verdict != "pass"] == []
