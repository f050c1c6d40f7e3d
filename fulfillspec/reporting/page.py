"""`report.html`: the document that is handed in. One static file, readable without scripts, without a network."""

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fulfillspec.documents import lifecycle
from fulfillspec.reporting import certificate, matrix, tally
from fulfillspec.reporting.diagram import DiagramLayout, draw
from fulfillspec.reporting.environment import TRANSPORT_NAMES, environment, script
from fulfillspec.reporting.exchanges import Excerpt, ShownExchange, gather
from fulfillspec.reporting.lifecycle_steps import PLACES, DrawnStep, place_of, spots, walks
from fulfillspec.reporting.run import Cost, RequirementRow, StoredRun
from fulfillspec.reporting.text import anchor, shorten, visible
from fulfillspec.verdicts.command import next_run
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.text import words

CARDS = 120
"""Deviations with a card of their own; those after are told in one line each."""

UNFOLDED = 3
"""Cards that stand open; of those after them the page shows one line until they are opened."""

SHOWN = 8
"""Exchanges shown in full in one card."""

CASES = 60
"""Cases whose steps are listed."""


@dataclass(frozen=True, slots=True)
class Card:
    """A deviation with what stands on its card: exchanges in full, and those that another card shows already."""

    anchor: str
    deviation: Deviation
    documented: str
    received: str
    exchanges: tuple[ShownExchange, ...]
    elsewhere: tuple[int, ...]
    unseen: tuple[int, ...]
    case_anchor: str | None


@dataclass(frozen=True, slots=True)
class DeviationCard:
    """The deviations of one requirement: one card. `open` where the page shows it unfolded."""

    deviation: Deviation
    cards: tuple[Card, ...]
    times: int
    transports: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A number at the top: its name, the number, what it counts, and the verdicts behind it as a bar."""

    name: str
    number: str
    meaning: str
    bar: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The lifecycle at one kind of location: the drawing and the steps of its text twin, numbered."""

    place: str
    title: str
    layout: DiagramLayout
    walks: tuple[tuple[int, DrawnStep], ...]
    leaving: tuple[tuple[int, DrawnStep], ...]


@dataclass
class Links:
    """Where things stand in the page, so that everything can point at everything."""

    requirements: set[str] = field(default_factory=set)
    deviations: dict[tuple[str, str], list[Card]] = field(default_factory=dict)
    exchanges: Collection[int] = ()

    def to(self, requirement: str, transport: str = "", exchanges: tuple[int, ...] = ()) -> str | None:
        """Return the best place for a requirement: its deviation that shares an exchange, any deviation, its exchange, its row."""
        cards = self.deviations.get((requirement, transport), [])
        shared = [card for card in cards if set(card.deviation.exchanges) & set(exchanges)]
        if shared or cards:
            return "#" + (shared or cards)[0].anchor
        here = [number for number in exchanges if number in self.exchanges]
        if here:
            return f"#x{here[0]}"
        return f"#{anchor('req', requirement)}" if requirement in self.requirements else None


def write(run: StoredRun, evidence: Path, path: Path) -> None:
    """Write the page of a run; without a readable log it is written without exchanges and says so."""
    path.write_text(render(run, evidence), encoding="utf-8")


