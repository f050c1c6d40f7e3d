"""Freedoms of GraphQL's answers: how a refusal is told, which text a cursor has, what comes beside the data."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

import base64
from collections.abc import Callable
from typing import Any

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Variant
from fulfillspec.sandbox.errors import Forbidden, Refusal, Refused, Unknown
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.views import Json

_CURSORS = ("cursor", "startCursor", "endCursor")
_CURSOR_ENDS = "+/=&?"


def _each(value: Any, names: tuple[str, ...], change: Callable[[str], str]) -> Any:
    """Return JSON with the texts under these names changed."""
    if isinstance(value, list):
        return [_each(part, names, change) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: change(part) if key in names and isinstance(part, str) else _each(part, names, change)
        for key, part in value.items()
    }


class UnknownIdsAsUserErrors(Variant, GraphQL):
    """A mutation on an unknown id answers with a user error."""

    source = "S1: userErrors are `errors that occurred from executing the mutation` (AMB-UNKNOWN-ID)"

    def root(self, function: Any, info: Any, given: Json) -> Any:
        def softened(ask: Asking, given: Given) -> Any:
            try:
                return function(ask, given)
            except Unknown as unknown:
                raise Refused("Fulfillment order does not exist.") from unknown

        return super().root(softened, info, given)


class MissingScopesAsUserErrors(Variant, GraphQL):
    """A missing scope is answered with a user error."""

    source = "S1: userErrors are `errors that occurred from executing the mutation` (AMB-DENIED)"

    def root(self, function: Any, info: Any, given: Json) -> Any:
        def softened(ask: Asking, given: Given) -> Any:
            try:
                return function(ask, given)
            except Forbidden as forbidden:
                raise Refused(f"The app lacks {forbidden.scope}.") from forbidden

        return super().root(softened, info, given)


class UserErrorsNameNoField(Variant, GraphQL):
    """field of every user error is null."""

    source = "schema: UserError.field is nullable"

    def user_error(self, _place: Any, message: str, code: str | None) -> Json:
        return super().user_error(None, message, code)


class UserErrorsNameTheId(Variant, GraphQL):
    """field of every user error names the id at least."""

    source = "schema: UserError.field is `the path to the input field that caused the error`"

    def user_error(self, place: Any, message: str, code: str | None) -> Json:
        return super().user_error(place or ("id",), message, code)


class SeveralUserErrors(Variant, GraphQL):
    """A refusal has two user errors."""

    source = "S1: userErrors is a list"

    def user_errors(self, refusal: Refusal, codes: frozenset[str]) -> list[Json]:
        rows = super().user_errors(refusal, codes)
        return [*rows, {**rows[0], "message": "Please try something else."}] if rows else rows


class CursorsAreEncoded(Variant, GraphQL):
    """Cursors are long texts with characters that a URL or a query would have to escape."""

    source = "cursor connections specification: a cursor is opaque"

    def answer(self, call: Call) -> Reply:
        variables = call.body.get("variables")
        if isinstance(variables, dict):
            read = {name: self._decoded(value) for name, value in variables.items()}
            call.body = {**call.body, "variables": read}
        return super().answer(call)

    def finish(self, body: Json, call: Call) -> Json:
        return _each(super().finish(body, call), _CURSORS, self._encoded)  # type: ignore[no-any-return]

    def _encoded(self, cursor: str) -> str:
        return base64.b64encode(cursor.encode()).decode() + _CURSOR_ENDS

    def _decoded(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.endswith(_CURSOR_ENDS):
            return value
        return base64.b64decode(value.removesuffix(_CURSOR_ENDS)).decode()


class TypesUnasked(Variant, GraphQL):
    """Objects with an id name their type, asked or not."""

    source = "clients that add __typename are common; no document forbids more than was asked"

    def finish(self, body: Json, call: Call) -> Json:
        return self._typed(super().finish(body, call))  # type: ignore[no-any-return]

    def _typed(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._typed(part) for part in value]
        if not isinstance(value, dict):
            return value
        shown = {key: self._typed(part) for key, part in value.items()}
        gid = shown.get("id")
        if isinstance(gid, str) and gid.startswith("gid://"):
            shown.setdefault("__typename", gid.split("/")[3])
        return shown


class LineItemsBackwardsOverGraphql(Variant, Nodes):
    """lineItems come in reverse order."""

    source = "no document states an order of line items"

    def fulfillment_order(self, fo: FulfillmentOrder, ask: Asking, operation: str) -> Json:
        shown = super().fulfillment_order(fo, ask, operation)
        lines = shown["lineItems"]
        return {**shown, "lineItems": lambda asked, given: lines(asked, {**given, "reverse": not given.get("reverse")})}


class ExternalActions(Variant, Nodes):
    """What can be done can be done at another address too."""

    source = "schema: the action EXTERNAL has an externalUrl"

    def supported_actions(self, fo: FulfillmentOrder, ask: Asking) -> list[Json]:
        shown = super().supported_actions(fo, ask)
        return [*shown, {"action": "EXTERNAL", "externalUrl": "https://fulfillment.example/1"}] if shown else shown


class DestinationWithheldOverGraphql(Variant, Nodes):
    """destination is null."""

    source = "schema: FulfillmentOrder.destination is nullable (AMB-DESTINATION-NULL)"

    def destination(self, _fo: FulfillmentOrder, _ask: Asking) -> Json | None:
        return None
