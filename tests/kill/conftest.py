"""Runs all trials once, in a few processes."""

import pytest
from harness import Outcome, Trial, run_all
from matrix import silent_trial, trial_for

from fulfillspec.sandbox.mutants import mutants
from fulfillspec.sandbox.variants import variants


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest) -> dict[Trial, Outcome]:
    """Return the outcome of each trial that the collected tests ask for."""
    names = [
        item.callspec.params["name"]
        for item in request.session.items
        if "outcomes" in getattr(item, "fixturenames", ())
    ]
    known, free = mutants(), variants()
    trials = [trial_for(name) for name in names if name in known]
    trials += [silent_trial(name) for name in names if name in free]
    return dict(zip(trials, run_all(trials), strict=True))
