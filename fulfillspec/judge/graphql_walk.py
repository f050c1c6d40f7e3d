"""Walking the data of a GraphQL answer along the document that asked and the types of the schema."""

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLOutputType,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from fulfillspec.documents import graphql_documents
from fulfillspec.documents.graphql_documents import Document
from fulfillspec.evidence.observation import moment
from fulfillspec.judge.finding import value_in_words
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.judge.schema import MOST_FINDINGS, SchemaFinding

judging(__file__, Hears.ANSWERS)

__all__ = ["ENVELOPE", "MOST_FINDINGS", "AnswerWalk"]

ENVELOPE = "FO-GQL-ENVELOPE"
ENUM_CASE = "FO-GQL-ENUM-CASE"
ID_FORM = "FO-GQL-ID-FORM"

_BY_FIELD = {
    ("FulfillmentOrder", "status"): ENUM_CASE,
    ("FulfillmentOrder", "requestStatus"): ENUM_CASE,
    ("FulfillmentOrder", "supportedActions"): "FO-GQL-SUPPORTED-ACTIONS",
    ("FulfillmentOrder", "merchantRequests"): "FO-GQL-MERCHANT-REQUESTS",
    ("FulfillmentOrder", "lineItems"): "FO-GQL-LINE-ITEM",
    ("FulfillmentOrder", "locationsForMove"): "FO-GQL-LOCATIONS-FOR-MOVE",
}
_BY_TYPE = {"FulfillmentOrder": "FO-GQL-FULFILLMENT-ORDER", "FulfillmentOrderLineItem": "FO-GQL-LINE-ITEM"}
_WHICH = ("FulfillmentOrder", "id")
_USER_ERRORS = "FO-GQL-USER-ERRORS-NON-NULL"
_USER_ERROR = "FO-GQL-USER-ERROR-FIELDS"

_GID = re.compile(r"gid://shopify/([A-Za-z]+)/[0-9]+(\?[^\s]*)?")
_ID_TYPES = {
    ("FulfillmentOrder", "id"): "FulfillmentOrder",
    ("FulfillmentOrder", "orderId"): "Order",
    ("FulfillmentOrderLineItem", "id"): "FulfillmentOrderLineItem",
    ("FulfillmentOrderLineItem", "inventoryItemId"): "InventoryItem",
    ("LineItem", "id"): "LineItem",
    ("Order", "id"): "Order",
    ("Location", "id"): "Location",
    ("Fulfillment", "id"): "Fulfillment",
    ("FulfillmentHold", "id"): "FulfillmentHold",
}
"""What kind of thing an id names, where that is not open; other ids have the form with any type."""


Members = tuple["AskedField", ...]


def requirement_of_field(type_name: str, field: str) -> str:
    """Return the requirement that a field of a type belongs to."""
    return _BY_FIELD.get((type_name, field)) or _BY_TYPE.get(type_name, _BY_TYPE["FulfillmentOrder"])


@dataclass(frozen=True, slots=True)
class AskedField:
    """A field of an answer as a document asks for it: where it stands, what it may be, what it is held to."""

    key: str
    name: str
    requirement: str
    value: "Value"


@dataclass(frozen=True, slots=True)
class Value:
    """What a value may be; exactly one of `leaf`, `items` and `members` is there.

    `names` is for ids: the kind of thing that they name, `""` where that is open. `message` tells that an object has a
    message for people.
    """

    phrase: str
    required: bool
    leaf: Callable[[Any], bool] | None = None
    names: str | None = None
    items: "Value | None" = None
    members: Members | None = None
    judged: frozenset[str] = frozenset()
    requirement: str = ""
    message: bool = False

    @property
    def holds_objects(self) -> bool:
        """Whether this is an object, or an array of them."""
        return self.members is not None or (self.items is not None and self.items.holds_objects)


@functools.cache
def asked(name: str, version: str, own: str, without: frozenset[str] = frozenset()) -> Members:
    """Return what a packaged document asks for; see `read`."""
    return read(graphql_documents.document(name, version, without), own)


def read(document: Document, own: str) -> Members:
    """Return the root fields of a document, and all below them, with the types of the schema of its version.

    `own` is the requirement of what has none of its own. Raises `DocumentDefectError` where the schema has no such root.
    """
    schema = graphql_documents.schema(document.version)
    root = schema.mutation_type if document.mutation else schema.query_type
    if root is None:
        raise graphql_documents.DocumentDefectError(f"the schema of {document.version} has no root for {document.name}")
    return _Reading(document).members(document.operation.selection_set, root, own)


