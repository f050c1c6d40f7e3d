"""The lifecycle over HTTP, as the documents tell it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sandbox_client import Client

from fulfillspec.sandbox.serve import Server


def units(fulfillment_orders: Any, key: str = "quantity") -> dict[int, int]:
    """Sum units by order line item over several fulfillment orders."""
    total: dict[int, int] = {}
    for fulfillment_order in fulfillment_orders:
        for line in fulfillment_order["line_items"]:
            total[line["line_item_id"]] = total.get(line["line_item_id"], 0) + line[key]
    return total


def amounts(seen: Any, *quantities: int) -> list[dict[str, int]]:
    return [
        {"id": line["id"], "quantity": quantity}
        for line, quantity in zip(seen["line_items"], quantities, strict=False)
        if quantity
    ]


def place(client: Client, name: str) -> int:
    return next(int(each["id"]) for each in client.get("locations")["locations"] if each["name"] == name)


def test_order_is_routed_to_the_primary_location(merchant: Client) -> None:
    order = merchant.post("orders", {"order": {"line_items": [{"title": "Pen", "price": "3.00", "quantity": 3}]}})[
        "order"
    ]
    (seen,) = merchant.siblings(order["id"])
    assert (seen["status"], seen["request_status"]) == ("open", "unsubmitted")
    assert seen["order_id"] == order["id"]
    assert seen["assigned_location"]["name"] == "Main Warehouse"
    assert [line["quantity"] for line in seen["line_items"]] == [3]


def test_order_is_routed_by_stock_to_several_locations(merchant: Client, service: Client) -> None:
    made = service.post("fulfillment_services", {"fulfillment_service": {"name": "Routed Fulfillment"}})
    location = made["fulfillment_service"]["location_id"]
    product = merchant.post("products", {"product": {"title": "P", "variants": [{"price": "1.00"}, {"price": "2.00"}]}})
    here, there = product["product"]["variants"]
    connected = {"inventory_item_id": there["inventory_item_id"], "location_id": location}
    merchant.post("inventory_levels/connect", connected)
    merchant.post("inventory_levels/set", {**connected, "available": 5})
    lines = [{"variant_id": here["id"], "quantity": 1}, {"variant_id": there["id"], "quantity": 2}]
    order = merchant.post("orders", {"order": {"line_items": lines}})["order"]
    seen = merchant.siblings(order["id"])
    assert {each["assigned_location_id"] for each in seen} == {seen[0]["assigned_location_id"], location}
    assert [line["variant_id"] for each in seen for line in each["line_items"]] == [here["id"], there["id"]]


def test_whole_request_is_submitted_and_accepted_and_fulfilled(merchant: Client, service: Client) -> None:
    one = merchant.stage("service", "open/unsubmitted", 2, 1)
    answer = merchant.act(
        one, "fulfillment_request", {"fulfillment_request": {"message": "Fulfil", "notify_customer": True}}
    )
    assert answer["unsubmitted_fulfillment_order"] is None
    assert answer["original_fulfillment_order"] == answer["submitted_fulfillment_order"]
    (request,) = answer["submitted_fulfillment_order"]["outgoing_requests"]
    assert (request["message"], request["kind"]) == ("Fulfil", "fulfillment_request")
    assert request["request_options"] == {"notify_customer": True}
    assert merchant.state(one) == ("open", "submitted")
    assert merchant.look(one)["merchant_requests"] == [request]
    accepted = service.act(one, "fulfillment_request/accept")["fulfillment_order"]
    assert (accepted["status"], accepted["request_status"]) == ("in_progress", "accepted")
    work = {"fulfillment": {"line_items_by_fulfillment_order": [{"fulfillment_order_id": one}]}}
    fulfillment = service.post("fulfillments", work)["fulfillment"]
    assert fulfillment["status"] == "success"
    seen = merchant.look(one)
    assert (seen["status"], seen["request_status"], seen["supported_actions"]) == ("closed", "accepted", [])
    assert [line["fulfillable_quantity"] for line in seen["line_items"]] == [0, 0]


def test_partial_request_leaves_the_rest_unsubmitted(merchant: Client) -> None:
    one = merchant.stage("service", "open/unsubmitted", 3, 2, 1)
    before = merchant.look(one)
    body = {"fulfillment_request": {"fulfillment_order_line_items": amounts(before, 2, 2)}}
    answer = merchant.act(one, "fulfillment_request", body)
    submitted, rest = answer["submitted_fulfillment_order"], answer["unsubmitted_fulfillment_order"]
    assert submitted["id"] == one
    assert [line["quantity"] for line in submitted["line_items"]] == [2, 2]
    assert [line["quantity"] for line in rest["line_items"]] == [1, 1]
    assert (rest["status"], rest["request_status"], rest["outgoing_requests"]) == ("open", "unsubmitted", [])
    assert units(merchant.siblings(before["order_id"])) == units([before])


def test_rejected_request_can_be_sent_again(merchant: Client, service: Client) -> None:
    one = merchant.stage("service", "open/submitted")
    line = merchant.look(one)["line_items"][0]["id"]
    why = {"reason": "other", "line_items": [{"fulfillment_order_line_item_id": line, "message": "x" * 150}]}
    rejected = service.act(one, "fulfillment_request/reject", {"fulfillment_request": why})["fulfillment_order"]
    assert (rejected["status"], rejected["request_status"]) == ("open", "rejected")
    merchant.act(one, "fulfillment_request")
    assert merchant.state(one) == ("open", "submitted")


def test_cancellation_accepted_keeps_the_work_in_one_place(merchant: Client, service: Client) -> None:
    one = merchant.stage("service", "in_progress/accepted", 2, 3)
    before = merchant.look(one)
    asked = merchant.act(one, "cancellation_request", {"cancellation_request": {"message": "Stop"}})[
        "fulfillment_order"
    ]
    assert (asked["status"], asked["request_status"]) == ("in_progress", "cancellation_requested")
    assert [each["kind"] for each in asked["outgoing_requests"]] == ["fulfillment_request", "cancellation_request"]
    done = service.act(one, "cancellation_request/accept")["fulfillment_order"]
    assert (done["status"], done["request_status"]) == ("cancelled", "cancellation_accepted")
    assert done["supported_actions"][:3] == ["request_fulfillment", "create_fulfillment", "hold"]
    assert units(merchant.siblings(before["order_id"])) == units([before])


def test_cancellation_rejected_goes_on(merchant: Client, service: Client) -> None:
    one = merchant.stage("service", "in_progress/cancellation_requested")
    done = service.act(one, "cancellation_request/reject", {})["fulfillment_order"]
    assert (done["status"], done["request_status"]) == ("in_progress", "cancellation_rejected")
    assert done["supported_actions"] == ["create_fulfillment"]


def test_cancel_gives_a_replacement_with_the_work(merchant: Client) -> None:
    one = merchant.stage("service", "open/submitted", 2, 1)
    before = merchant.look(one)
    answer = merchant.act(one, "cancel")
    original, replacement = answer["fulfillment_order"], answer["replacement_fulfillment_order"]
    assert (original["status"], original["request_status"], original["line_items"]) == ("closed", "submitted", [])
    assert (replacement["status"], replacement["request_status"]) == ("open", "unsubmitted")
    assert units([replacement]) == units([before])
    merchant.act(replacement["id"], "fulfillment_request")


def test_closed_by_the_service_moves_and_is_fulfilled_elsewhere(merchant: Client, service: Client) -> None:
    one = merchant.stage("service", "in_progress/accepted", 2)
    closed = service.act(one, "close", {"fulfillment_order": {"message": "No stock"}})["fulfillment_order"]
    assert (closed["status"], closed["request_status"]) == ("incomplete", "closed")
    assert [line["quantity"] for line in closed["line_items"]] == [2]
    body = {"fulfillment_order": {"new_location_id": place(merchant, "Main Warehouse")}}
    answer = merchant.act(one, "move", body)
    assert answer["moved_fulfillment_order"]["id"] == answer["original_fulfillment_order"]["id"] == one
    assert answer["remaining_fulfillment_order"] is None
    assert merchant.state(one) == ("open", "unsubmitted")
    merchant.post("fulfillments", {"fulfillment": {"line_items_by_fulfillment_order": [{"fulfillment_order_id": one}]}})
    assert merchant.state(one) == ("closed", "unsubmitted")


def test_partly_fulfilled_closes_with_the_rest_left(merchant: Client, service: Client) -> None:
    one = merchant.stage("service", "in_progress/accepted", 3)
    part = {"fulfillment_order_id": one, "fulfillment_order_line_items": amounts(merchant.look(one), 1)}
    service.post("fulfillments", {"fulfillment": {"line_items_by_fulfillment_order": [part]}})
    (line,) = service.act(one, "close")["fulfillment_order"]["line_items"]
    assert (line["quantity"], line["fulfillable_quantity"]) == (3, 2)


def test_hold_on_part_leaves_the_rest_open_until_released(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted", 3, 1)
    before = merchant.look(one)
    hold = {"reason": "incorrect_address", "reason_notes": "No number", "notify_merchant": True}
    body = {"fulfillment_hold": {**hold, "fulfillment_order_line_items": amounts(before, 2)}}
    held = merchant.act(one, "hold", body)["fulfillment_order"]
    assert held["status"] == "on_hold"
    assert held["fulfillment_holds"] == [{"reason": "incorrect_address", "reason_notes": "No number"}]
    assert [line["quantity"] for line in held["line_items"]] == [2]
    rest = next(each for each in merchant.siblings(before["order_id"]) if each["id"] != one)
    assert (rest["status"], [line["quantity"] for line in rest["line_items"]]) == ("open", [1, 1])
    assert held["supported_actions"] == ["release_hold", "hold"]
    released = merchant.act(one, "release_hold")["fulfillment_order"]
    assert (released["status"], released["fulfillment_holds"]) == ("open", [])
    assert "origin" in released
    assert units(merchant.siblings(before["order_id"])) == units([before])


def test_ten_holds_of_an_app_are_the_most(merchant: Client) -> None:
    one = merchant.stage("service", "open/rejected")
    for _ in range(10):
        held = merchant.act(one, "hold", {"fulfillment_hold": {"reason": "other"}})["fulfillment_order"]
    assert len(held["fulfillment_holds"]) == 10
    assert held["supported_actions"] == ["release_hold"]
    (sentence,) = merchant.act_refused(one, "hold", {"fulfillment_hold": {"reason": "other"}})
    assert sentence.startswith("The maximum number of fulfillment holds")
    assert merchant.act(one, "release_hold")["fulfillment_order"]["fulfillment_holds"] == []
    assert merchant.state(one) == ("open", "rejected")


def test_partial_moves_meet_in_one_fulfillment_order(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted", 3, 2)
    before = merchant.look(one)
    second = place(merchant, "Second Warehouse")
    moved = []
    for quantities in ((1, 0), (1, 1)):
        lines = amounts(merchant.look(one), *quantities)
        body = {"fulfillment_order": {"new_location_id": second, "fulfillment_order_line_items": lines}}
        moved.append(merchant.act(one, "move", body)["moved_fulfillment_order"])
    assert moved[0]["id"] == moved[1]["id"] != one
    assert [line["quantity"] for line in moved[1]["line_items"]] == [2, 1]
    assert merchant.look(one)["assigned_location_id"] == before["assigned_location_id"]
    assert units(merchant.siblings(before["order_id"])) == units([before])
    last = merchant.act(one, "move", {"fulfillment_order": {"new_location_id": second}})
    assert last["original_fulfillment_order"]["status"] == "closed"
    assert last["original_fulfillment_order"]["line_items"] == []
    assert units([last["moved_fulfillment_order"]]) == units([before])


def test_fulfilled_units_stay_where_they_were_fulfilled(merchant: Client) -> None:
    one = merchant.stage("merchant", "in_progress/unsubmitted", 2, 2)
    before = merchant.look(one)
    answer = merchant.act(one, "move", {"fulfillment_order": {"new_location_id": place(merchant, "Second Warehouse")}})
    original = answer["original_fulfillment_order"]
    assert [(line["quantity"], line["fulfillable_quantity"]) for line in original["line_items"]] == [(1, 0)]
    assert original["assigned_location_id"] == before["assigned_location_id"]
    assert units([original, answer["moved_fulfillment_order"]]) == units([before])


def test_destinations_say_why_they_do_not_fit(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted")
    found = {
        each["location"]["name"]: (each["movable"], each["message"])
        for each in merchant.get(f"fulfillment_orders/{one}/locations_for_move")["locations_for_move"]
    }
    assert found["Main Warehouse"] == (False, "Current location.")
    assert found["Second Warehouse"] == (True, None)
    assert found["Empty Storeroom"] == (False, "No items are stocked at this location.")


@pytest.mark.parametrize("where", ["merchant", "service"])
def test_scheduled_opens_when_asked(merchant: Client, server: Server, where: str) -> None:
    one = server.seeded[f"{where}:scheduled/unsubmitted"][0]
    seen = merchant.look(one)
    assert (seen["status"], seen["supported_actions"]) == ("scheduled", ["mark_as_open"])
    opened = merchant.act(one, "open")["fulfillment_order"]
    assert (opened["status"], opened["fulfill_at"]) == ("open", None)


def test_rescheduled_opens_itself_when_its_time_has_come(merchant: Client, server: Server) -> None:
    one = server.seeded["merchant:scheduled/unsubmitted"][1]
    form = {"fulfillment_order": {"new_fulfill_at": "2099-02-02 16:22 UTC"}}
    assert merchant.act(one, "reschedule", form)["fulfillment_order"]["fulfill_at"] == "2099-02-02T11:22:00-05:00"
    soon = datetime.now(UTC) + timedelta(seconds=60)
    later = merchant.act(one, "reschedule", {"fulfillment_order": {"new_fulfill_at": soon.isoformat()}})
    assert later["fulfillment_order"]["status"] == "scheduled"
    server.sandbox.store.clock.advance(61)
    assert merchant.state(one) == ("open", "unsubmitted")


def test_deadline_is_set_on_every_one_named(merchant: Client) -> None:
    named = [merchant.stage("merchant", "open/unsubmitted"), merchant.stage("service", "closed/accepted")]
    body = {"fulfillment_order_ids": named, "fulfillment_deadline": "2021-05-26T10:00:00-04:00"}
    assert merchant.post("fulfillment_orders/set_fulfillment_orders_deadline", body) == {}
    assert {merchant.look(one)["fulfill_by"] for one in named} == {"2021-05-26T09:00:00-05:00"}


def test_cancelled_fulfillment_gives_its_units_back(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted", 2)
    before = merchant.look(one)
    tracked = {"number": "T1", "url": "https://example.com/T1", "company": "Carrier"}
    work = {"line_items_by_fulfillment_order": [{"fulfillment_order_id": one}], "tracking_info": tracked}
    done = merchant.post("fulfillments", {"fulfillment": work})["fulfillment"]
    assert (done["tracking_number"], done["tracking_company"]) == ("T1", "Carrier")
    changed = {"fulfillment": {"tracking_info": {"number": "T2"}}}
    updated = merchant.post(f"fulfillments/{done['id']}/update_tracking", changed)["fulfillment"]
    assert (updated["tracking_numbers"], updated["tracking_company"]) == (["T2"], "Carrier")
    for _ in range(2):
        assert merchant.post(f"fulfillments/{done['id']}/cancel")["fulfillment"]["status"] == "cancelled"
    assert merchant.state(one) == ("closed", "unsubmitted")
    seen = merchant.siblings(before["order_id"])
    assert len(seen) == 2
    assert units(seen) == units([before])
    assert units(seen, "fulfillable_quantity") == units([before])


def test_partly_fulfilled_gets_cancelled_units_back(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted", 2)
    part = {"fulfillment_order_id": one, "fulfillment_order_line_items": amounts(merchant.look(one), 1)}
    done = merchant.post("fulfillments", {"fulfillment": {"line_items_by_fulfillment_order": [part]}})["fulfillment"]
    assert merchant.state(one) == ("in_progress", "unsubmitted")
    assert [each["id"] for each in merchant.get(f"fulfillment_orders/{one}/fulfillments")["fulfillments"]] == [
        done["id"]
    ]
    merchant.post(f"fulfillments/{done['id']}/cancel")
    assert merchant.state(one) == ("open", "unsubmitted")
    assert merchant.look(one)["line_items"][0]["fulfillable_quantity"] == 2


def test_assigned_list_filters(merchant: Client, service: Client) -> None:
    submitted = merchant.stage("service", "open/submitted")
    accepted = merchant.stage("service", "in_progress/accepted")
    asked = merchant.stage("service", "in_progress/cancellation_requested")
    here = merchant.stage("merchant", "open/unsubmitted")

    def ids(**params: Any) -> set[int]:
        return {each["id"] for each in service.get("assigned_fulfillment_orders", **params)["fulfillment_orders"]}

    assert {submitted, accepted, asked} <= ids()
    assert here not in ids()
    assert ids(assignment_status="fulfillment_requested") & {submitted, accepted, asked} == {submitted}
    assert ids(assignment_status="fulfillment_accepted") & {submitted, accepted, asked} == {accepted}
    assert ids(assignment_status="cancellation_requested") & {submitted, accepted, asked} == {asked}
    location = merchant.look(submitted)["assigned_location_id"]
    assert submitted in ids(**{"location_ids[]": [location, 1]})
    assert submitted not in ids(**{"location_ids[]": [1]})
    assert service.ask("GET", "assigned_fulfillment_orders", params={"assignment_status": "x"}).status_code == 400


def test_asked_for_fields_are_shown_only_then(merchant: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted")
    plain = merchant.look(one)
    asked = {"include_order_reference_fields": "true", "include_financial_summaries": "true"}
    full = merchant.get(f"fulfillment_orders/{one}", **asked)["fulfillment_order"]
    assert set(full) - set(plain) == {"order_name", "order_processed_at", "channel_id"}
    assert full["line_items"][0]["financial_summaries"][0]["original_unit_price_set"] == "10.00"
    assert "financial_summaries" not in plain["line_items"][0]


def test_assigned_location_is_a_snapshot_once_work_has_begun(merchant: Client, service: Client) -> None:
    made = service.post("fulfillment_services", {"fulfillment_service": {"name": "Before"}})["fulfillment_service"]
    waiting, working = merchant.stage("service", "open/unsubmitted"), merchant.stage("service", "in_progress/accepted")
    changed = {"fulfillment_service": {"name": "After"}}
    assert service.ask("PUT", f"fulfillment_services/{made['id']}", changed).status_code == 200
    names = [merchant.look(one)["assigned_location"]["name"] for one in (waiting, working)]
    assert service.ask("DELETE", f"fulfillment_services/{made['id']}").status_code == 200
    assert names == ["After", "Before"]
