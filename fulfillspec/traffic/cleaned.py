"""GraphQL without personal data: answers by the names of the fields, whatever a request calls them, and literals in documents.

Personal data are told by their keys. An alias hides a key, and what stands in a document has none in JSON.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
    Visitor,
    parse,
    visit,
)

Clean = Callable[[str], str]
"""Takes personal data and secrets from the text of a body."""


def answer(sent: Mapping[str, Any], body: str, clean: Clean) -> str:
    """Return the body of an answer without personal data, by what its request asked for."""
    text = sent.get("query")
    document = _parsed(text) if isinstance(text, str) and ":" in text else None
    if document is None:
        return clean(body)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return clean(body)
    reading = _Names(document)
    by_name = json.loads(clean(reading.text({"data": value})), object_pairs_hook=_Pairs)
    return json.dumps(_renamed(value, by_name[0][1]), ensure_ascii=False)


def request(body: str, clean: Clean) -> str:
    """Return the body of a request without personal data, those in its document too."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return clean(body)
    text = sent.get("query") if isinstance(sent, dict) else None
    document = _parsed(text) if isinstance(text, str) else None
    if not isinstance(text, str) or document is None:
        return clean(body)
    values = _Values()
    visit(document, values)
    for start, end, name, value in sorted(values.literals, reverse=True):
        if (plain := _at(name, value, clean)) != value:
            text = f"{text[:start]}{json.dumps(plain, ensure_ascii=False)}{text[end:]}"
    given = sent.get("variables")
    plain_given = given
    if isinstance(given, dict):
        plain_given = {key: _at(values.variables.get(key) or str(key), value, clean) for key, value in given.items()}
    if (text, plain_given) != (sent["query"], given):
        body = json.dumps({**sent, "query": text, "variables": plain_given}, ensure_ascii=False)
    return clean(body)


def _at(name: str, value: Any, clean: Clean) -> Any:
    """Return a value without personal data, by the name that it stands at."""
    return json.loads(clean(json.dumps({name: value}, ensure_ascii=False)))[name]


class _Pairs(list[tuple[str, Any]]):
    """The members of an object in their order: a name may be there twice."""


@functools.lru_cache(maxsize=256)
def _parsed(text: str) -> DocumentNode | None:
    try:
        return parse(text)
    except (GraphQLError, RecursionError):
        return None


class _Names:
    """Tells an answer under the names of the fields that a document asks for."""

    def __init__(self, document: DocumentNode) -> None:
        parts = document.definitions
        self._fragments = {part.name.value: part for part in parts if isinstance(part, FragmentDefinitionNode)}
        self._roots = [part.selection_set for part in parts if isinstance(part, OperationDefinitionNode)]

    def text(self, whole: Mapping[str, Any]) -> str:
        """Return JSON with the names; `whole` has the answer under `data`, so that what stands above it stays."""
        inner = whole["data"]
        if not isinstance(inner, dict):
            return json.dumps(whole, ensure_ascii=False)
        members = (
            f"{json.dumps(key)}: {self._kept(value, self._roots) if key == 'data' else json.dumps(value, ensure_ascii=False)}"
            for key, value in inner.items()
        )
        return f'{{"data": {{{", ".join(members)}}}}}'

    def _kept(self, value: Any, sets: Sequence[SelectionSetNode]) -> str:
        if isinstance(value, list):
            return f"[{', '.join(self._kept(element, sets) for element in value)}]"
        if not isinstance(value, dict) or not sets:
            return json.dumps(value, ensure_ascii=False)
        fields: dict[str, list[FieldNode]] = {}
        for part in sets:
            for field in self._fields(part, frozenset()):
                fields.setdefault((field.alias or field.name).value, []).append(field)
        members = []
        for key, inner in value.items():
            asked = fields.get(key, [])
            name = asked[0].name.value if asked else key
            below = [field.selection_set for field in asked if field.selection_set is not None]
            members.append(f"{json.dumps(name)}: {self._kept(inner, below)}")
        return f"{{{', '.join(members)}}}"

    def _fields(self, wanted: SelectionSetNode, within: frozenset[str]) -> Iterator[FieldNode]:
        for node in wanted.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set, within)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in within:
                fragment = self._fragments.get(node.name.value)
                if fragment is not None:
                    yield from self._fields(fragment.selection_set, within | {node.name.value})


def _renamed(value: Any, plain: Any) -> Any:
    """Return what is under the names, under the keys of the answer again."""
    if isinstance(value, dict) and isinstance(plain, _Pairs):
        return {key: _renamed(inner, pair[1]) for (key, inner), pair in zip(value.items(), plain, strict=True)}
    if isinstance(value, list) and isinstance(plain, list):
        return [_renamed(element, other) for element, other in zip(value, plain, strict=True)]
    return plain


class _Values(Visitor):
    """Finds the texts in a document and its variables, with the names that they stand at."""

    def __init__(self) -> None:
        super().__init__()
        self.literals: list[tuple[int, int, str, str]] = []
        self.variables: dict[str, str] = {}

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        self._note(node)

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        self._note(node)

    def _note(self, node: ArgumentNode | ObjectFieldNode) -> None:
        value = node.value
        if isinstance(value, StringValueNode) and value.loc is not None:
            self.literals.append((value.loc.start, value.loc.end, node.name.value, value.value))
        elif isinstance(value, VariableNode):
            self.variables[value.name.value] = node.name.value
