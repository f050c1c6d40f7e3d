"""A script makes an order for its deviation, and takes it by the fewest acts to the state that the deviation needs."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from retold import exchange, row

from fulfillspec import reproduction
from fulfillspec.evidence.log import Exchange
from fulfillspec.reproduction import comparison
from fulfillspec.reproduction.index import Index, Seen
from fulfillspec.reproduction.plan import Rows, ScriptPlan, Send
from fulfillspec.reproduction.rows import rows
from fulfillspec.reproduction.shortest import ShortWay, short_way

SETTING = reproduction.Setting("http://store.test", "tag-1")
ORDER = "/orders/60010/fulfillment_orders.json"


def shown(
    identity: int, state: str = "open/unsubmitted", *, at: int = 90010, units: int = 9, **more: Any
) -> dict[str, Any]:
    status, request = state.split("/")
    lines = [{"id": identity + 500, "line_item_id": 15010, "quantity": units, "fulfillable_quantity": units}]
    known = {"id": identity, "order_id": 60010, "status": status, "request_status": request, "assigned_location_id": at}
    return {**known, "line_items": lines, **more}


def listing(n: int, *found: dict[str, Any]) -> Exchange:
    return exchange(n, "GET", ORDER, None, {"fulfillment_orders": list(found)}, operation="list", phase="look")


def act(n: int, identity: int, name: str, body: object = None, **more: Any) -> Exchange:
    return exchange(n, "POST", f"/fulfillment_orders/{identity}/{name}.json", body or {}, {}, operation=name, **more)


def begun() -> list[Exchange]:
    items = [{"variant_id": 30010, "quantity": 9}, {"variant_id": 30020, "quantity": 9}]
    made = {"order": {"id": 60010, "line_items": [{"id": 15010}, {"id": 15020}]}}
    return [
        exchange(1, "POST", "/orders.json", {"order": {"line_items": items}}, made, operation="create_order"),
        listing(2, shown(70010)),
    ]


def way(log: list[Exchange], *deciding: int, **more: Any) -> ShortWay | None:
    index = Index(set(deciding))
    for one in log:
        index.add(one)
    return short_way(index, Seen(deciding, **more))


def used() -> list[Exchange]:
    """A fulfillment order that was held, released, and then split off from: the other one has a history of its own."""
    return [
        *begun(),
        act(3, 70010, "hold"),
        listing(4, shown(70010, "on_hold/unsubmitted")),
        act(5, 70010, "release_hold"),
        listing(6, shown(70010)),
        act(7, 70010, "split", {"fulfillment_order_line_items": [{"id": 70510, "quantity": 4}]}),
        listing(8, shown(70010, units=5), shown(70020, units=4)),
        act(9, 70010, "fulfillment_request"),
        listing(10, shown(70010, "open/submitted", units=5), shown(70020, units=4)),
        act(11, 70020, "hold"),
        listing(12, shown(70010, "open/submitted", units=5), shown(70020, "on_hold/unsubmitted", units=4)),
        act(13, 70020, "release_hold"),
        listing(14, shown(70010, "open/submitted", units=5), shown(70020, units=4)),
        act(15, 70020, "fulfillment_request"),
        listing(16, shown(70010, "open/submitted", units=5), shown(70020, "open/submitted", units=4)),
        act(17, 70020, "fulfillment_request/accept"),
        listing(18, shown(70010, "open/submitted", units=5), shown(70020, "open/accepted", units=4)),
    ]


def test_acts_that_lead_back_to_a_state_are_left_out() -> None:
    found = way(used(), 17, 18)
    assert found is not None
    assert [step.n for step in found.steps] == [15]
    assert found.tail == (16, 17, 18)


def test_order_is_made_with_the_units_that_the_fulfillment_order_had() -> None:
    text = reproduction.scripts(lambda: iter(used()), [row(17, 18)], SETTING)[0].text
    assert '"line_items":[{"variant_id":30010,"quantity":4}]' in text
    assert "hold.json" not in text
    assert text.count("fulfillment_request.json") == 1
    assert '"$BASE/fulfillment_orders/$FO_1/fulfillment_request/accept.json"' in text


def test_act_on_another_fulfillment_order_shows_the_way_too() -> None:
    log = [
        *begun()[:1],
        listing(2, shown(70010), shown(70020, at=90010)),
        act(3, 70020, "fulfillment_request"),
        listing(4, shown(70010), shown(70020, "open/submitted")),
        act(5, 70010, "hold"),
        listing(6, shown(70010, "on_hold/unsubmitted"), shown(70020, "open/submitted")),
        act(7, 70010, "release_hold_and_submit"),
        listing(8, shown(70010, "open/odd"), shown(70020, "open/submitted")),
        act(9, 70010, "again"),
        listing(10, shown(70010, "open/submitted"), shown(70020, "open/submitted")),
        act(11, 70010, "accept"),
    ]
    assert way(log, 11) is None  # two of them hold the order's one line item
    other: dict[str, Any] = {
        "line_items": [{"id": 70520, "line_item_id": 15020, "quantity": 9, "fulfillable_quantity": 9}]
    }
    log[1] = listing(2, shown(70010), shown(70020, **other))
    found = way(log, 11)
    assert found is not None
    assert [(step.n, step.sent_to) for step in found.steps] == [(3, "70020")]


def test_look_that_decides_comes_after_the_act_that_it_shows() -> None:
    found = way(used(), 18, texts=("70020 is open/accepted",))
    assert found is not None
    assert (found.about, found.tail) == ("70020", (17, 18))


def test_first_list_of_an_order_decides_alone() -> None:
    found = way(begun(), 2, places=("fulfillment_orders[0].destination",))
    assert found is not None
    assert (found.steps, found.tail) == ((), (2,))


@pytest.mark.parametrize(
    ("texts", "more"),
    [
        (("70010 and 70020 differ",), ()),
        (("it can be merged",), ()),
        ((), (act(19, 70020, "move", {"fulfillment_order": {"new_location_id": 90010}}),)),
        ((), (exchange(19, "GET", ORDER, None, {"fulfillment_orders": [shown(70020), shown(70020)]}),)),
    ],
)
def test_what_rests_on_others_of_the_order_is_not_cut(texts: tuple[str, ...], more: tuple[Exchange, ...]) -> None:
    deciding = tuple(one.n for one in more) or (17, 18)
    assert way([*used(), *more], *deciding, texts=texts or ("70020",)) is None


def test_rows_of_both_dialects_stand_alike() -> None:
    rest = {**shown(70010), "merchant_requests": [], "fulfillment_holds": [], "fulfill_at": None}
    line = {"id": "gid://s/FulfillmentOrderLineItem/70510", "lineItem": {"id": "gid://s/LineItem/15010"}}
    graphql = {
        "id": "gid://s/FulfillmentOrder/70010",
        "status": "OPEN",
        "requestStatus": "UNSUBMITTED",
        "assignedLocation": {"location": {"id": "gid://s/Location/90010"}},
        "lineItems": {"nodes": [{**line, "totalQuantity": 9, "remainingQuantity": 9}]},
        "merchantRequests": {"nodes": []},
        "fulfillmentHolds": [],
    }
    first, second = next(rows({"x": [rest]})), next(rows({"data": {"y": graphql}}))
    assert (first.state, first.lines_plain) == (second.state, second.lines_plain)
    assert second.lines[0].path == ("data", "y", "lineItems", "nodes", 0, "id")


def compared(
    then: Exchange, now: object, plan: ScriptPlan | None = None, **more: Any
) -> "subprocess.CompletedProcess[str]":
    """Let the comparison of a script compare a recorded answer with one of now."""
    recorded = comparison.recorded(
        plan or ScriptPlan((Send(then, {}, deciding=True),), ()), more.pop("received", "x"), **more
    )
    code = comparison.COMPARE.partition("python3 -c '")[2].rpartition('\' "$@"')[0]
    said = f"{comparison.MARK} 1\nHTTP/1.1 200 OK\ncontent-type: application/json\n\n{json.dumps(now)}\n"
    about = ["80010", "80000"] if plan else []
    asked = [sys.executable, "-c", code, recorded, *about]
    return subprocess.run(asked, input=said, capture_output=True, text=True, check=False)


def answered(body: object) -> Exchange:
    return exchange(1, "GET", ORDER, None, body, headers={"content-type": "application/json"})


def test_other_fulfillment_orders_of_then_do_not_count() -> None:
    then = answered({"fulfillment_orders": [shown(70001), shown(70010, "open/accepted"), shown(70030)]})
    plan = ScriptPlan(
        (Send(then, {}, deciding=True),), (), (), Rows("70010", "60010", frozenset({"70030"}), siblings=1)
    )
    now = [shown(80030, order_id=80000), shown(80020, order_id=80000), shown(80010, "open/accepted", order_id=80000)]
    strange = shown(79999, order_id=70000)
    assert compared(then, {"fulfillment_orders": [strange, *now]}, plan).returncode == 1
    fixed = [*now[:2], shown(80010, "in_progress/accepted", order_id=80000)]
    ran = compared(then, {"fulfillment_orders": fixed}, plan)
    assert ran.returncode == 0
    assert 'status: then "open", now "in_progress"' in ran.stdout


@pytest.mark.parametrize(("state", "status"), [("closed/unsubmitted", 1), ("open/unsubmitted", 0)])
def test_list_of_another_order_is_compared_as_a_whole(state: str, status: int) -> None:
    then = replace(
        answered({"fulfillment_orders": [shown(70050, "closed/unsubmitted", order_id=60099)]}), operation="list"
    )
    plan = ScriptPlan((Send(then, {}, deciding=True),), (), (), Rows("70010", "60010", frozenset()))
    now = {"fulfillment_orders": [shown(80050, state, order_id=80099)]}
    assert compared(then, now, plan).returncode == status


@pytest.mark.parametrize(
    ("received", "now", "more", "status"),
    [
        ("x", {"a": "#1019"}, {}, 1),
        ("x", {"a": "other"}, {}, 0),
        ("2026-01-05T10:00:00Z", {"a": "#1020"}, {}, 2),
        ("x", {"a": "other"}, {"called_back": True}, 2),
    ],
)
def test_status_says_what_was_seen(received: str, now: object, more: dict[str, Any], status: int) -> None:
    assert compared(answered({"a": "#1018"}), now, received=received, **more).returncode == status


@pytest.mark.parametrize(
    ("then", "now", "status"),
    [
        ({"name": "#1018.4"}, {"name": "#1019.1"}, 1),
        ({"service": "fulfillspec-1201-abc-service"}, {"service": "manual"}, 1),
        ({"service": ""}, {"service": "manual"}, 0),
        ({"current_quantity": 18}, {"current_quantity": 3}, 1),
        ({"quantity": 18}, {"quantity": 3}, 0),
    ],
    ids=["a name with its number", "what the run made", "empty", "units of the whole order", "units"],
)
def test_what_a_shorter_way_makes_another_does_not_count(then: object, now: object, status: int) -> None:
    assert compared(answered(then), now).returncode == status


def test_answer_too_long_to_carry_decides_nothing() -> None:
    then = answered({"a": "x" * (comparison.LONGEST + 1)})
    assert compared(then, {"a": "x"}).returncode == 2


def test_page_that_a_cursor_leads_to_decides_nothing() -> None:
    asked = {"query": "query q($head: String) { x(first: 1, after: $head) { id } }", "variables": {"head": "7100"}}
    then = exchange(1, "POST", "/graphql.json", asked, {"a": 1}, headers={"content-type": "application/json"})
    assert compared(then, {"a": 2}).returncode == 2


def test_preparation_that_is_refused_now_is_told(tmp_path: Path) -> None:
    text = reproduction.scripts(lambda: iter(used()), [row(17, 18)], SETTING)[0].text
    curl = tmp_path / "curl"
    said = json.dumps({"order": {"id": 80000}, "fulfillment_orders": [shown(80010)]})
    curl.write_text(
        f"#!/bin/sh\ncase \"$*\" in *request.json*) echo 'curl: (22) error: 422' >&2; exit 22;; esac\necho '{said}'\n"
    )
    curl.chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "FULFILLSPEC_MERCHANT_TOKEN": "t"}
    ran = subprocess.run(["sh", "-c", text], env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    assert ran.stdout.startswith("not reproduced: a request before those that decide")


def test_list_of_the_whole_store_is_about_the_one_with_the_shortest_way() -> None:
    found = [shown(70010, "open/submitted"), shown(70020, "open/accepted")]
    log = [*used(), exchange(19, "GET", "/assigned_fulfillment_orders.json", None, {"fulfillment_orders": found})]
    way_there = way(log, 19, texts=("7170 and 70020 open/accepted, 70010 open/submitted",))
    assert way_there is not None
    assert (way_there.about, way_there.tail) == ("70010", (19,))
    assert way(log, 19, texts=("70020 is newest, then 70010",)) is None


def test_part_that_moved_is_moved_as_a_whole() -> None:
    part = {
        "fulfillment_order": {"new_location_id": 90020, "fulfillment_order_line_items": [{"id": 70510, "quantity": 4}]}
    }
    log = [
        *begun(),
        act(3, 70010, "move", {"fulfillment_order": {"new_location_id": 90030}}),
        listing(4, shown(70010, at=90030)),
        act(5, 70010, "move", {"fulfillment_order": {"new_location_id": 90010}}),
        listing(6, shown(70010)),
        act(7, 70010, "move", part),
        listing(8, shown(70010, units=5), shown(70020, at=90020, units=4)),
        act(
            9,
            70020,
            "move",
            {
                "fulfillment_order": {
                    "new_location_id": 90020,
                    "fulfillment_order_line_items": [{"id": 70520, "quantity": 1}],
                }
            },
        ),
        listing(10, *(shown(one, at=90020, units=n) for one, n in ((70010, 5), (70020, 3), (70030, 1)))),
        exchange(11, "GET", "/fulfillment_orders/70030/locations_for_move.json", None, {}, actor="anonymous"),
    ]
    text = reproduction.scripts(lambda: iter(log), [row(11)], SETTING)[0].text
    assert text.count("/move.json") == 1
    assert '"fulfillment_order_line_items":[{"id":\'"$LINE_1"\',"quantity":1}]' in text
    assert '"line_items":[{"variant_id":30010,"quantity":1}]' in text


def test_part_that_stands_as_no_whole_one_does_is_parted_again() -> None:
    lines = [{"id": 70510, "quantity": 4}]
    body = {"fulfillment_order": {"new_location_id": 90020, "fulfillment_order_line_items": lines}}
    parted = shown(70020, at=90020, units=4, assigned_location={"name": "Old"})
    log = [
        *begun(),
        act(3, 70010, "move", {"fulfillment_order": {"new_location_id": 90020}}),
        listing(4, shown(70010, at=90020, assigned_location={"name": "New"})),
        act(5, 70010, "move", {"fulfillment_order": {"new_location_id": 90010}}),
        listing(6, shown(70010)),
        replace(act(7, 70010, "move", body), body=json.dumps({"moved_fulfillment_order": parted})),
        listing(8, shown(70010, units=5), parted),
        act(9, 70020, "hold"),
    ]
    found = way(log, 9)
    assert found is not None
    assert (found.about, found.source, found.steps, found.tail) == ("70020", "70010", (), (7, 8, 9))
    text = reproduction.scripts(lambda: iter(log), [row(9)], SETTING)[0].text
    assert '"line_items":[{"variant_id":30010,"quantity":9}]' in text
    assert '"fulfillment_order_line_items":[{"id":\'"$LINE_1"\',"quantity":4}]' in text
    assert "FO_2=$(printf '%s' \"$A_7\" | pick moved_fulfillment_order id)" in text
    assert '"$BASE/fulfillment_orders/$FO_2/hold.json"' in text
