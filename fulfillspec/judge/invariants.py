"""What holds of every fulfillment order that any answer shows, and across every action. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fulfillspec.documents.operations import CONSERVING, RENEWING, SPARING_SIBLINGS, TAKING_SIBLINGS_LINES
from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.judge import requests
from fulfillspec.judge.finding import Difference, Finding, differ, fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

SHARED_ACTIONS = {
    "open/submitted": "cancel_fulfillment_order",
    "in_progress/accepted": "request_cancellation",
    "open/rejected": "request_fulfillment",
    "incomplete/closed": "request_fulfillment",
}
"""Memberships of `supported_actions` that the samples of every documented era share, by state (S2, S4)."""


def of_order(order: FulfillmentOrder, place: str | None) -> Iterator[Finding]:
    """Judge one fulfillment order as shown; `place` is whose location it is at, None if that is not known."""
    name = f"fulfillment order {order.id}"
    strangers = [line.id for line in order.lines if line.parent not in {None, order.id}]
    if strangers:
        yield fails(
            "FO-INV-PARENT",
            f"each line item's fulfillment_order_id is {order.id}",
            f"line items {', '.join(strangers)} name another",
            *(
                Difference(f"line_items[id={line.id}].fulfillment_order_id", order.id, str(line.parent))
                for line in order.lines
                if line.id in strangers
            ),
        )
    elif order.lines:
        yield holds("FO-INV-PARENT")
    named = {order.location_id, order.address_location_id} - {None}
    if len(named) > 1 and order.lines:  # the emptied original of the move sample names two of several stores
        documented = f"assigned_location_id of {name} is the location_id of its location"
        received = f"{order.location_id} and {order.address_location_id}"
        yield fails("FO-INV-LOCATION-SAME", documented, received)
    elif order.address_location_id is not None:
        yield holds("FO-INV-LOCATION-SAME")
    outside = [
        line
        for line in order.lines
        if line.quantity is not None and line.remaining is not None and not 0 <= line.remaining <= line.quantity
    ]
    if outside:
        yield fails(
            "FO-INV-RANGE",
            "fulfillable_quantity between 0 and quantity",
            f"{name} shows {outside[0].remaining} of {outside[0].quantity}",
            *(
                Difference(
                    f"line_items[id={line.id}].fulfillable_quantity", f"0 … {line.quantity}", str(line.remaining)
                )
                for line in outside
            ),
        )
    elif order.lines:
        yield holds("FO-INV-RANGE")
    if order.created_at and order.updated_at:
        if order.updated_at < order.created_at:
            yield fails(
                "FO-INV-UPDATED-AT",
                "updated_at is not before created_at",
                f"{name}: updated {order.updated_at.isoformat()}, created {order.created_at.isoformat()}",
            )
        else:
            yield holds("FO-INV-UPDATED-AT")
    if place == "merchant" and order.request_status is not None:
        if order.request_status != "unsubmitted":
            yield fails(
                "FO-INV-MERCHANT-UNSUBMITTED",
                "request_status unsubmitted at a merchant-managed location",
                f"{name} is {order.pair}",
            )
        else:
            yield holds("FO-INV-MERCHANT-UNSUBMITTED")


def of_actions(order: FulfillmentOrder, place: str | None) -> Iterator[Finding]:
    """Judge `supported_actions` of one fulfillment order as its merchant sees it."""
    if order.actions is None:
        return
    wanted = SHARED_ACTIONS.get(order.pair) if place == "service" else None
    if order.status == "on_hold":
        wanted = "release_hold"
    if order.status == "scheduled":
        wanted = "mark_as_open"
    if wanted is not None and any(line.remaining for line in order.lines):
        if wanted in order.actions:
            yield holds("FO-ACTIONS-SHARED")
        else:
            yield fails(
                "FO-ACTIONS-SHARED", f"{order.pair}: supported_actions has {wanted}", f"[{', '.join(order.actions)}]"
            )
    if order.status == "closed" and order.request_status != "cancellation_accepted":  # its work may go on here
        if order.actions:
            yield fails(
                "FO-INV-ENDED-NO-ACTIONS",
                "closed: no supported_actions",
                f"fulfillment order {order.id} offers [{', '.join(order.actions)}]",
            )
        else:
            yield holds("FO-INV-ENDED-NO-ACTIONS")


def of_pair(order: FulfillmentOrder) -> Iterator[Finding]:
    """Judge that status and request status stand in a combination that some path of the documents leads to."""
    if order.status is None or order.request_status is None:
        return
    if has_no_path(order.pair):
        yield fails("FO-INV-STATE-PAIR", "a combination that the lifecycle knows", f"{order.id} is {order.pair}")
    else:
        yield holds("FO-INV-STATE-PAIR")


def has_no_path(pair: str) -> bool:
    """Tell whether no path of the documents leads to a combination of status and request status."""
    status, _, request_status = pair.partition("/")
    return (
        pair in {"open/accepted", "open/cancellation_requested", "in_progress/submitted"}
        or (status == "scheduled" and request_status != "unsubmitted")
        or (status == "incomplete" and request_status != "closed")
    )


def differences(
    seen: FulfillmentOrder, other: FulfillmentOrder, *, loose: frozenset[str] = frozenset()
) -> tuple[Difference, ...]:
    """List in what two observations of the same fulfillment order differ, beyond what each dialect leaves out."""
    found: list[Difference] = []

    def compare(path: str, one: object, two: object) -> None:
        if path not in loose and one is not None and two is not None and one != two:
            found.append(differ(path, one, two))

    compare("status", seen.status, other.status)
    compare("request_status", seen.request_status, other.request_status)
    compare("order_id", seen.order_id, other.order_id)
    compare("shop_id", seen.shop_id, other.shop_id)
    compare("assigned_location_id", seen.location_id, other.location_id)
    compare("fulfill_at", _time(seen, "fulfill_at", "fulfillAt"), _time(other, "fulfill_at", "fulfillAt"))
    compare("fulfill_by", _time(seen, "fulfill_by", "fulfillBy"), _time(other, "fulfill_by", "fulfillBy"))
    compare("created_at", seen.created_at, other.created_at)
    compare("fulfillment_holds", _holds(seen), _holds(other))
    compare("fulfillment_holds.id", _hold_ids(seen), _hold_ids(other))
    told = requests.contradicting(seen, other)
    if told is not None:
        found.append(Difference("requests", *told))
    one, two = _lines(seen), _lines(other)
    if "line_items" not in loose and one != two:
        for identity in sorted({*one, *two}):
            compare(f"line_items[id={identity}]", one.get(identity, "absent"), two.get(identity, "absent"))
    return tuple(found)


def of_one_view(listed: FulfillmentOrder, got: FulfillmentOrder) -> tuple[Difference, ...]:
    """List in what the list of an order and a fulfillment order by itself differ that one caller is shown alike in both."""
    found = list(_requests(listed, got))
    if listed.actions is not None and got.actions is not None and {*listed.actions} != {*got.actions}:
        found.append(differ("supported_actions", sorted(listed.actions), sorted(got.actions)))
    return tuple(found)


def of_refusal(before: Picture, after: Picture) -> Finding:
    """Judge that a refused operation changed nothing on any fulfillment order of the order."""
    found = [
        Difference(f"{identity}.{row.path}", row.documented, row.received)
        for identity, order in before.orders.items()
        if identity in after.orders
        for row in (*differences(order, after.orders[identity]), *_requests(order, after.orders[identity]))
    ]
    gone = sorted(before.orders.keys() ^ after.orders.keys())
    if found or gone:
        received = (
            f"{found[0].path}: {found[0].documented} became {found[0].received}"
            if found
            else f"fulfillment orders {', '.join(gone)} came or went"
        )
        return fails("FO-ERR-UNCHANGED", "a refused operation changes nothing", received, *found)
    return holds("FO-ERR-UNCHANGED")


def of_step(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge what an accepted action left unsaid: ids, conservation, siblings, locations, time, agreement of observers."""
    operation, target = answer.ask.operation, answer.ask.order
    yield from _listing(answer, before, after)
    yield from _identity(before, after)
    was = before.orders.get(target or "")
    ended = was is not None and was.ended
    if not ended and (operation in CONSERVING or (operation == "cancel" and answer.slots.get("replacement"))):
        requirement, had, has = "FO-INV-QUANTITY", before.work(), after.work()
        if operation == "cancel":  # the cancelled one may keep its line items, with nothing left of them
            requirement, had, has = "FO-CANCEL-REPLACEMENT-ITEMS", before.to_do(), after.to_do()
        hidden = any(shown and shown.id not in after.orders for shown in answer.slots.values())
        if had == has or hidden or _left_out(target, before, after):
            yield holds(requirement)
        else:
            rows = [
                Difference(f"units of line item {item}", str(had.get(item, 0)), str(has.get(item, 0)))
                for item in sorted({*had, *has})
                if had.get(item, 0) != has.get(item, 0)
            ]
            yield fails(
                requirement,
                f"{operation} neither loses nor doubles work",
                f"{rows[0].path}: {rows[0].documented} before, {rows[0].received} after",
                *rows,
            )
    if not ended and operation == "accept_cancellation":
        yield _not_doubled(target or "", before, after)
    if operation in SPARING_SIBLINGS:
        yield _siblings(answer, before, after)
    now = after.orders.get(target or "")
    if was is not None and now is not None and operation != "move":
        was_at, is_at = was.location_id, now.location_id
        if was_at is not None and is_at is not None and was_at != is_at:
            yield fails("FO-INV-LOCATION", f"{operation} leaves assigned_location_id {was_at}", f"now {is_at}")
        elif was_at is not None:
            yield holds("FO-INV-LOCATION")
    yield from of_observers(answer.slots.values(), after, operation)


