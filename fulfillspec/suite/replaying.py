"""The same cases over a recording: what pytest is told for it, and what of it is recorded in a live run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import pytest

from fulfillspec.documents import paths
from fulfillspec.evidence.log import DamagedEvidence
from fulfillspec.evidence.times import RecordedTimes
from fulfillspec.runs import ending, recorded
from fulfillspec.runs.plan import Plan

_SELECTING: Final = ("walk_steps", "until", "fail_fast", "keyword", "markexpr")
"""Options of pytest that decide which cases there are."""


def selection(config: pytest.Config) -> dict[str, Any]:
    """Return what a run was told of its cases, to be told the same in a replay."""
    home, suites = paths.home(), paths.suites()
    named = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    cases = [
        path.relative_to(home).as_posix() + "".join(argument.partition("::")[1:])
        for argument, path in zip(config.args, named, strict=True)
        if path.is_relative_to(suites)
    ]
    return {"cases": cases, **{name: getattr(config.option, name) for name in _SELECTING}}


def plan(config: pytest.Config) -> Plan:
    """Return the plan of a recorded run, and let pytest choose the cases as that run did."""
    option = config.option
    try:
        found = recorded.plan_of(Path(option.replay), Path(option.out))
    except (DamagedEvidence, OSError) as error:
        raise ending.wrong_use(str(error)) from None
    if found.recorded is not None:
        config.add_cleanup(found.recorded.recording.close)
    for name in _SELECTING:
        setattr(option, name, found.selection.get(name))
    option.depth, option.only = found.depth, [*(found.only or ())]
    return found


def left_out(config: pytest.Config, case: str) -> bool:
    """Tell whether a case is left out of a replay, since the recording has nothing of it."""
    plan = config.stash.get(Plan.KEY, None)
    if not config.option.recorded_only or plan is None or plan.recorded is None:
        return False
    return case not in plan.recorded.recording.cases


class _Clock:
    """Keeps the clock of a replay."""

    def __init__(self) -> None:
        self.times: RecordedTimes | None = None

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Take the clock, when all is over."""
        plan = config.stash.get(Plan.KEY, None)
        if plan is not None and plan.recorded is not None:
            self.times = plan.recorded.times


def replay(folder: Path, out: Path, *, recorded_only: bool = False) -> tuple[int, RecordedTimes | None]:
    """Run the recorded cases of a stored run over its recording, results into `out`.

    Returns pytest's exit status, and the recorded clock as far as it was taken. `recorded_only`: another suite recorded
    it, and cases that it did not have are left out. Raises `DamagedEvidence`, `OSError`, and `RecordedStop` where the
    recording is stopped in a place where no run is.
    """
    home, suites = paths.home(), paths.suites()
    cases = [str(home / name) for name in recorded.cases_of(folder) if _within(home / name.partition("::")[0], suites)]
    if recorded_only:  # a case that was named may have gone since
        cases = [*dict.fromkeys(name.partition("::")[0] for name in cases)]
    if not cases:
        raise DamagedEvidence("it names none of the suites' cases")
    told = [f"--replay={folder}", f"--out={out}", *(["--recorded-only"] if recorded_only else [])]
    clock = _Clock()
    loaded = os.environ.get(_AUTOLOAD)
    os.environ[_AUTOLOAD] = "1"
    try:
        arguments = [*cases, f"--rootdir={home}", "-c", os.devnull, *_PLAIN, *told]
        return int(pytest.main(arguments, plugins=[clock])), clock.times
    finally:
        os.environ.pop(_AUTOLOAD) if loaded is None else os.environ.__setitem__(_AUTOLOAD, loaded)


_AUTOLOAD: Final = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
_UNUSED: Final = ("terminal", "cacheprovider", "unraisableexception", "threadexception", "doctest", "legacypath")
_PLAIN: Final = (
    "--bare",
    "--strict-markers",
    "--capture=sys",
    "--import-mode=importlib",  # whoever verifies may have modules of the same names
    *(f"-pno:{name}" for name in _UNUSED),
)


def _within(path: Path, suites: Path) -> bool:
    return path.exists() and path.resolve().is_relative_to(suites)
