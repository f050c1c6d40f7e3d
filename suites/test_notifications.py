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
    rejected = service.reject(heard.step.needs(heard.step.order), reason="other")
    heard = callbacks(merchant.submit, rejected.needs(rejected.order))
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
    def ask_again_and_accept(order):
        """Submit what is submitted, and accept it."""
        merchant.submit(order)
        return service.accept(order)

    order = stage.order("service:open/submitted", ours=True)
    callbacks(ask_again_and_accept, order).expect_silence("FO-NOTE-ONLY-REQUESTS")
