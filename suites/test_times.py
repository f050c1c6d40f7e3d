"""Times: updated_at is later once the state has changed (S2, properties)."""

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
