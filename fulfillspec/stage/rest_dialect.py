"""Provisioning in the words of the REST Admin API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from fulfillspec.evidence.invented import ADDRESS, EMAIL, SHIPPING
from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import digits
from fulfillspec.judge.sources import of_location
from fulfillspec.stage.dialect import (
    LINES,
    STOCK,
    VARIANTS,
    Found,
    MadeItem,
    MadeOrder,
    MadeProduct,
    MadeService,
    Reply,
    WantedItem,
)
from fulfillspec.wire import nodes
from fulfillspec.wire.http import UNSET, Client
from fulfillspec.wire.throttle import OrderPace

_NOT_TAKEN: Final = frozenset({400, 403, 406, 409, 422})
"""Statuses by which a body is refused for what is in it."""
_LISTS: Final = {
    "order": ("orders", "orders.json?status=any&limit=250"),
    "product": ("products", "products.json?limit=250"),
    "fulfillment service": ("fulfillment_services", "fulfillment_services.json"),
    "webhook": ("webhooks", "webhooks.json?limit=250"),
}
"""Where a thing is found whose id was never told: the key of its list and the request."""
_NOT_THERE: Final = frozenset({404, 405, 410, 501})
"""Answers of a target that does not have a resource at all."""

_T = TypeVar("_T")


class RestDialect:
    """The REST Admin API, for provisioning. `clients` by actor."""

    name = "rest"
    removals = 1

    def __init__(self, clients: Mapping[str, Client], version: str) -> None:
        self._clients, self._base = clients, f"/admin/api/{version}/"
        self._shipping = True
        self.actors = frozenset(clients)
        self.contents: dict[str, dict[str, str]] = {}

    def create_service(self, actor: str, name: str, callback: str) -> Reply[MadeService]:
        """Make a fulfillment service of the actor's app."""
        body = {
            "fulfillment_service": {
                "name": name,
                "callback_url": callback,
                "inventory_management": True,
                "tracking_support": True,
                "requires_shipping_method": True,
                "format": "json",
                "permits_sku_sharing": True,
                "fulfillment_orders_opt_in": True,
            }
        }
        exchange = self._send(actor, "POST", "fulfillment_services.json", "create_fulfillment_service", json=body)
        made = _inner(exchange, "fulfillment_service")
        return _reply(exchange, MadeService(digits(made.get("id")), digits(made.get("location_id"))))

    def rename_service(self, actor: str, identity: str, name: str) -> Reply[str]:
        """Give a fulfillment service another name, and read the name of its location."""
        path, body = f"fulfillment_services/{identity}.json", {"fulfillment_service": {"name": name}}
        done = self._send(actor, "PUT", path, "rename_fulfillment_service", json=body)
        location = digits(_inner(done, "fulfillment_service").get("location_id"))
        if not done.ok or location is None:
            return _reply(done, None)
        shown = self._send("merchant", "GET", f"locations/{location}.json", "get_location")
        return _reply(shown, _text(_inner(shown, "location").get("name")))

    def existing_service(self, actor: str) -> str | None:
        """Return the location of a fulfillment service that the actor's app has already."""
        exchange = self._send(actor, "GET", "fulfillment_services.json", "list_fulfillment_services")
        locations = (digits(row.get("location_id")) for row in _rows(exchange, "fulfillment_services"))
        return next(filter(None, locations), None)

    def merchant_locations(self, services: frozenset[str]) -> Reply[list[str]]:
        """List the active locations of no fulfillment service."""
        exchange = self._send("merchant", "GET", "locations.json", "list_locations")
        if not isinstance(nodes.at(exchange.data, "locations"), list):
            return _reply(exchange, None)
        listed = self._send("merchant", "GET", "fulfillment_services.json?scope=all", "list_fulfillment_services")
        self.contents = {
            identity: of_location(row) for row in _rows(exchange, "locations") if (identity := digits(row.get("id")))
        }
        others = {*services, *(digits(row.get("location_id")) for row in _rows(listed, "fulfillment_services"))}
        found = [
            identity
            for row in _rows(exchange, "locations")
            if (identity := digits(row.get("id")))
            and identity not in others
            and row.get("active", True)
            and not row.get("legacy", False)
        ]
        return _reply(exchange, found)

    def create_product(self, tag: str, places: Mapping[str, Sequence[str]]) -> Reply[MadeProduct]:
        """Make the product; its stock is set item by item afterwards."""
        rows = [
            {
                "option1": name,
                "price": f"{n % LINES + 10}.50",
                "inventory_management": "shopify",
                "requires_shipping": True,
            }
            for n, name in enumerate(places)
        ]
        body = {
            "product": {
                "title": tag,
                "tags": tag,
                "status": "active",
                "options": [{"name": "Kind"}],
                "variants": rows,
            }
        }
        exchange = self._send("merchant", "POST", "products.json", "create_product", json=body)
        if exchange.status in _NOT_THERE:
            return Reply(f"POST products.json answered HTTP {exchange.status}", absent=True, refused=True)
        made = _inner(exchange, "product")
        ids = [
            (digits(row.get("id")), digits(row.get("inventory_item_id"))) for row in nodes.rows(made.get("variants"))
        ]
        pairs = [(variant, item) for variant, item in ids if variant and item]
        return _reply(exchange, MadeProduct(digits(made.get("id")), dict(zip(VARIANTS, pairs, strict=False))))

    def stock(self, item: str, location: str, tag: str) -> None:
        """Stock an inventory item at a location; setting a level where it is not stocked yet connects it."""
        del tag
        body = {"location_id": int(location), "inventory_item_id": int(item), "available": STOCK}
        exchange = self._send("merchant", "POST", "inventory_levels/set.json", "set_stock", json=body)
        if exchange.client_error:  # a store that wants it said gets it said
            connected = {key: value for key, value in body.items() if key != "available"}
            self._send("merchant", "POST", "inventory_levels/connect.json", "connect_stock", json=connected)
            self._send("merchant", "POST", "inventory_levels/set.json", "set_stock", json=body)

    def stocks(self, item: str, location: str) -> bool:
        """Tell whether a location is shown to stock an inventory item."""
        path = f"inventory_levels.json?inventory_item_ids={item}&location_ids={location}"
        return bool(_rows(self._send("merchant", "GET", path, "get_stock"), "inventory_levels"))

    def create_order(self, tag: str, items: Sequence[WantedItem], pace: OrderPace) -> Reply[MadeOrder]:
        """Make a paid test order that is shipped; one that is not, where the target does not take that."""
        body: dict[str, Any] = {
            "order": {
                "line_items": list(map(_line, items)),
                "financial_status": "paid",
                "shipping_address": dict(ADDRESS),
                "email": EMAIL,
                "note": f"made by a conformance run, {tag}",
                "tags": tag,
                "test": True,
                "send_receipt": False,
                "send_fulfillment_receipt": False,
                "inventory_behaviour": "bypass",
            }
        }
        if self._shipping:
            shipped = {"order": {**body["order"], "shipping_lines": [SHIPPING]}}
            exchange = self._send("merchant", "POST", "orders.json", "create_order", json=shipped, pace=pace)
            self._shipping = exchange.status not in _NOT_TAKEN
        if not self._shipping:
            exchange = self._send("merchant", "POST", "orders.json", "create_order", json=body, pace=pace)
        made = _inner(exchange, "order")
        name = made.get("name")
        shown = tuple(
            MadeItem(identity, digits(row.get("variant_id")), nodes.whole(row.get("quantity")))
            for row in nodes.rows(made.get("line_items"))
            if (identity := digits(row.get("id")))
        )
        return _reply(exchange, MadeOrder(digits(made.get("id")), name if isinstance(name, str) else None, shown))

    def subscribe(self, actor: str, topic: str, address: str) -> Reply[str]:
        """Subscribe the actor's app to a topic of webhooks."""
        body = {"webhook": {"topic": topic, "address": address, "format": "json"}}
        exchange = self._send(actor, "POST", "webhooks.json", "create_webhook", json=body)
        return _reply(exchange, digits(_inner(exchange, "webhook").get("id")))

    def remove(self, kind: str, identity: str, actor: str) -> Reply[None]:
        """Remove an order, a product, a fulfillment service or a subscription to webhooks."""
        key, _ = _LISTS[kind]
        return _reply(self._send(actor, "DELETE", f"{key}/{identity}.json", f"remove_{key[:-1]}"), None)

    def settle_order(self, identity: str) -> None:
        """Cancel an order's fulfillments and the order, where it cannot be deleted as it is."""
        exchange = self._send("merchant", "GET", f"orders/{identity}/fulfillments.json", "list_fulfillments")
        for row in _rows(exchange, "fulfillments"):
            fulfillment = digits(row.get("id"))
            if fulfillment and row.get("status") != "cancelled":
                self._send("merchant", "POST", f"fulfillments/{fulfillment}/cancel.json", "cancel_fulfillment", json={})
        self._send("merchant", "POST", f"orders/{identity}/cancel.json", "cancel_order", json={})

    def find(self, kind: str, note: str, actor: str) -> Reply[list[Found]]:
        """List things of a kind with what they bear."""
        del note
        key, path = _LISTS[kind]
        exchange = self._send(actor, "GET", path, f"find_{key}")
        if not isinstance(nodes.at(exchange.data, key), list):
            return _reply(exchange, None)
        found = [
            Found(
                identity,
                tuple(
                    map(str, (*f"{row.get('tags')}".split(", "), row.get("title"), row.get("name"), _noted(row, actor)))
                ),
            )
            for row in _rows(exchange, key)
            if (identity := digits(row.get("id")))
        ]
        return _reply(exchange, found)

    def _send(
        self, actor: str, method: str, path: str, operation: str, *, json: object = UNSET, pace: OrderPace | None = None
    ) -> Exchange:
        url = self._base + path.partition("?")[0]
        params = tuple(parse_qsl(path.partition("?")[2]))
        return self._clients[actor].send(
            method, url, transport="rest", operation=operation, json=json, params=params, pace=pace
        )


