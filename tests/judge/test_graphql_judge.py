"""The judge of GraphQL answers: complete ones raise nothing, every break at every place is seen."""

import copy
import json
from typing import Any

import pytest
from graphql import GraphQLEnumType, get_named_type, is_leaf_type, is_list_type, is_non_null_type
from graphql_answers import NUMBER, VERSION, places, refusal, sample, type_at

from fulfillspec.documents import graphql_documents, paths
from fulfillspec.documents.register import load
from fulfillspec.judge import graphql as judge
from fulfillspec.wire.nodes import at, replaced

OPERATIONS = tuple(judge.OPERATIONS)
BROKEN = ("list", "get", "hold", "set_deadline", "locations_for_move", "create_fulfillment", "split")
"""Operations that between them have every kind of answer; the fulfillment order is the same in all of them."""
NODE = ("data", "fulfillmentOrder")


def findings(body: Any, operation: str = "get", version: str = VERSION, **more: Any) -> Any:
    return [(found.requirement, found.path) for found in judge.check_answer(operation, body, version=version, **more)]


def changed(*change: Any, operation: str = "get") -> Any:
    body = sample(operation)
    *path, value = change
    return replaced(body, path, value)


def without(body: Any, path: Any) -> Any:
    inner = dict(at(body, *path[:-1]))
    del inner[path[-1]]
    return replaced(body, path[:-1], inner)


def test_every_operation_of_the_transport_is_judged() -> None:
    assert set(OPERATIONS) == set(graphql_documents.names()) - {"line_items"}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("version", graphql_documents.versions())
def test_complete_answer_raises_nothing(operation: str, version: str) -> None:
    assert findings(sample(operation, version), operation, version) == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_extra_keys_raise_nothing(operation: str) -> None:
    body = sample(operation)
    body["extensions"] = {"cost": {}}
    root = graphql_documents.document(operation, VERSION).root
    body["data"][root]["somethingNew"] = 1
    assert findings(body, operation) == []


@pytest.mark.parametrize("operation", BROKEN)
def test_every_missing_field_is_seen(operation: str) -> None:
    whole = sample(operation)
    for path in places(whole["data"]):
        if isinstance(path[-1], str):
            assert findings(without(whole, ("data", *path)), operation), path


@pytest.mark.parametrize("operation", BROKEN)
def test_every_null_is_seen_where_the_schema_has_none(operation: str) -> None:
    whole = sample(operation)
    for path in places(whole["data"]):
        found = findings(replaced(whole, ("data", *path), None), operation)
        if is_non_null_type(type_at(operation, VERSION, path)):
            assert found, path


@pytest.mark.parametrize("operation", BROKEN)
def test_every_wrong_type_is_seen(operation: str) -> None:
    whole = sample(operation)
    for path in places(whole["data"]):
        type_ = type_at(operation, VERSION, path)
        if get_named_type(type_).name == "JSON":
            continue
        bare = type_.of_type if is_non_null_type(type_) else type_
        right = list if is_list_type(bare) else dict if not is_leaf_type(bare) else type(at(whole, "data", *path))
        wrong: object
        for wrong in ("", 2**40, True, {}, [], 1.5):
            if not isinstance(wrong, right) or (right is int and wrong is True):
                assert findings(replaced(whole, ("data", *path), wrong), operation), (path, wrong)


@pytest.mark.parametrize("operation", BROKEN)
def test_every_enum_in_lower_case_and_every_unknown_value_is_seen(operation: str) -> None:
    whole = sample(operation)
    for path in places(whole["data"]):
        if isinstance(get_named_type(type_at(operation, VERSION, path)), GraphQLEnumType):
            value = at(whole, "data", *path)
            if isinstance(value, str):
                assert findings(replaced(whole, ("data", *path), value.lower()), operation), path
                assert findings(replaced(whole, ("data", *path), "UNHEARD_OF"), operation), path


