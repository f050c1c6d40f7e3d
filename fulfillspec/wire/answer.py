"""What an operation asks and what came back, the same for every transport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from fulfillspec.documents.graphql_documents import Document
from fulfillspec.documents.operations import NAMED
from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.wire.faults import faulty
from fulfillspec.wire.gaps import Gap
from fulfillspec.wire.throttle import REFUSALS, throttled

_HELD_BACK: Final = frozenset({408, 423, *REFUSALS})

Part = Sequence[tuple[str, int]]
"""Fulfillment order line item ids and the units of each."""


@dataclass(frozen=True, slots=True)
class Ask:
    """An operation on a fulfillment order (by id; None where it has none) with its arguments.

    An argument that is absent is not sent at all. `raw` replaces the whole body by these bytes. `document` is a query of
    GraphQL that is sent in the place of the operation's own; the arguments are its variables then.
    """

    operation: str
    order: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an `Ask`.

    `outcome` is `accepted` (the operation was carried out, by its own word), `refused` (it says that it was not), or
    `failed` (no answer, a server error, or nothing that can be read as either). `slots` are the fulfillment orders by
    their key in the answer, `listed` those of a list, in order. `said` is the refusal's text, shortened.
    `without` names what was left out of the GraphQL document, `gaps` what the target's schema was found to lack meanwhile,
    by this answer or by one before it.
    """

    ask: Ask
    actor: str
    transport: str
    exchange: Exchange
    outcome: str
    slots: Mapping[str, FulfillmentOrder | None] = field(default_factory=dict)
    listed: tuple[FulfillmentOrder, ...] = ()
    said: str = ""
    body: Any = None
    client_form: bool = True
    without: frozenset[str] = frozenset()
    gaps: tuple[Gap, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the target says that it carried the operation out."""
        return self.outcome == "accepted"

    @property
    def refused(self) -> bool:
        """Whether the target says that it did not."""
        return self.outcome == "refused"

    @property
    def held_back(self) -> bool:
        """Whether the target throttled the request, or put it off for a while: that tells nothing of the operation."""
        failed = self.outcome == "failed" and self.exchange.status in _HELD_BACK
        return failed or (not self.accepted and throttled(self.exchange.data))

    @property
    def faulted(self) -> bool:
        """Whether no answer came, or one that tells of a fault of the server."""
        status = self.exchange.status
        return self.outcome == "failed" and (status is None or faulty(status, self.exchange.data))

    @property
    def order(self) -> FulfillmentOrder | None:
        """The fulfillment order that the operation was about, as the answer shows it."""
        named = NAMED.get(self.ask.operation)
        return self.slots.get(named.primary if named else "fulfillment_order")

    def described(self) -> str:
        """Say in a few words what came back."""
        status = self.exchange.status
        if status is None:
            return f"no answer: {self.exchange.error}"
        return f"{self.outcome}, HTTP {status}" + (f": {self.said}" if self.said else "")


class Transport(Protocol):
    """A way for an operation to travel."""

    name: str

    def perform(self, actor: str, ask: Ask, *, phase: str | None = None) -> Answer:
        """Carry an operation to the target as an actor; never raises for what the target does."""
        ...

    def offers(self, operation: str) -> bool:
        """Tell whether the documents give the operation on this transport."""
        ...
