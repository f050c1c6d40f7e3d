"""The HTTP client of one actor: it sends, keeps the limits and the pace, and writes everything down.

What the target or the network does never raises: it is an `Exchange` with an `error` (`wire.limits.Trouble`).
"""

import json as jsons
import re
import time
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any, Final, Literal, Protocol
from urllib.parse import quote, urlencode, urljoin, urlsplit

from fulfillspec import __version__
from fulfillspec.evidence import interrupts
from fulfillspec.evidence.log import NOT_JSON, Evidence, Exchange
from fulfillspec.wire import body as bodies
from fulfillspec.wire.faults import faulty, reads
from fulfillspec.wire.limits import Limits
from fulfillspec.wire.throttle import REFUSALS, OrderPace, Throttle, throttled
from fulfillspec.wire.transfer import Received, Transfer

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PLAIN_PATH: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_PORTS: Final = {"http": 80, "https": 443}


class Unset(Enum):
    """No JSON body at all, in distinction to the body `null`."""

    UNSET = "UNSET"


UNSET: Final = Unset.UNSET


class Client(Protocol):
    """Whoever sends requests for an actor: `Http` to a target, `Replay` to a recording."""

    def send(
        self,
        method: str,
        path: str,
        *,
        transport: str,
        operation: str,
        phase: str | None = None,
        json: Any = UNSET,
        body: bytes | None = None,
        params: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        pace: OrderPace | None = None,
    ) -> Exchange:
        """Send a request; see `Http.send`."""
        ...


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of a URL, the scheme's own port where none is named."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)


def located(base_url: str, path: str, params: Sequence[tuple[str, str]] = ()) -> str:
    """Return the URL of a path below a base URL; what cannot stand in a path is percent-encoded."""
    if not _PLAIN_PATH.fullmatch(path):
        path = quote(path, safe="/%:@!$&'()*+,;=~")
    return f"{base_url}{path}?{urlencode(params)}" if params else base_url + path


def payload(json: Any, body: bytes | None) -> bytes | None:
    """Return the bytes to send: `body` as it is, else the JSON text; None for none."""
    if body is not None or json is UNSET:
        return body
    return jsons.dumps(json, separators=(",", ":")).encode()


