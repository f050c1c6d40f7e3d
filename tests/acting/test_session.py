"""What a session makes of answers: who lacks a scope, which findings count, what the documents say of a state."""

from collections.abc import Iterator
from typing import Any

import pytest
from canned import AT_SERVICE, Canned, shown

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Session, Unobservable
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.judge.finding import fails, holds
from fulfillspec.verdicts.ledger import Ledger, Tally
from fulfillspec.wire.answer import Answer, Ask

OPEN, SUBMITTED = shown("open/unsubmitted"), shown("open/submitted")


def session(
    *looks: list[dict[str, Any]], answer: dict[str, Any] | None = OPEN, status: int = 200, **more: Any
) -> Session:
    found = Session(Canned(looks or [[OPEN]], answer, status), Ledger(), Evidence(None, Redactor()), "2025-10", **more)
    found.places[str(AT_SERVICE)] = "service"
    return found


def tally(there: Session, requirement: str) -> Tally:
    return there.ledger.tallies.get((requirement, "rest"), Tally())


def asked(there: Session, actor: str = "service", operation: str = "accept") -> Answer:
    there.look("9")
    return there.ask(actor, operation, "1")


@pytest.mark.parametrize(("status", "reason"), [(403, True), (401, True), (404, True), (422, False)])
def test_scope_that_an_app_lacks_explains_a_denial(status: int, reason: bool) -> None:
    there = session(answer=None, status=status, scopes={"service": frozenset({"read_orders"})})
    said = there.hindered(asked(there))
    assert (said is not None) is reason
    if said:
        assert said.startswith("the service actor's token lacks write_")
        assert there.ledger.hindered == {("accept", "rest"): said}


def test_scopes_that_are_held_or_not_known_explain_nothing() -> None:
    every = frozenset({"write_assigned_fulfillment_orders", "read_assigned_fulfillment_orders"})
    for scopes in ({"service": every}, {"service": None}, {}):
        there = session(answer=None, status=403, scopes=scopes)
        assert there.hindered(asked(there)) is None
    done = session(scopes={"service": frozenset()})
    assert done.hindered(asked(done)) is None


def test_requirement_that_a_lacking_scope_explains_is_open() -> None:
    there = session(answer=None, status=403, scopes={"service": frozenset()})
    step = Actor("service", there).accept(there.look("9").orders["1"])
    assert not step.check("FO-X", True, "it is carried out")
    assert tally(there, "FO-X").unseen == [there.ledger.hindered["accept", "rest"]]
    assert tally(there, "FO-X").broken == 0


def test_list_that_shows_nothing_for_want_of_a_scope_cannot_be_observed() -> None:
    there = session([], scopes={"merchant": frozenset()})
    with pytest.raises(Unobservable, match="the merchant actor's token lacks read_"):
        there.look("9")
    assert there.tainted == {"9"}


def test_findings_count_for_the_selected_requirements_only() -> None:
    there = session(requirements=frozenset({"FO-X"}))
    answer = asked(there)
    for requirement in ("FO-X", "FO-Y"):
        there.record(holds(requirement), answer)
        there.record(fails(requirement, "one", "another"), answer)
        there.unseen(requirement, "why")
        there.refused(requirement, "accept", "documented")
    there.ledger.settle()
    assert {identity for identity, _ in there.ledger.tallies} == {"FO-X"}
    assert (tally(there, "FO-X").held, tally(there, "FO-X").broken) == (2, 1)


def test_promises_of_an_area_that_is_not_claimed_are_not_held_against_a_target() -> None:
    for areas, broken in ((frozenset({"requests"}), 0), (frozenset({"holds"}), 1), (None, 1)):
        there = session(areas=areas)
        answer = asked(there, "merchant", "hold")
        there.record(fails("FO-ACTIONS-ADVERTISED", "hold succeeds", "refused"), answer)
        assert tally(there, "FO-ACTIONS-ADVERTISED").broken == broken


