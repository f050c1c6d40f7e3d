"""What the documents promise of an action in a state, judged on the step that took it: for walks that choose by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fulfillspec.acting.session import Unobservable
from fulfillspec.acting.step import Step
from fulfillspec.documents import lifecycle as documents
from fulfillspec.documents.lifecycle import Cell, Lifecycle
from fulfillspec.documents.operations import ADVERTISED_AS
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import invariants, naming
from fulfillspec.judge.finding import fails, holds
from fulfillspec.judge.registry import Hears, judging

judging(__file__, Hears.WALKS)

_WITHOUT_EDGE = {
    ("service:open/rejected", "move"): "FO-MOVE-AFTER-REJECT",
    ("service:incomplete/closed", "move"): "FO-CLOSE-THEN-MOVE",
    ("merchant:in_progress/unsubmitted", "move"): "FO-MOVE-WHOLE",
}
"""The requirement of an acceptance that the documents promise and the diagram does not draw."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: the cell it was in, the units that it named (by the order's line item), and where to.

    `units` is None where the whole was meant; `destination` is the location of a move.
    """

    step: Step
    cell: Cell
    units: Mapping[str, int] | None = None
    destination: str | None = None


@lru_cache(maxsize=1)
def requirements() -> frozenset[str]:
    """Return the requirements that a step may be held to: of cells and transitions, and what this module names."""
    life = documents.load()
    cells = {rule.requirement for rule in life.rules if rule.action in _EFFECTS and rule.requirement}
    edges = {edge.requirement for edge in life.edges if edge.action in _EFFECTS}
    return frozenset(cells | edges | naming.module(Path(__file__)).requirements)


def judge(taken: Taken, lifecycle: Lifecycle) -> None:
    """Hold a step to its cell: accepted with the documented effect, refused, or either.

    Raise `Unobservable` where the target gave no answer because it was throttled or gone.
    """
    step, cell = taken.step, taken.cell
    if step.answer.held_back or (step.answer.outcome == "failed" and step.answer.exchange.status is None):
        raise Unobservable(f"{cell.action} in {cell.state}: {step.answer.described()}")
    if cell.outcome == "accept":
        _judge_acceptance(taken, lifecycle)
    elif cell.outcome == "refuse" and cell.requirement:
        step.expect_refused(cell.requirement)
    elif step.answer.outcome == "failed":
        step.expect_refused("FO-ERR-CLIENT-FORM")
    elif cell.ambiguity:
        step.reads(cell.ambiguity, "allowed" if step.accepted else "refused")
    if step.answer.refused and cell.outcome != "accept":
        _judge_offer(taken)
    if step.accepted:
        _judge_siblings(taken)


def promised(cell: Cell, lifecycle: Lifecycle, *, part: bool) -> str:
    """Return the requirement that an accepting cell rests on."""
    edges = [edge for edge in lifecycle.edges if edge.source == cell.state and edge.action == cell.action]
    fitting = [edge for edge in edges if edge.part == part] or edges
    return fitting[0].requirement if fitting else _WITHOUT_EDGE[cell.state, cell.action]


def _judge_offer(taken: Taken) -> None:
    """Judge that what was refused to an actor that may do it had not been advertised."""
    step, cell = taken.step, taken.cell
    name = ADVERTISED_AS.get(cell.action)
    # since 2024-10 an order management app may not fulfil at a service's location, whatever is advertised there
    foreign = cell.action == "create_fulfillment" and cell.state.startswith("service:")
    if name is None or cell.actor != "merchant" or foreign or not step.was.left:
        return
    if name in (step.was.actions or ()):
        received = step.answer.described()
        finding = fails("FO-ACTIONS-ADVERTISED", f"{name} is advertised in {cell.state} and succeeds", received)
        step.session.record(finding, step.answer, state=cell.state)


def _judge_siblings(taken: Taken) -> None:
    """Judge that the order's other fulfillment orders are as before, for the actions that document nothing else."""
    step = taken.step
    if not (step.operation in {"create_fulfillment", "move"} or (step.operation == "hold" and taken.units is None)):
        return
    shown = {slot.id for slot in step.answer.slots.values() if slot is not None}
    for identity, was in step.before.orders.items():
        now = step.after.orders.get(identity)
        own = identity == step.answer.ask.order or identity in shown or was.location_id == taken.destination
        if own or now is None:
            continue
        rows = invariants.differences(was, now)
        finding = holds("FO-INV-SIBLINGS")
        if rows:
            finding = fails(
                "FO-INV-SIBLINGS",
                f"{step.operation} on {step.answer.ask.order} leaves fulfillment order {identity} of the same order alone",
                f"{rows[0].path}: {rows[0].documented} became {rows[0].received}",
                *rows,
            )
        step.session.record_all([finding], step.answer, state=step.source, exchanges=(step.after.exchange,))


