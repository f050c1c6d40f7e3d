"""What is heard at the callback address: bodies, kinds, signatures, and webhooks apart from notifications."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection

import pytest

from fulfillspec.acting.listener import Heard, Listener, RecordedListener

SECRET = "hush"


@pytest.fixture
def listener() -> Iterator[Listener]:
    with closing(Listener("127.0.0.1", 0)) as found:
        yield found


def send(listener: Listener, path: str, body: bytes = b"", *, method: str = "POST", **headers: str) -> int:
    """Send a request and wait until it is heard, which may be after its answer."""
    before = len(listener.heard)
    with closing(HTTPConnection(listener.url.removeprefix("http://"), timeout=300)) as connection:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        status = connection.getresponse().status
    listener.until(lambda _: len(listener.heard) > before, 600)
    return status


@dataclass
class Counted:
    """A recording in which so much was heard."""

    heard: int

    def count(self, _what: str, _counted: int) -> int:
        return self.heard


def note(body: bytes, **headers: str) -> Heard:
    return Heard("POST", "/x", headers, body)


def test_what_is_posted_is_heard_in_order_and_answered_with_200(listener: Listener) -> None:
    assert [send(listener, path, b"{}", X_Topic="T") for path in ("/a", "/b")] == [200, 200]
    assert [(heard.method, heard.path, heard.body) for heard in listener.posts] == [
        ("POST", "/a", b"{}"),
        ("POST", "/b", b"{}"),
    ]
    assert listener.posts[0].headers["x-topic"] == "T"


def test_what_only_asks_is_no_notification_and_webhooks_are_apart(listener: Listener) -> None:
    send(listener, "/fetch_stock.json", method="GET")
    send(listener, "/webhooks/1", b"{}")
    assert (listener.posts, [heard.path for heard in listener.webhooks]) == ([], ["/webhooks/1"])
    assert [heard.method for heard in listener.heard] == ["GET", "POST"]


def test_endless_body_is_taken_up_to_a_bound(listener: Listener) -> None:
    send(listener, "/a", b"x" * (64 * 1024))
    listener.hear(note(b""))
    assert len(listener.posts[0].body) == 64 * 1024


def test_recorded_listener_has_webhooks_apart_too() -> None:
    heard = [note(b"1"), Heard("POST", "/webhooks/1", {}, b"2")]
    recorded = RecordedListener("http://127.0.0.1", heard, Counted(len(heard)))  # type: ignore[arg-type]
    for webhooks, body in ((False, b"1"), (True, b"2")):
        assert [post.body for post in recorded.until(bool, 0, webhooks=webhooks)] == [body]
    assert [post.body for post in recorded.until(bool, 0)] == [b"1"]


def test_waiting_ends_with_what_fits_or_with_the_time(listener: Listener) -> None:
    listener.hear(note(b"1"))
    listener.hear(Heard("POST", "/webhooks/1", {}, b"2"))
    assert [heard.body for heard in listener.until(lambda posts: len(posts) == 1, 600)] == [b"1"]
    assert [heard.body for heard in listener.until(lambda posts: len(posts) == 1, 600, webhooks=True)] == [b"2"]
    assert len(listener.until(lambda posts: len(posts) == 2, 0)) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b'{"kind": "FULFILLMENT_REQUEST"}', "FULFILLMENT_REQUEST"), (b'{"kind": 1}', None), (b"[]", None), (b"{", None)],
)
def test_kind_is_what_the_body_says(body: bytes, kind: str | None) -> None:
    assert note(body).kind == kind


def test_signature_is_that_of_the_body_under_the_secret() -> None:
    body = json.dumps({"kind": "X"}).encode()
    right = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    assert note(body, **{"x-shopify-hmac-sha256": right}).signed(SECRET)
    assert not note(body, **{"x-shopify-hmac-sha256": right}).signed("other")
    assert not note(body + b" ", **{"x-shopify-hmac-sha256": right}).signed(SECRET)
    assert not note(body).signed(SECRET)


def test_address_of_ipv6_is_in_brackets() -> None:
    try:
        listener = Listener("::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with closing(listener):
        assert listener.url.startswith("http://[::1]:")
