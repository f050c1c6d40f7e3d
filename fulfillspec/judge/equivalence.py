"""Whether two transports show the same fulfillment order. Pure functions over neutral observations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from fulfillspec.evidence.observation import FulfillmentOrder, Picture, digits, moment
from fulfillspec.judge import sources
from fulfillspec.judge.finding import Finding, differ, fails, holds, plain
from fulfillspec.judge.fulfillments import Record
from fulfillspec.judge.registry import Hears, judging

judging(__file__, Hears.STEPS)

_TIMES: Final = frozenset({"created_at", "updated_at", "fulfill_at", "fulfill_by"})
_PLAIN: Final = ("id", "shop_id", "order_id", "assigned_location_id", "status", "request_status", *sorted(_TIMES))
_LINE: Final = (
    "id",
    "shop_id",
    "fulfillment_order_id",
    "line_item_id",
    "variant_id",
    "inventory_item_id",
    "quantity",
    "fulfillable_quantity",
)
_HOLD: Final = ("reason", "reason_notes")


def of_pictures(one: Picture, other: Picture, names: tuple[str, str]) -> Iterator[Finding]:
    """Compare what two transports show of the same order at the same time; `names` are the transports' names."""
    missing = sorted(one.orders.keys() ^ other.orders.keys())
    if missing:
        yield fails(
            "FO-EQ-IDS",
            f"{names[0]} and {names[1]} list the same fulfillment orders of order {one.order_id}",
            f"only one of them shows {', '.join(missing)}",
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
                f"{names[0]}: {plain(mine)}; {names[1]}: {plain(theirs)}",
                differ(path, mine, theirs),
            )


def _fields(one: FulfillmentOrder, other: FulfillmentOrder) -> Iterator[tuple[str, str, object, object]]:
    yield "FO-EQ-STATE", "status/request_status", one.pair, other.pair
    yield "FO-EQ-IDS", "order_id", one.order_id, other.order_id
    yield "FO-EQ-IDS", "line_items.id", sorted(line.id for line in one.lines), sorted(line.id for line in other.lines)
    yield "FO-EQ-LINE-ITEMS", "line_items.line_item_id", _items(one), _items(other)
    yield "FO-EQ-LINE-ITEMS", "line_items.inventory_item_id", *_both(_inventory(one), _inventory(other))
    yield "FO-EQ-QUANTITIES", "line_items quantity and what is left", _quantities(one), _quantities(other)
    yield "FO-EQ-LOCATION", "assigned location", one.location_id, other.location_id
    yield "FO-EQ-LOCATION", "content of the assigned location", *_both(sources.content(one), sources.content(other))
    if one.holds is not None and other.holds is not None:
        yield "FO-EQ-HOLDS", "holds", _holds(one), _holds(other)
    if one.requests and other.requests:  # a list that shows none is a reading of AMB-REQUESTS-LIST
        yield "FO-EQ-REQUESTS", "requests", _requests(one), _requests(other)
        yield "FO-EQ-REQUESTS", "notify_customer of the requests", *_known(_notified(one), _notified(other))
        yield "FO-EQ-TIMES", "sent_at of the requests", *_known(_sent(one), _sent(other))
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
    return sorted(((request.kind or "").lower(), request.message or "") for request in order.requests or ())


def _notified(order: FulfillmentOrder) -> list[bool | None]:
    return [request.notify_customer for request in order.requests or () if request.kind == "fulfillment_request"]


def _sent(order: FulfillmentOrder) -> list[datetime | None]:
    return [_second(request.sent_at) for request in order.requests or ()]


def _known(one: list[Any], other: list[Any]) -> tuple[list[Any] | None, list[Any] | None]:
    """Return two lists in a like order, None for both where one of them does not know all."""
    return (None, None) if None in one or None in other else (sorted(one), sorted(other))


def _inventory(order: FulfillmentOrder) -> dict[str, str]:
    return {line.id: line.inventory_item_id for line in order.lines if line.inventory_item_id is not None}


def _both(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what both have a value for."""
    shared = sorted(one.keys() & other.keys())
    return {key: one[key] for key in shared}, {key: other[key] for key in shared}


def _second(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(microsecond=0)


def of_records(one: Iterable[Record], other: Iterable[Record], names: tuple[str, str]) -> Finding:
    """Compare the fulfillments of one fulfillment order as two transports list them."""
    mine, theirs = ({record.id: _compared(record) for record in records} for records in (one, other))
    rows = [key for key in sorted(mine.keys() | theirs.keys()) if mine.get(key) != theirs.get(key)]
    if not rows:
        return holds("FO-EQ-FULFILLMENTS")
    shown = f"{names[0]}: {plain(mine.get(rows[0], ()))}; {names[1]}: {plain(theirs.get(rows[0], ()))}"
    documented = f"fulfillment {rows[0]} is the same over {names[0]} and {names[1]}"
    return fails("FO-EQ-FULFILLMENTS", documented, shown)


def _compared(record: Record) -> tuple[str, ...]:
    parts = (record.status, record.number, record.company, record.url, record.units)
    return tuple(str(part) for part in parts)


def of_view(shown: FulfillmentOrder, looked: FulfillmentOrder) -> list[str]:
    """Return in which fields an answer shows a fulfillment order otherwise than its REST view of the same moment.

    What differs between versions is left out: keys that one of them does not have, and the actions that are advertised.
    """
    mine, theirs = shown.raw, looked.raw
    rows = [
        key for key in _PLAIN if key in mine and key in theirs and _value(key, mine[key]) != _value(key, theirs[key])
    ]
    for name, keys in (("line_items", _LINE), ("fulfillment_holds", _HOLD)):
        if (
            name in mine
            and name in theirs
            and _rows(mine[name], theirs[name], keys) != _rows(theirs[name], mine[name], keys)
        ):
            rows.append(name)
    one, two = _both(sources.content(shown), sources.content(looked))
    at = {shown.address_location_id, looked.address_location_id} - {None}
    rows += ["assigned_location"] if one != two or len(at) > 1 else []
    if shown.requests and looked.requests and _requests(shown) != _requests(looked):
        rows.append("merchant_requests")
    there = (row.get("destination") for row in (mine, theirs))
    first, second = (row if isinstance(row, dict) else {} for row in there)
    rows += [
        f"destination.{key}"
        for key in sorted(first.keys() & second.keys())
        if (first[key] or "") != (second[key] or "")
    ]
    return rows


def _value(key: str, value: object) -> object:
    if key in _TIMES:
        return _second(moment(value))
    return digits(value) if key.endswith("id") else value


def _rows(rows: object, others: object, keys: Iterable[str]) -> list[dict[str, object]]:
    """Return what rows have under the keys that all of them have, here and there, in an order of their own."""
    here, there = (
        [row for row in each if isinstance(row, dict)] if isinstance(each, list) else [] for each in (rows, others)
    )
    shared = [key for key in keys if all(key in row for row in (*here, *there))]
    return sorted(({key: _value(key, row[key]) for key in shared} for row in here), key=repr)
