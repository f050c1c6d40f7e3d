"""`badge.json`: the verdict as an endpoint for badge services; and the same badge drawn, for pages that use none."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from fulfillspec.reporting.labels import text_width
from fulfillspec.reporting.run import StoredRun
from fulfillspec.reporting.text import one_line

_COLOURS = {"conformant": "0a6b3b", "nonconformant": "b3122f", "inconclusive": "6f3cc4", "aborted": "59616b"}
_PARTIAL = "2b6cb0"
"""Of a partial run that found nothing: not the green of the whole."""
_OTHER = "59616b"
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{label}: {message}">'
    '<title>{label}: {message}</title><clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>'
    '<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#3b434d"/>'
    '<rect x="{left}" width="{right}" height="20" fill="#{color}"/></g>'
    '<g fill="#ffffff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
    '<text x="{label_at}" y="14">{label}</text><text x="{message_at}" y="14">{message}</text></g></svg>\n'
)


def endpoint(verdict: str, message: str, *, narrowed: bool, label: str = "FulfillmentOrder API") -> dict[str, Any]:
    """Return a badge as an endpoint: its colour is the verdict's, and not green where a run was narrowed."""
    return {
        "schemaVersion": 1,
        "label": one_line(label, 60),
        "message": one_line(message, 120),
        "color": _PARTIAL if narrowed and verdict == "conformant" else _COLOURS.get(verdict, _OTHER),
    }


def put(badge: Mapping[str, Any], path: Path) -> None:
    """Write a badge as an endpoint."""
    path.write_text(json.dumps(badge, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def drawn(badge: Mapping[str, Any]) -> str:
    """Return a badge as an SVG image."""
    label, message = str(badge["label"]), str(badge["message"])
    left, right = (round(text_width(text) * 1.05) + 14 for text in (label, message))
    quoted = {'"': "&quot;"}
    return _SVG.format(
        width=left + right,
        left=left,
        right=right,
        label_at=left / 2,
        message_at=left + right / 2,
        label=escape(label, quoted),
        message=escape(message, quoted),
        color=badge["color"],
    )


def write(run: StoredRun, path: Path) -> None:
    """Write the badge of a run: label, verdict with the API version or versions, what it was limited to, colour."""
    asked = ", ".join(version.asked for version in run.versions) or run.version
    limits = "; ".join(run.narrowed)
    verdict = f"partial: {run.verdict}" if limits else run.verdict
    message = " · ".join(filter(None, (verdict, "strict" if run.profile == "strict" else "", limits, asked)))
    put(endpoint(run.verdict, message, narrowed=bool(limits)), path)
