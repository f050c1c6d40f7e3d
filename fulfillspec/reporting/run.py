"""A stored run as facts: `results.json` in named form. Every projection starts here."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fulfillspec.reporting.versions import Version, VersionDifference, differences, versions
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.text import cited, words

TRANSPORTS = ("rest", "graphql", "connector")
"""The transports in the order in which they are shown."""


class UnreadableRun(Exception):
    """The folder has no `results.json` that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """One row of the register with its verdict in this run."""

    id: str
    area: str
    level: str
    statement: str
    source: str
    quote: str
    provenance: str
    verdict: str
    reason: str
    by_transport: Mapping[str, str]
    cases: tuple[str, ...]
    judged: int


@dataclass(frozen=True, slots=True)
class AmbiguityRow:
    """A question that the documents leave open: its readings, and which of them this target showed."""

    id: str
    question: str
    readings: tuple[tuple[str, str], ...]
    seen: tuple[tuple[str, str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """A state change that was observed, over one transport."""

    source: str
    target: str
    action: str
    transport: str
    count: int
    verdict: str
    documented: bool
    requirements: tuple[str, ...]
    exchanges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CellRow:
    """One action tried in one state by one actor over one transport."""

    state: str
    action: str
    actor: str
    transport: str
    expected: str
    level: str
    seen: str
    verdict: str
    requirement: str
    exchanges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Invariant:
    """A standing rule: how often it was checked and how often it was broken."""

    requirement: str
    checked: int
    violations: int


@dataclass(frozen=True, slots=True)
class Exploration:
    """The random walks over one transport: the seed that repeats them, steps wanted and taken, what was to hold."""

    transport: str
    seed: int
    budget: int
    walks: int
    steps: int
    repetitions: int
    rules: tuple[Invariant, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One case of the suites as it went."""

    id: str
    outcome: str
    seconds: float
    exchanges: int
    requirements: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What was sent over a transport, the seconds until the answers were whole, and the orders made for its cases."""

    transport: str
    requests: int
    orders: int
    seconds: float


@dataclass(frozen=True, slots=True)
class StoredRun:
    """Everything that `results.json` says about a run; `profile` is what its verdict was reached by, `narrowed` what it was limited to.

    `claim` is what the vendor states of the product, `unlike_claimed` how that differs from what was observed.
    """

    verdict: str
    profile: str
    summary: str
    next_action: str
    suite: Mapping[str, Any]
    target: Mapping[str, Any]
    requirements: tuple[RequirementRow, ...]
    deviations: tuple[Deviation, ...]
    ambiguities: tuple[AmbiguityRow, ...]
    transitions: tuple[Transition, ...]
    cells: tuple[CellRow, ...]
    invariants: tuple[Invariant, ...]
    cases: tuple[Case, ...]
    exchanges: int
    orders_created: int
    throttled: int
    left_behind: tuple[tuple[str, str, str], ...]
    started: str
    seconds: float
    notes: tuple[str, ...]
    costs: tuple[Cost, ...] = ()
    explorations: tuple[Exploration, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    versions: tuple[Version, ...] = ()
    differences: tuple[VersionDifference, ...] = ()
    narrowed: tuple[str, ...] = ()
    claim: Mapping[str, Any] = field(default_factory=dict)
    unlike_claimed: tuple[str, ...] = ()

    @property
    def product(self) -> str:
        """Vendor, product and version as the vendor's statement names them; empty without one."""
        return " ".join(filter(None, (words(self.claim.get(key)) for key in ("vendor", "product", "version"))))

    @property
    def transports(self) -> tuple[str, ...]:
        """The transports of the run, in the order in which they are shown."""
        named = {str(name) for name in self.target.get("transports") or ()}
        for requirement in self.requirements:
            named.update(requirement.by_transport)
        return tuple(sorted(named, key=_transport_order))

    @property
    def tested(self) -> str:
        """What was tested, in words: the base URL, or the embedded sandbox with the changes that were switched on."""
        if not self.target.get("embedded"):
            url = words(self.target.get("base_url"))
            return f"{self.product} at {url}" if self.product else url
        changes = [
            f"{kind[:-1] if len(names) == 1 else kind} {', '.join(names)}"
            for kind in ("mutants", "variants")
            if (names := _texts(self.target.get(kind)))
        ]
        return f"embedded sandbox with {' and '.join(changes)}" if changes else "embedded sandbox"

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas of the requirements, in the order of the register."""
        return tuple(dict.fromkeys(requirement.area for requirement in self.requirements))

    @property
    def version(self) -> str:
        """The API version that the target served, or else the one that was asked for, or an empty text."""
        version = self.target.get("api_version") or {}
        return words(version.get("served") or version.get("asked"))


def load(run_dir: Path) -> StoredRun:
    """Read `results.json` of a run's folder. Raises UnreadableRun."""
    path = run_dir / "results.json"
    try:
        results = json.loads(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise UnreadableRun(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableRun(f"{path} is no JSON: {error}") from error
    if not isinstance(results, dict):
        raise UnreadableRun(f"{path} holds no JSON object")
    return parse(results)


def parse(results: Mapping[str, Any]) -> StoredRun:
    """Return `results` in named form; a key that is absent (a run that was cut short) counts as empty."""
    stated = results.get("statement") or {}
    return StoredRun(
        verdict=words(results.get("verdict")) or "aborted",
        profile=words(results.get("profile")) or "standard",
        summary=words(results.get("summary")),
        next_action=words(results.get("next_action")),
        suite=results.get("suite") or {},
        target=results.get("target") or {},
        requirements=tuple(_requirement(row) for row in _rows(results, "requirements")),
        deviations=tuple(Deviation.of_row(row) for row in _rows(results, "deviations")),
        ambiguities=tuple(_ambiguity(row) for row in _rows(results, "ambiguities")),
        transitions=tuple(_transition(row) for row in _rows(results, "transitions")),
        cells=tuple(_cell(row) for row in _rows(results, "cells")),
        invariants=_invariants(results, "invariants"),
        cases=tuple(_case(row) for row in _rows(results, "cases")),
        exchanges=_count(results.get("exchanges")),
        orders_created=_count(results.get("orders_created")),
        throttled=_count(results.get("throttled")),
        left_behind=tuple(
            (words(row.get("kind")), words(row.get("id")), words(row.get("why")))
            for row in _rows(results, "left_behind")
        ),
        started=words(results.get("started")),
        seconds=float(results.get("seconds") or 0),
        notes=_texts([notes] if isinstance(notes := results.get("notes"), str) else notes),
        costs=tuple(
            _cost(name, row)
            for name, row in sorted((results.get("costs") or {}).items(), key=lambda row: _transport_order(row[0]))
        ),
        explorations=tuple(_exploration(row) for row in _rows(results, "walks")),
        options=results.get("options") or {},
        versions=versions(results),
        differences=differences(results),
        narrowed=_texts(results.get("narrowed")),
        claim=stated.get("claim") or {},
        unlike_claimed=_texts(stated.get("differences")),
    )


def _rows(results: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    return results.get(key) or []


def _count(value: Any) -> int:
    return len(value) if isinstance(value, list) else int(value or 0)


def _numbers(values: Iterable[Any] | None) -> tuple[int, ...]:
    return tuple(int(value) for value in values or ())


def _texts(values: Iterable[Any] | None) -> tuple[str, ...]:
    return tuple(words(value) for value in values or ())


def _transport_order(name: str) -> tuple[int, str]:
    return (TRANSPORTS.index(name) if name in TRANSPORTS else len(TRANSPORTS), name)


def _requirement(row: Mapping[str, Any]) -> RequirementRow:
    by_transport = {str(key): words(value) for key, value in (row.get("by_transport") or {}).items()}
    return RequirementRow(
        id=words(row.get("id")),
        area=words(row.get("area")),
        level=words(row.get("level")),
        statement=words(row.get("statement")),
        source=cited(row.get("source")),
        quote=words(row.get("quote")),
        provenance=words(row.get("provenance")),
        verdict=words(row.get("verdict")),
        reason=words(row.get("reason")),
        by_transport={key: by_transport[key] for key in sorted(by_transport, key=_transport_order)},
        cases=_texts(row.get("cases")),
        judged=_count(row.get("judged")),
    )


def _ambiguity(row: Mapping[str, Any]) -> AmbiguityRow:
    return AmbiguityRow(
        id=words(row.get("id")),
        question=words(row.get("question")),
        readings=tuple((words(part.get("key")), words(part.get("text"))) for part in row.get("readings") or ()),
        seen=tuple(
            (words(part.get("reading")), words(part.get("transport")), _numbers(part.get("exchanges")))
            for part in row.get("seen") or ()
        ),
    )


def _transition(row: Mapping[str, Any]) -> Transition:
    return Transition(
        source=words(row.get("from")),
        target=words(row.get("to")),
        action=words(row.get("action")),
        transport=words(row.get("transport")),
        count=_count(row.get("count")),
        verdict=words(row.get("verdict")),
        documented=bool(row.get("documented", True)),
        requirements=_texts(row.get("requirements")),
        exchanges=_numbers(row.get("exchanges")),
    )


def _cell(row: Mapping[str, Any]) -> CellRow:
    return CellRow(
        state=words(row.get("state")),
        action=words(row.get("action")),
        actor=words(row.get("actor")),
        transport=words(row.get("transport")),
        expected=words(row.get("expected")),
        level=words(row.get("level")),
        seen=words(row.get("seen")),
        verdict=words(row.get("verdict")),
        requirement=words(row.get("requirement")),
        exchanges=_numbers(row.get("exchanges")),
    )


def _cost(name: str, row: Mapping[str, Any]) -> Cost:
    return Cost(words(name), _count(row.get("requests")), _count(row.get("orders")), float(row.get("seconds") or 0))


def _invariants(row: Mapping[str, Any], key: str) -> tuple[Invariant, ...]:
    return tuple(
        Invariant(words(part.get("requirement")), _count(part.get("checked")), _count(part.get("violations")))
        for part in _rows(row, key)
    )


def _exploration(row: Mapping[str, Any]) -> Exploration:
    numbers = {name: _count(row.get(name)) for name in ("seed", "budget", "walks", "steps", "repetitions")}
    return Exploration(transport=words(row.get("transport")), rules=_invariants(row, "rules"), **numbers)


def _case(row: Mapping[str, Any]) -> Case:
    return Case(
        id=words(row.get("id")),
        outcome=words(row.get("outcome")),
        seconds=float(row.get("seconds") or 0),
        exchanges=_count(row.get("exchanges")),
        requirements=_texts(row.get("requirements")),
        reason=words(row.get("reason")),
    )
