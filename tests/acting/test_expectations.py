"""What a case expects of an answer: held, broken, or not observed, and which words the ledger gets."""

from collections.abc import Callable
from typing import Any

import pytest
from canned import AT_SERVICE, Canned, shown
from expected import ACCEPTED, LINES, SUBMITTED, acted, refused, tally, told

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.delay import Delay
from fulfillspec.acting.session import Inapplicable, Session, Unobservable
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.verdicts.ledger import Ledger


def test_step_is_about_the_one_that_was_named_or_what_became_of_it() -> None:
    other = shown("in_progress/accepted", 2)
    assert acted(other, before=[SUBMITTED, shown("open/submitted", 2)], after=[ACCEPTED, other]).order.id == "1"
    assert acted(other, after=[other]).order.id == "2", "the named one is gone"


def test_check_holds_or_breaks_what_was_carried_out() -> None:
    step = acted()
    assert step.check("FO-X", True, "this")
    assert not step.check("FO-X", False, "this", 7)
    assert (tally(step).held, tally(step).broken, told(step)) == (1, 1, [("this", "7")])


def test_operation_that_was_refused_breaks_the_first_expectation_and_leaves_the_others_open() -> None:
    step = refused()
    assert not step.check("FO-X", True, "this")
    assert not step.check("FO-Y", True, "that")
    assert told(step) == [
        ("accept by service in service:open/submitted is carried out: this", 'refused, HTTP 422: ["no"]')
    ]
    assert tally(step, "FO-Y").unseen == ["accept in service:open/submitted was refused"]


def test_fault_of_the_server_leaves_everything_open() -> None:
    step = acted(None, status=500, after=[SUBMITTED])
    assert not step.check("FO-X", True, "this")
    assert not step.check("FO-Y", True, "that")
    assert tally(step).unseen
    assert tally(step, "FO-Y").unseen
    assert told(step) == []


def test_long_words_are_shortened() -> None:
    step = acted()
    step.check("FO-X", False, "short", "x" * 300)
    step.check("FO-Y", False, "long", "x" * 301)
    assert told(step) == [("short", "x" * 300)]
    assert told(step, "FO-Y") == [("long", "x" * 300 + "…")]


def test_fulfillment_orders_are_told_by_id_and_state() -> None:
    step = acted()
    step.check("FO-X", False, "none", step.order)
    step.check("FO-Y", False, "one", [step.order, step.was])
    assert told(step) == [("none", "fulfillment order 1 (in_progress/accepted)")]
    assert told(step, "FO-Y") == [
        ("one", "fulfillment order 1 (in_progress/accepted), fulfillment order 1 (open/submitted)")
    ]


def test_judge_asks_nothing_of_the_outcome() -> None:
    step = refused()
    step.judge("FO-X", True, "this")
    step.judge("FO-X", False, "this", "that")
    assert (tally(step).held, told(step)) == (1, [("this", "that")])


def test_what_a_further_step_needs_is_there_or_the_reason_told() -> None:
    assert acted().needs("found") == "found"
    with pytest.raises(Unobservable, match="accept in service:open/submitted gave nothing to go on with"):
        acted().needs(None)
    with pytest.raises(Unobservable, match="accept in service:open/submitted was refused, HTTP 422"):
        refused().needs("found")


@pytest.mark.parametrize(
    ("operation", "more", "broken"),
    [
        ("accept", {}, True),
        ("accept", {"message": "Today."}, True),
        ("reject", {"reason": "other", "line_items": []}, False),
        ("close", {}, False),
        ("accept", {"actor": "merchant"}, False),
    ],
    ids=["promised", "with a message", "with line items", "not in this state", "by another actor"],
)
def test_refusal_of_what_is_promised_and_needed_is_a_deviation(
    operation: str, more: dict[str, Any], *, broken: bool
) -> None:
    step = refused(operation=operation, **more)
    with pytest.raises(Unobservable, match="refused"):
        step.needs(step.order)
    rows = {deviation.requirement for deviation in step.session.ledger.deviations}
    assert bool(rows & {"FO-ACCEPT-STATE", "FO-REJECT-STATE", "FO-CLOSE-STATE"}) is broken


