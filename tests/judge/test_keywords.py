"""The words of a schema by themselves: what each of them refuses, at its bound, and where an error stands."""

from typing import Any

import pytest
from graphql_answers import VERSION, refusal
from looks import answer, order, picture

from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import Line
from fulfillspec.judge import invariants, keywords, sources
from fulfillspec.judge.standing import Standing
from fulfillspec.wire.answer import Answer, Ask


def errors(schema: dict[str, Any], value: object) -> list[tuple[str, tuple[Any, ...]]]:
    return [(one.message, tuple(one.absolute_path)) for one in keywords.validator(schema).iter_errors(value)]  # type: ignore[arg-type]


TYPES = {"string": "x", "integer": 1, "number": 1.5, "boolean": True, "object": {}, "array": [], "null": None}


@pytest.mark.parametrize("name", TYPES)
def test_value_has_the_type_that_its_words_say(name: str) -> None:
    for other, value in TYPES.items():
        assert (errors({"type": name}, value) == []) is (other == name)
        assert (errors({"type": [name, "null"]}, value) == []) is (other in {name, "null"})
    assert errors({"type": "integer"}, 1.0), "1.0 is no whole number"
    assert errors({"items": {"type": "integer"}}, [True]), "true is no number"


@pytest.mark.parametrize(
    ("value", "fine"), [("a", True), ("b", True), (None, True), ("c", False), (1, False), ([], False)]
)
def test_value_is_one_of_an_enumeration(value: object, *, fine: bool) -> None:
    assert (errors({"enum": ["a", "b", None, 1]}, value) == []) is fine, "only words and null are compared"


@pytest.mark.parametrize(
    ("value", "fine"), [(0, True), (1, True), (-1, False), (-0.5, False), (False, True), ("x", True)]
)
def test_number_has_its_least_value(value: object, *, fine: bool) -> None:
    assert (errors({"minimum": 0}, value) == []) is fine


def test_missing_key_is_an_error_at_its_own_place() -> None:
    schema = {"properties": {"a": {"required": ["b", "c"], "properties": {"b": {"type": "string"}}}}, "required": ["a"]}
    assert errors(schema, {}) == [("required", ("a",))]
    assert errors(schema, {"a": {}}) == [("required", ("a", "b")), ("required", ("a", "c"))]
    assert errors(schema, {"a": {"b": 1}}) == [("required", ("a", "c")), ("type", ("a", "b"))]
    assert errors(schema, {"a": {"b": "x", "c": None}}) == []
    assert errors(schema, []) == errors(schema, "a") == [], "what is no object has no keys to miss"


@pytest.mark.parametrize(
    ("value", "fine"),
    [(["a", "b"], True), (["a", "a"], False), ([1, 1], True), (["a", 1, "a"], False), ([], True), ("aa", True)],
)
def test_words_of_a_list_are_each_once(value: object, *, fine: bool) -> None:
    assert (errors({"uniqueItems": True}, value) == []) is fine
    assert errors({"uniqueItems": False}, value) == []


BRANCHES = {
    "anyOf": [
        {"required": ["a", "b"], "properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
        {"required": ["c"], "properties": {"c": {"type": "string"}}},
        {"type": "string"},
    ]
}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"a": "x", "b": "y"}, []),
        ({"c": "x"}, []),
        ("text", []),
        ({"a": "x", "b": 1}, [("type", ("b",))]),
        ({"a": "x"}, [("required", ("b",))]),
        ({}, [("required", ("c",))]),
        ({"c": 1}, [("type", ("c",))]),
        ({"a": 1, "b": 1, "c": 1}, [("type", ("c",))]),
    ],
)
def test_nearest_of_several_alternatives_speaks_and_the_first_of_those_that_are_alike(value: Any, found: Any) -> None:
    assert errors(BRANCHES, value) == found


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("2026-03-01T12:00:00Z", True),
        ("2026-03-01T12:00:00.123456-05:00", True),
        ("2026-03-01T12:00:00+0100", True),
        ("2026-03-01T12:00:00+01", True),
        ("2026-03-01T12:00:00", False),
        ("2026-03-01 12:00:00Z", False),
        ("2026-13-01T12:00:00Z", False),
        ("2026-02-30T12:00:00Z", False),
        ("2026-03-01T24:00:01Z", False),
        ("2026-03-01", False),
        ("yesterday", False),
        (5, True),
    ],
)
def test_instant_has_its_form_and_exists(text: object, *, fine: bool) -> None:
    assert (errors({"format": "date-time"}, text) == []) is fine


