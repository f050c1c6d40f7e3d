"""Webhooks: who subscribed to the topics of fulfillment orders is told of each step, and of nothing that was refused."""

from functools import partial

import pytest

pytestmark = pytest.mark.alone


def judge_webhooks(told):
    told.expect("FO-HOOK-EVENT", "event")
    told.expect("FO-HOOK-TOPIC", "topic")
    told.expect("FO-HOOK-HEADERS", "headers")
    told.expect("FO-HOOK-SIGNATURE", "signature")
    told.expect("FO-HOOK-KEYS", "keys")
    told.expect("FO-HOOK-ORDER", "order")
    told.expect("FO-HOOK-STATE", "state")
    told.expect("FO-HOOK-MESSAGE", "message")
    told.expect("FO-HOOK-ONCE", "once")


def test_webhooks_tell_of_holds_and_moves(stage, merchant, webhooks):
    order, told = stage.order("merchant:open/unsubmitted", movable=True), webhooks("merchant")
    held = told.of("placed_on_hold", merchant.hold, order, reason="other", notes="Wait a moment.")
    released = told.of("hold_released", merchant.release_hold, held.order)
    told.refused("hold_released", merchant.release_hold, released.order)
    told.of("moved", merchant.move, released.order, location=stage.elsewhere(released.order))
    judge_webhooks(told)
    told.expect_silence("FO-HOOK-REFUSED-SILENT")


def test_webhooks_tell_of_parts(stage, merchant, webhooks, one_unit):
    order = stage.order("merchant:open/unsubmitted", movable=True, units=4)
    left = stage.order("merchant:open/unsubmitted", units=2)
    told = webhooks("merchant")  # what the stage moves to prepare an order is no step of this case
    told.of("moved", merchant.move, order, location=stage.elsewhere(order), part=one_unit(order))
    held = told.of("placed_on_hold", merchant.hold, left, reason="other", part=one_unit(left))
    told.of("hold_released", merchant.release_hold, held.order)
    judge_webhooks(told)


def test_webhooks_tell_of_requests_and_answers(stage, merchant, service, webhooks):
    order, told = stage.order("service:open/unsubmitted", ours=True), webhooks("service")
    told.beside("merchant", "cancellation_request_rejected")
    told.refused("fulfillment_request_accepted", service.accept, order, message="Nobody asked.")
    asked = told.of("fulfillment_request_submitted", merchant.submit, order, message="Please pack it well.")
    accepted = told.of("fulfillment_request_accepted", service.accept, asked.order, message="We ship it tomorrow.")
    told.refused("fulfillment_request_rejected", service.reject, accepted.order, message="Too late.")
    stop = told.of("cancellation_request_submitted", merchant.submit_cancellation, accepted.order, message="Stop.")
    told.of("cancellation_request_rejected", service.reject_cancellation, stop.order, message="It is gone.")
    judge_webhooks(told)
    told.expect_silence("FO-HOOK-REFUSED-SILENT")


def test_webhooks_tell_how_requests_end(stage, merchant, service, webhooks):
    told, accepted = webhooks("service"), stage.order("service:in_progress/accepted", ours=True)
    told.of("fulfillment_service_failed_to_complete", service.close, accepted, message="We broke the last one.")
    asked = stage.order("service:open/submitted", ours=True)
    told.of("fulfillment_request_rejected", service.reject, asked, message="We have none.")
    stop = stage.order("service:in_progress/cancellation_requested", ours=True)
    told.of("cancellation_request_accepted", service.accept_cancellation, stop, message="We had not begun.")
    told.of("cancelled", merchant.cancel, stage.order("service:open/submitted", ours=True))
    judge_webhooks(told)


@pytest.mark.transports("graphql")
def test_webhooks_tell_of_splits(stage, merchant, webhooks, part_of):
    order, told = stage.order("merchant:open/unsubmitted", lines=2), webhooks("merchant")
    split = told.of("split", partial(merchant.act, "split"), order, part=part_of(order).asked)
    told.of("placed_on_hold", merchant.hold, split.target, reason="other")
    judge_webhooks(told)


@pytest.mark.parametrize("place", ["service", "merchant"])
def test_webhooks_tell_of_another_time(stage, merchant, webhooks, later, place):
    order, told = stage.given(f"{place}:scheduled/unsubmitted"), webhooks("merchant")
    told.of("rescheduled", merchant.reschedule, order, new_fulfill_at=later.text)
    told.of("placed_on_hold", merchant.hold, stage.order("merchant:open/unsubmitted"), reason="other")
    judge_webhooks(told)
