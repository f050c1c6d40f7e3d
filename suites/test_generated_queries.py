"""Generated documents over GraphQL: answered by the schema, refused where they break it, closed to strangers."""

import pytest

pytestmark = [pytest.mark.generated, pytest.mark.transports("graphql")]


def test_query_is_closed_without_a_token_that_is_known(stage, generated_queries, query_asked):
    generated_queries.ask_without_token(query_asked, "FO-SCOPE-ANONYMOUS")


def test_mutation_is_closed_to_a_token_that_nobody_has(stage, generated_queries, mutation_asked):
    generated_queries.mutate_without_token(mutation_asked, "FO-SCOPE-ANONYMOUS")


@pytest.mark.certify
def test_query_that_the_schema_allows_is_answered_by_it(stage, generated_queries, query_sent):
    generated_queries.send(query_sent, agreed="FO-INV-OBSERVERS")


@pytest.mark.certify
def test_query_that_the_schema_forbids_is_refused(stage, generated_queries, query_broken):
    generated_queries.send_broken(query_broken, "FO-GQL-UNKNOWN-FIELD")


@pytest.mark.certify
def test_variables_of_another_type_are_refused_and_change_nothing(stage, generated_queries, variables_broken):
    generated_queries.send_mistyped(variables_broken, "FO-GQL-VARIABLES")
