"""What an operation asks, in the variables of its GraphQL document."""

from collections.abc import Callable
from typing import Any

from fulfillspec.documents.operations import NAMED
from fulfillspec.wire.answer import Ask


class UnknownArgumentError(ValueError):
    """An operation was given an argument that GraphQL has no place for."""


def gid(kind: str, identity: object) -> str:
    """Return the global id of a thing of this type by the digits of its id; a gid stays as it is."""
    text = str(identity)
    return text if text.startswith("gid://") else f"gid://shopify/{kind}/{text}"


def _lines(part: object) -> object:
    """Turn a `Part` into the documented input; anything else travels as it is (malformed on purpose)."""
    if isinstance(part, (list, tuple)) and all(isinstance(pair, tuple) for pair in part):
        return [{"id": gid("FulfillmentOrderLineItem", line), "quantity": units} for line, units in part]
    return part


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _gids(kind: str) -> Callable[[Any], object]:
    return lambda found: [gid(kind, one) for one in found] if isinstance(found, (list, tuple)) else found


def _details(details: object) -> object:
    if not isinstance(details, (list, tuple)):
        return details
    return [
        {"fulfillmentOrderLineItemId": gid("FulfillmentOrderLineItem", line), "message": message}
        for line, message in details
    ]


def _works(beside: object) -> object:
    """Name further fulfillment orders, each with its line items if not all that is left is meant."""
    if not isinstance(beside, (list, tuple)):
        return beside
    return [
        {
            **_row(gid("FulfillmentOrder", order)),
            **({} if part is None else {"fulfillmentOrderLineItems": _lines(part)}),
        }
        for order, part in beside
    ]


def _same(value: object) -> object:
    return value


# argument: (variable, how its value travels)
_NAMES: dict[str, tuple[str, Callable[[Any], object]]] = {
    "after": ("after", _same),
    "assignment_status": ("assignmentStatus", _upper),
    "beside": ("beside", _works),
    "deadline": ("fulfillmentDeadline", _same),
    "details": ("lineItems", _details),
    "estimated_shipped_at": ("estimatedShippedAt", _same),
    "external_id": ("externalId", _same),
    "fulfillment": ("fulfillmentId", lambda found: gid("Fulfillment", found)),
    "handle": ("handle", _same),
    "hold_ids": ("holdIds", _gids("FulfillmentHold")),
    "location": ("newLocationId", lambda found: gid("Location", found)),
    "location_ids": ("locationIds", _gids("Location")),
    "message": ("message", _same),
    "new_fulfill_at": ("fulfillAt", _same),
    "notes": ("reasonNotes", _same),
    "notify_customer": ("notifyCustomer", _same),
    "notify_merchant": ("notifyMerchant", _same),
    "order_id": ("id", lambda found: gid("Order", found)),
    "orders": ("fulfillmentOrderIds", _gids("FulfillmentOrder")),
    "part": ("fulfillmentOrderLineItems", _lines),
    "reason": ("reason", _upper),
    "tracking": ("trackingInfoInput", _same),
}
_REST_ONLY = frozenset({"wrapped", "include_financial_summaries", "include_order_reference_fields"})


def variables(ask: Ask) -> dict[str, Any]:
    """Return the variables of an operation's document; what is absent among the arguments is absent there.

    Raises `UnknownArgumentError`.
    """
    given: dict[str, Any] = {}
    for name, value in ask.arguments.items():
        if name in _REST_ONLY:
            continue
        if name not in _NAMES:
            raise UnknownArgumentError(f"{ask.operation}: expected some of {', '.join(_NAMES)}, got {name!r}")
        variable, travels = _NAMES[name]
        given[variable] = travels(value)
    order = None if ask.order is None else gid("FulfillmentOrder", ask.order)
    if ask.operation in _SHAPED:
        return _SHAPED[ask.operation](order, given)
    by_id = order is not None and NAMED[ask.operation].by_id
    return {"id": order, **given} if by_id else given


Given = dict[str, Any]


def _row(order: str | None) -> Given:
    return {} if order is None else {"fulfillmentOrderId": order}


def _hold(order: str | None, given: Given) -> Given:
    return {**({} if order is None else {"id": order}), "fulfillmentHold": given}


def _split(order: str | None, given: Given) -> Given:
    further = given.pop("beside", [])
    return {"fulfillmentOrderSplits": [{**_row(order), **given}, *further]}


def _merge(order: str | None, given: Given) -> Given:
    further = [_row(one) for one in given.pop("fulfillmentOrderIds", ()) if one != order]
    lines = {key: given[key] for key in ("fulfillmentOrderLineItems",) if key in given}
    intents = [*([{**_row(order), **lines}] if order is not None else []), *further, *given.get("beside", ())]
    return {"fulfillmentOrderMergeInputs": [{"mergeIntents": intents}]}


def _create_fulfillment(order: str | None, given: Given) -> Given:
    lines = {key: given.pop(key) for key in ("fulfillmentOrderLineItems",) if key in given}
    message = {key: given.pop(key) for key in ("message",) if key in given}
    further = given.pop("beside", [])
    if "trackingInfoInput" in given:
        given["trackingInfo"] = given.pop("trackingInfoInput")
    work = {"lineItemsByFulfillmentOrder": [{**_row(order), **lines}, *further], "notifyCustomer": False, **given}
    return {"fulfillment": work, **message}


def _update_tracking(_order: str | None, given: Given) -> Given:
    return {"notifyCustomer": False, **given}


def _cancel_fulfillment(_order: str | None, given: Given) -> Given:
    return {"id": given["fulfillmentId"]} if "fulfillmentId" in given else {}


_SHAPED: dict[str, Callable[[str | None, Given], Given]] = {
    "hold": _hold,
    "split": _split,
    "merge": _merge,
    "create_fulfillment": _create_fulfillment,
    "update_tracking": _update_tracking,
    "cancel_fulfillment": _cancel_fulfillment,
}
