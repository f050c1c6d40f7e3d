"""What a whole run costs, for `fulfillspec doctor`: requests, orders, and seconds at the limits of a Standard plan.

    python benchmarks/cost.py           # prints the figures
    python benchmarks/cost.py --write   # puts them into schemas/cost.json

A core run is measured on a sandbox with those limits (`--rate standard`), which takes half an hour. A run at certify is
measured without them, and its seconds are those of the core run for as many more requests or orders as it makes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from measured import run, serving

WAYS = {"rest": ("--transport", "rest"), "graphql": ("--transport", "graphql"), "all": ()}
FILE = Path(__file__).resolve().parents[1] / "schemas" / "cost.json"


def cost(name: str, depth: str, rate: str) -> dict[str, Any]:
    """Run once; return what it cost."""
    with tempfile.TemporaryDirectory() as folder, serving("--rate", rate) as store:
        found = run(store, Path(folder) / "run", "--depth", depth, *WAYS[name]).found
    return {
        "requests": found["exchanges"],
        "orders": found["orders_created"],
        "seconds": round(float(found["seconds"])),
    }


def main() -> None:
    """Measure, print, and write where that is asked for."""
    core = {name: cost(name, "core", "standard") for name in WAYS}
    certify = {name: cost(name, "certify", "none") for name in WAYS}
    for name, row in certify.items():
        more = max(row[key] / core[name][key] for key in ("requests", "orders"))
        row["seconds"] = round(core[name]["seconds"] * more)
    text = json.dumps({"core": core, "certify": certify}, indent=2) + "\n"
    print(text)
    if "--write" in sys.argv[1:]:
        FILE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
