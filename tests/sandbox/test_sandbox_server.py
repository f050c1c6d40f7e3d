"""The server: headers, limits, page, provisioning, start and stop."""

import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from sandbox_client import Client
from started import Process, start

from fulfillspec.sandbox import limits
from fulfillspec.sandbox.app import SECRET_ENV
from fulfillspec.sandbox.serve import PortInUseError, Server


def test_answers_carry_the_headers_of_the_api(merchant: Client) -> None:
    answer = merchant.ask("GET", "shop")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["X-Shopify-API-Version"] == "2025-10"
    assert answer.headers["X-Shopify-Shop-Api-Call-Limit"] == "1/40"
    assert answer.headers["X-Request-Id"] != merchant.ask("GET", "shop").headers["X-Request-Id"]
    assert answer.json()["shop"]["plan_name"] == "partner_test"
    assert merchant.ask("GET", "/admin/api/unstable/shop.json").headers["X-Shopify-API-Version"] == "unstable"


def test_standard_rate_throttles_calls_and_orders(
    client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "monotonic", lambda: 1000.0)
    with Server(rate="standard") as running:
        merchant, service = client_of("merchant", running), client_of("service", running)
        order = {"order": {"line_items": [{"title": "x", "price": "1.00", "quantity": 1}]}}
        assert [merchant.ask("POST", "orders", order).status_code for _ in range(6)] == [201] * 5 + [429]
        answers = [merchant.ask("GET", "shop") for _ in range(60)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) == 60 - (40 - 6)
        assert float(refused[0].headers["Retry-After"]) > 0
        assert refused[0].json()["errors"].startswith("Exceeded 2 calls per second for api client.")
        assert answers[0].headers["X-Shopify-Shop-Api-Call-Limit"].endswith("/40")
        assert service.ask("GET", "shop").status_code == 200


def test_page_shows_orders_and_escapes_them(merchant: Client) -> None:
    merchant.post(
        "orders", {"order": {"line_items": [{"title": "<script>x</script>", "price": "1.00", "quantity": 1}]}}
    )
    answer = requests.get(merchant.url, timeout=300)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "&lt;script&gt;x&lt;/script&gt;" in answer.text
    assert "<script" not in answer.text


def test_orders_are_listed_cancelled_and_deleted(merchant: Client) -> None:
    lines = [{"title": "x", "price": "1.50", "quantity": 2}]
    details = {"tags": "a, run-7", "email": "a@example.com", "shipping_address": {"city": "Q", "zip": "1"}}
    order = merchant.post("orders", {"order": {"line_items": lines, **details}})["order"]
    assert order["total_price"] == "3.00"
    (seen,) = merchant.siblings(order["id"])
    assert (seen["destination"]["city"], seen["destination"]["company"]) == ("Q", None)
    assert [each["id"] for each in merchant.get("orders", ids=str(order["id"]))["orders"]] == [order["id"]]
    assert [each["id"] for each in merchant.get("orders", tag="run-7")["orders"]] == [order["id"]]
    assert merchant.post(f"orders/{order['id']}/cancel")["order"]["cancelled_at"] is not None
    (seen,) = merchant.siblings(order["id"])
    assert (seen["status"], seen["line_items"]) == ("closed", [])
    assert merchant.ask("DELETE", f"orders/{order['id']}").status_code == 200
    assert merchant.ask("GET", f"orders/{order['id']}").status_code == 404
    assert merchant.ask("GET", f"fulfillment_orders/{seen['id']}").status_code == 404


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"line_items": []},
        {"line_items": [{"quantity": 1}]},
        {"line_items": [{"title": "x", "quantity": 0}]},
        {"line_items": [{"title": "x", "quantity": 1, "price": "cheap"}]},
        {"line_items": [{"variant_id": 5, "quantity": 1}]},
        {"line_items": [{"title": "x", "quantity": 1}], "shipping_address": []},
        {"line_items": [{"title": "x", "quantity": 1}], "processed_at": "once"},
    ],
)
def test_bad_orders_are_refused(merchant: Client, order: Any) -> None:
    before = merchant.get("orders")["orders"]
    assert merchant.ask("POST", "orders", {"order": order}).status_code in {400, 422}
    assert merchant.get("orders")["orders"] == before


@pytest.mark.parametrize("name", ["", " x", "x ", "manual", "Sandbox Fulfillment"])
def test_bad_service_names_are_refused(service: Client, name: str) -> None:
    errors = service.refused("fulfillment_services", {"fulfillment_service": {"name": name}})
    assert list(errors) == ["name"]


