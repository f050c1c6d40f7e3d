"""Moves: line items get another location (S2)."""


def at(step, location):
    """Judge that the moved fulfillment order names the location in every place that shows one."""
    shown = {step.order.location_id, step.order.address_location_id} - {None}
    step.check("FO-MOVE-LOCATION", shown == {location}, f"assigned to location {location}", shown)


def test_merchant_moves_a_whole_order_to_the_service(stage, merchant, service):
    order = stage.order("merchant:open/unsubmitted", movable=True, lines=2, clear="service")
    step = merchant.move(order, location=stage.service_location)
    at(step, stage.service_location)
    step.expect_units("FO-MOVE-WHOLE", order.left, step.order)
    step.expect("FO-MOVE-STATE", "open/unsubmitted")
    step.reads("AMB-MOVE-WHOLE", "same" if step.order.id == order.id else "new")
    service.ask("assigned").expect_listed("FO-ASSIGNED-LIST", step.order, among="is assigned to the service now")
    merchant.submit(step.order).expect("FO-SUBMIT-STATE", "open/submitted")


def test_empty_list_of_line_items_moves_all(stage, merchant):
    order = stage.order("merchant:open/unsubmitted", movable=True, lines=2, clear="elsewhere")
    there = stage.elsewhere(order)
    step = merchant.move(order, location=there, part=[])
    step.only_if(step.accepted, "no document says that an empty list has to be taken")
    step.expect_location("FO-MOVE-WHOLE", there)
    step.expect_units("FO-MOVE-WHOLE", order.left, step.order)


def test_merchant_moves_an_order_there_and_back(stage, merchant):
    order = stage.order("merchant:open/unsubmitted", movable=True, clear="service", alone=True)
    there = merchant.move(order, location=stage.service_location)
    at(there, stage.service_location)
    back = merchant.move(there.order, location=order.location_id)
    at(back, order.location_id)
    back.expect_units("FO-MOVE-WHOLE", order.left, back.order)


def test_merchant_moves_a_whole_order_between_own_locations(stage, merchant):
    order = stage.order("merchant:open/unsubmitted", movable=True, lines=2, clear="elsewhere")
    there = stage.elsewhere(order)
    step = merchant.move(order, location=there)
    at(step, there)
    step.expect_units("FO-MOVE-WHOLE", order.left, step.order)


def test_part_of_a_submitted_order_stays(stage, merchant, part_of):
    order = stage.order("service:open/submitted", movable=True, units=2)
    step = merchant.move(order, location=stage.elsewhere(order), part=part_of(order).asked)
    step.expect_refused("FO-MOVE-SUBMITTED-REFUSED", because="its location cannot change, not even for a part")


def test_merchant_moves_some_line_items(stage, merchant, several_of):
    order = stage.order("merchant:open/unsubmitted", movable=True, lines=3, units=4, clear="elsewhere")
    part, there = several_of(order), stage.elsewhere(order)
    step = merchant.move(order, location=there, part=part.asked)
    at(step, there)
    step.expect_units("FO-MOVE-PART", part.taken, step.order)
    original = step.target
    step.expect_units("FO-MOVE-PART-KEEPS-ORIGINAL", part.rest, original)
    stayed = original.location_id == order.location_id
    step.check("FO-MOVE-PART-KEEPS-ORIGINAL", stayed, f"the rest stays at {order.location_id}", original.location_id)
    shown = step.slot("original")
    same = shown is None or shown.id == order.id
    step.check("FO-MOVE-PART-KEEPS-ORIGINAL", same, f"the answer's original is {order.id}", shown and shown.id)
    fits = original.status in {order.status, "closed"}
    step.check("FO-MOVE-ORIGINAL-STATUS", fits, f"the original is {order.status} or closed", original.status)


def test_location_that_works_on_the_order_takes_more(stage, merchant, part_of, several_of):
    order = stage.order("merchant:open/unsubmitted", movable=True, lines=3, units=5, clear="service")
    first = merchant.move(order, location=stage.service_location, part=part_of(order, leaving=2).asked)
    there, rest = first.needs(first.order), first.target
    part = several_of(rest)
    step = merchant.move(rest, location=stage.service_location, part=part.asked)
    step.reads("AMB-MOVE-EXISTING", "received" if step.order.id == there.id else "replaced")
    at(step, stage.service_location)
    step.expect_units("FO-MOVE-PART-KEEPS-ORIGINAL", part.rest, step.target)
    left = [other.left for other in step.active_at(stage.service_location)]
    wanted = {item: there.left.get(item, 0) + part.taken.get(item, 0) for item in {*there.left, *part.taken}}
    step.check("FO-MOVE-EXISTING", left == [wanted], {"one active one there": wanted}, left)


