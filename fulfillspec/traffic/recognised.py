"""Which recorded requests are operations on fulfillment orders: told by path, method and GraphQL document."""

from __future__ import annotations

import base64
import binascii
import functools
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from fulfillspec.documents import graphql_documents
from fulfillspec.documents.operations import LOOKS, NAMED, OF_SERVICES, OPERATIONS, READS
from fulfillspec.documents.versions import is_version
from fulfillspec.evidence.exchange import NOT_JSON, Exchange
from fulfillspec.traffic import selected
from fulfillspec.traffic.selected import Root
from fulfillspec.wire import body as bodies
from fulfillspec.wire import recorded
from fulfillspec.wire.limits import Limits, Trouble

_API: Final = re.compile(r"/admin/api/(?P<version>[^/]+)/(?P<below>.+)$")
_GZIP: Final = b"\x1f\x8b"
"""How a body begins that was compressed with gzip."""
_LONGEST: Final = Limits().body
"""Bytes of a body that is read, as of one that is received; what is longer was cut off."""
_SHORTEST: Final = 8
"""Characters of a token that is replaced in bodies too."""
_TOKEN: Final = "x-shopify-access-token"  # noqa: S105 - the name of a header


def request_of(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the fields of an exchange that a HAR entry holds, None where it is no operation that is known."""
    request, response = part(entry, "request"), part(entry, "response")
    method, url = str(request.get("method", "")).upper(), str(request.get("url", ""))
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    body = text_of(part(request, "postData").get("text"))
    headers = headers_of(request)
    known = operation_of(method, path, sent(body, headers))
    status = response.get("status")
    if known is None or not isinstance(status, int) or isinstance(status, bool):
        return None
    transport, operation = known
    received = headers_of(response)
    content = content_of(part(response, "content"))
    return {
        "actor": actor_of(operation),
        "transport": transport,
        "operation": operation,
        "method": method,
        "url": url,
        "at": str(entry.get("startedDateTime", "")),
        "request_headers": headers,
        "request_body": body,
        "status": status or None,
        "headers": {**_kind(response), **{name.lower(): value for name, value in received.items()}},
        "body": (content or "")[:_LONGEST],
        "data": _parsed(content),
        "error": _trouble(status, content),
        "ms": number(entry.get("time")),
    }


def _trouble(status: int, content: str | None) -> str | None:
    """Return the error of an exchange: none where an answer is there, and not longer than one that is received."""
    if not status:
        return "no answer was recorded"
    return f"{Trouble.TOO_LONG}: more than {_LONGEST:,} characters" if len(content or "") > _LONGEST else None


def _kind(response: Mapping[str, Any]) -> dict[str, str]:
    """Return the content type that a HAR tells beside the headers, for one that does not keep those."""
    kind = text_of(part(response, "content").get("mimeType"))
    return {"content-type": kind} if kind else {}


def passed_over(entry: Mapping[str, Any]) -> str | None:
    """Say why an entry shows no answer of the server to its request; None where it does."""
    response = part(entry, "response")
    cached = entry.get("_fromCache") or response.get("_fromServiceWorker") or response.get("status") == _NOT_MODIFIED
    if cached:
        return "answered from a cache"
    content = part(response, "content")
    if text_of(content.get("text")) is None and content.get("size") != 0 and response.get("status") not in _EMPTY:
        return "its body is not in the recording"
    return "redirected" if response.get("status") in _REDIRECTS else None


_NOT_MODIFIED: Final = 304


def may_change(fields: Mapping[str, Any]) -> bool:
    """Tell whether a request may have changed something, whatever it was answered."""
    return fields["operation"] not in READS | {"query"}


_EMPTY: Final = frozenset({0, 204})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


def operation_of(method: str, path: str, asked: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return transport and operation of a request; None where no document of ours is about it.

    `asked` is the body of a GraphQL request. The operation is `query` for one that may show fulfillment orders in another
    way, and `OTHER` for a request that may change them though no operation of the vocabulary does so.
    """
    found = _API.search(path)
    if found is None or not is_version(found["version"]):
        return None
    if found["below"].rstrip("/") == "graphql.json":
        name = _asked(asked, found["version"]) if method == "POST" else None
        return ("graphql", name) if name else None
    for wanted, pattern, name in _routes():
        if method == wanted and pattern.fullmatch(found["below"]):
            return "rest", name
    changes = method not in _SAFE and _STIRRING.match(found["below"])
    return ("rest", OTHER) if changes else None


OTHER: Final = "other"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_STIRRING: Final = re.compile(
    r"(?i)(orders/|draft_orders/|fulfillment|assigned_fulfillment|locations|inventory|products|variants)"
)
"""Below the version: what may change fulfillment orders when it is written to."""
_MAY_STIR: Final = re.compile(r"(?i)order|fulfil|location|inventory|refund|return|product|variant")
_SHOWING: Final = frozenset({"fulfillmentOrders", "manualHoldsFulfillmentOrders", "node", "orders"})


def stirs(exchange: Exchange) -> bool:
    """Tell whether a request may have changed fulfillment orders without being an operation of the vocabulary."""
    if exchange.operation == OTHER:
        return True
    if exchange.transport != "graphql":
        found = _API.search(urlsplit(exchange.url).path)
        changes = exchange.method not in _SAFE and found is not None and _STIRRING.match(found["below"])
        return bool(changes) and exchange.operation not in NAMED
    found_roots = selected.roots(sent(exchange.request_body, exchange.request_headers), recorded.served(exchange))
    return any(
        root.document.mutation and _MAY_STIR.search(root.field.name) and operation_of_root(root) is None
        for root in found_roots or ()
    )


def sent(body: str | None, headers: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what a GraphQL request sends: an object with its query, empty where it is none."""
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if "application/graphql" in kind and not (body or "").lstrip().startswith('{"'):
        return {"query": body}
    found = _parsed(body)
    return found if isinstance(found, dict) else {}


@functools.cache
def _routes() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    found = []
    for row in OPERATIONS:
        method, _, path = row.rest.partition(" ")
        if path:
            parts = re.split(r"\{\w+\}", path)
            found.append((method, re.compile("([^/]+)".join(map(re.escape, parts))), row.name))
    return tuple(found)


def _asked(asked: Mapping[str, Any], version: str) -> str | None:
    """Return the operation that a GraphQL request asks for first, of those that are known."""
    found = selected.roots(asked, version)
    if found is None:
        text = asked.get("query")
        return OTHER if isinstance(text, str) and "mutation" in text and _MAY_STIR.search(text) else None
    names = [operation_of_root(root) for root in found]
    known = next((name for name in names if name is not None), None)
    changes = any(root.document.mutation and _MAY_STIR.search(root.field.name) for root in found)
    return known or (OTHER if changes else None)


def operation_of_root(root: Root) -> str | None:
    """Return the operation that a root field asks for, `query` where it may show fulfillment orders in another way."""
    field = root.field
    if field.name == "order" and field.below("fulfillmentOrders") is None:
        return None
    return _roots().get(field.name) or ("query" if field.name in _SHOWING else None)


def actor_of(operation: str) -> str:
    """Return whose operation it is."""
    return "service" if operation in OF_SERVICES else "merchant"


@functools.cache
def _roots() -> Mapping[str, str]:
    newest = graphql_documents.versions()[-1]
    # a read that shows no fulfillment order asks for a part of what another one asks for: its root field is the same
    names = [row.name for row in OPERATIONS if row.name in LOOKS or not row.reads]
    return {graphql_documents.document(name, newest).root: name for name in names}


def token_of(headers: Mapping[str, str]) -> str:
    """Return the token that a request carries, empty without one."""
    return next((value for name, value in headers.items() if name.lower() == _TOKEN), "")


def tokens_in(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the tokens that the requests of a HAR file carry, so that they can be replaced wherever they stand."""
    found = {token_of(headers_of(part(entry, "request"))) for entry in entries}
    return {token for token in found if len(token) >= _SHORTEST and "«" not in token}


def part(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object within an object; an empty one for anything else."""
    found = entry.get(key)
    return found if isinstance(found, dict) else {}


def headers_of(part: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a request or an answer, by their names."""
    rows = part.get("headers")
    if not isinstance(rows, list):
        return {}
    return {str(row.get("name")): str(row.get("value")) for row in rows if isinstance(row, dict)}


def text_of(value: Any) -> str | None:
    """Return a text, None for anything else."""
    return value if isinstance(value, str) else None


def content_of(content: Mapping[str, Any]) -> str | None:
    """Return the text of a body, also of one in base64; None where there is none."""
    text = text_of(content.get("text"))
    if text is None or content.get("encoding") != "base64":
        return text
    try:
        raw = base64.b64decode(text)
        return (bodies.decoded(raw, "gzip", limit=_LONGEST) if raw.startswith(_GZIP) else raw).decode(errors="replace")
    except bodies.TooLong:
        return " " * (_LONGEST + 1)
    except (ValueError, binascii.Error):
        return None


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text) if text else NOT_JSON
    except (ValueError, RecursionError):
        return NOT_JSON


def number(value: Any) -> float:
    """Return milliseconds, 0 where there are none."""
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 10**9
    return float(value) if usable else 0.0
