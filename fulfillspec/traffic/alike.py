"""Whether one caller is shown the same of a fulfillment order wherever it looks, while nothing is done to it.

Somebody may act whose requests are not recorded. That nothing was done between two looks is only sure where the target
dates the last change well before both, or where a third look shows again what the first one did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import equivalence, invariants, times
from fulfillspec.judge.finding import Finding, fails, holds
from fulfillspec.traffic.views import MOST, NEAR, caller_of, has_lines, is_whole, named, place_of
from fulfillspec.wire.answer import Answer

_STOOD: Final = timedelta(seconds=2)
"""How long before the first look the last change has to be: times are of whole seconds."""

_ACTIONS: Final = "FO-EQ-ACTIONS"
"""Not judged: one transport may have words that the other has not, and which those are shows only where all are asked."""

_Key = tuple[str, str, str]
"""Origin, token and fulfillment order."""
_Where = tuple[str, str]
"""Transport and operation: from where one looked."""


@dataclass(frozen=True, slots=True)
class _Look:
    order: FulfillmentOrder
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Doubt:
    """What two looks differ in; `first` is what has to be shown again so that it counts."""

    where: _Where
    first: FulfillmentOrder
    answer: Answer
    findings: tuple[Finding, ...]


@dataclass
class Alike:
    """The last looks at each fulfillment order, from wherever one caller looked, since something was done to it."""

    _seen: dict[_Key, dict[_Where, _Look]] = field(default_factory=dict)
    _doubts: dict[_Key, list[_Doubt]] = field(default_factory=dict)

    def look(self, answer: Answer, shown: tuple[FulfillmentOrder, ...]) -> Iterator[tuple[Answer, Finding]]:
        """Take what an answer shows; yield findings, each with the answer that it is about."""
        place, transport, token = caller_of(answer)
        where = (transport, answer.ask.operation)
        for order in shown:
            key = (place, token, order.id)
            for doubt in self._doubts.pop(key, []):
                if doubt.where != where:
                    self._doubts.setdefault(key, []).append(doubt)
                elif doubt.first == order and _near(doubt.answer, answer):
                    yield from ((doubt.answer, finding) for finding in doubt.findings)
            looks = self._seen[key] = self._seen.pop(key, {})
            for other, look in looks.items():
                if other == where or not _near(look.answer, answer):
                    continue
                findings = tuple(_of_two(look, order, answer))
                if all(finding.holds for finding in findings) or _stood(look, order):
                    yield from ((answer, finding) for finding in findings)
                else:
                    self._doubts.setdefault(key, []).append(_Doubt(other, look.order, answer, findings))
            looks[where] = _Look(order, answer)
            if len(self._seen) > MOST:
                self._forget(next(iter(self._seen)))

    def act(self, answer: Answer) -> None:
        """Forget what was seen of the orders that an action is about."""
        place, targets = place_of(answer.exchange), named(answer)
        orders = {
            look.order.order_id
            for key, looks in self._seen.items()
            for look in looks.values()
            if key[0] == place and key[2] in targets
        }
        sure = orders and None not in orders
        for key, looks in list(self._seen.items()):
            touched = not sure or any(look.order.order_id in {None, *orders} for look in looks.values())
            if key[0] == place and (touched or key[2] in targets):
                self._forget(key)

    def stir(self, place: str) -> None:
        """Forget what was seen at an origin."""
        for key in [key for key in self._seen if key[0] == place]:
            self._forget(key)

    def _forget(self, key: _Key) -> None:
        self._seen.pop(key, None)
        self._doubts.pop(key, None)


def _near(one: Answer, other: Answer) -> bool:
    then, now = times.over(one.exchange), times.over(other.exchange)
    return then is not None and now is not None and 0 <= (now - then).total_seconds() <= NEAR


def _stood(look: _Look, order: FulfillmentOrder) -> bool:
    """Tell whether a change between two looks would show in the time of the last change."""
    changed, clock = look.order.updated_at, times.dated(look.answer.exchange)
    return changed is not None and clock is not None and changed == order.updated_at and clock - changed >= _STOOD


def _of_two(look: _Look, order: FulfillmentOrder, answer: Answer) -> Iterator[Finding]:
    first, transport = look.order, look.answer.transport
    if transport != answer.transport:
        if is_whole(first) and is_whole(order):
            pair = (first, order) if transport == "rest" else (order, first)
            found = equivalence.of_orders(*pair, ("rest", "graphql"))
            yield from (finding for finding in found if finding.requirement != _ACTIONS)
        return
    loose = frozenset[str]() if has_lines(first) and has_lines(order) else frozenset({"line_items"})
    rows = invariants.differences(first, order, loose=loose)
    if not rows:
        yield holds("FO-INV-OBSERVERS")
        return
    documented = f"all answers show fulfillment order {first.id} alike while nothing is done to it"
    received = (
        f"{rows[0].path}: {look.answer.ask.operation} shows {rows[0].documented}, "
        f"{answer.ask.operation} {rows[0].received}"
    )
    yield fails("FO-INV-OBSERVERS", documented, received, *rows)