def test_rejected_order_is_moved(stage, merchant, service, without_scope):
    order = stage.order("service:open/rejected", movable=True, lines=2)
    there = stage.elsewhere(order)
    step = merchant.move(order, location=there)
    moved_to = step.answer.order.location_id if step.answer.order else None
    step.check("FO-MOVE-AFTER-REJECT", moved_to == there, f"moved to {there}", moved_to)
    at(step, there)
    service.ask("assigned").expect_unlisted("FO-ASSIGNED-ONLY-ASSIGNED", step.order, because="the service's no more")
    without_scope(service, "merchant_managed_fulfillment_orders")
    service.ask("get", step.order.id).expect_hidden("FO-SCOPE-MERCHANT-LOCATIONS")
    service.fulfil(step.order).expect_refused(
        "FO-SCOPE-MERCHANT-LOCATIONS", because="it was moved away from the service"
    )


def test_fulfilled_units_stay_where_they_were_fulfilled(stage, merchant, one_unit):
    order = stage.order("merchant:open/unsubmitted", movable=True, lines=2, units=3, clear="elsewhere")
    part = merchant.fulfil(order, part=one_unit(order))
    left = part.needs(part.order).left
    step = merchant.move(part.order, location=stage.elsewhere(order))
    step.expect_units("FO-MOVE-FULFILLED-STAYS", left, step.order, left=True)
    original = step.target
    stays = original.location_id == order.location_id and original.id != step.order.id
    step.check(
        "FO-MOVE-FULFILLED-STAYS", stays, f"what was fulfilled stays at {order.location_id}", original.location_id
    )


def test_location_that_never_stocked_the_item_is_refused(stage, merchant, unstocked):
    order = stage.order("merchant:open/unsubmitted", movable=True)
    merchant.move(order, location=unstocked).expect_refused("FO-MOVE-NEVER-STOCKED-REFUSED")


def test_unknown_location_is_refused(stage, merchant, unknown_id):
    order = stage.order("merchant:open/unsubmitted")
    merchant.move(order, location=unknown_id).expect_refused("FO-MOVE-UNKNOWN-LOCATION")


def test_move_without_a_location_is_refused(stage, merchant):
    order = stage.order("merchant:open/unsubmitted")
    merchant.move(order).expect_refused("FO-MOVE-BODY-REQUIRED")
    merchant.move(order, wrapped=False).expect_refused("FO-MOVE-BODY-REQUIRED")


def test_more_than_there_is_cannot_be_moved(stage, merchant, too_much):
    order = stage.order("merchant:open/unsubmitted", movable=True)
    step = merchant.move(order, location=stage.elsewhere(order), part=too_much(order))
    step.expect_refused("FO-MOVE-TOO-MUCH")


def test_app_without_permission_does_not_move(stage, outsider):
    order = stage.order("merchant:open/unsubmitted", movable=True)
    outsider.move(order, location=stage.elsewhere(order)).expect_refused("FO-MOVE-NEEDS-PERMISSION")


def test_locations_for_move_tell_where_it_may_go(stage, merchant, moves_offered):
    order = stage.order("merchant:open/unsubmitted", movable=True)
    answer, rows = moves_offered(merchant, order)
    here = [row for row in rows if row.location == order.location_id]
    fits = all(not row.movable for row in here)
    answer.check("FO-LOCATIONS-FOR-MOVE", fits, "the current location is not movable", here)
    there = [row.movable for row in rows if row.location == stage.elsewhere(order)]
    answer.check("FO-LOCATIONS-FOR-MOVE", there == [True], "a location that stocks the items is movable", there)


def test_location_that_never_stocked_the_item_is_not_movable(stage, merchant, unstocked, moves_offered):
    order = stage.order("merchant:open/unsubmitted", movable=True)
    answer, rows = moves_offered(merchant, order)
    there = [row.movable for row in rows if row.location == unstocked]
    answer.check("FO-LOCATIONS-FOR-MOVE", not any(there), f"{unstocked}, which never stocked them, is not", there)
