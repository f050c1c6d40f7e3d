"""Run against targets that misbehave, and see that each run ends in words: no traceback, no hang, no token in a file.

    python scripts/hostile_targets.py [NAME…] [--moment start|middle|end]… [--transport rest]

Between the run and a sandbox stands a proxy that answers honestly until the moment comes (the first request, the middle
or the last third of a short run) and from then on in one of the ways of `BEHAVIOURS`, once or for ever. Printed for each:
exit status, verdict, seconds, what a run may not do. Exit status 1 where any did.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
from measured import COMMAND, Store, serving, table

ONLY = ("FO-SUBMIT-STATE", "FO-ACCEPT-STATE", "FO-HOLD-STATE")
MOMENTS = {"start": 0, "middle": 70, "end": 145}
"""Requests that are answered honestly before."""
WITHIN = 150.0
"""Seconds after which a run counts as hanging: the waiting in a row that it may do at the limits below, and more."""
LIMITS = """
[limits]
timeout = 2
wait = 5
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the sandbox answered, and the connection to the run."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    sent: bytes
    to: socket.socket = field(compare=False)

    def send(
        self, status: int | None = None, body: bytes | None = None, *extra: tuple[str, str], kind: str | None = None
    ) -> None:
        """Send the answer with these things changed."""
        body = self.body if body is None else body
        fixed = {"content-length", "connection", "transfer-encoding", *(name.lower() for name, _ in extra)}
        fixed |= {"content-type"} if kind else set()
        head = [(name, value) for name, value in self.headers if name.lower() not in fixed]
        head += [*extra, ("Content-Length", str(len(body))), ("Connection", "close")]
        head += [("Content-Type", kind)] if kind else []
        lines = "".join(f"{name}: {value}\r\n" for name, value in head)
        self.raw(f"HTTP/1.1 {status or self.status} Said\r\n{lines}\r\n".encode("utf-8", "surrogateescape") + body)

    def raw(self, octets: bytes) -> None:
        """Send what is no answer."""
        self.to.sendall(octets)


Behaviour = Callable[[Answered], None]


def says(status: int | None = None, body: bytes | None = None, kind: str | None = None, **headers: str) -> Behaviour:
    """Return a behaviour that answers so."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda answer: answer.send(status, body, *named, kind=kind)


def raw(octets: bytes) -> Behaviour:
    """Return a behaviour that sends these octets and closes."""
    return lambda answer: answer.raw(octets)


def turned(change: Callable[[bytes], bytes], **headers: str) -> Behaviour:
    """Return a behaviour that sends the body changed."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda answer: answer.send(None, change(answer.body), *named)


def repeats(octets: bytes, pause: float, head: bytes = b"") -> Behaviour:
    """Return a behaviour that sends the same again and again."""

    def endless(answer: Answered) -> None:
        answer.raw(head)
        for _ in range(100_000):
            answer.raw(octets)
            time.sleep(pause)

    return endless


def hangs(answer: Answered) -> None:
    """Say nothing until the run hangs up."""
    answer.to.settimeout(WITHIN)
    with suppress(OSError):
        answer.to.recv(1)


def resets(answer: Answered) -> None:
    """Cut the connection as hard as it goes."""
    answer.to.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def echoes(answer: Answered) -> None:
    """Answer with everything that was sent, the token among it."""
    answer.send(422, json.dumps({"errors": answer.sent.decode("latin-1")}).encode())


def redirects_with_token(answer: Answered) -> None:
    """Lead elsewhere, the token in the address."""
    found = re.search(rb"(?i)access-token: *(\S+)", answer.sent)
    token = found[1].decode() if found else "none"
    answer.send(302, b"", ("Location", f"https://elsewhere.invalid/?token={token}"))


_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_BIG = gzip.compress(b'{"a": "' + b"0" * 200_000_000 + b'"}')
_NUMBER = re.compile(rb'("\w*id":\s*)(\d+)')

