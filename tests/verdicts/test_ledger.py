"""What the ledger makes of refusals, of deviations seen twice, and of cells that both transports met."""

from collections.abc import Callable
from dataclasses import replace

from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.ledger import Ledger, SeenCell, Tally

ROW = "FO-CLOSE-NEEDS-IN-PROGRESS"
DEVIATION = Deviation(ROW, "a case", "rest", "service", "close", None, "close is refused", "accepted 1", (), (1,), "")
CELL = SeenCell("service:open/unsubmitted", "close", "service", "rest", "refuse", "must", ROW, "refused", "pass", (1,))


def tally(ledger: Ledger, requirement: str = ROW, transport: str = "rest") -> Tally:
    return ledger.tallies[requirement, transport]


def test_refusal_proves_nothing_without_an_accepted_twin() -> None:
    ledger = Ledger()
    ledger.refused(ROW, "rest", "close", "close is refused")
    ledger.settle()
    assert tally(ledger).held == 0
    assert tally(ledger).unseen == ["close was never accepted in this run, so its refusal proves nothing"]


def test_refusal_holds_once_its_twin_was_accepted_before_or_after() -> None:
    for twin_first in (True, False):
        ledger = Ledger()
        if twin_first:
            ledger.accepted("close", "rest")
        ledger.refused(ROW, "rest", "close", "close is refused")
        if not twin_first:
            ledger.accepted("close", "rest")
        ledger.settle()
        assert (tally(ledger).held, tally(ledger).unseen) == (1, [])


def test_twin_of_another_operation_or_transport_does_not_count() -> None:
    ledger = Ledger()
    ledger.accepted("cancel", "rest")
    ledger.accepted("close", "graphql")
    ledger.refused(ROW, "rest", "close", "close is refused")
    ledger.settle()
    assert tally(ledger).held == 0


def test_refusal_is_settled_for_the_case_that_met_it() -> None:
    ledger = Ledger()
    ledger.begin("the case that met it", frozenset({ROW}))
    ledger.refused(ROW, "rest", "close", "close is refused")
    ledger.accepted("close", "rest")
    ledger.begin("a later case")
    ledger.settle()
    assert list(tally(ledger).cases) == ["the case that met it"]
    ledger.settle()
    assert tally(ledger).held == 1, "settled once"


def test_operation_that_was_never_accepted_is_told_once_under_the_row_that_asks_for_it() -> None:
    plain = replace(DEVIATION, requirement="FO-CLOSE-STATE", received="refused, HTTP 404")
    beside = replace(plain, requirement="FO-CLOSE-MESSAGE-OPTIONAL")
    done = replace(beside, requirement="FO-ERR-UNCHANGED", received="status: open became closed")
    for accepted in (False, True):
        ledger = Ledger()
        for found, refused in ((beside, True), (plain, True), (done, False)):
            ledger.broken(found, refused=refused)
        if accepted:
            ledger.accepted("close", "rest")
        ledger.settle()
        assert ledger.deviations == ([beside, plain, done] if accepted else [plain, done])
        assert tally(ledger, beside.requirement).broken == accepted
        assert bool(tally(ledger, beside.requirement).unseen) is not accepted


def test_operation_that_was_never_accepted_breaks_what_was_asked_where_its_own_row_was_not() -> None:
    ledger, found = Ledger(), replace(DEVIATION, requirement="FO-CLOSE-MESSAGE-OPTIONAL")
    ledger.broken(found, refused=True)
    ledger.settle()
    assert (ledger.deviations, tally(ledger, found.requirement).broken) == ([found], 1)


def test_deviation_that_differs_in_numbers_only_is_told_once_and_counted() -> None:
    ledger = Ledger()
    ledger.broken(DEVIATION)
    ledger.broken(replace(DEVIATION, received="accepted 2", exchanges=(7,)))
    assert tally(ledger).broken == 2
    assert ledger.deviations == [DEVIATION]


def test_deviations_of_other_operations_and_transports_are_told_each() -> None:
    ledger = Ledger()
    for other in (DEVIATION, replace(DEVIATION, operation="cancel"), replace(DEVIATION, transport="graphql")):
        ledger.broken(other)
    assert len(ledger.deviations) == 3


def test_reason_is_noted_once() -> None:
    ledger = Ledger()
    for _ in range(2):
        ledger.unseen(ROW, "rest", "no token")
        ledger.inapplicable(ROW, "rest", "no area")
    assert (tally(ledger).unseen, tally(ledger).without) == (["no token"], ["no area"])


def test_what_was_left_out_for_a_reason_was_not_judged_otherwise() -> None:
    ledger = Ledger()
    ledger.inapplicable("FO-A", "rest", "no products")
    ledger.inapplicable("FO-B", "rest", "no products")
    ledger.held("FO-B", "graphql")
    assert ledger.left_out("no products") == ["FO-A"]


def test_case_that_judges_is_counted() -> None:
    ledger = Ledger()
    ledger.begin("one")
    assert ledger.judged_in_case == 0
    ledger.held(ROW, "rest")
    assert (ledger.judged_in_case, ledger.touched) == (1, {ROW})
    ledger.begin("two")
    assert (ledger.judged_in_case, ledger.touched) == (0, set())


