"""Run the suites with every subset of the actors that has the merchant, over each transport: each ends in a verdict.

    python scripts/actor_subsets.py [TRANSPORT…] [merchant+ACTOR…]

Transports are rest, graphql, connector and all; those and subsets that are not named are all of them. Prints a table of
exit status, verdict, requests and orders. Exit status 1 where a run ends without a verdict or report.
"""

import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from measured import COMMAND, Store, serving  # noqa: E402 - from the folder named above

OTHERS = ("service", "other_service", "outsider")
SUBSETS = [
    ("merchant", *others) for number in range(len(OTHERS) + 1) for others in itertools.combinations(OTHERS, number)
]
TRANSPORTS = ("rest", "graphql", "connector", "all")
CONNECTOR = ("[connector]", 'path = "/connector/fulfillment-orders/mark-incomplete"')
VERDICTS = {0: "conformant", 1: "nonconformant", 5: "inconclusive"}


def _ended(store: Store, actors: tuple[str, ...], transport: str) -> tuple[str, bool]:
    """Run with the tokens of these actors; return the row of the table, and whether the run came to its end."""
    tokens = {f"FULFILLSPEC_{actor.upper()}_TOKEN" for actor in store.tokens if actor not in actors}
    env = {name: value for name, value in store.env.items() if name not in tokens}
    over = () if transport == "all" else ("--transport", transport)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        target = store.target_file(Path(folder), *CONNECTOR)
        command = [*COMMAND, "run", "--target", str(target), "--out", str(out), *over]
        status = subprocess.run(command, env=env, cwd=folder, capture_output=True, check=False).returncode
        path = out / "results.json"
        found = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        reported = (out / "report.html").is_file() and VERDICTS.get(status) == found.get("verdict")
    row = (
        f"{' + '.join(actors):52} {transport:9} {status:>6} {found.get('verdict', 'none'):14} "
        f"{found.get('exchanges', 0):>8,} {found.get('orders_created', 0):>6}"
    )
    return row, reported


def main() -> int:
    """Run them all, one after the other, each on a sandbox of its own."""
    named = [argument for argument in sys.argv[1:] if argument in TRANSPORTS]
    subsets = [tuple(argument.split("+")) for argument in sys.argv[1:] if argument not in TRANSPORTS]
    if unknown := set(subsets) - set(SUBSETS):
        known = ", ".join(map("+".join, SUBSETS))
        print(f"expected some of {', '.join(TRANSPORTS)}, {known}; got {', '.join(map('+'.join, unknown))}")
        return 4
    fine = True
    print(f"{'actors':52} {'over':9} status {'verdict':14} requests orders", flush=True)
    for actors in subsets or SUBSETS:
        for transport in named or TRANSPORTS:
            with serving() as store:
                row, ended = _ended(store, actors, transport)
            fine = fine and ended
            print(row, flush=True)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
