"""Who saw what, and when: the looks before and after each action, of whole orders and of single fulfillment orders.

A look tells of an action only where nothing else can have changed what it shows: what else was asked in between, what may
have been carried out though no answer says so, and what two requests at the same time did, ends what was known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from fulfillspec.documents.operations import LEADING_ON, REQUEST_OF
from fulfillspec.evidence.exchange import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder, Picture, moment
from fulfillspec.judge import times
from fulfillspec.traffic.recognised import token_of
from fulfillspec.wire import nodes
from fulfillspec.wire.answer import Answer
from fulfillspec.wire.http import origin

NEAR: Final = 60.0
"""Seconds between two looks within which what changed is taken for the effect of the one action between them."""
COARSE: Final = timedelta(milliseconds=2)
"""How much too early a time may be: many who record write whole milliseconds."""
SOON: Final = 5.0
"""Seconds after an action within which a look may still show everything as it was: stores work in the background."""

MOST: Final = 2_000
"""Orders, and fulfillment orders, that are kept in mind: a recording may be of any length."""

Caller = tuple[str, str, str]
"""Origin, transport and token."""


@dataclass(frozen=True, slots=True)
class ActionSeen:
    """An action between two looks of one caller; `whole`: they show everything of the order."""

    answer: Answer
    before: Picture
    after: Picture
    whole: bool


@dataclass
class _Waiting:
    """An action that waits for the look after it; `muddled`: another one came before that."""

    answer: Answer
    muddled: bool = False


@dataclass
class _Subject:
    """What one caller saw last of an order, or of one fulfillment order."""

    picture: Picture
    waiting: _Waiting | None = None


def place_of(exchange: Exchange) -> str:
    """Return the origin that was asked."""
    return "{}://{}:{}".format(*origin(exchange.url))


def caller_of(answer: Answer) -> Caller:
    """Return who asked."""
    return place_of(answer.exchange), answer.transport, token_of(answer.exchange.request_headers)


def named(answer: Answer) -> frozenset[str]:
    """Return the fulfillment orders that a request names."""
    given = answer.ask.arguments
    found = (answer.ask.order, *given.get("orders", ()), *(order for order, _ in given.get("beside", ())))
    return frozenset(order for order in found if order is not None)


@dataclass
class Views:
    """What callers saw so far; `not_concluded` counts actions of which nothing follows, by the reason.

    `unasked` has what changed between two looks though no request in the traffic asked for it: origin, state before and
    state after (the same where only the work did).
    """

    not_concluded: Counter[str]
    unasked: set[tuple[str, str, str]] = field(default_factory=set)
    _orders: dict[tuple[Caller, str], _Subject] = field(default_factory=dict)
    _single: dict[tuple[Caller, str], _Subject] = field(default_factory=dict)

    def look(self, answer: Answer, order_id: str | None, shown: Iterable[FulfillmentOrder]) -> Iterator[ActionSeen]:
        """Take what an answer shows; yield the steps that end with it. `order_id`: it shows all of that order."""
        exchange, caller = answer.exchange, caller_of(answer)
        orders = {order.id: order for order in shown}
        seen = times.over(exchange)
        judged: set[int] = set()
        if order_id is not None:
            step = self._seen(self._orders, (caller, order_id), Picture(order_id, orders, exchange.n, seen), exchange)
            if step is not None:
                judged.add(step.answer.exchange.n)
                yield step
        for order in orders.values():
            single = Picture(order.order_id or "", {order.id: order}, exchange.n, seen)
            step = self._seen(self._single, (caller, order.id), single, exchange)
            if step is not None and step.answer.exchange.n not in judged:
                yield step

    def act(self, answer: Answer) -> str:
        """Let an action wait for the looks after it; return the state that it met, empty where nobody looked."""
        here, targets, met = place_of(answer.exchange), named(answer), ""
        if not targets:
            self.stir(here)
            return met
        of_orders = self._orders_of(answer, targets)
        for (caller, order_id), subject in self._orders.items():
            if caller[0] != here:
                continue
            met_here = [order for name, order in subject.picture.orders.items() if name in targets]
            met = met or (met_here[0].pair if met_here else "")
            if met_here:
                _wait(subject, answer)
            elif order_id in of_orders or (not of_orders and answer.accepted and subject.waiting is not None):
                _wait(subject, answer)
                _wait(subject, answer)  # what it is about was not seen
        for (caller, identity), subject in list(self._single.items()):
            order_id = subject.picture.order_id
            if caller[0] != here:
                continue
            if targets == {identity} and answer.ask.order == identity:
                met = met or subject.picture.orders[identity].pair
                _wait(subject, answer)
            elif identity in targets or not order_id or not of_orders or order_id in of_orders:
                del self._single[caller, identity]  # what is done to another one of the order may change it
        if not met:
            self.not_concluded["no list of the order's fulfillment orders before the action"] += 1
        return met

    def _orders_of(self, answer: Answer, targets: frozenset[str]) -> set[str]:
        """Return the orders that the fulfillment orders are of which a request names, as far as anybody saw that."""
        here = place_of(answer.exchange)
        shown = {order.order_id or "" for order in answer.slots.values() if order is not None}
        seen = {
            subject.picture.order_id
            for kept in (self._orders, self._single)
            for (caller, _), subject in kept.items()
            if caller[0] == here and targets & subject.picture.orders.keys()
        }
        return (shown | seen) - {""}

    def stir(self, here: str) -> None:
        """Forget what was seen at an origin: something was done there, and nobody knows to what."""
        for kept in (self._orders, self._single):
            for key in [key for key in kept if key[0][0] == here]:
                waiting = kept.pop(key).waiting
                if waiting is not None and kept is self._orders:
                    self.not_concluded["something else was changed between two looks"] += 1

    def finish(self) -> None:
        """Count what still waits for a look."""
        self._count_unseen(sum(subject.waiting is not None for subject in self._orders.values()))

    def _count_unseen(self, count: int) -> None:
        self.not_concluded["no list of the order's fulfillment orders after the action"] += count

    def _seen(
        self, kept: dict[tuple[Caller, str], _Subject], key: tuple[Caller, str], picture: Picture, look: Exchange
    ) -> ActionSeen | None:
        had = kept.get(key)
        waiting = had.waiting if had is not None else None
        if had is not None and waiting is not None and _may_come(waiting, had.picture, picture, look):
            return None  # the effect may show in a later look
        kept.pop(key, None)
        kept[key] = _Subject(picture)
        for oldest in list(kept)[: max(len(kept) - MOST, 0)]:
            if kept.pop(oldest).waiting is not None and kept is self._orders:
                self._count_unseen(1)
        if had is None or waiting is None:
            if had is not None:
                self.unasked.update((key[0][0], *pairs) for pairs in _changes(had.picture, picture))
            return None
        why_not = _why_not(waiting, had.picture, picture, look)
        if why_not is None:
            return ActionSeen(waiting.answer, had.picture, picture, kept is self._orders)
        if kept is self._orders:
            self.not_concluded[why_not] += 1
        return None


def _changes(before: Picture, after: Picture) -> Iterator[tuple[str, str]]:
    """Yield the states, before and after, of what two looks show in another state or with other work left."""
    for identity, was in before.orders.items():
        now = after.orders.get(identity)
        if now is None or None in {was.status, now.status, was.request_status, now.request_status}:
            continue
        if was.pair != now.pair or (has_lines(was) and has_lines(now) and was.left != now.left):
            yield was.pair, now.pair


def _wait(subject: _Subject, answer: Answer) -> None:
    if subject.waiting is not None:
        subject.waiting.muddled = True
    else:
        subject.waiting = _Waiting(answer)


def _why_not(waiting: _Waiting, before: Picture, after: Picture, look: Exchange) -> str | None:
    """Say why two looks tell nothing of what was done between them; None where they do."""
    if waiting.muddled:
        return "more than one action between two looks"
    if not near(before, after):
        return f"the looks are more than {NEAR:g} s apart"
    if not _in_turn(before, waiting.answer.exchange, look):
        return "a look and the action were under way at the same time"
    return None


def _in_turn(before: Picture, action: Exchange, look: Exchange) -> bool:
    """Tell whether the look before was over when the action was sent, and the action when the look after was."""
    sent, acted, looked = moment(action.at), times.over(action), moment(look.at)
    if before.seen is None or sent is None or acted is None or looked is None:
        return False
    return before.seen <= sent + COARSE and acted <= looked + COARSE


def _may_come(waiting: _Waiting, before: Picture, after: Picture, look: Exchange) -> bool:
    """Tell whether what an action led to may not show yet: a look soon after it shows everything as it was."""
    acted, looked = times.over(waiting.answer.exchange), moment(look.at)
    if (
        waiting.muddled
        or not waiting.answer.accepted
        or acted is None
        or looked is None
        or _says_no(waiting.answer, before)
    ):
        return False
    return (looked - acted).total_seconds() < SOON and before.orders == after.orders


def _says_no(answer: Answer, before: Picture) -> bool:
    """Tell whether the answer to an action that leads on shows the state as it was: then nothing is still to come.

    Answers to requests may be of the state before them (C3).
    """
    shown, operation = answer.order, answer.ask.operation
    was = before.orders.get(shown.id) if shown is not None else None
    if shown is None or was is None or operation not in LEADING_ON or operation in REQUEST_OF:
        return False
    return None not in {shown.status, shown.request_status} and shown.pair == was.pair


def near(before: Picture, after: Picture) -> bool:
    """Tell whether two looks are so near that what differs is taken for what was done between them."""
    if before.seen is None or after.seen is None:
        return False
    return 0 <= (after.seen - before.seen).total_seconds() <= NEAR


def has_lines(order: FulfillmentOrder) -> bool:
    """Tell whether an observation has a place for all line items."""
    rows = order.raw.get("line_items")
    return isinstance(rows, list) or isinstance(nodes.at(order.raw, "lineItems", "nodes"), list)


def is_whole(order: FulfillmentOrder) -> bool:
    """Tell whether an observation shows both states and all line items."""
    return None not in {order.status, order.request_status} and has_lines(order)
