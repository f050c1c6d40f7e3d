"""What the tests of the wire share."""

from dataclasses import replace
from typing import Any

from fulfillspec.wire.limits import Limits

TOKEN = "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"
SMALL = Limits(connect=300, gap=300, whole=300, headers=20_000, body=100_000, depth=16, redirects=2, attempts=3)
"""Little is read, and it may take as long as a busy machine takes."""
SHORT = replace(SMALL, connect=0.5, gap=0.25)
"""Silence ends an exchange soon."""
BRIEF = replace(SMALL, whole=0.5)
"""An exchange ends soon, whatever comes."""


class Time:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def ask(http: Any, path: str = "/x.json", method: str = "GET", **options: Any) -> Any:
    return http.send(method, path, **{"transport": "rest", "operation": "get", **options})