def _line(item: WantedItem) -> dict[str, Any]:
    if item.variant is not None:
        return {"variant_id": int(item.variant), "quantity": item.units}
    return {"title": item.title, "price": "9.50", "quantity": item.units, "requires_shipping": True}


def _noted(row: Mapping[str, Any], actor: str) -> str:
    """Return how the journal notes a subscription."""
    return f"{row.get('address')} {actor.replace('_', ' ')}"


def _inner(exchange: Exchange, key: str) -> dict[str, Any]:
    inner = nodes.at(exchange.data, key)
    return inner if isinstance(inner, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _rows(exchange: Exchange, key: str) -> list[dict[str, Any]]:
    return nodes.rows(nodes.at(exchange.data, key))


def _reply(exchange: Exchange, value: _T | None) -> Reply[_T]:
    return Reply(
        _in_words(exchange),
        value,
        fine=exchange.ok,
        answered=exchange.status is not None,
        refused=exchange.client_error,
        gone=exchange.ok or exchange.status == 404,
    )


def _in_words(exchange: Exchange) -> str:
    if exchange.status is None:
        return f"{exchange.method} {exchange.url}: {exchange.error}"
    said = exchange.body if len(exchange.body) <= 160 else exchange.body[:160] + "…"
    return f"{exchange.method} {exchange.url} answered HTTP {exchange.status} {said}"
