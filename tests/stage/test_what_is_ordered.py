"""Which items are ordered for a case, how often, and what is done with what routing made of them."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from staged import Source, Staged, fulfillment_order

from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.evidence.observation import moment
from fulfillspec.stage.source import NewOrder, World
from fulfillspec.stage.supply import QUANTITIES, Supply
from fulfillspec.stage.wanted import Wanted

MERCHANT, SERVICE = "merchant:open/unsubmitted", "service:open/unsubmitted"
BOTH, MOVABLE, FIXED = ("service", "movable"), ("movable",), ("service",)
USUAL = (18, 12, 6)
CUT, MOVE = ["hold", "release_hold"], ["move"]


class Noting(Source):
    """A source that notes what is ordered of it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.ordered: list[tuple[tuple[str, ...], tuple[int, ...]]] = []

    def create(self, kinds: Sequence[str], quantities: Sequence[int]) -> NewOrder:
        self.ordered.append((tuple(kinds), tuple(quantities)))
        return super().create(kinds, quantities)


def noting(**routed: str) -> tuple[Staged, Noting]:
    staged = Staged(source=Noting)
    source = staged.source
    assert isinstance(source, Noting)
    source.routed.update(routed)
    return staged, source


Need = dict[str, Any]
ALONE, CLEAR, AWAY, MOVES = {"alone": True}, {"clear": "service"}, {"clear": "elsewhere"}, {"movable": True}


@pytest.mark.parametrize(
    ("state", "needs", "routed", "kinds", "at", "taken"),
    [
        (MERCHANT, {}, {}, BOTH, "2", MOVE),
        (MERCHANT, {}, {"service": "1"}, BOTH, "1", CUT),
        (MERCHANT, {}, {"movable": "70"}, BOTH, "2", MOVE * 2),
        (MERCHANT, MOVES, {"service": "1"}, BOTH, "2", MOVE),
        (MERCHANT, ALONE, {}, MOVABLE, "1", []),
        (MERCHANT, ALONE, {"movable": "70"}, MOVABLE, "1", MOVE),
        (MERCHANT, CLEAR, {}, MOVABLE, "1", CUT),
        (MERCHANT, CLEAR, {"movable": "70"}, MOVABLE, "1", MOVE + CUT),
        (MERCHANT, AWAY, {}, BOTH, "1", CUT),
        (SERVICE, {}, {}, BOTH, "70", CUT),
        (SERVICE, {}, {"service": "1"}, BOTH, "70", MOVE + CUT),
        (SERVICE, {}, {"movable": "70"}, BOTH, "70", CUT),
        (SERVICE, MOVES, {}, MOVABLE, "70", MOVE + CUT),
        (SERVICE, MOVES, {"movable": "70"}, MOVABLE, "70", CUT),
        (SERVICE, ALONE, {}, FIXED, "70", []),
        (SERVICE, ALONE, {"service": "1"}, FIXED, "70", MOVE),
        (SERVICE, {**ALONE, **MOVES}, {}, MOVABLE, "70", MOVE),
        (SERVICE, CLEAR, {}, FIXED, "70", CUT),
        (SERVICE, {**CLEAR, **MOVES}, {}, MOVABLE, "70", MOVE + CUT),
        (SERVICE, AWAY, {}, BOTH, "70", MOVE + CUT),
    ],
)
def test_one_order_of_the_usual_quantities_does(
    state: str, needs: Need, routed: dict[str, str], kinds: tuple[str, ...], at: str, taken: list[str]
) -> None:
    """Both kinds of items, unless another fulfillment order would be in the way; what stands elsewhere is moved."""
    staged, source = noting(**routed)
    order = staged.stage.order(state, **needs)
    assert source.ordered == [(kinds, USUAL)]
    assert (order.location_id, staged.actor.taken) == (at, taken)
    assert list(order.left.values()) == (list(USUAL) if "alone" in needs else list(QUANTITIES))


@pytest.mark.parametrize(("state", "kinds"), [(MERCHANT, MOVABLE), (SERVICE, FIXED)])
def test_order_that_is_routed_line_by_line_is_made_of_one_for_what_has_to_be_alone(
    state: str, kinds: tuple[str, ...]
) -> None:
    staged, source = noting()
    source.apart = True
    order = staged.stage.order(state, alone=True)
    assert source.ordered == [(kinds, USUAL), (kinds, USUAL[:1])]
    assert list(order.left.values()) == [18]
    assert staged.actor.taken == []


