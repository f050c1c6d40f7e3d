"""Closing: the fulfillment service marks an accepted order as incomplete (S0, S1, S2)."""


def test_service_closes_an_accepted_order(stage, service):
    order = stage.order("service:in_progress/accepted", lines=2)
    step = service.close(order, message="Can't be completed – nothing left at Zoë's 📦")
    step.expect("FO-CLOSE-STATE", "incomplete/closed")
    step.expect_units("FO-CLOSE-KEEPS-ITEMS", order.units, step.order)
    step.expect_units("FO-CLOSE-KEEPS-ITEMS", order.left, step.order, left=True)


def test_service_closes_without_a_message(stage, service):
    order = stage.order("service:in_progress/accepted")
    service.close(order).expect("FO-CLOSE-MESSAGE-OPTIONAL", "incomplete/closed")


def test_both_parts_of_an_order_are_closed(stage, merchant, service, part_of):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    first = merchant.submit(order, part=part_of(order).asked)
    second = merchant.submit(first.needs(first.slot("unsubmitted")))
    one, two = service.accept(first.order), service.accept(second.needs(second.order))
    two.expect("FO-ACCEPT-STATE", "in_progress/accepted")
    service.close(one.needs(one.order)).expect("FO-CLOSE-STATE", "incomplete/closed")
    service.close(two.order).expect("FO-CLOSE-STATE", "incomplete/closed")


def test_closed_order_is_requested_again_and_accepted(stage, merchant, service, only_states):
    order = stage.order("service:incomplete/closed", lines=2)
    again = merchant.submit(order)
    again.expect("FO-SUBMIT-AFTER-CLOSE", "open/submitted")
    again.expect_units("FO-SUBMIT-WHOLE", order.left, again.order)
    only_states(service, "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED", "fulfillment_requested", again.order, "submitted")
    service.accept(again.order).expect("FO-ACCEPT-STATE", "in_progress/accepted")


def test_closed_order_is_moved_and_fulfilled_elsewhere(stage, merchant):
    order = stage.order("service:incomplete/closed", movable=True, lines=2)
    there = stage.elsewhere(order)
    moved = merchant.move(order, location=there)
    moved.expect("FO-CLOSE-THEN-MOVE", "open/unsubmitted")
    moved.expect_location("FO-CLOSE-THEN-MOVE", there)
    merchant.fulfil(moved.order).expect("FO-CLOSE-THEN-FULFIL", "closed/*")


def test_partly_fulfilled_order_is_closed_with_what_is_left(stage, merchant, service, one_unit):
    order = stage.order("service:in_progress/accepted", units=3, movable=True)
    part = service.fulfil(order, part=one_unit(order))
    left = part.needs(part.order).left
    step = service.close(part.order)
    step.expect("FO-CLOSE-PARTLY-FULFILLED", "incomplete/closed")
    step.expect_units("FO-CLOSE-PARTLY-FULFILLED", left, step.order, left=True)
    there = stage.elsewhere(step.order)
    moved = merchant.move(step.order, location=there)
    moved.check("FO-CLOSE-THEN-MOVE", moved.order.location_id == there, f"at {there}", moved.order.location_id)


def test_merchant_app_does_not_close(stage, merchant, two_apps):
    order = stage.order("service:in_progress/accepted")
    merchant.close(order).expect_refused("FO-CLOSE-ONLY-ACCEPTING-APP")


def test_another_service_app_does_not_close(stage, other_service, two_apps):
    order = stage.order("service:in_progress/accepted")
    other_service.close(order).expect_refused("FO-CLOSE-ONLY-ACCEPTING-APP")
