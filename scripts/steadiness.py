"""Run the same target twice beside busy loops and compare: a verdict that changes rests on the machine, not on the target.

    python scripts/steadiness.py [TIMES [OPTIONS OF fulfillspec run …]]

The target is the embedded sandbox. Exit status 1 where any verdict differs.
"""

import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LOOPS = 2


def _busy() -> None:
    while True:
        pass


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fulfillspec", *arguments], capture_output=True, text=True, check=False
    )


def _verdicts(folder: Path) -> dict[str, str]:
    found = json.loads((folder / "results.json").read_text("utf-8"))
    return {
        f"{row['id']} over {name}": word for row in found["requirements"] for name, word in row["by_transport"].items()
    }


def _compared(folder: Path, options: list[str]) -> list[str]:
    """Run twice; return what differs between the verdicts, and what the comparison says where it says that any is worse."""
    one, other = folder / "first", folder / "second"
    for out in (one, other):
        _command("run", *options, "--out", str(out))
    before, after = _verdicts(one), _verdicts(other)
    changed = [
        f"{name}: {before.get(name)} → {after.get(name)}"
        for name in before | after
        if before.get(name) != after.get(name)
    ]
    found = _command("diff", str(one), str(other))
    return changed if found.returncode == 0 else [*changed, found.stdout]


def main() -> int:
    """Compare as many pairs of runs as are wanted."""
    own, options = sys.argv[1:2], sys.argv[2:]
    times, changed = int(own[0]) if own else 5, 0
    loops = [multiprocessing.Process(target=_busy, daemon=True) for _ in range(LOOPS)]
    for loop in loops:
        loop.start()
    try:
        for number in range(1, times + 1):
            begun = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                said = _compared(Path(folder), options)
            changed += bool(said)
            what = "; ".join(said) or "nothing changed"
            print(f"{number}: {what} ({time.monotonic() - begun:.0f} s)", flush=True)
    finally:
        for loop in loops:
            loop.terminate()
    print(f"pairs of runs: {times}; with a difference: {changed}")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
