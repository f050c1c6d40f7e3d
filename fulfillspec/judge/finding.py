"""What a judge says of one requirement at one place."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from fulfillspec.evidence.observation import FulfillmentOrder

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


def fails(requirement: str, documented: str, received: object, *diff: Difference) -> Finding:
    """Return the finding that a requirement was seen broken; what was received is said in words."""
    said = received if isinstance(received, str) else plain(received)
    return Finding(requirement, holds=False, documented=documented, received=said, diff=diff)


def differ(path: str, documented: object, received: object) -> Difference:
    """Return what a field should hold and what it holds, in words."""
    return Difference(path, plain(documented), plain(received))


def plain(value: object) -> str:
    """Say a value of ours as people write it: lists and tables by commas, what is not there as nothing or none."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, FulfillmentOrder):
        return f"fulfillment order {value.id} ({value.pair})"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(key)}: {plain(part)}" for key, part in value.items()) or "none"
    if isinstance(value, (list, tuple, AbstractSet)):
        parts = [f"({plain(part)})" if isinstance(part, (list, tuple, Mapping)) else plain(part) for part in value]
        return ", ".join(sorted(parts) if isinstance(value, AbstractSet) else parts) or "none"
    return str(value) or "an empty text"


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
