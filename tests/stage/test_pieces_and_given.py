"""Where orders are dear pieces are cut off a big one, and what somebody else put into a state is taken by its id."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from staged import Staged, fulfillment_order

from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.stage.source import CannotStage, World
from fulfillspec.stage.supply import QUANTITIES
from fulfillspec.stage.wanted import Needs, Wanted

NEW, GIVEN = "merchant:open/unsubmitted", "merchant:scheduled/unsubmitted"


def given(staged: Staged, identity: str, pair: str, order_id: str = "50", location: str = "1") -> None:
    order = fulfillment_order(identity, order_id, location, QUANTITIES, pair)
    staged.session.stored.setdefault(order_id, {})[identity] = order


def test_pieces_are_cut_off_one_order_where_orders_are_dear() -> None:
    staged = Staged()
    pieces = [staged.stage.order(NEW) for _ in range(3)]
    assert staged.source.made == 1
    assert [list(piece.left.values()) for piece in pieces] == [list(QUANTITIES)] * 3
    assert len({piece.id for piece in pieces}) == 3
    assert staged.actor.taken == ["move", "hold", "release_hold", "hold", "release_hold"]


def test_piece_is_split_off_where_that_is_offered() -> None:
    staged = Staged()
    staged.session.offered = frozenset({"split"})
    pieces = [staged.stage.order(NEW), staged.stage.order("service:open/unsubmitted")]
    assert [list(piece.left.values()) for piece in pieces] == [list(QUANTITIES)] * 2
    assert staged.actor.taken == ["split", "split"]


def test_refused_way_of_cutting_gives_place_to_the_next() -> None:
    staged = Staged(broken=["split", "move"])
    staged.session.offered = frozenset({"split"})
    for _ in range(2):
        staged.stage.order(NEW)
        staged.stage.release()
        staged.stage.order("merchant:closed/unsubmitted")
        staged.stage.release()
    assert staged.actor.taken[:4] == ["split", "move", "hold", "release_hold"]
    assert {"split", "move"}.isdisjoint(staged.actor.taken[4:])


def test_piece_is_not_moved_to_where_a_case_has_one_or_wants_none() -> None:
    staged = Staged()
    one, two = staged.stage.order(NEW), staged.stage.order(NEW)
    assert (one.location_id, two.location_id) == ("2", "1")
    clear = Staged()
    assert clear.stage.order(NEW, clear="service").location_id == "1"


def test_order_with_many_fulfillment_orders_is_left_alone_while_few_orders_were_made() -> None:
    staged = Staged(broken=["move"])
    orders = {staged.stage.order(NEW).order_id for _ in range(20)}
    assert len(orders) == staged.source.made > 1
    assert all(len(orders) < 20 for orders in staged.session.stored.values())


def test_orders_that_are_small_or_wanted_alone_are_not_cut() -> None:
    alone = Staged()
    alone.stage.order(NEW, alone=True)
    assert alone.actor.taken == []
    small = Staged()
    small.stage.new_order(("movable",), QUANTITIES)
    small.stage.order(NEW)
    assert (small.source.made, small.actor.taken) == (1, [])


@pytest.mark.parametrize(("units", "cut"), [(2, True), (1, False)])
def test_order_is_big_where_two_pieces_of_each_line_are_left(units: int, cut: bool) -> None:  # noqa: FBT001 - a case
    staged = Staged()
    staged.stage.new_order(("movable",), [units * each for each in QUANTITIES])
    staged.stage.order(NEW)
    assert (staged.actor.taken != []) is cut


@pytest.mark.parametrize(("pair", "way"), [("open/submitted", ["submit"]), ("on_hold/unsubmitted", ["hold"])])
def test_step_that_takes_a_part_cuts_the_piece_off_itself(pair: str, way: list[str]) -> None:
    staged = Staged()
    piece = staged.stage.order(f"service:{pair}")
    assert (piece.pair, list(piece.left.values()), staged.actor.taken) == (pair, list(QUANTITIES), way)


def test_step_that_takes_no_part_is_not_asked_to_twice() -> None:
    staged = Staged(broken=["submit a part"])
    for _ in range(2):
        assert staged.stage.order("service:open/submitted").pair == "open/submitted"
    assert staged.actor.taken == ["submit", *["hold", "release_hold", "submit"] * 2]


def test_rather_a_piece_is_used_than_another_one_cut_off() -> None:
    staged = Staged()
    piece = staged.stage.order(NEW)
    staged.stage.release()
    assert staged.stage.order(NEW).id == piece.id
    staged.stage.release()
    assert staged.stage.order("merchant:on_hold/unsubmitted").id == piece.id
    assert staged.actor.taken == ["move", "hold"]


def test_piece_is_moved_from_the_other_kind_of_location_rather_than_ordered() -> None:
    staged = Staged()
    staged.stage.order(NEW)
    piece = staged.stage.order("service:open/unsubmitted", movable=True)
    assert (piece.location_id, list(piece.left.values())) == ("70", list(QUANTITIES))
    assert (staged.source.made, staged.actor.taken) == (1, ["move", "move"])


def test_room_that_cannot_be_made_twice_is_not_made_a_third_time() -> None:
    staged = Staged(broken=["accept"])
    staged.stage.new_order()
    assert len({staged.stage.order(NEW, alone=True).order_id for _ in range(4)}) == 4
    assert staged.actor.taken == ["submit", "accept", "accept"]


def test_place_that_nothing_can_be_moved_to_is_still_reached_by_routing() -> None:
    staged = Staged(broken=["move"])
    staged.stage.new_order(("movable",))
    for _ in range(3):
        assert staged.stage.order("service:open/unsubmitted").location_id == "70"
    assert staged.actor.taken.count("move") == 1


def test_nothing_is_moved_to_where_it_may_join_what_a_case_has() -> None:
    staged = Staged()
    staged.stage.new_order()
    taken = staged.stage.order("service:open/unsubmitted")
    other = staged.stage.order("service:open/unsubmitted", movable=True)
    assert other.order_id != taken.order_id


def test_what_is_in_the_way_is_brought_to_its_end_rather_than_an_order_made() -> None:
    staged = Staged()
    staged.stage.order(NEW, clear="service")
    for orders in staged.session.stored.values():
        given(staged, "9", "on_hold/unsubmitted", next(iter(orders.values())).order_id or "", "70")
    staged.stage.release()
    for order_id in staged.session.stored:
        staged.session.look(order_id)
    staged.stage.order(NEW, clear="service")
    assert staged.source.made == 1
    assert staged.actor.taken[-4:] == ["release_hold", "submit", "accept", "create_fulfillment"]


@pytest.mark.parametrize("broken", ["hold", "release_hold"])
def test_cutting_that_goes_wrong_is_not_tried_again(broken: str) -> None:
    staged = Staged(broken=[broken, "move"])
    for _ in range(2):
        assert staged.stage.order(NEW).pair == "open/unsubmitted"
        staged.stage.release()
    assert staged.actor.taken.count("hold") == 1


def test_order_in_a_state_that_no_api_makes_is_taken_by_its_id_once() -> None:
    staged = Staged(ids={GIVEN: ["5"]})
    given(staged, "5", "scheduled/unsubmitted")
    assert staged.stage.offers(GIVEN)
    assert staged.stage.given(GIVEN).id == "5"
    with pytest.raises(Inapplicable, match="is given"):
        staged.stage.given(GIVEN)
    staged.stage.release()
    assert staged.stage.given(GIVEN).id == "5", "what stands there is used again"


def test_order_that_was_given_in_another_state_is_noted_and_passed_over() -> None:
    staged = Staged(ids={GIVEN: ["5", "6"]})
    given(staged, "5", "open/unsubmitted")
    given(staged, "6", "scheduled/unsubmitted", "60")
    assert staged.stage.given(GIVEN).id == "6"
    assert staged.session.ledger.notes == [f"fulfillment order 5 was given as {GIVEN} and is {NEW}"]


def test_id_that_cannot_be_read_is_said() -> None:
    staged = Staged(ids={GIVEN: ["5"]})
    with pytest.raises(Unobservable, match="the given fulfillment order 5 could not be read"):
        staged.stage.given(GIVEN)
    assert staged.session.phase == "act"


def test_place_of_what_was_given_is_learnt_from_its_state() -> None:
    staged = Staged(ids={GIVEN: ["5"]})
    given(staged, "5", "scheduled/unsubmitted", location="33")
    assert staged.stage.given(GIVEN).id == "5"
    assert staged.session.places["33"] == "merchant"


class Hook:
    """Makes a fulfillment order, or says why it cannot."""

    def __init__(self, staged: Staged | None = None) -> None:
        self.staged, self.asked = staged, 0

    def offers(self, _state: str) -> bool:
        return True

    def take(self, state: str, quantities: Sequence[int]) -> tuple[str, str | None]:
        self.asked += 1
        if self.staged is None:
            raise CannotStage(f"the hook made no {state}")
        assert tuple(quantities) == QUANTITIES
        given(self.staged, "5", state.partition(":")[2])
        return "5", "50"


def test_hook_makes_what_no_api_makes() -> None:
    hook = Hook()
    staged = Staged(hook=hook)
    assert staged.stage.offers(GIVEN)
    with pytest.raises(Unobservable, match=f"the hook made no {GIVEN}"):
        staged.stage.given(GIVEN)
    hook.staged = staged
    assert staged.stage.given(GIVEN).id == "5"
    assert hook.asked == 2


def test_state_that_is_made_by_the_api_is_asked_of_no_hook() -> None:
    hook = Hook()
    Staged(hook=hook).stage.order(NEW)
    assert hook.asked == 0


def test_order_may_have_to_be_alone_or_clear_or_movable_or_whole() -> None:
    staged = Staged()
    for needs in (Needs(clear="service"), Needs(alone=True)):
        order = staged.stage.order(NEW, **needs)
        beside = [one for one in staged.session.stored[order.order_id or ""].values() if one.id != order.id]
        assert all(one.ended or (one.location_id == "1" and not needs.get("alone")) for one in beside)
        staged.stage.release()
    assert staged.stage.is_movable(staged.stage.order(NEW, movable=True))
    staged.stage.release()
    made = staged.source.made
    for orders in staged.session.stored.values():
        for identity, order in orders.items():
            orders[identity] = replace(order, lines=tuple(replace(line, remaining=1) for line in order.lines))
    for order_id in staged.session.stored:
        staged.session.look(order_id)
    assert staged.stage.order(NEW, whole=True).left
    assert staged.source.made == made + 1


def test_location_elsewhere_is_another_one() -> None:
    staged = Staged()
    assert staged.stage.elsewhere(fulfillment_order("1", "9", "1", [1])) == "2"
    assert staged.stage.elsewhere(fulfillment_order("1", "9", "2", [1])) == "1"
    staged.source.world = World(merchant=["1"], service=None)
    with pytest.raises(Inapplicable, match="no second location"):
        staged.stage.elsewhere(fulfillment_order("1", "9", "1", [1]))
    assert staged.stage.merchant_location == "1"
    with pytest.raises(Inapplicable, match="no location of a fulfillment service"):
        _ = staged.stage.service_location
    staged.source.world = World(service="70")
    assert staged.stage.service_location == "70"
    with pytest.raises(Inapplicable, match="no merchant-managed location"):
        _ = staged.stage.merchant_location


def test_world_says_whose_location_each_is() -> None:
    world = World(merchant=["1", "2"], service="70", other_service="80", unstocked="3")
    assert world.places() == {"1": "merchant", "2": "merchant", "3": "merchant", "70": "service", "80": "other_service"}
    assert World().places() == {}


def test_order_is_looked_at_until_it_is_routed_with_growing_pauses() -> None:
    staged = Staged()
    look, empty = staged.session.look, [4]

    def late(order_id: str) -> object:
        picture = look(order_id)
        empty[0] -= 1
        return replace(picture, orders={}) if empty[0] >= 0 else picture

    staged.session.look = late  # type: ignore[method-assign, assignment]
    made, orders = staged.stage.new_order()
    assert (len(orders), staged.stage.name_of(orders[0])) == (2, made.name)
    assert staged.slept == pytest.approx([0.1, 0.2, 0.4, 0.8])


def test_what_is_known_of_an_order_is_known_of_those_made_here() -> None:
    staged = Staged()
    _, (order, *_) = staged.stage.new_order()
    stranger = fulfillment_order("1", "9", "1", [1])
    assert (staged.stage.knows(order), staged.stage.knows(stranger)) == (True, False)
    assert (staged.stage.name_of(stranger), staged.stage.address_of(stranger)) == (None, None)
    assert not staged.stage.is_movable(stranger)


def spoils(staged: Staged, actions: float = math.inf) -> None:
    """Let so many actions, from now on, spoil the order that they are about."""
    act, left = staged.actor.act, actions

    def spoilt(action: str, order: FulfillmentOrder, **arguments: Any) -> Any:
        nonlocal left
        done = act(action, order, **arguments)
        if left > 0:
            staged.session.tainted.add(done.order.order_id or "")
        left -= 1
        return done

    staged.actor.act = spoilt  # type: ignore[method-assign]


def test_way_that_deviated_leads_nowhere() -> None:
    staged = Staged()
    spoils(staged)
    with pytest.raises(Unobservable, match="was reached by a way that deviated"):
        staged.stage.order("service:open/submitted")


def test_piece_of_an_order_that_its_first_step_spoilt_is_not_used() -> None:
    staged = Staged()
    spoils(staged, actions=1)
    piece = staged.stage.order("service:open/submitted")
    assert piece.order_id not in staged.session.tainted
    assert (piece.pair, staged.source.made) == ("open/submitted", 2)


def test_step_that_spoilt_an_order_takes_no_part_again() -> None:
    staged = Staged()
    spoils(staged, actions=1)
    for _ in range(2):
        staged.stage.order("service:open/submitted")
    assert staged.actor.taken == ["submit", "submit", "hold", "release_hold", "submit"]


def test_nothing_more_is_cut_off_an_order_that_was_spoilt() -> None:
    staged = Staged()
    spoils(staged, actions=1)
    staged.stage.order("service:open/submitted")
    assert staged.actor.taken == ["submit", "submit"]


@pytest.mark.parametrize(
    ("wanted", "ended", "untouched"),
    [
        (Wanted("service:closed/closed", whole=True), True, False),
        (Wanted("service:cancelled/accepted", lines=2), True, False),
        (Wanted(NEW), False, False),
        (Wanted(NEW, whole=True), False, True),
        (Wanted(NEW, lines=2), False, True),
        (Wanted("merchant:on_hold/unsubmitted"), False, True),
    ],
)
def test_wanted_state_says_what_may_have_happened_to_it(wanted: Wanted, ended: bool, untouched: bool) -> None:  # noqa: FBT001 - a case
    assert (wanted.ended, wanted.untouched) == (ended, untouched)


def test_wanted_of_several_lines_may_come_as_one() -> None:
    assert Wanted(NEW, lines=2, units=3).of_one_line() == Wanted(NEW, lines=1, units=3, whole=True)
    assert Wanted(NEW, units=1).of_one_line() == Wanted(NEW)
    assert Wanted(NEW, units=2).at(GIVEN) == Wanted(GIVEN, units=2)
    assert Wanted(GIVEN).place == "merchant"
