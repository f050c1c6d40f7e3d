"""The answers of recorded traffic with what was asked for: REST requests, and GraphQL requests of any shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from fulfillspec.documents.operations import NAMED, READS
from fulfillspec.evidence.exchange import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder, digits
from fulfillspec.judge import standing
from fulfillspec.traffic import arguments, recognised, selected
from fulfillspec.traffic.arguments import Unreadable
from fulfillspec.traffic.selected import Root
from fulfillspec.wire import graphql, nodes, recorded
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.recorded import RecordedAnswer, served

_NAMED: Final = re.compile(r"/(fulfillment_orders|fulfillments)/(\d+)(?:/|\.json)")


@dataclass(frozen=True, slots=True)
class AnswerRead:
    """An answer as it can be judged. `orders` are the fulfillment orders in it, as far as it tells of them.

    `order_id`: of the order all of whose fulfillment orders are in it; `includes`: what the URL asks for more; `missing`
    says which page it lacks; `selected`: a REST request that asks for some keys only.
    """

    answer: Answer
    orders: tuple[FulfillmentOrder, ...]
    order_id: str | None = None
    includes: frozenset[str] = frozenset()
    missing: str = ""
    selected: bool = False


def answers(exchanges: Iterable[Exchange]) -> Iterator[AnswerRead]:
    """Yield the answers of operations on fulfillment orders, in their order."""
    for told in recorded.answers(exchanges, of_others=_of_any_shape):
        yield told if isinstance(told, AnswerRead) else _of_ours(told)


def is_readable(exchange: Exchange) -> bool:
    """Tell whether it can be read what a request asked for."""
    return (
        exchange.transport != "graphql"
        or recorded.is_ours(exchange)
        or selected.roots(recognised.sent(exchange.request_body, exchange.request_headers), served(exchange))
        is not None
    )


def _of_ours(told: RecordedAnswer) -> AnswerRead:
    """Read an answer over REST, or to one of the documents of ours."""
    answer, exchange = told.answer, told.answer.exchange
    asked = answer.ask
    if exchange.transport == "graphql":
        sent = recognised.sent(exchange.request_body, exchange.request_headers)
        found = selected.roots(sent, served(exchange))
        ask = _ask_of(asked, found[0].field.arguments if found else {})
        keys = frozenset[str]()
    else:
        ask = _ask_of_rest(asked, exchange)
        keys = frozenset(name for name, _ in _query(exchange))
    answer = replace(answer, ask=ask)
    shown = tuple(standing.orders_in(answer))
    whole = told.order_id if not keys & {"fields", "ids", "since_id"} else None
    return AnswerRead(answer, shown, whole, told.includes, told.missing, "fields" in keys)


def _query(exchange: Exchange) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(exchange.url).query)
    except ValueError:
        return []


def _ask_of_rest(asked: Ask, exchange: Exchange) -> Ask:
    named = _NAMED.search(urlsplit(exchange.url).path)
    order = asked.order
    given: dict[str, Any] = {}
    if named is not None and named[1] == "fulfillments":
        given["fulfillment"] = named[2]
    elif named is not None:
        order = named[2]
    raw = None
    if asked.operation == "assigned":
        rows = _query(exchange)
        given |= {name: value for name, value in rows if name == "assignment_status"}
        if locations := tuple(value for name, value in rows if name.startswith("location_ids")):
            given["location_ids"] = locations
    elif exchange.method == "POST" and _query(exchange):
        raw = b"unreadable"  # arguments in the address
    elif exchange.method == "POST":
        try:
            text = (exchange.request_body or "").strip()
            body = json.loads(text) if text else None
            own, found = arguments.of_rest(asked.operation, body)
            order, given = order or own, {**given, **found}
        except (ValueError, RecursionError, Unreadable):
            raw = (exchange.request_body or "").encode()
    return replace(asked, order=order, arguments=given, raw=raw)


def _ask_of(asked: Ask, given: Mapping[str, Any]) -> Ask:
    """Return what was asked with its arguments; `raw` where they are none that the vocabulary has words for."""
    if asked.operation not in NAMED:
        return asked
    try:
        order, found = arguments.of_graphql(asked.operation, given)
    except Unreadable:
        identity = digits(given.get("id"))
        return replace(asked, order=asked.order or identity, raw=b"unreadable")
    return replace(asked, order=asked.order or order, arguments=found)


def _of_any_shape(exchange: Exchange) -> Iterator[AnswerRead]:
    """Yield the answers to each operation that a GraphQL request asks for."""
    sent = recognised.sent(exchange.request_body, exchange.request_headers)
    for root in selected.roots(sent, served(exchange)) or ():
        operation = recognised.operation_of_root(root)
        if operation is not None:
            yield _of_root(root, operation, exchange)


def _of_root(root: Root, operation: str, exchange: Exchange) -> AnswerRead:
    ask = _ask_of(Ask(operation), root.field.arguments)
    actor = recognised.actor_of(operation)
    body = root.body(exchange.data)
    own = NAMED.get(operation)
    if own is None or operation == "list_fulfillments":
        ask = replace(ask, document=root.document)
        answer = graphql.read_answer(ask, actor, replace(exchange, operation=operation), data=body)
        return AnswerRead(answer, tuple(_every(root, body)) if answer.accepted else ())
    known = _with_id(root, ask, root.known(body))
    answer = graphql.read_answer(ask, actor, replace(exchange, operation=operation), data=known)
    if answer.accepted and not _says(root, body):
        answer = replace(answer, outcome="unknown")
    shown = tuple(standing.orders_in(answer))
    beside = {name: part for name, part in (answer.body or {}).items() if isinstance(answer.body, dict)}
    whole = {**beside, **body} if isinstance(body, dict) and isinstance(answer.body, dict) else answer.body
    answer = replace(answer, ask=replace(answer.ask, document=root.document), body=whole)
    return AnswerRead(answer, shown, _listed(root, ask, body) if operation == "list" else None)


def _says(root: Root, body: Any) -> bool:
    """Tell whether an answer to a mutation says that it was carried out: it shows what was made, or that there is no error."""
    if not root.document.mutation:
        return True
    payload = nodes.at(body, "data", root.field.name)
    objects = [value for name, value in (payload or {}).items() if name != "userErrors"]
    return "userErrors" in (payload or {}) or any(value not in (None, []) for value in objects)


def _with_id(root: Root, ask: Ask, body: Any) -> Any:
    """Return an answer with the id of what was named by its id, where only the request tells it."""
    where = ("data", root.field.name, *(() if ask.operation == "get" else ("fulfillmentOrder",)))
    shown = nodes.at(body, *where)
    named = root.field.arguments.get("id")
    part = root.field if ask.operation == "get" else root.field.below("fulfillmentOrder")
    answers_it = ask.operation in READS or NAMED[ask.operation].answers
    if not isinstance(shown, dict) or part is None or part.below("id") is not None or not answers_it:
        return body
    return nodes.replaced(body, where, {**shown, "id": named})


def _listed(root: Root, ask: Ask, body: Any) -> str | None:
    """Return the order all of whose fulfillment orders an answer lists, None where it may be some of them."""
    part = root.field.below("fulfillmentOrders")
    connection = nodes.at(body, "data", "order", "fulfillmentOrders")
    if part is None or not part.is_whole(connection):
        return None
    given = ask.arguments.get("order_id")
    return given if isinstance(given, str) else None


def _every(root: Root, body: Any) -> Iterator[FulfillmentOrder]:
    """Yield the fulfillment orders anywhere in the answer of a query."""
    waiting = [(root.field, root.field.known(nodes.at(body, "data", root.field.name)))]
    while waiting:
        part, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(part, element) for element in value]
        elif isinstance(value, dict):
            order = nodes.observe(value) if part.kind == "FulfillmentOrder" else None
            if order is not None:
                yield order
            waiting += [(below, value[below.name]) for below in part.parts or () if below.name in value]
