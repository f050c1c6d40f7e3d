"""A recorded run is told again: each operation's answer as the run had it, pages and all, and nothing besides."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql_answers import VERSION, sample

from fulfillspec.evidence import log
from fulfillspec.evidence.log import Evidence, Exchange
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.wire import recorded as recordings
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.graphql import GraphQL
from fulfillspec.wire.rest import Rest


class Recorded:
    """A session that records prepared answers as those of a target."""

    def __init__(self, log: Evidence, *answers: Any) -> None:
        self.log = log
        self.answers = list(answers)

    def send(self, method: str, path: str, *, params: Any = (), body: bytes | None = None, **request: Any) -> Exchange:
        answer, query = self.answers.pop(0), "&".join(f"{name}={value}" for name, value in params)
        given = request.get("json")
        return self.log.record(
            actor="merchant",
            method=method,
            url=f"http://target{path}?{query}",
            transport=request["transport"],
            operation=request["operation"],
            phase=request["phase"],
            request_body=body.decode() if body is not None else json.dumps(given) if isinstance(given, dict) else None,
            status=200,
            body=json.dumps(answer),
            data=answer,
        )


def told(path: Path) -> list[recordings.RecordedAnswer]:
    return list(recordings.answers(log.read(path, parsed=False)))


def recorded(
    tmp_path: Path, asks: Callable[[Any], list[Answer]], transport: type[GraphQL | Rest], *answers: Any
) -> tuple[list[Answer], list[recordings.RecordedAnswer]]:
    log = Evidence(tmp_path / "evidence.ndjson", Redactor())
    had = asks(transport({"merchant": Recorded(log, *answers)}, VERSION))
    log.close()
    return had, told(tmp_path / "evidence.ndjson")


def page(first: int, count: int, cursor: str | None, lines: Any = None) -> Any:
    body = sample("list")
    node = body["data"]["order"]["fulfillmentOrders"]["nodes"][0]
    bare = {**node, "assignedLocation": {"location": node["assignedLocation"]["location"]}}  # nothing to be redacted
    rows = [{**bare, "id": f"gid://shopify/FulfillmentOrder/{first + n}"} for n in range(count)]
    body["data"]["order"]["fulfillmentOrders"] = {"nodes": rows, "pageInfo": info(cursor)}
    for row in rows if lines else ():
        row["lineItems"] = lines
    return body


def lines(first: int, cursor: str | None) -> Any:
    row = sample("line_items")["data"]["fulfillmentOrder"]["lineItems"]["nodes"][0]
    return {"nodes": [{**row, "id": f"gid://shopify/FulfillmentOrderLineItem/{first}"}], "pageInfo": info(cursor)}


def info(cursor: str | None) -> Any:
    return {"hasNextPage": cursor is not None, "endCursor": cursor}


PAGES = (
    page(1, 2, "a", lines(1, "x")),
    page(3, 1, None, lines(1, None)),
    {"data": {"fulfillmentOrder": {"id": "gid://shopify/FulfillmentOrder/1", "lineItems": lines(2, None)}}},
    {"data": {"fulfillmentOrder": {"id": "gid://shopify/FulfillmentOrder/2", "lineItems": lines(2, None)}}},
)


def test_pages_of_a_list_and_of_line_items_are_put_together(tmp_path: Path) -> None:
    def asks(transport: Any) -> list[Answer]:
        return [transport.perform("merchant", Ask("list", None, {"order_id": "5"}), phase="look")]

    (had,), (again,) = recorded(tmp_path, asks, GraphQL, *PAGES)
    assert [order.id for order in had.listed] == ["1", "2", "3"]
    assert again.answer.listed == had.listed
    assert again.answer.body == had.body
    assert again.answer.exchange.n == had.exchange.n
    assert (again.order_id, again.missing) == ("5", "")


def test_page_that_was_not_recorded_is_named(tmp_path: Path) -> None:
    def asks(transport: Any) -> list[Answer]:
        return [transport.perform("merchant", Ask("list", None, {"order_id": "5"}))]

    recorded(tmp_path, asks, GraphQL, *PAGES)
    rows = list(log.read(tmp_path / "evidence.ndjson", parsed=False))
    assert [one.missing for one in recordings.answers(rows[:1])] == ["the page of list after exchange 1"]
    (again,) = recordings.answers(rows[:2])
    assert again.missing == "the page of line_items after exchange 1"


def test_rest_answers_carry_order_and_parameters_of_their_url(tmp_path: Path) -> None:
    row = {"id": 7, "order_id": 5, "line_items": []}

    def asks(transport: Any) -> list[Answer]:
        return [
            transport.perform("merchant", Ask("get", "7", {"include_order_reference_fields": True})),
            transport.perform("merchant", Ask("list", None, {"order_id": "5"})),
        ]

    had, again = recorded(tmp_path, asks, Rest, {"fulfillment_order": row}, {"fulfillment_orders": [row]})
    assert [one.answer.ask.order for one in again] == ["7", None]
    assert [one.order_id for one in again] == [None, "5"]
    assert [one.includes for one in again] == [{"include_order_reference_fields"}, frozenset()]
    assert [one.answer.outcome for one in again] == [one.outcome for one in had] == ["accepted"] * 2


@pytest.mark.parametrize("operation", ["probe_shop", "create_order", "unknown_field", "hook_state"])
def test_what_is_no_operation_on_fulfillment_orders_is_passed_over(operation: str, tmp_path: Path) -> None:
    def asks(transport: Any) -> list[Answer]:
        return [transport.perform("merchant", Ask("get", "7"))]

    recorded(tmp_path, asks, Rest, {})
    (row,) = log.read(tmp_path / "evidence.ndjson", parsed=False)
    assert list(recordings.answers([replace(row, operation=operation)])) == []


def test_only_the_last_exchange_of_a_call_is_its_answer(tmp_path: Path) -> None:
    def asks(transport: Any) -> list[Answer]:
        return [transport.perform("merchant", Ask("get", "7"))]

    recorded(tmp_path, asks, Rest, {})
    (row,) = log.read(tmp_path / "evidence.ndjson", parsed=False)
    busy, again = replace(row, status=429), replace(row, n=2, follows=1)
    assert [one.answer.exchange.n for one in recordings.answers([busy, again, replace(row, n=3)])] == [2, 3]
