"""Freedoms of HTTP: headers, connections, status codes of refusals and the form of their errors."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

import json
import re
import time
from dataclasses import replace
from functools import cached_property
from typing import Any

from starlette.requests import Request

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Variant
from fulfillspec.sandbox.errors import Malformed, Refusal, Refused
from fulfillspec.sandbox.front import Front, Receive, Scope, Send
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store.access import ASSIGNMENT_STATUSES


class HeaderNamesInTitleCase(Variant, Front):
    """The names of headers begin with capitals."""

    source = "HTTP: field names are case-insensitive"

    async def deliver(self, reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
        async def titled(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(name.title(), value) for name, value in message["headers"]]
            await send(message)

        await super().deliver(reply, scope, receive, titled)


class ConnectionEndsWithTheAnswer(Variant, Front):
    """The connection is closed after each answer."""

    source = "HTTP/1.1: whether a connection persists is for either side to say"

    def answer(self, request: Request, body: bytes | None) -> Reply:
        reply = super().answer(request, body)
        reply.headers = {**reply.headers, "Connection": "close"}
        return reply


class CallLimitNotTold(Variant, Front):
    """No header says how many calls are left."""

    source = "rate limits are the platform's; no seed names the header"

    def answer(self, request: Request, body: bytes | None) -> Reply:
        reply = super().answer(request, body)
        reply.headers.pop("X-Shopify-Shop-Api-Call-Limit", None)
        return reply


class LargerBucket(Variant, Front):
    """There are 400 calls in the bucket."""

    source = "rate limits: the bucket's size depends on the plan"

    def answer(self, request: Request, body: bytes | None) -> Reply:
        reply = super().answer(request, body)
        if "X-Shopify-Shop-Api-Call-Limit" in reply.headers:
            reply.headers["X-Shopify-Shop-Api-Call-Limit"] = "1/400"
        return reply


class ContentTypeWithoutCharset(Variant, Front):
    """The content type is application/json, and nothing more."""

    source = "JSON is UTF-8: the parameter charset means nothing"

    async def deliver(self, reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
        if reply.media_type.startswith("application/json"):
            reply.media_type = "application/json"
        await super().deliver(reply, scope, receive, send)


class SetsCookies(Variant, Front):
    """Every answer sets a cookie and has headers that no document names."""

    source = "no document lists the headers of an answer"

    def answer(self, request: Request, body: bytes | None) -> Reply:
        reply = super().answer(request, body)
        reply.headers = {**reply.headers, "Set-Cookie": "_session=1; HttpOnly", "Server-Timing": "processing;dur=3"}
        return reply


class UnescapedText(Variant, Front):
    """Characters beyond ASCII are written as they are."""

    source = "JSON: escaping characters is optional"

    def encode(self, reply: Reply) -> bytes:
        return (
            json.dumps(reply.body, ensure_ascii=False).encode()
            if isinstance(reply.body, dict)
            else super().encode(reply)
        )


class ChangesShowLate(Variant, Front):
    """For 0.2 s after a change, what was read since the change before it reads as it did then."""

    source = "no document says how soon a change can be read, and routing is done in the background"

    def answer(self, request: Request, body: bytes | None) -> Reply:
        asked = (request.method, str(request.url), request.headers.get("x-shopify-access-token"), body)
        graphql = request.url.path.endswith("graphql.json") and b"mutation" not in (body or b"")
        reads = request.method == "GET" or graphql
        reply = super().answer(request, body)
        late = time.monotonic() - self._changed < 0.2
        if not late and self._changed:  # what was read before the last change is known no more
            self._seen.clear()
            self._changed = 0.0
        if not reads and reply.status < 300:
            self._changed = time.monotonic()
        if reads and "fulfillment" in f"{request.url}{body!r}":
            if late:
                return self._seen.get(asked, reply)
            self._seen[asked] = reply
        return reply

    @cached_property
    def _seen(self) -> dict[Any, Reply]:
        return {}

    _changed = 0.0


class AssignedListComesLate(Variant, Front):
    """For 0.9 s after a change, the assigned list is as it was before."""

    source = "no document says how soon a change can be read, and a list may be made of an index"

    def answer(self, request: Request, body: bytes | None) -> Reply:
        asked = (request.method, str(request.url), request.headers.get("x-shopify-access-token"), body)
        graphql = request.url.path.endswith("graphql.json")
        reads = request.method == "GET" or (graphql and b"mutation" not in (body or b""))
        reply, now = super().answer(request, body), time.monotonic()
        if not reads and reply.status < 300:
            self._changed[graphql] = now
        if not reads or not re.search("assigned_?[fF]ulfillment_?[oO]rders", f"{request.url}{body!r}"):
            return reply
        if now - self._changed.get(graphql, 0.0) > 0.9 or asked not in self._before:
            self._before[asked] = reply
        return self._before[asked]

    @cached_property
    def _before(self) -> dict[Any, Reply]:
        return {}

    @cached_property
    def _changed(self) -> dict[bool, float]:
        return {}


class NullKeysAreLeftOut(Variant, Front):
    """No key is written whose value is null."""

    source = "the samples show keys with null, and no text says that what is not there is written as null"

    def encode(self, reply: Reply) -> bytes:
        graphql = isinstance(reply.body, dict) and {"data", "errors"} & reply.body.keys()
        return super().encode(reply if graphql else replace(reply, body=self._without_nulls(reply.body)))

    def _without_nulls(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._without_nulls(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {key: self._without_nulls(part) for key, part in value.items() if part is not None}


class RefusalsAsConflict(Variant, Rest):
    """A refused operation answers 409."""

    source = "no seed gives status codes of refusals"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        if isinstance(refusal, Refused):
            reply.status = 409
        return reply


class MissingParametersAsUnprocessable(Variant, Rest):
    """A missing parameter answers 422."""

    source = "no seed gives status codes of refusals"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        if isinstance(refusal, Malformed):
            reply.status = 422
        return reply


class ErrorsAsObjectsInAList(Variant, Rest):
    """`errors` of a refusal is a list of objects, each with a message."""

    source = "no seed gives bodies of refusals"

    def sentences(self, refused: Refused) -> Any:
        return [{"message": refused.sentence, "code": refused.code}]


class ArgumentsMayBeFlat(Variant, Rest):
    """Arguments are taken at the top level of the body too."""

    source = "the parameters are documented flat, the examples nest them (AMB-ARGUMENT-NESTING)"

    def _nested(self, call: Call, key: str) -> Call:
        call.body = call.body if key in call.body else {key: call.body}
        return call

    def move(self, call: Call) -> Reply:
        return super().move(self._nested(call, "fulfillment_order") if call.body else call)

    def hold(self, call: Call) -> Reply:
        return super().hold(self._nested(call, "fulfillment_hold") if call.body else call)


class UnknownAssignmentStatusIsRefused(Variant, Rest):
    """An assignment_status that is none answers 422 with a sentence."""

    source = "no seed says what another assignment_status gives"

    def assigned(self, call: Call) -> Reply:
        status = call.parameter("assignment_status")
        if status and status not in ASSIGNMENT_STATUSES:
            raise Refused(f"{status} is not an assignment status")
        return super().assigned(call)


class RemainingIsTheOriginal(Variant, Rest):
    """remaining_fulfillment_order is the original where a part of it was moved."""

    source = "S2 Move: the field is deprecated, and its example is of a whole move"

    def several(self, call: Call, operation: str, **shown: Any) -> Reply:
        original, moved = shown.get("original_fulfillment_order"), shown.get("moved_fulfillment_order")
        if operation == "move" and original is not moved and original is not None and original.remaining:
            shown["remaining_fulfillment_order"] = original
        return super().several(call, operation, **shown)


class RemainingDoesNotCome(Variant, Rest):
    """The answer of a move has no remaining_fulfillment_order."""

    source = "S2 Move: `remaining_fulfillment_order - this field is deprecated`"

    def several(self, call: Call, operation: str, **shown: Any) -> Reply:
        shown.pop("remaining_fulfillment_order", None)
        return super().several(call, operation, **shown)