def test_deviation_names_all_that_leads_to_it() -> None:
    there = session()
    there.ledger.begin("a case")
    answer = asked(there)
    there.record(fails("FO-CLOSE-STATE", "one", "another"), answer, state="service:open/submitted", exchanges=(7, 2))
    (found,) = [one for one in there.ledger.deviations if one.requirement == "FO-CLOSE-STATE"]
    assert (found.case, found.transport, found.actor, found.operation, found.state) == (
        "a case", "rest", "service", "accept", "service:open/submitted",
    )  # fmt: skip
    assert found.exchanges == (answer.exchange.n, 7)
    assert there.is_broken("FO-CLOSE-STATE")
    assert there.times_broken("FO-CLOSE-STATE") == 1
    assert not there.is_broken("FO-ACCEPT-STATE")


@pytest.mark.parametrize(
    ("requirement", "spoilt"),
    [("FO-CLOSE-STATE", {"9": "FO-CLOSE-STATE"}), ("FO-SUBMIT-MESSAGE", {}), ("FO-CONN-STATE", {}), ("FO-X", {})],
)
def test_register_says_which_deviation_spoils_an_order(requirement: str, spoilt: dict[str, str]) -> None:
    """A row of another transport names no deviation in the results, so it spoils nothing either."""
    there = session()
    there.record(fails(requirement, "one", "another"), asked(there))
    assert there.spoilt_by == spoilt
    assert there.tainted == set(spoilt)


def test_invariants_are_counted_whether_they_hold_or_not() -> None:
    there = session()
    answer = asked(there)
    before = there.ledger.invariants["FO-X"]
    there.record_all([holds("FO-X"), fails("FO-X", "a", "b")], answer)
    assert there.ledger.invariants["FO-X"] - before == 2


def test_look_learns_which_actions_are_ever_advertised() -> None:
    there = session([shown("open/unsubmitted", supported_actions=["move", "hold"])])
    there.look("9")
    assert there.advertised == {"move", "hold"}


def test_order_is_looked_at_once_where_a_look_is_known() -> None:
    there = session()
    order = there.look("9").orders["1"]
    there.before(order)
    assert there.transport.asked == 1  # type: ignore[attr-defined]
    there.pictures.clear()
    there.before(order)
    assert there.transport.asked == 2  # type: ignore[attr-defined]


def test_fulfillment_order_without_an_order_cannot_be_looked_at() -> None:
    there = session([shown("open/unsubmitted", order_id=None)])
    order = there.glance("9").orders["1"]
    with pytest.raises(Unobservable, match="fulfillment order 1 shows no order_id"):
        there.before(order)


def test_session_with_eyes_looks_over_their_transport() -> None:
    eyes = session([SUBMITTED])
    there = Session(Canned([[OPEN]], None), Ledger(), Evidence(None, Redactor()), "2025-10", eyes=eyes)
    assert there.look("9").orders["1"].pair == "open/submitted"
    assert there.before(there.pictures["9"].orders["1"]).orders["1"].pair == "open/submitted"
    assert (eyes.transport.asked, there.transport.asked) == (1, 0)  # type: ignore[attr-defined]
    assert there.known is eyes.known


def test_documents_say_what_is_accepted_and_refused_in_a_state() -> None:
    there = session()
    assert there.documented_accept("merchant:open/unsubmitted", "hold")
    assert not there.documented_accept("service:closed/closed", "hold")
    assert not there.documented_accept(None, "hold")
    assert there.documented_refusal("service:open/unsubmitted", "accept", "service")
    assert not there.documented_refusal("service:open/submitted", "accept", "service")
    assert not there.documented_refusal("unknown:open/unsubmitted", "accept", "service")
    assert not there.documented_refusal(None, "accept", "service")
    assert there.documented_refusal("service:closed/none_such", "accept", "service")
    assert not there.documented_refusal("service:open/none_such", "accept", "service")


