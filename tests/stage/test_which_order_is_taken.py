"""Which fulfillment order does for a case, which one is taken of several, and where each rule of that turns."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from staged import LIFE, Staged, fulfillment_order

from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.evidence.observation import FulfillmentOrder, Line
from fulfillspec.stage.budget import SHARE
from fulfillspec.stage.pieces import _spread
from fulfillspec.stage.routes import HOLD, smaller
from fulfillspec.stage.source import World
from fulfillspec.stage.wanted import Wanted

NEW, AT_SERVICE = "merchant:open/unsubmitted", "service:open/unsubmitted"


def one(
    quantities: Sequence[int] = (3, 2, 1), *, left: Sequence[int] | None = None, location: str = "1", order: str = "9"
) -> FulfillmentOrder:
    """Return a fulfillment order of these quantities, of which so much is left."""
    plain = fulfillment_order("1", order, location, quantities)
    rows = zip(plain.lines, left if left is not None else quantities, strict=True)
    return replace(plain, lines=tuple(replace(line, remaining=units) for line, units in rows))


def fits(order: FulfillmentOrder, staged: Staged | None = None, state: str = NEW, **needs: Any) -> bool:
    return (staged or Staged()).stage._fits(order, Wanted(state, **needs))


def put(staged: Staged, *orders: FulfillmentOrder) -> None:
    """Let these stand on the stage."""
    for order in orders:
        staged.session.stored.setdefault(order.order_id or "", {})[order.id] = order
        staged.session.look(order.order_id or "")


@pytest.mark.parametrize(("units", "fine"), [(5, True), (6, True), (7, False)])
def test_it_has_so_many_units_left(units: int, *, fine: bool) -> None:
    assert fits(one(), units=units) is fine
    assert fits(one((9, 9, 9), left=(3, 2, 1)), units=units) is fine


@pytest.mark.parametrize(("lines", "fine"), [(2, True), (3, True), (4, False)])
def test_it_has_so_many_line_items(lines: int, *, fine: bool) -> None:
    assert fits(one(), lines=lines) is fine


def test_what_has_ended_is_asked_for_no_line_items_that_are_left() -> None:
    ended = "merchant:closed/unsubmitted"
    done = one((3, 2), left=(0, 0))
    assert fits(done, state=ended, units=5, lines=4)
    assert not fits(done, state=ended, units=6)
    assert fits(replace(done, lines=()), state=ended, units=9), "what shows none cannot be counted"
    assert not fits(done)


@pytest.mark.parametrize(("quantities", "fine"), [((1, 1, 1), False), ((2, 1), True), ((1, 2), True)])
def test_one_of_several_line_items_has_several_units_where_more_are_wanted(
    quantities: Sequence[int], *, fine: bool
) -> None:
    assert fits(one(quantities), lines=2, units=3) is fine
    assert fits(one((1, 1, 1)), lines=3, units=3), "as many units as line items"
    assert fits(one((1, 1, 1)), lines=1, units=3), "of one line item nothing more is said"


def test_whole_is_what_nothing_was_fulfilled_of() -> None:
    begun = one((3, 2), left=(2, 2))
    assert fits(begun, units=2)
    assert not fits(begun, whole=True)
    assert not fits(begun, lines=2)
    assert fits(one((3, 0)), whole=True), "a line item of no units is none"


def test_movable_is_what_is_stocked_elsewhere_too() -> None:
    staged = Staged()
    _, orders = staged.stage.new_order()
    kinds = {order.location_id: order for order in orders}
    assert fits(kinds["1"], staged, movable=True)
    assert not fits(kinds["70"], staged, movable=True)
    assert fits(kinds["70"], staged)


@pytest.mark.parametrize(("location", "fine"), [("69", False), ("70", True), ("71", False)])
def test_ours_is_at_the_service_of_the_run(location: str, *, fine: bool) -> None:
    assert fits(one(location=location), ours=True) is fine
    assert fits(one(location=location))


@pytest.mark.parametrize(("location", "in_the_way"), [("1", False), ("2", True), ("69", False), ("70", False)])
def test_clear_is_where_nothing_else_of_its_order_stands(location: str, *, in_the_way: bool) -> None:
    """The fulfillment order itself and what has ended are in nobody's way."""
    staged = Staged()
    other = replace(one(location=location), id="2")
    put(staged, one(), other)
    assert fits(one(), staged, clear="elsewhere") is not in_the_way
    assert fits(one(), staged, clear="service") is (location != "70")
    assert not fits(one(), staged, alone=True)
    put(staged, replace(other, status="closed"))
    assert fits(one(), staged, clear="elsewhere", alone=True)


