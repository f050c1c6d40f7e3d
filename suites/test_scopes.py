"""Scopes and ownership: who sees what (S1, S2, S4)."""

import pytest

STANDING = (
    "open/unsubmitted",
    "on_hold/unsubmitted",
    "open/rejected",
    "in_progress/accepted",
    "in_progress/cancellation_requested",
    "in_progress/cancellation_rejected",
    "incomplete/closed",
    "cancelled/cancellation_accepted",
    "closed/accepted",
)


@pytest.mark.transports("rest")
def test_app_without_scopes_gets_an_empty_list(stage, outsider):
    order = stage.order("merchant:open/unsubmitted")
    asked = outsider.ask("list", order_id=order.order_id)
    listed = [other.id for other in asked.answer.listed]
    asked.check("FO-LIST-EMPTY-WITHOUT-SCOPES", not listed, "an empty array", listed)


@pytest.mark.transports("rest")
def test_service_gets_the_subset_that_its_scopes_cover(stage, service, without_scope, at, orders_with_a):
    without_scope(service, "merchant_managed_fulfillment_orders")
    orders = orders_with_a("merchant")
    asked = service.ask("list", order_id=orders[0].order_id)
    listed = {order.id for order in asked.answer.listed}
    kept = not listed & at("merchant", orders)
    asked.check("FO-LIST-SUBSET-BY-SCOPES", kept, "none at merchant-managed locations", sorted(listed))
    mine = at("service", orders)
    asked.check("FO-LIST-SUBSET-BY-SCOPES", mine <= listed, {"those at its own location": sorted(mine)}, sorted(listed))
    for order in (one for one in orders if one.id in mine & listed):
        asked.agrees("FO-INV-OBSERVERS", order)


def test_service_does_not_read_at_merchant_locations(stage, service, without_scope):
    without_scope(service, "merchant_managed_fulfillment_orders")
    order = stage.order("merchant:open/unsubmitted")
    service.ask("get", order.id).expect_hidden("FO-SCOPE-MERCHANT-LOCATIONS")


@pytest.mark.transports("graphql")
def test_order_shows_nobody_more_than_its_scopes_cover(stage, service, outsider, without_scope):
    order, theirs = stage.order("merchant:open/unsubmitted"), stage.order("service:open/submitted")
    outsider.ask("list", order_id=order.order_id).expect_hidden("FO-SCOPE-MERCHANT-LOCATIONS")
    outsider.ask("list", order_id=theirs.order_id).expect_hidden("FO-SCOPE-THIRD-PARTY-LOCATIONS")
    without_scope(service, "merchant_managed_fulfillment_orders")
    asked = service.ask("list", order_id=order.order_id)
    shown = order.id in {row.id for row in asked.answer.listed}
    asked.judge("FO-SCOPE-MERCHANT-LOCATIONS", not shown, "nothing at merchant-managed locations", order.id)


@pytest.mark.transports("graphql")
@pytest.mark.parametrize("query", ["node", "nodes"])
def test_service_does_not_read_nodes_at_merchant_locations(stage, merchant, service, without_scope, by_node, query):
    without_scope(service, "merchant_managed_fulfillment_orders")
    order = stage.order("merchant:open/unsubmitted")
    seen = by_node(merchant, order, query)
    seen.asked.only_if(seen.is_there, f"{query} shows the merchant nothing of a fulfillment order")
    hidden = by_node(service, order, query)
    hidden.asked.judge(
        "FO-SCOPE-MERCHANT-LOCATIONS", not hidden.is_there, f"{query} shows the service nothing of it", order.id
    )


def test_app_without_scopes_reads_nothing(stage, outsider):
    order = stage.order("service:open/submitted")
    outsider.ask("get", order.id).expect_hidden("FO-SCOPE-THIRD-PARTY-LOCATIONS")
    theirs = stage.order("merchant:open/unsubmitted")
    outsider.ask("get", theirs.id).expect_hidden("FO-SCOPE-MERCHANT-LOCATIONS")
    outsider.ask("assigned").expect_hidden("FO-SCOPE-ASSIGNED-LIST")


def test_without_a_token_nothing_is_shown(stage, anonymous):
    order = stage.order("service:open/submitted")
    anonymous.ask("get", order.id).expect_hidden("FO-SCOPE-ANONYMOUS")
    anonymous.ask("list", order_id=order.order_id).expect_hidden("FO-SCOPE-ANONYMOUS")
    anonymous.ask("assigned").expect_hidden("FO-SCOPE-ANONYMOUS")


def test_assigned_list_shows_nothing_without_its_scope(stage, merchant, without_scope):
    without_scope(merchant, "assigned_fulfillment_orders")
    stage.order("service:open/submitted")
    merchant.ask("assigned").expect_hidden("FO-SCOPE-ASSIGNED-LIST")


@pytest.mark.transports("graphql")
def test_service_reads_the_request_that_waits_for_it(stage, service):
    order = stage.order("service:open/submitted")
    asked = service.ask("get", order.id)
    asked.only_if(order.requests, "requests are not shown to those who made them")
    received = asked.needs(asked.as_answered(order)).requests
    asked.check("FO-REQUEST-RECORDED", received != (), "the request that waits for an answer", received)


@pytest.mark.parametrize("pair", STANDING)
def test_service_reads_its_own_in_every_state(stage, service, pair):
    order = stage.order(f"service:{pair}")
    service.ask("get", order.id).expect_shown("FO-SCOPE-SERVICE", order)


@pytest.mark.transports("graphql")
def test_service_finds_its_own_in_an_order_that_it_reads(stage, service):
    order = stage.order("service:open/submitted")
    asked = service.ask("list", order_id=order.order_id)
    asked.only_if(asked.accepted, "orders are not shown to the service's app")
    listed = [row.id for row in asked.answer.listed]
    asked.check("FO-SCOPE-SERVICE", order.id in listed, f"fulfillment order {order.id} among them", listed)


def test_service_reads_what_is_at_its_location(stage, service):
    order = stage.order("service:open/submitted")
    asked = service.ask("get", order.id)
    asked.expect_shown("FO-SCOPE-SERVICE", order)
    asked.agrees("FO-INV-OBSERVERS", order)
    service.accept(order).check("FO-SCOPE-SERVICE", fine=True, documented="the service answers the request")


def test_order_management_app_reads_everywhere(stage, merchant):
    for place in ("service", "merchant"):
        order = stage.order(f"{place}:open/unsubmitted")
        merchant.ask("get", order.id).expect_shown("FO-SCOPE-ORDER-MANAGEMENT", order)
