"""What the suite costs on top of its requests: a run against a bare replay of the very same exchanges.

    python benchmarks/replay.py [--repeat 3] [options of fulfillspec run]

Each time a run walks a fresh sandbox in another process, and then the requests of its evidence are sent again to
another fresh sandbox in another process: in the same order, one kept connection for each actor, bodies read and
thrown away. The server's time is in both. The run's time is that from its first request to its last, its results
are written after it; what the whole command took stands beside it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from measured import Store, run, serving, table


def exchanges(out: Path) -> list[dict[str, Any]]:
    """Read the exchanges of a run."""
    rows = map(json.loads, (out / "evidence.ndjson").read_text("utf-8").splitlines())
    return [row for row in rows if "n" in row]


def walked(rows: list[dict[str, Any]]) -> float:
    """Return the seconds from the first request of a run to its last answer."""
    first, last = datetime.fromisoformat(rows[0]["at"]), datetime.fromisoformat(rows[-1]["at"])
    return (last - first).total_seconds() + float(rows[-1]["ms"]) / 1000


def replay(store: Store, rows: list[dict[str, Any]]) -> tuple[float, int]:
    """Send the requests again; return the seconds that took and how many answers had another status."""
    host = urlsplit(store.url).netloc
    connections: dict[str, http.client.HTTPConnection] = {}
    prepared = []
    for row in rows:
        asked = row["request"]
        parts = urlsplit(asked["url"])
        headers = {
            name: value
            for name, value in asked["headers"].items()
            if name.lower() not in {"x-shopify-access-token", "host", "content-length"}
        }
        if row["actor"] in store.tokens:
            headers["X-Shopify-Access-Token"] = store.tokens[row["actor"]]
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        body = asked["body"].encode() if asked["body"] is not None else None
        prepared.append((row["actor"], asked["method"], path, body, headers, row["response"]["status"]))
        connections.setdefault(row["actor"], http.client.HTTPConnection(host))
    differing = 0
    began = time.perf_counter()
    for actor, method, path, body, headers, status in prepared:
        connection = connections[actor]
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        differing += answer.status != status
    seconds = time.perf_counter() - began
    for connection in connections.values():
        connection.close()
    return seconds, differing


def main() -> None:
    """Measure, and print a row for each repetition."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--repeat", type=int, default=3)
    given, options = parser.parse_known_args()
    rows = []
    for number in range(1, given.repeat + 1):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "run"
            with serving() as store:
                ended = run(store, out, *options)
            found = exchanges(out)
            with serving() as store:
                seconds, differing = replay(store, found)
        took = walked(found)
        rows.append((number, len(found), ended.seconds, took, seconds, differing, took / seconds))
    print(table(["#", "exchanges", "command s", "run s", "replay s", "other status", "run/replay"], rows))
    fastest = min(row[3] for row in rows) / min(row[4] for row in rows)
    print(
        f"run/replay: median {statistics.median(row[-1] for row in rows):.2f}, fastest run to fastest replay {fastest:.2f}"
    )


if __name__ == "__main__":
    main()
