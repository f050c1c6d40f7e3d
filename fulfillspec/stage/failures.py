"""What failed before: preparing that fails alike twice is not tried a third time."""

from __future__ import annotations

import re
from typing import Final

_NUMBERS: Final = re.compile(r"\d+")
_MOST: Final = 4
"""Tries in all, whatever their reasons."""


class Failures:
    """Remembers for each thing that was tried why it failed; numbers do not tell two reasons apart.

    The first reason is the one that counts: what fails later often fails for what the first try left behind.
    """

    def __init__(self) -> None:
        self._reasons: dict[str, list[str]] = {}

    def add(self, tried: str, reason: str) -> str:
        """Note a failure; return the reason that counts."""
        reasons = self._reasons.setdefault(tried, [])
        reasons.append(reason)
        return reasons[0]

    def final(self, tried: str) -> str | None:
        """Return the reason that counts where trying again is no use any more, None where it may be tried."""
        reasons = self._reasons.get(tried, [])
        kinds = {_NUMBERS.sub("#", reason) for reason in reasons}
        return reasons[0] if len(kinds) < len(reasons) or len(reasons) >= _MOST else None

    def forget(self, tried: str) -> None:
        """Forget the failures of what has succeeded since."""
        self._reasons.pop(tried, None)

    def give_up(self, tried: str, reason: str) -> str:
        """Note a failure after which trying again is no use; return the reason that counts."""
        self.add(tried, reason)
        return self.add(tried, reason)
