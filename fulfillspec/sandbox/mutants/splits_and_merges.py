"""Mutants of splits and merges, of one fulfillment order or several in a call: one is done alone, or not looked at."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping, Sequence
from typing import Any

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refusal
from fulfillspec.sandbox.model import Amount, App, FulfillmentOrder
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.cuts import Part


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
