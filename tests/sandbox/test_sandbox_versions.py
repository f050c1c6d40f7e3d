"""Versions: which are served, what each shows, what becomes of a request for another one."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from graphql_client import GraphQLClient, gid
from sandbox_client import Client

from fulfillspec.documents import versions
from fulfillspec.sandbox.serve import Server
from fulfillspec.sandbox.versions import Versions

FIRST = {
    "assigned_location_id",
    "destination",
    "fulfillment_service_handle",
    "id",
    "line_items",
    "order_id",
    "request_status",
    "shop_id",
    "status",
    "supported_actions",
}
ASSIGNED = {"assigned_location", "merchant_requests"}
ORIGIN = {"origin", "outgoing_requests"}
MIXED = {"assigned_location", "outgoing_requests"}
LATER = {
    "created_at",
    "delivery_method",
    "fulfill_at",
    "fulfill_by",
    "fulfillment_holds",
    "international_duties",
    "updated_at",
}
HELD = {"delivery_method", "fulfill_at", "fulfillment_holds", "international_duties"}
DUTIES = {"international_duties"}
HANDLE = {"fulfillment_service_handle"}
NEW = (FIRST | LATER) - HANDLE
ON_HOLD = (FIRST | HELD) - HANDLE

# the keys that the samples of each era show, by operation
KEYS: dict[str, tuple[set[str], set[str], set[str]]] = {
    "list": (FIRST | ASSIGNED, NEW | ASSIGNED, NEW | ASSIGNED),
    "get": (FIRST | ASSIGNED, NEW | ASSIGNED, NEW | ASSIGNED),
    "assigned": (FIRST | MIXED, FIRST | MIXED | DUTIES, NEW | MIXED),
    "cancel": (FIRST | ASSIGNED, FIRST | ASSIGNED | DUTIES, NEW | ASSIGNED),
    "close": (FIRST | ASSIGNED, FIRST | ASSIGNED | DUTIES, NEW | ASSIGNED),
    "move": (FIRST | ASSIGNED, FIRST | ASSIGNED | DUTIES, NEW | ASSIGNED),
    "open": (FIRST | ASSIGNED | {"fulfill_at"}, FIRST | ASSIGNED | DUTIES | {"fulfill_at"}, NEW | ASSIGNED),
    "reschedule": (FIRST | ASSIGNED | {"fulfill_at"}, FIRST | ASSIGNED | DUTIES | {"fulfill_at"}, NEW | ASSIGNED),
    "hold": (ON_HOLD | ASSIGNED, ON_HOLD | ASSIGNED, NEW | ASSIGNED),
    "release_hold": (ON_HOLD | ASSIGNED, ON_HOLD | ORIGIN, NEW | ORIGIN),
    "submit": (FIRST | ORIGIN, FIRST | ORIGIN | DUTIES, NEW | ORIGIN),
    "accept": (FIRST | ORIGIN, FIRST | ORIGIN | DUTIES, NEW | ORIGIN),
    "reject": (FIRST | ORIGIN, FIRST | ORIGIN | DUTIES, NEW | ORIGIN),
    "submit_cancellation": (FIRST | ORIGIN, FIRST | ORIGIN | DUTIES, NEW | ORIGIN),
    "accept_cancellation": (FIRST | ORIGIN, FIRST | ORIGIN | DUTIES, NEW | ORIGIN),
    "reject_cancellation": (FIRST | ORIGIN, FIRST | ORIGIN | DUTIES, NEW | ORIGIN),
}
ERAS = {"2022-04": 0, "2022-07": 0, "2023-01": 1, "2024-10": 1, "2025-01": 2, "2026-07": 2, "unstable": 2}

# operation: actor, place, state it is asked in, method, path, body
ASKED: dict[str, tuple[str, str, str, str, str, Any]] = {
    "get": ("merchant", "service", "open/submitted", "GET", "fulfillment_orders/{id}", None),
    "list": ("merchant", "service", "open/submitted", "GET", "orders/{order}/fulfillment_orders", None),
    "assigned": ("service", "service", "open/submitted", "GET", "assigned_fulfillment_orders", None),
    "cancel": ("merchant", "service", "open/submitted", "POST", "fulfillment_orders/{id}/cancel", {}),
    "close": ("service", "service", "in_progress/accepted", "POST", "fulfillment_orders/{id}/close", {}),
    "move": ("merchant", "merchant", "open/unsubmitted", "POST", "fulfillment_orders/{id}/move", "move"),
    "open": ("merchant", "service", "scheduled/unsubmitted", "POST", "fulfillment_orders/{id}/open", {}),
    "reschedule": ("merchant", "service", "scheduled/unsubmitted", "POST", "fulfillment_orders/{id}/reschedule", "later"),
    "hold": ("merchant", "merchant", "open/unsubmitted", "POST", "fulfillment_orders/{id}/hold", "hold"),
    "release_hold": ("merchant", "merchant", "on_hold/unsubmitted", "POST", "fulfillment_orders/{id}/release_hold", {}),
    "submit": ("merchant", "service", "open/unsubmitted", "POST", "fulfillment_orders/{id}/fulfillment_request", {}),
    "accept": ("service", "service", "open/submitted", "POST", "fulfillment_orders/{id}/fulfillment_request/accept", {}),
    "reject": ("service", "service", "open/submitted", "POST", "fulfillment_orders/{id}/fulfillment_request/reject", {}),
    "submit_cancellation": (
        "merchant", "service", "in_progress/accepted", "POST", "fulfillment_orders/{id}/cancellation_request", {}
    ),
    "accept_cancellation": (
        "service", "service", "in_progress/cancellation_requested", "POST",
        "fulfillment_orders/{id}/cancellation_request/accept", {},
    ),
    "reject_cancellation": (
        "service", "service", "in_progress/cancellation_requested", "POST",
        "fulfillment_orders/{id}/cancellation_request/reject", {},
    ),
}  # fmt: skip
BODIES: dict[str, Any] = {
    "move": {"fulfillment_order": {"new_location_id": 7_100_000_002}},
    "later": {"fulfillment_order": {"new_fulfill_at": "2099-02-02 16:22 UTC"}},
    "hold": {"fulfillment_hold": {"reason": "other"}},
}
ACTIONS = {
    "open/unsubmitted": ({"request_fulfillment", "create_fulfillment"}, {"request_fulfillment"}),
    "open/submitted": ({"cancel_fulfillment_order"}, {"cancel_fulfillment_order"}),
    "open/rejected": ({"request_fulfillment", "create_fulfillment"}, {"request_fulfillment"}),
    "in_progress/accepted": ({"request_cancellation", "create_fulfillment"}, {"request_cancellation"}),
    "in_progress/cancellation_requested": (
        {"cancel_fulfillment_order", "create_fulfillment"},
        {"cancel_fulfillment_order"},
    ),
    "in_progress/cancellation_rejected": ({"create_fulfillment"}, set()),
    "cancelled/cancellation_accepted": ({"request_fulfillment", "create_fulfillment"}, {"request_fulfillment"}),
    "incomplete/closed": ({"request_fulfillment", "create_fulfillment"}, {"request_fulfillment"}),
    "scheduled/unsubmitted": ({"mark_as_open"}, {"mark_as_open"}),
    "on_hold/unsubmitted": ({"release_hold"}, {"release_hold"}),
    "closed/submitted": (set(), set()),
}


def ask(client: Client, version: str, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
    return client.ask(method, f"/admin/api/{version}/{path}.json", body, params=query)


def shown(answer: requests.Response) -> list[dict[str, Any]]:
    found = [value for value in answer.json().values() if value]
    return [row for value in found for row in (value if isinstance(value, list) else [value])]


@pytest.mark.parametrize("version", ERAS)
@pytest.mark.parametrize("operation", ASKED)
def test_answer_has_the_keys_of_its_era(client_of: Callable[..., Client], operation: str, version: str) -> None:
    actor, place, state, method, path, body = ASKED[operation]
    client = client_of(actor)
    one = client.stage(place, state)
    order = client_of("merchant").look(one)["order_id"]
    answer = ask(client, version, method, path.format(id=one, order=order), BODIES.get(body) if body else body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["X-Shopify-API-Version"] == version
    for row in shown(answer):
        assert set(row) == KEYS[operation][ERAS[version]]


@pytest.mark.parametrize("state", ACTIONS)
def test_actions_have_the_words_of_their_era(merchant: Client, state: str) -> None:
    one = merchant.stage("service", state)
    for version, expected in zip(("2022-10", "2024-10"), ACTIONS[state], strict=True):
        (row,) = shown(ask(merchant, version, "GET", f"fulfillment_orders/{one}"))
        assert set(row["supported_actions"]) == expected


def test_actions_at_merchant_locations_have_the_words_of_their_era(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted")
    for version, hold in (("2022-10", set()), ("2024-10", set()), ("2025-01", {"hold", "split"})):
        (row,) = shown(ask(merchant, version, "GET", f"fulfillment_orders/{one}"))
        assert set(row["supported_actions"]) == {"create_fulfillment", "move"} | hold


def test_release_hold_changed_its_dialect_with_2022_10(merchant: Client) -> None:
    for version, key in (("2022-07", "assigned_location"), ("2022-10", "origin")):
        one = merchant.stage("merchant", "on_hold/unsubmitted")
        (row,) = shown(ask(merchant, version, "POST", f"fulfillment_orders/{one}/release_hold", {}))
        assert key in row


def test_includes_came_with_2024_01(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted")
    asked = {"include_order_reference_fields": "true", "include_financial_summaries": "true"}
    for version, there in (("2023-10", False), ("2024-01", True)):
        (row,) = shown(ask(merchant, version, "GET", f"fulfillment_orders/{one}", **asked))
        assert ({"order_name", "order_processed_at", "channel_id"} <= set(row)) is there
        assert ("financial_summaries" in row["line_items"][0]) is there


def test_deadlines_came_with_2022_07(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted")
    body = {"fulfillment_order_ids": [one], "fulfillment_deadline": "2031-01-01T00:00:00Z"}
    path = "fulfillment_orders/set_fulfillment_orders_deadline"
    assert ask(merchant, "2022-04", "POST", path, body).status_code == 404
    assert ask(merchant, "2022-07", "POST", path, body).json() == {}


@pytest.mark.parametrize("version", ["2024-99", "2024-1", "1999-01", "2031-01", "latest", "2024-10-01"])
def test_what_is_no_version_is_not_found(client_of: Callable[..., Client], server: Server, version: str) -> None:
    answer = ask(client_of("merchant"), version, "GET", "shop")
    assert (answer.status_code, answer.json()) == (404, {"errors": "Not Found"})
    assert GraphQLClient(server.url, server.tokens["merchant"], version).send("{ shop { name } }").status_code == 404


def test_older_versions_fall_forward_to_the_oldest_of_the_transport(merchant: Client, server: Server) -> None:
    answer = ask(merchant, "2020-01", "GET", "shop")
    assert (answer.status_code, answer.headers["X-Shopify-API-Version"]) == (200, "2022-04")
    answer = GraphQLClient(server.url, server.tokens["merchant"], "2022-10").send("{ shop { name } }")
    assert (answer.status_code, answer.headers["X-Shopify-API-Version"]) == (200, "2024-10")


def test_oldest_supported_version_can_be_chosen(client_of: Callable[..., Client]) -> None:
    with Server(oldest="2025-10") as running:
        merchant = client_of("merchant", running)
        one = merchant.stage("merchant", "open/unsubmitted")
        answer = ask(merchant, "2023-01", "GET", f"fulfillment_orders/{one}")
        assert answer.headers["X-Shopify-API-Version"] == "2025-10"
        assert set(shown(answer)[0]) == KEYS["get"][2]
        for asked, served in (("2024-10", "2025-10"), ("2026-01", "2026-01"), ("unstable", "unstable")):
            answer = GraphQLClient(running.url, running.tokens["merchant"], asked).send("{ shop { name } }")
            assert answer.headers["X-Shopify-API-Version"] == served
    for wrong in ("2021-01", "2026-11", "new"):
        with pytest.raises(ValueError, match="There is no version"):
            Versions(wrong)


@pytest.mark.parametrize(
    "version",
    [*map(str, versions.known()), "unstable"],
)
def test_graphql_is_served_in_every_version(merchant: Client, server: Server, version: str) -> None:
    client = GraphQLClient(server.url, server.tokens["merchant"], version)
    one = merchant.stage("merchant", "open/unsubmitted")
    handle = "" if version == "2024-10" else ', handle: "mine"'
    document = (
        f"mutation($id: ID!) {{ fulfillmentOrderHold(id: $id, fulfillmentHold: {{reason: OTHER{handle}}}) "
        "{ fulfillmentOrder { status } userErrors { code } } }"
    )
    answer = client.send(document, id=gid("FulfillmentOrder", one))
    assert answer.json()["data"]["fulfillmentOrderHold"] == {
        "fulfillmentOrder": {"status": "ON_HOLD"},
        "userErrors": [],
    }
    assert answer.headers["X-Shopify-API-Version"] == version
