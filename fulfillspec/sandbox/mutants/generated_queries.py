"""Mutants that only a generated document over GraphQL shows: odd selections and arguments, values of other types."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Iterator
from typing import Any, ClassVar

from graphql import DocumentNode, ExecutionResult, GraphQLError
from starlette.requests import Request

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Unauthenticated
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.views import Json


def objects_in(value: Any) -> Iterator[Json]:
    """Find the objects of an answer, wherever they stand."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects_in(each)


class ReversedListsAreServerErrors(Mutant, GraphQL):
    """A list of fulfillment orders that is asked for in reverse is an internal server error."""

    requirement = "FO-ERR-ANSWERS"
    transports = ("graphql",)
    depth: ClassVar[str] = "certify"
    cases: ClassVar[str] = "generated"

    def page(self, found: list[FulfillmentOrder], ask: Asking, given: Given, operation: str = "list") -> Json:
        if given.get("reverse"):
            raise GraphQLError("Internal error.", extensions={"code": "INTERNAL_SERVER_ERROR"})
        return super().page(found, ask, given, operation)


class AllListShowsStatusInLowerCase(Mutant, GraphQL):
    """fulfillmentOrders shows the status as REST spells it."""

    requirement = "FO-GQL-ENUM-CASE"
    transports = ("graphql",)
    depth: ClassVar[str] = "certify"
    cases: ClassVar[str] = "generated"

    def finish(self, body: Json, call: Call) -> Json:
        for each in objects_in((body.get("data") or {}).get("fulfillmentOrders")):
            if "requestStatus" in each:
                each["status"] = each["status"].lower()
        return super().finish(body, call)


class AllListShowsNoIds(Mutant, GraphQL):
    """fulfillmentOrders shows null for the id."""

    requirement = "FO-GQL-FULFILLMENT-ORDER"
    transports = ("graphql",)
    depth: ClassVar[str] = "certify"
    cases: ClassVar[str] = "generated"

    def finish(self, body: Json, call: Call) -> Json:
        for each in objects_in((body.get("data") or {}).get("fulfillmentOrders")):
            if "requestStatus" in each:
                each["id"] = None
        return super().finish(body, call)


class GetWithoutActionsIsBehind(Mutant, GraphQL):
    """fulfillmentOrder shows the request status submitted after acceptance, unless supportedActions is asked for."""

    requirement = "FO-INV-OBSERVERS"
    transports = ("graphql",)
    depth: ClassVar[str] = "certify"
    cases: ClassVar[str] = "generated"

    def finish(self, body: Json, call: Call) -> Json:
        found = (body.get("data") or {}).get("fulfillmentOrder") or {}
        if found.get("requestStatus") == "ACCEPTED" and "supportedActions" not in found:
            found["requestStatus"] = "SUBMITTED"
        return super().finish(body, call)


class ArgumentsOfAnotherTypeFindNothing(Mutant, GraphQL):
    """A query with an argument of another type is answered with null, and without errors."""

    requirement = "FO-GQL-UNKNOWN-FIELD"
    transports = ("graphql",)
    depth: ClassVar[str] = "certify"
    cases: ClassVar[str] = "generated"

    def finish(self, body: Json, call: Call) -> Json:
        if "data" not in body and any("cannot represent" in error["message"] for error in body["errors"]):
            return {"data": None}
        return super().finish(body, call)


class MessagesOfAnyTypeAreTaken(Mutant, GraphQL):
    """A message that is no text is turned into one, and the request is carried out."""

    requirement = "FO-GQL-VARIABLES"
    transports = ("graphql",)
    depth: ClassVar[str] = "certify"
    cases: ClassVar[str] = "generated"

    def execute(self, call: Call, document: DocumentNode, variables: Json, name: str | None) -> ExecutionResult:
        if variables.get("message") is not None:
            variables = {**variables, "message": str(variables["message"])}
        return super().execute(call, document, variables, name)


class AnyTokenWillDoOverGraphQL(Mutant, Front):
    """A token that nobody has is taken for the merchant's at the GraphQL endpoint."""

    requirement = "FO-SCOPE-ANONYMOUS"
    transports = ("graphql",)
    cases: ClassVar[str] = "generated"

    def identify(self, request: Request) -> App:
        try:
            return super().identify(request)
        except Unauthenticated:
            if not request.headers.get("x-shopify-access-token") or not request.url.path.endswith("/graphql.json"):
                raise
            return next(iter(self.apps.values()))


class AllListIsOpenToAll(Mutant, Front):
    """fulfillmentOrders is answered without a token."""

    requirement = "FO-SCOPE-ANONYMOUS"
    transports = ("graphql",)
    cases: ClassVar[str] = "generated"

    def handle(self, request: Request, body: bytes | None, headers: dict[str, str]) -> Reply:
        self.asked = body or b""
        return super().handle(request, body, headers)

    def identify(self, request: Request) -> App:
        if request.url.path.endswith("/graphql.json") and b"fulfillmentOrders(first" in self.asked:
            return next(iter(self.apps.values()))
        return super().identify(request)
