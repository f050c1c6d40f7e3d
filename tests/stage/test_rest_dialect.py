"""Provisioning over REST: how answers are read, and what they mean for what was to be made or removed."""

from typing import Any

import pytest

from fulfillspec.evidence.log import NOT_JSON, Exchange
from fulfillspec.stage.dialect import VARIANTS, MadeItem, MadeService, WantedItem
from fulfillspec.stage.rest_dialect import RestDialect
from fulfillspec.wire.http import UNSET
from fulfillspec.wire.throttle import OrderPace

PACE = OrderPace("auto")


class Target:
    """Gives prepared answers (status, data) by operation, and keeps what it was sent."""

    def __init__(self, **answers: tuple[int | None, Any]) -> None:
        self.answers = answers
        self.sent: list[tuple[str, str, Any]] = []

    def send(self, method: str, path: str, **request: Any) -> Exchange:
        self.sent.append((method, path.removeprefix("/admin/api/2025-10/"), request["json"]))
        status, data = self.answers.get(request["operation"], (200, {}))
        return Exchange(
            1,
            "2026-01-02T03:04:05.000Z",
            "case",
            "merchant",
            "rest",
            request["operation"],
            "setup",
            method,
            f"http://x{path}",
            status=status,
            data=NOT_JSON if status is None else data,
            error="nobody listens" if status is None else None,
        )


def dialect(**answers: tuple[int | None, Any]) -> tuple[RestDialect, Target]:
    target = Target(**answers)
    return RestDialect(dict.fromkeys(("merchant", "service", "other_service"), target), "2025-10"), target


def test_service_shows_its_id_and_location() -> None:
    words, target = dialect(create_fulfillment_service=(201, {"fulfillment_service": {"id": 7, "location_id": 70}}))
    reply = words.create_service("service", "tag service", "https://example.com/")
    assert reply.fine
    assert reply.value == MadeService("7", "70")
    assert target.sent[0][2]["fulfillment_service"] == {
        "name": "tag service",
        "callback_url": "https://example.com/",
        "inventory_management": True,
        "tracking_support": True,
        "requires_shipping_method": True,
        "format": "json",
        "permits_sku_sharing": True,
        "fulfillment_orders_opt_in": True,
    }


@pytest.mark.parametrize(
    ("status", "answered", "refused"),
    [(403, True, True), (422, True, True), (500, True, False), (None, False, False)],
)
def test_only_a_client_error_says_that_nothing_was_made(status: int | None, answered: object, refused: object) -> None:
    words, _ = dialect(create_order=(status, {"errors": "No."}))
    reply = words.create_order("tag", [WantedItem("movable 1", 2)], PACE)
    assert (reply.fine, reply.answered, reply.refused) == (False, answered, refused)
    assert str(status or "nobody listens") in reply.in_words


def test_locations_are_the_active_ones_of_no_service() -> None:
    rows = [
        {"id": 1},
        {"id": 2, "active": False},
        {"id": 3, "legacy": True},
        {"id": 4},
        {"id": 5},
        {"id": 6, "active": True},
        "no object",
    ]
    words, _ = dialect(
        list_locations=(200, {"locations": rows}),
        list_fulfillment_services=(200, {"fulfillment_services": [{"location_id": 4}]}),
    )
    assert words.merchant_locations(frozenset({"5"})).value == ["1", "6"]


def test_locations_that_cannot_be_listed_are_none() -> None:
    words, _ = dialect(list_locations=(403, {"errors": "No."}))
    assert words.merchant_locations(frozenset()).value is None


def test_product_has_its_variants_by_name() -> None:
    rows = [{"id": 10 + n, "inventory_item_id": 20 + n} for n in range(len(VARIANTS))]
    words, target = dialect(create_product=(201, {"product": {"id": 5, "variants": rows}}))
    reply = words.create_product("tag", {name: ["1"] for name in VARIANTS})
    assert reply.value is not None
    assert reply.value.variants[VARIANTS[-1]] == ("15", "25")
    assert not reply.value.stocked
    assert [row["option1"] for row in target.sent[0][2]["product"]["variants"]] == list(VARIANTS)


