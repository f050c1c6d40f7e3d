"""A run over several API versions: each is walked in turn into a folder of its own, and one report compares them."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fulfillspec import reproduction
from fulfillspec.documents import register
from fulfillspec.runs import ending, files
from fulfillspec.target.profile import BadTarget, load
from fulfillspec.verdicts.by_version import Walked, merged, telling
from fulfillspec.verdicts.statuses import INTERRUPTED, WORST_FIRST

_OF_THE_WHOLE = (
    "results.json",
    "report.html",
    "junit.xml",
    "results.csv",
    "exchanges.har",
    "exchanges.har.gz",
    "badge.json",
    "summary.md",
)
"""Files that are written anew for the whole run; the others are those of the telling version."""


@dataclass(eq=False)
class VersionPart:
    """One version of a run over several, given to its session as a plugin: what to ask for and where results go."""

    version: str
    out: Path
    found: dict[str, Any] | None = None
    status: int = INTERRUPTED


def part_of(config: pytest.Config) -> VersionPart | None:
    """Return the part of a run over several versions that a session is; None where it is a whole run."""
    return next((plugin for plugin in config.pluginmanager.get_plugins() if isinstance(plugin, VersionPart)), None)


def asked(config: pytest.Config) -> tuple[str, ...]:
    """Return the versions that a run is to walk in turn, each once; none where it is to walk one only."""
    versions = tuple(dict.fromkeys(config.option.api_version))
    return versions if len(versions) > 1 and part_of(config) is None else ()


def walk(config: pytest.Config, versions: tuple[str, ...]) -> int:
    """Walk each version in a session of its own, write results and report of the whole; return the exit status."""
    option = config.option
    file = Path(option.target) if option.target else None
    try:
        given = {"base_url": option.base_url, "listen": option.listen}
        targets = [load(file, dict(os.environ), {**given, "api_version": one}) for one in versions]
    except BadTarget as reason:
        raise ending.wrong_use(str(reason)) from None
    out = Path(option.out) if option.out else ending.folder_for(targets[0].base_url)
    ending.writable(out)
    parts = [VersionPart(version, out / version) for version in versions]
    for number, part in enumerate(parts, start=1):
        sys.stderr.write(f"API version {part.version} ({number} of {len(parts)})\n")
        try:
            part.status = int(pytest.main([*config.invocation_params.args], plugins=[*_plugins(config), part]))
        except KeyboardInterrupt:
            part.status = INTERRUPTED
        if part.status == INTERRUPTED:
            break
        if part.found is None:  # bad usage, an unusable target, a broken suite: it has been said
            return part.status
    with ending.undisturbed():
        return _finish(parts, out, bare=option.bare, default=option.out is None, opened=option.open_report)


def _plugins(config: pytest.Config) -> list[Any]:
    return [plugin for plugin in config.invocation_params.plugins or () if not isinstance(plugin, VersionPart)]


def _finish(parts: list[VersionPart], out: Path, *, bare: bool, default: bool, opened: bool) -> int:
    walked = [Walked(part.version, part.out.name, part.found) for part in parts]
    worst = telling(walked)
    if worst is None:
        return INTERRUPTED
    shutil.rmtree(out / reproduction.FOLDER, ignore_errors=True)  # of an earlier run into this folder
    shutil.copytree(out / worst.folder, out, ignore=lambda _, names: set(names) & {*_OF_THE_WHOLE}, dirs_exist_ok=True)
    found = merged(walked, register.load())
    files.put_results(out, found)
    if not bare:
        ending.report(found, out)
        if default:
            ending.point_at(out)
        if opened:
            ending.show(out)
    return next(status for status in WORST_FIRST if any(part.status == status for part in parts))
