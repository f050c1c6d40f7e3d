"""Looking after an action: what is behind is read again, and what cannot be read is no other row's deviation."""

from __future__ import annotations

from fulfillspec.acting.session import Session
from fulfillspec.documents.operations import SHOWING_NOTHING
from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.wire.answer import Answer


def look_after(session: Session, answer: Answer, before: Picture) -> Picture:
    """Look at the order after an action; while it shows nothing yet of what the answer does, look again a moment later.

    No document says how soon a change can be read.
    """
    after = session.look(before.order_id)
    if not is_behind(answer, before, after):
        return after
    waited = 0.0
    for pause in session.delay.pauses:
        session.sleep(pause)
        waited += pause
        after = session.look(before.order_id)
        if not is_behind(answer, before, after):
            session.delay.showed(waited)
            return after
    session.delay.showed_nothing()
    return after


def is_behind(answer: Answer, before: Picture, after: Picture) -> bool:
    """Tell whether a look shows what was before an action, and not what its answer shows."""
    if not answer.accepted:
        return False
    if answer.ask.operation in SHOWING_NOTHING:
        return before.orders == after.orders
    for shown in answer.slots.values():
        if shown is None:
            continue
        was, now = before.orders.get(shown.id), after.orders.get(shown.id)
        if was is None and now is None:
            return True
        if was is not None and was == now and _differ(was, shown):
            return True
    return False


def _differ(was: FulfillmentOrder, shown: FulfillmentOrder) -> bool:
    """Tell whether an answer shows something else than the look before, as far as both show it."""
    facts = (
        (was.pair, shown.pair),
        (was.location_id, shown.location_id),
        (was.left, shown.left),
        (was.fulfill_at, shown.fulfill_at),
        (was.updated_at, shown.updated_at),
    )
    return any(first != second for first, second in facts if first is not None and second is not None)
