"""How a run ends: its folder, its reports, its exit status."""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fulfillspec.verdicts import checksums
from fulfillspec.verdicts.statuses import BROKEN, OF_VERDICT


def folder_for(base_url: str) -> Path:
    """Return a new folder for a run against a base URL, below `reports`; an empty one stands for the sandbox."""
    host = re.sub(r"[^A-Za-z0-9.-]+", "-", base_url.partition("://")[2]).strip("-") or "sandbox"
    stamp = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    return Path("reports") / f"{stamp}-{host}-{secrets.token_hex(2)}"


def writable(out: Path) -> None:
    """Make the folder of the run, and try whether files can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise pytest.UsageError(
            f"Results cannot be written to {out} ({error.strerror}). Name another folder with --out."
        ) from None


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Pass over Ctrl-C: a second one must not leave orders behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def status_of(found: dict[str, Any]) -> int:
    """Return the exit status of a run: its verdict's, or 3 where a case of the suite broke."""
    if found["verdict"] in {"nonconformant", "aborted"}:
        return OF_VERDICT[found["verdict"]]
    if any(case["outcome"] == "error" for case in found["cases"]):
        return BROKEN
    return OF_VERDICT[found["verdict"]]


def report(found: dict[str, Any], out: Path, *, told: bool = True) -> None:
    """Write the reports of a run that is stored, and tell its result in the terminal if it is to be `told`."""
    from fulfillspec.reporting import terminal, write_all  # noqa: PLC0415 - a run begins faster without the template engine

    for failed in write_all(out):
        sys.stderr.write(f"{failed.name} could not be written: {failed.reason}\n")
    checksums.write(out)
    if told:
        width = shutil.get_terminal_size((100, 40)).columns if sys.stdout.isatty() else None
        text = terminal.summary(found, out, width=width, colour=terminal.wants_colour(sys.stdout))
        sys.stdout.write("\n" + terminal.printable(text, sys.stdout) + "\n")


def point_at(out: Path) -> None:
    """Point `latest` beside a run's folder at it."""
    latest = out.parent / "latest"
    if out.name == "latest" or (latest.exists() and not latest.is_symlink()):
        return
    latest.unlink(missing_ok=True)
    latest.symlink_to(out.name, target_is_directory=True)
