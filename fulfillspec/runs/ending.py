"""How a run ends: its folder, its reports, its exit status."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import sys
import tempfile
import textwrap
import threading
import webbrowser
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

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


SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What ends a run early: it cleans up and says what it saw."""


@contextlib.contextmanager
def undisturbed(*, stoppable: bool = False) -> Iterator[None]:
    """Pass over signals: one that comes while things are removed or files written must not leave orders behind.

    `stoppable`: a second one interrupts.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []

    def hear(number: int, _: object) -> None:
        heard.append(number)
        if stoppable and len(heard) > 1:
            raise KeyboardInterrupt
        if stoppable:
            say("Cleaning up. Interrupt once more to leave the rest behind.")

    before = {number: signal.signal(number, hear) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_LABEL = "ERROR: "


def say(text: str) -> None:
    """Write a line to stderr, wherever that leads: a closed pipe or a full device ends no run. A terminal gets it in its width."""
    with contextlib.suppress(
        OSError, ValueError, RuntimeError
    ):  # the last: a signal came while another line was written
        if sys.stderr.isatty():
            text = _in_width(text, max(shutil.get_terminal_size((100, 40)).columns, 40))
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def wrong_use(text: str) -> pytest.UsageError:
    """Return what pytest tells of wrong use, after `ERROR: `; a terminal gets it in its width."""
    if sys.stderr.isatty():
        text = _in_width(f"{_LABEL}{text}", max(shutil.get_terminal_size((100, 40)).columns, 40)).removeprefix(_LABEL)
    return pytest.UsageError(text)


def _in_width(text: str, width: int) -> str:
    """Return lines of at most `width` characters, broken between words; what goes on is indented."""
    fold = textwrap.TextWrapper(width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return "\n".join(fold.fill(line) for line in text.split("\n"))


def status_of(found: dict[str, Any]) -> int:
    """Return the exit status of a run: its verdict's, or 3 where a case of the suite broke.

    By a baseline the status of a nonconformant run is 0 where each must that deviates is known, and never 0 where an
    entry is stale.
    """
    held = found.get("baseline")
    if held and (held["unknown"] or held["stale"]) and found["verdict"] not in {"aborted", "inconclusive"}:
        return OF_VERDICT["nonconformant"]
    if held and found["verdict"] == "nonconformant":
        return OF_VERDICT["conformant"]
    if found["verdict"] in {"nonconformant", "aborted"}:
        return OF_VERDICT[found["verdict"]]
    if any(case["outcome"] == "error" for case in found["cases"]):
        return BROKEN
    return OF_VERDICT[found["verdict"]]


def report(found: dict[str, Any], out: Path, *, in_terminal: bool = True) -> None:
    """Write the reports of a run that is stored, and tell its result in the terminal where `in_terminal`."""
    from fulfillspec.reporting import terminal, write_all  # noqa: PLC0415 - a run begins faster without the template engine

    for failed in write_all(out):
        say(f"{failed.name} could not be written: {failed.reason}")
    try:
        checksums.write(out)
    except OSError as error:
        say(f"{checksums.NAME} could not be written: {error}")
    if in_terminal:
        width = shutil.get_terminal_size((100, 40)).columns if sys.stdout.isatty() else None
        text = terminal.summary(found, out, width=width, colour=terminal.wants_colour(sys.stdout))
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.write("\n" + terminal.printable(text, sys.stdout) + "\n")
            sys.stdout.flush()
        _tell_the_ci(found)


def _tell_the_ci(found: dict[str, Any]) -> None:
    """Annotate the job and add to its summary, where the environment of a CI asks for it."""
    from fulfillspec.reporting import workflow  # noqa: PLC0415 - as above
    from fulfillspec.reporting.run import parse  # noqa: PLC0415
    from fulfillspec.reporting.terminal import printable  # noqa: PLC0415

    run = parse(found)
    if workflow.asked_for(os.environ):
        with contextlib.suppress(BrokenPipeError):
            for line in workflow.commands_for(run):
                sys.stdout.write(printable(line, sys.stdout) + "\n")
            sys.stdout.flush()
    try:
        workflow.add_summary(run, os.environ)
    except OSError as error:
        say(f"The job summary could not be written: {error}")


def show(out: Path) -> None:
    """Open the report of a run in the browser, where there is one."""
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open((out / "report.html").resolve().as_uri())


def point_at(out: Path) -> None:
    """Point `latest` beside a run's folder at it."""
    latest = out.parent / "latest"
    if out.name == "latest" or (latest.exists() and not latest.is_symlink()):
        return
    latest.unlink(missing_ok=True)
    latest.symlink_to(out.name, target_is_directory=True)
