"""The record of the work: whose fulfillments are listed, their units and tracking, and what a cancelled one leaves (S2)."""

import pytest


def tracking(number):
    """Return tracking of its own for each number."""
    return {
        "number": f"FULFILLSPEC-{number}",
        "company": f"Carrier {number}",
        "url": f"https://carrier.invalid/parcels/{number}",
    }


def test_fulfillment_order_lists_the_fulfillments_of_its_own_work(
    stage, merchant, service, part_of, made_by, fulfillments_of
):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    asked = merchant.submit(order, part=part_of(order).asked)
    rest = merchant.submit(asked.needs(asked.slot("unsubmitted")))
    one, two = service.accept(asked.order), service.accept(rest.needs(rest.order))
    first = service.fulfil(one.needs(one.order))
    second = service.fulfil(two.needs(two.order))
    mine, theirs = made_by(first), made_by(second)
    fulfillments_of(merchant, one.order).expect_only("FO-FULFIL-OWN", mine)
    fulfillments_of(merchant, two.order).expect_only("FO-FULFIL-OWN", theirs)


def test_each_fulfillment_keeps_its_units_and_tracking(
    stage, merchant, one_unit, made_by, expect_taken, expect_made_now, track, fulfillments_of
):
    order = stage.order("merchant:open/unsubmitted", units=3, whole=True)
    first = merchant.fulfil(order, part=one_unit(order), tracking=tracking(1))
    second = merchant.fulfil(first.needs(first.order), part=one_unit(first.order), tracking=tracking(2))
    one, two = made_by(first), made_by(second)
    for step, made in ((first, one), (second, two)):
        expect_taken(step, made, "FO-FULFIL-UNITS")
        expect_made_now(step, made, "FO-FULFIL-CREATED-NOW")
    for number in (3, 4):
        track(merchant, one, tracking(number), "FO-FULFIL-TRACKING")
        listed = fulfillments_of(merchant, order)
        listed.expect_tracking("FO-FULFIL-TRACKING-KEPT", one, tracking(number))
        listed.expect_tracking("FO-FULFIL-TRACKING-KEPT", two, tracking(2))
    listed.expect_only("FO-FULFIL-OWN", one, two)


@pytest.mark.parametrize("state", ["merchant:open/unsubmitted", "service:in_progress/accepted"])
def test_cancelled_fulfillment_gives_its_work_back(
    stage, merchant, service, state, one_unit, several_of, made_by, cancel_fulfillment, units_left, fulfillments_of
):
    actor = merchant if state.startswith("merchant") else service
    order = stage.order(state, lines=2, units=5, whole=True)
    first = actor.fulfil(order, part=one_unit(order))
    had = units_left(order)
    second = actor.fulfil(first.needs(first.order), part=several_of(first.order).asked)
    one, two = made_by(first), made_by(second)
    cancelled = cancel_fulfillment(actor, two, "FO-FULFIL-CANCEL")
    actor.ask("cancel_fulfillment", fulfillment=two.id)  # whatever it says: once more gives nothing back
    units_left.expect_back("FO-FULFIL-CANCEL-WORK", second, had, cancelled=cancelled)
    fulfillments_of(actor, order).expect_standing("FO-FULFIL-STATUS", one, cancelled=two)
    now = second.again(second.order)
    second.check("FO-FULFIL-PART-OPEN", not now.ended, "not closed", now.pair)
    actor.fulfil(now).expect("FO-FULFIL-CANCEL-AGAIN", "closed/*")


def test_work_of_a_cancelled_fulfillment_is_fulfilled_again(
    stage, merchant, made_by, cancel_fulfillment, units_left, work_of, fulfillments_of
):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=3)
    had = units_left(order)
    done = merchant.fulfil(order, tracking=tracking(1))
    made = made_by(done)
    cancelled = cancel_fulfillment(merchant, made, "FO-FULFIL-CANCEL")
    merchant.ask("cancel_fulfillment", fulfillment=made.id)  # whatever it says: once more gives nothing back
    units_left.expect_back("FO-FULFIL-CANCEL-WORK", done, had, cancelled=cancelled)
    again = merchant.fulfil(work_of(order), tracking=tracking(2))
    again.expect("FO-FULFIL-CANCEL-AGAIN", "closed/*")
    listed = fulfillments_of(merchant, again.target)
    listed.expect_standing("FO-FULFIL-STATUS", made_by(again), cancelled=made)
