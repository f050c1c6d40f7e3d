"""What a run says in the terminal: a live line while it goes, one screen when it is done."""

import io
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from fulfillspec.reporting import tally
from fulfillspec.reporting.run import Deviation, Run, parse
from fulfillspec.reporting.text import one_line

SHOWN = 5
"""Deviations that the summary tells, and differences between versions."""

VERSIONS = 8
"""Versions that the summary tells."""

_COLOUR = {
    "pass": "green",
    "fail": "bold red",
    "warn": "yellow",
    "inconclusive": "magenta",
    "conformant": "bold green",
    "nonconformant": "bold red",
    "aborted": "bold",
}
_HEADS = (("pass", "pass"), ("fail", "fail"), ("warn", "warn"), ("inconclusive", "open"))
_ASCII = {
    "✔": "+",
    "✖": "x",
    "▲": "!",
    "◆": "?",
    "\u2013": "-",
    "○": "o",
    "…": "...",
    "·": "-",
    "“": '"',
    "”": '"',
    "→": "->",
}


def wants_colour(stream: TextIO) -> bool:
    """Tell whether `stream` is a terminal that takes colour: NO_COLOR is not set and TERM is not `dumb`."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def printable(text: str, stream: TextIO) -> str:
    """Return `text` with what the encoding of `stream` cannot carry told in ASCII."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        plain = "".join(_ASCII.get(sign, sign) for sign in text)
        return plain.encode(encoding, "replace").decode(encoding)
    return text


def summary(results: Mapping[str, Any], out_dir: Path, *, width: int, colour: bool) -> str:
    """Return the result of a run as one screen: at most 40 lines of at most `width` columns, no line break at the end.

    Verdict and next action, counts by area, the first deviations, what could not be observed, the cost of the run,
    and where the report is. Without `colour` there is not one control character in it.
    """
    run = parse(results)
    width = max(width, 40)
    screen = io.StringIO()
    console = Console(
        file=screen,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
        legacy_windows=False,
    )
    _verdict(console, run, width)
    if run.versions:
        _versions(console, run, width)
    else:
        _areas(console, run, width)
    _deviations(console, run, width)
    _open(console, run, width)
    _cost(console, run, out_dir)
    return "\n".join(line.rstrip() for line in screen.getvalue().rstrip("\n").split("\n"))


def _verdict(console: Console, run: Run, width: int) -> None:
    mark = {"conformant": "✔", "nonconformant": "✖", "inconclusive": "◆"}.get(run.verdict, "○")
    style = _COLOUR.get(run.verdict, "bold")
    head = Text.assemble((f"{mark} {run.verdict}", style), f"  {one_line(run.summary, 2 * width - 30)}")
    console.print(head)
    if run.next_action:
        console.print(Text(f"  Next: {one_line(run.next_action, 2 * width - 20)}"))
    console.print()


def _versions(console: Console, run: Run, width: int) -> None:
    """Tell each version in a line, and what differs between them that the documents do not make differ."""
    for version in run.versions[:VERSIONS]:
        word = {"conformant": "pass", "nonconformant": "fail"}.get(version.verdict, version.verdict)
        counted = " · ".join(
            f"{version.counts[verdict]} {head}" for verdict, head in _HEADS if version.counts.get(verdict)
        )
        served = f" (served {version.served})" if version.served not in {"", version.asked} else ""
        line = Text.assemble(
            (f"{tally.MARK.get(word, '○')} {one_line(version.asked, 12)}", _COLOUR.get(version.verdict, "bold")),
            f"{one_line(served, 40)}  {one_line(version.verdict, 20)}  {counted or one_line(version.summary, 60)}",
        )
        console.print(line, no_wrap=True, overflow="crop")
    if len(run.versions) > VERSIONS:
        console.print(Text(f"  … and {len(run.versions) - VERSIONS} more versions in the report", style="dim"))
    documented = sum(found.documented for found in run.differences)
    others = [found for found in run.differences if not found.documented]
    text = f"{len(run.differences)} differences: {documented} by the documents, {len(others)} by what was observed"
    console.print(Text(text), no_wrap=True, overflow="crop")
    for found in sorted(others, key=lambda one: "fail" not in one.verdicts.values())[:SHOWN]:
        seen = ", ".join(
            f"{version.asked} {found.verdicts.get(version.asked) or found.observed.get(version.asked, '')}"
            for version in run.versions
            if version.asked in found.verdicts or version.asked in found.observed
        )
        console.print(Text(f"  {_fit(f'{found.id}: {seen}', width - 2)}"), no_wrap=True, overflow="crop")
    console.print()


