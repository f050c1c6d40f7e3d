"""Freedoms of the wire: how an answer is written and sent, and what form a refusal has."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

import asyncio
import base64
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any, NoReturn
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import StreamingResponse

from fulfillspec.sandbox.call import Reply
from fulfillspec.sandbox.changes import Variant
from fulfillspec.sandbox.errors import Forbidden, Refusal, Refused, Unknown
from fulfillspec.sandbox.front import Front, Receive, Scope, Send
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store


def _backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _backwards(value[key]) for key in reversed(value)}
    return [_backwards(item) for item in value] if isinstance(value, list) else value


class ReversedKeys(Variant, Front):
    """The keys of every object come in reverse order."""

    source = "JSON: an object is an unordered set of names"

    def encode(self, reply: Reply) -> bytes:
        return super().encode(Reply(_backwards(reply.body), reply.status))


class PrettyPrinted(Variant, Front):
    """Answers are indented."""

    source = "JSON: white space between tokens means nothing; the pages show both"

    def encode(self, reply: Reply) -> bytes:
        return json.dumps(reply.body, indent=2).encode() if isinstance(reply.body, dict) else super().encode(reply)


class Slow(Variant, Front):
    """Every answer takes 20 ms longer."""

    source = "no document states a response time"

    async def deliver(self, reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.02)
        await super().deliver(reply, scope, receive, send)


class Chunked(Variant, Front):
    """Answers come in chunks, without Content-Length."""

    source = "HTTP/1.1: transfer coding is the server's choice"

    async def deliver(self, reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
        body = self.encode(reply)

        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, len(body), 512):
                yield body[start : start + 512]

        response = StreamingResponse(chunks(), reply.status, reply.headers, reply.media_type)
        await response(scope, receive, send)


class Compressed(Variant, Front):
    """Answers are compressed for clients that accept gzip."""

    source = "HTTP: content coding is negotiated"

    async def deliver(self, reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = next((value for name, value in scope["headers"] if name == b"accept-encoding"), b"")

        async def compress(message: Any) -> None:
            if message["type"] == "http.response.start":
                body = gzip.compress(self.encode(reply), 1)
                kept = [(name, value) for name, value in message["headers"] if name != b"content-length"]
                message["headers"] = [
                    *kept,
                    (b"content-encoding", b"gzip"),
                    (b"content-length", str(len(body)).encode()),
                ]
                await send(message)
                await send({"type": "http.response.body", "body": body})

        await super().deliver(reply, scope, receive, compress if b"gzip" in accepted else send)


class _InPages(Front):
    def answer(self, request: Request, body: bytes | None) -> Reply:
        asked = parse_qs(request.scope["query_string"].decode("latin-1")).get("page_info", [""])[0]
        start, _, query = base64.urlsafe_b64decode(asked.encode()).decode().partition(" ")
        if asked:
            request.scope["query_string"] = query.encode()
        query = request.scope["query_string"].decode("latin-1")
        reply, first = super().answer(request, body), int(start or 0)
        rows = reply.body.get("fulfillment_orders") if isinstance(reply.body, dict) else None
        if isinstance(rows, list) and len(rows) > 2:
            reply.body = {"fulfillment_orders": rows[first : first + 2]}
            if first + 2 < len(rows):
                after = base64.urlsafe_b64encode(f"{first + 2} {self.kept(query)}".encode()).decode()
                page = request.url.replace(query=f"limit=2&page_info={after}")
                reply.headers = {**reply.headers, "Link": f'<{page}>; rel="next"'}
        return reply

    def kept(self, query: str) -> str:
        """Return which parameters of a request hold for the pages after the first, too: none of them."""
        del query
        return ""


class ListsInPages(Variant, _InPages):
    """Lists of fulfillment orders come two at a time; the header Link names the next page."""

    source = "no seed says how long a list is; the platform pages REST lists by Link, with nothing but page_info kept"

    def kept(self, query: str) -> str:
        return query


class PagesForgetWhatWasIncluded(Variant, _InPages):
    """The pages of a list after the first come without what `include_…` parameters add."""

    source = "no seed says what of a request holds for the pages after the first"

    def kept(self, query: str) -> str:
        return "&".join(part for part in query.split("&") if not part.startswith("include_"))


class OkForCreations(Variant, Rest):
    """POST /fulfillments answers 200."""

    source = "official client libraries stub 200; the page says 201"

    made = 200


class ErrorsAsText(Variant, Rest):
    """`errors` of a refusal is one string."""

    source = "no seed gives bodies of refusals; stores were seen with string, array and object"

    def sentences(self, refused: Refused) -> Any:
        return refused.sentence


class ErrorsAsObject(Variant, Rest):
    """`errors` of a refusal is an object of arrays."""

    source = "no seed gives bodies of refusals; stores were seen with string, array and object"

    def sentences(self, refused: Refused) -> Any:
        return {"base": [refused.sentence]}


class RefusalsAsBadRequest(Variant, Rest):
    """A refused operation answers 400."""

    source = "no seed gives status codes of refusals"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        if isinstance(refusal, Refused):
            reply.status = 400
        return reply


class HiddenAsForbidden(Variant, Store):
    """A fulfillment order that the client may not see is answered with 403."""

    source = "no seed says what an invisible fulfillment order answers: 403, 404 or nothing"

    def conceal(self, _fo: FulfillmentOrder) -> NoReturn:
        raise Forbidden("read_merchant_managed_fulfillment_orders")


class ForbiddenAsHidden(Variant, Store):
    """A client without the scopes of an operation is answered with 404."""

    source = "no seed says what an invisible fulfillment order answers: 403, 404 or nothing"

    def require_any(self, client: App, mode: str, kinds: tuple[str, ...]) -> None:
        try:
            super().require_any(client, mode, kinds)
        except Forbidden as forbidden:
            raise Unknown from forbidden
