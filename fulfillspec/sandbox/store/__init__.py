"""The store: its state and its operations, free of any transport.

Each operation is one method; the small methods it calls are the places where a mutant or a variant differs.
"""

from fulfillspec.sandbox.store.cuts import Cuts
from fulfillspec.sandbox.store.ending import Ending
from fulfillspec.sandbox.store.fulfilling import Fulfilling
from fulfillspec.sandbox.store.holds import Holds
from fulfillspec.sandbox.store.moves import Moves
from fulfillspec.sandbox.store.requests import Requests
from fulfillspec.sandbox.store.seeding import Seeding
from fulfillspec.sandbox.store.timing import Timing


class Store(Requests, Ending, Holds, Moves, Cuts, Timing, Fulfilling, Seeding):
    """A shop with fulfillment orders."""


__all__ = ["Store"]
