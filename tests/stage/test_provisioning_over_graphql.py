"""Provisioning over GraphQL: what is made, journalled, found again and removed, at every version."""

from typing import Any

import pytest
from graphql_answers import exchange, objections

from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.log import Exchange
from fulfillspec.stage.dialect import LINES
from fulfillspec.stage.graphql_dialect import GraphQLDialect
from fulfillspec.stage.journal import Journal, JournalEntry
from fulfillspec.stage.provisioner import Provisioner
from fulfillspec.stage.source import CannotStage, World
from fulfillspec.wire.throttle import OrderPace

TAG = "fulfillspec-run"
NO = {"field": None, "message": "Refused."}


class Store:
    """A small store that takes the documents of provisioning. `say` overrides what a document answers."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.say: dict[str, Any] = {}
        self.names: list[str] = []
        self.variables: list[dict[str, Any]] = []
        self.number = 100

    def send(self, method: str, path: str, **request: Any) -> Exchange:
        name, variables = request["operation"], request["json"]["variables"]
        assert (method, path) == ("POST", f"/admin/api/{self.version}/graphql.json")
        assert objections(name, self.version, variables) == []
        assert request["json"]["query"] == graphql_documents.document(name, self.version).text
        if request.get("pace") is not None:
            request["pace"].before()
        self.names.append(name)
        self.variables.append(variables)
        answer = self.say.get(name, getattr(self, f"_{name}", None))
        if callable(answer):
            answer = answer(variables)
        if not isinstance(answer, tuple):
            root = graphql_documents.document(name, self.version).root
            answer = (200, {"data": {root: answer}})
        return exchange(answer, operation=name, n=len(self.names))

    def sent(self, name: str) -> list[dict[str, Any]]:
        return [given for one, given in zip(self.names, self.variables, strict=True) if one == name]

    def _next(self, kind: str) -> str:
        self.number += 1
        return f"gid://shopify/{kind}/{self.number}"

    def _create_fulfillment_service(self, _given: Any) -> Any:
        made = {"id": self._next("FulfillmentService") + "?id=true", "location": {"id": self._next("Location")}}
        return {"fulfillmentService": made, "userErrors": []}

    def _list_locations(self, _given: Any) -> Any:
        rows = [{"id": f"gid://shopify/Location/{n}", "isActive": n != 4} for n in range(1, 5)]
        rows.append({"id": "gid://shopify/Location/9", "isActive": True, "isFulfillmentService": True})
        return {"nodes": rows}

    def _list_fulfillment_services(self, _given: Any) -> Any:
        row = {"serviceName": "old", "type": "THIRD_PARTY", "location": {"id": "gid://shopify/Location/70"}}
        manual = {"serviceName": "Manual", "type": "MANUAL", "location": {"id": "gid://shopify/Location/1"}}
        return {"fulfillmentServices": [manual, row]}

    def _create_product(self, given: Any) -> Any:
        rows = [
            {
                "id": self._next("ProductVariant"),
                "title": row["optionValues"][0]["name"],
                "inventoryItem": {"id": self._next("InventoryItem")},
            }
            for row in given["input"]["variants"]
        ]
        rows.reverse()
        return {"product": {"id": self._next("Product"), "variants": {"nodes": rows}}, "userErrors": []}

    def _create_order(self, given: Any) -> Any:
        rows = [
            {"id": self._next("LineItem"), "quantity": row["quantity"], "variant": {"id": row["variantId"]}}
            for row in given["order"]["lineItems"]
        ]
        return {"order": {"id": self._next("Order"), "name": "#1", "lineItems": {"nodes": rows}}, "userErrors": []}

    def _done(self, _given: Any) -> Any:
        return {"userErrors": []}

    def _inventory_level(self, given: Any) -> Any:
        return {"id": given["id"], "inventoryLevel": None}

    _remove_order = _remove_product = _remove_fulfillment_service = _activate_stock = _set_stock = _done
    _cancel_fulfillment = _done

    def _cancel_order(self, _given: Any) -> Any:
        return {"job": {"id": "x"}, "orderCancelUserErrors": []}

    def _order_fulfillments(self, _given: Any) -> Any:
        rows = [{"id": "gid://shopify/Fulfillment/1", "status": "SUCCESS"}]
        return {"fulfillments": [*rows, {"id": "gid://shopify/Fulfillment/2", "status": "CANCELLED"}]}


class Made:
    """An admin on a store, with its journal and the seconds that it slept."""

    def __init__(
        self, version: str = "2026-04", *, actors: tuple[str, ...] = ("merchant", "service"), **options: Any
    ) -> None:
        self.store = Store(version)
        self.journal = Journal(None)
        self.slept: list[float] = []
        self.pace = OrderPace("auto", sleep=self.slept.append)
        self.admin = Provisioner(
            GraphQLDialect(dict.fromkeys(actors, self.store), version),
            self.journal,
            TAG,
            self.pace,
            sleep=self.slept.append,
            **options,
        )


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.mark.parametrize("version", graphql_documents.versions())
def test_stage_is_prepared_and_an_order_is_made(version: str) -> None:
    made = Made(version)
    world = made.admin.prepare()
    assert world == World(merchant=["1", "2"], service="102", unstocked="3")
    order = made.admin.create(("service", "movable"), (3, 2))
    assert order.name == "#1"
    assert sorted((order.units or {}).values()) == [2, 2, 3, 3]
    assert len(order.movable or ()) == 2
    assert made.admin.orders_created == 1
    assert [entry.kind for entry in made.journal.left()] == ["order", "product", "fulfillment service"]
    assert all(entry.id for entry in made.journal.left())


def test_prepare_is_idempotent(made: Made) -> None:
    made.admin.prepare()
    made.admin.prepare()
    assert made.store.names.count("create_product") == 1


def test_items_are_stocked_where_their_kind_says(made: Made) -> None:
    made.admin.prepare()
    variants = made.store.sent("create_product")[0]["input"]["variants"]
    stocked = [[row["locationId"].rsplit("/", 1)[1] for row in variant["inventoryQuantities"]] for variant in variants]
    assert stocked == [["102"]] * LINES + [["1", "2", "102"]] * LINES
    assert "activate_stock" not in made.store.names


def test_order_is_a_shipped_test_order_with_our_tag(made: Made) -> None:
    made.admin.create(("movable",), (1,))
    given = made.store.sent("create_order")[0]
    assert given["order"]["test"] is True
    assert given["order"]["tags"] == [TAG]
    assert [row["requiresShipping"] for row in given["order"]["lineItems"]] == [True]
    assert given["options"]["inventoryBehaviour"] == "BYPASS"
    assert given["options"]["sendReceipt"] is False


def test_wanted_locations_are_taken_as_they_are() -> None:
    made = Made(wanted=World(merchant=["21", "22", "23"], service="24"))
    assert made.admin.prepare() == World(merchant=["21", "22"], service="24", unstocked="23")
    assert made.journal.left()[-1].kind == "product"


def test_other_service_gets_a_service_of_its_own() -> None:
    made = Made(actors=("merchant", "service", "other_service"))
    world = made.admin.prepare()
    assert world.other_service not in {None, world.service}


@pytest.mark.parametrize("version", graphql_documents.versions())
def test_stock_that_a_product_does_not_take_is_set_item_by_item(version: str) -> None:
    made = Made(version)
    made.store.say["create_product"] = lambda given: (
        {"product": None, "userErrors": [NO]}
        if "inventoryQuantities" in given["input"]["variants"][0]
        else made.store._create_product(given)
    )
    made.store.say["activate_stock"] = {"inventoryLevel": None, "userErrors": [NO]}
    made.admin.prepare()
    assert made.store.names.count("activate_stock") == made.store.names.count("set_stock") == LINES + 3 * LINES
    keys = [given["key"] for given in made.store.sent("activate_stock")]
    assert len(set(keys)) == len(keys)
    given = made.store.sent("set_stock")[0]["input"]
    assert ("ignoreCompareQuantity" in given) == (version < "2026-04")
    assert ("changeFromQuantity" in given["quantities"][0]) == (version >= "2026-04")


def test_product_that_was_made_without_its_stock_is_not_made_twice(made: Made) -> None:
    made.store.say["create_product"] = lambda given: {**made.store._create_product(given), "userErrors": [NO]}
    made.admin.prepare()
    assert made.store.names.count("create_product") == 1
    assert made.store.names.count("activate_stock") == LINES + 3 * LINES


def test_idempotency_keys_are_the_same_in_a_replay() -> None:
    keys = []
    for _ in range(2):
        made = Made()
        made.store.say["create_product"] = lambda given, store=made.store: {
            **store._create_product(given),
            "userErrors": [NO],
        }
        made.admin.prepare()
        keys.append([given["key"] for given in made.store.sent("activate_stock")])
    assert keys[0] == keys[1]


def test_only_service_of_the_store_stands_in_for_one_that_cannot_be_made(made: Made) -> None:
    made.store.say["create_fulfillment_service"] = {"fulfillmentService": None, "userErrors": [NO]}
    assert made.admin.prepare().service == "70"
    assert [entry.kind for entry in made.journal.left()] == ["product"]


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("create_fulfillment_service", {"fulfillmentService": None, "userErrors": [NO]}, "Refused."),
        ("create_fulfillment_service", (401, {"errors": "[API] Invalid API key"}), "HTTP 401"),
        ("create_fulfillment_service", (None, None), "nobody listens"),
        ("list_locations", (200, {"errors": [{"message": "Access denied"}]}), "Access denied"),
        ("list_locations", {"nodes": []}, "no merchant-managed location"),
        ("create_product", {"product": None, "userErrors": [NO]}, "a product could not be created"),
        ("create_product", (200, {"data": {"productSet": None}}), "a product could not be created"),
        ("create_product", {"product": {"id": "gid://shopify/Product/1"}, "userErrors": []}, "0 usable ones"),
        ("create_order", {"order": None, "userErrors": [NO]}, "an order could not be created"),
        ("create_order", (502, "<html>"), "an order could not be created"),
        ("create_order", (200, []), "an order could not be created"),
    ],
)
def test_step_that_fails_is_named(made: Made, name: str, answer: Any, said: str) -> None:
    made.store.say["list_fulfillment_services"] = {"fulfillmentServices": None}
    made.store.say[name] = answer
    with pytest.raises(CannotStage, match=said):
        made.admin.create(("service",), (1,))
    assert made.admin.orders_created == 0


def test_order_that_was_refused_is_not_left_behind(made: Made) -> None:
    made.store.say["create_order"] = {"order": None, "userErrors": [NO]}
    with pytest.raises(CannotStage):
        made.admin.create(("service",), (1,))
    assert [entry.kind for entry in made.journal.left()] == ["product", "fulfillment service"]


def test_order_that_was_never_answered_stays_in_the_journal(made: Made) -> None:
    made.store.say["create_order"] = (None, None)
    with pytest.raises(CannotStage):
        made.admin.create(("service",), (1,))
    first = made.journal.left()[0]
    assert (first.kind, first.id) == ("order", None)


def test_order_refused_for_too_many_is_sent_again_in_time(made: Made) -> None:
    answers = iter(
        [{"order": None, "userErrors": [{"field": None, "message": "Too many attempts. Please try again later."}]}]
    )
    made.store.say["create_order"] = lambda given: next(answers, None) or made.store._create_order(given)
    assert made.admin.create(("service",), (1,)).id
    assert made.store.names.count("create_order") == 2
    assert sum(made.slept) > 1
    assert [entry.kind for entry in made.journal.left()].count("order") == 1


# --- removing


@pytest.mark.parametrize(
    ("kind", "note", "name", "given"),
    [
        ("order", TAG, "remove_order", {"orderId": "gid://shopify/Order/5"}),
        ("product", TAG, "remove_product", {"id": "gid://shopify/Product/5"}),
        (
            "fulfillment service",
            f"{TAG} service",
            "remove_fulfillment_service",
            {"id": "gid://shopify/FulfillmentService/5?id=true"},
        ),
    ],
)
def test_thing_is_removed(made: Made, kind: str, note: str, name: str, given: Any) -> None:
    assert made.admin.remove(JournalEntry(1, kind, note, "5")) is None
    assert made.store.names == [name]
    assert made.store.variables == [given]


@pytest.mark.parametrize(
    "answer",
    [
        {"userErrors": [{"field": ["id"], "message": "Fulfillment service could not be found."}]},
        {"userErrors": [{"field": ["id"], "message": "Product does not exist"}]},
        (
            200,
            {
                "data": {"x": None},
                "errors": [{"message": "Invalid id: gid", "extensions": {"code": "RESOURCE_NOT_FOUND"}}],
            },
        ),
    ],
)
def test_thing_that_is_not_there_is_gone(made: Made, answer: Any) -> None:
    made.store.say["remove_product"] = answer
    assert made.admin.remove(JournalEntry(1, "product", TAG, "5")) is None


def test_thing_that_stays_is_explained(made: Made) -> None:
    made.store.say["remove_product"] = {"userErrors": [NO]}
    assert "Refused." in str(made.admin.remove(JournalEntry(1, "product", TAG, "5")))


def test_order_that_cannot_be_deleted_is_settled_first(made: Made) -> None:
    answers = iter([{"userErrors": [NO]}, {"userErrors": [NO]}])
    made.store.say["remove_order"] = lambda _given: next(answers, {"userErrors": []})
    assert made.admin.remove(JournalEntry(1, "order", TAG, "5")) is None
    assert made.store.names == [
        "remove_order",
        "order_fulfillments",
        "cancel_fulfillment",
        "cancel_order",
        "remove_order",
        "remove_order",
    ]
    assert made.store.sent("cancel_fulfillment") == [{"id": "gid://shopify/Fulfillment/1"}]
    assert made.slept == [0.5]


def test_order_that_stays_is_explained(made: Made) -> None:
    made.store.say["remove_order"] = {"userErrors": [NO]}
    assert "Refused." in str(made.admin.remove(JournalEntry(1, "order", TAG, "5")))


def test_order_whose_creation_was_never_answered_is_found_by_its_tag(made: Made) -> None:
    rows = [{"id": "gid://shopify/Order/5", "tags": [TAG]}, {"id": "gid://shopify/Order/6", "tags": ["other"]}]
    made.store.say["find_orders"] = {"nodes": [*rows, {"id": "gid://shopify/Order/7", "tags": [TAG]}]}
    made.journal.created(made.journal.intend("order", TAG), "7")
    assert made.admin.remove(JournalEntry(9, "order", TAG)) is None
    assert made.store.sent("remove_order") == [{"orderId": "gid://shopify/Order/5"}]


def test_product_whose_creation_was_never_answered_is_explained(made: Made) -> None:
    assert "its id is not known" in str(made.admin.remove(JournalEntry(1, "product", TAG)))


@pytest.mark.parametrize("version", graphql_documents.versions())
def test_subscription_to_webhooks_is_made_found_and_removed_at_every_version(version: str) -> None:
    made = Made(version)
    row = {"id": "gid://shopify/WebhookSubscription/5", "uri": "https://example.com/webhooks/1"}
    made.store.say["create_webhook"] = {"webhookSubscription": row, "userErrors": []}
    made.store.say["list_webhooks"] = {"nodes": [row, {**row, "id": "gid://shopify/WebhookSubscription/6", "uri": "x"}]}
    made.store.say["remove_webhook"] = {"deletedWebhookSubscriptionId": row["id"], "userErrors": []}
    reply = made.admin._dialect.subscribe("merchant", "fulfillment_orders/moved", row["uri"])
    assert (reply.fine, reply.value) == (True, "5")
    assert made.store.variables[0]["topic"] == "FULFILLMENT_ORDERS_MOVED"
    number = made.journal.intend("webhook", f"{row['uri']} merchant")
    assert made.admin.remove(made.journal.left()[0]) is None
    assert number == 1
    assert made.store.sent("remove_webhook") == [{"id": row["id"]}]
