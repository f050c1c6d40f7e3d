"""The record of requests: each submission adds its own, keeps the others, and shows nowhere else."""

from dataclasses import replace

import pytest
from looks import NOW, answer, at, broken, order, picture

from fulfillspec.evidence.observation import FulfillmentOrder, Request
from fulfillspec.judge import requests

FIRST = Request("fulfillment_request", "First.", notify_customer=True, sent_at=at(NOW))
SECOND = Request("fulfillment_request", "Second.", notify_customer=False, sent_at=at(NOW))


def submitted(*listed: Request, request_status: str = "submitted") -> FulfillmentOrder:
    return order(request_status=request_status, requests=listed)


def step(was: FulfillmentOrder, shown: FulfillmentOrder, now: FulfillmentOrder, transport: str = "rest") -> set[str]:
    told = answer("submit", shown=[("submitted", shown)], transport=transport, message="Second.", notify_customer=False)
    return broken(requests.of_step(told, picture(was), picture(now), requests.Answered()))


def test_request_that_is_added_is_as_it_has_to_be() -> None:
    was, now = submitted(FIRST, request_status="rejected"), submitted(FIRST, SECOND)
    assert step(was, now, now) == step(was, now, now, "graphql") == set()
    assert step(was, submitted(SECOND, FIRST), submitted(SECOND, FIRST)) == set(), "no document tells the order"


def test_two_observations_tell_of_the_same_requests_or_one_of_fewer() -> None:
    brief = Request("fulfillment_request", "First.")
    for one, other in (([FIRST], [FIRST]), ([FIRST], [FIRST, SECOND]), ([], [SECOND]), ([brief], [FIRST, SECOND])):
        for pair in ((submitted(*one), submitted(*other)), (submitted(*other), submitted(*one))):
            assert requests.contradicting(*pair) is None
    found = requests.contradicting(submitted(FIRST), submitted(Request("fulfillment_request", None), SECOND))
    assert found is not None
    assert found[0].startswith("fulfillment_request: 'First.', notify_customer true, sent_at 2026")
    assert found[1] == "fulfillment_request: no message, notify_customer nothing, sent_at nothing"


@pytest.mark.parametrize("listed", [(FIRST, SECOND), (SECOND, FIRST)], ids=["oldest first", "newest first"])
def test_request_that_is_new_is_told_apart_by_what_was_there(listed: tuple[Request, ...]) -> None:
    def shown(was: FulfillmentOrder | None) -> Request | None:
        told = answer("submit", shown=[("submitted", submitted(*listed))], message="Second.")
        return requests.newest(told, was, "fulfillment_request")

    assert shown(submitted(FIRST)) == shown(None) == SECOND
    assert shown(submitted(SECOND)) == FIRST, "what is new need not be what was sent"
    assert requests.newest(answer("submit", message="Second."), None, "fulfillment_request") is None


@pytest.mark.parametrize(("transport", "found"), [("rest", set()), ("graphql", {"FO-REQUEST-KEPT"})])
def test_list_that_is_empty_later_is_a_reading_of_rest_alone(transport: str, found: set[str]) -> None:
    assert step(submitted(FIRST), submitted(FIRST, SECOND), submitted(), transport) - {"FO-REQUEST-RECORDED"} == found


def test_list_that_is_empty_once_answered_is_a_reading_where_it_always_is() -> None:
    was, reading = submitted(FIRST), requests.Answered()
    told = answer("accept", transport="graphql")

    def accepted(*listed: Request) -> set[str]:
        now = submitted(*listed, request_status="accepted")
        return broken(requests.of_step(told, picture(was), picture(now), reading))

    assert accepted() == set()
    assert accepted(FIRST) == set()
    assert accepted() == {"FO-REQUEST-KEPT"}


