"""Fixtures of the suites that read connections of GraphQL page by page, and lists by what they are filtered by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.acting.step import Asked
from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.observation import FulfillmentOrder, digits, moment
from fulfillspec.judge import pages
from fulfillspec.judge.pages import Page, Pages
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.wire import nodes
from fulfillspec.wire.variables import gid

MOST_PAGES = 40

_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
_CONNECTIONS = {
    "fulfillment orders": ("", "fulfillmentOrders"),
    "assigned": ("", "assignedFulfillmentOrders"),
    "held": ("", "manualHoldsFulfillmentOrders"),
    "of the order": ("order", "fulfillmentOrders"),
    "order's line items": ("order", "lineItems"),
    "line items": ("fulfillmentOrder", "lineItems"),
    "requests": ("fulfillmentOrder", "merchantRequests"),
    "fulfillments": ("fulfillmentOrder", "fulfillments"),
    "locations for a move": ("fulfillmentOrder", "locationsForMove"),
    "mergeable": ("fulfillmentOrder", "fulfillmentOrdersForMerge"),
}
"""The connections by what they hold: the root field that they are read from (none: they are one), their own field."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A connection as it was cut into pages, and the answer that showed the last of them."""

    asked: Asked
    name: str
    seen: Pages

    def expect(self, requirement: str, rule: str) -> None:
        """Judge the pages by a rule of `judge.pages`."""
        found = pages.complaints(rule, self.seen)
        self.asked.judge(
            requirement, not found, f"{self.name}: pages by {rule} as they are described", "; ".join(found)
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """Fulfillment orders as a list shows them: id, status and last change of each; `goes_on`: it has further pages."""

    asked: Asked
    rows: tuple[dict[str, Any], ...]
    goes_on: bool = False

    def shows(self, *wanted: FulfillmentOrder) -> bool:
        """Tell whether all of these are in it. Raise `Unobservable` where one could be on a further page."""
        found = {order.id for order in wanted} <= {*self.ids}
        if self.goes_on and not found:
            raise Unobservable(f"the list goes on after {len(self.rows)} fulfillment orders, newest first")
        return found

    @property
    def ids(self) -> list[str | None]:
        """The ids in the order of the list."""
        return [digits(row.get("id")) for row in self.rows]

    @property
    def states(self) -> set[str]:
        """The states that occur in it, in lower case."""
        return {str(row.get("status")).lower() for row in self.rows}

    @property
    def is_by_change(self) -> bool:
        """Whether it goes from the least to the most recently changed."""
        times = [found for row in self.rows if (found := moment(row.get("updatedAt"))) is not None]
        return times == sorted(times)


def _send(
    actor: Actor, context: TransportContext, text: str, order: FulfillmentOrder, given: Mapping[str, Any]
) -> Asked:
    document = graphql_documents.query(text, context.session.version)
    if document is None:
        raise Inapplicable(f"version {context.session.version} has no such list")
    operation = "assigned" if document.root == "assignedFulfillmentOrders" else "list"
    return actor.ask(operation, order.id, document=document, **given)


def _text(name: str, wanted: Mapping[str, str], variables: str = "") -> str:
    """Write the query for pages of a connection; the first one has no alias, so that its field is the answer's root."""
    root, own = _CONNECTIONS[name]
    node = "location { id }" if own == "locationsForMove" else "id"
    body = f"edges {{ cursor node {{ {node} }} }} nodes {{ {node} }} {_INFO}"
    asked = [f"{'' if key == 'front' else f'{key}: '}{own}({given}) {{ {body} }}" for key, given in wanted.items()]
    declared = [*(["$id: ID!"] if root else []), *([variables] if variables else [])]
    head = f"query pages({', '.join(declared)})" if declared else "query pages"
    inner = " ".join(asked)
    return f"{head} {{ {f'{root}(id: $id) {{ {inner} }}' if root else inner} }}"


def _page(shown: object, own: str) -> Page | None:
    if not isinstance(shown, dict) or not isinstance(shown.get("pageInfo"), dict):
        return None

    def identity(node: object) -> str:
        return str(nodes.at(node, "location", "id") if own == "locationsForMove" else nodes.at(node, "id"))

    info, edges = shown["pageInfo"], nodes.rows(shown.get("edges"))
    return Page(
        ids=tuple(identity(node) for node in nodes.parts(shown.get("nodes"))),
        edges=tuple(identity(edge.get("node")) for edge in edges),
        cursors=tuple(str(edge.get("cursor")) for edge in edges),
        has_next=info.get("hasNextPage"),
        has_previous=info.get("hasPreviousPage"),
        start=info.get("startCursor"),
        end=info.get("endCursor"),
    )


class _Reader:
    """Reads the pages of one connection as an actor; what is refused in one query is asked for page by page."""

    def __init__(self, context: TransportContext, actor: Actor, name: str, order: FulfillmentOrder) -> None:
        self._context, self._actor, self._name, self._order = context, actor, name, order
        self.root, self.connection = _CONNECTIONS[name]
        kind = "Order" if self.root == "order" else "FulfillmentOrder"
        identity = gid(kind, order.order_id if self.root == "order" else order.id)
        self._given: dict[str, Any] = {"id": identity} if self.root else {}
        self.said = ""

    def ask(self, wanted: Mapping[str, str], cursors: Mapping[str, str]) -> tuple[Asked, dict[str, Page]]:
        """Ask for pages in one query, each by itself where the target refuses that."""
        asked, found = self._ask(wanted, cursors)
        if found or asked.answer.exchange.status is None:
            return asked, found
        for name, arguments in wanted.items():
            one, page = self._ask({name: arguments}, cursors)
            found |= page
            self.said = self.said if page else one.answer.said
        return asked, found

    def _ask(self, wanted: Mapping[str, str], cursors: Mapping[str, str]) -> tuple[Asked, dict[str, Page]]:
        used = {name: cursor for name, cursor in cursors.items() if any(f"${name}" in each for each in wanted.values())}
        text = _text(self._name, wanted, ", ".join(f"${name}: String" for name in used))
        asked = _send(self._actor, self._context, text, self._order, {**self._given, **used})
        shown = nodes.at(asked.answer.exchange.data, "data", *([self.root] if self.root else []))
        names = {name: self.connection if name == "front" else name for name in wanted}
        read = {name: _page(nodes.at(shown, key), self.connection) for name, key in names.items()}
        return asked, {name: page for name, page in read.items() if page is not None}


@pytest.fixture
def pages_of(context: TransportContext) -> Callable[[Actor, str, FulfillmentOrder], Cut]:
    """Read a connection (by its name in `_CONNECTIONS`) in pages, from both ends."""

    def read(actor: Actor, name: str, order: FulfillmentOrder) -> Cut:
        reader = _Reader(context, actor, name, order)
        asked, seen = reader.ask(pages.ASKED, {})
        if max((len(page.ids) for page in seen.values()), default=0) < 2:
            raise Inapplicable(f"{name}: fewer than two elements are shown, which are no pages")
        cursors = pages.cursors_of(seen)
        further = {name: given for name, given in pages.FOLLOWING.items() if given.rpartition("$")[2] in cursors}
        if further:
            asked, following = reader.ask({"front": pages.ASKED["front"], **further}, cursors)
            seen |= following
        return Cut(asked, name, Pages(seen, reader.said))

    return read


@pytest.fixture
def in_pages(context: TransportContext) -> Callable[[Actor, str, FulfillmentOrder], Listed]:
    """Walk a connection of fulfillment orders forwards to its end, the first page of a single one."""

    def walk(actor: Actor, name: str, order: FulfillmentOrder) -> Listed:
        reader, rows = _Reader(context, actor, name, order), list[dict[str, Any]]()
        cursors: dict[str, str] = {}
        arguments = "first: 1"
        for _ in range(MOST_PAGES):
            asked, found = reader.ask({"front": arguments}, cursors)
            page = found.get("front")
            if page is None:
                return Listed(asked, ())
            rows += [{"id": identity} for identity in page.ids]
            if page.has_next is not True or page.end is None or page.end in cursors.values():
                return Listed(asked, tuple(rows))
            cursors, arguments = {"after": page.end}, "first: 20, after: $after"
        raise Unobservable(f"{name} goes on after {MOST_PAGES} pages")

    return walk


@pytest.fixture
def listed_by(context: TransportContext) -> Callable[[Actor, str, str, FulfillmentOrder], Listed]:
    """List fulfillment orders by a connection that is one of the query's own, with arguments of the schema."""

    def read(actor: Actor, name: str, arguments: str, order: FulfillmentOrder) -> Listed:
        own = _CONNECTIONS[name][1]
        body = "nodes { id status updatedAt } pageInfo { hasNextPage }"
        asked = _send(actor, context, f"query listed {{ {own}({arguments}) {{ {body} }} }}", order, {})
        shown = nodes.at(asked.answer.body, "data", own)
        rows, goes_on = nodes.rows(nodes.at(shown, "nodes")), nodes.at(shown, "pageInfo", "hasNextPage")
        return Listed(asked, tuple(rows), goes_on=goes_on is True)

    return read


@pytest.fixture
def requests_of_kind(context: TransportContext) -> Callable[[Actor, FulfillmentOrder, str], tuple[Asked, list[str]]]:
    """Return the kinds of the requests of a fulfillment order that are asked for by a kind."""

    def read(actor: Actor, order: FulfillmentOrder, kind: str) -> tuple[Asked, list[str]]:
        own = f"merchantRequests(first: 20, kind: {kind.upper()})"
        text = f"query requests($id: ID!) {{ fulfillmentOrder(id: $id) {{ {own} {{ nodes {{ kind }} }} }} }}"
        asked = _send(actor, context, text, order, {"id": gid("FulfillmentOrder", order.id)})
        rows = nodes.rows(nodes.at(asked.answer.body, "data", "fulfillmentOrder", "merchantRequests", "nodes"))
        return asked, [str(row.get("kind")).lower() for row in rows]

    return read


@pytest.fixture
def moves_offered_among(
    context: TransportContext,
) -> Callable[[Actor, FulfillmentOrder, str], tuple[Asked, list[str | None]]]:
    """Return the locations for a move, asked for by the id of one."""

    def read(actor: Actor, order: FulfillmentOrder, location: str) -> tuple[Asked, list[str | None]]:
        own = "locationsForMove(first: 20, locationIds: $locations) { nodes { location { id } } }"
        text = f"query places($id: ID!, $locations: [ID!]) {{ fulfillmentOrder(id: $id) {{ {own} }} }}"
        given = {"id": gid("FulfillmentOrder", order.id), "locations": [gid("Location", location)]}
        asked = _send(actor, context, text, order, given)
        rows = nodes.rows(nodes.at(asked.answer.body, "data", "fulfillmentOrder", "locationsForMove", "nodes"))
        return asked, [digits(nodes.at(row, "location", "id")) for row in rows]

    return read
