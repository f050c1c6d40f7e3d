"""No personal datum is left of recorded GraphQL, whatever a request calls the fields; nothing else is changed."""

import json
from typing import Any

import pytest

from fulfillspec.evidence.redaction import Redactor
from fulfillspec.traffic import cleaned

TEXT = """query Q { o: order(id: 1) { who: customer { a: firstName b: email c: displayName } at: createdAt ...D }
    p: order(id: 2) { x: phone n: name } }
    fragment D on Order { s: shippingAddress { street: address1 ... on MailingAddress { z: zip town: city } } }"""
DATA = {
    "data": {
        "o": {
            "who": {"a": "Ada-Maria", "b": "ada@her.example", "c": "Ada M."},
            "at": "2025-11-22T12:00:00Z",
            "s": {"street": "Analytical Lane 5", "z": "Z-1815", "town": "Lovelace-upon-Tyne"},
        },
        "p": {"x": "+44 555 0101", "n": "#1001"},
    },
    "extensions": {"cost": {"actualQueryCost": 3}},
}
PERSONAL = (
    "Ada-Maria",
    "ada@her.example",
    "Ada M.",
    "Analytical Lane 5",
    "Z-1815",
    "Lovelace-upon-Tyne",
    "+44 555 0101",
)


def test_personal_data_under_aliases_are_replaced() -> None:
    found = cleaned.answer({"query": TEXT}, json.dumps(DATA), Redactor().body)
    assert [value for value in PERSONAL if value in found] == []


def test_everything_else_stays_where_it_was() -> None:
    found: Any = json.loads(cleaned.answer({"query": TEXT}, json.dumps(DATA), Redactor().body))
    assert found["data"]["o"]["at"] == "2025-11-22T12:00:00Z"
    assert found["data"]["p"]["n"] == "#1001"
    assert found["extensions"] == DATA["extensions"]
    assert found["data"]["o"].keys() == DATA["data"]["o"].keys()  # type: ignore[index]


def test_two_aliases_of_one_field_are_both_replaced() -> None:
    text = "{ order(id: 1) { a: customer { x: phone } b: customer { y: phone } } }"
    data = {"data": {"order": {"a": {"x": "+1 555 0199"}, "b": {"y": "+1 555 0188"}}}}
    found = cleaned.answer({"query": text}, json.dumps(data), Redactor().body)
    assert "0199" not in found
    assert "0188" not in found
    assert found.count("«phone:") == 2


@pytest.mark.parametrize(
    "body", ["", "{", "[1]", "3", "null", '{"data": null}', '{"data": 3}', '{"errors": [{"message": "x"}]}']
)
def test_answer_of_any_form_is_told(body: str) -> None:
    found = cleaned.answer({"query": TEXT}, body, Redactor().body)
    assert found.replace(" ", "") == body.replace(" ", "")


def test_literals_in_a_document_are_replaced() -> None:
    text = 'mutation { customerUpdate(input: { phone: "+1 555 0199", note: "stays", addresses: [{ address1: "Lane 5" }] }) { id } }'
    found = cleaned.request(json.dumps({"query": text, "variables": {"firstName": "Grace-Ann"}}), Redactor().body)
    assert not any(value in found for value in ("0199", "Lane 5", "Grace-Ann"))
    assert "stays" in found


def test_variable_is_told_by_where_it_is_used() -> None:
    text = "mutation M($a: String, $b: Int) { customerUpdate(input: { phone: $a, number: $b }) { id } }"
    found = cleaned.request(json.dumps({"query": text, "variables": {"a": "+1 555 0199", "b": 5}}), Redactor().body)
    assert json.loads(found)["variables"]["b"] == 5
    assert "0199" not in found


@pytest.mark.parametrize("body", ["", "{", "[]", '{"query": "no \\"document"}', '{"query": 3}'])
def test_request_of_any_form_is_told(body: str) -> None:
    assert cleaned.request(body, Redactor().body) == body
