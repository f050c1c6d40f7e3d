"""The registry of judges: each module that judges requirements says so itself, where it stands.

It judges the requirements that it names. A module that names some and registers itself nowhere is found by a test.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from types import MappingProxyType


class Hears(StrEnum):
    """What a judge needs before it can speak; the value is what listings call it."""

    ANSWERS = "every answer"
    STEPS = "every step"
    WALKS = "the random walks"
    REQUESTS = "the generated requests"
    CASES = "certain cases"
    SUPPLY = "setting up"


_REGISTERED: dict[Path, Hears] = {}


def judging(file: str, hears: Hears) -> None:
    """Register the module in this file (`__file__`) as a judge."""
    _REGISTERED[Path(file)] = hears


def registered() -> MappingProxyType[Path, Hears]:
    """Return the files of the judges that were imported so far, with what each needs."""
    return MappingProxyType(_REGISTERED)
