"""Where a fulfillment order could be moved to, and where nothing of its order stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fulfillspec.acting.session import Inapplicable
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.stage.source import World


def elsewhere(world: World, order: FulfillmentOrder, others: Sequence[FulfillmentOrder]) -> str:
    """Return a location that stocks the movable items and is not the fulfillment order's own.

    For one that is ended rather a location where none of the others of its order stands: what has nothing left and
    joins what stands there shows no trace of having been moved.
    """
    places = _places(world, order)
    if not places:
        raise Inapplicable(
            "no second location that stocks the items is known ([stage] merchant_location, other_location)"
        )
    vacant = _vacant(places, others) if order.ended else []
    return (vacant or places)[0]


def hindering(
    world: World, order: FulfillmentOrder, others: Sequence[FulfillmentOrder]
) -> Iterator[tuple[FulfillmentOrder, str]]:
    """Return what stands at the merchant's locations that an ended one could be moved to, where no location is vacant.

    Beside each the other location of the merchant's, where it would be out of the way.
    """
    places = _places(world, order)
    if order.ended and not _vacant(places, others):
        for other in others:
            goal = next((place for place in world.merchant if place != other.location_id), None)
            if goal is not None and other.location_id in places and other.location_id in world.merchant:
                yield other, goal


def _places(world: World, order: FulfillmentOrder) -> list[str]:
    return [place for place in (*world.merchant, world.service) if place is not None and place != order.location_id]


def _vacant(places: Sequence[str], others: Sequence[FulfillmentOrder]) -> list[str]:
    taken = {other.location_id for other in others}
    return [place for place in places if place not in taken]
