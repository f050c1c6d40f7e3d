"""A small HTTP server that hears the callbacks of a fulfillment service."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Heard:
    """A request that came in: method, path, headers with lower-cased names, raw body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str | None:
        """What the body says happened, None where it says nothing."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        kind = found.get("kind") if isinstance(found, dict) else None
        return kind if isinstance(kind, str) else None

    @property
    def is_webhook(self) -> bool:
        """Whether it came at the address of a subscription to webhooks."""
        return self.path.startswith("/webhooks/")

    def signed(self, secret: str) -> bool:
        """Tell whether the signature is the one of the body under the app's secret."""
        right = base64.b64encode(hmac.new(secret.encode(), self.body, hashlib.sha256).digest()).decode()
        return hmac.compare_digest(right, self.headers.get("x-shopify-hmac-sha256", ""))


class Listener:
    """Hears callbacks on an address until it is closed. Raises OSError where the address cannot be listened on."""

    def __init__(self, host: str, port: int) -> None:
        self.heard: list[Heard] = []
        self._arrived = threading.Condition()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def _take(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(min(length, _MOST))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()
                listener.hear(Heard(self.command, self.path, headers, body))

            do_POST = do_GET = do_PUT = _take  # noqa: N815 - the names that the library calls

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

        self._server = Server((host, port), Handler)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.server_address[1]}"
        threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True, name="fulfillspec-listener"
        ).start()

    def hear(self, heard: Heard) -> None:
        """Take a request in."""
        with self._arrived:
            self.heard.append(heard)
            self._arrived.notify_all()

    @property
    def posts(self) -> list[Heard]:
        """What was posted below the callback URL so far, in the order in which it came."""
        with self._arrived:
            return self._posts(webhooks=False)

    @property
    def webhooks(self) -> list[Heard]:
        """The webhooks that came so far, in their order."""
        with self._arrived:
            return self._posts(webhooks=True)

    def _posts(self, *, webhooks: bool) -> list[Heard]:
        return [heard for heard in self.heard if heard.method == "POST" and heard.is_webhook == webhooks]

    def until(self, fits: Callable[[list[Heard]], bool], within: float, *, webhooks: bool = False) -> list[Heard]:
        """Wait until what was posted (or the webhooks) fits, so many seconds at most; return it."""
        deadline = time.monotonic() + within
        with self._arrived:
            while True:
                posts = self._posts(webhooks=webhooks)
                left = deadline - time.monotonic()
                if left <= 0 or fits(posts):
                    return posts
                self._arrived.wait(left)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
