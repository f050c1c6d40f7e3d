"""Run every mutant against the whole core suite and write what killed it.

    python scripts/kill_matrix.py

Writes docs/kill-matrix.md and schemas/kill_matrix.json (the totals that each report states). Exit status 1 where a
mutant survives its own requirement.
"""

import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "kill"))

from harness import Trial, run_all  # noqa: E402 - from the folder named above
from matrix import trial_for  # noqa: E402

from fulfillspec import register  # noqa: E402
from fulfillspec.sandbox.mutants import mutants  # noqa: E402
from fulfillspec.sandbox.variants import variants  # noqa: E402


def _totals(count: int, survivors: list[str]) -> str:
    named = f": {', '.join(survivors)}" if survivors else ""
    killed = f"killed by the check of their own requirement: {count - len(survivors)}"
    return f"- mutants: {count}, {killed}, survivors: {len(survivors)}{named}"


def main() -> int:
    """Run the trials, write the files, print the totals."""
    begun = time.monotonic()
    known = mutants()
    names = sorted(known)
    outcomes = dict(zip(names, run_all([trial_for(name, whole=True) for name in names]), strict=True))
    survivors = [name for name, found in outcomes.items() if known[name].requirement not in found.broken]
    alone = sum(1 for name, found in outcomes.items() if set(found.broken) == {known[name].requirement})
    silent = list(run_all([Trial(variants=(name,)) for name in sorted(variants())]))
    loud = [found.trial.variants[0] for found in silent if found.deviations or found.errors]
    lines = [
        "# Kill matrix",
        "",
        "Written by `python scripts/kill_matrix.py`: every mutant of the sandbox against the whole suite.",
        "",
        _totals(len(names), survivors),
        f"- killed by that check and by no other: {alone}",
        f"- legal variants: {len(silent)}, silent: {len(silent) - len(loud)}{', loud: ' + ', '.join(loud) if loud else ''}",
        "",
        "| mutant | sin | own requirement | level | killed | also broken |",
        "|---|---|---|---|---|---|",
    ]
    for name in names:
        own, found = known[name].requirement, outcomes[name]
        sin = " ".join((known[name].__doc__ or "").split()).replace("|", "\\|")
        others = sorted(set(found.broken) - {own})
        shown = ", ".join(others[:4]) + (f" and {len(others) - 4} more" if len(others) > 4 else "")
        mark = found.broken.get(own, "survives")
        lines.append(f"| {name} | {sin} | {own} | {register.load().get(own).level} | {mark} | {shown} |")
    (ROOT / "docs" / "kill-matrix.md").write_text("\n".join(lines) + "\n", "utf-8")
    totals = {"mutants": len(names), "killed": len(names) - len(survivors)}
    (ROOT / "schemas" / "kill_matrix.json").write_text(json.dumps(totals) + "\n", "utf-8")
    print("\n".join(lines[4:7]), f"\nseconds: {time.monotonic() - begun:.0f}")
    return 1 if survivors or loud else 0


if __name__ == "__main__":
    sys.exit(main())
