"""The lifecycle of `schemas/lifecycle.toml`: states, transitions, and what each action meets in each state."""

from __future__ import annotations

import tomllib
from collections import deque
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache

from fulfillspec.documents import paths
from fulfillspec.documents.versions import EVERY_VERSION, VersionRange, range_of


class BadLifecycle(ValueError):
    """The lifecycle file contradicts itself."""


@dataclass(frozen=True, slots=True)
class State:
    """A documented pair of status and request status at a kind of location."""

    id: str
    x: int
    y: int
    ended: bool = False
    given: bool = False
    also: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """`service` or `merchant`: whose location it is at."""
        return self.id.partition(":")[0]

    @property
    def pair(self) -> str:
        """`status/request_status`."""
        return self.id.partition(":")[2]

    @property
    def status(self) -> str:
        """The documented status."""
        return self.pair.partition("/")[0]

    @property
    def request_status(self) -> str:
        """The documented request status."""
        return self.pair.partition("/")[2]

    def matches(self, state: str) -> bool:
        """Tell whether an observed `place:status/request_status` is this state, in any of its readings."""
        return state == self.id or state in self.also


@dataclass(frozen=True, slots=True)
class Edge:
    """A documented transition and the requirement it rests on. `part`: reached by acting on a part of the units.

    `also` are other requirements that say where it leads, `either` states that it may lead to instead, as the documents
    leave open.
    """

    source: str
    action: str
    actor: str
    target: str
    requirement: str
    part: bool = False
    setup: bool = True
    also: tuple[str, ...] = ()
    either: tuple[str, ...] = ()

    @property
    def requirements(self) -> tuple[str, ...]:
        """All requirements that say where it leads, first the one that it rests on."""
        return self.requirement, *self.also


@dataclass(frozen=True, slots=True)
class Cell:
    """What an action of an actor meets in a state: `accept`, `refuse` or `open`."""

    state: str
    action: str
    actor: str
    outcome: str
    level: str | None = None
    requirement: str | None = None
    ambiguity: str | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    action: str
    actor: str
    states: tuple[str, ...]
    outcome: str
    level: str | None = None
    requirement: str | None = None
    ambiguity: str | None = None
    versions: VersionRange = EVERY_VERSION

    def decides(self, state: str, version: str) -> bool:
        return self.versions.admits(version) and any(fnmatchcase(state, pattern) for pattern in self.states)


@dataclass(frozen=True)
class Lifecycle:
    """States, edges and the complete table."""

    states: dict[str, State]
    edges: tuple[Edge, ...]
    rules: tuple[_Rule, ...]
    _tables: dict[str, tuple[Cell, ...]] = field(default_factory=dict, compare=False, repr=False)

    def named(self, state: str) -> State | None:
        """Return the documented state that an observed `place:status/request_status` is, or None."""
        if state in self.states:
            return self.states[state]
        return next((known for known in self.states.values() if state in known.also), None)

    def edge(self, state: str, action: str) -> Edge | None:
        """Return the documented transition of an action from a state (of all units), or None."""
        found = [edge for edge in self.edges if edge.source == state and edge.action == action]
        return next((edge for edge in found if not edge.part), found[0] if found else None)

    def path(self, start: str, goal: str, *, avoid: frozenset[tuple[str, str]] = frozenset()) -> list[Edge] | None:
        """Return the shortest sequence of set-up transitions from one state to another, [] if it is the same.

        `avoid` names (state, action) pairs known not to work on the target. None: the documents give no way.
        """
        if start == goal:
            return []
        queue: deque[tuple[str, list[Edge]]] = deque([(start, [])])
        seen = {start}
        while queue:
            state, walked = queue.popleft()
            for edge in self.edges:
                if edge.source != state or not edge.setup or (edge.source, edge.action) in avoid:
                    continue
                if edge.target == goal:
                    return [*walked, edge]
                if edge.target not in seen:
                    seen.add(edge.target)
                    queue.append((edge.target, [*walked, edge]))
        return None

    def cells(self, version: str) -> tuple[Cell, ...]:
        """Return the whole table for an API version, in the order of the file."""
        if version not in self._tables:
            self._tables[version] = self._all_cells(version)
        return self._tables[version]

    @cached_property
    def decided(self) -> frozenset[tuple[str, str]]:
        """The actions, each with an actor, of which the table says something."""
        return frozenset((rule.action, rule.actor) for rule in self.rules)

    def _all_cells(self, version: str) -> tuple[Cell, ...]:
        pairs = dict.fromkeys((rule.action, rule.actor) for rule in self.rules)
        return tuple(self.cell(state, action, actor, version) for state in self.states for action, actor in pairs)

    def cell(self, state: str, action: str, actor: str, version: str) -> Cell:
        """Return what the documents say of one cell; raise `BadLifecycle` where the file leaves it undecided."""
        for rule in self.rules:
            if rule.action == action and rule.actor == actor and rule.decides(state, version):
                return Cell(state, action, actor, rule.outcome, rule.level, rule.requirement, rule.ambiguity)
        raise BadLifecycle(f"lifecycle.toml: no rule decides {action} by {actor} in {state}")


@lru_cache(maxsize=1)
def load() -> Lifecycle:
    """Read `schemas/lifecycle.toml`; raise `BadLifecycle` where it names a state that does not exist."""
    raw = tomllib.loads((paths.schemas() / "lifecycle.toml").read_text("utf-8"))
    states = {row["id"]: State(**{**row, "also": tuple(row.get("also", ()))}) for row in raw["state"]}
    edges = tuple(
        Edge(
            row["from"],
            row["action"],
            row["actor"],
            row["to"],
            row["requirement"],
            row.get("part", False),
            row.get("setup", True),
            tuple(row.get("also", ())),
            tuple(row.get("either", ())),
        )
        for row in raw["edge"]
    )
    rules = tuple(
        _Rule(**{**row, "states": tuple(row["states"]), "versions": range_of(row.get("versions", ""))})
        for row in raw["rule"]
    )
    for edge in edges:
        if not {edge.source, edge.target, *edge.either} <= states.keys():
            raise BadLifecycle(
                f"lifecycle.toml: the edge {edge.source} -{edge.action}-> {edge.target} leaves the states"
            )
    return Lifecycle(states, edges, rules)
