"""Deadlines: the latest time by which fulfillment orders need to be fulfilled (S2)."""


def test_deadline_is_set_on_every_order_named(stage, merchant, later):
    one = stage.order("merchant:open/unsubmitted")
    two = stage.order("service:open/unsubmitted")
    step = merchant.set_deadline(one, orders=[one.id, two.id], deadline=later.text)
    for order in (one, two):
        seen = step.again(order).fulfill_by
        step.check("FO-DEADLINE-SETS", seen == later.moment, f"fulfill_by {later.moment}", seen)
    asked = merchant.ask("get", one.id)
    shown = asked.needs(asked.answer.order).fulfill_by
    asked.check("FO-DEADLINE-SETS", shown == later.moment, f"fulfill_by {later.moment} by itself too", shown)


def test_deadline_of_an_unknown_order_is_refused(stage, merchant, later, unknown_id):
    order = stage.order("merchant:open/unsubmitted")
    merchant.set_deadline(order, orders=[unknown_id], deadline=later.text).expect_refused("FO-DEADLINE-UNKNOWN")


def test_deadline_in_the_past_is_set_or_refused(stage, merchant, earlier):
    order = stage.order("merchant:open/unsubmitted")
    step = merchant.set_deadline(order, orders=[order.id], deadline=earlier.text)
    step.reads("AMB-DEADLINE-PAST", "allowed" if step.accepted else "refused")
    if step.accepted:
        seen = step.again(order).fulfill_by
        step.check("FO-DEADLINE-SETS", seen == earlier.moment, f"fulfill_by {earlier.moment}", seen)
