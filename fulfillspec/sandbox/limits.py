"""Rate limits: a leaky bucket for each app, and a number of new orders a minute."""

from collections import deque
from time import monotonic

from fulfillspec.sandbox.errors import Throttled

CALLS = "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service."
ORDERS = "Too many attempts. Please try again later."
SIZE = 40
LEAK = 2.0
ORDERS_PER_MINUTE = 5


class Unlimited:
    """No limits; the header says that there is room."""

    def call(self, _client: int) -> str:
        """Count a call; returns the value of X-Shopify-Shop-Api-Call-Limit."""
        return f"1/{SIZE}"

    def order(self) -> None:
        """Count a new order."""


class Standard(Unlimited):
    """The limits of a development store: bucket of 40, leak of 2 a second, five new orders a minute."""

    def __init__(self) -> None:
        self._levels: dict[int, tuple[float, float]] = {}
        self._orders: deque[float] = deque()

    def call(self, client: int) -> str:
        """Count a call; raises Throttled when the client's bucket is full."""
        now = monotonic()
        level, then = self._levels.get(client, (0.0, now))
        level = max(0.0, level - (now - then) * LEAK)
        if level + 1 > SIZE:
            self._levels[client] = (level, now)
            raise Throttled(CALLS, max(0.5, (level + 1 - SIZE) / LEAK))
        self._levels[client] = (level + 1, now)
        return f"{int(level + 1)}/{SIZE}"

    def order(self) -> None:
        """Count a new order; raises Throttled for the sixth within a minute."""
        now = monotonic()
        while self._orders and now - self._orders[0] >= 60:
            self._orders.popleft()
        if len(self._orders) >= ORDERS_PER_MINUTE:
            raise Throttled(ORDERS, 60 - (now - self._orders[0]) + 0.1)
        self._orders.append(now)


RATES: dict[str, type[Unlimited]] = {"none": Unlimited, "standard": Standard}
