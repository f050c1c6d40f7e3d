"""Generated documents over GraphQL: answered by the schema, refused where they break it, closed to strangers."""

import pytest

pytestmark = [pytest.mark.generated, pytest.mark.transports("graphql")]


def test_query_is_closed_without_a_token_that_is_known(stage, questioned, query_asked):
    questioned.knock(query_asked, "FO-SCOPE-ANONYMOUS")


def test_mutation_is_closed_to_a_token_that_nobody_has(stage, questioned, mutation_asked):
    questioned.tries(mutation_asked, "FO-SCOPE-ANONYMOUS")


@pytest.mark.certify
def test_query_that_the_schema_allows_is_answered_by_it(stage, questioned, query_sent):
    questioned.send(query_sent, agreed="FO-INV-OBSERVERS")


@pytest.mark.certify
def test_query_that_the_schema_forbids_is_refused(stage, questioned, query_broken):
    questioned.breach(query_broken, "FO-GQL-UNKNOWN-FIELD")


@pytest.mark.certify
def test_variables_of_another_type_are_refused_and_change_nothing(stage, questioned, variables_broken):
    questioned.vary(variables_broken, "FO-GQL-VARIABLES")
