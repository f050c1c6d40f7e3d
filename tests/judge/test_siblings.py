"""FO-INV-SIBLINGS: what a call does not name stays as it is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder, Line, Picture
from fulfillspec.judge import invariants
from fulfillspec.wire.answer import Answer, Ask

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def order(
    identity: str, left: int = 2, fulfill_by: datetime | None = datetime(2025, 1, 1, tzinfo=UTC)
) -> FulfillmentOrder:
    line = Line(f"line-{identity}", f"item-{identity}", 2, left)
    raw = {"fulfill_by": fulfill_by}
    return FulfillmentOrder(
        identity, "7", "open", "unsubmitted", "9", "9", None, (line,), fulfill_by=fulfill_by, raw=raw
    )


def picture(*orders: FulfillmentOrder) -> Picture:
    return Picture("7", {each.id: each for each in orders}, 1)


def verdict(operation: str, before: Picture, after: Picture, **arguments: Any) -> bool:
    answer = Answer(Ask(operation, "1", arguments), "merchant", "rest", _exchange(), "accepted")
    found = [each for each in invariants.of_step(answer, before, after) if each.requirement == "FO-INV-SIBLINGS"]
    assert len(found) == 1
    return found[0].holds


def _exchange() -> Exchange:
    return Exchange.__new__(Exchange)


@pytest.mark.parametrize("by", [None, datetime(2025, 1, 1, tzinfo=UTC)])
def test_deadline_may_change_those_named_alone(by: datetime | None) -> None:
    before = picture(order("1", fulfill_by=by), order("2", fulfill_by=by))
    after = picture(order("1", fulfill_by=NOON), order("2", fulfill_by=NOON))
    assert verdict("set_deadline", before, after, orders=["1", "2"], deadline="")
    assert not verdict("set_deadline", before, after, orders=["1"], deadline="")


def test_fulfillment_may_change_those_named_alone() -> None:
    before, after = picture(order("1"), order("2")), picture(order("1", left=0), order("2", left=0))
    assert verdict("create_fulfillment", before, after, beside=[("2", None)])
    assert not verdict("create_fulfillment", before, after)
