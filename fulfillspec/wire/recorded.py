"""A recorded run told again: the answers that its operations got, from the exchanges alone and in their order."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.log import NOT_JSON, Exchange
from fulfillspec.evidence.observation import digits
from fulfillspec.wire import body as bodies
from fulfillspec.wire import gaps, graphql, rest
from fulfillspec.wire.answer import Answer, Ask, Transport
from fulfillspec.wire.connector import Connector
from fulfillspec.wire.limits import Limits

_TRANSPORTS: Final[Mapping[str, Transport]] = {
    "rest": rest.Rest({}, ""),
    "graphql": graphql.GraphQL({}, graphql_documents.versions()[-1]),
    "connector": Connector({}, "/"),
}
_VERSION = re.compile(r"/api/([^/]+)/")
_ORDER = re.compile(r"/fulfillment_orders/([^/]+)\.json")
_LIST = re.compile(r"/orders/([^/]+)/fulfillment_orders\.json")


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer as the run had it. `order_id`: of the order that was listed; `includes`: what the URL asks for more.

    `missing` says which page the answer lacks, where the recording does not hold it.
    """

    answer: Answer
    order_id: str | None = None
    includes: frozenset[str] = frozenset()
    missing: str = ""


_Other = TypeVar("_Other")


class _NoPage(Exception):
    """The next call is not the page that was asked for."""


class _Calls:
    """The last exchange of each call, in order: what was throttled, redirected or lost before it is left out."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._exchanges = iter(exchanges)
        self._next = next(self._exchanges, None)

    def __iter__(self) -> Iterator[Exchange]:
        while (found := self.take()) is not None:
            yield found

    def take(self) -> Exchange | None:
        """Return the next call's last exchange with its data, None at the end."""
        while (found := self._next) is not None:
            self._next = next(self._exchanges, None)
            if self._next is None or self._next.follows != found.n:
                read = bodies.parse(found.body, depth=Limits().depth) if found.error is None else None
                return replace(found, data=read.data if read else NOT_JSON)
        return None

    def page(self, first: Exchange, operation: str, wanted: Mapping[str, str]) -> Exchange:
        """Return the next call if it asks for a page: this operation by the same actor, with these variables."""
        coming = self._next
        if (
            coming is None
            or (coming.transport, coming.operation, coming.actor) != (first.transport, operation, first.actor)
            or {name: _variables(coming).get(name) for name in wanted} != wanted
        ):
            raise _NoPage(f"the page of {operation} after exchange {first.n}")
        found = self.take()
        assert found is not None
        return found

    def linked(self, first: Exchange, url: str) -> Exchange:
        """Return the next call if it asks for the page at a URL that an answer of this operation named."""
        coming = self._next
        if (
            coming is None
            or (coming.transport, coming.operation, coming.actor) != (first.transport, first.operation, first.actor)
            or urlsplit(coming.url).path != urlsplit(url).path
            or parse_qsl(urlsplit(coming.url).query) != parse_qsl(urlsplit(url).query)
        ):
            raise _NoPage(f"the page of {first.operation} after exchange {first.n}")
        found = self.take()
        assert found is not None
        return found


def answers(
    exchanges: Iterable[Exchange], *, of_others: Callable[[Exchange], Iterable[_Other]] | None = None
) -> Iterator[RecordedAnswer | _Other]:
    """Yield the answers of the operations on fulfillment orders; probes, provisioning and hooks are passed over.

    `of_others` reads GraphQL requests with documents that are not ours, where there may be such.
    """
    calls = _Calls(exchanges)
    for exchange in calls:
        if of_others is not None and exchange.transport == "graphql" and not is_ours(exchange):
            yield from of_others(exchange)
            continue
        transport = _TRANSPORTS.get(exchange.transport)
        if transport is None or not transport.offers(exchange.operation):
            continue
        yield _graphql(exchange, calls) if exchange.transport == "graphql" else _rest(exchange, calls)


def _rest(exchange: Exchange, calls: _Calls) -> RecordedAnswer:
    path, listed = _ORDER.search(exchange.url), _LIST.search(exchange.url)
    ask = Ask(exchange.operation, path[1] if path else None)
    missing: list[str] = []

    def page(url: str) -> Exchange | None:
        try:
            return calls.linked(exchange, url)
        except _NoPage as lost:
            missing.append(str(lost))
            return None

    if exchange.method == "GET" and exchange.transport == "rest":
        answer = rest.gathered(ask, exchange.actor, exchange, page)
    else:
        answer = rest.read_answer(ask, exchange.actor, exchange, transport=exchange.transport)
    try:
        asked = parse_qsl(urlsplit(exchange.url).query)
    except ValueError:
        asked = []
    includes = frozenset(name for name, value in asked if value == "true")
    return RecordedAnswer(answer, listed[1] if listed else None, includes, "".join(missing))


def _graphql(exchange: Exchange, calls: _Calls) -> RecordedAnswer:
    identity = digits(_variables(exchange).get("id"))
    listing = exchange.operation == "list"
    ask = Ask(exchange.operation, None if listing else identity, document=_document(exchange))
    answer = graphql.read_answer(ask, exchange.actor, exchange)
    order_id = identity if listing else None
    if ask.document is not None:  # a query of its own asks for its pages itself
        return RecordedAnswer(answer, order_id)
    try:
        whole = graphql.gathered(
            answer,
            lambda after: calls.page(exchange, exchange.operation, {"after": after}),
            lambda order, after: calls.page(exchange, "line_items", {"id": order, "after": after}),
        )
    except _NoPage as page:
        return RecordedAnswer(answer, order_id, missing=str(page))
    learned = gaps.Gaps()
    learned.learn(exchange)
    return RecordedAnswer(replace(whole, without=_left_out(exchange), gaps=learned.drain()), order_id)


def _document(exchange: Exchange) -> graphql_documents.Document | None:
    """Return the query that was sent in the place of the operation's own, None where that one was sent."""
    text = _sent(exchange).get("query")
    if not isinstance(text, str) or text in _texts(exchange.operation) or _left_out(exchange):
        return None
    return graphql_documents.query(text, served(exchange))


def _left_out(exchange: Exchange) -> frozenset[str]:
    """Return what was left out of the operation's own document, for a target whose schema lacks it."""
    text = _sent(exchange).get("query")
    if not isinstance(text, str) or exchange.operation not in graphql_documents.names():
        return frozenset()
    return graphql_documents.left_out_of(text, exchange.operation, served(exchange)) or frozenset()


def is_ours(exchange: Exchange) -> bool:
    """Tell whether a GraphQL request was sent with the operation's own document, or a part of it."""
    if exchange.operation not in graphql_documents.names():
        return False
    return _sent(exchange).get("query") in _texts(exchange.operation) or bool(_left_out(exchange))


def served(exchange: Exchange) -> str:
    """Return the version that an answer names, or else the one that its URL asks for."""
    asked = _VERSION.search(exchange.url)
    return exchange.headers.get("x-shopify-api-version") or (asked[1] if asked else "")


@functools.cache
def _texts(operation: str) -> frozenset[str]:
    return frozenset(graphql_documents.document(operation, version).text for version in graphql_documents.versions())


def _variables(exchange: Exchange) -> dict[str, Any]:
    found = _sent(exchange).get("variables")
    return found if isinstance(found, dict) else {}


def _sent(exchange: Exchange) -> dict[str, Any]:
    try:
        body = json.loads(exchange.request_body or "null")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
