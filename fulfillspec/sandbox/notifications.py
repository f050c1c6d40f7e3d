"""Callbacks: a fulfillment service is told that a request waits for it, and of nothing else.

The callback goes to loopback addresses only, from a thread of its own, after the answer's state can be read.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import json
import queue
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.store import Store

PATH = "/fulfillment_order_notification"
KINDS = {
    "fulfillment_orders/fulfillment_request_submitted": "FULFILLMENT_REQUEST",
    "fulfillment_orders/cancellation_request_submitted": "CANCELLATION_REQUEST",
}
"""What is told, by the event."""

WITHIN = 2.0
"""Seconds that a receiver may take for each step of an exchange."""
MOST_WAITING = 1000
"""Notifications that may wait to be sent; further ones are lost."""

Notification = tuple[str, bytes, dict[str, str]]
"""Address, body and headers."""


def loopback(url: str) -> tuple[str, int, str] | None:
    """Return host, port and path of an HTTP address on this machine; None for every other address."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
        host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
        if parts.scheme != "http" or not ipaddress.ip_address(host).is_loopback:
            return None
    except ValueError:
        return None
    return host, port, parts.path + (f"?{parts.query}" if parts.query else "")


class Notifier:
    """Listens to the store and tells services of requests. `secret` is the app's, for the signature."""

    def __init__(self, store: Store, secret: str) -> None:
        self.store = store
        self.secret = secret
        self._waiting: queue.Queue[Notification | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        store.listeners.append(self.hear)

    def hear(self, topic: str, about: Mapping[str, Any]) -> None:
        """Hear what has just happened."""
        kind = self.kinds().get(topic)
        fo = about.get("submitted_fulfillment_order") or about.get("fulfillment_order")
        if kind is not None and isinstance(fo, FulfillmentOrder):
            self.tell(fo, kind)

    def kinds(self) -> Mapping[str, str]:
        """Return what is told, by the event."""
        return KINDS

    def tell(self, fo: FulfillmentOrder, kind: str) -> None:
        """Send a notification to the service at whose location the work is, if it can be reached."""
        service = fo.location.service
        url = service.callback_url if service is not None else None
        if url is not None:
            body = self.body(kind)
            self.send((self.address(url), body, self.headers(body)))

    def address(self, url: str) -> str:
        """Return where a notification goes: below the callback URL."""
        base, _, query = url.partition("?")
        return base.rstrip("/") + PATH + (f"?{query}" if query else "")

    def body(self, kind: str) -> bytes:
        """Write the body: the kind alone; the service then lists what is assigned to it."""
        return json.dumps({"kind": kind}).encode()

    def headers(self, body: bytes) -> dict[str, str]:
        """Return the headers."""
        return {
            "Content-Type": "application/json",
            "X-Shopify-Hmac-Sha256": self.signature(body),
            "X-Shopify-Shop-Domain": self.store.shop_domain,
        }

    def signature(self, body: bytes) -> str:
        """Sign the body: base64 of HMAC-SHA256 under the app's secret."""
        return base64.b64encode(hmac.new(self.secret.encode(), body, hashlib.sha256).digest()).decode()

    def send(self, notification: Notification) -> None:
        """Let the thread send a notification; one to another machine is never sent."""
        if loopback(notification[0]) is None:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="fulfillspec-sandbox-callbacks", daemon=True)
            self._thread.start()
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait(notification)

    def _work(self) -> None:
        while (notification := self._waiting.get()) is not None:
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                self.post(*notification)

    def post(self, address: str, body: bytes, headers: dict[str, str]) -> None:
        """Send one notification and wait for the answer, whatever it is. Raises OSError or HTTPException."""
        where = loopback(address)
        if where is None:
            return
        host, port, path = where
        connection = http.client.HTTPConnection(host, port, timeout=WITHIN)
        try:
            connection.request("POST", path, body, headers)
            connection.getresponse()
        finally:
            connection.close()

    def close(self) -> None:
        """Send nothing more."""
        if self._thread is not None:
            with contextlib.suppress(queue.Full):
                self._waiting.put_nowait(None)
            self._thread = None
