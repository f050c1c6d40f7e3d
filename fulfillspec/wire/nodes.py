"""Reading what stands in a GraphQL answer, whatever its shape, into the neutral form."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line, Request, digits, moment, prose

_ORDER_REFERENCE = {"order_name": "orderName", "order_processed_at": "orderProcessedAt", "channel_id": "channelId"}


def at(value: object, *path: str | int) -> Any:
    """Return what stands at a path of keys and indexes, None where the path leads nowhere."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value


def replaced(value: Any, path: Sequence[str | int], by: Any) -> Any:
    """Return a copy with another value at a path that leads somewhere; what is not on the path is shared."""
    if not path:
        return by
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return [replaced(part, rest, by) if n == step else part for n, part in enumerate(value)]
    return {**value, step: replaced(value[step], rest, by)}


def parts(value: object) -> list[Any]:
    """Return a list as it is, an empty one for anything else."""
    return value if isinstance(value, list) else []


def rows(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, none for anything else."""
    return [row for row in parts(value) if isinstance(row, dict)]


def next_page(connection: object) -> str | None:
    """Return the cursor after which a connection goes on, None where it ends."""
    cursor = at(connection, "pageInfo", "endCursor")
    return cursor if at(connection, "pageInfo", "hasNextPage") is True and isinstance(cursor, str) else None


def errors_of(body: object) -> list[Any]:
    """Return the top-level errors of an answer, whatever form they have; empty where there are none."""
    errors = at(body, "errors")
    if errors in (None, "", [], {}):
        return []
    return errors if isinstance(errors, list) else [errors]


def readable(errors: Iterable[object]) -> bool:
    """Tell whether each error is an object with a message that says something."""
    return all(isinstance(message := at(error, "message"), str) and bool(message.strip()) for error in errors)


def said(errors: Sequence[object]) -> str:
    """Return what errors say, as one short line."""
    texts = [
        message
        if isinstance(message := at(error, "message"), str)
        else error
        if isinstance(error, str)
        else json.dumps(error, ensure_ascii=False)
        for error in errors[:5]
    ]
    text = "; ".join(texts)
    return text if len(text) <= 200 else text[:200] + "…"


def observe(node: object) -> FulfillmentOrder | None:
    """Read a GraphQL fulfillment order into the neutral form; None if it is no object with an id."""
    identity = digits(at(node, "id"))
    if not isinstance(node, dict) or identity is None:
        return None
    actions, holds = node.get("supportedActions"), node.get("fulfillmentHolds")
    lines = at(node, "lineItems", "nodes")
    return FulfillmentOrder(
        id=identity,
        order_id=digits(node.get("orderId")),
        status=_lower(node.get("status")),
        request_status=_lower(node.get("requestStatus")),
        location_id=digits(at(node, "assignedLocation", "location", "id")),
        address_location_id=None,
        actions=tuple(filter(None, (_lower(row.get("action")) for row in rows(actions))))
        if isinstance(actions, list)
        else None,
        lines=tuple(filter(None, map(_line, rows(lines)))),
        holds=tuple(map(_hold, rows(holds))) if isinstance(holds, list) else None,
        requests=_requests(node.get("merchantRequests")),
        fulfill_at=moment(node.get("fulfillAt")),
        fulfill_by=moment(node.get("fulfillBy")),
        created_at=moment(node.get("createdAt")),
        updated_at=moment(node.get("updatedAt")),
        order_name=_text(node.get("orderName")),
        order_processed_at=moment(node.get("orderProcessedAt")),
        order_reference=tuple(key for key, name in _ORDER_REFERENCE.items() if name in node),
        dialect="graphql",
        raw=node,
    )


def fulfillment(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fulfillment under the names that REST has: id, status, name, units, and the first tracking."""
    tracking = at(node.get("trackingInfo"), 0)
    return {
        "id": node.get("id"),
        "name": node.get("name"),
        "status": _lower(node.get("status")),
        "tracking_number": at(tracking, "number"),
        "tracking_company": at(tracking, "company"),
        "tracking_url": at(tracking, "url"),
        "total_quantity": node.get("totalQuantity"),
        "created_at": node.get("createdAt"),
    }


def hold(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return a hold as far as it was asked for: its id as a number, its reason as REST spells it."""
    read = _hold(node)
    rows = {"handle": read.handle, "reason": read.reason, "reasonNotes": read.notes}
    own = {"heldByRequestingApp": node.get("heldByRequestingApp")}
    return {"id": read.id, **{name: value for name, value in {**rows, **own}.items() if name in node}}


def _line(row: Mapping[str, Any]) -> Line | None:
    identity = digits(row.get("id"))
    if identity is None:
        return None
    return Line(
        identity,
        digits(at(row.get("lineItem"), "id")),
        whole(row.get("totalQuantity")),
        whole(row.get("remainingQuantity")),
        None,
        "financialSummaries" in row,
        None,
        digits(row.get("inventoryItemId")),
        row.get("inventoryItemId", "") is None,
    )


def _hold(row: Mapping[str, Any]) -> Hold:
    return Hold(
        _lower(row.get("reason")), prose(row.get("reasonNotes")), digits(row.get("id")), _text(row.get("handle"))
    )


def _requests(connection: object) -> tuple[Request, ...] | None:
    """Read the requests; None where there are none, or more than the page that was asked for."""
    found = at(connection, "nodes")
    if not isinstance(found, list) or next_page(connection) is not None:
        return None
    return tuple(map(_request, rows(found)))


def _request(row: Mapping[str, Any]) -> Request:
    return Request.of(
        _lower(row.get("kind")),
        _text(row.get("message")),
        row.get("requestOptions"),
        sent_at=moment(row.get("sentAt")),
        identity=digits(row.get("id")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _lower(value: object) -> str | None:
    return value.lower() if isinstance(value, str) else None


def whole(value: object) -> int | None:
    """Return an integer, None for anything else (true and false are none)."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
