"""The GraphQL Admin API as a transport: operations to documents, answers to observations."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fulfillspec.documents import graphql_documents
from fulfillspec.documents.graphql_documents import Document
from fulfillspec.documents.operations import FULFILLING, NAMED
from fulfillspec.documents.versions import HOLDS_WITH_HANDLES
from fulfillspec.evidence.global_ids import GlobalIds
from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.wire import nodes, variables
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.faults import unanswered
from fulfillspec.wire.gaps import Gaps
from fulfillspec.wire.http import Client
from fulfillspec.wire.throttle import OrderPace

MOST_PAGES = 25
"""A list is followed for this many pages at most, so that a target that always has a next one comes to an end."""

_SERVER_CODES = frozenset({"INTERNAL_SERVER_ERROR", "THROTTLED", "TIMEOUT", "SHOP_INACTIVE", "MAX_COST_EXCEEDED"})


class GraphQL:
    """The GraphQL transport of one target: one HTTP session per actor.

    `version` is asked for in the path; the documents are those of `served`, the version that the target says it serves
    (`version` where it says nothing). `ids` are the global ids that the target told: they travel as it told them.
    """

    name = "graphql"

    def __init__(
        self,
        clients: Mapping[str, Client],
        version: str,
        served: str | None = None,
        ids: GlobalIds | None = None,
        gaps: Gaps | None = None,
    ) -> None:
        self._clients = clients
        self._ids = ids or GlobalIds()
        self._gaps = gaps or Gaps()
        self._path = f"/admin/api/{version}/graphql.json"
        self._version = served or version
        self._holds = 0

    def offers(self, operation: str) -> bool:
        """Tell whether GraphQL has the operation (it has all of them)."""
        return operation in graphql_documents.names() and operation != "line_items"

    def perform(self, actor: str, ask: Ask, *, phase: str | None = None) -> Answer:
        """Send the operation and read the answer; follow the pages of a list, and those of long line items."""
        if ask.document is not None:
            text, given = ask.document.text, ask.arguments
            return read_answer(ask, actor, self.text(actor, text, given, operation=ask.operation, phase=phase))
        document = graphql_documents.document(ask.operation, self._version)
        if ask.raw is not None:
            exchange = self._clients[actor].send(
                "POST", self._path, transport=self.name, operation=ask.operation, phase=phase, body=ask.raw
            )
            return read_answer(ask, actor, exchange)
        if ask.operation == "hold" and HOLDS_WITH_HANDLES.admits(self._version) and "handle" not in ask.arguments:
            # an app's holds on one fulfillment order need different handles; absent ones are all the same
            self._holds += 1
            ask = replace(ask, arguments={**ask.arguments, "handle": f"fulfillspec-{self._holds}"})
        given = variables.variables(ask)

        def send(name: str, values: Mapping[str, Any]) -> Exchange:
            return self.document(actor, name, values, phase=phase)

        answer = gathered(
            read_answer(ask, actor, send(document.name, given)),
            lambda after: send(document.name, {**given, "after": after}),
            lambda order, after: send("line_items", {"id": order, "after": after}),
        )
        return replace(answer, without=self._gaps.names, gaps=self._gaps.drain())

    def document(
        self,
        actor: str,
        name: str,
        given: Mapping[str, Any],
        *,
        phase: str | None = None,
        pace: OrderPace | None = None,
    ) -> Exchange:
        """Send a packaged document by its name with these variables, and return what came back, unread.

        What the target's schema turns out to lack is left out of it, and the document is sent again: nothing was done.
        """
        whole = graphql_documents.document(name, self._version)
        sent, exchange = "", None
        while exchange is None or (self._gaps.learn(exchange) and self._known(name).text != sent):
            document = self._known(name)
            sent, gone = document.text, whole.variables - document.variables
            values = {key: value for key, value in given.items() if key not in gone}
            exchange = self.text(actor, sent, values, operation=name, phase=phase, pace=pace)
        return exchange

    def _known(self, name: str) -> Document:
        """Return a packaged document without what the target is known to lack."""
        return graphql_documents.document(name, self._version, self._gaps.names)

    def text(
        self,
        actor: str,
        query: str,
        given: Mapping[str, Any],
        *,
        operation: str = "document",
        phase: str | None = None,
        pace: OrderPace | None = None,
    ) -> Exchange:
        """Send a document of any kind (one that the schema does not know, too) and return what came back, unread."""
        json = {"query": query, "variables": self._ids.as_told(given)}
        return self._clients[actor].send(
            "POST", self._path, transport=self.name, operation=operation, phase=phase, json=json, pace=pace
        )


def read_answer(ask: Ask, actor: str, exchange: Exchange, *, data: Any = None) -> Answer:
    """Read the answer of a GraphQL operation from a recorded exchange (`data` instead of its own, where given).

    `body` of the answer is the whole answer, `data` and `errors`, and beside them what it says of fulfillments
    (`fulfillment`, `fulfillments`) and `locations_for_move` in the form that REST has for them.
    """
    document = ask.document or graphql_documents.document(ask.operation, graphql_documents.versions()[-1])
    body = exchange.data if data is None else data
    told = _form_of(document, exchange, body)
    if not isinstance(body, dict):
        shown = body if isinstance(body, list) else None
        return Answer(ask, actor, "graphql", exchange, told.outcome, said=told.said, body=shown, client_form=told.form)
    payload = nodes.at(body, "data", document.root)
    if told.outcome != "accepted":
        beside = _orders_in(ask.operation, payload) if isinstance(payload, dict) and document.mutation else {}
        return Answer(ask, actor, "graphql", exchange, told.outcome, beside, (), told.said, body, told.form)
    if ask.document is not None:  # it may ask for anything, under any name
        return Answer(ask, actor, "graphql", exchange, told.outcome, said=told.said, body=body, client_form=told.form)
    body = {**body, **_beside(ask.operation, payload)}
    slots, listed = _orders_in(ask.operation, payload), _listed(ask.operation, body)
    return Answer(ask, actor, "graphql", exchange, told.outcome, slots, listed, told.said, body, told.form)


def gathered(answer: Answer, page: Callable[[str], Exchange], lines: Callable[[str, str], Exchange]) -> Answer:
    """Return an answer with all of its pages: those of a list, and those of the line items of what it shows.

    `page` gets the page of the list after a cursor, `lines` that of the line items of a fulfillment order (its gid).
    """
    where = _list_of(answer.ask.operation)
    return _completed(_followed(answer, where, page) if where else answer, lines)


def _list_of(operation: str) -> tuple[str, ...]:
    """Return where an answer has its list of fulfillment orders, below `data`; empty where it is none."""
    return tuple(filter(None, NAMED[operation].lists.split(".")))


@functools.cache
def _places(operation: str) -> Mapping[str, tuple[str | int, ...]]:
    """Return where an answer has its fulfillment orders, below the field of the operation; what is read is one itself."""
    row = NAMED[operation]
    names = [*row.shows.split(), *row.shows_over_graphql.split()]
    if row.reads:
        return dict.fromkeys(names, ())
    within = (row.within, 0) if row.within else ()
    keys = {name: "fulfillmentOrder" if name == "fulfillment_order" else f"{name}FulfillmentOrder" for name in names}
    return {name: (*within, key) for name, key in keys.items()}


def _orders_in(operation: str, payload: Mapping[str, Any]) -> dict[str, FulfillmentOrder | None]:
    return {name: nodes.observe(nodes.at(payload, *place)) for name, place in _places(operation).items()}


def _listed(operation: str, body: Mapping[str, Any]) -> tuple[FulfillmentOrder, ...]:
    where = _list_of(operation)
    rows = nodes.parts(nodes.at(body, "data", *where, "nodes")) if where else ()
    return tuple(filter(None, map(nodes.observe, rows)))


@dataclass(frozen=True, slots=True)
class _AnswerForm:
    """What an answer says by its form: the outcome, the text of a refusal, whether that has a documented form."""

    outcome: str
    said: str = ""
    form: bool = False


def _form_of(document: Document, exchange: Exchange, body: object) -> _AnswerForm:
    status, errors = exchange.status, nodes.errors_of(body)
    if status is None or unanswered(status):
        return _AnswerForm("failed", nodes.said(errors))
    if not 200 <= status < 300:
        return _AnswerForm("refused", nodes.said(errors), form=400 <= status < 500)
    if not isinstance(body, dict):
        return _AnswerForm("failed", exchange.error or "not a JSON object")
    payload = nodes.at(body, "data", document.root)
    if payload is None:
        return _nothing(document, body, errors)
    if not isinstance(payload, dict):
        return _AnswerForm("failed", f"{document.root} is no object")
    if not document.mutation and not _SERVER_CODES.isdisjoint(error_codes(body)):
        return _AnswerForm("failed", nodes.said(errors))
    return _carried_out(document, payload, errors)


def _nothing(document: Document, body: Mapping[str, Any], errors: list[Any]) -> _AnswerForm:
    """Read an answer that has nothing where the operation's own answer belongs."""
    if errors:
        server = not _SERVER_CODES.isdisjoint(error_codes(body))
        form = not server and nodes.readable(errors)
        return _AnswerForm("failed" if server else "refused", nodes.said(errors), form)
    if isinstance(body.get("data"), dict) and not document.mutation:
        return _AnswerForm("refused", f"{document.root} is null", form=True)
    return _AnswerForm(
        "failed", f"{document.root} is null without a reason" if "data" in body else "neither data nor errors"
    )


