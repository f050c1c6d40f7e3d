"""Whether the list of requests holds what the merchant asked for, and nothing else. Pure functions over two looks.

Over REST a list that is empty in a look is a reading of AMB-REQUESTS-LIST; the answer of a submission shows the request in
every sample. Over GraphQL one that is empty once the request is answered is a reading too, as in the samples of accept
and reject, for a target that has no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fulfillspec.documents.operations import NAMED, REQUEST_OF, keeping
from fulfillspec.evidence.observation import FulfillmentOrder, Picture, Request, prose
from fulfillspec.judge import times
from fulfillspec.judge.finding import Finding, fails, holds, plain
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

_KEEP_REQUESTS: Final = keeping("requests")
_ANSWERED: Final = frozenset({"accepted", "rejected", "closed", "cancellation_accepted", "cancellation_rejected"})


_WAITING: Final = {"fulfillment_request": "submitted", "cancellation_request": "cancellation_requested"}
"""The request status in which a request of each kind waits for its answer."""


def is_repeated(operation: str, was: FulfillmentOrder | None) -> bool:
    """Tell whether a request is sent while one waits: no document says whether that is refused, or makes a further one."""
    return was is not None and was.request_status == _WAITING.get(REQUEST_OF.get(operation, ""))


@dataclass
class Answered:
    """What a target was seen to do with requests that are answered: whether it goes on listing them."""

    keeps_listing: bool = False


def of_step(answer: Answer, before: Picture, after: Picture, reading: Answered) -> Iterator[Finding]:
    """Judge the lists of requests of an order across an action that was carried out."""
    operation, target = answer.ask.operation, answer.ask.order or ""
    was, now = before.orders.get(target), after.orders.get(target)
    if operation in REQUEST_OF:
        yield from _made(answer, was)
        yield from _elsewhere(answer, before, after)
    if operation == "cancel":
        yield from _replaced(before, after)
    if was is not None and now is not None and operation in _KEEP_REQUESTS:
        yield from _kept(answer, was, now, reading)


def _made(answer: Answer, was: FulfillmentOrder | None) -> Iterator[Finding]:
    """Judge the request that the answer of its submission shows."""
    operation, shown = answer.ask.operation, answer.order
    if shown is None or shown.requests is None:
        return
    recorded = "FO-REQUEST-RECORDED"
    if operation == "submit_cancellation" and answer.transport == "rest":
        recorded = NAMED[operation].message  # no sample of the seeds shows that answer over REST
    fresh = _beyond(shown, was)
    if not fresh and is_repeated(operation, was):
        return
    if not fresh:
        listed = f"{len(shown.requests)} requests, none of them new" if shown.requests else "no request"
        yield fails(recorded, f"the answer to {operation} shows the request", listed)
        return
    yield holds(recorded)
    if answer.ask.raw is not None:  # a body of its own: what it asked for does not stand in the arguments
        return
    wanted = (REQUEST_OF[operation], _plain(answer.ask.arguments.get("message")))
    fitting = [request for request in fresh if (request.kind, _plain(request.message)) == wanted]
    received = fresh[-1]
    if not fitting:
        said = "no message" if wanted[1] is None else f"the message {wanted[1]!r}"
        yield fails(
            NAMED[operation].message,
            f"the request is of the kind {wanted[0]} with {said}",
            _in_words(received),
        )
    else:
        yield holds(NAMED[operation].message)
        received = max(fitting, key=_when)
    yield from _options(answer, fitting or fresh)
    if received.sent_at is not None:
        yield times.of_now("FO-REQUEST-SENT-AT", "sent_at of the request", received.sent_at, answer)


def newest(answer: Answer, was: FulfillmentOrder | None, kind: str) -> Request | None:
    """Return the request that the answer of a submission shows as new; None where it shows none at all.

    No document says in which order requests are listed: it is one that was not there before, of the kind, with the
    message that was sent, or else the last by its time.
    """
    listed = list(answer.order.requests or ()) if answer.order is not None else []
    fresh = (_beyond(answer.order, was) if answer.order is not None else []) or listed
    said = _plain(answer.ask.arguments.get("message"))
    ranks = {id(one): (one.kind == kind, _plain(one.message) == said, _when(one)) for one in fresh}
    return max(reversed(fresh), key=lambda one: ranks[id(one)], default=None)


def _options(answer: Answer, fresh: list[Request]) -> Iterator[Finding]:
    if answer.ask.operation != "submit":
        return
    sent = answer.ask.arguments.get("notify_customer")
    requirement = "FO-SUBMIT-NOTIFY-CUSTOMER" + ("-DEFAULT" if sent is None else "")
    shown = [request.notify_customer for request in fresh if request.notify_customer is not None]
    if not shown:
        return
    if bool(sent) in shown:
        yield holds(requirement)
    else:
        yield fails(requirement, f"notify_customer {plain(bool(sent))}", shown[-1])


def _elsewhere(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge that no other fulfillment order of the order shows the request: what was kept back, and what was there."""
    target, shown = answer.ask.order or "", answer.order
    was, own = before.orders.get(target), {target, shown.id if shown else target}
    rows = (*after.orders.values(), *filter(None, answer.slots.values()))
    others = [order for order in rows if order.id not in own and order.requests is not None]
    for order in others:
        earlier = before.orders.get(order.id, was)
        if earlier is None or (earlier.requests is None and earlier.request_status != "unsubmitted"):
            continue
        strange = _beyond(order, earlier)
        if strange and (earlier.requests or earlier.request_status == "unsubmitted"):
            yield fails(
                "FO-REQUEST-OWN",
                f"{answer.ask.operation} on {target} adds no request to fulfillment order {order.id}",
                f"it shows {_quoted(strange[0].message)}",
            )
            return
    if others:
        yield holds("FO-REQUEST-OWN")


