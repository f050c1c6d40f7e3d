"""Files of a run, each written beside its place and then put there: what breaks off leaves the earlier one whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def put(path: Path, text: str) -> None:
    """Write a text as a file, whole or not at all. Raises `OSError`."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.unlink(missing_ok=True)  # it may be a link that somebody put there
        draft.write_text(text, "utf-8", errors="backslashreplace")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def put_results(folder: Path, found: Mapping[str, Any]) -> None:
    """Write `results.json` of a run. Raises `OSError`."""
    put(folder / "results.json", text_of(found))


def text_of(results: Mapping[str, Any]) -> str:
    """Return the text of `results.json`."""
    return json.dumps(results, indent=1, ensure_ascii=False) + "\n"
