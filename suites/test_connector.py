"""The connector's action "Mark a fulfillment order as incomplete" (S0)."""

import pytest

pytestmark = pytest.mark.transports("connector")


def test_action_marks_an_accepted_order_as_incomplete(stage, service):
    order = stage.order("service:in_progress/accepted", lines=2)
    step = service.close(order, message="Not enough stock.")
    step.expect_understood("FO-CONN-ENVELOPE")
    step.expect("FO-CONN-STATE", "incomplete/closed")
    step.check("FO-CONN-ENVELOPE", step.answer.order is not None, "the envelope is taken", "no fulfillment order")
    shown = step.needs(step.answer.order)
    step.check("FO-CONN-ID", shown.id == order.id, f"fulfillment order {order.id}", shown.id)
    step.check("FO-CONN-MESSAGE", step.target.pair == "incomplete/closed", "the message is taken", step.target.pair)
    step.check("FO-CONN-SAME-ORDER", shown.pair == step.target.pair, step.target.pair, shown.pair)
    step.expect_units("FO-CONN-LINE-ITEMS", order.units, shown)
    offered = shown.actions is None or "request_fulfillment" in shown.actions
    step.check("FO-ACTIONS-SHARED", offered, "it offers request_fulfillment", shown.actions)


def test_answer_is_the_view_of_the_order(stage, service, expect_view):
    order = stage.order("service:in_progress/accepted", lines=2)
    step = service.close(order, message="Can't be completed – nothing left at Zoë's 📦")
    step.expect("FO-CONN-STATE", "incomplete/closed")
    expect_view(step, "FO-CONN-VIEW")


def test_action_marks_what_is_partly_fulfilled(stage, service, partly_fulfilled):
    order = partly_fulfilled(stage.order("service:in_progress/accepted", lines=2, units=3))
    step = service.close(order, message="We broke the last ones.")
    step.expect("FO-CONN-PARTLY-FULFILLED", "incomplete/closed")
    step.expect_units("FO-CONN-PARTLY-FULFILLED", order.left, step.target, left=True)


@pytest.mark.parametrize("pair", ["open/submitted", "open/unsubmitted", "open/rejected", "incomplete/closed"])
def test_action_refuses_what_is_not_in_progress(stage, service, pair, expect_unchanged, expect_readable_error):
    step = service.close(stage.order(f"service:{pair}"), message="Not enough stock.")
    step.expect_refused("FO-CONN-MARKS-IN-PROGRESS")
    expect_unchanged(step, "FO-CONN-REFUSAL-CHANGES-NOTHING")
    expect_readable_error(step, "FO-CONN-REFUSAL-FORM")


def test_action_refuses_what_is_at_a_merchant_location(stage, service, expect_unchanged):
    step = service.close(stage.order("merchant:open/unsubmitted"), message="Not ours.")
    step.expect_refused("FO-CONN-MARKS-IN-PROGRESS")
    expect_unchanged(step, "FO-CONN-REFUSAL-CHANGES-NOTHING")


def test_action_is_refused_without_a_token(stage, anonymous, expect_unchanged, expect_readable_error):
    step = anonymous.close(stage.order("service:in_progress/accepted"), message="By nobody.")
    step.expect_refused("FO-CONN-TOKEN")
    expect_unchanged(step, "FO-CONN-REFUSAL-CHANGES-NOTHING")
    expect_readable_error(step, "FO-CONN-REFUSAL-FORM")


def test_action_is_refused_to_another_service(stage, other_service, two_apps, expect_unchanged, expect_readable_error):
    step = other_service.close(stage.order("service:in_progress/accepted"), message="By another.")
    step.expect_refused("FO-CONN-TOKEN")
    expect_unchanged(step, "FO-CONN-REFUSAL-CHANGES-NOTHING")
    expect_readable_error(step, "FO-CONN-REFUSAL-FORM")


def test_action_is_refused_to_the_merchant(stage, merchant, two_apps, expect_unchanged, expect_readable_error):
    step = merchant.close(stage.order("service:in_progress/accepted"), message="By the merchant.")
    step.expect_refused("FO-CONN-TOKEN")
    expect_unchanged(step, "FO-CONN-REFUSAL-CHANGES-NOTHING")
    expect_readable_error(step, "FO-CONN-REFUSAL-FORM")


def test_action_is_refused_without_an_id(stage, service, expect_readable_error):
    stage.order("service:in_progress/accepted")
    asked = service.ask("close", message="Of nothing.")
    asked.expect_refused("FO-CONN-NEEDS-ID")
    expect_readable_error(asked, "FO-CONN-REFUSAL-FORM")


def test_action_refuses_an_unknown_id(service, unknown_id, expect_readable_error):
    asked = service.ask("close", unknown_id)
    asked.expect_refused("FO-CONN-UNKNOWN-ID")
    expect_readable_error(asked, "FO-CONN-REFUSAL-FORM")


def test_action_needs_the_assigned_scope(stage, outsider):
    order = stage.order("service:in_progress/accepted")
    outsider.close(order).expect_refused("FO-CONN-SCOPE")
