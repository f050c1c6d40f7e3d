import pytest

from fulfillspec.evidence.observation import Request, prose
from fulfillspec.wire import nodes, rest

FORMS = ["one\ntwo", "one\r\ntwo", "one\rtwo"]


@pytest.mark.parametrize("text", FORMS, ids=["line feed", "both", "carriage return"])
def test_ends_of_lines_are_one_whatever_form_they_have(text: str) -> None:
    assert prose(text) == "one\ntwo"
    assert Request.of("fulfillment_request", text, None).message == "one\ntwo"


def test_lines_that_became_one_are_not_several() -> None:
    assert prose("one two") != prose("one\ntwo")


def test_what_is_no_text_is_none() -> None:
    assert prose(None) is None
    assert prose(7) is None


def test_notes_of_a_hold_are_read_alike_over_either_transport() -> None:
    over_rest = rest.observe({"id": 1, "fulfillment_holds": [{"reason": "other", "reason_notes": "one\r\ntwo"}]})
    over_graphql = nodes.observe(
        {
            "id": "gid://shopify/FulfillmentOrder/1",
            "fulfillmentHolds": [{"reason": "OTHER", "reasonNotes": "one\r\ntwo"}],
        }
    )
    for seen in (over_rest, over_graphql):
        assert seen is not None
        assert [hold.notes for hold in seen.holds or ()] == ["one\ntwo"]
