"""What the tests of GraphQL share: complete answers made from a schema, and a target that gives prepared ones."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import get_variable_values

from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.log import NOT_JSON, Exchange

VERSION = "2025-10"
NUMBER = 1701
_SCALARS: dict[str, Any] = {
    "String": "text",
    "URL": "https://example.com/",
    "Decimal": "1.50",
    "Money": "1.50",
    "UnsignedInt64": "7",
    "Int": 3,
    "Float": 1.5,
    "Boolean": False,
    "DateTime": "2026-01-02T03:04:05Z",
    "JSON": {"notify_customer": False},
}
_IDS = {"orderId": "Order", "inventoryItemId": "InventoryItem"}
_FIXED: dict[str, Any] = {"userErrors": [], "hasNextPage": False, "success": True}
_ENUMS = {"status": "OPEN", "requestStatus": "UNSUBMITTED", "action": "MOVE"}


def sample(operation: str, version: str = VERSION) -> dict[str, Any]:
    """Make an answer that has everything that the document of an operation asks for; user errors are empty."""
    document = graphql_documents.document(operation, version)
    schema = graphql_documents.schema(version)
    root = schema.mutation_type if document.mutation else schema.query_type
    assert root is not None
    return {"data": _object(root, document.operation.selection_set, document)}


def _object(type_: GraphQLObjectType, wanted: Any, document: graphql_documents.Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in wanted.selections:
        if isinstance(node, FragmentSpreadNode):
            found |= _object(type_, document.fragments[node.name.value].selection_set, document)
        elif isinstance(node, FieldNode):
            found[node.name.value] = _value(type_, type_.fields[node.name.value].type, node, document)
    return found


def _value(parent: GraphQLObjectType, type_: Any, node: FieldNode, document: graphql_documents.Document) -> Any:
    name = node.name.value
    if name in _FIXED:
        return copy.deepcopy(_FIXED[name])
    if is_non_null_type(type_):
        type_ = type_.of_type
    if is_list_type(type_):
        return [_value(parent, type_.of_type, node, document)]
    if not is_leaf_type(type_):
        return _object(type_, node.selection_set, document)
    if isinstance(type_, GraphQLEnumType):
        wanted = _ENUMS.get(name, "")
        return wanted if wanted in type_.values else next(iter(type_.values))
    return f"gid://shopify/{_IDS.get(name, parent.name)}/{NUMBER}" if type_.name == "ID" else _SCALARS[type_.name]


def refusal(operation: str, *errors: Mapping[str, Any], version: str = VERSION) -> dict[str, Any]:
    """Make an answer with user errors and nothing beside them."""
    document = graphql_documents.document(operation, version)
    payload = dict.fromkeys(sample(operation, version)["data"][document.root])
    return {"data": {document.root: {**payload, "userErrors": list(errors or ({"field": None, "message": "No."},))}}}


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the path of every value inside a value, but for what is inside of JSON scalars."""
    rows: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in rows:
        yield (*path, step)
        if step not in {"requestOptions", "responseData"}:
            yield from places(inner, (*path, step))


def type_at(operation: str, version: str, path: Sequence[str | int]) -> Any:
    """Return the schema's type at a path into the data of an operation's answer."""
    document, schema = graphql_documents.document(operation, version), graphql_documents.schema(version)
    type_: Any = schema.mutation_type if document.mutation else schema.query_type
    for step in path:
        if isinstance(step, int):
            type_ = type_.of_type if is_list_type(type_) else type_.of_type.of_type
        else:
            type_ = get_named_type(type_).fields[step].type
    return type_


class Target:
    """A session that gives prepared answers, in order or by a function of the request, and keeps what it was sent."""

    def __init__(self, *answers: Any, respond: Callable[[str, dict[str, Any]], Any] | None = None) -> None:
        self.answers = list(answers)
        self.respond = respond
        self.sent: list[dict[str, Any]] = []

    def send(self, method: str, path: str, **request: Any) -> Exchange:
        self.sent.append({"method": method, "path": path, **request})
        variables = (request.get("json") or {}).get("variables", {}) if request.get("body") is None else {}
        answer = self.respond(request["operation"], variables) if self.respond else self.answers.pop(0)
        return exchange(answer, operation=request["operation"], n=len(self.sent))


def exchange(answer: Any, *, status: int | None = 200, operation: str = "get", n: int = 1) -> Exchange:
    """Make an exchange of an answer: its data, or (status, data)."""
    if isinstance(answer, tuple):
        status, answer = answer
    return Exchange(
        n,
        "2026-01-02T03:04:05.000Z",
        "case",
        "merchant",
        "graphql",
        operation,
        "act",
        "POST",
        "http://x/graphql.json",
        status=status,
        data=NOT_JSON if status is None else answer,
        error="refused: nobody listens" if status is None else None,
    )


def objections(name: str, version: str, variables: Mapping[str, Any]) -> list[str]:
    """Return what the schema of a version has against the variables sent with a document."""
    document = graphql_documents.document(name, version)
    found = get_variable_values(
        graphql_documents.schema(version), list(document.operation.variable_definitions or ()), dict(variables)
    )
    return [error.message for error in found] if isinstance(found, list) else []
