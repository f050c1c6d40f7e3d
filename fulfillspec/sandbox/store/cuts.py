"""Splits and merges, which only GraphQL has."""

from collections.abc import Mapping, Sequence

from fulfillspec.sandbox.errors import Refused, Unknown
from fulfillspec.sandbox.model import Amount, App, FulfillmentOrder, Split
from fulfillspec.sandbox.store.access import ASKS
from fulfillspec.sandbox.store.offers import Offers
from fulfillspec.sandbox.store.state import BAD_QUANTITY, NO_FULFILLMENT_ORDER

NOT_SPLITTABLE = "The fulfillment order is not in a splittable state."
NOTHING_SPLIT = "There must be at least one item selected in this fulfillment to split it."
NO_UNITS_SPLIT = "You must select at least one item to split into a new fulfillment order."
NO_UNITS_MERGED = "You must select at least one item to merge into a new fulfillment order."
TOO_FEW = "At least two fulfillment orders are needed for a merge."

Part = tuple[int, Sequence[Amount]]
"""A fulfillment order by its id, and units of its line items."""


class Cuts(Offers):
    """split and merge."""

    def split(self, client: App, parts: Sequence[Part]) -> list[Split]:
        """Put the named units of each fulfillment order into a new one, or do nothing at all."""
        self.require_any(client, "write", ASKS["split"])
        work: list[tuple[FulfillmentOrder, dict[int, int]]] = []
        for index, (fulfillment_order_id, lines) in enumerate(parts):
            fo = self.cuttable(client, fulfillment_order_id, "split")
            if any(fo is other for other, _ in work):
                raise Refused("Fulfillment orders must be unique.")
            work.append((fo, self.split_units(fo, lines, index)))
        done = [Split(fo, self.cut(fo, chosen)) for fo, chosen in work]
        for each in done:
            self.announce(
                "fulfillment_orders/split",
                fulfillment_order=each.fulfillment_order,
                remaining_fulfillment_order=each.remaining,
                replacement_fulfillment_order=None,
                split_line_items=[{"id": line.id, "quantity": line.quantity} for line in each.remaining.lines],
            )
        return done

    def cuttable(self, client: App, fulfillment_order_id: int, operation: str) -> FulfillmentOrder:
        """Find one to split or merge; raises Refused where there is none that the client may see."""
        try:
            fo = self.fulfillment_order(fulfillment_order_id)
            self.check_reach(client, fo, operation)
        except Unknown as unknown:
            raise Refused(NO_FULFILLMENT_ORDER, code="FULFILLMENT_ORDER_NOT_FOUND") from unknown
        return fo

    def split_units(self, fo: FulfillmentOrder, lines: Sequence[Amount], index: int) -> dict[int, int]:
        """Check what is to be split off; something has to stay."""
        field = ("fulfillmentOrderSplits", str(index), "fulfillmentOrderLineItems")
        if not lines:
            raise Refused(NOTHING_SPLIT, field=field, code="NO_LINE_ITEMS_PROVIDED_TO_SPLIT")
        self.guard_split(fo)
        self.check_positive(lines, field, NO_UNITS_SPLIT)
        chosen = self.named(fo, lines)
        if not self.complement(fo, chosen):
            raise Refused(BAD_QUANTITY)
        return chosen

    def guard_split(self, fo: FulfillmentOrder) -> None:
        """Refuse where `split` is not offered."""
        if not self.offers(fo, "split"):
            raise Refused(NOT_SPLITTABLE)

    def check_positive(self, lines: Sequence[Amount], field: tuple[str, ...], sentence: str) -> None:
        """Refuse amounts below one, naming the place."""
        for index, line in enumerate(lines):
            if line.quantity < 1:
                raise Refused(sentence, field=(*field, str(index), "quantity"), code="GREATER_THAN")

    def cut(self, fo: FulfillmentOrder, chosen: Mapping[int, int]) -> FulfillmentOrder:
        """Put the units into a new open one at the same location; returns it."""
        return self.split_off(fo, chosen)

    def merge(self, client: App, parts: Sequence[Part]) -> FulfillmentOrder:
        """Gather the units of several open fulfillment orders of one order and location on the first; returns it."""
        self.require_any(client, "write", ASKS["merge"])
        found = [self.cuttable(client, fulfillment_order_id, "merge") for fulfillment_order_id, _ in parts]
        if len({fo.id for fo in found}) < max(2, len(found)):
            raise Refused(TOO_FEW)
        into = found[0]
        self.guard_merge(into, found)
        work = [
            (fo, self.merge_units(fo, lines, index))
            for index, (fo, (_, lines)) in enumerate(zip(found, parts, strict=True))
        ]
        for fo, chosen in work[1:]:
            self.take_in(fo, chosen, into)
        self.announce("fulfillment_orders/merged", fulfillment_order=into)
        return into

    def guard_merge(self, into: FulfillmentOrder, found: Sequence[FulfillmentOrder]) -> None:
        """Refuse what is not open and unsubmitted, or of another order or location."""
        others = self.mergeable(into)
        for fo in found:
            fits = fo in others if fo is not into else fo.status == "open" and fo.request_status == "unsubmitted"
            if not fits:
                raise Refused(f"Fulfillment order: {fo.id} is currently not in a mergeable state.")

    def merge_units(self, fo: FulfillmentOrder, lines: Sequence[Amount], index: int) -> dict[int, int]:
        """Check what is to be taken from one of them."""
        field = ("fulfillmentOrderMergeInputs", "0", "mergeIntents", str(index), "fulfillmentOrderLineItems")
        self.check_positive(lines, field, NO_UNITS_MERGED)
        return self.named(fo, lines)

    def take_in(self, fo: FulfillmentOrder, chosen: Mapping[int, int], into: FulfillmentOrder) -> None:
        """Move the units; one without anything left is closed."""
        self.transfer(fo, chosen, into)
        if not fo.remaining:
            self.become(fo, status="closed")