@pytest.mark.parametrize("state", [MERCHANT, SERVICE])
@pytest.mark.parametrize(("needs", "apart"), [({"lines": 2, "units": 3}, True), ({"units": 3}, False)])
def test_where_each_line_goes_apart_no_several_are_wanted_any_more(state: str, needs: Need, *, apart: bool) -> None:
    staged, source = noting()
    source.apart = True
    first = staged.stage.order(state, **needs)
    assert list(first.left.values()) == [6], "the biggest is cut"
    assert staged.stage._apart is apart
    assert len(source.ordered) == 1


def test_biggest_of_those_apart_is_taken() -> None:
    staged = Staged()
    rows = [fulfillment_order(str(n), "9", "1", [units]) for n, units in enumerate((2, 5, 5, 1))]
    place = replace(rows[1], location_id="70")
    found = staged.stage._of_one_line([*rows, place], Wanted(MERCHANT, lines=2, units=3))
    assert found is rows[1]
    assert staged.stage._of_one_line(rows, Wanted(MERCHANT, lines=2, units=6)) is None
    assert staged.stage._of_one_line([place], Wanted(MERCHANT)) is None


def test_kinds_that_are_routed_to_one_place_are_not_ordered_together_again() -> None:
    """Routing put both kinds at the service, and what has no other place is no movable one."""
    staged, source = noting(movable="70")
    source.routed["service"] = "70"
    create = source.create

    def joined(kinds: Sequence[str], quantities: Sequence[int]) -> NewOrder:
        made = create(kinds, quantities)
        return replace(made, movable=frozenset() if "service" in kinds else made.movable)

    source.create = joined  # type: ignore[method-assign]
    order = staged.stage.order(MERCHANT, alone=False, lines=3, units=6)
    assert order.location_id is not None
    assert staged.stage._joined
    assert [kinds for kinds, _ in source.ordered] == [BOTH, MOVABLE]
    staged.session.tainted.update(staged.session.stored)
    staged.stage.order(MERCHANT)
    assert [kinds for kinds, _ in source.ordered][2:] == [MOVABLE]


@pytest.mark.parametrize(
    ("blind", "kinds"), [({}, BOTH), ({"service": "no"}, MOVABLE), ({"merchant": "no"}, FIXED), ({"other": "no"}, BOTH)]
)
def test_what_could_not_be_seen_is_not_ordered(blind: dict[str, str], kinds: tuple[str, ...]) -> None:
    staged = Staged(source=Noting, blind=blind)
    staged.stage.new_order()
    assert isinstance(staged.source, Noting)
    assert staged.source.ordered == [(kinds, USUAL)]


def test_where_nothing_could_be_seen_the_reason_is_told_and_no_order_made() -> None:
    staged = Staged(source=Noting, blind={"service": "first reason", "merchant": "second reason"})
    for _ in range(2):
        with pytest.raises(Unobservable, match="first reason"):
            staged.stage.new_order()
    with pytest.raises(Unobservable, match="second reason"):
        staged.stage.order(MERCHANT)
    assert staged.source.made == 0


def test_order_is_of_the_quantities_that_were_asked_for() -> None:
    staged, source = noting()
    staged.stage.new_order(MOVABLE, (1, 1))
    staged.stage.new_order(MOVABLE)
    assert source.ordered == [(MOVABLE, (1, 1)), (MOVABLE, USUAL)]


@pytest.mark.parametrize(("source", "only_given"), [(None, False), (object(), True)])
def test_where_orders_are_given_none_is_made(source: Any, *, only_given: bool) -> None:
    staged = Staged()
    supply = Supply(staged.session, source, staged.budget, staged.slept.append, only_given=only_given)  # type: ignore[arg-type]
    with pytest.raises(Inapplicable, match="no order can be made here: fulfillment orders are given"):
        supply.make(FIXED)
    assert supply.is_movable(fulfillment_order("1", "9", "1", [1])), "nothing tells where its items are stocked"


def test_places_of_what_was_made_and_what_it_holds_are_known() -> None:
    staged, source = noting()
    staged.session.places.clear()
    source.world.contents["70"] = {"name": "Depot"}
    create = source.create
    source.create = lambda kinds, quantities: replace(  # type: ignore[method-assign]
        create(kinds, quantities), items={"of-1000-0": ("v", "i")}
    )
    made, orders = staged.stage.new_order()
    assert staged.session.places == {"1": "merchant", "2": "merchant", "70": "service"}
    assert staged.session.known.contents == {"70": {"name": "Depot"}}
    assert staged.session.known.items == {"of-1000-0": ("v", "i")}
    assert staged.budget.made_over("rest") == 1
    assert staged.supply.orders == {made.id: made}
    assert [order.id for order in orders] == ["1000", "1001"]


