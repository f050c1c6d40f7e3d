"""One HTTP transfer at a bounded price: requests' adapter over connections that keep a deadline.

The deadline holds for the whole of an answer: TLS handshake, header lines and body, however steadily they drip.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.util import parse_url
from urllib3.util.ssl_ import create_urllib3_context
from urllib3.util.wait import wait_for_read

from fulfillspec.wire import body as bodies
from fulfillspec.wire.limits import Limits, Trouble

_PIECE = 64 * 1024


class _HeadersTooLong(http.client.LineTooLong):
    """The header lines of an answer together exceed the limit."""

    def __init__(self, limit: int) -> None:
        http.client.HTTPException.__init__(self, f"more than {limit} bytes")


_KINDS: Final = (
    ((NameResolutionError, socket.gaierror), Trouble.NO_NAME),
    ((ConnectTimeoutError, NewConnectionError), Trouble.NOT_CONNECTED),
    ((SSLError, ssl.SSLError), Trouble.TLS),
    ((http.client.LineTooLong,), Trouble.HEADERS_TOO_LONG),
    ((ReadTimeoutError, TimeoutError), Trouble.TIMED_OUT),
    ((http.client.RemoteDisconnected,), Trouble.CLOSED),
    ((http.client.IncompleteRead,), Trouble.CUT_OFF),
    ((http.client.HTTPException,), Trouble.NOT_HTTP),
)
"""What the errors of the libraries mean; the first line that fits counts."""


@dataclass(slots=True)
class _Watch:
    """What is known of the transfer under way. One transfer at a time."""

    limits: Limits
    deadline: float = 0.0
    expired: bool = False
    received: int = 0
    fresh: bool = False
    header_room: int | None = None

    def start(self) -> None:
        self.deadline = time.monotonic() + self.limits.whole
        self.expired = self.fresh = False
        self.received = 0

    def remaining(self) -> float:
        """Return the seconds left. Raises TimeoutError when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.expired = True
            raise TimeoutError("the deadline of the whole answer has passed")
        return left


class _Stream(io.RawIOBase):
    """The bytes of a socket, until the deadline."""

    def __init__(self, source: socket.SocketIO, sock: socket.socket, watch: _Watch) -> None:
        self._source, self._sock, self._watch = source, sock, watch

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        watch = self._watch
        left = watch.remaining()
        if left < watch.limits.gap:
            self._sock.settimeout(left)
        try:
            count = self._source.readinto(buffer)
        except TimeoutError:
            watch.expired = left < watch.limits.gap
            raise
        watch.received += count or 0
        if watch.header_room is not None:
            watch.header_room -= count or 0
            if watch.header_room < 0:
                raise _HeadersTooLong(watch.limits.headers)
        return count

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, *, watch: _Watch) -> None:
        super().__init__(sock, debuglevel, method)
        self._watch = watch
        source = cast("socket.SocketIO", self.fp.detach())
        self.fp = io.BufferedReader(_Stream(source, sock, watch))

    def begin(self) -> None:
        self._watch.header_room = self._watch.limits.headers
        try:
            super().begin()
        finally:
            self._watch.header_room = None


