"""Several objects in one call: fulfillments, deadlines, splits and merges over more than one fulfillment order (S2)."""

import pytest


def test_one_fulfillment_covers_two_orders_at_a_location(
    stage, merchant, service, several_of, last_of, fulfillment_of, records
):
    order = stage.order("service:open/unsubmitted", lines=2, units=4)
    asked = merchant.submit(order, part=several_of(order).asked)
    other = merchant.submit(asked.needs(asked.slot("unsubmitted")))
    one, two = service.accept(asked.order), service.accept(other.needs(other.order))
    part = last_of(one.needs(one.order))
    step = service.fulfil(one.order, part=part.asked, beside=[(two.needs(two.order).id, None)])
    step.expect_units("FO-FULFIL-SEVERAL", part.rest, step.seen(one.order), left=True)
    step.expect_units("FO-FULFIL-SEVERAL", {}, step.seen(two.order), left=True)
    step.expect("FO-FULFIL-SEVERAL", "closed/*", of=step.seen(two.order))
    made = fulfillment_of(step)
    for fulfilled in (one.order, two.order):
        listed = records(service, fulfilled)
        step.check("FO-FULFIL-RECORD", made.id in listed, f"fulfillment {made.id} among those of each", listed)


def test_what_is_held_is_not_fulfilled_beside_another_order(stage, merchant, several_of, part_of):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=4)
    held = merchant.hold(order, reason="other", part=several_of(order).asked)
    held.only_if(held.apart, "no document says that a hold on a part splits the order, and this one does not")
    rest = held.apart[0]
    step = merchant.fulfil(rest, beside=[(held.order.id, None)])
    step.expect_refused("FO-HOLD-BLOCKS-FULFILMENT", because="the second of the two is on hold")
    released = merchant.release_hold(held.order)
    two = not released.seen(rest).ended
    released.only_if(two, "the release took the rest in, so that there is no second fulfillment order")
    part = part_of(released.order)
    both = merchant.fulfil(rest, beside=[(released.order.id, part.asked)])
    both.expect_units("FO-FULFIL-SEVERAL", {}, both.seen(rest), left=True)
    both.expect_units("FO-FULFIL-SEVERAL", part.rest, both.seen(released.order), left=True)


def test_fulfillment_over_two_locations_is_refused(stage, merchant, part_of):
    order = stage.order("merchant:open/unsubmitted", movable=True, units=2, clear="elsewhere")
    moved = merchant.move(order, location=stage.elsewhere(order), part=part_of(order).asked)
    step = merchant.fulfil(moved.target, beside=[(moved.needs(moved.order).id, None)])
    step.expect_refused("FO-FULFIL-ONE-LOCATION")


def test_fulfillment_over_two_orders_is_refused(stage, merchant, of_another_order):
    order = stage.order("merchant:open/unsubmitted")
    other = of_another_order(order)
    step = merchant.fulfil(order, beside=[(other.id, None)])
    step.only_if(step.expect_refused("FO-FULFIL-ONE-ORDER"), "what was fulfilled beside another order is not as it was")
    step.keeps("FO-INV-OTHER-ORDERS", other)


def test_service_fulfils_nothing_of_others_beside_its_own(stage, service, without_scope, at_merchant_location):
    without_scope(service, "merchant_managed_fulfillment_orders")
    order = stage.order("service:in_progress/accepted")
    other = at_merchant_location(order)
    for first, second in ((order, other), (other, order)):
        step = service.fulfil(first, beside=[(second.id, None)])
        step.expect_refused("FO-SCOPE-MERCHANT-LOCATIONS", because="one of the two is at a merchant-managed location")


def test_service_sets_no_deadline_for_others_beside_its_own(stage, service, without_scope, at_merchant_location, later):
    without_scope(service, "merchant_managed_fulfillment_orders")
    order = stage.order("service:in_progress/accepted")
    other = at_merchant_location(order)
    for orders in ([order.id, other.id], [other.id, order.id]):
        step = service.set_deadline(order, orders=orders, deadline=later.text)
        step.keeps("FO-SCOPE-MERCHANT-LOCATIONS", other)


def test_deadline_is_set_on_orders_of_two_orders(stage, merchant, a_day_later, of_another_order):
    order = stage.order("merchant:open/unsubmitted")
    other = of_another_order(order)
    step = merchant.set_deadline(order, orders=[order.id, other.id], deadline=a_day_later.text)
    for seen in (step.seen(order), step.again(other)):
        step.expect_time("FO-DEADLINE-SETS", "fulfill_by", a_day_later.moment, seen)


def test_deadline_with_an_unknown_order_is_set_or_refused(stage, merchant, later, unknown_id):
    order = stage.order("service:open/unsubmitted")
    step = merchant.set_deadline(order, orders=[order.id, unknown_id], deadline=later.text)
    step.only_if(step.accepted, "a deadline for an unknown one among others is refused here, which no text forbids")
    step.expect_time("FO-DEADLINE-SETS", "fulfill_by", later.moment, step.seen(order))


