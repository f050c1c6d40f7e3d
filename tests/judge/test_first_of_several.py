"""Where several things deviate the first one is told in words, and all of them field by field."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from looks import NOW, answer, at, order, picture

from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder, Line, Request
from fulfillspec.judge import equivalence, invariants, lasting, meaning, requests, sources, times
from fulfillspec.judge.finding import Finding
from fulfillspec.judge.standing import Standing
from fulfillspec.wire.answer import Answer, Ask

LINES = (Line("10", "100", 2, 2, "1"), Line("11", "101", 2, 2, "1"), Line("12", "102", 2, 2, "1"))
LESS = tuple(replace(line, quantity=1, remaining=1) for line in LINES)
MORE = tuple(replace(line, quantity=3, remaining=3) for line in LINES)
WHOLE = order(lines=LINES)
LATER, SOONER = at(NOW) + timedelta(minutes=1), at(NOW) - timedelta(minutes=1)
FIRST = Request("fulfillment_request", "First.", sent_at=at(NOW))
SECOND, THIRD = replace(FIRST, message="Second."), replace(FIRST, message="Third.")


def asked(*listed: Request, pair: str = "submitted", **changed: Any) -> FulfillmentOrder:
    return order(request_status=pair, requests=listed, **changed)


def done(operation: str, was: Any, now: Any, target: str = "1", **shown: Any) -> tuple[Answer, Any, Any]:
    told = answer(operation, target, shown=shown.items())
    before, after = (each if hasattr(each, "orders") else picture(each) for each in (was, now))
    return told, before, after


def kept(operation: str, was: Any, now: Any, **shown: Any) -> Iterable[Finding]:
    return requests.of_step(*done(operation, was, now, **shown), requests.Answered(keeps_listing=True))


def submitted(shown: FulfillmentOrder, was: FulfillmentOrder) -> Iterable[Finding]:
    told = answer("submit", shown=[("submitted", shown)], message="Wanted.", notify_customer=False)
    return requests.of_step(told, picture(was), picture(shown), requests.Answered())


CHANGED = order(status="closed", order_id="8", lines=LESS)
CASES: dict[str, tuple[Callable[[], Iterable[Finding]], str, str, int]] = {
    "refusal that changed much": (
        lambda: [invariants.of_refusal(picture(WHOLE), picture(CHANGED))],
        "FO-ERR-UNCHANGED",
        "1.status: open became closed",
        5,
    ),
    "units of three line items": (
        lambda: invariants.of_step(*done("hold", WHOLE, order(lines=LESS))),
        "FO-INV-QUANTITY",
        "units of line item 100: 2 before, 1 after",
        3,
    ),
    "units of the last line item": (
        lambda: invariants.of_step(*done("hold", WHOLE, order(lines=(*LINES[:2], LESS[2])))),
        "FO-INV-QUANTITY",
        "units of line item 102: 2 before, 1 after",
        1,
    ),
    "a line item that comes": (
        lambda: invariants.of_step(*done("hold", order(lines=LINES[:1]), WHOLE)),
        "FO-INV-QUANTITY",
        "units of line item 101: 0 before, 2 after",
        2,
    ),
    "a line item that goes": (
        lambda: invariants.of_step(*done("hold", WHOLE, order(lines=LINES[:1]))),
        "FO-INV-QUANTITY",
        "units of line item 101: 2 before, 0 after",
        2,
    ),
    "more of three after a cancellation": (
        lambda: invariants.of_step(*done("accept_cancellation", WHOLE, order(lines=MORE))),
        "FO-INV-QUANTITY",
        "line item 100: 2 units before, 3 after",
        3,
    ),
    "a line item that comes with a cancellation": (
        lambda: invariants.of_step(*done("accept_cancellation", order(lines=LINES[1:2]), WHOLE)),
        "FO-INV-QUANTITY",
        "line item 100: 0 units before, 2 after",
        2,
    ),
    "answer and look differ in much": (
        lambda: invariants.of_step(*done("close", WHOLE, WHOLE, fulfillment_order=CHANGED)),
        "FO-INV-OBSERVERS",
        "status: the answer says closed, the look open",
        5,
    ),
    "identity in three parts": (
        lambda: invariants.of_step(
            *done("close", WHOLE, replace(WHOLE, created_at=LATER, updated_at=LATER, order_id="8", shop_id="4"))
        ),
        "FO-INV-IDS",
        f"now {LATER.isoformat()}",
        2,
    ),
    "sibling that changed much": (
        lambda: invariants.of_step(
            *done(
                "close",
                picture(order("7"), WHOLE),
                picture(order("7"), replace(WHOLE, status="closed", order_id="8")),
                "7",
            )
        ),
        "FO-INV-SIBLINGS",
        "status: open became closed",
        2,
    ),
    "more left than ordered of two": (
        lambda: invariants.of_order(order(lines=tuple(replace(line, remaining=5) for line in LINES)), None),
        "FO-INV-RANGE",
        "fulfillment order 1 shows 5 of 2",
        3,
    ),
    "strangers": (
        lambda: invariants.of_order(order(lines=tuple(replace(line, parent=line.id) for line in LINES)), None),
        "FO-INV-PARENT",
        "line items 10, 11, 12 name another",
        3,
    ),
    "what is left of two": (
        lambda: lasting.of_step(*done("close", WHOLE, order(lines=LESS)), requests.Answered()),
        "FO-INV-QUANTITY",
        "line item 100: 2 before, 1 after",
        0,
    ),
    "more to do of what is completed": (
        lambda: meaning.of_step(
            *done(
                "move",
                order(status="closed", lines=tuple(replace(line, remaining=0) for line in LINES)),
                picture(order("2", lines=LINES[1:]), order(status="closed", lines=())),
            )
        ),
        "FO-INV-QUANTITY",
        "line item 101: 0 left before, 2 after",
        0,
    ),
    "two requests are lost": (
        lambda: kept("close", asked(FIRST, SECOND, THIRD), asked(THIRD)),
        "FO-REQUEST-KEPT",
        "it shows fulfillment_request: 'Third.'",
        0,
    ),
    "two requests of a sibling": (
        lambda: kept(
            "submit",
            picture(order(), asked(pair="unsubmitted", id="2")),
            picture(asked(THIRD), asked(FIRST, SECOND, id="2")),
            submitted=asked(THIRD),
        ),
        "FO-REQUEST-OWN",
        "it shows 'First.'",
        0,
    ),
    "two requests of a replacement": (
        lambda: kept("cancel", asked(), picture(asked(), asked(FIRST, SECOND, id="2"))),
        "FO-REQUEST-OWN",
        "it shows fulfillment_request: 'First.'",
        0,
    ),
    "two requests more": (
        lambda: kept("close", asked(FIRST), asked(FIRST, SECOND, THIRD)),
        "FO-REQUEST-RECORDED",
        "2 more than before",
        0,
    ),
    "two requests none of which was sent": (
        lambda: submitted(asked(SECOND, THIRD), order()),
        "FO-SUBMIT-MESSAGE",
        "fulfillment_request: 'Third.'",
        0,
    ),
    "requests none of which is new": (
        lambda: submitted(asked(FIRST, SECOND), asked(FIRST, SECOND, pair="rejected")),
        "FO-REQUEST-RECORDED",
        "2 requests, none of them new",
        0,
    ),
    "no request at all": (lambda: submitted(asked(), order()), "FO-REQUEST-RECORDED", "no request", 0),
    "options of two requests": (
        lambda: submitted(
            asked(replace(FIRST, message="Wanted.", notify_customer=True), replace(SECOND, notify_customer=True)),
            order(),
        ),
        "FO-SUBMIT-NOTIFY-CUSTOMER",
        "true",
        0,
    ),
    "elements twice": (
        lambda: [sources.once("1", {"holds": ["a", "b", "b", "c", "a"], "lines": ["x", "x"]})],
        "FO-INV-ONCE",
        "a, b twice",
        0,
    ),
    "lists of two transports": (
        lambda: equivalence.of_pictures(picture(order("3"), order("2")), picture(order("1")), ("rest", "graphql")),
        "FO-EQ-IDS",
        "only one of them shows 1, 2, 3",
        0,
    ),
    "variant and inventory item of two": (
        lambda: sources.of_order(
            order(lines=(replace(LINES[0], variant_id="8"), replace(LINES[1], variant_id="9"))),
            answer("get"),
            sources.Known(items={"100": ("200", "300"), "101": ("9", "300")}),
        ),
        "FO-INV-ITEM",
        "8",
        0,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_first_is_told_in_words_and_all_by_their_fields(case: str) -> None:
    findings, requirement, received, fields = CASES[case]
    found = next(one for one in findings() if one.requirement == requirement and not one.holds)
    assert (found.received, len(found.diff)) == (received, fields)


def test_a_lost_request_is_named_before_the_others() -> None:
    (found,) = [one for one in kept("close", asked(FIRST, SECOND, THIRD), asked(THIRD)) if not one.holds]
    assert found.documented == "after close fulfillment order 1 still shows the request fulfillment_request: 'First.'"


@pytest.mark.parametrize("errors", [{}, {"errors": ""}, {"errors": [], "error": ""}, {"errors": 5, "error": 5}])
def test_refusal_that_says_nothing_is_one_finding(errors: dict[str, Any]) -> None:
    exchange = Exchange(
        1, NOW, "", "merchant", "rest", "accept", "act", "POST", "/", status=422,
        headers={"content-type": "application/json"}, data=errors,
    )  # fmt: skip
    told = Answer(Ask("accept", "1"), "merchant", "rest", exchange, "refused", body=errors)
    found = [one for one in Standing("rest", "2025-10").of_answer(told) if one.requirement == "FO-ERR-READABLE"]
    assert [one.holds for one in found] == [False]
    if errors:
        assert found[0].documented == "a sentence, a non-empty list or a non-empty object that says why"


@pytest.mark.parametrize("transport", ["graphql", "rest"])
@pytest.mark.parametrize("operation", ["submit", "submit_cancellation"])
def test_answer_shows_the_request_by_the_row_of_its_operation(operation: str, transport: str) -> None:
    """No sample shows what REST answers to a cancellation request: there the row is that of its message."""
    slot = "submitted" if operation == "submit" else "fulfillment_order"
    told = answer(operation, shown=[(slot, asked())], transport=transport)
    seen = list(requests.of_step(told, picture(order()), picture(asked()), requests.Answered()))
    message = (operation, transport) == ("submit_cancellation", "rest")
    row = "FO-CANCELLATION-MESSAGE" if message else "FO-REQUEST-RECORDED"
    assert next(one.requirement for one in seen if not one.holds) == row


@pytest.mark.parametrize(
    ("sent", "shown", "holds"),
    [
        (True, [True], True),
        (True, [False], False),
        (False, [False], True),
        (False, [True], False),
        (None, [False], True),
        (None, [True], False),
        (True, [False, True], True),
        (True, [None], None),
        (None, [], None),
    ],
)
def test_customer_is_notified_as_was_asked_for(
    shown: list[bool | None], *, sent: bool | None, holds: bool | None
) -> None:
    rows = [replace(FIRST, notify_customer=value) for value in shown] or [FIRST]
    given: dict[str, Any] = {} if sent is None else {"notify_customer": sent}
    told = answer("submit", shown=[("submitted", asked(*rows))], message="First.", **given)
    name = "FO-SUBMIT-NOTIFY-CUSTOMER" + ("-DEFAULT" if sent is None else "")
    seen = requests.of_step(told, picture(order()), picture(asked(*rows)), requests.Answered())
    assert [one.holds for one in seen if "NOTIFY" in one.requirement] == ([] if holds is None else [holds])
    assert {one.requirement for one in seen if "NOTIFY" in one.requirement} <= {name}


@pytest.mark.parametrize(
    ("was", "shown", "found"),
    [
        ([SOONER], [SOONER, LATER], [True]),
        ([SOONER], [LATER, SOONER], [True]),
        ([SOONER], [SOONER, at(NOW)], [False]),
        ([SOONER], [SOONER, SOONER], [False]),
        ([SOONER], [LATER], []),
        ([], [LATER, SOONER], [True]),
        ([], [SOONER], [False]),
        ([], [None], []),
        ([], [], []),
    ],
)
@pytest.mark.parametrize("operation", ["accept", "submit", "submit_cancellation", "reject"])
def test_request_is_sent_after_the_last_change_where_its_answer_shows_it(
    operation: str, was: list[Any], shown: list[Any], found: list[bool]
) -> None:
    """Only what asks for something sends a request; one that was there before is not the one that was sent."""
    before = order(updated_at=at(NOW), requests=tuple(replace(FIRST, sent_at=sent) for sent in was))
    now = order(
        status="in_progress", request_status="accepted", updated_at=LATER,
        requests=tuple(replace(FIRST, sent_at=sent) for sent in shown),
    )  # fmt: skip
    slot = "submitted" if operation == "submit" else "fulfillment_order"
    told = answer(operation, shown=[(slot, now)])
    looked = replace(picture(before), seen=SOONER - times.STOOD)
    seen = [one for one in times.of_change(told, looked, picture(now)) if one.requirement == "FO-REQUEST-SENT-AT"]
    assert [one.holds for one in seen] == (found if operation.startswith("submit") else [])
    unknown = replace(looked, orders={"1": replace(before, updated_at=None)})
    assert list(times.of_change(told, unknown, picture(now))) == []


NONE = Line("13", "103", 0, 0, "1")
"""A line item of no units."""


@pytest.mark.parametrize(("was", "now"), [((), (NONE,)), ((NONE,), ()), ((NONE,), (NONE,))])
def test_line_item_of_no_units_is_none(was: tuple[Line, ...], now: tuple[Line, ...]) -> None:
    """It may come and go, and is not told among those whose units changed."""

    def told(operation: str, before: tuple[Line, ...], after: tuple[Line, ...], **changed: Any) -> list[Finding]:
        steps = done(operation, order(lines=(*before, *was), **changed), order(lines=(*after, *now), **changed))
        return [
            *invariants.of_step(*steps), *lasting.of_step(*steps, requests.Answered()), *meaning.of_step(*steps),
        ]  # fmt: skip

    quantity = "FO-INV-QUANTITY"
    for operation in ("hold", "close", "accept_cancellation", "move"):
        assert quantity not in {one.requirement for one in told(operation, LINES, LINES) if not one.holds}
    held = next(one for one in told("hold", LINES, LESS) if one.requirement == quantity and not one.holds)
    assert [row.path for row in held.diff] == [f"units of line item {item}" for item in (100, 101, 102)]
    doubled = next(one for one in told("accept_cancellation", LINES, MORE) if not one.holds)
    assert len(doubled.diff) == 3
    finished = tuple(replace(line, remaining=0) for line in LINES)
    completed = told("move", finished, finished, status="closed")
    assert [one.holds for one in completed if one.requirement == quantity] == [True]