@pytest.mark.parametrize(
    ("text", "fine"), [("2026-02-28", True), ("2026-02-30", False), ("2026-2-28", False), ("x", False), (5, True)]
)
def test_day_has_its_form_and_exists(text: object, *, fine: bool) -> None:
    assert (errors({"format": "date"}, text) == []) is fine


def test_what_only_describes_is_left_out_and_properties_of_that_name_are_not() -> None:
    schema = {"title": "t", "x-note": 1, "properties": {"title": {"type": "string", "description": "d"}}}
    assert keywords._bare(schema) == {"properties": {"title": {"type": "string"}}}
    assert errors(schema, {"title": 1}) == [("type", ("title",))]
    assert keywords._bare([{"$id": "a"}, 5]) == [{}, 5]


@pytest.mark.parametrize("operation", ["close", "reject", "open", "accept"])
def test_refusal_over_graphql_is_told_by_field_and_holds_elsewhere(operation: str) -> None:
    root = graphql_documents.document(operation, VERSION).root

    def told(body: Any, status: int = 200) -> dict[str, bool]:
        exchange = Exchange(
            1, "", "", "merchant", "graphql", operation, "act", "POST", "/", status=status,
            headers={"content-type": "application/json"}, data=body,
        )  # fmt: skip
        refused = Answer(Ask(operation, "1"), "merchant", "graphql", exchange, "refused", said="no", body=body)
        return {one.requirement: one.holds for one in Standing("graphql", VERSION).of_answer(refused)}

    sound = told(refusal(operation))
    assert sound["FO-GQL-STATUS-200"]
    assert sound["FO-GQL-USER-ERRORS-NON-NULL"]
    assert all(sound.values())
    assert "FO-ERR-READABLE" not in sound, "that is a row of REST"
    late = told(refusal(operation), status=201)
    assert {name for name, holds in late.items() if not holds} == {"FO-GQL-STATUS-200"}
    mute = refusal(operation)
    mute["data"][root]["userErrors"] = None
    assert told(mute)["FO-GQL-USER-ERRORS-NON-NULL"] is False


LEFT = (Line("10", "100", 3, 1, "1"), Line("11", "101", 2, 2, "1"))


@pytest.mark.parametrize(
    ("lines", "fine"),
    [
        (LEFT, True),
        ((Line("10", "100", 1, 1, "1"), LEFT[1]), False),
        (LEFT[:1], False),
        (LEFT[1:], False),
        ((), False),
    ],
)
def test_only_what_is_fulfilled_entirely_may_go_from_the_list(lines: tuple[Line, ...], *, fine: bool) -> None:
    """Of three units two were fulfilled: a line item that is gone takes those with it only if nothing of it was left."""
    found = invariants.of_step(answer("move"), picture(order(lines=LEFT)), picture(order(lines=lines)))
    judged = {one.requirement: one.holds for one in found}
    assert judged["FO-INV-QUANTITY"] is fine
    done = (Line("10", "100", 3, 0, "1"), LEFT[1])
    gone = invariants.of_step(answer("move"), picture(order(lines=done)), picture(order(lines=done[1:])))
    assert all(one.holds for one in gone if one.requirement == "FO-INV-QUANTITY")
    less = (Line("10", "100", 2, 0, "1"), LEFT[1])
    shrunk = invariants.of_step(answer("move"), picture(order(lines=done)), picture(order(lines=less)))
    assert [one.holds for one in shrunk if one.requirement == "FO-INV-QUANTITY"] == [False]


@pytest.mark.parametrize(
    "key", ["address1", "city", "countryCode", "email", "first_name", "lastName", "zip", "province"]
)
def test_destination_is_compared_part_by_part_by_who_saw_it(key: str) -> None:
    """What is empty for another caller was withheld; for the same caller it is a change."""
    known = sources.Known()
    got = answer("get")
    rows = [{key: "m", "id": 1}, {key: "a", "id": 2}, {key: "z", "id": 3}, {key: None}, {"id": 4}]
    first, *others = (order(raw={"destination": row}) for row in rows)
    assert [one.holds for one in sources.of_order(first, got, known) if one.requirement == "FO-INV-DESTINATION"] == []
    seen = [
        [one.holds for one in sources.of_order(each, got, known) if one.requirement == "FO-INV-DESTINATION"]
        for each in (first, *others)
    ]
    assert seen == [[], [False], [False], [False], [True]]
