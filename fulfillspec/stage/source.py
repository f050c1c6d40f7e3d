"""Where fulfillment orders come from: the interface of the methods `admin`, `ids` and `hook`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

NOTHING_STOCKED: Final = "orders were made of custom items, which no location stocks, for the store keeps no products"
"""Why a requirement has no meaning that speaks of where items are stocked."""


class CannotStage(Exception):
    """The target could not be prepared; the message says which step answered what."""


@dataclass
class World:
    """What the stage found or made: whose location is which, and what it stocked where.

    `merchant` are merchant-managed locations that stock the movable items, `unstocked` one that never stocked them,
    `service` the location of the service actor, `other_service` that of another service app. `no_products` is what
    the store answered where it keeps no products, so that orders have custom items; None where it keeps them.
    `contents` are name and address of the locations that the store listed.
    """

    merchant: list[str] = field(default_factory=list)
    service: str | None = None
    other_service: str | None = None
    unstocked: str | None = None
    no_products: str | None = None
    contents: dict[str, dict[str, str]] = field(default_factory=dict)

    def places(self) -> dict[str, str]:
        """Tell whose location each id is."""
        found = dict.fromkeys(self.merchant, "merchant")
        if self.unstocked:
            found[self.unstocked] = "merchant"
        if self.service:
            found[self.service] = "service"
        if self.other_service:
            found[self.other_service] = "other_service"
        return found


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that a source made or knows: its id, its name, and which of its line items may be moved.

    `address` is the shipping address that it was made with, under the names of REST; None where it is not known.
    `items` tells of its line items which variant and inventory item they are, as far as that is known.
    """

    id: str
    name: str | None = None
    movable: frozenset[str] | None = None
    units: dict[str, int] | None = None
    address: Mapping[str, str] | None = None
    items: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class Source(Protocol):
    """A maker of orders."""

    world: World

    def prepare(self) -> World:
        """Find or make what orders need; raise `CannotStage` where that fails. A second call does nothing."""
        ...

    def create(self, kinds: Sequence[str], quantities: Sequence[int]) -> NewOrder:
        """Make an order with one line item per quantity for each kind; raise `CannotStage` where that fails.

        Kinds: `service` is stocked at the service's location only, `movable` at several locations.
        """
        ...
