"""REST and GraphQL are two ways to the same fulfillment orders: act over one, look over both (S1, S2, S3)."""

import pytest

pytestmark = pytest.mark.area("equivalence")


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
    held = merchant.hold(order, reason="awaiting_payment", notes="Until it is paid.")
    both_show(held.needs(held.order))
    released = merchant.release_hold(held.order)
    both_show(released.needs(released.order))


def test_deadline_over_one_transport_shows_over_the_other(stage, merchant, later, both_show):
    order = stage.order("merchant:open/unsubmitted")
    step = merchant.set_deadline(order, orders=[order.id], deadline=later.text)
    both_show(step.needs(step.target))
