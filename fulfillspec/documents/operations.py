"""The operations of the neutral vocabulary, a row for each: what the documents say of it that is data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation. The fields are facts of the documents; what is not said of an operation is empty or false."""

    name: str
    advertised: str = ""
    """What `supported_actions` calls it, of the merchant's."""
    area: str = ""
    """The area that says what it does: where it is not claimed, the word for it promises nothing."""
    state: str = ""
    """The requirement that names the state which it leads to in the plainest case."""
    plainly: str = ""
    """The requirement, a must, that says that it can be carried out at all, where `state` names none."""
    telling: bool = False
    """Its absence from `supported_actions` tells something wherever the merchant carries it out."""
    leads_on: bool = False
    """It leads to another status or request status."""
    conserves: bool = False
    """No unit of a line item is lost or doubled by it."""
    spares_siblings: bool = False
    """The other fulfillment orders of the order stay as they are."""
    may_take_siblings_lines: bool = False
    """Nothing says that another fulfillment order of the order keeps its line items."""
    reads: bool = False
    """It changes nothing."""
    lists: bool = False
    """Its answer is a list of fulfillment orders."""
    fulfills: bool = False
    """It makes or changes a fulfillment, and its answer shows that."""
    keeps: str = ""
    """What it leaves as it was on the fulfillment order that it is about, some of: line items by their ids (`lines`),
    `holds`, `fulfill_at`, `fulfill_by`, what is left to fulfil (`work`), earlier `requests`."""
    request: str = ""
    """The kind of request that it makes."""
    message: str = ""
    """The requirement that the request carries the message sent."""
    primary: str = "fulfillment_order"
    """The place in its answer of the fulfillment order that it is about."""
    graphql: str = ""
    """The requirement that its own answer over GraphQL is held to."""
    rest: str = ""
    """How it travels over REST: the method, and the path below the version."""
    wrapper: str = ""
    """The key that its arguments stand under in the body."""
    scope: str = ""
    """The kind of access scope that its own page names: `assigned` or `third_party`. Others go by the location."""
    actor: str = ""
    """Who may carry it out in the state where it `stands`: a refusal there has no other reason."""
    stands: str = ""
    """A state in which the documents have it succeed."""
    repeatable: bool = False
    """It is about no fulfillment order and changes nothing more when it is done once more."""
    needs_arguments: bool = False
    """It cannot be without a body."""
    in_parts: bool = False
    """It takes some of the line items, or a part of their quantity, of one fulfillment order."""
    renews: bool = False
    """The work may go on in a fulfillment order with another id."""
    answers: bool = False
    """The answer has the fulfillment order that was named, and no other."""


