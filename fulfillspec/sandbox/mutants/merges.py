"""Mutants of merge: what is not open is merged, as the first of several or as a further one."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.store import Store


class MergeIntoWhatIsEnded(Mutant, Store):
    """Units are merged into a closed fulfillment order that is named first."""

    requirement = "FO-GQL-MERGE-ENDED-REFUSED"
    transports = ("graphql",)

    def guard_merge(self, into: FulfillmentOrder, found: Sequence[FulfillmentOrder]) -> None:
        if into.status != "closed":
            super().guard_merge(into, found)


class MergeIntoWhatIsHeld(Mutant, Store):
    """Units are merged into a fulfillment order on hold that is named first."""

    requirement = "FO-GQL-MERGE-HELD-REFUSED"
    transports = ("graphql",)

    def guard_merge(self, into: FulfillmentOrder, found: Sequence[FulfillmentOrder]) -> None:
        if into.status != "on_hold":
            super().guard_merge(into, found)


class MergeTakesWhatIsHeld(Mutant, Store):
    """The units of a fulfillment order on hold are merged into another one."""

    requirement = "FO-GQL-MERGE-HELD-REFUSED"
    transports = ("graphql",)

    def guard_merge(self, into: FulfillmentOrder, found: Sequence[FulfillmentOrder]) -> None:
        super().guard_merge(into, [fo for fo in found if fo.status != "on_hold"])
