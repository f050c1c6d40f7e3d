"""Holds: fulfillment is halted and set free again (S2)."""

import pytest

REASONS = ("awaiting_payment", "high_risk_of_fraud", "incorrect_address", "inventory_out_of_stock", "other")
PLACES = ("service", "merchant")


@pytest.mark.parametrize("place", PLACES)
def test_merchant_holds_an_open_order(stage, merchant, place):
    order = stage.order(f"{place}:open/unsubmitted", lines=2, alone=place == "merchant")
    told = "The number of the house is missing – מספר הבית חסר –\n& nobody in Rue de l'Été answers the phone 📵."
    step = merchant.hold(order, reason="incorrect_address", notes=told)
    step.expect("FO-HOLD-STATE", "on_hold/*")
    step.expect("FO-HOLD-KEEPS-REQUEST", "*/unsubmitted")
    reasons = [hold.reason for hold in step.order.holds or ()]
    step.check("FO-HOLD-CREATES-HOLD", "incorrect_address" in reasons, "a hold with the reason sent", reasons)
    notes = [hold.notes for hold in step.order.holds or ()]
    step.check("FO-HOLD-NOTES", step.sent("notes") in notes, "a hold with the notes sent", notes)


@pytest.mark.parametrize("place", PLACES)
def test_merchant_releases_a_held_order(stage, merchant, place):
    order = stage.order(f"{place}:on_hold/unsubmitted", lines=2)
    step = merchant.release_hold(order)
    step.expect("FO-RELEASE-STATE", "open/*")
    step.expect("FO-RELEASE-KEEPS-REQUEST", "*/unsubmitted")
    holds = step.order.holds
    step.check("FO-RELEASE-ALL", not holds, "no hold is left", holds)


@pytest.mark.parametrize("reason", REASONS)
def test_each_documented_reason_holds(stage, merchant, reason):
    order = stage.order("merchant:open/unsubmitted")
    step = merchant.hold(order, reason=reason, notes="For a documented reason.")
    step.expect("FO-HOLD-REASONS", "on_hold/*")
    seen = [hold.reason for hold in step.order.holds or ()]
    step.check("FO-HOLD-CREATES-HOLD", reason in seen, f"a hold with the reason {reason}", seen)
    merchant.release_hold(step.order).expect("FO-RELEASE-STATE", "open/*")


def test_hold_needs_no_notes(stage, merchant):
    order = stage.order("merchant:open/unsubmitted")
    merchant.hold(order, reason="other").expect("FO-HOLD-NOTES-OPTIONAL", "on_hold/*")


@pytest.mark.parametrize("notify", [False, True], ids=["no", "yes"])
def test_hold_takes_whether_to_notify_the_merchant(stage, merchant, notify):
    order = stage.order("merchant:open/unsubmitted")
    step = merchant.hold(order, reason="other", notes="Held with or without a word.", notify_merchant=notify)
    step.expect("FO-HOLD-NOTIFY-MERCHANT", "on_hold/*")


def test_hold_and_release_keep_a_rejection(stage, merchant):
    order = stage.order("service:open/rejected")
    held = merchant.hold(order, reason="other", notes="Held after a rejection.")
    held.only_if(held.accepted, "a rejected order is not held here, which no text promises")
    held.expect("FO-HOLD-KEEPS-REQUEST", "on_hold/rejected")
    released = merchant.release_hold(held.order)
    released.expect("FO-RELEASE-KEEPS-REQUEST", "open/rejected")


def test_release_ends_every_hold(stage, merchant):
    order = stage.order("merchant:on_hold/unsubmitted")
    again = merchant.hold(order, reason="awaiting_payment", notes="A second hold.")
    again.only_if(again.accepted, "an order on hold takes no second hold here, which no text promises")
    step = merchant.release_hold(again.order)
    step.check("FO-RELEASE-ALL", not step.order.holds, "no hold is left", step.order.holds)
    step.expect("FO-RELEASE-STATE", "open/*")


def test_move_sets_nothing_free_that_is_held(stage, merchant):
    order = stage.order("merchant:on_hold/unsubmitted", movable=True)
    step = merchant.move(order, location=stage.elsewhere(order))
    step.only_if(step.accepted, "what is on hold is not moved here, which no text promises")
    step.expect("FO-INV-HELD-STAYS", "on_hold/* or closed/* or cancelled/*", of=step.target)


def test_hold_without_a_reason_is_refused(stage, merchant):
    order = stage.order("merchant:open/unsubmitted")
    merchant.hold(order, notes="No reason given.").expect_refused("FO-HOLD-REASON-REQUIRED")


@pytest.mark.transports("graphql")
def test_hold_for_a_reason_outside_the_schema_is_refused(stage, merchant):
    order = stage.order("merchant:open/unsubmitted")
    merchant.hold(order, reason="no_such_reason").expect_refused("FO-HOLD-REASON-UNKNOWN")


@pytest.mark.transports("rest")
def test_hold_for_another_reason_follows_either_reading(stage, merchant):
    step = merchant.hold(stage.order("merchant:open/unsubmitted"), reason="no_such_reason")
    step.reads("AMB-REASON-UNKNOWN", "taken" if step.accepted else "refused")


@pytest.mark.parametrize("place", PLACES)
def test_merchant_holds_some_line_items(stage, merchant, several_of, place):
    order = stage.order(f"{place}:open/unsubmitted", lines=2, units=3)
    part = several_of(order)
    step = merchant.hold(order, reason="inventory_out_of_stock", notes="Only these.", part=part.asked)
    step.expect("FO-HOLD-STATE", "on_hold/*")
    split = step.order.units != order.units
    step.reads("AMB-HOLD-PART", "split" if split else "whole")
    step.only_if(split, "no document says that a hold on a part splits the order, and this one does not")
    step.expect_units("FO-HOLD-PART", part.taken, step.order)
    rests = [other for other in step.apart if other.left == part.rest]
    made = [(other.pair, other.units) for other in step.apart] or "no other fulfillment order"
    fits = bool(rests) and rests[0].status == "open"
    step.check("FO-HOLD-PART-REST", fits, {"the rest is open": part.rest}, made)


def test_released_part_is_requested(stage, merchant, part_of):
    order = stage.order("service:open/unsubmitted", lines=2, units=3)
    held = merchant.hold(order, reason="other", part=part_of(order).asked)
    released = merchant.release_hold(held.needs(held.order))
    released.expect("FO-RELEASE-STATE", "open/*")
    merchant.submit(released.order).expect("FO-SUBMIT-STATE", "open/submitted")


def test_released_order_is_requested_whole(stage, merchant, service):
    order = stage.order("service:on_hold/unsubmitted", lines=2)
    released = merchant.release_hold(order)
    submitted = merchant.submit(released.needs(released.order))
    submitted.expect("FO-SUBMIT-STATE", "open/submitted")
    service.accept(submitted.order).expect("FO-ACCEPT-STATE", "in_progress/accepted")


def test_more_than_there_is_cannot_be_held(stage, merchant, too_much):
    order = stage.order("merchant:open/unsubmitted")
    merchant.hold(order, reason="other", part=too_much(order)).expect_refused("FO-HOLD-TOO-MUCH")
