"""`exchanges.har`: every exchange of the run in the form that browsers' network panels open."""

import math
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import harfile

from fulfillspec.reporting.exchanges import ExcerptLog, headers_of
from fulfillspec.reporting.run import StoredRun
from fulfillspec.verdicts.text import words

_UNKNOWN = "1970-01-01T00:00:00Z"


def write(run: StoredRun, evidence: Path, path: Path) -> None:
    """Write the exchanges of a log as HAR 1.2, one at a time. Raises NoEvidence. What has no response has status 0."""
    creator = harfile.Creator(name="fulfillspec", version=words(run.suite.get("version")))
    with path.open("w", encoding="utf-8", newline="\n") as file, harfile.HarFile(file, creator=creator) as archive:
        for record in ExcerptLog(evidence):
            duration = _duration(record.get("ms"))
            archive.add_entry(
                startedDateTime=words(record.get("at")) or _UNKNOWN,
                time=duration,
                request=_request(record.get("request") or {}),
                response=_response(record.get("response"), words(record.get("error"))),
                timings=harfile.Timings(send=0, wait=duration, receive=0),
                comment=_comment(record),
            )


def _duration(value: Any) -> float:
    return value if isinstance(value, (int, float)) and math.isfinite(value) else 0


def _comment(record: dict[str, Any]) -> str:
    names = ("case", "phase", "actor", "transport", "operation")
    return " · ".join([f"exchange {record['n']}", *(words(record.get(name)) for name in names if record.get(name))])


def _request(request: dict[str, Any]) -> harfile.Request:
    body, headers, url = request.get("body"), headers_of(request), words(request.get("url"))
    return harfile.Request(
        method=words(request.get("method")),
        url=url,
        httpVersion="HTTP/1.1",
        headers=[harfile.Record(name=name, value=value) for name, value in headers],
        queryString=[harfile.Record(name=name, value=value) for name, value in _query(url)],
        postData=harfile.PostData(mimeType=_type(headers), text=words(body)) if body is not None else None,
        bodySize=_size(words(body)),
    )


def _response(response: dict[str, Any] | None, error: str) -> harfile.Response:
    if response is None:
        return harfile.Response(status=0, statusText=error, httpVersion="", comment=error or None)
    headers, body = headers_of(response), words(response.get("body"))
    status = int(response.get("status") or 0)
    return harfile.Response(
        status=status,
        statusText=_phrase(status),
        httpVersion="HTTP/1.1",
        headers=[harfile.Record(name=name, value=value) for name, value in headers],
        content=harfile.Content(size=_size(body), mimeType=_type(headers), text=body),
        redirectURL=next((value for name, value in headers if name.lower() == "location"), ""),
        bodySize=_size(body),
        comment="the recorder cut this body" if response.get("truncated") else None,
    )


def _type(headers: list[tuple[str, str]]) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return []


def _size(text: str) -> int:
    return len(text.encode("utf-8", errors="replace"))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
