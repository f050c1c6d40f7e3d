"""The fixtures that the suites speak with: who calls, what stands where, and plain arguments without sample values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fulfillspec.actor import Actor
from fulfillspec.judge.equivalence import of_pictures
from fulfillspec.listener import Callbacks
from fulfillspec.model import FulfillmentOrder, digits
from fulfillspec.run import Run
from fulfillspec.scene import Inapplicable, Unobservable
from fulfillspec.stage.source import CannotStage
from fulfillspec.stage.stage import Stage, smaller
from fulfillspec.step import Asked, Step
from fulfillspec.table import Table
from fulfillspec.theatre import Theatre
from fulfillspec.walk import Explorer
from fulfillspec.wire import graphql, nodes
from fulfillspec.wire.answer import Ask


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
    theatre: Theatre

    @property
    def text(self) -> str:
        """ISO 8601 with an offset."""
        return self.moment.isoformat()

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
            if datetime.now(UTC) > self.moment + timedelta(seconds=10):
                return False
            self.theatre.sleep(0.5)


@dataclass(frozen=True, slots=True)
class MoveOption:
    """A row of the locations for a move."""

    location: str | None
    movable: bool
    message: str | None


@dataclass(frozen=True, slots=True)
class Fulfillment:
    """The fulfillment that a step created."""

    id: str
    tracking: str | None

    def track(self, actor: Actor, tracking: dict[str, str]) -> str | None:
        """Change the tracking and return the number that the answer shows."""
        return read_tracking(_fulfillment(actor.ask("update_tracking", fulfillment=self.id, tracking=tracking)))

    def cancel(self, actor: Actor) -> str | None:
        """Cancel it and return the status that the answer shows, in lower case."""
        status = _fulfillment(actor.ask("cancel_fulfillment", fulfillment=self.id)).get("status")
        return status.lower() if isinstance(status, str) else None


def read_tracking(row: dict[str, Any]) -> str | None:
    """Return the tracking number that a fulfillment shows."""
    found = row.get("tracking_number")
    return found if isinstance(found, str) else None


def _fulfillment(asked: Asked) -> dict[str, Any]:
    body = asked.answer.body
    row = body.get("fulfillment") if isinstance(body, dict) else None
    return asked.needs(row if isinstance(row, dict) else None)


@pytest.fixture
def theatre(request: pytest.FixtureRequest, transport: str) -> Iterator[Theatre]:
    """Return scene, stage and actors of the case's transport; take back what was leased when the case ends."""
    run: Run = request.config.stash[Run.KEY]
    theatre = run.theatre(transport)
    yield theatre
    theatre.stage.release()


@pytest.fixture
def stage(theatre: Theatre) -> Stage:
    """Return the stage."""
    return theatre.stage


def _actor(theatre: Theatre, name: str) -> Actor:
    actor = theatre.actors.get(name)
    if actor is None:
        raise Inapplicable(f"the target file names no token for the actor {name}")
    return actor


@pytest.fixture
def merchant(theatre: Theatre) -> Actor:
    """Return the order management app."""
    return _actor(theatre, "merchant")


@pytest.fixture
def service(theatre: Theatre) -> Actor:
    """Return the fulfillment-service app."""
    return _actor(theatre, "service")


@pytest.fixture
def other_service(theatre: Theatre) -> Actor:
    """Return another fulfillment-service app."""
    return _actor(theatre, "other_service")


@pytest.fixture
def outsider(theatre: Theatre) -> Actor:
    """Return an app without any fulfillment-order scope."""
    return _actor(theatre, "outsider")


@pytest.fixture
def anonymous(theatre: Theatre) -> Actor:
    """Return a caller without a token."""
    return _actor(theatre, "anonymous")


@pytest.fixture
def two_apps(theatre: Theatre) -> None:
    """Need merchant and service to be different apps."""
    if theatre.target.same_app("merchant", "service"):
        raise Inapplicable("merchant and service are one app here (the same token)")


@pytest.fixture
def lacking(theatre: Theatre) -> Callable[[Actor, str], None]:
    """Need an actor's app to lack a scope (named without read_/write_)."""

    def need(actor: Actor, scope: str) -> None:
        scopes = theatre.scopes.get(actor.name)
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
def later(theatre: Theatre) -> Instant:
    """Return an instant a good month after the run began."""
    return Instant(theatre.started.replace(microsecond=0) + timedelta(days=40), theatre)


