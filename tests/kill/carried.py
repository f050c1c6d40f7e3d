"""The sandbox without a socket: requests reach its ASGI application in this process, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.sandbox.app import Sandbox
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.serve import Server
from fulfillspec.wire import http
from fulfillspec.wire.transfer import Received, Transfer

_URL = "http://127.0.0.1:1"


class Unserved(Server):
    """What a run needs of a server: the sandbox is there, and nothing listens.

    One whose changes show on the wire only (they say how bytes are delivered) is served as ever.
    """

    served: Sandbox | None = None

    def start(self) -> Self:
        """Let transfers to this process's sandbox be carried to it."""
        if type(self.sandbox.front).deliver is not Front.deliver:
            return super().start()
        self.url = _URL
        Unserved.served = self.sandbox
        return self


class Carried(Transfer):
    """Carries requests for the sandbox of this process to its application, all others over the network."""

    def carry(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Received:
        """Send a request and receive its answer."""
        if not url.startswith(_URL) or Unserved.served is None:
            return super().carry(method, url, headers, body)
        sent: list[Any] = []
        asked = Unserved.served(_scope(method, url, headers, body), _received(body), _into(sent))
        try:
            asked.send(None)  # a coroutine: it waits for nothing
        except StopIteration:
            pass
        except Exception:  # noqa: BLE001 - a server answers for whatever an application raises
            return Received(500, {"date": formatdate(usegmt=True)}, b"Internal Server Error")
        else:
            raise RuntimeError("the sandbox waits for something that is not in this process")
        start, *parts = sent
        raw = b"".join(part.get("body", b"") for part in parts)
        told = {"date": formatdate(usegmt=True)}
        for name, value in start["headers"]:
            key = name.decode("latin-1").lower()
            told[key] = f"{told[key]}, {value.decode('latin-1')}" if key in told else value.decode("latin-1")
        return Received(start["status"], told, b"" if method == "HEAD" else raw)


def _scope(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> dict[str, Any]:
    parts = urlsplit(url)
    sent = {"Host": parts.netloc, **headers, **({} if body is None else {"Content-Length": str(len(body))})}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": parts.scheme,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()],
        "server": (parts.hostname, parts.port),
        "client": ("127.0.0.1", 0),
    }


def _received(body: bytes | None) -> Any:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body or b"", "more_body": False}

    return receive


def _into(sent: list[Any]) -> Any:
    async def send(message: Any) -> None:
        sent.append(message)

    return send


class Open(Redactor):
    """Leaves everything as it is: nothing of a trial is stored."""

    def text(self, text: str) -> str:
        return text

    def body(self, text: str, *, cut: bool = False) -> str:
        del cut
        return text

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return dict(headers)


class Unwritten(Evidence):
    """Counts exchanges and remembers the last ones, and writes no file."""

    def __init__(self, path: Path | None, redactor: Redactor, **options: Any) -> None:
        del path, redactor
        super().__init__(None, Open(()), **options)


def within_this_process() -> None:
    """From now on a run of this process talks to the sandbox that it starts without a socket, and stores nothing."""
    from fulfillspec.runs import run
    from fulfillspec.sandbox import serve

    serve.Server = Unserved  # type: ignore[misc]
    vars(http)["Transfer"] = Carried
    vars(run)["Evidence"] = Unwritten


def closed() -> None:
    """Close the sandbox that was served last."""
    if Unserved.served is not None:
        Unserved.served.close()
