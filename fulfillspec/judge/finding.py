"""What a judge says of one requirement at one place."""

from __future__ import annotations

import functools
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a deviation: where, what is documented, what came."""

    path: str
    documented: str
    received: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A requirement that was looked at, and whether it held."""

    requirement: str
    holds: bool
    documented: str = ""
    received: str = ""
    diff: tuple[Difference, ...] = ()


@functools.cache
def holds(requirement: str) -> Finding:
    """Return the finding that a requirement was seen to hold."""
    return Finding(requirement, holds=True)


def fails(requirement: str, documented: str, received: str, *diff: Difference) -> Finding:
    """Return the finding that a requirement was seen broken."""
    return Finding(requirement, holds=False, documented=documented, received=received, diff=diff)
