"""The stage: what it reuses, what it makes, and when it stops making."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from staged import Source, Staged

from fulfillspec.acting.session import Inapplicable, Unobservable


def reasons(staged: Staged, state: str, times: int = 6) -> set[str]:
    """Want a state again and again; return the reasons why it could not be had."""
    found = set()
    for _ in range(times):
        with pytest.raises((Unobservable, Inapplicable)) as caught:
            staged.stage.order(state)
        found.add(str(caught.value))
    return found


def test_order_that_a_case_is_done_with_is_used_again() -> None:
    staged = Staged()
    first = staged.stage.order("merchant:open/unsubmitted")
    staged.stage.release()
    assert staged.stage.order("merchant:open/unsubmitted").id == first.id
    assert staged.source.made == 1


def test_leased_order_is_not_given_to_another() -> None:
    staged = Staged()
    assert len({staged.stage.order("merchant:open/unsubmitted").id for _ in range(2)}) == 2
    whole = Staged(broken=["hold", "move"])
    assert len({whole.stage.order("merchant:open/unsubmitted").id for _ in range(2)}) == 2
    assert (staged.source.made, whole.source.made) == (1, 2)


def test_several_line_items_are_not_made_anew_where_routing_gives_each_its_own_order() -> None:
    staged = Staged()
    staged.source.apart = True
    for _ in range(3):
        order = staged.stage.order("merchant:open/unsubmitted", lines=2, units=3)
        assert len(order.lines) == 1
        staged.stage.release()
    assert staged.source.made == 1


def test_order_that_deviated_is_not_used_again() -> None:
    staged = Staged()
    first = staged.stage.order("merchant:open/unsubmitted")
    staged.stage.release()
    staged.session.tainted.add(first.order_id or "")
    assert staged.stage.order("merchant:open/unsubmitted").order_id != first.order_id


def test_idle_order_is_driven_to_where_it_is_wanted() -> None:
    staged = Staged()
    staged.stage.order("service:open/submitted")
    staged.stage.release()
    order = staged.stage.order("service:in_progress/accepted")
    assert order.pair == "in_progress/accepted"
    assert staged.source.made == 1
    assert staged.actor.taken == ["submit", "accept"]


def test_state_that_needs_an_actor_without_a_token_costs_no_order() -> None:
    staged = Staged(actors=("merchant",))
    assert reasons(staged, "service:in_progress/accepted") == {
        "service:in_progress/accepted needs the service actor, and it has no token"
    }
    assert staged.source.made == 0


def test_state_at_a_service_that_is_not_known_costs_no_order() -> None:
    staged = Staged(source=partial(Source, service=None))
    assert reasons(staged, "service:open/submitted") == {
        "no location of a fulfillment service is known ([stage] service_location names one)"
    }
    assert staged.source.made == 0


def test_step_that_did_not_work_on_a_new_order_is_not_taken_again() -> None:
    staged = Staged(broken=["accept"])
    told = reasons(staged, "service:in_progress/accepted")
    assert staged.actor.taken.count("accept") == 1
    assert staged.source.made <= 2
    assert any("accept from service:open/submitted was refused" in reason for reason in told)


def test_move_that_does_not_work_twice_is_not_tried_a_third_time() -> None:
    staged = Staged(broken=["move"])
    staged.source.routed["service"] = "1"
    told = reasons(staged, "service:open/unsubmitted")
    assert staged.actor.taken.count("move") == 2
    assert staged.source.made <= 4
    assert all("could not be staged: move to it was refused" in reason for reason in told)


def test_order_that_cannot_be_created_is_tried_twice_and_the_first_reason_told() -> None:
    staged = Staged(source=partial(Source, fails=["order 1 was refused", "order 2 was refused", "something else"]))
    assert reasons(staged, "merchant:open/unsubmitted") == {"order 1 was refused"}
    assert staged.source.tries == 2


def test_order_that_could_not_be_created_once_is_made_the_next_time() -> None:
    staged = Staged(source=partial(Source, fails=["HTTP 500"]))
    assert staged.stage.order("merchant:open/unsubmitted").pair == "open/unsubmitted"


def test_orders_that_cannot_be_looked_at_are_not_made_for_ever() -> None:
    staged = Staged()
    staged.session.blind = "undefinedField"
    assert reasons(staged, "merchant:open/unsubmitted") == {"order 100: undefinedField"}
    assert staged.source.made == 2


def test_order_that_gets_no_fulfillment_order_is_the_last() -> None:
    staged = Staged()
    create: Callable[..., object] = staged.source.create

    def unrouted(*given: object) -> object:
        made = create(*given)
        staged.session.stored = {order_id: {} for order_id in staged.session.stored}
        return made

    staged.source.create = unrouted  # type: ignore[assignment,method-assign]
    staged.session.latest = object()
    assert len(reasons(staged, "merchant:open/unsubmitted")) == 1
    assert (staged.source.made, staged.session.looks) == (1, 12)
    assert staged.session.recorded == ["FO-ROUTING-CREATES"]


def test_cap_ends_staging_with_one_sentence() -> None:
    staged = Staged(most=3)
    for _ in range(3):
        staged.stage.order("merchant:open/unsubmitted", alone=True)
    assert reasons(staged, "merchant:open/unsubmitted") == {
        "no more orders are made over rest: 3 were made ([limits] orders in the target file)"
    }
    assert staged.source.made == 3


def test_what_is_wanted_is_found_among_what_stands_there() -> None:
    staged = Staged()
    staged.stage.order("service:open/unsubmitted")
    staged.stage.release()
    movable = staged.stage.order("merchant:open/unsubmitted", movable=True, lines=2, units=4)
    assert staged.stage.is_movable(movable)
    assert staged.source.made == 1
    alone = staged.stage.order("merchant:open/unsubmitted", alone=True)
    assert alone.order_id != movable.order_id


def test_phase_is_given_back_whatever_happens() -> None:
    staged = Staged(broken=["accept"])
    with pytest.raises(Unobservable):
        staged.stage.order("service:in_progress/accepted")
    assert staged.session.phase == "act"


def test_state_that_no_api_makes_has_to_be_given() -> None:
    staged = Staged()
    assert not staged.stage.offers("merchant:scheduled/unsubmitted")
    with pytest.raises(Inapplicable, match="no fulfillment order in merchant:scheduled/unsubmitted"):
        staged.stage.given("merchant:scheduled/unsubmitted")


def test_more_units_than_several_lines_are_a_line_of_several() -> None:
    staged = Staged()
    piece = staged.stage.order("merchant:open/unsubmitted")
    ones = tuple(replace(line, quantity=1, remaining=1) for line in piece.lines)
    staged.session.stored[piece.order_id or ""][piece.id] = replace(piece, lines=ones)
    staged.session.look(piece.order_id or "")
    staged.stage.release()
    assert staged.stage.order("merchant:open/unsubmitted", lines=3, units=3).id == piece.id
    staged.stage.release()
    assert staged.stage.order("merchant:open/unsubmitted", lines=2, units=3).id != piece.id