@pytest.mark.transports("graphql")
def test_split_of_nothing_or_too_much_is_refused(stage, merchant, too_much):
    order = stage.order("merchant:open/unsubmitted", units=2)
    merchant.act("split", order, part=too_much(order)).expect_refused("FO-GQL-SPLIT-TOO-MUCH")
    merchant.act("split", order, part=[]).expect_refused("FO-GQL-SPLIT-EMPTY")


@pytest.mark.transports("graphql")
def test_two_orders_are_split_together_or_neither_is(stage, merchant, each_of, part_of, last_of, too_much):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=6)
    first = merchant.act("split", order, part=each_of(order).asked)
    one, two = first.target, first.needs(first.created[0] if first.created else None)
    for right, wrong in ((one, two), (two, one)):
        step = merchant.act("split", right, part=part_of(right).asked, beside=[(wrong.id, too_much(wrong))])
        step.expect_refused("FO-GQL-SPLIT-TOO-MUCH", because="one of the two splits takes too much")
    parts = {one: part_of(one), two: last_of(two)}
    first.only_if(
        parts[two].rest, "routing gives each line item a fulfillment order of its own, which cannot be split twice"
    )
    both = merchant.act("split", one, part=parts[one].asked, beside=[(two.id, parts[two].asked)])
    for split, part in parts.items():
        both.expect_units("FO-GQL-SPLIT-SEVERAL", part.rest, both.seen(split))
    made, taken = [piece.units for piece in both.created], [part.taken for part in parts.values()]
    both.check("FO-GQL-SPLIT-SEVERAL", made in (taken, taken[::-1]), {"new ones": taken}, made)


@pytest.mark.transports("graphql")
def test_merged_orders_end_and_are_not_merged_again(stage, merchant, several_of, one_unit):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=4)
    split = merchant.act("split", order, part=several_of(order).asked)
    made = split.needs(split.created[0] if split.created else None)
    rest = merchant.act("merge", split.target, beside=[(made.id, one_unit(made))])
    rest.expect_units("FO-GQL-MERGE-PART", more(split.target, made, one_unit(made)), rest.target, left=True)
    whole = merchant.act("merge", rest.target, beside=[(made.id, None)])
    whole.expect_units("FO-GQL-MERGE-QUANTITIES", order.left, whole.target, left=True)
    ended = whole.seen(made)
    whole.check("FO-GQL-MERGE-QUANTITIES", ended.ended and not ended.left, "the other ends, empty", ended.pair)
    for first, second in ((whole.target, made), (made, whole.target)):
        again = merchant.act("merge", first, beside=[(second.id, None)])
        again.expect_refused("FO-GQL-MERGE-ENDED-REFUSED")


@pytest.mark.transports("graphql")
def test_what_is_on_hold_is_not_merged(stage, merchant, several_of):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=4)
    split = merchant.act("split", order, part=several_of(order).asked)
    held = merchant.hold(split.needs(split.created[0] if split.created else None), reason="other")
    kept, other = held.needs(held.order), split.target
    into = merchant.act("merge", kept, beside=[(other.id, None)])
    into.only_if(into.expect_refused("FO-GQL-MERGE-HELD-REFUSED"), "the two are one now")
    merchant.act("merge", other, beside=[(kept.id, None)]).expect_refused("FO-GQL-MERGE-HELD-REFUSED")


def more(order, other, part):
    """Return what is left of an order once a part of another has come to it, by line item."""
    taken = {line.line_item_id: dict(part).get(line.id, 0) for line in other.lines}
    return {item: order.left.get(item, 0) + taken.get(item, 0) for item in {*order.left, *taken}}


@pytest.mark.transports("graphql")
def test_orders_of_two_orders_are_not_merged(stage, merchant, of_another_order):
    order = stage.order("merchant:open/unsubmitted")
    other = of_another_order(order)
    step = merchant.act("merge", order, beside=[(other.id, None)])
    step.only_if(step.expect_refused("FO-GQL-MERGE-ONE-ORDER"), "what was merged is not as it was")
    step.keeps("FO-INV-OTHER-ORDERS", other)


@pytest.mark.transports("graphql")
def test_release_of_an_unknown_hold_leaves_the_others(stage, merchant, hold_ids, unknown_id):
    order = stage.order("merchant:open/unsubmitted")
    held = merchant.hold(order, reason="other", notes="Stays until it is named.")
    step = merchant.release_hold(held.needs(held.order), hold_ids=[unknown_id])
    merchant.release_hold(held.order).expect("FO-GQL-RELEASE-HOLD", "open/*")
    step.only_if(step.accepted, "the release of an unknown hold is refused here, which no text forbids")
    kept = hold_ids(held) <= hold_ids(step)
    step.check("FO-GQL-RELEASE-HOLD", kept, {"the holds": sorted(hold_ids(held))}, sorted(hold_ids(step)))
