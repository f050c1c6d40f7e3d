"""Whatever the register lists as a legal reading is tried: the sandbox reads so and is silent, or the row says why not."""

import re

import pytest

from fulfillspec.documents.register import Ambiguity, load
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.variants import variants

AMBIGUITIES = tuple(load().ambiguities.values())
TOLD = tuple(row for row in AMBIGUITIES if row.kind != "editorial")


@pytest.mark.parametrize("row", TOLD, ids=lambda row: row.id)
def test_every_reading_is_one_of_the_sandbox_or_is_decided(row: Ambiguity) -> None:
    for reading in row.readings:
        assert bool(reading.sandbox) != bool(reading.decided), reading.key
        assert reading.sandbox in {"", "plain", *variants()}, reading.key


@pytest.mark.parametrize("row", TOLD, ids=lambda row: row.id)
def test_no_point_is_open_that_has_no_reading_left(row: Ambiguity) -> None:
    assert any(reading.sandbox for reading in row.readings) or all(
        "not judged" in reading.decided for reading in row.readings
    )


def test_what_nothing_over_http_can_tell_names_no_variant() -> None:
    for row in AMBIGUITIES:
        if row.kind == "editorial":
            assert not any(reading.sandbox or reading.decided for reading in row.readings)


@pytest.mark.parametrize("name", [name for name, variant in variants().items() if "AMB-" in variant.source])
def test_variant_that_names_an_ambiguity_is_one_of_its_readings(name: str) -> None:
    """One that changes nothing but GraphQL may stand beside the one that the row names: it is that reading over GraphQL."""
    variant = variants()[name]
    for identity in re.findall(r"AMB-[A-Z0-9-]*[A-Z0-9]", variant.source):
        named = {reading.sandbox for reading in load().ambiguities[identity].readings} - {"", "plain"}
        assert name in named or (named and issubclass(variant, (GraphQL, Nodes)))
