"""HAR files as those who record write them: a proxy (mitmproxy), a browser (Chromium), a client's own log."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from application import Sent

Entry = dict[str, Any]


def _pairs(found: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in found]


def _entry(one: Sent, at: str, version: str, sent: list[dict[str, str]], received: list[dict[str, str]]) -> Entry:
    """Return what all forms have in common."""
    request: Entry = {
        "method": one.method,
        "url": one.url,
        "httpVersion": version,
        "headers": sent,
        "queryString": _pairs(parse_qsl(urlsplit(one.url).query)),
        "cookies": [],
        "headersSize": -1,
        "bodySize": len(one.body or ""),
    }
    if one.body is not None:
        request["postData"] = {"mimeType": "application/json", "text": one.body, "params": []}
    kind = one.received.get("content-type", "")
    content = {"size": len(one.answer), "mimeType": kind, "text": one.answer.decode()}
    return {
        "startedDateTime": at,
        "time": one.ms,
        "request": request,
        "response": {
            "status": one.status,
            "statusText": "",
            "httpVersion": version,
            "headers": received,
            "cookies": [],
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(one.answer),
        },
        "cache": {},
        "timings": {"send": 0, "wait": one.ms, "receive": 0},
    }


def _plain(one: Sent, at: str, version: str = "HTTP/1.1") -> Entry:
    return _entry(one, at, version, _pairs(one.headers.items()), _pairs(one.received.items()))


def _utc(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def proxy(one: Sent) -> Entry:
    """As mitmproxy writes it: offsets, microseconds, times of the connection, bodies that are no text in base64."""
    entry = _plain(one, one.at.isoformat())
    entry["timings"] = {"connect": 0.1, "ssl": -1.0, "send": 0.2, "receive": 0.3, "wait": one.ms}
    entry["serverIPAddress"] = "127.0.0.1"
    return entry


def browser(one: Sent) -> Entry:
    """As Chromium writes it: HTTP/2 with its pseudo headers, names in lower case, members of its own."""
    parts = urlsplit(one.url)
    pseudo = [(":authority", parts.netloc), (":method", one.method), (":path", parts.path), (":scheme", "https")]
    sent = _pairs([*pseudo, *((name.lower(), value) for name, value in one.headers.items())])
    received = _pairs((name.lower(), value) for name, value in one.received.items())
    entry = _entry(one, _utc(one.at), "http/2.0", sent, received)
    own = {"_initiator": {"type": "script"}, "_priority": "High", "_resourceType": "fetch", "connection": "443"}
    return {**own, **entry, "pageref": "page_1"}


def log(one: Sent) -> Entry:
    """As a client's own log has it: no timings, no sizes, no content type beside the headers, a time in a zone."""
    entry = _plain(one, one.at.astimezone().isoformat(timespec="milliseconds"))
    for name in ("timings", "cache", "time"):
        del entry[name]
    del entry["response"]["content"]["mimeType"], entry["response"]["httpVersion"]
    return entry


def coded(one: Sent) -> Entry:
    """With the body as it came over the wire: compressed, and therefore in base64."""
    entry = _plain(one, _utc(one.at))
    text = base64.b64encode(gzip.compress(one.answer)).decode()
    entry["response"]["content"] |= {"text": text, "encoding": "base64"}
    entry["response"]["headers"].append({"name": "content-encoding", "value": "gzip"})
    return entry


def in_base64(one: Sent) -> Entry:
    """With every body in base64."""
    entry = _plain(one, _utc(one.at))
    entry["response"]["content"] |= {"text": base64.b64encode(one.answer).decode(), "encoding": "base64"}
    return entry


FORMS: dict[str, Callable[[Sent], Entry]] = {
    "proxy": proxy, "browser": browser, "log": log, "coded": coded, "base64": in_base64,
}  # fmt: skip


def write(path: Path, entries: Iterable[Entry]) -> Path:
    """Write a HAR file."""
    told = {"version": "1.2", "creator": {"name": "test", "version": "1"}, "pages": [], "entries": list(entries)}
    path.write_text(json.dumps({"log": told}), "utf-8")
    return path
