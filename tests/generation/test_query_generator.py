"""Generated GraphQL documents: queries only, sound or broken as asked for, small, and the same for the same seed."""

from typing import Any, TypeGuard

import pytest
from graphql import ArgumentNode, OperationDefinitionNode, OperationType, parse, print_schema, validate, visit
from graphql.language import Visitor

from fulfillspec.documents import graphql_documents
from fulfillspec.generation.breaches import VARIABLES
from fulfillspec.generation.graphql_driver import asked
from fulfillspec.generation.queries import _MOST_FIELDS, ROOTS, QueryGenerator, _narrowed, plain
from fulfillspec.generation.rest_driver import STANDS

VERSIONS = ("2024-10", graphql_documents.versions()[-1])


@pytest.fixture(scope="module", params=VERSIONS)
def questions(request: pytest.FixtureRequest) -> QueryGenerator:
    return QueryGenerator(request.param, 3)


@pytest.fixture(scope="module")
def made(questions: QueryGenerator) -> dict[str, tuple[list[Any], list[str]]]:
    """Documents of each root: sound ones, and texts that are broken."""
    return {root: (questions.allowed(root, 3), questions.broken(root, 4)) for root in ROOTS}


def complaints(questions: QueryGenerator, text: str) -> list[str]:
    return [error.message for error in validate(questions._schema, parse(text))]


@pytest.mark.parametrize("root", ROOTS)
def test_allowed_queries_fit_the_schema_and_are_small(questions: QueryGenerator, made: Any, root: str) -> None:
    found, _ = made[root]
    assert len({one.text for one in found}) == len(found) >= 2
    for one in found:
        assert complaints(questions, one.text) == []
        assert one.root == root
        assert one.text.count("\n") <= 2 * _MOST_FIELDS
        assert bool(one.operation.variable_definitions) == (root in {"fulfillmentOrder", "order"})


@pytest.mark.parametrize("root", ROOTS)
def test_broken_queries_break_the_schema_in_several_ways(questions: QueryGenerator, made: Any, root: str) -> None:
    found = [complaints(questions, text) for text in made[root][1]]
    assert all(found)
    assert any("Cannot query field" in each[0] for each in found)
    assert len({each[0][:12] for each in found}) >= 2


@pytest.mark.parametrize("version", VERSIONS)
def test_schema_that_documents_are_generated_from_has_no_mutations(version: str) -> None:
    assert "Mutation" in print_schema(graphql_documents.schema(version))
    assert "Mutation" not in _narrowed(version)


def test_no_generated_document_can_change_anything(made: Any) -> None:
    texts = [text for sound, broken in made.values() for text in (*(one.text for one in sound), *broken)]
    kinds = [part.operation for text in texts for part in parse(text).definitions if _is_operation(part)]
    assert set(kinds) == {OperationType.QUERY}


def _is_operation(part: object) -> TypeGuard[OperationDefinitionNode]:
    return isinstance(part, OperationDefinitionNode)


def test_no_generated_query_names_an_id_of_its_own(made: Any) -> None:
    class Ids(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: object) -> None:
            if node.name.value == "id":
                found.append(type(node.value).__name__)

    found: list[str] = []
    for sound, _ in made.values():
        for one in sound:
            visit(one.node, Ids())
    assert set(found) == {"VariableNode"}


def test_same_seed_gives_the_same_documents_and_another_seed_others() -> None:
    first, again, other = (QueryGenerator("2025-10", seed) for seed in (4, 4, 5))
    texts = [[one.text for one in each.allowed("order", 3)] + each.broken("order", 3) for each in (first, again, other)]
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.parametrize("root", ROOTS)
def test_plain_query_fits_every_version(root: str) -> None:
    for version in graphql_documents.versions():
        assert validate(graphql_documents.schema(version), plain(root, version).node) == []


def test_broken_variables_are_those_of_documents_and_operations_are_known() -> None:
    for operation, variable, _ in VARIABLES:
        declared = graphql_documents.document(operation, "2025-10").operation.variable_definitions or ()
        assert variable in {one.variable.name.value for one in declared}
        assert operation in STANDS
    assert set(asked("variables_broken")) == {name for name, *_ in VARIABLES}
