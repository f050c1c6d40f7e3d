"""Requests made by schemathesis from `schemas/openapi.json`, through `drawing`.

It makes data and nothing else: what is sent goes through our own wire. The document is narrowed before, so that data stay
small and carry no key and no id that the documents do not give:
- text has one of the `FORMS`, lists at most two elements, whole numbers nine digits;
- samples of the documents are left out, and so is a token.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from fulfillspec.documents import paths
from fulfillspec.generation.from_schemathesis import MOST_BYTES, Library, NotGenerated, drawn

__all__ = ["FORMS", "LONGEST", "MOST_BYTES", "NotGenerated", "RequestDocument", "narrowed"]

FORMS = ("any", "empty", "long", "wide", "null")
"""The forms of optional text: whatever comes, none, 300 characters, characters beyond 16 bits, null where that is allowed."""
LONGEST = 300
"""Characters of a long text: longer than any limit of the documents, shorter than one that a server sets in any event."""

_ANNOTATIONS = frozenset({"title", "description", "default", "example", "examples"})
_MOST = 999_999_999
_UNDESCRIBED = frozenset({"origin_address"})
"""Objects that the documents name without saying what is in them."""


class RequestDocument:
    """The OpenAPI document: what it says of each operation, and data made from it."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._known: dict[tuple[str, str, int], list[Any]] = {}
        self._written: dict[str, Any] = json.loads((paths.schemas() / "openapi.json").read_text("utf-8"))

    @cached_property
    def operations(self) -> dict[str, dict[str, Any]]:
        """What the document says of each operation, by its id; `path` and `method` among it."""
        return {
            said["operationId"]: {**said, "path": path, "method": method}
            for path, methods in self._written["paths"].items()
            for method, said in methods.items()
        }

    def names_in_path(self, operation: str) -> list[str]:
        """Return the names of the ids in an operation's path."""
        return [row["name"] for row in self._parameters(operation, "path") if row["name"] != "api_version"]

    def is_required(self, operation: str) -> bool:
        """Tell whether an operation requires a body."""
        return bool(self.operations[operation].get("requestBody", {}).get("required"))

    def has_text(self, operation: str) -> bool:
        """Tell whether the body of an operation has text of the caller's own."""
        body = self._body(operation)
        return bool(narrowed(body, "long") != narrowed(body, "empty"))

    def bodies(self, operation: str, form: str = "any", count: int = 1) -> list[Any]:
        """Return bodies that the document allows; [] where it gives the operation none. Raise `NotGenerated`."""
        schema = self._body(operation)
        if schema is None:
            return []
        if (found := self._known.get((operation, form, count))) is None:
            found = self._made(operation, count, lambda case: case.body, body=narrowed(schema, form))
            self._known[operation, form, count] = found
        return found

    def queries(self, operation: str, count: int = 1) -> list[dict[str, Any]]:
        """Return queries that the document allows; [] where it names no parameter. Raise `NotGenerated`."""
        rows = [
            {**row, "required": True, "schema": narrowed(row["schema"], "any")}
            for row in self._parameters(operation, "query")
        ]
        return self._made(operation, count, lambda case: dict(case.query), parameters=rows) if rows else []

    def breaking(self, operation: str, schema: Mapping[str, Any], count: int = 1) -> list[Any]:
        """Return JSON values that a schema forbids, made for an operation. Raise `NotGenerated`."""
        return self._made(operation, count, lambda case: case.body, body=narrowed(schema, "any"), negative=True)

    def part(self, operation: str, *keys: str) -> dict[str, Any]:
        """Return the schema at a place of an operation's body; `*` is any element of a list."""
        found: Any = self._body(operation)
        for key in keys:
            found = found["items"] if key == "*" else found["properties"][key]
        return dict(found)

    def _body(self, operation: str) -> Any:
        said = self.operations[operation].get("requestBody")
        return self._resolved(said["content"]["application/json"]["schema"]) if said else None

    def _parameters(self, operation: str, where: str) -> list[dict[str, Any]]:
        rows = [self._resolved(row) for row in self.operations[operation].get("parameters", ())]
        return [row for row in rows if row["in"] == where]

    def _resolved(self, node: Any) -> Any:
        """Return a part of the document with what it refers to in its place."""
        if isinstance(node, list):
            return [self._resolved(part) for part in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            found: Any = self._written
            for key in node["$ref"].removeprefix("#/").split("/"):
                found = found[key]
            node = {**{key: part for key, part in node.items() if key != "$ref"}, **found}
        return {key: self._resolved(part) for key, part in node.items()}

    def _made(
        self,
        operation: str,
        count: int,
        take: Callable[[Any], Any],
        *,
        body: Any = None,
        parameters: list[dict[str, Any]] | None = None,
        negative: bool = False,
    ) -> list[Any]:
        said: dict[str, Any] = {"operationId": operation, "responses": {"200": {"description": "Done"}}}
        said |= {"parameters": parameters} if parameters else {}
        if body is not None:
            said["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        method = "post" if body is not None else "get"
        document: dict[str, Any] = {
            "openapi": "3.1.0",
            "info": {"title": operation, "version": "1"},
            "paths": {"/generated": {method: said}},
        }

        def strategy(library: Library) -> Any:
            loaded = library.schemathesis.openapi.from_dict(document, config=library.config)
            return loaded["/generated"][method].as_strategy(generation_mode=library.mode(negative=negative))

        found = drawn(operation, strategy, take, count=count, seed=self._seed)
        if not found:
            raise NotGenerated(f"{operation}: nothing came of {json.dumps(body or parameters)[:200]}")
        return found


def narrowed(schema: Any, form: str) -> Any:
    """Return a schema with fewer values: small ones, no key but those named, text in one of the `FORMS`.

    In all forms but `any` every key is there and no list is empty. The form `plain` is text that nobody minds.
    """
    if not isinstance(schema, dict):
        return schema
    found = {key: part for key, part in schema.items() if key not in _ANNOTATIONS and not key.startswith("x-")}
    types = found.get("type")
    kinds = {types} if isinstance(types, str) else set(types or ())
    if "object" in kinds:
        parts = {key: narrowed(part, form) for key, part in found.get("properties", {}).items()}
        found["properties"] = {key: part for key, part in parts.items() if key not in _UNDESCRIBED}
        found["additionalProperties"] = False
        if form != "any":
            found["required"] = list(found["properties"])
    if "array" in kinds:
        least = max(found.get("minItems", 0), int(form != "any"))
        found |= {"items": narrowed(found["items"], form), "minItems": least, "maxItems": 2}
    if "integer" in kinds:
        found["maximum"] = _MOST
    plain = "string" in kinds and not found.keys() & {"enum", "pattern", "format"}
    return {**found, **_text(form, "null" in kinds, found.get("maxLength", LONGEST))} if plain else found


def _text(form: str, nullable: bool, limit: int) -> dict[str, Any]:  # noqa: FBT001 - two facts of one schema
    match form:
        case "empty":
            return {"type": "string", "maxLength": 0}
        case "long":
            return {"type": "string", "pattern": f"^[a-z ]{{{limit}}}$"}
        case "wide":
            return {"type": "string", "pattern": "^[\U0001f300-\U0001f5ff\U00020000-\U000200ff\u0590-\u05ff]{4,12}$"}
        case "plain":
            return {"type": "string", "pattern": "^[a-z]{3,12}$"}
        case "null" if nullable:
            return {"type": "null"}
        case _:
            return {"type": ["string", "null"] if nullable else "string", "maxLength": min(limit, 60)}
