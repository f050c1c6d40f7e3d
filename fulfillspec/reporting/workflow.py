"""What a run says to the CI that it runs in: workflow commands that annotate, and the job summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from fulfillspec.reporting import markdown, tally
from fulfillspec.reporting.run import StoredRun
from fulfillspec.reporting.text import one_line
from fulfillspec.verdicts.deviation import Deviation

MOST = 10
"""Annotations of one kind that GitHub shows of a step."""
_LONGEST = 600


def commands_for(run: StoredRun) -> Iterator[str]:
    """Yield a workflow command for each requirement that deviates: an error for one that blocks, else a warning."""
    first: dict[str, Deviation] = {}
    for found in tally.by_gravity(run):
        if found.baseline is None:
            first.setdefault(found.requirement, found)
    told = {"error": 0, "warning": 0}
    for identity, found in first.items():
        blocks = found.level == "must" or (found.level == "should" and run.profile == "strict")
        kind = "error" if blocks else "warning"
        told[kind] += 1
        if told[kind] <= MOST:
            text = f"documented {found.documented}; received {found.received} (over {found.transport})"
            yield f"::{kind} title={_property(identity)}::{_data(text)}"
    if run.verdict == "inconclusive":
        yield f"::warning title=inconclusive::{_data(run.next_action)}"


def add_summary(run: StoredRun, env: Mapping[str, str]) -> None:
    """Append the Markdown summary to the job summary where the environment names its file. Raises OSError."""
    named = env.get("GITHUB_STEP_SUMMARY", "")
    if named:
        with Path(named).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(markdown.summary(run))


def asked_for(env: Mapping[str, str]) -> bool:
    """Tell whether the environment reads workflow commands."""
    return env.get("GITHUB_ACTIONS") == "true"


def _data(text: str) -> str:
    return one_line(text, _LONGEST).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
