"""Mutants of fulfillments over several fulfillment orders: one is passed over, done alone, or not looked at."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence
from typing import Any, ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refusal, Refused
from fulfillspec.sandbox.model import Amount, App, Fulfillment, FulfillmentOrder, Order
from fulfillspec.sandbox.store import Store

Work = Sequence[tuple[int, Sequence[Amount] | None]]
"""Fulfillment orders by their id, and the units of each; None: all that is left."""


class _Over(Store):
    """Reads the work of a fulfillment in a way of its own."""

    def work(self, parts: Work) -> Work:
        return parts

    def create_fulfillment(self, client: App, parts: Work, **options: Any) -> Fulfillment:
        return super().create_fulfillment(client, self.work(parts), **options)


class FulfilTheFirstAlone(Mutant, _Over):
    """A fulfillment over several fulfillment orders covers the first alone."""

    requirement = "FO-FULFIL-SEVERAL"

    def work(self, parts: Work) -> Work:
        return parts[:1]


class FulfilTheLastAlone(Mutant, _Over):
    """A fulfillment over several fulfillment orders covers the last alone."""

    requirement = "FO-FULFIL-SEVERAL"

    def work(self, parts: Work) -> Work:
        return parts[-1:]


class FulfilSeveralInFull(Mutant, _Over):
    """A fulfillment over several fulfillment orders takes all of each, whatever line items are named."""

    requirement = "FO-FULFIL-SEVERAL"

    def work(self, parts: Work) -> Work:
        return parts if len(parts) < 2 else [(identity, None) for identity, _ in parts]


class FulfilTheFurtherInFull(Mutant, _Over):
    """Of the second fulfillment order on, a fulfillment takes all, whatever line items are named."""

    requirement = "FO-FULFIL-SEVERAL"
    cases = "what_is_held"

    def work(self, parts: Work) -> Work:
        return [*parts[:1], *((identity, None) for identity, _ in parts[1:])]


class FulfilSeveralIsRefused(Mutant, _Over):
    """A fulfillment over more than one fulfillment order is refused."""

    requirement = "FO-FULFIL-SEVERAL"

    def work(self, parts: Work) -> Work:
        if len(parts) > 1:
            raise Refused("Only one fulfillment order can be fulfilled at a time.")
        return parts


class FulfilSeveralClosesTheLastAlone(Mutant, Store):
    """Of several fulfillment orders that are fulfilled in full the last alone is closed."""

    requirement = "FO-FULFIL-SEVERAL"
    _several = False

    def create_fulfillment(self, client: App, parts: Work, **options: Any) -> Fulfillment:
        self._several = len(parts) > 1
        return super().create_fulfillment(client, parts, **options)

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        if not self._several or fo.remaining:
            super().after_fulfilling(fo)


class FulfillmentOfTheFirstAlone(Mutant, Store):
    """A fulfillment over several fulfillment orders is among the fulfillments of the first alone."""

    requirement = "FO-FULFIL-RECORD"

    def fulfillments_of(self, client: App, of: Order | FulfillmentOrder) -> list[Fulfillment]:
        found = super().fulfillments_of(client, of)
        return found if isinstance(of, Order) else [each for each in found if each.parts[0][0] is of]


class _FirstGuarded(Store):
    """Looks at the first fulfillment order of a fulfillment alone."""

    _guarded = 0

    def create_fulfillment(self, client: App, parts: Work, **options: Any) -> Fulfillment:
        self._guarded = 0
        return super().create_fulfillment(client, parts, **options)

    def is_further(self) -> bool:
        self._guarded += 1
        return self._guarded > 1


class FulfilBesideWhatIsHeld(Mutant, _FirstGuarded):
    """What is on hold is fulfilled where it is not the first in the call."""

    requirement = "FO-HOLD-BLOCKS-FULFILMENT"

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        if not self.is_further() or fo.status != "on_hold":
            super().guard_fulfil(fo)


class FulfilUntilWhatIsHeld(Mutant, Store):
    """A fulfillment that is refused for its second fulfillment order has fulfilled the first already."""

    requirement = "FO-ERR-UNCHANGED"

    def create_fulfillment(self, client: App, parts: Work, **options: Any) -> Fulfillment:
        try:
            return super().create_fulfillment(client, parts, **options)
        except Refusal:
            held = [fo for fo in (self.fulfillment_orders.get(identity) for identity, _ in parts[1:]) if fo]
            if any(fo.status == "on_hold" for fo in held):
                super().create_fulfillment(client, parts[:1], **options)
            raise


class _Placeless(Store):
    """Takes the fulfillment orders of a fulfillment one by one."""

    def workload(self, client: App, parts: Work) -> list[tuple[FulfillmentOrder, Sequence[Amount] | None]]:
        found: list[tuple[FulfillmentOrder, Sequence[Amount] | None]] = []
        for part in parts:
            found += super().workload(client, [part])
        self.compared([fo for fo, _ in found])
        return found

    def compared(self, found: Sequence[FulfillmentOrder]) -> None:
        """Refuse what cannot be in one fulfillment."""


class FulfilOverLocations(Mutant, _Placeless):
    """A fulfillment covers fulfillment orders of several locations."""

    requirement = "FO-FULFIL-ONE-LOCATION"

    def compared(self, found: Sequence[FulfillmentOrder]) -> None:
        if len({fo.order.id for fo in found}) > 1:
            raise Refused("All fulfillment orders must belong to the same order.")


class FulfilOverOrders(Mutant, _Placeless):
    """A fulfillment covers fulfillment orders of several orders."""

    requirement = "FO-FULFIL-ONE-ORDER"

    def compared(self, found: Sequence[FulfillmentOrder]) -> None:
        if len({fo.location.id for fo in found}) > 1:
            raise Refused("All fulfillment orders must be assigned to a single location.")


class FulfilOverOrdersRefusedAndDone(Mutant, Store):
    """A fulfillment over two orders is refused, after the fulfillment order of the second was fulfilled."""

    requirement = "FO-INV-OTHER-ORDERS"

    def create_fulfillment(self, client: App, parts: Work, **options: Any) -> Fulfillment:
        found = [fo for fo in (self.fulfillment_orders.get(identity) for identity, _ in parts) if fo]
        if len({fo.order.id for fo in found}) > 1:
            super().create_fulfillment(client, parts[-1:], **options)
        return super().create_fulfillment(client, parts, **options)


class _OneReached(Store):
    """Asks for access to one fulfillment order of a fulfillment, and for no common location."""

    place: ClassVar[int]

    def create_fulfillment(self, client: App, parts: Work, **options: Any) -> Fulfillment:
        fo = self.fulfillment_orders.get(parts[self.place][0]) if len(parts) > 1 else None
        if fo is None or client.name != "Fulfillment service":
            return super().create_fulfillment(client, parts, **options)
        self.check_reach(client, fo, "create_fulfillment")
        made = [self.done(part, **options) for part in parts]
        return made[0]

    def done(self, part: tuple[int, Sequence[Amount] | None], **options: Any) -> Fulfillment:
        fo = self.fulfillment_order(part[0])
        manage = frozenset(f"{mode}_merchant_managed_fulfillment_orders" for mode in ("read", "write"))
        app = fo.location.service.app if fo.location.service is not None else App(0, "", manage)
        return super().create_fulfillment(app, [part], **options)


class FulfilOthersBesideItsOwn(Mutant, _OneReached):
    """A service that names a fulfillment order of its own first fulfils one at a merchant-managed location with it."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    cases = "nothing_of_others"
    place = 0


class FulfilOthersBeforeItsOwn(Mutant, _OneReached):
    """A service that names a fulfillment order of its own last fulfils one at a merchant-managed location with it."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    cases = "nothing_of_others"
    place = -1
