"""Faults of a server, as its answers tell them: they may pass, so one is no word on what was asked."""

from typing import Any, Final

from fulfillspec.wire import nodes

_CODES: Final = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT"})
_BUSY: Final = frozenset({408, 423, 429, 430})


def faulty(status: int | None, data: Any) -> bool:
    """Tell whether an answer has a status of 5xx, or is one of GraphQL whose errors are the server's own."""
    if status is not None and status >= 500:
        return True
    return any(nodes.at(error, "extensions", "code") in _CODES for error in nodes.parts(nodes.at(data, "errors")))


def unanswered(status: int) -> bool:
    """Tell whether a status is no word on what was asked: a fault of the server, or it is too busy now."""
    return status >= 500 or status in _BUSY


def reads(method: str, json: Any) -> bool:
    """Tell whether a request changes nothing, so that it may be sent again: a GET, or a document without a mutation."""
    if method == "GET":
        return True
    document = json.get("query") if isinstance(json, dict) else None
    return isinstance(document, str) and "mutation" not in document
