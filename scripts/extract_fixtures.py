"""Extract every request and response example of the source documents into `fixtures/`.

    python scripts/extract_fixtures.py DOCUMENTS [--into FOLDER]

DOCUMENTS holds the five documents, named `S0.txt` … `S4.txt` (as in fixtures/documents) or `000_….txt` … `004_….txt`.
They are copied byte by byte to FOLDER/documents. Each example becomes one JSON file
FOLDER/<document>/<operation>-<n>.json, each example of a property FOLDER/S2/property-<name>.json. The same documents
always give the same files.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Fixture = tuple[str, dict[str, Any]]

OPERATIONS = (
    (r"GET .*/orders/\d+/fulfillment_orders\.json$", "list"),
    (r"GET .*/fulfillment_orders/\d+\.json$", "get"),
    (r"POST .*/fulfillment_orders/\d+/cancel\.json$", "cancel"),
    (r"POST .*/fulfillment_orders/\d+/close\.json$", "close"),
    (r"POST .*/fulfillment_orders/\d+/move\.json$", "move"),
    (r"POST .*/fulfillment_orders/\d+/open\.json$", "open"),
    (r"POST .*/fulfillment_orders/\d+/reschedule\.json$", "reschedule"),
    (r"POST .*/fulfillment_orders/\d+/hold\.json$", "hold"),
    (r"POST .*/fulfillment_orders/\d+/release_hold\.json$", "release_hold"),
    (r"POST .*/set_fulfillment_orders_deadline\.json$", "set_deadline"),
    (r"POST .*/fulfillment_request\.json$", "submit"),
    (r"POST .*/fulfillment_request/accept\.json$", "accept"),
    (r"POST .*/fulfillment_request/reject\.json$", "reject"),
)
MUTATIONS = {"fulfillmentOrderClose": "close", "fulfillmentOrderRejectFulfillmentRequest": "reject"}


class UnreadableDocument(Exception):
    """A document does not have the form that its examples are found by."""


def operation(method: str, path: str) -> str:
    """Return the operation that a documented request asks for."""
    for pattern, name in OPERATIONS:
        if re.search(pattern, f"{method} {path}"):
            return name
    raise UnreadableDocument(f"No operation is known for {method} {path}.")


def source(
    document: str, section: str, version: str, name: str | None, transport: str, example: str = ""
) -> dict[str, Any]:
    """Return where a fixture comes from, as every fixture says it."""
    origin: dict[str, Any] = {
        "document": document,
        "section": section,
        "version": version,
        "operation": name,
        "transport": transport,
    }
    return {**origin, "example": example} if example else origin


def connector(text: str) -> Iterator[Fixture]:
    """Yield the example of S0: the payload of the action and its answer."""
    title = text.splitlines()[0].lstrip("# ").strip()
    version = _only(r"admin-rest/(\d{4}-\d\d)/", text, "S0")
    payload, answer = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    origin = source("S0", title, version, "close", "connector", "Sample Payload")
    request = {"method": "POST", "path": None, "body": payload}
    yield "close", {"source": origin, "request": request, "response": {"status": None, "body": answer}}


def graphql(name: str, text: str) -> Iterator[Fixture]:
    """Yield the example of S1 or S3; what the page repeats is checked to be the same and given once."""
    mutation = _only(r"--- title: (\w+)", text, name)
    version = _only(r"api_version: (\S+)", text, name)
    title = _only(r"## Examples \* ### (.*?) #### Description", text, name)
    query = _only(r"#### Query ```graphql (.*?) ```", text, name)
    variables = _same(r"(?:#### Variables|## Input variables JSON) ```json (.*?) ```", text, name)
    answer = _same(r"#{2,4} Response(?: JSON)? ```json (.*?) ```", text, name)
    request = {
        "method": "POST",
        "path": f"/admin/api/{version}/graphql.json",
        "body": {"query": query, "variables": variables},
    }
    origin = source(name, mutation, version, MUTATIONS[mutation], "graphql", title)
    yield MUTATIONS[mutation], {"source": origin, "request": request, "response": {"status": None, "body": answer}}


def resource(text: str) -> Iterator[Fixture]:
    """Yield the examples of S2: of its properties, and of its operations."""
    properties, *sections = re.split(r"^## (?=[A-Z])", text, flags=re.MULTILINE)[1:]
    for entry in re.split(r"^\* (?=\w+:)", properties, flags=re.MULTILINE)[1:]:
        name = entry.partition(":")[0]
        example = _only(r"^ {2}\* Example: (.*)$", entry, f"S2 {name}")
        origin = source("S2", f"Resource Properties: {name}", "unstable", None, "rest")
        value = json.loads(example.replace('"=>', '": '))  # Ruby writes "key"=>value
        yield f"property-{name}", {"source": origin, "property": name, "example": value}
    for section in sections:
        title = section.splitlines()[0].strip()
        for example, request, response in re.findall(
            r"^##### (.*?)\nRequest:\n```\n(.*?)\n```\n\nResponse:\n```\n(.*?)\n```", section, re.MULTILINE | re.DOTALL
        ):
            line, _, body = request.partition("\n")
            method, path = line.split()
            name = operation(method, path)
            origin = source("S2", title, path.split("/")[3], name, "rest", example.strip())
            sent = {"method": method, "path": path, "body": json.loads(body) if body.strip() else None}
            yield name, {"source": origin, "request": sent, "response": _answer(response)}


def request_flow(text: str) -> Iterator[Fixture]:
    """Yield the examples of S4: of the resource, and of its operations, in one line and laid out in several."""
    sample = _only(r"## The FulfillmentRequest resource ```json (.*?) ```", text, "S4")
    version = _only(r"api_version: (\S+)", text, "S4")
    origin = source("S4", "The FulfillmentRequest resource", version, None, "rest")
    yield (
        "resource-fulfillment_request",
        {"source": origin, "resource": "FulfillmentRequest", "example": json.loads(sample)},
    )
    for section in re.split(r" ## post(?=[A-Z])", text)[1:]:
        title = section.partition(" [![]")[0]
        examples = re.findall(r"#### ([A-Z].*?) ##### ```curl (.*?) ```.*?#### response ```json (.*?) ```", section)
        if not examples:
            raise UnreadableDocument(f"S4: {title} has no example.")
        for example, curl, response in examples:
            sent = _curl(curl)
            name = operation(sent["method"], sent["path"])
            origin = source("S4", title, version, name, "rest", example.replace("\\_", "_"))
            yield name, {"source": origin, "request": sent, "response": _answer(response)}
        curl, response = re.findall(r"```bash (curl .*?) ``` \{\} ## Response JSON ```json (.*?) ```", section)[0]
        sent = _curl(curl)
        name = operation(sent["method"], sent["path"])
        origin = source("S4", title, version, name, "rest", "Response JSON, laid out in lines")
        yield f"{name}-laid-out", {"source": origin, "request": sent, "response": _answer(response)}


def extract(documents: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return every fixture of the documents by its path below `fixtures/`."""
    found = [("S0", *fixture) for fixture in connector(documents["S0"])]
    for name in ("S1", "S3"):
        found += [(name, *fixture) for fixture in graphql(name, documents[name])]
    found += [("S2", *fixture) for fixture in resource(documents["S2"])]
    found += [("S4", *fixture) for fixture in request_flow(documents["S4"])]
    numbers: Counter[tuple[str, str]] = Counter()
    fixtures = {}
    for document, name, content in found:
        numbers[document, name] += 1
        single = name.startswith(("property-", "resource-")) or name.endswith("-laid-out")
        fixtures[f"{document}/{name if single else f'{name}-{numbers[document, name]}'}.json"] = content
    return fixtures


