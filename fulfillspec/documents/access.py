"""Who may not do what: the rules of `schemas/access.toml`, laid on the states in which they are tried."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fulfillspec.documents import paths, register
from fulfillspec.documents.lifecycle import Cell

CALLERS = ("anonymous", "outsider", "reader", "other_service", "service", "merchant", "combined")
"""Everybody who is tried, those with the least access first."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An operation that a caller tries without access.

    `lacking` are the kinds of access (`assigned`, `third_party`, `merchant_managed`) of which the app must have none to
    write. `reach`: only where the assigned scopes were seen to reach no further than this.
    """

    cell: Cell
    transports: tuple[str, ...]
    lacking: tuple[str, ...] = ()
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything that is tried without access in one state."""

    state: str
    attempts: tuple[Attempt, ...]

    @property
    def requirements(self) -> set[str]:
        """The requirements that the attempts rest on."""
        return {str(attempt.cell.requirement) for attempt in self.attempts}


@dataclass(frozen=True, slots=True)
class _Rule:
    requirement: str
    actors: tuple[str, ...]
    actions: tuple[str, ...] = ()
    place: str = ""
    lacking: tuple[str, ...] = ()
    reach: str = ""

    def decides(self, state: str, action: str, actor: str) -> bool:
        there = not self.place or state.startswith(f"{self.place}:")
        return there and actor in self.actors and (not self.actions or action in self.actions)


@lru_cache(maxsize=1)
def trials() -> tuple[Trial, ...]:
    """Return the states with what is tried in each, the operations in order, those with the least access first."""
    raw = tomllib.loads((paths.schemas() / "access.toml").read_text("utf-8"))
    rules = [_Rule(**_frozen(row)) for row in raw["rule"]]
    found = []
    for row in raw["trial"]:
        asked = [(action, actor) for action in row["actions"] for actor in CALLERS]
        attempts = [_attempt(rules, row["state"], action, actor) for action, actor in asked]
        found.append(Trial(row["state"], tuple(filter(None, attempts))))
    return tuple(found)


def tried_by(actor: str) -> frozenset[str]:
    """Return the operations that a caller tries without access in some state."""
    return frozenset(
        attempt.cell.action for trial in trials() for attempt in trial.attempts if attempt.cell.actor == actor
    )


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _attempt(rules: list[_Rule], state: str, action: str, actor: str) -> Attempt | None:
    rule = next((rule for rule in rules if rule.decides(state, action, actor)), None)
    if rule is None:
        return None
    row = register.load().get(rule.requirement)
    cell = Cell(state, action, actor, "refuse", row.level, row.id)
    return Attempt(cell, row.transports, rule.lacking, rule.reach)