@pytest.mark.parametrize(("made", "frugal"), [(0, True), (SHARE // 2 - 1, True), (SHARE // 2, False)])
def test_few_orders_are_less_than_half_of_what_a_transport_needs(made: int, *, frugal: bool) -> None:
    staged = Staged()
    for _ in range(made):
        staged.budget.made("rest")
    assert staged.supply.is_frugal is frugal


def test_long_list_is_one_of_fifteen_that_pieces_are_cut_off() -> None:
    staged = Staged()
    big = one((6, 4, 2))
    put(staged, big, *(replace(big, id=f"{n}") for n in range(2, 15)))
    assert not staged.stage._is_crowded(big)
    put(staged, replace(big, id="15"))
    assert staged.stage._is_crowded(big)
    assert not staged.stage._is_crowded(one()), "nothing is cut off a small one"
    for _ in range(SHARE):
        staged.budget.made("rest")
    assert not staged.stage._is_crowded(big), "more orders may be made"


@pytest.mark.parametrize(
    ("quantities", "part"),
    [
        ((6, 4, 2), [("1-0", 3), ("1-1", 2), ("1-2", 1)]),
        ((2, 4, 6), [("1-2", 3), ("1-1", 2), ("1-0", 1)]),
        ((6, 6), []),
        ((8, 6), [("1-0", 4), ("1-1", 2)]),
        ((12,), [("1-0", 6)]),
        ((11,), []),
        ((9, 9, 9, 9), [("1-0", 3), ("1-1", 2), ("1-2", 1)]),
        ((), []),
    ],
)
def test_piece_has_the_units_of_a_case_on_the_biggest_lines(quantities: Sequence[int], part: list[Any]) -> None:
    staged = Staged()
    assert staged.stage.pieces.part(one(quantities)) == part
    assert staged.stage.pieces.part(replace(one(quantities), status="on_hold")) == []
    assert staged.stage.pieces.price(one(quantities)) == (2 if part else 0)


def test_units_of_a_case_are_spread_over_the_lines_there_are() -> None:
    assert [_spread(lines) for lines in range(5)] == [[6], [6], [4, 2], [3, 2, 1], [3, 2, 1]]


def test_way_that_begins_with_a_part_costs_its_steps_alone() -> None:
    staged, big = Staged(), one((6, 4, 2))
    submit, accept = LIFE.edge(AT_SERVICE, "submit"), LIFE.edge("service:open/submitted", "accept")
    assert submit is not None
    assert accept is not None
    price = staged.stage.pieces.price
    assert (price(big, [submit, accept]), price(big, [accept]), price(one(), [accept])) == (2, 3, 1)


@pytest.mark.parametrize("location", ["69", "71", None])
def test_step_that_moves_the_piece_is_not_one_that_takes_a_part(location: str | None) -> None:
    """A piece that stands somewhere else is not what was wanted, whichever of the two places comes first."""
    staged = Staged()
    big = one((6, 4, 2), location="70")
    put(staged, big)
    act = staged.actor.act

    def elsewhere(action: str, order: FulfillmentOrder, **arguments: Any) -> Any:
        done = act(action, order, **arguments)
        return replace(done, order=replace(done.order, location_id=location))

    staged.actor.act = elsewhere  # type: ignore[method-assign]
    submit = LIFE.edge(AT_SERVICE, "submit")
    assert submit is not None
    assert staged.stage.pieces.begun(big, [submit]) is None
    assert not staged.stage.pieces._takes_part([submit])


def test_where_it_stays_the_piece_is_taken() -> None:
    staged = Staged()
    big = one((6, 4, 2), location="70")
    put(staged, big)
    submit = LIFE.edge(AT_SERVICE, "submit")
    assert submit is not None
    piece = staged.stage.pieces.begun(big, [submit])
    assert piece is not None
    assert (piece.pair, piece.location_id, list(piece.left.values())) == ("open/submitted", "70", [3, 2, 1])
    assert staged.stage.pieces.begun(one(), [submit]) is None, "it is not big"
    assert staged.stage.pieces.begun(big, []) is None


def test_room_is_made_where_that_takes_the_fewest_steps() -> None:
    """Of two that would do, the one whose neighbour is nearer to its end; a piece that has to be cut off counts two."""
    far, near = replace(one(), id="1", order_id="9"), replace(one(), id="2", order_id="8")
    staged = Staged()
    in_the_way = replace(one(location="70"), id="3", order_id="9")
    further = replace(in_the_way, id="4", order_id="8", status="in_progress", request_status="accepted")
    put(staged, far, in_the_way, near, further)
    assert staged.stage._cleared(Wanted(NEW, alone=True)) is not None
    assert staged.actor.taken == ["create_fulfillment"]
    other = Staged()
    big = replace(one((60, 40, 20)), id="1", order_id="9")
    submitted = replace(in_the_way, id="4", order_id="8", request_status="submitted")
    put(other, big, replace(further, id="5", order_id="9"), near, submitted)
    found = other.stage._cleared(Wanted(NEW, alone=True))
    assert found is not None
    assert found.id == "2", "two steps, and none to cut"
    assert other.actor.taken == ["accept", "create_fulfillment"]


def test_room_is_not_made_by_many_steps_or_over_what_a_case_has() -> None:
    staged = Staged()
    others = [replace(one(location="70"), id=f"{n}", status="in_progress", request_status="accepted") for n in "2345"]
    put(staged, one(), *others)
    assert staged.stage.pieces.ways_to_end(others) is not None, "four steps"
    more = replace(others[0], id="6")
    assert staged.stage.pieces.ways_to_end([*others, more]) is None
    staged.stage._leased.add("2")
    assert staged.stage._cleared(Wanted(NEW, alone=True)) is None
    assert staged.actor.taken == []
    staged.stage.release()
    assert staged.stage._cleared(Wanted(NEW, alone=True)) is not None
    assert staged.actor.taken == ["create_fulfillment"] * 4


def test_end_is_reached_by_fulfilling_and_nothing_else() -> None:
    """Other ends leave the work to another fulfillment order; from an end there is no way."""
    staged = Staged()
    submitted = replace(one(location="70"), request_status="submitted")
    (found,) = staged.stage.pieces.ways_to_end([submitted]) or []
    assert [edge.action for edge in found[1]] == ["accept", "create_fulfillment"]
    assert staged.stage.pieces.ways_to_end([replace(submitted, status="closed", request_status="closed")]) is None
    assert staged.stage.pieces.ways_to_end([]) == []


@pytest.mark.parametrize(("goal", "to"), [(AT_SERVICE, "70"), (NEW, "1")])
def test_what_routing_put_elsewhere_is_moved_to_the_wanted_kind_of_location(goal: str, to: str) -> None:
    staged = Staged()
    source = one(location="70" if to == "1" else "1")
    put(staged, source)
    assert staged.stage._placed([source], Wanted(goal)).location_id == to


@pytest.mark.parametrize(("goal", "world"), [(AT_SERVICE, World(merchant=["1"])), (NEW, World(service="70"))])
def test_where_no_location_of_the_kind_is_known_nothing_is_moved(goal: str, world: World) -> None:
    staged = Staged()
    staged.source.world = world
    put(staged, one())
    kind = goal.partition(":")[0]
    with pytest.raises(Inapplicable, match=f"no {kind} location is known to move a fulfillment order to"):
        staged.stage._placed([one()], Wanted(goal))


def test_the_biggest_movable_one_is_moved() -> None:
    """Rather more line items than more units; one that is not movable only for want of another."""
    staged = Staged()
    _, made = staged.stage.new_order(("movable",))
    (movable,) = made
    rows = [
        replace(movable, id="a", lines=movable.lines[:1]),
        replace(movable, id="b", lines=movable.lines[1:]),
        replace(movable, id="c", lines=movable.lines[2:]),
    ]
    stranger = replace(movable, id="d", lines=(*movable.lines, Line("x", "x", 99, 99)))
    put(staged, *rows, stranger)
    assert staged.stage._placed([*rows, stranger], Wanted(AT_SERVICE)).id == "b"
    assert staged.stage._placed([stranger], Wanted(AT_SERVICE)).id == "d"


def test_move_that_leads_elsewhere_is_not_taken_for_the_wanted_place() -> None:
    staged = Staged(broken=["move"])
    put(staged, one())
    with pytest.raises(Unobservable, match="at the service location could not be staged: move to it was refused"):
        staged.stage._placed([one()], Wanted(AT_SERVICE))
    assert staged.stage._unmoved == {"service"}
    assert staged.stage._moved(Wanted(AT_SERVICE)) is None, "it is not tried again"
    assert staged.actor.taken == ["move"]


@pytest.mark.parametrize("needs", [{"alone": True}, {"clear": "service"}])
def test_nothing_is_moved_for_one_that_has_to_be_alone(needs: dict[str, Any]) -> None:
    staged = Staged()
    _, _ = staged.stage.new_order(("movable",))
    assert staged.stage._moved(Wanted(AT_SERVICE, **needs)) is None
    assert staged.stage._moved(Wanted(AT_SERVICE)) is not None


@pytest.mark.parametrize(
    ("quantities", "part"), [((1, 3, 2), [("1-1", 1)]), ((2,), [("1-0", 1)]), ((1, 1), [("1-0", 1)])]
)
def test_smaller_part_is_a_unit_of_the_biggest_line(quantities: Sequence[int], part: list[tuple[str, int]]) -> None:
    assert smaller(one(quantities)) == part


@pytest.mark.parametrize("left", [(1, 0), (0, 0), (0, 1)])
def test_one_unit_has_no_part(left: Sequence[int]) -> None:
    with pytest.raises(Unobservable, match="fulfillment order 1 has no two units left to act on a part"):
        smaller(one((3, 3), left=left))


def test_steps_have_plain_arguments() -> None:
    """A hold says why; a fulfillment that leaves something takes a part; all else goes bare."""
    arguments = Staged().stage.routes.arguments
    for edge in LIFE.edges:
        found = arguments(edge, one())
        if edge.action == "hold":
            assert found == dict(HOLD)
        elif edge.action == "create_fulfillment" and edge.part:
            assert found == {"part": [("1-0", 1)]}
        else:
            assert found == {}, edge


def test_location_elsewhere_may_be_that_of_the_service() -> None:
    staged = Staged()
    staged.source.world = World(merchant=["1"], service="70")
    assert staged.stage.elsewhere(one(location="1")) == "70"
    assert staged.stage.elsewhere(one(location="70")) == "1"
    assert staged.stage.elsewhere(one(location="0")) == "1"


def test_piece_goes_to_another_location_of_the_merchants_alone() -> None:
    staged = Staged()
    _, made = staged.stage.new_order(("movable",))
    (order,) = made
    beside = staged.stage._beside
    assert beside(order, Wanted(NEW)) == "2"
    assert beside(order, Wanted(AT_SERVICE)) is None
    assert beside(order, Wanted(NEW, clear="service")) is None
    assert beside(replace(order, location_id="2"), Wanted(NEW)) == "1"
    staged.source.world.merchant[:] = ["1"]
    assert beside(order, Wanted(NEW)) is None
    _, (fixed,) = staged.stage.new_order(("service",))
    assert beside(fixed, Wanted(NEW)) is None, "its items are stocked nowhere else"


def test_steps_to_make_room_and_to_cut_a_piece_off_are_added() -> None:
    """One step and a piece to cut are three, which are less than the four of another."""
    staged = Staged()
    far = [
        replace(one(location="70"), id=f"{n}", order_id="8", status="in_progress", request_status="accepted")
        for n in "3456"
    ]
    big = replace(one((60, 40, 20)), id="1", order_id="9")
    near = replace(far[0], id="7", order_id="9")
    put(staged, replace(one(), id="2", order_id="8"), *far, big, near)
    found = staged.stage._cleared(Wanted(NEW, alone=True))
    assert found is not None
    assert (found.id, staged.actor.taken) == ("1", ["create_fulfillment"])
