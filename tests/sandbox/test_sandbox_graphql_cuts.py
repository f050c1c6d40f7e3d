"""Split and merge, which only GraphQL has, and a stage that is set over GraphQL alone."""

from typing import Any

from graphql_client import ORDER, GraphQLClient, digits, gid, lines, state, units
from sandbox_client import Client


def split(shop: GraphQLClient, *rows: tuple[int, list[dict[str, Any]]]) -> Any:
    document = (
        "mutation($s: [FulfillmentOrderSplitInput!]!) { fulfillmentOrderSplit(fulfillmentOrderSplits: $s) { "
        "fulfillmentOrderSplits { fulfillmentOrder { ...O } remainingFulfillmentOrder { ...O } "
        f"replacementFulfillmentOrder {{ id }} }} userErrors {{ field message code }} }} }} {ORDER}"
    )
    given = [
        {"fulfillmentOrderId": gid("FulfillmentOrder", order), "fulfillmentOrderLineItems": part}
        for order, part in rows
    ]
    return shop.ask(document, s=given)["fulfillmentOrderSplit"]


def merge(shop: GraphQLClient, *orders: int) -> Any:
    document = (
        "mutation($m: [FulfillmentOrderMergeInput!]!) { fulfillmentOrderMerge(fulfillmentOrderMergeInputs: $m) "
        f"{{ fulfillmentOrderMerges {{ fulfillmentOrder {{ ...O }} }} userErrors {{ field message code }} }} }} {ORDER}"
    )
    intents = [{"fulfillmentOrderId": gid("FulfillmentOrder", order)} for order in orders]
    return shop.ask(document, m=[{"mergeIntents": intents}])["fulfillmentOrderMerge"]


def test_split_and_merge_keep_every_unit(merchant: Client, shop: GraphQLClient) -> None:
    one = merchant.stage("merchant", "open/unsubmitted", 3, 1)
    (done,) = split(shop, (one, lines(shop.look(one), 2, 1)))["fulfillmentOrderSplits"]
    assert (done["fulfillmentOrder"]["id"], units(done["fulfillmentOrder"])) == (gid("FulfillmentOrder", one), [(1, 1)])
    made = digits(done["remainingFulfillmentOrder"]["id"])
    assert units(done["remainingFulfillmentOrder"]) == [(2, 2), (1, 1)]
    assert done["replacementFulfillmentOrder"] is None
    assert "MERGE" in [row["action"] for row in shop.look(one)["supportedActions"]]
    (merged,) = merge(shop, one, made)["fulfillmentOrderMerges"]
    assert (digits(merged["fulfillmentOrder"]["id"]), units(merged["fulfillmentOrder"])) == (one, [(3, 3), (1, 1)])
    assert (state(shop.look(made)), units(shop.look(made))) == (("CLOSED", "UNSUBMITTED"), [])


def test_split_and_merge_are_refused_as_a_whole(merchant: Client, shop: GraphQLClient) -> None:
    one, other = (merchant.stage("merchant", "open/unsubmitted", 3) for _ in range(2))
    fine = lines(shop.look(one), 1)
    row = lines(shop.look(other), 1)[0]
    cases: list[tuple[int, list[dict[str, Any]], str | None]] = [
        (other, [], "NO_LINE_ITEMS_PROVIDED_TO_SPLIT"),
        (other, [{**row, "quantity": 0}], "GREATER_THAN"),
        (other, [{**row, "quantity": 9}], "INVALID_LINE_ITEM_QUANTITY"),
        (other, [{**row, "quantity": 3}], None),
        (5, [row], "FULFILLMENT_ORDER_NOT_FOUND"),
    ]
    for order, part, code in cases:
        refused = split(shop, (one, fine), (order, part))
        assert refused["fulfillmentOrderSplits"] is None
        assert [error["code"] for error in refused["userErrors"]] == [code]
        assert units(shop.look(one)) == [(3, 3)]
    held = merchant.stage("merchant", "on_hold/unsubmitted")
    for orders in ((one, other), (one, held), (one,), (one, one)):
        refused = merge(shop, *orders)
        assert refused["fulfillmentOrderMerges"] is None
        assert len(refused["userErrors"]) == 1
    assert merge(shop, one, 5)["userErrors"][0]["code"] == "FULFILLMENT_ORDER_NOT_FOUND"


