"""Fixtures of the suites that read what an answer shows beside the state of fulfillment orders."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.callbacks import Callbacks
from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.acting.step import Asked, Step
from fulfillspec.evidence.observation import FulfillmentOrder, digits
from fulfillspec.judge import requests
from fulfillspec.judge.equivalence import of_pictures
from fulfillspec.runs.run import Run
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.wire import graphql, nodes, pages
from fulfillspec.wire.answer import Ask
from fulfillspec.wire.variables import gid

_NODE = "{ id ... on FulfillmentOrder { status } }"
NODES = {
    "node": f"query node($id: ID!) {{ node(id: $id) {_NODE} }}",
    "nodes": f"query nodes($id: ID!) {{ nodes(ids: [$id]) {_NODE} }}",
}
"""The queries that show anything by its id, one thing or several."""


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
    carrier: str | None

    def track(self, actor: Actor, tracking: dict[str, str]) -> Fulfillment:
        """Change the tracking and return the fulfillment as the answer shows it."""
        return _read(self.id, _fulfillment(actor.ask("update_tracking", fulfillment=self.id, tracking=tracking)))

    def is_carried_by(self, company: str) -> bool:
        """Tell whether this is the carrier; letter case and white space are a store's own affair."""
        return _plain(self.carrier) == _plain(company)

    def cancel(self, actor: Actor) -> str | None:
        """Cancel it and return the status that the answer shows, in lower case."""
        status = _fulfillment(actor.ask("cancel_fulfillment", fulfillment=self.id)).get("status")
        return status.lower() if isinstance(status, str) else None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a fulfillment order goes: the address that was sent, and as an answer shows it."""

    sent: Mapping[str, str]
    received: Mapping[str, Any]

    def fits(self, part: str) -> bool:
        """Tell whether a part is as it was sent; country and province may be shown by their codes, a telephone anyhow."""
        if part == "phone":
            return _national(self.received.get(part)) == _national(self.sent[part])
        seen = _plain(self.received.get(part))
        return seen == _plain(self.sent[part]) or (seen, _plain(self.sent[part])) in _CODES

    def fits_if_shown(self, part: str) -> bool:
        """Tell whether a part that may be withheld by itself is as it was sent, or not shown."""
        return not self.received.get(part) or self.fits(part)

    def shown_instead(self, part: str) -> str:
        """Tell what is shown instead, without writing down what may be somebody's address."""
        seen = self.received.get(part)
        return "null" if seen is None else "another text" if isinstance(seen, str) else "no text"


_CODES = {("ca", "canada"), ("can", "canada"), ("on", "ontario"), ("ca-on", "ontario")}
"""Codes of the country and the province that orders are made for."""
_IN_REST = {"firstName": "first_name", "lastName": "last_name", "countryCode": "country"}


def _plain(text: object) -> str:
    """Return a text without letter case and white space, which are a store's own affair."""
    return "".join(text.split()).casefold() if isinstance(text, str) else ""


def _national(number: object) -> str:
    """Return the digits of a telephone number that every way of writing it has: those within its country."""
    return "".join(filter(str.isdigit, number))[-10:] if isinstance(number, str) else ""


def _read(identity: str, row: dict[str, Any]) -> Fulfillment:
    number, company = row.get("tracking_number"), row.get("tracking_company")
    return Fulfillment(
        identity, number if isinstance(number, str) else None, company if isinstance(company, str) else None
    )


def _fulfillment(asked: Asked) -> dict[str, Any]:
    body = asked.answer.body
    row = body.get("fulfillment") if isinstance(body, dict) else None
    return asked.needs(row if isinstance(row, dict) else None)


@pytest.fixture
def requests_shown() -> Callable[..., Any]:
    """Return the request of a kind that the answer of a submission shows as new; silence where no list is shown."""

    def newest(step: Step, kind: str = "fulfillment_request") -> Any:
        step.needs(step.answer.order)
        step.reads("AMB-REQUESTS-LIST", "shown" if step.needs(step.order).requests else "empty")
        found = requests.newest(step.answer, step.before.orders.get(step.answer.ask.order or ""), kind)
        if found is None:  # that this is a deviation the standing judge of requests says
            raise Unobservable("the answer shows no request")
        return found

    return newest


