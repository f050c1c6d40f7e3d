"""Fulfillment requests: the merchant asks the fulfillment service, which accepts or rejects (S2 lifecycle, S4)."""

import pytest

REASONS = ("incorrect_address", "inventory_out_of_stock", "ineligible_product", "undeliverable_destination", "other")


def test_merchant_submits_a_whole_order(stage, merchant):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    step = merchant.submit(order, message="Please fulfil all of it.")
    step.expect("FO-SUBMIT-STATE", "open/submitted")
    step.expect_units("FO-SUBMIT-WHOLE", order.left, step.order)
    rest = step.slot("unsubmitted")
    step.check("FO-SUBMIT-WHOLE-NOTHING-LEFT", rest is None, "nothing is left unsubmitted", rest)


def test_empty_list_of_line_items_requests_all(stage, merchant):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    step = merchant.submit(order, part=[])
    step.only_if(step.accepted, "no document says that an empty list has to be taken")
    step.expect("FO-SUBMIT-WHOLE", "open/submitted")
    step.expect_units("FO-SUBMIT-WHOLE", order.left, step.order)


def test_request_shows_its_message_and_notification(stage, merchant, requests_shown, notification_shown):
    order = stage.order("service:open/unsubmitted")
    said = (
        "Ask for signature – חתימה נדרשת – & leave nothing at the door: Büro im 2. Stock, 'zweite Tür' links, "
        "the bell of the ground floor does not work.\nThank you 📦"
    )
    step = merchant.submit(order, message=said, notify_customer=True)
    request = requests_shown(step)
    step.check("FO-SUBMIT-MESSAGE", request.message == step.sent("message"), "the message sent", request.message)
    step.check("FO-SUBMIT-MESSAGE", request.kind == "fulfillment_request", "kind fulfillment_request", request.kind)
    notify = notification_shown(step)
    step.check("FO-SUBMIT-NOTIFY-CUSTOMER", notify is True, "notify_customer true, as sent", notify)


def test_long_message_is_shown_whole(stage, merchant, requests_shown):
    order = stage.order("service:open/unsubmitted")
    said = ", ".join(f"first parcel {number} of 30" for number in range(1, 31))
    step = merchant.submit(order, message=said)
    step.only_if(step.accepted, "a message of this length is not taken here, and no text tells how long one may be")
    shown = requests_shown(step).message
    step.check("FO-SUBMIT-MESSAGE", shown == said, "the message sent", shown)


def test_request_without_message_or_notification(stage, merchant, notification_shown):
    order = stage.order("service:open/unsubmitted")
    step = merchant.submit(order)
    step.expect("FO-SUBMIT-MESSAGE-OPTIONAL", "open/submitted")
    notify = notification_shown(step)
    unsaid = "notify_customer false, or none, when not sent"
    step.check("FO-SUBMIT-NOTIFY-CUSTOMER-DEFAULT", notify in {False, None}, unsaid, notify)


def test_merchant_submits_some_line_items(stage, merchant, several_of):
    order = stage.order("service:open/unsubmitted", lines=3, units=4)
    part = several_of(order)
    step = merchant.submit(order, part=part.asked, message="These first.")
    step.expect("FO-SUBMIT-PART", "open/submitted")
    step.expect_units("FO-SUBMIT-PART", part.taken, step.order)
    step.expect_units("FO-SUBMIT-PART-REST", part.rest, step.slot("unsubmitted"))
    step.expect("FO-SUBMIT-PART-REST", "open/unsubmitted", slot="unsubmitted")
    same = step.order.id == order.id
    step.reads("AMB-SUBMIT-ORIGINAL", "same" if same else "new")


def test_rest_of_a_further_request_is_unsubmitted(stage, merchant, several_of):
    order = stage.order("service:open/rejected", lines=3, units=4)
    part = several_of(order)
    step = merchant.submit(order, part=part.asked)
    step.expect_units("FO-SUBMIT-PART-REST", part.rest, step.slot("unsubmitted"))
    step.expect("FO-SUBMIT-PART-REST", "open/unsubmitted", slot="unsubmitted")


def test_rest_of_a_partial_request_is_submitted_too(stage, merchant, last_of):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    part = last_of(order)
    first = merchant.submit(order, part=part.asked)
    first.expect_units("FO-SUBMIT-PART", part.taken, first.order)
    rest = first.needs(first.slot("unsubmitted"))
    step = merchant.submit(rest)
    step.expect("FO-SUBMIT-STATE", "open/submitted")
    step.expect_units("FO-SUBMIT-WHOLE", rest.left, step.order)


