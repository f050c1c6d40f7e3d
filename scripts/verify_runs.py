"""Verify whole runs of many kinds: each has to come out of its recording byte for byte.

    python scripts/verify_runs.py [--list] [--keep FOLDER] [NAME…]

A name is one that --list prints, or that of a mutant. With --keep the runs stay in a folder, and one that is there
already is only verified. Prints a line for each run; exit status 1 where one differs.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fulfillspec import verification
from fulfillspec.documents import graphql_documents, register
from fulfillspec.evidence import log
from fulfillspec.sandbox.mutants import mutants

_MUTANTS: Final = 20
_WIDTHS: Final = (44, 14, 9, 9, 7, 7)
_FIRST: Final = "2022-04"
"""The first version of REST."""
_AREAS: Final = ("--area", "deadlines", "--area", "closing", "--transport", "rest")


@dataclass(frozen=True, slots=True)
class Kind:
    """A run: its options, how its sandbox is started where that is not the embedded one, when it is interrupted."""

    options: tuple[str, ...] = ()
    sandbox: tuple[str, ...] | None = None
    stopped_after: float = 0.0


def _kinds() -> dict[str, Kind]:
    """Return every run that is verified, by name."""
    found = {
        "plain": Kind(),
        "callbacks late": Kind(("--variant", "callbacks-come-late")),
        "changes show late": Kind(("--variant", "changes-show-late", "--transport", "rest")),
        "certify over REST": Kind(("--depth", "certify", "--transport", "rest")),
        "certify over GraphQL": Kind(("--depth", "certify", "--transport", "graphql")),
        "strict, random walks": Kind(("--strict", "--walk-steps", "60", "--seed", "7", "--transport", "rest")),
        "rate-limited": Kind(_AREAS, ("--rate", "standard")),
        "throttled, for the limit is not told": Kind(
            _AREAS, ("--rate", "standard", "--variant", "call-limit-not-told")
        ),
        "interrupted": Kind(stopped_after=5.0),
        "two versions": Kind(("--api-version", "2024-01", "--api-version", "2025-10", "--area", "closing")),
    }
    found |= {f"version {name}": Kind(("--api-version", name)) for name in graphql_documents.versions()}
    over_rest = [*(f"{year}-{month}" for year in (2022, 2023, 2024) for month in ("01", "04", "07", "10")), "unstable"]
    found |= {
        f"version {name}": Kind(("--api-version", name, "--transport", "rest"))
        for name in over_rest
        if name >= _FIRST and f"version {name}" not in found
    }
    known = sorted(mutants())
    return found | {name: _mutant(name) for name in known[:: len(known) // _MUTANTS][:_MUTANTS]}


def _mutant(name: str) -> Kind:
    """Return a run with a mutant: in its area, over REST where it shows there, else over what it shows on."""
    mutant = mutants()[name]
    shown = ("rest",) if "rest" in mutant.transports else mutant.transports
    words = [word for transport in shown for word in ("--transport", transport)]
    row = register.load().requirements[mutant.requirement]
    return Kind(("--mutant", name, *words, "--area", row.area))


@contextmanager
def _sandbox(options: tuple[str, ...] | None) -> Iterator[dict[str, str]]:
    """Start a sandbox of its own; yield what the environment of a run against it has."""
    if options is None:
        yield {}
        return
    command = [sys.executable, "-m", "fulfillspec", "sandbox", "--format", "env", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told: dict[str, str] = {}
            while "FULFILLSPEC_APP_SECRET" not in told:
                name, _, value = process.stdout.readline().removeprefix("export ").strip().partition("=")
                told[name] = value
            yield told
        finally:
            process.terminate()


def _run(kind: Kind, out: Path) -> float:
    """Run it, results into a folder; return the seconds that it took."""
    begun = time.monotonic()
    with _sandbox(kind.sandbox) as told:
        base = ["--base-url", told["FULFILLSPEC_BASE_URL"]] if told else []
        command = [sys.executable, "-m", "fulfillspec", "run", *kind.options, *base, "--out", str(out)]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, env={**os.environ, **told}, stdout=quiet, stderr=quiet) as process:
            if kind.stopped_after:
                while process.poll() is None and not (out / log.FILE).exists():
                    time.sleep(0.1)
                time.sleep(kind.stopped_after)
                process.send_signal(signal.SIGINT)
    return time.monotonic() - begun


def _row(*cells: object) -> str:
    return "  ".join(str(cell).ljust(width) for cell, width in zip(cells, (*_WIDTHS, 0), strict=True)).rstrip()


def _verified(name: str, kind: Kind, folder: Path, say: Callable[[str], object]) -> bool:
    took = 0.0 if (folder / "results.json").exists() else _run(kind, folder)
    begun = time.monotonic()
    done = verification.verify(folder)
    verdict = done.run.removeprefix("The run is ").removeprefix("a partial one, ").partition(" ")[0]
    rows = f"{done.recomputed}/{done.requirements}"
    differs = done.disagreements or done.recomputed < done.requirements
    first = done.disagreements[0] if done.disagreements else None
    ending = (
        "agrees byte for byte" if not differs else f"{first.where}: {first.what}" if first else "; ".join(done.notes)
    )
    say(_row(name, verdict, done.exchanges, rows, f"{took:.0f}", f"{time.monotonic() - begun:.0f}", ending[:300]))
    return not differs


def main() -> int:
    """Run and verify what is named, or everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    kinds = _kinds()
    if asked.list:
        print("\n".join(kinds))
        return 0
    print(_row("run", "verdict", "answers", "rows", "run s", "again s", "outcome"), flush=True)
    fine = True
    with tempfile.TemporaryDirectory(prefix="fulfillspec-") as made:
        for name in asked.names or list(kinds):
            folder = (asked.keep or Path(made)) / re.sub(r"\W+", "-", name)
            kind = kinds.get(name) or _mutant(name)
            fine &= _verified(name, kind, folder, lambda line: print(line, flush=True))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
