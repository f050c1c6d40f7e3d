"""How late changes can be read: no document says how soon that is, and some stores work in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

PAUSES: Final = (0.25, 0.75)
"""Seconds that are waited before each further look that shows nothing yet of what an action did."""
_TRIES: Final = 2


@dataclass
class Delay:
    """How late a target shows changes, as far as that was seen.

    `pauses`: before each further look; none once two were in vain. `late`: seconds after which one of them showed what the
    first did not; so long is waited for whatever is read after a change. `changed`: something was.
    """

    pauses: tuple[float, ...] = PAUSES
    in_vain: int = 0
    late: float = 0.0
    changed: bool = False

    def showed(self, seconds: float) -> None:
        """Take note that what an action did showed so many seconds after the first look."""
        self.late = max(self.late, seconds)

    def showed_nothing(self) -> None:
        """Take note that no further look showed what an action did."""
        self.in_vain += 1
        if self.in_vain == _TRIES:
            self.pauses = ()

    def let_settle(self, sleep: Callable[[float], None]) -> None:
        """Wait until what was changed can be read, where the target is known to need that."""
        if self.late and self.changed:
            sleep(self.late)
        self.changed = False
