"""Every answer and every look passes the standing judges: what each of them would say is entered into the ledger."""

from dataclasses import replace
from typing import Any

import pytest
from canned import AT_SERVICE, Canned, shown

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.delay import Delay
from fulfillspec.acting.session import Session, Tainted, Unobservable
from fulfillspec.documents.operations import ADVERTISED_AS
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.judge.finding import Difference, fails
from fulfillspec.verdicts.ledger import Ledger, Tally
from fulfillspec.wire.gaps import Gap

LINE = {"id": 10, "line_item_id": 100, "quantity": 2, "fulfillable_quantity": 2, "fulfillment_order_id": 1}
OPEN = shown("open/unsubmitted", line_items=[LINE])


def session(
    *looks: list[dict[str, Any]], answer: dict[str, Any] | None = None, status: int = 200, **more: Any
) -> Session:
    target = Canned(looks or [[OPEN]], answer or OPEN, status)
    found = Session(target, Ledger(), Evidence(None, Redactor()), "2025-10", delay=Delay(()), **more)
    found.places[str(AT_SERVICE)] = "service"
    return found


def tally(there: Session, requirement: str) -> Tally:
    return there.ledger.tallies.get((requirement, "rest"), Tally())


ROWS = {
    "FO-INV-STATE-PAIR": shown("open/accepted", line_items=[LINE]),
    "FO-ACTIONS-SHARED": shown("on_hold/unsubmitted", line_items=[LINE]),
    "FO-INV-ENDED-NO-ACTIONS": shown("closed/closed", supported_actions=["move"]),
    "FO-INV-PARENT": {**OPEN, "line_items": [{**LINE, "fulfillment_order_id": 7}]},
    "FO-INV-RANGE": {**OPEN, "line_items": [{**LINE, "fulfillable_quantity": 3}]},
    "FO-INV-ONCE": {**OPEN, "supported_actions": ["move", "move"]},
    "FO-PROP-STATUS": {**OPEN, "status": "OPEN"},
    "FO-LIST-ONLY-ORDER": {**OPEN, "order_id": 8},
}


@pytest.mark.parametrize("requirement", ROWS)
def test_look_is_held_to_every_standing_judge(requirement: str) -> None:
    there = session([ROWS[requirement]])
    picture = there.glance("9")
    assert tally(there, requirement).broken >= 1
    assert (picture.orders == {}) is (requirement == "FO-LIST-ONLY-ORDER"), "what is of another order is left out"
    sound = session()
    sound.glance("9")
    assert tally(sound, requirement).broken == 0


@pytest.mark.parametrize(("query", "held"), [("?include_financial_summaries=true", True), ("?page_info=x", False)])
def test_list_is_held_to_the_parameters_that_its_last_page_carries(query: str, *, held: bool) -> None:
    there = session()
    there.transport.url = f"/fulfillment_orders.json{query}"  # type: ignore[attr-defined]
    there.ask("merchant", "list", "9", includes=frozenset({"include_financial_summaries"}))
    told = [row for row in there.ledger.deviations if "financial_summaries" in f"{row.documented} {row.received}"]
    assert bool(told) is held


@pytest.mark.parametrize("requirement", sorted(ROWS.keys() - {"FO-LIST-ONLY-ORDER", "FO-INV-STATE-PAIR"}))
def test_answer_of_an_action_is_held_to_them_too(requirement: str) -> None:
    there = session(answer=ROWS[requirement])
    there.ask("merchant", "get", "1")
    assert tally(there, requirement).broken >= 1


@pytest.mark.parametrize("status", [404, 500])
def test_list_that_cannot_be_had_spoils_the_order_and_deviates_where_it_was_refused(status: int) -> None:
    there, target = session(), Canned([[]], None, status)

    def refusing(actor: str, ask: Any, *, phase: str | None = None) -> Any:
        return target.perform(actor, replace(ask, operation="get"), phase=phase)

    there.transport.perform = refusing  # type: ignore[method-assign]
    with pytest.raises(Unobservable, match="the fulfillment orders of order 9 could not be listed"):
        there.glance("9")
    assert there.tainted == {"9"}
    assert tally(there, "FO-RESP-LIST").broken == int(status == 404)
    assert there.phase == "act", "it acts again"


def test_spoilt_order_is_no_ground_and_says_what_spoilt_it() -> None:
    there = session()
    order = there.look("9").orders["1"]
    there.tainted.add("9")
    with pytest.raises(Tainted, match="its order took part in a deviation before"):
        there.before(order)
    there.spoilt_by["9"] = "FO-X"
    with pytest.raises(Tainted, match="its order took part in a deviation from FO-X before"):
        there.before(order)


def test_gap_of_a_schema_is_noted_and_breaks_the_row_of_its_name() -> None:
    there = session()
    perform = there.transport.perform

    def gaping(actor: str, ask: Any, *, phase: str | None = None) -> Any:
        gaps = (Gap("FulfillmentOrder.supportedActions", 3, "get"), Gap("Order.tags", 4, "find_orders"))
        return replace(perform(actor, ask, phase=phase), gaps=gaps)

    there.transport.perform = gaping  # type: ignore[method-assign]
    there.ask("merchant", "get", "1")
    said = "is not in the target's GraphQL schema: it is left out of all documents."
    assert there.ledger.notes == [f"FulfillmentOrder.supportedActions {said}", f"Order.tags {said}"]
    (found,) = [one for one in there.ledger.deviations if one.requirement == "FO-GQL-SUPPORTED-ACTIONS"]
    assert found.exchanges == (1, 3)


def test_deviation_has_words_and_fields_and_a_command_that_repeats_it() -> None:
    there = session()
    answer = there.ask("merchant", "get", "1")
    there.record(fails("FO-CLOSE-STATE", "a", "b", Difference("c", "d", "e")), answer)
    found = there.ledger.deviations[-1]
    assert (found.documented, found.received, found.diff) == ("a", "b", (Difference("c", "d", "e"),))
    assert found.reproduce.startswith("curl ")


@pytest.mark.parametrize("operation", sorted(ADVERTISED_AS))
@pytest.mark.parametrize("actor", ["merchant", "service"])
def test_what_was_advertised_and_done_is_a_promise_kept_to_the_merchant(operation: str, actor: str) -> None:
    name = ADVERTISED_AS[operation]
    offering = {**OPEN, "supported_actions": [name]}
    for look, kept in ((offering, 1), (OPEN, 0)):
        there = session([look], answer=OPEN)
        key = {"submit": "submitted_fulfillment_order", "move": "moved_fulfillment_order"}.get(operation)
        there.transport.key = key or "fulfillment_order"  # type: ignore[attr-defined]
        Actor(actor, there).act(operation, there.look("9").orders["1"])
        assert tally(there, "FO-ACTIONS-ADVERTISED").held == (kept if actor == "merchant" else 0)


def test_state_in_which_a_step_was_taken_and_what_it_led_to_are_kept() -> None:
    """A step of an order that had deviated is no fine one; one that was refused leads nowhere."""
    now = shown("in_progress/accepted", line_items=[LINE])
    there = session([shown("open/submitted", line_items=[LINE])], [now], answer=now)
    Actor("service", there).accept(there.look("9").orders["1"])
    ((key, (taken,)),) = there.ledger.transitions.items()
    assert key == ("service:open/submitted", "accept", "service:in_progress/accepted", "rest")
    assert taken.fine is ("9" not in there.tainted)
    refused = session(status=422)
    refused.transport.answer = None  # type: ignore[attr-defined]
    Actor("service", refused).accept(refused.look("9").orders["1"])
    assert refused.ledger.transitions == {}
