"""Mutants of access: the wrong actor is let in."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from typing import ClassVar

from starlette.requests import Request

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.access import KINDS


class _LetsIn(Store):
    """Lets every app with some access to fulfillment orders do one operation at services' locations."""

    lets: ClassVar[str]

    def reach(self, client: App, fulfillment_order_id: int, operation: str) -> FulfillmentOrder:
        if operation == self.lets:
            fo = self.fulfillment_order(fulfillment_order_id)
            if fo.at_service:
                self.require_any(client, "write", KINDS)
                return fo
        return super().reach(client, fulfillment_order_id, operation)


class AcceptByTheMerchant(Mutant, _LetsIn):
    """The order management app can accept its own request."""

    requirement = "FO-SCOPE-ACCEPT"
    lets = "accept"


class RejectByTheMerchant(Mutant, _LetsIn):
    """The order management app can reject its own request."""

    requirement = "FO-SCOPE-REJECT"
    lets = "reject"


class SubmitByTheService(Mutant, _LetsIn):
    """The service can send itself a fulfillment request."""

    requirement = "FO-SCOPE-SUBMIT"
    lets = "submit"


class CloseByTheMerchant(Mutant, _LetsIn):
    """The order management app can close what the service accepted."""

    requirement = "FO-SCOPE-CLOSE"
    lets = "close"

    def guard_close_app(self, client: App, fo: FulfillmentOrder) -> None:
        """Let every app."""


class ServiceSeesMerchantLocations(Mutant, Store):
    """A service can read fulfillment orders at merchant-managed locations."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"

    def may_see(self, client: App, fo: FulfillmentOrder) -> bool:
        return super().may_see(client, fo) or (not fo.at_service and client.has("read_assigned_fulfillment_orders"))


class ServiceActsAtMerchantLocations(Mutant, Store):
    """A service can hold and move fulfillment orders at merchant-managed locations, which it cannot read."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"

    def reach(self, client: App, fulfillment_order_id: int, operation: str) -> FulfillmentOrder:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        if fo is not None and not fo.at_service and client.has("write_assigned_fulfillment_orders"):
            return fo
        return super().reach(client, fulfillment_order_id, operation)


class OutsiderSeesServices(Mutant, Store):
    """An app without any scope for fulfillment orders can read those at services' locations."""

    requirement = "FO-SCOPE-THIRD-PARTY-LOCATIONS"

    def seen(self, client: App, fulfillment_order_id: int) -> FulfillmentOrder:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        return fo if fo is not None and fo.at_service else super().seen(client, fulfillment_order_id)


class OutsiderCancelsAtServices(Mutant, Store):
    """An app without any scope for fulfillment orders can cancel those at services' locations."""

    requirement = "FO-SCOPE-THIRD-PARTY-LOCATIONS"

    def reach(self, client: App, fulfillment_order_id: int, operation: str) -> FulfillmentOrder:
        fo = self.fulfillment_orders.get(fulfillment_order_id)
        if operation in {"cancel", "hold"} and fo is not None and fo.at_service:
            return fo
        return super().reach(client, fulfillment_order_id, operation)


class AnonymousReads(Mutant, Front):
    """Without a token everything can be read."""

    requirement = "FO-SCOPE-ANONYMOUS"

    def identify(self, request: Request) -> App:
        if request.method == "GET" and "x-shopify-access-token" not in request.headers:
            return next(iter(self.apps.values()))
        return super().identify(request)


class AnonymousActs(Mutant, Front):
    """Without a token everything can be done."""

    requirement = "FO-SCOPE-ANONYMOUS"

    def identify(self, request: Request) -> App:
        if request.method == "POST" and "x-shopify-access-token" not in request.headers:
            return next(iter(self.apps.values()))
        return super().identify(request)


class _GetsNot(Store):
    """A service does not get what is in some states at its own location; lists show it."""

    hidden: ClassVar[frozenset[str]]

    def seen(self, client: App, fulfillment_order_id: int) -> FulfillmentOrder:
        fo = super().seen(client, fulfillment_order_id)
        if self.assigned_to(client, fo) and self.hidden & {fo.status, fo.request_status}:
            self.conceal(fo)
        return fo


class ServiceGetsNothingUnasked(Mutant, _GetsNot):
    """A service does not get what it was not asked for yet."""

    requirement = "FO-SCOPE-SERVICE"
    hidden = frozenset({"unsubmitted"})


class ServiceGetsNothingRejected(Mutant, _GetsNot):
    """A service does not get what it rejected."""

    requirement = "FO-SCOPE-SERVICE"
    hidden = frozenset({"rejected"})


class ServiceGetsNothingIncomplete(Mutant, _GetsNot):
    """A service does not get what it marked as incomplete."""

    requirement = "FO-SCOPE-SERVICE"
    hidden = frozenset({"incomplete"})


class ServiceGetsNothingCancelled(Mutant, _GetsNot):
    """A service does not get that of which it accepted the cancellation."""

    requirement = "FO-SCOPE-SERVICE"
    hidden = frozenset({"cancellation_accepted"})


class ServiceGetsNothingCompleted(Mutant, _GetsNot):
    """A service does not get what is completed."""

    requirement = "FO-SCOPE-SERVICE"
    hidden = frozenset({"closed"})
