"""Line items that an operation cannot mean: unknown, of another fulfillment order or order, none, less than none, twice.

Where the documents demand a refusal, one is expected. Where they say nothing, either is fine: what is refused changes
nothing, and what is carried out concerns no line items but those named, in the quantities named.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fulfillspec.acting.session import Unobservable
from fulfillspec.acting.step import Asked, Step
from fulfillspec.documents.lifecycle import Cell
from fulfillspec.documents.operations import LEAVING_REST
from fulfillspec.evidence.observation import FulfillmentOrder, Line, Picture
from fulfillspec.exploration.table import Table
from fulfillspec.judge import invariants
from fulfillspec.judge.finding import fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.CASES)

KINDS = ("unknown", "of a sibling", "of another order", "beside its own", "zero", "negative", "twice")
"""What can be wrong with line items, in the order in which it is tried."""

_FOREIGN = frozenset({"unknown", "of a sibling", "of another order", "beside its own"})
_NOT_POSITIVE = frozenset({"zero", "negative"})


@dataclass(frozen=True, slots=True)
class Takes:
    """An operation that takes line items, by what it is held to.

    `exactly`: no line items but those named are taken, in those quantities. `own`, `positive`, `once`: refused are the
    line items of others, quantities below one, and a line item that is named twice; empty where no document says so.
    """

    action: str
    actor: str
    exactly: str
    foreign: str = ""
    positive: str = ""
    once: str = ""

    @property
    def kinds(self) -> Sequence[str]:
        """What can be wrong with its line items: a rejection gives no quantities, and may say several things of one."""
        return [kind for kind in KINDS if kind in _FOREIGN] if self.action == "reject" else KINDS

    def refuses(self, kind: str) -> str | None:
        """Return the requirement to refuse a kind of line items, None where no document demands it."""
        rows = {
            **dict.fromkeys(_FOREIGN, self.foreign),
            **dict.fromkeys(_NOT_POSITIVE, self.positive),
            "twice": self.once,
        }
        return rows[kind] or None


@dataclass(frozen=True, slots=True)
class _Misnaming(Cell):
    kind: str = ""
    exactly: str = ""


@dataclass
class Misnamed(Table):
    """Has line items misnamed on one parked fulfillment order; `unknown` is the id of no line item."""

    units: int = 2
    entered: bool = False
    unknown: str = "0"
    _stranger: Picture | None = None

    def taker(
        self, action: str, actor: str, *, exactly: str, foreign: str = "", positive: str = "", once: str = ""
    ) -> Takes:
        """Describe an operation that takes line items by the requirements that it is held to."""
        return Takes(action, actor, exactly, foreign, positive, once)

    def try_all(self, state: str, *operations: Takes) -> None:
        """Judge every kind of misnamed line items for each operation that the transport has and an actor may ask for."""
        cells = [
            _Misnaming(state, each.action, each.actor, "refuse", "should", each.refuses(kind), None, kind, each.exactly)
            for each in operations
            if self.session.transport.offers(each.action)
            for kind in each.kinds
        ]
        self.refuse(state, cells)

    def _ask(self, cell: Cell, order: FulfillmentOrder) -> Answer:
        self._stranger = None
        answer = super()._ask(cell, order)
        if self._stranger is not None:  # at once: the run goes on, perhaps with a fulfillment order of the other order
            finding = invariants.of_refusal(self._stranger, self.session.look(self._stranger.order_id))
            if not finding.holds:
                finding = fails("FO-INV-OTHER-ORDERS", "another order is left alone", finding.received, *finding.diff)
            self.session.record(
                finding if not finding.holds else holds("FO-INV-OTHER-ORDERS"), answer, state=cell.state
            )
        return answer

    def _arguments(self, cell: Cell, order: FulfillmentOrder) -> dict[str, Any]:
        kind = cell.kind if isinstance(cell, _Misnaming) else ""
        named = self._named(kind, order)
        if cell.action == "reject":
            return {"reason": "other", "details": [(line, "Not this one.") for line, _ in named]}
        return {**self.arguments(cell.action, order), "part": named}

    def _named(self, kind: str, order: FulfillmentOrder) -> list[tuple[str, int]]:
        own = _biggest(order)
        match kind:
            case "of a sibling":
                return [(self._of_a_sibling(order), 1)]
            case "of another order":
                return [(self._of_another_order(order), 1)]
            case "beside its own":
                return [(own.id, 1), (self.unknown, 1)]
            case "zero":
                return [(own.id, 0)]
            case "negative":
                return [(own.id, -1)]
            case "twice":
                return [(own.id, 1), (own.id, 1)]
            case _:
                return [(self.unknown, 1)]

    def _of_a_sibling(self, order: FulfillmentOrder) -> str:
        picture = self.session.before(order)
        return _line_beside(picture.orders.values(), order) or self.unknown

    def _of_another_order(self, order: FulfillmentOrder) -> str:
        found = self._line_of_a_stranger(order)
        if found is None:
            with contextlib.suppress(Unobservable):  # without a second order the line item of none is named
                self.stage.new_order()
            found = self._line_of_a_stranger(order)
        return found or self.unknown

    def _line_of_a_stranger(self, order: FulfillmentOrder) -> str | None:
        for picture in self.session.pictures.values():
            if picture.order_id != order.order_id and picture.order_id not in self.session.tainted:
                line = _line_beside(picture.orders.values(), order)
                if line:
                    self._stranger = picture
                    return line
        return None

    def _judge(self, cell: Cell, step: Step, order: FulfillmentOrder) -> None:
        if step.accepted and isinstance(cell, _Misnaming) and cell.action != "reject":
            taken = _taken(step, order)
            wanted = _meant(cell.kind, order)
            if taken is not None and taken not in wanted:
                named = " or ".join(str(each) for each in wanted)
                step.check(
                    cell.exactly,
                    fine=False,
                    documented=f"{cell.action} of line items {cell.kind}: takes {named}",
                    received=taken,
                )
                return
        super()._judge(cell, step, order)

    def _judge_refusal(self, cell: Cell, asked: Asked, parked: Picture) -> None:
        if cell.requirement:
            super()._judge_refusal(cell, asked, parked)
        else:
            asked.session.ledger.judged_in_case += 1


def _biggest(order: FulfillmentOrder) -> Line:
    lines = sorted((line for line in order.lines if line.remaining), key=lambda line: -(line.remaining or 0))
    if not lines:
        raise Unobservable(f"fulfillment order {order.id} has nothing left")
    return lines[0]


def _line_beside(orders: Iterable[FulfillmentOrder], own: FulfillmentOrder) -> str | None:
    """Return a line item of one of these that the fulfillment order has not itself."""
    ids = {line.id for line in own.lines}
    found = (line.id for order in orders if not order.ended for line in order.lines if line.remaining)
    return next((line for line in found if line not in ids), None)


def _meant(kind: str, order: FulfillmentOrder) -> Sequence[Mapping[str, int]]:
    """Return what an operation may take that is carried out although its line items are misnamed, in each reading."""
    item = _biggest(order).line_item_id or ""
    if kind == "beside its own":
        return ({item: 1},)
    return ({item: 1}, {item: 2}) if kind == "twice" else ({},)


def _taken(step: Step, order: FulfillmentOrder) -> dict[str, int] | None:
    """Return the units that an operation took, by the order's line item id; None where it does not take them away.

    A hold or request takes what the fulfillment order in the new state has; the other operations take it away.
    """
    if step.operation in LEAVING_REST:
        units = step.order.left
        return None if units == order.left and step.operation == "hold" else units  # nothing says that a hold splits
    left = step.target.left if step.target.location_id == order.location_id else {}
    return {item: units - left.get(item, 0) for item, units in order.left.items() if units != left.get(item, 0)}
