"""What a run is to do, before anything was sent: the target, the depth, what is selected, where results go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from fulfillspec.evidence.times import RecordedTimes
from fulfillspec.target.profile import Target
from fulfillspec.verdicts.baseline import BaselineEntry
from fulfillspec.wire.replay import Recording


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a run is replayed from: the answers and the times of an earlier one."""

    recording: Recording
    times: RecordedTimes


@dataclass(frozen=True)
class Plan:
    """A run that was prepared and not begun.

    `seeded` are ids that the embedded sandbox has in given states, `mutants` and `variants` the changes that it was
    started with, `options` what was given on the command line, `wait` the seconds that the target has to start,
    `baseline` the known deviations, `before` the verdicts of an earlier run on what this one judges again.
    `selection` is what pytest was told of the cases, `statement` what the vendor claims, `recorded` answers in the place
    of the target, `compressed`: evidence and HAR are written so.
    """

    KEY: ClassVar[pytest.StashKey[Plan]] = pytest.StashKey()

    target: Target
    out: Path
    depth: str = "core"
    only: frozenset[str] | None = None
    seed: int = 0
    seeded: Mapping[str, list[int]] = field(default_factory=dict)
    embedded: bool = False
    mutants: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    wait: float = 0
    baseline: tuple[BaselineEntry, ...] | None = None
    before: Mapping[str, str] = field(default_factory=dict)
    selection: Mapping[str, Any] = field(default_factory=dict)
    statement: Mapping[str, Any] | None = None
    recorded: Recorded | None = None
    compressed: bool = False