def test_cells_that_differ_between_transports_are_a_deviation() -> None:
    ledger = Ledger(cells=[CELL, replace(CELL, transport="graphql", seen="accepted", exchanges=(2,))])
    ledger.compare_cells()
    (found,) = ledger.deviations
    assert (found.requirement, found.received, found.exchanges) == (
        "FO-EQ-REFUSALS",
        "REST: refused, GraphQL: accepted",
        (1, 2),
    )


def test_cells_that_agree_hold_over_both_and_unreached_ones_say_nothing() -> None:
    ledger = Ledger(cells=[CELL, replace(CELL, transport="graphql")])
    ledger.compare_cells()
    assert [tally(ledger, "FO-EQ-REFUSALS", name).held for name in ("rest", "graphql")] == [1, 1]
    for other in ([CELL], [CELL, replace(CELL, transport="graphql", seen="unreached")]):
        ledger = Ledger(cells=other)
        ledger.compare_cells()
        assert ledger.tallies == {}


def test_reading_keeps_its_first_exchanges() -> None:
    ledger = Ledger()
    for exchange in (1, 1, 2, 3, 4, 5, 6, 7):
        ledger.reading("AMB-X", "this one", "rest", exchange)
    assert ledger.readings["AMB-X", "this one", "rest"] == [1, 2, 3, 4, 5]


def test_everything_that_a_case_learns_is_counted_one_by_one() -> None:
    ledger = Ledger()
    ledger.begin("one", frozenset({ROW}))
    notes: list[Callable[[], None]] = [
        lambda: ledger.held(ROW, "rest"),
        lambda: ledger.broken(DEVIATION),
        lambda: ledger.unseen(ROW, "rest", "why"),
        lambda: ledger.inapplicable(ROW, "rest", "why"),
        lambda: ledger.refused(ROW, "rest", "close", "it is refused"),
        lambda: ledger.reading("AMB-X", "this", "rest", 1),
    ]
    for count, note in enumerate(notes, 1):
        note()
        assert ledger.judged_in_case == count
    assert ledger.touched == {ROW}
    assert (tally(ledger).held, tally(ledger).broken) == (1, 1)


def test_case_is_named_where_it_names_the_requirement_or_met_it_first() -> None:
    ledger = Ledger()
    for case, named in (("first", frozenset[str]()), ("second", frozenset[str]()), ("third", frozenset({ROW}))):
        ledger.begin(case, named)
        ledger.held(ROW, "rest")
    assert list(tally(ledger).cases) == ["first", "third"]
    ledger.begin("fourth")
    ledger.broken(DEVIATION)
    assert list(tally(ledger).cases) == ["first", "third", "fourth"], "one that breaks it is named"
    nobody = Ledger()
    nobody.held(ROW, "rest")
    assert list(tally(nobody).cases) == []


def test_refusal_that_a_lacking_scope_keeps_from_its_twin_says_so() -> None:
    ledger = Ledger(hindered={("close", "rest"): "the token lacks a scope", ("close", "graphql"): "another"})
    ledger.refused(ROW, "rest", "close", "close is refused")
    ledger.settle()
    said = "close was never accepted in this run (the token lacks a scope), so its refusal proves nothing"
    assert tally(ledger).unseen == [said]


def test_transitions_are_kept_in_their_order() -> None:
    ledger = Ledger()
    for fine, exchanges in ((True, (1, 2)), (False, (3, 4))):
        ledger.transition("a", "close", "b", "rest", fine=fine, exchanges=exchanges)
    ledger.transition("a", "close", "b", "graphql", fine=True, exchanges=())
    assert [(one.fine, one.exchanges) for one in ledger.transitions["a", "close", "b", "rest"]] == [
        (True, (1, 2)),
        (False, (3, 4)),
    ]
    assert len(ledger.transitions) == 2


def other_ledger() -> Ledger:
    ledger = Ledger()
    ledger.begin("another case", frozenset({ROW}))
    ledger.broken(replace(DEVIATION, case="another case", exchanges=(2, 9)))
    ledger.held("FO-LIST-ALL", "graphql")
    ledger.reading("AMB", "one", "rest", 9)
    ledger.transition("a", "close", "b", "rest", fine=True, exchanges=(9, 10))
    ledger.cells.append(replace(CELL, exchanges=(11,)))
    ledger.refused(ROW, "rest", "close", "close is refused")
    return ledger


def test_ledger_that_is_taken_in_counts_as_if_it_had_been_entered() -> None:
    ledger = Ledger()
    ledger.begin("a case", frozenset({ROW}))
    ledger.broken(DEVIATION)
    ledger.accepted("close", "rest")
    ledger.take_in(other_ledger())
    ledger.settle()
    assert (tally(ledger).broken, tally(ledger).held) == (2, 1)
    assert [*tally(ledger).cases] == ["a case", "another case"]
    assert ledger.deviations == [DEVIATION]  # the other differs in numbers only
    assert tally(ledger, "FO-LIST-ALL", "graphql").held == 1
    assert len(ledger.cells) == len(ledger.transitions) == 1


def test_exchanges_of_a_ledger_get_other_numbers_beyond_those_that_all_know() -> None:
    ledger = other_ledger().renumbered(after=2, by=100)
    assert ledger.deviations[0].exchanges == (2, 109)
    assert [*ledger.readings.values()] == [[109]]
    assert [one.exchanges for passages in ledger.transitions.values() for one in passages] == [(109, 110)]
    assert ledger.cells[0].exchanges == (111,)
    ledger.accepted("close", "rest")
    ledger.settle()
    assert tally(ledger).held == 1