def test_reading_of_an_ambiguity_is_noted_and_a_case_may_be_left() -> None:
    step = acted()
    step.reads("AMB-X", "one")
    step.reads("AMB-X", None)
    assert {key[1] for key in step.session.ledger.readings} == {"one", "none"}
    step.only_if([step.order], "nothing was made")
    with pytest.raises(Inapplicable, match="no second location"):
        step.only_if(None, "no second location")


@pytest.mark.parametrize(("status", "broken"), [(200, 0), (422, 0), (400, 1)])
def test_body_that_is_not_understood_breaks_what_is_said_of_it(status: int, broken: int) -> None:
    step = acted() if status == 200 else refused(status)
    step.expect_understood("FO-X")
    assert tally(step).broken == broken


def test_documented_refusal_is_noted_and_an_acceptance_in_its_place_breaks() -> None:
    step = refused()
    assert step.expect_refused("FO-X")
    step.session.ledger.accepted("accept", "rest")
    step.session.ledger.settle()
    assert tally(step).held == 1
    accepted = acted()
    assert not accepted.expect_refused("FO-X", because="it is closed")
    assert told(accepted) == [
        (
            "accept by service in service:open/submitted is refused: it is closed",
            "accepted, HTTP 200; it is in_progress/accepted now",
        )
    ]


def test_answer_that_is_neither_is_no_refusal() -> None:
    step = acted(None, status=500, after=[SUBMITTED])
    step.session.faults = 2
    assert not step.expect_refused("FO-X")
    said = 'failed, HTTP 500: ["no"]'
    assert tally(step).unseen == [f"accept by service in service:open/submitted: {said}"]
    assert told(step, "FO-ERR-CLIENT-FORM") == [("a refusal answers with a client error (HTTP 4xx)", said)]
    unknown = acted(None, status=500, after=[SUBMITTED])
    unknown.session.faults = 2
    assert not unknown.expect_refused("FO-ERR-UNKNOWN-ID")
    assert told(unknown, "FO-ERR-UNKNOWN-ID") == [("a client error (HTTP 4xx)", said)]


@pytest.mark.parametrize("status", [408, 423, 429, 430])
def test_answer_that_holds_a_request_back_breaks_nothing(status: int) -> None:
    said = f'accept by service in service:open/submitted: failed, HTTP {status}: ["no"]'
    for requirement in ("FO-X", "FO-ERR-UNKNOWN-ID"):
        step = acted(None, status=status, after=[SUBMITTED])
        assert not step.expect_refused(requirement)
        assert tally(step, requirement).unseen == [said]
        assert told(step, requirement) == told(step, "FO-ERR-CLIENT-FORM") == []
    step = acted(None, status=status, after=[SUBMITTED])
    step.judge("FO-X", False, "a code", "none")
    assert not step.check("FO-Y", False, "open", "closed")
    assert told(step, "FO-X") == told(step, "FO-Y") == []


def test_first_fault_in_the_place_of_a_refusal_says_nothing() -> None:
    step = acted(None, status=500, after=[SUBMITTED])
    step.session.faults = 1
    assert not step.expect_refused("FO-ERR-UNKNOWN-ID")
    assert tally(step, "FO-ERR-UNKNOWN-ID").unseen
    assert told(step, "FO-ERR-CLIENT-FORM") == []
    step.session.faults = 2
    step.expect_refused("FO-ERR-UNKNOWN-ID")
    assert told(step, "FO-ERR-UNKNOWN-ID")


def test_hidden_is_what_shows_no_fulfillment_order() -> None:
    visible = acted()
    visible.expect_hidden("FO-X")
    assert told(visible) == [("nothing is shown to service", "fulfillment orders 1")]
    step = refused()
    step.expect_hidden("FO-X")
    step.session.ledger.accepted("accept", "rest")
    step.session.ledger.settle()
    assert tally(step).held == 1
    assert ("AMB-FORBIDDEN-READ", "422", "rest") in step.session.ledger.readings
    fault = acted(None, status=500, after=[SUBMITTED])
    fault.expect_hidden("FO-X")
    assert tally(fault).unseen


def test_answer_and_look_agree_on_a_fulfillment_order() -> None:
    step = acted()
    assert step.agrees("FO-X", step.order)
    assert not step.agrees("FO-X", step.was)
    assert told(step)[0][0] == "accept agrees with the list on 1"
    other = acted(shown("open/unsubmitted", 2))
    with pytest.raises(Unobservable):
        other.agrees("FO-X", other.was)


