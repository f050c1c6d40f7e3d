"""A context: session, stage and actors of one transport, and how those of a run are put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Session
from fulfillspec.documents.operations import TAKING_REASONS
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.evidence.times import Clock, Times
from fulfillspec.stage.pool import Stage
from fulfillspec.stage.routes import smaller
from fulfillspec.target.profile import Target


@dataclass
class TransportContext:
    """What the cases of one transport work with. `others` are eyes for its orders over the other transports, by name."""

    transport: str
    session: Session
    stage: Stage
    actors: dict[str, Actor]
    target: Target
    scopes: Mapping[str, frozenset[str] | None]
    started: datetime
    depth: str = "core"
    times: Times = field(default_factory=Clock)
    others: Mapping[str, Session] = field(default_factory=dict)

    def arguments(self, operation: str, order: FulfillmentOrder | None) -> dict[str, Any]:
        """Return complete, documented arguments for an operation on a fulfillment order (None: on one that is unknown)."""
        later = (self.started.replace(second=0, microsecond=0) + timedelta(days=40)).isoformat()
        if operation in TAKING_REASONS:
            return {"reason": "other"}
        match operation:
            case "reschedule":
                return {"new_fulfill_at": later}
            case "set_deadline":
                return {"orders": [order.id] if order else [], "deadline": later}
            case "move":
                return {
                    "location": self.stage.elsewhere(order) if order else next(iter(self.stage.world.merchant), "1")
                }
            case "split":
                return {"part": smaller(order) if order else []}
            case _:
                return {}