@pytest.mark.parametrize("pair", ["open/accepted", "open/cancellation_requested", "in_progress/submitted"])
def test_nothing_is_promised_in_a_state_to_which_no_path_leads(pair: str) -> None:
    assert session().documented_refusal(f"service:{pair}", "close", "service")
    assert not session().documented_refusal("service:in_progress/accepted", "close", "service")


def test_state_has_the_place_in_its_name() -> None:
    there = session()
    order = there.look("9").orders["1"]
    assert there.state(order) == "service:open/unsubmitted"
    there.places.clear()
    assert (there.state(order), there.state(None)) == ("unknown:open/unsubmitted", None)


@pytest.mark.parametrize(
    ("operation", "key", "heard"),
    [
        ("submit", "submitted_fulfillment_order", [("submit", "5")]),
        ("submit_cancellation", "fulfillment_order", [("submit_cancellation", "5")]),
        ("submit", "fulfillment_order", []),
        ("accept", "fulfillment_order", []),
    ],
)
def test_request_that_was_carried_out_is_told_of(operation: str, key: str, heard: list[tuple[str, str]]) -> None:
    told: list[tuple[str, str]] = []
    there = session(answer=SUBMITTED, requested=lambda *what: told.append(what))
    there.transport.key = key  # type: ignore[attr-defined]
    there.ask("merchant", operation, "1")
    assert told == heard


@pytest.mark.parametrize(("before", "heard"), [("open/rejected", "requested"), ("open/submitted", "renewed")])
def test_request_that_is_sent_while_one_waits_is_told_of_as_such(before: str, heard: str) -> None:
    told: list[str] = []
    there = session(
        [shown(before)],
        answer=SUBMITTED,
        requested=lambda *_: told.append("requested"),
        renewed=lambda *_: told.append("renewed"),
    )
    there.transport.key = "submitted_fulfillment_order"  # type: ignore[attr-defined]
    there.look("9")
    there.ask("merchant", "submit", "1")
    assert told == [heard]


@pytest.mark.parametrize(("place", "broken"), [("merchant", 1), ("service", 0), ("other_service", 0)])
def test_assigned_list_holds_nothing_of_the_merchants_locations(place: str, broken: int) -> None:
    there = session(answer=[OPEN])  # type: ignore[arg-type]
    there.transport.key = "fulfillment_orders"  # type: ignore[attr-defined]
    there.places[str(AT_SERVICE)] = place
    there.ask("service", "assigned")
    assert tally(there, "FO-ASSIGNED-ONLY-ASSIGNED").broken == broken


@pytest.mark.parametrize(
    ("actor", "offered", "broken"), [("merchant", [], 1), ("merchant", ["release_hold"], 0), ("service", [], 0)]
)
def test_answers_are_held_to_what_they_offer_the_merchant(actor: str, offered: list[str], broken: int) -> None:
    line = {"id": 10, "line_item_id": 100, "quantity": 1, "fulfillable_quantity": 1}
    there = session(answer=shown("on_hold/unsubmitted", supported_actions=offered, line_items=[line]))
    there.ask(actor, "get", "1")
    assert tally(there, "FO-ACTIONS-SHARED").broken == broken


class Backwards(frozenset[str]):
    """A set whose order is not that of the alphabet."""

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(super().__iter__(), reverse=True))


def test_parameters_that_ask_for_more_stand_in_one_order(monkeypatch: pytest.MonkeyPatch) -> None:
    there = session()
    names = ["include_financial_summaries", "include_order_reference_fields"]
    sent: list[list[str]] = []
    perform = there.transport.perform

    def noted(actor: str, ask: Ask, **more: Any) -> Answer:
        sent.append([*ask.arguments])
        return perform(actor, ask, **more)

    monkeypatch.setattr(there.transport, "perform", noted)
    there.ask("merchant", "list", "9", includes=Backwards(names))
    assert sent == [names]
