"""The check of our schemas against the official introspection sees every kind of difference."""

import sys
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, introspection_from_schema

from fulfillspec.documents import paths

sys.path.insert(0, str(paths.home() / "scripts"))

from check_graphql_schemas import compare, differences

TEXT = """
directive @idempotent(key: String!) on FIELD
schema { query: QueryRoot }
interface Node { id: ID! }
enum Colour { RED BLUE }
input Paint { colour: Colour! coats: Int = 1 }
type House implements Node { id: ID! colour: Colour rooms(first: Int): [String!]! }
type QueryRoot { house(id: ID!, paint: Paint): House }
"""


def introspected(text: str) -> Any:
    return introspection_from_schema(build_schema(text), descriptions=False)["__schema"]


def found(before: str, after: str) -> Any:
    assert TEXT.count(before) == 1
    return list(differences(introspected(TEXT.replace(before, after)), introspected(TEXT)))


def test_same_schema_has_no_differences() -> None:
    assert list(differences(introspected(TEXT), introspected(TEXT))) == []


def test_what_is_left_out_is_no_difference() -> None:
    assert found(" rooms(first: Int): [String!]!", "") == []
    assert found("coats: Int = 1", "") == []


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("colour: Colour rooms", "colour: Colour! rooms", "House.colour"),
        ("rooms(", "doors(", "House.doors"),
        ("[String!]!", "[String]!", "House.rooms"),
        ("first: Int", "first: Int!", "House.rooms(first:)"),
        ("first: Int", "last: Int", "House.rooms(last:)"),
        ("id: ID!, paint", "paint", "QueryRoot.house(id:)"),
        ("coats: Int = 1", "coats: Int = 2", "Paint(coats:)"),
        ("coats: Int = 1", "layers: Int", "Paint(layers:)"),
        ("colour: Colour! coats", "coats", "Paint(colour:)"),
        ("RED BLUE", "RED BLUE GREEN", "Colour"),
        ("RED BLUE", "RED", "Colour"),
        ("rooms(first: Int): [String!]!", "rooms(first: Int): [String!]! @deprecated", "House.rooms"),
        ("key: String!", "key: String", "@idempotent(key:)"),
    ],
)
def test_difference_is_seen(before: str, after: str, place: str) -> None:
    rows = found(before, after)
    assert len(rows) == 1
    assert rows[0].startswith(f"{place}: ")


def test_strange_type_and_interface_and_directive_are_seen() -> None:
    text = TEXT.replace("House implements Node", "House").replace("@idempotent", "@lazily")
    assert list(differences(introspected(TEXT), introspected(text))) == [
        "House: does not implement Node",
        "@idempotent: no such directive",
    ]
    text = TEXT.replace("Colour", "Color")
    assert "Colour: no such type" in list(differences(introspected(TEXT), introspected(text)))


def test_version_that_the_package_does_not_have_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path) == 0
    assert "2024-10: the package has no introspection of it" in capsys.readouterr().out
