"""What the judges of requests and of two transports say of each deviation: the requirement, what is documented, what came."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from looks import NOW, RecordedAnswer, answer, at, order, picture, told_of

from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line, Picture, Request
from fulfillspec.judge import equivalence, requests
from fulfillspec.judge.finding import Finding

LATER = at(NOW) + timedelta(minutes=1)
FIRST = Request("fulfillment_request", "First.", notify_customer=True, sent_at=at(NOW))
SECOND = replace(FIRST, message="Second.", notify_customer=False)
OLD = replace(SECOND, sent_at=at("1970-01-01T00:00:00Z"))
NAMES = ("rest", "graphql")
PLAIN = order()
LINE = PLAIN.lines[0]


def asked(*requests_: Request, pair: str = "submitted") -> FulfillmentOrder:
    return order(request_status=pair, requests=requests_)


def submitted(
    was: FulfillmentOrder, shown: FulfillmentOrder, now: FulfillmentOrder | Picture, operation: str = "submit"
) -> Iterable[Finding]:
    slot = "submitted" if operation == "submit" else "fulfillment_order"
    told = answer(operation, shown=[(slot, shown)], message="Second.", notify_customer=False)
    after = now if isinstance(now, Picture) else picture(now)
    return requests.of_step(told, picture(was), after, requests.Answered())


SINS: dict[str, tuple[Callable[[], Iterable[Finding]], RecordedAnswer]] = {
    "no request shown": (
        lambda: submitted(PLAIN, asked(), asked()),
        [("FO-REQUEST-RECORDED", "the answer to submit shows the request", "no request", ())],
    ),
    "only the earlier request shown": (
        lambda: submitted(asked(FIRST, pair="rejected"), asked(FIRST), asked(FIRST)),
        [
            ("FO-REQUEST-RECORDED", "the answer to submit shows the request", "1 requests, none of them new", ()),
            (
                "FO-REQUEST-RECORDED",
                "submit adds 1 request to the list of fulfillment order 1",
                "0 more than before",
                (),
            ),
        ],
    ),
    "another message": (
        lambda: submitted(asked(), asked(FIRST), asked(FIRST)),
        [
            (
                "FO-SUBMIT-MESSAGE",
                "the request is of the kind fulfillment_request with the message 'Second.'",
                "fulfillment_request: 'First.'",
                (),
            ),
            ("FO-SUBMIT-NOTIFY-CUSTOMER", "notify_customer false", "true", ()),
        ],
    ),
    "earlier request gone": (
        lambda: submitted(asked(FIRST), asked(SECOND), asked(SECOND)),
        [
            (
                "FO-REQUEST-KEPT",
                "after submit fulfillment order 1 still shows the request fulfillment_request: 'First.'",
                "it shows fulfillment_request: 'Second.'",
                (),
            )
        ],
    ),
    "request twice": (
        lambda: submitted(asked(FIRST), asked(FIRST, SECOND, SECOND), asked(FIRST, SECOND, SECOND)),
        [("FO-REQUEST-RECORDED", "submit adds 1 request to the list of fulfillment order 1", "2 more than before", ())],
    ),
    "request on the rest": (
        lambda: submitted(PLAIN, asked(SECOND), picture(asked(SECOND), order("2", requests=(SECOND,)))),
        [("FO-REQUEST-OWN", "submit on 1 adds no request to fulfillment order 2", "it shows 'Second.'", ())],
    ),
    "sent in 1970": (
        lambda: submitted(PLAIN, asked(OLD), asked(OLD)),
        [
            (
                "FO-REQUEST-SENT-AT",
                "sent_at of the request is of now, 2026-03-01T12:00:00+00:00",
                "1970-01-01T00:00:00+00:00",
                (),
            )
        ],
    ),
    "cancellation not shown": (
        lambda: submitted(
            asked(FIRST, pair="accepted"),
            asked(FIRST, pair="cancellation_requested"),
            asked(FIRST, pair="cancellation_requested"),
            operation="submit_cancellation",
        ),
        [
            (
                "FO-CANCELLATION-MESSAGE",
                "the answer to submit_cancellation shows the request",
                "1 requests, none of them new",
                (),
            ),
            (
                "FO-REQUEST-RECORDED",
                "submit_cancellation adds 1 request to the list of fulfillment order 1",
                "0 more than before",
                (),
            ),
        ],
    ),
    "not listed over one": (
        lambda: equivalence.of_pictures(picture(PLAIN, order("2"), order("3")), picture(PLAIN), NAMES),
        [
            (
                "FO-EQ-IDS",
                "rest and graphql list the same fulfillment orders of order 9",
                "only one of them shows 2, 3",
                (),
            )
        ],
    ),
    "another state over one": (
        lambda: equivalence.of_orders(PLAIN, order(status="closed"), NAMES),
        [
            (
                "FO-EQ-STATE",
                "status/request_status of fulfillment order 1 is the same over rest and graphql",
                "rest: open/unsubmitted; graphql: closed/unsubmitted",
                (("status/request_status", "open/unsubmitted", "closed/unsubmitted"),),
            )
        ],
    ),
    "less left over one": (
        lambda: equivalence.of_orders(
            PLAIN, order(lines=(Line("10", "100", 2, 1, "1", variant_id="200", inventory_item_id="300"),)), NAMES
        ),
        [
            (
                "FO-EQ-QUANTITIES",
                "line_items quantity and what is left of fulfillment order 1 is the same over rest and graphql",
                "rest: 10: 2 of 2; graphql: 10: 1 of 2",
                (("line_items quantity and what is left", "10: 2 of 2", "10: 1 of 2"),),
            )
        ],
    ),
    "another hold over one": (
        lambda: equivalence.of_orders(order(holds=(Hold("Other", "a"),)), order(holds=(Hold("other", None),)), NAMES),
        [
            (
                "FO-EQ-HOLDS",
                "holds of fulfillment order 1 is the same over rest and graphql",
                "rest: (other, a); graphql: (other, an empty text)",
                (("holds", "(other, a)", "(other, an empty text)"),),
            )
        ],
    ),
    "changed at another time over one": (
        lambda: equivalence.of_orders(PLAIN, order(updated_at=LATER), NAMES),
        [
            (
                "FO-EQ-TIMES",
                "updated_at of fulfillment order 1 is the same over rest and graphql",
                "rest: 2026-03-01T12:00:00+00:00; graphql: 2026-03-01T12:01:00+00:00",
                (("updated_at", "2026-03-01T12:00:00+00:00", "2026-03-01T12:01:00+00:00"),),
            )
        ],
    ),
    "fewer actions over one": (
        lambda: equivalence.of_orders(order(actions=("b", "a")), order(actions=("a",)), NAMES),
        [
            (
                "FO-EQ-ACTIONS",
                "supported_actions of fulfillment order 1 is the same over rest and graphql",
                "rest: a, b; graphql: a",
                (("supported_actions", "a, b", "a"),),
            )
        ],
    ),
}


@pytest.mark.parametrize("sin", SINS)
def test_deviation_is_told_in_words_and_fields(sin: str) -> None:
    findings, told = SINS[sin]
    assert told_of(findings()) == told
