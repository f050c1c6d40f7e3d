"""What stands in an answer and where: words at their bound, paths that lead nowhere, pages that are another's."""

from dataclasses import replace
from typing import Any

import pytest
from graphql_answers import exchange
from hostile import answer, answering
from wired import Time, ask

from fulfillspec.evidence.log import Exchange
from fulfillspec.wire import body, nodes, pages, recorded
from fulfillspec.wire.gaps import missing
from fulfillspec.wire.recorded import _Calls, _NoPage
from fulfillspec.wire.throttle import OrderPace, _is_number

HOST = "https://store.example"


@pytest.mark.parametrize(("length", "whole"), [(199, True), (200, True), (201, False), (400, False)])
def test_errors_are_one_line_of_two_hundred_characters(length: int, *, whole: bool) -> None:
    text = "x" * length
    assert nodes.said([{"message": text}]) == (text if whole else "x" * 200 + "…")
    halves = [{"message": text[: length // 2]}, {"message": text[length // 2 + 2 :]}]
    assert len(nodes.said(halves)) == min(length, 201)


def test_the_first_five_errors_are_told_whatever_their_form() -> None:
    assert nodes.said([{"message": str(n)} for n in range(6)]) == "0; 1; 2; 3; 4"
    assert nodes.said(["a", {"message": 5}, {"message": "b"}, None]) == 'a; {"message": 5}; b; null'
    assert nodes.said([]) == ""


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ((0,), "a"),
        ((1,), ["b", "c"]),
        ((2,), None),
        ((3,), None),
        ((1, 1), "c"),
        ((1, 2), None),
        (("x",), None),
        ((0, 0), None),
        ((), ["a", ["b", "c"]]),
    ],
)
def test_path_that_leads_nowhere_leads_to_nothing(path: tuple[Any, ...], found: Any) -> None:
    assert nodes.at(["a", ["b", "c"]], *path) == found
    assert nodes.at({"x": ["a", ["b", "c"]]}, "x", *path) == found


def test_value_is_replaced_at_its_place_alone() -> None:
    value = {"x": [{"y": 1}, {"y": 2}, {"y": 3}], "z": 4}
    assert nodes.replaced(value, ("x", 1, "y"), 9) == {"x": [{"y": 1}, {"y": 9}, {"y": 3}], "z": 4}
    assert nodes.replaced(value, ("x", 0), 9) == {"x": [9, {"y": 2}, {"y": 3}], "z": 4}
    assert nodes.replaced(value, (), 9) == 9


@pytest.mark.parametrize(
    ("more", "cursor", "found"),
    [(True, "c", "c"), (False, "c", None), (None, "c", None), (1, "c", None), ("yes", "c", None), (True, None, None)],
)
def test_connection_goes_on_after_its_cursor_where_it_says_so(more: Any, cursor: Any, found: str | None) -> None:
    assert nodes.next_page({"pageInfo": {"hasNextPage": more, "endCursor": cursor}}) == found


@pytest.mark.parametrize("errors", [None, "", [], {}])
def test_errors_that_are_empty_are_none(errors: Any) -> None:
    assert nodes.errors_of({"errors": errors}) == nodes.errors_of({}) == nodes.errors_of(None) == []


@pytest.mark.parametrize("errors", ["no", {"a": 1}, 0, 5])
def test_errors_of_any_other_form_are_one(errors: Any) -> None:
    assert nodes.errors_of({"errors": errors}) == [errors]
    assert nodes.errors_of({"errors": [errors, errors]}) == [errors, errors]


@pytest.mark.parametrize("message", [None, 5, "", "  ", "no"])
def test_errors_are_readable_where_each_of_them_says_something(message: Any) -> None:
    fine = message == "no"
    assert nodes.readable([{"message": message}]) is fine
    assert nodes.readable([{"message": "one"}, {"message": message}]) is fine
    assert nodes.readable([{"message": message}, {"message": "one"}]) is fine
    assert not nodes.readable(["text"])


NODE = {
    "id": "gid://shopify/FulfillmentOrder/1",
    "orderId": "gid://shopify/Order/9",
    "status": "OPEN",
    "requestStatus": "SUBMITTED",
    "supportedActions": [{"action": "HOLD"}, {"action": None}, {"action": 5}, "x"],
    "fulfillmentHolds": [{"id": "gid://shopify/FulfillmentHold/3", "reason": "OTHER", "reasonNotes": "n", "handle": "h"}],
    "lineItems": {
        "nodes": [
            {
                "id": "gid://shopify/FulfillmentOrderLineItem/10",
                "lineItem": {"id": "gid://shopify/LineItem/100"},
                "totalQuantity": 3,
                "remainingQuantity": 2,
                "inventoryItemId": "gid://shopify/InventoryItem/300",
            },
            {"id": None, "totalQuantity": 1},
            {"id": "gid://shopify/FulfillmentOrderLineItem/11", "totalQuantity": True, "financialSummaries": []},
        ]
    },
    "merchantRequests": {
        "nodes": [{"id": "gid://shopify/X/7", "kind": "FULFILLMENT_REQUEST", "message": "m", "sentAt": "2026-03-01T12:00:00Z"}],
        "pageInfo": {"hasNextPage": False},
    },
    "orderName": "#1",
}  # fmt: skip


def test_each_part_of_a_fulfillment_order_has_its_place() -> None:
    found = nodes.observe(NODE)
    assert found is not None
    assert (found.id, found.order_id, found.pair, found.actions) == ("1", "9", "open/submitted", ("hold",))
    assert found.address_location_id is None
    one, other = found.lines
    assert (one.id, one.line_item_id, one.quantity, one.remaining, one.parent) == ("10", "100", 3, 2, None)
    assert (one.variant_id, one.inventory_item_id, one.has_financial_summaries) == (None, "300", False)
    assert (other.id, other.quantity, other.remaining, other.has_financial_summaries) == ("11", None, None, True)
    (hold,) = found.holds or ()
    assert (hold.id, hold.reason, hold.notes, hold.handle) == ("3", "other", "n", "h")
    (request,) = found.requests or ()
    assert (request.id, request.kind, request.message) == ("7", "fulfillment_request", "m")
    assert request.sent_at is not None
    assert (found.order_name, found.order_reference, found.dialect) == ("#1", ("order_name",), "graphql")


def test_requests_that_go_on_beyond_their_page_are_not_known() -> None:
    longer = {**NODE["merchantRequests"], "pageInfo": {"hasNextPage": True, "endCursor": "c"}}  # type: ignore[dict-item]
    others: list[Any] = [longer, None, {"nodes": None}, []]
    for requests in others:
        found = nodes.observe({**NODE, "merchantRequests": requests})
        assert found is not None
        assert found.requests is None
    bare = nodes.observe({**NODE, "supportedActions": None, "fulfillmentHolds": "x", "lineItems": []})
    assert bare is not None
    assert (bare.actions, bare.holds, bare.lines) == (None, None, ())


@pytest.mark.parametrize("row", [None, [], "x", {}, {"id": None}, {"id": "x"}])
def test_what_has_no_id_is_no_fulfillment_order(row: Any) -> None:
    assert nodes.observe(row) is None


def test_fulfillment_shows_its_first_tracking() -> None:
    tracking = [{"number": "a", "company": "b", "url": "c"}, {"number": "d"}]
    row = {"id": "1", "name": "#1", "status": "SUCCESS", "totalQuantity": 2, "createdAt": "t", "trackingInfo": tracking}
    wanted = {
        "id": "1", "name": "#1", "status": "success", "tracking_number": "a", "tracking_company": "b",
        "tracking_url": "c", "total_quantity": 2, "created_at": "t",
    }  # fmt: skip
    assert nodes.fulfillment(row) == wanted
    none = dict.fromkeys(("tracking_number", "tracking_company", "tracking_url"))
    assert nodes.fulfillment({**row, "trackingInfo": []}) == {**wanted, **none}


@pytest.mark.parametrize("text", ['{"a": [1]}', '[{"a": 1}]', "[[1]]", '{"a": {"b": 1}}'])
def test_brackets_of_both_kinds_are_one_within_the_other(text: str) -> None:
    """One more than the limit is too deep, whichever brackets they are; side by side they are not."""
    assert str(body.parse(text, depth=1).error).startswith("nested too deeply: more than 1 objects")
    assert body.parse(text, depth=2).error is None
    assert body.parse("[[1], [2], {}]", depth=2).error is None


@pytest.mark.parametrize(("text", "depth"), [("[]", 1), ("[[],[]]", 2), ("[{},[{}]]", 3), ('{"]": "["}', 1)])
def test_depth_is_that_of_the_deepest_bracket_outside_of_strings(text: str, depth: int) -> None:
    assert [body.is_deeper(text.encode(), limit) for limit in (depth - 1, depth)] == [True, False]


GIVEN = {"code": "undefinedField", "typeName": "A", "fieldName": "b"}
MESSAGE = "Field 'd' doesn't exist on type 'C'"


@pytest.mark.parametrize(
    ("extensions", "message", "found"),
    [
        (GIVEN, MESSAGE, ["A.b"]),
        ({**GIVEN, "code": "other"}, MESSAGE, ["C.d"]),
        ({**GIVEN, "code": None}, MESSAGE, ["C.d"]),
        ({**GIVEN, "typeName": None}, MESSAGE, ["C.d"]),
        ({**GIVEN, "fieldName": 5}, MESSAGE, ["C.d"]),
        ({**GIVEN, "fieldName": 5}, None, []),
        ({**GIVEN, "code": "other"}, None, []),
        (GIVEN, None, ["A.b"]),
        (None, "nothing of the kind", []),
    ],
)
def test_gap_is_named_by_the_code_or_else_by_the_words(extensions: Any, message: Any, found: list[str]) -> None:
    errors = [{"message": message, "extensions": extensions}]
    assert list(missing(exchange({"errors": errors}))) == found
    assert list(missing(exchange({"errors": errors, "data": None}))) == found
    assert list(missing(exchange({"errors": errors, "data": {}}))) == []


def sent(path: str, n: int = 2, **changed: Any) -> Exchange:
    plain = Exchange(n, "", "", "service", "rest", "assigned", "act", "GET", HOST + path, status=200, body="{}")
    return replace(plain, **changed)


@pytest.mark.parametrize(
    ("coming", "fits"),
    [
        ({}, True),
        ({"url": f"{HOST}/b?page=2&limit=1"}, False),
        ({"url": f"{HOST}/a?page=2"}, False),
        ({"url": f"{HOST}/c?page=2"}, False),
        ({"url": f"{HOST}/b?page=1"}, False),
        ({"url": f"{HOST}/b?page=3"}, False),
        ({"url": f"{HOST}/b"}, False),
        ({"transport": "connector"}, False),
        ({"transport": "zzz"}, False),
        ({"operation": "accept"}, False),
        ({"operation": "list"}, False),
        ({"actor": "merchant"}, False),
        ({"actor": "zzz"}, False),
    ],
)
def test_page_of_rest_is_the_call_to_its_url_by_the_same_caller(coming: dict[str, Any], *, fits: bool) -> None:
    first, url = sent("/b"), f"{HOST}/b?page=2"
    calls = _Calls([first, sent("/b?page=2", 3, **coming)])
    calls.take()
    if fits:
        assert calls.linked(first, url).n == 3
    else:
        with pytest.raises(_NoPage, match="the page of assigned after exchange 2"):
            calls.linked(first, url)
    with pytest.raises(_NoPage):
        _Calls([]).linked(first, url)


@pytest.mark.parametrize(
    ("coming", "fits"),
    [
        ({}, True),
        ({"request_body": '{"variables": {"after": "b", "id": "7"}}'}, True),
        ({"request_body": '{"variables": {"after": "a"}}'}, False),
        ({"request_body": '{"variables": {"after": "c"}}'}, False),
        ({"request_body": "{}"}, False),
        ({"request_body": None}, False),
        ({"operation": "get"}, False),
        ({"operation": "submit"}, False),
        ({"actor": "merchant"}, False),
        ({"actor": "zzz"}, False),
        ({"transport": "connector"}, False),
        ({"transport": "rest"}, False),
    ],
)
def test_page_of_graphql_is_the_call_with_its_cursor_by_the_same_caller(coming: dict[str, Any], *, fits: bool) -> None:
    over: dict[str, Any] = {
        "transport": "graphql",
        "operation": "list",
        "request_body": '{"variables": {"after": "b"}}',
    }
    first = sent("/graphql", **over)
    calls = _Calls([first, sent("/graphql", 3, **{**over, **coming})])
    calls.take()
    if fits:
        assert calls.page(first, "list", {"after": "b"}).n == 3
    else:
        with pytest.raises(_NoPage):
            calls.page(first, "list", {"after": "b"})


def test_call_that_follows_another_takes_its_place() -> None:
    """A repeated request is one call: its last exchange is the answer, and one that follows nobody begins the next."""
    rows = [sent("/a", 1), sent("/a", 2, follows=1), sent("/a", 4, follows=3), sent("/a", 5)]
    assert [found.n for found in _Calls(rows)] == [2, 4, 5]


@pytest.mark.parametrize(
    ("url", "header", "found"),
    [
        (f"{HOST}/admin/api/2025-07/x", "2025-10", "2025-10"),
        (f"{HOST}/admin/api/2025-07/x", "", "2025-07"),
        ("/x", "", ""),
    ],
)
def test_version_served_is_the_one_named_or_asked_for(url: str, header: str, found: str) -> None:
    headers = {"x-shopify-api-version": header} if header else {}
    assert recorded.served(sent("", url=url, headers=headers)) == found


@pytest.mark.parametrize(
    ("one", "other", "rows"),
    [
        ({"a": [1]}, {"a": [2]}, {"a": [1, 2]}),
        ({"a": [1], "b": 5}, {"a": [2], "c": 6}, {"a": [1, 2], "c": 6}),
        ({"a": [1], "b": [1]}, {"a": [2], "b": [2]}, None),
        ({"a": [1]}, {"b": [2]}, None),
        ({"a": [1]}, {"a": 2}, None),
        ({"a": 1}, {"a": [2]}, None),
        ([], {"a": [2]}, None),
        ({"a": [1]}, [], None),
    ],
)
def test_pages_are_joined_under_the_one_key_that_holds_their_rows(one: Any, other: Any, rows: Any) -> None:
    assert pages._joined(one, other) == rows


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (f"{HOST}/admin/api/v/x?a=1&b=", ("/admin/api/v/x", (("a", "1"), ("b", "")))),
        (f"{HOST}/base/admin/api/v/x", ("/admin/api/v/x", ())),
        ("/admin/api/v", ("/admin/api/v", ())),
        (f"{HOST}/admin/x", None),
    ],
)
def test_page_is_asked_for_below_the_path_of_the_api(url: str, found: Any) -> None:
    assert pages.asked(url) == found


