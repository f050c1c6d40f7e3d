"""Runs the suites against the sandbox with mutants or variants switched on: each trial a fork of a warmed process."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import carried
from warm import BrokenWork, Setting, Warm, Work

if TYPE_CHECKING:
    import pytest

PROCESSES = 2
WITHIN = 600.0
"""Seconds that a trial may take."""
FEW = 4
"""Every how many of the cases are run to warm a process up."""
MANY = 150
"""Trials of a process from which on it is worth to run all cases for it, which tells what judges what."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of the suites against the sandbox with these changes.

    `only` and `keyword` choose cases as the options of a run do, `until` ends it once that requirement deviated. Those
    that may show it soonest come first, unless the cases are to come `as_written`, as in a run of a user's.
    """

    mutants: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    depth: str = "core"
    transport: str | None = None
    only: str = ""
    keyword: str = ""
    until: str = ""
    api_version: str = ""
    as_written: bool = False

    def __call__(self, session: pytest.Session, items: list[pytest.Item]) -> Outcome:
        """Run it in this process, which is a fork."""
        option = session.config.option
        option.sandbox_mutant, option.sandbox_variant = [*self.mutants], [*self.variants]
        option.only, option.keyword, option.until = [self.only] if self.only else [], self.keyword, self.until or None
        return played(self, session, _soonest(self.until, items) if self.until and not self.as_written else items)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial found: broken requirements with their verdict, deviations, cells of the table, and suite errors."""

    trial: Trial
    verdict: str
    broken: dict[str, str]
    inconclusive: tuple[str, ...]
    deviations: tuple[dict[str, Any], ...]
    cells: tuple[dict[str, Any], ...]
    errors: tuple[str, ...]
    exchanges: int
    left_behind: int
    results: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Brief:
    """A trial whose results are not handed back: many of them would fill the memory."""

    trial: Trial

    def __call__(self, session: pytest.Session, items: list[pytest.Item]) -> Outcome:
        """Run it in this process, which is a fork."""
        return replace(self.trial(session, items), results={})


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Every n-th case of a trial of the sandbox as it is: what they load, compile and judge, later trials know."""

    trial: Trial
    every: int

    def __call__(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Run them in this process."""
        found = played(self.trial, session, items[:: self.every]).results
        for row in found["requirements"]:
            _JUDGED_BY[row["id"]] = frozenset(row["cases"])
        for case in found["cases"]:
            _REQUESTS[case["id"]] = case["exchanges"][1] - case["exchanges"][0] + 1 if case["exchanges"] else 0


_JUDGED_BY: dict[str, frozenset[str]] = {}
"""The cases in which a requirement was judged when this process was warmed up."""
_REQUESTS: dict[str, int] = {}
"""The requests of each case then."""


def _soonest(requirement: str, items: list[pytest.Item]) -> list[pytest.Item]:
    """Return cases in the order in which they may show a requirement soonest: those that judge it, the short ones first."""
    judged = _JUDGED_BY.get(requirement, frozenset())
    return sorted(items, key=lambda item: (item.nodeid not in judged, _REQUESTS.get(item.nodeid, 0)))


def played(
    trial: Trial,
    session: pytest.Session,
    items: list[pytest.Item],
    *,
    before: Callable[[pytest.Item], bool] = lambda _: False,
) -> Outcome:
    """Begin a run in this fork, run the cases that it chooses, and tell what they found.

    `before` hears of each case, and says whether enough was seen without it.
    """
    from fulfillspec.runs import finishing
    from fulfillspec.runs.run import Run
    from fulfillspec.suite import plugin

    carried.within_this_process()
    config = session.config
    with tempfile.TemporaryDirectory() as folder:
        config.option.out = f"{folder}/run"
        plugin.pytest_configure(config)
        plugin.pytest_sessionstart(session)
        place = {item: number for number, item in enumerate(items)}
        plugin.pytest_collection_modifyitems(config, items)
        if trial.until:  # what may show it soonest comes first
            items.sort(key=place.__getitem__)
        marks: Any = config.pluginmanager.get_plugin("mark")
        marks.pytest_collection_modifyitems(items, config)
        for item, following in zip_longest(items, items[1:]):
            if before(item):
                break
            config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.shouldstop:
                break
        run = config.stash[Run.KEY]
        run.clean_up()
        carried.closed()
        return _outcome(trial, finishing.assembled(run, aborted=False))


def _outcome(trial: Trial, found: dict[str, Any]) -> Outcome:
    rows = found["requirements"]
    # what a case calls a deviation is one of the run's, else it was asked over a transport that its row is not about
    broken = {"error"} if found["deviations"] else {"error", "deviation"}
    return Outcome(
        trial,
        found["verdict"],
        {row["id"]: row["verdict"] for row in rows if row["verdict"] in {"fail", "warn"}},
        tuple(row["id"] for row in rows if row["verdict"] == "inconclusive"),
        tuple(found["deviations"]),
        tuple(found["cells"]),
        tuple(f"{case['id']}: {case['reason']}" for case in found["cases"] if case["outcome"] in broken),
        found["exchanges"],
        len(found["left_behind"]),
        found,
    )


_OPENING = threading.Lock()
_WARM: dict[Setting, Warm] = {}


def warm(of: Setting, *, every: int = FEW) -> Warm:
    """Return the warmed process of a setting, which is started when it is asked for first."""
    with _OPENING:
        if of not in _WARM:
            plain = Trial(depth=of.depth, transport=of.transport, api_version=of.api_version)
            _WARM[of] = Warm(of, WarmUp(plain, every))
        return _WARM[of]


def setting(trial: Trial) -> Setting:
    """Return what the process of a trial is warmed for."""
    return Setting(trial.depth, trial.transport, trial.api_version)


def run(trial: Trial, work: Work | None = None) -> Outcome:
    """Run a trial; return what it found. `work` is done in its place."""
    try:
        found, why = warm(setting(trial)).ask(work or trial, WITHIN), "no results in time"
    except BrokenWork as error:
        found, why = None, str(error)
    return found or Outcome(trial, "none", {}, (), (), (), (why,), 0, 0)


def brief(trial: Trial) -> Outcome:
    """Run a trial; return what it found, without its results."""
    return run(trial, Brief(trial))


def run_all(trials: Sequence[Trial], tried: Callable[[Trial], Outcome] = brief) -> Iterator[Outcome]:
    """Run trials, a few at a time, each outcome as it comes in the order of the trials."""
    asked = Counter(map(setting, trials))
    for of, number in asked.items():
        warm(of, every=1 if number > MANY else FEW)
    with ThreadPoolExecutor(PROCESSES) as pool:
        for done, outcome in enumerate(pool.map(tried, trials), start=1):
            yield outcome
            if done % 100 == 0:
                sys.stderr.write(f"{done} of {len(trials)} trials\n")
