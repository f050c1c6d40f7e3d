"""Fixtures of the suites that try what callers have no access to, and what operations take as arguments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.acting.step import Asked, Step
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.exploration.misnamed import Misnamed
from fulfillspec.exploration.table import Table
from fulfillspec.exploration.without_access import WithoutAccess
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.stage.supply import setting_up
from fulfillspec.suite.answer_fixtures import Fulfillment
from fulfillspec.suite.fixtures import Instant, Part, caller


@pytest.fixture
def reader(context: TransportContext) -> Actor:
    """Return an app that has read scopes alone."""
    return caller(context, "reader")


@pytest.fixture
def combined(context: TransportContext) -> Actor:
    """Return an app with every scope for fulfillment orders, which answers for no service of its own."""
    return caller(context, "combined")


@pytest.fixture
def without_access(context: TransportContext, table: Table) -> WithoutAccess:
    """Return what has callers try that they have no access to."""
    return WithoutAccess(table, context.target, context.scopes)


@pytest.fixture
def with_scopes(context: TransportContext) -> Callable[..., None]:
    """Need an actor's app to have scopes, as far as they are known."""

    def need(actor: Actor, *wanted: str) -> None:
        scopes = context.scopes.get(actor.name)
        if scopes is None:
            raise Inapplicable(f"the scopes of the {actor.name} actor are not known")
        missing = sorted(scope for scope in wanted if not {scope, scope.partition("_")[2]} & scopes)
        if missing:
            raise Inapplicable(f"the {actor.name} actor's app lacks the scope {missing[0]}")

    return need


@pytest.fixture
def changed_by(context: TransportContext) -> Callable[[str, str, Fulfillment], Asked]:
    """Have an actor change a fulfillment; raise `Inapplicable` where the target file names no token for it."""

    def change(name: str, operation: str, made: Fulfillment) -> Asked:
        tracking = {"tracking": {"number": "FULFILLSPEC-3"}} if operation == "update_tracking" else {}
        return caller(context, name).ask(operation, fulfillment=made.id, **tracking)

    return change


@pytest.fixture
def misnamed(context: TransportContext, unknown_id: str) -> Misnamed:
    """Return what names line items to operations that they cannot mean."""
    return Misnamed(context.session, context.stage, context.actors, context.arguments, unknown=unknown_id)


@pytest.fixture
def fulfilled_whole(merchant: Actor) -> Callable[[FulfillmentOrder], Step]:
    """Fulfil an order by an empty list of line items; by none at all where no empty list is taken, which no text promises."""

    def fulfil(order: FulfillmentOrder) -> Step:
        step = merchant.fulfil(order, part=[])
        return step if step.accepted else merchant.fulfil(order)

    return fulfil


@pytest.fixture
def all_of() -> Callable[[FulfillmentOrder], list[tuple[str, int]]]:
    """Name everything that is left of a fulfillment order, line by line, the last line first."""
    return lambda order: [(line.id, line.remaining) for line in reversed(order.lines) if line.remaining]


@pytest.fixture
def several_of() -> Callable[[FulfillmentOrder], Part]:
    """Make a part of two lines: the last of a fulfillment order in full, then all units but one of its biggest other.

    Where none but the last has several units, those two change places; of one line alone, all units but one.
    """

    def make(order: FulfillmentOrder) -> Part:
        lines = [line for line in order.lines if line.remaining]
        others = sorted(lines[:-1], key=lambda line: line.remaining or 0)
        cut = next((line for line in (*others[-1:], *lines[-1:]) if (line.remaining or 0) > 1), None)
        if cut is None:
            raise Unobservable(f"fulfillment order {order.id} has no line of two units left to act on a part")
        whole = [line for line in (*others[-1:], *lines[-1:]) if line is not cut]
        chosen = {line.id: line.remaining or 0 for line in whole} | {cut.id: (cut.remaining or 0) - 1}
        return part_made(order, chosen)

    return make