@pytest.mark.parametrize("operation", BROKEN)
def test_every_rest_id_and_every_strange_id_is_seen(operation: str) -> None:
    whole = sample(operation)
    for path in places(whole["data"]):
        if get_named_type(type_at(operation, VERSION, path)).name == "ID":
            for wrong in (NUMBER, str(NUMBER), "gid://shopify/X/", "gid://elsewhere/Order/1", "gid://shopify/Order/1 "):
                assert findings(replaced(whole, ("data", *path), wrong), operation), (path, wrong)


@pytest.mark.parametrize(
    ("operation", "requirement"),
    [
        ("close", "FO-GQL-CLOSE-PAYLOAD"),
        ("reject", "FO-GQL-REJECT-PAYLOAD"),
        ("accept", "FO-GQL-ACCEPT"),
        ("get", "FO-GQL-FULFILLMENT-ORDER"),
    ],
)
def test_fulfillment_order_without_an_id_is_none_that_its_answer_promises(operation: str, requirement: str) -> None:
    whole = sample(operation)
    path = next(path for path in places(whole["data"]) if path[-2:] == ("fulfillmentOrder", "id"))
    found = findings(replaced(whole, ("data", *path), None), operation)
    assert {row for row, _ in found} == {requirement}


@pytest.mark.parametrize(
    ("path", "value", "requirement"),
    [
        (("status",), "open", "FO-GQL-ENUM-CASE"),
        (("status",), None, "FO-GQL-ENUM-CASE"),
        (("requestStatus",), "DONE", "FO-GQL-ENUM-CASE"),
        (("id",), f"gid://shopify/Order/{NUMBER}", "FO-GQL-ID-FORM"),
        (("id",), str(NUMBER), "FO-GQL-ID-FORM"),
        (("id",), NUMBER, "FO-GQL-FULFILLMENT-ORDER"),
        (("orderId",), f"gid://shopify/FulfillmentOrder/{NUMBER}", "FO-GQL-ID-FORM"),
        (("createdAt",), "yesterday", "FO-GQL-FULFILLMENT-ORDER"),
        (("createdAt",), "2026-01-02T03:04:05", "FO-GQL-FULFILLMENT-ORDER"),
        (("assignedLocation",), None, "FO-GQL-FULFILLMENT-ORDER"),
        (("assignedLocation", "location", "id"), f"gid://shopify/Order/{NUMBER}", "FO-GQL-ID-FORM"),
        (("fulfillmentHolds",), None, "FO-GQL-FULFILLMENT-ORDER"),
        (("fulfillmentHolds", 0, "reason"), "other", "FO-GQL-FULFILLMENT-ORDER"),
        (("supportedActions",), ["MOVE"], "FO-GQL-SUPPORTED-ACTIONS"),
        (("supportedActions", 0, "action"), "move", "FO-GQL-SUPPORTED-ACTIONS"),
        (("supportedActions", 0), None, "FO-GQL-SUPPORTED-ACTIONS"),
        (("merchantRequests",), None, "FO-GQL-MERCHANT-REQUESTS"),
        (("merchantRequests", "nodes", 0, "kind"), "fulfillment_request", "FO-GQL-MERCHANT-REQUESTS"),
        (("merchantRequests", "nodes", 0, "sentAt"), None, "FO-GQL-MERCHANT-REQUESTS"),
        (("lineItems", "nodes"), None, "FO-GQL-LINE-ITEM"),
        (("lineItems", "nodes", 0, "totalQuantity"), "3", "FO-GQL-LINE-ITEM"),
        (("lineItems", "nodes", 0, "remainingQuantity"), 1.5, "FO-GQL-LINE-ITEM"),
        (("lineItems", "nodes", 0, "totalQuantity"), True, "FO-GQL-LINE-ITEM"),
        (("lineItems", "nodes", 0, "lineItem"), None, "FO-GQL-LINE-ITEM"),
    ],
)
def test_finding_names_its_requirement_and_place(path: Any, value: Any, requirement: str) -> None:
    found = judge.check_answer("get", changed(*NODE, *path, value), version=VERSION)
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    assert found[0].requirement == requirement
    assert found[0].path.startswith(f"data.fulfillmentOrder{place}")
    assert requirement in judge.compare("get", changed(*NODE, *path, value), version=VERSION).judged


