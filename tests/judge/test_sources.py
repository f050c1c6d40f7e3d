"""Items, destination, location and times are what they are of."""

from dataclasses import replace
from typing import Any

import pytest
from looks import answer, at, broken, order, picture

from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import sources


def step(operation: str, was: FulfillmentOrder, *now: FulfillmentOrder) -> set[str]:
    return broken(sources.of_step(answer(operation), picture(was), picture(*now)))


def at_location(**row: Any) -> FulfillmentOrder:
    return order(raw={"assigned_location": {"location_id": 5, "name": "Depot", "city": None, **row}})


def test_item_is_of_one_variant_wherever_it_stands() -> None:
    was = order()
    line = replace(was.lines[0], id="20", variant_id="201")
    assert step("submit", was, was, order("2")) == set()
    assert step("submit", was, was, order("2", lines=(line,))) == {"FO-INV-ITEM"}


@pytest.mark.parametrize(("shop", "found"), [(7, set()), (None, set()), (8, {"FO-PROP-LINE-ITEMS-SHOP-ID"})])
def test_line_items_are_of_the_shop_of_their_fulfillment_order(shop: int | None, found: set[str]) -> None:
    seen = order(shop_id="7", raw={"line_items": [{"shop_id": 7}, {"shop_id": shop}]})
    assert broken(sources.of_order(seen, answer("get"), sources.Known())) == found


def test_line_ids_stay_where_lines_are_neither_divided_nor_gathered() -> None:
    was = order()
    now = order(lines=(replace(was.lines[0], id="11"),))
    assert step("accept", was, now) == {"FO-INV-LINE-IDS"}
    assert step("split", was, now) == set()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"city": "There", "company": ""}, {"FO-INV-DESTINATION"}),
        ({"id": 2, "company": ""}, set()),
        (None, {"FO-INV-DESTINATION"}),
    ],
)
@pytest.mark.parametrize("names", [{"firstName": "Ada"}, {"first_name": "Ada"}])
def test_destination_is_that_of_the_order(
    changed: dict[str, Any] | None, found: set[str], names: dict[str, str]
) -> None:
    was = {"id": 1, "city": "Here", "company": None, **names}
    now = None if changed is None else {**was, **changed}
    known = sources.Known()
    rows = [order(raw={"destination": row}) for row in (was, now, now)]
    first, *later = [broken(sources.of_order(row, answer("get"), known)) for row in rows]
    assert (first, later) == (set(), [found, found])


def test_address_may_be_withheld_from_another_app() -> None:
    known, got = sources.Known(), answer("get")
    seen = order(raw={"destination": {"city": "Here", "zip": "1"}})
    assert broken(sources.of_order(seen, got, known)) == set()
    theirs = replace(got, actor="service")
    assert broken(sources.of_order(order(raw={"destination": None}), theirs, known)) == set()
    assert broken(sources.of_order(order(raw={"destination": {"city": None, "zip": "1"}}), theirs, known)) == set()
    wrong = order(raw={"destination": {"city": "There", "zip": "1"}})
    assert broken(sources.of_order(wrong, theirs, known)) == {"FO-INV-DESTINATION"}


def test_destination_that_another_operation_leaves_out_is_not_lost() -> None:
    known = sources.Known()
    assert broken(sources.of_order(order(raw={"destination": {"city": "Here"}}), answer("get"), known)) == set()
    assert broken(sources.of_order(order(raw={"destination": None}), answer("list"), known)) == set()


def test_content_of_a_location_is_the_same_before_and_after() -> None:
    assert step("accept", at_location(), at_location(city="")) == set()
    assert step("accept", at_location(), at_location(name="Other")) == {"FO-LOCATION-CONTENT"}
    assert step("accept", at_location(city="Here"), at_location()) == {"FO-LOCATION-CONTENT"}
    assert step("accept", at_location(city="Here"), replace(at_location(), location_id="6")) == set()


@pytest.mark.parametrize(
    ("made", "found"), [("2026-03-01T12:01:00Z", set()), ("2026-03-01T06:00:00Z", {"FO-INV-CREATED-NOW"})]
)
def test_what_an_action_makes_is_made_now(made: str, found: set[str]) -> None:
    assert step("submit", order(), order(), order("2", created_at=at(made))) == found


def test_time_of_a_change_is_now() -> None:
    stale = order(request_status="submitted", updated_at=at("2026-02-01T12:00:00Z"))
    assert step("submit", order(), stale) == {"FO-INV-UPDATED-NOW"}
    assert step("submit", order(), replace(stale, request_status="unsubmitted")) == set()


def test_times_are_not_ahead_and_lists_hold_nothing_twice() -> None:
    told = answer("get")
    assert broken(sources.of_order(order(), told, sources.Known())) == set()
    assert broken(sources.of_order(order(updated_at=at("2026-03-02T12:00:00Z")), told, sources.Known())) == {
        "FO-INV-NOT-AHEAD"
    }
    assert broken(sources.of_order(order(actions=("hold", "hold")), told, sources.Known())) == {"FO-INV-ONCE"}


def test_content_is_that_of_the_location_while_work_has_not_begun() -> None:
    known = sources.Known(contents={"5": {"name": "Depot", "city": "Here"}})
    told = answer("get")
    assert broken(sources.of_order(at_location(city="Here"), told, known)) == set()
    assert broken(sources.of_order(at_location(city="There"), told, known)) == {"FO-LOCATION-CONTENT"}
    begun = replace(at_location(city="There"), status="in_progress")
    assert broken(sources.of_order(begun, told, known)) == set()


def test_items_are_those_that_were_ordered() -> None:
    told = answer("get")
    assert broken(sources.of_order(order(), told, sources.Known(items={"100": ("200", "300")}))) == set()
    assert broken(sources.of_order(order(), told, sources.Known(items={"100": ("200", "301")}))) == {"FO-INV-ITEM"}


def test_destination_that_is_never_shown_is_the_same() -> None:
    found = list(sources.of_order(order(raw={"destination": None}), answer("list"), sources.Known()))
    assert [(finding.requirement, finding.holds) for finding in found if "DEST" in finding.requirement] == [
        ("FO-INV-DESTINATION", True)
    ]


SHIPPED = {"delivery_method": {"method_type": "shipping"}}


@pytest.mark.parametrize(
    ("operation", "location", "row", "holds"),
    [
        ("get", "5", SHIPPED, [True]),
        ("get", "5", {"deliveryMethod": {"methodType": "PICK_UP"}}, [False]),
        ("get", "5", {"delivery_method": None}, [False]),
        ("get", "5", {"delivery_method": {"id": 1}}, []),
        ("get", "5", {}, []),
        ("get", "6", {"delivery_method": None}, [True]),
        ("list", "5", {"delivery_method": None}, [True]),
    ],
)
def test_type_of_delivery_stays_while_one_is_at_a_location(
    operation: str, location: str, row: dict[str, Any], holds: list[bool]
) -> None:
    known = sources.Known()
    for asked, place, raw in (("get", "5", SHIPPED), (operation, location, row)):
        seen = order(location_id=place, raw=raw)
        found = [each for each in sources.of_order(seen, answer(asked), known) if "DELIVERY" in each.requirement]
    assert [each.holds for each in found] == holds
