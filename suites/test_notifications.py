"""Notifications: the service's callback is told of requests, and of nothing else (S2, S4)."""

import pytest

pytestmark = pytest.mark.alone


def test_service_is_told_of_a_fulfillment_request(stage, merchant, service, callbacks, only_states):
    order = stage.order("service:open/unsubmitted", ours=True)
    heard = callbacks(merchant.submit, order)
    heard.expect(
        "FO-NOTE-SUBMIT-CALLBACK", "FO-NOTE-PATH", "FO-NOTE-KIND", "FO-NOTE-SIGNATURE", kind="FULFILLMENT_REQUEST"
    )
    asked = heard.step.needs(heard.step.order)
    only_states(service, "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED", "fulfillment_requested", asked, "submitted")


def test_service_is_told_of_a_part_and_of_asking_again(stage, merchant, service, callbacks, part_of):
    order = stage.order("service:open/unsubmitted", ours=True, lines=2, units=3)
    part = part_of(order).asked
    heard = callbacks(lambda whole: merchant.submit(whole, part=part), order)
    heard.expect(
        "FO-NOTE-SUBMIT-CALLBACK", "FO-NOTE-PATH", "FO-NOTE-KIND", "FO-NOTE-SIGNATURE", kind="FULFILLMENT_REQUEST"
    )
    rejected = callbacks(service.reject, heard.step.needs(heard.step.order))
    rejected.expect_silence("FO-NOTE-ONLY-REQUESTS")
    heard = callbacks(merchant.submit, rejected.step.needs(rejected.step.order))
    heard.expect(
        "FO-NOTE-SUBMIT-CALLBACK", "FO-NOTE-PATH", "FO-NOTE-KIND", "FO-NOTE-SIGNATURE", kind="FULFILLMENT_REQUEST"
    )


def test_service_is_told_of_a_cancellation_request(stage, merchant, callbacks):
    order = stage.order("service:in_progress/accepted", ours=True)
    heard = callbacks(merchant.submit_cancellation, order)
    heard.expect(
        "FO-NOTE-CANCELLATION-CALLBACK",
        "FO-NOTE-PATH",
        "FO-NOTE-KIND",
        "FO-NOTE-SIGNATURE",
        kind="CANCELLATION_REQUEST",
    )


def test_service_is_not_told_of_a_cancelled_order(stage, merchant, callbacks):
    order = stage.order("service:open/submitted", ours=True)
    callbacks(merchant.cancel, order).expect_silence("FO-NOTE-CANCEL-SILENT")


def test_service_is_told_of_no_request_that_nobody_made(stage, merchant, service, callbacks):
    def ask_again_accept_and_close(order):
        """Submit what is submitted, accept it and mark it as incomplete."""
        merchant.submit(order)
        service.accept(order)
        return service.close(order)

    order = stage.order("service:open/submitted", ours=True)
    callbacks(ask_again_accept_and_close, order).expect_silence("FO-NOTE-ONLY-REQUESTS")


def test_service_is_told_whatever_came_before(stage, merchant, service, callbacks, one_unit):
    told = ("FO-NOTE-CANCELLATION-CALLBACK", "FO-NOTE-PATH", "FO-NOTE-KIND", "FO-NOTE-SIGNATURE")
    order = stage.order("service:in_progress/accepted", ours=True, units=3, whole=True)
    part = service.fulfil(order, part=one_unit(order))
    stop = callbacks(merchant.submit_cancellation, part.needs(part.order))
    stop.expect(*told, kind="CANCELLATION_REQUEST")
    refused = service.reject_cancellation(stop.step.needs(stop.step.order))
    closed = service.close(refused.needs(refused.order))
    closed.only_if(closed.accepted, "what a cancellation was asked for is not closed here, which no text promises")
    asked = callbacks(merchant.submit, closed.order)
    asked.expect("FO-NOTE-SUBMIT-CALLBACK", *told[1:], kind="FULFILLMENT_REQUEST")
    accepted = service.accept(asked.step.needs(asked.step.order))
    again = callbacks(merchant.submit_cancellation, accepted.needs(accepted.order))
    again.expect(*told, kind="CANCELLATION_REQUEST")
