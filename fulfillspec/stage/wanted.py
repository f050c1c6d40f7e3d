"""The state that a fulfillment order is wanted in, as a value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypedDict


class Needs(TypedDict, total=False):
    """What a case needs of a fulfillment order beside its state; see `Wanted`."""

    movable: bool
    lines: int
    units: int
    whole: bool
    alone: bool
    clear: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fulfillment order in a state (`place:status/request_status`), and what else it has to be.

    `movable`: its items are stocked at another location too. `lines`, `units`: it has at least so many line items and
    units left; of several line items with more units than that, one has several. `whole`: nothing of it was fulfilled.
    `alone`: its order has no other that is not ended. `clear`: no other one of its order stands where it would be moved
    to (`service`, or `elsewhere`). `ours`: at the location of the service that this run made or was told, not one that
    came with a given order.
    """

    state: str
    movable: bool = False
    lines: int = 1
    units: int = 1
    whole: bool = False
    alone: bool = False
    clear: str = ""
    ours: bool = False

    @property
    def place(self) -> str:
        """`service` or `merchant`: whose location it is at."""
        return self.state.partition(":")[0]

    @property
    def ended(self) -> bool:
        """Whether nothing can be left to fulfil in the state."""
        return self.state.partition(":")[2].startswith(("closed/", "cancelled/"))

    @property
    def untouched(self) -> bool:
        """Whether nothing of it may have been fulfilled; with several lines each has to be whole.

        No document says what the release of a hold on what is partly fulfilled leads to.
        """
        return not self.ended and (self.whole or self.lines > 1 or ":on_hold/" in self.state)

    def at(self, state: str) -> Wanted:
        """Return the same in another state, to begin the way from."""
        return replace(self, state=state)

    def of_one_line(self) -> Wanted:
        """Return what does for want of several line items."""
        return replace(self, lines=1, whole=self.whole or self.lines > 1)
