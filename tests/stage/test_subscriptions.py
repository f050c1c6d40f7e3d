"""Subscriptions to webhooks: each is in the journal before it is made, is made once, and a refusal is told once."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from fulfillspec.stage.dialect import Dialect, Reply
from fulfillspec.stage.journal import Journal
from fulfillspec.stage.subscriptions import NotSubscribed, Subscriptions


@dataclass
class Api:
    """An API that takes subscriptions, or answers them with this."""

    journal: Journal
    answer: Reply[str] | None = None
    name: str = "rest"
    actors: frozenset[str] = frozenset({"merchant", "service", "other_service"})
    asked: list[tuple[str, str, str, int]] = field(default_factory=list)

    removed: list[tuple[str, str, str]] = field(default_factory=list)

    def remove(self, kind: str, identity: str, actor: str) -> Reply[None]:
        self.removed.append((kind, identity, actor))
        return Reply("HTTP 200", gone=True)

    def subscribe(self, actor: str, topic: str, address: str) -> Reply[str]:
        self.asked.append((actor, topic, address, len(self.journal.left())))
        return self.answer or Reply("HTTP 201", "41", fine=True)


def subscriptions(answer: Reply[Any] | None = None) -> tuple[Subscriptions, Api]:
    api = Api(Journal(None), answer)
    return Subscriptions(cast("Dialect", api), api.journal, "http://127.0.0.1:9/"), api


def test_a_subscription_is_made_once_and_journalled_before() -> None:
    known, api = subscriptions()
    paths = {known.path("service", "fulfillment_orders/moved") for _ in range(2)}
    assert paths == {"/webhooks/rest/service/moved"}
    assert api.asked == [
        ("service", "fulfillment_orders/moved", "http://127.0.0.1:9/webhooks/rest/service/moved", 1),
    ]
    (entry,) = api.journal.left()
    assert (entry.kind, entry.id, entry.actor) == ("webhook", "41", "service")


def test_a_refusal_is_told_and_not_tried_again() -> None:
    known, api = subscriptions(Reply("HTTP 404", refused=True))
    for topic in ("moved", "cancelled"):
        with pytest.raises(NotSubscribed, match="HTTP 404"):
            known.path("merchant", f"fulfillment_orders/{topic}")
    assert len(api.asked) == 1
    assert api.journal.left() == []


def test_a_subscription_whose_answer_never_came_stays_in_the_journal() -> None:
    known, api = subscriptions(Reply("no answer", answered=False))
    with pytest.raises(NotSubscribed):
        known.path("other_service", "fulfillment_orders/moved")
    (entry,) = api.journal.left()
    assert (entry.id, entry.actor) == (None, "other_service")


def test_an_actor_without_a_token_subscribes_to_nothing() -> None:
    known, api = subscriptions()
    with pytest.raises(NotSubscribed, match="outsider"):
        known.path("outsider", "fulfillment_orders/moved")
    assert api.asked == []


def test_what_was_subscribed_to_is_ended_and_may_be_subscribed_to_again() -> None:
    known, api = subscriptions()
    known.path("service", "fulfillment_orders/moved")
    known.end()
    assert api.removed == [("webhook", "41", "service")]
    assert api.journal.left() == []
    known.path("service", "fulfillment_orders/moved")
    assert len(api.asked) == 2