OPERATIONS = (
    Operation(
        "list",
        plainly="FO-LIST-ALL",
        reads=True,
        lists=True,
        graphql="FO-GQL-LIST",
        rest="GET orders/{order_id}/fulfillment_orders.json",
        actor="merchant",
        stands="merchant:open/unsubmitted",
    ),
    Operation(
        "get",
        plainly="FO-GET-ONE",
        reads=True,
        graphql="FO-GQL-FULFILLMENT-ORDER",
        rest="GET fulfillment_orders/{order}.json",
        actor="merchant",
        stands="merchant:open/unsubmitted",
    ),
    Operation(
        "assigned",
        plainly="FO-ASSIGNED-LIST",
        reads=True,
        lists=True,
        graphql="FO-GQL-ASSIGNED",
        rest="GET assigned_fulfillment_orders.json",
        actor="service",
        stands="service:open/submitted",
        scope="assigned",
    ),
    Operation(
        "locations_for_move",
        reads=True,
        graphql="FO-GQL-LOCATIONS-FOR-MOVE",
        rest="GET fulfillment_orders/{order}/locations_for_move.json",
        actor="merchant",
        stands="merchant:open/unsubmitted",
    ),
    Operation(
        "list_fulfillments",
        plainly="FO-FULFIL-RECORD",
        reads=True,
        graphql="FO-GQL-FULFILLMENT-ORDER",
        rest="GET fulfillment_orders/{order}/fulfillments.json",
        actor="merchant",
        stands="merchant:open/unsubmitted",
    ),
    Operation(
        "submit",
        advertised="request_fulfillment",
        area="requests",
        state="FO-SUBMIT-STATE",
        graphql="FO-GQL-SUBMIT",
        rest="POST fulfillment_orders/{order}/fulfillment_request.json",
        wrapper="fulfillment_request",
        actor="merchant",
        stands="service:open/unsubmitted",
        scope="third_party",
        primary="submitted",
        request="fulfillment_request",
        message="FO-SUBMIT-MESSAGE",
        keeps="holds fulfill_at fulfill_by work requests",
        telling=True,
        leads_on=True,
        conserves=True,
        spares_siblings=True,
        in_parts=True,
    ),
    Operation(
        "accept",
        state="FO-ACCEPT-STATE",
        graphql="FO-GQL-ACCEPT",
        rest="POST fulfillment_orders/{order}/fulfillment_request/accept.json",
        wrapper="fulfillment_request",
        actor="service",
        stands="service:open/submitted",
        scope="assigned",
        keeps="lines holds fulfill_at fulfill_by work requests",
        leads_on=True,
        conserves=True,
        spares_siblings=True,
        answers=True,
    ),
    Operation(
        "reject",
        state="FO-REJECT-STATE",
        graphql="FO-GQL-REJECT-PAYLOAD",
        rest="POST fulfillment_orders/{order}/fulfillment_request/reject.json",
        wrapper="fulfillment_request",
        actor="service",
        stands="service:open/submitted",
        scope="assigned",
        keeps="lines holds fulfill_at fulfill_by work requests",
        leads_on=True,
        conserves=True,
        spares_siblings=True,
        answers=True,
    ),
    Operation(
        "submit_cancellation",
        advertised="request_cancellation",
        area="cancellation-requests",
        state="FO-CANCELLATION-STATE",
        graphql="FO-GQL-SUBMIT-CANCELLATION",
        rest="POST fulfillment_orders/{order}/cancellation_request.json",
        wrapper="cancellation_request",
        actor="merchant",
        stands="service:in_progress/accepted",
        scope="third_party",
        request="cancellation_request",
        message="FO-CANCELLATION-MESSAGE",
        keeps="lines holds fulfill_at fulfill_by work requests",
        telling=True,
        leads_on=True,
        conserves=True,
        spares_siblings=True,
        answers=True,
    ),
    Operation(
        "accept_cancellation",
        plainly="FO-CANCELLATION-ACCEPT-STATE",
        graphql="FO-GQL-ACCEPT-CANCELLATION",
        rest="POST fulfillment_orders/{order}/cancellation_request/accept.json",
        wrapper="cancellation_request",
        actor="service",
        stands="service:in_progress/cancellation_requested",
        scope="assigned",
        keeps="holds fulfill_at fulfill_by requests",
        leads_on=True,
        answers=True,
    ),
    Operation(
        "reject_cancellation",
        plainly="FO-CANCELLATION-REJECT-STATE",
        graphql="FO-GQL-REJECT-CANCELLATION",
        rest="POST fulfillment_orders/{order}/cancellation_request/reject.json",
        wrapper="cancellation_request",
        actor="service",
        stands="service:in_progress/cancellation_requested",
        scope="assigned",
        keeps="lines holds fulfill_at fulfill_by work requests",
        leads_on=True,
        conserves=True,
        spares_siblings=True,
        answers=True,
    ),
    Operation(
        "cancel",
        plainly="FO-CANCEL-STATE",
        advertised="cancel_fulfillment_order",
        area="cancelling",
        graphql="FO-GQL-CANCEL",
        rest="POST fulfillment_orders/{order}/cancel.json",
        actor="merchant",
        stands="service:open/submitted",
        telling=True,
        leads_on=True,
        spares_siblings=True,
    ),
    Operation(
        "close",
        state="FO-CLOSE-STATE",
        graphql="FO-GQL-CLOSE-PAYLOAD",
        rest="POST fulfillment_orders/{order}/close.json",
        wrapper="fulfillment_order",
        actor="service",
        stands="service:in_progress/accepted",
        scope="assigned",
        keeps="lines holds fulfill_at fulfill_by work requests",
        leads_on=True,
        conserves=True,
        spares_siblings=True,
        answers=True,
    ),
    Operation(
        "hold",
        advertised="hold",
        area="holds",
        state="FO-HOLD-STATE",
        graphql="FO-GQL-HOLD",
        rest="POST fulfillment_orders/{order}/hold.json",
        wrapper="fulfillment_hold",
        actor="merchant",
        stands="merchant:open/unsubmitted",
        keeps="fulfill_at fulfill_by work requests",
        telling=True,
        leads_on=True,
        conserves=True,
        spares_siblings=True,
        may_take_siblings_lines=True,
        needs_arguments=True,
        in_parts=True,
    ),
    Operation(
        "release_hold",
        advertised="release_hold",
        area="holds",
        state="FO-RELEASE-STATE",
        graphql="FO-GQL-RELEASE-HOLD",
        rest="POST fulfillment_orders/{order}/release_hold.json",
        actor="merchant",
        stands="merchant:on_hold/unsubmitted",
        keeps="fulfill_by requests",
        telling=True,
        leads_on=True,
        conserves=True,
        renews=True,
    ),
    Operation(
        "open",
        plainly="FO-OPEN-STATE",
        advertised="mark_as_open",
        area="scheduling",
        graphql="FO-GQL-OPEN",
        rest="POST fulfillment_orders/{order}/open.json",
        actor="merchant",
        stands="service:scheduled/unsubmitted",
        keeps="lines holds fulfill_by work requests",
        telling=True,
        leads_on=True,
        conserves=True,
        spares_siblings=True,
        answers=True,
    ),
    Operation(
        "reschedule",
        plainly="FO-RESCHEDULE-STATE",
        graphql="FO-GQL-RESCHEDULE",
        rest="POST fulfillment_orders/{order}/reschedule.json",
        wrapper="fulfillment_order",
        actor="merchant",
        stands="service:scheduled/unsubmitted",
        keeps="lines holds fulfill_by requests",
        conserves=True,
        needs_arguments=True,
        renews=True,
        answers=True,
    ),
    Operation(
        "move",
        plainly="FO-MOVE-LOCATION",
        advertised="move",
        area="moves",
        graphql="FO-GQL-MOVE",
        rest="POST fulfillment_orders/{order}/move.json",
        wrapper="fulfillment_order",
        actor="merchant",
        stands="merchant:open/unsubmitted",
        primary="moved",
        keeps="fulfill_by",
        conserves=True,
        needs_arguments=True,
        in_parts=True,
    ),
    Operation(
        "create_fulfillment",
        advertised="create_fulfillment",
        area="fulfilling",
        state="FO-FULFIL-CLOSES",
        graphql="FO-GQL-CREATE-FULFILLMENT",
        rest="POST fulfillments.json",
        wrapper="fulfillment",
        actor="merchant",
        stands="merchant:open/unsubmitted",
        fulfills=True,
        keeps="holds fulfill_at fulfill_by requests",
        leads_on=True,
        spares_siblings=True,
        needs_arguments=True,
        in_parts=True,
    ),
    Operation(
        "split",
        graphql="FO-RESP-SPLIT",
        primary="fulfillment_order",
        keeps="fulfill_by requests",
        conserves=True,
    ),
    Operation(
        "merge",
        graphql="FO-RESP-MERGE",
        conserves=True,
    ),
    Operation(
        "set_deadline",
        plainly="FO-DEADLINE-SETS",
        graphql="FO-GQL-SET-DEADLINE",
        rest="POST fulfillment_orders/set_fulfillment_orders_deadline.json",
        actor="merchant",
        stands="merchant:open/unsubmitted",
        keeps="lines holds fulfill_at work requests",
        conserves=True,
        spares_siblings=True,
        repeatable=True,
        needs_arguments=True,
    ),
    Operation(
        "update_tracking",
        plainly="FO-FULFIL-TRACKING",
        graphql="FO-GQL-UPDATE-TRACKING",
        rest="POST fulfillments/{fulfillment}/update_tracking.json",
        wrapper="fulfillment",
        actor="merchant",
        stands="merchant:open/unsubmitted",
        fulfills=True,
        repeatable=True,
        needs_arguments=True,
    ),
    Operation(
        "cancel_fulfillment",
        graphql="FO-GQL-CANCEL-FULFILLMENT",
        rest="POST fulfillments/{fulfillment}/cancel.json",
        actor="merchant",
        stands="merchant:open/unsubmitted",
        fulfills=True,
    ),
)
"""Every operation: what only reads, then actions in the order in which tables show them."""


