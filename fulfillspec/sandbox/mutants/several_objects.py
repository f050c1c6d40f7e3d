"""Mutants of calls over several objects: one of them is passed over, done alone, or not looked at."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refusal, Refused
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.asking import Given
from fulfillspec.sandbox.model import Amount, App, Fulfillment, FulfillmentOrder, Order
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.cuts import Part
from fulfillspec.sandbox.store.timing import NONE_FOUND

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


class _DeadlineReached(Store):
    """A service at whose location one of those named is may set the deadline of all of them."""

    place: int

    def set_deadline(self, client: App, fulfillment_order_ids: Sequence[int], deadline: datetime) -> None:
        reached = self.fulfillment_orders.get(fulfillment_order_ids[self.place])
        if reached is None or not self.assigned_to(client, reached):
            super().set_deadline(client, fulfillment_order_ids, deadline)
            return
        for fo in filter(None, map(self.fulfillment_orders.get, fulfillment_order_ids)):
            self.after_deadline(fo, deadline)


class DeadlineOfOthersBesideItsOwn(Mutant, _DeadlineReached):
    """A service that names a fulfillment order of its own first sets the deadline of one of the merchant's with it."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    cases = "no_deadline_for_others"
    place = 0


class DeadlineOfOthersBeforeItsOwn(Mutant, _DeadlineReached):
    """A service that names a fulfillment order of its own last sets the deadline of one of the merchant's with it."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    cases = "no_deadline_for_others"
    place = -1


class DeadlineOfTheWholeOrder(Mutant, Store):
    """A deadline is set on all fulfillment orders of the order, named or not."""

    requirement = "FO-INV-SIBLINGS"

    def after_deadline(self, fo: FulfillmentOrder, deadline: datetime) -> None:
        for each in fo.order.fulfillment_orders:
            super().after_deadline(each, deadline)


class DeadlineOfOneOrderAlone(Mutant, Store):
    """A deadline is set on the fulfillment orders of the first one's order alone."""

    requirement = "FO-DEADLINE-SETS"

    def set_deadline(self, client: App, fulfillment_order_ids: Sequence[int], deadline: datetime) -> None:
        first = self.fulfillment_orders.get(fulfillment_order_ids[0]) if fulfillment_order_ids else None
        kept = [
            identity
            for identity in fulfillment_order_ids
            if first is None or (fo := self.fulfillment_orders.get(identity)) is None or fo.order is first.order
        ]
        super().set_deadline(client, kept, deadline)


class DeadlineUntilTheUnknown(Mutant, Store):
    """A deadline that is refused for an unknown fulfillment order is set on the known ones nevertheless."""

    requirement = "FO-ERR-UNCHANGED"

    def check_all_found(self, asked: int, found: int) -> None:
        self._short = found < asked
        if not found:
            raise Refused(NONE_FOUND)

    _short = False

    def set_deadline(self, client: App, fulfillment_order_ids: Sequence[int], deadline: datetime) -> None:
        super().set_deadline(client, fulfillment_order_ids, deadline)
        if self._short:
            raise Refused(NONE_FOUND)


class DeadlineBesideTheUnknownIsNone(Mutant, Store):
    """A deadline for a known and an unknown fulfillment order is answered as if it were set, and set on none."""

    requirement = "FO-DEADLINE-SETS"

    def set_deadline(self, client: App, fulfillment_order_ids: Sequence[int], deadline: datetime) -> None:
        known = [identity for identity in fulfillment_order_ids if identity in self.fulfillment_orders]
        if not known or len(known) == len(fulfillment_order_ids):
            super().set_deadline(client, fulfillment_order_ids, deadline)


class _Splits(Store):
    """Reads the splits of a call in a way of its own."""

    def wanted(self, parts: Sequence[Part]) -> Sequence[Part]:
        return parts

    def split(self, client: App, parts: Sequence[Part]) -> Any:
        return super().split(client, self.wanted(parts))


class SplitTheFirstAlone(Mutant, _Splits):
    """Of several splits in one call the first alone is done."""

    requirement = "FO-GQL-SPLIT-SEVERAL"
    transports = ("graphql",)

    def wanted(self, parts: Sequence[Part]) -> Sequence[Part]:
        return parts[:1]


class SplitTheFurtherFromItsFirstLine(Mutant, _Splits):
    """Of the second split on, a unit of the first line item is split off, whichever is named."""

    requirement = "FO-GQL-SPLIT-SEVERAL"
    transports = ("graphql",)
    cases = "split_together"

    def wanted(self, parts: Sequence[Part]) -> Sequence[Part]:
        further: list[Part] = []
        for identity, lines in parts[1:]:
            fo = self.fulfillment_orders.get(identity)
            fits = fo is not None and len(lines) == 1 and lines[0].quantity == 1
            further.append((identity, [Amount(fo.lines[0].id, 1)] if fo is not None and fits else lines))
        return [*parts[:1], *further]


