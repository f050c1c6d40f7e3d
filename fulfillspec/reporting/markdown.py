"""`summary.md`: the result of a run on one page of Markdown, for the job summary of a CI or a pull request."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from fulfillspec.reporting import tally
from fulfillspec.reporting.run import StoredRun
from fulfillspec.reporting.text import one_line
from fulfillspec.verdicts.deviation import Deviation

MOST = 20
"""Requirements that deviate, and reasons of what could not be observed, that are listed."""
_CELL = 240
_ACTIVE = re.compile(r"([\\`*_\[\]<>#|~&])")


def write(run: StoredRun, path: Path) -> None:
    """Write the summary of a run."""
    path.write_text(summary(run), encoding="utf-8", errors="backslashreplace")


def summary(run: StoredRun) -> str:
    """Return the result of a run: verdict, what was tested, what deviates, what could not be observed, counts."""
    mark = {"conformant": "✔", "nonconformant": "✖", "inconclusive": "◆"}.get(run.verdict, "○")
    lines = [f"## {mark} FulfillmentOrder API: {_text(run.verdict, 40)}", "", _text(run.summary, 1000), ""]
    lines += [f"**Next:** {_text(run.next_action, 1000)}", ""] if run.next_action else []
    told = (run.tested, f"API version {run.version}", ", ".join(run.transports))
    lines += [f"Tested: {' · '.join(_text(part, _CELL) for part in told if part)}", ""]
    lines += [*_deviations(run), *_open(run), *_counts(run)]
    costs = f"{run.exchanges:,} requests · {run.orders_created:,} orders · {run.seconds:,.1f} s"
    lines.append(f"{costs} · {len(run.left_behind)} left behind" if run.left_behind else costs)
    return "\n".join(lines) + "\n"


def _deviations(run: StoredRun) -> list[str]:
    groups: dict[str, list[Deviation]] = {}
    for found in tally.by_gravity(run):
        groups.setdefault(found.requirement, []).append(found)
    if not groups:
        return []
    lines = ["| requirement | level | over | documented | received |", "|---|---|---|---|---|"]
    for name, same in list(groups.items())[:MOST]:
        first, over = same[0], ", ".join(dict.fromkeys(one.transport for one in same))
        known = f" (known: {first.baseline.reason})" if first.baseline else ""
        cells = (name + known, first.level, over, first.documented, first.received)
        lines.append(f"| {' | '.join(_text(cell, _CELL) for cell in cells)} |")
    more = [f"… and {len(groups) - MOST} more in `report.html`"] if len(groups) > MOST else []
    return [*lines, *more, ""]


def _open(run: StoredRun) -> list[str]:
    reasons = Counter(row.reason or "no reason recorded" for row in run.requirements if row.verdict == "inconclusive")
    if not reasons:
        return []
    lines = [f"{reasons.total()} requirements could not be observed:", ""]
    lines += [f"- {number} × {_text(reason, _CELL)}" for reason, number in reasons.most_common(MOST)]
    return [*lines, ""]


def _counts(run: StoredRun) -> list[str]:
    lines = ["| level | pass | fail | warn | could not be observed |", "|---|---|---|---|---|"]
    for level, counts in tally.by_level(run).items():
        numbers = " | ".join(str(counts[verdict]) for verdict in ("pass", "fail", "warn", "inconclusive"))
        lines.append(f"| {level} | {numbers} |")
    return [*lines, ""]


def _text(text: str, limit: int) -> str:
    """Return a text of a target so that Markdown shows it as it is."""
    return _ACTIVE.sub(r"\\\1", one_line(text, limit))
