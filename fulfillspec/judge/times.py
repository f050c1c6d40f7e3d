"""Whether the times that an action sets are of now, and updated_at is later where it led to another state. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from fulfillspec.documents.operations import LEADING_ON, REQUEST_OF
from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder, Picture, moment
from fulfillspec.judge.finding import Finding, fails, holds
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.wire.answer import Answer

judging(__file__, Hears.STEPS)

STOOD: Final = timedelta(seconds=2)
"""How long before the action the earlier look has to be over: a clock of whole seconds shows the change then.

A case has to see to it that so much time lies between; what would be judged by chance is not judged.
"""


_AS_SAMPLED: Final = "%Y-%m-%d %H:%M UTC"
"""The form of the reschedule sample, in whole minutes."""


def in_other_form(text: object) -> str | None:
    """Return the same instant in the other form that REST documents for a time that is sent (AMB-DATE-FORMAT).

    None where the text has neither form, or the other one cannot tell it.
    """
    found = moment(text)
    if found is not None:
        found = found.astimezone(UTC)
        return None if found.second or found.microsecond else found.strftime(_AS_SAMPLED)
    try:
        return datetime.strptime(str(text), _AS_SAMPLED).replace(tzinfo=UTC).isoformat()
    except ValueError:
        return None


def is_sampled(text: str) -> bool:
    """Tell whether a time that is sent has the form of the reschedule sample."""
    return text.endswith(" UTC")


NOW: Final = timedelta(minutes=15)
"""How far a time of now may be from the clocks: more than clocks differ, less than any time zone."""


def clocks(exchange: Exchange) -> list[datetime]:
    """Return what the clocks showed when an answer was there: ours, and that of the target where it tells (Date)."""
    return [clock for clock in (over(exchange), dated(exchange)) if clock is not None]


def dated(exchange: Exchange) -> datetime | None:
    """Return what the clock of the target showed when it answered; None where it does not tell."""
    return _dated(exchange.headers.get("date", ""))


@lru_cache(maxsize=64)
def _dated(header: str) -> datetime | None:
    """Return what a Date header tells; None where there is none, or nothing that names an instant."""
    try:
        told = parsedate_to_datetime(header)
        return told if told.tzinfo is not None else told.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def of_now(requirement: str, what: str, moment: datetime, answer: Answer) -> Finding:
    """Judge that a time which an action set is of now, by either clock."""
    known = clocks(answer.exchange)
    if not known or any(abs(moment - clock) <= NOW for clock in known):
        return holds(requirement)
    return fails(requirement, f"{what} is of now, {known[-1].isoformat()}", moment.isoformat())


def over(exchange: Exchange) -> datetime | None:
    """Return when an answer was there, by our own clock; None where that is not known."""
    began = moment(exchange.at)
    try:
        return None if began is None else began + timedelta(milliseconds=exchange.ms)
    except OverflowError:
        return None


def of_change(answer: Answer, before: Picture, after: Picture) -> Iterator[Finding]:
    """Judge that updated_at of what was acted on is later, where two looks show that its state changed in between."""
    was, now = (picture.orders.get(answer.ask.order or "") for picture in (before, after))
    sent = moment(answer.exchange.at)
    if not answer.accepted or answer.ask.operation not in LEADING_ON or was is None or now is None:
        return
    if sent is None or before.seen is None or sent - before.seen < STOOD:
        return
    if None in {was.status, was.request_status, now.status, now.request_status} or was.pair == now.pair:
        return
    yield from _sent_since(answer, was)
    if was.updated_at is None or now.updated_at is None:
        return
    if now.updated_at == was.updated_at:
        yield fails(
            "FO-INV-UPDATED-AT",
            f"updated_at of fulfillment order {was.id} is later once {answer.ask.operation} made {was.pair} {now.pair}",
            f"still {now.updated_at.isoformat()}",
        )
    else:
        yield holds("FO-INV-UPDATED-AT")


_CONTENT: Final = ("at_hand", "location_id", "fulfill_at", "fulfill_by")
"""What of a fulfillment order may change while its state stays."""


def of_content(
    answer: Answer, before: Picture, after: Picture, since: Mapping[str, datetime | None]
) -> Iterator[Finding]:
    """Judge that updated_at of each fulfillment order whose content an action changed is later.

    `since` says by id since when each of them has stood as the look before shows it.
    """
    sent = moment(answer.exchange.at)
    if sent is None or not answer.accepted:
        return
    for was in before.orders.values():
        now, stood = after.orders.get(was.id), since.get(was.id)
        if now is None or stood is None or sent - stood < STOOD or was.updated_at is None or now.updated_at is None:
            continue
        names = [name for name in _CONTENT if getattr(was, name) != getattr(now, name)]
        if names and now.updated_at == was.updated_at:
            documented = f"updated_at of fulfillment order {was.id} is later once {answer.ask.operation} changed it"
            yield fails("FO-INV-UPDATED-CONTENT", documented, f"still {now.updated_at.isoformat()}")
        elif names:
            yield holds("FO-INV-UPDATED-CONTENT")


def _sent_since(answer: Answer, was: FulfillmentOrder) -> Iterator[Finding]:
    """Judge that the request which an answer shows was sent after the last change of what it is about."""
    shown, known = answer.order, was.requests or ()
    times = [request.sent_at for request in (shown.requests or () if shown is not None else ()) if request.sent_at]
    fresh = [sent for sent in times if sent not in {request.sent_at for request in known}]
    if answer.ask.operation not in REQUEST_OF or was.updated_at is None:
        return
    if len(times) <= len(known):  # the request itself is not shown, or does not tell when it was sent
        return
    if fresh and max(fresh) > was.updated_at:
        yield holds("FO-REQUEST-SENT-AT")
    else:
        documented = f"sent_at of the request is after {was.updated_at.isoformat()}, when {was.id} last changed"
        yield fails("FO-REQUEST-SENT-AT", documented, max(times).isoformat())
