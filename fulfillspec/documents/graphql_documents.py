"""The GraphQL documents that are sent, as each API version knows them, and the schemas that they are checked against.

`schemas/graphql/documents` has one document for each operation, `schemas/graphql/provision` one for each step of
provisioning, written for the newest version. What the schema of a version does not have (a field, an argument, a
directive, a variable that nothing uses then) is left out of the document for that version.
"""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import (
    REMOVE,
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    build_schema,
    parse,
    print_ast,
    validate,
    visit,
)

from fulfillspec.documents import paths
from fulfillspec.documents import versions as api_versions

_FRAGMENT_FILES = ("fulfillment_order", "fulfillment")


class UnknownDocumentError(ValueError):
    """There is no GraphQL document of this name."""


class DocumentDefectError(Exception):
    """A packaged document does not fit the packaged schema of a version."""


@dataclass(frozen=True, slots=True)
class Document:
    """A GraphQL document with one operation, as an API version knows it.

    `root` is the field of the answer that holds what was asked for. `left_out` names what this version does not have:
    `Type.field`, `field(argument:)` or `@directive`.
    """

    name: str
    version: str
    text: str
    node: DocumentNode
    mutation: bool
    root: str
    left_out: tuple[str, ...]

    @property
    def operation(self) -> OperationDefinitionNode:
        """The operation of the document."""
        return next(part for part in self.node.definitions if isinstance(part, OperationDefinitionNode))

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables that the document declares."""
        return frozenset(one.variable.name.value for one in self.operation.variable_definitions or ())

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """The fragments of the document, by name."""
        return {part.name.value: part for part in self.node.definitions if isinstance(part, FragmentDefinitionNode)}


@functools.cache
def versions() -> tuple[str, ...]:
    """Return the versions whose schemas are known, oldest first."""
    return tuple(map(str, api_versions.known()))


@functools.cache
def known(version: str) -> str:
    """Return the known version that stands for a version: itself, or the newest one before it.

    What is older than all of them is taken for the oldest, what is no version (`unstable`) for the newest.
    """
    return str(api_versions.ApiVersion.read(version).stands_for)


@functools.cache
def schema(version: str) -> GraphQLSchema:
    """Return the schema of a version (or of the one that stands for it)."""
    if version != known(version):
        return schema(known(version))
    return build_schema((_root() / f"{version}.graphql").read_text(encoding="utf-8"), assume_valid=True)


@functools.cache
def names(folder: str = "documents") -> tuple[str, ...]:
    """Return the names of the documents of a folder, `documents` or `provision`, in alphabetical order."""
    found = sorted(file.stem for file in (_root() / folder).glob("*.graphql"))
    return tuple(name for name in found if name not in _FRAGMENT_FILES)


@functools.cache
def document(name: str, version: str, without: frozenset[str] = frozenset()) -> Document:
    """Return a document as a version knows it, checked against its schema; each is made once.

    `without` names what is left out beside (in the form of `left_out`), for a target whose schema lacks it; the field
    that holds what is asked for stays. Raises `UnknownDocumentError`, and `DocumentDefectError` where it does not fit.
    """
    if version != known(version):
        return document(name, known(version), without)
    written = _written(name)
    pruning = _Pruning(schema(version), without)
    node = visit(written, TypeInfoVisitor(pruning.types, pruning))
    node = _without_unused_fragments(node)
    unused = _Unused(_used_variables(node))
    node = visit(node, unused)
    if without and _is_hollow(node):  # too little would be left of it
        return document(name, version)
    defects = validate(schema(version), node)
    if defects:
        raise DocumentDefectError(f"{name} for {version}: {defects[0].message}")
    operation = next(part for part in node.definitions if isinstance(part, OperationDefinitionNode))
    first = operation.selection_set.selections[0]
    if not isinstance(first, FieldNode):
        raise DocumentDefectError(f"{name}: expected a field first")
    return Document(
        name,
        version,
        print_ast(node),
        node,
        operation.operation is OperationType.MUTATION,
        first.name.value,
        tuple(dict.fromkeys(pruning.left_out)),
    )


@functools.lru_cache(maxsize=256)
def left_out_of(text: str, name: str, version: str) -> frozenset[str] | None:
    """Return what was left out of a packaged document beside what its version does not have.

    None where the text is no such document.
    """
    whole = document(name, version)
    if text == whole.text:
        return frozenset()
    names = frozenset(_left_out(whole, text))
    return names if names and document(name, version, names).text == text else None


def _left_out(whole: Document, text: str) -> list[str]:
    try:
        sent = parse(text, no_location=True)
    except (GraphQLError, RecursionError):
        return []
    found = _Names(schema(whole.version)), _Names(schema(whole.version))
    for names, node in zip(found, (whole.node, sent), strict=True):
        visit(node, TypeInfoVisitor(names.types, names))
    return [name for name in found[0].names if name not in found[1].names]


def query(text: str, version: str) -> Document | None:
    """Return a query of any text as a document; None where it is none that the schema of a version allows."""
    try:
        node = parse(text, no_location=True)
    except (GraphQLError, RecursionError):
        return None
    operation = next((part for part in node.definitions if isinstance(part, OperationDefinitionNode)), None)
    first = operation.selection_set.selections[0] if operation else None
    is_query = operation is not None and operation.operation is OperationType.QUERY and isinstance(first, FieldNode)
    if not is_query or validate(schema(version), node):
        return None
    root = first.name.value if isinstance(first, FieldNode) else ""
    return Document(f"query_{root}", known(version), text, node, mutation=False, root=root, left_out=())


def _is_hollow(node: DocumentNode) -> bool:
    """Tell whether nothing is left to select somewhere."""
    found: list[bool] = []

    class Empty(Visitor):
        def enter_selection_set(self, part: Any, *_: Any) -> None:
            found.append(not part.selections)

    visit(node, Empty())
    return any(found)


def _without_unused_fragments(node: DocumentNode) -> DocumentNode:
    fragments = {part.name.value: part for part in node.definitions if isinstance(part, FragmentDefinitionNode)}
    operations = [part for part in node.definitions if not isinstance(part, FragmentDefinitionNode)]
    used: dict[str, None] = {}
    waiting = [name for part in operations for name in _spreads(part)]
    while waiting:
        name = waiting.pop(0)
        if name not in used and name in fragments:
            used[name] = None
            waiting += _spreads(fragments[name])
    kept = [
        part for part in node.definitions if not isinstance(part, FragmentDefinitionNode) or part.name.value in used
    ]
    return DocumentNode(definitions=tuple(kept))


def _root() -> Path:
    return paths.schemas() / "graphql"


@functools.cache
def _written(name: str) -> DocumentNode:
    """Return a document as it is written, with the fragments that it spreads."""
    for folder in ("documents", "provision"):
        file = _root() / folder / f"{name}.graphql"
        if name.isidentifier() and file.is_file():
            break
    else:
        raise UnknownDocumentError(f"expected one of {', '.join((*names(), *names('provision')))}, got {name!r}")
    found = parse(file.read_text(encoding="utf-8"), no_location=True)
    fragments = _fragments()
    wanted = dict.fromkeys(_spreads(found))
    for spread in wanted:
        found_there = _spreads(fragments[spread])
        wanted = {**wanted, **dict.fromkeys(found_there)}
    return DocumentNode(definitions=(*found.definitions, *(fragments[spread] for spread in wanted)))


@functools.cache
def _fragments() -> dict[str, FragmentDefinitionNode]:
    found: dict[str, FragmentDefinitionNode] = {}
    for name in _FRAGMENT_FILES:
        text = (_root() / "documents" / f"{name}.graphql").read_text(encoding="utf-8")
        for part in parse(text, no_location=True).definitions:
            if isinstance(part, FragmentDefinitionNode):
                found[part.name.value] = part
    return found


class _Spreads(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def enter_fragment_spread(self, node: Any, *_: Any) -> None:
        self.found.append(node.name.value)


def _spreads(node: Any) -> list[str]:
    visitor = _Spreads()
    visit(node, visitor)
    return visitor.found


class _Pruning(Visitor):
    """Leaves out what a schema does not have, and remembers it."""

    def __init__(self, schema: GraphQLSchema, without: frozenset[str]) -> None:
        super().__init__()
        self.schema = schema
        self.without = without
        self.roots = {root.name for root in (schema.query_type, schema.mutation_type) if root}
        self.types = TypeInfo(schema)
        self.left_out: list[str] = []

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        parent = self.types.get_parent_type()
        if parent is None:
            return None
        name = f"{parent.name}.{node.name.value}"
        lacks = name in self.without and parent.name not in self.roots
        if lacks or self.types.get_field_def() is None:
            self.left_out.append(name)
            return REMOVE
        return None

    def leave_field(self, node: FieldNode, *_: Any) -> Any:
        empty = node.selection_set is not None and not node.selection_set.selections
        return REMOVE if empty else None

    def enter_argument(self, node: ArgumentNode, _key: Any, _parent: Any, _path: Any, ancestors: list[Any]) -> Any:
        if self.types.get_directive() is not None:
            return None
        owner = next((part.name.value for part in reversed(ancestors) if isinstance(part, FieldNode)), "")
        name = f"{owner}({node.name.value}:)"
        if name in self.without or self.types.get_argument() is None:
            self.left_out.append(name)
            return REMOVE
        return None

    def enter_directive(self, node: DirectiveNode, *_: Any) -> Any:
        if self.schema.get_directive(node.name.value) is None:
            self.left_out.append(f"@{node.name.value}")
            return REMOVE
        return None


class _Names(Visitor):
    """Gathers the fields and arguments of a document, in the form of `left_out`."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.types = TypeInfo(schema)
        self.names: dict[str, None] = {}

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self.types.get_parent_type()
        if parent is not None:
            self.names[f"{parent.name}.{node.name.value}"] = None
        for argument in node.arguments or ():
            self.names[f"{node.name.value}({argument.name.value}:)"] = None


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_variable_definition(self, node: Any, *_: Any) -> Any:
        del node
        return False

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.found.add(node.name.value)


def _used_variables(node: DocumentNode) -> set[str]:
    visitor = _Variables()
    visit(node, visitor)
    return visitor.found


class _Unused(Visitor):
    """Leaves out the variables that nothing uses."""

    def __init__(self, used: set[str]) -> None:
        super().__init__()
        self._used = used

    def enter_variable_definition(self, node: Any, *_: Any) -> Any:
        return None if node.variable.name.value in self._used else REMOVE