def _carried_out(document: Document, payload: Mapping[str, Any], errors: list[Any]) -> _AnswerForm:
    user_errors = payload.get("userErrors")
    if document.mutation and isinstance(user_errors, list) and user_errors:
        return _AnswerForm("refused", nodes.said(user_errors), nodes.readable(user_errors))
    if document.name == "set_deadline" and payload.get("success") is not True:
        return _AnswerForm("refused", "success is not true, and userErrors say nothing")
    return _AnswerForm("accepted", nodes.said(errors), form=True)


def error_codes(body: object) -> tuple[str, ...]:
    """Return the codes of the top-level errors of an answer (`extensions.code`), in order."""
    codes = (nodes.at(error, "extensions", "code") for error in nodes.errors_of(body))
    return tuple(code for code in codes if isinstance(code, str))


def _beside(operation: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer says in the form that REST has for it, for the operations on no fulfillment order."""
    if operation in FULFILLING:
        row = payload.get("fulfillment")
        return {"fulfillment": nodes.fulfillment(row)} if isinstance(row, dict) else {}
    if operation == "hold":
        row = payload.get("fulfillmentHold")
        return {"fulfillment_hold": nodes.hold(row)} if isinstance(row, dict) else {}
    if operation == "list_fulfillments":
        rows = nodes.rows(nodes.at(payload, "fulfillments", "nodes"))
        return {"fulfillments": [nodes.fulfillment(row) for row in rows]}
    if operation == "locations_for_move":
        keys = ("location", "movable", "message")
        rows = nodes.rows(nodes.at(payload, "locationsForMove", "nodes"))
        return {"locations_for_move": [{key: row.get(key) for key in keys} for row in rows]}
    return {}


def _followed(answer: Answer, where: tuple[str, ...], send: Callable[[str], Exchange]) -> Answer:
    """Gather the pages of a list into one answer; one that cannot be read is the answer."""
    seen: set[str] = set()
    for _ in range(MOST_PAGES):
        connection = nodes.at(answer.body, "data", *where)
        after = nodes.next_page(connection) if answer.accepted else None
        if after is None or after in seen:
            break
        seen.add(after)
        page = read_answer(answer.ask, answer.actor, send(after))
        if not page.accepted:
            return page
        further = nodes.at(page.body, "data", *where)
        gathered = {**further, "nodes": [*nodes.parts(connection.get("nodes")), *nodes.parts(further.get("nodes"))]}
        body = nodes.replaced(page.body, ("data", *where), gathered)
        answer = read_answer(answer.ask, answer.actor, page.exchange, data=body)
    return answer


def _completed(answer: Answer, send: Callable[[str, str], Exchange]) -> Answer:
    """Fetch the line items that did not fit on the first page of any fulfillment order shown."""
    operation, body = answer.ask.operation, answer.body
    where, places = _list_of(operation), _places(operation)
    if not answer.accepted or not (where or places):
        return answer
    targets: list[tuple[str | int, ...]]
    if where:
        where = ("data", *where, "nodes")
        targets = [(*where, n) for n in range(len(nodes.parts(nodes.at(body, *where))))]
    else:
        root = graphql_documents.document(operation, graphql_documents.versions()[-1]).root
        targets = [("data", root, *place) for place in places.values()]
    pages = iter(range(MOST_PAGES))
    for target in targets:
        body = _with_all_lines(body, target, send, pages)
    return answer if body is answer.body else read_answer(answer.ask, answer.actor, answer.exchange, data=body)


def _with_all_lines(
    body: Any, target: tuple[str | int, ...], send: Callable[[str, str], Exchange], pages: Iterator[int]
) -> Any:
    while True:
        order = nodes.at(body, *target)
        lines, identity = nodes.at(order, "lineItems"), nodes.at(order, "id")
        after = nodes.next_page(lines)
        if after is None or not isinstance(identity, str) or next(pages, None) is None:
            return body
        further = nodes.at(send(identity, after).data, "data", "fulfillmentOrder", "lineItems")
        if not isinstance(further, dict) or nodes.next_page(further) == after:
            return body
        gathered = {**further, "nodes": [*nodes.parts(lines.get("nodes")), *nodes.parts(further.get("nodes"))]}
        body = nodes.replaced(body, (*target, "lineItems"), gathered)
