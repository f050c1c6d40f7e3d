"""Generated documents over GraphQL: queries that the schema allows, queries that it forbids, variables of other types.

`queries` makes them, here they are sent through the session: so each answer passes the standing judges, and each deviation
has its exchanges. A mutation is sent with broken variables only, and names a fulfillment order of this run or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from fulfillspec.acting.step import Asked
from fulfillspec.documents import graphql_documents
from fulfillspec.documents.graphql_documents import Document
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.generation.bodies import NotGenerated
from fulfillspec.generation.bodies import RequestDocument as Bodies
from fulfillspec.generation.breaches import VARIABLES
from fulfillspec.generation.queries import ROOTS, QueryGenerator, plain
from fulfillspec.generation.rest_driver import STANDS, GeneratedRequests, has_something
from fulfillspec.judge import invariants
from fulfillspec.runs.run import Run
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.wire import nodes
from fulfillspec.wire.answer import Ask
from fulfillspec.wire.variables import gid, variables

KINDS = ("query_asked", "query_sent", "query_broken", "mutation_asked", "variables_broken")
_TRIED = ("accept", "cancel", "close", "hold")
"""Mutations that are asked for with a token that nobody has."""
_OPERATIONS = {
    "fulfillmentOrder": "get",
    "fulfillmentOrders": "list",
    "assignedFulfillmentOrders": "assigned",
    "order": "list",
}
_STANDS = {
    "fulfillmentOrder": ("merchant", "service:in_progress/accepted"),
    "fulfillmentOrders": ("merchant", "merchant:open/unsubmitted"),
    "assignedFulfillmentOrders": ("service", "service:open/submitted"),
    "order": ("merchant", "merchant:open/unsubmitted"),
}
"""Who asks for each root field, and the state of the fulfillment order that is staged for it."""
_ALLOWED = {"core": 2, "certify": 4}
_BROKEN = 4
_VALUES = 2


def asked(kind: str) -> tuple[str, ...]:
    """Return what the cases of a kind (one of `KINDS`) ask: root fields of queries, or operations."""
    if kind == "mutation_asked":
        return _TRIED
    return tuple(dict.fromkeys(name for name, *_ in VARIABLES)) if kind == "variables_broken" else ROOTS


class GeneratedQueries:
    """Asks what is generated on the stage of GraphQL. `seed` decides every document and every value."""

    def __init__(self, context: TransportContext, seed: int) -> None:
        self._session, self._stage, self._actors = context.session, context.stage, context.actors
        self._arguments, self._depth, self._seed = context.arguments, context.depth, seed
        self._queries = QueryGenerator(context.session.version, seed)
        self._generated = GeneratedRequests(context, seed)
        self.sent = self.refused = 0

    def send(self, root: str, *, agreed: str) -> None:
        """Ask what the schema allows; what is shown of the staged fulfillment order is what its last look showed."""
        actor, order = self._staged(root)
        for document in self._queries.allowed(root, _ALLOWED[self._depth]):
            found = self._ask(actor, root, document, order)
            self.sent += 1
            self.refused += found.answer.refused
            for seen in filter(None, map(nodes.observe, _objects(found.answer.body))):
                if found.accepted and seen.id == order.id:
                    rows = invariants.differences(order, seen, loose=frozenset({"line_items", "fulfillment_holds"}))
                    shown = f"{rows[0].path}: {rows[0].documented} in the list, {rows[0].received} here" if rows else ""
                    found.judge(agreed, not rows, f"the list of the order and {root} agree on {order.id}", shown)

    def send_broken(self, root: str, requirement: str) -> None:
        """Ask what the schema forbids: it is answered with top-level errors."""
        actor, order = self._staged(root)
        for text in self._queries.broken(root, _BROKEN):
            raw = json.dumps({"query": text, "variables": {"id": self._named(root, order)}}).encode()
            found = self._actors[actor].ask(_OPERATIONS[root], order.id, raw=raw)
            errors = nodes.errors_of(found.answer.exchange.data)
            told = bool(errors) or found.answer.refused  # a refusal by status is one
            found.judge(requirement, told, "top-level errors", found.answer.described())

    def send_mistyped(self, operation: str, requirement: str) -> None:
        """Send variables that are none of their type, on a fulfillment order of this run; it stays as it is."""
        actor, state = STANDS[operation]
        for name, variable, schema in VARIABLES:
            if name != operation:
                continue
            order = self._stage.order(state, movable=operation == "move")
            for value in self._values(operation, variable, schema):
                given = {**self._given(operation, order), variable: value}
                text = graphql_documents.document(operation, self._session.version).text
                raw = json.dumps({"query": text, "variables": given}).encode()
                step = self._actors[actor].act(operation, order, raw=raw)
                if not step.expect_refused(requirement, because=f"{variable} is {json.dumps(value)[:60]}"):
                    return

    def ask_without_token(self, root: str, requirement: str) -> None:
        """Ask a query without a token, and with one that nobody has: nothing is shown."""
        _, order = self._staged(root)
        for caller in ("anonymous", "stranger"):
            found = self._ask(caller, root, plain(root, self._session.version), order)
            if found.answer.accepted and not has_something(nodes.at(found.answer.body, "data")):
                found.judge(requirement, True, "nothing is shown")  # noqa: FBT003 - it is the verdict
            else:
                found.expect_refused(requirement)

    def mutate_without_token(self, operation: str, requirement: str) -> None:
        """Ask for a mutation with a token that nobody has: nothing is done."""
        self._generated.ask_operation_without_token(operation, requirement)

    def _staged(self, root: str) -> tuple[str, FulfillmentOrder]:
        actor, state = _STANDS[root]
        return (actor if actor in self._actors else "merchant"), self._stage.order(state)

    def _named(self, root: str, order: FulfillmentOrder) -> str:
        return gid("Order", order.order_id) if root == "order" else gid("FulfillmentOrder", order.id)

    def _ask(self, actor: str, root: str, document: Document, order: FulfillmentOrder) -> Asked:
        given = {"id": self._named(root, order)} if document.operation.variable_definitions else {}
        return self._actors[actor].ask(_OPERATIONS[root], order.id, document=document, **given)

    def _given(self, operation: str, order: FulfillmentOrder | None) -> dict[str, Any]:
        arguments = self._arguments(operation, order)
        return variables(Ask(operation, order.id if order else "1", arguments))

    def _values(self, operation: str, variable: str, schema: dict[str, Any]) -> list[Any]:
        """Return JSON that does not fit a variable, by schemathesis and by graphql-core: one of each type."""
        known = self._given(operation, None)
        made = Bodies(self._seed).breaking(operation, schema, 12)
        found = [value for value in made if not self._queries.fits(operation, {**known, variable: value})]
        if not found:
            raise NotGenerated(f"{operation}: no value of {variable} is of another type")
        return list({type(value): value for value in reversed(found)}.values())[:_VALUES]

    def tell(self) -> None:
        """Note in the results what was generated."""
        if self.sent:
            self._session.ledger.notes.append(
                f"Generated queries over {self._session.name}: {self.sent}; {self.refused} of those that the schema "
                "allows were refused, which is not a deviation."
            )


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of an answer that is a fulfillment order by its id."""
    if isinstance(value, dict):
        if str(value.get("id", "")).startswith("gid://shopify/FulfillmentOrder/"):
            yield value
        for part in value.values():
            yield from _objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from _objects(part)


@pytest.fixture(scope="session")
def generated_queries(request: pytest.FixtureRequest, transport: str) -> Iterator[GeneratedQueries]:
    """Return who asks generated documents over GraphQL: one for the whole run."""
    run: Run = request.config.stash[Run.KEY]
    found = GeneratedQueries(run.context(transport), run.seed)
    yield found
    found.tell()
