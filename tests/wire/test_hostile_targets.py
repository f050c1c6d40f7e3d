"""Whatever a target does, there is an exchange within the limits: no exception, no hang, no token elsewhere."""

import gzip
import json
import socket
import struct
import time as clock
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hostile import Target, answer, answering, target
from wired import BRIEF, SHORT, SMALL, TOKEN, ask

from fulfillspec.evidence.log import NOT_JSON, Evidence, Exchange
from fulfillspec.wire.limits import Limits, Trouble


def hang(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    server.stopping.wait(600)


def drip_body(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(answer(b"", length=10_000))
    while not server.stopping.wait(0.05):
        connection.sendall(b" ")


def drip_headers(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while not server.stopping.wait(0.05):
        connection.sendall(b"x")


def drip_continues(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    while not server.stopping.wait(0.02):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def endless_body(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        connection.sendall(b"[" * 50_000)


def endless_chunks(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1000\r\n" + b"[" * 4096 + b"\r\n")


def endless_headers(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X: " + b"y" * 1000 + b"\r\n")


def endless_header_line(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"y" * 10_000)


def reset_within_body(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(answer(b'{"a":1', length=100))
    clock.sleep(0.5)  # what came before is read
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def end_within_body(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(answer(b'{"a":1', length=100))


def end_within_chunk(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{")


def bad_chunk_size(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")


def nothing(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)


def reset_at_once(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def garbage(server: Target, connection: socket.socket, _: int) -> None:
    server.head(connection)
    connection.sendall(b"<html>it is me\r\n\r\n{}")


def silent_tls(server: Target, _: socket.socket, __: int) -> None:
    server.stopping.wait(600)


def drip_tls(server: Target, connection: socket.socket, _: int) -> None:
    connection.sendall(b"\x16\x03\x03\x3f\xff")
    while not server.stopping.wait(0.05):
        connection.sendall(b"\x00")


def is_named(exchange: Exchange, status: int | None, trouble: str) -> None:
    assert exchange.status == status
    assert exchange.error is not None
    assert exchange.error.startswith(trouble)
    assert exchange.data is NOT_JSON
    assert exchange.truncated == (status is not None)
    assert len(exchange.body) <= SMALL.body


@pytest.mark.parametrize(
    ("script", "limits", "status", "trouble"),
    [
        (hang, SHORT, None, "timed out after 0.25 s in which nothing came"),
        (drip_body, BRIEF, 200, Trouble.TIMED_OUT),
        (drip_headers, BRIEF, None, Trouble.TIMED_OUT),
        (drip_continues, BRIEF, None, Trouble.TIMED_OUT),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_target_that_never_ends_an_answer_is_given_up(
    script: Callable[..., None], limits: Limits, status: int | None, trouble: str, connect: Any
) -> None:
    with target(script) as server:
        is_named(ask(connect(server.url, limits=limits)), status, trouble)


@pytest.mark.parametrize(
    ("script", "status", "trouble"),
    [
        (endless_body, 200, "body too long: more than 100000 bytes"),
        (endless_chunks, 200, "body too long: more than 100000 bytes"),
        (endless_headers, None, Trouble.HEADERS_TOO_LONG),
        (endless_header_line, None, Trouble.HEADERS_TOO_LONG),
        (reset_within_body, 200, "cut off after 6 bytes of the body: Connection reset by peer"),
        (end_within_body, 200, "cut off after 6 bytes of the body"),
        (end_within_chunk, 200, Trouble.CUT_OFF),
        (bad_chunk_size, 200, Trouble.CUT_OFF),
        (nothing, None, Trouble.CLOSED),
        (reset_at_once, None, Trouble.CLOSED),
        (garbage, None, "not HTTP: <html>it is me"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_misbehaviour_becomes_a_named_error(
    script: Callable[..., None], status: int | None, trouble: str, connect: Any
) -> None:
    with target(script) as server:
        is_named(ask(connect(server.url)), status, trouble)


@pytest.mark.parametrize("script", [silent_tls, drip_tls], ids=lambda script: script.__name__)
def test_tls_handshake_that_never_ends_is_given_up(script: Callable[..., None], connect: Any) -> None:
    with target(script) as server:
        exchange = ask(connect(server.url.replace("http:", "https:"), limits=replace(SHORT, whole=0.5)))
    assert exchange.error.startswith((Trouble.TIMED_OUT, Trouble.NOT_CONNECTED, Trouble.TLS))


def test_handshake_has_its_time(connect: Any) -> None:
    """What answers in time is told by what it says, and not given up at once."""

    def late(server: Target, connection: socket.socket, _: int) -> None:
        connection.recv(65536)
        server.stopping.wait(0.1)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with target(late) as server:
        exchange = ask(connect(server.url.replace("http:", "https:"), limits=replace(SMALL, connect=60, gap=60)))
    is_named(exchange, None, Trouble.TLS)


def test_plain_server_is_no_trusted_tls(connect: Any) -> None:
    with target(garbage) as server:
        exchange = ask(connect(server.url.replace("http:", "https:"), limits=SHORT))
    assert exchange.error.startswith((Trouble.TLS, Trouble.TIMED_OUT))


def test_closed_port_is_not_connected(connect: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    exchange = ask(connect(f"http://127.0.0.1:{port}"))
    assert (exchange.status, exchange.error) == (None, "not connected: Connection refused")


def test_unknown_host_is_named_so(connect: Any) -> None:
    exchange = ask(connect("http://target.invalid"))
    assert exchange.error.startswith(Trouble.NO_NAME)


@pytest.mark.parametrize(
    ("body", "headers", "trouble"),
    [
        (b"[" * 20_000, "", Trouble.TOO_DEEP),
        (b'{"a":' * 17 + b"1" + b"}" * 17, "", Trouble.TOO_DEEP),
        (b'{"a":NaN}', "", "not JSON: NaN is no JSON number"),
        (b'{"a":-Infinity}', "", "not JSON: -Infinity is no JSON number"),
        (b'{"a":1', "", Trouble.NOT_JSON),
        (b'{"a":"\xff\xfe"}', "", "not UTF-8: byte 6 is 0xff"),
        (b"<!doctype html><p>hello", "Content-Type: text/html\r\n", Trouble.NOT_JSON),
        (
            gzip.compress(b"[" * 10_000_000, mtime=0),
            "Content-Encoding: gzip\r\n",
            "body too long: more than 100000 bytes after",
        ),
        (gzip.compress(b"{}", mtime=0)[:-9], "Content-Encoding: gzip\r\n", Trouble.BROKEN_CODING),
        (b"not gzip", "Content-Encoding: gzip\r\n", Trouble.BROKEN_CODING),
        (b"\x0b\x02\x80", "Content-Encoding: br\r\n", "unknown content coding: br"),
    ],
)
def test_unreadable_body_is_a_named_error(body: bytes, headers: str, trouble: str, connect: Any) -> None:
    with answering(answer(body, headers=headers)) as server:
        exchange = ask(connect(server.url))
    assert exchange.status == 200
    assert exchange.error.startswith(trouble)
    assert exchange.data is NOT_JSON


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"a":[1,2]}', ""),
        (b'{"a":[1,2]}', "Content-Type: text/plain\r\n"),
        (gzip.compress(b'{"a":[1,2]}', mtime=0), "Content-Encoding: gzip\r\n"),
        (gzip.compress(b'{"a":[', mtime=0) + gzip.compress(b"1,2]}", mtime=0), "Content-Encoding: x-gzip\r\n"),
        (zlib.compress(b'{"a":[1,2]}'), "Content-Encoding: deflate\r\n"),
        (zlib.compress(b'{"a":[1,2]}')[2:-4], "Content-Encoding: deflate\r\n"),
    ],
)
def test_readable_body_is_read_whatever_its_wrapping(body: bytes, headers: str, connect: Any) -> None:
    with answering(answer(body, headers=headers)) as server:
        exchange = ask(connect(server.url))
    assert (exchange.error, exchange.data, exchange.body) == (None, {"a": [1, 2]}, '{"a":[1,2]}')


def test_nesting_at_the_limit_and_brackets_in_strings_are_read(connect: Any) -> None:
    deepest = b"[" * 16 + b"]" * 16
    talkative = json.dumps({"a": '[{\\"' * 100, "b": [{}] * 100}).encode()
    with answering(answer(deepest), answer(talkative)) as server:
        http = connect(server.url)
        assert ask(http).error is None
        assert ask(http).error is None


def test_empty_body_is_no_error_and_no_json(connect: Any) -> None:
    with answering(answer(b""), b"HTTP/1.1 204 No Content\r\n\r\n") as server:
        http = connect(server.url)
        assert [(each.error, each.data) for each in (ask(http), ask(http))] == [(None, NOT_JSON)] * 2


def test_key_that_occurs_twice_is_noted(connect: Any) -> None:
    with answering(answer(b'{"a":{"id":1,"id":2}}')) as server:
        exchange = ask(connect(server.url))
    assert exchange.notes == ("the key 'id' occurs twice in one object",)
    assert exchange.error is None


def test_client_goes_on_after_a_broken_answer(connect: Any) -> None:
    def script(server: Target, connection: socket.socket, number: int) -> None:
        while server.head(connection):
            connection.sendall(answer(b'{"a"', length=100) if number == 0 else answer(b'{"a":1}'))
            if number == 0:
                return

    with target(script) as server:
        http = connect(server.url)
        assert ask(http).error.startswith(Trouble.CUT_OFF)
        assert ask(http).data == {"a": 1}


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirect_elsewhere_is_returned_and_the_token_stays_home(status: str, connect: Any) -> None:
    with answering(answer()) as elsewhere:
        location = f"Location: http://127.0.0.1:{elsewhere.port}/x.json\r\n"
        with answering(answer(status=status, headers=location)) as server:
            exchange = ask(connect(server.url))
        assert elsewhere.connections == 0
    assert exchange.status == int(status[:3])
    assert exchange.notes == ("a redirect to another origin: not followed",)


@pytest.mark.parametrize(
    "location",
    [
        "https://127.0.0.1:{port}/x",
        "http://localhost:{port}/x",
        "//evil.invalid/x",
        "http://[",
        "http://a:b@127.0.0.1:{port}/",
    ],
)
def test_redirect_to_another_scheme_or_host_is_not_followed(location: str, connect: Any) -> None:
    made: list[str] = []

    def script(server: Target, connection: socket.socket, _: int) -> None:
        made.append(f"Location: {location.format(port=server.port)}\r\n")
        while server.head(connection):
            connection.sendall(answer(status="302 Found", headers=made[0]))

    with target(script) as server:
        exchange = ask(connect(server.url))
        assert len(server.requests) == 1
    assert exchange.status == 302


def test_redirect_within_the_origin_is_followed_and_recorded(connect: Any, evidence: Evidence) -> None:
    with answering(answer(status="302 Found", headers="Location: /y.json?a=1#z\r\n"), answer(b'{"a":1}')) as server:
        exchange = ask(connect(server.url))
        assert server.requests[1].startswith("GET /y.json?a=1 HTTP")
        assert TOKEN in server.requests[1]
    assert (exchange.n, exchange.follows, exchange.data) == (2, 1, {"a": 1})
    assert evidence.exchanges == 2


def test_redirects_end_at_the_limit(connect: Any) -> None:
    with answering(answer(status="302 Found", headers="Location: /x.json\r\n")) as server:
        exchange = ask(connect(server.url))
        assert len(server.requests) == 1 + SMALL.redirects
    assert exchange.status == 302


def test_redirect_of_a_post_is_not_followed(connect: Any) -> None:
    with answering(answer(status="307 Temporary", headers="Location: /y.json\r\n")) as server:
        assert ask(connect(server.url), method="POST", json={}).status == 307
        assert len(server.requests) == 1


def test_redirect_with_an_endless_body_ends(connect: Any) -> None:
    def script(server: Target, connection: socket.socket, _: int) -> None:
        server.head(connection)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /y\r\n\r\n")
        while True:
            connection.sendall(b"x" * 10_000)

    with target(script) as server:
        assert ask(connect(server.url)).error.startswith(Trouble.TOO_LONG)


@pytest.mark.parametrize(("method", "asked", "ends_well"), [("GET", 3, True), ("POST", 2, False)])
def test_only_a_get_is_repeated_when_a_kept_connection_was_closed(
    *, method: str, asked: int, ends_well: bool, connect: Any
) -> None:
    def script(server: Target, connection: socket.socket, number: int) -> None:
        while server.head(connection):
            if number == 0 and len(server.requests) == 2:
                return
            connection.sendall(answer())

    with target(script) as server:
        http = connect(server.url)
        assert ask(http, method=method).ok
        exchange = ask(http, method=method)
        assert len(server.requests) == asked
    assert exchange.ok is ends_well


def test_fresh_connection_without_an_answer_is_not_repeated(connect: Any) -> None:
    with target(nothing) as server:
        assert not ask(connect(server.url)).ok
        assert len(server.requests) == 1


def test_interrupt_passes(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    http = connect("http://127.0.0.1:9")
    monkeypatch.setattr(http._transfer._adapter, "send", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ask(http)
