"""Documents that schemathesis makes from the GraphQL schema of a version, through `drawing`: queries, and no mutation ever.

The schema is narrowed to what reads fulfillment orders before. What is allowed is then aimed at what a run staged: ids
come as the variable `id`, and lists are cut short. What is broken has one violation of the schema, and is taken only if
graphql-core finds one, too.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from graphql import (
    REMOVE,
    ArgumentNode,
    DocumentNode,
    FieldDefinitionNode,
    FieldNode,
    GraphQLError,
    InputValueDefinitionNode,
    IntValueNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    OperationDefinitionNode,
    SchemaDefinitionNode,
    SelectionSetNode,
    TypeDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    get_variable_values,
    parse,
    print_ast,
    print_schema,
    validate,
    visit,
)

from fulfillspec.documents import graphql_documents
from fulfillspec.documents.graphql_documents import Document
from fulfillspec.generation.from_schemathesis import NotGenerated, drawn

ROOTS = ("fulfillmentOrder", "fulfillmentOrders", "assignedFulfillmentOrders", "order")
"""The fields that are asked for, each in documents of its own."""

_ARGUMENTS = frozenset(
    {"id", "first", "reverse", "sortKey", "assignmentStatus", "includeClosed", "kind", "displayable"}
)
"""Arguments that generated queries give; others take what no document describes, or ids of something else."""
_STATE = ("id", "status", "requestStatus")
"""What every query asks of a fulfillment order, so that it can be held against the last look."""
_WORDS = re.compile(r"[A-Za-z ]*")
_MOST_OF_A_LIST = 3
_MOST_FIELDS = 80
_DEEPEST = 2
"""Lists within one another, so that no query costs what a store refuses."""
_DRAWN = 2
"""Documents drawn for each that is wanted."""


def plain(root: str, version: str) -> Document:
    """Return the plainest query for a field of `ROOTS`: the ids."""
    named = root in {"fulfillmentOrder", "order"}
    rest = "(id: $id) { id }" if named else "(first: 1) { nodes { id } }"
    found = graphql_documents.query(f"query{'($id: ID!)' if named else ''} {{ {root}{rest} }}", version)
    if found is None:
        raise graphql_documents.DocumentDefectError(f"{version} has no {root}")
    return found


class QueryGenerator:
    """Documents for one version of the schema. `seed` decides every one of them."""

    def __init__(self, version: str, seed: int = 0) -> None:
        self._version = graphql_documents.known(version)
        self._schema = graphql_documents.schema(version)
        self._seed = seed
        self._loaded: Any = None

    def allowed(self, root: str, count: int = 1) -> list[Document]:
        """Return queries for a field of `ROOTS` that the schema allows. Raise `NotGenerated`."""
        texts = self._drawn(root, count * _DRAWN, negative=False)
        found = [self._document(root, node) for text in texts if self._is_small(node := self._aimed(text))]
        if not found:
            raise NotGenerated(f"{root}: no query of what was generated is small enough")
        return found[:count]

    def broken(self, root: str, count: int = 1) -> list[str]:
        """Return queries for a field of `ROOTS` that the schema forbids. Raise `NotGenerated`."""
        complaints = {text: self._complaint(text) for text in self._drawn(root, count * _DRAWN, negative=True)}
        kinds = {_WORDS.match(said)[0]: text for text, said in reversed(complaints.items()) if said}  # type: ignore[index]
        if not kinds:
            raise NotGenerated(f"{root}: nothing of what was generated breaks the schema")
        return [self._misnamed(self.allowed(root)[0]), *reversed(kinds.values())][:count]

    def fits(self, operation: str, given: Mapping[str, Any]) -> bool:
        """Tell whether variables fit those that the document of an operation declares."""
        declared = graphql_documents.document(operation, self._version).operation.variable_definitions
        return not isinstance(get_variable_values(self._schema, declared or (), dict(given)), list)

    def _drawn(self, root: str, count: int, *, negative: bool) -> list[str]:
        def strategy(library: Any) -> Any:
            if self._loaded is None:
                text = _narrowed(self._version)
                self._loaded = library.schemathesis.graphql.from_file(text, config=library.config)
            return self._loaded["QueryRoot"][root].as_strategy(generation_mode=library.mode(negative=negative))

        return drawn(root, strategy, lambda case: case.body, count=count, seed=self._seed)

    def _aimed(self, text: str) -> DocumentNode:
        types = TypeInfo(self._schema)
        node: DocumentNode = visit(parse(text, no_location=True), TypeInfoVisitor(types, _Aiming(types)))
        return node

    def _document(self, root: str, node: DocumentNode) -> Document:
        found = graphql_documents.query(print_ast(node), self._version)
        if found is None:
            raise NotGenerated(f"{root}: what was made of a generated query does not fit the schema")
        return found

    def _is_small(self, node: DocumentNode) -> bool:
        types = TypeInfo(self._schema)
        measure = _Measure(types)
        visit(node, TypeInfoVisitor(types, measure))
        return measure.fields <= _MOST_FIELDS and measure.deepest <= _DEEPEST

    def _complaint(self, text: str) -> str:
        """Return what graphql-core has against a document, an empty text where that is nothing."""
        try:
            return next((error.message for error in validate(self._schema, parse(text))), "")
        except GraphQLError as error:
            return error.message

    def _misnamed(self, document: Document) -> str:
        """Return a document that asks for a field that no type has."""
        return print_ast(visit(document.node, _Misnaming()))


@functools.cache
def _narrowed(version: str) -> str:
    """Return the schema of a version as text, with the fields of `ROOTS` and `_ARGUMENTS` only, and without mutations."""
    node: DocumentNode = visit(parse(print_schema(graphql_documents.schema(version)), no_location=True), _Narrowing())
    named = {one.name.value: one for one in node.definitions if isinstance(one, TypeDefinitionNode)}
    needed = dict.fromkeys(["QueryRoot"])
    waiting = ["QueryRoot"]
    while waiting:  # what nothing leads to any more costs time in each draw
        types = _Named()
        visit(named[waiting.pop()], types)
        waiting += [name for name in types.found if name in named and name not in needed]
        needed |= dict.fromkeys(waiting)
    kept = (one for one in node.definitions if getattr(getattr(one, "name", None), "value", "QueryRoot") in needed)
    return print_ast(DocumentNode(definitions=tuple(kept)))


class _Named(Visitor):
    """Gathers the names of types."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def enter_named_type(self, node: NamedTypeNode, *_: Any) -> None:
        self.found[node.name.value] = None


