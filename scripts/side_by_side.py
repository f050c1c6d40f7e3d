"""Run the same target with its transports side by side and one after the other, and compare all that both come to.

    python scripts/side_by_side.py [--core] [--verify] [MUTANT …]

The target is the embedded sandbox, plain and with each mutant (default: twenty of them, every n-th of all). Compared
are the verdict of each requirement over each transport, the deviations, and for each transport the order of its
exchanges; the pages of a list count once, for they are as many as other transports have left. Without `--core` a run
judges the area of the mutant's requirement, and notifications. Exit status 1 where anything differs, or with
`--verify` where the recording of the run side by side comes to anything else.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from fulfillspec.documents import register
from fulfillspec.sandbox.mutants import mutants

MANY = 20
ALWAYS = ("notifications",)
Seen = dict[str, list[tuple[object, ...]]]


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fulfillspec", *arguments], capture_output=True, text=True, check=False
    )


def _options(mutant: str, *, core: bool) -> list[str]:
    chosen = ["--mutant", mutant] if mutant else []
    if core:
        return chosen
    area = register.load().get(mutants()[mutant].requirement).area if mutant else "holds"
    return [*chosen, *(word for name in dict.fromkeys((area, *ALWAYS)) for word in ("--area", name))]


def _evidence(folder: Path) -> Seen:
    """Return what was asked over each transport and how it was answered, in the order of the file."""
    seen: Seen = defaultdict(list)
    for line in (folder / "evidence.ndjson").read_text("utf-8").splitlines():
        row = json.loads(line)
        if "n" in row:
            status = (row["response"] or {}).get("status")
            what = (row["case"], row["actor"], row["operation"], row["request"]["method"], row["phase"], status)
            if seen[row["transport"]][-1:] != [what]:
                seen[row["transport"]].append(what)
    return dict(seen)


def _verdicts(found: dict[str, Any]) -> set[tuple[object, ...]]:
    return {(row["id"], name, word) for row in found["requirements"] for name, word in row["by_transport"].items()}


def _deviations(found: dict[str, Any]) -> list[tuple[object, ...]]:
    keys = ("requirement", "case", "transport", "actor", "operation", "state", "exchanges")
    return [tuple(map(str, (row[key] for key in keys))) for row in found["deviations"]]


def _compared(options: list[str]) -> tuple[list[str], list[object]]:
    """Run both ways; return what differs, and figures: exchanges, deviations, the seconds of each run."""
    with tempfile.TemporaryDirectory() as folder:
        ways = {"after": [], "beside": ["-n", "2"]}
        took = {}
        for name, way in ways.items():
            begun = time.monotonic()
            ended = _command("run", *options, *way, "--out", f"{folder}/{name}")
            took[name] = time.monotonic() - begun
            if ended.returncode not in {0, 1, 5}:
                return [f"{name}: exit status {ended.returncode}: {ended.stderr[-300:]}"], []
        one, other = (Path(folder) / name for name in ways)
        found = [json.loads((each / "results.json").read_text("utf-8")) for each in (one, other)]
        turned = sorted(map(str, _verdicts(found[0]) ^ _verdicts(found[1])))
        said = [f"verdicts: {', '.join(turned[:4])}"] if turned else []
        told = [_deviations(each) for each in found]
        said += [] if told[0] == told[1] else [f"deviations: {len(told[0])} → {len(told[1])}, or in another order"]
        seen = [_evidence(each) for each in (one, other)]
        said += [f"the evidence of {name}" for name in seen[0] | seen[1] if seen[0].get(name) != seen[1].get(name)]
        if "--verify" in sys.argv and (words := _command("verify", str(other)).stdout.splitlines()):
            said += [] if "everything agrees" in words[0] else [f"verify: {words[0]}"]
        return said, [found[1]["exchanges"], len(told[1]), *(round(took[name], 1) for name in ways)]


def main() -> int:
    """Compare plain and mutants; print a row for each."""
    names = [name for name in sys.argv[1:] if not name.startswith("-")]
    every = sorted(mutants())
    names = names or ["", *every[:: len(every) // MANY][:MANY]]
    differ = 0
    print("target · exchanges · deviations · seconds one after the other · side by side · what differs", flush=True)
    for name in names:
        said, figures = _compared(_options(name.removeprefix("plain"), core="--core" in sys.argv))
        differ += bool(said)
        print(" · ".join(map(str, (name or "plain", *figures, "; ".join(said) or "nothing"))), flush=True)
    print(f"targets: {len(names)}; with a difference: {differ}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
