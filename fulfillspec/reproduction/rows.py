"""Fulfillment orders as answers show them: how each stands, and what of it can be asked for by id."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from fulfillspec.reproduction.ids import Path, Thing, digits_of, read_json

_ADDRESSES = ("destination", "assigned_location", "assignedLocation")
_UNITS = ("quantity", "totalQuantity")
_LEFT = ("fulfillable_quantity", "remainingQuantity")
_LINES = ("line_items", "lineItems")


class OrderState(NamedTuple):
    """How a fulfillment order stands, as far as an answer shows it; None of what the answer leaves out.

    Two that stand alike differ in ids, times and numbers of units only.
    """

    status: str | None
    request_status: str | None
    location: str | None
    requests: tuple[tuple[Any, ...], ...] | None
    holds: tuple[tuple[Any, ...], ...] | None
    times: tuple[bool, bool]
    left: tuple[str, ...]
    addresses: tuple[tuple[str, Any], ...]

    def over(self, before: "OrderState") -> "OrderState":
        """Return this state with what an earlier answer showed, where this one shows nothing of it."""
        missing = {name: getattr(before, name) for name, value in self._asdict().items() if value is None}
        return self._replace(**missing)


class RowLine(NamedTuple):
    """A line item of a fulfillment order: its id, the order's line item, its units, and where its id stands."""

    thing: Thing
    line_item: str
    units: int
    path: Path


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A fulfillment order in an answer. `path` leads to it from the top of the answer."""

    identity: str
    path: Path
    lines: tuple[RowLine, ...]
    state: OrderState

    @property
    def units(self) -> dict[str, int]:
        """Units by the order's line item."""
        return {line.line_item: line.units for line in self.lines}

    @property
    def lines_plain(self) -> tuple[tuple[Thing, str, int], ...]:
        """The line items without where they stand."""
        return tuple(line[:3] for line in self.lines)


def rows(data: Any) -> Iterator[OrderRow]:
    """Give the fulfillment orders that a parsed answer shows with their state and line items."""
    heap: list[tuple[Path, Any]] = [((), data)]
    while heap:
        path, value = heap.pop()
        if isinstance(value, dict):
            found = _row(path, value)
            if found is not None:
                yield found
                continue
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        heap += [((*path, key), part) for key, part in inner if isinstance(part, (dict, list))][::-1]


def units_of_lines(body: str | None) -> dict[str, int]:
    """Return the units that a request names of line items of a fulfillment order, by the id of the line item."""
    found: dict[str, int] = {}
    heap = [read_json(body or "")]
    while heap:
        value = heap.pop()
        if isinstance(value, dict) and isinstance(value.get("quantity"), int) and "id" in value:
            found[digits_of(value["id"]) or ""] = value["quantity"]
        heap += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return found


def _row(path: Path, value: dict[str, Any]) -> OrderRow | None:
    identity = digits_of(value.get("id"))
    status, request = value.get("status"), value.get("request_status", value.get("requestStatus"))
    key = next((key for key in _LINES if key in value), None)
    if identity is None or key is None or not isinstance(status, str):
        return None
    lines = tuple(_lines((*path, key), value[key]))
    nodes = [part for _, part in _nodes((), value[key])]
    return OrderRow(
        identity,
        path,
        lines,
        OrderState(
            status.lower(),
            request.lower() if isinstance(request, str) else None,
            digits_of(value.get("assigned_location_id") or _inner(value, "assignedLocation", "location", "id")),
            _values(
                value,
                ("merchant_requests", "merchantRequests"),
                ("kind", "message", "requestOptions", "request_options"),
            ),
            _values(value, ("fulfillment_holds", "fulfillmentHolds"), ("reason", "reason_notes", "reasonNotes")),
            (_any(value, "fulfill_at", "fulfillAt"), _any(value, "fulfill_by", "fulfillBy")),
            tuple(sorted({_left(node) for node in nodes})),
            tuple(place for key in _ADDRESSES for place in _plain(key, value.get(key))),
        ),
    )


def _lines(path: Path, value: Any) -> Iterator[RowLine]:
    for at, node in _nodes(path, value):
        identity = digits_of(node.get("id"))
        line_item = digits_of(node.get("line_item_id") or _inner(node, "lineItem", "id"))
        units = next((node[key] for key in _UNITS if isinstance(node.get(key), int)), None)
        if identity is not None and line_item is not None and units is not None:
            yield RowLine(Thing("fulfillment_order_line_item", identity), line_item, units, (*at, "id"))


def _nodes(path: Path, value: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(value, dict):
        path, value = (*path, "nodes"), value.get("nodes")
    for place, node in enumerate(value if isinstance(value, list) else ()):
        if isinstance(node, dict):
            yield (*path, place), node


def _values(value: dict[str, Any], names: tuple[str, ...], keys: tuple[str, ...]) -> tuple[tuple[Any, ...], ...] | None:
    name = next((name for name in names if name in value), None)
    if name is None:
        return None
    return tuple(tuple(str(node.get(key)) for key in keys) for _, node in _nodes((), value[name]))


def _left(node: dict[str, Any]) -> str:
    units = next((node[key] for key in _UNITS if key in node), None)
    left = next((node[key] for key in _LEFT if key in node), None)
    return "all" if left == units else "none" if left == 0 else "some"


def _plain(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Give the texts of an address, without its ids."""
    if isinstance(value, dict):
        yield from (
            (f"{name}.{key}", text)
            for key, text in sorted(value.items())
            if isinstance(text, str) and text[:4] != "gid:"
        )


def _any(value: dict[str, Any], *names: str) -> bool:
    return any(value.get(name) is not None for name in names)


def _inner(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
