"""The results of a stored run, which others may have written: read within bounds, held to the published schema."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from jsonschema import Draft202012Validator

from fulfillspec.documents import paths
from fulfillspec.verdicts.results import SCHEMA

LONGEST: Final = 64 * 1024 * 1024
"""Bytes of a `results.json` that is read."""
_DIGITS: Final = 100
_TOLD: Final = 20
"""Breaches of the schema that are told."""


class NotARun(Exception):
    """The folder holds no run that can be read; the message says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A run's folder and what its `results.json` says."""

    folder: Path
    results: dict[str, Any]

    @property
    def has_versions(self) -> bool:
        """Whether the run walked several API versions, each in a folder of its own."""
        return bool(self.results.get("versions"))


def without_results(folder: Path) -> str:
    """Say of a folder without results what it is, and what to do where it is that of a run that was killed."""
    killed, log = (folder / "journal.ndjson").is_file(), folder / "evidence.ndjson"
    hint = f" The run did not end: `fulfillspec sweep {folder}` removes what it left; then run again." if killed else ""
    if killed and log.is_file():
        hint += f" `fulfillspec judge {log}` judges what it recorded until then."
    return f"{folder} holds no results.json: expected the folder of a run.{hint}"


def read(folder: Path) -> Stored:
    """Read the results of a run, not yet held to their schema beyond its name. Raises `NotARun`."""
    path = folder / "results.json"
    if path.is_symlink() or not path.is_file():
        raise NotARun(without_results(folder))
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST + 1)
    except OSError as error:
        raise NotARun(f"{path} cannot be read ({error.strerror}).") from None
    if len(raw) > LONGEST:
        raise NotARun(f"{path} is longer than {LONGEST:,} bytes, and no run writes that much.")
    try:
        results = json.loads(raw.decode(), parse_constant=_refuse, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise NotARun(f"{path} is no JSON in UTF-8: {str(error)[:200]}.") from None
    if not isinstance(results, dict) or results.get("schema") != SCHEMA:
        said = results.get("schema") if isinstance(results, dict) else type(results).__name__
        raise NotARun(f"{path} has another schema: expected {SCHEMA}, found {str(said)[:80]!r}.")
    return Stored(folder, results)


def load(folder: Path) -> Stored:
    """Read the results of a run that follow their schema. Raises `NotARun`."""
    stored = read(folder)
    first = next(breaches(stored.results), None)
    if first is not None:
        raise NotARun(f"{folder / 'results.json'} does not follow its schema: {first}.")
    return stored


def load_one(folder: Path) -> Stored:
    """Read the results of a run over one API version. Raises `NotARun`."""
    stored = load(folder)
    if stored.has_versions:
        walked = [str(row["asked"]) for row in stored.results["versions"] if row["results"]]
        raise NotARun(
            f"{folder} is a run over several API versions: name the folder of one ({', '.join(walked)[:200]} below it)."
        )
    return stored


def breaches(results: dict[str, Any]) -> Iterator[str]:
    """Yield where the results do not follow the published schema, in words; the first 20 of them."""
    for _, error in zip(range(_TOLD), _validator().iter_errors(results), strict=False):
        wanted = json.dumps(error.validator_value, ensure_ascii=False)
        yield f"{error.json_path}: expected {error.validator} {wanted[:120]}, found {_in_words(error.instance)}"


@functools.cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads((paths.schemas() / "results.schema.json").read_text("utf-8")))


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return f"an object with {len(value)} keys"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    return json.dumps(value, ensure_ascii=False)[:80]


def _whole(digits: str) -> int:
    """Read a whole number, of no more digits than can be reckoned with."""
    if len(digits) > _DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits is not one that a run writes")
    return int(digits)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