@pytest.fixture
def soon(theatre: Theatre) -> Instant:
    """Return an instant three seconds from now."""
    return Instant(datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3), theatre)


@pytest.fixture
def earlier(theatre: Theatre) -> str:
    """Return a time in the past."""
    return (theatre.started.replace(microsecond=0) - timedelta(days=40)).isoformat()


@pytest.fixture
def unknown_id(theatre: Theatre) -> str:
    """Return an id that the target has not given to anything seen in this run."""
    seen = [int(order) for picture in theatre.scene.pictures.values() for order in (picture.order_id, *picture.orders)]
    return str(max(seen, default=10**9) + 987_654_321)


@pytest.fixture
def malformed() -> bytes:
    """Return a body that is no JSON."""
    return b'{"fulfillment_hold": {"reason": "other"'


@pytest.fixture
def unstocked(theatre: Theatre) -> str:
    """Return a merchant-managed location that never stocked the items."""
    stage = theatre.stage
    if stage.source is None or stage.only_given:
        raise Inapplicable("nothing tells which location never stocked the items of given fulfillment orders")
    try:
        stage.source.prepare()
    except CannotStage as reason:
        raise Unobservable(str(reason)) from None
    location = stage.world.unstocked
    if location is None:
        raise Inapplicable("the store has no third merchant-managed location that stocks none of our items")
    return location


@pytest.fixture
def requests_shown() -> Callable[[Step], Any]:
    """Return the newest request that the answer of a submission shows; silence where no list is shown."""

    def newest(step: Step) -> Any:
        shown = step.needs(step.answer.order)
        step.reads("AMB-REQUESTS-LIST", "shown" if step.needs(step.order).requests else "empty")
        if not shown.requests:
            raise Unobservable("the answer shows no list of requests")
        return shown.requests[-1]

    return newest


@pytest.fixture
def fulfillment_of() -> Callable[[Step], Fulfillment]:
    """Return the fulfillment that a step created."""

    def read(step: Step) -> Fulfillment:
        row = _fulfillment(step)
        return Fulfillment(step.needs(digits(row.get("id"))), read_tracking(row))

    return read


@pytest.fixture
def records() -> Callable[[Actor, FulfillmentOrder], list[str | None]]:
    """Return the ids of the fulfillments of a fulfillment order, where the target lists them."""

    def read(actor: Actor, order: FulfillmentOrder) -> list[str | None]:
        asked = actor.ask("list_fulfillments", order.id)
        body = asked.answer.body
        rows = body.get("fulfillments") if asked.accepted and isinstance(body, dict) else None
        if not isinstance(rows, list):
            raise Inapplicable(
                "the target does not list the fulfillments of a fulfillment order, which no seed demands"
            )
        return [digits(row.get("id")) for row in rows if isinstance(row, dict)]

    return read


@pytest.fixture
def what_is_left() -> Callable[[Step], FulfillmentOrder]:
    """Return the fulfillment order that holds the work after a cancellation was accepted."""

    def find(step: Step) -> FulfillmentOrder:
        work = [other for other in (*step.created, step.needs(step.target)) if other.left and other.status != "closed"]
        if not work:
            raise Inapplicable("the accepted cancellation left no work to move")
        return work[0]

    return find


@pytest.fixture
def moves_offered() -> Callable[[Actor, FulfillmentOrder], tuple[Asked, list[MoveOption]]]:
    """Return the locations that a fulfillment order may be moved to, as an actor is told."""

    def read(actor: Actor, order: FulfillmentOrder) -> tuple[Asked, list[MoveOption]]:
        asked = actor.ask("locations_for_move", order.id)
        body = asked.answer.body
        rows = body.get("locations_for_move") if isinstance(body, dict) else None
        if asked.answer.refused:
            raise Inapplicable("the target does not list locations for a move, which no seed demands")
        found = [
            MoveOption(digits(row["location"].get("id")), row.get("movable") is True, row.get("message"))
            for row in (rows if isinstance(rows, list) else ())
            if isinstance(row, dict) and isinstance(row.get("location"), dict)
        ]
        return asked, found

    return read


@pytest.fixture
def subject() -> Callable[[Actor, str, FulfillmentOrder, frozenset[str]], Asked]:
    """Read a fulfillment order by `get` or `list`, with the parameters that add fields."""

    def read(actor: Actor, operation: str, order: FulfillmentOrder, includes: frozenset[str]) -> Asked:
        if operation == "get":
            return actor.ask("get", order.id, includes=includes)
        return actor.ask("list", order_id=order.order_id, includes=includes)

    return read


