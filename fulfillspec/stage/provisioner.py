"""Provisioning: a fulfillment service, products, stock, orders, and their removal, over whichever API the target has."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from fulfillspec.evidence.invented import ADDRESS
from fulfillspec.stage.dialect import KINDS, LINES, VARIANTS, Dialect, MadeOrder, Reply, WantedItem
from fulfillspec.stage.failures import Failures
from fulfillspec.stage.journal import Journal, JournalEntry
from fulfillspec.stage.source import CannotStage, NewOrder, World
from fulfillspec.wire.throttle import OrderPace

_CALLBACK: Final = "https://mock.shop/fulfillspec"  # recorded as an allowed host; it answers nothing that we use
_ORDER_TRIES: Final = 4
_MOST_ASKED: Final = 3
"""How many locations are asked whether they stock what is new, where the first ones do."""
_PREPARING: Final = "preparing"


class Provisioner:
    """The source of orders and the remover of what a run made.

    `tag` marks everything that the run creates; `callback` is the address that the target may call; `wanted` names
    locations that are to be used as they are.
    """

    def __init__(
        self,
        dialect: Dialect,
        journal: Journal,
        tag: str,
        pace: OrderPace,
        *,
        callback: str | None = None,
        wanted: World | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._dialect, self._journal, self._tag, self._pace, self._sleep = dialect, journal, tag, pace, sleep
        self._callback = callback or _CALLBACK
        self._wanted = wanted or World()
        self._ready = False
        self._failures = Failures()
        self._variants: dict[str, str] = {}
        self._inventory: dict[str, str] = {}
        self._services: dict[str, tuple[str, str]] = {}
        self.world = World()
        self.orders_created = 0

    def again(self, dialect: Dialect) -> Provisioner:
        """Return a provisioner of what was prepared so far that goes on from here by itself."""
        other = copy.copy(self)
        world, failures = copy.deepcopy((self.world, self._failures))
        vars(other).update(_dialect=dialect, orders_created=0, world=world, _failures=failures)
        return other

    def prepare(self) -> World:
        """Find the locations and make the fulfillment service, the product and its stock; idempotent.

        What was made stays made where a later step fails. Raise `CannotStage` with the reason of the first failure.
        """
        if self._ready:
            return self.world
        if (reason := self._failures.final(_PREPARING)) is not None:
            raise CannotStage(reason)
        try:
            self._prepare()
        except CannotStage as error:
            raise CannotStage(self._failures.add(_PREPARING, str(error))) from None
        self._ready = True
        return self.world

    def _prepare(self) -> None:
        actors, world = self._dialect.actors, self.world
        world.service = world.service or self._wanted.service
        if "service" in actors and world.service is None:
            world.service = self._service("service")
        if "other_service" in actors and world.other_service is None:
            world.other_service = self._service("other_service", needed=False)
        merchant = self._wanted.merchant or self._merchant_locations()
        if not merchant:
            raise CannotStage("the store shows no merchant-managed location")
        world.merchant = merchant[:2]
        if not self._variants and world.no_products is None:
            self._product()
        if len(merchant) > 2 and self._variants:
            item = self._inventory[self._variants[VARIANTS[0]]]
            others = merchant[2 : 2 + _MOST_ASKED]
            world.unstocked = next((each for each in others if not self._dialect.stocks(item, each)), None)

    def create(self, kinds: Sequence[str], quantities: Sequence[int]) -> NewOrder:
        """Make an order; see `Source`."""
        self.prepare()
        wanted = [item for kind in kinds for item in self._items(kind, quantities)]
        number = self._journal.intend("order", self._tag)
        reply = self._ordered(wanted)
        made = reply.value
        if made is None or made.id is None or not reply.fine:
            raise self._failed(reply, "an order", number)
        self._journal.created(number, made.id)
        self.orders_created += 1
        movable = {self._variants.get(name) for name in VARIANTS if name.startswith("movable")}
        return NewOrder(
            made.id,
            made.name,
            frozenset(item.id for item in made.items if item.variant and item.variant in movable)
            if made.items and self._variants
            else None,
            {item.id: item.units for item in made.items if item.units is not None} or None,
            ADDRESS,
            {
                item.id: (item.variant, self._inventory[item.variant])
                for item in made.items
                if item.variant is not None and item.variant in self._inventory
            },
        )

    def _items(self, kind: str, quantities: Sequence[int]) -> list[WantedItem]:
        names = [f"{kind} {n}" for n in range(1, LINES + 1)]
        return [
            WantedItem(name, units, self._variants.get(name)) for name, units in zip(names, quantities, strict=False)
        ]

    def _ordered(self, wanted: Sequence[WantedItem]) -> Reply[MadeOrder]:
        """Send an order; a development store that has had enough of them for a minute gets it again in time."""
        reply = self._dialect.create_order(self._tag, wanted, self._pace)
        for _ in range(_ORDER_TRIES - 1):
            if not reply.too_many:
                break
            self._pace.refused()
            reply = self._dialect.create_order(self._tag, wanted, self._pace)
        return reply

    def remove(self, entry: JournalEntry) -> str | None:
        """Remove a thing that a run created; return why it is still there, None if it is gone."""
        actor = entry.actor if entry.actor in self._dialect.actors else "merchant"
        if entry.id is None:
            return self._remove_unnamed(entry, actor)
        reply = self._dialect.remove(entry.kind, entry.id, actor)
        if entry.kind == "order" and not reply.gone:
            self._dialect.settle_order(entry.id)
            for attempt in range(self._dialect.removals):
                if attempt:
                    self._sleep(0.5 * 2 ** (attempt - 1))
                reply = self._dialect.remove(entry.kind, entry.id, actor)
                if reply.gone:
                    break
        return None if reply.gone else reply.in_words

    def _remove_unnamed(self, entry: JournalEntry, actor: str) -> str | None:
        """Look for a thing whose creation was never answered, by what it bears."""
        reply = self._dialect.find(entry.kind, entry.note, actor)
        if reply.value is None:
            return reply.in_words
        known = {other.id for other in self._journal.left()}
        for found in reply.value:
            if entry.note in found.bears and found.id not in known:
                reason = self.remove(JournalEntry(entry.number, entry.kind, entry.note, found.id))
                if reason:
                    return reason
        return None

    def _service(self, actor: str, *, needed: bool = True) -> str | None:
        name = f"{self._tag} {actor.replace('_', ' ')}"
        number = self._journal.intend("fulfillment service", name)
        reply = self._dialect.create_service(actor, name, self._callback)
        made = reply.value
        if reply.fine and made and made.id:
            self._journal.created(number, made.id)
            self._services[actor] = made.id, name
        elif reply.refused:
            self._journal.gone(number)
        location = (made.location if made else None) or self._dialect.existing_service(actor)
        if location is None and needed:
            raise CannotStage(f"a fulfillment service could not be created: {reply.in_words}")
        return location

    @contextmanager
    def renamed(self, actor: str) -> Iterator[None]:
        """Give the service that was made for an actor, and its location by that, another name while the block lasts.

        Raise `CannotStage` where there is none, or where its location keeps the name.
        """
        if actor not in self._services:
            raise CannotStage(f"no fulfillment service was made for the {actor} actor whose location could be renamed")
        identity, name = self._services[actor]
        other = f"{name} renamed"
        reply = self._dialect.rename_service(actor, identity, other)
        try:
            if not reply.fine or reply.value != other:
                raise CannotStage(
                    f"the location of a service keeps its name when the service gets another: {reply.in_words}"
                )
            yield
        finally:
            self._dialect.rename_service(actor, identity, name)

    def _merchant_locations(self) -> list[str]:
        services = frozenset(filter(None, (self.world.service, self.world.other_service)))
        reply = self._dialect.merchant_locations(services)
        if reply.value is None:
            raise CannotStage(f"the store's locations could not be listed: {reply.in_words}")
        self.world.contents = dict(self._dialect.contents)
        return reply.value

    def _product(self) -> None:
        number = self._journal.intend("product", self._tag)
        places = {name: self._places(name) for name in VARIANTS}
        reply = self._dialect.create_product(self._tag, places)
        if reply.absent:  # a mock that keeps no products: its orders have custom items
            self._journal.gone(number)
            self.world.no_products = reply.in_words
            return
        made = reply.value
        if made is None or made.id is None or not reply.fine:
            raise self._failed(reply, "a product", number)
        self._journal.created(number, made.id)
        if len(made.variants) < len(KINDS) * LINES:
            raise CannotStage(
                f"a product with {len(VARIANTS)} variants came back with {len(made.variants)} usable ones"
            )
        self._variants = {name: variant for name, (variant, _) in made.variants.items()}
        self._inventory = dict(made.variants.values())
        if not made.stocked:
            for name in VARIANTS:
                for location in places[name]:
                    self._dialect.stock(made.variants[name][1], location, self._tag)

    def _places(self, name: str) -> list[str]:
        """Return the locations that stock the variant of a name."""
        service = [self.world.service] if self.world.service else []
        return (service or self.world.merchant[:1]) if name.startswith("service") else [*self.world.merchant, *service]

    def _failed(self, reply: Reply[Any], what: str, number: int) -> CannotStage:
        if reply.refused:
            self._journal.gone(number)
        return CannotStage(f"{what} could not be created: {reply.in_words}")
