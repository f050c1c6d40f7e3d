"""Memory: an action leaves what it was told and nothing of what came before, whatever the history (S2, S4).

What each action sets and what it has to leave is judged at every step of a run; these histories are those in which an
earlier step could show.
"""

import pytest


def test_second_hold_is_as_it_was_sent(stage, merchant, later, one_unit):
    order = stage.order("merchant:open/unsubmitted", units=2)
    merchant.set_deadline(order, orders=[order.id], deadline=later.text)
    held = merchant.hold(order, reason="incorrect_address", notes="The first of two times.")
    merchant.set_deadline(held.needs(held.order), orders=[order.id], deadline=later.sooner.text)
    again = merchant.release_hold(held.order)
    merchant.set_deadline(again.needs(again.order), orders=[order.id], deadline=later.text)
    second = merchant.hold(again.order, reason="other")
    second.expect("FO-HOLD-OWN", "on_hold/*")
    second.expect("FO-INV-HOLDS", "on_hold/*")
    freed = merchant.release_hold(second.order)
    freed.expect("FO-RELEASE-STATE", "open/*")
    merchant.fulfil(freed.order, part=one_unit(freed.order)).expect("FO-RELEASE-READY", "*/unsubmitted")


def test_second_request_is_as_it_was_sent(stage, merchant, service, later):
    order = stage.order("service:open/unsubmitted", lines=2, units=2)
    merchant.set_deadline(order, orders=[order.id], deadline=later.text)
    first = merchant.submit(order, message="The first of three times.", notify_customer=True)
    rejected = service.reject(first.needs(first.order), reason="other", message="Not now.")
    merchant.set_deadline(rejected.needs(rejected.order), orders=[order.id], deadline=later.sooner.text)
    second = merchant.submit(rejected.order)
    second.expect("FO-REQUEST-KEPT", "open/submitted")
    accepted = service.accept(second.order, message="Now it can be done.")
    merchant.set_deadline(accepted.needs(accepted.order), orders=[order.id], deadline=later.text)
    closed = service.close(accepted.order, message="Not after all.")
    third = merchant.submit(closed.needs(closed.order), message="The third time.")
    third.expect("FO-REQUEST-RECORDED", "open/submitted")


def test_partly_fulfilled_order_goes_on_as_it_was(stage, merchant, service, later, one_unit):
    order = stage.order("service:in_progress/accepted", units=3, whole=True)
    merchant.set_deadline(order, orders=[order.id], deadline=later.text)
    part = service.fulfil(order, part=one_unit(order))
    asked = merchant.submit_cancellation(part.needs(part.order), message="Stop, if it is not too late.")
    refused = service.reject_cancellation(asked.needs(asked.order), message="It is too late.")
    refused.expect("FO-CANCELLATION-REJECT-STATE", "*/cancellation_rejected")
    merchant.set_deadline(refused.needs(refused.order), orders=[order.id], deadline=later.sooner.text)
    further = service.fulfil(refused.order, part=one_unit(refused.order))
    further.check("FO-FULFIL-PART-OPEN", not further.order.ended, "not closed", further.order.pair)


def test_partly_fulfilled_order_is_closed_and_requested_again(stage, merchant, service, later, one_unit):
    order = stage.order("service:in_progress/accepted", units=3, whole=True)
    part = service.fulfil(order, part=one_unit(order))
    closed = service.close(part.needs(part.order), message="No more of it.")
    merchant.set_deadline(closed.needs(closed.order), orders=[order.id], deadline=later.text)
    again = merchant.submit(closed.order, message="Only what is left.")
    again.expect_units("FO-SUBMIT-WHOLE", closed.order.left, again.order, left=True)
    accepted = service.accept(again.order)
    accepted.expect("FO-ACCEPT-STATE", "in_progress/accepted")
    service.fulfil(accepted.order).expect("FO-FULFIL-CLOSES", "closed/*")


def test_partly_fulfilled_order_is_held_and_goes_on(stage, merchant, one_unit):
    order = stage.order("merchant:open/unsubmitted", units=3, whole=True)
    part = merchant.fulfil(order, part=one_unit(order))
    held = merchant.hold(part.needs(part.order), reason="other", notes="Halfway through.")
    held.only_if(held.accepted, "what is partly fulfilled is not held here, which no text promises")
    freed = merchant.release_hold(held.order)
    freed.expect_units("FO-INV-QUANTITY", part.order.left, freed.order, left=True)
    merchant.fulfil(freed.order).expect("FO-RELEASE-READY", "closed/*")


def test_replacement_is_of_what_is_left(stage, merchant, service, one_unit):
    order = stage.order("service:in_progress/accepted", units=3, whole=True)
    part = service.fulfil(order, part=one_unit(order))
    closed = service.close(part.needs(part.order))
    asked = merchant.submit(closed.needs(closed.order))
    step = merchant.cancel(asked.needs(asked.order))
    step.expect_units("FO-CANCEL-REPLACEMENT-ITEMS", asked.order.left, step.needs(step.slot("replacement")))


def test_deadline_stays_while_an_order_moves(stage, merchant, later):
    order = stage.order("merchant:open/unsubmitted", movable=True, alone=True)
    dated = merchant.set_deadline(order, orders=[order.id], deadline=later.text)
    there = merchant.move(dated.needs(dated.target), location=stage.elsewhere(order))
    same = there.needs(there.order).id == order.id
    there.only_if(same, "the work goes on in another fulfillment order, whose deadline no document tells")
    there.expect_time("FO-INV-FULFILL-BY", "fulfill_by", later.moment, there.order)
    back = merchant.move(there.order, location=order.location_id)
    back.expect("FO-MOVE-STATE", "open/unsubmitted")


def test_deadline_is_of_those_that_were_named(stage, merchant, later, part_of):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    asked = merchant.submit(order, part=part_of(order).asked, message="These first.")
    asked.needs(asked.slot("unsubmitted"))
    step = merchant.set_deadline(asked.order, orders=[asked.order.id], deadline=later.sooner.text)
    step.expect("FO-DEADLINE-LEAVES-STATE", "open/submitted", of=step.target)


@pytest.mark.parametrize("place", ["service", "merchant"])
def test_schedule_and_deadline_leave_each_other_alone(stage, merchant, later, place):
    order = stage.given(f"{place}:scheduled/unsubmitted")
    merchant.set_deadline(order, orders=[order.id], deadline=later.text)
    first = merchant.reschedule(order, new_fulfill_at=later.text)
    second = merchant.reschedule(first.needs(first.order), new_fulfill_at=later.sooner.text)
    second.expect("FO-RESCHEDULE-STATE", "scheduled/*")
    at = second.needs(second.order).fulfill_at
    second.expect_time("FO-RESCHEDULE-STATE", "fulfill_at", later.sooner.moment, second.order)
    step = merchant.set_deadline(second.order, orders=[order.id], deadline=later.sooner.text)
    step.expect_time("FO-INV-FULFILL-AT", "fulfill_at", at, step.target)
