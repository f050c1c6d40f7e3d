"""A global id goes back to the target as the target told it; one that it never told has the form of the others."""

import json
from typing import Any

from fulfillspec.evidence.global_ids import GlobalIds
from fulfillspec.evidence.log import Evidence, Exchange
from fulfillspec.evidence.observation import digits
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.wire.answer import Ask
from fulfillspec.wire.graphql import GraphQL

PLAIN = "gid://shopify/FulfillmentOrder/5"
TOLD = "gid://shopify/FulfillmentOrder/5?shard=2"


def told(*ids: str) -> GlobalIds:
    known = GlobalIds()
    known.learn({"data": {"nodes": [{"id": identity} for identity in ids]}})
    return known


def test_what_the_target_added_to_an_id_is_sent_back() -> None:
    known = told(TOLD, "gid://mock/Location/7")
    given = {"id": PLAIN, "rows": [{"to": "gid://shopify/Location/7", "other": "gid://shopify/Location/8"}]}
    rows = [{"to": "gid://mock/Location/7", "other": "gid://shopify/Location/8"}]
    assert known.as_told(given) == {"id": TOLD, "rows": rows}


def test_the_type_of_an_id_counts_and_the_last_word_holds() -> None:
    assert told(TOLD).as_told("gid://shopify/Order/5") == "gid://shopify/Order/5"
    assert told(TOLD, f"{PLAIN}?shard=3").as_told(PLAIN) == f"{PLAIN}?shard=3"
    assert told(TOLD, PLAIN).as_told(TOLD) == PLAIN


def test_one_that_was_never_told_takes_the_form_of_the_others_of_its_type() -> None:
    known = told("gid://shopify/Order/1?s=1", "gid://shopify/Order/2?s=1")
    assert known.as_told("gid://shopify/Order/3") == "gid://shopify/Order/3?s=1"
    assert known.as_told("gid://shopify/Location/3") == "gid://shopify/Location/3"
    known.learn("gid://shopify/Order/4?s=2")
    assert known.as_told("gid://shopify/Order/3") == "gid://shopify/Order/3"


def test_id_that_ends_in_a_word_is_known_by_it() -> None:
    word = "gid://shopify/FulfillmentOrder/Fo-7f.x_2"
    assert digits(word) == "Fo-7f.x_2"
    assert told(word).as_told(word) == word
    assert [digits(other) for other in ("gid://shopify/Order/", "gid://shopify/Order/a b", "abc", "", "a/b")] == [
        None
    ] * 5


def test_text_that_only_speaks_of_an_id_is_none() -> None:
    assert told(f"Invalid id: {TOLD}", f"{TOLD} is unknown").as_told(PLAIN) == PLAIN
    assert told(TOLD).as_told(f"see {PLAIN}") == f"see {PLAIN}"


def test_an_operation_travels_with_the_id_that_an_earlier_answer_told() -> None:
    evidence = Evidence(None, Redactor())

    class Target:
        """Answers every document with the id in its own form."""

        def __init__(self) -> None:
            self.sent: list[Any] = []

        def send(self, method: str, path: str, **request: Any) -> Exchange:
            self.sent.append(request["json"]["variables"])
            return evidence.record(
                actor="merchant",
                transport=request["transport"],
                operation=request["operation"],
                method=method,
                url=path,
                status=200,
                body=json.dumps(answer := {"data": {"fulfillmentOrder": {"id": TOLD, "status": "OPEN"}}}),
                data=answer,
            )

    target = Target()
    graphql = GraphQL({"merchant": target}, "2025-10", ids=evidence.ids)
    seen = [graphql.perform("merchant", Ask("get", "5")).order for _ in range(2)]
    assert [order.id if order else None for order in seen] == ["5", "5"]
    assert [given["id"] for given in target.sent] == [PLAIN, TOLD]
