"""What the payload of a GraphQL mutation shows beside the fulfillment order that it is about. Pure functions over two looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.judge.finding import Finding, fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

_HOLD: Final = "FO-GQL-HOLD"
_SPLIT: Final = "FO-RESP-SPLIT"


def of_step(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge that a payload shows the hold that was placed, and what was set apart."""
    operation, was = answer.ask.operation, before.orders.get(answer.ask.order or "")
    if answer.transport != "graphql" or was is None or answer.ask.raw is not None:
        return
    if operation == "hold":
        yield from _placed(answer, was, after)
        yield from _apart(_HOLD, answer, before, after)
    elif operation == "split" and "beside" not in answer.ask.arguments:
        yield from _apart(_SPLIT, answer, before, after)


def _apart(row: str, answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge that the place for the rest has the other fulfillment order where an action made one of two."""
    made = {identity for identity, order in after.orders.items() if identity not in before.orders and order.left}
    asked = not any(name.endswith(".remainingFulfillmentOrder") for name in answer.without)
    if not asked or not made or answer.order is None or answer.slots.get("replacement") is not None:
        return
    shown = answer.slots.get("remaining")
    apart = {*made, answer.ask.order or ""} - {answer.order.id}
    if shown is not None and shown.id in apart:
        yield holds(row)
    else:
        documented = f"remainingFulfillmentOrder is the fulfillment order with the rest: {' or '.join(sorted(apart))}"
        yield fails(row, documented, "null" if shown is None else shown.id)


def _placed(answer: Answer, was: FulfillmentOrder, after: Picture) -> Iterator[Finding]:
    """Judge that the hold of the payload is none that was there, is as it was sent, and is the caller's own."""
    shown = answer.body.get("fulfillment_hold") if isinstance(answer.body, dict) else None
    if not isinstance(shown, dict):
        return
    if shown["id"] in {hold.id for hold in was.holds or ()} - {None}:
        yield fails(_HOLD, "fulfillmentHold is the hold that was placed", f"{shown['id']}, which was there before")
        return
    others = sorted({*_unlike_later(shown, after), *_unlike_sent(shown, answer)})
    documented = "fulfillmentHold is as it was sent, and as it is shown later"
    yield fails(_HOLD, documented, f"{', '.join(others)} differ") if others else holds(_HOLD)


def _unlike_later(shown: dict[str, Any], after: Picture) -> list[str]:
    """Return what a later look shows otherwise of the same hold."""
    for order in after.orders.values():
        for hold in order.holds or ():
            if hold.id is not None and hold.id == shown["id"]:
                later = {"reason": hold.reason, "reasonNotes": hold.notes, "handle": hold.handle}
                return [name for name in later.keys() & shown.keys() if (shown[name] or "") != (later[name] or "")]
    return []


def _unlike_sent(shown: dict[str, Any], answer: Answer) -> list[str]:
    """Return what is not as it was sent: the handle, and that the app which asks placed it."""
    sent = answer.ask.arguments.get("handle")
    others = ["handle"] if sent and shown.get("handle", sent) != sent else []
    return [*others, "heldByRequestingApp"] if shown.get("heldByRequestingApp") is False else others
