"""Freedoms of GraphQL: what is beside the data, how errors are worded, what may be null."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Variant
from fulfillspec.sandbox.errors import Unknown
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Asking, Given, denied
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.model import FulfillmentOrder, Hold
from fulfillspec.sandbox.views import Json

_GID = re.compile(r"(gid://shopify/[A-Za-z]+/)([0-9]+)(\?\S*)?")


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _each_text(part, change) for key, part in value.items()}
    if isinstance(value, list):
        return [_each_text(part, change) for part in value]
    return change(value) if isinstance(value, str) else value


def _with_query(text: str) -> str:
    found = _GID.fullmatch(text)
    return text if found is None else f"{found[1]}{found[2]}?shard={int(found[2]) % 7}"


def _without_query(text: str) -> str:
    found = _GID.fullmatch(text)
    if found is None:
        return text
    return f"{found[1]}{found[2]}" if text == _with_query(text) else f"{found[1]}{2**62}"


class CostUntold(Variant, GraphQL):
    """Answers have no extensions."""

    source = "GraphQL specification: extensions are optional; the samples show none"

    def extensions(self, _call: Call, _asked: int, _spent: int | None) -> Json:
        return {}


class MoreExtensions(Variant, GraphQL):
    """Answers and their errors have extensions that no document names."""

    source = "GraphQL specification: extensions have no restrictions"

    def finish(self, body: Json, call: Call) -> Json:
        body = super().finish(body, call)
        for error in body.get("errors", ()):
            error.setdefault("extensions", {})["trace"] = {"span": 7}
        body.setdefault("extensions", {})["debug"] = {"served": call.version, "rows": [1, None]}
        return body


class UserErrorsWithoutCodes(Variant, GraphQL):
    """The codes of user errors are null."""

    source = "schema: code is nullable; recorded null for many refusals"

    def user_error(self, place: Any, message: str, _code: str | None) -> Json:
        return super().user_error(place, message, None)


class OtherWords(Variant, GraphQL):
    """Errors are worded differently, and name no field."""

    source = "no document fixes messages; field is nullable"

    def user_error(self, _place: Any, message: str, code: str | None) -> Json:
        return super().user_error(None, f"Das geht nicht ({len(message)}).", code)

    def unknown(self, unknown: Unknown, given: Json) -> GraphQLError:
        return GraphQLError("invalid id", extensions=super().unknown(unknown, given).extensions)


class IdsWithQuery(Variant, GraphQL):
    """Global ids have a query part, and nothing is found by an id without it or with another."""

    source = "GraphQL specification: an ID is opaque; recorded ids of services and inventory levels have a query part"

    def answer(self, call: Call) -> Reply:
        if isinstance(call.body.get("variables"), dict):
            call.body["variables"] = _each_text(call.body["variables"], _without_query)
        return super().answer(call)

    def finish(self, body: Json, call: Call) -> Json:
        found: Json = _each_text(super().finish(body, call), _with_query)
        return found


class TimesWithFraction(Variant, Nodes):
    """Instants have milliseconds."""

    source = "scalar DateTime: ISO 8601, which allows a fraction"

    def instant(self, moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class TimesWithOffset(Variant, Nodes):
    """Instants are written with an offset instead of Z."""

    source = "scalar DateTime: ISO 8601, which allows an offset"

    def instant(self, moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


class PartialAnswers(Variant, Nodes):
    """internationalDuties is denied: the data is there without it, and errors beside."""

    source = "recorded for heldByApp: partial data with ACCESS_DENIED; the field is nullable"

    def international_duties(self, _fo: FulfillmentOrder, _ask: Asking) -> Json | None:
        raise denied("internationalDuties", "read_markets")


class CancellationMutationAnswersAccepted(Variant, Nodes):
    """The answer to fulfillmentOrderSubmitCancellationRequest still shows ACCEPTED."""

    source = "FACTS C3: recorded; samples show CANCELLATION_REQUESTED"

    def request_status(self, fo: FulfillmentOrder, operation: str) -> str:
        return "ACCEPTED" if operation == "submit_cancellation" else super().request_status(fo, operation)


class NothingRemainsAfterMove(Variant, GraphQL):
    """remainingFulfillmentOrder is null after a move of a part, too."""

    source = "schema: nullable and deprecated; the REST sample has null"

    def move(self, ask: Asking, given: Given) -> Json:
        return {**super().move(ask, given), "remainingFulfillmentOrder": None}


class HandlesNull(Variant, Nodes):
    """A hold without handle has null for it."""

    source = "schema: handle is nullable"

    def hold(self, hold: Hold, ask: Asking) -> Json:
        return {**super().hold(hold, ask), "handle": hold.handle or None}


class DefaultHandleIsFree(Variant, GraphQL):
    """An app can have several holds without a handle on the same fulfillment order."""

    source = "schema: the default handle is empty; that it counts as a handle is nowhere said"

    def hold_order(self, ask: Asking, given: Given) -> Json:
        wanted = given["fulfillmentHold"]
        if wanted.get("handle"):
            return super().hold_order(ask, given)
        handle = f"unnamed-{self.store.new_id('handle')}"
        return super().hold_order(ask, {**given, "fulfillmentHold": {**wanted, "handle": handle}})


class GraphqlHidesAnsweredRequests(Variant, Nodes):
    """merchantRequests is empty unless a request waits for its answer."""

    source = "samples of accept and reject: `outgoing_requests` is empty there (AMB-REQUESTS-LIST)"

    def requests(self, fo: FulfillmentOrder, ask: Asking, given: Given, operation: str) -> Json:
        waits = fo.request_status in {"submitted", "cancellation_requested"}
        return super().requests(fo if waits else replace(fo, requests=[]), ask, given, operation)
