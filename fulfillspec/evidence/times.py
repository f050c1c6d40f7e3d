"""What a run took from elsewhere than its target's answers: the clock, and what its listener had heard at a moment.

A live run writes each down as it takes it; a replayed one is handed the same in the same order, so that it comes to the
same results. The first line of the file is what the run set out to do, without secrets.
"""

from __future__ import annotations

import contextlib
import json
import math
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

from fulfillspec.evidence import interrupts, log
from fulfillspec.evidence.log import DamagedEvidence

FILE: Final = "times.ndjson"
SCHEMA: Final = "fulfillspec/times/1"
LONGEST: Final = 64 * 1024 * 1024
"""Bytes of the file that are read."""
_ODDEST: Final = 10.0**12
_STOP: Final = "the stop"


class NotRecorded(LookupError):
    """The suite asks for what the recording does not hold: other cases, other code, or another target profile."""


class RecordedStop(KeyboardInterrupt):
    """The place at which a recorded run was stopped."""


class Times(Protocol):
    """A clock, and a count of what was heard, that are the same in a replay."""

    def now(self, what: str) -> datetime:
        """Return the time of day. `what` names the occasion."""
        ...

    def seconds(self, what: str) -> float:
        """Return seconds of a clock that only goes forward."""
        ...

    def count(self, what: str, counted: int) -> int:
        """Return what was counted at an occasion."""
        ...

    def value(self, what: str, value: Any) -> Any:
        """Return what was told at an occasion: anything that JSON can hold."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...

    def write(self, line: Mapping[str, Any]) -> None:
        """Write down something that came from elsewhere."""
        ...

    def stop(self, case: str) -> None:
        """Note that the run is stopped here, in a case."""
        ...

    def close(self) -> None:
        """End."""
        ...


class Clock:
    """The clock of this machine; what is taken is written to a file, if there is one."""

    def __init__(self, path: Path | None = None, head: Mapping[str, Any] | None = None) -> None:
        self._file: TextIO | None = path.open("w", encoding="utf-8", buffering=1 << 16) if path is not None else None
        self._began = time.monotonic()
        self._stopped = False
        self._lock = threading.Lock()
        if head is not None:
            self.write({"schema": SCHEMA, **head})

    def now(self, what: str) -> datetime:
        """Return the time of day in UTC."""
        moment = datetime.now(UTC)
        self.write({"what": what, "is": moment.isoformat()})
        return moment

    def seconds(self, what: str) -> float:
        """Return the seconds since this clock was made."""
        passed = round(time.monotonic() - self._began, 6)
        self.write({"what": what, "is": passed})
        return passed

    def count(self, what: str, counted: int) -> int:
        """Return what was counted."""
        self.write({"what": what, "is": counted})
        return counted

    def value(self, what: str, value: Any) -> Any:
        """Return what was told."""
        self.write({"what": what, "is": value})
        return value

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        interrupts.sleep(seconds)

    def go_on_in(self, path: Path) -> None:
        """Write what comes to another file, in a process that was forked once all before it was flushed."""
        self._stopped, self._lock = False, threading.Lock()
        if self._file is not None:
            self._file.close()
            self._file = path.open("w", encoding="utf-8", buffering=1 << 16)

    def take_in(self, path: Path) -> None:
        """Add the lines of a file that `go_on_in` began; a cut last line is left out."""
        with path.open(encoding="utf-8", errors="backslashreplace") as lines, self._lock:
            for line in lines:
                if line.endswith("\n") and self._file is not None:
                    self._file.write(line)

    def flush(self) -> None:
        """Bring the lines written so far to the file."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            if self._file is not None:
                self._file.flush()

    def write(self, line: Mapping[str, Any]) -> None:
        """Write a line down; what cannot be written is left out, for the clean-up goes on."""
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        with self._lock:
            if self._file is not None:
                try:
                    self._file.write(text)
                except OSError:
                    self._file = None

    def stop(self, case: str) -> None:
        """Write down that the run is stopped here, in a case; once."""
        if not self._stopped:
            self._stopped = True
            self.write({"what": _STOP, "is": case})

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            try:
                self._file.close()
            except OSError:
                self._file = None


