"""Line items as arguments: which are taken, which stay, and which an operation cannot mean (S2, S4)."""

import pytest


def test_open_order_takes_no_line_items_but_its_own(misnamed):
    misnamed.try_all(
        "merchant:open/unsubmitted",
        misnamed.taker(
            "hold",
            "merchant",
            exactly="FO-HOLD-PART",
            foreign="FO-HOLD-LINES-OWN",
            positive="FO-HOLD-LINES-POSITIVE",
            once="FO-HOLD-LINES-ONCE",
        ),
        misnamed.taker("move", "merchant", exactly="FO-MOVE-PART", foreign="FO-MOVE-LINES-OWN"),
        misnamed.taker(
            "create_fulfillment",
            "merchant",
            exactly="FO-FULFIL-REMAINING",
            foreign="FO-FULFIL-LINES-OWN",
            positive="FO-FULFIL-LINES-POSITIVE",
        ),
        misnamed.taker(
            "split",
            "merchant",
            exactly="FO-GQL-SPLIT-QUANTITIES",
            foreign="FO-GQL-SPLIT-LINES-OWN",
            positive="FO-GQL-SPLIT-LINES-POSITIVE",
        ),
    )


def test_request_is_for_no_line_items_but_its_own(misnamed):
    submit = misnamed.taker("submit", "merchant", exactly="FO-SUBMIT-PART", foreign="FO-SUBMIT-LINES-OWN")
    misnamed.try_all("service:open/unsubmitted", submit)


def test_rejection_details_of_other_line_items_leave_them_alone(misnamed):
    reject = misnamed.taker("reject", "service", exactly="FO-REJECT-LINE-ITEMS")
    misnamed.try_all("service:open/submitted", reject)


@pytest.mark.parametrize("place", ["service", "merchant"])
def test_all_line_items_are_held_by_name(stage, merchant, all_of, place):
    order = stage.order(f"{place}:open/unsubmitted", lines=2, units=3)
    held = merchant.hold(order, reason="other", notes="All of it, line by line.", part=all_of(order))
    held.expect("FO-HOLD-STATE", "on_hold/*")
    held.expect_units("FO-HOLD-PART", order.units, held.order)
    merchant.release_hold(held.order).expect("FO-RELEASE-STATE", "open/*")


def test_all_line_items_are_requested_by_name(stage, merchant, all_of):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    step = merchant.submit(order, part=all_of(order), message="All of it, line by line.")
    step.expect("FO-SUBMIT-PART", "open/submitted")
    step.expect_units("FO-SUBMIT-PART", order.left, step.order)
    rest = step.slot("unsubmitted")
    step.check("FO-SUBMIT-WHOLE-NOTHING-LEFT", rest is None, "nothing is left unsubmitted", rest)


def test_all_line_items_are_fulfilled_by_name(stage, service, all_of):
    order = stage.order("service:in_progress/accepted", lines=2)
    step = service.fulfil(order, part=all_of(order))
    step.expect("FO-FULFIL-CLOSES", "closed/*")
    step.expect_units("FO-FULFIL-REMAINING", {}, step.order, left=True)


def test_all_line_items_are_moved_by_name(stage, merchant, all_of):
    order = stage.order("merchant:open/unsubmitted", movable=True, lines=2, clear="elsewhere")
    step = merchant.move(order, location=stage.elsewhere(order), part=all_of(order))
    step.expect_units("FO-MOVE-PART", order.left, step.order)
    left = [other for other in (step.target,) if other.id != step.order.id]
    step.check("FO-MOVE-PART", not any(other.left for other in left), "nothing stays behind", left)


def test_fulfilled_units_cannot_be_fulfilled_again(stage, merchant, one_unit, as_ordered):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=3, whole=True)
    part = merchant.fulfil(order, part=one_unit(order))
    again = merchant.fulfil(part.needs(part.order), part=as_ordered(part.order))
    again.expect_refused("FO-FULFIL-TOO-MUCH", because="what was fulfilled is not there any more")


def test_fulfilled_units_cannot_be_moved_by_name(stage, merchant, as_ordered):
    order = stage.order("merchant:in_progress/unsubmitted", movable=True)
    step = merchant.move(order, location=stage.elsewhere(order), part=as_ordered(order))
    step.expect_refused("FO-MOVE-TOO-MUCH", because="what was fulfilled stays")
