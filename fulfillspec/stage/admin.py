"""Provisioning by the real Admin REST API: a fulfillment service, products, stock, orders, and their removal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import digits
from fulfillspec.stage.journal import Entry, Journal
from fulfillspec.stage.source import CannotStage, NewOrder, World
from fulfillspec.wire.http import UNSET, Http
from fulfillspec.wire.throttle import OrderPace

LINES = 3
"""Variants of each kind, and so the most line items that a fulfillment order of one kind has."""

_ADDRESS = {
    "first_name": "Ada",
    "last_name": "Example",
    "address1": "1 Test Street",
    "city": "Ottawa",
    "province": "Ontario",
    "country": "Canada",
    "zip": "K1A 0A1",
    "phone": "+16135550123",
}
_LISTS = {
    "order": ("orders", "orders.json?status=any&limit=250"),
    "product": ("products", "products.json?limit=250"),
    "fulfillment service": ("fulfillment_services", "fulfillment_services.json"),
}
"""Where a thing is found whose id was never told: the key of its list and the request."""
_CALLBACK = "https://mock.shop/fulfillspec"  # recorded as an allowed host; it answers nothing that we use
_NOT_THERE = frozenset({404, 405, 410, 501})
"""Answers of a target that does not have a resource at all."""


class RestAdmin:
    """The source and remover of orders over the REST Admin API.

    `sessions` by actor; `tag` marks everything that the run creates.
    """

    def __init__(
        self,
        sessions: dict[str, Http],
        version: str,
        journal: Journal,
        tag: str,
        pace: OrderPace,
        *,
        callback: str | None = None,
        wanted: World | None = None,
    ) -> None:
        self._sessions, self._base, self._journal, self._tag, self._pace = (
            sessions,
            f"/admin/api/{version}/",
            journal,
            tag,
            pace,
        )
        self._callback = callback or _CALLBACK
        self._wanted = wanted or World()
        self._ready = False
        self._variants: dict[str, list[int]] = {}
        self.world = World()
        self.orders_created = 0

    def prepare(self) -> World:
        """Find the locations and make the fulfillment service, the product and its stock; idempotent."""
        if self._ready:
            return self.world
        if "service" in self._sessions:
            self.world.service = self._wanted.service or self._service("service")
        if "other_service" in self._sessions:
            self.world.other_service = self._service("other_service", needed=False)
        merchant = self._wanted.merchant or self._merchant_locations()
        if not merchant:
            raise CannotStage("the store shows no merchant-managed location")
        self.world.merchant = merchant[:2]
        self._product()
        if len(merchant) > 2 and self._variants:
            self.world.unstocked = merchant[2]
        self._ready = True
        return self.world

    def create(self, kinds: Sequence[str], quantities: Sequence[int]) -> NewOrder:
        """Make an order; see `Source`."""
        self.prepare()
        rows = [row for kind in kinds for row in self._rows(kind, quantities)]
        body = {
            "order": {
                "line_items": rows,
                "financial_status": "paid",
                "shipping_address": _ADDRESS,
                "email": "fulfillspec@mail.example.com",
                "note": f"made by a conformance run, {self._tag}",
                "tags": self._tag,
                "test": True,
                "send_receipt": False,
                "send_fulfillment_receipt": False,
                "inventory_behaviour": "bypass",
            }
        }
        number = self._journal.intend("order", self._tag)
        exchange = self._send("merchant", "POST", "orders.json", "create_order", json=body, pace=self._pace)
        made = self._made(exchange, "order", number)
        self.orders_created += 1
        items = made.get("line_items")
        items = [row for row in items if isinstance(row, dict)] if isinstance(items, list) else []
        movable = {
            identity
            for row in items
            if (identity := digits(row.get("id"))) and row.get("variant_id") in self._variants.get("movable", ())
        }
        units = {
            identity: row["quantity"]
            for row in items
            if (identity := digits(row.get("id"))) and isinstance(row.get("quantity"), int)
        }
        name = made.get("name")
        return NewOrder(
            str(made["id"]),
            name if isinstance(name, str) else None,
            frozenset(movable) if items and self._variants else None,
            units or None,
            _ADDRESS,
        )

    def _rows(self, kind: str, quantities: Sequence[int]) -> list[dict[str, Any]]:
        if not self._variants:
            names = [f"{kind} {n}" for n in range(1, LINES + 1)]
            return [
                {"title": name, "price": "9.50", "quantity": units, "requires_shipping": True}
                for name, units in zip(names, quantities, strict=False)
            ]
        return [
            {"variant_id": variant, "quantity": units}
            for variant, units in zip(self._variants[kind], quantities, strict=False)
        ]

    def remove(self, entry: Entry) -> str | None:
        """Remove a thing that a run created; return why it is still there, None if it is gone."""
        if entry.id is None:
            return self._remove_unnamed(entry)
        key, _ = _LISTS[entry.kind]
        path, operation = f"{key}/{entry.id}.json", f"remove_{key[:-1]}"
        actor = entry.actor if entry.actor in self._sessions else "merchant"
        exchange = self._send(actor, "DELETE", path, operation)
        if entry.kind == "order" and not _gone(exchange):
            self._settle_order(entry.id)
            exchange = self._send(actor, "DELETE", path, operation)
        return None if _gone(exchange) else _describe(exchange)

    def _remove_unnamed(self, entry: Entry) -> str | None:
        """Look for a thing whose creation was never answered, by what it bears."""
        key, path = _LISTS[entry.kind]
        actor = entry.actor if entry.actor in self._sessions else "merchant"
        exchange = self._send(actor, "GET", path, f"find_{key}")
        rows = exchange.data.get(key) if isinstance(exchange.data, dict) else None
        if not isinstance(rows, list):
            return _describe(exchange)
        known = {other.id for other in self._journal.left()}
        for row in rows:
            identity = digits(row.get("id")) if isinstance(row, dict) else None
            borne = [*f"{row.get('tags')}".split(", "), row.get("title"), row.get("name")] if identity else []
            if identity and entry.note in borne and identity not in known:
                reason = self.remove(Entry(entry.number, entry.kind, entry.note, identity))
                if reason:
                    return reason
        return None

    def _settle_order(self, order: str) -> None:
        """Cancel an order's fulfillments and the order, where it cannot be deleted as it is."""
        exchange = self._send("merchant", "GET", f"orders/{order}/fulfillments.json", "list_fulfillments")
        rows = exchange.data.get("fulfillments") if isinstance(exchange.data, dict) else None
        for row in rows if isinstance(rows, list) else []:
            identity = digits(row.get("id")) if isinstance(row, dict) else None
            if identity and row.get("status") != "cancelled":
                self._send("merchant", "POST", f"fulfillments/{identity}/cancel.json", "cancel_fulfillment", json={})
        self._send("merchant", "POST", f"orders/{order}/cancel.json", "cancel_order", json={})

    def _service(self, actor: str, *, needed: bool = True) -> str | None:
        name = f"{self._tag} {actor.replace('_', ' ')}"
        number = self._journal.intend("fulfillment service", name)
        body = {
            "fulfillment_service": {
                "name": name,
                "callback_url": self._callback,
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
        location = digits(made.get("location_id"))
        identity = digits(made.get("id"))
        if exchange.ok and identity:
            self._journal.created(number, identity)
        elif exchange.status is not None:
            self._journal.gone(number)
        if location is None:
            location = self._owned_service(actor)
        if location is None and needed:
            raise CannotStage(f"a fulfillment service could not be created: {_describe(exchange)}")
        return location

    def _owned_service(self, actor: str) -> str | None:
        """Return the location of a fulfillment service that the actor's app has already."""
        exchange = self._send(actor, "GET", "fulfillment_services.json", "list_fulfillment_services")
        rows = exchange.data.get("fulfillment_services") if isinstance(exchange.data, dict) else None
        for row in rows if isinstance(rows, list) else []:
            location = digits(row.get("location_id")) if isinstance(row, dict) else None
            if location:
                return location
        return None

    def _merchant_locations(self) -> list[str]:
        exchange = self._send("merchant", "GET", "locations.json", "list_locations")
        rows = exchange.data.get("locations") if isinstance(exchange.data, dict) else None
        if not isinstance(rows, list):
            raise CannotStage(f"the store's locations could not be listed: {_describe(exchange)}")
        services = {self.world.service, self.world.other_service}
        listed = self._send("merchant", "GET", "fulfillment_services.json?scope=all", "list_fulfillment_services")
        others = listed.data.get("fulfillment_services") if isinstance(listed.data, dict) else None
        for row in others if isinstance(others, list) else []:
            if isinstance(row, dict):
                services.add(digits(row.get("location_id")))
        return [
            identity
            for row in rows
            if isinstance(row, dict)
            and (identity := digits(row.get("id")))
            and identity not in services
            and row.get("active", True)
            and not row.get("legacy", False)
        ]

    def _product(self) -> None:
        number = self._journal.intend("product", self._tag)
        rows = [
            {
                "option1": f"{kind} {n}",
                "price": f"{n + 9}.50",
                "inventory_management": "shopify",
                "requires_shipping": True,
            }
            for kind in ("service", "movable")
            for n in range(1, LINES + 1)
        ]
        body = {
            "product": {
                "title": self._tag,
                "tags": self._tag,
                "status": "active",
                "options": [{"name": "Kind"}],
                "variants": rows,
            }
        }
        exchange = self._send("merchant", "POST", "products.json", "create_product", json=body)
        if exchange.status in _NOT_THERE:  # a mock that keeps no products: its orders have custom items
            self._journal.gone(number)
            self.world.no_products = f"POST products.json answered HTTP {exchange.status}"
            return
        made = self._made(exchange, "product", number)
        variants = [row for row in made.get("variants", []) if isinstance(row, dict)]
        if len(variants) < 2 * LINES or not all(digits(row.get("inventory_item_id")) for row in variants):
            raise CannotStage(f"a product with {2 * LINES} variants came back with {len(variants)} usable ones")
        ids = [int(digits(row.get("id")) or 0) for row in variants]
        self._variants = {"service": ids[:LINES], "movable": ids[LINES : 2 * LINES]}
        items = [int(digits(row["inventory_item_id"]) or 0) for row in variants]
        for item in items[:LINES]:
            self._stock(item, self.world.service or self.world.merchant[0])
        for item in items[LINES : 2 * LINES]:
            for location in filter(None, (*self.world.merchant, self.world.service)):
                self._stock(item, location)

    def _stock(self, item: int, location: str) -> None:
        body = {"location_id": int(location), "inventory_item_id": item, "available": 1000}
        # setting a level where the item is not stocked yet connects it; a store that wants it said gets it said
        exchange = self._send("merchant", "POST", "inventory_levels/set.json", "set_stock", json=body)
        if exchange.client_error:
            del body["available"]
            self._send("merchant", "POST", "inventory_levels/connect.json", "connect_stock", json=body)
            body["available"] = 1000
            self._send("merchant", "POST", "inventory_levels/set.json", "set_stock", json=body)

    def _made(self, exchange: Exchange, key: str, number: int) -> dict[str, Any]:
        made = _inner(exchange, key)
        identity = digits(made.get("id"))
        if not exchange.ok or identity is None:
            if exchange.status is not None and not exchange.ok:
                self._journal.gone(number)
            raise CannotStage(f"{_article(key)} could not be created: {_describe(exchange)}")
        self._journal.created(number, identity)
        return made

    def _send(
        self, actor: str, method: str, path: str, operation: str, *, json: object = UNSET, pace: OrderPace | None = None
    ) -> Exchange:
        url = self._base + path.partition("?")[0]
        params = tuple(parse_qsl(path.partition("?")[2]))
        return self._sessions[actor].send(
            method, url, transport="rest", operation=operation, json=json, params=params, pace=pace
        )


def _inner(exchange: Exchange, key: str) -> dict[str, Any]:
    inner = exchange.data.get(key) if isinstance(exchange.data, dict) else None
    return inner if isinstance(inner, dict) else {}


def _gone(exchange: Exchange) -> bool:
    return exchange.ok or exchange.status == 404


def _article(key: str) -> str:
    return f"{'an' if key[0] in 'aeiou' else 'a'} {key}"


def _describe(exchange: Exchange) -> str:
    if exchange.status is None:
        return f"{exchange.method} {exchange.url}: {exchange.error}"
    said = exchange.body if len(exchange.body) <= 160 else exchange.body[:160] + "…"
    return f"{exchange.method} {exchange.url} answered HTTP {exchange.status} {said}"
