"""How long it takes from the command to the first request that a target gets.

    python benchmarks/first_request.py [--repeat 7]

A listener on loopback notes when the first bytes of a request arrive and closes the connection; both ends of the time
are taken on this machine's monotonic clock. The interpreter's own start is in it.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import tempfile
import time

from measured import COMMAND, table


def once() -> float:
    """Return the seconds from starting the command to the first bytes of its first request."""
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryDirectory() as folder:
        listener.settimeout(60)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        env = {**os.environ, "FULFILLSPEC_MERCHANT_TOKEN": "any"}
        began = time.perf_counter()
        process = subprocess.Popen(
            [*COMMAND, "run", "--base-url", url, "--out", folder],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        connection, _ = listener.accept()
        with connection:
            connection.recv(1)
            seconds = time.perf_counter() - began
        listener.close()  # whatever it asks next is refused at once, and the command ends
        process.wait(60)
    return seconds


def main() -> None:
    """Measure a few times, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--repeat", type=int, default=7)
    seconds = [once() for _ in range(parser.parse_args().repeat)]
    print(
        table(
            ["first request", "seconds"],
            [("fastest", min(seconds)), ("median", statistics.median(seconds)), ("slowest", max(seconds))],
        )
    )


if __name__ == "__main__":
    main()
