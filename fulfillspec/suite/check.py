"""A target checked before a run: the run is begun in a folder that goes away again, and asks but writes nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fulfillspec.runs import doctor
from fulfillspec.runs.plan import Plan
from fulfillspec.runs.run import Run
from fulfillspec.suite.embedded import chosen
from fulfillspec.target.probe import NotUsable
from fulfillspec.target.profile import BadTarget
from fulfillspec.verdicts.command import named_and_empty


class NotChecked(Exception):
    """No run can start; the message says why, and what to do."""


def check(options: Mapping[str, Any], *, deep: Collection[str]) -> doctor.Diagnosis:
    """Examine the target that the options of a run name, by their keys. Raise `NotChecked` where no run can start."""
    if empty := named_and_empty(options):
        raise NotChecked(empty)
    file, versions = options["target"], options["api_version"]
    given = {
        "base_url": options["base_url"],
        "api_version": versions[-1] if versions else None,
        "transports": options["transport"] or None,
        "areas": options["area"] or None,
        "listen": options["listen"],
    }
    try:
        found = chosen(Path(file) if file else None, os.environ, given)
    except BadTarget as reason:
        raise NotChecked(str(reason)) from None
    try:
        with tempfile.TemporaryDirectory() as folder:
            plan = Plan(
                found.target,
                Path(folder) / "check",
                depth=options["depth"],
                seeded=found.seeded,
                embedded=found.embedded,
                wait=options["wait"] or 0,
            )
            return _examine(plan, deep)
    finally:
        found.stop()


def _examine(plan: Plan, deep: Collection[str]) -> doctor.Diagnosis:
    try:
        run = Run(plan)
    except NotUsable as reason:
        raise NotChecked(str(reason)) from None
    clean = run.evidence.redactor.sentence
    try:
        found = doctor.examine(run, deep=deep)
    except NotUsable as reason:
        raise NotChecked(clean(str(reason))) from None
    finally:
        run.abandon()
    lines = tuple((name, clean(text)) for name, text in found.lines)
    return replace(found, lines=lines, missing=tuple(map(clean, found.missing)))
