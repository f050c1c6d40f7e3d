"""Run every mutant over each transport that it shows on, and write what killed it.

    python scripts/kill_matrix.py [NAME…]

Writes docs/kill-matrix.md and schemas/kill_matrix.json (the totals that each report states), unless mutants are named.
A trial ends when the mutant's own requirement was seen to deviate. Exit status 1 where a mutant survives.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "kill"))

from harness import Outcome, run_all  # noqa: E402 - from the folder named above
from matrix import trials_for  # noqa: E402

from fulfillspec import register  # noqa: E402
from fulfillspec.sandbox.mutants import mutants  # noqa: E402


def _row(name: str, found: dict[str, Outcome]) -> str:
    own = mutants()[name].requirement
    sin = " ".join((mutants()[name].__doc__ or "").split()).replace("|", "\\|")
    seen = ", ".join(
        f"{over} {outcome.broken.get(own, '**survives**')} ({outcome.exchanges})" for over, outcome in found.items()
    )
    others = sorted({each for outcome in found.values() for each in outcome.broken} - {own})
    shown = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    return f"| {name} | {sin} | {own} | {register.load().get(own).level} | {seen} | {shown} |"


def main() -> int:
    """Run the trials, write the files, print the totals."""
    begun = time.monotonic()
    names = sys.argv[1:] or sorted(mutants())
    trials = [(name, trial) for name in names for trial in trials_for(name)]
    found: dict[str, dict[str, Outcome]] = {name: {} for name in names}
    for (name, trial), outcome in zip(trials, run_all([trial for _, trial in trials]), strict=True):
        found[name][trial.transport or "all"] = outcome
        if mutants()[name].requirement not in outcome.broken:
            print(f"{name} over {trial.transport or 'all'}: survives {mutants()[name].requirement}", flush=True)
    tried, killed = Counter[str](), Counter[str]()
    survivors = set()
    for name, outcomes in found.items():
        for over, outcome in outcomes.items():
            tried[over] += 1
            killed[over] += mutants()[name].requirement in outcome.broken
            survivors |= set() if mutants()[name].requirement in outcome.broken else {name}
    alone = sum(
        all(set(outcome.broken) == {mutants()[name].requirement} for outcome in outcomes.values())
        for name, outcomes in found.items()
    )
    totals = [
        f"- mutants: {len(names)}",
        f"- killed by their own requirement's check on every transport they show on: {len(names) - len(survivors)}",
        f"- survivors: {', '.join(sorted(survivors)) or 'none'}",
        *(f"- trials over {over}: {tried[over]}, killed {killed[over]}" for over in sorted(tried)),
        f"- nothing but that requirement was seen to deviate until then: {alone}",
    ]
    print("\n".join(totals), f"\nseconds: {time.monotonic() - begun:.0f}")
    if not sys.argv[1:]:
        head = (
            "# Kill matrix\n\nWritten by `python scripts/kill_matrix.py`: every mutant of the sandbox, and what its own "
            "requirement's check said over each transport (`all`: REST, GraphQL and the connector in one run), with the "
            "requests it took until then. *Also broken* are other requirements that deviated before.\n\n"
        )
        table = "| mutant | sin | own requirement | level | killed over | also broken |\n|---|---|---|---|---|---|\n"
        rows = "\n".join(_row(name, found[name]) for name in names)
        (ROOT / "docs" / "kill-matrix.md").write_text(f"{head}{chr(10).join(totals)}\n\n{table}{rows}\n", "utf-8")
        sums = {"mutants": len(names), "killed": len(names) - len(survivors)}
        (ROOT / "schemas" / "kill_matrix.json").write_text(json.dumps(sums) + "\n", "utf-8")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
