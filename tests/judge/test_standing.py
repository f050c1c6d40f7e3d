"""The standing judges: what of an answer they look at, how they tell it, and what they look at once only."""

from dataclasses import replace
from typing import Any

import pytest
from graphql_answers import sample
from looks import NOW, order

from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.log import Exchange
from fulfillspec.judge import standing
from fulfillspec.judge.finding import Finding
from fulfillspec.judge.standing import Standing
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.gaps import Gap
from fulfillspec.wire.limits import Trouble
from fulfillspec.wire.rest import read_answer

VERSION = "2025-10"
ROW = {"id": 7, "order_id": 9, "status": "open", "request_status": "unsubmitted", "line_items": []}


def exchange(body: Any, status: int | None = 200, **fields: Any) -> Exchange:
    headers = {"content-type": "application/json"}
    return Exchange(
        1, "", "", "merchant", "rest", "get", "act", "GET", "/",
        **{"status": status, "headers": headers, "data": body, **fields},
    )  # fmt: skip


def rest(body: Any, operation: str = "get", order_id: str = "7", status: int | None = 200, **fields: Any) -> Answer:
    return read_answer(Ask(operation, order_id), "merchant", exchange(body, status, **fields))


def told(answer: Answer, judge: Standing | None = None) -> list[Finding]:
    return list((judge or Standing("rest", VERSION)).of_answer(answer))


def of(requirement: str, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.requirement == requirement]


def test_answer_shows_what_its_slots_and_its_list_hold() -> None:
    one, two = order("1"), order("2")
    plain = rest({"fulfillment_order": ROW})
    shown = replace(plain, slots={"moved": one, "remaining": None}, listed=(two,))
    assert list(standing.orders_in(shown)) == [one, two]
    assert list(standing.orders_in(replace(shown, outcome="refused"))) == []
    assert list(standing.orders_in(replace(shown, exchange=exchange({}, 204)))) == []


def test_strangers_in_a_list_are_those_of_another_order() -> None:
    answer = replace(rest({}), listed=(order("1"), order("2", order_id="8"), order("3", order_id=None)))
    assert standing.strangers(answer, "9") == ["2"]
    (found,) = standing.of_look(answer, "9")
    assert (found.requirement, found.holds, found.documented, found.received) == (
        "FO-LIST-ONLY-ORDER", False, "only fulfillment orders of order 9", "also 2",
    )  # fmt: skip
    (fine,) = standing.of_look(replace(answer, listed=(order("1"),)), "9")
    assert fine.holds


def test_gap_breaks_the_requirement_that_the_name_belongs_to() -> None:
    (found,) = standing.of_gap(Gap("FulfillmentOrder.supportedActions", 3, "get"), VERSION)
    assert (found.requirement, found.documented, found.received) == (
        "FO-GQL-SUPPORTED-ACTIONS",
        "FulfillmentOrder.supportedActions is in the schema of 2025-10",
        "the target does not know it",
    )
    assert list(standing.of_gap(Gap("Order.tags", 3, "find_orders"), VERSION)) == []


def test_get_shows_what_was_asked_for() -> None:
    (fine,) = of("FO-GET-ONE", told(rest({"fulfillment_order": ROW})))
    assert fine.holds
    (wrong,) = of("FO-GET-ONE", told(rest({"fulfillment_order": ROW}, order_id="8")))
    assert (wrong.holds, wrong.documented, wrong.received) == (False, "fulfillment order 8", "7")
    assert of("FO-GET-ONE", told(rest({"fulfillment_order": ROW}, "accept", "8"))) == []
    assert of("FO-GET-ONE", told(rest({"fulfillment_order": {}}))) == []


