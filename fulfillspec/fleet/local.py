"""Runs of a fleet on this machine: several at a time, never two against one store, and stopped when the fleet is."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from fulfillspec.fleet.conducting import RunEnd
from fulfillspec.fleet.plan import Job

Conduct = Callable[[Job, Callable[[], bool]], RunEnd]
"""Runs a job to its end; the second argument tells whether it is to stop."""


@dataclass
class LocalWorkers:
    """`workers` runs at a time, of those that use this machine's cores at most one for each core."""

    workers: int
    conduct: Conduct
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)

    def run(
        self,
        jobs: Sequence[Job],
        began: Callable[[Job], None],
        ended: Callable[[Job, RunEnd], None],
        stopping: threading.Event,
    ) -> None:
        """Run jobs in their order as far as that is free; `ended` is called here, for one at a time, for each that began."""
        waiting = list(jobs)
        running: dict[Future[RunEnd], Job] = {}
        with ThreadPoolExecutor(self.workers) as threads:
            while running or (waiting and not stopping.is_set()):
                while not stopping.is_set() and (job := self._next(waiting, list(running.values()))) is not None:
                    waiting.remove(job)
                    began(job)
                    running[threads.submit(self.conduct, job, stopping.is_set)] = job
                for done in wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done:
                    ended(running.pop(done), done.result())

    def _next(self, waiting: Sequence[Job], running: Sequence[Job]) -> Job | None:
        """Return the first job that may start beside those that run."""
        if len(running) >= self.workers:
            return None
        stores = {job.store for job in running} - {""}
        full = sum(job.busy for job in running) >= self.cores
        return next((job for job in waiting if job.store not in stores and not (job.busy and full)), None)