@pytest.mark.parametrize(
    ("wanted", "left", "fine"),
    [
        ({"100": 2, "101": 1}, False, True),
        ({"100": 2, "101": 1, "102": 0}, False, True),
        ({"100": 2}, False, False),
        ({"100": 2, "101": 2}, False, False),
        ({"100": 2, "101": 1, "102": 1}, False, False),
        ({"100": 1}, True, True),
        ({"100": 1, "101": 0}, True, True),
        ({"100": 2}, True, False),
    ],
)
def test_units_are_compared_by_line_item(wanted: dict[str, int], left: bool, fine: bool) -> None:
    step = acted(after=[shown("in_progress/accepted", line_items=LINES)])
    assert step.expect_units("FO-X", wanted, step.target, left=left) is fine
    assert (tally(step).held, tally(step).broken) == (int(fine), int(not fine))


def test_units_that_differ_are_told() -> None:
    step = acted(after=[shown("in_progress/accepted", line_items=LINES)])
    step.expect_units("FO-X", {"100": 1, "101": 1}, step.target)
    assert told(step) == [("units by line item: 100: 1, 101: 1", "units of line item 100: 1 documented, 2 shown")]
    assert [(one.path, one.documented, one.received) for one in step.session.ledger.deviations[-1].diff] == [
        ("units of line item 100", "1", "2")
    ]


def test_units_of_what_is_not_shown_or_was_refused() -> None:
    step = acted()
    assert not step.expect_units("FO-X", {"100": 1}, None)
    assert told(step) == [("a fulfillment order with the line items", "none is shown")]
    denied = refused()
    assert not denied.expect_units("FO-X", {"100": 1}, denied.target)
    assert tally(denied).broken == 1


def test_state_of_a_slot_and_of_another_fulfillment_order() -> None:
    step = acted(after=[ACCEPTED, shown("open/unsubmitted", 2)])
    assert step.expect("FO-X", "in_progress/*", slot="fulfillment_order")
    assert not step.expect("FO-X", "open/unsubmitted", slot="remaining")
    assert told(step) == [("remaining: a fulfillment order open/unsubmitted", "none is shown")]
    (new,) = step.created
    assert step.expect("FO-Y", "closed/closed or open/unsubmitted", of=new)
    assert not step.expect("FO-Y", "closed/closed", of=new)


def test_state_in_a_special_case_says_nothing_where_the_plain_one_deviates_already() -> None:
    step = acted(ACCEPTED, after=[SUBMITTED])
    assert not step.expect("FO-ACCEPT-STATE", "in_progress/accepted")
    assert not step.expect("FO-X", "in_progress/accepted")
    assert tally(step).unseen == ["accept deviates from FO-ACCEPT-STATE already"]
    assert tally(step, "FO-ACCEPT-STATE").broken == 1


def test_what_a_step_shows_is_what_the_look_shows() -> None:
    step = acted(after=[ACCEPTED, shown("closed/accepted", 2)])
    assert (step.order.pair, step.target.pair, step.was.pair) == ("in_progress/accepted",) * 2 + ("open/submitted",)
    assert [order.id for order in step.created] == ["2"]
    assert [order.id for order in step.active_at(str(AT_SERVICE))] == ["1"]
    assert step.active_at("77") == []
    assert step.seen(step.was).pair == "in_progress/accepted"
    assert step.slot("fulfillment_order") == step.order
    assert step.slot("replacement") is None


def test_what_is_not_listed_any_more_cannot_be_observed() -> None:
    step = acted(shown("in_progress/accepted", 3), after=[shown("open/unsubmitted", 2)], operation="release_hold")
    assert step.order.id == "3"
    lookups: list[Callable[[], object]] = [
        lambda: step.target,
        lambda: step.seen(step.was),
        lambda: step.again(step.was),
    ]
    for lookup in lookups:
        with pytest.raises(Unobservable, match="fulfillment order 1 is not listed"):
            lookup()


def test_answer_with_another_order_leaves_the_look_to_tell() -> None:
    step = acted(shown("open/unsubmitted", 3))
    assert (step.order.id, step.order.pair) == ("1", "in_progress/accepted")
    assert step.expect("FO-ACCEPT-STATE", "in_progress/accepted")


def test_another_order_is_left_alone() -> None:
    step = acted()
    assert step.keeps("FO-X", step.order)
    assert not step.keeps("FO-X", step.was)
    assert tally(step).held == tally(step).broken == 1
    assert told(step)[0][0] == "accept leaves 1 alone"


