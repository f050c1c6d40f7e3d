"""Each deviation of the judges of steps in its words: the requirement, what is documented, what came, field by field."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from looks import NOW, RecordedAnswer, answer, at, order, picture, told_of

from fulfillspec.evidence.observation import FulfillmentOrder, Hold, Line, Request
from fulfillspec.judge import invariants, sources
from fulfillspec.judge.finding import Finding
from fulfillspec.wire.answer import Answer

LATER = at(NOW) + timedelta(minutes=1)
PLAIN = order()
LINE = PLAIN.lines[0]


def done(operation: str, **shown: FulfillmentOrder | None) -> Answer:
    return answer(operation, shown=shown.items())


def going_to(**changed: Any) -> FulfillmentOrder:
    return order(raw={"destination": {"id": 1, "city": "Here", "company": None, **changed}})


def standing_at(**changed: Any) -> FulfillmentOrder:
    return order(raw={"assigned_location": {"location_id": 5, "name": "Depot", "city": None, **changed}})


SINS: dict[str, tuple[Callable[[], Iterable[Finding]], RecordedAnswer]] = {
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
                    ("1.fulfill_by", "null", "2026-03-01T12:01:00+00:00"),
                    ("1.fulfillment_holds", "none", "(other, an empty text)"),
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
                "created_at of fulfillment order 1 stays 2026-03-01T12:00:00+00:00",
                "now 2026-03-01T12:01:00+00:00",
                (("created_at", "2026-03-01T12:00:00+00:00", "2026-03-01T12:01:00+00:00"),),
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
    "null where something was ordered": (
        lambda: sources.of_order(
            replace(PLAIN, lines=(replace(PLAIN.lines[0], inventory_item_id=None, shows_no_inventory=True),)),
            done("get"),
            sources.Known(items={"100": ("200", "300")}),
        ),
        [("FO-INV-ITEM-SHOWN", "line item 100 shows inventory item 300, which was ordered", "null", ())],
    ),
}


@pytest.mark.parametrize("sin", SINS)
def test_deviation_is_told_in_words_and_fields(sin: str) -> None:
    findings, told = SINS[sin]
    assert told_of(findings()) == told
