"""What provisioning sends, word for word in both dialects, and how it tells what came back."""

from dataclasses import replace
from typing import Any

import pytest
from test_provisioning_over_graphql import Made
from test_rest_dialect import PACE, dialect

from fulfillspec.stage.dialect import VARIANTS, Found, MadeService, WantedItem
from fulfillspec.stage.graphql_dialect import GraphQLDialect

PLACES = {name: ["1", "70"] if name.startswith("movable") else ["70"] for name in VARIANTS}


def over_graphql(**say: Any) -> tuple[GraphQLDialect, Any]:
    made = Made(actors=("merchant", "service", "other_service"))
    made.store.say.update(say)
    found: Any = made.admin._dialect
    return found, made.store


def test_product_over_rest() -> None:
    words, target = dialect(create_product=(201, {"product": {"id": 5}}))
    reply = words.create_product("tag", PLACES)
    assert (reply.fine, reply.value and reply.value.id, reply.value and reply.value.variants) == (True, "5", {})
    ((method, path, body),) = target.sent
    assert (method, path) == ("POST", "products.json")
    rows = body["product"].pop("variants")
    assert body == {
        "product": {"title": "tag", "tags": "tag", "status": "active", "options": [{"name": "Kind"}]},
    }
    assert rows[4] == {
        "option1": "movable 2",
        "price": "11.50",
        "inventory_management": "shopify",
        "requires_shipping": True,
    }
    assert [row["price"] for row in rows] == ["10.50", "11.50", "12.50"] * 2


def test_product_over_graphql() -> None:
    words, store = over_graphql()
    reply = words.create_product("tag", PLACES)
    assert reply.value is not None
    assert reply.value.stocked
    given = store.sent("create_product")[0]["input"]
    rows = given.pop("variants")
    assert given == {
        "title": "tag",
        "tags": ["tag"],
        "status": "ACTIVE",
        "productOptions": [{"name": "Kind", "values": [{"name": name} for name in VARIANTS]}],
    }
    assert [row["price"] for row in rows] == ["10.50", "11.50", "12.50"] * 2
    assert rows[4] == {
        "optionValues": [{"optionName": "Kind", "name": "movable 2"}],
        "price": "11.50",
        "inventoryItem": {"tracked": True, "requiresShipping": True},
        "inventoryQuantities": [
            {"locationId": f"gid://shopify/Location/{location}", "name": "available", "quantity": 1000}
            for location in (1, 70)
        ],
    }


def test_product_that_is_not_made_with_stock_is_made_without() -> None:
    no = {"product": None, "userErrors": [{"field": None, "message": "No."}]}
    words, store = over_graphql(create_product=lambda given: no if "inventoryQuantities" in str(given) else {})
    assert not words.create_product("tag", PLACES).fine
    first, second = (given["input"]["variants"] for given in store.sent("create_product"))
    assert all("inventoryQuantities" in row for row in first)
    assert not any("inventoryQuantities" in row for row in second)
    silent, store = over_graphql(create_product=(None, None))
    assert not silent.create_product("tag", PLACES).answered
    assert len(store.sent("create_product")) == 1, "nothing came back: it may have been made"


def test_variants_without_their_titles_are_those_in_order() -> None:
    rows = [
        {"id": f"gid://shopify/ProductVariant/{n}", "inventoryItem": {"id": f"gid://shopify/InventoryItem/{n + 50}"}}
        for n in range(1, 7)
    ]
    product = {"id": "gid://shopify/Product/5", "variants": {"nodes": rows}}
    words, _ = over_graphql(create_product={"product": product, "userErrors": []})
    reply = words.create_product("tag", PLACES)
    assert reply.value is not None
    assert reply.value.variants == {name: (str(n), str(n + 50)) for n, name in enumerate(VARIANTS, 1)}
    rows[0]["inventoryItem"] = {"id": "x"}
    again = words.create_product("tag", PLACES).value
    assert again is not None
    assert list(again.variants) == list(VARIANTS[1:])


def test_stock_over_rest() -> None:
    words, target = dialect()
    words.stock("20", "1", "tag")
    assert target.sent == [
        ("POST", "inventory_levels/set.json", {"location_id": 1, "inventory_item_id": 20, "available": 1000})
    ]


