"""The fixtures that the suites speak with: who calls, what stands where, and plain arguments without sample values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.acting.step import Step
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.exploration.table import Table
from fulfillspec.exploration.walks import Explorer
from fulfillspec.runs.run import Run
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.stage.pool import Stage
from fulfillspec.stage.routes import smaller
from fulfillspec.stage.source import NOTHING_STOCKED


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what is left of a fulfillment order: what is asked for, what that takes and leaves by line item."""

    asked: list[tuple[str, int]]
    taken: dict[str, int]
    rest: dict[str, int]


@dataclass(frozen=True, slots=True)
class Instant:
    """A time to come, in the forms in which it is sent and seen."""

    moment: datetime
    context: TransportContext

    @property
    def text(self) -> str:
        """ISO 8601, with the offset of the sample of deadlines over REST, in UTC as GraphQL's DateTime shows it."""
        return self.abroad if self.context.transport == "rest" else self.moment.astimezone(UTC).isoformat()

    @property
    def abroad(self) -> str:
        """ISO 8601, with the offset of the sample of deadlines over REST."""
        return self.moment.astimezone(timezone(timedelta(hours=-4))).isoformat()

    @property
    def sooner(self) -> Instant:
        """Ten days before."""
        return replace(self, moment=self.moment - timedelta(days=10))

    @property
    def documented(self) -> str:
        """The form of the documented example of reschedule: to the minute, in UTC."""
        return self.moment.strftime("%Y-%m-%d %H:%M UTC")

    @property
    def minute(self) -> datetime:
        """The instant that the documented form names."""
        return self.moment.replace(second=0)

    def wait_for(self, step: Step, fits: Callable[[FulfillmentOrder], bool]) -> bool:
        """Look until a fulfillment order fits or the instant has passed by ten seconds."""
        while True:
            if fits(step.again(step.order)):
                return True
            if self.context.times.now("a wait") > self.moment + timedelta(seconds=10):
                return False
            self.context.times.sleep(0.5)


@pytest.fixture
def context(request: pytest.FixtureRequest, transport: str) -> Iterator[TransportContext]:
    """Return session, stage and actors of the case's transport; take back what was leased when the case ends."""
    run: Run = request.config.stash[Run.KEY]
    context = run.context(transport)
    yield context
    context.stage.release()


@pytest.fixture
def stage(context: TransportContext) -> Stage:
    """Return the stage."""
    return context.stage


def caller(context: TransportContext, name: str) -> Actor:
    """Return an actor; raise `Inapplicable` where the target file names no token for it."""
    actor = context.actors.get(name)
    if actor is None:
        variable = context.target.token_env(name)
        raise Inapplicable(f"the target file names no token for the actor {name} ({variable}, or [actors.{name}])")
    return actor


@pytest.fixture
def merchant(context: TransportContext) -> Actor:
    """Return the order management app."""
    return caller(context, "merchant")


@pytest.fixture
def service(context: TransportContext) -> Actor:
    """Return the fulfillment-service app."""
    return caller(context, "service")


@pytest.fixture
def other_service(context: TransportContext) -> Actor:
    """Return another fulfillment-service app."""
    return caller(context, "other_service")


@pytest.fixture
def outsider(context: TransportContext) -> Actor:
    """Return an app without any fulfillment-order scope."""
    return caller(context, "outsider")


@pytest.fixture
def anonymous(context: TransportContext) -> Actor:
    """Return a caller without a token."""
    return caller(context, "anonymous")


@pytest.fixture
def two_apps(context: TransportContext) -> None:
    """Need merchant and service to be different apps."""
    if context.target.same_app("merchant", "service"):
        raise Inapplicable("merchant and service are one app here (the same token)")


@pytest.fixture
def without_scope(context: TransportContext) -> Callable[[Actor, str], None]:
    """Need an actor's app to lack a scope (named without read_/write_)."""

    def need(actor: Actor, scope: str) -> None:
        scopes = context.scopes.get(actor.name)
        if scopes is None:
            raise Inapplicable(f"the scopes of the {actor.name} actor are not known")
        if any(held.partition("_")[2] == scope or held == scope for held in scopes):
            raise Inapplicable(f"the {actor.name} actor's app has the scope {scope}")

    return need


@pytest.fixture
def part_of() -> Callable[..., Part]:
    """Make a part of a fulfillment order: one unit (or `leaving`) less than all of its biggest line, no other line."""

    def make(order: FulfillmentOrder, leaving: int = 1) -> Part:
        lines = sorted((line for line in order.lines if line.remaining), key=lambda line: -(line.remaining or 0))
        if not lines or sum(line.remaining or 0 for line in lines) < 2:
            raise Unobservable(f"fulfillment order {order.id} has no two units left to act on a part")
        line, have = lines[0], lines[0].remaining or 0
        units = max(have - leaving, 1)
        item = line.line_item_id or ""
        rest = {**order.left, item: order.left.get(item, 0) - units}
        return Part([(line.id, units)], {item: units}, {key: count for key, count in rest.items() if count})

    return make


