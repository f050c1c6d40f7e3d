"""The store's time: UTC, and instants as clients write them."""

import contextlib
from datetime import UTC, datetime, timedelta

_PLAIN_FORMS = ("%Y-%m-%d %H:%M %Z", "%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M %z", "%Y-%m-%d %H:%M:%S %z")


class Clock:
    """The time of day, which tests may advance."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._ahead += timedelta(seconds=seconds)


def read_instant(text: str) -> datetime | None:
    """Read ISO 8601, or the form of the reschedule sample (`2026-02-02 16:22 UTC`), as UTC in whole seconds.

    An instant without offset is taken as UTC. Returns None for anything else.
    """
    found: datetime | None = None
    with contextlib.suppress(ValueError):
        found = datetime.fromisoformat(text)
    for form in _PLAIN_FORMS if found is None else ():
        with contextlib.suppress(ValueError):
            found = datetime.strptime(text, form)  # noqa: DTZ007 (the forms carry a zone; %Z alone leaves it out)
            break
    if found is None:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    try:
        return found.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        return None