@pytest.mark.parametrize(
    ("answer", "stocks"),
    [
        ((200, {"inventory_levels": [{"inventory_item_id": 20, "location_id": 1, "available": 0}]}), True),
        ((200, {"inventory_levels": []}), False),
        ((403, {"errors": "No."}), False),
    ],
)
def test_location_of_an_item_over_rest(answer: tuple[int, Any], *, stocks: bool) -> None:
    words, target = dialect(get_stock=answer)
    assert words.stocks("20", "1") is stocks
    assert [(method, path) for method, path, _ in target.sent] == [("GET", "inventory_levels.json")]


@pytest.mark.parametrize(
    ("shown", "stocks"),
    [
        ({"inventoryLevel": {"id": "gid://shopify/InventoryLevel/1"}}, True),
        ({"inventoryLevel": None}, False),
        (None, False),
    ],
)
def test_location_of_an_item_over_graphql(shown: Any, *, stocks: bool) -> None:
    words, store = over_graphql(inventory_level=shown)
    assert words.stocks("20", "1") is stocks
    where = {"id": "gid://shopify/InventoryItem/20", "locationId": "gid://shopify/Location/1"}
    assert store.sent("inventory_level") == [where]


@pytest.mark.parametrize("version", ["2025-10", "2026-04"])
def test_stock_over_graphql(version: str) -> None:
    made = Made(version)
    made.store.say["activate_stock"] = {"userErrors": [{"field": None, "message": "It is active already."}]}
    made.admin._dialect.stock("20", "1", "tag")
    (first,), (second,) = made.store.sent("activate_stock"), made.store.sent("set_stock")
    where = {"inventoryItemId": "gid://shopify/InventoryItem/20", "locationId": "gid://shopify/Location/1"}
    assert {**first, "key": None} == {**where, "available": 1000, "key": None}
    assert second["key"] == f"{first['key']}-set"
    old = version == "2025-10"
    assert second["input"] == {
        "name": "available",
        "reason": "correction",
        "quantities": [{**where, "quantity": 1000, **({} if old else {"changeFromQuantity": None})}],
        **({"ignoreCompareQuantity": True} if old else {}),
    }


ADDRESS = {
    "first_name": "Ada", "last_name": "Example", "address1": "1 Test Street", "city": "Ottawa", "province": "Ontario",
    "country": "Canada", "zip": "K1A 0A1", "phone": "+16135550123",
}  # fmt: skip


def test_order_over_rest() -> None:
    words, target = dialect(create_order=(201, {"order": {"id": 9, "name": 9}}))
    reply = words.create_order("tag", [WantedItem("movable 1", 3, "10"), WantedItem("movable 2", 2)], PACE)
    assert reply.value is not None
    assert (reply.value.id, reply.value.name, reply.value.items) == ("9", None, ())
    assert target.sent[0][2] == {
        "order": {
            "line_items": [
                {"variant_id": 10, "quantity": 3},
                {"title": "movable 2", "price": "9.50", "quantity": 2, "requires_shipping": True},
            ],
            "financial_status": "paid",
            "shipping_address": ADDRESS,
            "email": "fulfillspec@mail.example.com",
            "note": "made by a conformance run, tag",
            "tags": "tag",
            "test": True,
            "send_receipt": False,
            "send_fulfillment_receipt": False,
            "inventory_behaviour": "bypass",
            "shipping_lines": [{"title": "Standard", "code": "Standard", "price": "0.00"}],
        }
    }


def test_order_that_is_not_taken_shipped_is_made_without() -> None:
    words, target = dialect(create_order=(422, {"errors": {"shipping_lines": ["unknown"]}}))
    for _ in range(2):
        assert words.create_order("tag", [WantedItem("movable 1", 3, "10")], PACE).refused
    assert ["shipping_lines" in sent["order"] for _, _, sent in target.sent] == [True, False, False]


def test_order_over_graphql() -> None:
    words, store = over_graphql()
    reply = words.create_order("tag", [WantedItem("movable 1", 3, "10")], PACE)
    assert reply.value is not None
    assert [(item.variant, item.units) for item in reply.value.items] == [("10", 3)]
    assert (reply.value.name, reply.fine) == ("#1", True)
    (given,) = store.sent("create_order")
    assert given == {
        "order": {
            "lineItems": [
                {"variantId": "gid://shopify/ProductVariant/10", "quantity": 3, "requiresShipping": True},
            ],
            "financialStatus": "PAID",
            "shippingAddress": {
                "firstName": "Ada", "lastName": "Example", "address1": "1 Test Street", "city": "Ottawa",
                "provinceCode": "ON", "countryCode": "CA", "zip": "K1A 0A1", "phone": "+16135550123",
            },
            "email": "fulfillspec@mail.example.com",
            "note": "made by a conformance run, tag",
            "tags": ["tag"],
            "test": True,
        },
        "options": {"inventoryBehaviour": "BYPASS", "sendReceipt": False, "sendFulfillmentReceipt": False},
    }  # fmt: skip