@pytest.mark.parametrize("status", [404, 405, 410, 501])
def test_target_that_keeps_no_products_is_no_failure(status: int) -> None:
    words, _ = dialect(create_product=(status, {}))
    assert words.create_product("tag", {}).absent


def test_stock_is_connected_first_where_setting_it_is_refused() -> None:
    words, target = dialect(set_stock=(422, {"errors": "not connected"}))
    words.stock("20", "1", "tag")
    assert [path for _, path, _ in target.sent] == [
        f"inventory_levels/{step}.json" for step in ("set", "connect", "set")
    ]
    assert "available" not in target.sent[1][2]


def test_order_has_variants_or_custom_items() -> None:
    rows = [{"id": 31, "variant_id": 10, "quantity": 3}, {"id": 32, "quantity": True}, {"id": None}]
    words, target = dialect(create_order=(201, {"order": {"id": 9, "name": "#9", "line_items": rows}}))
    reply = words.create_order("tag", [WantedItem("movable 1", 3, "10"), WantedItem("movable 2", 2)], PACE)
    assert reply.value is not None
    assert reply.value.items == (MadeItem("31", "10", 3), MadeItem("32", None, None))
    lines = target.sent[0][2]["order"]["line_items"]
    assert [(row.get("variant_id"), row.get("title")) for row in lines] == [(10, None), (None, "movable 2")]


@pytest.mark.parametrize(("status", "gone"), [(200, True), (404, True), (403, False), (500, False)])
def test_what_is_not_there_is_removed(status: int, gone: object) -> None:
    words, target = dialect(remove_product=(status, {}))
    assert words.remove("product", "5", "merchant").gone is gone
    assert target.sent[0][:2] == ("DELETE", "products/5.json")


def test_order_is_settled_by_cancelling_what_stands() -> None:
    rows = [{"id": 1, "status": "success"}, {"id": 2, "status": "cancelled"}]
    words, target = dialect(list_fulfillments=(200, {"fulfillments": rows}))
    words.settle_order("9")
    assert [path for _, path, _ in target.sent] == [
        "orders/9/fulfillments.json",
        "fulfillments/1/cancel.json",
        "orders/9/cancel.json",
    ]


def test_things_are_found_with_what_they_bear() -> None:
    rows = [{"id": 9, "tags": "one, tag"}, {"id": "x", "tags": "tag"}]
    words, _ = dialect(find_orders=(200, {"orders": rows}))
    reply = words.find("order", "tag", "merchant")
    assert reply.value is not None
    assert [found.id for found in reply.value if "tag" in found.bears] == ["9"]
    assert dialect(find_orders=(500, None))[0].find("order", "tag", "merchant").value is None


def test_location_of_a_service_bears_the_name_that_it_got() -> None:
    renamed = (200, {"fulfillment_service": {"id": 7, "location_id": 70}})
    words, target = dialect(rename_fulfillment_service=renamed, get_location=(200, {"location": {"name": "other"}}))
    assert words.rename_service("service", "7", "other").value == "other"
    body = {"fulfillment_service": {"name": "other"}}
    assert target.sent == [("PUT", "fulfillment_services/7.json", body), ("GET", "locations/70.json", UNSET)]
    for status in (404, 200):
        words, target = dialect(rename_fulfillment_service=(status, {}))
        assert words.rename_service("service", "7", "other").value is None
        assert len(target.sent) == 1


def test_subscription_is_one_of_the_actors_own() -> None:
    words, target = dialect(create_webhook=(201, {"webhook": {"id": 5}}))
    assert words.subscribe("service", "fulfillment_orders/moved", "https://example.com/").value == "5"
    body = {"webhook": {"topic": "fulfillment_orders/moved", "address": "https://example.com/", "format": "json"}}
    assert target.sent == [("POST", "webhooks.json", body)]


def test_service_that_is_there_already_has_a_location() -> None:
    rows = [{"id": 1}, {"id": 2, "location_id": 70}, {"id": 3, "location_id": 71}]
    words, _ = dialect(list_fulfillment_services=(200, {"fulfillment_services": rows}))
    assert words.existing_service("service") == "70"
    assert dialect()[0].existing_service("service") is None
