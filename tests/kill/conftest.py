"""Runs all trials once, in a few processes."""

import pytest
from harness import Outcome, Trial, run_all
from matrix import silent_trial, trial_for

from fulfillspec.sandbox.mutants import mutants
from fulfillspec.sandbox.variants import variants


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest) -> dict[Trial, Outcome]:
    """Return the outcome of each trial that the collected tests ask for."""
    asked = [item.callspec.params for item in request.session.items if "outcomes" in getattr(item, "fixturenames", ())]
    names = [params["name"] for params in asked if "name" in params]
    known, free = mutants(), variants()
    trials = [trial_for(name) for name in names if name in known]
    trials += [silent_trial(name) for name in names if name in free]
    trials += [params["trial"] for params in asked if "trial" in params]
    trials = list(dict.fromkeys(trials))
    return dict(zip(trials, run_all(trials), strict=True))
