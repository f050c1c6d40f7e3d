"""Run the legal variants of the sandbox over REST and GraphQL: nothing may be said of any.

    python scripts/silence.py [--together N] [--depth core]… [NAME…]

With `--together` so many variants at a time that change different things of the sandbox; those of a run that is not
silent are run again one by one. Writes docs/silence.md, unless variants are named. Exit status 1 where one is not silent.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "kill"))

from harness import Outcome, Trial, run_all  # noqa: E402 - from the folder named above

from fulfillspec.sandbox.changes import Variant  # noqa: E402
from fulfillspec.sandbox.variants import variants  # noqa: E402

DEPTHS = ("core", "certify")
Kind = tuple[str, str]
"""Depth and transport of a run."""


def groups(names: Sequence[str], most: int) -> list[tuple[str, ...]]:
    """Put variants together, so many at most, of which no two change the same of the sandbox."""
    shuffled = random.Random(1).sample(names, len(names))  # neighbours often are of one kind
    made: list[list[str]] = []
    for name in shuffled:
        fitting = (
            group
            for group in made
            if len(group) < most and not any(_touched(name) & _touched(other) for other in group)
        )
        group = next(fitting, None)
        if group is None:
            made.append([name])
        else:
            group.append(name)
    return [tuple(sorted(group)) for group in made]


def _touched(name: str) -> set[tuple[str, str]]:
    """Return what a variant changes: the names that it defines, and of which class of the sandbox."""
    kind = variants()[name]
    parts = [part for part in kind.__mro__ if part is kind or part.__name__.startswith("_")]
    bases = {base.__name__ for base in kind.__mro__ if base not in parts and not issubclass(base, Variant)}
    own = {key for part in parts for key in vars(part) if not key.startswith("__") and key != "source"}
    return {(base, key) for base in bases - {"object", "Change"} for key in own}


def _loud(outcome: Outcome) -> list[str]:
    loud = [*dict.fromkeys(one["requirement"] for one in outcome.deviations), *outcome.errors]
    if outcome.left_behind:
        loud.append(f"{outcome.left_behind} left behind")
    return loud or ([] if outcome.verdict == "conformant" else [outcome.verdict])


def run(together: Sequence[tuple[str, ...]], kinds: Sequence[Kind]) -> tuple[list[list[str]], dict[str, list[str]]]:
    """Run variants put together; return a cell for each group and run, and what was said of single ones."""
    trials = [Trial((), names, depth, transport) for names in together for depth, transport in kinds]
    cells: list[str] = []
    again: list[Trial] = []
    loud: dict[str, list[str]] = {}
    for trial, outcome in zip(trials, run_all(trials), strict=True):
        said = _loud(outcome)
        cells.append(f"**{', '.join(said)}**" if said else f"conformant ({outcome.exchanges:,})")
        if said:
            print(*trial.variants, trial.depth, trial.transport, *said, flush=True)
            again += [Trial((), (name,), trial.depth, trial.transport) for name in trial.variants]
    for trial, outcome in zip(again, run_all(again), strict=True):
        if said := _loud(outcome):
            loud.setdefault(trial.variants[0], []).append(f"{trial.depth}, {trial.transport}: {', '.join(said)}")
    return [cells[at : at + len(kinds)] for at in range(0, len(cells), len(kinds))], loud


def page(
    together: Sequence[tuple[str, ...]],
    kinds: Sequence[Kind],
    cells: list[list[str]],
    loud: dict[str, list[str]],
    totals: str,
) -> str:
    """Return the text of docs/silence.md."""
    columns = " | ".join(f"{transport}, {depth}" for depth, transport in kinds)
    ran = [f"| {', '.join(names)} | {' | '.join(row)} |" for names, row in zip(together, cells, strict=True)]
    freedoms = [f"| {name} | {' '.join((kind.__doc__ or '').split())} |" for name, kind in sorted(variants().items())]
    said = [f"- {name} alone: {'; '.join(found)}" for name, found in sorted(loud.items())]
    lead = (
        "Written by `python scripts/silence.py`: what the documents leave free, and what the suite said of it "
        "(verdict and requests) over each transport. The variants of a row ran together; they change different "
        "things of the sandbox."
    )
    first = [f"| variants | {columns} |", "|---" * (1 + len(kinds)) + "|", *ran]
    second = ["| variant | freedom |", "|---|---|", *freedoms]
    return "\n".join(["# Legal variants", "", lead, "", totals, *said, "", *first, "", *second, ""])


def main() -> int:
    """Run the trials, write the page, print the totals."""
    begun = time.monotonic()
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--together", type=int, default=1, metavar="N", help="variants of one run")
    asked.add_argument("names", nargs="*", metavar="NAME")
    asked.add_argument("--depth", action="append", choices=DEPTHS, help="both by default")
    given = asked.parse_args()
    if unknown := sorted(set(given.names) - variants().keys()):
        asked.error(f"no legal variant is called {', '.join(unknown)}")
    kinds = [(depth, transport) for depth in given.depth or DEPTHS for transport in ("rest", "graphql")]
    together = groups(given.names or sorted(variants()), given.together)
    cells, loud = run(together, kinds)
    count = sum(map(len, together))
    totals = f"- legal variants: {count}; runs: {len(together) * len(kinds)}; not silent: {', '.join(sorted(loud)) or 'none'}"
    print(totals, f"\nseconds: {time.monotonic() - begun:.0f}")
    if not given.names:
        (ROOT / "docs" / "silence.md").write_text(page(together, kinds, cells, loud, totals), "utf-8")
    return 1 if loud else 0


if __name__ == "__main__":
    sys.exit(main())
