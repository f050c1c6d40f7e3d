"""A webhook is lost where its time is over and a later one came; which case waited in vain before decides nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from fulfillspec.acting.callbacks import SILENCE
from fulfillspec.acting.listener import Heard
from fulfillspec.acting.session import Unobservable
from fulfillspec.judge.webhooks import TOPICS, WEBHOOK_ID, Event
from fulfillspec.suite.webhook_fixtures import Patience, Subscriber

FULL = 15.0


class Listening:
    """A listener that heard this much, and notes for how long it was waited on."""

    url = "http://127.0.0.1:1"

    def __init__(self, *heard: Heard) -> None:
        self.webhooks = list(heard)
        self.waits: list[float] = []

    def until(self, fits: Callable[[list[Heard]], bool], within: float, *, webhooks: bool = False) -> list[Heard]:
        assert webhooks
        if not fits(self.webhooks):
            self.waits.append(within)
        return self.webhooks


def told(topic: str, identity: str) -> Heard:
    body = {TOPICS[topic].about: {"id": f"gid://shopify/FulfillmentOrder/{identity}"}}
    return Heard("POST", f"/{topic}", {}, json.dumps(body).encode())


def gathered(listener: Listening, patience: Patience, *topics: str) -> list[str]:
    """Return the topics of steps on fulfillment orders 1, 2, … of which it is known what was told."""
    subscriber = Subscriber(cast("Any", listener), cast("Any", None), "merchant", None, patience)
    subscriber._step = cast("Any", SimpleNamespace())
    for number, topic in enumerate(topics, 1):
        order = cast("Any", SimpleNamespace(id=str(number)))
        subscriber._expected.append((Event(topic, order), f"/{topic}", 0))
    return [event.topic for event, _ in subscriber._gathered()[1]]


def test_what_did_not_come_is_lost_once_a_later_one_came() -> None:
    listener, patience = Listening(told("moved", "2")), Patience(FULL)
    assert gathered(listener, patience, "placed_on_hold", "moved") == ["placed_on_hold", "moved"]
    assert (listener.waits, patience.proven) == ([FULL], True)


def test_nothing_is_known_of_the_last_one_that_did_not_come() -> None:
    patience = Patience(FULL)
    with pytest.raises(Unobservable):
        gathered(Listening(), patience, "placed_on_hold")
    assert (patience.given_up, patience.proven) == (True, False)


def test_what_waited_in_vain_before_does_not_hide_what_is_lost() -> None:
    listener, patience = Listening(told("moved", "2")), Patience(FULL, given_up=True)
    assert gathered(listener, patience, "placed_on_hold", "moved") == ["placed_on_hold", "moved"]
    assert listener.waits == [SILENCE, FULL]


def test_whole_time_is_waited_once_where_one_is_known_to_be_lost() -> None:
    listener, patience = Listening(told("moved", "2")), Patience(FULL, given_up=True, proven=True)
    assert gathered(listener, patience, "placed_on_hold", "moved") == ["moved"]
    assert listener.waits == [SILENCE]


@pytest.mark.parametrize(("identity", "silent"), [("a", True), ("b", False), ("", False)])
def test_what_is_delivered_again_tells_of_nothing_that_was_refused(identity: str, *, silent: bool) -> None:
    first, second = (
        replace(told("hold_released", "1"), headers={WEBHOOK_ID: each} if each else {}) for each in ("a", identity)
    )
    subscriber = Subscriber(cast("Any", Listening(first, second)), cast("Any", None), "merchant", None, Patience(FULL))
    found: list[bool] = []
    order, judge = SimpleNamespace(id="1"), lambda _requirement, holds, *_words: found.append(holds)
    step = cast("Any", SimpleNamespace(target=order, operation="release_hold", judge=judge))
    subscriber._step, subscriber._came = step, cast("Any", [()])
    subscriber._refused.append((step, "/hold_released", 1))
    subscriber.expect_silence("FO-HOOK-REFUSED-SILENT")
    assert found == [silent]