class RecordedTimes:
    """The times of a recorded run, in their order; it never sleeps.

    Where the run asks for another occasion than was recorded, `differs` says so (the first time), and time goes on
    from the last one that was known. Where the recorded run was stopped, a `KeyboardInterrupt` comes again;
    `stopped_in` are the cases of it, one for each track at most; `tracks` are those that were begun.
    """

    def __init__(self, path: Path) -> None:
        lines = _lines(path)
        self.head = next(lines, {})
        if self.head.get("schema") != SCHEMA:
            raise DamagedEvidence(f"{path.name} does not begin with the schema {SCHEMA!r}")
        rows = list(lines)
        self.heard = [row for row in rows if "heard" in row]
        self.listened = next((str(row["listening"]) for row in rows if "listening" in row), "")
        self._taken = [row for row in rows if "what" in row]
        self.stopped_in = frozenset(str(row.get("is")) for row in self._taken if row["what"] == _STOP)
        self.tracks = tuple(str(row["track"]) for row in rows if "track" in row)
        self._next = 0
        self._moment = datetime(2000, 1, 1, tzinfo=UTC)
        self._seconds = 0.0
        self._counts: dict[str, int] = {}
        self.differs = ""

    @property
    def left(self) -> int:
        """How many times were not taken."""
        return len(self._taken) - self._next

    def now(self, what: str) -> datetime:
        """Return the recorded time of day."""
        said = self._take(what)
        try:
            self._moment = (
                datetime.fromisoformat(said) if isinstance(said, str) else self._moment + timedelta(seconds=1)
            )
            self._moment = self._moment if self._moment.tzinfo else self._moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self._note(f"{said!r} is no time of {what}")
        return self._moment

    def seconds(self, what: str) -> float:
        """Return the recorded seconds."""
        said = self._take(what)
        fits = isinstance(said, (int, float)) and math.isfinite(said) and abs(said) < _ODDEST
        self._seconds = float(said) if fits else self._seconds + 1
        return self._seconds

    def count(self, what: str, counted: int) -> int:
        """Return what was counted then; `counted` has no part in it."""
        del counted
        said = self._take(what)
        self._counts[what] = said if isinstance(said, int) and 0 <= said < _ODDEST else self._counts.get(what, 0)
        if self._counts[what] > len(self.heard):
            self._note(f"{self._counts[what]} requests had come in, and it holds {len(self.heard)}")
        return self._counts[what]

    def value(self, what: str, value: Any) -> Any:
        """Return what was told then; `value` has no part in it."""
        del value
        return self._take(what)

    def sleep(self, seconds: float) -> None:
        """Return at once."""

    def write(self, line: Mapping[str, Any]) -> None:
        """Do nothing: it is written down already."""

    def stop(self, case: str) -> None:
        """Pass over the place at which the recorded run was stopped; `case` has no part in it."""
        del case
        if self._next < len(self._taken) and self._taken[self._next]["what"] == _STOP:
            self._next += 1

    def close(self) -> None:
        """Do nothing: all was read."""

    def _take(self, what: str) -> Any:
        row = self._taken[self._next] if self._next < len(self._taken) else None
        if row is not None and row["what"] == _STOP:
            self._next += 1
            raise RecordedStop
        if row is None or row["what"] != what:
            self._note(f"it asks for the time of {what}, recorded next: {row['what'] if row else 'nothing more'}")
            return None
        self._next += 1
        return row.get("is")

    def _note(self, difference: str) -> None:
        self.differs = self.differs or difference[:300]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.stat().st_size > LONGEST:
        raise DamagedEvidence(f"{path.name} is longer than {LONGEST:,} bytes")
    yield from log.rows(path)