class _Connection(HTTPConnection):
    def __init__(self, *arguments: Any, watch: _Watch, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._watch = watch
        self.response_class = partial(_Response, watch=watch)  # type: ignore[assignment]  # http.client only calls it

    def connect(self) -> None:
        self._watch.fresh = True
        super().connect()


class _SecureConnection(HTTPSConnection):
    def __init__(self, *arguments: Any, watch: _Watch, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._watch = watch
        self.response_class = partial(_Response, watch=watch)  # type: ignore[assignment]  # http.client only calls it

    def connect(self) -> None:
        self._watch.fresh = True
        super().connect()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def _context(watch: _Watch) -> ssl.SSLContext:
    """Return a context whose handshakes keep the deadline as a whole, not for each of their reads."""

    class Handshaker(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature is ssl's
            timeout = self.gettimeout()
            end = time.monotonic() + min(timeout or watch.limits.connect, watch.limits.connect)
            self.settimeout(0.0)
            try:
                while True:
                    try:
                        super().do_handshake(block)
                    except ssl.SSLWantReadError:
                        if not wait_for_read(self, max(0.0, end - time.monotonic())):
                            raise TimeoutError("the TLS handshake took too long") from None
                    else:
                        return
            finally:
                self.settimeout(timeout)

    context = create_urllib3_context()
    context.sslsocket_class = Handshaker
    return context


class _Adapter(HTTPAdapter):
    """Requests' adapter for one origin: it keeps one pool and leaves cookies and redirects alone.

    By a proxy an https origin is reached through a tunnel; of an http one the proxy is asked for the whole URL.
    """

    def __init__(self, origin: str, watch: _Watch, proxy: str) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1)
        parts = urlsplit(origin)
        self._pool: HTTPConnectionPool
        if parts.scheme == "https":
            self._pool = _SecurePool(
                parts.hostname or "",
                parts.port,
                maxsize=1,
                watch=watch,
                ssl_context=_context(watch),
                _proxy=parse_url(proxy) if proxy else None,
            )
        else:
            nearest = urlsplit(proxy) if proxy else parts
            self._pool = _Pool(nearest.hostname or "", nearest.port, maxsize=1, watch=watch)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        return self._pool

    def build_response(self, _: requests.PreparedRequest, resp: BaseHTTPResponse) -> requests.Response:
        response = requests.Response()
        response.status_code = resp.status
        response.raw = resp
        return response

    def close(self) -> None:
        self._pool.close()
        super().close()


@dataclass(frozen=True, slots=True)
class Received:
    """What came back of one transfer. `retriable`: a kept connection turned out closed before a byte of the answer."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    error: str | None = None
    truncated: bool = False
    retriable: bool = False


class Transfer:
    """Carries requests to the origin of a URL over a kept connection. Not for several threads at once.

    `verify` is True for the usual certificate authorities, or the path of a file with others. `proxy` is the URL of an
    HTTP proxy to go through, empty for none; those of the environment are not used.
    """

    def __init__(self, origin: str, limits: Limits, *, verify: Literal[True] | str = True, proxy: str = "") -> None:
        self._watch = _Watch(limits)
        self._limits = limits
        self._verify = verify
        self._proxies = {"http": proxy} if proxy else None
        self._adapter = _Adapter(origin, self._watch, proxy)
        self._timeout = (limits.connect, limits.gap)

    def carry(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Received:
        """Send a request and receive its answer within the limits; never raises for what target or network do."""
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url, prepared.body = method, url, body
        prepared.headers = CaseInsensitiveDict(headers)
        if body is not None:
            prepared.headers["Content-Length"] = str(len(body))
        watch = self._watch
        watch.start()
        try:
            response = self._adapter.send(
                prepared, stream=True, timeout=self._timeout, verify=self._verify, proxies=self._proxies
            )
        except (requests.RequestException, HTTPError, OSError) as error:
            trouble = self._trouble(error)
            stale = not watch.fresh and not watch.received and trouble.startswith(Trouble.CLOSED)
            return Received(error=trouble, retriable=stale)
        answer: BaseHTTPResponse = response.raw
        return self._received(answer)

    def close(self) -> None:
        """Close the kept connection."""
        self._adapter.close()

    def _received(self, answer: BaseHTTPResponse) -> Received:
        headers = {name.lower(): value for name, value in answer.headers.itermerged()}
        limit, pieces, size, error = self._limits.body, [], 0, None
        try:
            while piece := answer.read1(_PIECE, decode_content=False):
                pieces.append(piece)
                size += len(piece)
                if size > limit:
                    error = f"{Trouble.TOO_LONG}: more than {limit} bytes"
                    break
        except (HTTPError, OSError, ValueError, http.client.HTTPException) as failure:
            error = self._trouble(failure, size)
        raw = b"".join(pieces)[:limit]
        if error is not None:
            answer.close()
            return Received(answer.status, headers, raw, error, truncated=True)
        answer.release_conn()
        codings = headers.get("content-encoding", "")
        if not codings or not raw:
            return Received(answer.status, headers, raw)
        try:
            return Received(answer.status, headers, bodies.decoded(raw, codings, limit=limit))
        except bodies.TooLong as failure:
            return Received(answer.status, headers, b"", f"{Trouble.TOO_LONG}: {failure}", truncated=True)
        except bodies.UnknownCoding as failure:
            return Received(answer.status, headers, b"", f"{Trouble.UNKNOWN_CODING}: {failure}", truncated=True)
        except bodies.BrokenCoding as failure:
            return Received(answer.status, headers, b"", f"{Trouble.BROKEN_CODING}: {failure}", truncated=True)

    def _trouble(self, error: BaseException, size: int | None = None) -> str:
        """Name what went wrong. `size` is what had come of the body; None: the headers had not come."""
        limits = self._limits
        if self._watch.expired:
            return f"{Trouble.TIMED_OUT} after {limits.whole:g} s without a whole answer"
        chain = _chain(error)
        known = ((trouble, cause) for cause in chain for kinds, trouble in _KINDS if isinstance(cause, kinds))
        trouble, cause = next(known, (Trouble.CUT_OFF, error))
        if trouble is Trouble.TIMED_OUT:
            return f"{trouble} after {limits.gap:g} s in which nothing came"
        if isinstance(cause, ConnectTimeoutError) and not isinstance(cause, NewConnectionError):
            return f"{trouble}: {Trouble.TIMED_OUT} after {limits.connect:g} s"
        if trouble is Trouble.CUT_OFF and size is None and not self._watch.received:
            trouble = Trouble.CLOSED
        where = f" after {size or 0} bytes of the body" if trouble is Trouble.CUT_OFF else ""
        return f"{trouble}{where}: {_said(chain)}"


def _chain(error: BaseException) -> list[BaseException]:
    """Return the error and what it wraps, outermost first, each once."""
    found: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting:
        each = waiting.pop(0)
        if any(each is other for other in found):
            continue
        found.append(each)
        inner = [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
        waiting += [cause for cause in inner if isinstance(cause, BaseException)]
    return found


def _said(chain: list[BaseException]) -> str:
    """Return the words of the innermost error, without object addresses."""
    innermost = chain[-1]
    words = innermost.strerror if isinstance(innermost, OSError) and innermost.strerror else str(innermost)
    return (words.strip() or type(innermost).__name__)[:200]
