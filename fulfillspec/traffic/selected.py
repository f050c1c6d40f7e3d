"""GraphQL requests of any shape in the plain form: one root field each, without aliases, fragments, directives and edges.

What the schema of the version does not have is left out, and so is a field that is asked for twice in different ways:
whatever is said of the rest holds of the answer.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    parse,
    value_from_ast_untyped,
)

from fulfillspec.documents import graphql_documents
from fulfillspec.documents.graphql_documents import Document
from fulfillspec.wire import nodes

_LISTS: Final = ("lineItems", "merchantRequests")
"""Connections of a fulfillment order of which a part must not be taken for the whole."""


@dataclass(frozen=True, slots=True)
class Selected:
    """A field as a request asks for it: the key that the answer has it under, its name, its arguments, what is below."""

    key: str
    name: str
    kind: str
    arguments: Mapping[str, Any]
    parts: tuple[Selected, ...] | None = None
    """None of what has nothing below it."""

    def plain(self, value: Any) -> Any:
        """Return what an answer has for this field, with everything below under the plain names."""
        if isinstance(value, list):
            return [self.plain(element) for element in value]
        if not isinstance(value, dict) or self.parts is None:
            return value
        found = {part.name: part.plain(value[part.key]) for part in self.parts if part.key in value}
        if isinstance(edges := found.get("edges"), list) and "nodes" not in found:
            found["nodes"] = [nodes.at(edge, "node") for edge in edges]
        return found

    def known(self, value: Any) -> Any:
        """Return an answer in the plain form without the lists of which it shows a page or a selection only."""
        if isinstance(value, list):
            return [self.known(element) for element in value]
        if not isinstance(value, dict) or self.parts is None:
            return value
        below = {part.name: part for part in self.parts}
        found = {name: below[name].known(part) if name in below else part for name, part in value.items()}
        if self.kind == "FulfillmentOrder":
            found |= {name: None for name in _LISTS if name in below and not below[name].is_whole(found.get(name))}
        return found

    def is_whole(self, connection: object) -> bool:
        """Tell whether a connection shows all that there is: it says so, or has less than it was asked for."""
        if not {"after", "before", "query", "last", "kind"}.isdisjoint(self.arguments):
            return False
        more, first = nodes.at(connection, "pageInfo", "hasNextPage"), self.arguments.get("first")
        count = len(nodes.parts(nodes.at(connection, "nodes")))
        return more is False or (more is None and isinstance(first, int) and count < first)

    def below(self, name: str) -> Selected | None:
        """Return what is asked for below under a name."""
        return next((part for part in self.parts or () if part.name == name), None)

    @property
    def node(self) -> FieldNode:
        """The field as a document in the plain form has it."""
        parts = self.parts
        below = None if parts is None else SelectionSetNode(selections=tuple(part.node for part in parts))
        return FieldNode(name=NameNode(value=self.name), selection_set=below, arguments=(), directives=())


@dataclass(frozen=True, slots=True)
class Root:
    """A root field of a request, with its document in the plain form."""

    field: Selected
    document: Document

    def body(self, data: Any) -> Any:
        """Return an answer as that to this field alone, in the plain form; what is no object stays as it is."""
        if not isinstance(data, dict):
            return data
        key = self.field.key
        mine = [error for error in nodes.errors_of(data) if nodes.at(error, "path", 0) in {None, key}]
        plain = {name: value for name, value in data.items() if name not in {"data", "errors"}}
        if "data" in data:
            plain["data"] = data["data"]
            if isinstance(whole := data["data"], dict):
                plain["data"] = {self.field.name: self.field.plain(whole[key])} if key in whole else {}
        return {**plain, "errors": mine} if mine else plain

    def known(self, body: Any) -> Any:
        """Return that answer without the lists that it shows a part of."""
        payload = nodes.at(body, "data", self.field.name)
        return body if payload is None else nodes.replaced(body, ("data", self.field.name), self.field.known(payload))


def roots(sent: Mapping[str, Any], version: str) -> list[Root] | None:
    """Return the root fields that a request asks for; None where it cannot be read."""
    text, given = sent.get("query"), sent.get("variables")
    named = sent.get("operationName")
    if not isinstance(text, str):
        return None
    parsed = _parsed(text)
    operations = [part for part in parsed.definitions if isinstance(part, OperationDefinitionNode)] if parsed else []
    if isinstance(named, str) and named:
        operations = [part for part in operations if part.name is not None and part.name.value == named]
    if parsed is None or len(operations) != 1:
        return None
    operation = operations[0]
    schema = graphql_documents.schema(version)
    mutation = operation.operation is OperationType.MUTATION
    kind = schema.mutation_type if mutation else schema.query_type
    if kind is None or operation.operation is OperationType.SUBSCRIPTION:
        return None
    reading = _Reading(schema, parsed, _variables(operation, given if isinstance(given, dict) else {}))
    try:
        fields = reading.selection([operation.selection_set], kind)
    except RecursionError:
        return None
    return [Root(one, _document(one, version, mutation=mutation)) for one in map(_of_node, fields)]


@functools.lru_cache(maxsize=256)
def _parsed(text: str) -> DocumentNode | None:
    try:
        return parse(text, no_location=True)
    except (GraphQLError, RecursionError):
        return None


def _variables(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in operation.variable_definitions or ()
        if one.default_value is not None
    }
    return {**defaults, **given}


def _of_node(field: Selected) -> Selected:
    """Return `node` of a fulfillment order as the field that asks for one by its id."""
    of_order = field.name == "node" and field.kind == "FulfillmentOrder"
    return replace(field, name="fulfillmentOrder") if of_order else field


def _document(field: Selected, version: str, *, mutation: bool) -> Document:
    kind = OperationType.MUTATION if mutation else OperationType.QUERY
    selection = SelectionSetNode(selections=(field.node,))
    operation = OperationDefinitionNode(operation=kind, selection_set=selection, variable_definitions=(), directives=())
    node = DocumentNode(definitions=(operation,))
    return Document(f"of_{field.name}", graphql_documents.known(version), "", node, mutation, field.name, ())


class _Reading:
    """Reads the selections of one request along the types of the schema."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._schema = schema
        self._variables = dict(variables)
        self._fragments = {
            part.name.value: part for part in document.definitions if isinstance(part, FragmentDefinitionNode)
        }

    def selection(self, sets: Sequence[SelectionSetNode], parent: GraphQLObjectType) -> tuple[Selected, ...]:
        """Return what is asked for of an object, each name once."""
        keys: dict[str, list[FieldNode]] = {}
        for one in sets:
            for node in self._fields(one, parent, frozenset()):
                keys.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        names: dict[str, list[Selected]] = {}
        for key, asked in keys.items():
            name = asked[0].name.value
            if name in parent.fields:
                names.setdefault(name, []).append(self._field(key, asked, parent))
        if parent in {self._schema.query_type, self._schema.mutation_type}:  # each is an operation of its own
            return tuple(field for found in names.values() for field in found)
        return tuple(found[0] for found in names.values() if len(found) == 1)

    def _field(self, key: str, asked: list[FieldNode], parent: GraphQLObjectType) -> Selected:
        node = asked[0]
        name = node.name.value
        given = {one.name.value: self._value(one.value) for one in node.arguments or () if self._is_sent(one.value)}
        type_ = get_named_type(parent.fields[name].type)
        if is_abstract_type(type_):  # an id names the kind of what it is of
            type_ = self._schema.get_type(str(given.get("id")).removeprefix("gid://shopify/").partition("/")[0])
        below = [one.selection_set for one in asked if one.selection_set is not None]
        parts = self.selection(below, type_) if below and isinstance(type_, GraphQLObjectType) else None
        return Selected(key, name, type_.name if type_ is not None else "", given, parts)

    def _value(self, node: ValueNode) -> Any:
        return value_from_ast_untyped(node, self._variables)

    def _is_sent(self, node: ValueNode) -> bool:
        """Tell whether an argument has a value: a variable without one is not sent."""
        return not isinstance(node, VariableNode) or node.name.value in self._variables

    def _fields(
        self, wanted: SelectionSetNode, parent: GraphQLObjectType, within: frozenset[str]
    ) -> Iterator[FieldNode]:
        for node in wanted.selections:
            if not self._is_asked(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or _fits(node.type_condition.name.value, parent):
                    yield from self._fields(node.selection_set, parent, within)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in within:
                fragment = self._fragments.get(node.name.value)
                if fragment is not None and _fits(fragment.type_condition.name.value, parent):
                    yield from self._fields(fragment.selection_set, parent, within | {node.name.value})

    def _is_asked(self, node: Any) -> bool:
        """Tell whether directives leave a selection in the request."""
        for directive in node.directives or ():
            wanted = {"include": True, "skip": False}.get(directive.name.value)
            value = next(
                (self._value(one.value) for one in directive.arguments or () if one.name.value == "if"), wanted
            )
            if wanted is not None and bool(value) is not wanted:
                return False
        return True


def _fits(condition: str, parent: GraphQLObjectType) -> bool:
    """Tell whether a fragment on a type is about an object of another."""
    return condition == parent.name or condition in {one.name for one in parent.interfaces}
