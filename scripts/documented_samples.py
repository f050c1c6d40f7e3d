"""The samples of the source documents, read from the documents themselves (`fixtures/documents/`).

Every request with its response, and every example value of the property list set into a response, so that it can be
judged in its place.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from fulfillspec.documents import paths

_S2_EXAMPLE = re.compile(
    r"^##### (?P<title>.+)\nRequest:\n```\n(?P<method>[A-Z]+) (?P<address>\S+)\n(?P<request>\{.*\}\n)?```\n\n"
    r"Response:\n```\nHTTP/1\.1 200 OK\n(?P<response>\{.*\})\n```",
    re.MULTILINE,
)
_S2_PROPERTY = re.compile(
    r"^\* (?P<name>[a-z_]+):(?:(?!^\* ).)*?^  \* Example: (?P<value>[^\n]+)$", re.MULTILINE | re.DOTALL
)
_S4_EXAMPLE = re.compile(
    r"\* #### (?P<title>[^#]+?) ##### ```curl curl -d '(?P<request>[^']*)' \\ "
    r"-X (?P<method>[A-Z]+) \"(?P<address>[^\"]+)\""
)
_S0_BLOCK = re.compile(r"```json\n(\{.*?\n\})\n```", re.DOTALL)
_VERSIONS = {"unstable": "2025-01"}
"""S2 shows `unstable` as it was when 2025-01 was new."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A documented exchange.

    `version` is the one whose documents it shows, `path` what follows the version in the address, `focus` the place in
    the response that the document speaks of (empty: all of it).
    """

    name: str
    document: str
    title: str
    operation: str
    version: str
    path: str
    includes: frozenset[str]
    request: dict[str, Any] | None
    response: dict[str, Any]
    focus: tuple[str, ...] = ()


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads((paths.schemas() / "rest" / "operations.toml").read_text(encoding="utf-8"))


def operations() -> dict[str, dict[str, Any]]:
    """Return the table of REST operations by name."""
    return {name: row for name, row in _table().items() if name != "parameters"}


def parameters() -> dict[str, dict[str, Any]]:
    """Return the table of query parameters by name."""
    return _table()["parameters"]


def samples() -> list[Sample]:
    """Return every documented exchange and every property example in its place, in the order of the documents."""
    exchanges = [*_connector(), *_fulfillment_order(), *_fulfillment_request()]
    return [*exchanges, *_property_examples(exchanges)]


def _document(name: str) -> str:
    return (paths.fixtures() / "documents" / f"{name}.txt").read_text(encoding="utf-8")


def _operation(method: str, path: str) -> str:
    for name, row in operations().items():
        pattern = re.sub(r"\{[a-z_]+\}", "[0-9]+", re.escape(row["path"]).replace(r"\{", "{").replace(r"\}", "}"))
        if row["method"] == method.lower() and re.fullmatch(pattern, path):
            return name
    raise LookupError(f"expected a documented operation, got {method} {path}")


def _includes(title: str) -> frozenset[str]:
    """Tell the parameters of a request from the title of its example: the documents leave them out of the address."""
    named = {
        "financial summary data": "include_financial_summaries",
        "order reference data": "include_order_reference_fields",
    }
    return frozenset(name for words, name in named.items() if words in title)


def _exchange(document: str, found: re.Match[str], response: Any) -> Sample:
    """Return the sample of a request (title, method, address, body) and its response."""
    title, method, target, request = found.group("title", "method", "address", "request")
    version, path = re.fullmatch(r".*/admin/api/([^/]+)(/.+)", target).groups()  # type: ignore[union-attr]
    operation = _operation(method, path)
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return Sample(
        name=f"{document}-{operation}-{slug[:60].rstrip('-')}",
        document=document,
        title=title,
        operation=operation,
        version=_VERSIONS.get(version, version),
        path=path,
        includes=_includes(title),
        request=json.loads(request) if request else None,
        response=response,
    )


def _connector() -> Iterator[Sample]:
    request, response = (json.loads(block) for block in _S0_BLOCK.findall(_document("S0")))
    title = "Mark a fulfillment order as incomplete"
    yield Sample("S0-mark_incomplete", "S0", title, "mark_incomplete", "2023-01", "", frozenset(), request, response)


def _fulfillment_order() -> Iterator[Sample]:
    for found in _S2_EXAMPLE.finditer(_document("S2")):
        response = json.loads(found["response"])
        yield _exchange("S2", found, response)


def _fulfillment_request() -> Iterator[Sample]:
    text = _document("S4")
    for found in _S4_EXAMPLE.finditer(text):
        start = text.index("HTTP/1.1 200 OK{", found.end()) + len("HTTP/1.1 200 OK")
        response, _end = json.JSONDecoder().raw_decode(text, start)
        yield _exchange("S4", found, response)


def _property_examples(exchanges: list[Sample]) -> Iterator[Sample]:
    """Yield the get sample with one property replaced by the example of the property list (S2) or resource (S4)."""
    get = next(sample for sample in exchanges if sample.operation == "get")
    submit = next(sample for sample in exchanges if sample.operation == "submit")
    for found in _S2_PROPERTY.finditer(_document("S2")):
        yield _replaced(get, "S2", found["name"], json.loads(found["value"].replace("=>", ": ")))
    text = _document("S4")
    start = text.index("## The FulfillmentRequest resource ```json") + len(
        "## The FulfillmentRequest resource ```json "
    )
    resource, _end = json.JSONDecoder().raw_decode(text, start)
    yield _replaced(submit, "S4", "outgoing_requests", [resource])


def _replaced(sample: Sample, document: str, name: str, value: Any) -> Sample:
    response = deepcopy(sample.response)
    slot = next(iter(response))
    response[slot][name] = value
    return Sample(
        name=f"{document}-property-{name}",
        document=document,
        title=f"The example of the property {name}",
        operation=sample.operation,
        version=sample.version,
        path=sample.path,
        includes=sample.includes,
        request=None,
        response=response,
        focus=(slot, name),
    )
