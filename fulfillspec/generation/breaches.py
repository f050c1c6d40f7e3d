"""The broken requests whose refusal the register demands: which parameter, broken how, refused by which row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fulfillspec.documents.operations import NEEDING_ARGUMENTS, WITH_ID
from fulfillspec.judge.registry import Hears, judging

judging(__file__, Hears.REQUESTS)


@dataclass(frozen=True, slots=True)
class Breach:
    """One way to break a request, and the requirement that demands its refusal.

    `at` are the keys that lead to the parameter in the body (`*`: the first element), () for the whole. `how`: `missing`,
    `null`, `long` (beyond maxLength), `much` (more than there is), `past`, `unknown` (an id that nothing has; `at` may be
    the name in the path), `syntax` (no JSON).
    """

    operation: str
    at: tuple[str, ...]
    how: str
    requirement: str


_HOLD, _MOVE, _WHEN = ("fulfillment_hold",), ("fulfillment_order",), ("fulfillment_order", "new_fulfill_at")
_UNITS = ("fulfillment_order_line_items", "*", "quantity")

BREACHES: tuple[Breach, ...] = (
    Breach("hold", _HOLD, "missing", "FO-HOLD-REASON-REQUIRED"),
    Breach("hold", (*_HOLD, "reason"), "missing", "FO-HOLD-REASON-REQUIRED"),
    Breach("hold", (*_HOLD, "reason"), "null", "FO-HOLD-REASON-REQUIRED"),
    Breach("hold", (*_HOLD, *_UNITS), "much", "FO-HOLD-TOO-MUCH"),
    Breach("reject", ("fulfillment_request", "line_items", "*", "message"), "long", "FO-REJECT-LINE-MESSAGE-LIMIT"),
    Breach("move", _MOVE, "missing", "FO-MOVE-BODY-REQUIRED"),
    Breach("move", (*_MOVE, "new_location_id"), "missing", "FO-MOVE-BODY-REQUIRED"),
    Breach("move", (*_MOVE, "new_location_id"), "null", "FO-MOVE-BODY-REQUIRED"),
    Breach("move", (*_MOVE, "new_location_id"), "unknown", "FO-MOVE-UNKNOWN-LOCATION"),
    Breach("move", (*_MOVE, *_UNITS), "much", "FO-MOVE-TOO-MUCH"),
    Breach("submit", ("fulfillment_request", *_UNITS), "much", "FO-SUBMIT-TOO-MUCH"),
    Breach(
        "create_fulfillment",
        ("fulfillment", "line_items_by_fulfillment_order", "*", *_UNITS),
        "much",
        "FO-FULFIL-TOO-MUCH",
    ),
    Breach("reschedule", _WHEN[:1], "missing", "FO-RESCHEDULE-REQUIRED"),
    Breach("reschedule", _WHEN, "missing", "FO-RESCHEDULE-REQUIRED"),
    Breach("reschedule", _WHEN, "null", "FO-RESCHEDULE-REQUIRED"),
    Breach("reschedule", _WHEN, "past", "FO-RESCHEDULE-FUTURE"),
    Breach("set_deadline", ("fulfillment_order_ids",), "unknown", "FO-DEADLINE-UNKNOWN"),
    *(Breach(name, ("path",), "unknown", "FO-ERR-UNKNOWN-ID") for name in WITH_ID),
    *(Breach(name, (), "syntax", "FO-ERR-MALFORMED") for name in NEEDING_ARGUMENTS),
)
"""Every broken request whose refusal the register demands. What is not here is not sent broken."""

_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_ID: dict[str, Any] = {"type": ["string", "integer"]}
VARIABLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("accept", "message", _TEXT),
    ("reject", "message", _TEXT),
    ("submit", "message", _TEXT),
    ("submit", "notifyCustomer", {"type": ["boolean", "null"]}),
    ("submit_cancellation", "message", _TEXT),
    ("close", "message", _TEXT),
    ("close", "id", _ID),
    ("cancel", "id", _ID),
    ("hold", "fulfillmentHold", {"type": "object"}),
    ("release_hold", "id", _ID),
    ("move", "newLocationId", _ID),
    ("create_fulfillment", "fulfillment", {"type": "object"}),
)
"""The variables of GraphQL that are sent broken: of which operation, and the JSON that the type of each takes at most."""


def without_lines(node: Any) -> Any:
    """Return a body that names no line items, so that what is broken is the only thing to refuse."""
    if isinstance(node, list):
        return [without_lines(part) for part in node]
    if not isinstance(node, dict):
        return node
    return {key: without_lines(part) for key, part in node.items() if key != "fulfillment_order_line_items"}


def put(node: Any, at: tuple[str, ...], value: Any, *, missing: bool) -> Any:
    """Return a body with another value, or none, at a place."""
    if not at:
        return value
    if at[0] == "*":
        return [put(node[0], at[1:], value, missing=missing), *node[1:]]
    rest = {key: part for key, part in node.items() if key != at[0]}
    if missing and len(at) == 1:
        return rest
    return {**rest, at[0]: put(node.get(at[0]), at[1:], value, missing=missing)}


def too_long(value: Any, schema: dict[str, Any]) -> bool:
    """Tell whether a value breaks the maxLength of a schema, and nothing else of it."""
    return isinstance(value, str) and len(value) > schema["maxLength"] and len(value.strip()) == len(value)
