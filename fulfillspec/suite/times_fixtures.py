"""Fixtures that let time pass between two looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from fulfillspec.acting.step import Step
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import times
from fulfillspec.stage.per_transport import Theatre

Acting = tuple[Callable[[FulfillmentOrder], Step], FulfillmentOrder]
"""An action, and the fulfillment order that it is about."""
_MORE: Final = 0.1
"""Seconds more than have to pass."""


@pytest.fixture
def apart(theatre: Theatre) -> Callable[..., list[FulfillmentOrder]]:
    """Take several steps two seconds after what they are about was looked at; judge that each shows in updated_at.

    Return the fulfillment orders as they are then.
    """

    def take(requirement: str, *acting: Acting) -> list[FulfillmentOrder]:
        before = [theatre.scene.before(order) for _, order in acting]
        theatre.sleep(times.STOOD.total_seconds() + _MORE)
        steps = [action(order) for action, order in acting]
        for step, seen in zip(steps, before, strict=True):
            findings = list(times.of_change(step.answer, seen, step.after))
            for finding in findings:
                step.judge_finding(finding)
            if not findings:
                step.scene.unseen(requirement, f"{step.operation} in {step.source} led to no other state that is shown")
        return [step.target for step in steps]

    return take
