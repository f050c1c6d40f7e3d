"""Every mutant of the sandbox is killed by the check of its own requirement."""

from collections.abc import Mapping

import pytest
from harness import Outcome, Trial
from matrix import chosen, trial_for

from fulfillspec.documents import register
from fulfillspec.sandbox.mutants import mutants
from fulfillspec.suite import coverage

NAMES = chosen()


def test_mutants_name_requirements_of_the_register() -> None:
    known = register.load().requirements
    assert [name for name, mutant in mutants().items() if mutant.requirement not in known] == []


@pytest.mark.parametrize("name", NAMES)
def test_mutant_is_killed_by_its_own_check(outcomes: Mapping[Trial, Outcome], name: str) -> None:
    outcome = outcomes[trial_for(name)]
    own = mutants()[name].requirement
    level = register.load().get(own).level
    assert not outcome.errors, outcome.errors
    assert outcome.broken.get(own) == ("fail" if level == "must" else "warn"), (
        f"{name} survives {own}: verdict {outcome.verdict}, broken {outcome.broken}, open {outcome.inconclusive[:5]}"
    )
    assert outcome.left_behind == 0


def test_requirements_that_only_certify_judges_are_few() -> None:
    assert len(coverage.judged_at_certify()) < 10
