"""Mutants of GraphQL's forms: envelope, nullability, enums, ids, user errors, top-level errors."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLError, parse

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Forbidden, Refusal, Refused, Unknown
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.engine import Prepared
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.views import Json

_ORDER = "gid://shopify/FulfillmentOrder/"


def orders_in(value: Any) -> Iterator[Json]:
    """Find the fulfillment orders of an answer, wherever they stand."""
    if isinstance(value, dict):
        if str(value.get("id", "")).startswith(_ORDER):
            yield value
        for each in value.values():
            yield from orders_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from orders_in(each)


def under(body: Json, field: str) -> Any:
    """Return what an answer has for a root field; an empty object where it has nothing."""
    return (body.get("data") or {}).get(field) or {}


class GetTakesNoVariables(Mutant, GraphQL):
    """fulfillmentOrder is answered only if the id stands in the document, not in variables."""

    requirement = "FO-GQL-ENDPOINT"
    transports = ("graphql",)

    def answer(self, call: Call) -> Reply:
        asked = str(call.body.get("query"))
        if "fulfillmentOrder(id: $id)" in asked and "id" in (call.body.get("variables") or {}):
            return Reply({"errors": "variables are not read"}, 400)
        return super().answer(call)


class CloseWithoutEnvelope(Mutant, GraphQL):
    """The answer to fulfillmentOrderClose has no `data` around it."""

    requirement = "FO-GQL-ENVELOPE"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        return body["data"] if under(body, "fulfillmentOrderClose") else super().finish(body, call)


class UserErrorsAsUnprocessable(Mutant, GraphQL):
    """User errors come with status 422."""

    requirement = "FO-GQL-STATUS-200"
    transports = ("graphql",)

    def answer(self, call: Call) -> Reply:
        reply = super().answer(call)
        payloads = (reply.body.get("data") or {}).values()
        if any(isinstance(payload, dict) and payload.get("userErrors") for payload in payloads):
            reply.status = 422
        return reply


class GetShowsStatusInLowerCase(Mutant, GraphQL):
    """Getting one shows the status as REST spells it."""

    requirement = "FO-GQL-ENUM-CASE"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        found = under(body, "fulfillmentOrder")
        if "status" in found:
            found["status"] = found["status"].lower()
        return super().finish(body, call)


class ListShowsRequestStatusInLowerCase(Mutant, GraphQL):
    """The list of an order shows the request status as REST spells it."""

    requirement = "FO-GQL-ENUM-CASE"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(under(body, "order")):
            if "requestStatus" in fo:
                fo["requestStatus"] = fo["requestStatus"].lower()
        return super().finish(body, call)


class _Misspelt(GraphQL):
    """Spells the states of every answer in a way of its own."""

    def spelled(self, word: str) -> str:
        """Spell a status or request status."""
        return word

    def finish(self, body: Json, call: Call) -> Json:
        for fo in orders_in(body.get("data")):
            fo.update({key: self.spelled(fo[key]) for key in ("status", "requestStatus") if fo.get(key)})
        return super().finish(body, call)


class StatesAreSpelledAsInRest(Mutant, _Misspelt):
    """Every answer shows status and request status as REST spells them."""

    requirement = "FO-GQL-ENUM-CASE"
    transports = ("graphql",)

    def spelled(self, word: str) -> str:
        return word.lower()


class InProgressIsMisspelt(Mutant, _Misspelt):
    """The status IN_PROGRESS is spelled without its underscore, everywhere."""

    requirement = "FO-GQL-ENUM-CASE"
    transports = ("graphql",)

    def spelled(self, word: str) -> str:
        return word.replace("_PROGRESS", "PROGRESS")


class CancellationIsMisspelt(Mutant, _Misspelt):
    """The request statuses of a cancellation are spelled with one l, everywhere."""

    requirement = "FO-GQL-ENUM-CASE"
    transports = ("graphql",)

    def spelled(self, word: str) -> str:
        return word.replace("CANCELL", "CANCEL")


class AcceptShowsNumberAsId(Mutant, Nodes):
    """The answer to accept has the REST id instead of a global one."""

    requirement = "FO-GQL-ID-FORM"
    transports = ("graphql",)

    def order_gid(self, fo: FulfillmentOrder, operation: str) -> str:
        return str(fo.id) if operation == "accept" else super().order_gid(fo, operation)


class HoldShowsIdOfAnotherType(Mutant, Nodes):
    """The answer to hold has a fulfillment order with the global id of an order."""

    requirement = "FO-GQL-ID-FORM"
    transports = ("graphql",)

    def order_gid(self, fo: FulfillmentOrder, operation: str) -> str:
        return self.gid("Order", fo.id) if operation == "hold" else super().order_gid(fo, operation)


class OrderIdAsNumber(Mutant, GraphQL):
    """orderId of a fulfillment order that is got is the REST id."""

    requirement = "FO-GQL-ID-FORM"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        found = under(body, "fulfillmentOrder")
        if "orderId" in found:
            found["orderId"] = found["orderId"].rpartition("/")[2]
        return super().finish(body, call)


class UserErrorsNull(Mutant, GraphQL):
    """userErrors is null when there are none."""

    requirement = "FO-GQL-USER-ERRORS-NON-NULL"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for payload in (body.get("data") or {}).values():
            if isinstance(payload, dict) and payload.get("userErrors") == []:
                payload["userErrors"] = None
        return super().finish(body, call)


class UserErrorsLeftOut(Mutant, GraphQL):
    """userErrors is left out of the answer to fulfillmentOrderOpen when there are none."""

    requirement = "FO-GQL-USER-ERRORS-NON-NULL"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        payload = under(body, "fulfillmentOrderOpen")
        if payload.get("userErrors") == []:
            del payload["userErrors"]
        return super().finish(body, call)


class UserErrorsHoldNull(Mutant, GraphQL):
    """A refusal of fulfillmentOrderMove has a null among its user errors."""

    requirement = "FO-GQL-USER-ERRORS-NON-NULL"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        payload = under(body, "fulfillmentOrderMove")
        if payload.get("userErrors"):
            payload["userErrors"].append(None)
        return super().finish(body, call)


class SuccessAmongUserErrors(Mutant, GraphQL):
    """userErrors says that the hold is released, though it is no error."""

    requirement = "FO-GQL-USER-ERRORS-EMPTY"
    transports = ("graphql",)

    def no_errors(self, operation: str) -> list[Json] | None:
        if operation == "release_hold":
            return [self.user_error(None, "The hold was released.", None)]
        return super().no_errors(operation)


class UserErrorsWithoutWords(Mutant, GraphQL):
    """The message of user errors is empty."""

    requirement = "FO-GQL-USER-ERROR-FIELDS"
    transports = ("graphql",)

    def user_error(self, place: Any, _message: str, code: str | None) -> Json:
        return super().user_error(place, "", code)


class UserErrorsWithoutField(Mutant, GraphQL):
    """User errors have no `field`, though the document asks for it."""

    requirement = "FO-GQL-USER-ERROR-FIELDS"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        for payload in (body.get("data") or {}).values():
            for row in (payload.get("userErrors") or ()) if isinstance(payload, dict) else ():
                row.pop("field", None)
        return super().finish(body, call)


class UserErrorsAsText(Mutant, GraphQL):
    """User errors of fulfillmentOrderSubmitFulfillmentRequest are plain sentences."""

    requirement = "FO-GQL-USER-ERRORS-NON-NULL"
    transports = ("graphql",)

    def finish(self, body: Json, call: Call) -> Json:
        payload = under(body, "fulfillmentOrderSubmitFulfillmentRequest")
        if payload.get("userErrors"):
            payload["userErrors"] = [row["message"] for row in payload["userErrors"]]
        return super().finish(body, call)


class RefusalShowsTheOrder(Mutant, GraphQL):
    """A refused fulfillmentOrderOpen shows the fulfillment order beside the user errors."""

    requirement = "FO-GQL-WRONG-STATE"
    transports = ("graphql",)

    def open(self, ask: Asking, given: Given) -> Json:
        try:
            return super().open(ask, given)
        except Refused as refused:
            fo = self.store.fulfillment_order(int(given["id"].rpartition("/")[2]))
            return {**self.one(ask, "open", fo), "userErrors": self.user_errors(refused, frozenset())}


class RefusalWithoutUserErrors(Mutant, GraphQL):
    """A refused fulfillmentOrderAcceptFulfillmentRequest has null, and no user errors."""

    requirement = "FO-ACCEPT-NEEDS-REQUEST"
    transports = ("graphql",)

    def accept(self, ask: Asking, given: Given) -> Json:
        try:
            return super().accept(ask, given)
        except Refused:
            return {"fulfillmentOrder": None, "userErrors": []}


class RefusalWithoutReadableError(Mutant, GraphQL):
    """What the store refuses is answered with a top-level error that says nothing."""

    requirement = "FO-ERR-CLIENT-FORM"
    transports = ("graphql",)

    def refused(self, _info: Any, _refusal: Refusal) -> Json:
        raise GraphQLError("?")

    def error(self, error: GraphQLError) -> Json:
        return {"message": ""} if error.message == "?" else super().error(error)


class RefusalAsInternalError(Mutant, GraphQL):
    """What the store refuses is answered as an internal server error."""

    requirement = "FO-ERR-CLIENT-FORM"
    transports = ("graphql",)

    def refused(self, _info: Any, _refusal: Refusal) -> Json:
        raise GraphQLError("Internal error.", extensions={"code": "INTERNAL_SERVER_ERROR"})


class UnknownIdWithoutCode(Mutant, GraphQL):
    """A mutation on an unknown id answers with a top-level error without a code."""

    requirement = "FO-GQL-UNKNOWN-ID"
    transports = ("graphql",)

    def unknown(self, unknown: Unknown, given: Json) -> GraphQLError:
        return GraphQLError(super().unknown(unknown, given).message)


class UnknownIdReadsAsTheNewest(Mutant, GraphQL):
    """fulfillmentOrder of an unknown id is the newest one."""

    requirement = "FO-GQL-UNKNOWN-ID-READ"
    transports = ("graphql",)

    def get(self, ask: Asking, given: Given) -> Json | None:
        found = super().get(ask, given)
        newest = next(reversed(self.store.fulfillment_orders.values()))
        known = int(given["id"].rpartition("/")[2]) in self.store.fulfillment_orders
        return self.nodes.fulfillment_order(newest, ask, "get") if found is None and not known else found


class UnknownFieldsLeftOut(Mutant, GraphQL):
    """A document with fields that the schema does not know is executed without them."""

    requirement = "FO-GQL-UNKNOWN-FIELD"
    transports = ("graphql",)

    def read(self, version: str, text: str) -> Prepared:
        found = super().read(version, text)
        if any("Cannot query field" in error.message for error in found.errors):
            return Prepared(parse(text), [])
        return found


class ScopeErrorWithoutCode(Mutant, GraphQL):
    """A missing scope is answered with a top-level error without a code."""

    requirement = "FO-GQL-ACCESS-DENIED"
    transports = ("graphql",)

    def forbidden(self, name: str, forbidden: Forbidden) -> GraphQLError:
        return GraphQLError(super().forbidden(name, forbidden).message)
