"""Judging the general forms of an answer: by which status a refusal is told, and keys that came with a later version.

Facts: the platform's general pages (response codes) and the documented samples by version. No seed has
them, so all of this is advisory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fulfillspec.documents.versions import BEFORE_ORDER_REFERENCES, BEFORE_TIMES
from fulfillspec.judge.finding import Finding, fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.ANSWERS)

STATUSES: Final = {
    "unknown": frozenset({404, 410}),
    "scope": frozenset({403, 404}),
    "token": frozenset({401, 403}),
    "state": frozenset({400, 409, 422}),
    "malformed": frozenset({400, 422}),
}
"""By what a REST request is refused for: the statuses that tell it. What may not be seen may be hidden as unknown."""

_EARLY: Final = (
    (BEFORE_TIMES, ("created_at", "updated_at")),
    (BEFORE_ORDER_REFERENCES, ("order_name", "order_processed_at", "channel_id", "financial_summaries")),
)
"""Versions, and keys that no sample of them has."""


def early_keys(answer: Answer, version: str) -> Iterator[Finding]:
    """Judge that a REST answer shows no key that came with a later version than the one that it is held to."""
    if answer.transport != "rest" or not answer.accepted:
        return
    late = {key for versions, keys in _EARLY if versions.admits(version) for key in keys}
    orders = [order.raw for order in (*answer.slots.values(), *answer.listed) if order is not None]
    if not late or not orders:
        return
    found = sorted({key for order in orders for key in late & _keys(order)})
    documented = f"no key that version {version} does not have"
    yield (fails("FO-READ-EARLY-KEYS", documented, ", ".join(found)) if found else holds("FO-READ-EARLY-KEYS"))


def _keys(order: Any) -> set[str]:
    """Return the keys of a fulfillment order and of its line items."""
    if not isinstance(order, dict):
        return set()
    lines = order.get("line_items")
    rows = [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
    return {*order, *(key for line in rows for key in line)}


def status_fits(answer: Answer, kind: str) -> bool:
    """Tell whether a refusal has one of the statuses of its kind (`STATUSES`)."""
    return answer.exchange.status in STATUSES[kind]
