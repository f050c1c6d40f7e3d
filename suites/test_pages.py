"""Pages: each list forwards, backwards and reversed, and by what it can be filtered and sorted by."""

import pytest

alone = pytest.mark.alone
over_graphql = pytest.mark.transports("graphql")


def judge_pages(pages):
    pages.expect("FO-GQL-PAGE-FIRST", "first")
    pages.expect("FO-GQL-PAGE-LAST", "last")
    pages.expect("FO-GQL-PAGE-AFTER", "after")
    pages.expect("FO-GQL-PAGE-BEFORE", "before")
    pages.expect("FO-GQL-PAGE-HAS-NEXT", "hasNextPage")
    pages.expect("FO-GQL-PAGE-HAS-PREVIOUS", "hasPreviousPage")
    pages.expect("FO-GQL-PAGE-CURSORS", "cursors")
    pages.expect("FO-GQL-PAGE-REVERSE", "reverse")


@over_graphql
@pytest.mark.parametrize(
    "connection", [pytest.param("fulfillment orders", marks=alone), "of the order", "order's line items", "line items"]
)
def test_list_is_read_from_both_ends(stage, merchant, pages_of, connection):
    order = stage.order("merchant:open/unsubmitted", lines=3)
    judge_pages(pages_of(merchant, connection, order))


@over_graphql
def test_locations_for_a_move_are_read_from_both_ends(stage, merchant, pages_of):
    judge_pages(pages_of(merchant, "locations for a move", stage.order("merchant:open/unsubmitted", movable=True)))


@over_graphql
def test_mergeable_ones_are_read_from_both_ends(stage, merchant, pages_of, one_unit):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=4)
    first = merchant.act("split", order, part=one_unit(order))
    merchant.act("split", first.target, part=one_unit(first.target))
    judge_pages(pages_of(merchant, "mergeable", order))


@over_graphql
def test_requests_are_read_from_both_ends(stage, merchant, pages_of, requests_of_kind):
    order = stage.order("service:in_progress/cancellation_requested")
    judge_pages(pages_of(merchant, "requests", order))
    for kind in ("cancellation_request", "fulfillment_request"):
        asked, kinds = requests_of_kind(merchant, order, kind)
        asked.check("FO-GQL-REQUESTS-KIND", {*kinds} == {kind}, f"each {kind} alone", kinds)


@over_graphql
def test_fulfillments_are_read_from_both_ends(stage, merchant, pages_of, one_unit):
    order = stage.order("merchant:open/unsubmitted", lines=2, units=4)
    first = merchant.fulfil(order, part=one_unit(order))
    merchant.fulfil(first.order, part=one_unit(first.order))
    judge_pages(pages_of(merchant, "fulfillments", order))


@alone
@over_graphql
def test_assigned_ones_are_read_from_both_ends(stage, service, pages_of):
    stage.order("service:open/submitted")
    judge_pages(pages_of(service, "assigned", stage.order("service:in_progress/accepted")))


@alone
@over_graphql
def test_held_ones_are_read_from_both_ends(stage, merchant, pages_of, listed_by):
    order, other = stage.order("merchant:on_hold/unsubmitted"), stage.order("merchant:on_hold/unsubmitted")
    stage.order("merchant:closed/unsubmitted")
    held = listed_by(merchant, "held", "first: 200, reverse: true", order)
    held.asked.check("FO-GQL-HELD-LIST", held.shows(order, other), f"{order.id}, {other.id}", held.ids)
    held.asked.check("FO-GQL-HELD-LIST", held.states == {"on_hold"}, "only on_hold", held.states)
    judge_pages(pages_of(merchant, "held", order))


@over_graphql
def test_pages_of_an_order_hold_all_of_it(stage, merchant, in_pages, whole_order):
    order = stage.order("merchant:open/unsubmitted", lines=2)
    wanted = sorted(each.id for each in whole_order(order))
    read = in_pages(merchant, "of the order", order)
    found = sorted(map(str, read.ids))
    read.asked.check("FO-LIST-ALL", found == wanted, f"{wanted}, each on one page", found)