def _areas(console: Console, run: Run, width: int) -> None:
    counted = tally.by_area(run)
    judged = {area: row for area, row in counted.items() if any(row[verdict] for verdict, _ in _HEADS)}
    columns = 2 if len(judged) > 4 and _beside(list(judged)) <= width else 1
    if columns == 1 and len(judged) > 8:
        fine = {area: row for area, row in judged.items() if not any(row[verdict] for verdict, _ in _HEADS[1:])}
        judged = {area: row for area, row in judged.items() if area not in fine}
        console.print(
            Text("all pass: " + ", ".join(f"{one_line(area, 22)} {row['pass']}" for area, row in fine.items()))
        )
    if judged:
        console.print(_area_table(judged, columns))
    silent = [area for area, row in counted.items() if not any(row[verdict] for verdict, _ in _HEADS)]
    if silent:
        console.print(Text(one_line(f"not judged: {', '.join(silent)}", width)), style="dim")
    console.print()


def _beside(names: list[str]) -> int:
    half = -(-len(names) // 2)
    return sum(max(4, *(len(name) for name in side)) for side in (names[:half], names[half:])) + 2 * 21 + 3


def _area_table(judged: Mapping[str, tally.Counts], columns: int) -> Table:
    names, half = list(judged), -(-len(judged) // columns)
    table = Table(box=None, padding=(0, 1, 0, 0), show_edge=False, header_style="dim")
    for side in range(columns):
        table.add_column("   area" if side else "area", no_wrap=True)
        for _, head in _HEADS:
            table.add_column(head, justify="right", no_wrap=True)
    for place in range(half):
        cells: list[Text] = []
        for side in range(columns):
            number = place + side * half
            cells += _area_cells(names[number], judged[names[number]], side) if number < len(names) else [Text("")] * 5
        table.add_row(*cells)
    return table


def _area_cells(area: str, row: tally.Counts, side: int) -> list[Text]:
    cells = [Text(("   " if side else "") + one_line(area, 22))]
    for verdict, _ in _HEADS:
        number = row[verdict]
        style = _COLOUR[verdict] if number and verdict != "pass" else "" if number else "dim"
        cells.append(Text(str(number) if number else "·", style=style))
    return cells


def _deviations(console: Console, run: Run, width: int) -> None:
    groups: dict[tuple[str, str, str], list[Deviation]] = {}
    for found in tally.by_gravity(run):
        if found.baseline is None:
            groups.setdefault((found.requirement, found.documented, found.received), []).append(found)
    told = list(groups.values())[:SHOWN]
    for same in told:
        for line in _deviation(same, width):
            console.print(line, no_wrap=True, overflow="crop")
    more = sum(map(len, groups.values())) - sum(map(len, told))
    known = len(run.deviations) - sum(map(len, groups.values()))
    if more:
        console.print(Text(f"  … and {more} more deviation{'s' if more > 1 else ''} in the report", style="dim"))
    if known:
        console.print(Text(f"  {known} known deviation{'s' if known > 1 else ''} of the baseline", style="dim"))
    if run.deviations:
        console.print()


def _deviation(same: list[Deviation], width: int) -> list[Text]:
    found = same[0]
    verdict = "fail" if found.level == "must" else "warn"
    transports = "+".join(dict.fromkeys(one_line(one.transport, 12) for one in same))
    head = Text.assemble(
        (f"{tally.MARK[verdict]} {one_line(found.requirement, 60)}", _COLOUR[verdict]),
        f"  {found.level} · {transports}",
    )
    room = width - head.cell_len - 3
    if room >= 12:
        head.append(f" · {_fit(found.case.removeprefix('suites/'), room)}", style="dim")
    room = width - cell_len("  documented  · received ")
    documented = _fit(found.documented, max(room // 2, room - cell_len(one_line(found.received, width))))
    return [head, Text(f"  documented {documented} · received {_fit(found.received, room - cell_len(documented))}")]


def _open(console: Console, run: Run, width: int) -> None:
    rows = [row for row in run.requirements if row.verdict == "inconclusive"]
    if not rows:
        return
    console.print(Text(f"◆ {len(rows)} could not be observed:", style=_COLOUR["inconclusive"]))
    reasons = dict.fromkeys(row.reason or "no reason recorded" for row in rows)
    for reason in list(reasons)[:3]:
        number = sum((row.reason or "no reason recorded") == reason for row in rows)
        console.print(
            Text(f"  {number} \u00d7 {_fit(reason, width - 5 - len(str(number)))}"), no_wrap=True, overflow="crop"
        )
    if len(reasons) > 3:
        console.print(Text(f"  … and {len(reasons) - 3} more reasons", style="dim"))
    console.print()


def _cost(console: Console, run: Run, out_dir: Path) -> None:
    left = f" · {len(run.left_behind)} left behind" if run.left_behind else ""
    throttled = f" · throttled {run.throttled} times" if run.throttled else ""
    walked = run.versions or (run,)
    requests, orders = (sum(one.exchanges for one in walked), sum(one.orders_created for one in walked))
    seconds = sum(one.seconds for one in walked)
    told = f"{run.profile} profile · {requests:,} requests · {orders:,} orders · {seconds:,.1f} s{throttled}{left}"
    console.print(Text(told), style="dim")
    if len(run.target.get("transports") or ()) > 1 and not run.versions:
        _costs(console, run)
    # the path may be longer than a line; it stays in one piece so that it can be copied
    console.print(Text(f"Report: {one_line(str(out_dir / 'report.html'), 1000)}"), soft_wrap=True)


def _costs(console: Console, run: Run) -> None:
    """Tell in a line what each transport had its share in; the first one says of what."""
    units = (" requests", " orders")
    told = []
    for cost in run.costs:
        told.append(f"{cost.transport} {cost.requests:,}{units[0]}, {cost.orders:,}{units[1]}, {cost.seconds:,.1f} s")
        units = ("", "")
    if told:
        line = _fit(f"of which over {'; '.join(told)}", console.width)
        console.print(Text(line), style="dim", no_wrap=True, overflow="crop")


def _fit(text: str, columns: int) -> str:
    line = one_line(text, 400)
    if cell_len(line) <= columns:
        return line
    return set_cell_size(line, max(columns - 1, 0)).rstrip() + "…"


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
    ) -> None:
        """Write to `stream`; `live` None asks the stream. Plain lines come at most each `every` seconds."""
        self._stream = stream
        self._clock = clock
        self._every = every
        self._total = self._done = self._requests = self._orders = 0
        self._waiting = 0.0
        self._case = ""
        self._quarter = 0
        self._began = self._told = clock()
        if (stream.isatty() and os.environ.get("TERM") != "dumb") if live is None else live:
            console = Console(file=stream, highlight=False, markup=False, emoji=False, force_terminal=True)
            self._live: Live | None = Live(
                console=console, get_renderable=self._line, refresh_per_second=8, transient=True
            )
        else:
            self._live = None

    def start(self, total_cases: int) -> None:
        """Begin: so many cases will run."""
        self._total = total_cases
        self._began = self._told = self._clock()
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

    def tick(self, requests: int, orders: int, waiting_seconds: float) -> None:
        """Note the counts so far, and how many seconds the run waits for the target's limits right now (0: none)."""
        self._requests, self._orders, self._waiting = requests, orders, waiting_seconds
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
        if quarter > self._quarter or self._clock() - self._told >= self._every:
            self._quarter = max(quarter, self._quarter)
            self._say(self._status())

    def _say(self, text: str) -> None:
        self._told = self._clock()
        self._stream.write(printable(text, self._stream) + "\n")
        self._stream.flush()

    def _status(self) -> str:
        waiting = f" · waits {self._waiting:.0f} s for the target's limits" if self._waiting >= 1 else ""
        spent = self._clock() - self._began
        counts = f"{self._requests:,} requests · {self._orders:,} orders · {spent:.0f} s"
        return f"{self._done}/{self._total} cases · {counts}{waiting}"

    def _line(self) -> Text:
        text = Text(printable(self._status(), self._stream), no_wrap=True, overflow="ellipsis")
        if self._case:
            text.append(f"  {printable(one_line(self._case.removeprefix('suites/'), 120), self._stream)}", style="dim")
        return text
