"""What the benchmarks share: a sandbox and a run, each in a process of its own, and small tables."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-c", "from fulfillspec.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Store:
    """A sandbox that serves from another process."""

    url: str
    tokens: dict[str, str]
    seeded: tuple[str, ...]

    @property
    def env(self) -> dict[str, str]:
        """The environment of a run against it."""
        return {**os.environ, **{f"FULFILLSPEC_{actor.upper()}_TOKEN": token for actor, token in self.tokens.items()}}

    def target_file(self, folder: Path, *sections: str) -> Path:
        """Write a target file that names the store, the ids of its scheduled fulfillment orders, and what else is told."""
        path = folder / "target.toml"
        path.write_text("\n".join([f'base_url = "{self.url}"', "[stage.ids]", *self.seeded, *sections, ""]), "utf-8")
        return path


@contextmanager
def serving(*options: str) -> Iterator[Store]:
    """Serve a sandbox from another process until the block ends."""
    process = subprocess.Popen([*COMMAND, "sandbox", *options], stdout=subprocess.PIPE, text=True)
    if process.stdout is None:
        raise SystemExit("The sandbox has no output.")
    try:
        url = process.stdout.readline().strip()
        tokens = {}
        while (line := process.stdout.readline().strip()) and not line.startswith("FULFILLSPEC_APP_SECRET="):
            name, _, token = line.partition("=")
            tokens[name.removeprefix("FULFILLSPEC_").removesuffix("_TOKEN").lower()] = token
        os.set_blocking(process.stdout.fileno(), False)
        seeded = tuple(line.strip() for line in process.stdout if line.startswith('"'))
        yield Store(url, tokens, seeded)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that ended: seconds from its command to its end, the most memory that it held, what it found."""

    seconds: float
    megabytes: float
    found: dict[str, Any]


def run(store: Store, out: Path, *options: str) -> Ended:
    """Run the suite on a store; end here where it comes to no verdict."""
    began = time.perf_counter()
    command = [*COMMAND, "run", "--target", str(store.target_file(out.parent)), "--out", str(out), *options]
    process = subprocess.Popen(command, env=store.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    results = out / "results.json"
    if os.waitstatus_to_exitcode(status) not in {0, 1, 5} or not results.is_file():
        raise SystemExit(f"The run came to no verdict: {said}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Ended(seconds, kilobytes / 1024, json.loads(results.read_text("utf-8")))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table whose columns are as wide as they need to be: words to the left, numbers to the right."""
    texts = [list(head), *([f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[index]) for row in texts) for index in range(len(head))]
    number = [all(isinstance(row[index], (int, float)) for row in rows) for index in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, number, strict=True)
        ).rstrip()
        for row in texts
    )
