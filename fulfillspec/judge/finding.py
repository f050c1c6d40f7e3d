"""What a judge says of one requirement at one place."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass

_LONGEST_VALUE = 60
"""Characters of a text that are told."""


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


def value_in_words(value: object) -> str:
    """Say what came, shortened, with its type."""
    if isinstance(value, str):
        text = json.dumps(value[:_LONGEST_VALUE], ensure_ascii=False)
        return f"{text}{'…' if len(value) > _LONGEST_VALUE else ''} (string)"
    if isinstance(value, dict):
        return f"an object with {len(value)} key{'' if len(value) == 1 else 's'}"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 256:
        return f"a number of {value.bit_length()} bits"
    kind = {bool: " (boolean)", int: " (number)", float: " (number)"}.get(type(value), "")
    return json.dumps(value) + kind
