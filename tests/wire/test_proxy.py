"""A target behind a proxy: the proxy that the target file names is used, and none that the environment names."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.target.profile import BadTarget, load
from fulfillspec.wire.http import Http

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
NO = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def proxy(answer: bytes) -> Iterator[tuple[str, list[str]]]:
    """Listen as a proxy that answers everything alike; yields its URL and the first lines of what it was asked."""
    asked: list[str] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    asked.append(connection.recv(65536).decode().partition("\r\n")[0])
                    connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked


def client(base_url: str, through: str) -> Http:
    return Http(base_url, actor="merchant", token="t", evidence=Evidence(None, Redactor(())), proxy=through)


def test_proxy_is_asked_for_the_whole_url_of_a_plain_target() -> None:
    with proxy(ANSWER) as (url, asked):
        answer = client("http://store.invalid", url).send("GET", "/shop.json", transport="rest", operation="x")
    assert answer.status == 200
    assert asked == ["GET http://store.invalid/shop.json HTTP/1.1"]


def test_secure_target_is_reached_through_a_tunnel() -> None:
    with proxy(NO) as (url, asked):
        answer = client("https://store.invalid", url).send("GET", "/shop.json", transport="rest", operation="x")
    assert answer.status is None
    assert asked[0].startswith("CONNECT store.invalid:443 HTTP/1.")
    assert answer.error


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy(ANSWER) as (elsewhere, unasked), proxy(ANSWER) as (url, asked):
        monkeypatch.setenv("http_proxy", elsewhere)
        assert client(url, "").send("GET", "/shop.json", transport="rest", operation="x").status == 200
    assert asked == ["GET /shop.json HTTP/1.1"]
    assert unasked == []


def test_proxy_is_read_from_the_target_file(tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text('proxy = "http://proxy.example:3128"\n', "utf-8")
    assert load(file, {}, {}).proxy == "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("https://proxy.example", "the address of an HTTP proxy"),
        ("http://proxy.example/path", "the address of an HTTP proxy"),
        ("proxy.example:3128", "is no http or https URL"),
        ("http://a:b@proxy.example", "carries a user name or password"),
    ],
)
def test_proxy_that_cannot_be_used_is_named(value: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "target.toml"
    file.write_text(f'proxy = "{value}"\n', "utf-8")
    with pytest.raises(BadTarget, match=said):
        load(file, {}, {})
