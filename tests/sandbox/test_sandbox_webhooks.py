"""Webhooks of the sandbox: who subscribes over either API is told of what it may see, and is not when it unsubscribed."""

import json
from collections.abc import Iterator

import pytest

from fulfillspec.sandbox.app import Sandbox
from fulfillspec.sandbox.errors import Invalid, Unknown
from fulfillspec.sandbox.webhooks import Webhooks, subscribe, unsubscribe

ADDRESS = "http://127.0.0.1:9/told"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox()
    yield made
    made.close()


def heard(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    monkeypatch.setattr(sandbox.notifier, "send", lambda sent: found.append(json.loads(sent[1])))
    return found


def test_who_may_see_it_is_told(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    found = heard(sandbox, monkeypatch)
    for actor in ("merchant", "service"):
        subscribe(sandbox.store, sandbox.apps[actor], "fulfillment_orders/moved", ADDRESS, "2025-10")
    fo = next(fo for fo in sandbox.store.fulfillment_orders.values() if not fo.at_service)
    sandbox.store.announce("fulfillment_orders/moved", original_fulfillment_order=fo, moved_fulfillment_order=fo)
    assert [told["destination_location_id"] for told in found] == [
        Webhooks.gid(sandbox.webhooks, "Location", fo.location.id)
    ]


def test_who_unsubscribed_is_not_told(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    found = heard(sandbox, monkeypatch)
    merchant = sandbox.apps["merchant"]
    made = subscribe(sandbox.store, merchant, "fulfillment_orders/cancelled", ADDRESS, "2025-10")
    with pytest.raises(Unknown):
        unsubscribe(sandbox.store, sandbox.apps["service"], made.id)
    unsubscribe(sandbox.store, merchant, made.id)
    fo = next(iter(sandbox.store.fulfillment_orders.values()))
    sandbox.store.announce("fulfillment_orders/cancelled", fulfillment_order=fo)
    assert found == []


@pytest.mark.parametrize(
    ("topic", "address"),
    [
        ("fulfillment_orders/no_such_event", ADDRESS),
        ("fulfillment_orders/moved", "http://store.example/told"),
        ("fulfillment_orders/moved", "nowhere"),
    ],
)
def test_a_subscription_that_cannot_be_told_is_refused(sandbox: Sandbox, topic: str, address: str) -> None:
    with pytest.raises(Invalid):
        subscribe(sandbox.store, sandbox.apps["merchant"], topic, address, "2025-10")


def test_the_same_subscription_is_taken_once(sandbox: Sandbox) -> None:
    given = (sandbox.store, sandbox.apps["merchant"], "fulfillment_orders/moved", ADDRESS, "2025-10")
    subscribe(*given)
    with pytest.raises(Invalid):
        subscribe(*given)


def test_an_app_without_the_scopes_does_not_subscribe(sandbox: Sandbox) -> None:
    with pytest.raises(Invalid):
        subscribe(sandbox.store, sandbox.apps["outsider"], "fulfillment_orders/moved", ADDRESS, "2025-10")