def _judge_acceptance(taken: Taken, lifecycle: Lifecycle) -> None:
    requirement = promised(taken.cell, lifecycle, part=taken.units is not None)
    if not taken.step.accepted:
        taken.step.check(requirement, False, f"the documents promise {taken.cell.action} in {taken.cell.state}")  # noqa: FBT003
        return
    _EFFECTS[taken.cell.action](taken, requirement)


def _rest(taken: Taken) -> dict[str, int]:
    was = taken.step.was.left
    rest = {item: units - (taken.units or was).get(item, 0) for item, units in was.items()}
    return {item: units for item, units in rest.items() if units}


def _named(taken: Taken) -> Mapping[str, int]:
    return taken.step.was.left if taken.units is None else taken.units


def _submitted(taken: Taken, requirement: str) -> None:
    step, rest = taken.step, _rest(taken)
    step.expect(requirement, "open/submitted")
    step.expect_units("FO-SUBMIT-PART" if rest else "FO-SUBMIT-WHOLE", _named(taken), step.order, left=True)
    if rest:
        kept = step.slot("unsubmitted")
        step.expect_units("FO-SUBMIT-PART-REST", rest, kept, left=True)
        if taken.cell.state == "service:open/unsubmitted" and kept is not None:
            step.check(
                "FO-SUBMIT-PART-REST", kept.pair == "open/unsubmitted", "the rest is open/unsubmitted", kept.pair
            )


def _accepted(taken: Taken, requirement: str) -> None:
    taken.step.expect(requirement, "in_progress/accepted")
    taken.step.expect_units("FO-INV-QUANTITY", taken.step.was.units, taken.step.order)


def _rejected(taken: Taken, requirement: str) -> None:
    taken.step.expect(requirement, "open/rejected")
    taken.step.expect_units("FO-REJECT-WHOLE", taken.step.was.units, taken.step.order)


def _cancellation_submitted(taken: Taken, requirement: str) -> None:
    taken.step.expect(requirement, "*/cancellation_requested", answered=False)
    taken.step.expect("FO-CANCELLATION-IN-PROGRESS", "in_progress/*", answered=False)


def _cancellation_accepted(taken: Taken, requirement: str) -> None:
    taken.step.expect(requirement, "cancelled/cancellation_accepted or closed/cancellation_accepted")


def _cancellation_rejected(taken: Taken, requirement: str) -> None:
    taken.step.expect(requirement, "*/cancellation_rejected")
    taken.step.expect("FO-CANCELLATION-REJECT-IN-PROGRESS", "in_progress/*")


def _cancelled(taken: Taken, requirement: str) -> None:
    step = taken.step
    step.expect(requirement, "closed/* or cancelled/*", of=step.target)
    replacement = step.slot("replacement")
    pair = replacement.pair if replacement else "none"
    step.check("FO-CANCEL-REPLACEMENT", pair == "open/unsubmitted", "a replacement open/unsubmitted", pair)
    if replacement is not None:
        step.expect_units("FO-CANCEL-REPLACEMENT-ITEMS", step.was.left, replacement, left=True)