class _Narrowing(Visitor):
    def enter_schema_definition(self, *_: Any) -> Any:
        return REMOVE

    def leave_object_type_definition(self, node: ObjectTypeDefinitionNode, *_: Any) -> Any:
        if node.name.value == "Mutation":
            return REMOVE
        if node.name.value != "QueryRoot":
            return None
        fields = tuple(field for field in node.fields or () if field.name.value in ROOTS)
        return ObjectTypeDefinitionNode(name=node.name, fields=fields, interfaces=(), directives=(), description=None)

    def enter_field_definition(self, node: FieldDefinitionNode, *_: Any) -> Any:
        arguments: tuple[InputValueDefinitionNode, ...] = tuple(node.arguments or ())
        kept = tuple(one for one in arguments if one.name.value in _ARGUMENTS)
        if any(isinstance(one.type, NonNullTypeNode) and one.default_value is None for one in {*arguments} - {*kept}):
            return REMOVE
        return FieldDefinitionNode(
            name=node.name, arguments=kept, type=node.type, directives=node.directives, description=None
        )

    def leave_document(self, node: DocumentNode, *_: Any) -> Any:
        query = parse("schema { query: QueryRoot }", no_location=True).definitions
        rest = (one for one in node.definitions if not isinstance(one, SchemaDefinitionNode))
        return DocumentNode(definitions=(*query, *rest))


class _Aiming(Visitor):
    """Puts the variable in the place of the id at the root, a small number where a list wants one, and asks for states."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.asked = False

    def leave_field(self, node: FieldNode, *_: Any) -> Any:
        known = self.types.get_field_def()
        if known is None:
            return None
        given = {one.name.value: one for one in node.arguments or ()}
        if "id" in known.args and "id" in given:
            self.asked = True
            given["id"] = _argument("id", VariableNode(name=NameNode(value="id")))
        if "first" in known.args:
            named = getattr(given.get("first"), "value", None)
            wanted = int(named.value) if isinstance(named, IntValueNode) else 2
            given["first"] = _argument("first", IntValueNode(value=str(1 + wanted % _MOST_OF_A_LIST)))
        selection = node.selection_set
        return FieldNode(
            name=node.name,
            alias=node.alias,
            arguments=tuple(given.values()),
            directives=node.directives,
            selection_set=selection,
        )

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> Any:
        parent = self.types.get_parent_type()
        if parent is None or parent.name != "FulfillmentOrder":
            return None
        known = {one.name.value for one in node.selections if isinstance(one, FieldNode) and one.alias is None}
        further = (FieldNode(name=NameNode(value=name), arguments=(), directives=()) for name in _STATE)
        kept = (*node.selections, *(one for one in further if one.name.value not in known))
        return SelectionSetNode(selections=kept)

    def leave_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> Any:
        declared = parse("query ($id: ID!) { __typename }", no_location=True).definitions[0]
        wanted: tuple[VariableDefinitionNode, ...] = ()
        if self.asked and isinstance(declared, OperationDefinitionNode):
            wanted = tuple(declared.variable_definitions or ())
        return OperationDefinitionNode(
            operation=node.operation,
            name=node.name,
            variable_definitions=wanted,
            directives=node.directives,
            selection_set=node.selection_set,
        )


class _Misnaming(Visitor):
    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        if node.selection_set is not None:
            return None
        return FieldNode(name=NameNode(value=f"{node.name.value}Unknown"), alias=None, arguments=(), directives=())


def _argument(name: str, value: Any) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=value)


class _Measure(Visitor):
    """Counts fields, and the lists that stand within one another."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.fields = self.deepest = self._depth = 0

    def enter_field(self, *_: Any) -> None:
        self.fields += 1
        self._depth += self._is_list()
        self.deepest = max(self.deepest, self._depth)

    def leave_field(self, *_: Any) -> None:
        self._depth -= self._is_list()

    def _is_list(self) -> bool:
        type_ = self.types.get_type()
        return type_ is not None and get_named_type(type_).name.endswith("Connection")
