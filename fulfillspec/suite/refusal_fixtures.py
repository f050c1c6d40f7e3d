"""Fixtures of the suite that judges the form of refusals, and fields that a version does not have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from graphql import GraphQLObjectType, get_named_type

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.acting.step import Asked
from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import forms
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.wire import graphql, nodes
from fulfillspec.wire.answer import Ask
from fulfillspec.wire.variables import gid

_WHERE = {"FulfillmentOrder": "{}", "FulfillmentHold": "fulfillmentHolds {{ {} }}"}
"""The types whose fields differ between versions, and how they are reached from a fulfillment order."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an answer, a refusal where none else is said."""

    asked: Asked

    def expect(self, requirement: str, kind: str) -> None:
        """Judge that a refusal has a status of its kind (`judge.forms.STATUSES`)."""
        answer = self.asked.answer
        if not answer.refused:
            self.asked.session.unseen(requirement, f"{self.asked.operation} was {answer.described()}")
            return
        wanted = " or ".join(map(str, sorted(forms.STATUSES[kind])))
        fits = forms.status_fits(answer, kind)
        self.asked.judge(requirement, fits, f"refused ({kind}) by HTTP {wanted}", answer.described())

    def expect_json(self, requirement: str) -> None:
        """Judge that a refusal says that it is JSON."""
        kind = self._header("content-type")
        if self.asked.answer.refused:
            self.asked.judge(requirement, "json" in kind, "a JSON content type", kind or "no content type")

    def expect_request_id(self, requirement: str) -> None:
        """Judge that the answer has an id of its own."""
        named = self._header("x-request-id").strip()
        self.asked.judge(requirement, bool(named), "an id of the request in the headers", "none")

    def _header(self, name: str) -> str:
        if self.asked.answer.exchange.status is None:
            raise Unobservable(f"{self.asked.operation}: {self.asked.answer.described()}")
        return self.asked.answer.exchange.headers.get(name, "")


@pytest.fixture
def form_of() -> Callable[[Asked], Form]:
    """Return the form of an answer."""
    return Form


@pytest.fixture
def error_fields() -> Callable[[Asked], list[str]]:
    """Return the fields of the answer that its top-level errors name, one for each error; empty for one without."""

    def read(asked: Asked) -> list[str]:
        paths = (nodes.at(error, "path", 0) for error in nodes.errors_of(asked.answer.exchange.data))
        return [path if isinstance(path, str) else "" for path in paths]

    return read


def foreign_fields(version: str) -> list[str]:
    """Return selections below a fulfillment order that other versions have and this one has not."""
    found: dict[str, None] = {}
    own = graphql_documents.schema(version).type_map
    for other in graphql_documents.versions():
        for name, way in _WHERE.items():
            there, here = graphql_documents.schema(other).type_map[name], own[name]
            if isinstance(there, GraphQLObjectType) and isinstance(here, GraphQLObjectType):
                for field in sorted(there.fields.keys() - here.fields.keys()):
                    inner = isinstance(get_named_type(there.fields[field].type), GraphQLObjectType)
                    found[way.format(f"{field} {{ __typename }}" if inner else field)] = None
    return list(found)


@pytest.fixture
def by_fields_of_other_versions(context: TransportContext) -> Callable[[Actor, FulfillmentOrder], list[Asked]]:
    """Ask for each field of a fulfillment order that another version has and the served one has not."""

    def ask(actor: Actor, order: FulfillmentOrder) -> list[Asked]:
        transport, wanted = context.session.transport, foreign_fields(context.session.version)
        if not wanted or not isinstance(transport, graphql.GraphQL):
            raise Inapplicable(f"no other version has a field that version {context.session.version} has not")
        found = []
        for selection in wanted:
            text = f"query foreign($id: ID!) {{ fulfillmentOrder(id: $id) {{ {selection} }} }}"
            given = {"id": gid("FulfillmentOrder", order.id)}
            exchange = transport.text(actor.name, text, given, operation="foreign_field")
            found.append(Asked(context.session, graphql.read_answer(Ask("get"), actor.name, exchange)))
        return found

    return ask
