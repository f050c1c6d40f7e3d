"""Runs each trial that a test asks for once, in a fork of a warmed process."""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from harness import PROCESSES, Outcome, Trial, run
from matrix import silent_trial, trial_for

from fulfillspec.sandbox.mutants import mutants
from fulfillspec.sandbox.variants import variants


class Outcomes:
    """The outcomes of trials, by trial; each is run when it is asked for first, or was begun before."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._begun: dict[Trial, Future[Outcome]] = {}

    def begin(self, trial: Trial) -> None:
        if trial not in self._begun:
            self._begun[trial] = self._pool.submit(run, trial)

    def __getitem__(self, trial: Trial) -> Outcome:
        self.begin(trial)
        return self._begun[trial].result()


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest) -> Iterator[Outcomes]:
    """Give outcomes by trial. Beside other workers one process runs what is asked for, else a few run ahead."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    with ThreadPoolExecutor(PROCESSES if alone else 1) as pool:
        found = Outcomes(pool)
        for trial in _asked(request.session) if alone else ():
            found.begin(trial)
        yield found
        pool.shutdown(cancel_futures=True)


def _asked(session: pytest.Session) -> list[Trial]:
    """Return the trials that the collected tests ask for."""
    cases = [item for item in session.items if isinstance(item, pytest.Function) and "outcomes" in item.fixturenames]
    asked = [vars(case)["callspec"].params for case in cases]
    names = [params["name"] for params in asked if "name" in params]
    known, free = mutants(), variants()
    trials = [trial_for(name) for name in names if name in known]
    trials += [silent_trial(name) for name in names if name in free]
    return trials + [params["trial"] for params in asked if "trial" in params]
