"""A fault of the server that passes is no word on what was asked: what changes nothing is asked once more."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from wired import Time, ask

from fulfillspec.evidence.log import Evidence
from fulfillspec.wire.faults import reads
from fulfillspec.wire.http import Http
from fulfillspec.wire.transfer import Received

FINE = Received(status=200, raw=b"{}")
FAULT = Received(status=500, raw=b"{}")
INTERNAL = Received(
    status=200, raw=json.dumps({"errors": [{"extensions": {"code": "INTERNAL_SERVER_ERROR"}}], "data": None}).encode()
)
QUERY = {"query": "query { shop { name } }", "variables": {}}


@pytest.fixture
def answering(connect: Callable[..., Http], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Http]:
    """Make a client that gets these answers, one after the other."""

    def made(*answers: Received) -> Http:
        http, left = connect("http://127.0.0.1:9"), list(answers)
        monkeypatch.setattr(http._transfer, "carry", lambda *_: left.pop(0))
        return http

    return made


@pytest.mark.parametrize("fault", [FAULT, INTERNAL], ids=["500", "INTERNAL_SERVER_ERROR"])
def test_a_read_is_asked_once_more_and_that_is_noted(
    answering: Callable[..., Http], evidence: Evidence, time: Time, fault: Received
) -> None:
    begun = time.now
    exchange = ask(answering(fault, FINE))
    assert (exchange.n, exchange.status, exchange.data, exchange.follows) == (2, 200, {}, 1)
    assert evidence.passing == [("get", 2)]
    assert time.now > begun


def test_a_query_is_a_read_and_a_mutation_is_none(answering: Callable[..., Http]) -> None:
    sent: dict[str, Any] = {"method": "POST", "transport": "graphql"}
    assert ask(answering(INTERNAL, FINE), json=QUERY, **sent).n == 2
    assert not reads("POST", {"query": "mutation { fulfillmentOrderOpen { userErrors { message } } }"})
    assert not reads("POST", None)


def test_what_acts_is_never_repeated(answering: Callable[..., Http], evidence: Evidence) -> None:
    assert ask(answering(FAULT), method="POST", json={}).status == 500
    assert evidence.exchanges == 1
    assert evidence.passing == []


def test_a_fault_that_repeats_is_the_answer_and_is_not_waited_for_again(
    answering: Callable[..., Http], evidence: Evidence, time: Time
) -> None:
    http = answering(FAULT, FAULT, FAULT, FAULT)
    assert ask(http).status == 500
    waited = time.now
    assert ask(http).status == 500
    assert time.now == waited
    assert (evidence.exchanges, evidence.passing) == (4, [])
