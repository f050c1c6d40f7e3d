"""What can be done with a fulfillment order as it stands: the source of supported_actions and of every guard alike."""

from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.store.access import Access

HOLDS_PER_APP = 10

REQUESTABLE = frozenset({"unsubmitted", "rejected", "closed", "cancellation_accepted"})
"""The request statuses in which fulfillment may be requested: the samples with `request_fulfillment`."""


class Offers(Access):
    """Actions by state, as the samples from 2025-01 on list them.

    One word is added to the samples: `move` at a service's location where no request is pending. The move text allows
    it (closing lets the merchant "move the fulfillment order line items to another location"), so an honest list has
    it.
    """

    def offered(self, fo: FulfillmentOrder, client: App | None = None) -> list[str]:
        """List what would succeed for a client with the scopes. `client` matters for its number of holds."""
        if self.ended(fo):
            return []
        if fo.status == "scheduled":
            return ["mark_as_open"]
        if fo.status == "on_hold":
            return ["release_hold", "hold"] if self.can_add_hold(fo, client) else ["release_hold"]
        return self.offered_at_service(fo) if fo.at_service else self.offered_at_merchant(fo)

    def offered_at_merchant(self, fo: FulfillmentOrder) -> list[str]:
        """List the actions of an open or partly fulfilled one at a merchant-managed location."""
        return ["create_fulfillment", "move", "hold", *self.offered_cuts(fo)]

    def offered_at_service(self, fo: FulfillmentOrder) -> list[str]:
        """List the actions of one at a service's location that is neither on hold, scheduled nor closed."""
        if fo.status == "in_progress":
            return {
                "accepted": ["create_fulfillment", "request_cancellation"],
                "cancellation_requested": ["create_fulfillment", "cancel_fulfillment_order"],
                "cancellation_rejected": ["create_fulfillment"],
            }.get(fo.request_status, ["create_fulfillment", "hold", "move"])
        if fo.request_status == "submitted":
            return self.offered_when_submitted(fo)
        return ["request_fulfillment", "create_fulfillment", "hold", *self.offered_cuts(fo), "move"]

    def offered_when_submitted(self, _fo: FulfillmentOrder) -> list[str]:
        """List the actions while a request waits for its answer."""
        return ["cancel_fulfillment_order"]

    def offered_cuts(self, fo: FulfillmentOrder) -> list[str]:
        """List `split` where there is more than one unit, `merge` where another open one could take the units."""
        cuts = []
        if fo.status == "open" and fo.remaining > 1:
            cuts.append("split")
        if fo.status == "open" and fo.request_status == "unsubmitted" and self.mergeable(fo):
            cuts.append("merge")
        return cuts

    def mergeable(self, fo: FulfillmentOrder) -> list[FulfillmentOrder]:
        """Return the order's other open, unsubmitted fulfillment orders at the same location."""
        return [
            other
            for other in fo.order.fulfillment_orders
            if other is not fo
            and other.location is fo.location
            and other.status == "open"
            and other.request_status == "unsubmitted"
        ]

    def can_add_hold(self, fo: FulfillmentOrder, client: App | None) -> bool:
        """Say whether the client has fewer than ten holds on it."""
        return sum(hold.app is client for hold in fo.holds) < HOLDS_PER_APP

    def offers(self, fo: FulfillmentOrder, action: str, client: App | None = None) -> bool:
        """Say whether an action is among those offered."""
        return action in self.offered(fo, client)
