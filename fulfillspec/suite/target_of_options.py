"""From the options of a run to its plan: which target, which part of it, where the results go."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from fulfillspec.documents import register
from fulfillspec.runs import ending
from fulfillspec.runs.plan import Plan
from fulfillspec.suite import replaying, versions
from fulfillspec.suite.embedded import chosen
from fulfillspec.target import statement
from fulfillspec.verdicts import command
from fulfillspec.verdicts.baseline import read
from fulfillspec.verdicts.earlier import left_to_do


def plan_of(config: pytest.Config) -> Plan:
    """Return the plan of the run that the options ask for; without a target the embedded sandbox is started."""
    option, part = config.option, versions.part_of(config)
    known = register.load()
    only = frozenset(identity for part in option.only for identity in part.split(",")) or None
    for identity in sorted(only or ()):
        known.get(identity)
    before = left_to_do(Path(option.failed_from)) if option.failed_from else {}
    if before:
        only = frozenset(before) if only is None else only & set(before)
    env = dict(os.environ)
    given = {
        "base_url": option.base_url,
        "api_version": part.version if part else option.api_version[-1] if option.api_version else None,
        "transports": option.transport or None,
        "areas": option.area or None,
        "listen": option.listen,
        "strict": option.strict_profile,
    }
    found = chosen(
        Path(option.target) if option.target else None,
        env,
        given,
        mutants=option.sandbox_mutant,
        variants=option.sandbox_variant,
    )
    config.add_cleanup(found.stop)
    target = found.target
    stated = statement.beside(Path(target.file)) if target.file else None
    claim = statement.load(stated) if stated is not None else None
    named = part.out if part else Path(option.out) if option.out else None
    out = named or ending.folder_for(target.base_url)
    ending.writable(out)
    if stated is not None:
        shutil.copyfile(stated, out / statement.NAME)
    options = command.given({**vars(option), "api_version": [part.version] if part else option.api_version})
    return Plan(
        target,
        out,
        depth=option.depth,
        only=only,
        seed=option.seed,
        seeded=found.seeded,
        embedded=found.embedded,
        mutants=tuple(option.sandbox_mutant),
        variants=tuple(option.sandbox_variant),
        options=options,
        wait=option.wait or 0,
        baseline=read(Path(option.baseline)) if option.baseline else None,
        before=before,
        selection=replaying.selection(config),
        statement=claim.as_json() if claim is not None else None,
        compressed=option.compressed,
    )