@pytest.mark.parametrize(("length", "shown"), [(160, "x" * 160), (161, "x" * 160 + "…")])
def test_answer_over_rest_is_told_in_short(length: int, shown: str) -> None:
    words, target = dialect()
    send = target.send

    def said(*given: Any, **request: Any) -> Any:
        return replace(send(*given, **request), body="x" * length, status=422)

    target.send = said  # type: ignore[method-assign]
    reply = words.remove("order", "9", "merchant")
    assert reply.in_words == f"DELETE http://x/admin/api/2025-10/orders/9.json answered HTTP 422 {shown}"


def test_answer_that_did_not_come_is_told() -> None:
    words, _ = dialect(remove_order=(None, None))
    assert words.remove("order", "9", "merchant").in_words == (
        "DELETE http://x/admin/api/2025-10/orders/9.json: nobody listens"
    )
    over, _ = over_graphql(remove_order=(None, None))
    reply = over.remove("order", "9", "merchant")
    assert (reply.answered, reply.refused, reply.gone) == (False, False, False)
    assert reply.in_words.startswith("remove_order: ")


@pytest.mark.parametrize(
    ("answer", "fine", "refused", "too_many", "told"),
    [
        ({"userErrors": []}, True, False, False, "remove_order answered HTTP 200 "),
        (
            {"userErrors": [{"field": None, "message": "Too many attempts."}]},
            False,
            True,
            True,
            "remove_order answered HTTP 200 Too many attempts.",
        ),
        ((500, {"errors": "x"}), False, False, False, "remove_order answered HTTP 500 "),
        ((403, "no JSON"), False, True, False, "remove_order answered HTTP 403 HTTP 403"),
    ],
)
def test_answer_over_graphql_tells_what_became_of_it(
    answer: Any, *, fine: bool, refused: bool, too_many: bool, told: str
) -> None:
    words, _ = over_graphql(remove_order=answer)
    reply = words.remove("order", "9", "merchant")
    assert (reply.fine, reply.refused, reply.too_many, reply.answered) == (fine, refused, too_many, True)
    assert reply.in_words.startswith(told)


@pytest.mark.parametrize(
    ("kind", "key", "path"),
    [
        ("order", "orders", "orders.json"),
        ("product", "products", "products.json"),
        ("fulfillment service", "fulfillment_services", "fulfillment_services.json"),
        ("webhook", "webhooks", "webhooks.json"),
    ],
)
def test_thing_over_rest_is_found_and_removed_under_its_own_name(kind: str, key: str, path: str) -> None:
    row = {"id": 9, "tags": "one, two", "title": "three", "name": "four", "address": "five"}
    words, target = dialect(**{f"find_{key}": (200, {key: [row]})})
    found = words.find(kind, "tag", "other_service")
    assert found.value == [Found("9", ("one", "two", "three", "four", "five other service"))]
    words.remove(kind, "9", "service")
    assert [(method, where) for method, where, _ in target.sent] == [("GET", path), ("DELETE", f"{key}/9.json")]


def test_things_over_graphql_are_found_with_what_they_bear() -> None:
    nodes = {"nodes": [{"id": "gid://shopify/Order/5", "tags": ["tag", "two"]}, {"id": "x"}]}
    words, store = over_graphql(find_orders=nodes)
    assert words.find("order", "tag", "merchant").value == [Found("5", ("tag", "two", "None", "None merchant"))]
    assert store.sent("find_orders") == [{"query": "tag:'tag' status:any"}]
    service = {"id": "gid://shopify/FulfillmentService/7?id=true", "serviceName": "tag service"}
    words, _ = over_graphql(list_fulfillment_services={"fulfillmentServices": [service]})
    found = words.find("fulfillment service", "tag", "other_service").value
    assert found == [Found("7", ("tag service", "None other service"))]
    old = {"id": "gid://shopify/WebhookSubscription/8", "callbackUrl": "https://example.com/"}
    words, _ = over_graphql(list_webhooks={"nodes": [old]})
    assert words.find("webhook", "x", "service").value == [Found("8", ("None", "https://example.com/ service"))]
    words, _ = over_graphql(find_orders={"nodes": None})
    assert words.find("order", "tag", "merchant").value is None


