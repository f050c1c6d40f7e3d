"""Walks as a run takes them, against a sandbox of their own in this process."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fulfillspec.evidence import log
from fulfillspec.evidence.log import Exchange
from fulfillspec.exploration.walks import Explorer, Walk
from fulfillspec.runs import finishing
from fulfillspec.runs.plan import Plan
from fulfillspec.runs.run import Run
from fulfillspec.sandbox.serve import Server
from fulfillspec.target.profile import load

_ID = re.compile(r"\d{7,}")
_OF_A_RUN = re.compile(
    r"«[^»]*»|[0-9a-f]{8}@redacted\.invalid|fulfillspec-\d{10}-\w+|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)"
)


@dataclass(frozen=True, slots=True)
class Explored:
    """What walks came to: who walked, everything that was recorded, and the results of the run."""

    explorer: Explorer
    exchanges: tuple[Exchange, ...]
    found: dict[str, Any]

    @property
    def acts(self) -> list[Exchange]:
        """The requests of the walks, without those that prepared the target, cleaned up and looked."""
        return [one for one in self.exchanges if one.case == "walk" and one.phase != "look"]


@contextmanager
def target(folder: Path, transport: str, *mutants: str, variants: tuple[str, ...] = ()) -> Iterator[Run]:
    """Begin a run over one transport against a fresh sandbox; clean up when the block ends."""
    with Server(mutants=list(mutants), variants=list(variants)) as server:
        env = {f"FULFILLSPEC_{actor.upper()}_TOKEN": token for actor, token in server.tokens.items()}
        given = {"base_url": server.url, "transports": [transport], "api_version": "2025-10", "areas": None}
        run = Run(Plan(load(None, env, given), folder, depth="certify", embedded=True))
        run.begin()
        try:
            run.evidence.context(case="walk", phase="act")
            yield run
        finally:
            run.clean_up()


def explored(
    folder: Path,
    transport: str,
    walks: list[Walk],
    seed: int,
    *mutants: str,
    until: str = "",
    variants: tuple[str, ...] = (),
) -> Explored:
    """Take walks, in turn, and stop after the one that shows a requirement (`until`) broken."""
    with target(folder, transport, *mutants, variants=variants) as run:
        explorer = Explorer(run.context(transport), seed)
        for walk in walks:
            explorer.take(walk)
            if any(one.requirement == until for one in run.ledger.deviations):
                break
        explorer.judged(*([until] if until else ()))
        explorer.tell()
        run.clean_up()
        found = finishing.finish(run, aborted=False)
    return Explored(explorer, tuple(log.read(folder / "evidence.ndjson")), found)


def request_of(exchange: Exchange, known: dict[str, str]) -> tuple[str, ...]:
    """Return a request without what no two stores share: an id is known by when it came up first."""

    def told(text: str) -> str:
        return _ID.sub(lambda found: known.setdefault(found[0], f"#{len(known)}"), _OF_A_RUN.sub("…", text))

    path = exchange.url.partition("/admin/")[2]
    return exchange.actor, exchange.method, told(path), told(exchange.request_body or "")
