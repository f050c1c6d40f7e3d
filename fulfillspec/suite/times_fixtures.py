"""Fixtures that let something happen between two looks: time pass, and a location be renamed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import pytest

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Inapplicable
from fulfillspec.acting.step import Asked, Step
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import times
from fulfillspec.runs.run import Run
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.stage.source import CannotStage
from fulfillspec.stage.supply import setting_up

Acting = tuple[Callable[[FulfillmentOrder], Step], FulfillmentOrder]
"""An action, and the fulfillment order that it is about."""
_MORE: Final = 0.1
"""Seconds more than have to pass."""


@pytest.fixture
def steps_apart(context: TransportContext) -> Callable[..., None]:
    """Take several steps on what has stood for two seconds as it was seen; judge that each shows in updated_at.

    Only what is left of the two seconds is waited for.
    """

    def take(requirement: str, *acting: Acting) -> None:
        session = context.session
        before = [replace(session.before(order), seen=session.stood(order)) for _, order in acting]
        since = max((picture.seen for picture in before if picture.seen is not None), default=None)
        if since is not None:
            stood = context.times.now("a wait") - since
            context.times.sleep(max((times.STOOD - stood).total_seconds() + _MORE, 0))
        steps = [action(order) for action, order in acting]
        for step, seen in zip(steps, before, strict=True):
            findings = list(times.of_change(step.answer, seen, step.after))
            for finding in findings:
                step.judge_finding(finding)
            if not findings:
                step.session.unseen(
                    requirement, f"{step.operation} in {step.source} led to no other state that is shown"
                )

    return take


@pytest.fixture
def while_renamed(
    context: TransportContext, request: pytest.FixtureRequest
) -> Callable[[Actor, Sequence[FulfillmentOrder]], list[Asked]]:
    """Get fulfillment orders one by one while the location of the service that the run made has another name."""

    def look(actor: Actor, orders: Sequence[FulfillmentOrder]) -> list[Asked]:
        admin = request.config.stash[Run.KEY].admin
        if admin is None:
            raise Inapplicable("only a location that the run made may be renamed: that of its own service")
        try:
            with setting_up(context.session), admin.renamed("service"):
                return [actor.ask("get", order.id) for order in orders]
        except CannotStage as reason:
            raise Inapplicable(str(reason)) from None

    return look
