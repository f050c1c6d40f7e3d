"""Judging what others sent: each answer by the standing judges, and steps by the looks before and after them.

Nothing is asked here, so nothing can be made sure of. What this traffic does not show is counted, and no verdict rests
on it: a look that is far away, a second action between two looks, arguments that only the sender knows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from fulfillspec.documents import lifecycle
from fulfillspec.documents.lifecycle import Lifecycle
from fulfillspec.documents.operations import BY_ARGUMENTS, READS, REQUEST_OF
from fulfillspec.evidence.exchange import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder, Picture, moment
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.judge import invariants, lasting, sources, standing, times
from fulfillspec.judge.finding import Finding, fails, holds
from fulfillspec.judge.requests import Answered
from fulfillspec.judge.schema import INCLUDES
from fulfillspec.judge.standing import Standing
from fulfillspec.traffic.recognised import token_of
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire.answer import Answer
from fulfillspec.wire.http import origin
from fulfillspec.wire.recorded import Told, served

NEAR: Final = 60.0
"""Seconds between two looks within which what changed is taken for the effect of the one action between them."""
COARSE: Final = timedelta(milliseconds=2)
"""How much too early a time may be: many who record write whole milliseconds."""
SOON: Final = 5.0
"""Seconds after an action within which a look may still show everything as it was: stores work in the background."""

_NAMED: Final = re.compile(r"/fulfillment_orders/(\d+)(?:/|\.json)")

_Observer = tuple[str, str, str, str]
"""Origin, transport, token and order: who looks at what."""


@dataclass
class _Open:
    """An action that waits for the look after it; `muddled`: another one came before that."""

    answer: Answer
    muddled: bool = False


@dataclass
class Traffic:
    """What is known of the traffic so far, and what was judged of it.

    `used` counts the operations by transport, state met and outcome; `not_concluded` what could not be judged, by reason.
    """

    redactor: Redactor
    ledger: Ledger = field(default_factory=Ledger)
    used: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    not_concluded: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    steps: int = 0
    versions: Counter[tuple[str, str]] = field(default_factory=Counter)
    _standing: dict[tuple[str, str, str], Standing] = field(default_factory=dict)
    _readings: dict[tuple[str, str, str], Answered] = field(default_factory=dict)
    _looks: dict[_Observer, Picture] = field(default_factory=dict)
    _open: dict[_Observer, _Open] = field(default_factory=dict)

    def take(self, told: Told) -> None:
        """Judge the next answer of the traffic."""
        answer = told.answer
        self.answers += 1
        if answer.faulted or answer.exchange.status in {429, 430}:
            self.not_concluded["answered by a fault of the server, throttled, or not at all"] += 1
            return
        if told.missing:
            self.not_concluded["a page of the list is not in the traffic"] += 1
            return
        for finding in self._of_answer(told):
            self._enter(answer, finding, None)
        if answer.ask.operation == "list":
            self._look(told)
        elif answer.ask.operation not in READS:
            self._act(_about(answer))
        else:
            self.used[answer.transport, answer.ask.operation, "", answer.outcome] += 1

    def finish(self) -> None:
        """End: what still waits for a look cannot be concluded."""
        self.not_concluded["no list of the order's fulfillment orders after the action"] += len(self._open)
        self._open.clear()
        self.not_concluded = +self.not_concluded
        self.ledger.settle()

    def _of_answer(self, told: Told) -> Iterator[Finding]:
        answer = told.answer
        version, names = served(answer.exchange), "x-shopify-api-version" in answer.exchange.headers
        where = "{}://{}:{}".format(*origin(answer.exchange.url))
        judges = self._standing.setdefault(
            (where, answer.transport, version), Standing(answer.transport, version, names_version=names)
        )
        self.versions[answer.transport, version] += 1
        yield from judges.of_answer(answer, told.includes & INCLUDES)
        for order in standing.shown(answer):
            yield from invariants.of_order(order, None)
            yield from invariants.of_pair(order)
        if len(answer.listed) > 1:
            yield sources.once(answer.ask.operation, {"fulfillment orders": [order.id for order in answer.listed]})
        if answer.accepted and told.order_id is not None:
            yield from standing.of_look(answer, told.order_id)
        if answer.accepted:
            self.ledger.accepted(answer.ask.operation, answer.transport)

    def _observer(self, answer: Answer, order_id: str) -> _Observer:
        exchange = answer.exchange
        return (
            "{}://{}:{}".format(*origin(exchange.url)),
            answer.transport,
            token_of(exchange.request_headers),
            order_id,
        )

    def _look(self, told: Told) -> None:
        answer = told.answer
        self.used[answer.transport, "list", "", answer.outcome] += 1
        if not answer.accepted or told.order_id is None:
            return
        exchange = answer.exchange
        orders = {order.id: order for order in answer.listed}
        picture = Picture(told.order_id, orders, exchange.n, times.over(exchange))
        observer = self._observer(answer, told.order_id)
        before, waiting = self._looks.get(observer), self._open.get(observer)
        if waiting is not None and before is not None and _may_come(waiting, before, picture, exchange):
            return  # the effect may show in a later look
        self._looks[observer] = picture
        self._open.pop(observer, None)
        if waiting is None or before is None:
            return
        if waiting.muddled:
            self.not_concluded["more than one action between two looks"] += 1
        elif not _near(before, picture):
            self.not_concluded[f"the looks are more than {NEAR:g} s apart"] += 1
        elif not _in_turn(before, waiting.answer.exchange, exchange):
            self.not_concluded["a look and the action were under way at the same time"] += 1
        else:
            self._step(waiting.answer, before, picture)

    def _act(self, answer: Answer) -> None:
        """Let an action wait for the look after it, of each observer that looked at its order before."""
        met, seen = "", False
        here = "{}://{}:{}".format(*origin(answer.exchange.url))
        for observer, picture in self._looks.items():
            order = picture.orders.get(answer.ask.order or "")
            if order is None or observer[0] != here:
                continue
            met, seen = met or order.pair, True
            if observer in self._open:
                self._open[observer].muddled = True
            else:
                self._open[observer] = _Open(answer)
        self.used[answer.transport, answer.ask.operation, met, answer.outcome] += 1
        if not seen:
            self.not_concluded["no list of the order's fulfillment orders before the action"] += 1

    def _step(self, answer: Answer, before: Picture, after: Picture) -> None:
        self.steps += 1
        was = before.orders[answer.ask.order or ""]
        if answer.refused:
            self._enter(answer, invariants.of_refusal(before, after), was, after)
            return
        if not answer.accepted:
            return
        if answer.ask.operation in BY_ARGUMENTS:
            self.not_concluded["what has to follow depends on arguments that only the sender knows"] += 1
            return
        left = self._of_what_stays(answer, before, after)
        for finding in (*invariants.of_step(answer, before, after), *_of_state(answer, was, after), *left):
            self._enter(answer, finding, was, after)

    def _of_what_stays(self, answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
        """Judge what an action leaves as it was, as far as that does not hang on its arguments."""
        if answer.ask.operation in REQUEST_OF:
            return
        exchange = answer.exchange
        reading = self._readings.setdefault(self._observer(answer, "")[:3], Answered())
        unread = replace(answer, ask=replace(answer.ask, raw=(exchange.request_body or "").encode()))
        yield from lasting.of_step(unread, before, after, reading)

    def _enter(
        self, answer: Answer, finding: Finding, was: FulfillmentOrder | None, after: Picture | None = None
    ) -> None:
        if finding.holds:
            self.ledger.held(finding.requirement, answer.transport)
            return
        self.ledger.broken(
            Deviation(
                requirement=finding.requirement,
                case="",
                transport=answer.transport,
                actor=answer.actor,
                operation=answer.ask.operation,
                state=None if was is None else was.pair,
                documented=self.redactor.text(finding.documented),
                received=self.redactor.text(finding.received),
                diff=finding.diff,
                exchanges=(answer.exchange.n,) if after is None else (answer.exchange.n, after.exchange),
                reproduce="",
            )
        )


def _about(answer: Answer) -> Answer:
    """Return the answer to an action over REST with the fulfillment order that its path names."""
    named = _NAMED.search(urlsplit(answer.exchange.url).path)
    if answer.ask.order is not None or named is None:
        return answer
    return replace(answer, ask=replace(answer.ask, order=named[1]))


def _in_turn(before: Picture, action: Exchange, look: Exchange) -> bool:
    """Tell whether the look before was over when the action was sent, and the action when the look after was."""
    sent, acted, looked = moment(action.at), times.over(action), moment(look.at)
    if before.seen is None or sent is None or acted is None or looked is None:
        return False
    return before.seen <= sent + COARSE and acted <= looked + COARSE


def _may_come(waiting: _Open, before: Picture, after: Picture, look: Exchange) -> bool:
    """Tell whether what an action led to may not show yet: a look soon after it shows everything as it was."""
    acted, looked = times.over(waiting.answer.exchange), moment(look.at)
    if waiting.muddled or not waiting.answer.accepted or acted is None or looked is None:
        return False
    return (looked - acted).total_seconds() < SOON and before.orders == after.orders


def _near(before: Picture, after: Picture) -> bool:
    if before.seen is None or after.seen is None:
        return False
    return 0 <= (after.seen - before.seen).total_seconds() <= NEAR


def _of_state(answer: Answer, was: FulfillmentOrder, after: Picture) -> Iterator[Finding]:
    """Judge where an accepted action led, whosever location it is at: to a state that the lifecycle names, if it names one."""
    life, operation = lifecycle.load(), answer.ask.operation
    shown = answer.order
    now = after.orders.get(shown.id if shown is not None else was.id)
    edges = [edge for edge in life.edges if edge.action == operation and _is(life, edge.source, was)]
    if edges:
        if now is None or operation == "cancel":
            return
        fine = any(_is(life, edge.target, now) for edge in edges)
        documented = " or ".join(dict.fromkeys(life.states[edge.target].pair for edge in edges))
        yield (
            holds(edges[0].requirement)
            if fine
            else fails(edges[0].requirement, f"{operation} in {was.pair} leads to {documented}", now.pair)
        )
        return
    version = served(answer.exchange)
    cells = [
        life.cell(state, operation, actor, version)
        for state in life.states
        if _is(life, state, was)
        for action, actor in life.decided
        if action == operation
    ]
    named = next((cell.requirement for cell in cells if cell.requirement and cell.level == "must"), None)
    if named is not None and all(cell.outcome == "refuse" and cell.level == "must" for cell in cells):
        yield fails(named, f"{operation} in {was.pair} is refused", answer.described())


def _is(life: Lifecycle, state: str, order: FulfillmentOrder) -> bool:
    """Tell whether a fulfillment order is in a state, in any of its readings, wherever it is."""
    known = life.states[state]
    return known.matches(f"{known.place}:{order.pair}")
