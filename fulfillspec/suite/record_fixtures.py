"""Fixtures of the suites that read fulfillments, the work that an order has left, and one answer against another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Inapplicable, Session, Unobservable
from fulfillspec.acting.step import Asked, Step
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import equivalence, fulfillments, invariants, schema, sources, times
from fulfillspec.judge.finding import plain
from fulfillspec.judge.fulfillments import Record
from fulfillspec.runs.run import Run
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.stage.routes import smaller
from fulfillspec.stage.supply import setting_up


@dataclass(frozen=True, slots=True)
class Records:
    """The fulfillments of a fulfillment order, as a later look lists them."""

    asked: Asked
    rows: Mapping[str, Record]

    def expect_tracking(self, requirement: str, made: Record, sent: Mapping[str, str]) -> None:
        """Judge the tracking that one of them shows."""
        row = self.rows.get(made.id)
        received = "it is not listed" if row is None else "; ".join(row.misses(sent))
        documented = f"fulfillment {made.id} with the tracking {plain(sent)}"
        self.asked.check(requirement, row is not None and not row.misses(sent), documented, received)

    def expect_standing(self, requirement: str, made: Record, *, cancelled: Record) -> None:
        """Judge that one of them stands, and that one that was cancelled does not."""
        standing = self._standing
        fits = made.id in standing and cancelled.id not in standing
        documented = f"fulfillment {made.id} stands, {cancelled.id} does not"
        self.asked.check(requirement, fits, documented, f"those that stand: {standing}")

    def expect_only(self, requirement: str, *wanted: Record) -> None:
        """Judge which there are, those left out that were cancelled before."""
        ids, standing = sorted(record.id for record in wanted), self._standing
        self.asked.check(requirement, standing == ids, f"its own, {ids}", standing)

    @property
    def _standing(self) -> list[str]:
        return sorted(row.id for row in self.rows.values() if row.stands)


@dataclass(frozen=True, slots=True)
class UnitsLeft:
    """The units that the order of a fulfillment order has left, by line item."""

    session: Session

    def __call__(self, order: FulfillmentOrder) -> dict[str, int]:
        """Look how many there are."""
        return self.session.look(order.order_id or "").to_do()

    def expect_back(self, requirement: str, done: Step, had: Mapping[str, int], *, cancelled: Asked) -> None:
        """Judge that a fulfillment which was cancelled gave its work back.

        While it did not, it is looked again a moment later: no document says how soon a change can be read.
        """
        order_id = done.order.order_id or ""
        seen = self.session.look(order_id)
        for pause in self.session.delay.pauses:
            if seen.to_do() == had:
                break
            self.session.sleep(pause)
            seen = self.session.look(order_id)
        done.cites(cancelled.answer.exchange.n, seen.exchange)
        done.check(requirement, seen.to_do() == had, f"left to fulfil: {had}", seen.to_do())


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
            step.session.unseen(requirement, "the fulfillment shows no units")
            return
        fits = record.units == sum(taken.values()) and record.items in ({}, taken)
        step.check(requirement, fits, f"the units {taken}", record.items or record.units)

    return judge


@pytest.fixture
def expect_made_now() -> Callable[[Step, Record, str], None]:
    """Judge that a fulfillment was created when its step was taken."""

    def judge(step: Step, record: Record, requirement: str) -> None:
        if record.created_at is None:
            step.session.unseen(requirement, "the fulfillment shows no created_at")
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
        asked.check(requirement, not misses, f"tracking {plain(sent)}", "; ".join(misses))

    return change


@pytest.fixture
def cancel_fulfillment() -> Callable[[Actor, Record, str], Asked]:
    """Cancel a fulfillment and judge the status that the answer shows."""

    def cancel(actor: Actor, record: Record, requirement: str) -> Asked:
        asked = actor.ask("cancel_fulfillment", fulfillment=record.id)
        row = _row(asked)
        status = row.status if row is not None else None
        asked.check(requirement, status == "cancelled", "status cancelled", status)
        asked.needs(asked.accepted or None)
        return asked

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
        records = fulfillments.read_all(rows)
        asked.judge_finding(sources.once(order.id, {"fulfillments": [record.id for record in records]}))
        return Records(asked, {record.id: record for record in records})

    return read


@pytest.fixture
def units_left(context: TransportContext) -> UnitsLeft:
    """Return what reads the units that an order has left."""
    return UnitsLeft(context.session)


@pytest.fixture
def work_of(context: TransportContext) -> Callable[[FulfillmentOrder], FulfillmentOrder]:
    """Return the fulfillment order that has the work of one which was fulfilled: itself, or another one there."""

    def find(order: FulfillmentOrder) -> FulfillmentOrder:
        rows = context.session.look(order.order_id or "").orders
        found = [row for row in rows.values() if row.left and not row.ended and row.location_id == order.location_id]
        found.sort(key=lambda row: row.id != order.id)
        if not found:
            raise Unobservable(f"nothing at location {order.location_id} is left to be fulfilled")
        return found[0]

    return find


@pytest.fixture
def both_list(context: TransportContext, request: pytest.FixtureRequest) -> Callable[[FulfillmentOrder], None]:
    """Judge that REST and GraphQL list the same fulfillments of a fulfillment order."""
    run: Run = request.config.stash[Run.KEY]
    name = {"rest": "graphql", "graphql": "rest"}[context.transport]
    if name not in run.scope.transports:
        raise Inapplicable("only one of REST and GraphQL is part of this run")
    sessions = (context.session, context.others[name])

    def judge(order: FulfillmentOrder) -> None:
        answers = [session.ask("merchant", "list_fulfillments", order.id) for session in sessions]
        bodies = [answer.body.get("fulfillments") if isinstance(answer.body, dict) else None for answer in answers]
        mine, theirs = ([] if rows is None else fulfillments.read_all(rows) for rows in bodies)
        if None in bodies:
            raise Inapplicable("the target does not list fulfillments over both transports, which no seed demands")
        finding = equivalence.of_records(mine, theirs, (context.transport, name))
        context.session.record(finding, answers[0], exchanges=(answers[1].exchange.n,))

    return judge


@pytest.fixture
def expect_view() -> Callable[[Step, str], None]:
    """Judge that an answer shows its fulfillment order as a later look over REST does, field by field."""

    def judge(step: Step, requirement: str) -> None:
        shown, looked = step.needs(step.answer.order), step.target
        for name in ("order_id", "location_id"):
            told, seen = getattr(shown, name), getattr(looked, name)
            fits = told is None or told == seen
            if not step.check(requirement, fits, f"{name} {seen}, as in every view", told):
                return
        if not {"request_status", "assigned_location_id"} & looked.raw.keys():
            rows = sources.differing_content(shown, looked)
            received = f"otherwise: {', '.join(rows)}"
            step.check(requirement, not rows, "the content of its location as every view has it", received)
            raise Inapplicable("the fulfillment order is not looked at over REST")
        rows = equivalence.of_view(shown, looked)
        received = f"otherwise: {', '.join(rows)}"
        step.check(requirement, not rows, "each field as the REST view has it", received)

    return judge


@pytest.fixture
def partly_fulfilled(context: TransportContext) -> Callable[[FulfillmentOrder], FulfillmentOrder]:
    """Have the service fulfil a unit of a fulfillment order, over the transport that stages."""

    def fulfil(order: FulfillmentOrder) -> FulfillmentOrder:
        stage = context.stage
        with setting_up(stage.session):
            done = stage.actors["service"].fulfil(order, part=smaller(order))
        return done.needs(done.order if done.accepted else None)

    return fulfil


@pytest.fixture
def expect_unchanged() -> Callable[[Step, str], None]:
    """Judge that a refused action left every fulfillment order of the order as it was."""

    def judge(step: Step, requirement: str) -> None:
        if step.accepted:
            step.session.unseen(requirement, f"{step.operation} in {step.source} was not refused")
            return
        finding = invariants.of_refusal(step.before, step.after)
        received = finding.received or "unchanged"
        step.judge(requirement, finding.holds, "a refused action changes nothing", received)

    return judge


@pytest.fixture
def expect_readable_error() -> Callable[[Asked, str], None]:
    """Judge that a refusal is a client error in JSON that says why."""

    def judge(asked: Asked, requirement: str) -> None:
        if asked.accepted:
            asked.session.unseen(requirement, f"{asked.operation} was not refused")
            return
        exchange = asked.answer.exchange
        kind = exchange.headers.get("content-type", "")
        wrong = [found.received for found in schema.check_error(asked.answer.body)]
        fits = exchange.client_error and "json" in kind and not wrong
        received = f"HTTP {exchange.status}, {kind or 'no content type'}{'; '.join(['', *wrong[:1]])}"
        asked.judge(requirement, fits, "a client error (HTTP 4xx) in JSON with errors that say why", received)

    return judge
