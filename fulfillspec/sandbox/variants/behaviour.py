"""Freedoms of behaviour: where the documents contradict each other or say nothing."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from fulfillspec.sandbox.changes import Variant
from fulfillspec.sandbox.errors import Refused
from fulfillspec.sandbox.model import Amount, App, FulfillmentOrder, Held, Line, Location, Order, Submitted
from fulfillspec.sandbox.notifications import Notification, Notifier
from fulfillspec.sandbox.store import Store


class DelayedRouting(Variant, Store):
    """Fulfillment orders appear 0.3 s after their order."""

    source = "Fulfillment Order Creation: a background worker performs the order routing"

    routing_delay = 0.3


class CallbacksComeLate(Variant, Notifier):
    """Callbacks and webhooks come 0.3 s after what they tell of."""

    source = "no document says how soon a fulfillment service is notified"

    def send(self, notification: Notification) -> None:
        later = threading.Timer(0.3, super().send, (notification,))
        later.daemon = True
        later.start()


class DeliveriesComeTwice(Variant, Notifier):
    """Each callback and webhook is delivered twice."""

    source = "webhooks are delivered at least once; no document says how often a callback is"

    def send(self, notification: Notification) -> None:
        super().send(notification)
        super().send(notification)


class CancelMarksCancelled(Variant, Store):
    """A cancelled one has the status cancelled."""

    source = "Cancel: `Marks a fulfillment order as cancelled`; the sample is closed (contradiction 1)"

    def after_cancel(self, fo: FulfillmentOrder) -> None:
        fo.accepted_by = None
        self.become(fo, status="cancelled")

    def ended(self, fo: FulfillmentOrder) -> bool:
        by_merchant = fo.status == "cancelled" and fo.request_status != "cancellation_accepted"
        return by_merchant or super().ended(fo)


class CancelledIsUnsubmitted(Variant, Store):
    """A cancelled one has the request status unsubmitted: no request waits any more."""

    source = "Cancel: the text names the status alone; the sample still shows submitted"

    def after_cancel(self, fo: FulfillmentOrder) -> None:
        super().after_cancel(fo)
        self.become(fo, request_status="unsubmitted")


class CancelAfterAcceptance(Variant, Store):
    """The merchant can cancel what the service has accepted."""

    source = "FulfillmentRequest: `can also cancel`; FulfillmentOrder: `can no longer be cancelled` (contradiction 3)"

    def offered_at_service(self, fo: FulfillmentOrder) -> list[str]:
        offered = super().offered_at_service(fo)
        accepted = fo.status == "in_progress" and fo.request_status == "accepted"
        return [*offered, "cancel_fulfillment_order"] if accepted else offered


class CancelOfUnsubmitted(Variant, Store):
    """The merchant can cancel what is open and unsubmitted, and gets a replacement."""

    source = "FACTS C7: recorded"

    def offered(self, fo: FulfillmentOrder, client: App | None = None) -> list[str]:
        offered = super().offered(fo, client)
        fresh = fo.status == "open" and fo.request_status == "unsubmitted"
        return [*offered, "cancel_fulfillment_order"] if fresh else offered


class CancellationAcceptCloses(Variant, Store):
    """An accepted cancellation closes with zero quantities, and the work goes on in a new fulfillment order."""

    source = "FACTS C2: recorded; the sample is cancelled and keeps the quantities"

    def after_accept_cancellation(self, fo: FulfillmentOrder) -> None:
        left = self.left(fo)
        emptied = [Line(line.id, line.order_line, 0, 0) for line in fo.lines if line.quantity == left.get(line.id)]
        if left:
            self.split_off(fo, left)
        fo.lines.extend(emptied)
        fo.accepted_by = None
        self.become(fo, status="closed", request_status="cancellation_accepted")


class WholeMoveMakesANewOne(Variant, Store):
    """A move of everything goes into a new fulfillment order; the original is closed and empty."""

    source = "the sample of move; the text moves the original (contradiction 5)"

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        return self.move_apart(fo, self.left(fo), location)


class WholeMoveKeepsItself(Variant, Store):
    """A move of everything moves the original even where the location has one of the order already."""

    source = "Move, first scenario: `this will be the original fulfillment order` (contradiction 6)"

    def relocate(self, fo: FulfillmentOrder, chosen: Mapping[int, int], location: Location) -> FulfillmentOrder:
        if not fo.fulfilled and not self.complement(fo, chosen):
            return self.move_itself(fo, location)
        return super().relocate(fo, chosen, location)


class MoveReplacesTheExistingOne(Variant, Store):
    """Where the location has one of the order already, that is closed, and a new one has the units of both."""

    source = "FACTS C6: GraphQL text of 2026-01"

    def move_into(self, fo: FulfillmentOrder, chosen: Mapping[int, int], into: FulfillmentOrder) -> FulfillmentOrder:
        if into.lines and not into.fulfilled:
            existing, into = into, self.spawn(fo.order, into.location)
            self.transfer(existing, self.left(existing), into)
            self.become(existing, status="closed")
        return super().move_into(fo, chosen, into)


class HoldDoesNotSplit(Variant, Store):
    """A hold on part holds everything."""

    source = "no seed says whether a hold on part splits; the sample holds the whole"

    def leave_open(self, _fo: FulfillmentOrder, _rest: dict[int, int]) -> FulfillmentOrder | None:
        return None


class ReleaseMergesTheRest(Variant, Store):
    """Releasing a hold on part takes back the units that the hold had split off, if they are still open."""

    source = "FACTS 2.13: recorded"

    def leave_open(self, fo: FulfillmentOrder, rest: dict[int, int]) -> FulfillmentOrder | None:
        remaining = super().leave_open(fo, rest)
        if remaining is not None:
            self.held_apart[fo.id] = remaining
        return remaining

    @cached_property
    def held_apart(self) -> dict[int, FulfillmentOrder]:
        """What was split off, by the id of the held one."""
        return {}

    def after_release(self, fo: FulfillmentOrder) -> None:
        super().after_release(fo)
        remaining = self.held_apart.pop(fo.id, None)
        if remaining is not None and remaining in self.mergeable(fo):
            self.transfer(remaining, self.left(remaining), fo)
            self.become(remaining, status="closed")


class HoldSplitsOffWhatIsHeld(Variant, Store):
    """A hold on part puts the named units into a new fulfillment order, which is held; the original stays open."""

    source = "Hold: `the quantity of each to move`; no seed says which of the two keeps the id"

    def hold(
        self, client: App, fulfillment_order_id: int, *, lines: Sequence[Amount] | None = None, **named: Any
    ) -> Held:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        if not lines or fo is None or not self.may_do(client, fo, "hold"):
            return super().hold(client, fulfillment_order_id, lines=lines, **named)
        self.check_hold_reason(named["reason"])
        self.guard_hold(client, fo)
        chosen = self.named(fo, lines)
        if fo.status == "on_hold" or not self.complement(fo, chosen):
            return super().hold(client, fulfillment_order_id, lines=lines, **named)
        done = super().hold(client, self.split_off(fo, chosen).id, **named)
        return Held(done.held, fo, done.hold)


class SubmittedMayBeHeld(Variant, Store):
    """A submitted one can be put on hold."""

    source = "the sample of release_hold is submitted (contradiction 13)"

    def offered_when_submitted(self, fo: FulfillmentOrder) -> list[str]:
        return [*super().offered_when_submitted(fo), "hold"]


class RequestForAPartMakesTwo(Variant, Store):
    """A request for a part closes the original: what is requested and what is not are both new."""

    source = "samples up to 2022-10 (AMB-SUBMIT-ORIGINAL)"

    def submit(
        self, client: App, fulfillment_order_id: int, *, lines: Sequence[Amount] | None = None, **named: Any
    ) -> Submitted:
        fo = self.reach(client, fulfillment_order_id, "submit")
        self.guard_submit(fo)
        rest = self.complement(fo, self.named(fo, lines))
        if not rest:
            return super().submit(client, fulfillment_order_id, lines=lines, **named)
        unsubmitted = self.split_off(fo, rest)
        asked = self.split_off(fo, self.left(fo))
        self.become(fo, status="closed")
        done = super().submit(client, asked.id, **named)
        return Submitted(fo, done.submitted, unsubmitted)


class MerchantMayFulfilAtServices(Variant, Store):
    """Third-party access lets an order management app fulfil at services' locations."""

    source = "release notes of 2024-10 took it away; the seeds do not mention it"

    def may_do(self, client: App, fo: FulfillmentOrder, operation: str) -> bool:
        if operation == "create_fulfillment" and client.has("write_third_party_fulfillment_orders"):
            return fo.at_service or super().may_do(client, fo, operation)
        return super().may_do(client, fo, operation)


