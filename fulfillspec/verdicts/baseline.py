"""The deviations that a user knows and accepts for now: `baseline.toml`, each with its reason, and until when."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from fulfillspec.documents import register
from fulfillspec.documents.register import TRANSPORTS, UnknownRequirement

_KEYS: Final = ("requirement", "reason", "link", "until", "transport")
_DEVIATES: Final = ("fail", "warn")


class BadBaseline(ValueError):
    """The file cannot be used; the message says which entry, what was expected, and what came."""


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """A requirement that is known to deviate, over one transport or (empty) over any. `until` is the last day it counts."""

    requirement: str
    reason: str
    link: str = ""
    until: date | None = None
    transport: str = ""

    def covers(self, requirement: str, transport: str) -> bool:
        """Tell whether a deviation from a requirement over a transport is this one."""
        return self.requirement == requirement and self.transport in {"", transport}

    @property
    def in_words(self) -> str:
        """The entry in a few words."""
        over = f" over {self.transport}" if self.transport else ""
        return f"{self.requirement}{over} ({self.reason})"


@dataclass(frozen=True, slots=True)
class Checked:
    """A run beside a baseline: musts that deviate and are not in it, entries that are stale and why, the known ones."""

    unknown: tuple[str, ...]
    stale: tuple[str, ...]
    known: tuple[str, ...]

    @property
    def fine(self) -> bool:
        """Whether nothing deviates that is not known, and no entry is stale."""
        return not (self.unknown or self.stale)


def covered(*, unknown: bool, stale: bool) -> str:
    """Return in a sentence how a run stands beside a baseline."""
    if unknown:
        return "The baseline does not cover this run."
    if stale:
        return "Nothing else deviates; take what is stale out of the baseline."
    return "Nothing deviates that the baseline does not know."


def read(path: Path) -> tuple[BaselineEntry, ...]:
    """Read a baseline. Raises `BadBaseline`."""
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise BadBaseline(f"The baseline {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise BadBaseline(f"The baseline {path} cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadBaseline(f"The baseline {path} is not TOML: {error}.") from None
    rows = content.get("known", [])
    if set(content) - {"known"} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadBaseline(
            f"The baseline {path} holds other things than [[known]] tables: {', '.join(sorted(content))}."
        )
    return tuple(_entry(f"{path}, entry {number}", row) for number, row in enumerate(rows, 1))


def _entry(where: str, row: Mapping[str, Any]) -> BaselineEntry:
    for key in row:
        if key not in _KEYS:
            raise BadBaseline(f"{where}: unknown key {key!r}; known are: {', '.join(_KEYS)}.")
    for key in ("requirement", "reason"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise BadBaseline(f"{where}: expected {key!r}, a text that is not empty.")
    try:
        register.load().get(row["requirement"])
    except UnknownRequirement as reason:
        raise BadBaseline(f"{where}: {reason}") from None
    until, link, transport = row.get("until"), row.get("link", ""), row.get("transport", "")
    if until is not None and type(until) is not date:
        raise BadBaseline(f"{where}: expected 'until', a date such as 2030-01-31 without quotation marks.")
    if not isinstance(link, str) or transport not in {"", *TRANSPORTS}:
        raise BadBaseline(f"{where}: expected 'link', a text, and 'transport', one of {', '.join(TRANSPORTS)}.")
    return BaselineEntry(row["requirement"], row["reason"].strip(), link, until, transport)


def check(entries: Sequence[BaselineEntry], results: Mapping[str, Any], *, today: date) -> Checked:
    """Hold a run to a baseline. An entry is stale where its requirement passes, or its last day is over."""
    verdicts = {row["id"]: row for row in results["requirements"]}
    strict = results.get("profile") == "strict"
    unknown = [
        f"{row['id']} over {transport}"
        for row in verdicts.values()
        for transport, verdict in row["by_transport"].items()
        if (verdict == "fail" or (strict and verdict == "warn" and row["level"] == "should"))
        and not any(entry.covers(row["id"], transport) for entry in entries)
    ]
    stale = {entry: why for entry in entries if (why := _stale(entry, verdicts.get(entry.requirement), today))}
    return Checked(
        tuple(unknown),
        tuple(f"{entry.in_words}: {why}" for entry, why in stale.items()),
        tuple(entry.in_words for entry in entries if entry not in stale),
    )


def _stale(entry: BaselineEntry, row: Mapping[str, Any] | None, today: date) -> str:
    if entry.until is not None and today > entry.until:
        return f"it was accepted until {entry.until.isoformat()}"
    over = (row or {}).get("by_transport", {})
    seen = [verdict for name, verdict in over.items() if entry.transport in {"", name}]
    if "pass" in seen and not set(seen) & {*_DEVIATES, "inconclusive"}:
        return "it does not deviate any more"
    return ""


def mark(entries: Iterable[BaselineEntry], results: dict[str, Any]) -> None:
    """Note at the deviations of a run which of them are known, and why."""
    for row in results["deviations"]:
        known = next((one for one in entries if one.covers(row["requirement"], row["transport"])), None)
        if known is not None:
            row["baseline"] = {"reason": known.reason, "link": known.link}


def written(results: Mapping[str, Any], *, reason: str) -> str:
    """Return the baseline of a run as it is: an entry for each requirement and transport that deviates."""
    rows = [
        (row["id"], transport)
        for row in results["requirements"]
        for transport, verdict in row["by_transport"].items()
        if verdict in _DEVIATES
    ]
    tables = [
        f"[[known]]\nrequirement = {json.dumps(name)}\ntransport = {json.dumps(over)}\nreason = {json.dumps(reason, ensure_ascii=False)}\n"
        for name, over in rows
    ]
    return "\n".join(tables)
