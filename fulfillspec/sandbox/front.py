"""The door of the sandbox: reads one HTTP exchange, knows the client, finds the handler, sends the answer."""

import json
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from fulfillspec.sandbox.call import NOBODY, Call, Handler, Interface, Reply
from fulfillspec.sandbox.errors import Refusal, Unauthenticated, Unknown, Unreadable
from fulfillspec.sandbox.limits import Unlimited
from fulfillspec.sandbox.model import App
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.versions import Versions
from fulfillspec.sandbox.views import Views

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MOST_BYTES = 1_048_576
API = "/admin/api/"
GRAPHQL = frozenset({"graphql.json", "graphql"})
_METHODS = ("GET", "POST", "PUT", "DELETE")

log = logging.getLogger(__name__)


class Front:
    """An ASGI application over a store and its interfaces."""

    def __init__(
        self,
        store: Store,
        rest: Rest,
        interfaces: Iterable[Interface],
        *,
        apps: dict[str, App],
        views: Callable[[str], Views],
        limits: Unlimited,
        versions: Versions,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.store = store
        self.rest = rest
        self.apps = apps
        self.views = views
        self.limits = limits
        self.versions = versions
        self.without = without
        self.handlers: dict[str, Handler] = {}
        for interface in interfaces:
            self.handlers.update(interface.routes())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP exchange."""
        if scope["type"] != "http":
            return
        try:
            body = await self.read(receive)
        except ClientDisconnect:
            return
        request = Request(scope)
        reply = self.answer(request, body)
        if request.method == "HEAD":
            reply.body = None
        await self.deliver(reply, scope, receive, send)

    async def read(self, receive: Receive) -> bytes | None:
        """Read the body; None if it is too long to be kept. Raises ClientDisconnect."""
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk = message.get("body", b"")
            size += len(chunk)
            if size <= MOST_BYTES:
                chunks.append(chunk)
            more = message.get("more_body", False)
        return b"".join(chunks) if size <= MOST_BYTES else None

    def answer(self, request: Request, body: bytes | None) -> Reply:
        """Do what is asked, and add the headers of every answer."""
        headers = {"X-Request-Id": str(uuid4())}
        try:
            reply = self.handle(request, body, headers)
        except Refusal as refusal:
            reply = self.rest.refusal(refusal)
        except Exception:
            log.exception("unexpected error in the sandbox")
            reply = Reply({"errors": "An unexpected error occurred"}, 500)
        reply.headers = {**headers, **reply.headers}
        return reply

    def handle(self, request: Request, body: bytes | None, headers: dict[str, str]) -> Reply:
        """Find out who asks for what; `headers` gets those that are known on the way."""
        path = request.url.path
        transport = "graphql" if path.removeprefix(API).partition("/")[2] in GRAPHQL else "rest"
        if path.startswith("/admin/") and transport in self.without:
            raise Unknown
        if not path.startswith(API):
            open_to_all = path == "/" or path.startswith("/sandbox/")
            client = NOBODY if open_to_all else self.identify(request)
            return self.dispatch(request, client, "unstable", path, body)
        asked, _, path = path.removeprefix(API).partition("/")
        client = self.identify(request)
        if transport == "rest":
            headers["X-Shopify-Shop-Api-Call-Limit"] = self.limits.call(client.id)
        version = self.versions.served(asked, transport)
        headers["X-Shopify-API-Version"] = self.named(version, transport)
        return self.dispatch(request, client, version, path, body)

    def named(self, version: str, _transport: str) -> str:
        """Return the version that an answer names: the one that served it."""
        return version

    def identify(self, request: Request) -> App:
        """Find the app of the token; raises Unauthenticated."""
        app = self.apps.get(request.headers.get("x-shopify-access-token", ""))
        if app is None:
            raise Unauthenticated
        return app

    def dispatch(self, request: Request, client: App, version: str, path: str, body: bytes | None) -> Reply:
        """Call the handler of the route."""
        route, ids = self.route(path)
        method = "GET" if request.method == "HEAD" else request.method
        handler = self.handlers.get(f"{method} {route}")
        if handler is None:
            allowed = [other for other in _METHODS if f"{other} {route}" in self.handlers]
            if not allowed:
                raise Unknown
            return Reply({"errors": "Method Not Allowed"}, 405, {"Allow": ", ".join(allowed)})
        content = {} if method == "GET" else self.parse(request, body)
        raw_query = request.scope.get("query_string", b"")
        query = parse_qs(raw_query.decode("latin-1"), keep_blank_values=True) if raw_query else {}
        self.store.settle()
        return handler(Call(client, version, ids, query, content, self.views(version)))

    def route(self, path: str) -> tuple[str, tuple[int, ...]]:
        """Split a path into the route and the ids in it."""
        parts = path.removesuffix(".json").split("/")
        ids = []
        for index, part in enumerate(parts):
            if part.isdecimal() and part.isascii() and len(part) < 20:
                ids.append(int(part))
                parts[index] = "#"
        return "/".join(parts), tuple(ids)

    def parse(self, request: Request, body: bytes | None) -> dict[str, Any]:
        """Read the body as a JSON object; an empty one is the empty object. Raises Unreadable."""
        if body is None:
            raise Unreadable("The request body is too large")
        if not body.strip():
            return {}
        if not request.headers.get("content-type", "").lower().startswith("application/json"):
            raise Unreadable("The Content-Type of the request must be application/json")
        try:
            content = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Unreadable("The request body is not valid JSON") from error
        if not isinstance(content, dict):
            raise Unreadable("The request body must be a JSON object")
        return content

    def encode(self, reply: Reply) -> bytes:
        """Write the body."""
        if isinstance(reply.body, str):
            return reply.body.encode()
        if reply.body is None:
            return b""
        return json.dumps(reply.body, separators=(",", ":")).encode()

    async def deliver(self, reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        response = Response(self.encode(reply), reply.status, reply.headers, reply.media_type)
        await response(scope, receive, send)
