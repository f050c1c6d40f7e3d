"""What differs is a deviation whichever of the two is the greater: every comparison of two looks, in both directions."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from looks import NOW, answer, at, broken, order, picture

from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line, Request
from fulfillspec.judge import equivalence, invariants, lasting, meaning, pages, requests, sources
from fulfillspec.judge.finding import Finding
from fulfillspec.judge.pages import Page, Pages

SOONER, LATER = at(NOW) - timedelta(minutes=1), at(NOW) + timedelta(minutes=1)
PLAIN = order()
LINE = PLAIN.lines[0]
FIRST = Request("fulfillment_request", "First.", notify_customer=True, sent_at=at(NOW))


def of_line(**changed: Any) -> FulfillmentOrder:
    return order(lines=(replace(LINE, **changed),))


def at_location(**address: str) -> FulfillmentOrder:
    return order(raw={"assigned_location": {"name": "Depot", **address}})


ONE_MORE = order(lines=(LINE, Line("11", "101", 1, 1, "1")))
CHANGES: dict[str, tuple[FulfillmentOrder, FulfillmentOrder, set[str]]] = {
    "created_at": (order(created_at=SOONER), order(created_at=at(NOW)), {"FO-INV-IDS"}),
    "shop_id": (order(shop_id="3"), order(shop_id="4"), {"FO-INV-IDS"}),
    "order_id": (order(order_id="8"), order(order_id="9"), {"FO-INV-IDS"}),
    "location": (order(location_id="4"), order(location_id="6"), {"FO-INV-LOCATION"}),
    "id of a line": (of_line(id="10"), of_line(id="11"), {"FO-INV-LINE-IDS"}),
    "variant": (of_line(variant_id="200"), of_line(variant_id="201"), {"FO-INV-ITEM"}),
    "inventory item": (of_line(inventory_item_id="300"), of_line(inventory_item_id="301"), {"FO-INV-ITEM"}),
    "city": (at_location(city="A"), at_location(city="B"), {"FO-LOCATION-CONTENT"}),
    "fulfill_at": (order(fulfill_at=at(NOW)), order(fulfill_at=LATER), {"FO-INV-FULFILL-AT"}),
    "fulfill_by": (order(fulfill_by=at(NOW)), order(fulfill_by=LATER), {"FO-INV-FULFILL-BY"}),
    "units": (of_line(quantity=2, remaining=2), of_line(quantity=3, remaining=3), {"FO-INV-QUANTITY"}),
    "what is left": (of_line(quantity=2, remaining=1), PLAIN, {"FO-INV-QUANTITY"}),
    "a line": (PLAIN, ONE_MORE, {"FO-INV-QUANTITY"}),
    "holds": (
        order(status="on_hold", holds=(Hold("other", "a"),)),
        order(status="on_hold", holds=(Hold("other", "b"),)),
        {"FO-INV-HOLDS"},
    ),
    "a hold": (
        order(status="on_hold", holds=(Hold("other", "a"),)),
        order(status="on_hold", holds=(Hold("other", "a"), Hold("other", "b"))),
        {"FO-INV-HOLDS"},
    ),
    "message of a request": (
        order(request_status="submitted", requests=(FIRST,)),
        order(request_status="submitted", requests=(replace(FIRST, message="Other."),)),
        {"FO-REQUEST-KEPT"},
    ),
}
"""By what is changed: two looks before and after an operation that is to leave it, and what it breaks."""


def after(operation: str, was: FulfillmentOrder, now: FulfillmentOrder) -> set[str]:
    told, before, then = answer(operation), picture(was), picture(now)
    return broken(
        [
            *invariants.of_step(told, before, then),
            *lasting.of_step(told, before, then, requests.Answered()),
            *meaning.of_step(told, before, then),
        ]
    )


@pytest.mark.parametrize("what", CHANGES)
def test_what_an_action_leaves_grows_no_more_than_it_shrinks(what: str) -> None:
    one, other, found = CHANGES[what]
    assert after("close", one, one) == after("close", other, other) == set()
    assert after("close", one, other) == after("close", other, one) == found


@pytest.mark.parametrize(
    "what", [*sorted(CHANGES.keys() - {"shop_id", "variant", "inventory item", "city"}), "status", "pair"]
)
def test_refusal_changes_nothing_up_or_down(what: str) -> None:
    states = {
        "status": (order(status="closed"), PLAIN, set[str]()),
        "pair": (order(request_status="rejected"), PLAIN, set[str]()),
    }
    one, other, _ = {**CHANGES, **states}[what]
    if what == "message of a request":  # their number tells it
        other = replace(one, requests=(FIRST, FIRST))
    for was, now in ((one, other), (other, one)):
        assert broken([invariants.of_refusal(picture(was), picture(now))]) == {"FO-ERR-UNCHANGED"}


@pytest.mark.parametrize("timed_one", [order(fulfill_at=LATER), order(fulfill_by=LATER)])
def test_time_that_comes_with_a_refusal_or_goes_is_a_change(timed_one: FulfillmentOrder) -> None:
    bare, timed = picture(PLAIN), picture(timed_one)
    name = "fulfill_at" if timed_one.fulfill_at else "fulfill_by"
    for before, then in ((bare, timed), (timed, bare)):
        (row,) = invariants.of_refusal(before, then).diff
        assert row.path == f"1.{name}"


@pytest.mark.parametrize("what", ["status", "location", "holds", "what is left", "fulfill_by", "message of a request"])
def test_sibling_stays_as_it_was_up_and_down(what: str) -> None:
    one, other, _ = {**CHANGES, "status": (order(status="closed"), PLAIN, set[str]())}[what]
    if what == "message of a request":
        other = replace(one, requests=(FIRST, FIRST))
    for was, now in ((one, other), (other, one)):
        told = answer("close", "7")
        found = invariants.of_step(told, picture(order("7"), was), picture(order("7"), now))
        assert "FO-INV-SIBLINGS" in broken(found)
        named = answer("close", "7", orders=["1"])
        found = invariants.of_step(named, picture(order("7"), was), picture(order("7"), now))
        assert "FO-INV-SIBLINGS" not in broken(found), "it was named too"


@pytest.mark.parametrize(("one", "other"), list(permutations(["5", "6", None], 2)))
def test_location_that_is_unknown_in_one_look_is_no_other_one(one: str | None, other: str | None) -> None:
    found = {
        (row.requirement, row.holds)
        for row in invariants.of_step(
            answer("close"), picture(order(location_id=one)), picture(order(location_id=other))
        )
        if row.requirement == "FO-INV-LOCATION"
    }
    judged = {("FO-INV-LOCATION", other is None)} if one is not None else set()
    assert found == judged


def test_time_of_change_may_stand_still_and_not_go_back() -> None:
    for was, now, fine in ((SOONER, LATER, True), (LATER, LATER, True), (LATER, SOONER, False)):
        one = order(created_at=SOONER, updated_at=was)
        found = [
            row.holds
            for row in invariants.of_step(answer("close"), picture(one), picture(replace(one, updated_at=now)))
            if row.requirement == "FO-INV-UPDATED-AT"
        ]
        assert found == [fine]
        (own,) = [
            row
            for row in invariants.of_order(order(created_at=was, updated_at=now), None)
            if row.requirement == "FO-INV-UPDATED-AT"
        ]
        assert own.holds is fine


@pytest.mark.parametrize(("id_", "parent"), [("1", "2"), ("2", "1"), ("1", "10")])
def test_line_that_names_another_parent_is_a_stranger(id_: str, parent: str) -> None:
    found = invariants.of_order(order(id_, lines=(replace(LINE, parent=parent),)), None)
    assert broken(found) == {"FO-INV-PARENT"}


@pytest.mark.parametrize(("assigned", "shown"), [("5", "6"), ("6", "5")])
def test_location_is_one_of_its_own_address(assigned: str, shown: str) -> None:
    found = invariants.of_order(order(location_id=assigned, address_location_id=shown), None)
    assert broken(found) == {"FO-INV-LOCATION-SAME"}


@pytest.mark.parametrize(("one", "other"), list(permutations([("a",), ("b",), ("a", "b"), ()], 2)))
def test_actions_of_one_caller_are_the_same_in_list_and_get(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert [row.path for row in invariants.of_one_view(order(actions=one), order(actions=other))] == [
        "supported_actions"
    ]


def written(row: Any) -> FulfillmentOrder:
    return order(raw=row)


VIEWS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "status": ({"status": "closed"}, {"status": "open"}),
    "id": ({"id": 1}, {"id": 2}),
    "updated_at": ({"updated_at": NOW}, {"updated_at": "2026-03-01T12:00:09Z"}),
    "line_items": ({"line_items": [{"quantity": 1}]}, {"line_items": [{"quantity": 2}]}),
    "fulfillment_holds": ({"fulfillment_holds": [{"reason": "a"}]}, {"fulfillment_holds": [{"reason": "b"}]}),
    "assigned_location": ({"assigned_location": {"name": "A"}}, {"assigned_location": {"name": "B"}}),
    "destination.city": ({"destination": {"city": "A"}}, {"destination": {"city": "B"}}),
}


@pytest.mark.parametrize("key", VIEWS)
def test_answer_differs_from_the_view_of_the_same_moment_up_and_down(key: str) -> None:
    one, other = VIEWS[key]
    assert equivalence.of_view(written(one), written(one)) == []
    assert equivalence.of_view(written(one), written(other)) == [key]
    assert equivalence.of_view(written(other), written(one)) == [key]
    assert equivalence.of_view(written(one), written({})) == equivalence.of_view(written({}), written(one)) == []


def page(*ids: str) -> Page:
    return Page(ids, ids, ids, False, False, ids[0] if ids else None, ids[-1] if ids else None)  # noqa: FBT003 - flags


LISTED = ("b", "c", "d")
PAGES = {
    "front": page(*LISTED),
    "back": page(*LISTED),
    "reversed": page(*LISTED[::-1]),
    "head": page("b"),
    "tail": page("d"),
    "rest": page("c", "d"),
    "second": page("c"),
    "beyond": page(),
    "final": page("d"),
    "lead": page("b", "c"),
    "last_but_one": page("c"),
    "opening": page("b"),
}


@pytest.mark.parametrize("wrong", [("a",), ("e",), ()], ids=str)
@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("first", ["head"]),
        ("last", ["tail", "back"]),
        ("after", ["rest", "second", "final"]),
        ("before", ["lead", "last_but_one", "opening"]),
        ("reverse", ["reversed"]),
    ],
)
def test_page_of_other_elements_is_noticed_whatever_their_order(
    rule: str, names: list[str], wrong: tuple[str, ...]
) -> None:
    assert pages.complaints(rule, Pages(PAGES)) == []
    for name in names:
        assert pages.complaints(rule, Pages({**PAGES, name: page(*wrong)})), name


@pytest.mark.parametrize("edges", [("a", "c", "d"), ("e", "c", "d"), ("b", "c"), ("b", "c", "d", "e")], ids=str)
def test_edges_show_the_elements_of_the_nodes(edges: tuple[str, ...]) -> None:
    assert pages.complaints("cursors", Pages({"front": replace(page(*LISTED), edges=edges)}))


@pytest.mark.parametrize("end", ["a", "e", None])
@pytest.mark.parametrize("which", ["start", "end"])
def test_cursors_of_a_page_are_those_of_its_first_and_last_edge(which: str, end: str | None) -> None:
    assert pages.complaints("cursors", Pages({"front": replace(page(*LISTED), **{which: end})}))  # type: ignore[arg-type]


Judged = Callable[[], Iterable[Finding]]
NEXT_TO: dict[str, tuple[Judged, Judged, str]] = {
    "accepted cancellation: work of another item": (
        lambda: invariants.of_step(answer("accept_cancellation"), picture(PLAIN), picture(PLAIN)),
        lambda: invariants.of_step(answer("accept_cancellation"), picture(PLAIN), picture(ONE_MORE)),
        "FO-INV-QUANTITY",
    ),
    "completed: one unit more is left": (
        lambda: meaning.of_step(answer("move"), picture(of_closed()), picture(of_closed())),
        lambda: meaning.of_step(
            answer("move"), picture(of_closed()), picture(of_closed(), order("2", lines=(Line("20", "9", 1, 1),)))
        ),
        "FO-INV-QUANTITY",
    ),
    "ids of an order's lists: the same one after another": (
        lambda: [sources.once("1", {"holds": ["7", "8"], "lines": ["7"]})],
        lambda: [sources.once("1", {"holds": ["7"], "lines": ["8", "9", "9"]})],
        "FO-INV-ONCE",
    ),
}


def of_closed() -> FulfillmentOrder:
    return order(status="closed", request_status="closed", lines=(replace(LINE, remaining=0),))


@pytest.mark.parametrize("rule", NEXT_TO)
def test_the_least_more_is_more(rule: str) -> None:
    fine, wrong, requirement = NEXT_TO[rule]
    assert requirement in {row.requirement for row in fine() if row.holds}
    assert broken(fine()) == set()
    assert requirement in broken(wrong())


@pytest.mark.parametrize("back", [("a", "c"), ("b", "c"), ("c", "d"), ("e", "f"), ("b", "c", "d", "e")], ids=str)
def test_whole_list_is_the_same_from_both_its_ends(back: tuple[str, ...]) -> None:
    shown = {**PAGES, "back": page(*back), "tail": page(back[-1])}
    (told,) = pages.complaints("last", Pages(shown))
    assert told == f"last: 10 shows [{', '.join(back)}], first: 10 shows [b, c, d]"