def render(run: StoredRun, evidence: Path) -> str:
    """Return the page of a run."""
    documents, chartless = _documents()
    steps = tuple(enumerate(walks(run, documents), start=1)) if documents else ()
    run = matrix.completed(run, (walk for _, walk in steps))
    ranked = tally.by_gravity(run)
    telling = _telling_cases(run)
    cases = {name: number for number, name in enumerate(telling[:CASES], start=1)}
    wanted = {number for found in ranked[:CARDS] for number in found.exchanges[:SHOWN]}
    shown = {number for cell in run.cells for number in cell.exchanges[:2]}
    shown |= {number for _, walk in steps for numbers in walk.exchanges.values() for number in numbers[:2]}
    log = gather(evidence, wanted, set(cases), shown - wanted)
    cards = _cards(ranked[:CARDS], log, cases)
    links = Links(
        {row.id for row in run.requirements},
        exchanges={exchange.n for card in cards for exchange in card.exchanges} | log.short.keys(),
    )
    for card in cards:
        links.deviations.setdefault((card.deviation.requirement, card.deviation.transport), []).append(card)
    charts = _charts(run, documents, steps) if documents else ()
    areas = _areas(run)
    context: dict[str, Any] = {
        "run": run,
        "host": _host(run),
        "certificate": certificate.facts(run, evidence.with_name("results.json")) if run.product else (),
        "tiles": _tiles(run),
        "identity": _identity(run),
        "started": _moment(run.started),
        "charts": charts,
        "chartless": chartless or ("" if charts else "No state was reached in this run."),
        "node_verdicts": _node_verdicts(run),
        "refusals": matrix.refusals(run),
        "tables": matrix.tables(run),
        "findings": _findings(ranked, cards),
        "by_areas": [(area, counted) for area, counted, _ in areas if any(counted.values())],
        "rest": [(number + len(cards) + 1, found) for number, found in enumerate(ranked[CARDS:])],
        "counts": tally.counts(row.verdict for row in run.requirements),
        "areas": areas,
        "unjudged": _unjudged(run),
        "cases": [
            (name, anchor("case", number), log.steps.get(name, []), log.unlisted.get(name, 0))
            for name, number in cases.items()
        ],
        "untold": len(telling) - len(cases),
        "case_facts": {case.id: case for case in run.cases},
        "log": log,
        "shown": links.exchanges,
        "links": links,
        "commands": _commands(run),
        "script": script(),
    }
    return environment().get_template("report.html.j2").render(context)


def _host(run: StoredRun) -> str:
    """Return what stands at the head of the page and in its title: the target in a word."""
    if run.target.get("embedded"):
        return "embedded sandbox"
    address = words(run.target.get("base_url"))
    return urlsplit(address).netloc or address or "unknown target"


def _telling_cases(run: StoredRun) -> list[str]:
    blamed = [found.case for found in tally.by_gravity(run) if found.case]
    failed = [case.id for case in run.cases if case.outcome in {"fail", "failed", "error"}]
    return list(dict.fromkeys([*blamed, *failed]))


def _cards(found: tuple[Deviation, ...], log: Excerpt, cases: Mapping[str, int]) -> tuple[Card, ...]:
    cards = []
    shown: set[int] = set()
    for number, deviation in enumerate(found, start=1):
        named = tuple(dict.fromkeys(deviation.exchanges))
        fresh = tuple(log.full[n] for n in named[:SHOWN] if n in log.full and n not in shown)
        elsewhere = tuple(n for n in named if n in shown)
        shown.update(exchange.n for exchange in fresh)
        told = {exchange.n for exchange in fresh} | set(elsewhere)
        cards.append(
            Card(
                anchor=f"dev-{number}",
                deviation=deviation,
                documented=shorten(deviation.documented, 3000)[0],
                received=shorten(deviation.received, 3000)[0],
                exchanges=fresh,
                elsewhere=elsewhere,
                unseen=tuple(n for n in named if n not in told),
                case_anchor=anchor("case", cases[deviation.case]) if deviation.case in cases else None,
            )
        )
    return tuple(cards)


def _findings(ranked: Sequence[Deviation], cards: Sequence[Card]) -> tuple[DeviationCard, ...]:
    """Return the cards gathered under their requirements, known deviations apart from new ones."""

    def key(found: Deviation) -> tuple[str, bool]:
        return found.requirement, found.baseline is not None

    gathered: dict[tuple[str, bool], list[Card]] = {}
    for card in cards:
        gathered.setdefault(key(card.deviation), []).append(card)
    return tuple(
        DeviationCard(
            deviation=mine[0].deviation,
            cards=tuple(mine),
            times=sum(key(found) == which for found in ranked),
            transports=tuple(dict.fromkeys(card.deviation.transport for card in mine)),
            open=number < UNFOLDED,
        )
        for number, (which, mine) in enumerate(gathered.items())
    )


