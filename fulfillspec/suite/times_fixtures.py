"""Fixtures that let something happen between two looks: time pass, and a location be renamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

import pytest

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Inapplicable, Session
from fulfillspec.acting.step import Asked, Step
from fulfillspec.evidence.observation import FulfillmentOrder, Picture
from fulfillspec.judge import times
from fulfillspec.runs.run import Run
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.stage.source import CannotStage
from fulfillspec.stage.supply import setting_up

Acting = tuple[Callable[[FulfillmentOrder], Step], FulfillmentOrder]
"""An action, and the fulfillment order that it is about."""
_MORE: Final = 0.1
"""Seconds more than have to pass."""
_AT_LAST: Final = 2.0
"""Seconds that are waited before the last look for an edit that did not show yet."""


def _since(context: TransportContext, acting: Sequence[Acting]) -> tuple[list[Picture], dict[str, datetime | None]]:
    """Wait until what is to be acted on has stood for two seconds as it was seen; return what was seen, and since when."""
    session = context.session
    before = [session.before(order) for _, order in acting]
    since = {each.id: session.stood(each) for picture in before for each in picture.orders.values()}
    latest = max((seen for _, order in acting if (seen := since.get(order.id)) is not None), default=None)
    if latest is not None:
        stood = context.times.now("a wait") - latest
        context.times.sleep(max((times.STOOD - stood).total_seconds() + _MORE, 0))
    return before, since


@pytest.fixture
def steps_apart(context: TransportContext) -> Callable[..., None]:
    """Take several steps on what has stood for two seconds as it was seen; judge that each shows in updated_at.

    Only what is left of the two seconds is waited for.
    """

    def take(requirement: str, *acting: Acting) -> None:
        before, since = _since(context, acting)
        pictures = [
            replace(picture, seen=since.get(order.id)) for picture, (_, order) in zip(before, acting, strict=True)
        ]
        steps = [action(order) for action, order in acting]
        for step, seen in zip(steps, pictures, strict=True):
            findings = list(times.of_change(step.answer, seen, step.after))
            for finding in findings:
                step.judge_finding(finding)
            if not findings:
                step.session.unseen(
                    requirement, f"{step.operation} in {step.source} led to no other state that is shown"
                )

    return take


@pytest.fixture
def changes_apart(context: TransportContext) -> Callable[..., None]:
    """Take several steps that change the content of what has stood for two seconds; judge that it shows in updated_at."""

    def take(requirement: str, *acting: Acting) -> None:
        before, since = _since(context, acting)
        steps = [action(order) for action, order in acting]
        found = [
            (step, finding)
            for step, seen in zip(steps, before, strict=True)
            for finding in times.of_content(step.answer, seen, step.after, since)
        ]
        for step, finding in found:
            step.judge_finding(finding)
        if not found:
            context.session.unseen(requirement, "no step changed what is shown of a fulfillment order")

    return take


@contextmanager
def _unlisted(contents: dict[str, dict[str, str]], orders: Sequence[FulfillmentOrder]) -> Iterator[None]:
    """Forget for a while what the store listed of the locations of fulfillment orders."""
    listed = {each.location_id: contents.pop(each.location_id) for each in orders if each.location_id in contents}
    try:
        yield
    finally:
        contents.update({location: content for location, content in listed.items() if location is not None})


def until_edit_shows(session: Session, actor: Actor, order: FulfillmentOrder, *, edited: bool) -> tuple[Asked, bool]:
    """Get a fulfillment order until its location differs from an earlier look, or does not; tell whether that took a wait."""
    asked, late = actor.ask("get", order.id), False
    for pause in (*session.delay.pauses, _AT_LAST):
        if not asked.accepted or bool(asked.location_edits(order)) is edited:
            break
        session.sleep(pause)
        asked, late = actor.ask("get", order.id), True
    return asked, late


@pytest.fixture
def while_renamed(
    context: TransportContext, request: pytest.FixtureRequest
) -> Callable[[Actor, Sequence[FulfillmentOrder]], list[Asked]]:
    """Get fulfillment orders one by one while the location of the service that the run made has another name.

    A `live` one that shows the name of before is asked for again a moment later, and so until it shows that name again
    afterwards: no document says how soon an edit can be read.
    """

    def look(actor: Actor, orders: Sequence[FulfillmentOrder], *, live: bool = False) -> list[Asked]:
        admin = request.config.stash[Run.KEY].admin
        if admin is None:
            raise Inapplicable("only a location that the run made may be renamed: that of its own service")
        try:
            with setting_up(context.session), _unlisted(context.session.known.contents, orders):
                with admin.renamed("service"):
                    if not live:
                        return [actor.ask("get", order.id) for order in orders]
                    found = [until_edit_shows(context.session, actor, order, edited=True) for order in orders]
                for order in (order for order, (_, late) in zip(orders, found, strict=True) if late):
                    until_edit_shows(context.session, actor, order, edited=False)
                return [asked for asked, _ in found]
        except CannotStage as reason:
            raise Inapplicable(str(reason)) from None

    return look
