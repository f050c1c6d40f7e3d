"""Pacing: never run into a limit that the target announces, and obey it where it refuses all the same.

REST announces a leaky bucket of calls (`X-Shopify-Shop-Api-Call-Limit: used/size`), GraphQL a bucket of cost points
(`extensions.cost.throttleStatus`). Both belong to a token, so there is one `Throttle` per token. Times are seconds.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal

from fulfillspec.evidence import interrupts
from fulfillspec.wire.shared import Shared

REFUSALS: Final = frozenset({429, 430})
"""The status codes by which a target says: not so fast."""
_SECONDS_TO_EMPTY: Final = 20
"""A full bucket of calls leaks empty in this time, whatever the plan: 40 at 2/s, 80 at 4/s, 400 at 20/s."""
_LONGEST_BACKOFF: Final = 30.0
_TOLD: Final = 5.0
"""Seconds from which on a wait is told."""
IN_A_ROW: Final = 120.0
"""Seconds that are waited in a row for a target that refuses every time, where the target file names no other."""

_SHARED: Final = (
    "_not_before",
    "_size",
    "_used",
    "_most_used",
    "_used_at",
    "_points",
    "_maximum",
    "_restore",
    "_points_at",
    "_costs",
)
"""What processes that use the same token have to know of each other."""
_MOST: Final = 1e15
"""A number beyond this is no measure of anything; an integer of JSON may have any length."""

Clock = Callable[[], float]
Sleep = Callable[[float], None]


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Return the seconds that `Retry-After` asks for (a decimal, or an HTTP date); None without a readable one."""
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - (now or datetime.now(UTC))).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


