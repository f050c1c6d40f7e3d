"""A run of a fleet on a machine that is only borrowed: in a folder that goes away, its token from there, its files packed."""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Final

from fulfillspec.fleet.conducting import RunEnd, conduct, environment, lay_down, missing
from fulfillspec.fleet.plan import Job
from fulfillspec.verdicts.statuses import BAD_USE, BROKEN

_OUT: Final = "run"


def conduct_elsewhere(
    job: Job, others: Collection[str], stopped: Callable[[], bool], env: Mapping[str, str] | None = None
) -> tuple[RunEnd, bytes]:
    """Run a job with the tokens of this machine's environment; return how it ended, and the files of its run, packed."""
    env = os.environ if env is None else env
    if without := missing(job, env):
        return RunEnd(BAD_USE, without if job.unavailable else f"{without[:-1]} on the worker."), b""
    with tempfile.TemporaryDirectory(prefix="fulfillspec-") as name:
        folder = Path(name)
        try:
            file = lay_down(job, folder)
            end = conduct(job, folder / _OUT, file, environment(job, env, others), stopped)
            return end, packed(folder)
        except OSError as error:
            return RunEnd(BROKEN, f"Its files could not be written on the worker: {error}."), b""


def packed(folder: Path) -> bytes:
    """Return the files of a run and its log as an archive."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz", compresslevel=4) as archive:
        for name in (_OUT, f"{_OUT}.log"):
            if (folder / name).exists():
                archive.add(folder / name, name)
    return held.getvalue()


def unpack(archive: bytes, out: Path) -> None:
    """Put the files of a run into its folder, and the log beside it. Raises `OSError` and `tarfile.TarError`."""
    if not archive:
        return
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".fulfillspec-") as name:
        folder = Path(name)
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        for made, place in ((f"{_OUT}.log", out.with_name(f"{out.name}.log")), (_OUT, out)):
            if (folder / made).exists():
                (folder / made).rename(place)
