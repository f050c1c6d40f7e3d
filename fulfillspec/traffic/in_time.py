"""Requests in the order in which they were sent: who records writes them down when they end, or into several files."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from fulfillspec.evidence.observation import moment

WINDOW: Final = 256
"""Requests that are put in order at a time: memory stays flat, whatever a file holds."""
_LATE: Final = "comes in the file long after what was sent later"
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

_Timed = tuple[datetime, int, dict[str, Any]]


def ordered(requests: Iterable[dict[str, Any]], unread: Counter[str]) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Yield requests with when they were sent, in that order; what stands too far behind is counted and left out.

    One without a time was sent when the one before it was.
    """
    waiting: list[_Timed] = []
    latest = given = _LONG_AGO
    for number, fields in enumerate(requests):
        given = moment(fields["at"]) or given
        if given < latest:
            unread[_LATE] += 1
            continue
        heapq.heappush(waiting, (given, number, fields))
        if len(waiting) > WINDOW:
            latest, _, first = heapq.heappop(waiting)
            yield latest, first
    while waiting:
        at, _, first = heapq.heappop(waiting)
        yield at, first


def merged(streams: list[Iterator[tuple[datetime, dict[str, Any]]]]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield the requests of several files in the order in which they were sent, and whether that order is known.

    It is not where files have requests of the same time: those who record often write whole milliseconds.
    """
    numbered = [zip(stream, itertools.repeat(number)) for number, stream in enumerate(streams)]
    timed = heapq.merge(*numbered, key=lambda request: request[0][0])
    for _, group in itertools.groupby(timed, key=lambda request: request[0][0]):
        at_once = list(group)
        known = len({number for _, number in at_once}) == 1
        yield from ((fields, known) for (_, fields), _ in at_once)
