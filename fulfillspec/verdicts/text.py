"""Values of `results.json` as text; others may have written the file, so any value may stand anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def words(value: Any) -> str:
    """Return a JSON value as one would write it: text as it is, nothing as an empty text, everything else as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def cited(value: Any) -> str:
    """Return the source of a statement as text: the parts of an object, the entries of a list."""
    if isinstance(value, Mapping):
        return ", ".join(words(part) for part in value.values() if part)
    if isinstance(value, list):
        return "; ".join(cited(part) for part in value)
    return words(value)
