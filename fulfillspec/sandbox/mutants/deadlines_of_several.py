"""Mutants of deadlines over several fulfillment orders: one is passed over, set alone, or not looked at."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence
from datetime import datetime

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.timing import NONE_FOUND


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
