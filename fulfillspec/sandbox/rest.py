"""The REST interface of the fulfillment-order operations: parameters in, shapes and error forms out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fulfillspec.sandbox import params
from fulfillspec.sandbox.call import Call, Handler, Reply
from fulfillspec.sandbox.errors import (
    Forbidden,
    Invalid,
    Malformed,
    Refusal,
    Refused,
    Throttled,
    Unauthenticated,
    Unknown,
    Unreadable,
)
from fulfillspec.sandbox.model import FulfillmentOrder
from fulfillspec.sandbox.resources import Resources
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.store.access import ASSIGNMENT_STATUSES
from fulfillspec.sandbox.store.fulfilling import Tracking

_TRACKING = ("company", "number", "url", "numbers", "urls")


class Rest:
    """One method for each operation, named as the operation."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by route."""
        fo = "fulfillment_orders/#"
        return {
            "GET orders/#/fulfillment_orders": self.list,
            f"GET {fo}": self.get,
            f"POST {fo}/cancel": self.cancel,
            f"POST {fo}/close": self.close,
            f"POST {fo}/move": self.move,
            f"POST {fo}/open": self.open,
            f"POST {fo}/reschedule": self.reschedule,
            f"POST {fo}/hold": self.hold,
            f"POST {fo}/release_hold": self.release_hold,
            "POST fulfillment_orders/set_fulfillment_orders_deadline": self.set_deadline,
            f"POST {fo}/fulfillment_request": self.submit,
            f"POST {fo}/fulfillment_request/accept": self.accept,
            f"POST {fo}/fulfillment_request/reject": self.reject,
            f"POST {fo}/cancellation_request": self.submit_cancellation,
            f"POST {fo}/cancellation_request/accept": self.accept_cancellation,
            f"POST {fo}/cancellation_request/reject": self.reject_cancellation,
            "GET assigned_fulfillment_orders": self.assigned,
            f"GET {fo}/locations_for_move": self.locations_for_move,
            "POST fulfillments": self.create_fulfillment,
            "GET orders/#/fulfillments": self.list_fulfillments,
            f"GET {fo}/fulfillments": self.list_fulfillments_of_one,
            "GET fulfillments/#": self.get_fulfillment,
            "POST fulfillments/#/update_tracking": self.update_tracking,
            "POST fulfillments/#/cancel": self.cancel_fulfillment,
        }

    def one(self, call: Call, fo: FulfillmentOrder, operation: str) -> Reply:
        """Answer with the fulfillment order as it is now."""
        return Reply({"fulfillment_order": call.views.fulfillment_order(fo, operation, call.client)}, self.done)

    done = 200
    """Status of an accepted action, as in the samples."""

    made = 201
    """Status of a created resource."""

    def several(self, call: Call, operation: str, **shown: FulfillmentOrder | None) -> Reply:
        """Answer with several fulfillment orders by key."""
        return Reply(
            {
                key: None if fo is None else call.views.fulfillment_order(fo, operation, call.client)
                for key, fo in shown.items()
            },
            self.done,
        )

    def detailed(self, call: Call, fo: FulfillmentOrder, operation: str) -> dict[str, Any]:
        """Show a fulfillment order with what the query asks for besides."""
        return call.views.fulfillment_order(
            fo,
            operation,
            call.client,
            financial=call.asks("include_financial_summaries"),
            reference=call.asks("include_order_reference_fields"),
        )

    def list(self, call: Call) -> Reply:
        """GET orders/#/fulfillment_orders."""
        order = self.store.order(call.ids[0])
        found = self.store.seen_of(call.client, order)
        return Reply({"fulfillment_orders": [self.detailed(call, fo, "list") for fo in found]})

    def get(self, call: Call) -> Reply:
        """GET fulfillment_orders/#."""
        fo = self.store.seen(call.client, call.ids[0])
        return Reply({"fulfillment_order": self.detailed(call, fo, "get")})

    def assigned(self, call: Call) -> Reply:
        """GET assigned_fulfillment_orders?assignment_status=…&location_ids[]=…."""
        status = call.parameter("assignment_status") or None
        if status is not None and status not in ASSIGNMENT_STATUSES:
            raise Malformed("assignment_status")
        found = self.store.assigned(call.client, status, self.location_ids(call))
        return Reply(
            {"fulfillment_orders": [call.views.fulfillment_order(fo, "assigned", call.client) for fo in found]}
        )

    def location_ids(self, call: Call) -> frozenset[int] | None:
        """Read the location filter: repeated, or separated by commas."""
        given = [*call.query.get("location_ids[]", ()), *call.query.get("location_ids", ())]
        ids = [part.strip() for value in given for part in value.split(",") if part.strip()]
        if not all(part.isascii() and part.isdecimal() and len(part) < 20 for part in ids):
            raise Malformed("location_ids")
        return frozenset(map(int, ids)) or None

    def cancel(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/cancel."""
        done = self.store.cancel(call.client, call.ids[0])
        return self.several(
            call, "cancel", fulfillment_order=done.original, replacement_fulfillment_order=done.replacement
        )

    def close(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/close."""
        given = params.wrapped(call.body, "fulfillment_order")
        return self.one(
            call, self.store.close(call.client, call.ids[0], message=params.text(given, "message")), "close"
        )

    def move(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/move."""
        given = params.wrapped(call.body, "fulfillment_order", required=True)
        done = self.store.move(call.client, call.ids[0], params.whole(given, "new_location_id"), params.amounts(given))
        return self.several(
            call,
            "move",
            original_fulfillment_order=done.original,
            moved_fulfillment_order=done.moved,
            remaining_fulfillment_order=None,
        )

    def open(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/open."""
        return self.one(call, self.store.open(call.client, call.ids[0]), "open")

    def reschedule(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/reschedule."""
        given = params.wrapped(call.body, "fulfillment_order")
        when = self.fulfill_at(given)
        return self.one(call, self.store.reschedule(call.client, call.ids[0], when), "reschedule")

    def fulfill_at(self, given: Mapping[str, Any]) -> datetime:
        """Read when the work is to be ready, in either documented form."""
        return params.instant(given, "new_fulfill_at")

    def hold(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/hold."""
        given = params.wrapped(call.body, "fulfillment_hold", required=True)
        done = self.store.hold(
            call.client,
            call.ids[0],
            reason=params.text(given, "reason"),
            notes=params.text(given, "reason_notes"),
            notify_merchant=params.flag(given, "notify_merchant"),
            lines=params.amounts(given),
        )
        return self.one(call, done.held, "hold")

    def release_hold(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/release_hold."""
        return self.one(call, self.store.release_hold(call.client, call.ids[0]), "release_hold")

    def set_deadline(self, call: Call) -> Reply:
        """POST fulfillment_orders/set_fulfillment_orders_deadline, which came with 2022-07."""
        if call.version < "2022-07":
            raise Unknown
        ids = call.body.get("fulfillment_order_ids")
        if not isinstance(ids, list) or not ids or not all(map(params.is_whole, ids)):
            raise Malformed("fulfillment_order_ids")
        self.store.set_deadline(call.client, ids, params.instant(call.body, "fulfillment_deadline"))
        return Reply({}, self.done)

    def submit(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/fulfillment_request."""
        given = params.wrapped(call.body, "fulfillment_request")
        done = self.store.submit(
            call.client,
            call.ids[0],
            message=params.text(given, "message"),
            lines=params.amounts(given),
            notify_customer=params.flag(given, "notify_customer"),
        )
        return self.several(
            call,
            "submit",
            original_fulfillment_order=done.original,
            submitted_fulfillment_order=done.submitted,
            unsubmitted_fulfillment_order=done.unsubmitted,
        )

    def accept(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/fulfillment_request/accept."""
        message = params.text(params.wrapped(call.body, "fulfillment_request"), "message")
        return self.one(call, self.store.accept(call.client, call.ids[0], message=message), "accept")

    def reject(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/fulfillment_request/reject."""
        given = params.wrapped(call.body, "fulfillment_request")
        lines = [
            (params.whole(item, "fulfillment_order_line_item_id"), params.text(item, "message"))
            for item in params.objects(given, "line_items")
        ]
        rejected = self.store.reject(
            call.client,
            call.ids[0],
            message=params.text(given, "message"),
            reason=params.text(given, "reason"),
            lines=lines,
        )
        return self.one(call, rejected, "reject")

    def submit_cancellation(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/cancellation_request."""
        message = params.text(params.wrapped(call.body, "cancellation_request"), "message")
        asked = self.store.submit_cancellation(call.client, call.ids[0], message=message)
        return self.one(call, asked, "submit_cancellation")

    def accept_cancellation(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/cancellation_request/accept."""
        message = params.text(params.wrapped(call.body, "cancellation_request"), "message")
        fo = self.store.accept_cancellation(call.client, call.ids[0], message=message)
        return self.one(call, fo, "accept_cancellation")

    def reject_cancellation(self, call: Call) -> Reply:
        """POST fulfillment_orders/#/cancellation_request/reject."""
        message = params.text(params.wrapped(call.body, "cancellation_request"), "message")
        fo = self.store.reject_cancellation(call.client, call.ids[0], message=message)
        return self.one(call, fo, "reject_cancellation")

    def locations_for_move(self, call: Call) -> Reply:
        """GET fulfillment_orders/#/locations_for_move."""
        found = self.store.locations_for_move(call.client, call.ids[0])
        return Reply(
            {
                "locations_for_move": [
                    call.views.destination_for_move(place.location, movable=place.movable, message=place.message)
                    for place in found
                ]
            }
        )

    def create_fulfillment(self, call: Call) -> Reply:
        """POST fulfillments."""
        given = params.wrapped(call.body, "fulfillment", required=True)
        parts = [
            (params.whole(item, "fulfillment_order_id"), params.amounts(item))
            for item in params.objects(given, "line_items_by_fulfillment_order", required=True)
        ]
        fulfillment = self.store.create_fulfillment(
            call.client, parts, tracking=self.tracking(given), notify_customer=params.flag(given, "notify_customer")
        )
        return Reply({"fulfillment": Resources(call.views).fulfillment(fulfillment)}, self.made)

    def tracking(self, given: Mapping[str, Any]) -> Tracking | None:
        """Read tracking_info: one number and URL, or several."""
        info = given.get("tracking_info")
        if info is None:
            return None
        if not isinstance(info, dict):
            raise Malformed("tracking_info")
        read = {name: self.tracking_part(info, name) for name in _TRACKING}
        company = read["company"]
        return Tracking(company[0] if company else None, read["numbers"] or read["number"], read["urls"] or read["url"])

    def tracking_part(self, info: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
        """Read one part of tracking_info."""
        value = info.get(name)
        if value is None:
            return None
        values: Sequence[Any] = value if name.endswith("s") and isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in values):
            raise Malformed("tracking_info")
        return tuple(values)

    def list_fulfillments(self, call: Call) -> Reply:
        """GET orders/#/fulfillments."""
        order = self.store.order(call.ids[0])
        found = self.store.fulfillments_of(call.client, order)
        return Reply({"fulfillments": [Resources(call.views).fulfillment(each) for each in found]})

    def list_fulfillments_of_one(self, call: Call) -> Reply:
        """GET fulfillment_orders/#/fulfillments."""
        found = self.store.fulfillments_of(call.client, self.store.seen(call.client, call.ids[0]))
        return Reply({"fulfillments": [Resources(call.views).fulfillment(each) for each in found]})

    def get_fulfillment(self, call: Call) -> Reply:
        """GET fulfillments/#."""
        found = self.store.fulfillment(call.client, call.ids[0])
        return Reply({"fulfillment": Resources(call.views).fulfillment(found)})

    def update_tracking(self, call: Call) -> Reply:
        """POST fulfillments/#/update_tracking."""
        given = params.wrapped(call.body, "fulfillment", required=True)
        tracking = self.tracking(given)
        if tracking is None:
            raise Malformed("tracking_info")
        notify = params.flag(given, "notify_customer")
        updated = self.store.update_tracking(call.client, call.ids[0], tracking, notify_customer=notify)
        return Reply({"fulfillment": Resources(call.views).fulfillment(updated)}, self.done)

    def cancel_fulfillment(self, call: Call) -> Reply:
        """POST fulfillments/#/cancel."""
        cancelled = self.store.cancel_fulfillment(call.client, call.ids[0])
        return Reply({"fulfillment": Resources(call.views).fulfillment(cancelled)}, self.done)

    def refusal(self, refusal: Refusal) -> Reply:
        """Answer for an operation that was refused: the forms that stores were seen to use."""
        match refusal:
            case Refused():
                reply = Reply({"errors": self.sentences(refusal)}, 422)
            case Invalid():
                reply = Reply({"errors": refusal.complaints}, 422)
            case Malformed():
                reply = Reply({"errors": {refusal.parameter: "Required parameter missing or invalid"}}, 400)
            case Unreadable():
                reply = Reply({"errors": refusal.sentence}, 400)
            case Unknown():
                reply = Reply({"errors": refusal.sentence}, 404)
            case Forbidden():
                sentence = f"[API] This action requires merchant approval for {refusal.scope} scope."
                reply = Reply({"errors": sentence}, 403)
            case Unauthenticated():
                sentence = "[API] Invalid API key or access token (unrecognized login or wrong password)"
                reply = Reply({"errors": sentence}, 401)
            case Throttled():
                reply = Reply({"errors": refusal.sentence}, 429, {"Retry-After": f"{refusal.after:.1f}"})
            case _:
                reply = Reply({"errors": "Bad Request"}, 400)
        return reply

    def sentences(self, refused: Refused) -> Any:
        """Put the sentence into the form of `errors`: an array of sentences."""
        return [refused.sentence]
