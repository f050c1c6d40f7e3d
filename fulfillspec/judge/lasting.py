"""Whether an action leaves behind what it was told and nothing of before, and touches nothing else. Pure functions.

Every step of a run is held to this, whatever came before it: what a case forgets to ask for shows here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from fulfillspec.documents.operations import keeping
from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Picture, moment
from fulfillspec.judge import requests, sources
from fulfillspec.judge.finding import Finding, differ, fails, holds, plain
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

_KEEP_HOLDS: Final = keeping("holds")
_KEEP_FULFILL_AT: Final = keeping("fulfill_at")
_KEEP_FULFILL_BY: Final = keeping("fulfill_by")
_KEEP_WORK: Final = keeping("work")


def of_step(answer: Answer, before: Picture, after: Picture, reading: requests.Answered) -> Iterator[Finding]:
    """Judge what an action that was carried out left behind on the fulfillment orders of its order."""
    yield from requests.of_step(answer, before, after, reading)
    yield from sources.of_step(answer, before, after)
    told = answer.ask.raw is None  # else what a body of its own asked for does not stand in the arguments
    if told:
        yield from _deadlines(answer, before, after)
    yield from _unheld(answer, before, after)
    target = answer.ask.order or ""
    was, now = before.orders.get(target), after.orders.get(target)
    if was is None or now is None:
        return
    operation = answer.ask.operation
    if told or operation != "hold":
        yield from _holds(answer, was, now)
    if operation in _KEEP_WORK and not was.ended:
        yield from _work(answer, before, after)
    if operation == "open":
        yield from _opened(was, now)
    if operation == "reschedule" and told:
        yield from _rescheduled(answer, now)
    if operation == "create_fulfillment" and told:
        yield from _fulfilled(answer, was, now)
    if operation in _KEEP_FULFILL_AT and not now.ended:
        yield _stays("FO-INV-FULFILL-AT", "fulfill_at", answer, was, was.fulfill_at, now.fulfill_at)
    if operation in _KEEP_FULFILL_BY and not now.ended and was.fulfill_by is not None:
        yield _stays("FO-INV-FULFILL-BY", "fulfill_by", answer, was, was.fulfill_by, now.fulfill_by)


def _stays(
    requirement: str, path: str, answer: Answer, order: FulfillmentOrder, was: datetime | None, now: datetime | None
) -> Finding:
    if was == now:
        return holds(requirement)
    documented = f"{answer.ask.operation} leaves {path} of fulfillment order {order.id} at {plain(was)}"
    return fails(requirement, documented, now, differ(path, was, now))


def _holds(answer: Answer, was: FulfillmentOrder, now: FulfillmentOrder) -> Iterator[Finding]:
    operation = answer.ask.operation
    if was.holds is None or now.holds is None:
        return
    if operation == "hold":
        yield from _held(answer, was, now)
    elif operation == "release_hold" and "hold_ids" not in answer.ask.arguments:
        if now.holds:
            received = f"still held: {plain(_in_words(now.holds))}"
            yield fails("FO-RELEASE-ALL", "no hold is left", received)
        else:
            yield holds("FO-RELEASE-ALL")
    elif operation in _KEEP_HOLDS and was.status == now.status == "on_hold":
        if _in_words(was.holds) == _in_words(now.holds):
            yield holds("FO-INV-HOLDS")
        else:
            documented = f"{operation} leaves the holds of fulfillment order {was.id}: {plain(_in_words(was.holds))}"
            yield fails("FO-INV-HOLDS", documented, _in_words(now.holds))
    if operation != "hold" and not was.holds and now.holds:
        documented = f"{operation} puts no hold on fulfillment order {was.id}"
        yield fails("FO-INV-HOLDS", documented, _in_words(now.holds))


def _unheld(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge that a fulfillment order which an action made shows no hold that it is not on."""
    for identity, now in after.orders.items():
        if identity in before.orders or now.holds is None:
            continue
        if now.status == "open" and now.holds:
            documented = (
                f"fulfillment order {identity}, which {answer.ask.operation} made, is {now.pair}: no hold on it"
            )
            yield fails("FO-INV-HOLDS", documented, _in_words(now.holds))
        else:
            yield holds("FO-INV-HOLDS")


def _held(answer: Answer, was: FulfillmentOrder, now: FulfillmentOrder) -> Iterator[Finding]:
    """Judge the hold that was put on: it is as it was sent, and the only one where there was none before."""
    shown = answer.order
    if (shown is not None and shown.id != was.id) or not now.holds:
        return
    given = answer.ask.arguments
    wanted = _in_words((Hold(_text(given.get("reason")), _text(given.get("notes"))),))
    told = _in_words(now.holds)
    if told == wanted or (was.holds and wanted[0] in told):
        yield holds("FO-HOLD-OWN")
    else:
        documented = f"the hold that fulfillment order {was.id} was put on is {wanted[0]}"
        yield fails("FO-HOLD-OWN", documented, told)