@pytest.mark.parametrize(
    ("transport", "operation", "row"),
    [
        ("rest", "accept_cancellation", "FO-RESP-ACCEPT-CANCELLATION"),
        ("graphql", "close", "FO-GQL-CLOSE-PAYLOAD"),
        ("connector", "close", "FO-CONN-ID"),
    ],
)
def test_answer_has_the_fulfillment_order_that_was_named(transport: str, operation: str, row: str) -> None:
    judge = Standing(transport, VERSION)
    answers = [
        replace(rest({}, operation, "7"), slots={"fulfillment_order": order(identity)}) for identity in ("7", "8")
    ]
    fine, wrong = (list(judge.of_named(answer)) for answer in answers)
    assert [(each.requirement, each.holds) for each in (*fine, *wrong)] == [(row, True), (row, False)]
    assert (wrong[0].documented, wrong[0].received) == ("fulfillment order 7", "8")
    assert list(judge.of_named(replace(answers[1], ask=Ask("hold", "7")))) == []
    assert list(judge.of_named(replace(answers[1], slots={"fulfillment_order": order("x1a")}))) == []


@pytest.mark.parametrize(
    ("transport", "operation", "place", "row"),
    [
        ("rest", "submit", "original", "FO-RESP-SUBMIT"),
        ("rest", "cancel", "fulfillment_order", "FO-RESP-CANCEL"),
        ("graphql", "submit", "original", "FO-GQL-SUBMIT"),
        ("graphql", "move", "original", "FO-GQL-MOVE"),
        ("graphql", "split", "fulfillment_order", "FO-RESP-SPLIT"),
    ],
)
def test_answer_with_several_has_the_one_that_was_named_in_its_place(
    transport: str, operation: str, place: str, row: str
) -> None:
    judge = Standing(transport, VERSION)
    fine, wrong = (replace(rest({}, operation, "7"), slots={place: order(identity)}) for identity in ("7", "8"))
    assert [(each.requirement, each.holds) for each in judge.of_named(fine)] == [(row, True)]
    assert [(each.documented, each.received) for each in judge.of_named(wrong)] == [
        (f"{place}: fulfillment order 7", "8")
    ]
    assert [*judge.of_named(replace(wrong, slots={place: None}))] == []


@pytest.mark.parametrize(
    ("place", "withheld"),
    [("email", True), ("phone", True), ("first_name", True), ("zip", True), ("latitude", True), ("province", False)],
)
def test_personal_values_are_not_repeated(place: str, *, withheld: bool) -> None:
    from fulfillspec.judge.schema import SchemaFinding

    found = standing._withheld(SchemaFinding("FO-X", f"fulfillment_order.destination.{place}", "a string", '"x"'))
    assert (found == "a value that is withheld") is withheld
    assert standing._withheld(SchemaFinding("FO-X", place, "", '"x"')) == (
        "a value that is withheld" if withheld else '"x"'
    )
    assert standing._withheld(SchemaFinding("FO-X", place, "", "7 (number)")) == "7 (number)"


def test_finding_and_its_difference_tell_the_same() -> None:
    found = told(rest({"fulfillment_order": {**sample_row(), "destination": "Ada Example"}}))
    (one,) = [one for one in found if one.diff]
    path, received = "fulfillment_order.destination", '"Ada Example" (string)'
    assert one.documented == f"{path}: {one.diff[0].documented}"
    assert (one.diff[0].path, one.diff[0].received, one.received) == (path, received, received)


def test_requirement_that_was_looked_at_and_not_broken_holds() -> None:
    found = told(rest({"fulfillment_order": {**ROW, "status": 5}}))
    broken = {one.requirement for one in found if not one.holds}
    held = {one.requirement for one in found if one.holds}
    assert "FO-PROP-STATUS" in broken
    assert "FO-PROP-ID" in held
    assert held.isdisjoint(broken)


def test_list_is_judged_row_by_row_and_a_row_that_was_fine_once() -> None:
    judge = Standing("rest", VERSION)
    fine, wrong = sample_row(), {**sample_row(), "id": 8, "status": 5}
    first = told(rest({"fulfillment_orders": [fine, wrong]}, "list"), judge)
    assert [one.diff[0].path for one in first if one.diff] == ["fulfillment_orders[1].status"]
    assert of("FO-PROP-ID", first)
    again = told(rest({"fulfillment_orders": [fine, wrong]}, "list"), judge)
    assert [one.diff[0].path for one in again if one.diff] == ["fulfillment_orders[1].status"]
    fresh = told(rest({"fulfillment_orders": [fine, {**fine, "id": 9}]}, "list"), judge)
    assert of("FO-PROP-ID", fresh), "another row is judged"
    same = told(rest({"fulfillment_orders": [fine, {**fine, "id": 9}]}, "list"), judge)
    assert not of("FO-PROP-ID", same), "both were fine before"
    alone = told(rest({"fulfillment_orders": [fine]}, "list"), judge)
    assert of("FO-PROP-ID", alone), "a single row is judged each time"


