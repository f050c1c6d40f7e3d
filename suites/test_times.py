"""Times: updated_at is later once the state or the content has changed (S2, properties)."""

from functools import partial

import pytest


@pytest.mark.last
def test_updated_at_is_later_once_the_state_has_changed(stage, merchant, service, steps_apart):
    new, held = (stage.order("service:open/unsubmitted") for _ in range(2))
    accepted, closed = (stage.order("service:in_progress/accepted") for _ in range(2))
    steps_apart(
        "FO-INV-UPDATED-AT",
        (merchant.submit, new),
        (partial(merchant.hold, reason="other"), held),
        (merchant.submit_cancellation, accepted),
        (service.close, closed),
        (service.accept, stage.order("service:open/submitted")),
        (merchant.release_hold, stage.order("service:on_hold/unsubmitted")),
        (service.reject_cancellation, stage.order("service:in_progress/cancellation_requested")),
        (service.accept_cancellation, stage.order("service:in_progress/cancellation_requested")),
        (service.reject, stage.order("service:open/submitted")),
        (merchant.cancel, stage.order("service:open/submitted")),
        (merchant.fulfil, stage.order("merchant:open/unsubmitted")),
    )


@pytest.mark.last
def test_updated_at_is_later_once_the_content_has_changed(
    stage, merchant, service, changes_apart, one_unit, a_day_later
):
    changes_apart(
        "FO-INV-UPDATED-CONTENT",
        (
            lambda order: service.fulfil(order, part=one_unit(order)),
            stage.order("service:in_progress/accepted", units=2),
        ),
        (
            lambda order: merchant.move(order, location=stage.elsewhere(order), part=one_unit(order)),
            stage.order("merchant:open/unsubmitted", movable=True, units=2),
        ),
        (
            lambda order: merchant.move(order, location=stage.elsewhere(order)),
            stage.order("service:open/unsubmitted", movable=True, whole=True),
        ),
        (
            lambda order: merchant.set_deadline(order, orders=[order.id], deadline=a_day_later.text),
            stage.order("service:open/submitted"),
        ),
    )


@pytest.mark.last
@pytest.mark.parametrize("place", ["service", "merchant"])
def test_updated_at_is_later_once_the_time_has_changed(stage, merchant, changes_apart, a_day_later, place):
    order = stage.given(f"{place}:scheduled/unsubmitted")
    changes_apart("FO-INV-UPDATED-CONTENT", (partial(merchant.reschedule, new_fulfill_at=a_day_later.text), order))


@pytest.mark.alone
def test_location_is_live_until_work_begins(stage, merchant, while_renamed):
    states = ("open/unsubmitted", "open/submitted", "on_hold/unsubmitted")
    orders = [stage.order(f"service:{state}", ours=True) for state in states]
    for got, order in zip(while_renamed(merchant, orders, live=True), orders, strict=True):
        got.expect_edited_location("FO-LOCATION-LIVE", order)


@pytest.mark.alone
def test_location_is_a_snapshot_once_work_has_begun(stage, merchant, while_renamed):
    states = ("in_progress/accepted", "incomplete/closed", "closed/accepted")
    orders = [stage.order(f"service:{state}", ours=True) for state in states]
    for got, order in zip(while_renamed(merchant, orders), orders, strict=True):
        got.expect_same_location("FO-LOCATION-SNAPSHOT", order)
