"""What several processes of a run keep alike: a limit belongs to the target, whichever process sends."""

from __future__ import annotations

import os
import pickle
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Shared:
    """Attributes of an object that the processes forked after it was made keep alike.

    Whoever enters a turn has it alone, sees what the others left, and leaves what it made of it. A process that ends in
    its turn ends its turn.
    """

    def __init__(self, owner: object, names: Sequence[str]) -> None:
        self._owner, self._names = owner, tuple(names)
        self._place, path = tempfile.mkstemp(prefix="fulfillspec-")
        os.unlink(path)  # noqa: PTH108 - it is needed by no name
        weakref.finalize(self, os.close, self._place)
        self._keep()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have it alone."""
        import fcntl  # noqa: PLC0415 - not every system has it, nor processes to share with

        place = self._place
        fcntl.lockf(place, fcntl.LOCK_EX)
        try:
            kept = os.pread(place, os.fstat(place).st_size, 0)
            for name, value in pickle.loads(kept).items():  # noqa: S301 - a file of ours that nobody else can open
                setattr(self._owner, name, value)
            yield
            self._keep()
        finally:
            fcntl.lockf(place, fcntl.LOCK_UN)

    def _keep(self) -> None:
        kept = pickle.dumps({name: getattr(self._owner, name) for name in self._names})
        os.pwrite(self._place, kept, 0)
