"""What an action between two looks tells, of all fulfillment orders of an order or of one. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from fulfillspec.documents import lifecycle
from fulfillspec.documents.lifecycle import Cell, Lifecycle
from fulfillspec.documents.operations import (
    ADVERTISED_AS,
    ANSWERING,
    BY_ARGUMENTS,
    NEEDING_ARGUMENTS,
    OF_SERVICES,
    PLAINLY,
    TELLING,
    keeping,
)
from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.judge import invariants, lasting, meaning, times
from fulfillspec.judge.finding import Finding, fails, holds
from fulfillspec.judge.requests import Answered
from fulfillspec.traffic import outcomes
from fulfillspec.traffic.views import ActionSeen, has_lines
from fulfillspec.wire import nodes
from fulfillspec.wire.answer import Answer
from fulfillspec.wire.recorded import served

_OF_ALL: Final = frozenset(
    {"FO-LIST-ALL", "FO-INV-SIBLINGS", "FO-CANCEL-REPLACEMENT-ITEMS", "FO-REQUEST-OWN", "FO-INV-HAS-ITEMS"}
)
"""Requirements of which only a list of all fulfillment orders of an order tells."""
_OF_LINES: Final = frozenset(
    {
        "FO-CANCEL-REPLACEMENT-ITEMS",
        "FO-FULFIL-CLOSES",
        "FO-FULFIL-PART-OPEN",
        "FO-FULFIL-REMAINING",
        "FO-FULFIL-SOME-WORK",
        "FO-INV-ENDED-STAYS",
        "FO-INV-HAS-ITEMS",
        "FO-INV-ITEM",
        "FO-INV-LINE-IDS",
        "FO-INV-QUANTITY",
    }
)
"""Requirements of which nothing is known where an answer shows no line items, or not all of them."""
_KEEP_ALL: Final = keeping("lines") & keeping("work") & ANSWERING
_PLAIN: Final = TELLING - frozenset(NEEDING_ARGUMENTS)
"""Advertised actions that need no arguments, so that a refusal cannot be about those."""
_PLAIN_MESSAGE: Final = 100
"""Characters up to which no store can mind the length of a message."""
_ANOTHER: Final = timedelta(seconds=3)
"""How far from an action a change has to be dated, by the target's clock, to be somebody else's."""


def of_step(step: ActionSeen, reading: Answered, *, entitled: bool = False) -> Iterator[Finding]:
    """Judge what the looks before and after an action say of it; `entitled`: its caller did the same at that location."""
    step, shows_lines = _alike(step)
    answer, before, after = step.answer, step.before, step.after
    if answer.refused:
        yield from _of_refusal(step, entitled=entitled)
        return
    if not answer.accepted:
        return
    was = before.orders.get(answer.ask.order or "")
    findings = [
        *invariants.of_step(answer, before, after),
        *lasting.of_step(answer, before, after, reading),
        *meaning.of_step(answer, before, after),
        *times.of_change(answer, before, after),
        *(_of_state(answer, was, after) if was is not None else ()),
        *outcomes.of_step(step),
    ]
    passed = frozenset() if shows_lines else _OF_LINES | outcomes.OF_LINES
    if not step.whole:
        passed |= _OF_ALL | (frozenset() if answer.ask.operation in _KEEP_ALL else {"FO-INV-QUANTITY"})
    yield from (finding for finding in findings if finding.requirement not in passed)
    advertised = ADVERTISED_AS.get(answer.ask.operation)
    if was is not None and advertised in (was.actions or ()):
        yield holds("FO-ACTIONS-ADVERTISED")


def _of_refusal(step: ActionSeen, *, entitled: bool) -> Iterator[Finding]:
    answer, before, after = step.answer, step.before, step.after
    finding = invariants.of_refusal(before, after)
    if finding.holds or not _by_another(answer, before, after):
        yield finding
    was, now = before.orders.get(answer.ask.order or ""), after.orders.get(answer.ask.order or "")
    if was is None or now is None or not finding.holds or was.pair != now.pair or not _is_of_state(answer):
        return
    operation = answer.ask.operation
    advertised = ADVERTISED_AS.get(operation, "")
    if operation in _PLAIN and advertised in (was.actions or ()) and advertised in (now.actions or ()):
        documented = f"{operation}, which supported_actions of fulfillment order {was.id} has, is carried out"
        yield fails("FO-ACTIONS-ADVERTISED", documented, answer.described())
    elif entitled and operation in _PLAIN | OF_SERVICES and was.units == was.left:
        yield from _of_promise(answer, was)


def _is_of_state(answer: Answer) -> bool:
    """Tell whether a refusal can only be about the state: nothing in the request may be wrong, and it has not that status."""
    given = {
        name for name, value in answer.ask.arguments.items() if name != "message" or len(str(value)) > _PLAIN_MESSAGE
    }
    given -= {"notify_customer"}
    told = answer.exchange.status == 422 or (answer.transport == "graphql" and _has_user_errors(answer))
    return told and not given and answer.ask.raw is None


def _of_promise(answer: Answer, was: FulfillmentOrder) -> Iterator[Finding]:
    """Judge that what the documents have succeed in a state is carried out for a caller who may do it there."""
    life, operation = lifecycle.load(), answer.ask.operation
    actor = "service" if operation in OF_SERVICES else "merchant"
    cells = [cell for cell in _cells(life, answer, was) if cell.actor == actor]
    named = PLAINLY.get(operation)
    if named is not None and cells and all(cell.outcome == "accept" for cell in cells):
        documented = f"{operation} in {was.pair} is carried out, as it was for the same caller at the same location"
        yield fails(named, documented, answer.described())


def _has_user_errors(answer: Answer) -> bool:
    data = nodes.at(answer.body, "data")
    return isinstance(data, dict) and bool(nodes.at(next(iter(data.values()), None), "userErrors"))


def _by_another(answer: Answer, before: Picture, after: Picture) -> bool:
    """Tell whether what changed over a refused action says that it was changed at another time, by somebody else."""
    clock = times.dated(answer.exchange)
    if clock is None:
        return False
    changed = [
        (order.updated_at, had.updated_at if (had := before.orders.get(identity)) is not None else None)
        for identity, order in after.orders.items()
        if order != before.orders.get(identity)
    ]
    dated = [now for now, had in changed if now is not None and now != had]
    took = timedelta(milliseconds=answer.exchange.ms)
    return bool(dated) and all(not clock - took - _ANOTHER <= now <= clock + _ANOTHER for now in dated)


def _alike(step: ActionSeen) -> tuple[ActionSeen, bool]:
    """Return a step in which each fulfillment order shows its line items, or none does; and whether they do."""
    answer, before, after = step.answer, step.before, step.after
    seen = (*before.orders.values(), *after.orders.values())
    if all(map(has_lines, seen)):
        slots = {
            name: order if order is None or has_lines(order) else _with_lines_of(order, after.orders.get(order.id))
            for name, order in answer.slots.items()
        }
        return replace(step, answer=replace(answer, slots=slots)), True
    slots = {name: None if order is None else replace(order, lines=()) for name, order in answer.slots.items()}
    bare = (_without_lines(picture) for picture in (before, after))
    return ActionSeen(replace(answer, slots=slots), next(bare), next(bare), step.whole), False


def _with_lines_of(order: FulfillmentOrder, looked: FulfillmentOrder | None) -> FulfillmentOrder:
    return order if looked is None else replace(order, lines=looked.lines)


def _without_lines(picture: Picture) -> Picture:
    return replace(picture, orders={name: replace(order, lines=()) for name, order in picture.orders.items()})


def _of_state(answer: Answer, was: FulfillmentOrder, after: Picture) -> Iterator[Finding]:
    """Judge where an accepted action led, whosever location it is at: to a state that the lifecycle names, if it names one."""
    life, operation = lifecycle.load(), answer.ask.operation
    shown = answer.order
    now = after.orders.get(shown.id if shown is not None else was.id)
    if None in {was.status, was.request_status} or (now is not None and None in {now.status, now.request_status}):
        return
    edges = [edge for edge in life.edges if edge.action == operation and _is(life, edge.source, was)]
    if edges:
        if now is None or operation == "cancel" or operation in BY_ARGUMENTS:
            return
        fine = any(_is(life, edge.target, now) for edge in edges)
        documented = " or ".join(dict.fromkeys(life.states[edge.target].pair for edge in edges))
        yield (
            holds(edges[0].requirement)
            if fine
            else fails(edges[0].requirement, f"{operation} in {was.pair} leads to {documented}", now.pair)
        )
        return
    yield from _of_cell(life, answer, was)


def _of_cell(life: Lifecycle, answer: Answer, was: FulfillmentOrder) -> Iterator[Finding]:
    """Judge that what every document refuses in a state is not carried out."""
    operation, cells = answer.ask.operation, _cells(life, answer, was)
    named = next((cell.requirement for cell in cells if cell.requirement and cell.level == "must"), None)
    if named is not None and all(cell.outcome == "refuse" and cell.level == "must" for cell in cells):
        yield fails(named, f"{operation} in {was.pair} is refused", answer.described())


def _cells(life: Lifecycle, answer: Answer, was: FulfillmentOrder) -> list[Cell]:
    """Return what the documents say of an action in a state, wherever it is and whoever acts."""
    operation, version = answer.ask.operation, served(answer.exchange)
    return [
        life.cell(state, operation, actor, version)
        for state in life.states
        if _is(life, state, was)
        for action, actor in life.decided
        if action == operation
    ]


def _is(life: Lifecycle, state: str, order: FulfillmentOrder) -> bool:
    """Tell whether a fulfillment order is in a state, in any of its readings, wherever it is."""
    known = life.states[state]
    return known.matches(f"{known.place}:{order.pair}")