@pytest.mark.parametrize("late", [0, 1, 5, 6, 11])
def test_pauses_before_routing_double_up_to_a_bound(late: int) -> None:
    staged = Staged()
    look, empty = staged.session.look, [late]

    def slow(order_id: str) -> object:
        picture = look(order_id)
        empty[0] -= 1
        return replace(picture, orders={}) if empty[0] >= 0 else picture

    staged.session.look = slow  # type: ignore[method-assign, assignment]
    staged.stage.new_order()
    assert staged.slept == pytest.approx([0.1 * 2 ** min(n, 5) for n in range(late)])


def one_after_the_other(staged: Staged, *, after: int) -> None:
    """Show the second fulfillment order of each order so many looks after the first, and tell what was ordered."""
    look, create = staged.session.look, staged.source.create

    def ordered(kinds: Sequence[str], quantities: Sequence[int]) -> NewOrder:
        made = create(kinds, quantities)
        left[0] = after
        rows = staged.session.stored[made.id].values()
        return replace(made, units={item: units for row in rows for item, units in row.units.items()})

    def slow(order_id: str) -> object:
        picture = look(order_id)
        left[0] -= 1
        return picture if left[0] < 0 else replace(picture, orders=dict([*picture.orders.items()][:1]))

    left = [after]
    staged.source.create = ordered  # type: ignore[method-assign]
    staged.session.look = slow  # type: ignore[method-assign, assignment]


def test_what_is_routed_one_after_the_other_is_waited_for() -> None:
    staged = Staged()
    one_after_the_other(staged, after=3)
    for _ in range(2):
        assert len(staged.stage.new_order()[1]) == 2
    assert staged.slept == pytest.approx([0.1, 0.2, 0.4] * 2)


def test_what_is_never_routed_beside_the_rest_is_waited_for_once() -> None:
    staged = Staged()
    one_after_the_other(staged, after=99)
    for _ in range(2):
        assert len(staged.stage.new_order()[1]) == 1
    assert staged.slept == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6])


def test_what_cannot_be_seen_is_not_waited_for() -> None:
    staged = Staged()
    staged.supply.sees_all = False
    one_after_the_other(staged, after=99)
    assert len(staged.stage.new_order()[1]) == 1
    assert staged.slept == []


@pytest.mark.parametrize(("sees_all", "latest", "recorded"), [(True, True, 1), (False, True, 0), (True, False, 0)])
def test_order_that_is_never_routed_deviates_where_all_would_be_seen(
    recorded: int, *, sees_all: bool, latest: bool
) -> None:
    """Where some kinds of locations cannot be seen its fulfillment orders may stand there."""
    staged = Staged()
    staged.supply.sees_all = sees_all
    staged.session.latest = SimpleNamespace() if latest else None
    staged.session.look = lambda _: SimpleNamespace(orders={})  # type: ignore[method-assign, assignment, return-value]
    for _ in range(2):
        with pytest.raises(Unobservable, match="order 100 got no fulfillment order within 12 looks"):
            staged.stage.new_order()
    assert staged.source.made == 1
    assert len(staged.slept) == 11
    assert staged.session.recorded == ["FO-ROUTING-CREATES"] * recorded


def test_kind_of_location_that_is_not_known_is_no_way_to_a_case() -> None:
    staged = Staged()
    staged.source.world = World(merchant=["1"])
    with pytest.raises(Inapplicable, match="no location of a fulfillment service is known"):
        staged.stage.order(SERVICE)
    assert staged.source.made == 0


def test_what_routing_made_is_judged_to_be_of_now() -> None:
    staged = Staged()
    staged.session.latest = SimpleNamespace(exchange=SimpleNamespace(at="2026-03-01T12:00:00Z", ms=0.0, headers={}))
    found: list[str] = []
    staged.session.record_all = lambda findings, _answer: found.extend(one.requirement for one in findings)  # type: ignore[attr-defined]
    look = staged.session.look

    def dated(order_id: str) -> object:
        picture = look(order_id)
        rows = {key: replace(order, created_at=moment("2026-03-01T12:00:00Z")) for key, order in picture.orders.items()}
        return replace(picture, orders=rows)

    staged.session.look = dated  # type: ignore[method-assign, assignment]
    staged.stage.new_order()
    assert found == ["FO-INV-CREATED-NOW"] * 2
