"""Reading parameters out of JSON: strict about types, lenient about absence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fulfillspec.sandbox.clock import read_instant
from fulfillspec.sandbox.errors import Malformed
from fulfillspec.sandbox.model import Amount

BIGGEST = 2**63 - 1


def wrapped(body: Mapping[str, Any], key: str, *, required: bool = False) -> Mapping[str, Any]:
    """Return the object under the resource's key.

    Parameters are documented flat and shown wrapped; where the wrapper may be left out, the body itself is read.
    """
    if key not in body and not required:
        return body
    value = body.get(key)
    if value is None and not required:
        return {}
    if not isinstance(value, dict):
        raise Malformed(key)
    return value


def text(given: Mapping[str, Any], name: str) -> str | None:
    """Read an optional string."""
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise Malformed(name)
    return value


def flag(given: Mapping[str, Any], name: str) -> bool:
    """Read an optional boolean; absent or null is false."""
    value = given.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise Malformed(name)
    return value


def is_whole(value: object) -> bool:
    """Say whether a value is a whole number of 64 bits."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= BIGGEST


def whole(given: Mapping[str, Any], name: str) -> int:
    """Read a required whole number."""
    value = given.get(name)
    if not isinstance(value, int) or not is_whole(value):
        raise Malformed(name)
    return value


def objects(given: Mapping[str, Any], name: str, *, required: bool = False) -> list[dict[str, Any]]:
    """Read a list of objects; absent or null is empty unless it is required."""
    value = given.get(name)
    if value is None and not required:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Malformed(name)
    return value


def amounts(given: Mapping[str, Any], name: str = "fulfillment_order_line_items") -> list[Amount]:
    """Read fulfillment order line items with the quantity of each."""
    found = []
    for item in objects(given, name):
        if not is_whole(item.get("id")) or not is_whole(item.get("quantity")):
            raise Malformed(name)
        found.append(Amount(item["id"], item["quantity"]))
    return found


def instant(given: Mapping[str, Any], name: str) -> datetime:
    """Read a required instant."""
    value = given.get(name)
    found = read_instant(value) if isinstance(value, str) else None
    if found is None:
        raise Malformed(name)
    return found
