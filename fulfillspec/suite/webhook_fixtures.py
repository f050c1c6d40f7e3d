"""Fixtures of the suite that subscribes to webhooks, takes steps, and judges what is told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from fulfillspec.acting.callbacks import SILENCE
from fulfillspec.acting.listener import Heard, Hearing
from fulfillspec.acting.session import Inapplicable, Unobservable
from fulfillspec.acting.step import Step
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import webhooks as judged
from fulfillspec.judge.webhooks import WEBHOOK_ID, Delivery, Event
from fulfillspec.runs.run import Run
from fulfillspec.stage.per_transport import TransportContext
from fulfillspec.stage.subscriptions import NotSubscribed, Subscriptions

_UNSIGNED = "the secret that the app signs webhooks with is not known"
_SIGNED_BY = "service"
"""The actor whose app's secret the target file names."""


@dataclass
class Patience:
    """How many seconds a webhook is waited for: as long as one may take, once in a run that does not bring it.

    It is once more where later ones came, until one was `proven` to be lost. `unsettled` says the same of what has to be in
    before the next step alone.
    """

    seconds: float
    given_up: bool = False
    proven: bool = False
    unsettled: bool = False


@dataclass
class Subscriber:
    """Steps that were taken, and what the subscriptions of an app heard of them."""

    listener: Hearing
    subscriptions: Subscriptions
    subscriber: str
    secret: str | None
    patience: Patience
    _expected: list[tuple[Event, str, int]] = field(default_factory=list)
    _refused: list[tuple[Step, str, int]] = field(default_factory=list)
    _steps_since: list[tuple[str, int]] = field(default_factory=list)
    _step: Step | None = None
    _came: list[tuple[Event, list[Delivery]]] | None = None

    def beside(self, actor: str, topic: str) -> None:
        """Subscribe another actor too: what it is told shows that what was due to the subscriber before is lost."""
        self._path(topic, actor)

    def of(self, topic: str, action: Callable[..., Step], order: FulfillmentOrder, **arguments: Any) -> Step:
        """Take a step that the topic tells of."""
        path = self._path(topic)
        self._settle(path)
        before = len(self.listener.webhooks)
        step = action(order, **arguments)
        self._step = step
        self._expected.append((Event(topic, step.needs(step.order), arguments.get("message")), path, before))
        return step

    def refused(self, topic: str, action: Callable[..., Step], order: FulfillmentOrder, **arguments: Any) -> None:
        """Take a step that is to be refused, and that the topic would tell of; what is told where it is not, is of no other."""
        path = self._path(topic)
        self._settle(path)
        before = len(self.listener.webhooks)
        step = action(order, **arguments)
        if step.answer.refused:
            self._refused.append((step, path, before))
        else:
            self._steps_since.append((path, before))

    def expect(self, requirement: str, rule: str) -> None:
        """Judge what came by a rule of `judge.webhooks`."""
        step, came = self._gathered()
        if rule == "signature" and self.secret is None:
            step.session.unseen(requirement, _UNSIGNED)
            return
        if rule != "event" and not any(deliveries for _, deliveries in came):
            step.session.unseen(requirement, "no webhook of these steps came")
            return
        found = judged.complaints(rule, came)
        topics = ", ".join(dict.fromkeys(event.topic for event, _ in came))
        step.judge(requirement, not found, f"webhooks of {topics}: {rule} as described", "; ".join(found))

    def expect_silence(self, requirement: str) -> None:
        """Judge that nothing was told of what was refused: it would have come before what was told since.

        What is delivered again tells of what was told before; it keeps the id of the webhook.
        """
        self._gathered()
        for step, path, before in self._refused:
            event = Event(path.rpartition("/")[2], step.target)
            later = [since for _, other, since in self._expected if other == path and since >= before]
            heard = self.listener.webhooks[before : min(later, default=None)]
            earlier = {one.headers.get(WEBHOOK_ID) for one in self.listener.webhooks[:before]} - {None}
            fresh = [one for one in heard if one.path == path and one.headers.get(WEBHOOK_ID) not in earlier]
            told = [one for one in fresh if self._delivery(one).names(event)]
            step.judge(requirement, not told, f"nothing is told of a refused {step.operation}", f"{event.topic} came")

    def _settle(self, path: str) -> None:
        """Wait for what was told at an address before, and for what was told since a refusal that it would tell of."""
        refused = [before for _, other, before in self._refused if other == path]
        for event, other, since in self._expected:
            if other == path or (refused and since >= refused[0]):
                _, in_time = self._came_by(
                    event, other, since, SILENCE if self.patience.unsettled else self.patience.seconds
                )
                self.patience.unsettled |= not in_time

    def _path(self, topic: str, actor: str = "") -> str:
        try:
            return self.subscriptions.path(actor or self.subscriber, f"{judged.GROUP}/{topic}")
        except NotSubscribed as reason:
            raise Inapplicable(str(reason)) from None

    def _gathered(self) -> tuple[Step, list[tuple[Event, list[Delivery]]]]:
        if self._step is None:
            raise Unobservable("no step was taken that a webhook reports")
        if self._came is None:
            due = [(event, path, before) for event, path, before in self._expected if self._is_due(event, path, before)]
            self._came = [(event, self._heard(event, path, before)) for event, path, before in due]
        if not self._came:
            raise Unobservable(f"no webhook came in time: can the target reach {self.listener.url}?")
        return self._step, self._came

    def _is_due(self, event: Event, path: str, before: int) -> bool:
        """Wait for what tells of an event; return False where it may come yet.

        No document says how long a webhook may take: it is lost where its time is over and a later one came.
        """
        gave_up = self.patience.given_up
        came, in_time = self._came_by(event, path, before, SILENCE if gave_up else self.patience.seconds)
        if gave_up and came and not in_time and not self.patience.proven:
            gave_up = False
            came, in_time = self._came_by(event, path, before, self.patience.seconds)
        lost = bool(came) and not in_time and not gave_up
        self.patience.given_up |= not in_time
        self.patience.proven |= lost
        return in_time or lost

    def _heard(self, event: Event, path: str, before: int) -> list[Delivery]:
        """Return what came at an address up to now, that of the event first."""
        came = self.listener.webhooks[before:]
        further = min((since for other, since in self._steps_since if other == path and since > before), default=None)
        own = came if further is None else came[: further - before]
        found = [self._delivery(heard) for heard in own if heard.path == path]
        return sorted(found, key=lambda delivery: not delivery.names(event))

    def _came_by(self, event: Event, path: str, before: int, seconds: float) -> tuple[list[Heard], bool]:
        """Wait so many seconds at most for what tells of an event; return all that came, and whether that did."""

        def has_come(heard: list[Heard]) -> bool:
            return any(one.path == path and self._delivery(one).names(event) for one in heard[before:])

        came = self.listener.until(has_come, seconds, webhooks=True)
        return came[before:], has_come(came)

    def _delivery(self, heard: Heard) -> Delivery:
        return Delivery(heard.headers, heard.body, heard.signed(self.secret) if self.secret else None)


