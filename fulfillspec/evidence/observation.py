"""The neutral form in which every transport reports what it saw.

Values keep what the target sent: an absent or ill-typed value becomes None here and is the schema judge's business.
Identifiers are the digits that REST ids and GraphQL gids share, as text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Line:
    """A fulfillment order line item. Quantities are units; `remaining` is what is left to fulfil.

    `shows_no_inventory`: the inventory item is there, and null.
    """

    id: str
    line_item_id: str | None
    quantity: int | None
    remaining: int | None
    parent: str | None = None
    has_financial_summaries: bool = False
    variant_id: str | None = None
    inventory_item_id: str | None = None
    shows_no_inventory: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A fulfillment hold; ids and handles are known to GraphQL only."""

    reason: str | None
    notes: str | None
    id: str | None = None
    handle: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the merchant sent to the fulfillment service.

    Ids are known to GraphQL only. `has_other_options`: its options are there, and of another kind than whether to notify the customer.
    """

    kind: str | None
    message: str | None
    notify_customer: bool | None = None
    has_other_options: bool = False
    sent_at: datetime | None = None
    id: str | None = None

    @classmethod
    def of(
        cls,
        kind: str | None,
        message: str | None,
        options: object,
        *,
        sent_at: datetime | None = None,
        identity: str | None = None,
    ) -> Request:
        """Read the options of a request in any form that is documented (AMB-REQUEST-OPTIONS)."""
        notify = options.get("notify_customer") if isinstance(options, dict) else options
        other = isinstance(options, dict) and bool(options) and "notify_customer" not in options
        return cls(kind, prose(message), notify if isinstance(notify, bool) else None, other, sent_at, identity)


@dataclass(frozen=True, slots=True)
class FulfillmentOrder:
    """A fulfillment order as seen through a transport at one moment."""

    id: str
    order_id: str | None
    status: str | None
    request_status: str | None
    location_id: str | None
    address_location_id: str | None
    actions: tuple[str, ...] | None
    lines: tuple[Line, ...]
    holds: tuple[Hold, ...] | None = None
    requests: tuple[Request, ...] | None = None
    fulfill_at: datetime | None = None
    fulfill_by: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    shop_id: str | None = None
    order_name: str | None = None
    order_processed_at: datetime | None = None
    order_reference: tuple[str, ...] = ()
    dialect: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def completed_by(self, other: FulfillmentOrder) -> FulfillmentOrder:
        """Return this with what `other` knows of holds and of the times to fulfil, where this knows nothing of them."""
        return replace(
            self,
            holds=other.holds if self.holds is None else self.holds,
            fulfill_at=self.fulfill_at or other.fulfill_at,
            fulfill_by=self.fulfill_by or other.fulfill_by,
        )

    @property
    def pair(self) -> str:
        """`status/request_status`."""
        return f"{self.status}/{self.request_status}"

    @property
    def units(self) -> dict[str, int]:
        """Units to fulfil by the order's line item id."""
        return self._by_line_item("quantity")

    @property
    def left(self) -> dict[str, int]:
        """Units left to fulfil by the order's line item id, zeros left out."""
        return {key: units for key, units in self._by_line_item("remaining").items() if units}

    @property
    def at_hand(self) -> dict[str, int]:
        """Units left to fulfil as far as is known: all of them where nothing shows what is left."""
        return self.left if any(line.remaining is not None for line in self.lines) else self.units

    @property
    def ended(self) -> bool:
        """Whether the status says that nothing more will be done."""
        return self.status in {"closed", "cancelled"}

    def _by_line_item(self, name: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in self.lines:
            if line.line_item_id is not None:
                found[line.line_item_id] = found.get(line.line_item_id, 0) + (getattr(line, name) or 0)
        return found


@dataclass(frozen=True, slots=True)
class Picture:
    """All fulfillment orders of one order at one moment, by id, and the exchange that showed them.

    `seen` is when that exchange was over, by our own clock.
    """

    order_id: str
    orders: Mapping[str, FulfillmentOrder]
    exchange: int
    seen: datetime | None = None

    def work(self) -> dict[str, int]:
        """Units that are to be or have been fulfilled, by the order's line item id.

        What an ended fulfillment order still shows as left is not counted: it will not be done there.
        """
        total: dict[str, int] = {}
        for order in self.orders.values():
            # a cancelled one that can be requested again still holds its work (AMB-CANCELLATION-WORK)
            over = order.ended and not (order.status == "cancelled" and order.actions)
            for line in order.lines:
                if line.line_item_id is None or line.quantity is None:
                    continue
                units = line.quantity - (line.remaining or 0) if over else line.quantity
                total[line.line_item_id] = total.get(line.line_item_id, 0) + units
        return total

    def to_do(self) -> dict[str, int]:
        """Units that are left to be fulfilled, by the order's line item id; those of ended ones are not counted."""
        total: Counter[str] = Counter()
        for order in self.orders.values():
            if not order.ended:
                total.update(order.left)
        return dict(total)


def moment(text: object) -> datetime | None:
    """Return the instant that an ISO 8601 text names, None for anything else. A text without offset is none."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


_WORD: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")


def prose(value: object) -> str | None:
    """Return what a person wrote, each line ended by a line feed: no document says how a store keeps the ends of lines."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else None


def digits(value: object) -> str | None:
    """Return the digits of a REST id (integer) or a gid (`gid://shopify/Type/123?…`), None for anything else.

    An id of GraphQL is opaque: where a gid ends in a word instead of a number, the word stands for it.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        tail = value.rsplit("/", 1)[-1].partition("?")[0]
        return tail if tail.isdigit() or (value.startswith("gid://") and _WORD.fullmatch(tail)) else None
    return None
