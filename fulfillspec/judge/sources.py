"""Whether what a fulfillment order shows of its items, its destination and its location is theirs. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fulfillspec.documents.operations import keeping
from fulfillspec.evidence.observation import FulfillmentOrder, Picture, digits
from fulfillspec.judge import times
from fulfillspec.judge.finding import Finding, fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

_KEEP_LINES: Final = keeping("lines")
_LIVE: Final = frozenset({"open", "scheduled", "on_hold"})
_IDS: Final = ("variant_id", "inventory_item_id")
_ADDRESS: Final = ("name", "address1", "address2", "city", "zip", "phone", "country_code", "countryCode")
"""What an assigned location shows of its location, and both write alike; provinces come as names and as codes."""
_DESTINATION: Final = (
    "address1",
    "address2",
    "city",
    "company",
    "country",
    "countryCode",
    "email",
    "first_name",
    "firstName",
    "last_name",
    "lastName",
    "phone",
    "province",
    "zip",
)
WHERE_SHOWN: Final = frozenset({"FO-INV-ITEM", "FO-INV-ITEM-SHOWN", "FO-REQUEST-SENT-AT"})
"""Requirements that say something only where an answer shows what they speak of.

Custom items have no inventory item, and not every sample of a request has the time of it.
"""


@dataclass
class Known:
    """What was ordered and where it may be: the content of each location, variant and inventory item of each line item.

    `destinations` are those that each order was seen to have first, and by whom; `sent_somewhere` are the fulfillment
    orders that an operation once showed somebody a destination of, `delivered` the type of delivery that it showed then,
    by the location.
    """

    contents: dict[str, dict[str, str]] = field(default_factory=dict)
    items: dict[str, tuple[str, str]] = field(default_factory=dict)
    destinations: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    sent_somewhere: set[tuple[str, str, str]] = field(default_factory=set)
    delivered: dict[tuple[str, str, str, str], str] = field(default_factory=dict)


def of_step(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge across an action what no action changes: items, line item ids, content of the location."""
    operation, target = answer.ask.operation, answer.ask.order or ""
    shown = [order for order in answer.slots.values() if order is not None]
    yield from _items([*before.orders.values(), *shown, *after.orders.values()])
    yield from _created(answer, before, after)
    was, now = before.orders.get(target), after.orders.get(target)
    if was is not None and now is not None and operation in _KEEP_LINES:
        yield from _line_ids(answer, was, now)
    for order in shown:
        looked = after.orders.get(order.id)
        if looked is not None:
            yield from _located(answer, order, looked)
    if was is not None and now is not None and operation != "move":
        yield from _located(answer, was, now)


def made_now(orders: Iterable[FulfillmentOrder], answer: Answer) -> Iterator[Finding]:
    """Judge that fulfillment orders which have just come to be say so."""
    for order in orders:
        if order.created_at is not None:
            what = f"created_at of fulfillment order {order.id}"
            yield times.of_now("FO-INV-CREATED-NOW", what, order.created_at, answer)


def of_order(order: FulfillmentOrder, answer: Answer, known: Known) -> Iterator[Finding]:
    """Judge that a fulfillment order is of its sources, that no list holds an element twice, and no time is ahead."""
    yield from _of_sources(order, known, answer)
    yield from _destination(order, answer, known)
    yield from _delivery(order, answer, known)
    lists = {
        "line items": [line.id for line in order.lines],
        "supported actions": list(order.actions or ()),
        "holds": [hold.id for hold in order.holds or () if hold.id is not None],
        "requests": [request.id for request in order.requests or () if request.id is not None],
    }
    yield once(order.id, lists)
    clocks = times.clocks(answer.exchange)
    for name in ("created_at", "updated_at"):
        found = getattr(order, name)
        if found is None or not clocks:
            continue
        if any(found - clock <= times.NOW for clock in clocks):
            yield holds("FO-INV-NOT-AHEAD")
        else:
            documented = f"{name} of fulfillment order {order.id} is not ahead of {clocks[-1].isoformat()}"
            yield fails("FO-INV-NOT-AHEAD", documented, found.isoformat())