def _tiles(run: StoredRun) -> tuple[Tile, ...]:
    tiles = []
    for level, counted in tally.by_level(run).items():
        judged = counted["pass"] + counted["fail"] + counted["warn"] + counted["inconclusive"]
        if judged:
            tiles.append(_tile(level.capitalize(), counted, judged, "requirements hold"))
    for name, counted in tally.by_transport(run).items():
        judged = counted["pass"] + counted["fail"] + counted["warn"] + counted["inconclusive"]
        if judged:
            tiles.append(_tile(TRANSPORT_NAMES.get(name, name), counted, judged, "requirements hold"))
    if run.cells:
        counted = tally.counts(cell.verdict for cell in run.cells)
        tiles.append(_tile("State \u00d7 action", counted, len(run.cells), "cells as documented"))
    if run.invariants:
        violated = sum(rule.violations for rule in run.invariants)
        checked = sum(rule.checked for rule in run.invariants)
        tiles.append(
            Tile(
                "Invariants",
                f"{violated:,}",
                f"violated in {checked:,} checks",
                (("pass", checked - violated), ("fail", violated)),
            )
        )
    return tuple(tiles)


def _tile(name: str, counted: tally.Counts, total: int, meaning: str) -> Tile:
    bar = tuple((verdict, counted[verdict]) for verdict in tally.VERDICTS[:4] if counted[verdict])
    return Tile(name, f"{counted['pass']:,}/{total:,}", meaning, bar)


def _identity(run: StoredRun) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    target, suite = run.target, run.suite
    version = target.get("api_version") or {}
    served, asked = words(version.get("served")) or "unknown", words(version.get("asked")) or "none"
    actors = target.get("actors") or {}
    kills, sources = suite.get("kill_matrix"), suite.get("source_mutants")
    return (
        (
            "Target",
            (
                ("Base URL", words(target.get("base_url"))),
                ("Kind", words(target.get("kind"))),
                ("API version", f"served {served}, asked {asked}"),
                ("Transports", ", ".join(TRANSPORT_NAMES.get(name, name) for name in run.transports)),
                ("Areas claimed", ", ".join(map(words, target.get("areas") or ())) or "none"),
                ("Orders made through", words(target.get("stage"))),
                *((f"Actor: {name}", _actor(actor)) for name, actor in actors.items()),
            ),
        ),
        (
            "Suite",
            (
                ("Version", words(suite.get("version"))),
                ("Register", words(suite.get("register_digest"))),
                ("Profile", f"{run.profile}: {tally.PROFILE.get(run.profile, '')}"),
                ("Depth", words(suite.get("depth"))),
                ("Seed", words(suite.get("seed"))),
                ("Python", words(suite.get("python"))),
                (
                    "Proof of the checks",
                    f"{kills['killed']} of {kills['mutants']} mutants killed"
                    if kills
                    else "not recorded for this build",
                ),
                (
                    "Defects that nobody planned",
                    f"{sources['found']:,} of {sources['judged']:,} source mutants found"
                    if sources
                    else "not recorded for this build",
                ),
            ),
        ),
        (
            "Run",
            (
                ("Started", _moment(run.started)),
                ("Duration", f"{run.seconds:,.1f} s"),
                ("Requests", f"{run.exchanges:,}"),
                ("Orders created", f"{run.orders_created:,}"),
                *((f"Cost: {TRANSPORT_NAMES.get(cost.transport, cost.transport)}", _spent(cost)) for cost in run.costs),
                ("Throttled", f"{run.throttled:,}"),
                ("Cases", f"{len(run.cases):,}"),
                ("Left behind", f"{len(run.left_behind):,}"),
            ),
        ),
    )


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment:%Y-%m-%d %H:%M:%S} {moment.tzname() or ''}".strip()