def test_products_and_stock_come_and_go(merchant: Client) -> None:
    product = merchant.post("products", {"product": {"title": "P", "variants": [{"price": "1.00", "sku": "S"}]}})[
        "product"
    ]
    item = product["variants"][0]["inventory_item_id"]
    location = merchant.get("locations")["locations"][0]["id"]
    assert merchant.get(f"inventory_items/{item}")["inventory_item"]["sku"] == "S"
    level = {"inventory_item_id": item, "location_id": location}
    assert merchant.post("inventory_levels/connect", level)["inventory_level"]["available"] == 0
    assert merchant.post("inventory_levels/set", {**level, "available": 7})["inventory_level"]["available"] == 7
    changed = merchant.post("inventory_levels/adjust", {**level, "available_adjustment": -2})
    assert changed["inventory_level"]["available"] == 5
    found = merchant.get("inventory_levels", inventory_item_ids=str(item))["inventory_levels"]
    assert [each["available"] for each in found] == [5]
    assert merchant.ask("DELETE", "inventory_levels", params=level).status_code == 200
    assert merchant.get("inventory_levels", inventory_item_ids=str(item))["inventory_levels"] == []
    assert merchant.ask("DELETE", f"products/{product['id']}").status_code == 200
    assert merchant.ask("GET", f"products/{product['id']}").status_code == 404


def test_unknown_states_are_not_staged(merchant: Client) -> None:
    for body in ({"at": "merchant", "state": "open/submitted"}, {"at": "moon", "state": "open/unsubmitted"}):
        merchant.refused("/sandbox/states", body)
    merchant.refused("/sandbox/states", {}, 400)


def test_port_in_use_is_said_in_one_sentence(server: Server) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(PortInUseError, match=f"Port {port} on 127.0.0.1 cannot be used"):
        Server(port=port).start()


def test_stopped_server_frees_its_port() -> None:
    with Server() as running:
        port = int(running.url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_tokens_can_be_given() -> None:
    with Server(tokens={"merchant": "m", "service": "s"}) as running:
        assert (running.tokens["merchant"], running.tokens["service"]) == ("m", "s")
        assert len(set(running.tokens.values())) == 6
    with pytest.raises(ValueError, match="belongs to another app"):
        Server(tokens={"merchant": "m", "service": "m"})


def command(arguments: str, cwd: Path) -> Process:
    """Run the sandbox as a process of its own."""
    return start(cwd=cwd, code=f"from fulfillspec.sandbox.serve import run; sys.exit(run({arguments}))")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_announces_itself_and_stops_quietly(number: int, tmp_path: Path) -> None:
    with command("port=0", tmp_path) as process:
        lines = [process.stdout.readline().strip() for _ in range(10)]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", lines[0])
        assert [line.partition("=")[0] for line in lines[1:8]] == [
            "FULFILLSPEC_MERCHANT_TOKEN",
            "FULFILLSPEC_SERVICE_TOKEN",
            "FULFILLSPEC_OTHER_SERVICE_TOKEN",
            "FULFILLSPEC_READER_TOKEN",
            "FULFILLSPEC_COMBINED_TOKEN",
            "FULFILLSPEC_OUTSIDER_TOKEN",
            SECRET_ENV,
        ]
        assert lines[8].startswith('"merchant:scheduled/unsubmitted" = [')
        assert lines[9].startswith('"service:scheduled/unsubmitted" = [')
        token = lines[1].partition("=")[2]
        shop = f"{lines[0]}/admin/api/2025-10/shop.json"
        assert requests.get(shop, headers={"X-Shopify-Access-Token": token}, timeout=300).status_code == 200
        process.send_signal(number)
        ended = process.ended()
    assert (ended.status, ended.err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("mutants=['accept-leaves-opne']", "There is no mutant named 'accept-leaves-opne'; near: accept-leaves-open"),
        ("variants=['x']", "There is no variant named 'x'."),
        ("rate='fast'", "There is no rate 'fast'; there are: none, standard."),
    ],
)
def test_run_says_what_is_wrong_with_its_options(arguments: str, sentence: str, tmp_path: Path) -> None:
    with command(arguments, tmp_path) as process:
        ended = process.ended()
    assert (ended.status, ended.out) == (4, "")
    assert ended.err.startswith(sentence)


def test_delayed_routing_shows_fulfillment_orders_later(client_of: Callable[..., Client]) -> None:
    with Server(variants=["delayed-routing"]) as running:
        running.sandbox.store.routing_delay = 3600
        merchant = client_of("merchant", running)
        order = merchant.post("orders", {"order": {"line_items": [{"title": "x", "price": "1.00", "quantity": 1}]}})
        assert merchant.siblings(order["order"]["id"]) == []
        running.sandbox.store.clock.advance(3600)
        assert len(merchant.siblings(order["order"]["id"])) == 1
