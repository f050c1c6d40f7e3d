"""GraphQL over HTTP: the lifecycle, refusals, split and merge, scopes, costs."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from graphql_client import (
    ACCEPT,
    CANCELLATION,
    CLOSE,
    ORDER,
    REJECT,
    REQUEST,
    GraphQLClient,
    digits,
    gid,
    lines,
    state,
    units,
)
from sandbox_client import Client

from fulfillspec.sandbox.serve import Server

API_TYPE = "The fulfillment order's assigned fulfillment service must be of api type"


def test_service_closes_what_it_accepted(merchant: Client, shop: GraphQLClient, maker: GraphQLClient) -> None:
    one = merchant.stage("service", "open/unsubmitted", 2, 1)
    asked = shop.act(
        REQUEST,
        one,
        "originalFulfillmentOrder submittedFulfillmentOrder unsubmittedFulfillmentOrder",
        message="Please.",
        notifyCustomer=True,
    )
    submitted = asked["submittedFulfillmentOrder"]
    assert state(submitted) == ("OPEN", "SUBMITTED")
    assert submitted["id"] == asked["originalFulfillmentOrder"]["id"] == gid("FulfillmentOrder", one)
    assert asked["unsubmittedFulfillmentOrder"] is None
    (request,) = submitted["merchantRequests"]["nodes"]
    assert (request["kind"], request["message"]) == ("FULFILLMENT_REQUEST", "Please.")
    assert request["requestOptions"] == {"notify_customer": True}
    assert state(maker.done(ACCEPT, one, message="Fine.")) == ("IN_PROGRESS", "ACCEPTED")
    closed = maker.done(CLOSE, one, message="Out of stock.")
    assert (state(closed), units(closed)) == (("INCOMPLETE", "CLOSED"), [(2, 2), (1, 1)])
    assert merchant.state(one) == ("incomplete", "closed")


def test_both_transports_show_the_same(merchant: Client, shop: GraphQLClient) -> None:
    one = merchant.stage("service", "in_progress/cancellation_requested", 2, 1)
    rest, shown = merchant.look(one), shop.look(one)
    assert state(shown) == (rest["status"].upper(), rest["request_status"].upper())
    assert digits(shown["orderId"]) == rest["order_id"]
    assert digits(shown["assignedLocation"]["location"]["id"]) == rest["assigned_location_id"]
    assert [row["action"] for row in shown["supportedActions"]] == [word.upper() for word in rest["supported_actions"]]
    assert [digits(row["id"]) for row in shown["lineItems"]["nodes"]] == [row["id"] for row in rest["line_items"]]
    assert [row["kind"].lower() for row in shown["merchantRequests"]["nodes"]] == [
        row["kind"] for row in rest["merchant_requests"]
    ]
    assert shown["createdAt"].endswith("Z")


def test_part_of_a_request_leaves_the_rest(merchant: Client, shop: GraphQLClient) -> None:
    one = merchant.stage("service", "open/unsubmitted", 3)
    part = lines(shop.look(one), 2)
    keys = "submittedFulfillmentOrder unsubmittedFulfillmentOrder"
    asked = shop.act(REQUEST, one, keys, fulfillmentOrderLineItems=part)
    assert units(asked["submittedFulfillmentOrder"]) == [(2, 2)]
    assert units(asked["unsubmittedFulfillmentOrder"]) == [(1, 1)]


def test_rejection_takes_reason_and_line_items(merchant: Client, shop: GraphQLClient, maker: GraphQLClient) -> None:
    one = merchant.stage("service", "open/submitted")
    line = shop.look(one)["lineItems"]["nodes"][0]["id"]
    given: dict[str, Any] = {
        "reason": "INVALID_SKU",
        "lineItems": [{"fulfillmentOrderLineItemId": line, "message": "No."}],
    }
    assert state(maker.done(REJECT, one, message="No.", **given)) == ("OPEN", "REJECTED")


def test_cancellation_is_asked_for_and_answered(merchant: Client, shop: GraphQLClient, maker: GraphQLClient) -> None:
    for answer, expected in (("Accept", "CANCELLATION_ACCEPTED"), ("Reject", "CANCELLATION_REJECTED")):
        one = merchant.stage("service", "in_progress/accepted")
        assert state(shop.done(CANCELLATION, one, message="Stop.")) == ("IN_PROGRESS", "CANCELLATION_REQUESTED")
        assert maker.done(f"fulfillmentOrder{answer}CancellationRequest", one)["requestStatus"] == expected


def test_merchant_cancels_and_gets_a_replacement(merchant: Client, shop: GraphQLClient) -> None:
    one = merchant.stage("service", "open/submitted", 2)
    keys = "fulfillmentOrder replacementFulfillmentOrder"
    done = shop.act("fulfillmentOrderCancel", one, keys)
    assert (state(done["fulfillmentOrder"]), units(done["fulfillmentOrder"])) == (("CLOSED", "SUBMITTED"), [])
    replacement = done["replacementFulfillmentOrder"]
    assert (state(replacement), units(replacement)) == (("OPEN", "UNSUBMITTED"), [(2, 2)])


def test_holds_have_handles_and_are_released_by_id(merchant: Client, shop: GraphQLClient) -> None:
    one = merchant.stage("merchant", "open/unsubmitted", 3)
    keys = "fulfillmentOrder remainingFulfillmentOrder"
    part = {"reason": "OTHER", "handle": "a", "reasonNotes": "n", "fulfillmentOrderLineItems": lines(shop.look(one), 2)}
    held = shop.act("fulfillmentOrderHold", one, keys, fulfillmentHold=part)
    assert (units(held["fulfillmentOrder"]), units(held["remainingFulfillmentOrder"])) == ([(2, 2)], [(1, 1)])
    second = {"reason": "AWAITING_PAYMENT", "handle": "b"}
    both = shop.done("fulfillmentOrderHold", one, fulfillmentHold=second)["fulfillmentHolds"]
    assert [(hold["handle"], hold["reason"]) for hold in both] == [("a", "OTHER"), ("b", "AWAITING_PAYMENT")]
    (error,) = shop.refused("fulfillmentOrderHold", one, errors="field message code", fulfillmentHold=second)
    assert (error["field"], error["code"]) == (["fulfillmentHold", "handle"], "DUPLICATE_FULFILLMENT_HOLD_HANDLE")
    left = shop.done("fulfillmentOrderReleaseHold", one, holdIds=[both[0]["id"]])
    assert (left["status"], [hold["handle"] for hold in left["fulfillmentHolds"]]) == ("ON_HOLD", ["b"])
    assert shop.done("fulfillmentOrderReleaseHold", one)["status"] == "OPEN"


def test_second_hold_is_refused_before_handles(merchant: Client, asks: Callable[..., GraphQLClient]) -> None:
    old = asks("merchant", "2024-10")
    one = merchant.stage("merchant", "on_hold/unsubmitted")
    document = (
        "mutation($id: ID!, $h: FulfillmentOrderHoldInput!) { fulfillmentOrderHold(id: $id, fulfillmentHold: $h) "
        "{ fulfillmentOrder { id } userErrors { code } } }"
    )
    done = old.ask(document, id=gid("FulfillmentOrder", one), h={"reason": "OTHER"})["fulfillmentOrderHold"]
    assert done == {"fulfillmentOrder": None, "userErrors": [{"code": "TAKEN"}]}


def test_moves_open_reschedule_and_deadline(merchant: Client, shop: GraphQLClient, server: Server) -> None:
    locations = list(server.sandbox.store.locations)
    one = merchant.stage("merchant", "open/unsubmitted", 3)
    keys = "originalFulfillmentOrder movedFulfillmentOrder remainingFulfillmentOrder"
    part = lines(shop.look(one), 1)
    target = gid("Location", locations[1])
    moved = shop.act("fulfillmentOrderMove", one, keys, newLocationId=target, fulfillmentOrderLineItems=part)
    assert units(moved["movedFulfillmentOrder"]) == [(1, 1)]
    assert moved["remainingFulfillmentOrder"]["id"] == moved["originalFulfillmentOrder"]["id"]
    later = merchant.stage("merchant", "scheduled/unsubmitted")
    done = shop.done("fulfillmentOrderReschedule", later, fulfillAt="2099-02-02T11:22:00-05:00")
    assert (done["status"], done["fulfillAt"]) == ("SCHEDULED", "2099-02-02T16:22:00Z")
    assert shop.done("fulfillmentOrderOpen", later)["status"] == "OPEN"
    document = (
        "mutation($ids: [ID!]!, $at: DateTime!) { fulfillmentOrdersSetFulfillmentDeadline("
        "fulfillmentOrderIds: $ids, fulfillmentDeadline: $at) { success userErrors { field message code } } }"
    )
    answer = shop.ask(document, ids=[gid("FulfillmentOrder", one)], at="2031-01-01T00:00:00Z")
    assert answer["fulfillmentOrdersSetFulfillmentDeadline"] == {"success": True, "userErrors": []}
    assert shop.look(one)["fulfillBy"] == "2031-01-01T00:00:00Z"
    refused = shop.ask(document, ids=[gid("FulfillmentOrder", 5)], at="2031-01-01T00:00:00Z")
    (error,) = refused["fulfillmentOrdersSetFulfillmentDeadline"]["userErrors"]
    assert error == {"field": None, "message": "Fulfillment orders could not be found.", "code": None}


def test_fulfillments_are_made_tracked_and_cancelled(merchant: Client, shop: GraphQLClient) -> None:
    one = merchant.stage("merchant", "open/unsubmitted", 2)
    make = (
        "mutation($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) "
        "{ fulfillment { id status totalQuantity trackingInfo { number } } userErrors { field message } } }"
    )
    row = {"fulfillmentOrderId": gid("FulfillmentOrder", one), "fulfillmentOrderLineItems": lines(shop.look(one), 1)}
    work = {"lineItemsByFulfillmentOrder": [row], "trackingInfo": {"number": "1Z"}}
    made = shop.ask(make, f=work)["fulfillmentCreate"]["fulfillment"]
    assert (made["status"], made["totalQuantity"], made["trackingInfo"]) == ("SUCCESS", 1, [{"number": "1Z"}])
    assert (state(shop.look(one)), units(shop.look(one))) == (("IN_PROGRESS", "UNSUBMITTED"), [(2, 1)])
    track = (
        "mutation($id: ID!, $t: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, "
        "trackingInfoInput: $t) { fulfillment { trackingInfo { number } } userErrors { field message } } }"
    )
    changed = shop.ask(track, id=made["id"], t={"numbers": ["2Z"]})["fulfillmentTrackingInfoUpdate"]
    assert changed["fulfillment"]["trackingInfo"] == [{"number": "2Z"}]
    unknown = shop.ask(track, id=gid("Fulfillment", 5), t={})["fulfillmentTrackingInfoUpdate"]
    assert unknown["userErrors"] == [{"field": ["fulfillmentId"], "message": "Fulfillment does not exist."}]
    undo = "mutation($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status } userErrors { field message } } }"
    assert shop.ask(undo, id=made["id"])["fulfillmentCancel"]["fulfillment"] == {"status": "CANCELLED"}
    gone = {**work, "lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": gid("FulfillmentOrder", 5)}]}
    expected = [{"field": ["fulfillment"], "message": "Fulfillment order does not exist."}]
    assert shop.ask(make, f=gone)["fulfillmentCreate"] == {"fulfillment": None, "userErrors": expected}


def test_wrong_state_has_user_errors_and_null(merchant: Client, shop: GraphQLClient, maker: GraphQLClient) -> None:
    one = merchant.stage("service", "open/submitted")
    (error,) = maker.refused(CLOSE, one)
    assert error == {"field": None, "message": "The fulfillment order's request has not been accepted."}
    here = merchant.stage("merchant", "open/unsubmitted")
    assert shop.refused(REQUEST, here, "submittedFulfillmentOrder") == [{"field": None, "message": API_TYPE}]
    (error,) = shop.refused("fulfillmentOrderOpen", here)
    assert error["message"] == "Expected fulfillment order status to be valid but it was open."


def test_code_is_asked_for_where_the_type_has_it(merchant: Client, asks: Callable[..., GraphQLClient]) -> None:
    one = merchant.stage("merchant", "closed/unsubmitted")
    document = (
        "mutation($id: ID!, $to: ID!) { fulfillmentOrderMove(id: $id, newLocationId: $to) { userErrors { code } } }"
    )
    given = {"id": gid("FulfillmentOrder", one), "to": gid("Location", 7_100_000_002)}
    (error,) = asks("merchant", "2026-01").errors(document, **given)
    assert error["extensions"]["code"] == "undefinedField"
    moved = asks("merchant", "2026-04").ask(document, **given)
    assert moved["fulfillmentOrderMove"]["userErrors"] == [{"code": None}]


def test_unknown_ids_have_top_level_errors(shop: GraphQLClient, maker: GraphQLClient) -> None:
    for wrong in (gid("FulfillmentOrder", 0), gid("Order", 5), "5"):
        document = "mutation($id: ID!) { fulfillmentOrderClose(id: $id) { userErrors { message } } }"
        answer = maker.send(document, id=wrong).json()
        (error,) = answer["errors"]
        assert answer["data"] == {"fulfillmentOrderClose": None}
        assert (error["message"], error["extensions"]["code"]) == (f"Invalid id: {wrong}", "RESOURCE_NOT_FOUND")
        assert error["path"] == ["fulfillmentOrderClose"]
        query = "query($id: ID!) { fulfillmentOrder(id: $id) { id } }"
        assert shop.ask(query, id=wrong) == {"fulfillmentOrder": None}


def test_missing_scopes_are_named(merchant: Client, shop: GraphQLClient, asks: Callable[..., GraphQLClient]) -> None:
    one = merchant.stage("service", "in_progress/accepted")
    document = "mutation($id: ID!) { fulfillmentOrderClose(id: $id) { userErrors { message } } }"
    answer = shop.send(document, id=gid("FulfillmentOrder", one))
    assert (answer.status_code, answer.json()["data"]) == (200, {"fulfillmentOrderClose": None})
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert "`write_assigned_fulfillment_orders` access scope." in error["message"]
    assert asks("service").errors("{ orders(first: 1) { nodes { id } } }")[0]["extensions"]["code"] == "ACCESS_DENIED"
    assert merchant.state(one) == ("in_progress", "accepted")


def test_lists_have_what_the_scopes_cover(merchant: Client, asks: Callable[..., GraphQLClient]) -> None:
    one = merchant.stage("service", "open/submitted")
    here = merchant.stage("merchant", "open/unsubmitted")
    query = f"query($id: ID!) {{ order(id: $id) {{ fulfillmentOrders(first: 5) {{ nodes {{ ...O }} }} }} }} {ORDER}"
    for fulfillment_order, actors in ((one, {"merchant", "service"}), (here, {"merchant"})):
        order = gid("Order", merchant.look(fulfillment_order)["order_id"])
        for actor in ("merchant", "service", "other_service", "outsider"):
            listed = asks(actor).ask(query, id=order)["order"]["fulfillmentOrders"]["nodes"]
            assert [row["id"] for row in listed] == (
                [gid("FulfillmentOrder", fulfillment_order)] if actor in actors else []
            )
    assigned = "query($s: FulfillmentOrderAssignmentStatus) { assignedFulfillmentOrders(first: 250, assignmentStatus: $s) { nodes { id } } }"
    found = asks("service").ask(assigned, s="FULFILLMENT_REQUESTED")["assignedFulfillmentOrders"]["nodes"]
    assert {"id": gid("FulfillmentOrder", one)} in found
    assert asks("merchant").errors(assigned)[0]["extensions"]["code"] == "ACCESS_DENIED"


def test_who_holds_takes_a_scope_and_the_rest_is_there(merchant: Client, shop: GraphQLClient) -> None:
    one = merchant.stage("merchant", "on_hold/unsubmitted")
    query = "query($id: ID!) { fulfillmentOrder(id: $id) { status fulfillmentHolds { heldByApp { title } } } }"
    answer = shop.send(query, id=gid("FulfillmentOrder", one)).json()
    assert answer["data"] == {"fulfillmentOrder": {"status": "ON_HOLD", "fulfillmentHolds": [{"heldByApp": None}]}}
    (error,) = answer["errors"]
    assert error["path"] == ["fulfillmentOrder", "fulfillmentHolds", 0, "heldByApp"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nothing }", "undefinedField"),
        ("{ shop { name(loud: true) } }", "argumentNotAccepted"),
        ("mutation { fulfillmentOrderClose { userErrors { message } } }", "missingRequiredArguments"),
        ("{ shop {", None),
        ("query($id: ID!) { fulfillmentOrder(id: $id) { id } }", "INVALID_VARIABLE"),
        ("{ fulfillmentOrders { nodes { id } } }", None),
    ],
)
def test_bad_documents_have_top_level_errors(shop: GraphQLClient, query: str, code: str | None) -> None:
    errors = shop.errors(query)
    assert code in [error.get("extensions", {}).get("code") for error in errors]


def test_invalid_token_is_answered_401_and_a_body_without_query_400(
    asks: Callable[..., GraphQLClient], shop: GraphQLClient
) -> None:
    answer = asks(None).send("{ shop { name } }")
    assert answer.status_code == 401
    assert answer.json()["errors"].startswith("[API] Invalid API key or access token")
    assert shop.session.post(shop.url, json={"variables": {}}, timeout=300).status_code == 400
    assert shop.session.get(shop.url, timeout=300).status_code == 405


def test_node_and_pages_find_things_by_id(merchant: Client, shop: GraphQLClient) -> None:
    one = merchant.stage("merchant", "on_hold/unsubmitted", 1, 2, 3)
    shown = shop.look(one)
    ids = [shown["id"], shown["orderId"], shown["fulfillmentHolds"][0]["id"], shown["lineItems"]["nodes"][1]["id"]]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    types = ["FulfillmentOrder", "Order", "FulfillmentHold", "FulfillmentOrderLineItem"]
    expected = [{"__typename": kind, "id": identity} for kind, identity in zip(types, ids, strict=True)]
    assert shop.ask(query, ids=ids)["nodes"] == expected
    assert shop.ask('{ node(id: "gid://shopify/Customer/1") { id } }') == {"node": None}
    page = (
        "query($id: ID!, $after: String) { fulfillmentOrder(id: $id) { lineItems(first: 2, after: $after) "
        "{ nodes { totalQuantity } pageInfo { hasNextPage endCursor hasPreviousPage } } } }"
    )
    first = shop.ask(page, id=shown["id"])["fulfillmentOrder"]["lineItems"]
    assert ([row["totalQuantity"] for row in first["nodes"]], first["pageInfo"]["hasNextPage"]) == ([1, 2], True)
    rest = shop.ask(page, id=shown["id"], after=first["pageInfo"]["endCursor"])["fulfillmentOrder"]["lineItems"]
    assert [row["totalQuantity"] for row in rest["nodes"]] == [3]
    assert (rest["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasPreviousPage"]) == (False, True)


def test_costs_are_told_and_the_bucket_runs_dry(merchant: Client, asks: Callable[..., GraphQLClient]) -> None:
    cost = asks("merchant").send("{ shop { name } }").json()["extensions"]["cost"]
    assert cost["requestedQueryCost"] == cost["actualQueryCost"] == 1
    assert cost["throttleStatus"] == {"maximumAvailable": 2000.0, "currentlyAvailable": 1999, "restoreRate": 100.0}
    with Server(rate="standard") as limited:
        shop = asks("merchant", at=limited)
        wide = f"query($n: Int!) {{ fulfillmentOrders(first: $n) {{ nodes {{ ...O }} }} }} {ORDER}"
        assert shop.errors(wide, n=50)[0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
        answers = [shop.send(wide, n=12) for _ in range(25)]
        assert "errors" not in answers[0].json()
        throttled = [answer for answer in answers if "errors" in answer.json()]
        assert throttled
        assert all(answer.status_code == 200 for answer in throttled)
        assert throttled[0].json()["errors"][0]["extensions"]["code"] == "THROTTLED"
        assert throttled[0].json()["extensions"]["cost"]["actualQueryCost"] is None
        assert "data" not in throttled[0].json()
        assert "data" in asks("service", at=limited).send("{ shop { name } }").json()


def test_graphql_takes_nothing_from_the_rest_bucket(server: Server) -> None:
    url = f"{server.url}/admin/api/2025-10/graphql.json"
    headers = {"X-Shopify-Access-Token": server.tokens["merchant"]}
    answer = requests.post(url, json={"query": "{ shop { name } }"}, headers=headers, timeout=300)
    assert "X-Shopify-Shop-Api-Call-Limit" not in answer.headers
    assert answer.headers["X-Shopify-API-Version"] == "2025-10"