def _replaced(before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge that what replaces a cancelled fulfillment order, and was never requested, shows no request."""
    for identity, order in after.orders.items():
        if identity in before.orders or order.requests is None:
            continue
        if order.requests:
            documented = f"no request was sent for fulfillment order {identity}, the replacement"
            yield fails("FO-REQUEST-OWN", documented, f"it shows {_in_words(order.requests[0])}")
        else:
            yield holds("FO-REQUEST-OWN")


def _kept(answer: Answer, was: FulfillmentOrder, now: FulfillmentOrder, reading: Answered) -> Iterator[Finding]:
    """Judge that requests stay in the list as they were, and that only a submission adds one."""
    if was.requests is None or now.requests is None:
        return
    reading.keeps_listing |= now.request_status in _ANSWERED and bool(now.requests)
    if _hidden(was, reading) or _hidden(now, reading):
        return
    operation, rest = answer.ask.operation, answer.transport != "graphql"
    if was.requests and (now.requests or not rest):
        lost = _beyond(was, now)
        if lost:
            yield fails(
                "FO-REQUEST-KEPT",
                f"after {operation} fulfillment order {was.id} still shows the request {_in_words(lost[0])}",
                f"it shows {plain([_in_words(request) for request in now.requests])}",
            )
            return
        yield holds("FO-REQUEST-KEPT")
    made = 1 if operation in REQUEST_OF else 0
    if rest and (not now.requests or (not was.requests and was.request_status != "unsubmitted")):
        return
    more = len(_beyond(now, was))
    elsewhere = answer.order is not None and answer.order.id != was.id
    if more == made or (not more and (elsewhere or is_repeated(operation, was))):
        yield holds("FO-REQUEST-RECORDED")
    else:
        yield fails(
            "FO-REQUEST-RECORDED",
            f"{operation} adds {made or 'no'} request to the list of fulfillment order {was.id}",
            f"{more} more than before",
        )


def _hidden(order: FulfillmentOrder, reading: Answered) -> bool:
    """Tell whether an empty list may hide requests that are answered."""
    return not order.requests and order.request_status in _ANSWERED and not reading.keeps_listing


def _when(request: Request) -> datetime:
    return request.sent_at or datetime.min.replace(tzinfo=UTC)


def _beyond(more: FulfillmentOrder, less: FulfillmentOrder | None) -> list[Request]:
    """Return the requests that the one shows and the other does not; what a dialect leaves out is no difference."""
    rest = list(more.requests or ())
    for request in (less.requests or ()) if less is not None else ():
        found = next((one for one in rest if _same(one, request)), None)
        if found is not None:
            rest.remove(found)
    return rest


def contradicting(one: FulfillmentOrder, other: FulfillmentOrder) -> tuple[str, str] | None:
    """Return a request of each that the other does not show; None where one of them shows no more than the other does.

    Some answers show the requests before theirs, and an empty list is a reading.
    """
    mine, theirs = _beyond(one, other), _beyond(other, one)
    return (_in_full(mine[0]), _in_full(theirs[0])) if mine and theirs else None


def _same(one: Request, other: Request) -> bool:
    pairs = (
        (one.id, other.id),
        (one.notify_customer, other.notify_customer),
        (one.sent_at, other.sent_at),
    )
    plain = (one.kind, _plain(one.message)) == (other.kind, _plain(other.message))
    return plain and all(None in pair or pair[0] == pair[1] for pair in pairs)


def _in_words(request: Request) -> str:
    return f"{request.kind}: {_quoted(request.message)}"


def _quoted(message: str | None) -> str:
    return "no message" if message is None else repr(message)


def _in_full(request: Request) -> str:
    return f"{_in_words(request)}, notify_customer {plain(request.notify_customer)}, sent_at {plain(request.sent_at)}"


def _plain(message: object) -> str:
    return (prose(message) or "").strip()