@pytest.fixture
def a_line() -> Callable[[FulfillmentOrder], str]:
    """Return the id of a line item of a fulfillment order."""

    def find(order: FulfillmentOrder) -> str:
        if not order.lines:
            raise Unobservable(f"fulfillment order {order.id} shows no line items")
        return order.lines[0].id

    return find


@pytest.fixture
def one_unit() -> Callable[[FulfillmentOrder], list[tuple[str, int]]]:
    """Make the smallest part of a fulfillment order that has more than one unit."""
    return smaller


@pytest.fixture
def too_much() -> Callable[[FulfillmentOrder], list[tuple[str, int]]]:
    """Make a part with one unit more than a line has."""

    def make(order: FulfillmentOrder) -> list[tuple[str, int]]:
        line = next((line for line in order.lines if line.remaining), None)
        if line is None:
            raise Unobservable(f"fulfillment order {order.id} has nothing left")
        return [(line.id, (line.remaining or 0) + 1)]

    return make


@pytest.fixture
def later(context: TransportContext) -> Instant:
    """Return an instant a good month after the run began, of whole minutes: either documented form tells it."""
    return Instant(context.started.replace(second=0, microsecond=0) + timedelta(days=40), context)


@pytest.fixture
def soon(context: TransportContext) -> Instant:
    """Return an instant three seconds from now."""
    return Instant(context.times.now("an instant to come").replace(microsecond=0) + timedelta(seconds=3), context)


@pytest.fixture
def earlier(context: TransportContext) -> Instant:
    """Return an instant forty days before the run began."""
    return Instant(context.started.replace(second=0, microsecond=0) - timedelta(days=40), context)


@pytest.fixture
def unknown_id(context: TransportContext) -> str:
    """Return an id that the target has not given to anything seen in this run."""
    seen = [
        int(order) for picture in context.session.pictures.values() for order in (picture.order_id, *picture.orders)
    ]
    return str(max(seen, default=10**9) + 987_654_321)


@pytest.fixture
def malformed() -> bytes:
    """Return a body that is no JSON."""
    return b'{"fulfillment_hold": {"reason": "other"'


@pytest.fixture
def at(context: TransportContext) -> Callable[[str, Iterable[FulfillmentOrder]], set[str]]:
    """Return the ids of those fulfillment orders that are at a kind of location."""
    return lambda place, orders: {order.id for order in orders if context.session.place(order) == place}


@pytest.fixture
def whole_order(context: TransportContext) -> Callable[[FulfillmentOrder], list[FulfillmentOrder]]:
    """Return all fulfillment orders of the order that one belongs to, that one among them."""
    return lambda order: list(context.session.before(order).orders.values())


@pytest.fixture
def orders_with_a(context: TransportContext) -> Callable[[str], list[FulfillmentOrder]]:
    """Return all fulfillment orders of an order, of which one is at a kind of location: of a service's, where it has one."""

    def orders(place: str) -> list[FulfillmentOrder]:
        session, stage = context.session, context.stage
        found = list(session.before(stage.order("service:open/unsubmitted")).orders.values())
        if any(session.place(order) == place for order in found):
            return found
        return list(session.before(stage.order(f"{place}:open/unsubmitted")).orders.values())

    return orders


@pytest.fixture
def unstocked(context: TransportContext) -> str:
    """Return a merchant-managed location that never stocked the items."""
    stage = context.stage
    if stage.supply.source is None or stage.supply.only_given:
        raise Inapplicable("no location is known that never stocked the items of given fulfillment orders")
    stage.supply.prepare()
    if stage.world.no_products:
        raise Inapplicable(NOTHING_STOCKED)
    location = stage.world.unstocked
    if location is None:
        raise Inapplicable("the store has no third merchant-managed location that stocks none of our items")
    return location


@pytest.fixture
def documented_arguments(context: TransportContext) -> Callable[[str, FulfillmentOrder | None], dict[str, Any]]:
    """Return complete, documented arguments for an operation."""
    return context.arguments


@pytest.fixture
def table(context: TransportContext) -> Table:
    """Return the state × action table of the case's transport."""
    return Table(
        context.session,
        context.stage,
        context.actors,
        context.arguments,
        every=context.depth == "certify",
        scopes=context.scopes,
    )


@pytest.fixture(scope="session")
def explorers() -> Iterator[dict[str, Explorer]]:
    """Return who walks at random over each transport: one for the whole run, so that walks do not repeat each other."""
    found: dict[str, Explorer] = {}
    yield found
    for explorer in found.values():
        explorer.tell()


@pytest.fixture
def explorer(request: pytest.FixtureRequest, explorers: dict[str, Explorer], transport: str) -> Explorer:
    """Return who walks at random over a transport."""
    run: Run = request.config.stash[Run.KEY]
    steps = request.config.option.walk_steps
    return explorers.setdefault(transport, Explorer(run.context(transport), run.seed, steps))