@pytest.mark.parametrize("field", ["fulfillAt", "fulfillBy", "destination", "deliveryMethod", "internationalDuties"])
def test_null_of_a_nullable_field_raises_nothing(field: str) -> None:
    assert findings(changed(*NODE, field, None)) == []


def test_time_with_an_offset_and_gid_with_a_query_raise_nothing() -> None:
    assert findings(changed(*NODE, "createdAt", "2026-01-02T03:04:05.678-05:00")) == []
    body = changed(*NODE, "lineItems", "nodes", 0, "inventoryItemId", "gid://shopify/InventoryItem/5?x=1")
    assert findings(body) == []


def test_enum_values_are_those_of_the_version() -> None:
    body = sample("get", "2026-04")
    body["data"]["fulfillmentOrder"]["supportedActions"][0]["action"] = "REPORT_PROGRESS"
    assert findings(body, version="2026-04") == []
    wanted = [("FO-GQL-SUPPORTED-ACTIONS", "data.fulfillmentOrder.supportedActions[0].action")]
    assert findings(body, version="2026-01") == wanted


def test_hold_handle_is_judged_since_it_exists() -> None:
    body = sample("get")
    del body["data"]["fulfillmentOrder"]["fulfillmentHolds"][0]["handle"]
    assert findings(body, version="2024-10") == []
    assert findings(body, version="2025-01") == [
        ("FO-GQL-FULFILLMENT-ORDER", "data.fulfillmentOrder.fulfillmentHolds[0].handle")
    ]


@pytest.mark.parametrize(
    ("body", "path"),
    [([], "$"), (None, "$"), ("text", "$"), ({}, "data"), ({"data": None}, "data"), ({"data": []}, "data")],
)
def test_answer_without_data_breaks_the_envelope(body: Any, path: Any) -> None:
    assert findings(body) == [("FO-GQL-ENVELOPE", path)]


def test_status_of_an_executed_document_is_judged() -> None:
    assert findings(sample("get"), status=201) == [("FO-GQL-STATUS-200", "HTTP status")]


@pytest.mark.parametrize("value", [None, {}, "none", 0])
def test_user_errors_that_are_no_list_are_seen(value: Any) -> None:
    body = changed("data", "fulfillmentOrderClose", "userErrors", value, operation="close")
    assert findings(body, "close") == [("FO-GQL-USER-ERRORS-NON-NULL", "data.fulfillmentOrderClose.userErrors")]


def test_missing_user_errors_are_seen() -> None:
    body = without(sample("close"), ("data", "fulfillmentOrderClose", "userErrors"))
    assert findings(body, "close") == [("FO-GQL-USER-ERRORS-NON-NULL", "data.fulfillmentOrderClose.userErrors")]


@pytest.mark.parametrize(
    ("operation", "root", "field", "requirement"),
    [
        ("close", "fulfillmentOrderClose", "fulfillmentOrder", "FO-GQL-CLOSE-PAYLOAD"),
        ("reject", "fulfillmentOrderRejectFulfillmentRequest", "fulfillmentOrder", "FO-GQL-REJECT-PAYLOAD"),
        ("move", "fulfillmentOrderMove", "movedFulfillmentOrder", "FO-GQL-MOVE"),
        ("hold", "fulfillmentOrderHold", "fulfillmentHold", "FO-GQL-HOLD"),
        ("create_fulfillment", "fulfillmentCreate", "fulfillment", "FO-GQL-CREATE-FULFILLMENT"),
        ("split", "fulfillmentOrderSplit", "fulfillmentOrderSplits", "FO-RESP-SPLIT"),
        ("merge", "fulfillmentOrderMerge", "fulfillmentOrderMerges", "FO-RESP-MERGE"),
    ],
)
def test_accepted_mutation_that_gives_nothing_is_seen(operation: str, root: str, field: str, requirement: str) -> None:
    assert findings(changed("data", root, field, None, operation=operation), operation) == [
        (requirement, f"data.{root}.{field}")
    ]


