"""Walking the data of a GraphQL answer along the document that asked and the types of the schema."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from fulfillspec.judge.schema import MOST_FINDINGS, SchemaFinding
from fulfillspec.model import moment
from fulfillspec.wire import documents
from fulfillspec.wire.documents import Document

__all__ = ["ENVELOPE", "MOST_FINDINGS", "Walk"]

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

_LONGEST_VALUE = 60


class Walk:
    """Walks the data of one answer. `findings` are the places that differ, `judged` the requirements looked at."""

    def __init__(self, document: Document, own: str) -> None:
        self.findings: list[SchemaFinding] = []
        self.judged: set[str] = set()
        self._document = document
        self._own = own
        schema = documents.schema(document.version)
        root = schema.mutation_type if document.mutation else schema.query_type
        if root is None:
            raise documents.DocumentDefectError(f"the schema of {document.version} has no root for {document.name}")
        self.root_type: GraphQLObjectType = root

    def find(self, requirement: str, path: str, documented: str, value: object, *, missing: bool = False) -> None:
        """Note a place that is not as documented."""
        self.judged.add(requirement)
        if len(self.findings) < MOST_FINDINGS:
            received = "nothing: the field is missing" if missing else _shown(value)
            self.findings.append(SchemaFinding(requirement, path, documented, received))

    def field(self, payload: Mapping[str, Any], root: str, name: str, path: str) -> None:
        """Walk one field of the operation's payload only."""
        operation: OperationDefinitionNode = self._document.operation
        parent = get_named_type(self.root_type.fields[root].type)
        for node in self._fields(operation.selection_set):
            if not isinstance(parent, GraphQLObjectType) or node.selection_set is None:
                continue
            for inner in self._fields(node.selection_set):
                if inner.name.value == name:
                    self._member(payload, parent, inner, path, self._own)

    def selection(
        self, value: Mapping[str, Any], parent: GraphQLObjectType, wanted: SelectionSetNode, path: str, requirement: str
    ) -> None:
        """Walk an object: every field that was asked for is there and of its type; others are no finding."""
        for node in self._fields(wanted):
            if len(self.findings) >= MOST_FINDINGS:
                return
            self._member(value, parent, node, path, requirement)

    def _fields(self, wanted: SelectionSetNode) -> list[FieldNode]:
        """Return the fields of a selection, those of its fragments among them."""
        found: list[FieldNode] = []
        for node in wanted.selections:
            found += self._fields_of(node)
        return found

    def _fields_of(self, node: SelectionNode) -> list[FieldNode]:
        if isinstance(node, FieldNode):
            return [node]
        if isinstance(node, FragmentSpreadNode):
            return self._fields(self._document.fragments[node.name.value].selection_set)
        return self._fields(node.selection_set) if isinstance(node, InlineFragmentNode) else []

    def _member(
        self, value: Mapping[str, Any], parent: GraphQLObjectType, node: FieldNode, path: str, requirement: str
    ) -> None:
        name = node.name.value
        key = node.alias.value if node.alias else name
        requirement = _USER_ERRORS if name == "userErrors" else _BY_FIELD.get((parent.name, name), requirement)
        self.judged.add(requirement)
        place = _Place(parent.name, node, f"{path}.{key}", requirement)
        type_ = parent.fields[name].type
        if key in value:
            self._value(value[key], type_, place)
        else:
            self.find(requirement, place.path, _phrase(type_), None, missing=True)

    def _value(self, value: Any, type_: GraphQLOutputType, place: "_Place") -> None:
        if value is None:
            if is_non_null_type(type_):
                self.find(place.requirement, place.path, _phrase(type_), value)
            return
        if is_non_null_type(type_):
            type_ = type_.of_type
        if is_leaf_type(type_):
            self._leaf(value, type_, place)
        elif isinstance(type_, GraphQLObjectType) and isinstance(value, dict):
            self._object(value, type_, place)
        elif is_list_type(type_) and isinstance(value, list):
            for n, part in enumerate(value):
                self._value(part, type_.of_type, replace(place, path=f"{place.path}[{n}]"))
        else:
            self.find(place.requirement, place.path, _phrase(type_), value)

    def _object(self, value: Mapping[str, Any], type_: GraphQLObjectType, place: "_Place") -> None:
        inner = _USER_ERROR if place.requirement == _USER_ERRORS else _BY_TYPE.get(type_.name, place.requirement)
        self.judged.add(inner)
        if place.node.selection_set is not None:
            self.selection(value, type_, place.node.selection_set, place.path, inner)
        message = value.get("message")
        if inner == _USER_ERROR and isinstance(message, str) and not message.strip():
            self.find(inner, f"{place.path}.message", "a message that says something", message)

    def _leaf(self, value: Any, type_: GraphQLLeafType, place: "_Place") -> None:
        if isinstance(type_, GraphQLEnumType):
            if not isinstance(value, str) or value not in type_.values:
                self.find(place.requirement, place.path, f"one of {', '.join(type_.values)}", value)
            return
        if not _of_scalar(type_.name, value):
            self.find(place.requirement, place.path, _SCALARS.get(type_.name, "a value"), value)
        elif type_.name == "ID":
            self.judged.add(ID_FORM)
            kind = _ID_TYPES.get((place.parent, place.node.name.value))
            found = _GID.fullmatch(value)
            if found is None or kind not in {None, found[1]}:
                self.find(ID_FORM, place.path, f"gid://shopify/{kind or '<type>'}/<number>", value)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: the type that has the field, the field as it was asked for, the path, the requirement."""

    parent: str
    node: FieldNode
    path: str
    requirement: str


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


def _of_scalar(name: str, value: object) -> bool:
    match name:
        case "Int":
            return isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31
        case "Float":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "Boolean":
            return isinstance(value, bool)
        case "DateTime":
            return moment(value) is not None
        case "JSON":
            return True
        case _:
            return isinstance(value, str)


def _phrase(type_: GraphQLOutputType) -> str:
    """Say what a type allows."""
    if is_non_null_type(type_):
        return _phrase(type_.of_type).removesuffix(" or null")
    if is_list_type(type_):
        return "an array or null"
    name = get_named_type(type_).name
    plain = _SCALARS.get(name, f"an object ({name})" if isinstance(type_, GraphQLObjectType) else f"a value of {name}")
    return f"{plain} or null"


def _shown(value: object) -> str:
    """Say what came, shortened, with its type."""
    if isinstance(value, str):
        text = json.dumps(value[:_LONGEST_VALUE], ensure_ascii=False)
        return f"{text}{'…' if len(value) > _LONGEST_VALUE else ''} (string)"
    if isinstance(value, dict):
        return f"an object with {len(value)} key{'' if len(value) == 1 else 's'}"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 256:
        return f"a number of {value.bit_length()} bits"
    kind = {bool: " (boolean)", int: " (number)", float: " (number)"}.get(type(value), "")
    return json.dumps(value) + kind
