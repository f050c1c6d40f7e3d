"""Reading: lists, single fulfillment orders, the assigned list and what parameters add (S2)."""

import pytest

ORDER_REFERENCE = frozenset({"include_order_reference_fields"})
ASSIGNED = ("open/unsubmitted", "open/submitted", "in_progress/accepted", "on_hold/unsubmitted")
FINANCIAL = frozenset({"include_financial_summaries"})


@pytest.mark.first
def test_order_gets_fulfillment_orders_that_cover_it(stage, merchant):
    made, orders = stage.new_order()
    step = merchant.ask("list", order_id=made.id)
    step.check("FO-ROUTING-CREATES", bool(orders), "one or more fulfillment orders", len(orders))
    units: dict[str, int] = {}
    for order in orders:
        for item, count in order.units.items():
            units[item] = units.get(item, 0) + count
    step.check("FO-ROUTING-COVERS", made.units in (None, units), {"the order's line items": made.units}, units)
    step.check(
        "FO-LIST-ALL",
        {order.id for order in orders} <= {order.id for order in step.answer.listed},
        "all of them",
        "some",
    )
    fresh = step.needs({order.request_status for order in orders if order.request_status} or None)
    step.check("FO-ROUTING-INITIAL", fresh == {"unsubmitted"}, "request_status unsubmitted", fresh)


def test_list_keeps_what_is_completed(stage, merchant):
    order = stage.order("merchant:closed/unsubmitted")
    merchant.ask("list", order_id=order.order_id).expect_listed("FO-LIST-ALL", order)


@pytest.mark.transports("rest")
@pytest.mark.parametrize("operation", ["list", "get"])
def test_order_reference_fields_come_when_asked_for(stage, merchant, operation, subject):
    order = stage.order("merchant:open/unsubmitted")
    asked = subject(merchant, operation, order, ORDER_REFERENCE)
    asked.expect_all_listed("FO-LIST-ALL", order)
    asked.agrees("FO-INV-OBSERVERS", order)
    seen = asked.as_answered(order)
    have = asked.with_nulls_left_out(seen.order_reference, "channel_id")
    asked.check("FO-READ-ORDER-REFERENCE", len(have) == 3, "order_name, order_processed_at, channel_id", sorted(have))
    names = (None, stage.name_of(order), seen.order_name)
    asked.check("FO-READ-ORDER-REFERENCE", names[1] in (None, names[2]), f"order_name {names[1]}", names[2])
    plain = subject(merchant, operation, order, frozenset())
    extra = plain.as_answered(order).order_reference
    plain.check("FO-READ-ORDER-REFERENCE-ONLY-ASKED", not extra, "no order reference fields", extra)


@pytest.mark.transports("rest")
@pytest.mark.parametrize("operation", ["list", "get"])
def test_financial_summaries_come_when_asked_for(stage, merchant, operation, subject):
    order = stage.order("merchant:open/unsubmitted")
    asked = subject(merchant, operation, order, FINANCIAL)
    asked.expect_all_listed("FO-LIST-ALL", order)
    asked.agrees("FO-INV-OBSERVERS", order)
    have = [line.has_financial_summaries for line in asked.as_answered(order).lines]
    asked.check("FO-READ-FINANCIAL-SUMMARIES", all(have), "financial_summaries on each line item", have)
    plain = subject(merchant, operation, order, frozenset())
    have = [line.has_financial_summaries for line in plain.as_answered(order).lines]
    plain.check("FO-READ-FINANCIAL-SUMMARIES-ONLY-ASKED", not any(have), "no financial_summaries", have)


@pytest.mark.transports("rest")
def test_destination_is_the_shipping_address_of_the_order(stage, merchant, destination):
    order = stage.order("merchant:open/unsubmitted")
    asked = merchant.ask("list", order_id=order.order_id)
    there = destination(asked, order)
    asked.check("FO-PROP-DESTINATION-ZIP", there.fits("zip"), "the zip sent", there.shown_instead("zip"))
    asked.check("FO-PROP-DESTINATION-CITY", there.fits("city"), "the city sent", there.shown_instead("city"))
    fits = there.fits("country")
    asked.check("FO-PROP-DESTINATION-COUNTRY", fits, "the country sent", there.shown_instead("country"))


