"""Mutants of single cells of the table state × action: what has to be refused in one state is done in that one alone.

The list is read from the documents here once more, apart from the suite's. There are two for each cell: one that
carries the action out as where it is legal, and one that does so and answers with the refusal nevertheless. The second
is missing where doing it leaves everything as it is.
"""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple

from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.clock import Clock
from fulfillspec.sandbox.errors import Refusal
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.store import Store

_SERVICE = tuple(
    f"service:{pair}"
    for pair in (
        "scheduled/unsubmitted",
        "open/unsubmitted",
        "on_hold/unsubmitted",
        "open/submitted",
        "open/rejected",
        "in_progress/accepted",
        "in_progress/cancellation_requested",
        "in_progress/cancellation_rejected",
        "incomplete/closed",
        "cancelled/cancellation_accepted",
        "closed/submitted",
        "closed/accepted",
    )
)
_MERCHANT = tuple(
    f"merchant:{status}/unsubmitted" for status in ("scheduled", "open", "on_hold", "in_progress", "closed")
)
_UNSCHEDULED = tuple(state for state in (*_SERVICE, *_MERCHANT) if "scheduled" not in state)
_ACCEPTED_ONCE = ("service:incomplete/closed", "service:cancelled/cancellation_accepted", "service:closed/accepted")
_NEVER_ACCEPTED = tuple(state for state in _SERVICE if "in_progress" not in state and state not in _ACCEPTED_ONCE)
_CLOSED = ("service:closed/submitted", "service:closed/accepted", "merchant:closed/unsubmitted")

_TO_BE_REFUSED: tuple[tuple[str, str, str, Sequence[str]], ...] = (
    ("submit", "merchant", "FO-HOLD-BLOCKS-SUBMIT", ("service:on_hold/unsubmitted",)),
    ("submit", "merchant", "FO-SUBMIT-NEEDS-SERVICE-LOCATION", _MERCHANT),
    ("accept", "service", "FO-SCOPE-MERCHANT-LOCATIONS", _MERCHANT),
    ("reject", "service", "FO-SCOPE-MERCHANT-LOCATIONS", _MERCHANT),
    ("submit_cancellation", "merchant", "FO-CANCELLATION-NEEDS-SERVICE-LOCATION", _MERCHANT),
    ("accept_cancellation", "service", "FO-SCOPE-MERCHANT-LOCATIONS", _MERCHANT),
    ("reject_cancellation", "service", "FO-SCOPE-MERCHANT-LOCATIONS", _MERCHANT),
    ("close", "service", "FO-CLOSE-NEEDS-SERVICE-LOCATION", _MERCHANT),
    ("close", "service", "FO-CLOSE-NEEDS-ACCEPTED", _NEVER_ACCEPTED),
    ("close", "service", "FO-CLOSE-NEEDS-IN-PROGRESS", _ACCEPTED_ONCE),
    ("open", "merchant", "FO-OPEN-NEEDS-SCHEDULED", _UNSCHEDULED),
    ("reschedule", "merchant", "FO-RESCHEDULE-NEEDS-SCHEDULED", _UNSCHEDULED),
    ("move", "merchant", "FO-MOVE-SUBMITTED-REFUSED", ("service:open/submitted",)),
    ("move", "merchant", "FO-MOVE-ACCEPTED-REFUSED", ("service:in_progress/accepted",)),
    (
        "move",
        "merchant",
        "FO-MOVE-CANCELLATION-REQUESTED-REFUSED",
        ("service:in_progress/cancellation_requested",),
    ),
    ("move", "merchant", "FO-MOVE-CANCELLATION-REJECTED-REFUSED", ("service:in_progress/cancellation_rejected",)),
    ("move", "merchant", "FO-MOVE-CLOSED-REFUSED", _CLOSED),
    ("create_fulfillment", "service", "FO-SCOPE-MERCHANT-LOCATIONS", _MERCHANT),
    ("create_fulfillment", "service", "FO-HOLD-BLOCKS-FULFILMENT", ("service:on_hold/unsubmitted",)),
    ("create_fulfillment", "service", "FO-FULFIL-SCHEDULED-REFUSED", ("service:scheduled/unsubmitted",)),
    (
        "create_fulfillment",
        "merchant",
        "FO-FULFIL-SCHEDULED-REFUSED",
        ("service:scheduled/unsubmitted", "merchant:scheduled/unsubmitted"),
    ),
    (
        "create_fulfillment",
        "merchant",
        "FO-HOLD-BLOCKS-FULFILMENT",
        ("service:on_hold/unsubmitted", "merchant:on_hold/unsubmitted"),
    ),
)
"""Action, actor, what is broken where the action is done, and the states in which it must be refused until 2025-10."""


class Cell(NamedTuple):
    """An action of an actor in a state, written as `place:status/request_status`, and the requirement to refuse it."""

    state: str
    action: str
    actor: str
    requirement: str

    @property
    def leaves_no_trace(self) -> bool:
        """Whether what is done there leads to where it was before, with the same units."""
        opens_what_is_open = self.action == "open" and ":open/" in self.state
        closes_again = self.action == "close" and self.state == "service:incomplete/closed"
        fulfils_nothing = self.action == "create_fulfillment" and ":closed/" in self.state
        return opens_what_is_open or closes_again or fulfils_nothing


