"""Who may see and do what: access scopes and ownership (section "API access scopes").

Three kinds of access: `merchant_managed` (locations without a service), `third_party` (locations of services),
`assigned` (locations of the app's own services). A client that has none of the scopes an operation asks for is told
so (403); one that has some, but not for this fulfillment order, does not learn whether it exists (404).
"""

from fulfillspec.sandbox.errors import Forbidden, Refused, Unknown
from fulfillspec.sandbox.model import App, FulfillmentOrder, Location, Order
from fulfillspec.sandbox.store.state import State

KINDS = ("merchant_managed", "third_party", "assigned")

NOT_A_SERVICE = "The fulfillment order's assigned fulfillment service must be of api type"

_MANAGE = ("merchant_managed", "third_party")

ASKS: dict[str, tuple[str, ...]] = {
    "submit": ("third_party",),
    "accept": ("assigned",),
    "reject": ("assigned",),
    "submit_cancellation": ("third_party",),
    "accept_cancellation": ("assigned",),
    "reject_cancellation": ("assigned",),
    "cancel": _MANAGE,
    "close": ("assigned",),
    "move": _MANAGE,
    "open": _MANAGE,
    "reschedule": _MANAGE,
    "hold": _MANAGE,
    "release_hold": _MANAGE,
    "set_deadline": _MANAGE,
    "split": _MANAGE,
    "merge": _MANAGE,
    "create_fulfillment": KINDS,
    "update_tracking": KINDS,
    "cancel_fulfillment": KINDS,
}
"""The kinds of write access, any of which lets a client do the operation."""

FOR_SERVICES = frozenset(
    {"submit", "accept", "reject", "submit_cancellation", "accept_cancellation", "reject_cancellation", "close"}
)
"""Operations that exist at locations of fulfillment services only."""


def scope(mode: str, kind: str) -> str:
    """Name the access scope: mode is `read` or `write`."""
    return f"{mode}_{kind}_fulfillment_orders"


class Access(State):
    """The rules of reach."""

    def covers(self, kind: str, client: App, location: Location) -> bool:
        """Say whether work at this location is what a kind of access is about."""
        service = location.service
        if kind == "merchant_managed":
            return service is None
        if kind == "third_party":
            return service is not None
        return service is not None and service.app is client

    def grants(self, client: App, location: Location, mode: str, kinds: tuple[str, ...]) -> bool:
        """Say whether the client's scopes reach work at this location through one of the kinds."""
        return any(client.has(scope(mode, kind)) and self.covers(kind, client, location) for kind in kinds)

    def may_see(self, client: App, fo: FulfillmentOrder) -> bool:
        """Say whether the client may read it."""
        return self.grants(client, fo.location, "read", KINDS)

    def may_do(self, client: App, fo: FulfillmentOrder, operation: str) -> bool:
        """Say whether the client's scopes allow the operation on it.

        Since 2024-10 third-party access does not let an order management app fulfil at another app's location.
        """
        if operation == "create_fulfillment" and fo.at_service:
            return self.grants(client, fo.location, "write", ("assigned",))
        return self.grants(client, fo.location, "write", ASKS[operation])

    def require_any(self, client: App, mode: str, kinds: tuple[str, ...]) -> None:
        """Refuse a client that has none of the scopes."""
        if not client.has(*(scope(mode, kind) for kind in kinds)):
            raise Forbidden(scope(mode, kinds[0]))

    def seen(self, client: App, fulfillment_order_id: int) -> FulfillmentOrder:
        """Find one to read; raises Forbidden or Unknown."""
        self.require_any(client, "read", KINDS)
        fo = self.fulfillment_order(fulfillment_order_id)
        if not self.may_see(client, fo):
            self.conceal(fo)
        return fo

    def seen_of(self, client: App, order: Order) -> list[FulfillmentOrder]:
        """Return the order's fulfillment orders that the client's scopes cover: none is not an error."""
        return [fo for fo in order.fulfillment_orders if self.may_see(client, fo)]

    def reach(self, client: App, fulfillment_order_id: int, operation: str) -> FulfillmentOrder:
        """Find one to act on; raises Forbidden, Unknown, or Refused where the operation needs a service's location."""
        self.require_any(client, "write", ASKS[operation])
        fo = self.fulfillment_order(fulfillment_order_id)
        self.check_reach(client, fo, operation)
        return fo

    def check_reach(self, client: App, fo: FulfillmentOrder, operation: str) -> None:
        """Refuse an operation on a fulfillment order out of the client's reach."""
        if self.may_do(client, fo, operation):
            return
        if not self.may_see(client, fo):
            self.conceal(fo)
        if operation in FOR_SERVICES and not fo.at_service:
            raise Refused(NOT_A_SERVICE)
        raise Forbidden(scope("write", "merchant_managed" if not fo.at_service else "assigned"))

    def conceal(self, _fo: FulfillmentOrder) -> None:
        """Answer for a fulfillment order the client may not see: as for one that does not exist."""
        raise Unknown("Fulfillment order does not exist.")

    def assigned(
        self, client: App, assignment_status: str | None = None, location_ids: frozenset[int] | None = None
    ) -> list[FulfillmentOrder]:
        """Return what is assigned to the locations of the client's services, oldest first."""
        self.require_any(client, "read", ("assigned",))
        return [
            fo
            for fo in self.fulfillment_orders.values()
            if self.assigned_to(client, fo)
            and self.has_assignment_status(fo, assignment_status)
            and self.is_at(fo, location_ids)
        ]

    def assigned_to(self, client: App, fo: FulfillmentOrder) -> bool:
        """Say whether it is at a location of one of the client's services."""
        return fo.location.service is not None and fo.location.service.app is client

    def has_assignment_status(self, fo: FulfillmentOrder, wanted: str | None) -> bool:
        """Filter by assignment_status: requests that wait for an answer, or work that was accepted and goes on."""
        if wanted is None:
            return True
        return not self.ended(fo) and fo.request_status == ASSIGNMENT_STATUSES[wanted]

    def is_at(self, fo: FulfillmentOrder, location_ids: frozenset[int] | None) -> bool:
        """Filter by location_ids."""
        return location_ids is None or fo.location.id in location_ids


ASSIGNMENT_STATUSES = {
    "fulfillment_requested": "submitted",
    "fulfillment_accepted": "accepted",
    "cancellation_requested": "cancellation_requested",
    "fulfillment_unsubmitted": "unsubmitted",
}
"""request_status selected by each assignment_status."""
