"""A small HTTP server that hears the callbacks of a fulfillment service."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from fulfillspec.evidence import interrupts
from fulfillspec.evidence.times import Clock, Times

_MOST = 64 * 1024
HEARD = "heard"
"""The occasion at which it is counted how much was heard."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A request that came in: method, path, headers with lower-cased names, raw body.

    `verified` tells of one that was recorded whether its signature was right; its body may not be the one that was signed.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    verified: bool | None = None

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
        if self.verified is not None:
            return self.verified
        right = base64.b64encode(hmac.new(secret.encode(), self.body, hashlib.sha256).digest()).decode()
        return hmac.compare_digest(right, self.headers.get("x-shopify-hmac-sha256", ""))


class Hearing(Protocol):
    """Who hears callbacks: `Listener` on an address, `RecordedListener` what one had heard."""

    url: str

    @property
    def posts(self) -> list[Heard]:
        """What was posted below the callback URL so far, in the order in which it came."""
        ...

    @property
    def webhooks(self) -> list[Heard]:
        """The webhooks that came so far, in their order."""
        ...

    def until(self, fits: Callable[[list[Heard]], bool], within: float, *, webhooks: bool = False) -> list[Heard]:
        """Wait until what was posted (or the webhooks) fits, so many seconds at most; return it."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


class Listener:
    """Hears callbacks on an address until it is closed. Raises OSError where the address cannot be listened on.

    How much was heard is counted in `times` whenever it is looked at, and `note` is told of each request that came in,
    as are all `ears`.
    """

    def __init__(
        self, host: str, port: int, times: Times | None = None, note: Callable[[Heard], None] | None = None
    ) -> None:
        self.heard: list[Heard] = []
        self._times: Times = times or Clock()
        self._note = note
        self._arrived = threading.Condition()
        self._ears: list[Callable[[Heard], None]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def _take(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(min(length, _MOST))
                headers = {name.lower(): value for name, value in self.headers.items()}
                listener.hear(Heard(self.command, self.path, headers, body))  # before the next one is sent
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

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
            if self._note is not None:
                self._note(heard)
            self.heard.append(heard)
            for ear in self._ears:
                ear(heard)
            self._arrived.notify_all()

    def still(self) -> threading.Condition:
        """Return what lets nothing in while it is entered."""
        return self._arrived

    def lend(self, ear: Callable[[Heard], None]) -> None:
        """Let somebody else hear what comes in from now on."""
        self._ears.append(ear)

    @property
    def posts(self) -> list[Heard]:
        """What was posted below the callback URL so far, in the order in which it came."""
        with self._arrived:
            return _posts(self._counted(), webhooks=False)

    @property
    def webhooks(self) -> list[Heard]:
        """The webhooks that came so far, in their order."""
        with self._arrived:
            return _posts(self._counted(), webhooks=True)

    def until(self, fits: Callable[[list[Heard]], bool], within: float, *, webhooks: bool = False) -> list[Heard]:
        """Wait until what was posted (or the webhooks) fits, so many seconds at most; return it."""
        deadline = time.monotonic() + within
        with self._arrived:
            while True:
                posts = _posts(self.heard, webhooks=webhooks)
                left = deadline - time.monotonic()
                if left <= 0 or fits(posts):
                    self._counted()
                    return posts
                with interrupts.waiting():
                    self._arrived.wait(left)

    def _counted(self) -> list[Heard]:
        self._times.count(HEARD, len(self.heard))
        return self.heard

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _HeardElsewhere(ABC):
    """What somebody else listened to; there is nothing to close."""

    url: str

    @property
    def posts(self) -> list[Heard]:
        """What was posted below the callback URL so far, in the order in which it came."""
        return _posts(self._counted(), webhooks=False)

    @property
    def webhooks(self) -> list[Heard]:
        """The webhooks that came so far, in their order."""
        return _posts(self._counted(), webhooks=True)

    @abstractmethod
    def _counted(self) -> list[Heard]:
        """Return what was heard so far, and note for a recording how much that was."""

    def close(self) -> None:
        """Leave it open: it is not ours to close."""
        return


class RelayedListener(_HeardElsewhere):
    """What the listener of another process hears, which passes it on; it had heard so much before.

    `receive` waits so many seconds at most for anything that is passed on, and gives what is heard to `hear`. `over`:
    nothing is waited for any more.
    """

    def __init__(
        self, listener: Hearing, times: Times, receive: Callable[[float], bool], over: Callable[[], bool]
    ) -> None:
        self.url = listener.url
        self._heard: list[Heard] = list(listener.heard) if isinstance(listener, Listener) else []
        self._times, self._receive, self._over = times, receive, over

    def hear(self, heard: Heard) -> None:
        """Take in what is passed on."""
        self._heard.append(heard)

    def until(self, fits: Callable[[list[Heard]], bool], within: float, *, webhooks: bool = False) -> list[Heard]:
        """Wait until what was posted (or the webhooks) fits, so many seconds at most; return it."""
        deadline = time.monotonic() + within
        while True:
            while self._receive(0):
                pass
            posts = _posts(self._heard, webhooks=webhooks)
            left = deadline - time.monotonic()
            if left <= 0 or fits(posts) or self._over():
                self._times.count(HEARD, len(self._heard))
                return posts
            self._receive(left)

    def _counted(self) -> list[Heard]:
        while self._receive(0):
            pass
        self._times.count(HEARD, len(self._heard))
        return self._heard


class RecordedListener(_HeardElsewhere):
    """What a listener had heard whenever a recorded run looked."""

    def __init__(self, url: str, heard: list[Heard], times: Times) -> None:
        self.url = url
        self._heard, self._times = heard, times

    def until(self, fits: Callable[[list[Heard]], bool], within: float, *, webhooks: bool = False) -> list[Heard]:
        """Return what had come when the recorded run went on, without waiting."""
        del fits, within
        return _posts(self._counted(), webhooks=webhooks)

    def _counted(self) -> list[Heard]:
        return self._heard[: self._times.count(HEARD, 0)]


def _posts(heard: list[Heard], *, webhooks: bool) -> list[Heard]:
    return [each for each in heard if each.method == "POST" and each.is_webhook == webhooks]