class Throttle:
    """Paces the requests made with one token.

    `slack` is the number of calls left free in the bucket, for what the announced number rounds away.
    `requests_per_second` paces a target that announces nothing. `longest` bounds one wait, `in_a_row` all the waits from
    one answer to the next: after that the target is asked once a second. `say` is told of long waits.
    `waiting` is the time spent waiting so far, `refusals` the number of refusals.
    """

    def __init__(
        self,
        *,
        slack: int = 1,
        requests_per_second: float | None = None,
        longest: float = 60.0,
        in_a_row: float = IN_A_ROW,
        say: Callable[[str], None] | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = interrupts.sleep,
    ) -> None:
        self.waiting = 0.0
        self.refusals = 0
        self._slack = slack
        self._interval = 1 / requests_per_second if requests_per_second else 0.0
        self._longest, self._bound = longest, in_a_row
        self._say = say
        self._refused_for = 0.0
        self._clock, self._sleep = clock, sleep
        self._not_before = -math.inf
        self._in_a_row = 0
        self._size = self._used = self._most_used = 0.0
        self._used_at = 0.0
        self._points = self._maximum = self._restore = 0.0
        self._points_at = 0.0
        self._costs: dict[str, float] = {}
        self._others = 0
        self._turn: Callable[[], AbstractContextManager[None]] = nullcontext

    def share(self, others: int) -> None:
        """Keep the limits together with so many other processes, which are forked after this."""
        self._others = others
        self._turn = Shared(self, _SHARED).turn

    def before(self, transport: str, operation: str) -> float:
        """Wait until a request may be sent; return how long that took."""
        waited = 0.0
        while True:
            with self._turn():
                left = self._left(transport, operation, waited)
                if left <= 0:
                    self._take(transport, operation)
                    return waited
            if self._say is not None and left >= _TOLD:
                self._say(f"waiting {left:.0f} s: the target throttles {operation}")
            self.pause(left)
            waited += left

    def _left(self, transport: str, operation: str, waited: float) -> float:
        """Return how long is still to be waited; what was free a moment ago another process may have taken."""
        if waited and not self._others:
            return 0.0
        due = max(self._not_before, self._points_due(operation) if transport == "graphql" else self._call_due())
        return min(due - self._clock(), self._longest - waited)

    def _take(self, transport: str, operation: str) -> None:
        """Count a request that is sent now, for other processes: they do not see its answer."""
        now = self._clock()
        if self._interval:
            self._not_before = max(self._not_before, now + self._interval)
        if not self._others:
            return
        if transport == "graphql" and self._maximum:
            points = min(self._points + (now - self._points_at) * self._restore, self._maximum)
            self._points, self._points_at = points - self._cost(operation), now
        elif transport != "graphql" and self._size:
            used = max(self._used - (now - self._used_at) * self._size / _SECONDS_TO_EMPTY, 0.0)
            self._used, self._used_at = used + 1, now

    def pause(self, seconds: float) -> None:
        """Sleep, and count it."""
        self._sleep(seconds)
        self.waiting += seconds

    def after_rest(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of an answer how full the bucket of calls is."""
        used, _, size = headers.get("x-shopify-shop-api-call-limit", "").partition("/")
        try:
            numbers = float(used), float(size)
        except ValueError:
            return
        if numbers[1] < 1 or not math.isfinite(sum(numbers)):
            return
        with self._turn():
            self._used, self._size = min(max(numbers[0], 0.0), numbers[1]), numbers[1]
            self._used_at = self._clock()
            self._most_used = max(self._most_used, self._used)

    @property
    def leak(self) -> float | None:
        """The calls a second that the target allows for long; None where it announces no limit."""
        return self._size / _SECONDS_TO_EMPTY if self._size else None

    @property
    def counts(self) -> bool:
        """Whether the target was seen to count calls, and not only to announce a limit."""
        return self._most_used > 1

    def after_graphql(self, operation: str, extensions: Any) -> None:
        """Learn from the `extensions` of an answer what the operation costs and how many points are left."""
        cost = extensions.get("cost") if isinstance(extensions, dict) else None
        if not isinstance(cost, dict):
            return
        with self._turn():
            self._learn(operation, cost.get("requestedQueryCost"), cost.get("throttleStatus"))

    def _learn(self, operation: str, requested: Any, status: Any) -> None:
        if isinstance(requested, (int, float)) and _is_number(requested):
            self._costs[operation] = max(float(requested), 0.9 * self._costs.get(operation, 0.0))
        if isinstance(status, dict):
            numbers: list[Any] = [status.get(key) for key in ("currentlyAvailable", "maximumAvailable", "restoreRate")]
            if all(map(_is_number, numbers)) and numbers[2] > 0:
                self._points, self._maximum, restored = max(0.0, float(numbers[0])), *map(float, numbers[1:])
                # a bucket that takes longer than we wait is none that is documented: the refusals will tell
                believed = restored * self._bound >= self._maximum
                self._restore = restored if believed else self._maximum / _SECONDS_TO_EMPTY
                self._points_at = self._clock()

    def answered(self) -> None:
        """Note that the target took a request: the next refusal is the first of its row."""
        self._in_a_row = 0
        self._refused_for = 0.0

    @property
    def gave_up(self) -> bool:
        """Whether the target refused for longer than is waited in a row."""
        return self._refused_for > self._bound

    def refused(self, headers: Mapping[str, str]) -> float:
        """Note a refusal; return how long nothing is sent now: what `Retry-After` asks, else a doubling time."""
        self.refusals += 1
        self._in_a_row += 1
        asked = retry_after(headers)
        seconds = min(2.0 ** (self._in_a_row - 1), _LONGEST_BACKOFF) if asked is None else asked
        seconds = min(seconds, self._longest)
        self._refused_for += seconds
        if self.gave_up:
            seconds = min(seconds, 1.0)
        with self._turn():
            self._not_before = max(self._not_before, self._clock() + seconds)
        return seconds

    def _call_due(self) -> float:
        if not self._size:
            return -math.inf
        room = max(1.0, self._size - self._slack - self._others)
        return self._used_at + (self._used + 1 - room) * _SECONDS_TO_EMPTY / self._size

    def _points_due(self, operation: str) -> float:
        if not self._maximum:
            return -math.inf
        dearest = max(self._costs.values(), default=0.0)
        needed = min(self._cost(operation) + self._others * dearest, self._maximum)
        return self._points_at + (needed - self._points) / self._restore

    def _cost(self, operation: str) -> float:
        return min(self._costs.get(operation, max(self._costs.values(), default=0.0)), self._maximum)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -_MOST < value < _MOST


def throttled(data: Any) -> bool:
    """Tell whether a GraphQL answer says that the query was not carried out for its cost (`THROTTLED`)."""
    errors = data.get("errors") if isinstance(data, dict) else None
    return isinstance(errors, list) and any(
        isinstance(error, dict)
        and isinstance(error.get("extensions"), dict)
        and error["extensions"].get("code") == "THROTTLED"
        for error in errors
    )


class OrderPace:
    """Paces the creation of orders, which development stores take five of a minute.

    With a number, no more than that many are created within any minute. With `auto` nothing waits until the target
    refuses one: from then on five a minute, and no wait is longer than `in_a_row`. One pace belongs to one target,
    whichever actor creates.
    """

    AFTER_A_REFUSAL: Final = 5.0
    OF_CALLS: Final = 5.0
    """Seconds of `Retry-After` up to which a refusal is taken for the limit of calls, and not for that of orders."""

    def __init__(
        self,
        orders_per_minute: float | Literal["auto"] = "auto",
        *,
        in_a_row: float = IN_A_ROW,
        clock: Clock = time.monotonic,
        sleep: Sleep = interrupts.sleep,
    ) -> None:
        self.waiting = 0.0
        self.per_minute: float | None = None if orders_per_minute == "auto" else float(orders_per_minute)
        self._longest = in_a_row
        self._learned = orders_per_minute == "auto"
        self._clock, self._sleep = clock, sleep
        self._created: deque[float] = deque(maxlen=1000)
        self._not_before = -math.inf
        self._turn: Callable[[], AbstractContextManager[None]] = nullcontext

    def share(self) -> None:
        """Keep the pace together with other processes, which are forked after this."""
        self._turn = Shared(self, ("per_minute", "_created", "_not_before")).turn

    def before(self) -> float:
        """Wait until an order may be created, count it as created; return how long that took."""
        with self._turn():
            return self._wait()

    def _wait(self) -> float:
        now = self._clock()
        due = self._not_before
        if self.per_minute is not None:
            if self.per_minute < 1:
                due = max(due, self._created[-1] + 60 / self.per_minute if self._created else due)
            else:
                whole = math.floor(self.per_minute)
                while len(self._created) > whole:
                    self._created.popleft()
                if len(self._created) == whole:
                    due = max(due, self._created[0] + 60.0)
        waited = max(0.0, min(due - now, self._longest) if self._learned else due - now)
        if waited:
            self._sleep(waited)
            self.waiting += waited
        self._created.append(self._clock())
        return waited

    def refused(self, seconds: float | None = None) -> None:
        """Note that the target refused an order for creating too many, with the seconds of its `Retry-After`, if any.

        Without seconds it is taken that the next place is free a minute after the oldest order of the window.
        """
        with self._turn():
            self._refused(seconds)

    def _refused(self, seconds: float | None) -> None:
        if self._created:
            self._created.pop()
        if self.per_minute is None and (seconds is None or seconds > self.OF_CALLS):
            self.per_minute = self.AFTER_A_REFUSAL
        self._not_before = self._clock() + (seconds if seconds is not None else self._until_free())

    def _until_free(self) -> float:
        window = [moment for moment in self._created if moment > self._clock() - 60]
        return max(1.0, window[0] + 60 - self._clock()) if window else 15.0