def _of_sources(order: FulfillmentOrder, known: Known, answer: Answer) -> Iterator[Finding]:
    """Judge location and items by what the store listed and what was ordered.

    The content of a location is a snapshot once work has begun: by what is listed now it is judged before. A null beside
    an error of GraphQL may be what the error took away.
    """
    partial = isinstance(answer.exchange.data, dict) and "errors" in answer.exchange.data
    wanted = known.contents.get(order.location_id or "")
    shown = content(order)
    if wanted and "name" in shown and order.status in _LIVE:
        rows = differing(wanted, shown, sorted(_places(order) & wanted.keys()))
        if rows:
            documented = f"fulfillment order {order.id} shows the content of location {order.location_id}"
            yield fails("FO-LOCATION-CONTENT", documented, f"{', '.join(rows)} differ")
        else:
            yield holds("FO-LOCATION-CONTENT")
    yield from _of_shop(order)
    for line in order.lines:
        ordered = known.items.get(line.line_item_id or "")
        for name, value, wanted_id in zip(_IDS, (line.variant_id, line.inventory_item_id), ordered or (), strict=False):
            if value is not None and value != wanted_id:
                documented = f"{name} of line item {line.line_item_id} is {wanted_id}, as it was ordered"
                yield fails("FO-INV-ITEM", documented, value)
        if ordered and line.shows_no_inventory and not partial:
            documented = f"line item {line.line_item_id} shows inventory item {ordered[1]}, which was ordered"
            yield fails("FO-INV-ITEM-SHOWN", documented, "null")
        elif ordered and line.inventory_item_id is not None:
            yield holds("FO-INV-ITEM-SHOWN")


def once(what: str, lists: Mapping[str, list[str]]) -> Finding:
    """Judge that no list of these holds an element twice."""
    for name, elements in lists.items():
        twice = [element for element, count in Counter(elements).items() if count > 1]
        if twice:
            return fails("FO-INV-ONCE", f"{name} of {what}: each once", f"{', '.join(twice)} twice")
    return holds("FO-INV-ONCE")


def content(order: FulfillmentOrder) -> dict[str, str]:
    """Return what a fulfillment order shows of the content of its location, under the names of REST; empty text left out."""
    rows = (order.raw.get(key) for key in ("assigned_location", "origin", "assignedLocation"))
    return of_location(next((row for row in rows if isinstance(row, dict)), {}))


