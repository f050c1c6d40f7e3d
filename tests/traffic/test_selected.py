"""GraphQL requests of any shape are read in the plain form: one root field each, as if nothing had been renamed."""

from typing import Any

import pytest

from fulfillspec.traffic import selected
from fulfillspec.traffic.selected import Root

VERSION = "2025-10"
ONE = "gid://shopify/FulfillmentOrder/7"


def roots(text: str, variables: Any = None, named: str | None = None) -> list[Root]:
    found = selected.roots({"query": text, "variables": variables, "operationName": named}, VERSION)
    assert found is not None
    return found


def plain(text: str, data: Any, variables: Any = None) -> Any:
    """Return the payload of the only root field in the plain form."""
    (root,) = roots(text, variables)
    return root.body({"data": data})["data"][root.field.name]


def test_aliases_are_undone_at_every_depth() -> None:
    text = f'{{ a: fulfillmentOrder(id: "{ONE}") {{ s: status at: assignedLocation {{ n: name }} }} }}'
    assert plain(text, {"a": {"s": "OPEN", "at": {"n": "Here"}}}) == {
        "status": "OPEN",
        "assignedLocation": {"name": "Here"},
    }


def test_fragments_named_and_inline_are_part_of_what_is_asked_for() -> None:
    text = f"""{{ fulfillmentOrder(id: "{ONE}") {{ ...F ... on FulfillmentOrder {{ requestStatus }} ... on Node {{ id }} }} }}
        fragment F on FulfillmentOrder {{ status __typename }}"""
    (root,) = roots(text)
    assert {part.name for part in root.field.parts or ()} == {"status", "requestStatus", "id"}


def test_fragment_that_spreads_itself_ends() -> None:
    text = f'{{ fulfillmentOrder(id: "{ONE}") {{ ...F }} }} fragment F on FulfillmentOrder {{ status ...F }}'
    assert [part.name for part in roots(text)[0].field.parts or ()] == ["status"]


@pytest.mark.parametrize(
    ("directive", "variables", "asked"),
    [
        ("@include(if: $yes)", {"yes": True}, True),
        ("@include(if: $yes)", {"yes": False}, False),
        ("@skip(if: $yes)", {"yes": True}, False),
        ("@skip(if: false)", {}, True),
        ("@include(if: $yes)", {}, False),
    ],
)
def test_directives_decide_what_is_asked_for(directive: str, variables: dict[str, bool], *, asked: bool) -> None:
    text = f'query Q($yes: Boolean = false) {{ fulfillmentOrder(id: "{ONE}") {{ id status {directive} }} }}'
    (root,) = roots(text, variables)
    assert (root.field.below("status") is not None) is asked


def test_edges_are_nodes() -> None:
    text = f'{{ fulfillmentOrder(id: "{ONE}") {{ lineItems(first: 5) {{ edges {{ node {{ id }} }} }} }} }}'
    found = plain(text, {"fulfillmentOrder": {"lineItems": {"edges": [{"node": {"id": "x"}}]}}})
    assert found["lineItems"]["nodes"] == [{"id": "x"}]


@pytest.mark.parametrize(
    ("arguments", "page", "whole"),
    [
        ("(first: 2)", None, True),
        ("(first: 1)", None, False),
        ("(first: 1)", False, True),
        ("(first: 9)", True, False),
        ('(first: 9, after: "c")', False, False),
    ],
)
def test_page_of_line_items_is_not_taken_for_all_of_them(*, arguments: str, page: bool | None, whole: bool) -> None:
    text = f'{{ fulfillmentOrder(id: "{ONE}") {{ lineItems{arguments} {{ nodes {{ id }} pageInfo {{ hasNextPage }} }} }} }}'
    (root,) = roots(text)
    shown = {"nodes": [{"id": "x"}], **({} if page is None else {"pageInfo": {"hasNextPage": page}})}
    known = root.known(root.body({"data": {"fulfillmentOrder": {"lineItems": shown}}}))
    assert (known["data"]["fulfillmentOrder"]["lineItems"] is not None) is whole


def test_operation_is_the_one_that_is_named() -> None:
    text = f'query A {{ shop {{ name }} }} query B {{ fulfillmentOrder(id: "{ONE}") {{ id }} }}'
    assert [root.field.name for root in roots(text, named="B")] == ["fulfillmentOrder"]
    assert selected.roots({"query": text}, VERSION) is None


def test_each_root_field_has_its_own_answer_and_errors() -> None:
    text = 'mutation { a: fulfillmentOrderOpen(id: "x") { userErrors { message } } b: fulfillmentOrderOpen(id: "y") { userErrors { message } } }'
    first, second = roots(text)
    data = {"data": {"a": {"userErrors": []}, "b": None}, "errors": [{"message": "No.", "path": ["b"]}]}
    assert first.body(data) == {"data": {"fulfillmentOrderOpen": {"userErrors": []}}}
    assert second.body(data) == {"data": {"fulfillmentOrderOpen": None}, "errors": data["errors"]}


def test_field_that_is_asked_for_twice_is_left_out() -> None:
    text = f'{{ fulfillmentOrder(id: "{ONE}") {{ id a: lineItems(first: 1) {{ nodes {{ id }} }} b: lineItems(last: 1) {{ nodes {{ id }} }} }} }}'
    assert [part.name for part in roots(text)[0].field.parts or ()] == ["id"]


def test_what_the_schema_does_not_have_is_left_out() -> None:
    text = f'{{ fulfillmentOrder(id: "{ONE}") {{ id aFieldOfTomorrow {{ id }} }} }}'
    assert [part.name for part in roots(text)[0].field.parts or ()] == ["id"]


def test_node_that_is_a_fulfillment_order_is_asked_for_by_its_id() -> None:
    (root,) = roots(f'{{ node(id: "{ONE}") {{ ... on FulfillmentOrder {{ status }} }} }}')
    assert (root.field.name, root.document.root) == ("fulfillmentOrder", "fulfillmentOrder")


def test_arguments_are_those_of_the_document_and_of_its_variables() -> None:
    text = 'mutation M($id: ID!, $m: String = "Go", $none: Boolean) { fulfillmentOrderClose(id: $id, message: $m) { userErrors { message } } }'
    (root,) = roots(text, {"id": ONE})
    assert root.field.arguments == {"id": ONE, "message": "Go"}


@pytest.mark.parametrize(
    "sent", [{}, {"query": 3}, {"query": "{"}, {"query": "subscription { x }"}, {"query": "{ a" * 3000}]
)
def test_request_that_cannot_be_read_is_none(sent: dict[str, Any]) -> None:
    assert selected.roots(sent, VERSION) is None