class Http:
    """Sends requests to one target as one actor over one kept connection.

    `token` goes into `X-Shopify-Access-Token`, to the origin of `base_url` and nowhere else; None sends none.
    Actors with the same token share a `throttle`. `verify` may name a file of certificate authorities to trust instead
    of the usual ones, `proxy` an HTTP proxy to go through. Not for several threads at once.
    """

    def __init__(
        self,
        base_url: str,
        *,
        actor: str,
        token: str | None,
        evidence: Evidence,
        limits: Limits | None = None,
        throttle: Throttle | None = None,
        verify: Literal[True] | str = True,
        proxy: str = "",
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.actor = actor
        self.evidence = evidence
        self.limits = limits or Limits()
        self.throttle = throttle or Throttle(longest=self.limits.retry_after)
        self._patient = self._lenient = True
        self._origin = origin(self.base_url)
        self._connect = partial(Transfer, self.base_url, self.limits, verify=verify, proxy=proxy)
        self._transfer = self._connect()
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": f"fulfillspec/{__version__}",
        }
        if token:
            self._headers["X-Shopify-Access-Token"] = token

    def send(
        self,
        method: str,
        path: str,
        *,
        transport: str,
        operation: str,
        phase: str | None = None,
        json: Any = UNSET,
        body: bytes | None = None,
        params: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        pace: OrderPace | None = None,
    ) -> Exchange:
        """Send a request for `path` (below the base URL, from its first slash) and return what came back.

        `body` is sent as it is, else `json` as JSON. `headers` replace ours of the same name. `pace` is kept before
        each try.

        A throttled request is repeated when the target allows it, up to `limits.attempts` times (once given up so, the
        next ones are tried once, until one is answered). A request that changes nothing (a GET, a query) is repeated
        once where its kept connection turned out to be closed, or its answer is a fault of the server. A GET redirect
        within the origin is followed up to `limits.redirects` times. Each of those exchanges is recorded, the last one
        is returned.
        """
        url = located(self.base_url, path, params)
        content = payload(json, body)
        sent = self._sent(content, headers)
        throttle, attempts, hops, again = self.throttle, 0, 0, reads(method, json)
        earlier: int | None = None
        faulted = False
        while True:
            if pace is not None:
                pace.before()
            throttle.before(transport, operation)
            at, begun = self.evidence.now(), time.perf_counter()
            with interrupts.waiting():
                received = self._transfer.carry(method, url, sent, content)
            exchange = self._recorded(
                received,
                ms=round(
                    (time.perf_counter() - begun) * 1000, 3
                ),  # as it is recorded, so that a replay adds up the same
                at=at,
                transport=transport,
                operation=operation,
                phase=phase,
                method=method,
                url=url,
                request_headers=sent,
                request_body=None if content is None else content.decode(errors="backslashreplace"),
                follows=earlier,
            )
            earlier = exchange.n
            refused = self._is_throttled(exchange, pace)
            self.evidence.in_vain = self.evidence.in_vain + 1 if refused or received.error is not None else 0
            if refused:
                attempts += 1
                self._patient = self._patient and attempts < self.limits.attempts and not throttle.gave_up
                if self._patient:
                    continue
                return exchange
            self._patient = True
            fault = faulty(exchange.status, exchange.data)
            if again and (received.retriable or fault):
                again, faulted = False, fault
                if fault and self._lenient:
                    self.throttle.pause(self.limits.second_try)
                continue
            self._lenient = not fault
            if faulted and not fault:
                self.evidence.passing.append((operation, exchange.n))
            target = self._redirect(method, exchange)
            if target is None or hops >= self.limits.redirects:
                return exchange
            hops += 1
            url = target

    def begin_anew(self) -> None:
        """Use a connection of one's own, in a process that was forked."""
        self._transfer = self._connect()

    def close(self) -> None:
        """Close the connection."""
        self._transfer.close()

    def _sent(self, content: bytes | None, headers: Mapping[str, str] | None) -> dict[str, str]:
        sent = dict(self._headers)
        if content is not None:
            sent["Content-Type"] = "application/json"
        for name, value in (headers or {}).items():
            for ours in [ours for ours in sent if ours.lower() == name.lower()]:
                del sent[ours]
            sent[name] = value
        return sent

    def _recorded(self, received: Received, *, transport: str, operation: str, url: str, **request: Any) -> Exchange:
        read = bodies.read(received.raw, depth=self.limits.depth) if received.error is None else None
        notes = read.notes if read else ()
        if received.status in _REDIRECTS and self._elsewhere(url, received.headers.get("location")):
            notes = (*notes, "a redirect to another origin: not followed")
        exchange = self.evidence.record(
            actor=self.actor,
            transport=transport,
            operation=operation,
            url=url,
            status=received.status,
            headers=received.headers,
            body=read.text if read else received.raw.decode(errors="replace"),
            data=read.data if read else NOT_JSON,
            error=read.error if read else received.error,
            truncated=received.truncated,
            notes=notes,
            **request,
        )
        self.throttle.after_rest(received.headers)
        if transport == "graphql" and isinstance(exchange.data, dict):
            self.throttle.after_graphql(operation, exchange.data.get("extensions"))
        return exchange

    def _is_throttled(self, exchange: Exchange, pace: OrderPace | None) -> bool:
        by_cost = exchange.transport == "graphql" and throttled(exchange.data)
        if exchange.status not in REFUSALS and not by_cost:
            self.throttle.answered()
            return False
        self.evidence.throttled += 1
        self.evidence.flush()
        seconds = self.throttle.refused(exchange.headers)
        if pace is not None and not by_cost:
            pace.refused(seconds if "retry-after" in exchange.headers else None)
        return True

    def _elsewhere(self, url: str, location: str | None) -> bool:
        return location is not None and _origin_of(_joined(url, location)) != self._origin

    def _redirect(self, method: str, exchange: Exchange) -> str | None:
        """Return where a GET is to be repeated; None where it is not to be."""
        location = exchange.headers.get("location")
        if method != "GET" or exchange.status not in _REDIRECTS or not location:
            return None
        target = _joined(exchange.url, location)
        if _origin_of(target) != self._origin or "@" in urlsplit(target).netloc:
            return None
        return target.partition("#")[0]


def _joined(url: str, location: str) -> str:
    try:
        return quote(urljoin(url, location), safe="/%:@!$&'()*+,;=~?#[]")
    except ValueError:
        return ""


def _origin_of(url: str) -> tuple[str, str, int | None] | None:
    try:
        return origin(url)
    except ValueError:
        return None