def of_location(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the content of a location, under the names of REST, where it is text that says something."""
    found = {"country_code" if key == "countryCode" else key: row.get(key) for key in _ADDRESS if key in row}
    return {key: value.strip() for key, value in found.items() if isinstance(value, str) and value.strip()}


def differing(one: Mapping[str, str], other: Mapping[str, str], shared: Iterable[str]) -> list[str]:
    """Return which of these parts of two addresses are not the same."""
    return [key for key in shared if one.get(key, "") != other.get(key, "")]


def _located(answer: Answer, one: FulfillmentOrder, other: FulfillmentOrder) -> Iterator[Finding]:
    """Judge that two observations of a fulfillment order at the same location show the same content of it."""
    told = tells_location(one) and tells_location(other)
    if one.location_id is None or one.location_id != other.location_id or not told:
        return
    rows = differing_content(one, other)
    if rows:
        documented = f"the content of location {one.location_id} on fulfillment order {one.id} is the same"
        received = f"{', '.join(rows)} differ after {answer.ask.operation}"
        yield fails("FO-LOCATION-CONTENT", documented, received)
    else:
        yield holds("FO-LOCATION-CONTENT")


def _of_shop(order: FulfillmentOrder) -> Iterator[Finding]:
    """Judge that line items are of the shop that their fulfillment order is of; what shows none is another row's."""
    rows = order.raw.get("line_items")
    shops = [digits(row.get("shop_id")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    named = {shop for shop in shops if shop is not None}
    if order.shop_id is None or not named:
        return
    if named == {order.shop_id}:
        yield holds("FO-PROP-LINE-ITEMS-SHOP-ID")
    else:
        documented = f"shop_id of each line item is that of fulfillment order {order.id}, {order.shop_id}"
        yield fails("FO-PROP-LINE-ITEMS-SHOP-ID", documented, ", ".join(sorted(named - {order.shop_id})))


def differing_content(one: FulfillmentOrder, other: FulfillmentOrder) -> list[str]:
    """Return which parts of the content of their location two observations show otherwise, where both show any."""
    return (
        differing(content(one), content(other), _shared(one, other))
        if tells_location(one) and tells_location(other)
        else []
    )


def tells_location(order: FulfillmentOrder) -> bool:
    """Tell whether an observation shows what its location is."""
    return "name" in content(order)


def _shared(one: FulfillmentOrder, other: FulfillmentOrder) -> list[str]:
    """Return the parts of an address that both observations have a place for."""
    return sorted(_places(one) & _places(other))


def _places(order: FulfillmentOrder) -> set[str]:
    """Return the parts of an address that an observation has a place for."""
    rows = (order.raw.get(key) for key in ("assigned_location", "origin", "assignedLocation"))
    row = next((row for row in rows if isinstance(row, dict)), {})
    return {"country_code" if key == "countryCode" else key for key in row} & {"country_code", *_ADDRESS}


def _items(orders: Iterable[FulfillmentOrder]) -> Iterator[Finding]:
    """Judge that a line item of the order is of one variant and inventory item, wherever it is shown."""
    known: dict[tuple[str, str], str] = {}
    judged = False
    for order in orders:
        for line in order.lines:
            for name in _IDS:
                value = getattr(line, name)
                if value is None or line.line_item_id is None:
                    continue
                judged = True
                had = known.setdefault((line.line_item_id, name), value)
                if had != value:
                    documented = f"{name} of line item {line.line_item_id} is {had}"
                    received = f"{value} on fulfillment order {order.id}"
                    yield fails("FO-INV-ITEM", documented, received)
                    return
    if judged:
        yield holds("FO-INV-ITEM")


def _line_ids(answer: Answer, was: FulfillmentOrder, now: FulfillmentOrder) -> Iterator[Finding]:
    mine, theirs = ({line.line_item_id: line.id for line in order.lines} for order in (was, now))
    if len(mine) < len(was.lines) or len(theirs) < len(now.lines):
        return
    for item in mine.keys() & theirs.keys():
        if mine[item] != theirs[item]:
            documented = f"{answer.ask.operation} leaves the ids of line items: {mine[item]}"
            yield fails("FO-INV-LINE-IDS", documented, str(theirs[item]))
            return
    yield holds("FO-INV-LINE-IDS")


def _destination(order: FulfillmentOrder, answer: Answer, known: Known) -> Iterator[Finding]:
    """Judge that a fulfillment order goes where its order was first seen to go, and does not lose where it goes.

    A store may withhold a customer's address from some apps: what one is not shown says nothing of another.
    """
    if "destination" not in order.raw or order.order_id is None:
        return
    row, own = order.raw["destination"], (answer.actor, answer.ask.operation, order.id)
    if not isinstance(row, dict):
        if row is None and own in known.sent_somewhere:
            documented = f"the destination of fulfillment order {order.id} is shown, as before"
            yield fails("FO-INV-DESTINATION", documented, "null")
        elif row is None and order.order_id not in known.destinations:  # withheld, or there is none: the same as before
            yield holds("FO-INV-DESTINATION")
        return
    known.sent_somewhere.add(own)
    seer, first = known.destinations.setdefault(order.order_id, (answer.actor, row))
    alike = any if seer == answer.actor else all
    shared = [key for key in _DESTINATION if key in first.keys() & row.keys()]
    rows = [key for key in shared if first[key] != row[key] and alike((first[key], row[key]))]
    if rows:
        documented = f"the destination of order {order.order_id} is that of all of its work, at all times"
        yield fails("FO-INV-DESTINATION", documented, f"{', '.join(rows)} differ on {order.id}")
    elif first is not row:
        yield holds("FO-INV-DESTINATION")


def _delivery(order: FulfillmentOrder, answer: Answer, known: Known) -> Iterator[Finding]:
    """Judge that what an operation once showed somebody of how a fulfillment order is delivered from there is no other."""
    name = next((key for key in ("delivery_method", "deliveryMethod") if key in order.raw), None)
    if name is None or order.location_id is None:
        return
    row = order.raw[name]
    shown = row.get("method_type", row.get("methodType")) if isinstance(row, dict) else row
    if isinstance(row, dict) and not isinstance(shown, str):
        return
    key = (answer.actor, answer.ask.operation, order.id, order.location_id)
    first = known.delivered.get(key)
    if isinstance(shown, str):
        first = known.delivered.setdefault(key, shown)
    if shown == first:  # null as ever, too
        yield holds("FO-INV-DELIVERY-METHOD")
    else:
        documented = f"fulfillment order {order.id} is delivered by {first}, as before"
        yield fails("FO-INV-DELIVERY-METHOD", documented, "null" if shown is None else str(shown))


def _created(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge the times of what an action made, and updated_at of what it led to another state."""
    for identity, order in after.orders.items():
        if identity not in before.orders and order.created_at is not None:
            what = f"created_at of fulfillment order {identity}"
            yield times.of_now("FO-INV-CREATED-NOW", what, order.created_at, answer)
    target = answer.ask.order or ""
    was, now = before.orders.get(target), after.orders.get(target)
    if was is None or now is None or was.pair == now.pair or now.updated_at is None:
        return
    yield times.of_now("FO-INV-UPDATED-NOW", f"updated_at of fulfillment order {target}", now.updated_at, answer)
