"""Whatever the register lists as a legal reading is tried: the sandbox reads so and is silent, or the row says why not."""

import pytest

from fulfillspec.documents.register import Ambiguity, load
from fulfillspec.sandbox.variants import variants

AMBIGUITIES = tuple(load().ambiguities.values())
ALSO = {"graphql-hides-answered-requests"}
"""Variants that follow a reading over one transport alone, beside the one that the row names."""
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


def test_every_variant_that_names_an_ambiguity_is_one_of_its_readings() -> None:
    named = {reading.sandbox for row in AMBIGUITIES for reading in row.readings}
    telling = {name for name, variant in variants().items() if "(AMB-" in variant.source}
    assert telling - ALSO <= named
