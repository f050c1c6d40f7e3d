"""The live line of a run: how far it is, what it costs so far, how many deviations, about how long it still takes."""

import contextlib
import os
import time
from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from fulfillspec.reporting.terminal import printable
from fulfillspec.reporting.text import one_line


class Progress:
    """Tells how a run goes: a live line on a terminal, else a plain line at the start, each quarter and rarely between.

    The calls may come in any order and as often as one likes; `stop` may be called twice.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        live: bool | None = None,
        every: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        counts: Callable[[], tuple[int, int, int]] = lambda: (0, 0, 0),
    ) -> None:
        """Write to `stream`; `live` None asks the stream. Plain lines come at most each `every` seconds.

        `counts` tells requests, orders and deviations so far. The live line asks it each time it is drawn, so it moves
        while one case waits for the target's limits.
        """
        self._stream = stream
        self._clock = clock
        self._every = every
        self._counts = counts
        self._total = self._done = 0
        self._case = ""
        self._quarter = 0
        self._began = self._reported = clock()
        if (stream.isatty() and os.environ.get("TERM") != "dumb") if live is None else live:
            console = Console(file=stream, highlight=False, markup=False, emoji=False, force_terminal=True)
            self._live: Live | None = Live(
                console=console, get_renderable=self._line, refresh_per_second=8, transient=True
            )
        else:
            self._live = None

    def count(self, counts: Callable[[], tuple[int, int, int]]) -> None:
        """Ask somebody else for the counts from now on."""
        self._counts = counts

    def silence(self) -> None:
        """Say nothing more, in a process that was forked: the line is the other's."""
        self._live, self._quarter = None, -1

    def start(self, total_cases: int) -> None:
        """Begin: so many cases will run."""
        self._total = total_cases
        self._began = self._reported = self._clock()
        if self._live:
            self._live.start()
        else:
            self._say(f"{total_cases} cases")

    def case(self, name: str) -> None:
        """Note that a case begins; those before it are done."""
        if self._case:
            self._done += 1
        self._case = name
        self._plain()

    def stop(self) -> None:
        """End: the live line goes away, a plain one tells the counts."""
        if self._case:
            self._done, self._case = min(self._done + 1, self._total or self._done + 1), ""
        if self._live:
            self._live.stop()
            self._live = None
        elif self._quarter >= 0:
            self._say(self._status())
        self._quarter = -1

    def _plain(self) -> None:
        if self._live or self._quarter < 0:
            return
        quarter = 4 * self._done // self._total if self._total else 0
        if quarter > self._quarter or self._clock() - self._reported >= self._every:
            self._quarter = max(quarter, self._quarter)
            self._say(self._status())

    def _say(self, text: str) -> None:
        self._reported = self._clock()
        with contextlib.suppress(OSError, ValueError):  # a closed pipe or a full device ends no run
            self._stream.write(printable(text, self._stream) + "\n")
            self._stream.flush()

    def _status(self) -> str:
        requests, orders, deviations = self._counts()
        spent = self._clock() - self._began
        left = spent / self._done * (self._total - self._done) if 0 < self._done < self._total else 0
        told = [
            f"{self._done}/{self._total} cases",
            _counted(deviations, "deviation"),
            f"{requests:,} request{'s' * (requests != 1)}",
            f"{orders:,} order{'s' * (orders != 1)}",
            f"{spent:.0f} s",
            f"about {left:.0f} s left" if left >= 1 else "",
        ]
        return " · ".join(filter(None, told))

    def _line(self) -> Text:
        text = Text(printable(self._status(), self._stream), no_wrap=True, overflow="ellipsis")
        if self._case:
            text.append(f"  {printable(one_line(self._case.removeprefix('suites/'), 120), self._stream)}", style="dim")
        return text


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}" if number else ""
