"""Who may see and do what."""

from collections.abc import Callable

from sandbox_client import Client

from fulfillspec.sandbox.serve import Server


def test_nobody_does_anything_without_a_token(anonymous: Client, merchant: Client) -> None:
    one = merchant.stage("service", "open/submitted")
    for method, path in (
        ("GET", f"fulfillment_orders/{one}"),
        ("POST", f"fulfillment_orders/{one}/cancel"),
        ("GET", "nothing"),
    ):
        answer = anonymous.ask(method, path)
        assert answer.status_code == 401
        assert str(one) not in answer.text
    assert merchant.state(one) == ("open", "submitted")


def test_each_app_lists_what_its_scopes_cover(
    merchant: Client, service: Client, other_service: Client, outsider: Client
) -> None:
    one = merchant.stage("service", "open/unsubmitted", 2)
    order = merchant.look(one)["order_id"]
    here = next(each["id"] for each in merchant.get("locations")["locations"] if each["name"] == "Main Warehouse")
    line = merchant.look(one)["line_items"][0]["id"]
    body = {"new_location_id": here, "fulfillment_order_line_items": [{"id": line, "quantity": 1}]}
    moved = merchant.act(one, "move", {"fulfillment_order": body})["moved_fulfillment_order"]["id"]
    listed = {
        name: [each["id"] for each in client.siblings(order)]
        for name, client in (("merchant", merchant), ("service", service), ("other", other_service), ("none", outsider))
    }
    assert listed == {"merchant": [one, moved], "service": [one], "other": [], "none": []}
    assert service.ask("GET", f"fulfillment_orders/{moved}").status_code == 404
    assert other_service.ask("GET", f"fulfillment_orders/{one}").status_code == 404
    assert outsider.ask("GET", f"fulfillment_orders/{one}").status_code == 403


def test_services_answer_and_merchants_ask(
    merchant: Client, service: Client, other_service: Client, outsider: Client
) -> None:
    one = merchant.stage("service", "open/unsubmitted")
    sentence = service.act_refused(one, "fulfillment_request", status=403)
    assert sentence == "[API] This action requires merchant approval for write_third_party_fulfillment_orders scope."
    merchant.act(one, "fulfillment_request")
    for action in ("accept", "reject"):
        merchant.act_refused(one, f"fulfillment_request/{action}", status=403)
        other_service.act_refused(one, f"fulfillment_request/{action}", status=404)
        outsider.act_refused(one, f"fulfillment_request/{action}", status=403)
    assert merchant.state(one) == ("open", "submitted")
    service.act(one, "fulfillment_request/accept")
    merchant.act_refused(one, "close", status=403)
    other_service.act_refused(one, "close", status=404)
    service.act_refused(one, "cancellation_request", status=403)
    assert merchant.state(one) == ("in_progress", "accepted")


def test_services_do_nothing_at_merchant_locations(merchant: Client, service: Client) -> None:
    one = merchant.stage("merchant", "open/unsubmitted")
    before = merchant.look(one)
    service.act_refused(one, "close", status=404)
    service.act_refused(one, "hold", {"fulfillment_hold": {"reason": "other"}}, status=403)
    work = {"fulfillment": {"line_items_by_fulfillment_order": [{"fulfillment_order_id": one}]}}
    assert service.refused("fulfillments", work) == ["Fulfillment order does not exist."]
    assert merchant.look(one) == before


def test_merchants_do_not_fulfil_at_services(merchant: Client, service: Client) -> None:
    one = merchant.stage("service", "in_progress/accepted")
    work = {"fulfillment": {"line_items_by_fulfillment_order": [{"fulfillment_order_id": one}]}}
    merchant.refused("fulfillments", work, 403)
    done = service.post("fulfillments", work)["fulfillment"]
    assert merchant.get(f"fulfillments/{done['id']}")["fulfillment"]["id"] == done["id"]


def test_services_are_their_apps_own(service: Client, other_service: Client) -> None:
    made = service.post("fulfillment_services", {"fulfillment_service": {"name": "Mine"}})["fulfillment_service"]
    own = {each["id"] for each in other_service.get("fulfillment_services")["fulfillment_services"]}
    everybody = {each["id"] for each in other_service.get("fulfillment_services", scope="all")["fulfillment_services"]}
    assert made["id"] in everybody - own
    assert other_service.ask("DELETE", f"fulfillment_services/{made['id']}").status_code == 404
    assert service.ask("DELETE", f"fulfillment_services/{made['id']}").json() == {}


def test_scopes_are_listed_and_asked_for(merchant: Client, outsider: Client) -> None:
    handles = {each["handle"] for each in merchant.get("/admin/oauth/access_scopes.json")["access_scopes"]}
    assert {"write_orders", "read_orders", "write_third_party_fulfillment_orders"} <= handles
    assert "read_assigned_fulfillment_orders" not in handles
    assert outsider.refused("orders", {"order": {}}, 403).endswith("write_orders scope.")


def test_one_app_can_be_merchant_and_service(client_of: Callable[..., Client]) -> None:
    with Server(combined=True) as running:
        both = client_of("merchant", running)
        assert running.tokens["merchant"] == running.tokens["service"]
        one = both.stage("service", "open/unsubmitted")
        both.act(one, "fulfillment_request")
        both.act(one, "fulfillment_request/accept")
        both.act(one, "close")
        here = both.stage("merchant", "open/unsubmitted")
        expected = ["The fulfillment order's assigned fulfillment service must be of api type"]
        assert both.act_refused(here, "close") == expected
