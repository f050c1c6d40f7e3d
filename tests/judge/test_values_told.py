"""How a deviation says what is documented and what came: short, with the type, whatever came."""

from datetime import UTC, datetime
from typing import Any

import pytest
from graphql_answers import VERSION, sample

from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import graphql, graphql_walk, schema
from fulfillspec.judge.finding import fails, plain
from fulfillspec.wire.nodes import replaced

WORDS = [
    ("a" * 60, '"' + "a" * 60 + '" (string)'),
    ("a" * 61, '"' + "a" * 60 + '…" (string)'.replace('…"', '"…')),
    ("für", '"für" (string)'),
    ({"a": 1}, "an object with 1 key"),
    ({}, "an object with 0 keys"),
    ({"a": 1, "b": 2}, "an object with 2 keys"),
    ([1, 2, 3], "an array of 3"),
    (True, "true (boolean)"),
    (7, "7 (number)"),
    (1.5, "1.5 (number)"),
    (None, "null"),
    (2**256 - 1, f"{2**256 - 1} (number)"),
    (2**256, "a number of 257 bits"),
]


@pytest.mark.parametrize(("value", "told"), WORDS)
def test_value_is_told_with_its_type(value: Any, told: str) -> None:
    walk = graphql_walk.AnswerWalk(())
    walk.find("FO-X", "a.path", "something else", value)
    (found,) = walk.findings
    assert (found.requirement, found.path, found.documented, found.received) == (
        "FO-X", "a.path", "something else", told,
    )  # fmt: skip
    assert walk.judged == {"FO-X"}


@pytest.mark.parametrize(("value", "told"), [pair for pair in WORDS if not isinstance(pair[0], dict)])
def test_rest_tells_a_value_alike(value: Any, told: str) -> None:
    found = schema.check_answer("get", {"fulfillment_order": value}, version=VERSION)
    assert ("fulfillment_order", "an object", told) in {(one.path, one.documented, one.received) for one in found}


def test_what_is_missing_is_told() -> None:
    walk = graphql_walk.AnswerWalk(())
    walk.find("FO-X", "a", "b", None, missing=True)
    assert walk.findings[0].received == "nothing: the field is missing"
    (found,) = schema.check_answer("get", {}, version=VERSION)
    assert (found.path, found.received) == ("fulfillment_order", "nothing: the key is missing")


def test_only_the_first_places_are_told_and_all_requirements_count() -> None:
    walk = graphql_walk.AnswerWalk(())
    for n in range(schema.MOST_FINDINGS + 1):
        walk.find(f"FO-{n}", "a", "b", n)
    assert len(walk.findings) == schema.MOST_FINDINGS == 20
    assert len(walk.judged) == 21


@pytest.mark.parametrize(
    ("path", "documented"),
    [
        (("id",), "a string"),
        (("createdAt",), "a date and time in ISO 8601 with offset or Z"),
        (("fulfillAt",), "a date and time in ISO 8601 with offset or Z or null"),
        (("assignedLocation",), "an object (FulfillmentOrderAssignedLocation)"),
        (("destination",), "an object (FulfillmentOrderDestination) or null"),
        (("supportedActions",), "an array"),
        (("lineItems", "nodes", 0, "totalQuantity"), "a whole number of 32 bits"),
        (("lineItems", "pageInfo", "hasNextPage"), "true or false"),
    ],
)
def test_type_is_told_in_words(path: tuple[Any, ...], documented: str) -> None:
    wrong: Any = 7 if path[-1] != "totalQuantity" else "7"
    body = replaced(sample("get"), ("data", "fulfillmentOrder", *path), wrong)
    (found,) = graphql.check_answer("get", body, version=VERSION)
    assert found.documented == documented


def test_values_of_an_enumeration_are_told() -> None:
    body = replaced(sample("get"), ("data", "fulfillmentOrder", "requestStatus"), "open")
    (found,) = graphql.check_answer("get", body, version=VERSION)
    assert found.documented.startswith("one of ACCEPTED, ")
    assert not found.documented.endswith("or null")


@pytest.mark.parametrize(
    ("value", "fits"),
    [(2**31 - 1, True), (2**31, False), (-(2**31), True), (-(2**31) - 1, False), (True, False), (1.0, False)],
)
def test_whole_number_has_32_bits(value: object, *, fits: bool) -> None:
    body = replaced(sample("get"), ("data", "fulfillmentOrder", "lineItems", "nodes", 0, "totalQuantity"), value)
    assert (graphql.check_answer("get", body, version=VERSION) == []) is fits


@pytest.mark.parametrize("wanted", ["FulfillmentOrder", "LineItem"])
def test_form_of_an_id_is_told(wanted: str) -> None:
    path: tuple[Any, ...] = ("id",) if wanted == "FulfillmentOrder" else ("lineItems", "nodes", 0, "lineItem", "id")
    body = replaced(sample("get"), ("data", "fulfillmentOrder", *path), "gid://shopify/Shop/1")
    (found,) = graphql.check_answer("get", body, version=VERSION)
    assert found.documented == f"gid://shopify/{wanted}/<number>"
    assert found.received == '"gid://shopify/Shop/1" (string)'


def test_walk_ends_with_the_last_place_that_is_told() -> None:
    """What comes after it was not looked at, and is held to nothing."""
    wanted = graphql_walk.Value("a string", required=True, leaf=lambda _: True)
    members = tuple(graphql_walk.AskedField(f"k{n}", f"k{n}", f"FO-{n}", wanted) for n in range(22))
    walk = graphql_walk.AnswerWalk(members)
    walk._members({}, members, "data")
    assert walk.judged == {f"FO-{n}" for n in range(schema.MOST_FINDINGS)}
    assert len(walk.findings) == schema.MOST_FINDINGS


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "nothing"),
        (True, "true"),
        ("", "an empty text"),
        ({"100": 3, "101": 0}, "100: 3, 101: 0"),
        ({}, "none"),
        ((), "none"),
        ([None, ["a", 1]], "nothing, (a, 1)"),
        ({"b", "a"}, "a, b"),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), "2026-03-01T12:00:00+00:00"),
        (
            [FulfillmentOrder("7", "1", "open", "unsubmitted", None, None, None, ())],
            "fulfillment order 7 (open/unsubmitted)",
        ),
    ],
)
def test_values_of_ours_are_said_as_people_write_them(value: object, said: str) -> None:
    assert plain(value) == said
    assert isinstance(value, str) or fails("FO-X", "y", value).received == said
