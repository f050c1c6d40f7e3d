"""Where an ended fulfillment order would be moved to: rather where nothing of its order stands, so that a move shows."""

from collections.abc import Sequence

import pytest

from fulfillspec.evidence.observation import FulfillmentOrder, Line
from fulfillspec.stage import vacancy
from fulfillspec.stage.source import World

WORLD = World(merchant=["1", "2"], service="70")


def standing(identity: str, location: str, status: str = "open") -> FulfillmentOrder:
    left = 0 if status == "closed" else 2
    return FulfillmentOrder(identity, "9", status, "unsubmitted", location, location, None, (Line("l", "i", 2, left),))


CLOSED = standing("5", "2", "closed")


@pytest.mark.parametrize(
    ("order", "taken", "there"),
    [
        (CLOSED, (), "1"),
        (CLOSED, ("1",), "70"),
        (CLOSED, ("1", "70"), "1"),
        (standing("5", "2"), ("1",), "1"),
        (standing("5", "1"), (), "2"),
    ],
)
def test_ended_one_would_go_where_nothing_of_its_order_stands(
    order: FulfillmentOrder, taken: Sequence[str], there: str
) -> None:
    others = [standing(place, place) for place in taken]
    assert vacancy.elsewhere(WORLD, order, others) == there


@pytest.mark.parametrize(
    ("order", "taken", "moved"),
    [
        (CLOSED, ("1", "70"), [("1", "2")]),
        (CLOSED, ("70", "2"), []),
        (standing("5", "2"), ("1", "70"), []),
        (standing("5", "70", "closed"), ("1", "2"), [("1", "2"), ("2", "1")]),
    ],
)
def test_what_takes_the_last_vacant_location_can_go_to_another_of_the_merchants(
    order: FulfillmentOrder, taken: Sequence[str], moved: Sequence[tuple[str, str]]
) -> None:
    others = [standing(place, place) for place in taken]
    assert [(other.id, goal) for other, goal in vacancy.hindering(WORLD, order, others)] == [*moved]


def test_nothing_goes_where_the_merchant_has_one_location() -> None:
    others = [standing("1", "1"), standing("70", "70")]
    assert not [*vacancy.hindering(World(merchant=["1"], service="70"), standing("5", "2", "closed"), others)]