def test_stage_can_be_set_over_graphql_alone(shop: GraphQLClient, maker: GraphQLClient) -> None:
    create = (
        "mutation($n: String!, $u: URL!) { fulfillmentServiceCreate(name: $n, callbackUrl: $u) "
        "{ fulfillmentService { id location { id } } userErrors { field message } } }"
    )
    service = maker.ask(create, n="Made here", u="https://mock.shop/")["fulfillmentServiceCreate"]["fulfillmentService"]
    again = maker.ask(create, n="Made here", u="https://mock.shop/")["fulfillmentServiceCreate"]
    assert again["userErrors"] == [{"field": ["name"], "message": "Name has already been taken"}]
    product = shop.ask(
        "mutation($i: ProductSetInput!) { productSet(input: $i) { product { id variants(first: 5) "
        "{ nodes { id title inventoryItem { id } } } } userErrors { message } } }",
        i={
            "title": "Thing",
            "productOptions": [{"name": "Kind", "values": [{"name": "a"}]}],
            "variants": [{"optionValues": [{"optionName": "Kind", "name": "a"}], "price": "10.50"}],
        },
    )["productSet"]["product"]
    (variant,) = product["variants"]["nodes"]
    where = {"i": variant["inventoryItem"]["id"], "l": service["location"]["id"]}
    shop.ask(
        "mutation($i: ID!, $l: ID!) { inventoryActivate(inventoryItemId: $i, locationId: $l, available: 5) "
        "{ inventoryLevel { id } userErrors { message } } }",
        **where,
    )
    stock = {"inventoryItemId": where["i"], "locationId": where["l"], "quantity": 9}
    levels = {"name": "available", "reason": "correction", "quantities": [stock], "ignoreCompareQuantity": True}
    done = shop.ask(
        "mutation($i: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $i) { userErrors { code } } }",
        i=levels,
    )
    assert done["inventorySetQuantities"]["userErrors"] == []
    order = shop.ask(
        "mutation($o: OrderCreateOrderInput!) { orderCreate(order: $o) { order { id tags fulfillmentOrders(first: 5) "
        "{ nodes { id assignedLocation { location { id } } destination { province countryCode } } } } "
        "userErrors { message } } }",
        o={
            "lineItems": [{"variantId": variant["id"], "quantity": 2, "requiresShipping": True}],
            "tags": ["run-9"],
            "shippingAddress": {"countryCode": "CA", "provinceCode": "ON", "zip": "K1A 0A1"},
        },
    )["orderCreate"]["order"]
    (routed,) = order["fulfillmentOrders"]["nodes"]
    assert routed["assignedLocation"]["location"]["id"] == service["location"]["id"]
    assert routed["destination"] == {"province": "Ontario", "countryCode": "CA"}
    found = shop.ask("{ orders(first: 5, query: \"tag:'run-9' status:any\") { nodes { id } } }")["orders"]["nodes"]
    assert found == [{"id": order["id"]}]
    cancel = (
        "mutation($id: ID!) { orderCancel(orderId: $id, reason: OTHER, refund: false, restock: false) "
        "{ job { done } orderCancelUserErrors { code } } }"
    )
    assert shop.ask(cancel, id=order["id"])["orderCancel"] == {"job": {"done": True}, "orderCancelUserErrors": []}
    assert shop.ask(cancel, id=order["id"])["orderCancel"]["orderCancelUserErrors"] == [{"code": "INVALID"}]
    delete = "mutation($id: ID!) { orderDelete(orderId: $id) { deletedId userErrors { code } } }"
    assert shop.ask(delete, id=order["id"])["orderDelete"] == {"deletedId": order["id"], "userErrors": []}
    assert shop.ask(delete, id=order["id"])["orderDelete"]["userErrors"] == [{"code": "NOT_FOUND"}]
    remove = "mutation($id: ID!) { fulfillmentServiceDelete(id: $id) { deletedId userErrors { field } } }"
    assert shop.ask(remove, id=service["id"])["fulfillmentServiceDelete"]["userErrors"] == [{"field": ["id"]}]
    assert maker.ask(remove, id=service["id"])["fulfillmentServiceDelete"]["deletedId"] == service["id"]
    gone = "mutation($i: ProductDeleteInput!) { productDelete(input: $i) { deletedProductId userErrors { field } } }"
    assert shop.ask(gone, i={"id": product["id"]})["productDelete"]["deletedProductId"] == product["id"]
