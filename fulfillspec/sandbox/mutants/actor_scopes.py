"""Mutants of access: one caller can do one thing that its scopes, or its place, do not let it do."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Sequence
from typing import Any, ClassVar

from starlette.requests import Request

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Forbidden
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.model import Amount, App, Fulfillment, FulfillmentOrder, Location, Order
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.access import KINDS
from fulfillspec.sandbox.store.fulfilling import Tracking

APPS = {
    "merchant": ("Order management", "The order management app"),
    "service": ("Fulfillment service", "The service's app"),
    "other_service": ("Other fulfillment service", "Another service's app"),
    "reader": ("Reader", "An app with read scopes alone"),
    "combined": ("Combined", "An app with every scope, which accepted nothing,"),
    "outsider": ("Outsider", "An app without any scope for fulfillment orders"),
}
"""The name of each actor's app, and what a docstring calls it."""


class _Lets(Store):
    """Lets one app do one operation at one kind of location."""

    who: ClassVar[str]
    does: ClassVar[str]
    at_service: ClassVar[bool]

    def is_let(self, client: App, fo: FulfillmentOrder, operation: str) -> bool:
        return client.name == self.who and operation == self.does and fo.at_service == self.at_service

    def require_any(self, client: App, mode: str, kinds: tuple[str, ...]) -> None:
        if mode == "read" or client.name != self.who:
            super().require_any(client, mode, kinds)

    def may_do(self, client: App, fo: FulfillmentOrder, operation: str) -> bool:
        return self.is_let(client, fo, operation) or super().may_do(client, fo, operation)

    def guard_close_app(self, client: App, fo: FulfillmentOrder) -> None:
        if not self.is_let(client, fo, "close"):
            super().guard_close_app(client, fo)

    def create_fulfillment(
        self,
        client: App,
        parts: Sequence[tuple[int, Sequence[Amount] | None]],
        *,
        tracking: Tracking | None = None,
        notify_customer: bool = False,
    ) -> Fulfillment:
        fo = self.fulfillment_orders.get(parts[0][0]) if parts else None
        if fo is not None and self.is_let(client, fo, "create_fulfillment"):
            service = fo.location.service
            client = service.app if service is not None else self.management
        return super().create_fulfillment(client, parts, tracking=tracking, notify_customer=notify_customer)

    @property
    def management(self) -> App:
        """An app that may do everything at merchant-managed locations."""
        return App(0, "", frozenset({"write_merchant_managed_fulfillment_orders"}) | _READING)


_READING = frozenset(f"read_{kind}_fulfillment_orders" for kind in KINDS)
_GRAPHQL = ("graphql",)
_BOTH = ("rest", "graphql")

