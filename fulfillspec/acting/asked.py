"""An operation that was asked for, and what a case expects of its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from fulfillspec.acting.session import Inapplicable, Session, Unobservable
from fulfillspec.documents.operations import READS
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import invariants, meaning, schema, sources
from fulfillspec.judge.finding import Difference, Finding, fails, holds, plain
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

_T = TypeVar("_T")
_CLIENT_ERRORS = frozenset({"FO-ERR-UNKNOWN-ID", "FO-ERR-MALFORMED", "FO-CONN-UNKNOWN-ID"})
"""Requirements whose whole content is that the answer is a client error."""


@dataclass
class Asked:
    """An operation that was asked for, and what a case expects of its answer.

    The first expectation of an operation that was not carried out is a deviation; those that follow it cannot be
    observed.
    """

    session: Session
    answer: Answer
    source: str | None = None

    def __post_init__(self) -> None:
        self._stopped = False
        self._exchanges: tuple[int, ...] = ()

    @property
    def operation(self) -> str:
        """What was asked for."""
        return self.answer.ask.operation

    @property
    def accepted(self) -> bool:
        """Whether the target says that it did it."""
        return self.answer.accepted

    def needs(self, found: _T | None) -> _T:
        """Return what a further step needs; raise `Unobservable` if the operation was not carried out or gave none."""
        if not self.accepted:
            was = f"{self.operation} in {self.source} was {self.answer.described()}"
            raise Unobservable(self.session.hindered(self.answer) or was)
        if found is None:
            raise Unobservable(f"{self.operation} in {self.source} gave nothing to go on with")
        return found

    def reads(self, ambiguity: str, reading: str | None) -> None:
        """Note which reading of an ambiguity the target follows: none of them is a deviation."""
        self.session.ledger.reading(ambiguity, reading or "none", self.session.name, self.answer.exchange.n)

    def until(self, shows: Callable[[], bool]) -> None:
        """Ask again a moment later while the answer to a read does not show something.

        No document says how soon a change can be read: a list may be behind what single looks show.
        """
        ask = self.answer.ask
        if ask.operation not in READS or ask.document is not None or not self.accepted or shows():
            return
        includes = frozenset(name for name in ask.arguments if name in schema.INCLUDES)
        arguments = {name: value for name, value in ask.arguments.items() if name not in includes}
        for pause in self.session.delay.pauses:
            self.session.sleep(pause)
            again = self.session.ask(self.answer.actor, ask.operation, ask.order, includes=includes, **arguments)
            self.answer = again if again.accepted else self.answer
            if shows():
                return
        self.session.delay.showed_nothing()

    def listing(self, *orders: FulfillmentOrder) -> Asked:
        """Ask again a moment later while a list does not show fulfillment orders as the last look at them did."""
        known = {(order.id, order.pair) for order in orders}
        self.until(lambda: known <= {(row.id, row.pair) for row in self.answer.listed})
        return self

    def cites(self, *exchanges: int) -> None:
        """Name further exchanges as evidence of what is judged from here on: a later action, a later look."""
        self._exchanges += exchanges

    def only_if(self, holds: object, otherwise: str) -> None:
        """Leave the case where something does not hold: what it still names has no meaning then, for this reason."""
        if not holds:
            raise Inapplicable(otherwise)

    def check(
        self,
        requirement: str,
        fine: bool,
        documented: object,
        received: object = "",
        *diff: Difference,
    ) -> bool:
        """Judge a requirement of an operation that was expected to be carried out; return whether it held."""
        if self._stopped:
            self.session.unseen(requirement, f"{self.operation} in {self.source} was {self.answer.outcome}")
            return False
        if self.answer.faulted or self.answer.held_back:  # a fault is a deviation of its own, where it repeats
            self._stopped = True
            self.session.unseen(requirement, f"{self._named()} was {self.answer.described()}")
            return False
        if not (self.accepted and fine) and (reason := self.session.hindered(self.answer)):
            self.session.unseen(requirement, reason)
            return False
        if self.answer.refused and self._presupposes_another_state():
            self._stopped = True
            self._unkept()
            self.session.unseen(
                requirement, f"{self._named()} need not be carried out: the case presupposes another state"
            )
            return False
        if not self.accepted:
            self._stopped = True
            finding = fails(
                requirement, f"{self._named()} is carried out: {plain(documented)}", self.answer.described()
            )
            self._unkept()
        elif fine:
            finding = holds(requirement)
        else:
            finding = fails(requirement, plain(documented), _in_words(received), *diff)
        self._record(finding)
        return finding.holds

    def expect_understood(self, requirement: str) -> None:
        """Judge that the body was understood, whatever state was met: HTTP 400 says that it was not."""
        if self.answer.exchange.status == 400:
            self.check(requirement, self.accepted, "the body is understood")

    def judge(self, requirement: str, fine: bool, documented: object, received: object = "") -> None:
        """Judge a requirement of an answer, whether the operation was carried out or not."""
        if self.answer.held_back:
            self.session.unseen(requirement, f"{self._named()}: {self.answer.described()}")
            return
        self._record(holds(requirement) if fine else fails(requirement, plain(documented), _in_words(received)))

    def judge_finding(self, finding: Finding) -> None:
        """Enter a finding that somebody else came to."""
        self._record(finding)

    def expect_refused(self, requirement: str, *, because: str = "") -> bool:
        """Judge that the operation was refused, and by a client error."""
        documented = f"{self._named()} is refused" + (f": {because}" if because else "")
        session, answer = self.session, self.answer
        if answer.refused and not answer.held_back:
            for kept in (requirement, *meaning.KEPT_BY.get(requirement, ())):
                session.refused(kept, self.operation, documented)
            return True
        if answer.accepted:
            self._record(fails(requirement, documented, f"{answer.described()}{self._now()}"))
            return False
        if answer.held_back or (answer.faulted and session.faults < 2):  # one may pass
            session.unseen(requirement, f"{self._named()}: {answer.described()}")
            return False
        if requirement in _CLIENT_ERRORS and answer.exchange.status is not None:
            self._record(fails(requirement, "a client error (HTTP 4xx)", answer.described()))
        else:
            session.unseen(requirement, f"{self._named()}: {answer.described()}")
        if answer.exchange.status is not None:
            self._record(
                fails("FO-ERR-CLIENT-FORM", "a refusal answers with a client error (HTTP 4xx)", answer.described())
            )
        return False

    def as_answered(self, order: FulfillmentOrder) -> FulfillmentOrder:
        """Return a fulfillment order as this answer shows it; raise `Unobservable` if it does not."""
        rows = (*self.answer.slots.values(), *self.answer.listed)
        return self.needs(next((row for row in rows if row is not None and row.id == order.id), None))

    def with_nulls_left_out(self, keys: Iterable[str], *nullable: str) -> set[str]:
        """Return keys that came, and those that may be null of an answer that writes no null (AMB-NULL-KEYS)."""
        return {*keys, *(nullable if schema.writes_no_null(self.answer.body) else ())}

    def agrees(self, requirement: str, order: FulfillmentOrder) -> bool:
        """Judge that this answer and an earlier look agree on a fulfillment order."""
        self.until(lambda: not invariants.differences(order, self.as_answered(order)))
        shown = self.as_answered(order)
        rows = invariants.differences(order, shown)
        if self.operation == "get" and self.answer.actor == self.session.observer and not self.session.looks_are_brief:
            rows += invariants.of_one_view(order, shown)
        received = f"{rows[0].path}: {rows[0].documented} there, {rows[0].received} here" if rows else ""
        return self.check(
            requirement, not rows, f"{self.operation} agrees with the list on {order.id}", received, *rows
        )

    def expect_same_location(self, requirement: str, order: FulfillmentOrder) -> bool:
        """Judge that the content of its location is shown as an earlier look at a fulfillment order showed it."""
        rows = self.location_edits(order)
        return self._of_location(requirement, order, "it was", f"{', '.join(rows)} differ", fine=not rows)

    def expect_edited_location(self, requirement: str, order: FulfillmentOrder) -> bool:
        """Judge that the content of its location, which was edited since an earlier look, is shown as it is now."""
        if not sources.tells_location(order):
            self.session.unseen(requirement, "no name of the location is shown")
            return False
        return self._of_location(requirement, order, "it is now", "as before", fine=bool(self.location_edits(order)))

    def location_edits(self, order: FulfillmentOrder) -> list[str]:
        """Return which parts of the content of its location differ from an earlier look at a fulfillment order."""
        return sources.differing_content(order, self.as_answered(order))

    def _of_location(self, requirement: str, order: FulfillmentOrder, how: str, received: str, *, fine: bool) -> bool:
        if self.session.is_broken("FO-LOCATION-CONTENT"):
            self.session.unseen(requirement, "the content of locations deviates from FO-LOCATION-CONTENT already")
            return False
        documented = f"the content of location {order.location_id} on fulfillment order {order.id} is as {how}"
        return self.check(requirement, fine, documented, received)

    def expect_shown(self, requirement: str, order: FulfillmentOrder) -> bool:
        """Judge that the answer shows a fulfillment order that was asked for."""
        return self.check(requirement, self.answer.order is not None, f"fulfillment order {order.id}", "nothing")

    def expect_listed(self, requirement: str, order: FulfillmentOrder, *, among: str = "") -> bool:
        """Judge that the list that was answered has a fulfillment order; `among` says which list that is."""
        self.until(lambda: order.id in {row.id for row in self.answer.listed})
        listed = sorted(row.id for row in self.answer.listed)
        documented = f"fulfillment order {order.id} {among or 'among them'}"
        return self.check(requirement, order.id in listed, documented, listed)

    def expect_all_listed(self, requirement: str, order: FulfillmentOrder) -> None:
        """Judge that a list of an order shows what the last look at it showed; an answer that lists nothing is none."""
        if self.operation == "list":
            missing = sorted(self.session.before(order).orders.keys() - {row.id for row in self.answer.listed})
            documented = f"all fulfillment orders of order {order.order_id}"
            self.check(requirement, not missing, documented, f"without {', '.join(missing)}")

    def expect_unlisted(self, requirement: str, order: FulfillmentOrder, *, because: str) -> bool:
        """Judge that the list that was answered does not have a fulfillment order."""
        self.until(lambda: order.id not in {row.id for row in self.answer.listed})
        listed = sorted(row.id for row in self.answer.listed)
        return self.check(requirement, order.id not in listed, f"{order.id}, {because}, is not", listed)

    def expect_time(self, requirement: str, name: str, moment: datetime, of: FulfillmentOrder) -> bool:
        """Judge a time of a fulfillment order as it was seen: `fulfill_at` or `fulfill_by`."""
        seen = getattr(of, name)
        return self.check(requirement, seen == moment, f"{name} {plain(moment)}", seen)

    def expect_hidden(self, requirement: str) -> None:
        """Judge that nothing was shown: it was refused, or the answer holds no fulfillment order."""
        if self.answer.faulted:
            self.session.unseen(requirement, f"{self._named()} was {self.answer.described()}")
            return
        self.reads("AMB-FORBIDDEN-READ", str(self.answer.exchange.status) if self.answer.refused else "empty")
        if self.answer.refused:
            self.session.refused(requirement, self.operation, f"{self._named()} is refused")
            return
        rows = [row.id for row in (*self.answer.slots.values(), *self.answer.listed) if row is not None]
        finding = fails(
            requirement, f"nothing is shown to {self.answer.actor}", f"fulfillment orders {', '.join(rows)}"
        )
        self._record(finding if rows else holds(requirement))

    def _named(self) -> str:
        where = f" in {self.source}" if self.source else ""
        return f"{self.operation} by {self.answer.actor}{where}"

    def _now(self) -> str:
        return ""

    def _presupposes_another_state(self) -> bool:
        """Tell whether the documents demand the refusal, in this state or in that of one that is named beside."""
        beside = set(invariants.named_beside(self.answer))
        orders = [order for picture in self.session.pictures.values() for order in picture.orders.values()]
        states = (self.source, *(self.session.state(order) for order in orders if order.id in beside))
        return any(self.session.documented_refusal(state, self.operation, self.answer.actor) for state in states)

    def _unkept(self) -> None:
        """Hold the target to what it advertised, where an operation was not carried out."""

    def _record(self, finding: Finding) -> None:
        self.session.record(finding, self.answer, state=self.source, exchanges=self._exchanges)


def _in_words(value: object) -> str:
    text = value if isinstance(value, str) else plain(value)
    return text if len(text) <= 300 else text[:300] + "…"