@pytest.fixture(scope="session")
def subscribed() -> dict[str, Subscriptions]:
    """Return the subscriptions of the run by transport."""
    return {}


@pytest.fixture(scope="session")
def patience() -> dict[str, Patience]:
    """Return how long is waited for a webhook, by transport."""
    return {}


@pytest.fixture
def webhooks(
    context: TransportContext,
    request: pytest.FixtureRequest,
    subscribed: dict[str, Subscriptions],
    patience: dict[str, Patience],
) -> Iterator[Callable[[str], Subscriber]]:
    """Return what an actor's app is told, subscribed over the case's transport until the case ends."""
    run: Run = request.config.stash[Run.KEY]
    deliveries, dialect = run.deliveries, run.dialect(context.transport)
    if deliveries is None:
        raise Inapplicable("nothing listens for webhooks (--listen, or [notifications] of the target file)")
    if dialect is None:
        raise Inapplicable("subscriptions are made where the run may remove them again: by the Admin API")
    secret = context.target.notifications.secret if context.target.notifications else None
    patient = patience.setdefault(context.transport, Patience(deliveries.wait))
    known = subscribed.setdefault(context.transport, Subscriptions(dialect, run.journal, deliveries.listener.url))

    def begin(subscriber: str) -> Subscriber:
        ours = context.target.same_app(subscriber, _SIGNED_BY)
        return Subscriber(deliveries.listener, known, subscriber, secret if ours else None, patient)

    yield begin
    known.end()
