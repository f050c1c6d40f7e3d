"""Every operation of the OpenAPI document with generated requests: answered, refused where the documents demand it, closed to strangers."""

import pytest

pytestmark = [pytest.mark.generated, pytest.mark.transports("rest")]


def test_operation_is_closed_without_a_token_that_is_known(stage, generated, operation_asked):
    generated.knock(operation_asked)


@pytest.mark.certify
def test_documented_request_is_answered_as_documented(stage, generated, operation_sent):
    generated.send(operation_sent)


@pytest.mark.certify
def test_broken_request_is_refused_and_changes_nothing(stage, generated, operation_broken):
    generated.breach(operation_broken)
