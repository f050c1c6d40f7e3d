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
    repeatable: bool = False
    """It is about no fulfillment order and changes nothing more when it is done once more."""


OPERATIONS = (
    Operation("list", reads=True),
    Operation("get", reads=True),
    Operation("assigned", reads=True),
    Operation("locations_for_move", reads=True),
    Operation("list_fulfillments", reads=True),
    Operation(
        "submit",
        advertised="request_fulfillment",
        area="requests",
        state="FO-SUBMIT-STATE",
        telling=True,
        leads_on=True,
        conserves=True,
        spares_siblings=True,
    ),
    Operation("accept", state="FO-ACCEPT-STATE", leads_on=True, conserves=True, spares_siblings=True),
    Operation("reject", state="FO-REJECT-STATE", leads_on=True, conserves=True, spares_siblings=True),
    Operation(
        "submit_cancellation",
        advertised="request_cancellation",
        area="cancellation-requests",
        state="FO-CANCELLATION-STATE",
        telling=True,
        leads_on=True,
        conserves=True,
        spares_siblings=True,
    ),
    Operation("accept_cancellation", leads_on=True),
    Operation("reject_cancellation", leads_on=True, conserves=True, spares_siblings=True),
    Operation(
        "cancel",
        advertised="cancel_fulfillment_order",
        area="cancelling",
        telling=True,
        leads_on=True,
        spares_siblings=True,
    ),
    Operation("close", state="FO-CLOSE-STATE", leads_on=True, conserves=True, spares_siblings=True),
    Operation(
        "hold",
        advertised="hold",
        area="holds",
        state="FO-HOLD-STATE",
        telling=True,
        leads_on=True,
        conserves=True,
        spares_siblings=True,
        may_take_siblings_lines=True,
    ),
    Operation(
        "release_hold",
        advertised="release_hold",
        area="holds",
        state="FO-RELEASE-STATE",
        telling=True,
        leads_on=True,
        conserves=True,
    ),
    Operation(
        "open",
        advertised="mark_as_open",
        area="scheduling",
        telling=True,
        leads_on=True,
        conserves=True,
        spares_siblings=True,
    ),
    Operation("reschedule", conserves=True),
    Operation("move", advertised="move", area="moves", conserves=True),
    Operation(
        "create_fulfillment",
        advertised="create_fulfillment",
        area="fulfilling",
        state="FO-FULFIL-CLOSES",
        leads_on=True,
        spares_siblings=True,
    ),
    Operation("split", conserves=True),
    Operation("merge", conserves=True),
    Operation("set_deadline", conserves=True, spares_siblings=True, repeatable=True),
    Operation("update_tracking", repeatable=True),
    Operation("cancel_fulfillment"),
)
"""Every operation: what only reads, then actions in the order in which tables show them."""


def _of(fact: Callable[[Operation], bool]) -> frozenset[str]:
    return frozenset(row.name for row in OPERATIONS if fact(row))


ADVERTISED_AS = MappingProxyType({row.name: row.advertised for row in OPERATIONS if row.advertised})
AREA_OF = MappingProxyType({row.name: row.area for row in OPERATIONS if row.area})
STATE_AFTER = MappingProxyType({row.name: row.state for row in OPERATIONS if row.state})
TELLING = _of(lambda row: row.telling)
LEADING_ON = _of(lambda row: row.leads_on)
CONSERVING = _of(lambda row: row.conserves)
SPARING_SIBLINGS = _of(lambda row: row.spares_siblings)
TAKING_SIBLINGS_LINES = _of(lambda row: row.may_take_siblings_lines)
READS = _of(lambda row: row.reads)
REPEATABLE = _of(lambda row: row.repeatable)
