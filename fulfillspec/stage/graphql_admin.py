"""Provisioning by the real Admin GraphQL API, for targets that have no REST: the same things, made and removed."""

import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLInputObjectType

from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import digits
from fulfillspec.stage.journal import Entry, Journal
from fulfillspec.stage.source import CannotStage, NewOrder, World
from fulfillspec.wire import nodes
from fulfillspec.wire.graphql import GraphQL, error_codes
from fulfillspec.wire.http import Client
from fulfillspec.wire.throttle import OrderPace
from fulfillspec.wire.variables import gid

LINES = 3
"""Variants of each kind, and so the most line items that a fulfillment order of one kind has."""

KINDS = ("service", "movable")
STOCK = 1000
"""Units of each item at each location that stocks it."""

_ADDRESS = {
    "firstName": "Ada",
    "lastName": "Example",
    "address1": "1 Test Street",
    "city": "Ottawa",
    "provinceCode": "ON",
    "countryCode": "CA",
    "zip": "K1A 0A1",
    "phone": "+16135550123",
}
_CALLBACK = "https://mock.shop/fulfillspec"  # recorded as an allowed host; it answers nothing that we use
_ABSENT = re.compile(r"not found|not be found|does not exist|doesn't exist|invalid id|already deleted", re.IGNORECASE)
_TOO_MANY = re.compile(r"too many|try again later|limit .*exceeded|exceeded .*limit", re.IGNORECASE)
_ORDER_TRIES = 4
_REMOVAL_TRIES = 4


@dataclass(frozen=True, slots=True)
class _Done:
    """What a step of provisioning answered: the payload, and what was said against it."""

    exchange: Exchange
    payload: Mapping[str, Any]
    said: str

    @property
    def fine(self) -> bool:
        """Whether there is a payload and nothing was said against it."""
        return bool(self.payload) and not self.said

    @property
    def gone(self) -> bool:
        """Whether a thing that was to be removed is removed, or was not there."""
        return self.fine or bool(_ABSENT.search(self.said)) or "RESOURCE_NOT_FOUND" in error_codes(self.exchange.data)

    def described(self) -> str:
        """Say in a few words what came back."""
        if self.exchange.status is None:
            return f"{self.exchange.operation}: {self.exchange.error}"
        return f"{self.exchange.operation} answered HTTP {self.exchange.status} {self.said or self.exchange.body[:160]}"