def _deadlines(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge fulfill_by of everything that a deadline was set for, and that nothing else of the order got it."""
    if answer.ask.operation != "set_deadline":
        return
    named, deadline = answer.ask.arguments.get("orders") or (), moment(answer.ask.arguments.get("deadline"))
    for identity, now in after.orders.items():
        was = before.orders.get(identity)
        if was is not None and was.pair != now.pair:
            documented = f"a deadline leaves fulfillment order {identity} {was.pair}"
            yield fails("FO-DEADLINE-LEAVES-STATE", documented, now.pair)
        elif was is not None:
            yield holds("FO-DEADLINE-LEAVES-STATE")
        if was is None or deadline is None or (was.fulfill_by is None and now.fulfill_by is None and _brief(now)):
            continue
        if identity not in named:
            yield _stays("FO-INV-FULFILL-BY", "fulfill_by", answer, was, was.fulfill_by, now.fulfill_by)
        elif _second(now.fulfill_by) == _second(deadline):
            yield holds("FO-DEADLINE-SETS")
        else:
            documented = f"fulfill_by of fulfillment order {identity} is {deadline.isoformat()}"
            yield fails("FO-DEADLINE-SETS", documented, now.fulfill_by)


def _brief(order: FulfillmentOrder) -> bool:
    """Tell whether an observation knows nothing of fulfill_by."""
    return "fulfill_by" not in order.raw and "fulfillBy" not in order.raw


def _opened(was: FulfillmentOrder, now: FulfillmentOrder) -> Iterator[Finding]:
    """Judge that only what is scheduled opens; what is in progress at a merchant's location may end its progress."""
    if was.status == "scheduled" or was.pair == "in_progress/unsubmitted":
        return
    if was.pair == now.pair:
        yield holds("FO-OPEN-UNSCHEDULED-STAYS")
    else:
        yield fails("FO-OPEN-UNSCHEDULED-STAYS", f"what is {was.pair} is not opened", now.pair)


def _rescheduled(answer: Answer, now: FulfillmentOrder) -> Iterator[Finding]:
    wanted = moment(answer.ask.arguments.get("new_fulfill_at"))
    if wanted is None or now.fulfill_at is None or now.status != "scheduled":
        return
    if _second(now.fulfill_at) == _second(wanted):
        yield holds("FO-RESCHEDULE-STATE")
    else:
        yield fails("FO-RESCHEDULE-STATE", f"fulfill_at is {wanted.isoformat()}", now.fulfill_at)


def _fulfilled(answer: Answer, was: FulfillmentOrder, now: FulfillmentOrder) -> Iterator[Finding]:
    """Judge what is left after a fulfillment: what was left before it, without what it took.

    Where more was named than there was, a target that does not refuse it takes what there is.
    """
    part = answer.ask.arguments.get("part") or None  # an empty list leaves it blank
    items = {line.id: line.line_item_id for line in was.lines}
    if part is not None and not all(line in items for line, _ in part):
        return
    left = dict(was.left)
    for line, units in part or ():
        item = items[line] or ""
        left[item] = left.get(item, 0) - units
    wanted = {} if part is None else {item: units for item, units in left.items() if units > 0}
    if now.left != wanted:
        yield fails("FO-FULFIL-REMAINING", f"left to fulfil by line item: {plain(wanted)}", now.left)
        return
    yield holds("FO-FULFIL-REMAINING")
    if wanted and now.ended:
        yield fails("FO-FULFIL-PART-OPEN", "partly fulfilled: not closed", now.pair)
    elif not wanted and now.status != "closed":
        yield fails("FO-FULFIL-CLOSES", "fulfilled entirely: closed", now.pair)


def _work(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge that what is left to fulfil is neither less nor more: what was fulfilled stays fulfilled."""
    had, has = before.to_do(), after.to_do()
    items = [item for item in sorted(had.keys() | has.keys()) if had.get(item, 0) != has.get(item, 0)]
    if not items:
        yield holds("FO-INV-QUANTITY")
        return
    item = items[0]
    documented = f"{answer.ask.operation} leaves what is left to fulfil"
    yield fails("FO-INV-QUANTITY", documented, f"line item {item}: {had.get(item, 0)} before, {has.get(item, 0)} after")


def _second(found: datetime | None) -> datetime | None:
    return None if found is None else found.replace(microsecond=0)


def _in_words(holds_: tuple[Hold, ...]) -> list[str]:
    return sorted(f"{(hold.reason or '').lower()}: {(hold.notes or '').strip()!r}" for hold in holds_)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
