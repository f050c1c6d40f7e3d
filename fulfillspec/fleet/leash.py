"""A run that ends when whoever started it is gone: it cleans up as it does when it is interrupted.

`python -m fulfillspec.fleet.leash run …` is `python -m fulfillspec run …` with an open standard input as the leash: the
end of it means that the other side was killed, and nobody would ever stop or read this run.
"""

from __future__ import annotations

import os
import runpy
import signal
import threading


def held() -> None:
    """Wait until standard input ends, then interrupt this process."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=held, daemon=True).start()
    runpy.run_module("fulfillspec", run_name="__main__", alter_sys=True)