def test_answers_of_one_fulfillment_order_are_judged_each_time() -> None:
    """What is remembered is rows of lists: an answer about another fulfillment order is another answer."""
    judge = Standing("rest", VERSION)
    for body, operation in (
        ({"fulfillment_order": sample_row()}, "get"),
        ({"fulfillment_order": sample_row()}, "get"),
        ({"fulfillment_orders": [sample_row()]}, "list"),
        ({"fulfillment_orders": [sample_row()]}, "list"),
        ({"fulfillment_orders": []}, "list"),
    ):
        assert of("FO-RESP-GET" if operation == "get" else "FO-RESP-LIST", told(rest(body, operation), judge))
    wrong = {"fulfillment_order": {**sample_row(), "status": 5}}
    for _ in range(2):
        assert [one.holds for one in of("FO-PROP-STATUS", told(rest(wrong), judge))] == [False]


def sample_row() -> dict[str, Any]:
    """Return a fulfillment order with all that a list shows of it."""
    content = ("address1", "address2", "city", "country_code", "name", "phone", "province", "zip")
    line = ("id", "shop_id", "fulfillment_order_id", "quantity", "line_item_id", "inventory_item_id", "variant_id")
    return {
        **ROW, "created_at": NOW, "updated_at": NOW, "shop_id": 1, "assigned_location_id": 5, "fulfill_at": None,
        "fulfill_by": None, "supported_actions": [], "destination": None, "international_duties": None,
        "fulfillment_holds": [], "delivery_method": None, "merchant_requests": [],
        "line_items": [{**dict.fromkeys(line, 7), "fulfillable_quantity": 7}],
        "assigned_location": {**dict.fromkeys(content), "location_id": 5, "name": "Depot", "country_code": "DE"},
    }  # fmt: skip


def test_only_the_first_places_of_a_list_are_told() -> None:
    rows = [{**ROW, "id": n, "status": 5} for n in range(30)]
    found = told(rest({"fulfillment_orders": rows}, "list"))
    assert len([one for one in found if one.diff]) == 20


@pytest.mark.parametrize("body", [[], "text", None])
def test_graphql_answer_that_is_no_object_is_no_json_object(body: Any) -> None:
    seen = replace(exchange(body), transport="graphql")
    answer = Answer(Ask("get", "7"), "merchant", "graphql", seen, "failed", said="not a JSON object", body=body)
    (found,) = of("FO-ERR-JSON", told(answer, Standing("graphql", VERSION)))
    assert (found.documented, found.received) == ("a JSON object", "not a JSON object")


def test_graphql_answer_without_data_breaks_the_envelope() -> None:
    seen = replace(exchange({}), transport="graphql")
    answer = Answer(Ask("get", "7"), "merchant", "graphql", seen, "failed", said="neither data nor errors", body={})
    (found,) = of("FO-GQL-ENVELOPE", told(answer, Standing("graphql", VERSION)))
    assert (found.holds, found.received) == (False, "neither data nor errors")
    assert of("FO-ERR-JSON", told(answer, Standing("graphql", VERSION))) == []


def test_answer_that_could_not_be_read_is_no_json_object_and_says_why() -> None:
    answer = rest(None, error="cut off")
    failed = replace(answer, outcome="failed")
    (found,) = of("FO-ERR-JSON", told(failed))
    assert found.received == "cut off"
    assert of("FO-ERR-JSON", told(replace(failed, exchange=exchange(None, 500)))) == [], "that is a fault"


