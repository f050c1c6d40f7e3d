"""Build `schemas/openapi.json` from the schemas, the table of operations and the samples of the documents.

    python scripts/build_openapi.py            # writes the file
    python scripts/build_openapi.py --check    # exit status 1 if the file is not what would be written

One source: nothing is said here that `schemas/rest/` or a document does not say, but for the bodies of refusals, which
no document shows and real stores answer.
"""

import json
import re
import sys
from typing import Any

import documented_samples
from documented_samples import Sample

from fulfillspec.documents import paths
from fulfillspec.documents.versions import DEFAULT
from fulfillspec.judge import schema

VERSION = DEFAULT.name
TARGET = paths.schemas() / "openapi.json"

_REFUSALS: dict[str, tuple[str, Any]] = {
    "400": ("Malformed request", {"errors": {"fulfillment_order": "Required parameter missing or invalid"}}),
    "401": (
        "No token, or a wrong one",
        {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"},
    ),
    "403": (
        "The token lacks a scope",
        {"errors": "[API] This action requires merchant approval for write_assigned_fulfillment_orders scope."},
    ),
    "404": ("Unknown id", {"errors": "Not Found"}),
    "422": ("Refused in this state", {"errors": ["The fulfillment order is not in an open state."]}),
    "429": (
        "Too many requests",
        {"errors": "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service."},
    ),
}
_READS_REFUSE = ("401", "403", "404", "429")


def build() -> dict[str, Any]:
    """Return the OpenAPI document."""
    exchanges = [sample for sample in documented_samples.samples() if not sample.focus]
    table: dict[str, dict[str, Any]] = {}
    for name, row in documented_samples.operations().items():
        shown = [sample for sample in exchanges if sample.operation == name]
        table.setdefault("/admin/api/{api_version}" + row["path"], {})[row["method"]] = _operation(name, row, shown)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fulfillment orders of the Admin REST API",
            "version": VERSION,
            "summary": "What the documents say of the FulfillmentOrder, FulfillmentRequest and related resources.",
            "description": "Built from the documents by scripts/build_openapi.py. Not published by Shopify.",
        },
        "servers": [
            {
                "url": "https://{store}.myshopify.com",
                "variables": {"store": {"default": "your-development-store"}},
            }
        ],
        "security": [{"access_token": []}],
        "paths": table,
        "components": {
            "securitySchemes": {
                "access_token": {"type": "apiKey", "in": "header", "name": "X-Shopify-Access-Token"},
            },
            "parameters": _parameters(),
            "responses": {f"refusal_{status}": _refusal(status) for status in _REFUSALS},
            "schemas": _components(exchanges),
        },
    }


def text() -> str:
    """Return the file as it is written."""
    return json.dumps(build(), indent=1, ensure_ascii=False) + "\n"


def _operation(name: str, row: dict[str, Any], shown: list[Sample]) -> dict[str, Any]:
    names = ["api_version", *re.findall(r"\{([a-z_]+)\}", row["path"])]
    queries = [_key(query) for query in row.get("query", ())]
    answer = {
        "description": "Done",
        "content": {"application/json": {"schema": _source("answers", name), **_examples(shown, "response")}},
    }
    refusals = _READS_REFUSE if row["method"] == "get" else _REFUSALS
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": row["title"],
        "parameters": [{"$ref": f"#/components/parameters/{key}"} for key in (*names, *queries)],
        "responses": {
            **{str(status): answer for status in row.get("success", [200])},
            **{status: {"$ref": f"#/components/responses/refusal_{status}"} for status in refusals},
        },
    }
    if "body" in row:
        operation["requestBody"] = {
            "required": row["body"] == "required",
            "content": {"application/json": {"schema": _source("requests", name), **_examples(shown, "request")}},
        }
    return operation


def _examples(shown: list[Sample], part: str) -> dict[str, Any]:
    bodies = {
        sample.name: {"summary": f"{sample.document}: {sample.title}", "value": getattr(sample, part)}
        for sample in shown
        if getattr(sample, part) is not None
    }
    return {"examples": bodies} if bodies else {}


def _parameters() -> dict[str, Any]:
    version = {"type": "string", "pattern": "^([0-9]{4}-[0-9]{2}|unstable)$", "default": VERSION}
    found: dict[str, Any] = {
        "api_version": {
            "name": "api_version",
            "in": "path",
            "required": True,
            "schema": version,
            "example": VERSION,
        }
    }
    for name in ("order_id", "fulfillment_order_id", "fulfillment_id"):
        found[name] = {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    for name, row in documented_samples.parameters().items():
        found[_key(name)] = {"name": name, "in": "query", **row}
    return found


def _key(name: str) -> str:
    return name.removesuffix("[]")


def _refusal(status: str) -> dict[str, Any]:
    description, example = _REFUSALS[status]
    headers = {"Retry-After": {"schema": {"type": "number"}, "description": "Seconds to wait."}}
    return {
        "description": description,
        **({"headers": headers} if status == "429" else {}),
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}, "example": example}},
    }


def _components(exchanges: list[Sample]) -> dict[str, Any]:
    document = _file("fulfillment_order")
    found = {
        _pascal(name): {**({"type": "object"} if "properties" in node else {}), **_rewritten(node)}
        for name, node in document["$defs"].items()
    }
    order = found["FulfillmentOrder"]
    order["required"] = [
        key for key in order["properties"] if key in schema.required_keys("get", "fulfillment_order", VERSION)
    ]
    order["examples"] = [next(iter(x.response.values())) for x in exchanges if x.operation == "submit"][:1]
    return {**found, "Fulfillment": _plain("fulfillment"), "Refusal": _plain("error")}


def _source(kind: str, name: str) -> dict[str, Any]:
    return _plain(f"{kind}/{name}")


def _plain(name: str) -> dict[str, Any]:
    return _without(_rewritten(_file(name)), "$schema", "$id", "$defs")


def _file(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((paths.schemas() / "rest" / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def _rewritten(node: Any) -> Any:
    """Return a schema whose references point into the components.

    The components carry the type of their objects, the places that refer to them do not: generators of example bodies
    take a type beside a reference, or alternatives beside properties, for the whole of the schema.
    """
    if isinstance(node, list):
        return [_rewritten(part) for part in node]
    if not isinstance(node, dict):
        return node
    found = {key: _rewritten(part) for key, part in node.items()}
    if "properties" in found and "anyOf" in found:
        found["allOf"] = [{"anyOf": found.pop("anyOf")}]
    if not isinstance(node.get("$ref"), str):
        return found
    there = {"$ref": "#/components/schemas/" + _component(node["$ref"])}
    types = found.pop("type", "object")
    return {"anyOf": [there, {"type": "null"}], **_without(found, "$ref")} if "null" in types else {**found, **there}


def _without(node: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: part for key, part in node.items() if key not in keys}


def _component(reference: str) -> str:
    name = reference.rsplit("/", 1)[-1]
    return _pascal(name.removesuffix(".json"))


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def main(arguments: list[str]) -> int:
    """Write the document, or tell whether it is the one that is there."""
    built = text()
    if "--check" in arguments:
        same = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == built
        print("up to date" if same else "schemas/openapi.json is stale: run scripts/build_openapi.py")
        return 0 if same else 1
    TARGET.write_text(built, encoding="utf-8")
    print(f"{TARGET.name}: {len(built)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
