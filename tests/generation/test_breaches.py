"""The table of broken requests rests on the register and on the document; who drives what covers every operation."""

import ast
from pathlib import Path

import pytest

from fulfillspec.documents import lifecycle, register
from fulfillspec.documents.operations import LOOKS
from fulfillspec.generation import rest_driver
from fulfillspec.generation.bodies import RequestDocument
from fulfillspec.generation.breaches import BREACHES, Breach, put, too_long, without_lines
from fulfillspec.generation.rest_driver import STANDS, driven, operations
from fulfillspec.suite import coverage

DOCUMENT = RequestDocument()
ROOT = Path(__file__).resolve().parents[2]


def named(row: Breach) -> str:
    return f"{row.operation}-{'.'.join(row.at) or 'body'}-{row.how}".replace("*", "any")


@pytest.mark.parametrize("row", BREACHES, ids=named)
def test_breach_rests_on_a_row_of_the_register(row: Breach) -> None:
    known = register.load().get(row.requirement)
    assert "rest" in known.transports
    assert not known.not_tested
    assert any("test_broken_request" in judge for judge in coverage.judges()[row.requirement])


@pytest.mark.parametrize("row", [row for row in BREACHES if row.at and row.at != ("path",)], ids=named)
def test_breach_breaks_what_the_document_says(row: Breach) -> None:
    schema = DOCUMENT.part(row.operation, *row.at)
    match row.how:
        case "missing":
            assert row.at[-1] in DOCUMENT.part(row.operation, *row.at[:-1])["required"]
        case "null":
            assert "null" not in schema["type"]
        case "long":
            assert schema["maxLength"]
        case "much":
            assert schema["type"] == "integer"
        case _:
            assert row.how in {"past", "unknown"}


def test_unknown_ids_and_broken_bodies_cover_what_the_document_has() -> None:
    with_id = {name for name in operations() if DOCUMENT.names_in_path(name)}
    assert {row.operation for row in BREACHES if row.at == ("path",)} == with_id
    required = {name for name in operations() if DOCUMENT.is_required(name)}
    assert {row.operation for row in BREACHES if row.how == "syntax"} == required


def test_every_operation_is_driven_where_the_documents_have_it_succeed() -> None:
    assert set(STANDS) == set(operations())
    life = lifecycle.load()
    for name, (actor, state) in STANDS.items():
        if name in {"list", "get", "assigned", "locations_for_move", "list_fulfillments"}:
            continue
        if name in {"update_tracking", "cancel_fulfillment", "set_deadline"}:
            continue
        assert life.cell(state, name, actor, "2025-10").outcome == "accept", name


def test_every_operation_is_asked_for_without_a_known_token() -> None:
    assert [one.operation for one in driven("operation_asked")] == list(operations())
    tree = ast.parse((ROOT / "suites" / "test_scopes.py").read_text("utf-8"))
    bare = [node for node in tree.body if isinstance(node, ast.FunctionDef) and "without_a_token" in node.name]
    calls = [
        node.func.attr if node.func.attr != "ask" else ast.literal_eval(node.args[0])
        for case in bare
        for node in ast.walk(case)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and "anonymous" in ast.dump(node.func)
    ]
    assert set(calls) >= LOOKS
    assert {"accept", "cancel", "hold", "create_fulfillment"} <= rest_driver._ASKED_BARE


def test_a_value_is_put_at_its_place_or_taken_out() -> None:
    body = {"hold": {"reason": "other", "rows": [{"id": 1, "quantity": 2}]}}
    assert put(body, ("hold", "reason"), 5, missing=False)["hold"]["reason"] == 5
    assert put(body, ("hold", "reason"), 5, missing=True) == {"hold": {"rows": [{"id": 1, "quantity": 2}]}}
    assert put(body, ("hold", "rows", "*", "id"), 9, missing=False)["hold"]["rows"] == [{"id": 9, "quantity": 2}]
    assert without_lines({"a": {"fulfillment_order_line_items": [1], "b": 2}}) == {"a": {"b": 2}}


def test_a_text_breaks_the_length_by_itself_alone() -> None:
    limit = {"type": "string", "maxLength": 3}
    assert [value for value in ("abcd", " abcd", "abc", None, 5) if too_long(value, limit)] == ["abcd"]