_LET: tuple[tuple[str, str, str, str], ...] = (
    ("reader", "accept", "service", "FO-SCOPE-ACCEPT"),
    ("reader", "reject", "service", "FO-SCOPE-REJECT"),
    ("reader", "close", "service", "FO-SCOPE-CLOSE"),
    ("reader", "submit", "service", "FO-SCOPE-SUBMIT"),
    ("reader", "submit_cancellation", "service", "FO-SCOPE-CANCELLATION-SUBMIT"),
    ("reader", "accept_cancellation", "service", "FO-SCOPE-CANCELLATION-ANSWER"),
    ("reader", "reject_cancellation", "service", "FO-SCOPE-CANCELLATION-ANSWER"),
    ("reader", "hold", "service", "FO-SCOPE-READ-ONLY"),
    ("reader", "hold", "merchant", "FO-SCOPE-READ-ONLY"),
    ("reader", "release_hold", "service", "FO-SCOPE-READ-ONLY"),
    ("reader", "release_hold", "merchant", "FO-SCOPE-READ-ONLY"),
    ("reader", "move", "service", "FO-SCOPE-READ-ONLY"),
    ("reader", "move", "merchant", "FO-SCOPE-READ-ONLY"),
    ("reader", "cancel", "service", "FO-SCOPE-READ-ONLY"),
    ("reader", "set_deadline", "merchant", "FO-SCOPE-READ-ONLY"),
    ("reader", "create_fulfillment", "service", "FO-SCOPE-READ-ONLY"),
    ("reader", "create_fulfillment", "merchant", "FO-SCOPE-READ-ONLY"),
    ("reader", "open", "merchant", "FO-SCOPE-READ-ONLY"),
    ("reader", "reschedule", "merchant", "FO-SCOPE-READ-ONLY"),
    ("reader", "split", "merchant", "FO-SCOPE-READ-ONLY"),
    ("other_service", "accept", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("other_service", "reject", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("other_service", "accept_cancellation", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("other_service", "reject_cancellation", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("other_service", "submit", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("other_service", "hold", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("other_service", "move", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("other_service", "cancel", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("other_service", "create_fulfillment", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("other_service", "hold", "merchant", "FO-SCOPE-MERCHANT-LOCATIONS"),
    ("other_service", "create_fulfillment", "merchant", "FO-SCOPE-MERCHANT-LOCATIONS"),
    ("outsider", "submit_cancellation", "service", "FO-SCOPE-CANCELLATION-SUBMIT"),
    ("outsider", "reject_cancellation", "service", "FO-SCOPE-CANCELLATION-ANSWER"),
    ("outsider", "release_hold", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("outsider", "set_deadline", "service", "FO-SCOPE-THIRD-PARTY-LOCATIONS"),
    ("outsider", "create_fulfillment", "merchant", "FO-SCOPE-MERCHANT-LOCATIONS"),
    ("outsider", "reschedule", "merchant", "FO-SCOPE-MERCHANT-LOCATIONS"),
    ("outsider", "merge", "merchant", "FO-SCOPE-MERCHANT-LOCATIONS"),
    ("merchant", "accept_cancellation", "service", "FO-SCOPE-CANCELLATION-ANSWER"),
    ("merchant", "reject_cancellation", "service", "FO-SCOPE-CANCELLATION-ANSWER"),
    ("service", "submit_cancellation", "service", "FO-SCOPE-CANCELLATION-SUBMIT"),
    ("service", "release_hold", "merchant", "FO-SCOPE-MERCHANT-LOCATIONS"),
    ("service", "set_deadline", "merchant", "FO-SCOPE-MERCHANT-LOCATIONS"),
    ("service", "open", "merchant", "FO-SCOPE-MERCHANT-LOCATIONS"),
    ("service", "cancel", "service", "FO-GQL-SCOPE-MANAGE"),
    ("service", "split", "service", "FO-GQL-SCOPE-MANAGE"),
    ("combined", "close", "service", "FO-CLOSE-ONLY-ACCEPTING-APP"),
)
"""Who can do what at which kind of location, against which requirement."""


def _mutant(actor: str, action: str, place: str, requirement: str) -> type[Mutant]:
    app, called = APPS[actor]
    words = [actor, action, "at", place]
    name = "".join(word.title() for part in words for word in part.split("_"))
    where = "service's" if place == "service" else "merchant-managed"
    graphql = action in {"split", "merge"} or requirement.startswith("FO-GQL-")
    return type(
        name,
        (Mutant, _Lets),
        {
            "__doc__": f"{called} can {action.replace('_', ' ')} at a {where} location.",
            "__module__": __name__,
            "requirement": requirement,
            "transports": _GRAPHQL if graphql else _BOTH,
            "who": app,
            "does": action,
            "at_service": place == "service",
        },
    )


LET = tuple(_mutant(*row) for row in _LET)
"""A mutant for each of them."""


class OtherServiceListsEverything(Mutant, Store):
    """An order's list shows another service's app all of the fulfillment orders, which it cannot get by themselves."""

    requirement = "FO-SCOPE-THIRD-PARTY-LOCATIONS"

    def seen_of(self, client: App, order: Order) -> list[FulfillmentOrder]:
        if client.name == APPS["other_service"][0]:
            return list(order.fulfillment_orders)
        return super().seen_of(client, order)


class OtherServiceIsAssignedEverything(Mutant, Store):
    """The assigned list shows each service's app the fulfillment orders of all services."""

    requirement = "FO-SCOPE-THIRD-PARTY-LOCATIONS"

    def assigned_to(self, _client: App, fo: FulfillmentOrder) -> bool:
        return fo.at_service


class OtherServiceIsAssignedWhatItFiltersBy(Mutant, Store):
    """The assigned list shows each service's app what is at the locations of other services, if it filters by them."""

    requirement = "FO-SCOPE-THIRD-PARTY-LOCATIONS"

    def assigned(
        self, client: App, assignment_status: str | None = None, location_ids: frozenset[int] | None = None
    ) -> list[FulfillmentOrder]:
        self._open = location_ids is not None
        return super().assigned(client, assignment_status, location_ids)

    def assigned_to(self, client: App, fo: FulfillmentOrder) -> bool:
        return fo.at_service if self._open else super().assigned_to(client, fo)

    _open = False


class _FormerPlaces(Store):
    """Remembers which app's service a fulfillment order was moved away from."""

    def move_itself(self, fo: FulfillmentOrder, location: Location) -> FulfillmentOrder:
        if fo.location.service is not None:
            self._former |= {(fo.location.service.app.id, fo.id)}
        return super().move_itself(fo, location)

    def had(self, client: App, fo: FulfillmentOrder) -> bool:
        """Say whether it was at a location of one of the client's services once."""
        return (client.id, fo.id) in self._former

    _former: frozenset[tuple[int, int]] = frozenset()


class ServiceSeesWhatWasMovedAway(Mutant, _FormerPlaces):
    """A service goes on seeing what was moved away from its location."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    cases = "rejected_order_is_moved"

    def may_see(self, client: App, fo: FulfillmentOrder) -> bool:
        return self.had(client, fo) or super().may_see(client, fo)


class ServiceFulfilsWhatWasMovedAway(Mutant, _FormerPlaces):
    """A service may fulfil what was moved away from its location."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    cases = "rejected_order_is_moved"

    def create_fulfillment(self, client: App, parts: Sequence[Any], **options: Any) -> Fulfillment:
        self._fulfils = True
        try:
            return super().create_fulfillment(client, parts, **options)
        finally:
            self._fulfils = False

    def may_see(self, client: App, fo: FulfillmentOrder) -> bool:
        return (self._fulfils and self.had(client, fo)) or super().may_see(client, fo)

    def may_do(self, client: App, fo: FulfillmentOrder, operation: str) -> bool:
        return self.had(client, fo) or super().may_do(client, fo, operation)

    _fulfils = False


class ReadingNeedsWriting(Mutant, Store):
    """A fulfillment order is shown only to apps that may write at its location."""

    requirement = "FO-SCOPE-READ"

    def may_see(self, client: App, fo: FulfillmentOrder) -> bool:
        return self.grants(client, fo.location, "write", KINDS)


class ReaderSeesNoServices(Mutant, Store):
    """An app with read scopes alone sees nothing at the locations of services."""

    requirement = "FO-SCOPE-READ"

    def may_see(self, client: App, fo: FulfillmentOrder) -> bool:
        writes = any(client.has(f"write_{kind}_fulfillment_orders") for kind in KINDS)
        return super().may_see(client, fo) and (writes or not fo.at_service)


class _AssignedScopesNarrow(Store):
    """Takes every app that has the assigned scopes for one that is nothing but a service."""

    def covers(self, kind: str, client: App, location: Location) -> bool:
        narrow = client.has("write_assigned_fulfillment_orders") and kind in self.narrowed
        return not narrow and super().covers(kind, client, location)

    narrowed: ClassVar[frozenset[str]]


class CombinedIsKeptOutOfMerchantLocations(Mutant, _AssignedScopesNarrow):
    """An app that has the assigned scopes too has no access at merchant-managed locations."""

    requirement = "FO-SCOPE-COMBINED"
    narrowed = frozenset({"merchant_managed"})


class CombinedIsKeptOutOfOtherServices(Mutant, _AssignedScopesNarrow):
    """An app that has the assigned scopes too has no access at the locations of other services."""

    requirement = "FO-SCOPE-COMBINED"
    narrowed = frozenset({"third_party"})


class CombinedSendsNoRequest(Mutant, Store):
    """An app that has the assigned scopes too cannot send a fulfillment request."""

    requirement = "FO-SCOPE-COMBINED"

    def submit(self, client: App, fulfillment_order_id: int, **given: Any) -> Any:
        if client.has("write_assigned_fulfillment_orders"):
            raise Forbidden("write_third_party_fulfillment_orders")
        return super().submit(client, fulfillment_order_id, **given)


class _AnonymousAt(Front):
    """Serves one route without a token, as one of the apps."""

    ending: ClassVar[str]
    served_as: ClassVar[str]

    def identify(self, request: Request) -> App:
        if request.url.path.endswith(self.ending) and "x-shopify-access-token" not in request.headers:
            return next(app for app in self.apps.values() if app.name == self.served_as)
        return super().identify(request)


class AnonymousReleasesHolds(Mutant, _AnonymousAt):
    """release_hold needs no token."""

    requirement = "FO-SCOPE-ANONYMOUS"
    ending = "/release_hold.json"
    served_as = "Order management"


class AnonymousAnswersCancellations(Mutant, _AnonymousAt):
    """cancellation_request/reject needs no token."""

    requirement = "FO-SCOPE-ANONYMOUS"
    ending = "/cancellation_request/reject.json"
    served_as = "Fulfillment service"


class AnonymousSetsDeadlines(Mutant, _AnonymousAt):
    """set_fulfillment_orders_deadline needs no token."""

    requirement = "FO-SCOPE-ANONYMOUS"
    ending = "/set_fulfillment_orders_deadline.json"
    served_as = "Order management"


class _ChangesFulfillments(Store):
    """Lets one app change the fulfillments that it may, or may not, see."""

    who: ClassVar[str]
    does: ClassVar[str]

    def fulfillment(self, client: App, fulfillment_id: int, operation: str | None = None) -> Fulfillment:
        found = self.fulfillments.get(fulfillment_id)
        if client.name == self.who and operation == self.does and found is not None:
            return found
        return super().fulfillment(client, fulfillment_id, operation)


class ReaderCancelsFulfillments(Mutant, _ChangesFulfillments):
    """An app with read scopes alone can cancel a fulfillment."""

    requirement = "FO-SCOPE-READ-ONLY"
    cases = "changed_by_nobody"
    who = APPS["reader"][0]
    does = "cancel_fulfillment"


class OutsiderTracksFulfillments(Mutant, _ChangesFulfillments):
    """An app without any scope for fulfillment orders can change the tracking of a fulfillment."""

    requirement = "FO-SCOPE-MERCHANT-LOCATIONS"
    cases = "changed_by_nobody"
    who = APPS["outsider"][0]
    does = "update_tracking"


class OtherServiceTracksFulfillments(Mutant, _ChangesFulfillments):
    """The app of another service can change the tracking of a fulfillment."""

    requirement = "FO-SCOPE-THIRD-PARTY-LOCATIONS"
    cases = "changed_by_another"
    who = APPS["other_service"][0]
    does = "update_tracking"


class OtherServiceCancelsFulfillments(Mutant, _ChangesFulfillments):
    """The app of another service can cancel a fulfillment."""

    requirement = "FO-SCOPE-THIRD-PARTY-LOCATIONS"
    cases = "changed_by_another"
    who = APPS["other_service"][0]
    does = "cancel_fulfillment"


class AnonymousCancelsFulfillments(Mutant, _AnonymousAt):
    """Cancelling a fulfillment needs no token."""

    requirement = "FO-SCOPE-ANONYMOUS"
    cases = "changed_by_nobody"
    ending = "/cancel.json"
    served_as = "Order management"

    def identify(self, request: Request) -> App:
        return super().identify(request) if "/fulfillments/" in request.url.path else Front.identify(self, request)
