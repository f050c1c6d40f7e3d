"""What came of an action, and what a case expects of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from fulfillspec.acting.session import Inapplicable, Scene, Unobservable
from fulfillspec.documents.operations import ADVERTISED_AS, STATE_AFTER, TELLING
from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.judge import invariants, lasting, times
from fulfillspec.judge.finding import Difference, Finding, fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

_T = TypeVar("_T")
_CLIENT_ERRORS = frozenset({"FO-ERR-UNKNOWN-ID", "FO-ERR-MALFORMED", "FO-CONN-UNKNOWN-ID"})
"""Requirements whose whole content is that the answer is a client error."""
_KEPT_BY = {"FO-OPEN-NEEDS-SCHEDULED": ("FO-OPEN-UNSCHEDULED-STAYS",)}
"""What a refusal keeps besides the requirement that demands it."""


def act(
    scene: Scene, actor: str, order: FulfillmentOrder, operation: str, /, *, raw: bytes | None = None, **arguments: Any
) -> Step:
    """Carry out an operation on a fulfillment order, look at its order, judge what always holds.

    Raise `Tainted` if the order took part in a deviation, `Unobservable` if it cannot be looked at.
    """
    before = scene.before(order)
    source = scene.state(before.orders.get(order.id, order))
    answer = scene.ask(actor, operation, order.id, raw=raw, **arguments)
    if operation == "reschedule" and answer.refused and scene.name == "rest":
        answer = _in_other_form(scene, answer, source)
    after = scene.look(before.order_id)
    step = Step(scene, answer, source, before, after)
    step.compare()
    return step


def _in_other_form(scene: Scene, answer: Answer, source: str | None) -> Answer:
    """Send a time that was refused once more in the other form that is documented for it; return the answer that counts.

    A target may take the one, the other, or both (AMB-DATE-FORMAT).
    """
    given = answer.ask.arguments.get("new_fulfill_at")
    other = times.in_other_form(given)
    if given is None or not scene.documented_accept(source, "reschedule"):
        return answer
    if other is None:
        if scene.times_in_minutes:
            raise Unobservable("the target takes times in whole minutes only")
        return answer
    again = scene.ask(answer.actor, "reschedule", answer.ask.order, **{**answer.ask.arguments, "new_fulfill_at": other})
    if not again.accepted:
        return answer
    scene.times_in_minutes = times.is_sampled(other)
    scene.ledger.reading("AMB-DATE-FORMAT", "utc" if scene.times_in_minutes else "iso", scene.name, again.exchange.n)
    return again


@dataclass
class Asked:
    """An operation that was asked for, and what a case expects of its answer.

    The first expectation of an operation that was not carried out is a deviation; those that follow it cannot be
    observed.
    """

    scene: Scene
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
            raise Unobservable(self.scene.hindered(self.answer) or was)
        if found is None:
            raise Unobservable(f"{self.operation} in {self.source} gave nothing to go on with")
        return found

    def reads(self, ambiguity: str, reading: str | None) -> None:
        """Note which reading of an ambiguity the target follows: none of them is a deviation."""
        self.scene.ledger.reading(ambiguity, reading or "none", self.scene.name, self.answer.exchange.n)

    def without(self, reason: str) -> None:
        """Leave the case: what it still names has no meaning for this target, for this reason."""
        raise Inapplicable(reason)

    def check(
        self,
        requirement: str,
        fine: bool,
        documented: str,
        received: object = "",
        *diff: Difference,
    ) -> bool:
        """Judge a requirement of an operation that was expected to be carried out; return whether it held."""
        if self._stopped:
            self.scene.unseen(requirement, f"{self.operation} in {self.source} was {self.answer.outcome}")
            return False
        if self.answer.faulted:  # that it was is a deviation of its own, where it repeats
            self._stopped = True
            self.scene.unseen(requirement, f"{self._named()} was {self.answer.described()}")
            return False
        if not (self.accepted and fine) and (reason := self.scene.hindered(self.answer)):
            self.scene.unseen(requirement, reason)
            return False
        if self.answer.refused and self.scene.documented_refusal(self.source, self.operation, self.answer.actor):
            self._stopped = True
            self._unkept()
            self.scene.unseen(requirement, f"{self._named()} has to be refused: the case presupposes another state")
            return False
        if not self.accepted:
            self._stopped = True
            finding = fails(requirement, f"{self._named()} is carried out: {documented}", self.answer.described())
            self._unkept()
        elif fine:
            finding = holds(requirement)
        else:
            finding = fails(requirement, documented, _shown(received), *diff)
        self._record(finding)
        return finding.holds

    def judge(self, requirement: str, fine: bool, documented: str, received: object = "") -> None:
        """Judge a requirement of an answer, whether the operation was carried out or not."""
        self._record(holds(requirement) if fine else fails(requirement, documented, _shown(received)))

    def judge_finding(self, finding: Finding) -> None:
        """Enter a finding that somebody else came to."""
        self._record(finding)

    def expect_refused(self, requirement: str, *, because: str = "") -> bool:
        """Judge that the operation was refused, and by a client error."""
        documented = f"{self._named()} is refused" + (f": {because}" if because else "")
        scene, answer = self.scene, self.answer
        if answer.refused:
            for kept in (requirement, *_KEPT_BY.get(requirement, ())):
                scene.refused(kept, self.operation, documented)
            return True
        if answer.accepted:
            self._record(fails(requirement, documented, f"{answer.described()}{self._now()}"))
            return False
        if answer.faulted and scene.faults < 2:  # one may pass
            scene.unseen(requirement, f"{self._named()}: {answer.described()}")
            return False
        if requirement in _CLIENT_ERRORS and answer.exchange.status is not None:
            self._record(fails(requirement, "a client error (HTTP 4xx)", answer.described()))
        else:
            scene.unseen(requirement, f"{self._named()}: {answer.described()}")
        if answer.exchange.status is not None:
            self._record(
                fails("FO-ERR-CLIENT-FORM", "a refusal answers with a client error (HTTP 4xx)", answer.described())
            )
        return False

    def shown(self, order: FulfillmentOrder) -> FulfillmentOrder:
        """Return a fulfillment order as this answer shows it; raise `Unobservable` if it does not."""
        rows = (*self.answer.slots.values(), *self.answer.listed)
        return self.needs(next((row for row in rows if row is not None and row.id == order.id), None))

    def agrees(self, requirement: str, order: FulfillmentOrder) -> bool:
        """Judge that this answer and an earlier look agree on a fulfillment order."""
        rows = invariants.differences(order, self.shown(order))
        received = f"{rows[0].path}: {rows[0].documented} there, {rows[0].received} here" if rows else ""
        return self.check(
            requirement, not rows, f"{self.operation} agrees with the list on {order.id}", received, *rows
        )

    def expect_hidden(self, requirement: str) -> None:
        """Judge that nothing was shown: it was refused, or the answer holds no fulfillment order."""
        if self.answer.faulted:
            self.scene.unseen(requirement, f"{self._named()} was {self.answer.described()}")
            return
        self.reads("AMB-FORBIDDEN-READ", str(self.answer.exchange.status) if self.answer.refused else "empty")
        if self.answer.refused:
            self.scene.refused(requirement, self.operation, f"{self._named()} is refused")
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

    def _unkept(self) -> None:
        """Hold the target to what it advertised, where an operation was not carried out."""

    def _record(self, finding: Finding) -> None:
        self.scene.record(finding, self.answer, state=self.source, exchanges=self._exchanges)


class Step(Asked):
    """An action on a fulfillment order: what its order looked like before, what was answered, what a later look shows."""

    def __init__(self, scene: Scene, answer: Answer, source: str | None, before: Picture, after: Picture) -> None:
        super().__init__(scene, answer, source)
        self.before, self.after = before, after
        self._exchanges = (after.exchange,)

    @property
    def order(self) -> FulfillmentOrder:
        """The fulfillment order that the action was about, as the later look shows it."""
        shown = self.answer.order
        identity = shown.id if shown is not None else self.answer.ask.order
        found = self.after.orders.get(identity or "") or shown
        if found is None:
            raise Unobservable(f"fulfillment order {identity} is not shown after {self.operation}")
        return found if shown is None or not self.scene.looks_are_brief else found.completed_by(shown)

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

    def slot(self, name: str) -> FulfillmentOrder | None:
        """Return the fulfillment order in a slot of the answer, as the later look shows it; None where it is null."""
        shown = self.answer.slots.get(name)
        return None if shown is None else self.after.orders.get(shown.id, shown)

    @property
    def created(self) -> list[FulfillmentOrder]:
        """Fulfillment orders that the order did not have before, in the order of the list."""
        return [order for identity, order in self.after.orders.items() if identity not in self.before.orders]

    def compare(self) -> None:
        """Let the standing judges compare before and after."""
        scene, answer = self.scene, self.answer
        looked = (self.after.exchange,)
        if answer.accepted:
            findings = [*invariants.of_step(answer, self.before, self.after)]
            findings += lasting.of_step(answer, self.before, self.after, scene.reading)
            scene.record_all(findings, answer, state=self.source, exchanges=looked)
        elif answer.refused:
            finding = invariants.of_refusal(self.before, self.after)
            if not finding.holds and answer.order is not None:  # done, shown, and called an error nevertheless
                finding = fails(
                    "FO-GQL-USER-ERRORS-EMPTY",
                    f"userErrors is empty where {self.operation} is carried out",
                    f"{answer.described()}, and {finding.received}",
                    *finding.diff,
                )
            scene.record_all([finding], answer, state=self.source, exchanges=looked)
        advertised = ADVERTISED_AS.get(self.operation)
        was = self.before.orders.get(answer.ask.order or "")
        if answer.accepted and answer.actor == "merchant" and was is not None and advertised in (was.actions or ()):
            scene.record(holds("FO-ACTIONS-ADVERTISED"), answer)
        elif (
            answer.accepted
            and answer.actor == "merchant"
            and self.operation in TELLING
            and was is not None
            and was.actions is not None
            and advertised in scene.advertised
            and scene.documented_accept(self.source, self.operation)
        ):
            scene.record(
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
            shown = answer.order if answer.ask.operation in {"submit", "move"} else None
            now = self.after.orders.get(shown.id if shown else identity)
            target = scene.state(now)
            if target is not None:
                fine = self.before.order_id not in scene.tainted
                seen = (answer.exchange.n, self.after.exchange)
                scene.ledger.transition(self.source, self.operation, target, scene.name, fine=fine, exchanges=seen)

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
        shown = self.answer.order if answered and of is None else None
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
        plain = STATE_AFTER.get(self.operation)
        if plain not in {None, requirement} and self.scene.is_broken(str(plain)):
            # the action goes wrong anyway: nothing is learnt about what is special here
            self.scene.unseen(requirement, f"{self.operation} deviates from {plain} already")
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
            return self.check(requirement, False, f"line items {dict(wanted)}")
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
        return self.check(requirement, not rows, f"{what} by line item: {dict(wanted)}", received, *rows)

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

    def again(self, order: FulfillmentOrder) -> FulfillmentOrder:
        """Look at a fulfillment order, of this or another order, once more."""
        found = self.scene.look(order.order_id or "").orders.get(order.id)
        if found is None:
            raise Unobservable(f"fulfillment order {order.id} is not listed any more")
        return found

    def _unkept(self) -> None:
        was, name = self.before.orders.get(self.answer.ask.order or ""), ADVERTISED_AS.get(self.operation)
        if self.answer.actor == "merchant" and self.answer.refused and was is not None and name in (was.actions or ()):
            documented = f"{name} is advertised in {self.source} and succeeds"
            self._record(fails("FO-ACTIONS-ADVERTISED", documented, self.answer.described()))

    def _now(self) -> str:
        found = self.after.orders.get(self.answer.ask.order or "")
        return f"; it is {found.pair} now" if found is not None else ""


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 300 else text[:300] + "…"
