"""What the store keeps: shop, locations, services, products, orders and their fulfillment orders."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

LIVE = frozenset({"open", "scheduled", "on_hold"})
"""The statuses in which assigned_location follows edits of the location (FulfillmentOrder, assigned_location)."""


@dataclass(frozen=True, slots=True)
class App:
    """An API client: whoever holds one of its tokens. Scopes are complete: a write scope comes with its read scope."""

    id: int
    name: str
    scopes: frozenset[str]

    def has(self, *scopes: str) -> bool:
        """Say whether the app has at least one of the scopes."""
        return not self.scopes.isdisjoint(scopes)


@dataclass(eq=False, slots=True)
class Service:
    """A fulfillment service: registered by an app, works at a location of its own."""

    id: int
    app: App
    name: str
    handle: str
    callback_url: str | None
    tracking_support: bool
    inventory_management: bool
    created_at: datetime
    location: "Location" = field(init=False)


@dataclass(eq=False, slots=True)
class Location:
    """A place that can fulfil; merchant-managed unless it belongs to a service."""

    id: int
    name: str
    created_at: datetime
    address1: str | None = None
    city: str | None = None
    province: str | None = None
    country_code: str = "US"
    zip: str | None = None
    service: Service | None = None
    active: bool = True


@dataclass(eq=False, slots=True)
class Variant:
    """A product's variant, with its inventory item."""

    id: int
    product: "Product"
    title: str
    price: str
    sku: str | None
    inventory_item_id: int
    levels: dict[int, int] = field(default_factory=dict)
    """Units available by location id, where it is stocked now."""
    ever_stocked: set[int] = field(default_factory=set)
    """Ids of the locations that stock it or once did."""


@dataclass(eq=False, slots=True)
class Product:
    """Something for sale."""

    id: int
    title: str
    created_at: datetime
    variants: list[Variant] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class OrderLine:
    """A line item of an order; `variant` is None for a custom item."""

    id: int
    title: str
    price: str
    quantity: int
    variant: Variant | None


@dataclass(eq=False, slots=True)
class Order:
    """An order, and the fulfillment orders that routing made for it."""

    id: int
    number: int
    created_at: datetime
    processed_at: datetime
    lines: list[OrderLine]
    email: str | None = None
    tags: str = ""
    shipping_address: dict[str, Any] | None = None
    shipping_title: str | None = None
    cancelled_at: datetime | None = None
    fulfillment_orders: list["FulfillmentOrder"] = field(default_factory=list)
    fulfillments: list["Fulfillment"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The number as customers see it."""
        return f"#{self.number}"


@dataclass(eq=False, slots=True)
class Line:
    """A fulfillment order line item. Units that were fulfilled are `quantity - fulfillable`."""

    id: int
    order_line: OrderLine
    quantity: int
    fulfillable: int


@dataclass(eq=False, slots=True)
class Hold:
    """A reason to wait, applied by an app."""

    id: int
    app: App
    reason: str
    notes: str | None
    notify_merchant: bool
    handle: str
    created_at: datetime


@dataclass(eq=False, slots=True)
class Request:
    """What the merchant asked the service: fulfillment_request or cancellation_request."""

    id: int
    kind: str
    message: str | None
    options: dict[str, Any]
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook: an app is told of a topic (`fulfillment_orders/…`) at an address, in the form of an API version."""

    id: int
    app: App
    topic: str
    address: str
    version: str


@dataclass(eq=False, slots=True)
class FulfillmentOrder:
    """Work on an order that one location has to do."""

    id: int
    order: Order
    location: Location
    created_at: datetime
    updated_at: datetime
    destination_id: int
    delivery_method_id: int
    status: str = "open"
    request_status: str = "unsubmitted"
    lines: list[Line] = field(default_factory=list)
    fulfill_at: datetime | None = None
    fulfill_by: datetime | None = None
    holds: list[Hold] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    accepted_by: App | None = None
    """The app that accepted the request: the only one that may close."""
    resumes: str = "open"
    """The status to return to when the last hold is released."""
    snapshot: Location | None = None
    """The location as it was when the work began or ended; None while it is live."""

    @property
    def at_service(self) -> bool:
        """Whether the location belongs to a fulfillment service."""
        return self.location.service is not None

    @property
    def remaining(self) -> int:
        """Units still to be fulfilled."""
        return sum(line.fulfillable for line in self.lines)

    @property
    def fulfilled(self) -> int:
        """Units already fulfilled."""
        return sum(line.quantity - line.fulfillable for line in self.lines)


@dataclass(eq=False, slots=True)
class Fulfillment:
    """Work done: units of line items that were sent from a location."""

    id: int
    number: int
    order: Order
    location: Location
    created_at: datetime
    updated_at: datetime
    parts: list[tuple[FulfillmentOrder, OrderLine, int]]
    status: str = "success"
    notify_customer: bool = False
    tracking_company: str | None = None
    tracking_numbers: list[str] = field(default_factory=list)
    tracking_urls: list[str] = field(default_factory=list)


class Amount(NamedTuple):
    """A number of units of a fulfillment order line item, as a client names them."""

    id: int
    quantity: int


class Submitted(NamedTuple):
    """Outcome of a fulfillment request; `unsubmitted` is None when everything was requested."""

    original: FulfillmentOrder
    submitted: FulfillmentOrder
    unsubmitted: FulfillmentOrder | None


class Cancelled(NamedTuple):
    """Outcome of a cancellation by the merchant."""

    original: FulfillmentOrder
    replacement: FulfillmentOrder | None


class Moved(NamedTuple):
    """Outcome of a move; both are the same one when the whole was moved."""

    original: FulfillmentOrder
    moved: FulfillmentOrder


class Held(NamedTuple):
    """Outcome of a hold; `remaining` is None when the whole is held."""

    held: FulfillmentOrder
    remaining: FulfillmentOrder | None
    hold: Hold


class Split(NamedTuple):
    """Outcome of a split: the original keeps what was not named, `remaining` has what was."""

    fulfillment_order: FulfillmentOrder
    remaining: FulfillmentOrder


class Destination(NamedTuple):
    """Answer to the question whether a fulfillment order can move to `location`."""

    location: Location
    movable: bool
    message: str | None
