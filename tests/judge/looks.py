"""Answers and looks, made without a server."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder, Line, Picture, moment
from fulfillspec.judge.finding import Finding
from fulfillspec.wire.answer import Answer, Ask

NOW = "2026-03-01T12:00:00Z"
RecordedAnswer = list[tuple[str, str, str, tuple[tuple[str, str, str], ...]]]
"""Deviations: the requirement, what is documented, what came, field by field."""


def at(text: str) -> datetime:
    """Return an instant."""
    found = moment(text)
    assert found is not None
    return found


def order(identity: str = "1", **changed: Any) -> FulfillmentOrder:
    """Return a fulfillment order with one line item of two units, open and unsubmitted unless told otherwise."""
    plain = FulfillmentOrder(
        id=identity,
        order_id="9",
        status="open",
        request_status="unsubmitted",
        location_id="5",
        address_location_id="5",
        actions=(),
        lines=(Line(f"{identity}0", "100", 2, 2, identity, variant_id="200", inventory_item_id="300"),),
        holds=(),
        requests=(),
        created_at=at(NOW),
        updated_at=at(NOW),
        raw={"fulfill_at": None, "fulfill_by": None},
    )
    return replace(plain, **changed)


def picture(*orders: FulfillmentOrder) -> Picture:
    """Return a look that shows these."""
    return Picture("9", {each.id: each for each in orders}, 1, at(NOW))


def answer(
    operation: str,
    target: str = "1",
    *,
    shown: Iterable[tuple[str, FulfillmentOrder | None]] = (),
    transport: str = "rest",
    date: str = "Sun, 01 Mar 2026 12:00:00 GMT",
    **arguments: Any,
) -> Answer:
    """Return the answer to an operation that was carried out."""
    exchange = Exchange(
        1, NOW, "", "merchant", transport, operation, "act", "POST", "/", status=200, headers={"date": date}
    )
    return Answer(Ask(operation, target, arguments), "merchant", transport, exchange, "accepted", dict(shown))


def broken(findings: Iterable[Finding]) -> set[str]:
    """Return the requirements that deviate."""
    return {finding.requirement for finding in findings if not finding.holds}


def told_of(findings: Iterable[Finding]) -> RecordedAnswer:
    """Return the deviations in their words and fields."""
    return [
        (
            one.requirement,
            one.documented,
            one.received,
            tuple((row.path, row.documented, row.received) for row in one.diff),
        )
        for one in findings
        if not one.holds
    ]
