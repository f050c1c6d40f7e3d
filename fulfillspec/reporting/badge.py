"""`badge.json`: the verdict as an endpoint for badge services."""

import json
from pathlib import Path

from fulfillspec.reporting.run import Run
from fulfillspec.reporting.text import one_line

_COLOURS = {"conformant": "0a6b3b", "nonconformant": "b3122f", "inconclusive": "6f3cc4", "aborted": "59616b"}


def write(run: Run, path: Path) -> None:
    """Write the badge of a run: label, verdict with the API version or versions, colour."""
    asked = ", ".join(version.asked for version in run.versions) or run.version
    message = " · ".join(filter(None, (run.verdict, "strict" if run.profile == "strict" else "", asked)))
    badge = {
        "schemaVersion": 1,
        "label": "FulfillmentOrder API",
        "message": one_line(message, 60),
        "color": _COLOURS.get(run.verdict, "59616b"),
    }
    path.write_text(json.dumps(badge, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
