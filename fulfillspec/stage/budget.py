"""How many orders a run may make: a cap that is divided among its transports."""

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
        made, share = self._made[transport], self._share(transport)
        if made < share:
            return None
        others = [other for other in self._transports if other != transport]
        besides = f", the other {self._most - share} of {self._most} are for {' and '.join(others)}" if others else ""
        return (
            f"no more orders are made over {transport}: {made} were made{besides} ([limits] orders in the target file)"
        )

    def _share(self, transport: str) -> int:
        """Return how many orders a transport may make: as many as each other one, whichever comes first."""
        if transport not in self._transports:
            return self._most
        each, more = divmod(self._most, len(self._transports))
        return each + (self._transports.index(transport) < more)
