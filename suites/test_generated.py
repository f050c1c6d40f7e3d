"""Every operation of the OpenAPI document with generated requests: answered, refused where the documents demand it, closed to strangers."""

import pytest

pytestmark = [pytest.mark.generated, pytest.mark.transports("rest")]


def test_operation_is_closed_without_a_token_that_is_known(stage, generated_requests, operation_asked):
    generated_requests.ask_without_token(operation_asked)


@pytest.mark.certify
def test_documented_request_is_answered_as_documented(stage, generated_requests, operation_sent):
    generated_requests.send(operation_sent)


@pytest.mark.certify
def test_broken_request_is_refused_and_changes_nothing(stage, generated_requests, operation_broken):
    generated_requests.send_broken(operation_broken)
