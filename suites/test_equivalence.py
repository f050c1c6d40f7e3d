"""REST and GraphQL are two ways to the same fulfillment orders: act over one, look over both (S1, S2, S3)."""

import pytest

pytestmark = [pytest.mark.area("equivalence"), pytest.mark.last]


def test_both_transports_show_the_same_in_a_state(stage, every_state, both_show):
    both_show(stage.order(every_state))


def test_action_over_one_transport_shows_over_the_other(stage, merchant, service, both_show, part_of):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    asked = merchant.submit(order, part=part_of(order).asked, message="Only this, please.")
    both_show(asked.needs(asked.order))
    accepted = service.accept(asked.order)
    both_show(accepted.needs(accepted.order))
    part = service.fulfil(accepted.order)
    both_show(part.needs(part.order))


def test_hold_over_one_transport_shows_over_the_other(stage, merchant, both_show):
    order = stage.order("merchant:open/unsubmitted")
    both_show(order)
    held = merchant.hold(order, reason="awaiting_payment", notes="Until it is paid.")
    both_show(held.needs(held.order))
    released = merchant.release_hold(held.order)
    both_show(released.needs(released.order))


def test_deadline_over_one_transport_shows_over_the_other(stage, merchant, later, both_show):
    order = stage.order("merchant:open/unsubmitted")
    step = merchant.set_deadline(order, orders=[order.id], deadline=later.text)
    both_show(step.needs(step.target))


def test_move_over_one_transport_shows_over_the_other(stage, merchant, both_show):
    order = stage.order("merchant:open/unsubmitted", movable=True)
    both_show(order)
    moved = merchant.move(order, location=stage.elsewhere(order))
    both_show(moved.needs(moved.order))


def test_new_time_over_one_transport_shows_over_the_other(stage, merchant, later, both_show):
    order = stage.given("merchant:scheduled/unsubmitted")
    both_show(order)
    step = merchant.reschedule(order, new_fulfill_at=later.text)
    both_show(step.needs(step.order))


def test_fulfillments_are_the_same_over_both_transports(stage, merchant, one_unit, made_by, track, both_list):
    order = stage.order("merchant:open/unsubmitted", units=2, whole=True)
    told = {"number": "FULFILLSPEC-7", "company": "Their Carrier", "url": "https://carrier.invalid/parcels/7"}
    part = merchant.fulfil(order, part=one_unit(order), tracking=told)
    both_list(part.needs(part.order))
    track(merchant, made_by(part), {**told, "number": "FULFILLSPEC-8"}, "FO-FULFIL-TRACKING")
    both_list(part.order)


def test_requests_are_the_same_over_both_transports(stage, merchant, service, both_show):
    order = stage.order("service:open/unsubmitted")
    first = merchant.submit(order, message="The first of two.", notify_customer=True)
    rejected = service.reject(first.needs(first.order), reason="other")
    second = merchant.submit(rejected.needs(rejected.order), message="The second.", notify_customer=False)
    both_show(second.needs(second.order))
