"""What a recorded request asked for, in the vocabulary: the way back from a body to an operation's arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fulfillspec.documents.operations import NAMED
from fulfillspec.evidence.observation import digits

Given = dict[str, Any]


class Unreadable(Exception):
    """A request asks for something that the vocabulary has no word for, or in a form that no document has."""


def of_rest(operation: str, body: object) -> tuple[str | None, Given]:
    """Return the fulfillment order that the body of a REST request names, if any, and its arguments. Raises `Unreadable`."""
    wrapper = NAMED[operation].wrapper
    if body in (None, {}):
        return None, {}
    given = body.get(wrapper) if isinstance(body, dict) and wrapper else body
    if not isinstance(given, dict):
        raise Unreadable
    return _read(operation, given, _REST)


def of_graphql(operation: str, given: Mapping[str, Any]) -> tuple[str | None, Given]:
    """Return the fulfillment order that the arguments of a root field name, if any, and them. Raises `Unreadable`."""
    flat: Given = dict(given)
    for name in ("fulfillmentHold", "fulfillment"):
        if isinstance(flat.get(name), dict):
            flat |= flat.pop(name)
    rows = flat.pop("fulfillmentOrderSplits", flat.pop("fulfillmentOrderMergeInputs", None))
    if rows is not None:
        first = _one(rows)
        intents = first.pop("mergeIntents", None)
        if first.keys() - {"fulfillmentOrderId", "fulfillmentOrderLineItems"}:
            raise Unreadable
        flat |= {"lineItemsByFulfillmentOrder": intents if intents is not None else [first]}
    of_fulfillment = "{fulfillment}" in NAMED[operation].rest
    own = "fulfillment" if of_fulfillment else "order_id" if operation == "list" else ""
    names = {**_GRAPHQL, "id": (own, _identity)}
    return _read(operation, flat, names)


def _read(operation: str, given: Mapping[str, Any], names: Mapping[str, Any]) -> tuple[str | None, Given]:
    found: Given = {}
    for key, value in given.items():
        if key in _WITHOUT_EFFECT or value is None:
            continue
        if key not in names:
            raise Unreadable
        name, read = names[key]
        found[name] = read(value)
    order = found.pop("", None) or next(iter(found.get("orders", ())), None)
    if (work := found.pop("work", None)) is not None:
        (order, part), *beside = work
        found |= ({} if part is None else {"part": part}) | ({"beside": tuple(beside)} if beside else {})
    if operation == "assigned" and isinstance(found.get("assignment_status"), str):
        found["assignment_status"] = found["assignment_status"].lower()
    return order, found


def _identity(value: object) -> str:
    found = digits(value if not isinstance(value, str) or not value.isdigit() else int(value))
    if found is None:
        raise Unreadable
    return found


def _identities(value: object) -> tuple[str, ...]:
    return tuple(map(_identity, _rows(value)))


def _rows(value: object) -> list[Any]:
    """Return the elements of a list; GraphQL takes a single one as a list of one."""
    return value if isinstance(value, list) else [value]


def _one(value: object) -> Given:
    """Return the only object of a list."""
    rows = _rows(value)
    if len(rows) != 1 or not isinstance(rows[0], dict):
        raise Unreadable
    return dict(rows[0])


def _same(value: Any) -> Any:
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable
    return value


def _part(value: object) -> tuple[tuple[str, int], ...]:
    found = []
    for row in _rows(value):
        units = row.get("quantity") if isinstance(row, dict) else None
        if not isinstance(units, int) or isinstance(units, bool) or row.keys() - {"id", "quantity"}:
            raise Unreadable
        found.append((_identity(row.get("id")), units))
    return tuple(found)


def _work(value: object) -> list[tuple[str, Any]]:
    """Return the fulfillment orders of a list of work, each with its line items; None where all that is left is meant."""
    found = []
    for row in _rows(value):
        if not isinstance(row, dict):
            raise Unreadable
        plain = {_SNAKE.get(key, key): element for key, element in row.items() if element is not None}
        if plain.keys() - set(_SNAKE.values()):
            raise Unreadable
        lines = plain.get("fulfillment_order_line_items")
        found.append((_identity(plain.get("fulfillment_order_id")), None if lines is None else _part(lines)))
    if not found:
        raise Unreadable
    return found


_SNAKE: Final = {
    "fulfillmentOrderId": "fulfillment_order_id",
    "fulfillmentOrderLineItems": "fulfillment_order_line_items",
}
_WITHOUT_EFFECT: Final = frozenset(
    {"notifyMerchant", "notify_merchant", "estimatedShippedAt", "estimated_shipped_at", "first", "originAddress"}
)
"""What says nothing of a fulfillment order."""

_Names = dict[str, tuple[str, Callable[[Any], Any]]]
_BOTH: Final[_Names] = {"message": ("message", _text), "handle": ("handle", _text)}
_REST: Final[_Names] = {
    **_BOTH,
    "notify_customer": ("notify_customer", _same),
    "fulfillment_order_line_items": ("part", _part),
    "reason": ("reason", _text),
    "reason_notes": ("notes", _text),
    "line_items": ("details", _same),
    "new_location_id": ("location", _identity),
    "new_fulfill_at": ("new_fulfill_at", _text),
    "fulfillment_order_ids": ("orders", _identities),
    "fulfillment_deadline": ("deadline", _text),
    "line_items_by_fulfillment_order": ("work", _work),
    "tracking_info": ("tracking", _same),
}
_GRAPHQL: Final[_Names] = {
    **_BOTH,
    "notifyCustomer": ("notify_customer", _same),
    "fulfillmentOrderLineItems": ("part", _part),
    "reason": ("reason", _text),
    "reasonNotes": ("notes", _text),
    "lineItems": ("details", _same),
    "newLocationId": ("location", _identity),
    "fulfillAt": ("new_fulfill_at", _text),
    "fulfillmentOrderIds": ("orders", _identities),
    "fulfillmentDeadline": ("deadline", _text),
    "lineItemsByFulfillmentOrder": ("work", _work),
    "trackingInfo": ("tracking", _same),
    "trackingInfoInput": ("tracking", _same),
    "fulfillmentId": ("fulfillment", _identity),
    "holdIds": ("hold_ids", _identities),
    "externalId": ("external_id", _text),
    "assignmentStatus": ("assignment_status", _text),
    "locationIds": ("location_ids", _identities),
    "fulfillmentOrderId": ("", _identity),
}
