"""A small HTTP server that hears the callbacks of a fulfillment service, and what is judged of them."""

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

from fulfillspec.acting.step import Step
from fulfillspec.judge.finding import fails, holds

_MOST = 64 * 1024
_WITHIN = 5.0
_SILENCE = 1.0
_PATH = "/fulfillment_order_notification"
_UNSIGNED = (
    "the secret that the app signs callbacks with is not known: set FULFILLSPEC_APP_SECRET, or name another variable as "
    "secret_env in [notifications] of the target file"
)


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

    def since(self, count: int, fits: Callable[[Heard], bool], within: float) -> list[Heard]:
        """Return what fits among what came after the first `count`, waiting for it so many seconds at most."""
        until = time.monotonic() + within
        with self._arrived:
            while not (found := [heard for heard in self.heard[count:] if fits(heard)]):
                left = until - time.monotonic()
                if left <= 0:
                    return []
                self._arrived.wait(left)
            return found

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True)
class Callbacks:
    """What was heard after a step."""

    step: Step
    listener: Listener
    before: int
    secret: str | None

    def expect(self, told: str, path: str, kind_of: str, signature: str, *, kind: str) -> None:
        """Judge that the service was told, where, of what, and signed; one requirement each."""
        step = self.step
        # what came late of an earlier request is passed over, unless nothing of this kind comes
        heard = self.listener.since(self.before, lambda one: one.method == "POST" and one.kind == kind, _WITHIN)
        heard = heard or self.listener.since(self.before, lambda one: one.method == "POST", 0)
        if not step.check(
            told, bool(heard), f"the callback URL is notified within {_WITHIN:.0f} s", "nothing came", taints=False
        ):
            for requirement in (path, kind_of, signature):
                step.scene.unseen(requirement, f"no notification of {step.operation} came")
            return
        first = heard[0]
        step.check(path, first.path.endswith(_PATH), f"a POST to …{_PATH}", first.path, taints=False)
        step.check(kind_of, first.kind == kind, f"kind {kind}", first.kind, taints=False)
        if self.secret:
            step.check(
                signature,
                first.signed(self.secret),
                "the HMAC of the body under the app's secret",
                "another one or none",
                taints=False,
            )
        else:
            step.scene.unseen(signature, _UNSIGNED)

    def expect_silence(self, requirement: str) -> None:
        """Judge that nothing came."""
        heard = self.listener.since(self.before, lambda one: one.path.endswith(_PATH), _SILENCE)
        finding = (
            fails(requirement, "the service is not told", f"told of {heard[0].kind}", taints=False)
            if heard
            else holds(requirement)
        )
        self.step.judge_finding(finding)
