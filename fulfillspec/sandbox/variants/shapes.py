"""Freedoms of what is shown over REST: the order of lists, forms of times, what stays beside what is documented."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

import time
from collections.abc import MutableMapping
from datetime import datetime, timedelta, timezone
from typing import Any, ClassVar, Final
from weakref import WeakKeyDictionary

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Variant
from fulfillspec.sandbox.model import App, FulfillmentOrder, Line, Order, Request
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json, View, Views

_LATE: Final = 1.5


class TimesWithMilliseconds(Variant, Views):
    """Times have milliseconds."""

    source = "ISO 8601: a fraction of the second is optional"

    def instant(self, moment: datetime | None) -> str | None:
        shown = super().instant(moment)
        return None if shown is None else f"{shown[:19]}.000{shown[19:]}"


class TimesOfAnotherZone(Variant, Views):
    """Times are written at half past five ahead of UTC."""

    source = "the offset is the shop's; samples have -05:00 and -04:00"

    def instant(self, moment: datetime | None) -> str | None:
        zone = timezone(timedelta(hours=5, minutes=30))
        return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


class ActionsInAnotherOrder(Variant, Views):
    """supported_actions come in the order of the alphabet."""

    source = "the samples themselves list the same actions in two orders"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        return sorted(super().supported_actions(fo, client))


class ActionsOfNoDocument(Variant, Views):
    """supported_actions have words beside the documented ones while work can be done."""

    source = "schema: EXTERNAL, and REPORT_PROGRESS from 2026-04; the list of the property ends with `such as`"

    def supported_actions(self, fo: FulfillmentOrder, client: App | None) -> list[str]:
        actions = super().supported_actions(fo, client)
        return [*actions, "external"] if actions else actions


class LineItemsBackwards(Variant, Views):
    """Line items come in reverse order."""

    source = "no document states an order of line items"

    def line_items(self, fo: FulfillmentOrder, operation: str, *, financial: bool) -> list[Json]:
        return super().line_items(fo, operation, financial=financial)[::-1]


class NewestFirst(Variant, Rest):
    """Lists of fulfillment orders begin with the newest one."""

    source = "no document states an order of the lists"

    def list(self, call: Call) -> Reply:
        return self._backwards(super().list(call))

    def assigned(self, call: Call) -> Reply:
        return self._backwards(super().assigned(call))

    def _backwards(self, reply: Reply) -> Reply:
        reply.body = {key: rows[::-1] for key, rows in reply.body.items()}
        return reply


class EmptiedLinesAreShown(Variant, Store):
    """Line items whose units went elsewhere stay, with quantity 0."""

    source = "stores showed zero quantities after a cancellation; the samples of cancel and move show none"

    def transfer(self, fo: FulfillmentOrder, amounts: Any, into: FulfillmentOrder) -> FulfillmentOrder:
        gone = [line for line in fo.lines if line.quantity == amounts.get(line.id)]
        done = super().transfer(fo, amounts, into)
        fo.lines.extend(gone)
        return done


class DestinationWithheld(Variant, Views):
    """destination is null."""

    source = "S0: `Requires access to protected customer data`; the GraphQL field is nullable (AMB-DESTINATION-NULL)"

    def destination(self, _fo: FulfillmentOrder) -> Json | None:
        return None


class CustomerDataNeedAccess(Variant, Views):
    """An app without access to orders sees a destination without name, street, mail address and telephone."""

    source = "S0: `Requires access to protected customer data`, which is given to each app by itself"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        if shown["destination"] is None or view.client is None or view.client.has("read_orders"):
            return shown
        hidden = ("address1", "address2", "email", "first_name", "last_name", "phone")
        return {**shown, "destination": {**shown["destination"], **dict.fromkeys(hidden)}}


class BothDialects(Variant, Views):
    """Every answer names location and requests in both ways."""

    source = "the samples have two sets of keys; no text forbids either"

    def finish(self, shown: Json, view: View) -> Json:
        shown = super().finish(shown, view)
        location, requests = self.location(view.fo), self.requests(view.fo, view.operation)
        return {
            **shown,
            "assigned_location": location,
            "origin": location,
            "merchant_requests": requests,
            "outgoing_requests": requests,
        }


class NoMessageIsEmptyText(Variant, Views):
    """A request without a message shows an empty one."""

    source = "no document says what a request without a message shows"

    def request(self, request: Request) -> Json:
        return {**super().request(request), "message": request.message or ""}


class ItemsOfNoVariant(Variant, Views):
    """variant_id is null."""

    source = "custom items have no variant; no text says that every line item has one"

    def line_item(self, fo: FulfillmentOrder, line: Line, operation: str) -> Json:
        return {**super().line_item(fo, line, operation), "variant_id": None}


class ChannelNamed(Variant, Views):
    """channel_id is an id."""

    source = "the sample shows null; the name says an id"

    def order_reference(self, order: Order) -> Json:
        return {**super().order_reference(order), "channel_id": 580111}


class LocationEditsShowLate(Variant, Views):
    """What a location is called and where it is shows on fulfillment orders 1.5 s after an edit."""

    source = "assigned_location: it follows edits of the location; no text says how soon"

    def location(self, fo: FulfillmentOrder) -> Json:
        shown = super().location(fo)
        if fo.snapshot is not None:
            return shown
        seen = self._seen.setdefault(self.store, {}).setdefault(fo.location.id, [(0.0, shown)])
        if shown != seen[-1][1]:
            seen.append((time.monotonic(), shown))
        return next(content for since, content in reversed(seen) if time.monotonic() - since >= _LATE)

    _seen: ClassVar[MutableMapping[Store, dict[int, list[tuple[float, Json]]]]] = WeakKeyDictionary()