@alone
@over_graphql
def test_pages_of_the_assigned_list_hold_what_is_assigned(stage, service, in_pages):
    order, _ = stage.order("service:open/submitted"), stage.order("service:in_progress/accepted")
    wanted = sorted(each.id for each in service.ask("assigned").listing(order).answer.listed)
    read = in_pages(service, "assigned", order)
    found = sorted(map(str, read.ids))
    read.asked.check("FO-ASSIGNED-LIST", found == wanted, f"{wanted}, each on one page", found)


@over_graphql
def test_list_has_closed_ones_only_when_asked_for(stage, merchant, listed_by):
    closed = stage.order("merchant:closed/unsubmitted")
    plain = listed_by(merchant, "fulfillment orders", "first: 200, reverse: true", closed)
    plain.asked.check("FO-GQL-ORDERS-CLOSED", "closed" not in plain.states, "none that is closed", plain.states)
    every = listed_by(merchant, "fulfillment orders", "first: 200, reverse: true, includeClosed: true", closed)
    every.asked.check("FO-GQL-ORDERS-CLOSED", every.shows(closed), f"{closed.id} with includeClosed", every.ids)


@alone
@over_graphql
def test_list_is_sorted_by_what_is_asked_for(stage, merchant, listed_by, steps_apart):
    order = stage.order("merchant:on_hold/unsubmitted")
    steps_apart("FO-INV-UPDATED-AT", (merchant.release_hold, order))
    plain = listed_by(merchant, "fulfillment orders", "first: 50", order)
    by_id = listed_by(merchant, "fulfillment orders", "first: 50, sortKey: ID", order)
    by_id.asked.check("FO-GQL-ORDERS-SORT", plain.ids == by_id.ids, "ID is the default", [plain.ids, by_id.ids])
    changed = listed_by(merchant, "fulfillment orders", "first: 50, sortKey: UPDATED_AT", order)
    changed.asked.check("FO-GQL-ORDERS-SORT", changed.is_by_change, "least recently changed first", changed.ids)


@over_graphql
def test_list_is_filtered_by_a_query(stage, merchant, listed_by):
    order, _ = stage.order("merchant:on_hold/unsubmitted"), stage.order("merchant:open/unsubmitted")
    held = listed_by(merchant, "fulfillment orders", 'first: 200, reverse: true, query: "status:on_hold"', order)
    held.asked.check("FO-GQL-ORDERS-QUERY", held.states == {"on_hold"}, "only on_hold", held.states)


@over_graphql
def test_locations_for_a_move_come_by_id(stage, merchant, moves_offered, moves_offered_among):
    order = stage.order("merchant:open/unsubmitted", movable=True)
    _, offered = moves_offered(merchant, order)
    wanted = next((option.location for option in offered if option.location != order.location_id), None)
    asked, found = moves_offered_among(merchant, order, wanted or order.location_id)
    asked.check("FO-GQL-MOVE-LOCATION-IDS", found == [asked.needs(wanted)], f"{wanted} alone", found)


@alone
def test_service_filters_by_several_locations(stage, service):
    mine = stage.order("service:open/submitted")
    for places in ([mine.location_id, stage.merchant_location], [stage.merchant_location, mine.location_id]):
        asked = service.ask("assigned", location_ids=places)
        asked.expect_listed("FO-ASSIGNED-LOCATION-IDS", mine, among="at one of two locations")


def test_service_filters_by_status_and_location(stage, service):
    mine, other = stage.order("service:open/submitted"), stage.order("service:in_progress/accepted")
    asked = service.ask("assigned", assignment_status="fulfillment_requested", location_ids=[mine.location_id])
    asked.expect_listed("FO-ASSIGNED-FILTERS-TOGETHER", mine)
    asked.expect_unlisted("FO-ASSIGNED-FILTERS-TOGETHER", other, because="of another status")