def test_answer_without_the_request_is_a_deviation() -> None:
    assert "FO-REQUEST-RECORDED" in step(order(), submitted(), submitted())
    rejected = submitted(FIRST, request_status="rejected")
    assert "FO-REQUEST-RECORDED" in step(rejected, submitted(FIRST), submitted(FIRST))


def test_request_that_is_sent_again_while_it_waits_may_be_the_same_or_another() -> None:
    """What is made of it no document says; two are more than one was sent."""
    for now in (submitted(FIRST), submitted(FIRST, SECOND)):
        assert step(submitted(FIRST), now, now) == step(submitted(FIRST), now, now, "graphql") == set()
    twice = submitted(FIRST, SECOND, SECOND)
    assert "FO-REQUEST-RECORDED" in step(submitted(FIRST), twice, twice)


def test_earlier_request_that_goes_or_changes_is_a_deviation() -> None:
    assert "FO-REQUEST-KEPT" in step(submitted(FIRST), submitted(SECOND), submitted(SECOND))
    other = Request("fulfillment_request", "Second.", notify_customer=True, sent_at=at(NOW))
    assert "FO-REQUEST-KEPT" in step(submitted(FIRST), submitted(other, SECOND), submitted(other, SECOND))


def test_request_is_recorded_once() -> None:
    twice = submitted(FIRST, SECOND, SECOND)
    assert "FO-REQUEST-RECORDED" in step(submitted(FIRST), twice, twice)


def test_what_a_dialect_leaves_out_is_no_difference() -> None:
    was = submitted(Request("fulfillment_request", "First."), request_status="rejected")
    assert step(was, submitted(FIRST, SECOND), submitted(Request("fulfillment_request", "First."), SECOND)) == set()


def test_message_and_options_of_the_first_request_are_not_those_of_the_second() -> None:
    stale = Request("fulfillment_request", "First.", notify_customer=True, sent_at=at(NOW))
    now = submitted(FIRST, stale)
    assert step(submitted(FIRST), now, now) == {"FO-SUBMIT-MESSAGE", "FO-SUBMIT-NOTIFY-CUSTOMER"}


@pytest.mark.parametrize("sent", ["1970-01-01T00:00:00Z", "2026-03-02T12:00:00Z", "2026-03-01T07:00:00Z"])
def test_request_is_sent_now(sent: str) -> None:
    now = submitted(Request("fulfillment_request", "Second.", notify_customer=False, sent_at=at(sent)))
    assert step(order(), now, now) == {"FO-REQUEST-SENT-AT"}


def test_either_clock_will_do() -> None:
    shown = submitted(Request("fulfillment_request", None, sent_at=at("2026-03-01T18:00:00Z")))
    told = answer("submit", shown=[("submitted", shown)], date="Sun, 01 Mar 2026 18:00:01 GMT")
    assert broken(requests.of_step(told, picture(order()), picture(shown), requests.Answered())) == set()


def test_request_shows_on_no_other_fulfillment_order() -> None:
    now, rest = submitted(SECOND), order("2", requests=(SECOND,))
    told = answer("submit", shown=[("submitted", now), ("unsubmitted", rest)], message="Second.", notify_customer=False)
    found = broken(requests.of_step(told, picture(order()), picture(now, rest), requests.Answered()))
    assert found == {"FO-REQUEST-OWN"}


@pytest.mark.parametrize("listed", [(FIRST,), (FIRST, SECOND)], ids=["as before", "with the new one"])
def test_request_for_a_part_may_stand_on_a_new_fulfillment_order(listed: tuple[Request, ...]) -> None:
    """Up to 2022-10 the samples close the original, and the submitted one is new."""
    was, now = order(requests=(FIRST,)), order(status="closed", requests=listed)
    apart = replace(submitted(SECOND), id="2")
    told = answer("submit", shown=[("submitted", apart)], message="Second.", notify_customer=False)
    seen = requests.of_step(told, picture(was), picture(now, apart), requests.Answered())
    assert broken(seen) == set()
