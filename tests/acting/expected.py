"""One action on canned answers, and what the ledger says of an expectation of it."""

from typing import Any

from canned import AT_SERVICE, Canned, shown

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Session
from fulfillspec.acting.step import Asked, Step
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.verdicts.ledger import Ledger, Tally

SUBMITTED, ACCEPTED = shown("open/submitted"), shown("in_progress/accepted")
LINES = [
    {"id": 11, "line_item_id": 100, "quantity": 2, "fulfillable_quantity": 1, "fulfillment_order_id": 1},
    {"id": 12, "line_item_id": 101, "quantity": 1, "fulfillable_quantity": 0, "fulfillment_order_id": 1},
]


def acted(
    answer: dict[str, Any] | None = ACCEPTED,
    *,
    status: int = 200,
    before: list[dict[str, Any]] | None = None,
    after: list[dict[str, Any]] | None = None,
    actor: str = "service",
    operation: str = "accept",
    **arguments: Any,
) -> Step:
    """Carry out an action of which nothing but the expectation is of interest."""
    before = before or [SUBMITTED]
    session = Session(
        Canned([before, after or [ACCEPTED]], answer, status), Ledger(), Evidence(None, Redactor()), "2025-10"
    )
    session.places[str(AT_SERVICE)], session.delay.pauses = "service", ()
    return Actor(actor, session).act(operation, session.look("9").orders["1"], **arguments)


def tally(step: Asked, requirement: str = "FO-X") -> Tally:
    return step.session.ledger.tallies.get((requirement, "rest"), Tally())


def told(step: Asked, requirement: str = "FO-X") -> list[tuple[str, str]]:
    return [(one.documented, one.received) for one in step.session.ledger.deviations if one.requirement == requirement]


def refused(status: int = 422, **more: Any) -> Step:
    return acted(None, status=status, after=[SUBMITTED], before=[SUBMITTED], **more)
