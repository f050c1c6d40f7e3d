"""What a whole run costs: requests, orders and seconds, as `benchmarks/cost.py` measured them."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from fulfillspec.documents import paths

FILE = "cost.json"
LEAK = 2.0
"""Calls a second of the store that the seconds were measured on: the limits of a Standard plan."""


@dataclass(frozen=True, slots=True)
class RunCost:
    """Requests and orders of a run, and the seconds that it takes within the limits of a Standard plan."""

    requests: int
    orders: int
    seconds: float

    def seconds_at(self, leak: float | None, answer: float) -> float:
        """Return about how long it takes where so many calls a second are allowed, or an answer takes so many seconds."""
        return self.seconds * LEAK / leak if leak else self.requests * answer


@lru_cache(maxsize=1)
def _measured() -> dict[str, dict[str, RunCost]]:
    stored = json.loads((paths.schemas() / FILE).read_text("utf-8"))
    return {depth: {name: RunCost(**row) for name, row in rows.items()} for depth, rows in stored.items()}


def of_a_run(depth: str, transports: Collection[str]) -> RunCost:
    """Return what a whole run at a depth costs over these transports."""
    rows = _measured()[depth]
    both = {"rest", "graphql"} <= set(transports)
    return rows["all" if both else "graphql" if "graphql" in transports else "rest"]
