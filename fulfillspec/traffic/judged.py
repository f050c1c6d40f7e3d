"""Judging what others sent: each answer by the standing judges, and steps by the looks before and after them.

Nothing is asked here, so nothing can be made sure of. What this traffic does not show is counted, and no verdict rests
on it: a look that is far away, a second action between two looks, a request that cannot be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from fulfillspec.documents.operations import LOOKS, OF_SERVICES, READS, TELLING
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.judge import invariants, sources, standing, times
from fulfillspec.judge.finding import Finding
from fulfillspec.judge.requests import Answered
from fulfillspec.judge.schema import INCLUDES
from fulfillspec.judge.sources import Known
from fulfillspec.judge.standing import Standing
from fulfillspec.traffic import steps, unseen, worked
from fulfillspec.traffic.alike import Alike
from fulfillspec.traffic.asked import AnswerRead
from fulfillspec.traffic.faults import Faults
from fulfillspec.traffic.views import MOST, NEAR, ActionSeen, Caller, Views, caller_of, place_of
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire.answer import Answer
from fulfillspec.wire.recorded import served

_BY_CLOCK: Final = frozenset(
    {"FO-FULFIL-CREATED-NOW", "FO-INV-CREATED-NOW", "FO-INV-NOT-AHEAD", "FO-INV-UPDATED-NOW", "FO-REQUEST-SENT-AT"}
)
"""Requirements of times of now: the clock of who recorded may be any, so they are judged by that of the target."""

_OF_MERCHANTS: Final = LOOKS - OF_SERVICES
"""Answers in which `supported_actions` are those of the merchant, who asks."""


@dataclass
class Traffic:
    """What is known of the traffic so far, and what was judged of it.

    `used` counts the operations by transport, state met and outcome, `arguments` what was sent along;
    `not_concluded` what could not be judged, by reason. `unordered` are the numbers of exchanges of which nobody knows
    whether they came before or after others.
    """

    redactor: Redactor
    ledger: Ledger = field(default_factory=Ledger)
    used: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    arguments: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    not_concluded: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    steps: int = 0
    unordered: set[int] = field(default_factory=set)
    versions: Counter[tuple[str, str]] = field(default_factory=Counter)
    _standing: dict[tuple[str, str, str], Standing] = field(default_factory=dict)
    _readings: dict[Caller, Answered] = field(default_factory=dict)
    _known: dict[str, tuple[Known, datetime | None]] = field(default_factory=dict)
    _managed: set[tuple[Caller, str]] = field(default_factory=set)
    _done: set[tuple[Caller, str, str]] = field(default_factory=set)
    _sides: set[tuple[str, str]] = field(default_factory=set)
    _doubted: list[tuple[str, ActionSeen, Finding]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing seen."""
        self._views = Views(self.not_concluded)
        self._work = worked.Work()
        self._alike = Alike()
        self._faults = Faults()

    def take(self, read: AnswerRead) -> None:
        """Judge the next answer of the traffic."""
        answer = read.answer
        self.answers += 1
        acts = answer.ask.operation not in READS
        self._faults.take(answer)
        if answer.faulted or answer.exchange.status in {None, 429, 430}:
            self.not_concluded["answered by a fault of the server, throttled, or not at all"] += 1
            if acts and answer.exchange.status not in {429, 430}:
                self.stir(place_of(answer.exchange))  # it may have been carried out
            return
        if read.missing:
            self.not_concluded["a page of the list is not in the traffic"] += 1
            return
        for finding in self._of_answer(read):
            self._enter(answer, finding, None)
        operation = answer.ask.operation
        self.arguments.update((answer.transport, operation, name) for name in answer.ask.arguments)
        if answer.exchange.n in self.unordered:
            self.not_concluded["sent at the same time as a request of another file"] += 1
            self.stir(place_of(answer.exchange))
            return
        if acts:
            self._alike.act(answer)
            met = self._views.act(answer)
            self.used[answer.transport, operation, met, answer.outcome] += 1
            self._manages(answer)
            self._sides.add((place_of(answer.exchange), unseen.side_of(answer)))
            return
        self.used[answer.transport, operation, "", answer.outcome] += 1
        if not answer.accepted:
            return
        for about, finding in self._alike.look(answer, read.orders):
            self._enter(about, finding, None)
        for step in self._views.look(answer, read.order_id, read.orders):
            self._step(step)

    def stir(self, place: str) -> None:
        """Take note of a request that may have changed anything there."""
        self._views.stir(place)
        self._alike.stir(place)
        self._known.pop(place, None)

    def finish(self) -> None:
        """End: what still waits for a look cannot be concluded."""
        self._views.finish()
        self._settle_doubts()
        for answer, finding in self._faults.findings():
            self._enter(answer, finding, None)
        self.not_concluded = +self.not_concluded
        self.ledger.settle()

    def _of_answer(self, read: AnswerRead) -> Iterator[Finding]:
        answer = read.answer
        version, names = served(answer.exchange), "x-shopify-api-version" in answer.exchange.headers
        where, transport = place_of(answer.exchange), answer.transport
        judges = self._standing.setdefault(
            (where, transport, version), Standing(transport, version, names_version=names)
        )
        self.versions[transport, version] += 1
        if read.selected:  # which keys have to be there is the sender's choice
            self.not_concluded["some fields of a REST answer are asked for: its form was not judged"] += 1
        else:
            yield from judges.of_answer(answer, read.includes & INCLUDES)
        known = self._known_of(answer)
        if answer.accepted and answer.ask.operation == "locations_for_move":
            known.contents.update(worked.locations(answer))
        for order in read.orders:
            yield from invariants.of_order(order, None)
            yield from invariants.of_pair(order)
            managed = (caller_of(answer), order.location_id or "") in self._managed
            if managed and answer.ask.operation in _OF_MERCHANTS:
                yield from invariants.of_actions(order, "service")  # with a request: it is not at the merchant's
            told = replace(answer, actor=caller_of(answer)[2])
            yield from sources.of_order(order, told, known)
        if len(answer.listed) > 1:
            yield sources.once(answer.ask.operation, {"fulfillment orders": [order.id for order in answer.listed]})
        if answer.accepted and read.order_id is not None:
            yield from standing.of_look(answer, read.order_id)
        if answer.accepted:
            yield from self._work.of_answer(answer, place_of(answer.exchange))
            self.ledger.accepted(answer.ask.operation, transport)

    def _known_of(self, answer: Answer) -> Known:
        """Return what was seen of orders at an origin; nothing where that was long ago, for the world goes on."""
        where, now = place_of(answer.exchange), times.over(answer.exchange)
        known, last = self._known.get(where, (Known(), now))
        long_ago = last is not None and now is not None and abs(now - last) > timedelta(seconds=NEAR)
        if long_ago or len(known.destinations) > MOST:
            known = Known()
        self._known[where] = (known, now)
        return known

    def _manages(self, answer: Answer) -> None:
        """Take note of what a caller carried out, at the location of what the answer shows."""
        if answer.accepted and answer.order is not None and answer.order.location_id is not None:
            self._done.add((caller_of(answer), answer.ask.operation, answer.order.location_id))
        if answer.accepted and answer.ask.operation in TELLING and answer.order is not None:
            self._managed.add((caller_of(answer), answer.order.location_id or ""))

    def _step(self, step: ActionSeen) -> None:
        self.steps += 1
        answer = step.answer
        if answer.accepted and answer.ask.raw is not None:
            self.not_concluded["what a request asks for could not be read in whole"] += 1
        reading = self._readings.setdefault(caller_of(answer), Answered())
        was = step.before.orders.get(answer.ask.order or "")
        where = was.location_id if was is not None else None
        entitled = where is not None and (caller_of(answer), answer.ask.operation, where) in self._done
        for finding in steps.of_step(step, reading, entitled=entitled):
            if finding.holds:
                self._enter(answer, finding, was, step.after.exchange)
            elif len(self._doubted) < MOST:
                self._doubted.append((unseen.maybe_by(step, finding), step, finding))
            else:
                self.not_concluded[f"{MOST:,} steps that deviate are kept"] += 1

    def _settle_doubts(self) -> None:
        """Enter what nobody else may have done, or who may is in the traffic with all that is done; count the rest."""
        in_part = {place for place, was, now in self._views.unasked if unseen.is_one_action(was, now)}
        for by, step, finding in self._doubted:
            place = place_of(step.answer.exchange)
            if place in in_part:
                self.not_concluded["not all that was done is in the traffic: something changed unasked"] += 1
            elif not by or (place, by) in self._sides:
                was = step.before.orders.get(step.answer.ask.order or "")
                self._enter(step.answer, finding, was, step.after.exchange)
            else:
                self.not_concluded[f"a {by} whose requests are not in the traffic may have acted meanwhile"] += 1

    def _enter(self, answer: Answer, finding: Finding, was: FulfillmentOrder | None, looked: int | None = None) -> None:
        if finding.requirement in _BY_CLOCK and not finding.holds and times.dated(answer.exchange) is None:
            return
        if finding.requirement == "FO-ERR-JSON" and not answer.exchange.headers:  # none were recorded
            return
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
                exchanges=(answer.exchange.n,) if looked is None else (answer.exchange.n, looked),
                reproduce="",
            )
        )