@pytest.fixture
def only_states() -> Callable[[Actor, str, str, FulfillmentOrder, str], None]:
    """Judge that the assigned list, filtered, has a fulfillment order and only such with its request status."""

    def judge(actor: Actor, requirement: str, status: str, order: FulfillmentOrder, request_status: str) -> None:
        asked = actor.ask("assigned", assignment_status=status)
        rows = asked.answer.listed
        found = any(row.id == order.id for row in rows)
        strangers = [f"{row.id} {row.pair}" for row in rows if row.request_status != request_status]
        asked.check(
            requirement,
            found,
            f"{status}: fulfillment order {order.id} among them",
            [row.id for row in rows],
            taints=False,
        )
        asked.check(
            requirement, not strangers, f"{status}: only request_status {request_status}", strangers, taints=False
        )

    return judge


@pytest.fixture
def both_show(theatre: Theatre, request: pytest.FixtureRequest) -> Callable[[FulfillmentOrder], None]:
    """Judge that REST and GraphQL show the same of a fulfillment order's whole order."""
    run: Run = request.config.stash[Run.KEY]
    name = {"rest": "graphql", "graphql": "rest"}[theatre.transport]
    if name not in run.scope.transports:
        raise Inapplicable("only one of REST and GraphQL is part of this run")
    eyes = run.theatre(name).scene

    def judge(order: FulfillmentOrder) -> None:
        order_id = order.order_id or ""
        mine = theatre.scene.look(order_id)
        answer = theatre.scene.latest
        theirs = eyes.glance(order_id)
        if answer is not None:
            theatre.scene.record_all(
                of_pictures(mine, theirs, (theatre.transport, name)), answer, exchanges=(theirs.exchange,)
            )

    return judge


@pytest.fixture
def callbacks(
    theatre: Theatre, request: pytest.FixtureRequest
) -> Callable[[Callable[[FulfillmentOrder], Step], FulfillmentOrder], Callbacks]:
    """Take a step and return what the service's callback URL heard of it."""
    run: Run = request.config.stash[Run.KEY]
    listener = run.listener
    if listener is None:
        raise Inapplicable("nothing listens for callbacks ([notifications] of the target file)")
    secret = theatre.target.notifications.secret if theatre.target.notifications else None

    def take(action: Callable[[FulfillmentOrder], Step], order: FulfillmentOrder) -> Callbacks:
        before = len(listener.heard)
        return Callbacks(action(order), listener, before, secret)

    return take


@pytest.fixture
def error_codes() -> Callable[[Asked], tuple[str, ...]]:
    """Return the codes of the top-level errors of a GraphQL answer."""
    return lambda asked: graphql.error_codes(asked.answer.exchange.data)


@pytest.fixture
def top_level_errors() -> Callable[[Asked], list[Any]]:
    """Return the top-level errors of a GraphQL answer."""
    return lambda asked: nodes.errors_of(asked.answer.exchange.data)


@pytest.fixture
def unknown_field(theatre: Theatre) -> Callable[[Actor], Asked]:
    """Send a document that asks for a field that no schema has."""

    def send(actor: Actor) -> Asked:
        transport = theatre.scene.transport
        if not isinstance(transport, graphql.GraphQL):
            raise Inapplicable("only GraphQL has documents")
        exchange = transport.text(
            actor.name, "{ fulfillmentOrders(first: 1) { nodes { noSuchField } } }", {}, operation="unknown_field"
        )
        return Asked(theatre.scene, graphql.read_answer(Ask("get"), actor.name, exchange))

    return send


@pytest.fixture
def plain(theatre: Theatre) -> Callable[[str, FulfillmentOrder | None], dict[str, Any]]:
    """Return complete, documented arguments for an operation."""
    return theatre.arguments


@pytest.fixture
def table(theatre: Theatre) -> Table:
    """Return the state × action table of the case's transport."""
    return Table(
        theatre.scene,
        theatre.stage,
        theatre.actors,
        theatre.arguments,
        every=theatre.depth == "certify",
        scopes=theatre.scopes,
    )


@pytest.fixture(scope="session")
def explorer(request: pytest.FixtureRequest, transport: str) -> Iterator[Explorer]:
    """Return who walks at random over a transport: one for the whole run, so that walks do not repeat each other."""
    run: Run = request.config.stash[Run.KEY]
    explorer = Explorer(run.theatre(transport), run.seed)
    yield explorer
    explorer.tell()
