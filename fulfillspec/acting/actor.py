"""Who calls."""

from __future__ import annotations

from typing import Any

from fulfillspec.acting.session import Session
from fulfillspec.acting.step import Asked, Step, act
from fulfillspec.evidence.observation import FulfillmentOrder


class Actor:
    """Who calls. Its methods are the operations of the API; each acts, looks, and returns the `Step`."""

    def __init__(self, name: str, session: Session) -> None:
        self.name = name
        self._session = session

    def ask(self, operation: str, order: str | None = None, /, **arguments: Any) -> Asked:
        """Send an operation without a look afterwards (one that reads, or that names nothing that exists)."""
        return Asked(self._session, self._session.ask(self.name, operation, order, **arguments))

    def act(self, operation: str, order: FulfillmentOrder, /, **arguments: Any) -> Step:
        """Carry out an operation by name."""
        return act(self._session, self.name, order, operation, **arguments)

    def submit(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Send a fulfillment request: `part`, `message`, `notify_customer`."""
        return self.act("submit", order, **arguments)

    def accept(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Accept the fulfillment request: `message`."""
        return self.act("accept", order, **arguments)

    def reject(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Reject the fulfillment request: `message`, `reason`, `details` [(line item id, message)]."""
        return self.act("reject", order, **arguments)

    def submit_cancellation(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Send a cancellation request: `message`."""
        return self.act("submit_cancellation", order, **arguments)

    def accept_cancellation(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Accept the cancellation request: `message`."""
        return self.act("accept_cancellation", order, **arguments)

    def reject_cancellation(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Reject the cancellation request: `message`."""
        return self.act("reject_cancellation", order, **arguments)

    def cancel(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Cancel the fulfillment order."""
        return self.act("cancel", order, **arguments)

    def close(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Mark the fulfillment order as incomplete: `message`."""
        return self.act("close", order, **arguments)

    def move(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Move to another location: `location`, `part`."""
        return self.act("move", order, **arguments)

    def open(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Mark a scheduled fulfillment order as open."""
        return self.act("open", order, **arguments)

    def reschedule(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Reschedule: `new_fulfill_at`."""
        return self.act("reschedule", order, **arguments)

    def hold(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Hold: `reason`, `notes`, `notify_merchant`, `part`."""
        return self.act("hold", order, **arguments)

    def release_hold(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Release all holds."""
        return self.act("release_hold", order, **arguments)

    def set_deadline(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Set the deadline of `orders` (ids) to `deadline`."""
        return self.act("set_deadline", order, **arguments)

    def fulfil(self, order: FulfillmentOrder, **arguments: Any) -> Step:
        """Create a fulfillment of all that is left, or of `part`; `tracking`, `message`."""
        return self.act("create_fulfillment", order, **arguments)
