"""A client that nobody here wrote, ShopifyAPI of PyPI, drives the sandbox through whole lifecycles.

It knows fulfillment orders only as a list below an order, so the actions are its own `post` on a resource of that name.
"""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from fulfillspec.sandbox.serve import Server

VERSION = "2025-10"


@pytest.fixture(scope="module")
def shopify() -> Iterator[ModuleType]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what its modules and those that it needs say while they are imported
        client = pytest.importorskip("shopify", reason="ShopifyAPI is not installed (extra: dev)")
    yield client
    client.ShopifyResource.clear_session()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class App:
    """An app that speaks through ShopifyAPI, whose session belongs to the module: one app at a time."""

    def __init__(self, shopify: ModuleType, server: Server, actor: str) -> None:
        self.shopify, self.server, self.actor = shopify, server, actor

        class FulfillmentOrder(shopify.ShopifyResource):  # type: ignore[misc, name-defined]
            """The resource that the library lacks."""

        self._resource = FulfillmentOrder

    @contextmanager
    def session(self) -> Iterator[None]:
        session = self.shopify.Session("sandbox.myshopify.com", VERSION, self.server.tokens[self.actor])
        self.shopify.ShopifyResource.activate_session(session)
        self.shopify.ShopifyResource.set_site(f"{self.server.url}/admin/api/{VERSION}")
        try:
            yield
        finally:
            self.shopify.ShopifyResource.clear_session()

    def look(self, identity: int) -> Any:
        with self.session():
            return self._resource.find(identity)

    def of_order(self, order: int) -> list[Any]:
        with self.session():
            return list(self.shopify.FulfillmentOrders.find(order_id=order))

    def act(self, identity: int, action: str, **body: Any) -> dict[str, Any]:
        with self.session():
            resource = self._resource({"id": identity})
            answer: dict[str, Any] = json.loads(resource.post(action, json.dumps(body).encode()).body)
            return answer


@pytest.fixture
def merchant(shopify: ModuleType, server: Server) -> App:
    return App(shopify, server, "merchant")


@pytest.fixture
def service(shopify: ModuleType, server: Server) -> App:
    return App(shopify, server, "service")


@pytest.fixture
def order(shopify: ModuleType, server: Server, merchant: App, service: App) -> int:
    """An order that the library itself made; its item is stocked at the service only. Return its fulfillment order."""
    with service.session():
        made = shopify.FulfillmentService.create(
            {"name": f"Warehouse {len(server.sandbox.store.orders)}", "callback_url": "https://mock.shop/callback",
             "inventory_management": True, "tracking_support": True, "requires_shipping_method": True, "format": "json"}
        )  # fmt: skip
    with merchant.session():
        product = shopify.Product.create(
            {
                "title": "Lamp",
                "variants": [{"price": "9.50", "inventory_management": "shopify", "requires_shipping": True}],
            }
        )
        item = product.variants[0].inventory_item_id
        shopify.InventoryLevel.connect(made.location_id, item)
        shopify.InventoryLevel.set(made.location_id, item, 10)
        bought = shopify.Order.create(
            {"line_items": [{"variant_id": product.variants[0].id, "quantity": 3}], "financial_status": "paid",
             "shipping_address": {"first_name": "A", "last_name": "B", "address1": "1 Way", "city": "Ottawa", "country": "Canada", "zip": "K1A 0A1"}}
        )  # fmt: skip
        assert bought.errors.full_messages() == []
    found = merchant.of_order(bought.id)
    assert [one.assigned_location_id for one in found] == [made.location_id]
    return int(found[0].id)


def state(app: App, identity: int) -> str:
    seen = app.look(identity)
    return f"{seen.status}/{seen.request_status}"


def test_shopify_api_requests_accepts_and_closes(merchant: App, service: App, order: int) -> None:
    assert state(merchant, order) == "open/unsubmitted"
    submitted = merchant.act(order, "fulfillment_request", fulfillment_request={"message": "Please."})
    assert submitted["original_fulfillment_order"]["request_status"] == "submitted"
    assert state(service, order) == "open/submitted"
    service.act(order, "fulfillment_request/accept", fulfillment_request={"message": "We will."})
    assert state(merchant, order) == "in_progress/accepted"
    closed = service.act(order, "close", fulfillment_order={"message": "Not enough inventory."})
    assert closed["fulfillment_order"]["status"] == "incomplete"
    assert state(merchant, order) == "incomplete/closed"


def test_shopify_api_holds_and_releases(merchant: App, order: int) -> None:
    held = merchant.act(
        order, "hold", fulfillment_hold={"reason": "inventory_out_of_stock", "reason_notes": "None left."}
    )
    assert held["fulfillment_order"]["fulfillment_holds"][0]["reason"] == "inventory_out_of_stock"
    assert state(merchant, order) == "on_hold/unsubmitted"
    merchant.act(order, "release_hold")
    assert state(merchant, order) == "open/unsubmitted"


def test_shopify_api_understands_a_refusal(shopify: ModuleType, merchant: App, order: int) -> None:
    connection = __import__("pyactiveresource.connection").connection
    with pytest.raises(connection.ClientError) as refused:
        merchant.act(order, "open")
    assert refused.value.response.code == 422
    assert json.loads(refused.value.response.body)["errors"]