@pytest.mark.parametrize(
    ("operation", "root", "field"),
    [
        ("submit", "fulfillmentOrderSubmitFulfillmentRequest", "unsubmittedFulfillmentOrder"),
        ("move", "fulfillmentOrderMove", "remainingFulfillmentOrder"),
        ("cancel", "fulfillmentOrderCancel", "replacementFulfillmentOrder"),
        ("hold", "fulfillmentOrderHold", "remainingFulfillmentOrder"),
    ],
)
def test_nothing_left_over_raises_nothing(operation: str, root: str, field: str) -> None:
    assert findings(changed("data", root, field, None, operation=operation), operation) == []


@pytest.mark.parametrize("version", graphql_documents.versions())
@pytest.mark.parametrize(
    "operation", [name for name in OPERATIONS if graphql_documents.document(name, VERSION).mutation]
)
def test_documented_refusal_raises_nothing(operation: str, version: str) -> None:
    asked = graphql_documents.document(operation, version).text
    error = {"field": ["id"], "message": "Cannot.", **({"code": None} if "    code\n" in asked else {})}
    body = refusal(operation, error, version=version)
    assert judge.check_refusal(operation, body, version=version).findings == []
    assert "FO-GQL-USER-ERROR-FIELDS" in judge.check_refusal(operation, body, version=version).judged


@pytest.mark.parametrize(
    ("error", "path"),
    [
        ({"field": None}, "userErrors[0].message"),
        ({"field": None, "message": None}, "userErrors[0].message"),
        ({"field": None, "message": "  "}, "userErrors[0].message"),
        ({"field": "id", "message": "Cannot."}, "userErrors[0].field"),
        ({"field": [1], "message": "Cannot."}, "userErrors[0].field[0]"),
        ({"message": "Cannot."}, "userErrors[0].field"),
    ],
)
def test_user_error_without_field_or_message_is_seen(error: Any, path: Any) -> None:
    found = judge.check_refusal("close", refusal("close", error), version=VERSION).findings
    assert [(one.requirement, one.path) for one in found] == [
        ("FO-GQL-USER-ERROR-FIELDS", f"data.fulfillmentOrderClose.{path}")
    ]


def test_top_level_error_about_a_mutation_that_is_carried_out_is_seen() -> None:
    root, below = ["fulfillmentOrderClose"], ["fulfillmentOrderClose", "fulfillmentOrder", "internationalDuties"]
    errors = [{"message": "Denied.", "path": below}]
    assert findings({**sample("close"), "errors": errors}, "close") == []
    found = findings({**sample("close"), "errors": [*errors, {"message": "No.", "path": root}]}, "close")
    assert found == [("FO-GQL-NO-ERRORS", "errors")]
    assert findings({**sample("close"), "errors": "No."}, "close") == []


def test_null_among_the_user_errors_is_seen() -> None:
    body = refusal("close")
    body["data"]["fulfillmentOrderClose"]["userErrors"].append(None)
    found = judge.check_refusal("close", body, version=VERSION).findings
    assert [one.requirement for one in found] == ["FO-GQL-USER-ERRORS-NON-NULL"]


def test_unknown_code_of_a_user_error_is_seen() -> None:
    body = refusal("hold", {"field": ["id"], "message": "No.", "code": "WHATEVER"})
    found = judge.check_refusal("hold", body, version=VERSION).findings
    assert [one.requirement for one in found] == ["FO-GQL-USER-ERROR-FIELDS"]


