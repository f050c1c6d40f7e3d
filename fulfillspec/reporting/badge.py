"""`badge.json`: the verdict as an endpoint for badge services."""

import json
from pathlib import Path

from fulfillspec.reporting.run import StoredRun
from fulfillspec.reporting.text import one_line

_COLOURS = {"conformant": "0a6b3b", "nonconformant": "b3122f", "inconclusive": "6f3cc4", "aborted": "59616b"}
_PARTIAL = "2b6cb0"
"""Of a partial run that found nothing: not the green of the whole."""
_OTHER = "59616b"


def write(run: StoredRun, path: Path) -> None:
    """Write the badge of a run: label, verdict with the API version or versions, what it was limited to, colour."""
    asked = ", ".join(version.asked for version in run.versions) or run.version
    limits = "; ".join(run.narrowed)
    verdict = f"partial: {run.verdict}" if limits else run.verdict
    message = " · ".join(filter(None, (verdict, "strict" if run.profile == "strict" else "", limits, asked)))
    badge = {
        "schemaVersion": 1,
        "label": "FulfillmentOrder API",
        "message": one_line(message, 120),
        "color": _PARTIAL if limits and run.verdict == "conformant" else _COLOURS.get(run.verdict, _OTHER),
    }
    path.write_text(json.dumps(badge, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