@pytest.mark.parametrize("trouble", [Trouble.NOT_CONNECTED, Trouble.NO_NAME])
def test_nobody_there_says_nothing_of_the_target(trouble: Trouble) -> None:
    gone = rest(None, status=None, error=f"{trouble}: refused", headers={})
    assert of("FO-ERR-ANSWERS", told(gone)) == []
    lost = rest(None, status=None, error=f"{Trouble.TIMED_OUT}: 30 s", headers={})
    (found,) = of("FO-ERR-ANSWERS", told(lost))
    assert (found.holds, found.documented) == (False, "a whole answer, in time and without a server error")
    assert found.received == f"no answer: {Trouble.TIMED_OUT}: 30 s"


def test_fault_is_forgiven_once_and_not_after_another() -> None:
    judge = Standing("rest", VERSION)
    acting, reading = rest({}, "accept", status=500), rest({}, "get", status=500)
    assert of("FO-ERR-ANSWERS", told(acting, judge)) == []
    assert len(of("FO-ERR-ANSWERS", told(acting, judge))) == 1
    judge = Standing("rest", VERSION)
    assert len(of("FO-ERR-ANSWERS", told(reading, judge))) == 1
    assert len(of("FO-ERR-ANSWERS", told(acting, judge))) == 1, "the first fault was one that reads"


@pytest.mark.parametrize(
    ("operation", "status", "said"),
    [("accept", 202, "HTTP 202"), ("create_fulfillment", 202, "HTTP 202"), ("get", 201, "HTTP 201")],
)
def test_success_has_its_status(operation: str, status: int, said: str) -> None:
    (found,) = of("FO-ERR-SUCCESS-FORM", told(rest({}, operation, status=status)))
    assert (found.documented, found.received) == (f"{operation} that succeeds answers HTTP 200", said)
    seen = replace(rest({}, operation, status=status), transport="graphql")
    assert of("FO-ERR-SUCCESS-FORM", told(seen, Standing("graphql", VERSION))) == []


def test_refusal_says_how_it_was_told() -> None:
    found = told(rest({"errors": "no"}, "accept", status=302))
    (form,) = of("FO-ERR-CLIENT-FORM", found)
    assert (form.documented, form.received) == ("a refusal answers with a client error (HTTP 4xx)", "HTTP 302: no")
    (mute,) = of("FO-ERR-READABLE", told(rest({"errors": 7}, "accept", status=422)))
    assert not mute.holds
    assert mute.received == "7 (number)"
    assert of("FO-ERR-SUCCESS-FORM", found) == []


def test_version_that_is_not_named_or_another_is_told() -> None:
    judge = Standing("rest", VERSION, names_version=True)
    (found,) = of("FO-READ-VERSION-HEADER", told(rest({}), judge))
    assert (found.documented, found.received) == (
        "X-Shopify-API-Version names 2025-10, as before", "no such header",
    )  # fmt: skip
    assert of("FO-READ-VERSION-HEADER", told(rest({"errors": "no"}, status=422), judge)) == []


def test_query_of_its_own_is_judged_by_its_own_document() -> None:
    document = graphql_documents.query('{ order(id: "gid://shopify/Order/1") { id } }', VERSION)
    assert document is not None
    seen = replace(exchange({"data": {"order": {"id": 7}}}), transport="graphql")
    answer = Answer(Ask("get", "7", document=document), "merchant", "graphql", seen, "accepted", body=seen.data)
    paths = [one.diff[0].path for one in told(answer, Standing("graphql", VERSION)) if one.diff]
    assert paths == ["data.order.id"]


def test_what_was_left_out_of_the_document_is_not_missing() -> None:
    body = sample("get", VERSION)
    del body["data"]["fulfillmentOrder"]["supportedActions"]
    seen = replace(exchange(body), transport="graphql")
    answer = Answer(Ask("get", "1701"), "merchant", "graphql", seen, "accepted", body=body)
    assert of("FO-GQL-SUPPORTED-ACTIONS", told(answer, Standing("graphql", VERSION)))[0].holds is False
    known = replace(answer, without=frozenset({"FulfillmentOrder.supportedActions"}))
    assert of("FO-GQL-SUPPORTED-ACTIONS", told(known, Standing("graphql", VERSION))) == []
