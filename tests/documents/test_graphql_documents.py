"""The documents and schemas of GraphQL: each fits its version, says what it leaves out, and costs little."""

from typing import Any

import pytest
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_list_type,
    validate,
    validate_schema,
)

from fulfillspec.documents import graphql_documents, paths
from fulfillspec.documents.graphql_documents import Document
from fulfillspec.documents.operations import NAMED
from fulfillspec.documents.versions import known
from fulfillspec.wire import graphql

ALL = [*graphql_documents.names(), *graphql_documents.names("provision")]
VERSIONS = tuple(map(str, known()))


def test_there_is_a_schema_for_every_version() -> None:
    assert graphql_documents.versions() == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_schema_is_sound(version: str) -> None:
    text = (paths.schemas() / "graphql" / f"{version}.graphql").read_text()
    assert validate_schema(build_schema(text)) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_document_fits_its_version(version: str) -> None:
    assert [graphql_documents.document(name, version).version for name in ALL] == [version] * len(ALL)


def test_document_that_does_not_fit_is_seen() -> None:
    """Making a document checks it: were that blind, the test above would pass."""
    found = graphql_documents.document("hold", "2025-10")
    assert validate(graphql_documents.schema("2024-10"), found.node)


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_left_out_but_what_the_version_does_not_have(version: str) -> None:
    """A field that no version has would vanish silently: each one left out is named here."""
    left = {item for name in ALL for item in graphql_documents.document(name, version).left_out}
    wanted = {"UserError.code", f"WebhookSubscription.{'uri' if version < '2025-10' else 'callbackUrl'}"}
    if version < "2026-01":
        wanted.add("@idempotent")
    if version < "2025-07":
        wanted |= {
            "fulfillmentOrderAcceptFulfillmentRequest(estimatedShippedAt:)",
            "fulfillmentServiceCreate(requiresShippingMethod:)",
        }
    if version < "2025-01":
        wanted.add("FulfillmentHold.handle")
    assert left == wanted


def test_every_operation_of_rest_has_a_document() -> None:
    transport = graphql.GraphQL({}, "2025-10")
    assert all(transport.offers(operation) for operation, row in NAMED.items() if row.rest)
    assert transport.offers("split")
    assert transport.offers("merge")
    assert not transport.offers("line_items")


@pytest.mark.parametrize(
    ("version", "stands_for"),
    [
        ("2025-10", "2025-10"),
        ("2025-11", "2025-10"),
        ("2019-01", "2024-10"),
        ("unstable", VERSIONS[-1]),
        ("2130-01", VERSIONS[-1]),
    ],
)
def test_unknown_version_is_taken_for_the_newest_before_it(version: str, stands_for: str) -> None:
    assert graphql_documents.known(version) == stands_for
    assert graphql_documents.document("get", version).version == stands_for


def test_documents_are_made_once() -> None:
    assert graphql_documents.document("get", "2025-10") is graphql_documents.document("get", "2025-10")
    assert graphql_documents.schema("2025-10") is graphql_documents.schema("2025-12")


def test_unknown_document_is_named() -> None:
    with pytest.raises(graphql_documents.UnknownDocumentError, match="'levitate'"):
        graphql_documents.document("levitate", "2025-10")


@pytest.mark.parametrize("name", ALL)
def test_document_costs_less_than_a_single_query_may(name: str) -> None:
    """1000 points by the published rule: an object one, a connection two and its size times what is inside."""
    assert cost(graphql_documents.document(name, VERSIONS[-1])) < 1000


def cost(document: Document) -> int:
    defaults = {
        definition.variable.name.value: int(str(getattr(definition.default_value, "value", 0)))
        for definition in document.operation.variable_definitions or ()
        if definition.default_value is not None
    }
    schema = graphql_documents.schema(document.version)

    def inside(parent: Any, wanted: Any) -> Any:
        total = 0
        for node in wanted.selections:
            if isinstance(node, FragmentSpreadNode):
                total += inside(parent, document.fragments[node.name.value].selection_set)
            elif isinstance(node, FieldNode) and node.selection_set is not None:
                total += one(parent.fields[node.name.value].type, node)
        return total

    def one(type_: Any, node: Any) -> Any:
        named = get_named_type(type_)
        if not isinstance(named, GraphQLObjectType) or named.name == "PageInfo":
            return 0
        inner = inside(named, node.selection_set)
        size = next((argument.value for argument in node.arguments or () if argument.name.value == "first"), None)
        if size is None:
            return 1 + inner
        many = defaults[size.name.value] if size.kind == "variable" else int(size.value)
        return 2 + many * (inner if named.name.endswith("Connection") else 1 + inner)

    root = schema.mutation_type if document.mutation else schema.query_type
    return (10 if document.mutation else 0) + int(inside(root, document.operation.selection_set))


def test_lists_of_the_fragment_are_known_to_the_cost() -> None:
    """Unsized lists count as one object; the fragment has only those that are short by nature."""
    parent = graphql_documents.schema(VERSIONS[-1]).type_map["FulfillmentOrder"]
    assert isinstance(parent, GraphQLObjectType)
    unsized = {name for name, field in parent.fields.items() if is_list_type(getattr(field.type, "of_type", None))}
    assert unsized == {"fulfillmentHolds", "supportedActions"}
