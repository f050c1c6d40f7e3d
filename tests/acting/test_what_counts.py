"""What of an answer counts: which refusal has a reason, which fault passes, what an action may have left unseen."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from canned import AT_SERVICE, Canned, shown

from fulfillspec.acting.asked import Asked
from fulfillspec.acting.looking import is_behind
from fulfillspec.acting.session import Session, Unobservable, _denies
from fulfillspec.documents.operations import NAMED, READS
from fulfillspec.evidence.log import Evidence, Exchange
from fulfillspec.evidence.observation import FulfillmentOrder, Line, Picture
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.judge.finding import fails
from fulfillspec.verdicts.ledger import Ledger, Tally
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.rest import read_answer

OPEN, SUBMITTED = shown("open/unsubmitted"), shown("open/submitted")
LINE = {"id": 10, "line_item_id": 100, "quantity": 1, "fulfillable_quantity": 1}


def session(
    *looks: list[dict[str, Any]], answer: dict[str, Any] | None = OPEN, status: int = 200, **more: Any
) -> Session:
    found = Session(Canned(looks or [[OPEN]], answer, status), Ledger(), Evidence(None, Redactor()), "2025-10", **more)
    found.places[str(AT_SERVICE)] = "service"
    found.delay.pauses = ()
    return found


def tally(there: Session, requirement: str) -> Tally:
    return there.ledger.tallies.get((requirement, "rest"), Tally())


def answered(
    status: int | None, body: Any, *, operation: str = "accept", actor: str = "service", error: str | None = None
) -> Answer:
    exchange = Exchange(
        1, "", "", actor, "rest", operation, "act", "GET", "/", status=status, data=body, error=error
    )  # fmt: skip
    return read_answer(Ask(operation, "1"), actor, exchange)


def asked(there: Session, answer: Answer) -> Asked:
    return Asked(there, answer, "service:open/submitted")


@pytest.mark.parametrize(("faults", "counts"), [(0, False), (1, False), (2, True), (3, True), (9, True)])
def test_fault_in_the_place_of_a_refusal_counts_from_the_second_on(faults: int, *, counts: bool) -> None:
    there = session()
    there.faults = faults
    assert not asked(there, answered(500, {"errors": ["no"]})).expect_refused("FO-ERR-UNKNOWN-ID")
    assert tally(there, "FO-ERR-UNKNOWN-ID").broken == tally(there, "FO-ERR-CLIENT-FORM").broken == int(counts)
    assert bool(tally(there, "FO-ERR-UNKNOWN-ID").unseen) is not counts


@pytest.mark.parametrize("requirement", ["FO-ERR-UNKNOWN-ID", "FO-X"])
def test_no_answer_is_no_client_error_however_often(requirement: str) -> None:
    there = session()
    there.faults = 3
    assert not asked(there, answered(None, None, error="timed out")).expect_refused(requirement)
    assert there.ledger.deviations == []
    assert tally(there, requirement).unseen


@pytest.mark.parametrize(
    ("requirement", "scopes", "operation", "broken"),
    [
        ("FO-ACTIONS-ADVERTISED", {"service": frozenset()}, "accept", False),
        ("FO-ACTIONS-ADVERTISED", {"service": None}, "accept", True),
        ("FO-ACTIONS-ADVERTISED", {}, "accept", True),
        ("FO-X", {"service": frozenset()}, "accept", True),
    ],
)
def test_promise_that_a_lacking_scope_hinders_is_open(
    requirement: str, scopes: dict[str, Any], operation: str, *, broken: bool
) -> None:
    there = session(scopes=scopes)
    there.look("9")
    there.record(fails(requirement, "it succeeds", "refused"), answered(403, {"errors": "no"}, operation=operation))
    assert tally(there, requirement).broken == int(broken)
    assert bool(tally(there, requirement).unseen) is not broken


@pytest.mark.parametrize(
    ("status", "said", "denied"),
    [
        (400, "no", False),
        (401, "no", True),
        (402, "no", False),
        (403, "no", True),
        (404, "no", True),
        (405, "no", False),
        (422, "no", False),
        (422, "Access denied", True),
        (422, "requires a SCOPE", True),
        (422, "it was not found", True),
        (422, "not be found", True),
        (422, "does not exist", True),
        (422, "fulfillmentOrder is null", True),
    ],
)
def test_refusal_reads_as_no_access_by_its_status_or_its_words(status: int, said: str, *, denied: bool) -> None:
    assert _denies(answered(status, {"errors": said})) is denied


def test_list_that_shows_nothing_reads_as_no_access_and_a_fault_does_not() -> None:
    assert _denies(answered(200, {"fulfillment_orders": []}, operation="list"))
    assert _denies(answered(200, {"fulfillment_orders": []}, operation="assigned"))
    assert not _denies(answered(200, {"fulfillment_orders": [OPEN]}, operation="list"))
    assert not _denies(answered(200, {"fulfillment_order": OPEN}))
    assert not _denies(answered(200, {"fulfillment_order": None}, operation="get"))
    assert not _denies(answered(503, {"errors": "Access denied"}))


@pytest.mark.parametrize("actor", ["outsider", "anonymous", "stranger", "reader", "merchant", "service"])
def test_caller_that_is_to_lack_a_scope_is_hindered_by_none(actor: str) -> None:
    there = session(scopes={actor: frozenset()})
    there.look("9") if actor != "merchant" else None
    hindered = there.hindered(answered(403, {"errors": "no"}, operation="hold", actor=actor))
    assert (hindered is None) is (actor not in {"merchant", "service"})


@pytest.mark.parametrize("operation", ["get", "list", "submit_cancellation", "accept", "submit", "hold"])
@pytest.mark.parametrize("actor", ["merchant", "other_service", "service"])
def test_answers_are_held_to_what_they_offer_whoever_is_the_observer(operation: str, actor: str) -> None:
    """Lists are looks by themselves, and the answer of a cancellation request may be of before."""
    held = shown("on_hold/unsubmitted", supported_actions=[], line_items=[LINE])
    there = session([held], answer=held, observer=actor)
    if operation == "submit":
        there.transport.key = "submitted_fulfillment_order"  # type: ignore[attr-defined]
    there.ask("merchant", operation, "1")
    judged = actor == "merchant" and operation not in {"list", "submit_cancellation"}
    assert tally(there, "FO-ACTIONS-SHARED").broken == int(judged)


@pytest.mark.parametrize("operation", sorted(NAMED))
def test_a_fault_of_what_acts_is_counted_and_of_what_reads_is_not(operation: str) -> None:
    there = session(answer=None, status=500)
    if operation != "list":
        there.ask("merchant", operation, "77")
        assert bool(there.faults) is (operation not in READS)
        assert [name for name, _ in there.evidence.passing] == ([operation] if there.faults else [])


def test_what_no_look_has_shown_is_asked_once_more_and_what_vanished_is_not() -> None:
    unknown = session(answer=None, status=500)
    unknown.ask("service", "accept", "77")
    assert (unknown.transport.asked, unknown.faults) == (2, 2)  # type: ignore[attr-defined]
    changed = session([SUBMITTED], [shown("in_progress/accepted")], answer=None, status=500)
    changed.look("9")
    changed.ask("service", "accept", "1")
    assert changed.faults == 1
    same = session([SUBMITTED], answer=None, status=500)
    same.look("9")
    same.ask("service", "accept", "1")
    assert same.faults == 2


def test_spoilt_are_the_orders_that_the_answer_shows_and_that_of_what_was_asked_for() -> None:
    there = session([shown("open/unsubmitted"), shown("open/unsubmitted", 2)])
    there.look("9")
    there.pictures["8"] = Picture("8", {}, 1)
    there.record(fails("FO-CLOSE-STATE", "one", "another"), answered(422, {"errors": "no"}))
    assert there.spoilt_by == {"9": "FO-CLOSE-STATE"}
    other = session()
    shown_one = answered(200, {"fulfillment_order": shown("open/unsubmitted", 5, order_id=7)})
    other.record(fails("FO-CLOSE-STATE", "one", "another"), shown_one)
    other.record(fails("FO-CLOSE-KEEPS-ITEMS", "one", "another"), shown_one)
    assert other.tainted == {"7"}
    assert other.spoilt_by == {"7": "FO-CLOSE-STATE"}, "the first counts"
    nowhere = session()
    nowhere.record(
        fails("FO-CLOSE-STATE", "one", "another"), answered(200, {"fulfillment_order": {"id": 5, "order_id": None}})
    )
    assert nowhere.tainted == set()


AT = datetime.fromisoformat("2026-03-01T12:00:00Z")
SEEN = FulfillmentOrder(
    "1", "9", "open", "submitted", "5", "5", (), (Line("10", "100", 2, 2),), fulfill_at=AT, updated_at=AT
)


def picture(*orders: FulfillmentOrder) -> Picture:
    return Picture("9", {order.id: order for order in orders}, 1)


def done(*orders: FulfillmentOrder | None, operation: str = "accept", outcome: str = "accepted") -> Answer:
    exchange = Exchange(1, "", "", "service", "rest", operation, "act", "GET", "/", status=200)
    slots = {str(n): order for n, order in enumerate(orders)}
    return Answer(Ask(operation, "1"), "service", "rest", exchange, outcome, slots)


CHANGES: list[dict[str, Any]] = [
    {"status": "closed"},
    {"status": "scheduled"},
    {"request_status": "accepted"},
    {"request_status": "unsubmitted"},
    {"location_id": "4"},
    {"location_id": "6"},
    {"lines": (Line("10", "100", 2, 1),)},
    {"lines": (Line("10", "100", 3, 3),)},
    {"fulfill_at": AT + timedelta(days=1)},
    {"fulfill_at": AT - timedelta(days=1)},
    {"updated_at": AT + timedelta(seconds=1)},
    {"updated_at": AT - timedelta(seconds=1)},
]


@pytest.mark.parametrize("changed", CHANGES, ids=str)
def test_look_is_behind_that_shows_what_was_before_and_not_what_the_answer_shows(changed: dict[str, Any]) -> None:
    now = replace(SEEN, **changed)
    assert is_behind(done(now), picture(SEEN), picture(SEEN))
    assert is_behind(done(None, SEEN, now), picture(SEEN), picture(SEEN)), "whichever of them"
    assert not is_behind(done(now), picture(SEEN), picture(now))
    assert not is_behind(done(now), picture(now), picture(SEEN)), "it shows something else"
    assert not is_behind(done(now), picture(SEEN), picture())
    assert not is_behind(done(now), picture(), picture(SEEN))
    assert is_behind(done(now), picture(), picture()), "it shows neither"
    assert not is_behind(done(now, outcome="refused"), picture(SEEN), picture(SEEN))


def test_look_is_not_behind_where_the_answer_shows_nothing_new() -> None:
    bare = replace(SEEN, location_id=None, fulfill_at=None, updated_at=None)
    assert not is_behind(done(SEEN), picture(SEEN), picture(SEEN))
    assert not is_behind(done(bare), picture(SEEN), picture(SEEN)), "what is left out is no change"
    assert not is_behind(done(replace(SEEN, holds=())), picture(SEEN), picture(SEEN))
    assert not is_behind(done(None), picture(SEEN), picture(SEEN))


@pytest.mark.parametrize("operation", sorted(set(NAMED) - READS))
def test_look_after_what_shows_no_fulfillment_order_is_behind_while_nothing_changed(operation: str) -> None:
    mute = operation in {"create_fulfillment", "set_deadline"}
    assert is_behind(done(operation=operation), picture(SEEN), picture(SEEN)) is mute
    assert not is_behind(done(operation=operation), picture(SEEN), picture(replace(SEEN, status="closed")))


@pytest.mark.parametrize("operation", ["get", "list", "accept"])
@pytest.mark.parametrize("actor", ["merchant", "other_service", "service"])
@pytest.mark.parametrize("version", ["2024-10", "2025-10"])
def test_get_of_the_observer_agrees_with_the_list_in_requests_and_actions_too(
    operation: str, actor: str, version: str
) -> None:
    """Looks of old versions of REST are brief, and other callers are offered other actions."""
    there = session()
    there.version = version
    row = shown("open/unsubmitted", supported_actions=["hold"])
    body = {"fulfillment_orders": [row]} if operation == "list" else {"fulfillment_order": row}
    order = there.look("9").orders["1"]
    fine = asked(there, answered(200, body, operation=operation, actor=actor)).agrees("FO-X", order)
    assert fine is not (operation == "get" and actor == "merchant" and not there.looks_are_brief)


def test_what_the_answer_does_not_show_gives_nothing_to_go_on_with() -> None:
    there = session()
    order = there.look("9").orders["1"]
    one, two = shown("open/unsubmitted", 0), shown("open/unsubmitted", 2)
    bodies: list[Any] = [[two], [one, two], []]
    for rows in bodies:
        with pytest.raises(Unobservable, match="gave nothing to go on with"):
            asked(there, answered(200, {"fulfillment_orders": rows}, operation="list")).as_answered(order)
    several = answered(200, {"fulfillment_orders": [one, two, OPEN]}, operation="list")
    assert asked(there, several).as_answered(order).id == "1"


@pytest.mark.parametrize(("seconds", "fine"), [(-1, False), (0, True), (1, False)])
def test_time_is_the_one_that_was_set(seconds: int, *, fine: bool) -> None:
    there = session()
    done_ = asked(there, answered(200, {"fulfillment_order": OPEN}))
    seen = replace(SEEN, fulfill_by=AT + timedelta(seconds=seconds))
    assert done_.expect_time("FO-X", "fulfill_by", AT, seen) is fine


@pytest.mark.parametrize("operation", ["assigned", "get", "list"])
@pytest.mark.parametrize("actor", ["merchant", "other_service", "service"])
@pytest.mark.parametrize("status", [200, 422, 503])
def test_only_the_assigned_list_of_the_service_is_asked_for_strays(operation: str, actor: str, status: int) -> None:
    there = session(answer=[OPEN], status=status)  # type: ignore[arg-type]
    there.transport.key = "fulfillment_orders"  # type: ignore[attr-defined]
    there.places[str(AT_SERVICE)] = "merchant"
    there.ask(actor, operation)
    judged = (operation, actor, status) == ("assigned", "service", 200)
    assert tally(there, "FO-ASSIGNED-ONLY-ASSIGNED").broken == int(judged)


@pytest.mark.parametrize(("count", "judged"), [(1, 0), (2, 1), (3, 1)])
def test_list_of_several_names_each_once(count: int, judged: int) -> None:
    there = session(answer=[OPEN] * count)  # type: ignore[arg-type]
    there.transport.key = "fulfillment_orders"  # type: ignore[attr-defined]
    there.ask("service", "assigned")
    assert tally(there, "FO-INV-ONCE").broken == judged
