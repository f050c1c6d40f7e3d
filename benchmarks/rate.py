"""A run within the limits of a development store: nothing refused, and no longer than its requests need.

    python benchmarks/rate.py [options of fulfillspec run]

The sandbox (`--rate standard`, another process) has a bucket of 40 calls for each app that leaks two a second, and
takes five new orders a minute. What a run needs at least is the longest of: the calls of its busiest app, less the 40
that fit into the bucket, at two a second; and a minute for each five orders before the last. This takes minutes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from measured import run, serving, table

SIZE, LEAK, ORDERS = 40, 2.0, 5


def main() -> None:
    """Run once, and print what was counted."""
    with tempfile.TemporaryDirectory() as folder, serving("--rate", "standard") as store:
        out = Path(folder) / "run"
        ended = run(store, out, *(sys.argv[1:] or ["--transport", "rest"]))
        rows = [row for row in map(json.loads, (out / "evidence.ndjson").read_text("utf-8").splitlines()) if "n" in row]
    api = [row for row in rows if "/admin/api/" in row["request"]["url"] and row["actor"] in store.tokens]
    calls = Counter(row["actor"] for row in api)
    busiest, most = calls.most_common(1)[0]
    orders = ended.found["orders_created"]
    by_calls, by_orders = max(0.0, (most - SIZE) / LEAK), 60.0 * ((orders - 1) // ORDERS if orders else 0)
    took = float(ended.found["seconds"])
    needed = max(by_calls, by_orders)
    refused = sum(1 for row in rows if row["response"] and row["response"]["status"] in {429, 430})
    print(
        table(
            ["of the run", "figure"],
            [
                ("verdict", ended.found["verdict"]),
                ("requests", len(rows)),
                (f"of these by the busiest app ({busiest})", most),
                ("answers 429", refused),
                ("orders created", orders),
                ("seconds needed for its calls at the leak rate", f"{by_calls:.1f}"),
                ("seconds needed for its orders at five a minute", f"{by_orders:.1f}"),
                ("seconds taken by the run, probe to clean-up", f"{took:.1f}"),
                ("seconds taken by the command, start-up and reports included", f"{ended.seconds:.1f}"),
                ("taken by the run / needed", f"{took / needed:.3f}" if needed else "nothing was needed"),
            ],
        )
    )


if __name__ == "__main__":
    main()