class _Reading:
    """Reads what a document asks for along the types of its schema."""

    def __init__(self, document: Document) -> None:
        self._fragments = document.fragments

    def members(
        self, wanted: SelectionSetNode, parent: GraphQLObjectType, requirement: str, which: str = ""
    ) -> Members:
        """Read a selection; `which` is the requirement of which fulfillment order it is, that its id tells."""
        return tuple(
            self._member(node, parent, which if which and (parent.name, node.name.value) == _WHICH else requirement)
            for node in self._fields(wanted)
        )

    def _fields(self, wanted: SelectionSetNode) -> Iterator[FieldNode]:
        """Return the fields of a selection, those of its fragments among them."""
        for node in wanted.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                yield from self._fields(self._fragments[node.name.value].selection_set)
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set)

    def _member(self, node: FieldNode, parent: GraphQLObjectType, requirement: str) -> AskedField:
        name = node.name.value
        requirement = _USER_ERRORS if name == "userErrors" else _BY_FIELD.get((parent.name, name), requirement)
        value = self._value(parent.fields[name].type, parent, node, requirement)
        return AskedField(node.alias.value if node.alias else name, name, requirement, value)

    def _value(self, type_: GraphQLOutputType, parent: GraphQLObjectType, node: FieldNode, requirement: str) -> Value:
        phrase, required = _phrase(type_), is_non_null_type(type_)
        if is_non_null_type(type_):
            type_ = type_.of_type
        if is_list_type(type_):
            return Value(phrase, required, items=self._value(type_.of_type, parent, node, requirement))
        if isinstance(type_, GraphQLEnumType):
            names = frozenset(type_.values)
            return Value(phrase, required, lambda value: isinstance(value, str) and value in names)
        if is_leaf_type(type_):
            kind = _ID_TYPES.get((parent.name, node.name.value), "") if type_.name == "ID" else None
            return Value(phrase, required, _LEAVES.get(type_.name, _is_text), kind)
        if not isinstance(type_, GraphQLObjectType) or node.selection_set is None:
            # what an interface or a union stands for is known to the one who answers
            return Value(phrase, required, _is_object if is_abstract_type(type_) else _is_nothing)
        inner = _USER_ERROR if requirement == _USER_ERRORS else _BY_TYPE.get(type_.name, requirement)
        members = self.members(node.selection_set, type_, inner, requirement)
        held = frozenset({inner, *(member.requirement for member in members)})
        return Value(phrase, required, None, None, None, members, held, inner, inner == _USER_ERROR)


class AnswerWalk:
    """Walks the data of one answer. `findings` are the places that differ, `judged` the requirements looked at."""

    def __init__(self, members: Members) -> None:
        self.findings: list[SchemaFinding] = []
        self.judged: set[str] = set()
        self.members = members

    def find(self, requirement: str, path: str, documented: str, value: object, *, missing: bool = False) -> None:
        """Note a place that is not as documented."""
        self.judged.add(requirement)
        if len(self.findings) < MOST_FINDINGS:
            received = "nothing: the field is missing" if missing else value_in_words(value)
            self.findings.append(SchemaFinding(requirement, path, documented, received))

    def data(self, value: Mapping[str, Any]) -> None:
        """Walk the data of an answer."""
        self.judged.update(member.requirement for member in self.members)
        self._members(value, self.members, "data")

    def payload(self, root: str) -> Members:
        """Return what was asked for of the root field's object."""
        return next((one.value.members for one in self.members if one.name == root and one.value.members), ())

    def field(self, payload: Mapping[str, Any], root: str, name: str, path: str) -> None:
        """Walk one field of the operation's payload only."""
        wanted = tuple(member for member in self.payload(root) if member.name == name)
        self.judged.update(member.requirement for member in wanted)
        self._members(payload, wanted, path)

    def _members(self, value: Mapping[str, Any], members: Members, path: str) -> None:
        """Walk an object: every field that was asked for is there and of its type; others are no finding."""
        for member in members:
            if len(self.findings) >= MOST_FINDINGS:
                return
            if member.key in value:
                self._value(value[member.key], member.value, member, path)
            else:
                self.find(member.requirement, f"{path}.{member.key}", member.value.phrase, None, missing=True)

    def _value(self, value: Any, wanted: Value, member: AskedField, path: str, at: str = "") -> None:
        if value is None:
            if wanted.required:
                self.find(member.requirement, f"{path}.{member.key}{at}", wanted.phrase, value)
        elif wanted.leaf is not None:
            if not wanted.leaf(value):
                self.find(member.requirement, f"{path}.{member.key}{at}", wanted.phrase, value)
            elif wanted.names is not None:
                self._identity(value, wanted.names, f"{path}.{member.key}{at}")
        elif wanted.members is not None and isinstance(value, dict):
            here = f"{path}.{member.key}{at}"
            self.judged |= wanted.judged
            self._members(value, wanted.members, here)
            message = value.get("message")
            if wanted.message and isinstance(message, str) and not message.strip():
                self.find(wanted.requirement, f"{here}.message", "a message that says something", message)
        elif wanted.items is not None and isinstance(value, list):
            for n, part in enumerate(value):
                self._value(part, wanted.items, member, path, f"{at}[{n}]")
        else:
            self.find(member.requirement, f"{path}.{member.key}{at}", wanted.phrase, value)

    def _identity(self, value: str, kind: str, path: str) -> None:
        self.judged.add(ID_FORM)
        found = _GID.fullmatch(value)
        if found is None or kind not in {"", found[1]}:
            self.find(ID_FORM, path, f"gid://shopify/{kind or '<type>'}/<number>", value)


_SCALARS = {
    "ID": "a string",
    "String": "a string",
    "URL": "a string",
    "Decimal": "a string with a decimal number",
    "Money": "a string with a decimal number",
    "UnsignedInt64": "a string with a whole number",
    "Int": "a whole number of 32 bits",
    "Float": "a number",
    "Boolean": "true or false",
    "DateTime": "a date and time in ISO 8601 with offset or Z",
    "JSON": "any JSON",
}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_nothing(_value: object) -> bool:
    return False


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31


_LEAVES: dict[str, Callable[[Any], bool]] = {
    "Int": _is_whole,
    "Float": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "Boolean": lambda value: isinstance(value, bool),
    "DateTime": lambda value: moment(value) is not None,
    "JSON": lambda _value: True,
}
"""What a scalar may be; every other one is a string."""


def _phrase(type_: GraphQLOutputType) -> str:
    """Say what a type allows."""
    if is_non_null_type(type_):
        return _phrase(type_.of_type).removesuffix(" or null")
    if is_list_type(type_):
        return "an array or null"
    if isinstance(type_, GraphQLEnumType):
        return f"one of {', '.join(type_.values)} or null"
    name = get_named_type(type_).name
    objects = isinstance(type_, GraphQLObjectType) or is_abstract_type(type_)
    plain = _SCALARS.get(name, f"an object ({name})" if objects else "a value")
    return f"{plain} or null"
