"""What the board needs of a stored run, and no more: a fleet of many certify runs stays small in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fulfillspec.fleet.figures import Figures, by_area, by_level, deviating
from fulfillspec.reporting.run import parse
from fulfillspec.verdicts.stored import NotARun, load
from fulfillspec.verdicts.text import words

__all__ = ["NotARun", "RunFacts", "of"]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A judged run: verdict, figures by level and by area, and the ids that deviate and that hold."""

    verdict: str
    summary: str
    profile: str
    register: str
    product: str
    narrowed: tuple[str, ...]
    transports: tuple[str, ...]
    requests: int
    orders: int
    figures: Mapping[str, Figures]
    areas: Mapping[str, Mapping[str, Figures]]
    deviating: tuple[str, ...]
    held: frozenset[str]


def of(folder: Path) -> RunFacts:
    """Return the facts of the run in a folder. Raises `NotARun`."""
    run = parse(load(folder).results)
    return RunFacts(
        verdict=run.verdict,
        summary=run.summary,
        profile=run.profile,
        register=words(run.suite.get("register_digest")),
        product=run.product,
        narrowed=run.narrowed,
        transports=run.transports,
        requests=run.exchanges,
        orders=run.orders_created,
        figures=by_level(run),
        areas=by_area(run),
        deviating=deviating(run),
        held=frozenset(row.id for row in run.requirements if row.verdict == "pass"),
    )