@pytest.fixture
def notification_shown(requests_shown: Callable[..., Any]) -> Callable[[Step], Any]:
    """Return whether the customer is to be notified of a request, as the answer to its submission shows it.

    Raise `Inapplicable` where the options of requests are documented ones of another kind (AMB-REQUEST-OPTIONS).
    """

    def notification(step: Step) -> bool | None:
        request = requests_shown(step)
        step.reads("AMB-REQUEST-OPTIONS", "free" if request.has_other_options else "notify")
        if request.has_other_options:
            raise Inapplicable("the options of requests say nothing of notifying the customer")
        notify: bool | None = request.notify_customer
        return notify

    return notification


@pytest.fixture
def fulfillment_of() -> Callable[[Step], Fulfillment]:
    """Return the fulfillment that a step created."""

    def read(step: Step) -> Fulfillment:
        row = _fulfillment(step)
        return _read(step.needs(digits(row.get("id"))), row)

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
def hold_ids() -> Callable[[Step], set[str]]:
    """Return the ids of the holds of the fulfillment order that a step was about."""

    def read(step: Step) -> set[str]:
        held = step.needs(step.order.holds)
        return {step.needs(hold.id) for hold in held}

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
    """Read a fulfillment order by `get` or `list`, with the parameters that add fields.

    Raise `Inapplicable` where the pages of the list do without those parameters.
    """

    def read(actor: Actor, operation: str, order: FulfillmentOrder, includes: frozenset[str]) -> Asked:
        if operation == "get":
            return actor.ask("get", order.id, includes=includes)
        asked = actor.ask("list", order_id=order.order_id, includes=includes)
        if not pages.carried(asked.answer.exchange.url, includes):
            raise Inapplicable(
                "the list comes in pages, and those after the first are not asked for with these parameters"
            )
        return asked

    return read


@pytest.fixture
def destination(context: TransportContext) -> Callable[[Asked, FulfillmentOrder], Destination]:
    """Return where an answer sends a fulfillment order, where the address that was sent is known and not withheld."""

    def read(asked: Asked, order: FulfillmentOrder) -> Destination:
        sent = context.stage.address_of(order)
        if sent is None:
            raise Inapplicable("the shipping address of this order is not known")
        row = asked.as_answered(order).raw.get("destination")
        parts: Mapping[str, Any] = row if isinstance(row, dict) else {}
        shown = Destination(sent, {_IN_REST.get(name, name): part for name, part in parts.items()})
        if not shown.fits("address1"):
            raise Inapplicable("the target does not show the street that was sent: it may withhold the address")
        return shown

    return read


@pytest.fixture
def only_states() -> Callable[[Actor, str, str, FulfillmentOrder, str], None]:
    """Judge that the assigned list, filtered, has a fulfillment order, as a look shows it, and only such with its request status."""

    def judge(actor: Actor, requirement: str, status: str, order: FulfillmentOrder, request_status: str) -> None:
        asked = actor.ask("assigned", assignment_status=status).listing(order)
        rows = asked.answer.listed
        found = any(row.id == order.id for row in rows)
        strangers = [f"{row.id} {row.pair}" for row in rows if row.request_status != request_status]
        asked.check(requirement, found, f"{status}: fulfillment order {order.id} among them", [row.id for row in rows])
        asked.check(requirement, not strangers, f"{status}: only request_status {request_status}", strangers)
        if found:
            asked.agrees("FO-INV-OBSERVERS", order)

    return judge


@pytest.fixture
def both_show(context: TransportContext, request: pytest.FixtureRequest) -> Callable[[FulfillmentOrder], None]:
    """Judge that REST and GraphQL show the same of a fulfillment order's whole order."""
    run: Run = request.config.stash[Run.KEY]
    name = {"rest": "graphql", "graphql": "rest"}[context.transport]
    if name not in run.scope.transports:
        raise Inapplicable("only one of REST and GraphQL is part of this run")
    eyes = context.others[name]

    def judge(order: FulfillmentOrder) -> None:
        mine = context.session.before(order)  # what was seen last: nothing was sent since
        theirs = eyes.glance(mine.order_id)
        if eyes.latest is not None:
            context.session.record_all(
                of_pictures(mine, theirs, (context.transport, name)), eyes.latest, exchanges=(mine.exchange,)
            )

    return judge


