"""What of recorded traffic is judged, and what is not guessed: looks at single ones, GraphQL of others, what is not seen."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_traffic_judged import closed, entry, har, listed, order

from fulfillspec.documents import graphql_documents
from fulfillspec.evidence.exchange import Exchange
from fulfillspec.traffic import run as judging
from fulfillspec.traffic.asked import is_readable
from fulfillspec.traffic.judged import Traffic

GID = "gid://shopify/FulfillmentOrder/7"
FIELDS = "id orderId s: status r: requestStatus"


def judged(folder: Path, *entries: dict[str, Any]) -> tuple[dict[str, str], Traffic]:
    """Return what is broken, by requirement, and what is known of the traffic."""
    found, traffic = judging.judge([har(folder / "traffic.har", *entries)], folder / "out")
    return {row["requirement"]: row["received"] for row in found["deviations"]}, traffic


def asked(text: str, data: Any, at: int, **variables: Any) -> dict[str, Any]:
    """Return the entry of a GraphQL request."""
    found = entry("POST", "graphql.json", data, at=at)
    found["request"]["postData"] = {"text": json.dumps({"query": text, "variables": variables})}
    return found


def shown(status: str, request_status: str) -> dict[str, str]:
    return {"id": GID, "orderId": "gid://shopify/Order/70", "s": status, "r": request_status}


def got(at: int, *state: Any) -> dict[str, Any]:
    return entry("GET", "fulfillment_orders/7.json", {"fulfillment_order": order(*state)}, at=at)


def seen(at: int, *state: str) -> dict[str, Any]:
    return asked(
        f"query Q($id: ID!) {{ x: fulfillmentOrder(id: $id) {{ {FIELDS} }} }}",
        {"data": {"x": shown(*state)}},
        at,
        id=GID,
    )


def close_document(at: int, *state: str) -> dict[str, Any]:
    text = f'mutation {{ fulfillmentOrderClose(id: "{GID}") {{ fulfillmentOrder {{ {FIELDS} }} userErrors {{ message }} }} }}'
    return asked(text, {"data": {"fulfillmentOrderClose": {"fulfillmentOrder": shown(*state), "userErrors": []}}}, at)


def test_step_between_two_looks_at_one_alone_is_judged(tmp_path: Path) -> None:
    broken, _ = judged(
        tmp_path, got(0, "in_progress", "accepted"), closed("closed", "closed"), got(2, "closed", "closed", 0)
    )
    assert broken["FO-CLOSE-STATE"] == "closed/closed"


def test_look_at_one_alone_says_nothing_of_the_others(tmp_path: Path) -> None:
    part = {"fulfillment_request": {"fulfillment_order_line_items": [{"id": 1, "quantity": 1}]}}
    answer = {
        "original_fulfillment_order": order("open", "submitted", 1),
        "submitted_fulfillment_order": order("open", "submitted", 1),
        "unsubmitted_fulfillment_order": {**order("open", "unsubmitted", 1), "id": 8},
    }
    for each in answer.values():
        each["line_items"][0] |= {"quantity": 1, "fulfillment_order_id": each["id"]}
    submit = entry("POST", "fulfillment_orders/7/fulfillment_request.json", answer, at=1)
    submit["request"]["postData"] = {"text": json.dumps(part)}
    after = got(2, "open", "submitted", 1)
    after["response"]["content"]["text"] = json.dumps({"fulfillment_order": answer["submitted_fulfillment_order"]})
    broken, traffic = judged(tmp_path, got(0, "open", "unsubmitted"), submit, after)
    assert traffic.steps == 1
    assert not {"FO-INV-QUANTITY", "FO-LIST-ALL", "FO-SUBMIT-PART", "FO-INV-SIBLINGS"} & broken.keys()


def test_graphql_with_documents_of_others_is_judged(tmp_path: Path) -> None:
    steps = (seen(0, "IN_PROGRESS", "ACCEPTED"), close_document(1, "CLOSED", "CLOSED"), seen(2, "CLOSED", "CLOSED"))
    broken, traffic = judged(tmp_path, *steps)
    assert broken["FO-CLOSE-STATE"] == "closed/closed"
    assert traffic.used["graphql", "close", "in_progress/accepted", "accepted"] == 1


def test_graphql_of_others_that_is_as_documented_is_no_deviation(tmp_path: Path) -> None:
    steps = (
        seen(0, "IN_PROGRESS", "ACCEPTED"),
        close_document(1, "INCOMPLETE", "CLOSED"),
        seen(2, "INCOMPLETE", "CLOSED"),
    )
    assert judged(tmp_path, *steps)[0] == {}


def test_mutation_that_does_not_say_whether_it_was_carried_out_is_not_judged(tmp_path: Path) -> None:
    text = f'mutation {{ fulfillmentOrderClose(id: "{GID}") {{ fulfillmentOrder {{ {FIELDS} }} }} }}'
    silent = asked(text, {"data": {"fulfillmentOrderClose": {"fulfillmentOrder": None}}}, 1)
    broken, _ = judged(tmp_path, seen(0, "IN_PROGRESS", "ACCEPTED"), silent, seen(2, "IN_PROGRESS", "ACCEPTED"))
    assert not {"FO-CLOSE-STATE", "FO-ERR-UNCHANGED"} & broken.keys()


def test_field_that_was_asked_for_and_is_not_there_deviates(tmp_path: Path) -> None:
    query = asked(
        f'{{ fulfillmentOrder(id: "{GID}") {{ id state: status }} }}', {"data": {"fulfillmentOrder": {"id": GID}}}, 0
    )
    assert any("missing" in received for received in judged(tmp_path, query)[0].values())


@pytest.mark.parametrize(
    "between",
    [
        entry("POST", "orders/70/cancel.json", {"order": {}}, at=1),
        entry("POST", "fulfillments/3/cancel.json", {"fulfillment": {"id": 3, "status": "cancelled"}}, at=1),
        entry("POST", "fulfillment_orders/7/close.json", {}, status=503, at=1),
        asked("mutation { orderCancel(orderId: 1) { job { id } } }", {"data": {"orderCancel": None}}, 1),
        asked("mutation { fulfillmentOrderOpen(id: ", {"errors": []}, 1),
    ],
    ids=["order", "fulfillment", "fault", "mutation", "unreadable"],
)
def test_what_may_have_changed_anything_ends_what_is_known(between: dict[str, Any], tmp_path: Path) -> None:
    refused = entry("POST", "fulfillment_orders/7/close.json", {"errors": ["No."]}, status=422, at=2)
    broken, traffic = judged(
        tmp_path,
        listed(0, "open", "unsubmitted"),
        copy.deepcopy(between),
        refused,
        listed(3, "cancelled", "unsubmitted"),
    )
    assert "FO-ERR-UNCHANGED" not in broken
    assert traffic.steps == 0


def test_throttled_request_that_is_sent_again_is_one_action(tmp_path: Path) -> None:
    throttled = entry("POST", "fulfillment_orders/7/close.json", {"errors": "Exceeded"}, status=429, at=1)
    again = closed("incomplete", "closed", at=2)
    broken, traffic = judged(
        tmp_path, listed(0, "in_progress", "accepted"), throttled, again, listed(3, "incomplete", "closed")
    )
    assert (traffic.steps, "FO-CLOSE-STATE" in broken) == (1, False)


def failing(at: int, status: int = 500) -> dict[str, Any]:
    return entry("POST", "fulfillment_orders/7/close.json", {"errors": "Internal"}, status=status, at=at)


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ((failing(0), listed(1, "open", "unsubmitted"), failing(2)), True),
        ((listed(0, "open", "unsubmitted"), failing(1), failing(2), failing(3)), False),
        ((failing(0), listed(1, "open", "unsubmitted"), failing(2), closed("incomplete", "closed", at=3)), False),
        ((failing(0, 503), listed(1, "open", "unsubmitted"), failing(2, 503)), False),
    ],
    ids=["while others are answered", "sent again at once", "answered once", "of a gateway"],
)
def test_server_error_is_the_targets_where_it_is_all_that_an_operation_gets(
    entries: tuple[dict[str, Any], ...], *, told: bool, tmp_path: Path
) -> None:
    assert ("FO-ERR-ANSWERS" in judged(tmp_path, *copy.deepcopy(entries))[0]) is told


def test_recording_without_bodies_is_not_judged_by_them(tmp_path: Path) -> None:
    bare = listed(0, "open", "unsubmitted")
    bare["response"]["content"] = {"size": 812, "mimeType": "application/json"}
    broken, traffic = judged(tmp_path, listed(1, "open", "unsubmitted"), bare)
    assert "FO-ERR-JSON" not in broken
    assert traffic.not_concluded["its body is not in the recording"] == 1


def test_recording_without_headers_is_not_judged_by_them(tmp_path: Path) -> None:
    bare = listed(0, "open", "unsubmitted")
    del bare["response"]["headers"]
    assert "FO-ERR-JSON" not in judged(tmp_path, bare)[0]


@pytest.mark.parametrize(
    ("answered", "told"),
    [(("in_progress", "accepted"), True), (("incomplete", "closed"), False)],
    ids=["as it was", "as it has to be"],
)
def test_look_that_shows_no_change_yet_counts_where_the_answer_shows_none_either(
    answered: tuple[str, str], *, told: bool, tmp_path: Path
) -> None:
    looks = listed(0, "in_progress", "accepted"), listed(2, "in_progress", "accepted")
    assert ("FO-CLOSE-STATE" in judged(tmp_path, looks[0], closed(*answered), looks[1])[0]) is told


SUBMIT = {
    "original_fulfillment_order": order("open", "submitted"),
    "submitted_fulfillment_order": order("open", "submitted"),
    "unsubmitted_fulfillment_order": None,
}
ACCEPTED_ELSEWHERE = entry(
    "POST",
    "fulfillment_orders/9/fulfillment_request/accept.json",
    {"fulfillment_order": order("in_progress", "accepted")},
    at=9,
)


@pytest.mark.parametrize("more", [[], [ACCEPTED_ELSEWHERE]], ids=["merchant alone", "service recorded too"])
def test_what_a_service_may_have_done_meanwhile_deviates_where_its_requests_are_recorded(
    more: list[dict[str, Any]], tmp_path: Path
) -> None:
    submit = entry("POST", "fulfillment_orders/7/fulfillment_request.json", SUBMIT, at=1)
    looks = listed(0, "open", "unsubmitted"), listed(2, "in_progress", "accepted")
    broken, traffic = judged(tmp_path, looks[0], submit, looks[1], *copy.deepcopy(more))
    assert ("FO-SUBMIT-STATE" in broken) is bool(more)
    assert any("a service whose requests" in why for why in traffic.not_concluded) is not bool(more)


@pytest.mark.parametrize(
    ("states", "told"),
    [(("submitted", "cancellation_requested"), False), (("rejected", "cancellation_requested"), True)],
    ids=["accepted meanwhile", "not to be explained"],
)
def test_state_that_one_action_of_the_service_explains_is_not_guessed(
    states: tuple[str, str], *, told: bool, tmp_path: Path
) -> None:
    answer = {"fulfillment_order": order("in_progress", "cancellation_requested")}
    cancel = entry("POST", "fulfillment_orders/7/cancellation_request.json", answer, at=1)
    looks = listed(0, "open", states[0]), listed(2, "in_progress", states[1])
    assert ("FO-CANCELLATION-OF-REQUEST" in judged(tmp_path, looks[0], cancel, looks[1])[0]) is told


@pytest.mark.parametrize(
    ("later", "told"),
    [(("open", "submitted"), False), (("open", "unsubmitted", 1), False), (("incomplete", "submitted"), True)],
    ids=["an action that is not recorded", "work that is not recorded", "nothing that anybody can ask for"],
)
def test_traffic_without_all_that_was_done_tells_nothing_of_steps(
    later: tuple[Any, ...], *, told: bool, tmp_path: Path
) -> None:
    other = [
        entry(
            "GET", "fulfillment_orders/8.json", {"fulfillment_order": {**order(*state), "id": 8, "order_id": 80}}, at=at
        )
        for at, state in ((3, ("open", "unsubmitted")), (4, later))
    ]
    step = got(0, "in_progress", "accepted"), closed("closed", "closed"), got(2, "closed", "closed", 0)
    broken, traffic = judged(tmp_path, *step, *other)
    assert ("FO-CLOSE-STATE" in broken) is told
    assert any("not all that was done" in why for why in traffic.not_concluded) is not told


def test_change_that_is_dated_long_before_a_refused_action_is_of_somebody_else(tmp_path: Path) -> None:
    looks = [listed(0, "open", "submitted"), listed(2, "in_progress", "accepted")]
    refused = entry("POST", "fulfillment_orders/7/cancel.json", {"errors": ["No."]}, status=422, at=1)
    refused["response"]["headers"].append({"name": "Date", "value": "Sat, 22 Nov 2025 12:00:31 GMT"})
    for look, changed in zip(looks, ("2025-11-22T12:00:00Z", "2025-11-22T12:00:20Z"), strict=True):
        row = json.loads(look["response"]["content"]["text"])
        row["fulfillment_orders"][0]["updated_at"] = changed
        look["response"]["content"]["text"] = json.dumps(row)
    assert "FO-ERR-UNCHANGED" not in judged(tmp_path, looks[0], refused, looks[1])[0]


def test_advertised_action_that_is_refused_deviates(tmp_path: Path) -> None:
    look = {**order("open", "submitted"), "supported_actions": ["cancel_fulfillment_order"]}
    looks = [entry("GET", "orders/70/fulfillment_orders.json", {"fulfillment_orders": [look]}, at=at) for at in (0, 2)]
    refused = entry("POST", "fulfillment_orders/7/cancel.json", {"errors": ["No."]}, status=422, at=1)
    assert "FO-ACTIONS-ADVERTISED" in judged(tmp_path, looks[0], refused, looks[1])[0]
    forbidden = {**refused, "response": {**refused["response"], "status": 403}}
    assert "FO-ACTIONS-ADVERTISED" not in judged(tmp_path, looks[0], forbidden, looks[1])[0]


@pytest.mark.parametrize(("status", "before", "told"), [(422, True, True), (422, False, False), (403, True, False)])
def test_refusal_of_what_the_same_caller_did_there_before_deviates(
    *, status: int, before: bool, told: bool, tmp_path: Path
) -> None:
    """That a caller may close at a location shows where it closed there; what is refused then has no other reason."""
    other = closed("incomplete", "closed", at=0)
    other["request"]["url"] = other["request"]["url"].replace("/7/", "/8/")
    refused = entry("POST", "fulfillment_orders/7/close.json", {"errors": ["No."]}, status=status, at=2)
    looks = listed(1, "in_progress", "accepted"), listed(3, "in_progress", "accepted")
    broken, _ = judged(tmp_path, *([other] if before else []), looks[0], refused, looks[1])
    assert ("FO-CLOSE-STATE" in broken) is told


@pytest.mark.parametrize(("length", "told"), [(100, True), (101, False)])
def test_refusal_may_be_about_a_long_message(*, length: int, told: bool, tmp_path: Path) -> None:
    look = {**order("open", "unsubmitted"), "supported_actions": ["request_fulfillment"]}
    looks = [entry("GET", "orders/70/fulfillment_orders.json", {"fulfillment_orders": [look]}, at=at) for at in (0, 2)]
    refused = entry("POST", "fulfillment_orders/7/fulfillment_request.json", {"errors": ["No."]}, status=422, at=1)
    text = json.dumps({"fulfillment_request": {"message": length * "m"}})
    refused["request"]["postData"] = {"mimeType": "application/json", "text": text}
    assert ("FO-ACTIONS-ADVERTISED" in judged(tmp_path, looks[0], refused, looks[1])[0]) is told


def over_both(folder: Path, **shown: Any) -> dict[str, str]:
    """Judge a list, a look over GraphQL that shows something else, and the list again."""
    text = f'{{ fulfillmentOrder(id: "{GID}") {{ id status requestStatus supportedActions {{ action }} lineItems(first: 9) {{ nodes {{ id }} }} }} }}'
    node = {
        "id": GID,
        "status": "OPEN",
        "requestStatus": "SUBMITTED",
        "supportedActions": [],
        "lineItems": {"nodes": []},
    }
    looks = [
        entry(
            "GET",
            "orders/70/fulfillment_orders.json",
            {"fulfillment_orders": [{**order("open", "submitted"), "line_items": []}]},
            at=at,
        )
        for at in (0, 2)
    ]
    return judged(folder, looks[0], asked(text, {"data": {"fulfillmentOrder": {**node, **shown}}}, 1), looks[1])[0]


def test_rest_and_graphql_have_to_show_the_same(tmp_path: Path) -> None:
    assert "FO-EQ-STATE" in over_both(tmp_path, requestStatus="UNSUBMITTED")


def test_supported_actions_may_be_other_words_over_another_transport(tmp_path: Path) -> None:
    found = over_both(tmp_path, supportedActions=[{"action": "EXTERNAL"}])
    assert not {"FO-EQ-ACTIONS", "FO-EQ-STATE"} & found.keys()


def two_looks(*more: dict[str, Any], changed: str = "2025-11-22T12:00:00Z", date: str = "") -> list[dict[str, Any]]:
    """Return a list and a look at one alone that differ, and what comes after."""
    one, other = ({**order("open", status), "updated_at": changed} for status in ("submitted", "unsubmitted"))
    entries = [
        entry("GET", "orders/70/fulfillment_orders.json", {"fulfillment_orders": [one]}, at=0),
        entry("GET", "fulfillment_orders/7.json", {"fulfillment_order": other}, at=1),
        *more,
    ]
    for each in entries if date else ():
        each["response"]["headers"].append({"name": "Date", "value": date})
    return entries


def test_looks_that_differ_while_nothing_is_done_deviate(tmp_path: Path) -> None:
    again = copy.deepcopy(two_looks()[0]) | {"startedDateTime": "2025-11-22T12:00:02.000Z"}
    assert "FO-INV-OBSERVERS" in judged(tmp_path, *two_looks(again))[0]
    noon = "Sat, 22 Nov 2025 12:00:00 GMT"
    assert "FO-INV-OBSERVERS" in judged(tmp_path, *two_looks(changed="2025-11-22T11:00:00Z", date=noon))[0]


def test_looks_that_differ_once_may_have_an_action_between_them_that_is_not_recorded(tmp_path: Path) -> None:
    assert "FO-INV-OBSERVERS" not in judged(tmp_path, *two_looks())[0]
    noon = "Sat, 22 Nov 2025 12:00:00 GMT"
    assert "FO-INV-OBSERVERS" not in judged(tmp_path, *two_looks(changed="2025-11-22T11:59:59Z", date=noon))[0]
    later = listed(2, "open", "unsubmitted")
    assert "FO-INV-OBSERVERS" not in judged(tmp_path, *two_looks(later))[0]


GET = graphql_documents.document("get", "2025-10").text


@pytest.mark.parametrize(
    ("changed", "readable"),
    [
        ({}, True),
        ({"request_body": json.dumps({"query": graphql_documents.document("get", "2024-10").text})}, True),
        ({"request_body": json.dumps({"query": "query { fulfillmentOrder(id: 1) { id } }"})}, True),
        ({"request_body": json.dumps({"query": "no document"})}, False),
        ({"request_body": json.dumps({"query": 5})}, False),
        ({"request_body": "{}"}, False),
        ({"request_body": "{"}, False),
        ({"request_body": "[]"}, False),
        ({"request_body": None}, False),
        ({"request_body": "{}", "transport": "rest"}, True),
        ({"request_body": GET, "request_headers": {"Content-Type": "application/graphql"}}, True),
    ],
)
def test_recorded_answer_can_be_read_by_what_was_asked(changed: dict[str, Any], *, readable: bool) -> None:
    plain = Exchange(
        1, "", "", "merchant", "graphql", "get", "act", "POST", "http://h/admin/api/2025-10/graphql.json", status=200,
        request_body=json.dumps({"query": GET}),
    )  # fmt: skip
    assert is_readable(replace(plain, **changed)) is readable
