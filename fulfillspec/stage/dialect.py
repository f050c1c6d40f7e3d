"""What provisioning asks of an API, and how it is answered: the interface of the two dialects, REST and GraphQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

from fulfillspec.wire.throttle import OrderPace

LINES: Final = 3
"""Variants of each kind, and so the most line items that a fulfillment order of one kind has."""
KINDS: Final = ("service", "movable")
"""Kinds of items: those that only the service's location stocks, and those that several locations stock."""
VARIANTS: Final = tuple(f"{kind} {n}" for kind in KINDS for n in range(1, LINES + 1))
"""The names of the variants of the product that a run makes."""
STOCK: Final = 1000
"""Units of each item at each location that stocks it."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What a step of provisioning was answered.

    `value` is what the answer shows, None where it shows nothing usable; `in_words` says briefly what came back.
    `fine`: it was carried out. `answered`: something came back at all. `refused`: it was surely not carried out.
    `absent`: the target does not have such a resource. `gone`: what was to be removed is removed or was not there.
    `too_many`: refused for now, for too many were made.
    """

    in_words: str
    value: T | None = None
    fine: bool = False
    answered: bool = True
    refused: bool = False
    absent: bool = False
    gone: bool = False
    too_many: bool = False


@dataclass(frozen=True, slots=True)
class MadeService:
    """A fulfillment service: its id and its location."""

    id: str | None
    location: str | None


@dataclass(frozen=True, slots=True)
class MadeProduct:
    """A product: ids of variant and inventory item by the variant's name; `stocked`: its stock came with it."""

    id: str | None
    variants: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    stocked: bool = False


@dataclass(frozen=True, slots=True)
class MadeItem:
    """A line item of an order: its id, its variant, its units, None where the answer does not show them."""

    id: str
    variant: str | None
    units: int | None


@dataclass(frozen=True, slots=True)
class MadeOrder:
    """An order as the answer that made it shows it."""

    id: str | None
    name: str | None = None
    items: tuple[MadeItem, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedItem:
    """A line item to order: of a variant, or a custom item of this title where there are no variants."""

    title: str
    units: int
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A thing found in a list: its id and what it bears (tags, title, name)."""

    id: str
    bears: tuple[str, ...]


class Dialect(Protocol):
    """An API that provisioning speaks. Every method is one step: it sends what that takes and reads the answer."""

    name: str
    """The transport that it is spoken over."""
    actors: frozenset[str]
    removals: int
    """How many times the removal of a settled order is tried: more than once where orders are cancelled by a job."""
    contents: dict[str, dict[str, str]]
    """Name and address of every location that was listed, by id."""

    def create_service(self, actor: str, name: str, callback: str) -> Reply[MadeService]:
        """Make a fulfillment service of the actor's app."""
        ...

    def rename_service(self, actor: str, identity: str, name: str) -> Reply[str]:
        """Give a fulfillment service of the actor's app another name; the value is the name of its location then."""
        ...

    def existing_service(self, actor: str) -> str | None:
        """Return the location of the service that the actor's app has already; None where nothing tells."""
        ...

    def merchant_locations(self, services: frozenset[str]) -> Reply[list[str]]:
        """List the active locations of no fulfillment service; `services` are known locations of services."""
        ...

    def create_product(self, tag: str, places: Mapping[str, Sequence[str]]) -> Reply[MadeProduct]:
        """Make a product with the variants of `VARIANTS`; `places` are the locations to stock each at."""
        ...

    def stock(self, item: str, location: str, tag: str) -> None:
        """Stock an inventory item at a location; where it is stocked already, set how much there is."""
        ...

    def stocks(self, item: str, location: str) -> bool:
        """Tell whether a location is shown to stock an inventory item: some stores stock what is new everywhere."""
        ...

    def create_order(self, tag: str, items: Sequence[WantedItem], pace: OrderPace) -> Reply[MadeOrder]:
        """Make a paid test order."""
        ...

    def subscribe(self, actor: str, topic: str, address: str) -> Reply[str]:
        """Subscribe the actor's app to a topic of webhooks; the value is the subscription's id."""
        ...

    def remove(self, kind: str, identity: str, actor: str) -> Reply[None]:
        """Remove an order, a product, a fulfillment service or a subscription to webhooks."""
        ...

    def settle_order(self, identity: str) -> None:
        """Cancel an order's fulfillments and the order, where it cannot be deleted as it is."""
        ...

    def find(self, kind: str, note: str, actor: str) -> Reply[list[Found]]:
        """List things of a kind, those that may bear the note at least."""
        ...