@pytest.fixture
def callbacks(
    context: TransportContext, request: pytest.FixtureRequest
) -> Iterator[Callable[[Callable[[FulfillmentOrder], Step], FulfillmentOrder], Callbacks]]:
    """Take a step and return what the service's callback URL heard of it.

    Where a notification did not come in time, one more request follows the case: if that is told of, the other is lost.
    """
    run: Run = request.config.stash[Run.KEY]
    deliveries = run.deliveries
    if deliveries is None:
        raise Inapplicable("nothing listens for callbacks (--listen, or [notifications] of the target file)")
    secret = context.target.notifications.secret if context.target.notifications else None

    def take(action: Callable[[FulfillmentOrder], Step], order: FulfillmentOrder) -> Callbacks:
        return deliveries.take(action, order, secret)

    yield take
    if deliveries.missing:
        with contextlib.suppress(Unobservable):
            order = context.stage.order("service:open/unsubmitted", ours=True)
            deliveries.take(context.actors["merchant"].submit, order, secret).follow()
        deliveries.settle()


@pytest.fixture
def of_another_type() -> Callable[[FulfillmentOrder], FulfillmentOrder]:
    """Name a fulfillment order by its number, with the type of an order."""
    return lambda order: replace(order, id=f"gid://shopify/Order/{order.id}")


@pytest.fixture
def error_codes() -> Callable[[Asked], tuple[str, ...]]:
    """Return the codes of the top-level errors of a GraphQL answer."""
    return lambda asked: graphql.error_codes(asked.answer.exchange.data)


@pytest.fixture
def user_errors() -> Callable[[Asked], list[Any]]:
    """Return the user errors of the payloads of a GraphQL answer."""

    def read(asked: Asked) -> list[Any]:
        data = nodes.at(asked.answer.exchange.data, "data")
        payloads = data.values() if isinstance(data, dict) else ()
        return [error for payload in payloads for error in nodes.rows(nodes.at(payload, "userErrors"))]

    return read


@pytest.fixture
def top_level_errors() -> Callable[[Asked], list[Any]]:
    """Return the top-level errors of a GraphQL answer."""
    return lambda asked: nodes.errors_of(asked.answer.exchange.data)


@dataclass(frozen=True, slots=True)
class NodeQuery:
    """What one of `NODES` answered to a fulfillment order's id, and whether it showed the fulfillment order."""

    asked: Asked
    is_there: bool


@pytest.fixture
def by_node(context: TransportContext) -> Callable[[Actor, FulfillmentOrder, str], NodeQuery]:
    """Read a fulfillment order by one of `NODES`."""

    def read(actor: Actor, order: FulfillmentOrder, query: str) -> NodeQuery:
        transport = context.session.transport
        if not isinstance(transport, graphql.GraphQL):
            raise Inapplicable("only GraphQL has nodes")
        exchange = transport.text(actor.name, NODES[query], {"id": gid("FulfillmentOrder", order.id)}, operation="node")
        node = nodes.at(exchange.data, "data", query, *([] if query == "node" else [0]))
        shown = digits(nodes.at(node, "id")) == order.id and nodes.at(node, "status") is not None
        return NodeQuery(Asked(context.session, graphql.read_answer(Ask("get"), actor.name, exchange)), shown)

    return read


@pytest.fixture
def unknown_field(context: TransportContext) -> Callable[[Actor], Asked]:
    """Send a document that asks for a field that no schema has."""

    def send(actor: Actor) -> Asked:
        transport = context.session.transport
        if not isinstance(transport, graphql.GraphQL):
            raise Inapplicable("only GraphQL has documents")
        exchange = transport.text(
            actor.name, "{ fulfillmentOrders(first: 1) { nodes { noSuchField } } }", {}, operation="unknown_field"
        )
        return Asked(context.session, graphql.read_answer(Ask("get"), actor.name, exchange))

    return send