def _left_out(target: str | None, before: Picture, after: Picture) -> bool:
    """Tell whether only line items are missing that are fulfilled entirely: no document says that they stay listed."""
    was, now = before.orders.get(target or ""), after.orders.get(target or "")
    if was is None or now is None or before.to_do() != after.to_do():
        return False
    had, has = before.work(), after.work()
    done = {item: units - was.left.get(item, 0) for item, units in was.units.items() if item not in now.units}
    return all(had.get(item, 0) - has.get(item, 0) in {0, done.get(item, 0)} for item in {*had, *has})


def of_observers(shown: Iterable[FulfillmentOrder | None], after: Picture, operation: str) -> Iterator[Finding]:
    """Judge that an answer and the later look agree on each fulfillment order that both show."""
    # C3: a recorded store answers a cancellation request with the request status before it
    loose = frozenset({"request_status"} if operation == "submit_cancellation" else ())
    for order in shown:
        if order is None or order.id not in after.orders:
            continue
        looked = after.orders[order.id]
        rows = differences(order, looked, loose=loose | ({"status"} if _opened_itself(order, looked, after) else set()))
        if rows:
            yield fails(
                "FO-INV-OBSERVERS",
                f"the answer to {operation} and a later look agree on fulfillment order {order.id}",
                f"{rows[0].path}: the answer says {rows[0].documented}, the look {rows[0].received}",
                *rows,
            )
        else:
            yield holds("FO-INV-OBSERVERS")