@pytest.mark.parametrize(
    ("operation", "requirement"),
    [("close", "FO-GQL-CLOSE-NULLABLE"), ("reject", "FO-GQL-REJECT-NULLABLE"), ("open", "FO-GQL-WRONG-STATE")],
)
def test_object_beside_user_errors_is_seen(operation: str, requirement: str) -> None:
    body = refusal(operation)
    root = graphql_documents.document(operation, VERSION).root
    body["data"][root]["fulfillmentOrder"] = {"id": "gid://shopify/FulfillmentOrder/1"}
    found = judge.check_refusal(operation, body, version=VERSION).findings
    assert [one.requirement for one in found] == [requirement]
    assert requirement in judge.check_refusal(operation, refusal(operation), version=VERSION).judged


def test_refusal_by_status_is_seen_beside_user_errors_only() -> None:
    found = judge.check_refusal("close", refusal("close"), version=VERSION, status=422).findings
    assert [one.requirement for one in found] == ["FO-GQL-STATUS-200"]
    top_level = {"data": {"fulfillmentOrderClose": None}, "errors": [{"message": "Invalid id"}]}
    assert judge.check_refusal("close", top_level, version=VERSION, status=200).findings == []
    assert judge.check_refusal("close", {"errors": "no"}, version=VERSION).judged == frozenset()


def test_findings_end() -> None:
    body = changed(*NODE, "lineItems", "nodes", [7] * 10_000)
    assert len(findings(body)) == 20


@pytest.mark.parametrize("version", graphql_documents.versions())
def test_what_is_judged_is_in_the_register(version: str) -> None:
    known = load().requirements
    for operation in OPERATIONS:
        found = judge.compare(operation, sample(operation, version), version=version).judged
        assert judge.OPERATIONS[operation] in found
        assert found <= known.keys()
        assert all("graphql" in known[name].transports for name in found)


def test_unknown_operation_is_named() -> None:
    with pytest.raises(judge.UnknownMutationError, match="'levitate'"):
        judge.check_answer("levitate", {}, version=VERSION)


@pytest.mark.parametrize(("file", "operation"), [("S1/close-1.json", "close"), ("S3/reject-1.json", "reject")])
def test_documented_response_breaks_nothing_that_it_shows(file: str, operation: str) -> None:
    """The page asks for three fields; what else the document asks for is missing, and nothing else is wrong."""
    stored = json.loads((paths.fixtures() / file).read_text())
    data = copy.deepcopy(_response(stored))
    found = judge.check_answer(operation, {"data": data}, version=VERSION)
    assert found
    assert {one.received for one in found} == {"nothing: the field is missing"}


def _response(stored: Any) -> Any:
    """Find the documented data in a fixture, whatever stands around it."""
    if isinstance(stored, dict):
        for key, value in stored.items():
            if key.startswith("fulfillmentOrder") and isinstance(value, dict) and "userErrors" in value:
                return {key: value}
        for value in stored.values():
            found = _response(value)
            if found:
                return found
    return None


@pytest.mark.parametrize(
    ("text", "data", "found"),
    [
        ('{ node(id: "gid://shopify/FulfillmentOrder/1") { id } }', {"node": {"id": "x"}}, []),
        ('{ node(id: "gid://shopify/FulfillmentOrder/1") { id } }', {"node": None}, []),
        ('{ nodes(ids: ["gid://shopify/Order/1"]) { id } }', {"nodes": [{"id": "x"}, None]}, []),
        ('{ node(id: "gid://shopify/FulfillmentOrder/1") { id } }', {"node": 7}, ["data.node"]),
    ],
)
def test_what_stands_for_an_interface_is_an_object(text: str, data: Any, found: list[str]) -> None:
    document = graphql_documents.query(text, VERSION)
    assert document is not None
    assert [finding.path for finding in judge.check_query(document, {"data": data}).findings] == found