@pytest.mark.parametrize(
    ("value", "fine"),
    [(0, True), (-1.5, True), (9e14, True), (1e15, False), (-1e15, False), (True, False), ("1", False), (None, False)],
)
def test_number_that_is_no_measure_of_anything_is_none(value: Any, *, fine: bool) -> None:
    assert _is_number(value) is fine


@pytest.mark.parametrize(
    ("location", "elsewhere"),
    [
        ("/y.json", False),
        ("y.json", False),
        ("http://127.0.0.1:4010/y.json", False),
        ("http://127.0.0.1:4011/y.json", True),
        ("http://127.0.0.1:4009/y.json", True),
        ("https://127.0.0.1:4010/y.json", True),
        ("//127.0.0.2:4010/y.json", True),
        ("http://[", True),
        ("", False),
        (None, False),
    ],
)
def test_redirect_leads_elsewhere_that_leads_to_another_origin(
    location: str | None, connect: Any, *, elsewhere: bool
) -> None:
    assert connect("http://127.0.0.1:4010")._elsewhere("http://127.0.0.1:4010/x.json", location) is elsewhere


def test_redirect_of_a_post_within_the_origin_is_not_noted(connect: Any) -> None:
    with answering(answer(status="307 Temporary", headers="Location: /y.json\r\n")) as server:
        assert ask(connect(server.url), method="POST", json={}).notes == ()