class SplitUntilOneIsRefused(Mutant, Store):
    """Of several splits in one call those before one that is refused are done."""

    requirement = "FO-ERR-UNCHANGED"
    transports = ("graphql",)

    def split(self, client: App, parts: Sequence[Part]) -> Any:
        done = []
        for part in parts:
            done += super().split(client, [part])
        return done


class SplitAllButTheRefused(Mutant, Store):
    """Of several splits in one call those that can be done are done, and the call is refused nevertheless."""

    requirement = "FO-ERR-UNCHANGED"
    transports = ("graphql",)

    def split(self, client: App, parts: Sequence[Part]) -> Any:
        done, refusals = [], []
        for part in parts:
            try:
                done += super().split(client, [part])
            except Refusal as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]
        return done


class SplitWhatThereIs(Mutant, Store):
    """A split of more units than there are splits off those that there are, but for one."""

    requirement = "FO-GQL-SPLIT-TOO-MUCH"
    transports = ("graphql",)

    def split_units(self, fo: FulfillmentOrder, lines: Sequence[Amount], index: int) -> dict[int, int]:
        left = self.left(fo)
        fitting = [Amount(each.id, min(each.quantity, max(left.get(each.id, each.quantity) - 1, 1))) for each in lines]
        over = any(each.quantity > left.get(each.id, each.quantity) for each in lines)
        return super().split_units(fo, fitting if over else lines, index)


class SplitOfNothingTakesAUnit(Mutant, Store):
    """A split without line items splits one unit off."""

    requirement = "FO-GQL-SPLIT-EMPTY"
    transports = ("graphql",)

    def split_units(self, fo: FulfillmentOrder, lines: Sequence[Amount], index: int) -> dict[int, int]:
        first = next(iter(self.left(fo)), 0)
        return super().split_units(fo, lines or [Amount(first, 1)], index)


class MergeLeavesTheOthersOpen(Mutant, Store):
    """What was merged into another stays open, without line items."""

    requirement = "FO-GQL-MERGE-QUANTITIES"
    transports = ("graphql",)

    def take_in(self, fo: FulfillmentOrder, chosen: Mapping[int, int], into: FulfillmentOrder) -> None:
        self.transfer(fo, chosen, into)


class MergeTakesAllForAPart(Mutant, Store):
    """A merge with line items takes everything."""

    requirement = "FO-GQL-MERGE-PART"
    transports = ("graphql",)

    def merge_units(self, fo: FulfillmentOrder, lines: Sequence[Amount], index: int) -> dict[int, int]:
        super().merge_units(fo, lines, index)
        return self.left(fo)


class MergeOverOrders(Mutant, Store):
    """Fulfillment orders of two orders at one location are merged."""

    requirement = "FO-GQL-MERGE-ONE-ORDER"
    transports = ("graphql",)

    def guard_merge(self, into: FulfillmentOrder, found: Sequence[FulfillmentOrder]) -> None:
        super().guard_merge(into, [fo for fo in found if fo.order is into.order])


class MergeReopensTheEnded(Mutant, Store):
    """A closed fulfillment order that was merged before is merged once more."""

    requirement = "FO-GQL-MERGE-ENDED-REFUSED"
    transports = ("graphql",)

    def guard_merge(self, into: FulfillmentOrder, found: Sequence[FulfillmentOrder]) -> None:
        super().guard_merge(into, [fo for fo in found if fo.lines])


class MergeRefusedAndDone(Mutant, Store):
    """A merge over two orders is refused, after the other order's fulfillment order was closed."""

    requirement = "FO-INV-OTHER-ORDERS"
    transports = ("graphql",)

    def guard_merge(self, into: FulfillmentOrder, found: Sequence[FulfillmentOrder]) -> None:
        for fo in found:
            if fo.order is not into.order:
                self.become(fo, status="closed")
        super().guard_merge(into, found)


class ReleaseByAnUnknownIdReleasesAll(Mutant, GraphQL):
    """fulfillmentOrderReleaseHold with ids that are unknown releases every hold."""

    requirement = "FO-GQL-RELEASE-HOLD"
    transports = ("graphql",)

    def hold_ids(self, identity: int, given: Given) -> Sequence[int] | None:
        try:
            return super().hold_ids(identity, given)
        except Refusal:
            return None
