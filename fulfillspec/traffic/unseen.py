"""Whether somebody whose requests are not recorded may have done what looks like a deviation: a service, or a merchant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fulfillspec.documents import lifecycle
from fulfillspec.documents.operations import FULFILLING, NAMED, OF_SERVICES, READS
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge.finding import Finding
from fulfillspec.traffic.outcomes import OF_LINES
from fulfillspec.traffic.views import ActionSeen
from fulfillspec.wire.answer import Answer

SERVICE: Final = "service"
MERCHANT: Final = "merchant"

_WORK: Final = OF_LINES | {"FO-INV-QUANTITY"}
"""What a service changes by fulfilling."""
_PLANS: Final = frozenset({"FO-INV-FULFILL-AT", "FO-INV-FULFILL-BY", "FO-INV-HOLDS"})
"""What a merchant changes beside the states."""
_OF_MERCHANTS: Final = frozenset(NAMED) - OF_SERVICES - FULFILLING - READS
_BY: Final = {SERVICE: OF_SERVICES | FULFILLING, MERCHANT: _OF_MERCHANTS}


def side_of(answer: Answer) -> str:
    """Return who carries an operation out; empty where it may be either."""
    operation = answer.ask.operation
    return SERVICE if operation in OF_SERVICES else MERCHANT if operation in _OF_MERCHANTS else ""


def maybe_by(step: ActionSeen, finding: Finding) -> str:
    """Return who else may have done what a finding is about, empty where nobody may have."""
    side = side_of(step.answer)
    other = {SERVICE: MERCHANT, MERCHANT: SERVICE}.get(side, "")
    was = step.before.orders.get(step.answer.ask.order or "")
    now = step.after.orders.get(was.id) if was is not None else None
    if not other or was is None or now is None or {was.request_status, now.request_status} <= {"unsubmitted"}:
        return ""
    if finding.requirement in _WORK:
        explained = other == SERVICE and now.request_status not in {"unsubmitted", "submitted", "rejected"}
    elif finding.requirement in _PLANS:
        explained = other == MERCHANT
    else:
        explained = now.pair in _reached(step.answer, was, _BY[other])
    return other if explained else ""


def is_one_action(was: str, now: str) -> bool:
    """Tell whether one documented action leads from a state to another, or takes work and leaves the state."""
    return was == now or now in _after(was, frozenset(NAMED))


def _reached(answer: Answer, was: FulfillmentOrder, others: frozenset[str]) -> set[str]:
    """Return the states that an action and one of somebody else lead to, in either order; one of those alone if it was refused."""
    own = frozenset({answer.ask.operation})
    if answer.refused:
        return set(_after(was.pair, others))
    first, then = (others, own), (own, others)
    return {end for one, two in (first, then) for middle in _after(was.pair, one) for end in _after(middle, two)}


def _after(pair: str, operations: frozenset[str]) -> Iterator[str]:
    life = lifecycle.load()
    for edge in life.edges:
        source = life.states[edge.source]
        if edge.action in operations and source.matches(f"{source.place}:{pair}"):
            yield life.states[edge.target].pair
