"""Where the requests of a run go: by what they are for, by kind, and by case.

    python benchmarks/requests_of_a_run.py RUN [--cases 30]

RUN is the folder of a run. A look counts for what was sent before it: a look of preparing, or one of the case's own.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from measured import table

FOR = ("probe", "setup", "setup look", "act", "act look", "cleanup")
"""What a request is for."""


def exchanges(out: Path) -> list[dict[str, Any]]:
    """Read the exchanges of a run."""
    rows = map(json.loads, (out / "evidence.ndjson").read_text("utf-8").splitlines())
    return [row for row in rows if "n" in row]


def meant(rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str]]:
    """Tell of each exchange what it is for."""
    before = "setup"
    for row in rows:
        looks = row["phase"] == "look"
        before = before if looks else row["phase"]
        yield row, f"{before} look" if looks else before


def idle(rows: list[dict[str, Any]]) -> Counter[str]:
    """Count the looks that follow a look at the same, by what both are sent over: nothing was sent in between."""

    def asked(row: dict[str, Any]) -> tuple[object, ...]:
        return row["transport"], row["operation"], row["request"]["url"], row["request"]["body"]

    pairs = pairwise(rows)
    return Counter(b["transport"] for a, b in pairs if a["phase"] == b["phase"] == "look" and asked(a) == asked(b))


def counts_table(title: str, counted: Counter[tuple[str, str]], most: int) -> str:
    """Return a table of what was counted: a row for each name, a column for each meaning."""
    sums: Counter[str] = Counter()
    for (name, _), count in counted.items():
        sums[name] += count
    rows = [(name, *(counted[name, use] for use in FOR), total) for name, total in sums.most_common(most)]
    return table([title, *FOR, "all"], rows)


def main() -> None:
    """Print the tables of a run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("run", type=Path)
    parser.add_argument("--cases", type=int, default=30)
    given = parser.parse_args()
    rows = exchanges(given.run)
    whole: Counter[tuple[str, str]] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    cases: Counter[tuple[str, str]] = Counter()
    for row, use in meant(rows):
        transport = row["transport"]
        whole[transport, use] += 1
        kinds[f"{transport} {row['operation']}", use] += 1
        cases[row["case"] or "(before and after)", use] += 1
    for title, counted, most in (("transport", whole, 9), ("kind", kinds, 60), ("case", cases, given.cases)):
        print(counts_table(title, counted, most), end="\n\n")
    print(f"looks right after the same look: {dict(idle(rows)) or 0}")


if __name__ == "__main__":
    main()