class Lenient(Store):
    """A store in which one actor can carry out one action on what stands in one state."""

    cell: ClassVar[Cell]
    says_no: ClassVar[bool]
    """Whether it answers with the refusal nevertheless."""

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self._actors: dict[str, App] = {}
        self._client: App | None = None
        self._overruled: Refusal | None = None

    def seed(self, *, merchant: App, service: App, other_service: App) -> dict[str, list[int]]:
        self._actors = {"merchant": merchant, "service": service}
        return super().seed(merchant=merchant, service=service, other_service=other_service)

    @contextmanager
    def carrying_out(self, client: App) -> Iterator[None]:
        """Let the client carry out the action of the cell; in the end answer with the refusal that was overruled."""
        self._client, self._overruled = client, None
        try:
            yield
        finally:
            self._client = None
        if self.says_no and self._overruled is not None:
            raise self._overruled

    def is_met(self, fo: FulfillmentOrder) -> bool:
        """Say whether the actor of the cell is carrying out its action on what stands in its state."""
        state = f"{'service' if fo.at_service else 'merchant'}:{fo.status}/{fo.request_status}"
        return self._client is self._actors.get(self.cell.actor) and state == self.cell.state

    @contextmanager
    def overruling(self, fo: FulfillmentOrder) -> Iterator[None]:
        """Overrule a guard in the cell."""
        try:
            yield
        except Refusal as refusal:
            if not self.is_met(fo):
                raise
            self._overruled = self._overruled or refusal

    def may_see(self, client: App, fo: FulfillmentOrder) -> bool:
        # a fulfillment is made of what the client can see, before its reach is checked
        return super().may_see(client, fo) or (self.cell.action == "create_fulfillment" and self.is_met(fo))

    def check_reach(self, client: App, fo: FulfillmentOrder, operation: str) -> None:
        with self.overruling(fo):
            super().check_reach(client, fo, operation)

    def guard_submit(self, fo: FulfillmentOrder) -> None:
        with self.overruling(fo):
            super().guard_submit(fo)

    def guard_accept(self, fo: FulfillmentOrder) -> None:
        with self.overruling(fo):
            super().guard_accept(fo)

    def guard_reject(self, fo: FulfillmentOrder) -> None:
        with self.overruling(fo):
            super().guard_reject(fo)

    def guard_submit_cancellation(self, fo: FulfillmentOrder) -> None:
        with self.overruling(fo):
            super().guard_submit_cancellation(fo)

    def guard_answer_cancellation(self, fo: FulfillmentOrder) -> None:
        with self.overruling(fo):
            super().guard_answer_cancellation(fo)

    def guard_close(self, client: App, fo: FulfillmentOrder) -> None:
        with self.overruling(fo):
            super().guard_close(client, fo)

    def guard_open(self, fo: FulfillmentOrder) -> None:
        with self.overruling(fo):
            super().guard_open(fo)

    def guard_reschedule(self, fo: FulfillmentOrder) -> None:
        with self.overruling(fo):
            super().guard_reschedule(fo)

    def guard_move(self, fo: FulfillmentOrder) -> None:
        with self.overruling(fo):
            super().guard_move(fo)

    def guard_fulfil(self, fo: FulfillmentOrder) -> None:
        with self.overruling(fo):
            super().guard_fulfil(fo)


def _mutant(cell: Cell, *, says_no: bool) -> type[Mutant]:
    """Make the mutant of a cell: `cell-<state>-<action>-by-<actor>`, with `refused-` before it where it says no."""

    def carry_out(self: Lenient, client: App, *given: Any, **named: Any) -> Any:
        with self.carrying_out(client):
            return getattr(super(made, self), cell.action)(client, *given, **named)

    name = f"{'refused_' * says_no}cell_{cell.state}_{cell.action}_by_{cell.actor}"
    words = name.replace(":", "_").replace("/", "_").split("_")
    answer = ", and its answer is a refusal" if says_no else ""
    made: type[Mutant] = type(
        "".join(word.title() for word in words),
        (Mutant, Lenient),
        {
            "__doc__": f"The {cell.actor}'s {cell.action} is carried out in {cell.state}{answer}.",
            "__module__": __name__,
            "requirement": "FO-ERR-UNCHANGED" if says_no else cell.requirement,
            "cell": cell,
            "says_no": says_no,
            cell.action: carry_out,
        },
    )
    return made


CELLS = tuple(
    Cell(state, action, actor, requirement) for action, actor, requirement, states in _TO_BE_REFUSED for state in states
)
"""The cells that must be refused."""

MUTANTS: Mapping[Cell, Sequence[type[Mutant]]] = {
    cell: [_mutant(cell, says_no=says_no) for says_no in (False, True) if not (says_no and cell.leaves_no_trace)]
    for cell in CELLS
}
"""The mutants of each cell."""
