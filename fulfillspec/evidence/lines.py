"""Reading the lines of an evidence file, which others may have written: every one is ours or named."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from fulfillspec.evidence.exchange import NOT_JSON, Exchange
from fulfillspec.evidence.packed import DamagedEvidence, opened

FILE: Final = "evidence.ndjson"
"""The name of the evidence of a run; compressed it has an ending more."""
SCHEMA: Final = "fulfillspec/evidence/1"
LONGEST_LINE: Final = 128 * 1024 * 1024
"""Bytes of a line of the file at most: a body of the greatest length, escaped throughout, is below."""


def read(path: Path, *, parsed: bool = True) -> Iterator[Exchange]:
    """Yield the exchanges of an evidence file; a cut last line is passed over.

    Bodies are parsed into `data` unless `parsed` is false. Raises `DamagedEvidence` for a line that is none of ours.
    """
    for each in rows(path):
        if "n" in each:
            exchange = exchange_of(each)
            yield replace(exchange, data=data_of(exchange)) if parsed else exchange


def meta(path: Path) -> dict[str, Any]:
    """Return the first line of an evidence file: `schema` and what the run said about itself."""
    first = next(rows(path), {})
    if first.get("schema") != SCHEMA:
        raise DamagedEvidence(f"{path} does not begin with the schema {SCHEMA!r}: it is no evidence of ours")
    return first


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield every line of an evidence file as it stands, the first and the last of the run among them."""
    with opened(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
            if len(line) == LONGEST_LINE:
                raise DamagedEvidence(f"{path}, line {number}, is longer than any that we write")
            try:
                yield row(line)
            except DamagedEvidence as error:
                if not line.endswith(b"\n"):
                    return
                raise DamagedEvidence(f"{path}, line {number}, {error}") from error


def row(line: bytes) -> dict[str, Any]:
    """Return what a line of an evidence file says. Raises `DamagedEvidence`."""
    try:
        found = json.loads(line.decode(errors="replace"))
    except (ValueError, RecursionError) as error:
        raise DamagedEvidence(f"is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise DamagedEvidence("is no JSON object")
    return found


def exchange_of(line: Mapping[str, Any]) -> Exchange:
    """Return the exchange that a line holds, its body not parsed. Raises `DamagedEvidence` where it holds none."""
    try:
        request, response = line["request"], line["response"] or {}
        found = Exchange(
            n=line["n"],
            at=line["at"],
            case=line["case"],
            actor=line["actor"],
            transport=line["transport"],
            operation=line["operation"],
            phase=line["phase"],
            method=request["method"],
            url=request["url"],
            request_headers=request["headers"],
            request_body=request["body"],
            status=response.get("status"),
            headers=response.get("headers", {}),
            body=response.get("body", ""),
            error=line["error"],
            ms=line["ms"],
            truncated=response.get("truncated", False),
            notes=tuple(line.get("notes", ())),
            follows=line.get("follows"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise DamagedEvidence(
            f"the line of exchange {line.get('n')} was not written by this suite: {error!r}"
        ) from error
    for name in _FORMS:
        if type(getattr(found, name)) not in _FORMS[name]:
            raise DamagedEvidence(
                f"the line of exchange {line.get('n')} was not written by this suite: {name} has another type"
            )
    if not all(type(value) is str for value in (*found.request_headers.values(), *found.headers.values())):
        raise DamagedEvidence(
            f"the line of exchange {line.get('n')} was not written by this suite: a header is not text"
        )
    return found


_FORMS: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(("n",), (int,)),
    **dict.fromkeys(("at", "case", "actor", "transport", "operation", "phase", "method", "url", "body"), (str,)),
    **dict.fromkeys(("request_body", "error"), (str, type(None))),
    **dict.fromkeys(("status", "follows"), (int, type(None))),
    **dict.fromkeys(("request_headers", "headers"), (dict,)),
    **dict.fromkeys(("ms",), (int, float)),
    **dict.fromkeys(("truncated",), (bool,)),
}
"""What the fields of an exchange are, read from a line."""


def data_of(exchange: Exchange) -> Any:
    """Return what the body of an exchange says as JSON, `NOT_JSON` where it is none or the exchange has an error."""
    if exchange.error is not None or not exchange.body:
        return NOT_JSON
    try:
        return json.loads(exchange.body)
    except (ValueError, RecursionError):
        return NOT_JSON