def _of(fact: Callable[[Operation], bool]) -> frozenset[str]:
    return frozenset(row.name for row in OPERATIONS if fact(row))


def keeping(what: str) -> frozenset[str]:
    """Return the operations that leave something as it was; see `Operation.keeps`."""
    return _of(lambda row: what in row.keeps.split())


NAMED = MappingProxyType({row.name: row for row in OPERATIONS})
ADVERTISED_AS = MappingProxyType({row.name: row.advertised for row in OPERATIONS if row.advertised})
AREA_OF = MappingProxyType({row.name: row.area for row in OPERATIONS if row.area})
STATE_AFTER = MappingProxyType({row.name: row.state for row in OPERATIONS if row.state})
PLAINLY = MappingProxyType({row.name: row.plainly or row.state for row in OPERATIONS if row.plainly or row.state})
TELLING = _of(lambda row: row.telling)
LEADING_ON = _of(lambda row: row.leads_on)
CONSERVING = _of(lambda row: row.conserves)
SPARING_SIBLINGS = _of(lambda row: row.spares_siblings)
TAKING_SIBLINGS_LINES = _of(lambda row: row.may_take_siblings_lines)
READS = _of(lambda row: row.reads)
LISTS = _of(lambda row: row.lists)
FULFILLING = _of(lambda row: row.fulfills)
REQUEST_OF = MappingProxyType({row.name: row.request for row in OPERATIONS if row.request})
OF_SERVICES = _of(lambda row: row.actor == "service")
WITH_ID = tuple(row.name for row in OPERATIONS if "{" in row.rest)
NEEDING_ARGUMENTS = tuple(row.name for row in OPERATIONS if row.needs_arguments)
IN_PARTS = _of(lambda row: row.in_parts)
RENEWING = _of(lambda row: row.renews)
REPEATABLE = _of(lambda row: row.repeatable)
ANSWERING = _of(lambda row: row.answers)
