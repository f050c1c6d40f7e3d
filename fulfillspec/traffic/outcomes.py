"""Whether an action did what its request asked for, as the look after it shows. Pure functions over one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from fulfillspec.documents.operations import NAMED, OPERATIONS
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge.finding import Finding, fails, holds, plain
from fulfillspec.traffic.views import ActionSeen

_SHOWN: Final = {
    "close": ("FO-GQL-CLOSE-STATE", "incomplete/closed"),
    "reject": ("FO-GQL-REJECT-STATE", "open/rejected"),
}
"""What an answer over GraphQL itself shows, by the requirement that says so."""
OF_LINES: Final = frozenset(
    {row for each in OPERATIONS for row in (each.part, each.whole, each.left) if row} | {"FO-CLOSE-KEEPS-ITEMS"}
)
"""Requirements that say something of line items."""


def of_step(step: ActionSeen) -> Iterator[Finding]:
    """Judge what an action that was carried out led to, as far as its arguments say what that has to be."""
    answer = step.answer
    was = step.before.orders.get(answer.ask.order or "")
    if was is None or answer.ask.raw is not None:
        return
    operation, shown, given = answer.ask.operation, answer.order, answer.ask.arguments
    own = step.after.orders.get(was.id)
    now = step.after.orders.get(shown.id) if shown is not None else None
    if now is not None:
        yield from _units(step, was, now)
        row, pair = _SHOWN.get(operation, ("", ""))
        if row and answer.transport == "graphql" and shown is not None and "None" not in shown.pair:
            yield _judged(row, f"{operation} shows {pair}", shown.pair, fine=shown.pair == pair)
        if operation == "move" and "location" in given and now.location_id is not None:
            documented = f"move leads to location {given['location']}"
            yield _judged("FO-MOVE-LOCATION", documented, now.location_id, fine=now.location_id == given["location"])
    if own is not None and own.status is not None:
        yield from _of_own(step, was, own)


def _of_own(step: ActionSeen, was: FulfillmentOrder, own: FulfillmentOrder) -> Iterator[Finding]:
    """Judge the fulfillment order that an action was about."""
    operation, given = step.answer.ask.operation, step.answer.ask.arguments
    if operation == "cancel":
        yield _judged("FO-CANCEL-STATE", "what is cancelled is closed or cancelled", own.pair, fine=own.ended)
    elif operation == "open" and was.status == "scheduled":
        yield _judged("FO-OPEN-STATE", "what was scheduled is open", own.pair, fine=own.status == "open")
    elif (
        operation == "release_hold" and was.status == "on_hold" and given.keys().isdisjoint({"hold_ids", "external_id"})
    ):
        yield _judged("FO-RELEASE-STATE", "what was on hold is no longer", own.pair, fine=own.status != "on_hold")
    elif operation == "move" and given.get("part") and was.status is not None:
        fine = own.status in {was.status, "closed"}
        yield _judged("FO-MOVE-ORIGINAL-STATUS", f"the original is {was.status} or closed", own.pair, fine=fine)
    elif operation == "close":
        fine = (own.units, own.left) == (was.units, was.left)
        yield _judged(
            "FO-CLOSE-KEEPS-ITEMS",
            f"units {plain(was.units)}, left {plain(was.left)}",
            f"{plain(own.units)}, left {plain(own.left)}",
            fine=fine,
        )
    elif operation == "hold" and own.status == "on_hold" and own.holds is not None:
        for row, name in (("FO-HOLD-CREATES-HOLD", "reason"), ("FO-HOLD-NOTES", "notes")):
            seen = [(getattr(hold, name) or "").strip().lower() for hold in own.holds]
            sent = str(given.get(name) or "").strip().lower()
            if sent:
                yield _judged(row, f"a hold with the {name} sent, {sent!r}", plain(seen), fine=sent in seen)
    kept = NAMED[operation].keeps_request
    if kept and None not in {was.request_status, own.request_status}:
        documented = f"{operation} leaves the request status {was.request_status}"
        yield _judged(kept, documented, own.pair, fine=own.request_status == was.request_status)


def _judged(requirement: str, documented: str, received: str, *, fine: bool) -> Finding:
    return holds(requirement) if fine else fails(requirement, documented, received)


def _units(step: ActionSeen, was: FulfillmentOrder, now: FulfillmentOrder) -> Iterator[Finding]:
    """Judge that a request for some units is about those, and one for a whole fulfillment order about all of it."""
    operation, part = step.answer.ask.operation, step.answer.ask.arguments.get("part")
    columns = NAMED[operation]
    row = columns.part if part else columns.whole
    if not row or was.units != was.left or _joins(step, was, now):  # what was fulfilled of it may stay listed
        return
    taken = _taken(was, part) if part else Counter(was.left)
    if taken is None:
        return
    wanted = [taken, Counter(was.left)] if operation == "hold" else [taken]  # a store may put all of it on hold
    documented = f"{operation} is about these units by line item: {plain(taken)}"
    yield _judged(row, documented, plain(_some(now.units)), fine=_some(now.units) in wanted)
    kept = step.answer.slots.get(columns.left_shown)
    rest = step.after.orders.get(kept.id) if kept is not None else None
    left = Counter(was.left) - taken
    if part and left and rest is not None and rest.id != now.id:
        yield _judged(
            columns.left,
            f"what was not named stays: {plain(left)}",
            plain(_some(rest.units)),
            fine=_some(rest.units) == left,
        )


def _taken(was: FulfillmentOrder, part: tuple[tuple[str, int], ...]) -> Counter[str] | None:
    """Return the units of each line item of the order that a request names; None where they are not there to be taken."""
    items = {line.id: line.line_item_id or "" for line in was.lines}
    taken: Counter[str] = Counter()
    for line, units in part:
        if line not in items or units <= 0:
            return None
        taken[items[line]] += units
    return None if taken - Counter(was.left) else taken


def _joins(step: ActionSeen, was: FulfillmentOrder, now: FulfillmentOrder) -> bool:
    """Tell whether work may have come to what was there already."""
    others = (order for order in step.before.orders.values() if order.id != was.id and not order.ended)
    return any(order.id == now.id or order.location_id in {None, now.location_id} for order in others)


def _some(units: Mapping[str, int]) -> Counter[str]:
    """Return the units without line items of which there are none: an emptied one may stay listed."""
    return Counter({item: count for item, count in units.items() if count})
