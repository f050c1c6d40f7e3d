"""What a target's GraphQL schema lacks: noticed, named once, left out from then on, and read again from the evidence."""

from typing import Any

import pytest
from graphql import GraphQLObjectType
from graphql_answers import VERSION, Target, exchange, sample

from fulfillspec.documents import graphql_documents
from fulfillspec.judge import graphql as judge
from fulfillspec.judge.standing import of_gap
from fulfillspec.wire.answer import Ask
from fulfillspec.wire.gaps import Gap, Gaps, missing
from fulfillspec.wire.graphql import GraphQL

FIELD = "FulfillmentHold.displayReason"
RUBY = {
    "message": "Field 'displayReason' doesn't exist on type 'FulfillmentHold'",
    "extensions": {"code": "undefinedField", "typeName": "FulfillmentHold", "fieldName": "displayReason"},
}


def fields_of(type_name: str) -> dict[str, Any]:
    found = graphql_documents.schema(VERSION).type_map[type_name]
    assert isinstance(found, GraphQLObjectType)
    return dict(found.fields)


def refused(*errors: Any) -> dict[str, Any]:
    return {"errors": list(errors)}


@pytest.mark.parametrize(
    ("error", "names"),
    [
        (RUBY, [FIELD]),
        ({"message": RUBY["message"]}, [FIELD]),
        ({"message": 'Cannot query field "displayReason" on type "FulfillmentHold". Did you mean "reason"?'}, [FIELD]),
        ({"message": "Field 'order' doesn't accept argument 'id'"}, ["order(id:)"]),
        ({"message": 'Unknown argument "id" on field "QueryRoot.order".'}, ["order(id:)"]),
        ({"message": "Access denied for fulfillmentOrder field.", "extensions": {"code": "ACCESS_DENIED"}}, []),
        ("no object", []),
    ],
)
def test_errors_of_every_style_name_what_is_missing(error: Any, names: list[str]) -> None:
    assert list(missing(exchange(refused(error)))) == names


def test_document_that_was_executed_tells_of_no_gap() -> None:
    assert list(missing(exchange({"data": {"order": None}, "errors": [RUBY]}))) == []


def test_field_is_left_out_and_the_document_sent_again() -> None:
    target = Target(refused(RUBY), sample("get"), sample("get"))
    transport = GraphQL({"merchant": target}, VERSION)
    answer = transport.perform("merchant", Ask("get", "1"))
    assert answer.accepted
    assert answer.gaps == ((FIELD, 1, "get"),)
    assert answer.without == {FIELD}
    sent = [one["json"]["query"] for one in target.sent]
    assert "displayReason" in sent[0]
    assert sent[1] == sent[0].replace("      displayReason\n", "").replace("    displayReason\n", "")
    assert transport.perform("merchant", Ask("get", "1")).gaps == ()
    assert len(target.sent) == 3


def test_target_that_refuses_alike_whatever_is_left_out_is_not_asked_for_ever() -> None:
    target = Target(respond=lambda *_: refused(RUBY))
    answer = GraphQL({"merchant": target}, VERSION).perform("merchant", Ask("get", "1"))
    assert answer.refused
    assert len(target.sent) == 2


def test_field_that_holds_what_was_asked_for_stays() -> None:
    name = "QueryRoot.fulfillmentOrder"
    whole = graphql_documents.document("get", VERSION)
    assert graphql_documents.document("get", VERSION, frozenset({name})).text == whole.text


def test_object_whose_fields_are_all_missing_goes_as_a_whole() -> None:
    whole = graphql_documents.document("get", VERSION)
    fields = {f"FulfillmentHold.{name}" for name in fields_of("FulfillmentHold")}
    document = graphql_documents.document("get", VERSION, frozenset(fields))
    assert "fulfillmentHolds" in whole.text
    assert "fulfillmentHolds" not in document.text


@pytest.mark.parametrize("name", [FIELD, "FulfillmentOrder.fulfillBy", "fulfillmentOrders(first:)"])
def test_what_was_left_out_is_read_from_the_document_that_was_sent(name: str) -> None:
    document = graphql_documents.document("list", VERSION, frozenset({name}))
    assert graphql_documents.left_out_of(document.text, "list", VERSION) == frozenset({name})


@pytest.mark.parametrize("text", ["{ shop { name } }", "no document", "query { order(id: 1) { id } }"])
def test_other_document_is_none_of_ours(text: str) -> None:
    assert graphql_documents.left_out_of(text, "list", VERSION) is None


def test_field_that_was_left_out_is_not_missed_in_the_answer() -> None:
    body = sample("get")
    body["data"]["fulfillmentOrder"].pop("fulfillBy")
    assert [one.path for one in judge.compare("get", body, version=VERSION).findings] != []
    without = frozenset({"FulfillmentOrder.fulfillBy"})
    assert judge.compare("get", body, version=VERSION, without=without).findings == []


def test_missing_name_breaks_the_row_of_its_type() -> None:
    assert judge.requirement_of("FulfillmentOrderLineItem.sku", "get") == "FO-GQL-LINE-ITEM"
    assert judge.requirement_of("FulfillmentOrder.supportedActions", "get") == "FO-GQL-SUPPORTED-ACTIONS"
    assert judge.requirement_of(FIELD, "list") == "FO-GQL-FULFILLMENT-ORDER"
    assert judge.requirement_of("fulfillmentOrderClose(message:)", "close") == "FO-GQL-CLOSE-PAYLOAD"
    assert judge.requirement_of("ProductVariant.title", "create_product") is None


def test_gaps_are_told_once() -> None:
    gaps = Gaps()
    assert gaps.learn(exchange(refused(RUBY)))
    assert not gaps.learn(exchange(refused(RUBY)))
    assert [(gap.name, gap.exchange) for gap in gaps.drain()] == [(FIELD, 1)]
    assert gaps.drain() == ()


def test_gap_belongs_to_the_operation_that_met_it() -> None:
    unknown = "Mutation.webhookSubscriptionCreate"
    assert list(of_gap(Gap(unknown, 1, "subscribe"), VERSION)) == []
    found = [finding.requirement for finding in of_gap(Gap("fulfillmentOrderClose(message:)", 1, "close"), VERSION)]
    assert found == ["FO-GQL-CLOSE-PAYLOAD"]


def test_fragment_that_nothing_spreads_any_more_goes_too() -> None:
    document = graphql_documents.document("get", VERSION, frozenset({"FulfillmentOrder.lineItems"}))
    assert "lineItems" not in document.text
    assert "fragment LineItemFields" not in document.text


def test_document_of_which_too_little_would_be_left_stays_whole() -> None:
    fields = fields_of("FulfillmentOrder")
    everything = frozenset(f"FulfillmentOrder.{name}" for name in fields)
    assert (
        graphql_documents.document("get", VERSION, everything).text == graphql_documents.document("get", VERSION).text
    )
