"""Times: updated_at is later once the state has changed (S2, properties)."""

from functools import partial


def test_updated_at_is_later_once_the_state_has_changed(stage, merchant, service, apart):
    first, second = (stage.order("service:open/unsubmitted") for _ in range(2))
    third = stage.order("service:in_progress/accepted")
    hold = partial(merchant.hold, reason="other")
    steps = (merchant.submit, first), (hold, second), (merchant.submit_cancellation, third)
    first, second, third = apart("FO-INV-UPDATED-AT", *steps)
    steps = (service.accept, first), (merchant.release_hold, second), (service.reject_cancellation, third)
    first, second, third = apart("FO-INV-UPDATED-AT", *steps)
    apart("FO-INV-UPDATED-AT", (service.close, first), (merchant.submit, second))