def _opened_itself(was: FulfillmentOrder, now: FulfillmentOrder, after: Picture) -> bool:
    """Tell whether the time for which a fulfillment order was scheduled had come when it was looked at."""
    due = was.fulfill_at is not None and (after.seen is None or was.fulfill_at <= after.seen)
    return due and (was.status, now.status) == ("scheduled", "open")


def _listing(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge that what was listed and what the answer shows is listed afterwards, under the same id."""
    operation, target = answer.ask.operation, answer.ask.order
    gone = before.orders.keys() - after.orders.keys()
    hidden = sorted(shown.id for shown in answer.slots.values() if shown is not None and shown.id not in after.orders)
    renamed = sorted(after.orders.keys() - before.orders.keys())
    if target in gone and renamed and operation not in RENEWING | {"move"}:
        yield fails(
            "FO-INV-IDS",
            f"fulfillment order {target} keeps its id when {operation} is carried out",
            f"it is gone, and {', '.join(renamed)} has come",
        )
    elif hidden or (gone and operation not in RENEWING):
        missing = ", ".join([*hidden, *sorted(gone)])
        yield fails(
            "FO-LIST-ALL", f"the list of order {after.order_id} has all of its fulfillment orders", f"without {missing}"
        )
    elif before.orders:
        yield holds("FO-LIST-ALL")


def _not_doubled(target: str, before: Picture, after: Picture) -> Finding:
    """Judge that an accepted cancellation makes no more work than there was; where it goes is open (C2)."""
    asked, told = before.orders.get(target), after.orders.get(target)
    pairs = [(before.work(), after.work())]
    if asked is not None and told is not None:  # what was fulfilled of it stays fulfilled
        pairs.append((asked.left, told.left))
    for was, now in pairs:
        more = [item for item in sorted(now) if now[item] > was.get(item, 0)]
        if more:
            return fails(
                "FO-INV-QUANTITY",
                "accept_cancellation does not double work",
                f"line item {more[0]}: {was.get(more[0], 0)} units before, {now[more[0]]} after",
                *(Difference(f"units of line item {item}", str(was.get(item, 0)), str(now[item])) for item in more),
            )
    return holds("FO-INV-QUANTITY")


def _identity(before: Picture, after: Picture) -> Iterator[Finding]:
    for identity, was in before.orders.items():
        now = after.orders.get(identity)
        if now is None:
            continue
        rows = [
            differ(path, one, two)
            for path, one, two in (
                ("created_at", was.created_at, now.created_at),
                ("order_id", was.order_id, now.order_id),
                ("shop_id", was.shop_id, now.shop_id),
            )
            if one is not None and two is not None and one != two
        ]
        if rows:
            yield fails(
                "FO-INV-IDS",
                f"{rows[0].path} of fulfillment order {identity} stays {rows[0].documented}",
                f"now {rows[0].received}",
                *rows,
            )
        else:
            yield holds("FO-INV-IDS")
        if was.updated_at and now.updated_at:
            if now.updated_at < was.updated_at:
                yield fails(
                    "FO-INV-UPDATED-AT",
                    f"updated_at of fulfillment order {identity} does not go back from {was.updated_at.isoformat()}",
                    now.updated_at.isoformat(),
                )
            else:
                yield holds("FO-INV-UPDATED-AT")


def _siblings(answer: Answer, before: Picture, after: Picture) -> Finding:
    target, operation = answer.ask.order, answer.ask.operation
    meant = {target, *named_beside(answer), *(slot.id for slot in answer.slots.values() if slot is not None)}
    for identity, was in before.orders.items():
        now = after.orders.get(identity)
        if identity in meant or now is None:
            continue
        loose = frozenset({"line_items"} if operation in TAKING_SIBLINGS_LINES else ())
        rows = (*differences(was, now, loose=loose), *_requests(was, now))
        if rows:
            return fails(
                "FO-INV-SIBLINGS",
                f"{operation} on {target} leaves fulfillment order {identity} of the same order alone",
                f"{rows[0].path}: {rows[0].documented} became {rows[0].received}",
                *rows,
            )
    return holds("FO-INV-SIBLINGS")


def named_beside(answer: Answer) -> Iterator[str]:
    """Yield the fulfillment orders that a request names beside the one that it is about."""
    given = answer.ask.arguments
    yield from given.get("orders") or ()
    yield from (order for order, _ in given.get("beside") or ())


def _holds(order: FulfillmentOrder) -> object:
    return None if order.holds is None else sorted((hold.reason or "", hold.notes or "") for hold in order.holds)


def _hold_ids(order: FulfillmentOrder) -> object:
    """Return the ids of the holds; None where one shows none, as in REST."""
    ids = [hold.id for hold in order.holds or ()]
    return None if not ids or None in ids else sorted(filter(None, ids))


def _lines(order: FulfillmentOrder) -> dict[str, str]:
    return {line.id: f"{line.remaining} of {line.quantity}" for line in order.lines}


def _requests(was: FulfillmentOrder, now: FulfillmentOrder) -> tuple[Difference, ...]:
    """Tell whether the list of requests grew or shrank (its absence in one dialect is no difference)."""
    if was.requests is None or now.requests is None or len(was.requests) == len(now.requests):
        return ()
    return (Difference("requests", f"{len(was.requests)} requests", f"{len(now.requests)} requests"),)


def _time(order: FulfillmentOrder, *names: str) -> object:
    """Return a time, or that null is shown in its place; None where nothing is shown, or nothing that is a time."""
    shown = any(name in order.raw and order.raw[name] is None for name in names)
    return getattr(order, names[0]) or ("null" if shown else None)
