"""Whether two transports show the same fulfillment order. Pure functions over neutral observations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.judge.finding import Difference, Finding, fails, holds


def of_pictures(one: Picture, other: Picture, names: tuple[str, str]) -> Iterator[Finding]:
    """Compare what two transports show of the same order at the same time; `names` are the transports' names."""
    missing = sorted(one.orders.keys() ^ other.orders.keys())
    if missing:
        yield fails(
            "FO-EQ-IDS",
            f"{names[0]} and {names[1]} list the same fulfillment orders of order {one.order_id}",
            f"only one of them shows {', '.join(missing)}",
            taints=False,
        )
    for identity in sorted(one.orders.keys() & other.orders.keys()):
        yield from of_orders(one.orders[identity], other.orders[identity], names)


def of_orders(one: FulfillmentOrder, other: FulfillmentOrder, names: tuple[str, str]) -> Iterator[Finding]:
    """Compare two observations of one fulfillment order, field by field."""
    for requirement, path, mine, theirs in _fields(one, other):
        if mine is None or theirs is None:
            continue
        if mine == theirs:
            yield holds(requirement)
        else:
            yield fails(
                requirement,
                f"{path} of fulfillment order {one.id} is the same over {names[0]} and {names[1]}",
                f"{names[0]}: {mine}; {names[1]}: {theirs}",
                Difference(path, str(mine), str(theirs)),
                taints=False,
            )


def _fields(one: FulfillmentOrder, other: FulfillmentOrder) -> Iterator[tuple[str, str, object, object]]:
    yield "FO-EQ-STATE", "status/request_status", one.pair, other.pair
    yield "FO-EQ-IDS", "order_id", one.order_id, other.order_id
    yield "FO-EQ-IDS", "line_items.id", sorted(line.id for line in one.lines), sorted(line.id for line in other.lines)
    yield "FO-EQ-LINE-ITEMS", "line_items.line_item_id", _items(one), _items(other)
    yield "FO-EQ-QUANTITIES", "line_items quantity and what is left", _quantities(one), _quantities(other)
    yield "FO-EQ-LOCATION", "assigned location", one.location_id, other.location_id
    if one.holds is not None and other.holds is not None:
        yield "FO-EQ-HOLDS", "holds", _holds(one), _holds(other)
    if one.requests and other.requests:  # a list that shows none is a reading of AMB-REQUESTS-LIST
        yield "FO-EQ-REQUESTS", "requests", _requests(one), _requests(other)
    for name in ("fulfill_at", "fulfill_by", "created_at", "updated_at"):
        yield "FO-EQ-TIMES", name, _second(getattr(one, name)), _second(getattr(other, name))
    if one.actions is not None and other.actions is not None:
        yield "FO-EQ-ACTIONS", "supported_actions", sorted(one.actions), sorted(other.actions)


def _items(order: FulfillmentOrder) -> dict[str, str | None]:
    return {line.id: line.line_item_id for line in order.lines}


def _quantities(order: FulfillmentOrder) -> dict[str, str]:
    return {line.id: f"{line.remaining} of {line.quantity}" for line in order.lines}


def _holds(order: FulfillmentOrder) -> list[tuple[str, str]]:
    return sorted(((hold.reason or "").lower(), hold.notes or "") for hold in order.holds or ())


def _requests(order: FulfillmentOrder) -> list[tuple[str, str]]:
    return [((request.kind or "").lower(), request.message or "") for request in order.requests or ()]


def _second(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
