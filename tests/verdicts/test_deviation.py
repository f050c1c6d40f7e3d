"""One record of a deviation: what is written to `results.json` is what is read from it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from fulfillspec.documents import paths
from fulfillspec.documents.register import load
from fulfillspec.judge.finding import Difference
from fulfillspec.verdicts.deviation import Deviation, KnownDeviation

DEVIATION = Deviation(
    requirement="FO-CLOSE-STATE",
    case="a case",
    transport="rest",
    actor="service",
    operation="close",
    state="service:in_progress/accepted",
    documented="close leads to incomplete/closed",
    received="a later look shows open/closed",
    diff=(Difference("status", "incomplete", "open"),),
    exchanges=(3, 7),
    reproduce="curl …",
)


def test_register_tells_what_the_requirement_says() -> None:
    row = load().get("FO-CLOSE-STATE")
    told = DEVIATION.under(row)
    assert (told.level, told.area, told.statement, told.quote, told.source) == (
        row.level, row.area, row.statement, row.quote, row.source,
    )  # fmt: skip
    assert replace(told, level="", area="", statement="", quote="", source="") == DEVIATION


@pytest.mark.parametrize("state", ["service:in_progress/accepted", None])
@pytest.mark.parametrize("baseline", [KnownDeviation("a reason", "https://example.org/1"), None])
def test_what_is_written_is_what_is_read(state: str | None, baseline: KnownDeviation | None) -> None:
    told = replace(DEVIATION.under(load().get("FO-CLOSE-STATE")), state=state, baseline=baseline)
    row = told.as_row()
    assert Deviation.of_row(row) == told
    assert Deviation.of_row(json.loads(json.dumps(row))) == told


def test_row_has_the_keys_of_the_schema_in_their_order() -> None:
    schema = json.loads((paths.schemas() / "results.schema.json").read_text("utf-8"))
    assert list(DEVIATION.as_row()) == schema["$defs"]["deviation"]["required"]


def test_row_names_the_baseline_and_lists() -> None:
    row = replace(DEVIATION, baseline=KnownDeviation("a reason", "a link")).as_row()
    assert row["baseline"] == {"reason": "a reason", "link": "a link"}
    assert row["diff"] == [{"path": "status", "documented": "incomplete", "received": "open"}]
    assert row["exchanges"] == [3, 7]
    assert DEVIATION.as_row()["baseline"] is None


@pytest.mark.parametrize(
    ("row", "field", "read"),
    [
        ({}, "requirement", ""),
        ({}, "state", None),
        ({}, "diff", ()),
        ({}, "exchanges", ()),
        ({}, "baseline", None),
        ({"state": 5}, "state", "5"),
        ({"received": ["a", 1]}, "received", '["a", 1]'),
        ({"received": "für"}, "received", "für"),
        ({"received": {"a": "für"}}, "received", '{"a": "für"}'),
        ({"diff": [{"path": "a", "received": None}]}, "diff", (Difference("a", "(absent)", "null"),)),
        ({"exchanges": ["3", 4]}, "exchanges", (3, 4)),
        ({"source": {"document": "S2", "where": "", "part": 3}}, "source", "S2, 3"),
        ({"source": ["S2", {"document": "S3"}]}, "source", "S2; S3"),
        ({"source": None}, "source", ""),
        ({"baseline": {"reason": "known"}}, "baseline", KnownDeviation("known", "")),
    ],
)
def test_row_that_others_wrote_is_read_as_far_as_it_tells(row: dict[str, Any], field: str, read: object) -> None:
    assert getattr(Deviation.of_row(row), field) == read


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"documented": "close leads to incomplete/closed: once more"}, True),
        ({"received": "a later look shows open/open"}, True),
        ({"exchanges": (9,), "case": "another", "actor": "merchant", "state": None}, True),
        ({"diff": (Difference("status", "open", "closed"),)}, True),
        ({"diff": (Difference("status", "incomplete", "open"), Difference("other", "", ""))}, True),
        ({"diff": ()}, False),
        ({"diff": (Difference("request_status", "incomplete", "open"),)}, False),
        ({"documented": "close leads to open"}, False),
        ({"operation": "cancel"}, False),
        ({"transport": "graphql"}, False),
        ({"requirement": "FO-CLOSE-KEEPS-ITEMS"}, False),
    ],
)
def test_deviation_seen_twice_is_one(changed: dict[str, Any], *, same: bool) -> None:
    """Values and the way to them may differ; requirement, transport, operation, expectation and field may not."""
    assert (replace(DEVIATION, **changed).identity == DEVIATION.identity) is same


def test_numbers_do_not_tell_two_deviations_apart() -> None:
    one = replace(DEVIATION, documented="order 1, 22 is open", diff=(Difference("lines[id=1].left", "1", "2"),))
    other = replace(DEVIATION, documented="order 333 is open", diff=(Difference("lines[id=2].left", "3", "4"),))
    assert one.identity == other.identity
    assert "order # is open" in one.identity
    assert "lines[id=#].left" in one.identity