@pytest.mark.parametrize(("status", "noted"), [(200, False), (201, False), (302, True), (400, False)])
def test_only_a_redirect_leads_elsewhere(status: int, *, noted: bool, connect: Any) -> None:
    with answering(answer(status=f"{status} X", headers="Location: http://127.0.0.1:1/y.json\r\n")) as server:
        assert bool(ask(connect(server.url)).notes) is noted


def test_time_of_an_exchange_is_told_to_the_microsecond(connect: Any) -> None:
    with answering(answer()) as server:
        http = connect(server.url)
        times = [ask(http).ms for _ in range(3)]
    assert times == [round(ms, 3) for ms in times]
    assert any(ms != round(ms, 2) for ms in times)


@pytest.mark.parametrize(("seconds", "paced"), [(None, True), (0.0, False), (4.75, False), (5.0, False), (5.25, True)])
def test_refusal_of_an_order_tells_of_its_limit_unless_it_asks_for_a_moment_only(
    seconds: float | None, *, paced: bool
) -> None:
    time = Time()
    pace = OrderPace(clock=time, sleep=time.sleep)
    pace.before()
    pace.refused(seconds)
    assert (pace.per_minute == 5.0) is paced
    assert pace.before() == (15.0 if seconds is None else seconds)


@pytest.mark.parametrize(("after", "waits"), [(0.0, 60.0), (59.0, 1.0), (59.5, 1.0), (60.0, 15.0), (61.0, 15.0)])
def test_place_of_an_order_is_free_a_minute_after_the_oldest(after: float, waits: float) -> None:
    time = Time()
    pace = OrderPace(clock=time, sleep=time.sleep)
    pace.before()
    time.now += after
    pace.before()
    pace.refused()
    assert pace.before() == waits