def test_what_was_advertised_to_the_merchant_has_to_succeed() -> None:
    offering = shown("open/unsubmitted", supported_actions=["hold"])
    held = shown("on_hold/unsubmitted")
    kept = acted(held, before=[offering], after=[held], actor="merchant", operation="hold")
    assert tally(kept, "FO-ACTIONS-ADVERTISED").held == 1
    broken = acted(None, status=422, before=[offering], after=[offering], actor="merchant", operation="hold")
    broken.check("FO-X", True, "it is held")
    assert told(broken, "FO-ACTIONS-ADVERTISED")[0][0] == "hold is advertised in service:open/unsubmitted and succeeds"
    other = acted(None, status=422, before=[offering], after=[offering], operation="hold")
    other.check("FO-X", True, "it is held")
    assert told(other, "FO-ACTIONS-ADVERTISED") == []


def test_what_succeeds_and_was_advertised_elsewhere_is_advertised_here() -> None:
    silent, offering = shown("open/unsubmitted"), shown("open/unsubmitted", 2, supported_actions=["hold"])
    held = shown("on_hold/unsubmitted")
    step = acted(held, before=[silent, offering], after=[held, offering], actor="merchant", operation="hold")
    assert told(step, "FO-ACTIONS-UNADVERTISED") == [
        ("hold is advertised in service:open/unsubmitted, where it succeeds", "[]")
    ]
    unknown = acted(held, before=[silent], after=[held], actor="merchant", operation="hold")
    assert told(unknown, "FO-ACTIONS-UNADVERTISED") == []


def test_step_is_a_transition_of_the_ledger() -> None:
    step = acted()
    (((source, operation, target, _), (taken,)),) = step.session.ledger.transitions.items()
    assert (source, operation, target) == ("service:open/submitted", "accept", "service:in_progress/accepted")
    assert taken.exchanges == (step.answer.exchange.n, step.after.exchange)


def test_what_a_later_exchange_shows_is_cited_with_the_step() -> None:
    step = acted()
    step.cites(7, 9)
    step.check("FO-FULFIL-CANCEL-WORK", False, "one", "none")
    deviation = next(row for row in step.session.ledger.deviations if row.requirement == "FO-FULFIL-CANCEL-WORK")
    assert deviation.exchanges == (step.answer.exchange.n, step.after.exchange, 7, 9)


def test_operations_of_an_actor_go_by_their_names() -> None:
    names = {"fulfil": "create_fulfillment"}
    operations = (
        "submit accept reject submit_cancellation accept_cancellation reject_cancellation cancel close move open "
        "reschedule hold release_hold set_deadline fulfil"
    )
    for name in operations.split():
        target = Canned([[SUBMITTED]], SUBMITTED)
        session = Session(target, Ledger(), Evidence(None, Redactor()), "2025-10", delay=Delay(()))
        getattr(Actor("merchant", session), name)(session.look("9").orders["1"])
        assert target.phases[1] == (names.get(name, name), "act")


def test_question_of_an_actor_is_followed_by_no_look() -> None:
    target = Canned([[SUBMITTED]], SUBMITTED)
    session = Session(target, Ledger(), Evidence(None, Redactor()), "2025-10")
    asked = Actor("merchant", session).ask("get", "1")
    assert asked.as_answered(session.look("9").orders["1"]).pair == "open/submitted"
    assert target.phases == [("get", "act"), ("list", "look")]


@pytest.mark.parametrize(("held", "rest"), [(1, 2), (2, 1)], ids=["the original is held", "a new one is held"])
def test_part_is_held_on_the_original_or_on_a_new_one(held: int, rest: int) -> None:
    """No document says which of the two keeps the id."""
    kept, other = shown("on_hold/unsubmitted", held), shown("open/unsubmitted", rest)
    before = [shown("open/unsubmitted")]
    step = acted(kept, operation="hold", actor="merchant", before=before, after=[kept, other], reason="other")
    assert step.order.pair == "on_hold/unsubmitted"
    assert [(order.id, order.pair) for order in step.apart] == [(str(rest), "open/unsubmitted")]


def test_what_is_not_divided_has_nothing_apart() -> None:
    step = acted(shown("on_hold/unsubmitted"), operation="hold", after=[shown("on_hold/unsubmitted")], reason="other")
    assert step.apart == []
