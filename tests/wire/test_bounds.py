"""What a target may cost at most, where nobody says otherwise: figures that a vendor may rely on."""

from dataclasses import asdict
from typing import Any

import pytest

from fulfillspec.acting import callbacks, listener
from fulfillspec.documents import graphql_documents
from fulfillspec.documents.operations import NAMED
from fulfillspec.judge import pages as cuts
from fulfillspec.judge import schema, times
from fulfillspec.stage import budget, dialect, supply
from fulfillspec.target import file
from fulfillspec.verdicts import stored
from fulfillspec.wire import body, graphql, limits, pages, rest, throttle
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.connector import Connector


def test_bounds_on_one_exchange() -> None:
    assert asdict(limits.Limits()) == {
        "connect": 5.0,
        "gap": 15.0,
        "whole": 30.0,
        "headers": 262_144,
        "body": 8_388_608,
        "depth": 64,
        "redirects": 3,
        "second_try": 0.5,
        "attempts": 6,
        "retry_after": 60.0,
    }


@pytest.mark.parametrize(
    ("bound", "value"),
    [
        (graphql.MOST_PAGES, 25),
        (pages.MOST_PAGES, 200),
        (stored.LONGEST, 67_108_864),
        (listener._MOST, 65_536),
        (callbacks.SILENCE, 1.0),
        (cuts.WINDOW, 10),
        (schema.MOST_FINDINGS, 20),
        (times.NOW.total_seconds(), 900),
        (times.STOOD.total_seconds(), 2),
        (throttle.REFUSALS, {429, 430}),
        (throttle.IN_A_ROW, 120.0),
        (throttle.OrderPace.AFTER_A_REFUSAL, 5.0),
        (throttle.OrderPace.OF_CALLS, 5.0),
        (supply.QUANTITIES, (3, 2, 1)),
        (dialect.LINES, 3),
        (dialect.VARIANTS, ("service 1", "service 2", "service 3", "movable 1", "movable 2", "movable 3")),
        (dialect.STOCK, 1000),
        (budget.SHARE, 12),
        (budget.MOST, {"core": 60, "certify": 120}),
    ],
)
def test_bounds_of_a_run(bound: Any, value: Any) -> None:
    assert bound == value


@pytest.mark.parametrize("operation", [*graphql_documents.names(), "levitate"])
def test_each_transport_offers_what_it_has(operation: str) -> None:
    over_rest = operation in NAMED and operation not in {"split", "merge"}
    assert rest.Rest({}, "2025-10").offers(operation) is over_rest
    assert graphql.GraphQL({}, "2025-10").offers(operation) is (operation not in {"line_items", "levitate"})
    assert Connector({}, "/").offers(operation) is (operation == "close")


@pytest.mark.parametrize(
    ("text", "twice"),
    [
        ('{"a": 1, "a": 2}', ["a"]),
        ('{"a": 1, "b": 1, "a": 2, "b": 3, "c": 4}', ["a", "b"]),
        ("{" + ", ".join(f'"{name}": 1, "{name}": 2' for name in "ABCDEFG") + "}", list("ABCDE")),
        ('{"a": {"a": 1}, "b": 1}', []),
    ],
)
def test_key_that_occurs_twice_is_noted(text: str, twice: list[str]) -> None:
    found = body.parse(text, depth=8)
    assert found.notes == tuple(f"the key {name!r} occurs twice in one object" for name in twice)
    assert found.error is None


@pytest.mark.parametrize(("text", "depth", "fine"), [("[[1]]", 2, True), ("[[1]]", 1, False), ('["[["]', 1, True)])
def test_depth_counts_brackets_within_each_other(text: str, depth: int, *, fine: bool) -> None:
    assert (body.parse(text, depth=depth).error is None) is fine


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity"])
def test_number_that_json_does_not_have_is_no_json(text: str) -> None:
    assert str(body.parse(text, depth=8).error).startswith("not JSON: ")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "nothing"),
        (True, "true or false (True)"),
        ("x" * 100, "a string ('" + "x" * 79 + ")"),
        (5, "an integer (5)"),
        (0.5, "a number (0.5)"),
        ([1], "a list"),
        ({}, "a section"),
        (b"", "bytes"),
    ],
)
def test_value_of_a_target_file_is_told_by_its_kind(value: Any, told: str) -> None:
    assert file.in_words(value) == told


@pytest.mark.parametrize(
    ("value", "fine"),
    [
        (0.5, True),
        (1, True),
        (0, False),
        (-1, False),
        (float("inf"), False),
        (True, False),
        ("x", False),
        ("auto", True),
    ],
)
def test_number_of_a_target_file_is_above_zero(value: Any, *, fine: bool) -> None:
    section = file.Section("in [limits]", {"orders": value})
    if fine:
        assert section.number("orders", or_else="auto") == value
    else:
        with pytest.raises(file.BadTarget, match='expected a number above 0 or "auto"'):
            section.number("orders", or_else="auto")
    assert file.Section("in [limits]", {}).number("orders") is None


@pytest.mark.parametrize(
    ("value", "fine"), [(1, True), (0, False), (2, True), (1.0, False), (True, False), (None, True)]
)
def test_count_of_a_target_file_is_an_integer_above_zero(value: Any, *, fine: bool) -> None:
    section = file.Section("in [limits]", {"orders": value})
    if fine:
        assert section.count("orders") == value
    else:
        with pytest.raises(file.BadTarget, match="expected an integer above 0"):
            section.count("orders")


def test_section_within_a_section_is_called_by_its_path() -> None:
    top = file.Section("at the top", {"stage": {"ids": {"x": 1}}})
    with pytest.raises(file.BadTarget, match=r"Unknown key 'x' in \[stage\.ids\]: did you mean"):
        top.section("stage").section("ids").only("xy")
    assert list(top.section("absent")) == []


@pytest.mark.parametrize(
    ("status", "said", "error", "told"),
    [
        (None, "", "nobody listens", "no answer: nobody listens"),
        (422, "", None, "refused, HTTP 422"),
        (422, "no", None, "refused, HTTP 422: no"),
    ],
)
def test_answer_is_described(status: int | None, said: str, error: str | None, told: str) -> None:
    from fulfillspec.evidence.log import Exchange

    exchange = Exchange(1, "", "", "merchant", "rest", "close", "act", "POST", "/", status=status, error=error)
    assert Answer(Ask("close", "1"), "merchant", "rest", exchange, "refused", said=said).described() == told
