"""The same cases over a recording: what pytest is told for it, and what of it is recorded in a live run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import pytest

from fulfillspec.documents import paths
from fulfillspec.evidence.log import DamagedEvidence
from fulfillspec.runs import recorded
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
        raise pytest.UsageError(str(error)) from None
    if found.recorded is not None:
        config.add_cleanup(found.recorded.recording.close)
    for name in _SELECTING:
        setattr(option, name, found.selection.get(name))
    option.depth, option.only = found.depth, [*(found.only or ())]
    return found


def replay(folder: Path, out: Path) -> int:
    """Run the recorded cases of a stored run over its recording, results into `out`; return pytest's exit status.

    Raises `DamagedEvidence` and `OSError`.
    """
    home, suites = paths.home(), paths.suites()
    cases = [str(home / name) for name in recorded.cases_of(folder) if _within(home / name.partition("::")[0], suites)]
    if not cases:
        raise DamagedEvidence("it names none of the suites' cases")
    loaded = os.environ.get(_AUTOLOAD)
    os.environ[_AUTOLOAD] = "1"
    try:
        return int(
            pytest.main([*cases, f"--rootdir={home}", "-c", os.devnull, *_PLAIN, f"--replay={folder}", f"--out={out}"])
        )
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
