"""Actors: who has access acts, nobody else does (S1, S2, S4)."""

import pytest

EVERY = [f"write_{kind}_fulfillment_orders" for kind in ("merchant_managed", "third_party", "assigned")]


def test_only_who_has_access_acts(without_access, trial):
    without_access.refuse(trial)


@pytest.mark.parametrize(("place", "scope"), [("merchant", "merchant_managed"), ("service", "third_party")])
def test_app_with_read_scopes_sees_what_they_cover(stage, reader, with_scopes, place, scope):
    with_scopes(reader, f"read_{scope}_fulfillment_orders")
    order = stage.order(f"{place}:open/unsubmitted")
    asked = reader.ask("get", order.id)
    asked.expect_shown("FO-SCOPE-READ", order)


@pytest.mark.parametrize("place", ["merchant", "service"])
def test_app_with_every_scope_manages_both_kinds_of_location(stage, combined, with_scopes, place):
    with_scopes(combined, *EVERY)
    order = stage.order(f"{place}:open/unsubmitted")
    asked = combined.ask("get", order.id)
    asked.expect_shown("FO-SCOPE-COMBINED", order)
    held = combined.hold(order, reason="other", notes="Held by an app with every scope.")
    held.expect("FO-SCOPE-COMBINED", "on_hold/*")
    combined.release_hold(held.order).expect("FO-SCOPE-COMBINED", "open/*")


def test_release_ends_the_hold_of_another_app(stage, merchant, combined, with_scopes):
    with_scopes(combined, *EVERY)
    order = stage.order("merchant:open/unsubmitted")
    held = combined.hold(order, reason="other", notes="Held by another app.")
    step = merchant.release_hold(held.needs(held.order))
    step.check("FO-RELEASE-ALL", not step.order.holds, "no hold is left, whoever applied it", step.order.holds)
    step.expect("FO-RELEASE-STATE", "open/*")


def test_app_with_every_scope_sends_a_request(stage, combined, with_scopes):
    with_scopes(combined, *EVERY)
    order = stage.order("service:open/unsubmitted")
    combined.submit(order).expect("FO-SCOPE-COMBINED", "open/submitted")


@pytest.mark.transports("graphql")
def test_nobody_merges_without_access(stage, merchant, outsider, without_scope, part_of):
    without_scope(outsider, "merchant_managed_fulfillment_orders")
    order = stage.order("merchant:open/unsubmitted", units=2)
    split = merchant.act("split", order, part=part_of(order).asked)
    made = split.needs(split.created[0] if split.created else None)
    step = outsider.act("merge", split.target, beside=[(made.id, None)])
    step.expect_refused("FO-SCOPE-MERCHANT-LOCATIONS")


@pytest.mark.parametrize("operation", ["update_tracking", "cancel_fulfillment"])
def test_fulfillment_is_changed_by_nobody_without_access(
    stage, merchant, one_unit, fulfillment_of, changed_by, operation
):
    order = stage.order("merchant:open/unsubmitted", units=2)
    step = merchant.fulfil(order, part=one_unit(order))
    made = fulfillment_of(step)
    changed_by("anonymous", operation, made).expect_refused("FO-SCOPE-ANONYMOUS")
    changed_by("outsider", operation, made).expect_refused("FO-SCOPE-MERCHANT-LOCATIONS")
    changed_by("reader", operation, made).expect_refused("FO-SCOPE-READ-ONLY")
    step.keeps("FO-ERR-UNCHANGED", step.order)


def test_fulfillment_of_a_service_is_not_changed_by_another(
    stage, service, other_service, without_scope, one_unit, fulfillment_of, changed_by
):
    without_scope(other_service, "third_party_fulfillment_orders")
    order = stage.order("service:in_progress/accepted", units=2)
    step = service.fulfil(order, part=one_unit(order))
    made = fulfillment_of(step)
    for operation in ("update_tracking", "cancel_fulfillment"):
        changed_by("other_service", operation, made).expect_refused("FO-SCOPE-THIRD-PARTY-LOCATIONS")
    step.keeps("FO-ERR-UNCHANGED", step.order)


def test_another_service_sees_the_same_in_every_way_of_reading(stage, other_service):
    order = stage.order("service:open/submitted")
    asked = other_service.ask("get", order.id)
    shown = asked.answer.order is not None
    asked.reads("AMB-ASSIGNED-REACH", "all" if shown else "own")
    listed = other_service.ask("list", order_id=order.order_id)
    among = order.id in {row.id for row in listed.answer.listed}
    listed.judge("FO-SCOPE-THIRD-PARTY-LOCATIONS", among == shown, {"shown in the list as by itself": shown}, among)
    for filters in ({}, {"location_ids": [order.location_id]}):
        assigned = other_service.ask("assigned", **filters)
        strays = order.id in {row.id for row in assigned.answer.listed}
        fits = shown or not strays
        assigned.judge("FO-SCOPE-THIRD-PARTY-LOCATIONS", fits, "only what is assigned to its own locations", order.id)
