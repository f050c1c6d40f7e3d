"""A HAR file without tokens and personal data: what is not needed to judge it is left out, the rest is redacted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fulfillspec import __version__
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.traffic import cleaned, har, recognised


def redact(source: Path, target: Path) -> int:
    """Write the entries of a HAR file redacted; return how many there are. Raises `NotHar` and `OSError`."""
    redactor = Redactor(recognised.tokens_in(har.entries(source)))
    creator = json.dumps({"name": "fulfillspec redact", "version": __version__})
    count = 0
    draft = target.with_name(f".{target.name}.draft")
    try:
        with draft.open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f'{{"log": {{"version": "1.2", "creator": {creator}, "entries": [')
            for entry in har.entries(source):
                file.write((",\n" if count else "\n") + json.dumps(_clean(entry, redactor), ensure_ascii=False))
                count += 1
            file.write("\n]}}\n")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _clean(entry: Mapping[str, Any], redactor: Redactor) -> dict[str, Any]:
    request, response = recognised.part(entry, "request"), recognised.part(entry, "response")
    posted, content = recognised.part(request, "postData"), recognised.part(response, "content")
    sent, received = recognised.text_of(posted.get("text")), recognised.content_of(content)
    asked_for = recognised.sent(sent, recognised.headers_of(request))
    asked: dict[str, Any] = {
        "method": redactor.text(str(request.get("method", ""))),
        "url": redactor.text(str(request.get("url", ""))),
        "httpVersion": "HTTP/1.1",
        "headers": _headers(request, redactor),
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": -1,
    }
    if sent is not None:
        asked["postData"] = {"mimeType": str(posted.get("mimeType", "")), "text": cleaned.request(sent, redactor.body)}
    status = response.get("status")
    return {
        "startedDateTime": str(entry.get("startedDateTime", "")),
        "time": recognised.number(entry.get("time")),
        "request": asked,
        "response": {
            "status": status if isinstance(status, int) else 0,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": _headers(response, redactor),
            "cookies": [],
            "content": {
                "size": -1,
                "mimeType": str(content.get("mimeType", "")),
                "text": redactor.refusal(cleaned.answer(asked_for, received or "", redactor.body)),
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": recognised.number(entry.get("time")), "receive": 0},
    }


def _headers(part: Mapping[str, Any], redactor: Redactor) -> list[dict[str, str]]:
    clean = redactor.headers(recognised.headers_of(part))
    return [{"name": name, "value": value} for name, value in clean.items()]
