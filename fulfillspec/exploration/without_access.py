"""Attempts of callers who have no access: tried on one parked fulfillment order for each state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fulfillspec.acting.session import Inapplicable
from fulfillspec.documents.access import Attempt, Trial
from fulfillspec.documents.lifecycle import Cell
from fulfillspec.exploration.table import Table
from fulfillspec.target.profile import Target

_REACH = "AMB-ASSIGNED-REACH"


@dataclass
class WithoutAccess:
    """Has callers try what they have no access to.

    `scopes` are those that each actor's app is known to have, None where they are not known.
    """

    table: Table
    target: Target
    scopes: Mapping[str, frozenset[str] | None]

    def refuse(self, trial: Trial) -> None:
        """Judge that every attempt of a state is refused and changes nothing; raise `Inapplicable` where none is made."""
        session, stage = self.table.session, self.table.stage
        if not stage.offers(trial.state):
            raise Inapplicable(f"no fulfillment order in {trial.state} is given")
        reasons: dict[str, str] = {}
        cells: list[Cell] = []
        for attempt in trial.attempts:
            if session.name not in attempt.transports or not session.transport.offers(attempt.cell.action):
                continue
            reason = self._reason_against(attempt)
            if reason:
                reasons.setdefault(str(attempt.cell.requirement), reason)
            else:
                cells.append(attempt.cell)
        for requirement, reason in reasons.items():
            session.ledger.inapplicable(requirement, session.name, reason)
        if not cells:
            raise Inapplicable(next(iter(reasons.values()), f"nobody tries anything in {trial.state}"))
        units = 2 if any(cell.action == "split" for cell in cells) else 1
        replace(self.table, units=units, entered=False).refuse(trial.state, cells)

    def _reason_against(self, attempt: Attempt) -> str:
        """Say why an attempt shows nothing here, empty where it does."""
        actor = attempt.cell.actor
        if actor not in self.table.actors:
            return (
                f"the target file names no token for the actor {actor} "
                f"({self.target.token_env(actor)}, or [actors.{actor}])"
            )
        if actor == "anonymous":
            return ""
        if actor != "service" and self.target.same_app(actor, "service"):
            return f"the actors {actor} and service are one app here (the same token)"
        scopes = self.scopes.get(actor)
        if scopes is None and attempt.lacking:
            return f"the scopes of the {actor} actor are not known"
        names = {f"{mode}{kind}_fulfillment_orders" for kind in attempt.lacking for mode in ("write_", "")}
        held = sorted(names.intersection(scopes or ()))
        if held:
            return f"the {actor} actor's app has the scope {held[0]}"
        if attempt.reach and self._reach(attempt) != attempt.reach:
            return f"the assigned scopes of the {actor} actor reach the locations of other services here ({_REACH})"
        return ""

    def _reach(self, attempt: Attempt) -> str:
        """Tell how far the assigned scopes reach: what the target was seen to show, else what it shows now."""
        session = self.table.session
        for reading in ("all", "own"):
            if (_REACH, reading, session.name) in session.ledger.readings:
                return reading
        order = self.table.stage.order(attempt.cell.state)
        answer = session.ask(attempt.cell.actor, "get", order.id)
        reading = "own" if answer.order is None else "all"
        session.ledger.reading(_REACH, reading, session.name, answer.exchange.n)
        return reading
