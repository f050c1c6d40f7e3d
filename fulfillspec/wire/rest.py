"""The REST Admin API as a transport: operations to requests, answers to observations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from fulfillspec.documents.operations import LISTS, NAMED
from fulfillspec.evidence.log import NOT_JSON, Exchange
from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line, Request, digits, moment, prose
from fulfillspec.wire import pages
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.faults import unanswered
from fulfillspec.wire.http import UNSET, Client

_ONE = "fulfillment_order"


class Rest:
    """The REST transport of one target and version: one HTTP session per actor."""

    name = "rest"

    def __init__(self, clients: Mapping[str, Client], version: str) -> None:
        self._clients = clients
        self._base = f"/admin/api/{version}/"

    def offers(self, operation: str) -> bool:
        """Tell whether REST has the operation (split and merge it has not)."""
        return operation in NAMED and bool(NAMED[operation].rest)

    def perform(self, actor: str, ask: Ask, *, phase: str | None = None) -> Answer:
        """Send the operation and read the answer."""
        row = NAMED[ask.operation]
        method, _, path = row.rest.partition(" ")
        arguments = dict(ask.arguments)
        path = path.format(
            order=ask.order, order_id=arguments.pop("order_id", ""), fulfillment=arguments.pop("fulfillment", "")
        )
        params = tuple(_params(arguments)) if method == "GET" else ()
        payload: Any = UNSET
        if method == "POST" and ask.raw is None:
            payload = _body(ask, arguments, row.wrapper)
        exchange = self._clients[actor].send(
            method,
            self._base + path,
            transport=self.name,
            operation=ask.operation,
            phase=phase,
            json=payload,
            body=ask.raw,
            params=params,
        )

        def page(url: str) -> Exchange | None:
            below = pages.asked(url)
            if below is None:
                return None
            return self._clients[actor].send(
                method, below[0], transport=self.name, operation=ask.operation, phase=phase, params=below[1]
            )

        return gathered(ask, actor, exchange, page) if method == "GET" else read_answer(ask, actor, exchange)


def gathered(ask: Ask, actor: str, first: Exchange, page: Callable[[str], Exchange | None]) -> Answer:
    """Read the answer of an operation with all the pages of its list; `page` gets the URL of a further one."""
    answer = read_answer(ask, actor, first)
    if not answer.accepted or pages.next_url(first) is None:
        return answer
    last, body = pages.followed(first, page)
    return read_answer(ask, actor, last, data=body)


def read_answer(ask: Ask, actor: str, exchange: Exchange, *, transport: str = "rest", data: Any = NOT_JSON) -> Answer:
    """Read the answer of a REST operation from a recorded exchange (`data` instead of its own, where given)."""
    status, data = exchange.status, exchange.data if data is NOT_JSON else data
    body = data if isinstance(data, (dict, list)) else None
    said = _said(body) if isinstance(body, dict) else ""
    if status is None or unanswered(status):
        return Answer(ask, actor, transport, exchange, "failed", said=said, body=body, client_form=False)
    if not 200 <= status < 300:
        return Answer(ask, actor, transport, exchange, "refused", said=said, body=body, client_form=400 <= status < 500)
    if isinstance(body, dict) and said and not any(key.endswith(("fulfillment_order", "fulfillment")) for key in body):
        return Answer(ask, actor, transport, exchange, "refused", said=said, body=body, client_form=False)
    if not isinstance(body, dict):
        # JSON of another form is an answer of the wrong shape, which the schema judge names
        readable = data is not NOT_JSON or (ask.operation == "set_deadline" and status == 204)
        outcome = "accepted" if readable else "failed"
        return Answer(ask, actor, transport, exchange, outcome, said=exchange.error or "not a JSON object", body=data)
    if ask.operation in LISTS:
        rows = body.get("fulfillment_orders")
        listed = tuple(filter(None, map(observe, rows if isinstance(rows, list) else ())))
        return Answer(ask, actor, transport, exchange, "accepted", listed=listed, body=body)
    row = NAMED.get(ask.operation)
    names = (row.shows if row else "").split() or [_ONE]
    slots = {name: observe(body.get(name if name == _ONE else f"{name}_{_ONE}")) for name in names}
    return Answer(ask, actor, transport, exchange, "accepted", slots=slots, body=body)


def observe(row: object) -> FulfillmentOrder | None:
    """Read a REST fulfillment order into the neutral form; None if it is no object with an id."""
    if not isinstance(row, dict):
        return None
    identity = digits(row.get("id"))
    if identity is None:
        return None
    address = row.get("assigned_location") if "assigned_location" in row else row.get("origin")
    requests = row.get("merchant_requests") if "merchant_requests" in row else row.get("outgoing_requests")
    actions, holds = row.get("supported_actions"), row.get("fulfillment_holds")
    return FulfillmentOrder(
        id=identity,
        order_id=digits(row.get("order_id")),
        status=_text(row.get("status")),
        request_status=_text(row.get("request_status")),
        location_id=digits(row.get("assigned_location_id")),
        address_location_id=digits(address.get("location_id")) if isinstance(address, dict) else None,
        actions=tuple(map(str, actions)) if isinstance(actions, list) else None,
        lines=tuple(filter(None, map(_line, _rows(row.get("line_items"))))),
        holds=tuple(Hold(_text(hold.get("reason")), prose(hold.get("reason_notes"))) for hold in _rows(holds))
        if isinstance(holds, list)
        else None,
        requests=tuple(map(_request, _rows(requests))) if isinstance(requests, list) else None,
        fulfill_at=moment(row.get("fulfill_at")),
        fulfill_by=moment(row.get("fulfill_by")),
        created_at=moment(row.get("created_at")),
        updated_at=moment(row.get("updated_at")),
        shop_id=digits(row.get("shop_id")),
        order_name=_text(row.get("order_name")),
        order_processed_at=moment(row.get("order_processed_at")),
        order_reference=tuple(key for key in ("order_name", "order_processed_at", "channel_id") if key in row),
        dialect=("assigned" if "assigned_location" in row else "origin" if "origin" in row else "none")
        + ("+merchant" if "merchant_requests" in row else "+outgoing" if "outgoing_requests" in row else ""),
        raw=row,
    )


def _line(row: Mapping[str, Any]) -> Line | None:
    identity = digits(row.get("id"))
    if identity is None:
        return None
    return Line(
        identity,
        digits(row.get("line_item_id")),
        _whole(row.get("quantity")),
        _whole(row.get("fulfillable_quantity")),
        digits(row.get("fulfillment_order_id")),
        "financial_summaries" in row,
        digits(row.get("variant_id")),
        digits(row.get("inventory_item_id")),
        row.get("inventory_item_id", "") is None,
    )


def _request(row: Mapping[str, Any]) -> Request:
    return Request.of(
        _text(row.get("kind")),
        _text(row.get("message")),
        row.get("request_options"),
        sent_at=moment(row.get("sent_at")),
    )


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _said(body: Mapping[str, Any]) -> str:
    """Return what `errors` (or the legacy `error`) says, as one short line."""
    found = body.get("errors", body.get("error"))
    if found in (None, "", [], {}):
        return ""
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "…"


def _params(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in arguments.items():
        if isinstance(value, (list, tuple)):
            found += [(f"{key}[]", str(item)) for item in value]
        else:
            found.append((key, str(value).lower() if isinstance(value, bool) else str(value)))
    return found


def _lines(part: object) -> object:
    """Turn a `Part` into the documented array; anything else travels as it is (a malformed body on purpose)."""
    if isinstance(part, (list, tuple)) and all(isinstance(pair, tuple) for pair in part):
        return [{"id": int(line), "quantity": units} for line, units in part]
    return part


def _work(order: str, part: object) -> dict[str, Any]:
    """Build the work on one fulfillment order: its id, and the line items if not all that is left is meant."""
    row: dict[str, Any] = {"fulfillment_order_id": int(order)}
    return row if part is None else {**row, "fulfillment_order_line_items": _lines(part)}


def _body(ask: Ask, arguments: dict[str, Any], wrapper: str) -> object:
    """Build the documented body of an operation. `wrapped=False` among the arguments leaves the wrapper out."""
    wrapped = arguments.pop("wrapped", True)
    if "part" in arguments:
        arguments["fulfillment_order_line_items"] = _lines(arguments.pop("part"))
    match ask.operation:
        case "move":
            if "location" in arguments:
                arguments = {"new_location_id": int(arguments.pop("location")), **arguments}
        case "hold":
            if "notes" in arguments:
                arguments["reason_notes"] = arguments.pop("notes")
        case "reject":
            if "details" in arguments:
                arguments["line_items"] = [
                    {
                        "fulfillment_order_line_item_id": int(line),
                        **({"message": message} if message is not None else {}),
                    }
                    for line, message in arguments.pop("details")
                ]
        case "set_deadline":
            names = {"orders": "fulfillment_order_ids", "deadline": "fulfillment_deadline"}
            arguments = {names[key]: value for key, value in arguments.items()}
            if "fulfillment_order_ids" in arguments:
                arguments["fulfillment_order_ids"] = [int(order) for order in arguments["fulfillment_order_ids"]]
        case "create_fulfillment":
            row = _work(ask.order or "0", arguments.pop("fulfillment_order_line_items", None))
            further = [_work(order, part) for order, part in arguments.pop("beside", ())]
            tracking = arguments.pop("tracking", None)
            arguments = {"line_items_by_fulfillment_order": [row, *further], "notify_customer": False, **arguments}
            if tracking is not None:
                arguments["tracking_info"] = tracking
        case "update_tracking":
            arguments = {"notify_customer": False, "tracking_info": arguments.pop("tracking"), **arguments}
        case _:
            pass
    if not wrapper or not wrapped:
        return arguments
    return {wrapper: arguments}
