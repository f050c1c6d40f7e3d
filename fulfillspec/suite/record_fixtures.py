"""Fixtures of the suites that read fulfillments, and the work that an order has left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.acting.step import Asked, Step
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import fulfillments, sources, times
from fulfillspec.judge.fulfillments import Record
from fulfillspec.stage.per_transport import Theatre


@dataclass(frozen=True, slots=True)
class Records:
    """The fulfillments of a fulfillment order, as a later look lists them."""

    asked: Asked
    rows: Mapping[str, Record]

    def expect_tracking(self, requirement: str, made: Record, sent: Mapping[str, str]) -> None:
        """Judge the tracking that one of them shows."""
        row = self.rows.get(made.id)
        received = "it is not listed" if row is None else "; ".join(row.misses(sent))
        documented = f"fulfillment {made.id} with the tracking {dict(sent)}"
        self.asked.check(requirement, row is not None and not row.misses(sent), documented, received, taints=False)

    def expect_standing(self, requirement: str, made: Record, *, cancelled: Record) -> None:
        """Judge that one of them stands, and that one that was cancelled does not."""
        standing = self._standing
        fits = made.id in standing and cancelled.id not in standing
        documented = f"fulfillment {made.id} stands, {cancelled.id} does not"
        self.asked.check(requirement, fits, documented, f"those that stand: {standing}", taints=False)

    def expect_only(self, requirement: str, *wanted: Record) -> None:
        """Judge which there are, those left out that were cancelled before."""
        ids, standing = sorted(record.id for record in wanted), self._standing
        self.asked.check(requirement, standing == ids, f"its own, {ids}", standing, taints=False)

    @property
    def _standing(self) -> list[str]:
        return sorted(row.id for row in self.rows.values() if row.stands)


def _row(asked: Asked) -> Record | None:
    body = asked.answer.body
    return fulfillments.read(body.get("fulfillment")) if isinstance(body, dict) else None


@pytest.fixture
def made_by() -> Callable[[Step], Record]:
    """Return the fulfillment that a step created."""

    def read(step: Step) -> Record:
        return step.needs(_row(step))

    return read


@pytest.fixture
def expect_taken() -> Callable[[Step, Record, str], None]:
    """Judge that a fulfillment is of the units that its step took off what was left."""

    def judge(step: Step, record: Record, requirement: str) -> None:
        was, now = step.was.left, step.target.left
        taken = {item: units - now.get(item, 0) for item, units in was.items() if units != now.get(item, 0)}
        if record.units is None:
            step.scene.unseen(requirement, "the fulfillment shows no units")
            return
        fits = record.units == sum(taken.values()) and record.items in ({}, taken)
        step.check(requirement, fits, f"the units {taken}", record.items or record.units, taints=False)

    return judge


@pytest.fixture
def expect_made_now() -> Callable[[Step, Record, str], None]:
    """Judge that a fulfillment was created when its step was taken."""

    def judge(step: Step, record: Record, requirement: str) -> None:
        if record.created_at is None:
            step.scene.unseen(requirement, "the fulfillment shows no created_at")
            return
        step.judge_finding(times.of_now(requirement, "created_at of the fulfillment", record.created_at, step.answer))

    return judge


@pytest.fixture
def track() -> Callable[[Actor, Record, Mapping[str, str], str], None]:
    """Change the tracking of a fulfillment and judge what the answer shows."""

    def change(actor: Actor, record: Record, sent: Mapping[str, str], requirement: str) -> None:
        asked = actor.ask("update_tracking", fulfillment=record.id, tracking=dict(sent))
        row = _row(asked)
        misses = ["no fulfillment"] if row is None else row.misses(sent)
        asked.check(requirement, not misses, f"tracking {dict(sent)}", "; ".join(misses), taints=False)

    return change


@pytest.fixture
def undo() -> Callable[[Actor, Record, str], None]:
    """Cancel a fulfillment and judge the status that the answer shows."""

    def cancel(actor: Actor, record: Record, requirement: str) -> None:
        asked = actor.ask("cancel_fulfillment", fulfillment=record.id)
        row = _row(asked)
        status = row.status if row is not None else None
        asked.check(requirement, status == "cancelled", "status cancelled", status, taints=False)
        asked.needs(asked.accepted or None)

    return cancel


@pytest.fixture
def fulfillments_of() -> Callable[[Actor, FulfillmentOrder], Records]:
    """Return the fulfillments of a fulfillment order, where the target lists them."""

    def read(actor: Actor, order: FulfillmentOrder) -> Records:
        asked = actor.ask("list_fulfillments", order.id)
        body = asked.answer.body
        rows = body.get("fulfillments") if asked.accepted and isinstance(body, dict) else None
        if not isinstance(rows, list):
            raise Inapplicable(
                "the target does not list the fulfillments of a fulfillment order, which no seed demands"
            )
        records = fulfillments.several(rows)
        asked.judge_finding(sources.once(order.id, {"fulfillments": [record.id for record in records]}))
        return Records(asked, {record.id: record for record in records})

    return read


@pytest.fixture
def to_do(theatre: Theatre) -> Callable[[FulfillmentOrder], dict[str, int]]:
    """Return the units that the order of a fulfillment order has left, by line item."""
    return lambda order: theatre.scene.look(order.order_id or "").to_do()


@pytest.fixture
def work_of(theatre: Theatre) -> Callable[[FulfillmentOrder], FulfillmentOrder]:
    """Return the fulfillment order that has the work of one which was fulfilled: itself, or another one there."""

    def find(order: FulfillmentOrder) -> FulfillmentOrder:
        rows = theatre.scene.look(order.order_id or "").orders
        found = [row for row in rows.values() if row.left and not row.ended and row.location_id == order.location_id]
        found.sort(key=lambda row: row.id != order.id)
        if not found:
            raise Unobservable(f"nothing at location {order.location_id} is left to be fulfilled")
        return found[0]

    return find