class AssignedReachesAllServices(Variant, Store):
    """Assigned access lets a service read what is assigned to other services."""

    source = "API access scopes: `locations that are being managed by fulfillment services` (contradiction 17)"

    def may_see(self, client: App, fo: FulfillmentOrder) -> bool:
        return super().may_see(client, fo) or (fo.at_service and client.has("read_assigned_fulfillment_orders"))


class CloseOnlyWhileAccepted(Variant, Store):
    """Close is refused once a cancellation was requested, whatever the answer was."""

    source = "Close: `The fulfillment request has been accepted`, which may mean the request status"

    def guard_close_state(self, fo: FulfillmentOrder) -> None:
        super().guard_close_state(fo)
        if fo.request_status != "accepted":
            raise Refused("The fulfillment order's request has not been accepted.")


class RoutesEachLine(Variant, Store):
    """Routing gives each line item of an order a fulfillment order of its own."""

    source = "Fulfillment Order Creation: `one or more fulfillment orders`, several at one location among them"

    def route(self, order: Order) -> None:
        for line in order.lines:
            self.put(self.spawn(order, self.location_for(line)), line, line.quantity)
        self.announce("fulfillment_orders/order_routing_complete", fulfillment_orders=list(order.fulfillment_orders))


class RoutesOneAfterTheOther(Variant, Store):
    """Routing makes a fulfillment order for each line item, the next one 0.2 s after the one before."""

    source = "Fulfillment Order Creation: a background worker routes, to `one or more fulfillment orders`"

    def route(self, order: Order) -> None:
        done = {line.order_line for fo in order.fulfillment_orders for line in fo.lines}
        line = next(line for line in order.lines if line not in done)
        self.put(self.spawn(order, self.location_for(line)), line, line.quantity)
        if len(done) + 1 < len(order.lines):
            self.unrouted.append((self.clock.now() + timedelta(seconds=0.2), order))
