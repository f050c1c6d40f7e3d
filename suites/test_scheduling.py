"""Scheduled fulfillment orders: opened early, rescheduled (S2). No API makes one: they are given."""

import pytest


@pytest.fixture(params=["service", "merchant"])
def scheduled(stage, request):
    """Return a scheduled fulfillment order at a place that has one."""
    return stage.given(f"{request.param}:scheduled/unsubmitted")


def test_merchant_reschedules_a_scheduled_order(scheduled, merchant, later):
    step = merchant.reschedule(scheduled, new_fulfill_at=later.text)
    step.expect("FO-RESCHEDULE-STATE", "scheduled/*")
    step.expect_time("FO-RESCHEDULE-STATE", "fulfill_at", later.moment, step.order)


@pytest.mark.transports("rest")  # a text of REST's documents: a DateTime of GraphQL is ISO 8601
def test_merchant_reschedules_with_the_documented_text(scheduled, merchant, later):
    step = merchant.reschedule(scheduled, new_fulfill_at=later.documented)
    step.expect("FO-RESCHEDULE-STATE", "scheduled/*")
    step.expect_time("FO-RESCHEDULE-STATE", "fulfill_at", later.minute, step.order)


@pytest.mark.transports("graphql")
def test_merchant_reschedules_to_the_instant_that_an_offset_tells(scheduled, merchant, later):
    step = merchant.reschedule(scheduled, new_fulfill_at=later.abroad)
    step.only_if(step.accepted, "no document says whether a DateTime may have another offset than that of UTC")
    step.expect_time("FO-RESCHEDULE-STATE", "fulfill_at", later.moment, step.order)


def test_time_in_the_past_is_refused(scheduled, merchant, earlier):
    merchant.reschedule(scheduled, new_fulfill_at=earlier.text).expect_refused("FO-RESCHEDULE-FUTURE")


def test_reschedule_without_a_time_is_refused(scheduled, merchant):
    merchant.reschedule(scheduled).expect_refused("FO-RESCHEDULE-REQUIRED")


def test_merchant_opens_a_scheduled_order(scheduled, merchant):
    step = merchant.open(scheduled)
    step.expect("FO-OPEN-STATE", "open/unsubmitted")
    step.expect_units("FO-INV-QUANTITY", scheduled.units, step.order)
    step.reads("AMB-FULFILL-AT-AFTER-OPEN", "null" if step.order.fulfill_at is None else "kept")
    at_service = step.source is not None and step.source.startswith("service")
    worked = merchant.submit(step.order) if at_service else merchant.fulfil(step.order)
    worked.expect("FO-OPEN-READY", "open/submitted" if at_service else "closed/*")


@pytest.mark.certify
def test_scheduled_order_opens_itself_when_its_time_comes(stage, scheduled, merchant, soon):
    step = merchant.reschedule(scheduled, new_fulfill_at=soon.text)
    opened = soon.wait_for(step, lambda order: order.status == "open")
    step.check("FO-SCHEDULED-OPENS-ITSELF", opened, "open once fulfill_at is reached", "still scheduled")
