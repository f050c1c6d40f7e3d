"""Mutants of line items as arguments: something else is taken than what was named, by one operation each."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import Amount, FulfillmentOrder, Line
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.state import NO_LINE


class _Names(Store):
    """Knows which operation names the line items, and reads them in a way of its own for one of the operations."""

    does: ClassVar[str]
    reads: ClassVar[Callable[[Store, FulfillmentOrder, Sequence[Amount]], Mapping[int, int]]]
    _asked = ""

    def _as(self, operation: str, call: Callable[..., Any], *given: Any, **options: Any) -> Any:
        self._asked = operation
        try:
            return call(*given, **options)
        finally:
            self._asked = ""

    def submit(self, *given: Any, **options: Any) -> Any:
        return self._as("submit", super().submit, *given, **options)

    def hold(self, *given: Any, **options: Any) -> Any:
        return self._as("hold", super().hold, *given, **options)

    def move(self, *given: Any, **options: Any) -> Any:
        return self._as("move", super().move, *given, **options)

    def split(self, *given: Any, **options: Any) -> Any:
        return self._as("split", super().split, *given, **options)

    def create_fulfillment(self, *given: Any, **options: Any) -> Any:
        return self._as("create_fulfillment", super().create_fulfillment, *given, **options)

    def check_positive(self, lines: Sequence[Amount], field: tuple[str, ...], sentence: str) -> None:
        if self._asked != self.does:
            super().check_positive(lines, field, sentence)

    def named(self, fo: FulfillmentOrder, amounts: Sequence[Amount] | None, **options: Any) -> dict[int, int]:
        if self._asked == self.does and amounts:
            return dict(type(self).reads(self, fo, amounts))
        return super().named(fo, amounts, **options)


def _lines(fo: FulfillmentOrder) -> dict[int, Line]:
    return {line.id: line for line in fo.lines}


def _plain(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    return Store.named(store, fo, amounts)


def _first_alone(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    return _plain(store, fo, amounts[:1])


def _last_alone(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    return _plain(store, fo, amounts[-1:])


def _by_position(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    ids = sorted(each.id for each in amounts)
    quantities = [each.quantity for each in amounts]
    left = store.left(fo)
    _plain(store, fo, amounts)
    return {each: min(units, left[each]) for each, units in zip(ids, quantities, strict=True)}


def _further_lines_whole(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    chosen = dict(_plain(store, fo, amounts))
    return {each: store.left(fo)[each] if each != amounts[0].id else units for each, units in chosen.items()}


def _all_beside_them(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    chosen = _plain(store, fo, amounts)
    return store.complement(fo, chosen) or chosen


def _unknown_means_all(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    known = [each for each in amounts if each.id in _lines(fo)]
    return _plain(store, fo, known) if known else store.left(fo)


def _unknown_left_out(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    known = [each for each in amounts if each.id in _lines(fo)]
    return _plain(store, fo, known or amounts)


def _zero_means_all(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    left = store.left(fo)
    return _plain(store, fo, [each if each.quantity else Amount(each.id, left.get(each.id, 1)) for each in amounts])


def _negative_as_positive(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    return _plain(store, fo, [Amount(each.id, abs(each.quantity)) for each in amounts])


def _zero_left_out(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    if [each.quantity for each in amounts] == [0] and amounts[0].id in _lines(fo):
        return {amounts[0].id: 0}
    return _plain(store, fo, amounts)


def _twice_means_all(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    if len({each.id for each in amounts}) == len(amounts):
        return _plain(store, fo, amounts)
    return store.left(fo)


def _twice_counts_once(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    return _plain(store, fo, list({each.id: each for each in amounts}.values()))


def _wherever_they_are(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    """Take line items of other fulfillment orders of the order too: their units come along."""
    for each in amounts:
        for other in fo.order.fulfillment_orders:
            line = _lines(other).get(each.id)
            if other is not fo and line is not None and 0 < each.quantity <= line.fulfillable:
                store.transfer(other, {line.id: each.quantity}, fo)
                mine = next(own for own in fo.lines if own.order_line is line.order_line)
                return {mine.id: each.quantity}
    return _plain(store, fo, amounts)


def _of_any_order(store: Store, fo: FulfillmentOrder, amounts: Sequence[Amount]) -> Mapping[int, int]:
    """Take the units off the line items of another order, and then refuse."""
    for other in store.fulfillment_orders.values():
        line = _lines(other).get(amounts[0].id)
        if other.order is not fo.order and line is not None and line.fulfillable >= amounts[0].quantity > 0:
            line.fulfillable -= amounts[0].quantity
            raise Refused(NO_LINE)
    return _plain(store, fo, amounts)


_SINS: dict[str, tuple[str, Callable[..., Mapping[int, int]], str, tuple[str, ...]]] = {
    "FirstLineAlone": ("the first of the line items named alone", _first_alone, "exactly", ("submit", "hold", "split")),
    "LastLineAlone": (
        "the last of the line items named alone",
        _last_alone,
        "exactly",
        ("move", "create_fulfillment"),
    ),
    "ByPosition": (
        "the line items named, with quantities in the order of their ids",
        _by_position,
        "exactly",
        ("submit", "move", "create_fulfillment"),
    ),
    "FurtherLinesWhole": (
        "the first line item in the quantity named, and all of the others named",
        _further_lines_whole,
        "exactly",
        ("hold", "submit", "split", "move"),
    ),
    "AllBesideThem": ("everything but what is named", _all_beside_them, "exactly", ("hold", "move", "submit")),
    "UnknownMeansAll": (
        "everything where the line items named are unknown",
        _unknown_means_all,
        "exactly",
        ("submit", "move", "create_fulfillment"),
    ),
    "UnknownLeftOut": (
        "the known ones of the line items named, and leaves out the others",
        _unknown_left_out,
        "own",
        ("submit", "hold", "move", "create_fulfillment", "split"),
    ),
    "ZeroMeansAll": (
        "all of a line item that is named with the quantity 0",
        _zero_means_all,
        "exactly",
        ("submit", "hold", "move", "create_fulfillment"),
    ),
    "NegativeAsPositive": (
        "the units of a negative quantity as if it were positive",
        _negative_as_positive,
        "exactly",
        ("submit", "move", "create_fulfillment"),
    ),
    "ZeroLeftOut": (
        "nothing for the quantity 0, and calls that done",
        _zero_left_out,
        "positive",
        ("create_fulfillment",),
    ),
    "TwiceMeansAll": (
        "everything where a line item is named twice",
        _twice_means_all,
        "exactly",
        ("submit", "move", "create_fulfillment"),
    ),
    "TwiceCountsOnce": ("a line item that is named twice once", _twice_counts_once, "once", ("hold",)),
    "WhereverTheyAre": (
        "line items of other fulfillment orders of the order too",
        _wherever_they_are,
        "siblings",
        ("submit", "hold", "create_fulfillment"),
    ),
    "OfAnyOrder": (
        "units off line items of another order, and is refused",
        _of_any_order,
        "orders",
        ("move", "create_fulfillment"),
    ),
}
"""What is taken instead, by which reading, which kind of requirement it breaks, and the operations that do so."""

_ROWS = {
    "exactly": {
        "submit": "FO-SUBMIT-PART",
        "hold": "FO-HOLD-PART",
        "move": "FO-MOVE-PART",
        "create_fulfillment": "FO-FULFIL-REMAINING",
        "split": "FO-GQL-SPLIT-QUANTITIES",
    },
    "own": {
        "submit": "FO-SUBMIT-LINES-OWN",
        "hold": "FO-HOLD-LINES-OWN",
        "move": "FO-MOVE-LINES-OWN",
        "create_fulfillment": "FO-FULFIL-LINES-OWN",
        "split": "FO-GQL-SPLIT-LINES-OWN",
    },
    "positive": {"create_fulfillment": "FO-FULFIL-LINES-POSITIVE"},
    "once": {"hold": "FO-HOLD-LINES-ONCE"},
    "siblings": {
        "submit": "FO-INV-SIBLINGS",
        "hold": "FO-HOLD-PART",
        "create_fulfillment": "FO-INV-SIBLINGS",
    },
    "orders": dict.fromkeys(("move", "create_fulfillment"), "FO-INV-OTHER-ORDERS"),
}
_GRAPHQL_ALONE = frozenset({"FO-FULFIL-LINES-POSITIVE", "FO-HOLD-LINES-ONCE"})


def _mutant(sin: str, operation: str) -> type[Mutant]:
    words, reads, kind, _ = _SINS[sin]
    requirement = _ROWS[kind][operation]
    name = "".join(word.title() for word in operation.split("_")) + sin
    graphql = operation == "split" or requirement in _GRAPHQL_ALONE
    return type(
        name,
        (Mutant, _Names),
        {
            "__doc__": f"{operation} takes {words}.",
            "__module__": __name__,
            "requirement": requirement,
            "transports": ("graphql",) if graphql else ("rest", "graphql"),
            "does": operation,
            "reads": staticmethod(reads),
        },
    )


MISREAD = tuple(_mutant(sin, operation) for sin, row in _SINS.items() for operation in row[3])
"""A mutant for each sin and operation."""


class HoldSplitNegativeIsTaken(Mutant, Store):
    """A hold on a negative number of units is taken for a hold on nothing, and places it."""

    requirement = "FO-HOLD-LINES-POSITIVE"
    transports = ("graphql",)

    def hold(
        self, client: Any, fulfillment_order_id: int, *, lines: Sequence[Amount] | None = None, **given: Any
    ) -> Any:
        kept = [each for each in lines or () if each.quantity > 0]
        return super().hold(client, fulfillment_order_id, lines=kept, **given)


class SplitOfNothingMakesAnEmptyOne(Mutant, Store):
    """A split of zero units of a line item makes a fulfillment order without line items."""

    requirement = "FO-GQL-SPLIT-LINES-POSITIVE"
    transports = ("graphql",)

    def split_units(self, fo: FulfillmentOrder, lines: Sequence[Amount], index: int) -> dict[int, int]:
        if lines and all(each.quantity == 0 and each.id in _lines(fo) for each in lines):
            return {}
        return super().split_units(fo, lines, index)


class SubmitByNameLeavesAnEmptyRest(Mutant, Store):
    """A request that names all line items in full leaves an unsubmitted fulfillment order without any."""

    requirement = "FO-SUBMIT-WHOLE-NOTHING-LEFT"

    def submit(
        self, client: Any, fulfillment_order_id: int, *, lines: Sequence[Amount] | None = None, **given: Any
    ) -> Any:
        done = super().submit(client, fulfillment_order_id, lines=lines, **given)
        if lines and done.unsubmitted is None:
            done = done._replace(unsubmitted=self.spawn(done.original.order, done.original.location))
        return done


class HoldOfAllByNameIsRefused(Mutant, Store):
    """A hold that names all line items in full is refused."""

    requirement = "FO-HOLD-STATE"

    def hold(
        self, client: Any, fulfillment_order_id: int, *, lines: Sequence[Amount] | None = None, **given: Any
    ) -> Any:
        fo = self.fulfillment_order(fulfillment_order_id)
        if lines and {each.id: each.quantity for each in lines} == self.left(fo):
            raise Refused("There is nothing left to split off.")
        return super().hold(client, fulfillment_order_id, lines=lines, **given)


class MoveOfAllByNameLeavesAUnit(Mutant, Store):
    """A move that names all line items in full leaves one unit behind."""

    requirement = "FO-MOVE-PART"

    def move(
        self, client: Any, fulfillment_order_id: int, location_id: int, lines: Sequence[Amount] | None = None
    ) -> Any:
        fo = self.fulfillment_order(fulfillment_order_id)
        if lines and {each.id: each.quantity for each in lines} == self.left(fo) and lines[-1].quantity > 1:
            lines = [*lines[:-1], Amount(lines[-1].id, lines[-1].quantity - 1)]
        return super().move(client, fulfillment_order_id, location_id, lines)


class FulfilOfAllByNameStaysOpen(Mutant, Store):
    """A fulfillment that names all line items in full does not close the fulfillment order."""

    requirement = "FO-FULFIL-CLOSES"
    _by_name = False

    def fulfillable_part(self, client: Any, fo: FulfillmentOrder, lines: Sequence[Amount] | None) -> Mapping[int, int]:
        self._by_name = bool(lines) and len(lines or ()) > 1
        return super().fulfillable_part(client, fo, lines)

    def after_fulfilling(self, fo: FulfillmentOrder) -> None:
        if not self._by_name or fo.remaining:
            super().after_fulfilling(fo)


class FulfilAgainWhatWasFulfilled(Mutant, Store):
    """More units than are left can be fulfilled, as long as there once were so many: the rest of them counts."""

    requirement = "FO-FULFIL-TOO-MUCH"

    def check_amount(self, line: Line, units: int) -> None:
        if units > line.quantity:
            super().check_amount(line, units)

    def fulfil(self, line: Line, units: int) -> int:
        return super().fulfil(line, min(units, line.fulfillable))


class MoveWhatWasFulfilledByName(Mutant, Store):
    """A move that names as many units as there once were takes those that are left."""

    requirement = "FO-MOVE-TOO-MUCH"

    def move(
        self, client: Any, fulfillment_order_id: int, location_id: int, lines: Sequence[Amount] | None = None
    ) -> Any:
        known = _lines(self.fulfillment_order(fulfillment_order_id))
        kept = [
            Amount(each.id, known[each.id].fulfillable)
            if each.id in known and known[each.id].fulfillable < each.quantity <= known[each.id].quantity
            else each
            for each in lines or ()
        ]
        return super().move(client, fulfillment_order_id, location_id, kept)
