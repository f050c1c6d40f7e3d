"""`results.csv`: one row per requirement, for spreadsheets."""

import csv
from collections import Counter
from pathlib import Path

from fulfillspec.reporting.run import TRANSPORTS, StoredRun
from fulfillspec.reporting.text import visible

COLUMNS = (
    "id",
    "area",
    "level",
    "verdict",
    *TRANSPORTS,
    "judged",
    "deviations",
    "provenance",
    "source",
    "statement",
    "quote",
    "reason",
    "cases",
)
"""The columns in order; the transports' columns are empty where a requirement has no verdict on one."""


def write(run: StoredRun, path: Path) -> None:
    """Write the requirements of a run with their verdicts; no field can be taken for a formula."""
    deviations = Counter(found.requirement for found in run.deviations)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for row in run.requirements:
            fields = (
                row.id,
                row.area,
                row.level,
                row.verdict,
                *(row.by_transport.get(name, "") for name in TRANSPORTS),
                str(row.judged),
                str(deviations[row.id]),
                row.provenance,
                row.source,
                row.statement,
                row.quote,
                row.reason,
                " ".join(row.cases),
            )
            rows.writerow([harmless(field) for field in fields])


def harmless(text: str) -> str:
    """Return `text` so that a spreadsheet takes it for text: what begins like a formula gets an apostrophe in front."""
    text = visible(text)
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") or text[:1] in ("\t", "\n") else text