@pytest.fixture
def last_of() -> Callable[[FulfillmentOrder], Part]:
    """Make a part of the last line of a fulfillment order alone, in full; of a single line with more than a unit, one less."""

    def make(order: FulfillmentOrder) -> Part:
        lines = [line for line in order.lines if line.remaining]
        if not lines:
            raise Unobservable(f"fulfillment order {order.id} has nothing left")
        units = lines[-1].remaining or 0
        return part_made(order, {lines[-1].id: max(units - 1, 1) if len(lines) == 1 else units})

    return make


@pytest.fixture
def each_of() -> Callable[[FulfillmentOrder], Part]:
    """Make a part of one unit of every line that has more than one."""

    def make(order: FulfillmentOrder) -> Part:
        chosen = {line.id: 1 for line in order.lines if (line.remaining or 0) > 1}
        if not chosen:
            raise Unobservable(f"fulfillment order {order.id} has no line of two units left to act on a part")
        return part_made(order, chosen)

    return make


def part_made(order: FulfillmentOrder, chosen: dict[str, int]) -> Part:
    """Return the part of a fulfillment order with these units by the id of its own line items."""
    taken: dict[str, int] = {}
    for line in order.lines:
        if line.id in chosen and line.line_item_id is not None:
            taken[line.line_item_id] = taken.get(line.line_item_id, 0) + chosen[line.id]
    rest = {item: units - taken.get(item, 0) for item, units in order.left.items()}
    return Part(list(chosen.items()), taken, {item: units for item, units in rest.items() if units})


@pytest.fixture
def as_ordered() -> Callable[[FulfillmentOrder], list[tuple[str, int]]]:
    """Name a line item in the quantity that it had before a part of it was fulfilled."""

    def make(order: FulfillmentOrder) -> list[tuple[str, int]]:
        for line in order.lines:
            if line.quantity and line.remaining and line.remaining < line.quantity:
                return [(line.id, line.quantity)]
        raise Unobservable(f"fulfillment order {order.id} has no line of which a part was fulfilled")

    return make


@pytest.fixture
def a_day_later(context: TransportContext) -> Instant:
    """Return an instant a day after `later`, of whole minutes too: no sample of a deadline shows seconds."""
    return Instant(context.started.replace(second=0, microsecond=0) + timedelta(days=41), context)


@pytest.fixture
def of_another_order(context: TransportContext) -> Callable[[FulfillmentOrder], FulfillmentOrder]:
    """Return an open, unsubmitted fulfillment order of another order at the same location: one that stands, else a new one."""

    def fits(other: FulfillmentOrder, order: FulfillmentOrder) -> bool:
        there = other.location_id == order.location_id and other.order_id != order.order_id
        return there and other.pair == "open/unsubmitted" and bool(other.left)

    def find(order: FulfillmentOrder) -> FulfillmentOrder:
        session = context.session
        for picture in session.pictures.values():
            for other in picture.orders.values():
                if fits(other, order) and picture.order_id not in session.tainted:
                    return other
        _, made = context.stage.new_order(("movable",))
        found = next((other for other in made if fits(other, order)), None)
        if found is None and made:
            with setting_up(session):
                there = context.actors["merchant"].move(made[0], location=order.location_id).order
            found = there if fits(there, order) else None
        if found is None:
            raise Inapplicable("no second order has an open fulfillment order at the same location")
        return found

    return find


@pytest.fixture
def at_merchant_location(context: TransportContext) -> Callable[[FulfillmentOrder], FulfillmentOrder]:
    """Return an open, unsubmitted fulfillment order at a merchant-managed location: of the same order, if it has one."""

    def find(order: FulfillmentOrder) -> FulfillmentOrder:
        session = context.session
        pictures = [
            session.before(order),
            *(each for each in session.pictures.values() if each.order_id not in session.tainted),
        ]
        found = (
            other
            for picture in pictures
            for other in picture.orders.values()
            if other.pair == "open/unsubmitted" and session.place(other) == "merchant"
        )
        return next(found, None) or context.stage.order("merchant:open/unsubmitted")

    return find
