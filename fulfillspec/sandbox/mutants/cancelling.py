"""Mutants of cancel."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.mutants.common import copies
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.ending import NOT_CANCELABLE


class CancelLeavesOpen(Mutant, Store):
    """Cancel makes a replacement, and leaves the original open."""

    requirement = "FO-CANCEL-STATE"

    def after_cancel(self, fo: FulfillmentOrder) -> None:
        self.touch(fo)


class CancelIsIncomplete(Mutant, Store):
    """Cancel sets the status incomplete."""

    requirement = "FO-CANCEL-STATE"

    def after_cancel(self, fo: FulfillmentOrder) -> None:
        self.become(fo, status="incomplete")


class CancelKeepsItems(Mutant, Store):
    """Cancel leaves the line items in the original, beside those of the replacement."""

    requirement = "FO-CANCEL-EMPTIES"

    def replace_cancelled(self, fo: FulfillmentOrder) -> FulfillmentOrder | None:
        before = copies(fo)
        replacement = super().replace_cancelled(fo)
        fo.lines[:] = before
        return replacement


class CancelWithoutReplacement(Mutant, Store):
    """Cancel gives no replacement, and the work is gone."""

    requirement = "FO-CANCEL-REPLACEMENT"

    def replace_cancelled(self, fo: FulfillmentOrder) -> FulfillmentOrder | None:
        fo.lines.clear()
        return None


class CancelReplacementStaysSubmitted(Mutant, Store):
    """The replacement is submitted already."""

    requirement = "FO-CANCEL-REPLACEMENT"

    def replace_cancelled(self, fo: FulfillmentOrder) -> FulfillmentOrder | None:
        replacement = super().replace_cancelled(fo)
        if replacement is not None:
            self.become(replacement, request_status="submitted")
        return replacement


class CancelReplacementLosesUnits(Mutant, Store):
    """The replacement has one unit of each line item that had more."""

    requirement = "FO-CANCEL-REPLACEMENT-ITEMS"

    def replace_cancelled(self, fo: FulfillmentOrder) -> FulfillmentOrder | None:
        replacement = super().replace_cancelled(fo)
        for line in replacement.lines if replacement else ():
            line.quantity = line.fulfillable = 1
        return replacement


class CancelReplacementLosesThirdLine(Mutant, Store):
    """The replacement lacks the third line item."""

    requirement = "FO-CANCEL-REPLACEMENT-ITEMS"

    def replace_cancelled(self, fo: FulfillmentOrder) -> FulfillmentOrder | None:
        replacement = super().replace_cancelled(fo)
        if replacement is not None:
            del replacement.lines[2:3]
        return replacement


class CancelReplacementIsWholeAgain(Mutant, Store):
    """The replacement of a partly fulfilled one has the units that were fulfilled, too."""

    requirement = "FO-CANCEL-REPLACEMENT-ITEMS"

    def replace_cancelled(self, fo: FulfillmentOrder) -> FulfillmentOrder | None:
        had = {line.order_line.id: line.quantity for line in fo.lines}
        replacement = super().replace_cancelled(fo)
        for line in replacement.lines if replacement else ():
            line.quantity = line.fulfillable = had[line.order_line.id]
        return replacement


class CancelOnlyOnceForAnOrder(Mutant, Store):
    """The replacement of a cancelled one cannot be cancelled itself."""

    requirement = "FO-CANCEL-STATE"

    def guard_cancel(self, fo: FulfillmentOrder) -> None:
        super().guard_cancel(fo)
        if any(other.status == "closed" and not other.lines for other in fo.order.fulfillment_orders):
            raise Refused(NOT_CANCELABLE)


class CancelWhatIsClosed(Mutant, Store):
    """A closed one can be cancelled."""

    requirement = "FO-CANCEL-ENDED-REFUSED"

    def guard_cancel(self, fo: FulfillmentOrder) -> None:
        if fo.status != "closed":
            super().guard_cancel(fo)