def _spent(cost: Cost) -> str:
    return f"{cost.requests:,} requests, answered in {cost.seconds:,.1f} s; {cost.orders:,} orders for its cases"


def _actor(actor: Mapping[str, Any]) -> str:
    scopes = actor.get("scopes")
    token = "with a token" if actor.get("token") else "without a token"
    if scopes is None:
        return f"{token}, scopes unknown"
    return f"{token}; {', '.join(map(words, scopes))}" if scopes else f"{token}, no scope"


def _documents() -> tuple[lifecycle.Lifecycle | None, str]:
    """Return the documented lifecycle, or why this installation has none that can be used."""
    try:
        return lifecycle.load(), ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        return None, f"The lifecycle file of this installation cannot be used: {error}"


def _charts(
    run: StoredRun, documents: lifecycle.Lifecycle, steps: Sequence[tuple[int, DrawnStep]]
) -> tuple[Chart, ...]:
    """Return the diagrams of the kinds of location that have states."""
    charts = []
    for place, title in PLACES.items():
        here = spots(run, documents, place)
        mine = tuple((number, walk) for number, walk in steps if place_of(walk.source) == place)
        touched = any(walk.count for _, walk in mine) or any(place_of(cell.state) == place for cell in run.cells)
        if not here or not touched:
            continue
        ids = {spot.id for spot in here}
        charts.append(
            Chart(
                place,
                title,
                draw(here, [walk for _, walk in mine]),
                mine,
                tuple((number, walk) for number, walk in mine if walk.target not in ids or walk.source not in ids),
            )
        )
    return tuple(charts)


def _node_verdicts(run: StoredRun) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for cell in run.cells:
        found.setdefault(cell.state, []).append(cell.verdict)
    return {state: tally.worst(verdicts) for state, verdicts in found.items()}


def _areas(run: StoredRun) -> tuple[tuple[str, tally.Counts, tuple[RequirementRow, ...]], ...]:
    counted = tally.by_area(run)
    return tuple(
        (area, counted[area], tuple(row for row in run.requirements if row.area == area)) for area in run.areas
    )


def _unjudged(run: StoredRun) -> tuple[tuple[str, tuple[tuple[str, tuple[RequirementRow, ...]], ...]], ...]:
    """Return, per verdict that is none of held and broken, the requirements gathered under their reasons."""
    found = []
    for verdict in ("inconclusive", "not-tested", "not-applicable"):
        reasons: dict[str, list[RequirementRow]] = {}
        for row in run.requirements:
            if row.verdict == verdict:
                reasons.setdefault(row.reason or "no reason recorded", []).append(row)
        if reasons:
            found.append((verdict, tuple((reason, tuple(rows)) for reason, rows in reasons.items())))
    return tuple(found)


def _commands(run: StoredRun) -> tuple[tuple[str, str], ...]:
    """Return what can be done next, each with its command."""
    started = {"target": run.target, "suite": run.suite, "options": run.options, "profile": run.profile}

    def command(only: Sequence[str] = ()) -> str:
        asked = [version.asked for version in run.versions]
        return shlex.join(visible(word) for word in next_run(started, versions=asked, only=only))

    broken = dict.fromkeys(found.requirement for found in tally.by_gravity(run))
    commands = [("Run everything again", command())]
    if broken:
        first = " (the first twelve)" if len(broken) > 12 else ""
        commands.append((f"Run only what deviated{first}", command(list(broken)[:12])))
    commands.append(("Check the stored run without the target", "fulfillspec verify DIR"))
    commands.append(("Write this page again from the stored run", "fulfillspec report DIR"))
    if run.left_behind:
        commands.append(("Remove what was left behind", "fulfillspec sweep DIR"))
    return tuple(commands)
