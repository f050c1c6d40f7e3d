"""Scopes and ownership: who sees and does what (S1, S2, S4)."""

import pytest


@pytest.mark.transports("rest")
def test_app_without_scopes_gets_an_empty_list(stage, outsider):
    order = stage.order("merchant:open/unsubmitted")
    asked = outsider.ask("list", order_id=order.order_id)
    listed = [other.id for other in asked.answer.listed]
    asked.check("FO-LIST-EMPTY-WITHOUT-SCOPES", not listed, "an empty array", listed)


@pytest.mark.transports("rest")
def test_service_gets_the_subset_that_its_scopes_cover(stage, service, lacking, at, together):
    lacking(service, "merchant_managed_fulfillment_orders")
    _, orders = stage.new_order()
    if not at("merchant", orders):  # routing put everything at the service
        orders = together(stage.order("merchant:open/unsubmitted"))
    asked = service.ask("list", order_id=orders[0].order_id)
    listed = {order.id for order in asked.answer.listed}
    kept = not listed & at("merchant", orders)
    asked.check("FO-LIST-SUBSET-BY-SCOPES", kept, "none at merchant-managed locations", sorted(listed))
    mine = at("service", orders)
    asked.check(
        "FO-LIST-SUBSET-BY-SCOPES", mine <= listed, f"those at its own location: {sorted(mine)}", sorted(listed)
    )


def test_service_does_not_read_at_merchant_locations(stage, service, lacking):
    lacking(service, "merchant_managed_fulfillment_orders")
    order = stage.order("merchant:open/unsubmitted")
    service.ask("get", order.id).expect_hidden("FO-SCOPE-MERCHANT-LOCATIONS")


@pytest.mark.transports("graphql")
def test_service_does_not_read_nodes_at_merchant_locations(stage, merchant, service, lacking, by_node):
    lacking(service, "merchant_managed_fulfillment_orders")
    order = stage.order("merchant:open/unsubmitted")
    seen = by_node(merchant, order)
    if not seen.shown:
        seen.asked.without("node shows the merchant nothing of a fulfillment order")
    hidden = by_node(service, order)
    hidden.asked.judge(
        "FO-SCOPE-MERCHANT-LOCATIONS", not hidden.shown, "node(id:) shows the service nothing of it", order.id
    )


@pytest.mark.parametrize("operation", ["hold", "move", "cancel", "set_deadline"])
def test_service_does_not_act_at_merchant_locations(stage, service, lacking, plain, operation):
    lacking(service, "merchant_managed_fulfillment_orders")
    order = stage.order("merchant:open/unsubmitted", movable=True)
    service.act(operation, order, **plain(operation, order)).expect_refused("FO-SCOPE-MERCHANT-LOCATIONS")


def test_merchant_without_the_assigned_scope_does_not_accept(stage, merchant, lacking):
    lacking(merchant, "assigned_fulfillment_orders")
    order = stage.order("service:open/submitted")
    merchant.accept(order).expect_refused("FO-SCOPE-ACCEPT")


def test_merchant_without_the_assigned_scope_does_not_reject(stage, merchant, lacking):
    lacking(merchant, "assigned_fulfillment_orders")
    order = stage.order("service:open/submitted")
    merchant.reject(order).expect_refused("FO-SCOPE-REJECT")


def test_merchant_without_the_assigned_scope_does_not_close(stage, merchant, lacking):
    lacking(merchant, "assigned_fulfillment_orders")
    order = stage.order("service:in_progress/accepted")
    merchant.close(order).expect_refused("FO-SCOPE-CLOSE")


def test_service_without_the_third_party_scope_does_not_submit(stage, service, lacking):
    lacking(service, "third_party_fulfillment_orders")
    order = stage.order("service:open/unsubmitted")
    service.submit(order).expect_refused("FO-SCOPE-SUBMIT")


def test_app_without_scopes_does_nothing(stage, outsider):
    order = stage.order("service:open/submitted")
    outsider.accept(order).expect_refused("FO-SCOPE-ACCEPT")
    outsider.reject(order).expect_refused("FO-SCOPE-REJECT")
    outsider.close(stage.order("service:in_progress/accepted")).expect_refused("FO-SCOPE-CLOSE")
    outsider.submit(stage.order("service:open/unsubmitted")).expect_refused("FO-SCOPE-SUBMIT")


@pytest.mark.parametrize("operation", ["cancel", "hold", "move", "set_deadline"])
def test_app_without_scopes_changes_nothing(stage, outsider, plain, operation):
    order = stage.order("service:open/submitted" if operation == "cancel" else "service:open/unsubmitted", movable=True)
    outsider.act(operation, order, **plain(operation, order)).expect_refused("FO-SCOPE-THIRD-PARTY-LOCATIONS")
    theirs = stage.order("merchant:open/unsubmitted", movable=True)
    outsider.act(operation, theirs, **plain(operation, theirs)).expect_refused("FO-SCOPE-MERCHANT-LOCATIONS")


def test_app_without_scopes_reads_nothing(stage, outsider):
    order = stage.order("service:open/submitted")
    outsider.ask("get", order.id).expect_hidden("FO-SCOPE-THIRD-PARTY-LOCATIONS")
    theirs = stage.order("merchant:open/unsubmitted")
    outsider.ask("get", theirs.id).expect_hidden("FO-SCOPE-MERCHANT-LOCATIONS")


def test_another_service_follows_either_reach(stage, other_service):
    order = stage.order("service:open/submitted")
    asked = other_service.ask("get", order.id)
    asked.reads("AMB-ASSIGNED-REACH", "all" if asked.answer.order is not None else "own")


def test_without_a_token_nothing_is_shown(stage, anonymous):
    order = stage.order("service:open/submitted")
    anonymous.ask("get", order.id).expect_hidden("FO-SCOPE-ANONYMOUS")
    anonymous.ask("list", order_id=order.order_id).expect_hidden("FO-SCOPE-ANONYMOUS")
    anonymous.ask("assigned").expect_hidden("FO-SCOPE-ANONYMOUS")


def test_without_a_token_nothing_is_done(stage, anonymous):
    order = stage.order("service:open/submitted")
    anonymous.accept(order).expect_refused("FO-SCOPE-ANONYMOUS")
    anonymous.cancel(order).expect_refused("FO-SCOPE-ANONYMOUS")
    free = stage.order("merchant:open/unsubmitted")
    anonymous.hold(free, reason="other").expect_refused("FO-SCOPE-ANONYMOUS")
    anonymous.fulfil(free).expect_refused("FO-SCOPE-ANONYMOUS")


def test_assigned_list_shows_nothing_without_its_scope(stage, merchant, lacking):
    lacking(merchant, "assigned_fulfillment_orders")
    stage.order("service:open/submitted")
    merchant.ask("assigned").expect_hidden("FO-SCOPE-ASSIGNED-LIST")


def test_service_reads_what_is_at_its_location(stage, service):
    order = stage.order("service:open/submitted")
    asked = service.ask("get", order.id)
    seen = asked.answer.order
    asked.check("FO-SCOPE-SERVICE", seen is not None, f"fulfillment order {order.id}", "nothing")
    service.accept(order).check("FO-SCOPE-SERVICE", fine=True, documented="the service answers the request")


def test_order_management_app_reads_everywhere(stage, merchant):
    for place in ("service", "merchant"):
        order = stage.order(f"{place}:open/unsubmitted")
        asked = merchant.ask("get", order.id)
        seen = asked.answer.order
        asked.check("FO-SCOPE-ORDER-MANAGEMENT", seen is not None, f"{order.id}, {place}", "nothing")