def test_service_accepts_a_request(stage, service):
    order = stage.order("service:open/submitted", lines=2)
    step = service.accept(order, message="We start on the next business day.")
    step.expect("FO-ACCEPT-STATE", "in_progress/accepted")
    step.expect_units("FO-INV-QUANTITY", order.units, step.order)


def test_service_accepts_without_a_message(stage, service):
    order = stage.order("service:open/submitted")
    service.accept(order).expect("FO-ACCEPT-MESSAGE-OPTIONAL", "in_progress/accepted")


def test_service_accepts_only_what_was_requested(stage, merchant, service, part_of):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    asked = merchant.submit(order, part=part_of(order).asked)
    asked.needs(asked.slot("unsubmitted"))
    service.accept(asked.order).expect("FO-ACCEPT-STATE", "in_progress/accepted")


def test_service_rejects_a_request(stage, service):
    order = stage.order("service:open/submitted", lines=2)
    step = service.reject(order, message="Cannot do it.", reason="inventory_out_of_stock")
    step.expect("FO-REJECT-STATE", "open/rejected")
    step.expect_units("FO-INV-QUANTITY", order.units, step.order)


def test_service_rejects_a_request_with_details(stage, service):
    order = stage.order("service:open/submitted", lines=2)
    details = [(line.id, "é" * 150) for line in order.lines]
    step = service.reject(order, message="Cannot do it.", reason="inventory_out_of_stock", details=details)
    step.expect("FO-REJECT-LINE-ITEMS", "open/rejected")


def test_rejection_detail_needs_no_message(stage, service, a_line):
    order = stage.order("service:open/submitted", lines=2)
    step = service.reject(order, reason="other", details=[(a_line(order), None)])
    step.expect("FO-REJECT-LINE-MESSAGE-OPTIONAL", "open/rejected")
    step.expect_units("FO-REJECT-WHOLE", order.units, step.order)
    step.check("FO-REJECT-WHOLE", not step.created, "no other fulfillment order", step.created)


def test_service_rejects_without_saying_anything(stage, service):
    order = stage.order("service:open/submitted")
    service.reject(order).expect("FO-REJECT-ALL-OPTIONAL", "open/rejected")


@pytest.mark.parametrize("reason", REASONS)
def test_service_rejects_for_each_documented_reason(stage, service, reason):
    order = stage.order("service:open/submitted")
    service.reject(order, reason=reason).expect("FO-REJECT-REASONS", "open/rejected")


@pytest.mark.transports("graphql")
def test_rejection_reason_outside_the_schema_is_refused(stage, service):
    order = stage.order("service:open/submitted")
    service.reject(order, reason="no_such_reason").expect_refused("FO-REJECT-REASON-UNKNOWN")


@pytest.mark.transports("rest")
def test_another_rejection_reason_follows_either_reading(stage, service):
    step = service.reject(stage.order("service:open/submitted"), reason="no_such_reason")
    step.reads("AMB-REASON-UNKNOWN", "taken" if step.accepted else "refused")


@pytest.mark.transports("rest")
def test_rejection_detail_over_150_characters_is_refused(stage, service, a_line):
    order = stage.order("service:open/submitted")
    step = service.reject(order, reason="other", details=[(a_line(order), "x" * 151)])
    step.expect_refused("FO-REJECT-LINE-MESSAGE-LIMIT")


def test_rejected_order_is_submitted_accepted_and_closed(stage, merchant, service):
    order = stage.order("service:open/rejected", lines=2)
    merchant.ask("get", order.id)  # where it goes is to stay, which a list need not tell
    again = merchant.submit(order, message="Please try again.")
    again.expect("FO-SUBMIT-AFTER-REJECT", "open/submitted")
    accepted = service.accept(again.order)
    accepted.expect("FO-ACCEPT-STATE", "in_progress/accepted")
    merchant.ask("get", accepted.order.id).agrees("FO-INV-OBSERVERS", accepted.order)
    closed = service.close(accepted.order)
    closed.expect("FO-CLOSE-STATE", "incomplete/closed")
    merchant.ask("get", closed.order.id).agrees("FO-INV-OBSERVERS", closed.order)


def test_more_than_there_is_cannot_be_requested(stage, merchant, too_much):
    order = stage.order("service:open/unsubmitted")
    merchant.submit(order, part=too_much(order)).expect_refused("FO-SUBMIT-TOO-MUCH")
