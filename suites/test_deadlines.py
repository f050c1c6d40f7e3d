"""Deadlines: the latest time by which fulfillment orders need to be fulfilled (S2)."""

import pytest


def test_deadline_is_set_on_every_order_named(stage, merchant, later):
    one = stage.order("merchant:open/unsubmitted")
    two = stage.order("service:open/unsubmitted")
    step = merchant.set_deadline(one, orders=[one.id, two.id], deadline=later.text)
    for order in (one, two):
        step.expect_time("FO-DEADLINE-SETS", "fulfill_by", later.moment, step.again(order))
    asked = merchant.ask("get", one.id)
    asked.expect_time("FO-DEADLINE-SETS", "fulfill_by", later.moment, asked.needs(asked.answer.order))


def test_deadline_of_an_unknown_order_is_refused(stage, merchant, later, unknown_id):
    order = stage.order("merchant:open/unsubmitted")
    merchant.set_deadline(order, orders=[unknown_id], deadline=later.text).expect_refused("FO-DEADLINE-UNKNOWN")


def test_deadline_in_the_past_is_set_or_refused(stage, merchant, earlier):
    order = stage.order("merchant:open/unsubmitted")
    step = merchant.set_deadline(order, orders=[order.id], deadline=earlier.text)
    step.reads("AMB-DEADLINE-PAST", "allowed" if step.accepted else "refused")
    step.only_if(step.accepted, "a deadline in the past is refused here, which no text forbids")
    step.expect_time("FO-DEADLINE-SETS", "fulfill_by", earlier.moment, step.again(order))


@pytest.mark.transports("graphql")  # over REST every deadline has an offset
def test_deadline_is_the_instant_that_its_offset_tells(stage, merchant, later):
    order = stage.order("merchant:open/unsubmitted")
    step = merchant.set_deadline(order, orders=[order.id], deadline=later.abroad)
    step.only_if(step.accepted, "no document says whether a DateTime may have another offset than that of UTC")
    step.expect_time("FO-DEADLINE-SETS", "fulfill_by", later.moment, step.seen(order))
