"""Run every legal variant of the sandbox over REST and GraphQL at both depths: nothing may be said of any.

    python scripts/silence.py [NAME…]

Writes docs/silence.md, unless variants are named. Exit status 1 where a variant is not silent.
"""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "kill"))

from harness import Outcome, Trial, run_all  # noqa: E402 - from the folder named above

from fulfillspec.sandbox.variants import variants  # noqa: E402

RUNS = tuple((depth, transport) for depth in ("core", "certify") for transport in ("rest", "graphql"))


def _said(outcome: Outcome) -> str:
    loud = [*dict.fromkeys(one["requirement"] for one in outcome.deviations), *outcome.errors]
    if outcome.left_behind:
        loud.append(f"{outcome.left_behind} left behind")
    return f"**{', '.join(loud)}**" if loud else f"{outcome.verdict} ({outcome.exchanges:,})"


def main() -> int:
    """Run the trials, write the page, print the totals."""
    begun = time.monotonic()
    names = sys.argv[1:] or sorted(variants())
    trials = [Trial((), (name,), depth, transport) for name in names for depth, transport in RUNS]
    said: dict[str, list[str]] = {name: [] for name in names}
    for trial, outcome in zip(trials, run_all(trials), strict=True):
        said[trial.variants[0]].append(_said(outcome))
        if not said[trial.variants[0]][-1].startswith("conformant"):
            print(trial.variants[0], trial.depth, trial.transport, said[trial.variants[0]][-1], flush=True)
    loud = sorted(name for name, each in said.items() if not all(one.startswith("conformant") for one in each))
    totals = f"- legal variants: {len(names)}; runs: {len(trials)}; not silent: {', '.join(loud) or 'none'}"
    print(totals, f"\nseconds: {time.monotonic() - begun:.0f}")
    if not sys.argv[1:]:
        head = (
            "# Legal variants\n\nWritten by `python scripts/silence.py`: what the documents leave free, and what the "
            "suite said of it (verdict and requests) over each transport at each depth.\n\n"
        )
        columns = " | ".join(f"{transport}, {depth}" for depth, transport in RUNS)
        table = f"| variant | freedom | {columns} |\n|---|---|---|---|---|---|\n"
        rows = [
            f"| {name} | {' '.join((variants()[name].__doc__ or '').split())} | {' | '.join(said[name])} |"
            for name in names
        ]
        text = head + totals + "\n\n" + table + "\n".join(rows) + "\n"
        (ROOT / "docs" / "silence.md").write_text(text, "utf-8")
    return 1 if loud else 0


if __name__ == "__main__":
    sys.exit(main())
