"""Cancelling: the merchant cancels a fulfillment order and gets a replacement (S2, S4)."""


def test_merchant_cancels_a_submitted_order(stage, merchant):
    order = stage.order("service:open/submitted", lines=2)
    step = merchant.cancel(order)
    step.expect("FO-CANCEL-STATE", "closed/* or cancelled/*", of=step.target)
    step.reads("AMB-CANCEL-STATUS", step.target.status)
    units = step.target.units
    step.check("FO-CANCEL-EMPTIES", not any(units.values()), "no units of any line item", units)
    replacement = step.slot("replacement")
    pair = replacement.pair if replacement else "none"
    step.check("FO-CANCEL-REPLACEMENT", pair == "open/unsubmitted", "a replacement open/unsubmitted", pair)


def test_replacement_carries_the_work_and_is_submitted(stage, merchant):
    order = stage.order("service:open/submitted", lines=2, units=3)
    step = merchant.cancel(order)
    step.expect("FO-CANCEL-STATE", "closed/* or cancelled/*", of=step.target)
    replacement = step.needs(step.slot("replacement"))
    step.expect_units("FO-CANCEL-REPLACEMENT-ITEMS", order.left, replacement)
    again = merchant.submit(replacement)
    again.expect("FO-SUBMIT-AFTER-CANCEL", "open/submitted")
    ended = merchant.cancel(again.needs(again.order))
    ended.expect("FO-CANCEL-STATE", "closed/* or cancelled/*", of=ended.target)
    actions = step.needs(replacement.actions)
    offered = "request_fulfillment" in actions
    step.check("FO-ACTIONS-SHARED", offered, "the replacement offers request_fulfillment", actions)


def test_cancelling_after_acceptance_follows_either_document(stage, merchant):
    order = stage.order("service:in_progress/accepted")
    step = merchant.cancel(order)
    step.reads("AMB-CANCEL-AFTER-ACCEPT", "allowed" if step.accepted else "refused")


def test_cancelling_an_unsubmitted_order_follows_either_document(stage, merchant):
    order = stage.order("service:open/unsubmitted")
    step = merchant.cancel(order)
    step.reads("AMB-CANCEL-UNSUBMITTED", "allowed" if step.accepted else "refused")
