"""Acting on a target and looking at what became of it: one session per transport.

Every answer passes the standing judges here, whichever case or preparation asked for it; after every action the session
looks at all fulfillment orders of the order. What a case itself expects is judged on the `Step` that an action returns.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fulfillspec.acting.delay import Delay
from fulfillspec.documents import lifecycle, register, scopes
from fulfillspec.documents.graphql_documents import Document
from fulfillspec.documents.operations import AREA_OF, LISTS, READS, REPEATABLE, REQUEST_OF
from fulfillspec.documents.versions import BRIEF_REST_LISTS
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.judge import invariants, sources, standing, times
from fulfillspec.judge.finding import Finding, fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.judge.requests import Answered, is_repeated
from fulfillspec.judge.sources import Known
from fulfillspec.judge.standing import Standing
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire import pages
from fulfillspec.wire.answer import Answer, Ask, Transport

judging(__file__, Hears.STEPS)

_HONESTY = frozenset({"FO-ACTIONS-ADVERTISED", "FO-ACTIONS-UNADVERTISED"})
"""The requirements that hold a target to the words in `supported_actions`."""


class Unobservable(Exception):
    """Something that a verdict needs could not be provided or seen; the message names it."""


class Inapplicable(Exception):
    """A requirement has no meaning for this target or this run; the message says why."""


class Tainted(Unobservable):
    """The fulfillment order took part in a deviation and cannot be used as evidence any more."""


_PROMISES = frozenset({"FO-ACTIONS-ADVERTISED"})
"""Requirements that a refused operation breaks, and that a refusal for want of a scope does not."""
_DENIALS = re.compile(r"access|scope|permission|denied|approval|authoriz|not (be )?found|does not exist", re.IGNORECASE)


_MEANT_TO_LACK = frozenset({"outsider", "anonymous", "stranger", "reader"})
"""Callers that are to lack scopes: what they are denied is what is judged."""


_OFFERS_ELSEWHERE = frozenset({"list", "submit_cancellation"})
"""Operations whose answers are not judged by what they advertise: a look is by itself, and one may be of before (C3)."""


def _denies(answer: Answer) -> bool:
    """Tell whether an answer reads as one of no access: what may not be seen is not found, or left out of a list."""
    if answer.accepted:
        return answer.ask.operation in LISTS and not answer.listed
    if not answer.refused:
        return False
    return answer.exchange.status in {401, 403, 404} or bool(_DENIALS.search(answer.said)) or " is null" in answer.said


@dataclass
class Session:
    """A target over one transport, as far as it was seen.

    `known` is what was ordered and where it may be, `reading` what becomes of requests that are answered. `places` tells
    whose location an id is (`service`, `merchant`, `other_service`), `pictures` what each order looked like last,
    `tainted` the orders that took part in a deviation, `spoilt_by` the requirement that each broke first. `requested`
    hears of each request that was carried out, and of its location, `renewed` of one that was while another waited. `areas`
    are those that are claimed, None for all.
    `times_in_minutes`: the target takes a time in the form of the reschedule sample only. `faults` counts the faults of
    the server that actions met, `delay` tells how late changes can be read.
    """

    transport: Transport
    ledger: Ledger
    evidence: Evidence
    version: str
    observer: str = "merchant"
    places: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    tainted: set[str] = field(default_factory=set)
    spoilt_by: dict[str, str] = field(default_factory=dict)
    advertised: set[str] = field(default_factory=set)
    names_version: bool = False
    latest: Answer | None = None
    eyes: Session | None = None
    phase: str = "act"
    requirements: frozenset[str] | None = None
    requested: Callable[[str, str], None] | None = None
    renewed: Callable[[str, str], None] | None = None
    known: Known = field(default_factory=Known)
    reading: Answered = field(default_factory=Answered)
    areas: frozenset[str] | None = None
    scopes: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    times_in_minutes: bool = False
    faults: int = 0
    delay: Delay = field(default_factory=Delay)
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        if self.eyes is not None:
            self.known, self.tainted = self.eyes.known, self.eyes.tainted
        self._standing = Standing(self.transport.name, self.version, self.names_version)
        self._stood: dict[str, tuple[tuple[str, datetime | None], datetime | None]] = {}

    @property
    def name(self) -> str:
        """The transport's name."""
        return self.transport.name

    @property
    def looks_are_brief(self) -> bool:
        """Whether holds and times show in the answers of actions only, as in old samples of REST."""
        return self.name == "rest" and BRIEF_REST_LISTS.admits(self.version)

    def place(self, order: FulfillmentOrder) -> str | None:
        """Tell whose location a fulfillment order is at, None if that is not known."""
        return self.places.get(order.location_id or "")

    def state(self, order: FulfillmentOrder | None) -> str | None:
        """Name the state of a fulfillment order as `place:status/request_status`."""
        return None if order is None else f"{self.place(order) or 'unknown'}:{order.pair}"

    def ask(
        self,
        actor: str,
        operation: str,
        order: str | None = None,
        /,
        *,
        raw: bytes | None = None,
        includes: frozenset[str] = frozenset(),
        document: Document | None = None,
        **arguments: Any,
    ) -> Answer:
        """Send one operation and let the standing judges read the answer; no look follows.

        What was answered by a fault of the server, and left everything as it was, is asked once more.
        """
        ask = Ask(operation, order, {**arguments, **dict.fromkeys(sorted(includes), True)}, raw, document)
        answer = self._perform(actor, ask, includes)
        if answer.faulted and operation not in READS:
            self.faults += 1
            self.evidence.passing.append((operation, answer.exchange.n))
            if self._may_be_repeated(ask):
                answer = self._perform(actor, ask, includes)
                self.faults += answer.faulted
        self.latest = answer
        return answer

    def _perform(self, actor: str, ask: Ask, includes: frozenset[str]) -> Answer:
        if ask.operation in READS:
            self.delay.let_settle(self.sleep)
        answer = self.transport.perform(actor, ask, phase=self.phase)
        self.delay.changed |= ask.operation not in READS and not answer.refused
        self._read_gaps(answer)
        self._read(answer, includes)
        return answer

    def _read_gaps(self, answer: Answer) -> None:
        """Name what the target's schema lacks once; it is left out of all documents from now on."""
        for gap in answer.gaps:
            said = f"{gap.name} is not in the target's GraphQL schema: it is left out of all documents."
            self.ledger.notes.append(said)
            for finding in standing.of_gap(gap, self.version):
                self.record(finding, answer, exchanges=(gap.exchange,))

    def _may_be_repeated(self, ask: Ask) -> bool:
        """Tell whether doing an operation once more does no harm: a look shows that nothing was done.

        What no look has ever shown does not exist as far as the run knows, and nothing can be done to it.
        """
        if ask.order is None:
            return ask.operation in REPEATABLE
        session = self.eyes or self
        before = next((picture for picture in session.pictures.values() if ask.order in picture.orders), None)
        try:
            return before is None or invariants.of_refusal(before, session.glance(before.order_id)).holds
        except Unobservable:
            return False

    def look(self, order_id: str) -> Picture:
        """List the fulfillment orders of an order; raise `Unobservable` if they cannot be seen.

        A session with `eyes` looks over their transport: it acts over one and looks over another.
        """
        if self.eyes is not None:
            picture = self.pictures[order_id] = self.eyes.look(order_id)
            return picture
        picture = self.pictures[order_id] = self.glance(order_id)
        return picture

    def glance(self, order_id: str) -> Picture:
        """Look without taking the order's fulfillment orders for one's own stage."""
        phase, self.phase = self.phase, "look"
        try:
            answer = self.ask(self.observer, "list", order_id=order_id)
        finally:
            self.phase = phase
        if reason := self.hindered(answer):
            self.tainted.add(order_id)
            raise Unobservable(reason)
        if not answer.accepted:
            if answer.refused:
                requirement = "FO-RESP-LIST" if self.name == "rest" else "FO-LIST-ALL"
                self.record(fails(requirement, "the list of an order's fulfillment orders", answer.described()), answer)
            self.tainted.add(order_id)  # what cannot be seen cannot be used as evidence
            raise Unobservable(f"the fulfillment orders of order {order_id} could not be listed: {answer.described()}")
        seen = times.over(answer.exchange)
        for order in answer.listed:
            as_it_is = (order.pair, order.updated_at)
            if self._stood.get(order.id, (None, None))[0] != as_it_is:
                self._stood[order.id] = (as_it_is, seen)
            self.advertised.update(order.actions or ())
            self.record_all(invariants.of_actions(order, self.place(order)), answer)
            self.record_all(invariants.of_pair(order), answer)
        for finding in standing.of_look(answer, order_id):
            self.record(finding, answer)
        strangers = standing.strangers(answer, order_id)
        return Picture(
            order_id,
            {order.id: order for order in answer.listed if order.id not in strangers},
            answer.exchange.n,
            seen,
        )

    def stood(self, order: FulfillmentOrder) -> datetime | None:
        """Return since when looks have shown a fulfillment order in this state, and last changed at this time."""
        if self.eyes is not None:
            return self.eyes.stood(order)
        as_it_was, since = self._stood.get(order.id, (None, None))
        return since if as_it_was == (order.pair, order.updated_at) else None

    def before(self, order: FulfillmentOrder) -> Picture:
        """Return what the order of a fulfillment order looked like last; raise `Tainted` if it took part in a deviation."""
        if order.order_id is None:
            raise Unobservable(f"fulfillment order {order.id} shows no order_id")
        if order.order_id in self.tainted:
            broken = self.spoilt_by.get(order.order_id, "")
            raise Tainted(f"its order took part in a deviation{f' from {broken}' if broken else ''} before")
        return self._known.get(order.order_id) or self.look(order.order_id)

    @property
    def _known(self) -> dict[str, Picture]:
        """What the orders looked like last, by their id."""
        return self.eyes.pictures if self.eyes is not None else self.pictures

    def documented_accept(self, state: str | None, action: str, actor: str = "merchant") -> bool:
        """Tell whether the documents promise an actor that an action succeeds in a state."""
        known = lifecycle.load()
        named = known.named(state or "")
        return named is not None and known.cell(named.id, action, actor, self.version).outcome == "accept"

    def documented_refusal(self, state: str | None, action: str, actor: str) -> bool:
        """Tell whether the documents demand that an action is refused in a state, or have no such state.

        What is expected of it otherwise presupposes another state than the one observed.
        """
        known = lifecycle.load()
        place = (state or "unknown").partition(":")[0]
        if place not in {"service", "merchant"} or (action, actor) not in known.decided:
            return False
        named = known.named(state or "")
        if named is None:
            pair = (state or "").partition(":")[2]
            return pair.startswith(("closed/", "cancelled/")) or invariants.has_no_path(pair)
        return known.cell(named.id, action, actor, self.version).outcome == "refuse"

    def hindered(self, answer: Answer) -> str | None:
        """Say which scope the actor's app is known to lack, where an answer gives no access; None for all else."""
        if not _denies(answer) or answer.actor in _MEANT_TO_LACK:
            return None
        operation, held = answer.ask.operation, self.scopes.get(answer.actor)
        named = {answer.ask.order, *(answer.ask.arguments.get("orders") or ())}
        orders = [order for picture in self.pictures.values() for order in picture.orders.values() if order.id in named]
        places = {self.place(order) for order in orders} or {None}
        scope = next(filter(None, (scopes.missing(held, answer.actor, operation, place) for place in places)), None)
        if scope is None:
            return None
        reason = f"the {answer.actor.replace('_', ' ')} actor's token lacks {scope}"
        self.ledger.hindered[operation, self.name] = reason
        return reason

    def is_broken(self, requirement: str) -> bool:
        """Tell whether a requirement was seen broken over this transport."""
        return self.times_broken(requirement) > 0

    def times_broken(self, requirement: str) -> int:
        """Count how often a requirement was seen broken over this transport."""
        tally = self.ledger.tallies.get((requirement, self.name))
        return 0 if tally is None else tally.broken

    def unseen(self, requirement: str, reason: str) -> None:
        """Note that a requirement could not be observed."""
        if self.requirements is None or requirement in self.requirements:
            self.ledger.unseen(requirement, self.name, reason)

    def refused(self, requirement: str, operation: str, documented: str) -> None:
        """Note a documented refusal that was met."""
        if self.requirements is None or requirement in self.requirements:
            self.ledger.refused(requirement, self.name, operation, documented)

    def record(
        self, finding: Finding, answer: Answer, *, state: str | None = None, exchanges: tuple[int, ...] = ()
    ) -> None:
        """Enter a finding of an answer into the ledger."""
        if self.requirements is not None and finding.requirement not in self.requirements:
            return
        if self.areas is not None and finding.requirement in _HONESTY:
            area = AREA_OF.get(answer.ask.operation)
            if area is not None and area not in self.areas:
                return
        if finding.holds:
            self.ledger.held(finding.requirement, self.name)
            return
        if finding.requirement in _PROMISES and (reason := self.hindered(answer)):
            self.unseen(finding.requirement, reason)
            return
        shown = tuple(dict.fromkeys((answer.exchange.n, *exchanges)))
        self.ledger.broken(
            Deviation(
                requirement=finding.requirement,
                case=self.ledger.case,
                transport=self.name,
                actor=answer.actor,
                operation=answer.ask.operation,
                state=state,
                documented=self.evidence.redactor.text(finding.documented),
                received=self.evidence.redactor.text(finding.received),
                diff=finding.diff,
                exchanges=shown,
                reproduce=self.evidence.curl(answer.exchange),
            ),
            refused=answer.refused and finding.received == answer.described(),
        )
        row = register.load().requirements.get(finding.requirement)
        if row is not None and row.spoils and self.name in row.transports:  # else no result would name the deviation
            self._taint(answer, finding.requirement)

    def record_all(
        self, findings: Iterable[Finding], answer: Answer, *, state: str | None = None, exchanges: tuple[int, ...] = ()
    ) -> None:
        """Enter findings of standing judges, counted as invariants."""
        for finding in findings:
            self.ledger.invariants[finding.requirement] += 1
            self.record(finding, answer, state=state, exchanges=exchanges)

    def _strays(self, answer: Answer) -> Iterator[Finding]:
        """Judge that the assigned list holds nothing of the merchant's locations, whatever stood there before."""
        strays = [order.id for order in answer.listed if self.place(order) == "merchant"]
        documented = "only fulfillment orders at locations of services"
        yield (
            fails("FO-ASSIGNED-ONLY-ASSIGNED", documented, f"{', '.join(strays)} too")
            if strays
            else holds("FO-ASSIGNED-ONLY-ASSIGNED")
        )

    def _tell(self, answer: Answer) -> None:
        operation, shown, named = answer.ask.operation, answer.order, answer.ask.order or ""
        if operation not in REQUEST_OF or shown is None or shown.location_id is None:
            return
        was = next((found for each in self._known.values() if (found := each.orders.get(named))), None)
        told = self.renewed if is_repeated(operation, was) else self.requested
        if told is not None:
            told(operation, shown.location_id)

    def _taint(self, answer: Answer, requirement: str) -> None:
        orders = {order.order_id for order in (*answer.slots.values(), *answer.listed) if order is not None}
        for picture in self.pictures.values():
            if answer.ask.order in picture.orders:
                orders.add(picture.order_id)
        for order_id in orders - {None}:
            self.tainted.add(str(order_id))
            self.spoilt_by.setdefault(str(order_id), requirement)

    def _read(self, answer: Answer, includes: frozenset[str]) -> None:
        if not pages.carried(answer.exchange.url, includes):
            includes = frozenset()  # the last page was asked for without them, and says nothing of what they add
        for finding in self._standing.of_answer(answer, includes):
            self.record(finding, answer)
        for order in standing.orders_in(answer):
            self.record_all(invariants.of_order(order, self.place(order)), answer)
            self.record_all(sources.of_order(order, answer, self.known), answer)
            if answer.actor == self.observer and answer.ask.operation not in _OFFERS_ELSEWHERE:
                self.record_all(invariants.of_actions(order, self.place(order)), answer)
        if answer.ask.operation == "assigned" and answer.actor == "service" and answer.accepted:
            self.record_all(self._strays(answer), answer)
        if len(answer.listed) > 1:
            listed = {"fulfillment orders": [order.id for order in answer.listed]}
            self.record_all([sources.once(answer.ask.operation, listed)], answer)
        if answer.accepted and answer.exchange.status != 204:
            self.ledger.accepted(answer.ask.operation, self.name)
            self._tell(answer)
