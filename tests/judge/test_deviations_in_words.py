"""Each deviation of the judges of steps in its words: the requirement, what is documented, what came, field by field."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from looks import NOW, answer, at, order, picture

from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line, Picture, Request
from fulfillspec.judge import equivalence, invariants, requests, sources
from fulfillspec.judge.finding import Finding
from fulfillspec.wire.answer import Answer

LATER = at(NOW) + timedelta(minutes=1)
FIRST = Request("fulfillment_request", "First.", notify_customer=True, sent_at=at(NOW))
SECOND = replace(FIRST, message="Second.", notify_customer=False)
NAMES = ("rest", "graphql")
PLAIN = order()
LINE = PLAIN.lines[0]
OLD = replace(SECOND, sent_at=at("1970-01-01T00:00:00Z"))


def done(operation: str, **shown: FulfillmentOrder | None) -> Answer:
    return answer(operation, shown=shown.items())


def going_to(**changed: Any) -> FulfillmentOrder:
    return order(raw={"destination": {"id": 1, "city": "Here", "company": None, **changed}})


def standing_at(**changed: Any) -> FulfillmentOrder:
    return order(raw={"assigned_location": {"location_id": 5, "name": "Depot", "city": None, **changed}})


def asked(*requests_: Request, pair: str = "submitted") -> FulfillmentOrder:
    return order(request_status=pair, requests=requests_)


def submitted(
    was: FulfillmentOrder, shown: FulfillmentOrder, now: FulfillmentOrder | Picture, operation: str = "submit"
) -> Iterable[Finding]:
    slot = "submitted" if operation == "submit" else "fulfillment_order"
    told = answer(operation, shown=[(slot, shown)], message="Second.", notify_customer=False)
    after = now if isinstance(now, Picture) else picture(now)
    return requests.of_step(told, picture(was), after, requests.Answered())


Told = list[tuple[str, str, str, tuple[tuple[str, str, str], ...]]]
SINS: dict[str, tuple[Callable[[], Iterable[Finding]], Told]] = {
    "line items name another": (
        lambda: invariants.of_order(
            order(lines=(Line("10", "100", 2, 2, "77"), Line("11", "101", 2, 2, "1"), Line("12", "101", 2, 2, None))),
            None,
        ),
        [
            (
                "FO-INV-PARENT",
                "each line item's fulfillment_order_id is 1",
                "line items 10 name another",
                (("line_items[id=10].fulfillment_order_id", "1", "77"),),
            )
        ],
    ),
    "more left than ordered": (
        lambda: invariants.of_order(
            order(lines=(Line("10", "100", 2, 3, "1"), Line("11", "101", 2, -1, "1"), Line("12", "101", 2, None, "1"))),
            None,
        ),
        [
            (
                "FO-INV-RANGE",
                "fulfillable_quantity between 0 and quantity",
                "fulfillment order 1 shows 3 of 2",
                (
                    ("line_items[id=10].fulfillable_quantity", "0 … 2", "3"),
                    ("line_items[id=11].fulfillable_quantity", "0 … 2", "-1"),
                ),
            )
        ],
    ),
    "changed before it was made": (
        lambda: invariants.of_order(order(created_at=LATER), None),
        [
            (
                "FO-INV-UPDATED-AT",
                "updated_at is not before created_at",
                "fulfillment order 1: updated 2026-03-01T12:00:00+00:00, created 2026-03-01T12:01:00+00:00",
                (),
            )
        ],
    ),
    "merchant managed and submitted": (
        lambda: invariants.of_order(order(request_status="submitted"), "merchant"),
        [
            (
                "FO-INV-MERCHANT-UNSUBMITTED",
                "request_status unsubmitted at a merchant-managed location",
                "fulfillment order 1 is open/submitted",
                (),
            )
        ],
    ),
    "held and not releasable": (
        lambda: invariants.of_actions(order(status="on_hold", actions=("move", "hold")), None),
        [("FO-ACTIONS-SHARED", "on_hold/unsubmitted: supported_actions has release_hold", "[move, hold]", ())],
    ),
    "closed and offering": (
        lambda: invariants.of_actions(order(status="closed", actions=("move", "hold")), None),
        [("FO-INV-ENDED-NO-ACTIONS", "closed: no supported_actions", "fulfillment order 1 offers [move, hold]", ())],
    ),
    "unknown pair": (
        lambda: invariants.of_pair(order(request_status="accepted")),
        [("FO-INV-STATE-PAIR", "a combination that the lifecycle knows", "1 is open/accepted", ())],
    ),
    "refused and done": (
        lambda: [
            invariants.of_refusal(
                picture(order()),
                picture(
                    order(
                        status="closed",
                        holds=(Hold("other", None),),
                        fulfill_by=LATER,
                        requests=(Request("fulfillment_request", None),),
                    )
                ),
            )
        ],
        [
            (
                "FO-ERR-UNCHANGED",
                "a refused operation changes nothing",
                "1.status: open became closed",
                (
                    ("1.status", "open", "closed"),
                    ("1.fulfill_by", "null", "2026-03-01 12:01:00+00:00"),
                    ("1.fulfillment_holds", "[]", "[('other', '')]"),
                    ("1.requests", "0 requests", "1 requests"),
                ),
            )
        ],
    ),
    "refused and replaced": (
        lambda: [invariants.of_refusal(picture(order(), order("2")), picture(order(), order("3")))],
        [("FO-ERR-UNCHANGED", "a refused operation changes nothing", "fulfillment orders 2, 3 came or went", ())],
    ),
    "work lost": (
        lambda: invariants.of_step(
            done("hold"), picture(PLAIN), picture(order(lines=(replace(LINE, quantity=1, remaining=1),)))
        ),
        [
            (
                "FO-INV-QUANTITY",
                "hold neither loses nor doubles work",
                "units of line item 100: 2 before, 1 after",
                (("units of line item 100", "2", "1"),),
            )
        ],
    ),
    "replacement without work": (
        lambda: invariants.of_step(
            answer("cancel", shown=[("replacement", order("2", lines=()))]),
            picture(PLAIN),
            picture(order(status="cancelled", lines=()), order("2", lines=())),
        ),
        [
            (
                "FO-CANCEL-REPLACEMENT-ITEMS",
                "cancel neither loses nor doubles work",
                "units of line item 100: 2 before, 0 after",
                (("units of line item 100", "2", "0"),),
            )
        ],
    ),
    "work doubled": (
        lambda: invariants.of_step(done("accept_cancellation"), picture(PLAIN), picture(PLAIN, order("2"))),
        [
            (
                "FO-INV-QUANTITY",
                "accept_cancellation does not double work",
                "line item 100: 2 units before, 4 after",
                (("units of line item 100", "2", "4"),),
            )
        ],
    ),
    "sibling changed": (
        lambda: invariants.of_step(
            done("accept"), picture(PLAIN, order("2")), picture(PLAIN, order("2", status="closed"))
        ),
        [
            (
                "FO-INV-QUANTITY",
                "accept neither loses nor doubles work",
                "units of line item 100: 4 before, 2 after",
                (("units of line item 100", "4", "2"),),
            ),
            (
                "FO-INV-SIBLINGS",
                "accept on 1 leaves fulfillment order 2 of the same order alone",
                "status: open became closed",
                (("status", "open", "closed"),),
            ),
        ],
    ),
    "moved by another action": (
        lambda: invariants.of_step(done("accept"), picture(PLAIN), picture(order(location_id="6"))),
        [("FO-INV-LOCATION", "accept leaves assigned_location_id 5", "now 6", ())],
    ),
    "renamed": (
        lambda: invariants.of_step(done("accept"), picture(PLAIN), picture(order("7"))),
        [
            (
                "FO-INV-IDS",
                "fulfillment order 1 keeps its id when accept is carried out",
                "it is gone, and 7 has come",
                (),
            )
        ],
    ),
    "not listed": (
        lambda: invariants.of_step(
            answer("hold", shown=[("remaining", order("3"))]), picture(PLAIN, order("2")), picture(PLAIN)
        ),
        [("FO-LIST-ALL", "the list of order 9 has all of its fulfillment orders", "without 3, 2", ())],
    ),
    "answer and look differ": (
        lambda: invariants.of_step(
            answer("close", shown=[("fulfillment_order", order(status="incomplete"))]), picture(PLAIN), picture(PLAIN)
        ),
        [
            (
                "FO-INV-OBSERVERS",
                "the answer to close and a later look agree on fulfillment order 1",
                "status: the answer says incomplete, the look open",
                (("status", "incomplete", "open"),),
            )
        ],
    ),
    "made at another time": (
        lambda: invariants.of_step(
            done("accept"), picture(PLAIN), picture(order(created_at=LATER, updated_at=LATER, shop_id="4"))
        ),
        [
            (
                "FO-INV-IDS",
                "created_at of fulfillment order 1 stays 2026-03-01 12:00:00+00:00",
                "now 2026-03-01 12:01:00+00:00",
                (("created_at", "2026-03-01 12:00:00+00:00", "2026-03-01 12:01:00+00:00"),),
            )
        ],
    ),
    "changed earlier than before": (
        lambda: invariants.of_step(done("accept"), picture(order(updated_at=LATER)), picture(PLAIN)),
        [
            (
                "FO-INV-UPDATED-AT",
                "updated_at of fulfillment order 1 does not go back from 2026-03-01T12:01:00+00:00",
                "2026-03-01T12:00:00+00:00",
                (),
            )
        ],
    ),
    "another variant": (
        lambda: sources.of_step(
            done("submit"),
            picture(PLAIN),
            picture(PLAIN, order("2", lines=(replace(LINE, id="20", variant_id="201"),))),
        ),
        [("FO-INV-ITEM", "variant_id of line item 100 is 200", "201 on fulfillment order 2", ())],
    ),
    "lines renamed": (
        lambda: sources.of_step(done("accept"), picture(PLAIN), picture(order(lines=(replace(LINE, id="11"),)))),
        [("FO-INV-LINE-IDS", "accept leaves the ids of line items: 10", "11", ())],
    ),
    "destination changed": (
        lambda: sources.of_order(
            going_to(city="There", zip="1"),
            done("get"),
            sources.Known(destinations={going_to().order_id or "": (done("get").actor, going_to().raw["destination"])}),
        ),
        [
            (
                "FO-INV-DESTINATION",
                f"the destination of order {going_to().order_id} is that of all of its work, at all times",
                "city differ on 1",
                (),
            )
        ],
    ),
    "content of the location changed": (
        lambda: sources.of_step(done("accept"), picture(standing_at()), picture(standing_at(name="Other", city="X"))),
        [
            (
                "FO-LOCATION-CONTENT",
                "the content of location 5 on fulfillment order 1 is the same",
                "city, name differ after accept",
                (),
            )
        ],
    ),
    "made long ago": (
        lambda: sources.of_step(
            done("submit"), picture(PLAIN), picture(PLAIN, order("2", created_at=at("2026-03-01T06:00:00Z")))
        ),
        [
            (
                "FO-INV-CREATED-NOW",
                "created_at of fulfillment order 2 is of now, 2026-03-01T12:00:00+00:00",
                "2026-03-01T06:00:00+00:00",
                (),
            )
        ],
    ),
    "changed long ago": (
        lambda: sources.of_step(
            done("submit"),
            picture(PLAIN),
            picture(order(request_status="submitted", updated_at=at("2026-02-01T12:00:00Z"))),
        ),
        [
            (
                "FO-INV-UPDATED-NOW",
                "updated_at of fulfillment order 1 is of now, 2026-03-01T12:00:00+00:00",
                "2026-02-01T12:00:00+00:00",
                (),
            )
        ],
    ),
    "changed tomorrow": (
        lambda: sources.of_order(order(updated_at=at("2026-03-02T12:00:00Z")), done("get"), sources.Known()),
        [
            (
                "FO-INV-NOT-AHEAD",
                "updated_at of fulfillment order 1 is not ahead of 2026-03-01T12:00:00+00:00",
                "2026-03-02T12:00:00+00:00",
                (),
            )
        ],
    ),
    "offered twice": (
        lambda: sources.of_order(order(actions=("hold", "move", "hold", "move")), done("get"), sources.Known()),
        [("FO-INV-ONCE", "supported actions of 1: each once", "hold, move twice", ())],
    ),
    "content of another location": (
        lambda: sources.of_order(
            standing_at(city="There"), done("get"), sources.Known(contents={"5": {"name": "Depot", "city": "Here"}})
        ),
        [("FO-LOCATION-CONTENT", "fulfillment order 1 shows the content of location 5", "city differ", ())],
    ),
    "not what was ordered": (
        lambda: sources.of_order(PLAIN, done("get"), sources.Known(items={"100": ("201", "300")})),
        [("FO-INV-ITEM", "variant_id of line item 100 is 201, as it was ordered", "200", ())],
    ),
    "no request shown": (
        lambda: submitted(asked(), asked(), asked()),
        [("FO-REQUEST-RECORDED", "the answer to submit shows the request", "no request", ())],
    ),
    "only the earlier request shown": (
        lambda: submitted(asked(FIRST), asked(FIRST), asked(FIRST)),
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
            ("FO-SUBMIT-NOTIFY-CUSTOMER", "notify_customer False", "True", ()),
        ],
    ),
    "earlier request gone": (
        lambda: submitted(asked(FIRST), asked(SECOND), asked(SECOND)),
        [
            (
                "FO-REQUEST-KEPT",
                "after submit fulfillment order 1 still shows the request fulfillment_request: 'First.'",
                "it shows [\"fulfillment_request: 'Second.'\"]",
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
                "rest: {'10': '2 of 2'}; graphql: {'10': '1 of 2'}",
                (("line_items quantity and what is left", "{'10': '2 of 2'}", "{'10': '1 of 2'}"),),
            )
        ],
    ),
    "another hold over one": (
        lambda: equivalence.of_orders(order(holds=(Hold("Other", "a"),)), order(holds=(Hold("other", None),)), NAMES),
        [
            (
                "FO-EQ-HOLDS",
                "holds of fulfillment order 1 is the same over rest and graphql",
                "rest: [('other', 'a')]; graphql: [('other', '')]",
                (("holds", "[('other', 'a')]", "[('other', '')]"),),
            )
        ],
    ),
    "changed at another time over one": (
        lambda: equivalence.of_orders(PLAIN, order(updated_at=LATER), NAMES),
        [
            (
                "FO-EQ-TIMES",
                "updated_at of fulfillment order 1 is the same over rest and graphql",
                "rest: 1772366400; graphql: 1772366460",
                (("updated_at", "1772366400", "1772366460"),),
            )
        ],
    ),
    "fewer actions over one": (
        lambda: equivalence.of_orders(order(actions=("b", "a")), order(actions=("a",)), NAMES),
        [
            (
                "FO-EQ-ACTIONS",
                "supported_actions of fulfillment order 1 is the same over rest and graphql",
                "rest: ['a', 'b']; graphql: ['a']",
                (("supported_actions", "['a', 'b']", "['a']"),),
            )
        ],
    ),
}


@pytest.mark.parametrize("sin", SINS)
def test_deviation_is_told_in_words_and_fields(sin: str) -> None:
    findings, told = SINS[sin]
    found = [
        (
            one.requirement,
            one.documented,
            one.received,
            tuple((row.path, row.documented, row.received) for row in one.diff),
        )
        for one in findings()
        if not one.holds
    ]
    assert found == told
