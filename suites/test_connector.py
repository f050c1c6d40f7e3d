"""The connector's action "Mark a fulfillment order as incomplete" (S0)."""

import pytest

pytestmark = pytest.mark.transports("connector")


def test_action_marks_an_accepted_order_as_incomplete(stage, service):
    order = stage.order("service:in_progress/accepted", lines=2)
    step = service.close(order, message="Not enough stock.")
    if step.answer.exchange.status == 400:  # the body was not understood, whatever the order's state
        step.check("FO-CONN-ENVELOPE", step.accepted, "the envelope is taken")
    step.expect("FO-CONN-STATE", "incomplete/closed")
    step.check("FO-CONN-ENVELOPE", step.answer.order is not None, "the envelope is taken", "no fulfillment order")
    shown = step.needs(step.answer.order)
    step.check("FO-CONN-ID", shown.id == order.id, f"fulfillment order {order.id}", shown.id)
    step.check("FO-CONN-MESSAGE", step.target.pair == "incomplete/closed", "the message is taken", step.target.pair)
    step.check("FO-CONN-SAME-ORDER", shown.pair == step.target.pair, step.target.pair, shown.pair, taints=False)
    step.expect_units("FO-CONN-LINE-ITEMS", order.units, shown)


def test_action_refuses_what_is_not_in_progress(stage, service):
    for pair in ("open/submitted", "open/unsubmitted", "incomplete/closed"):
        service.close(stage.order(f"service:{pair}")).expect_refused("FO-CONN-MARKS-IN-PROGRESS")


def test_action_refuses_an_unknown_id(service, unknown_id):
    service.ask("close", unknown_id).expect_refused("FO-CONN-UNKNOWN-ID")


def test_action_needs_the_assigned_scope(stage, outsider):
    order = stage.order("service:in_progress/accepted")
    outsider.close(order).expect_refused("FO-CONN-SCOPE")
