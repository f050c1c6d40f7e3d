"""What is read of a fulfillment, over either transport, and held against what was sent."""

import pytest

from fulfillspec.judge import fulfillments
from fulfillspec.wire import nodes

SENT = {"number": "A-1", "company": "My Carrier", "url": "https://carrier.invalid/1"}


def test_rest_shows_units_by_line_item() -> None:
    row = {"id": 7, "status": "success", "line_items": [{"id": 1, "quantity": 2}, {"id": 2, "quantity": 1}]}
    record = fulfillments.read(row)
    assert record is not None
    assert (record.id, record.units, dict(record.items), record.stands) == ("7", 3, {"1": 2, "2": 1}, True)


def test_graphql_shows_units_in_all() -> None:
    node = {"id": "gid://shopify/Fulfillment/7", "status": "CANCELLED", "totalQuantity": 3, "trackingInfo": []}
    record = fulfillments.read(nodes.fulfillment(node))
    assert record is not None
    assert (record.id, record.units, dict(record.items), record.stands) == ("7", 3, {}, False)


def test_tracking_is_as_it_was_sent_but_for_case_and_space() -> None:
    shown = {"tracking_number": "A-1", "tracking_company": "MY CARRIER ", "tracking_url": "https://carrier.invalid/1"}
    record = fulfillments.read({"id": 7, **shown})
    assert record is not None
    assert record.misses(SENT) == []
    other = fulfillments.read({"id": 7, **shown, "tracking_url": None})
    assert other is not None
    assert other.misses(SENT) == ["url: None"]


def test_what_is_no_fulfillment_is_left_out() -> None:
    assert fulfillments.read_all([None, {"status": "success"}, {"id": 7}])[0].id == "7"
    assert len(fulfillments.read_all([None, {"status": "success"}, {"id": 7}])) == 1


@pytest.mark.parametrize("name", SENT)
def test_tracking_that_is_another_is_told_whichever_comes_first(name: str) -> None:
    for text in ("", "0", "zzz"):
        record = fulfillments.read({"id": 7, **{f"tracking_{key}": text if key == name else SENT[key] for key in SENT}})
        assert record is not None
        assert record.misses(SENT) == [f"{name}: {text}"]
        assert record.misses({}) == []
