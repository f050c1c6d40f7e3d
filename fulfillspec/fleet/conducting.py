"""One run of a fleet, in a process of its own: what it may see of the environment, how long it may take, what it said."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fulfillspec.fleet.plan import TARGET_FILE, Job
from fulfillspec.target.settings import variable_of
from fulfillspec.verdicts.statuses import BAD_USE, BROKEN, INTERRUPTED, OF_VERDICT

GRACE: Final = 90.0
"""Seconds that a run which is stopped has to remove what it made."""
JUDGED: Final = frozenset(OF_VERDICT.values()) - {INTERRUPTED}
"""Exit statuses of runs that came to a verdict."""
_OURS: Final = re.compile(r"FULFILLSPEC_\w+|GITHUB_ACTIONS|GITHUB_STEP_SUMMARY|PYTEST_\w+")
"""Variables that would tell every run the same, where each target has its own."""
_TAIL: Final = 20_000


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended: its exit status, and what it said where it came to no verdict."""

    status: int
    said: str = ""
    seconds: float = 0.0


def environment(job: Job, env: Mapping[str, str], others: Collection[str] = ()) -> dict[str, str]:
    """Return what a run sees of an environment: no variable of ours, no token of another target (`others`), its own."""
    hidden = set(others) | set(job.reads.values())
    seen = {name: value for name, value in env.items() if name not in hidden and not _OURS.fullmatch(name)}
    return {**seen, **{name: env[source] for name, source in job.reads.items() if source in env}}


def missing(job: Job, env: Mapping[str, str]) -> str:
    """Return in a sentence why a job cannot be run: its target is away, or a token is; empty where it can."""
    if job.unavailable:
        return job.unavailable
    for actor, variable in job.needs.items():
        if not env.get(variable, "").strip():
            return f"The environment variable {variable}, which holds the token of the {actor} actor, is not set."
    return ""


def command(job: Job, out: Path, target_file: Path) -> list[str]:
    """Return the words of the command that runs a job into a folder."""
    return [
        *(sys.executable, "-m", "fulfillspec.fleet.leash", "run"),
        *("--target", str(target_file), *job.options, "--compressed", "--out", str(out)),
    ]


def conduct(
    job: Job, out: Path, target_file: Path, env: Mapping[str, str], stopped: Callable[[], bool] = lambda: False
) -> RunEnd:
    """Run a job into a folder and wait for its end; what it says goes to a log beside the folder.

    `env` is all that its process sees. `stopped` is asked now and then: True ends the run, which cleans up first.
    """
    began = time.monotonic()
    log = out.with_name(f"{out.name}.log")
    with log.open("wb") as written:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own command; options are arguments of their own
                command(job, out, target_file),
                stdin=subprocess.PIPE,
                stdout=written,
                stderr=subprocess.STDOUT,
                env=dict(env),
                start_new_session=True,
            )
        except OSError as error:
            return RunEnd(BROKEN, f"The run could not be started: {error}.")
        late = _wait(process, began + job.minutes * 60, stopped)
    status, seconds = process.returncode, round(time.monotonic() - began, 3)
    if late:
        return RunEnd(BROKEN, f"It took longer than {job.minutes:g} minutes and was stopped.", seconds)
    if status in JUDGED and (out / "results.json").is_file():
        return RunEnd(status, seconds=seconds)
    if status == INTERRUPTED or status < 0:
        killed = f" by signal {-status}" if status < 0 else ""
        return RunEnd(INTERRUPTED, f"It was stopped{killed} before it reached a verdict.", seconds)
    return RunEnd(status if status == BAD_USE else BROKEN, reason(log), seconds)


def _wait(process: subprocess.Popen[bytes], deadline: float, stopped: Callable[[], bool]) -> bool:
    """Wait for a process to end, by itself or because it is stopped; tell whether its time was up."""
    late = False
    with process:
        while process.poll() is None and not stopped():
            late = time.monotonic() > deadline
            if late:
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.25)
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
    return late


def reason(log: Path) -> str:
    """Return the sentence that a run ended with, of what it said: the last one after `ERROR:`, else its last line."""
    with contextlib.suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL))
        lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
        errors = [line.partition("rror: ")[2] or line.partition("ERROR: ")[2] for line in lines]
        told = [line for line in errors if line] or lines
        if told:
            return told[-1][:600]
    return "It ended and said nothing."


def sweep(folder: Path, target_file: Path, env: Mapping[str, str]) -> RunEnd:
    """Remove what a run that was broken off left on its target; return that it was broken off, and what became of it."""
    words = [sys.executable, "-m", "fulfillspec", "sweep", str(folder), "--target", str(target_file)]
    done = subprocess.run(  # noqa: S603 - as above
        words, env=dict(env), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    told = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return RunEnd(INTERRUPTED, f"It was broken off. {told[-1] if told else ''}".strip()[:600])


def variables(job: Job) -> frozenset[str]:
    """Return every variable of this machine that a job's run reads: no other target's run gets them."""
    return frozenset({*job.reads.values(), *job.needs.values(), *map(variable_of, job.needs)})


def lay_down(job: Job, folder: Path) -> Path:
    """Write the files that a run needs into a folder, unless a person's own target file lies here; return that file."""
    if job.file and Path(job.file).is_file():
        return Path(job.file)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in job.files.items():
        (folder / name).write_text(text, "utf-8")
    return folder / TARGET_FILE