BEHAVIOURS: dict[str, Behaviour] = {
    "status 500": says(500, b'{"errors": "Internal"}'),
    "status 500 in HTML": says(500, b"<html><script>alert(1)</script></html>", "text/html"),
    "status 502 without a body": says(502, b""),
    "status 503, Retry-After 1": says(503, b"{}", Retry_After="1"),
    "status 401": says(401, b'{"errors": "Invalid API key"}'),
    "status 402": says(402, b'{"errors": "Unavailable Shop"}'),
    "status 403": says(403, b'{"errors": "Forbidden"}'),
    "status 404": says(404, b'{"errors": "Not Found"}'),
    "status 423": says(423, b'{"errors": "Locked"}'),
    "status 430": says(430, b"{}"),
    "status 204": says(204, b""),
    "status 999": says(999, b"{}"),
    "429 without Retry-After": says(429, b"{}"),
    "429, an hour": says(429, b"{}", Retry_After="3600"),
    "429, negative": says(429, b"{}", Retry_After="-5"),
    "429, no number": says(429, b"{}", Retry_After="soon"),
    "429, nan": says(429, b"{}", Retry_After="nan"),
    "429, infinite": says(429, b"{}", Retry_After="1e999"),
    "429, a date": says(429, b"{}", Retry_After="Wed, 21 Oct 2099 07:28:00 GMT"),
    "call limit in words": says(X_Shopify_Shop_Api_Call_Limit="few/many"),
    "call limit of 0": says(X_Shopify_Shop_Api_Call_Limit="1/0"),
    "call limit passed": says(X_Shopify_Shop_Api_Call_Limit="4000/40"),
    "call limit without end": says(X_Shopify_Shop_Api_Call_Limit="1/" + "9" * 5000),
    "version in words": says(X_Shopify_API_Version="newest"),
    "version with terminal escapes": says(X_Shopify_API_Version="\x1b[2J2025-10"),
    "empty body": says(200, b""),
    "body cut off": turned(lambda body: body[: len(body) // 2]),
    "no JSON": says(200, b"{'a': 1}"),
    "HTML": says(200, b"<!doctype html><h1>Hello</h1>", "text/html"),
    "JSON called HTML": says(kind="text/html"),
    "an array": says(200, b"[]"),
    "a string": says(200, b'"ok"'),
    "null": says(200, b"null"),
    "an empty object": says(200, b"{}"),
    "invalid UTF-8": says(200, b'{"fulfillment_order": "\xff\xfe\x80"}'),
    "UTF-16": turned(lambda body: body.decode().encode("utf-16")),
    "a byte order mark": turned(lambda body: b"\xef\xbb\xbf" + body),
    "lone surrogates": says(422, b'{"errors": {"base": ["\\ud800 no"]}}'),
    "NUL and escapes": says(422, b'{"errors": ["\\u0000\\u001b[31mred\\u0007"]}'),
    "markup": says(422, b'{"errors": ["</pre><script>alert(1)</script><img src=x onerror=alert(1)>"]}'),
    "deep": says(200, b"[" * 200_000),
    "deep objects": says(200, b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
    "number without end": says(200, b'{"fulfillment_order": {"id": ' + b"9" * 20_000 + b"}}"),
    "number beyond floats": says(200, b'{"fulfillment_order": {"id": 1e400}}'),
    "NaN": says(200, b'{"fulfillment_order": {"id": NaN}}'),
    "the same key twice": says(200, b'{"fulfillment_order": {"id": 1}, "fulfillment_order": {"id": 2}}'),
    "ids as strings": turned(lambda body: _NUMBER.sub(rb'\1"\2"', body)),
    "ids negative": turned(lambda body: _NUMBER.sub(rb"\1-\2", body)),
    "ids as booleans": turned(lambda body: _NUMBER.sub(rb"\1true", body)),
    "ids all alike": turned(lambda body: _NUMBER.sub(rb"\g<1>7", body)),
    "values as objects": turned(lambda body: re.sub(rb'("status":\s*)"\w+"', rb'\1{"a": 1}', body)),
    "lists as objects": turned(lambda body: body.replace(b"[", b'{"0": ').replace(b"]", b"}")),
    "gzip that is none": says(Content_Encoding="gzip"),
    "gzip bomb": says(200, _BIG, Content_Encoding="gzip"),
    "unknown encoding": says(Content_Encoding="rot13"),
    "redirect elsewhere": says(302, b"", Location="https://elsewhere.invalid/"),
    "redirect with the token": redirects_with_token,
    "redirect to a file": says(302, b"", Location="file:///etc/passwd"),
    "redirect without a place": says(302, b""),
    "redirect in a ring": says(307, b"", Location="/admin/api/2025-10/shop.json"),
    "echo of the request": echoes,
    "header of a megabyte": says(X_Long="a" * 1_000_000),
    "a thousand headers": lambda answer: answer.send(None, None, *((f"X-{number}", "a") for number in range(1000))),
    "header in two lines": raw(_OK + b"X-A: b\r\n c\r\nX-Bad\r\nContent-Length: 2\r\n\r\n{}"),
    "status line of rubbish": raw(b"\x00\x01\x02 rubbish\r\n\r\n"),
    "no status line": raw(b'{"fulfillment_order": {}}'),
    "chunks that lie": raw(_OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n"),
    "length too long": raw(_OK + b"Content-Length: 1000\r\n\r\n{}"),
    "length too short": raw(_OK + b'Content-Length: 1\r\n\r\n{"a": 1}'),
    "length negative": raw(_OK + b"Content-Length: -1\r\n\r\n{}"),
    "continue without end": repeats(b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
    "drip": repeats(b" ", 0.3, _OK + b"Content-Length: 100000\r\n\r\n"),
    "body without end": repeats(b" " * 65536, 0, _OK + b"\r\n"),
    "header without end": repeats(b"X-A: b\r\n", 0, b"HTTP/1.1 200 OK\r\n"),
    "hang": hangs,
    "reset": resets,
    "close": lambda _: None,
}


class Proxy(ThreadingHTTPServer):
    """Stands before a sandbox; misbehaves from a moment on, `lasting` times."""

    daemon_threads = True

    def __init__(self, store: Store, behaviour: Behaviour, after: int, lasting: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store, self.behaviour, self.after, self.lasting = store, behaviour, after, lasting
        self.asked = 0

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: the run hung up."""


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.server.asked += 1
        number = self.server.asked
        sent = self.rfile.read(int(self.headers.get("content-length", 0)))
        where = http.client.HTTPConnection(urlsplit(self.server.store.url).netloc, timeout=30)
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in {"host", "accept-encoding"}
        }
        where.request(self.command, self.path, sent, headers)
        came = where.getresponse()
        answer = Answered(
            came.status, came.getheaders(), came.read(), f"{self.headers}\n".encode() + sent, self.connection
        )
        where.close()
        self.close_connection = True
        late = self.server.after < number <= self.server.after + self.server.lasting
        (self.server.behaviour if late else Answered.send)(answer)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def between(store: Store, behaviour: Behaviour, after: int, lasting: float) -> Iterator[str]:
    """Stand before a sandbox until the block ends; yield the address."""
    proxy = Proxy(store, behaviour, after, lasting)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{proxy.server_address[1]}"
    finally:
        proxy.shutdown()
        proxy.server_close()


def tried(name: str, moment: str, lasting: float, transport: str) -> tuple[list[object], bool]:
    """Run once; return a row of the table, and whether the run did what it may not."""
    with serving() as store, tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "target.toml"
        target.write_text(LIMITS, "utf-8")
        out = Path(folder) / "run"
        options = [f"--only={each}" for each in ONLY] + ["--transport", transport, "--out", str(out)]
        begun = time.monotonic()
        with between(store, BEHAVIOURS[name], MOMENTS[moment], lasting) as url:
            command = [*COMMAND, "run", "--target", str(target), "--base-url", url, *options]
            process = subprocess.Popen(command, env=store.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            try:
                said = process.communicate(timeout=WITHIN)[0].decode("utf-8", "replace")
            except subprocess.TimeoutExpired:
                process.kill()
                said = process.communicate()[0].decode("utf-8", "replace")
                process.returncode = -9
        seconds = time.monotonic() - begun
        faults = list(_faults(process.returncode, said, out, store))
        verdict = ""
        with suppress(OSError, ValueError):
            verdict = json.loads((out / "results.json").read_text("utf-8"))["verdict"]
        last = said.strip().splitlines()[-1][:80] if process.returncode == 4 and said.strip() else ""
        often = "once" if lasting == 1 else "for ever"
        row = [name, moment, often, process.returncode, verdict, round(seconds, 1), "; ".join(faults) or last or "-"]
        return row, bool(faults)


def _faults(status: int, said: str, out: Path, store: Store) -> Iterator[str]:
    if status == -9:
        yield "it hung"
    elif status not in {0, 1, 4, 5}:
        yield f"status {status}"
    if "Traceback" in said:
        yield "a traceback"
    if "\x1b[2J" in said or "\x07" in said:
        yield "an escape reached the terminal"
    if status != 4 and not (out / "report.html").is_file():
        yield "no report"
    for file in sorted(out.rglob("*")) if out.is_dir() else []:
        octets = file.read_bytes() if file.is_file() else b""
        if any(token.encode() in octets for token in store.tokens.values()):
            yield f"a token in {file.name}"
        if file.suffix == ".html" and b"<script>alert" in octets:
            yield f"live markup in {file.name}"
    if any(token in said for token in store.tokens.values()):
        yield "a token on the terminal"


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the behaviours that are named, else all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *BEHAVIOURS], default=[], metavar="NAME")
    parser.add_argument("--moment", action="append", choices=list(MOMENTS))
    parser.add_argument("--once", action="store_true", help="misbehave once, not for ever")
    parser.add_argument("--transport", default="rest", choices=["rest", "graphql"])
    asked = parser.parse_args(arguments)
    rows, wrong = [], 0
    for name in asked.names or BEHAVIOURS:
        for moment in asked.moment or ["middle"]:
            row, fault = tried(name, moment, 1 if asked.once else float("inf"), asked.transport)
            rows.append(row)
            wrong += fault
            print(*row, sep=" · ", flush=True)
    print(table(["behaviour", "from", "lasting", "status", "verdict", "seconds", "said"], rows))
    print(f"{len(rows)} runs, {wrong} with a fault; requests before: {MOMENTS}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
