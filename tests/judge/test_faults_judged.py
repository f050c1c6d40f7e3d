"""A fault of the server is a deviation under one row where it repeats, and says nothing about the content."""

from dataclasses import replace

import pytest

from fulfillspec.evidence.log import Exchange
from fulfillspec.judge.standing import Standing
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.graphql import read_answer as graphql_answer
from fulfillspec.wire.rest import read_answer as rest_answer

INTERNAL = {"data": None, "errors": [{"message": "no", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}


def answered(operation: str, transport: str, status: int | None = 500, data: object = None) -> Answer:
    exchange = Exchange(1, "", "", "merchant", transport, operation, "", "POST", "/", status=status, data=data)
    read = rest_answer if transport == "rest" else graphql_answer
    return read(Ask(operation, "1"), "merchant", exchange)


def broken(standing: Standing, answer: Answer) -> list[str]:
    return [finding.requirement for finding in standing.of_answer(answer) if not finding.holds]


@pytest.mark.parametrize(
    ("transport", "status", "data"),
    [("rest", 500, None), ("rest", None, None), ("graphql", 500, None), ("graphql", 200, INTERNAL)],
)
def test_of_what_acts_the_second_fault_is_a_deviation(transport: str, status: int | None, data: object) -> None:
    standing = Standing(transport, "2025-10")
    assert broken(standing, answered("submit", transport, status, data)) == []
    assert broken(standing, answered("hold", transport, status, data)) == ["FO-ERR-ANSWERS"]


@pytest.mark.parametrize(("transport", "status", "data"), [("rest", 500, None), ("graphql", 200, INTERNAL)])
def test_of_what_reads_it_is_one_at_once(transport: str, status: int, data: object) -> None:
    assert broken(Standing(transport, "2025-10"), answered("list", transport, status, data)) == ["FO-ERR-ANSWERS"]


def test_an_answer_without_data_and_errors_is_of_the_wrong_form_alone() -> None:
    assert broken(Standing("graphql", "2025-10"), answered("list", "graphql", 200, {})) == ["FO-GQL-ENVELOPE"]


def test_nobody_there_is_no_word_on_how_the_target_answers() -> None:
    gone = answered("list", "rest", None)
    gone = replace(gone, exchange=replace(gone.exchange, error="not connected: connection refused"))
    assert broken(Standing("rest", "2025-10"), gone) == []
