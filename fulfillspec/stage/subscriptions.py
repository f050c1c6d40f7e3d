"""Subscribing to webhooks: each is written into the journal before it is made, and removed with everything else."""

from __future__ import annotations

from dataclasses import dataclass, field

from fulfillspec.stage.dialect import Dialect
from fulfillspec.stage.journal import Journal

KIND = "webhook"
"""What the journal calls a subscription."""


class NotSubscribed(Exception):
    """The target takes no such subscription; the message says what it answered."""


@dataclass
class Subscriptions:
    """The subscriptions of a run over one API; `base` is where the target can reach us."""

    dialect: Dialect
    journal: Journal
    base: str
    _paths: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _made: list[tuple[int, str, str]] = field(default_factory=list)
    _refused: str = ""

    def path(self, actor: str, topic: str) -> str:
        """Subscribe an actor's app to a topic, once; return the path that is told. Raise `NotSubscribed`."""
        if actor not in self.dialect.actors:
            raise NotSubscribed(f"the run makes nothing as the {actor} actor here")
        if (actor, topic) not in self._paths:
            self._paths[actor, topic] = self._subscribed(actor, topic)
        found = self._paths[actor, topic]
        if found is None:
            raise NotSubscribed(f"the target takes no subscription to webhooks: {self._refused}")
        return found

    def end(self) -> None:
        """Unsubscribe from everything; what is still there is left to the journal."""
        for number, identity, actor in self._made:
            if self.dialect.remove(KIND, identity, actor).gone:
                self.journal.gone(number)
        self._made.clear()
        self._paths = {key: path for key, path in self._paths.items() if path is None}

    def _subscribed(self, actor: str, topic: str) -> str | None:
        if self._refused:
            return None  # one was refused: so are the others
        path = f"/webhooks/{self.dialect.name}/{actor}/{topic.rpartition('/')[2]}"
        address = self.base.rstrip("/") + path
        number = self.journal.intend(KIND, f"{address} {actor.replace('_', ' ')}")
        reply = self.dialect.subscribe(actor, topic, address)
        if reply.fine and reply.value:
            self.journal.created(number, reply.value)
            self._made.append((number, reply.value, actor))
            return path
        if reply.answered:
            self.journal.gone(number)
        self._refused = reply.in_words
        return None
