"""When an interrupt ends a run: while it waits for somebody else, and never between an answer and what is said of it.

So the recording of an interrupted run comes to the same results again. Whoever interrupts twice is not made to wait.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any


class Interrupts:
    """Hears signals, and raises `KeyboardInterrupt` where the run waits, or for the second one."""

    def __init__(self) -> None:
        self._waits = 0
        self._heard = False

    def hear(self, _number: int, _frame: object) -> None:
        """Take a signal."""
        if self._waits or self._heard:
            self._stop()
        self._heard = True

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Be interrupted in this block, or before it by what was heard since the last one."""
        self._waits += 1
        try:
            if self._heard:
                self._stop()
            yield
        finally:
            self._waits -= 1

    def _stop(self) -> None:
        self._heard = False
        raise KeyboardInterrupt

    def listen(self, numbers: Iterable[int]) -> Callable[[], None]:
        """Hear these signals from now on; return what gives them back to whoever heard them before."""
        if threading.current_thread() is not threading.main_thread():
            return lambda: None
        self._heard = False
        before: dict[int, Any] = {}
        for number in numbers:
            if number == getattr(signal, "SIGHUP", None) and signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup: the run is meant to outlive its terminal
            before[number] = signal.signal(number, self.hear)

        def restore() -> None:
            for number, handler in before.items():
                signal.signal(number, handler)

        return restore


_OURS = Interrupts()
waiting, listen = _OURS.waiting, _OURS.listen
"""Those of this process."""


def sleep(seconds: float) -> None:
    """Sleep, and be interrupted there."""
    with waiting():
        time.sleep(seconds)
