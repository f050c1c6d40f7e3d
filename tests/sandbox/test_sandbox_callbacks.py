"""Callbacks: what a fulfillment service is told, where, and how it can check it."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from graphql_client import REQUEST, GraphQLClient
from sandbox_client import Client

from fulfillspec.sandbox import notifications
from fulfillspec.sandbox.notifications import loopback
from fulfillspec.sandbox.serve import Server

SECRET = "the secret of the app"


class Receiver:
    """Takes what is posted; `on` is called for each, before it is answered."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.on: Callable[[], Any] = lambda: None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.on()
                receiver.heard.append((self.path, dict(self.headers.items()), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def wait(self, count: int, within: float = 60.0) -> list[tuple[str, dict[str, str], bytes]]:
        until = time.monotonic() + within
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.01)
        return self.heard


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture(scope="module")
def signed() -> Iterator[Server]:
    with Server(app_secret=SECRET) as running:
        yield running


def staged(server: Server, service: Client, callback: str | None, state: str = "open/unsubmitted") -> int:
    """Register a service with a callback URL, and stage an order at its location."""
    count = len(server.sandbox.store.services)
    body = {"fulfillment_service": {"name": f"Told {count}", "callback_url": callback}}
    location = service.post("fulfillment_services", body)["fulfillment_service"]["location_id"]
    given = {"at": "service", "state": state, "location_id": location, "lines": [{"quantity": 2}]}
    return int(service.post("/sandbox/states", given)["fulfillment_order_id"])


def test_service_is_told_of_requests_and_can_check_it(
    signed: Server, receiver: Receiver, client_of: Callable[..., Client]
) -> None:
    merchant, service = client_of("merchant", signed), client_of("service", signed)
    one = staged(signed, service, f"{receiver.url}/hooks/")
    merchant.act(one, "fulfillment_request")
    service.act(one, "fulfillment_request/accept")
    merchant.act(one, "cancellation_request")
    heard = receiver.wait(2)
    assert [path for path, _, _ in heard] == ["/hooks/fulfillment_order_notification"] * 2
    assert [json.loads(body) for _, _, body in heard] == [
        {"kind": "FULFILLMENT_REQUEST"},
        {"kind": "CANCELLATION_REQUEST"},
    ]
    for _, headers, body in heard:
        right = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
        assert headers["X-Shopify-Hmac-Sha256"] == right
        assert headers["X-Shopify-Shop-Domain"] == "sandbox.example.com"
        assert headers["Content-Type"] == "application/json"


def test_service_is_told_of_requests_over_graphql(
    signed: Server, receiver: Receiver, client_of: Callable[..., Client]
) -> None:
    one = staged(signed, client_of("service", signed), receiver.url)
    GraphQLClient(signed.url, signed.tokens["merchant"]).done(REQUEST, one, "submittedFulfillmentOrder")
    assert json.loads(receiver.wait(1)[0][2]) == {"kind": "FULFILLMENT_REQUEST"}


def test_request_can_be_read_when_the_callback_comes(
    signed: Server, receiver: Receiver, client_of: Callable[..., Client]
) -> None:
    service = client_of("service", signed)
    one = staged(signed, service, receiver.url)
    seen: list[Any] = []
    reader = client_of("service", signed)
    receiver.on = lambda: seen.append(
        reader.get("assigned_fulfillment_orders", assignment_status="fulfillment_requested")
    )
    client_of("merchant", signed).act(one, "fulfillment_request")
    receiver.wait(1)
    assert one in [row["id"] for row in seen[0]["fulfillment_orders"]]


def test_variant_tells_it_later(receiver: Receiver, client_of: Callable[..., Client]) -> None:
    with Server(variants=["callbacks-come-late"]) as late:
        one = staged(late, client_of("service", late), receiver.url)
        came: list[float] = []
        receiver.on = lambda: came.append(time.monotonic())
        client_of("merchant", late).act(one, "fulfillment_request")
        answered = time.monotonic()
        receiver.wait(1)
    assert came[0] - answered > 0.2


def test_nothing_else_is_told(signed: Server, receiver: Receiver, client_of: Callable[..., Client]) -> None:
    merchant, service = client_of("merchant", signed), client_of("service", signed)
    one = staged(signed, service, receiver.url, "open/submitted")
    merchant.act(one, "cancel")
    other = staged(signed, service, f"{receiver.url}/b", "open/submitted")
    service.act(other, "fulfillment_request/reject")
    merchant.act_refused(staged(signed, service, f"{receiver.url}/c", "open/submitted"), "cancellation_request")
    assert receiver.wait(1, 0.3) == []


def test_receiver_that_fails_or_hangs_holds_nothing_up(
    signed: Server, receiver: Receiver, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant, service = client_of("merchant", signed), client_of("service", signed)
    monkeypatch.setattr(notifications, "WITHIN", 600)
    answering = threading.Event()
    receiver.on = answering.wait
    for url in ("http://127.0.0.1:9", receiver.url, "http://[::1]:9/x"):
        merchant.act(staged(signed, service, url), "fulfillment_request")
    assert receiver.heard == []
    answering.set()
    receiver.wait(1)


@pytest.mark.parametrize(
    "url",
    [
        "https://mock.shop/",
        "http://example.com/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://127.0.0.1.example.com/",
        "http://user@8.8.8.8/",
        "http://2130706433/",
        "ftp://127.0.0.1/",
        "https://127.0.0.1/",
        "http://[::ffff:8.8.8.8]/",
        "http://127.0.0.1:99999/",
    ],
)
def test_other_machines_are_never_called(url: str) -> None:
    assert loopback(url) is None


def test_this_machine_is_called_by_number() -> None:
    assert loopback("http://localhost:81/x?y=1") == ("127.0.0.1", 81, "/x?y=1")
    assert loopback("http://[::1]/") == ("::1", 80, "/")


def test_secret_is_given_taken_from_the_environment_or_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FULFILLSPEC_APP_SECRET", raising=False)
    first, second = Server(), Server()
    assert first.app_secret != second.app_secret
    monkeypatch.setenv("FULFILLSPEC_APP_SECRET", "from outside")
    assert Server().app_secret == "from outside"
    assert Server(app_secret="given").app_secret == "given"