def _closed(taken: Taken, requirement: str) -> None:
    step = taken.step
    step.expect(requirement, "incomplete/closed")
    step.expect_units("FO-CLOSE-KEEPS-ITEMS", step.was.units, step.order)
    step.expect_units("FO-CLOSE-KEEPS-ITEMS", step.was.left, step.order, left=True)


def _held(taken: Taken, requirement: str) -> None:
    step = taken.step
    step.expect(requirement, "on_hold/*")
    step.expect("FO-HOLD-KEEPS-REQUEST", f"*/{step.was.request_status}")
    holds_seen = len(step.order.holds or ())
    step.check("FO-HOLD-CREATES-HOLD", holds_seen == 1, "one hold, as there was none", f"{holds_seen} holds")
    whole = step.order.left == step.was.left
    if taken.units is not None and not whole:
        step.expect_units("FO-HOLD-PART", taken.units, step.order, left=True)
    elif not whole:
        step.expect_units("FO-HOLD-STATE", step.was.left, step.order, left=True)


def _released(taken: Taken, requirement: str) -> None:
    step = taken.step
    begun = step.was.left != {item: units for item, units in step.was.units.items() if units}
    step.expect(requirement, "open/* or in_progress/*" if begun else "open/*")
    step.expect("FO-RELEASE-KEEPS-REQUEST", f"*/{step.was.request_status}")
    step.check("FO-RELEASE-ALL", not step.order.holds, "no hold is left", step.order.holds)


def _moved(taken: Taken, requirement: str) -> None:
    step, rest, there = taken.step, _rest(taken), taken.destination
    shown = {step.order.location_id, step.order.address_location_id} - {None}
    step.check(requirement, shown == {there}, f"assigned to location {there}", shown)
    step.expect("FO-MOVE-STATE", "open/*")

    def held(orders: Mapping[str, FulfillmentOrder]) -> dict[str, int]:
        found: dict[str, int] = {}
        for order in orders.values():
            for item, units in order.left.items() if order.location_id == there and not order.ended else ():
                found[item] = found.get(item, 0) + units
        return found

    before, after = held(step.before.orders), held(step.after.orders)
    named = _named(taken)
    wanted = {item: before.get(item, 0) + named.get(item, 0) for item in {*before, *named}}
    what = "FO-MOVE-PART" if rest else "FO-MOVE-WHOLE"
    step.check(what, after == wanted, f"units left at location {there}: {wanted}", after)
    if rest:
        step.expect_units("FO-MOVE-PART-KEEPS-ORIGINAL", rest, step.target, left=True)
    if rest or step.order.id != step.target.id:
        at, stays = step.was.location_id, step.target.location_id
        step.check("FO-MOVE-PART-KEEPS-ORIGINAL", at == stays, f"the original stays at {at}", stays)


def _fulfilled(taken: Taken, requirement: str) -> None:
    step, rest = taken.step, _rest(taken)
    if not rest:
        step.expect(requirement if taken.units is None else "FO-FULFIL-CLOSES", "closed/*")
    step.expect_units("FO-FULFIL-REMAINING", rest, step.order, left=True)
    if rest:
        status = step.order.status
        step.check("FO-FULFIL-PART-OPEN", status not in {"closed", "cancelled"}, "not closed", status)
        going_on = status in {"in_progress", "open"}
        step.check("FO-FULFIL-PART-IN-PROGRESS", going_on, "in_progress, or still open", status)


_EFFECTS: dict[str, Callable[[Taken, str], None]] = {
    "submit": _submitted,
    "accept": _accepted,
    "reject": _rejected,
    "submit_cancellation": _cancellation_submitted,
    "accept_cancellation": _cancellation_accepted,
    "reject_cancellation": _cancellation_rejected,
    "cancel": _cancelled,
    "close": _closed,
    "hold": _held,
    "release_hold": _released,
    "move": _moved,
    "create_fulfillment": _fulfilled,
}

ACTIONS = frozenset(_EFFECTS)
"""The actions whose effect can be judged here."""