def test_destination_is_who_the_order_is_for(stage, merchant, destination):
    order = stage.order("merchant:open/unsubmitted")
    asked = merchant.ask("get", order.id)
    there = destination(asked, order)
    asked.check("FO-PROP-DESTINATION-ZIP", there.fits("zip"), "the zip sent", there.shown_instead("zip"))
    asked.check("FO-PROP-DESTINATION-CITY", there.fits("city"), "the city sent", there.shown_instead("city"))
    first, last = there.fits_if_shown("first_name"), there.fits_if_shown("last_name")
    asked.check("FO-PROP-DESTINATION-FIRST-NAME", first, "the name sent", there.shown_instead("first_name"))
    asked.check("FO-PROP-DESTINATION-LAST-NAME", last, "the name sent", there.shown_instead("last_name"))
    land, province = there.fits_if_shown("country"), there.fits_if_shown("province")
    asked.check("FO-PROP-DESTINATION-COUNTRY", land, "the country sent", there.shown_instead("country"))
    asked.check("FO-PROP-DESTINATION-PROVINCE", province, "the province sent", there.shown_instead("province"))
    phone = there.fits_if_shown("phone")
    asked.check("FO-PROP-DESTINATION-PHONE", phone, "the number sent", there.shown_instead("phone"))


def test_service_lists_what_is_partly_fulfilled(stage, service, one_unit, only_states):
    order = stage.order("service:in_progress/accepted", units=3)
    part = service.fulfil(order, part=one_unit(order))
    service.ask("assigned").expect_listed("FO-ASSIGNED-LIST", part.needs(part.order))
    only_states(service, "FO-ASSIGNED-STATUS-FULFILLMENT-ACCEPTED", "fulfillment_accepted", part.order, "accepted")


def test_service_lists_what_is_assigned_to_it(stage, service, two_apps):
    mine = stage.order("service:open/submitted")
    other = stage.order("merchant:open/unsubmitted")
    asked = service.ask("assigned")
    asked.expect_listed("FO-ASSIGNED-LIST", mine)
    asked.expect_unlisted("FO-ASSIGNED-ONLY-ASSIGNED", other, because="at a merchant's location")


def test_service_lists_all_that_is_assigned_without_a_filter(stage, service):
    wanted = [stage.order(f"service:{pair}") for pair in ASSIGNED]
    asked = service.ask("assigned").listing(*wanted)
    listed = {order.id for order in asked.answer.listed}
    missing = [f"{order.id} {order.pair}" for order in wanted if order.id not in listed]
    asked.check(
        "FO-ASSIGNED-STATUS-OPTIONAL", not missing, "all assigned ones, whatever their state", f"without {missing}"
    )
    asked.check("FO-ASSIGNED-LIST", not missing, "all that is assigned to the service", f"without {missing}")
    for order in wanted:
        asked.agrees("FO-INV-OBSERVERS", order)


@pytest.mark.transports("graphql")
def test_service_filters_by_what_is_not_requested_yet(stage, service, only_states):
    order, _ = stage.order("service:open/unsubmitted"), stage.order("service:open/submitted")
    only_states(service, "FO-GQL-ASSIGNED", "fulfillment_unsubmitted", order, "unsubmitted")


def test_service_filters_by_assignment_status(stage, service, only_states):
    requested = stage.order("service:open/submitted")
    accepted = stage.order("service:in_progress/accepted")
    cancelling = stage.order("service:in_progress/cancellation_requested")
    only_states(service, "FO-ASSIGNED-STATUS-FULFILLMENT-REQUESTED", "fulfillment_requested", requested, "submitted")
    only_states(service, "FO-ASSIGNED-STATUS-FULFILLMENT-ACCEPTED", "fulfillment_accepted", accepted, "accepted")
    only_states(
        service,
        "FO-ASSIGNED-STATUS-CANCELLATION-REQUESTED",
        "cancellation_requested",
        cancelling,
        "cancellation_requested",
    )


@pytest.mark.alone
def test_service_filters_by_location(stage, service):
    mine = stage.order("service:open/submitted")
    here = service.ask("assigned", location_ids=[mine.location_id])
    here.expect_listed("FO-ASSIGNED-LOCATION-IDS", mine, among="at its location")
    there = service.ask("assigned", location_ids=[stage.merchant_location])
    listed = {order.id for order in there.answer.listed} if there.accepted else set()
    here.check("FO-ASSIGNED-LOCATION-IDS", mine.id not in listed, f"not {mine.id} at another", sorted(listed))
    here.agrees("FO-INV-OBSERVERS", mine)