class GraphQLAdmin:
    """The source and remover of orders over the GraphQL Admin API; the surface is that of `RestAdmin`.

    `sessions` by actor; `tag` marks everything that the run creates; `served` is the version that the target says it
    serves, where that is another than the one asked for.
    """

    def __init__(
        self,
        sessions: Mapping[str, Client],
        version: str,
        journal: Journal,
        tag: str,
        pace: OrderPace,
        *,
        callback: str | None = None,
        wanted: World | None = None,
        served: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._actors = frozenset(sessions)
        self._graphql = GraphQL(sessions, version, served)
        self._version = served or version
        self._journal, self._tag, self._pace, self._sleep = journal, tag, pace, sleep
        self._callback = callback or _CALLBACK
        self._wanted = wanted or World()
        self._ready = False
        self._variants: dict[str, list[str]] = {}
        self.world = World()
        self.orders_created = 0

    def prepare(self) -> World:
        """Find the locations and make the fulfillment service, the product and its stock; idempotent."""
        if self._ready:
            return self.world
        self.world.service = self._wanted.service or self._service("service")
        if "other_service" in self._actors:
            self.world.other_service = self._service("other_service", needed=False)
        merchant = self._wanted.merchant or self._merchant_locations()
        if not merchant:
            raise CannotStage("the store shows no merchant-managed location")
        self.world.merchant = merchant[:2]
        self._product()
        if len(merchant) > 2:
            self.world.unstocked = merchant[2]
        self._ready = True
        return self.world

    def create(self, kinds: Sequence[str], quantities: Sequence[int]) -> NewOrder:
        """Make an order; see `Source`."""
        self.prepare()
        rows = [
            {"variantId": gid("ProductVariant", variant), "quantity": units, "requiresShipping": True}
            for kind in kinds
            for variant, units in zip(self._variants[kind], quantities, strict=False)
        ]
        given = {
            "order": {
                "lineItems": rows,
                "financialStatus": "PAID",
                "shippingAddress": _ADDRESS,
                "email": "fulfillspec@mail.example.com",
                "note": f"made by a conformance run, {self._tag}",
                "tags": [self._tag],
                "test": True,
            },
            "options": {"inventoryBehaviour": "BYPASS", "sendReceipt": False, "sendFulfillmentReceipt": False},
        }
        number = self._journal.intend("order", self._tag)
        done = self._ordered(given)
        made = self._made(done, "order", number)
        self.orders_created += 1
        items = nodes.rows(nodes.at(made, "lineItems", "nodes"))
        movable, units = set(), {}
        for row in items:
            identity, quantity = digits(row.get("id")), row.get("quantity")
            if identity is None:
                continue
            if digits(nodes.at(row, "variant", "id")) in self._variants["movable"]:
                movable.add(identity)
            if isinstance(quantity, int):
                units[identity] = quantity
        name = made.get("name")
        return NewOrder(
            digits(made.get("id")) or "",
            name if isinstance(name, str) else None,
            frozenset(movable) if items else None,
            units or None,
        )

    def remove(self, entry: Entry) -> str | None:
        """Remove a thing that a run created; return why it is still there, None if it is gone."""
        if entry.id is None:
            return self._remove_unnamed(entry)
        if entry.kind == "order":
            return self._remove_order(entry.id)
        if entry.kind == "product":
            done = self._do("merchant", "remove_product", {"id": gid("Product", entry.id)})
        else:
            actor = entry.actor if entry.actor in self._actors else "merchant"
            # a service's gid carries a query; the plain form is not found
            identity = gid("FulfillmentService", f"{entry.id}?id=true")
            done = self._do(actor, "remove_fulfillment_service", {"id": identity})
        return None if done.gone else done.described()

    def _remove_order(self, identity: str) -> str | None:
        done = self._do("merchant", "remove_order", {"orderId": gid("Order", identity)})
        if done.gone:
            return None
        self._settle_order(identity)
        for attempt in range(_REMOVAL_TRIES):
            done = self._do("merchant", "remove_order", {"orderId": gid("Order", identity)})
            if done.gone:
                return None
            self._sleep(0.5 * 2**attempt)  # an order is cancelled by a job
        return done.described()

    def _settle_order(self, identity: str) -> None:
        """Cancel an order's fulfillments and the order, where it cannot be deleted as it is."""
        done = self._do("merchant", "order_fulfillments", {"id": gid("Order", identity)})
        for row in nodes.rows(done.payload.get("fulfillments")):
            if row.get("status") != "CANCELLED" and isinstance(row.get("id"), str):
                self._do("merchant", "cancel_fulfillment", {"id": row["id"]})
        self._do("merchant", "cancel_order", {"orderId": gid("Order", identity)})

    def _remove_unnamed(self, entry: Entry) -> str | None:
        """Look for a thing whose creation was never answered, by what it bears."""
        if entry.kind == "product":
            return "it was about to be created when the run ended; nothing tells its id"
        if entry.kind == "order":
            done = self._do("merchant", "find_orders", {"query": f"tag:'{entry.note}' status:any"})
            rows = done.payload.get("nodes")
        else:
            done = self._do(entry.actor if entry.actor in self._actors else "merchant", "list_fulfillment_services", {})
            rows = done.payload.get("fulfillmentServices")
        if not isinstance(rows, list):
            return done.described()
        known = {other.id for other in self._journal.left()}
        for row in nodes.rows(rows):
            identity = digits(row.get("id"))
            tags = row.get("tags")
            borne = [*(tags if isinstance(tags, list) else []), row.get("serviceName")]
            if identity and entry.note in borne and identity not in known:
                reason = self.remove(Entry(entry.number, entry.kind, entry.note, identity))
                if reason:
                    return reason
        return None

    def _ordered(self, given: Mapping[str, Any]) -> _Done:
        """Send an order; a development store that has had enough of them for a minute says so in a user error."""
        done = self._do("merchant", "create_order", given, pace=self._pace)
        for _ in range(_ORDER_TRIES - 1):
            if not _TOO_MANY.search(done.said):
                break
            self._pace.refused()
            done = self._do("merchant", "create_order", given, pace=self._pace)
        return done

    def _service(self, actor: str, *, needed: bool = True) -> str | None:
        name = f"{self._tag} {actor.replace('_', ' ')}"
        number = self._journal.intend("fulfillment service", name)
        done = self._do(actor, "create_fulfillment_service", {"name": name, "callbackUrl": self._callback})
        made = done.payload.get("fulfillmentService")
        identity, location = digits(nodes.at(made, "id")), digits(nodes.at(made, "location", "id"))
        if done.fine and identity:
            self._journal.created(number, identity)
        elif done.exchange.status is not None:
            self._journal.gone(number)
        if location is None:
            location = self._only_service(actor)
        if location is None and needed:
            raise CannotStage(f"a fulfillment service could not be created: {done.described()}")
        return location

    def _services(self, actor: str) -> Iterator[tuple[str, str]]:
        """Give the third-party services of the store: name and location."""
        done = self._do(actor, "list_fulfillment_services", {})
        for row in nodes.rows(done.payload.get("fulfillmentServices")):
            location = digits(nodes.at(row, "location", "id"))
            if location and row.get("type") == "THIRD_PARTY":
                yield str(row.get("serviceName")), location

    def _only_service(self, actor: str) -> str | None:
        """Return the location of the store's only third-party service; with several, nothing tells whose is whose."""
        found = [location for _, location in self._services(actor)]
        return found[0] if len(found) == 1 else None

    def _merchant_locations(self) -> list[str]:
        done = self._do("merchant", "list_locations", {})
        if not isinstance(done.payload.get("nodes"), list):
            raise CannotStage(f"the store's locations could not be listed: {done.described()}")
        services = {self.world.service, self.world.other_service}
        return [
            identity
            for row in nodes.rows(done.payload["nodes"])
            if (identity := digits(row.get("id")))
            and identity not in services
            and row.get("isActive") is not False
            and row.get("isFulfillmentService") is not True
        ]

    def _product(self) -> None:
        number = self._journal.intend("product", self._tag)
        done = self._do("merchant", "create_product", {"input": self._product_input(stocked=True)})
        stocked = done.fine
        if digits(nodes.at(done.payload, "product", "id")):
            done = replace(done, said="")  # made, whatever was said of its stock
        elif done.exchange.status is not None:
            done = self._do("merchant", "create_product", {"input": self._product_input(stocked=False)})
        made = self._made(done, "product", number)
        rows = nodes.rows(nodes.at(made, "variants", "nodes"))
        by_title = {row.get("title"): row for row in rows}
        names = [f"{kind} {n}" for kind in KINDS for n in range(1, LINES + 1)]
        if not all(name in by_title for name in names):
            by_title = dict(zip(names, rows, strict=False))
        ids = {name: digits(nodes.at(by_title.get(name), "id")) for name in names}
        items = {name: digits(nodes.at(by_title.get(name), "inventoryItem", "id")) for name in names}
        usable = [name for name in names if ids[name] and items[name]]
        if len(usable) < len(names):
            raise CannotStage(f"a product with {len(names)} variants came back with {len(usable)} usable ones")
        self._variants = {kind: [ids[f"{kind} {n}"] or "" for n in range(1, LINES + 1)] for kind in KINDS}
        if not stocked:
            for name in names:
                for location in self._locations(name):
                    self._stock(items[name] or "", location)

    def _product_input(self, *, stocked: bool) -> dict[str, Any]:
        names = [f"{kind} {n}" for kind in KINDS for n in range(1, LINES + 1)]
        variants: list[dict[str, Any]] = []
        for n, name in enumerate(names):
            row: dict[str, Any] = {
                "optionValues": [{"optionName": "Kind", "name": name}],
                "price": f"{n % LINES + 10}.50",
                "inventoryItem": {"tracked": True, "requiresShipping": True},
            }
            if stocked:
                row["inventoryQuantities"] = [
                    {"locationId": gid("Location", location), "name": "available", "quantity": STOCK}
                    for location in self._locations(name)
                ]
            variants.append(row)
        return {
            "title": self._tag,
            "tags": [self._tag],
            "status": "ACTIVE",
            "productOptions": [{"name": "Kind", "values": [{"name": name} for name in names]}],
            "variants": variants,
        }

    def _locations(self, name: str) -> list[str]:
        """Return the locations that stock the variant of a name."""
        service = [self.world.service] if self.world.service else []
        return service if name.startswith("service") else [*self.world.merchant, *service]

    def _stock(self, item: str, location: str) -> None:
        """Stock an item at a location; where it is stocked already, set how much there is."""
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._tag}/{item}/{location}"))  # the same in a replay
        where = {"inventoryItemId": gid("InventoryItem", item), "locationId": gid("Location", location)}
        done = self._do("merchant", "activate_stock", {**where, "available": STOCK, "key": key})
        if done.fine:
            return
        quantity: dict[str, Any] = {**where, "quantity": STOCK}
        given: dict[str, Any] = {"name": "available", "reason": "correction", "quantities": [quantity]}
        if self._knows("InventorySetQuantitiesInput", "ignoreCompareQuantity"):
            given["ignoreCompareQuantity"] = True
        else:
            quantity["changeFromQuantity"] = None
        self._do("merchant", "set_stock", {"input": given, "key": f"{key}-set"})

    def _knows(self, type_name: str, field: str) -> bool:
        found = graphql_documents.schema(self._version).type_map[type_name]
        return isinstance(found, GraphQLInputObjectType) and field in found.fields

    def _made(self, done: _Done, key: str, number: int) -> Mapping[str, Any]:
        made = done.payload.get(key)
        identity = digits(nodes.at(made, "id"))
        if not done.fine or not isinstance(made, dict) or identity is None:
            if done.exchange.status is not None and done.said:
                self._journal.gone(number)
            raise CannotStage(f"{'an' if key[0] in 'aeiou' else 'a'} {key} could not be created: {done.described()}")
        self._journal.created(number, identity)
        return made

    def _do(self, actor: str, name: str, given: Mapping[str, Any], *, pace: OrderPace | None = None) -> _Done:
        exchange = self._graphql.document(actor, name, given, pace=pace)
        payload = nodes.at(exchange.data, "data", graphql_documents.document(name, self._version).root)
        payload = payload if isinstance(payload, dict) else {}
        against = [*nodes.errors_of(exchange.data)] if not payload else []
        for key in ("userErrors", "orderCancelUserErrors"):
            against += nodes.parts(payload.get(key))
        said = nodes.said(against)
        if not said and not exchange.ok:
            said = exchange.error or f"HTTP {exchange.status}"
        return _Done(exchange, payload, said)
