"""What came of an action, and what a case expects of it."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Final, TypeVar

from fulfillspec.acting.asked import Asked
from fulfillspec.acting.looking import look_after
from fulfillspec.acting.session import Session, Unobservable
from fulfillspec.documents import lifecycle
from fulfillspec.documents.operations import ADVERTISED_AS, ANSWERING, NAMED, OF_SERVICES, PLAINLY, STATE_AFTER, TELLING
from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.judge import invariants, lasting, meaning, payloads, times
from fulfillspec.judge.finding import Difference, fails, holds, plain
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

__all__ = ["Asked", "Step", "act"]

_T = TypeVar("_T")
_PLAIN: Final = frozenset({"message", "notes", "notify_customer", "reason"})
"""Arguments that a promise of the documents does not hang on."""
_TEXTS: Final = frozenset({"message", "notes"})
_FOUR_BYTES: Final = 0x10000
"""The first character that takes four bytes in UTF-8: some stores keep three."""


def act(
    session: Session,
    actor: str,
    order: FulfillmentOrder,
    operation: str,
    /,
    *,
    raw: bytes | None = None,
    **arguments: Any,
) -> Step:
    """Carry out an operation on a fulfillment order, look at its order, judge what always holds.

    Raise `Tainted` if the order took part in a deviation, `Unobservable` if it cannot be looked at.
    """
    before = session.before(order)
    source = session.state(before.orders.get(order.id, order))
    answer = session.ask(actor, operation, order.id, raw=raw, **arguments)
    if operation == "reschedule" and answer.refused and session.name == "rest":
        answer = _in_other_form(session, answer, source)
    elif answer.refused:
        answer = _without_pictures(session, answer, source)
    after = look_after(session, answer, before)
    step = Step(session, answer, source, before, after)
    step.compare()
    return step


def _in_other_form(session: Session, answer: Answer, source: str | None) -> Answer:
    """Send a time that was refused once more in the other form that is documented for it; return the answer that counts.

    A target may take the one, the other, or both (AMB-DATE-FORMAT).
    """
    given = answer.ask.arguments.get("new_fulfill_at")
    other = times.in_other_form(given)
    if given is None or not session.documented_accept(source, "reschedule"):
        return answer
    if other is None:
        if session.times_in_minutes:
            raise Unobservable("the target takes times in whole minutes only")
        return answer
    again = session.ask(
        answer.actor, "reschedule", answer.ask.order, **{**answer.ask.arguments, "new_fulfill_at": other}
    )
    if not again.accepted:
        return answer
    session.times_in_minutes = times.is_sampled(other)
    session.ledger.reading(
        "AMB-DATE-FORMAT", "utc" if session.times_in_minutes else "iso", session.name, again.exchange.n
    )
    return again


def _without_pictures(session: Session, answer: Answer, source: str | None) -> Answer:
    """Send text that was refused once more without the characters that need four bytes; return the answer that counts.

    No document says which characters a message may have (AMB-MESSAGE-CHARACTERS).
    """
    written = {name: text for name, text in answer.ask.arguments.items() if name in _TEXTS and isinstance(text, str)}
    plain = {name: "".join(each for each in text if ord(each) < _FOUR_BYTES) for name, text in written.items()}
    if plain == written or session.documented_refusal(source, answer.ask.operation, answer.actor):
        return answer
    again = session.ask(answer.actor, answer.ask.operation, answer.ask.order, **{**answer.ask.arguments, **plain})
    if not again.accepted:
        return answer
    session.ledger.reading("AMB-MESSAGE-CHARACTERS", "some", session.name, again.exchange.n)
    return again


class Step(Asked):
    """An action on a fulfillment order: what its order looked like before, what was answered, what a later look shows."""

    def __init__(self, session: Session, answer: Answer, source: str | None, before: Picture, after: Picture) -> None:
        super().__init__(session, answer, source)
        self.before, self.after = before, after
        self._exchanges = (after.exchange,)

    @property
    def order(self) -> FulfillmentOrder:
        """The fulfillment order that the action was about, as the later look shows it."""
        shown = self._answered
        identity = shown.id if shown is not None else self.answer.ask.order
        found = self.after.orders.get(identity or "") or shown
        if found is None:
            raise Unobservable(f"fulfillment order {identity} is not shown after {self.operation}")
        return found if shown is None or not self.session.looks_are_brief else found.completed_by(shown)

    @property
    def _answered(self) -> FulfillmentOrder | None:
        """What the answer shows of the action; None where it shows another fulfillment order, which is judged by itself.

        Where the one that was named is gone, the other one is what has become of it.
        """
        shown, named = self.answer.order, self.answer.ask.order
        other = shown is not None and shown.id != named and self.operation in ANSWERING
        return None if other and named in self.after.orders else shown

    @property
    def target(self) -> FulfillmentOrder:
        """The fulfillment order that was named in the request, as the later look shows it."""
        found = self.after.orders.get(self.answer.ask.order or "")
        if found is None:
            raise Unobservable(f"fulfillment order {self.answer.ask.order} is not listed after {self.operation}")
        return found

    @property
    def was(self) -> FulfillmentOrder:
        """The fulfillment order that was named in the request, as it was before."""
        found = self.before.orders.get(self.answer.ask.order or "")
        if found is None:
            raise Unobservable(f"fulfillment order {self.answer.ask.order} was not listed before {self.operation}")
        return found

    def sent(self, name: str) -> str:
        """Return a text as it stood in the request that counts: `message` or `notes`."""
        return str(self.answer.ask.arguments[name])

    def slot(self, name: str) -> FulfillmentOrder | None:
        """Return the fulfillment order in a slot of the answer, as the later look shows it; None where it is null."""
        shown = self.answer.slots.get(name)
        return None if shown is None else self.after.orders.get(shown.id, shown)

    @property
    def created(self) -> list[FulfillmentOrder]:
        """Fulfillment orders that the order did not have before, in the order of the list."""
        return [order for identity, order in self.after.orders.items() if identity not in self.before.orders]

    @property
    def apart(self) -> list[FulfillmentOrder]:
        """What the fulfillment order that the action was about was divided from: new ones, or the one that was named.

        No document says which of the two keeps the id.
        """
        about, named = self.order.id, self.answer.ask.order
        found = [order for order in self.created if order.id != about]
        return found if about == named else [self.target, *found]

    def compare(self) -> None:
        """Let the standing judges compare before and after."""
        session, answer = self.session, self.answer
        looked = (self.after.exchange,)
        if answer.accepted:
            findings = [*invariants.of_step(answer, self.before, self.after)]
            findings += lasting.of_step(answer, self.before, self.after, session.reading)
            findings += meaning.of_step(answer, self.before, self.after)
            findings += payloads.of_step(answer, self.before, self.after)
            session.record_all(findings, answer, state=self.source, exchanges=looked)
        elif answer.refused:
            finding = invariants.of_refusal(self.before, self.after)
            if not finding.holds and answer.order is not None:  # done, shown, and called an error nevertheless
                finding = fails(
                    "FO-GQL-USER-ERRORS-EMPTY",
                    f"userErrors is empty where {self.operation} is carried out",
                    f"{answer.described()}, and {finding.received}",
                    *finding.diff,
                )
            session.record_all([finding], answer, state=self.source, exchanges=looked)
        advertised = ADVERTISED_AS.get(self.operation)
        was = self.before.orders.get(answer.ask.order or "")
        if answer.accepted and answer.actor == "merchant" and was is not None and advertised in (was.actions or ()):
            session.record(holds("FO-ACTIONS-ADVERTISED"), answer)
        elif (
            answer.accepted
            and answer.actor == "merchant"
            and self.operation in TELLING
            and was is not None
            and was.actions is not None
            and advertised in session.advertised
            and session.documented_accept(self.source, self.operation)
        ):
            session.record(
                fails(
                    "FO-ACTIONS-UNADVERTISED",
                    f"{advertised} is advertised in {self.source}, where it succeeds",
                    f"[{', '.join(was.actions)}]",
                ),
                answer,
                state=self.source,
            )
        if answer.accepted and self.source is not None:
            identity = answer.ask.order or ""
            shown = answer.order if NAMED[answer.ask.operation].primary != "fulfillment_order" else None
            now = self.after.orders.get(shown.id if shown else identity)
            target = session.state(now)
            if target is not None:
                fine = self.before.order_id not in session.tainted
                seen = (answer.exchange.n, self.after.exchange)
                session.ledger.transition(self.source, self.operation, target, session.name, fine=fine, exchanges=seen)

    def expect(
        self, requirement: str, state: str, *, of: FulfillmentOrder | None = None, slot: str = "", answered: bool = True
    ) -> bool:
        """Judge the state (a pattern `status/request_status`, alternatives joined by ` or `) in the answer and the look.

        `of` names another fulfillment order than the one acted on, `slot` one by its place in the answer.
        """
        if slot and self.accepted:
            of = self.slot(slot)
            if of is None:
                return self.check(requirement, False, f"{slot}: a fulfillment order {state}", "none is shown")
        patterns = state.split(" or ")

        def fits(order: FulfillmentOrder | None) -> bool:
            return order is not None and any(fnmatchcase(order.pair, pattern) for pattern in patterns)

        if not self.accepted or self._stopped:
            return self.check(requirement, False, state)
        looked = of if of is not None else self.order
        shown = self._answered if answered and of is None else None
        wrong = next(
            (
                (where, one.pair)
                for where, one in (("a later look", looked), ("the answer", shown))
                if one is not None and not fits(one)
            ),
            None,
        )
        if wrong is None:
            return self.check(requirement, True, state)
        if not _is_readable(self.session, wrong[1]):
            self.session.unseen(
                requirement, f"{wrong[0]} shows {wrong[1]}, which no document has: a deviation of its own"
            )
            return False
        plain = STATE_AFTER.get(self.operation)
        if plain not in {None, requirement} and self.session.is_broken(str(plain)):
            # the action goes wrong anyway: nothing is learnt about what is special here
            self.session.unseen(requirement, f"{self.operation} deviates from {plain} already")
            return False
        return self.check(
            requirement,
            False,
            f"{self.operation} leads to {state}",
            f"{wrong[0]} shows {wrong[1]}",
            Difference("status/request_status", state, wrong[1]),
        )

    def expect_units(
        self, requirement: str, wanted: Mapping[str, int], order: FulfillmentOrder | None, *, left: bool = False
    ) -> bool:
        """Judge which line items a fulfillment order holds, in units by the order's line item id."""
        if not self.accepted or self._stopped:
            return self.check(requirement, False, f"line items {plain(wanted)}")
        if order is None:
            return self.check(requirement, False, "a fulfillment order with the line items", "none is shown")
        seen = order.left if left else {key: units for key, units in order.units.items() if units}
        wanted = {key: units for key, units in wanted.items() if units}
        rows = tuple(
            Difference(f"units of line item {item}", str(wanted.get(item, 0)), str(seen.get(item, 0)))
            for item in sorted({*wanted, *seen})
            if wanted.get(item, 0) != seen.get(item, 0)
        )
        what = "units left" if left else "units"
        received = f"{rows[0].path}: {rows[0].documented} documented, {rows[0].received} shown" if rows else ""
        return self.check(requirement, not rows, f"{what} by line item: {plain(wanted)}", received, *rows)

    def expect_location(self, requirement: str, location: str | None) -> bool:
        """Judge that the fulfillment order that the action was about is at a location."""
        seen = self.order.location_id
        return self.check(requirement, seen == location, f"at location {location}", seen)

    def active_at(self, location: str | None) -> list[FulfillmentOrder]:
        """Return the fulfillment orders of the order at a location that are not ended, as the later look shows them."""
        return [order for order in self.after.orders.values() if order.location_id == location and not order.ended]

    def seen(self, order: FulfillmentOrder) -> FulfillmentOrder:
        """Return a fulfillment order of the same order as the later look shows it."""
        found = self.after.orders.get(order.id)
        if found is None:
            raise Unobservable(f"fulfillment order {order.id} is not listed after {self.operation}")
        return found

    def keeps(self, requirement: str, order: FulfillmentOrder) -> bool:
        """Judge that a fulfillment order of another order is as it was, by one more look."""
        rows = invariants.differences(order, self.again(order))
        received = f"{rows[0].path}: {rows[0].documented} became {rows[0].received}" if rows else ""
        finding = fails(requirement, f"{self.operation} leaves {order.id} alone", received, *rows)
        self._record(finding if rows else holds(requirement))
        return not rows

    def needs(self, found: _T | None) -> _T:
        """Return what a further step needs; see `Asked.needs`. What the documents promise is judged before the case ends."""
        promised = PLAINLY.get(self.operation)
        plain = self.answer.ask.raw is None and self.answer.ask.arguments.keys() <= _PLAIN
        if self.answer.refused and promised is not None and plain and not self._stopped:
            actor = "service" if self.operation in OF_SERVICES else "merchant"
            if self.answer.actor == actor and self.session.documented_accept(self.source, self.operation, actor):
                self.check(promised, False, "the documents have it succeed in this state")
        return super().needs(found)

    def again(self, order: FulfillmentOrder) -> FulfillmentOrder:
        """Look at a fulfillment order, of this or another order, once more."""
        seen = self.session.look(order.order_id or "")
        self.cites(seen.exchange)
        if order.id not in seen.orders:
            raise Unobservable(f"fulfillment order {order.id} is not listed any more")
        return seen.orders[order.id]

    def _unkept(self) -> None:
        was, name = self.before.orders.get(self.answer.ask.order or ""), ADVERTISED_AS.get(self.operation)
        if any(invariants.named_beside(self.answer)):
            return  # what one advertises says nothing of several at once
        if self.answer.actor == "merchant" and self.answer.refused and was is not None and name in (was.actions or ()):
            documented = f"{name} is advertised in {self.source} and succeeds"
            self._record(fails("FO-ACTIONS-ADVERTISED", documented, self.answer.described()))

    def _now(self) -> str:
        found = self.after.orders.get(self.answer.ask.order or "")
        return f"; it is {found.pair} now" if found is not None else ""


def _is_readable(session: Session, pair: str) -> bool:
    """Tell whether a state has words of the documents; false only where that it has none was found by its own row."""
    status, _, request_status = pair.partition("/")
    known, wrong = lifecycle.load().states.values(), session.is_broken("FO-GQL-ENUM-CASE")
    misspelt = status not in {state.status for state in known} and (wrong or session.is_broken("FO-PROP-STATUS"))
    missing = request_status not in {state.request_status for state in known}
    return not (misspelt or (missing and (wrong or session.is_broken("FO-PROP-REQUEST-STATUS"))))
