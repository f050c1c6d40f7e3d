"""Runs of a fleet on the workers of a Dask scheduler. It spreads them, and does those of a worker that is lost again.

What goes through the scheduler is the description of a run, which holds no token, and the packed files of its result.
Tokens are read by the worker from its own environment.
"""

from __future__ import annotations

import re
import tarfile
import threading
import time
import tomllib
import uuid
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fulfillspec.fleet.conducting import GRACE, RunEnd
from fulfillspec.fleet.elsewhere import conduct_elsewhere, unpack
from fulfillspec.fleet.plan import TARGET_FILE, Job
from fulfillspec.verdicts.statuses import BROKEN, INTERRUPTED

PATIENCE: Final = 60
"""Seconds for which a scheduler and its first worker are waited for."""
_ADDRESS: Final = re.compile(r"(?:tcp|tls|ws|wss|ucx)://[^/\s]+:[0-9]{1,5}")
_ASK: Final = 2.0
"""Seconds between two questions of a run whether it is to stop."""


class NoScheduler(Exception):
    """Dask is not installed, or nothing answers at the scheduler's address, or it has no worker."""


@dataclass
class DaskWorkers:
    """The workers of a scheduler. `folder_of` says where the files of a run belong, `others` what it must not see."""

    address: str
    folder_of: Callable[[Job], Path]
    others: Callable[[Job], Collection[str]]

    def run(
        self,
        jobs: Sequence[Job],
        began: Callable[[Job], None],
        ended: Callable[[Job, RunEnd], None],
        stopping: threading.Event,
    ) -> None:
        """Hand out the first job of each store, and its next one when that ended. Raises `NoScheduler`."""
        portable(jobs)
        with _connected(self.address) as (distributed, client):
            fleet = uuid.uuid4().hex
            stop = distributed.Event(f"fulfillspec-stop-{fleet}", client=client)
            waiting = _queues(jobs)
            running: dict[Any, tuple[Job, deque[Job]]] = {}
            deadline = 0.0
            while running or (any(waiting) and not stopping.is_set()):
                for queue in waiting if not stopping.is_set() else ():
                    if queue and not any(queue is other for _, other in running.values()):
                        job = queue.popleft()
                        began(job)
                        task = client.submit(
                            on_worker, job, sorted(self.others(job)), stop.name, key=f"{job.id}-{fleet}", pure=False
                        )
                        running[task] = job, queue
                if stopping.is_set() and not deadline:
                    deadline = time.monotonic() + GRACE + 2 * _ASK
                    stop.set()
                if client.status != "running" or (deadline and time.monotonic() > deadline):
                    break
                for task in [task for task in running if task.done()]:
                    job, _ = running.pop(task)
                    ended(job, self._end(job, task))
                    task.release()
                time.sleep(0.2)

    def _end(self, job: Job, task: Any) -> RunEnd:
        """Return how a run ended, after its files were put where they belong."""
        if task.status == "cancelled":
            return RunEnd(INTERRUPTED, "The scheduler dropped it.")
        if task.status == "error":
            reason = task.exception()
            return RunEnd(BROKEN, f"The workers could not do it: {type(reason).__name__}: {reason}"[:600])
        end, archive = task.result()
        try:
            unpack(archive, self.folder_of(job))
        except (OSError, tarfile.TarError) as error:
            return RunEnd(BROKEN, f"What the worker sent could not be unpacked: {error}.")
        found: RunEnd = end
        return found


def portable(jobs: Sequence[Job]) -> None:
    """Raise `NoScheduler` for a target file that names a file of this machine."""
    for job in jobs:
        said = tomllib.loads(job.files.get(TARGET_FILE, ""))
        named = [("ca_file", said.get("ca_file"))]
        named += [("token_file", actor.get("token_file")) for actor in said.get("actors", {}).values()]
        for key, value in named:
            if value and not Path(value).is_absolute():
                raise NoScheduler(
                    f"{job.target}: {key} {value!r} is a path relative to the target file, which a worker does not have. "
                    "Name an absolute path that it has, or token_env instead of token_file."
                )


def _queues(jobs: Sequence[Job]) -> list[deque[Job]]:
    """Return the jobs of each store as a queue; a job without a store has one of its own."""
    queues: dict[str, deque[Job]] = {}
    for job in jobs:
        queues.setdefault(job.store or f" {job.id}", deque()).append(job)
    return list(queues.values())


@contextmanager
def _connected(address: str) -> Iterator[tuple[Any, Any]]:
    """Yield the library and a client of a scheduler that has at least one worker."""
    if not _ADDRESS.fullmatch(address):
        raise NoScheduler(f"--scheduler: expected an address such as tcp://host:8786, came {address!r}.")
    try:
        import distributed  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise NoScheduler(
            "--scheduler needs Dask distributed: install it with `pip install 'fulfillspec[fleet]'`, here and where the workers run."
        ) from None
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except OSError as error:
        raise NoScheduler(f"Nothing that is a Dask scheduler answers at {address}: {error or 'no answer'}.") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise NoScheduler(
                f"The scheduler at {address} has no worker: start one with `dask worker {address}`."
            ) from None
        yield distributed, client


def on_worker(job: Job, others: Sequence[str], stop: str) -> tuple[RunEnd, bytes]:
    """Run a job on a worker. A store is leased, so that no other fleet of this scheduler uses it meanwhile.

    The lease of a worker that is killed ends by itself after some seconds, in which its run cleans up.
    """
    import distributed  # noqa: PLC0415 - as above

    asked, answer = -_ASK, False
    event = distributed.Event(stop)

    def stopped() -> bool:
        nonlocal asked, answer
        if time.monotonic() - asked >= _ASK:
            asked, answer = time.monotonic(), bool(event.is_set())
        return answer

    if not job.store:
        return conduct_elsewhere(job, others, stopped)
    lease = distributed.Semaphore(max_leases=1, name=f"fulfillspec {job.store}")
    while not lease.acquire(timeout=_ASK):
        if stopped():
            return RunEnd(INTERRUPTED, "It was stopped before it began."), b""
    try:
        return conduct_elsewhere(job, others, stopped)
    finally:
        lease.release()
