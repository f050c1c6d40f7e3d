"""Whether a state says what happened: an answer follows a request, and what is completed stays so. Pure functions.

The documents do not say how an operation is refused that the state does not allow, or whether it is. They say what each
status means: none may say what did not happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fulfillspec.documents.operations import ABOUT_HOLDS, NAMED
from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.judge.finding import Finding, fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

KEPT_BY: Final = {
    "FO-ACCEPT-NEEDS-REQUEST": ("FO-ACCEPT-OF-REQUEST",),
    "FO-REJECT-NEEDS-REQUEST": ("FO-REJECT-OF-REQUEST",),
    "FO-CANCELLATION-NEEDS-ACCEPTED": ("FO-CANCELLATION-OF-REQUEST",),
    "FO-CANCELLATION-ANSWER-NEEDS-REQUEST": ("FO-CANCELLATION-ANSWER-OF-REQUEST",),
    "FO-OPEN-NEEDS-SCHEDULED": ("FO-OPEN-UNSCHEDULED-STAYS",),
    "FO-SUBMIT-ENDED-REFUSED": ("FO-INV-ENDED-STAYS",),
    "FO-HOLD-ENDED-REFUSED": ("FO-INV-ENDED-STAYS",),
    "FO-CANCEL-ENDED-REFUSED": ("FO-INV-ENDED-STAYS",),
    "FO-FULFIL-ENDED-REFUSED": ("FO-INV-ENDED-STAYS", "FO-FULFIL-SOME-WORK"),
}
"""What a refusal keeps besides the requirement that demands it."""


def of_step(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge what the states before and after an action that was carried out say of it."""
    yield from _made(answer, before, after)
    target = answer.ask.order or ""
    was, now = before.orders.get(target), after.orders.get(target)
    if was is None or now is None:
        return
    yield from _answered(answer, was, now)
    if answer.ask.operation == "create_fulfillment":
        took = before.to_do() != after.to_do() or was.left != now.left
        documented = "a fulfillment stands for work that was done: fewer units are left than before"
        received = f"left as before: {now.left}"
        yield (holds("FO-FULFIL-SOME-WORK") if took else fails("FO-FULFIL-SOME-WORK", documented, received))
    if was.status == "on_hold" and answer.ask.operation not in ABOUT_HOLDS:
        yield _held(answer, was, now)
    if (
        was.status == "closed" and not was.left and answer.ask.operation != "cancel_fulfillment"
    ):  # that brings work back
        yield from _completed(answer, was, now)
        yield _not_more(answer, before, after)


def _answered(answer: Answer, was: FulfillmentOrder, now: FulfillmentOrder) -> Iterator[Finding]:
    """Judge that the request status tells of an answer or of a cancellation only where the request for it was sent."""
    row = NAMED.get(answer.ask.operation)
    if row is None or was.request_status not in row.not_after.split():
        return
    if now.request_status == row.says:
        documented = f"no fulfillment order becomes {row.says} that was {was.request_status}"
        yield fails(row.follows, documented, f"{was.pair} became {now.pair}")
    else:
        yield holds(row.follows)


def _completed(answer: Answer, was: FulfillmentOrder, now: FulfillmentOrder) -> Iterator[Finding]:
    """Judge that what is completed and closed is not taken up again."""
    if now.ended:
        yield holds("FO-INV-ENDED-STAYS")
    else:
        documented = f"fulfillment order {was.id} is completed and closed, and stays so over {answer.ask.operation}"
        yield fails("FO-INV-ENDED-STAYS", documented, now.pair)


def _not_more(answer: Answer, before: Picture, after: Picture) -> Finding:
    """Judge that an action on what is completed makes no more work of its order than was left."""
    had, has = before.to_do(), after.to_do()
    more = [item for item in sorted(has) if has[item] > had.get(item, 0)]
    if not more:
        return holds("FO-INV-QUANTITY")
    documented = f"{answer.ask.operation} on what is completed makes no further work"
    received = f"line item {more[0]}: {had.get(more[0], 0)} left before, {has[more[0]]} after"
    return fails("FO-INV-QUANTITY", documented, received)


def _held(answer: Answer, was: FulfillmentOrder, now: FulfillmentOrder) -> Finding:
    """Judge that what is on hold stays so until the hold is released, or ends."""
    if now.status == "on_hold" or now.ended:
        return holds("FO-INV-HELD-STAYS")
    return fails("FO-INV-HELD-STAYS", f"{answer.ask.operation} leaves fulfillment order {was.id} on hold", now.pair)


def _made(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge that a fulfillment order which an action made has an item."""
    for identity, order in after.orders.items():
        if identity in before.orders:
            continue
        if order.lines or order.ended:
            yield holds("FO-INV-HAS-ITEMS")
        else:
            documented = f"fulfillment order {identity}, which {answer.ask.operation} made, has at least one item"
            yield fails("FO-INV-HAS-ITEMS", documented, "no line items")
