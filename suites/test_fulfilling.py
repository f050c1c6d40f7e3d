"""Fulfilling: work is completed by creating fulfillments (S2)."""


def test_merchant_fulfils_all_of_an_order(stage, merchant):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=3)
    step = merchant.fulfil(order)
    step.expect("FO-FULFIL-CLOSES", "closed/*")
    step.expect_units("FO-FULFIL-REMAINING", {}, step.order, left=True)


def test_merchant_fulfils_some_line_items(stage, merchant, several_of):
    order = stage.order("merchant:open/unsubmitted", lines=3, units=4)
    part = several_of(order)
    step = merchant.fulfil(order, part=part.asked)
    step.expect_units("FO-FULFIL-REMAINING", part.rest, step.order, left=True)
    status = step.order.status
    step.check("FO-FULFIL-PART-OPEN", status not in {"closed", "cancelled"}, "not closed", status)
    going_on = status in {"in_progress", "open"}
    step.check("FO-FULFIL-PART-IN-PROGRESS", going_on, "in_progress, or still open", status)
    rest = merchant.fulfil(step.order)
    rest.expect("FO-FULFIL-CLOSES", "closed/*")


def test_merchant_fulfils_a_line_item_unit_by_unit(stage, merchant, part_of):
    order = stage.order("merchant:open/unsubmitted", units=6)
    for leaving in (2, 1):
        part = part_of(order, leaving)
        step = merchant.fulfil(order, part=part.asked)
        step.expect_units("FO-FULFIL-REMAINING", part.rest, step.order, left=True)
        order = step.order


def test_service_fulfils_what_it_accepted(stage, service):
    order = stage.order("service:in_progress/accepted", lines=2, units=3)
    step = service.fulfil(order)
    step.expect("FO-FULFIL-SERVICE", "closed/*")
    step.expect("FO-FULFIL-CLOSES", "closed/*")
    step.expect_units("FO-FULFIL-REMAINING", {}, step.order, left=True)


def test_service_fulfils_in_parts(stage, service, each_of):
    order = stage.order("service:in_progress/accepted", lines=2, units=3)
    part = each_of(order)
    step = service.fulfil(order, part=part.asked)
    step.expect("FO-FULFIL-PART-OPEN", "in_progress/* or open/*")
    step.expect_units("FO-FULFIL-REMAINING", part.rest, step.order, left=True)
    service.fulfil(step.order).expect("FO-FULFIL-CLOSES", "closed/*")


def test_more_than_there_is_cannot_be_fulfilled(stage, merchant, too_much):
    order = stage.order("merchant:open/unsubmitted")
    merchant.fulfil(order, part=too_much(order)).expect_refused("FO-FULFIL-TOO-MUCH")


def test_fulfilling_leaves_a_record(stage, merchant, fulfilled_whole, fulfillment_of, records):
    order = stage.order("merchant:open/unsubmitted")
    step = fulfilled_whole(order)
    made = fulfillment_of(step)
    listed = records(merchant, order)
    step.check("FO-FULFIL-RECORD", made.id in listed, f"fulfillment {made.id} among the order's", listed)


def test_fulfillment_shows_its_tracking(stage, merchant, fulfillment_of):
    order = stage.order("merchant:open/unsubmitted")
    tracking = {"number": "FULFILLSPEC-1", "company": "My Carrier", "url": "https://carrier.invalid/1"}
    step = merchant.fulfil(order, tracking=tracking)
    alone = step.answer.refused and merchant.fulfil(order).accepted
    step.check("FO-FULFIL-TRACKING", not alone, "tracking is taken where the work is", step.answer.described())
    made = fulfillment_of(step)
    step.check("FO-FULFIL-TRACKING", made.tracking == "FULFILLSPEC-1", "the tracking number sent", made.tracking)
    carried = made.is_carried_by("My Carrier")
    step.check("FO-FULFIL-TRACKING", carried, "the carrier sent, My Carrier", made.carrier)
    now = made.track(merchant, {"number": "FULFILLSPEC-2", "company": "Their Carrier"})
    step.check("FO-FULFIL-TRACKING", now.tracking == "FULFILLSPEC-2", "the new number", now.tracking)
    carried = now.is_carried_by("Their Carrier")
    step.check("FO-FULFIL-TRACKING", carried, "the new carrier, Their Carrier", now.carrier)
