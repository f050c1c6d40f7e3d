"""Whether memory stays flat while the exchanges grow: the most that runs of different length held.

    python benchmarks/memory.py

The sandbox is in another process, so that what is measured is the suite: from its start to its written reports.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from measured import run, serving, table

SIZES = {
    "one requirement": ["--only", "FO-CLOSE-STATE"],
    "one area": ["--area", "requests"],
    "core": [],
    "certify": ["--depth", "certify"],
}


def main() -> None:
    """Run in each size, and print what was counted."""
    rows = []
    for name, options in SIZES.items():
        with tempfile.TemporaryDirectory() as folder, serving() as store:
            ended = run(store, Path(folder) / "run", *options)
        rows.append((name, ended.found["exchanges"], ended.seconds, ended.megabytes))
    print(table(["run", "exchanges", "seconds", "most MB held"], rows))
    first, last = rows[0], rows[-1]
    more = (last[3] - first[3]) * 1024 / max(1, last[1] - first[1])
    print(f"from the smallest to the largest: {more:.2f} kB for each further exchange")


if __name__ == "__main__":
    main()
