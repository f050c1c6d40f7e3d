"""What failed is remembered for as long as it says something: what has worked since is forgotten."""

import pytest
from staged import Staged, fulfillment_order

from fulfillspec.acting.session import Unobservable
from fulfillspec.stage.failures import Failures
from fulfillspec.stage.wanted import Wanted

NEW, SERVICE = "merchant:open/unsubmitted", "service:open/unsubmitted"
ACCEPTED = "service:in_progress/accepted"


def test_failure_is_final_where_it_comes_alike_twice_or_often() -> None:
    """Numbers do not tell two reasons apart; the first reason is the one that is told."""
    for reasons, final in (
        ([], None),
        (["order 1 failed"], None),
        (["order 1 failed", "order 22 failed"], "order 1 failed"),
        (["a", "b"], None),
        (["a", "b", "c"], None),
        (["a", "b", "c", "d"], "a"),
        (["a", "b", "a"], "a"),
    ):
        failures = Failures()
        for reason in reasons:
            assert failures.add("it", reason) == reasons[0]
        assert failures.final("it") == final
        assert failures.final("another") is None
        failures.forget("it")
        assert failures.final("it") is None


def test_what_is_given_up_is_final_at_once() -> None:
    failures = Failures()
    assert failures.give_up("it", "why") == "why"
    assert failures.final("it") == "why"
    failures = Failures()
    failures.add("it", "first")
    assert failures.give_up("it", "then") == "first"


def test_orders_that_could_be_made_again_are_not_given_up() -> None:
    """Two failures alike are final; with an order made in between they are not."""
    staged = Staged()
    fails = ["HTTP 500", "", "HTTP 500", "", "HTTP 500"]
    create = staged.source.create

    def sometimes(*given: object) -> object:
        staged.source._fails[:] = [reason] if (reason := fails.pop(0)) else []
        return create(*given)  # type: ignore[arg-type]

    staged.source.create = sometimes  # type: ignore[method-assign, assignment]
    for fine in (False, True, False, True, False):
        if fine:
            staged.stage.new_order()
        else:
            with pytest.raises(Unobservable, match="HTTP 500"):
                staged.stage.new_order()
    assert staged.source.made == 2


def test_move_that_worked_since_is_tried_again() -> None:
    staged = Staged(broken=["move"])
    order = fulfillment_order("1", "9", "1", [3])
    staged.session.stored["9"] = {"1": order}
    for works in (False, True, False):
        (staged.actor.broken.clear if works else lambda: staged.actor.broken.add("move"))()
        if works:
            assert staged.stage._placed([order], Wanted(SERVICE)).location_id == "70"
        else:
            with pytest.raises(Unobservable, match="could not be staged: move to it was refused"):
                staged.stage._placed([order], Wanted(SERVICE))
    assert staged.stage._failures.final("service") is None
    with pytest.raises(Unobservable):
        staged.stage._placed([order], Wanted(SERVICE))
    assert staged.stage._failures.final("service") is not None, "alike twice"


def test_way_that_worked_since_is_gone_again() -> None:
    """A step that failed on a new order is not taken again; a goal that is reached another time may fail twice more."""
    staged = Staged(broken=["accept"])
    with pytest.raises(Unobservable, match="accept from service:open/submitted was refused"):
        staged.stage.order(ACCEPTED, alone=True)
    assert staged.stage.routes.final(ACCEPTED) is None
    with pytest.raises(Unobservable):
        staged.stage.order(ACCEPTED, alone=True)
    staged.actor.broken.clear()
    staged.stage.routes._broken.clear()
    staged.session.tainted.update(staged.session.stored)
    order = fulfillment_order("5", "50", "70", [3], "open/submitted")
    staged.session.stored["50"] = {"5": order}
    staged.session.look("50")
    assert staged.stage.order(ACCEPTED).pair == "in_progress/accepted"
    assert staged.stage.routes.final(ACCEPTED) is None


@pytest.mark.parametrize(("way", "taken"), [("split", ["split"]), ("move", ["move"]), ("hold", ["hold"])])
def test_way_of_cutting_that_was_refused_is_not_tried_again(way: str, taken: list[str]) -> None:
    staged = Staged(broken=[way])
    staged.session.offered = frozenset({"split"}) if way == "split" else frozenset()
    big = fulfillment_order("1", "9", "1", [60, 40, 20])
    staged.session.stored["9"] = {"1": big}
    staged.session.look("9")
    elsewhere = "2" if way == "move" else None
    for _ in range(2):
        staged.stage.pieces.cut(big, elsewhere)
    assert [step for step in staged.actor.taken if step == way] == taken


def test_leased_ones_are_given_back_when_the_case_is_over() -> None:
    staged = Staged()
    first = staged.stage.order(NEW)
    assert first.id in staged.stage._leased
    assert staged.stage.order(NEW).id != first.id
    staged.stage.release()
    assert staged.stage._leased == set()
    assert staged.stage.order(NEW).id == first.id
