"""What an earlier run left to do: the requirements that failed or could not be observed, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from fulfillspec.verdicts.stored import load_one

_TO_DO: Final = ("fail", "warn", "inconclusive")
_NOW: Final = {"pass": "FIXED", "fail": "STILL FAILING", "warn": "STILL FAILING", "inconclusive": "STILL OPEN"}


class NothingFailed(Exception):
    """The earlier run left nothing to do; the message says so."""


def left_to_do(folder: Path) -> dict[str, str]:
    """Return the verdict of each requirement that failed or was open in a stored run.

    Raises `NotARun` for a folder that is none of a run over one version, `NothingFailed` where there is none.
    """
    rows = load_one(folder).results["requirements"]
    found = {row["id"]: row["verdict"] for row in rows if row["verdict"] in _TO_DO}
    if not found:
        raise NothingFailed(f"Nothing failed or was open in {folder}: leave --failed-from out to test everything.")
    return found


def became(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what became of each requirement, in words, by the verdicts before and now."""
    for identity, was in before.items():
        verdict = now.get(identity, "absent")
        said = _NOW.get(verdict, f"NOT JUDGED ({verdict})")
        yield identity, "NOW FAILING" if said == "STILL FAILING" and was == "inconclusive" else said
