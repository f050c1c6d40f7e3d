"""How many orders a run may make: a cap over all transports, of which each leaves the others their share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

SHARE: Final = 12
"""Orders that a transport needs at most on a conforming store."""
MOST: Final = {"core": 60, "certify": 120}
"""Orders that a run makes at most where the target file names no other number."""


class Budget:
    """Counts the orders of each transport."""

    def __init__(self, most: int, transports: Sequence[str] = ()) -> None:
        self._most, self._transports = most, tuple(transports)
        self._made: Counter[str] = Counter()

    def made(self, transport: str) -> None:
        """Count an order that was made for a transport."""
        self._made[transport] += 1

    def made_over(self, transport: str) -> int:
        """Return how many orders were made for a transport."""
        return self._made[transport]

    def refuses(self, transport: str) -> str | None:
        """Return why no further order is made for a transport, None where one may be."""
        kept, others = self._kept(transport), [other for other in self._transports if other != transport]
        if self._made.total() + kept < self._most:
            return None
        besides = f", {kept} of the {self._most} are kept for {' and '.join(others)}" if kept else ""
        return (
            f"no more orders are made over {transport}: {self._made.total()} were made{besides} "
            "([limits] orders in the target file)"
        )

    def _kept(self, transport: str) -> int:
        """Return how many orders are kept for the other transports."""
        share = min(SHARE, self._most // max(len(self._transports), 1))
        return sum(max(share - self._made[other], 0) for other in self._transports if other != transport)