def _only(pattern: str, text: str, where: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise UnreadableDocument(f"{where}: nothing matches {pattern!r}.")
    return found[1]


def _same(pattern: str, text: str, where: str) -> Any:
    found = [json.loads(block) for block in re.findall(pattern, text)]
    if not found or any(value != found[0] for value in found):
        raise UnreadableDocument(f"{where}: {len(found)} blocks match {pattern!r}, and they are not the same.")
    return found[0]


def _curl(command: str) -> dict[str, Any]:
    body = _only(r"-d '(.*?)' \\ -X", command, "curl")
    method, path = re.findall(r'-X (\w+) "https://[^/]+(/[^"]*)"', command)[0]
    return {"method": method, "path": path, "body": json.loads(body)}


def _answer(text: str) -> dict[str, Any]:
    found = re.fullmatch(r"HTTP/1\.1 (\d{3}) [A-Za-z ]*?\s*(\{.*)", text, re.DOTALL)
    if found is None:
        raise UnreadableDocument(f"No answer: {text[:60]!r}")
    status, body = found.groups()
    try:
        return {"status": int(status), "body": json.loads(body)}
    except json.JSONDecodeError:
        return {"status": int(status), "body": None, "note": "The example breaks off in the document.", "text": body}


def read(folder: Path) -> dict[str, bytes]:
    """Return the five documents by name."""
    documents = {}
    for number in range(5):
        files = sorted([*folder.glob(f"S{number}.txt"), *folder.glob(f"{number:03}_*.txt")])
        if len(files) != 1:
            raise UnreadableDocument(
                f"{folder}: expected one file S{number}.txt or {number:03}_….txt, found {len(files)}."
            )
        documents[f"S{number}"] = files[0].read_bytes()
    return documents


def main(arguments: list[str]) -> int:
    """Write the fixtures; returns the exit status."""
    parser = argparse.ArgumentParser(description="Extract the examples of the source documents into fixtures.")
    parser.add_argument("documents", type=Path)
    parser.add_argument("--into", type=Path, default=Path(__file__).resolve().parent.parent / "fixtures")
    asked = parser.parse_args(arguments)
    try:
        documents = read(asked.documents)
        fixtures = extract({name: content.decode() for name, content in documents.items()})
    except UnreadableDocument as error:
        print(error, file=sys.stderr)
        return 1
    (asked.into / "documents").mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        (asked.into / "documents" / f"{name}.txt").write_bytes(content)
    for path, fixture in fixtures.items():
        file = asked.into / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(fixture, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(fixtures)} fixtures in {asked.into}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
