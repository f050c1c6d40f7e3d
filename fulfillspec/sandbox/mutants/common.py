"""What several mutants do alike."""

from collections.abc import Sequence

from fulfillspec.sandbox.model import Amount, FulfillmentOrder, Line

LOOKS = frozenset({"get", "list", "assigned"})
"""The answers of a later look, as opposed to the answer of the action itself."""


def clamped(fo: FulfillmentOrder, lines: Sequence[Amount] | None) -> list[Amount]:
    """Silently lower amounts to what there is."""
    left = {line.id: line.fulfillable for line in fo.lines}
    return [Amount(each.id, min(each.quantity, left.get(each.id, each.quantity))) for each in lines or ()]


def whole_lines(fo: FulfillmentOrder, lines: Sequence[Amount] | None) -> list[Amount]:
    """Raise amounts to all that is left on the named lines."""
    left = {line.id: line.fulfillable for line in fo.lines}
    return [Amount(each.id, max(each.quantity, left.get(each.id, 0))) for each in lines or ()]


def copies(fo: FulfillmentOrder) -> list[Line]:
    """Return copies of the line items."""
    return [Line(line.id, line.order_line, line.quantity, line.fulfillable) for line in fo.lines]
