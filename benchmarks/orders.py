"""Orders and requests that a core run takes on the sandbox and on each of its legal variants, over each transport.

    python benchmarks/orders.py [VARIANT…]

The budget is 12 orders per transport on any conforming store; exit status 1 where a variant needs more.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from measured import COMMAND

from fulfillspec.sandbox.variants import variants
from fulfillspec.stage.budget import SHARE

TRANSPORTS = ("rest", "graphql")


def cost(variant: str, transport: str) -> tuple[str, int, int]:
    """Run once; return the verdict, the orders and the requests."""
    chosen = ("--variant", variant) if variant else ()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        command = [*COMMAND, "run", "--transport", transport, "--out", str(out), *chosen]
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
        found = json.loads((out / "results.json").read_text("utf-8"))
    return found["verdict"], found["orders_created"], found["exchanges"]


def main() -> int:
    """Print a row for each variant, the plain sandbox first, and the worst of all."""
    worst: dict[str, tuple[int, str]] = dict.fromkeys(TRANSPORTS, (0, ""))
    print(f"{'variant':44} " + " ".join(f"{name:>8} {'requests':>8} {'verdict':14}" for name in TRANSPORTS), flush=True)
    for variant in sys.argv[1:] or ["", *sorted(variants())]:
        row = f"{variant or '(none)':44}"
        for transport in TRANSPORTS:
            verdict, orders, requests = cost(variant, transport)
            worst[transport] = max(worst[transport], (orders, variant or "(none)"))
            row += f" {orders:>8} {requests:>8,} {verdict:14}"
        print(row, flush=True)
    for transport, (orders, variant) in worst.items():
        print(f"worst over {transport}: {orders} orders ({variant}); the budget is {SHARE}")
    return 1 if any(orders > SHARE for orders, _ in worst.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
