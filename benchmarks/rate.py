"""Runs within the limits of a development store: nothing refused, and no longer than their requests need.

    python benchmarks/rate.py [options of fulfillspec run]

Each transport alone, and all together side by side, each on a store of its own and all at the same time, for they
mostly wait; with options that one run. The sandbox (`--rate standard`, another process) has for each app a bucket of 40
calls that leaks two a second and one of 2,000 points that gets 100 a second, and takes five new orders a minute. What a
run needs at least is the longest of: the calls of its busiest app, less the 40 that fit into the bucket, at two a
second; and a minute for each five orders before the last. This takes minutes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from measured import run, serving, table

SIZE, LEAK, ORDERS = 40, 2.0, 5
ALONE = (("--transport", "rest"), ("--transport", "graphql"))
TOGETHER = ("--transport", "rest", "--transport", "graphql", "-n", "2")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted of a run."""

    name: str
    verdict: str
    requests: int
    busiest: int
    refused: int
    orders: int
    by_calls: float
    by_orders: float
    took: float
    whole: float

    @property
    def row(self) -> tuple[object, ...]:
        """A row of the table."""
        needed = max(self.by_calls, self.by_orders)
        ratio = f"{self.took / needed:.3f}" if needed else "-"
        seconds = (f"{self.by_calls:.1f}", f"{self.by_orders:.1f}", f"{self.took:.1f}", f"{self.whole:.1f}")
        return (self.name, self.verdict, self.requests, self.busiest, self.refused, self.orders, *seconds, ratio)


def measured(options: tuple[str, ...]) -> Measured:
    """Run once on a store of its own, and count."""
    with tempfile.TemporaryDirectory() as folder, serving("--rate", "standard") as store:
        out = Path(folder) / "run"
        ended = run(store, out, *options)
        rows = [row for row in map(json.loads, (out / "evidence.ndjson").read_text("utf-8").splitlines()) if "n" in row]
    api = [row for row in rows if "/admin/api/" in row["request"]["url"] and row["actor"] in store.tokens]
    most = max(Counter((row["actor"], row["transport"] == "graphql") for row in api).values())
    orders = ended.found["orders_created"]
    return Measured(
        " and ".join(option for option in options if option in {"rest", "graphql", "connector"}) or "all",
        ended.found["verdict"],
        len(rows),
        most,
        int(ended.found["throttled"]),
        orders,
        max(0.0, (most - SIZE) / LEAK),
        60.0 * ((orders - 1) // ORDERS if orders else 0),
        float(ended.found["seconds"]),
        ended.seconds,
    )


def main() -> None:
    """Run, and print what was counted."""
    wanted = [tuple(sys.argv[1:])] if sys.argv[1:] else [*ALONE, TOGETHER]
    with ThreadPoolExecutor(len(wanted)) as together:
        found = list(together.map(measured, wanted))
    head = ("run", "verdict", "requests", "busiest app's", "throttled", "orders")
    print(
        table([*head, "needs by calls", "by orders", "took", "with reports", "took/needed"], [one.row for one in found])
    )
    if len(found) > 1:
        *alone, all_of_them = found
        slowest = max(one.took for one in alone)
        print(f"all together / the slowest alone: {all_of_them.took / slowest:.3f}")


if __name__ == "__main__":
    main()