def test_address_of_a_subscription_is_named_as_the_version_names_it() -> None:
    for version, key in (("2025-01", "callbackUrl"), ("2026-04", "uri")):
        made = Made(version)
        made.store.say["create_webhook"] = {"webhookSubscription": None, "userErrors": []}
        made.admin._dialect.subscribe("merchant", "fulfillment_orders/moved", "https://example.com/")
        (given,) = made.store.sent("create_webhook")
        assert list(given["webhookSubscription"]) == [key], version


def test_locations_over_graphql_are_the_active_ones_with_their_content() -> None:
    rows = [
        {"id": "gid://shopify/Location/1", "name": "Depot", "address": {"city": "Here", "zip": " "}},
        {"id": "gid://shopify/Location/2", "isActive": True, "isFulfillmentService": False, "address": None},
        {"id": "gid://shopify/Location/3", "isActive": False},
        {"id": "gid://shopify/Location/4", "isFulfillmentService": True},
        {"id": "gid://shopify/Location/5"},
        {"id": None},
    ]
    words, _ = over_graphql(list_locations={"nodes": rows})
    assert words.merchant_locations(frozenset({"5"})).value == ["1", "2"]
    assert words.contents == {"1": {"name": "Depot", "city": "Here"}}
    words, _ = over_graphql(list_locations={"nodes": None})
    assert words.merchant_locations(frozenset()).value is None


def test_locations_over_rest_have_their_content() -> None:
    rows = [{"id": 1, "name": "Depot", "city": "Here", "legacy": False}, {"id": "x", "name": "None"}]
    words, target = dialect(list_locations=(200, {"locations": rows}))
    assert words.merchant_locations(frozenset()).value == ["1"]
    assert words.contents == {"1": {"name": "Depot", "city": "Here"}}
    assert [path for _, path, _ in target.sent] == ["locations.json", "fulfillment_services.json"]


def test_service_is_renamed_over_graphql() -> None:
    named = {"fulfillmentService": {"location": {"name": "other"}}, "userErrors": []}
    words, store = over_graphql(rename_fulfillment_service=named)
    assert words.rename_service("service", "7", "other").value == "other"
    given = {"id": "gid://shopify/FulfillmentService/7?id=true", "name": "other"}
    assert store.sent("rename_fulfillment_service") == [given]


def test_service_over_graphql_and_the_only_one_that_is_there() -> None:
    words, store = over_graphql()
    reply = words.create_service("service", "tag service", "https://example.com/")
    assert isinstance(reply.value, MadeService)
    assert store.sent("create_fulfillment_service") == [{"name": "tag service", "callbackUrl": "https://example.com/"}]
    assert words.existing_service("service") == "70"
    row = {"type": "THIRD_PARTY", "location": {"id": "gid://shopify/Location/70"}}
    words, _ = over_graphql(list_fulfillment_services={"fulfillmentServices": [row, row]})
    assert words.existing_service("service") is None, "nothing tells whose is whose"
    words, _ = over_graphql(list_fulfillment_services={"fulfillmentServices": []})
    assert words.existing_service("service") is None


def test_order_over_graphql_is_settled_by_cancelling_what_stands() -> None:
    rows = [
        {"id": "gid://shopify/Fulfillment/1", "status": "SUCCESS"},
        {"id": "gid://shopify/Fulfillment/2", "status": "CANCELLED"},
        {"id": None, "status": "SUCCESS"},
    ]
    words, store = over_graphql(order_fulfillments={"fulfillments": rows})
    words.settle_order("9")
    assert store.sent("cancel_fulfillment") == [{"id": "gid://shopify/Fulfillment/1"}]
    assert store.sent("order_fulfillments") == [{"id": "gid://shopify/Order/9"}]
    assert store.sent("cancel_order") == [{"orderId": "gid://shopify/Order/9"}]


def test_order_over_rest_is_settled_with_empty_bodies() -> None:
    rows = [{"id": 1, "status": "success"}, {"id": "x"}, {"id": 2}, {"id": 3, "status": "cancelled"}]
    words, target = dialect(list_fulfillments=(200, {"fulfillments": rows}))
    words.settle_order("9")
    assert [sent for sent in target.sent if sent[0] == "POST"] == [
        ("POST", "fulfillments/1/cancel.json", {}),
        ("POST", "fulfillments/2/cancel.json", {}),
        ("POST", "orders/9/cancel.json", {}),
    ]
