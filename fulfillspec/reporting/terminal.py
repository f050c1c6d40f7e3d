"""What a run says in the terminal when it is done."""

import io
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fulfillspec.reporting import tally
from fulfillspec.reporting.run import StoredRun, parse
from fulfillspec.reporting.text import clause, one_line, visible
from fulfillspec.verdicts import earlier
from fulfillspec.verdicts.baseline import covered
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.text import words

SHOWN = 5
"""Differences between versions, and reasons of what could not be observed, that the summary tells."""

ADVISORY = 8
"""Advisory requirements that deviate which the summary tells; each must that fails is told."""

LONGEST = 400
"""Characters of a text of a target that the summary tells at most."""

_LAYOUT = 100
"""Columns that tables are laid out for where there is no terminal."""

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
_HEADS = (("pass", "pass"), ("fail", "fail"), ("warn", "warn"), ("inconclusive", "unseen"))
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


def summary(results: Mapping[str, Any], out_dir: Path, *, width: int | None, colour: bool) -> str:
    """Return the result of a run as text, without a line break at its end.

    What was tested, verdict and next action, each failing requirement with its count and cause, the evidence of the
    first, what could not be observed, counts by area, the cost of the run, and where the report is. `width`: columns
    of the terminal, to which lines are wrapped; None where there is none, and no line is broken. Without `colour` there
    is not one control character in it.
    """
    run = parse(results)
    screen = io.StringIO()
    console = Console(
        file=screen,
        width=max(width or _LAYOUT, 40),
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=width is None,
        legacy_windows=False,
    )
    _target(console, run)
    _verdict(console, run)
    _since(console, results, run)
    _baseline(console, results)
    _deviations(console, run)
    _open(console, run)
    if run.versions:
        _versions(console, run)
    else:
        _areas(console, run, console.width)
    _cost(console, run, out_dir)
    return "\n".join(line.rstrip() for line in screen.getvalue().rstrip("\n").split("\n"))


def _say(console: Console, text: Text | str, indent: int = 0) -> None:
    """Print a text: whole where lines are not broken, else wrapped, its further lines indented."""
    line = text if isinstance(text, Text) else Text(text)
    if visible(line.plain) != line.plain:  # what a target says may neither act nor hide anything here
        line = Text(visible(line.plain), style=line.style)
    if console.soft_wrap:
        console.print(line)
        return
    first, *rest = line.wrap(console, console.width)
    console.print(first)
    if rest:
        further = Text(line.plain[len(first.plain) :].lstrip(), style=line.style)
        for part in further.wrap(console, console.width - indent):
            console.print(Text(" " * indent) + part)


def _target(console: Console, run: StoredRun) -> None:
    if not run.target:
        return
    told = [
        one_line(run.tested, LONGEST),
        f"API version {', '.join(version.asked for version in run.versions) or run.version}",
        ", ".join(run.transports),
        f"depth {one_line(words(run.suite.get('depth')) or 'core', 20)}",
        f"{run.profile} profile",
    ]
    _say(console, Text(f"Tested: {' · '.join(told)}", style="dim"), 8)


def _verdict(console: Console, run: StoredRun) -> None:
    mark = {"conformant": "✔", "nonconformant": "✖", "inconclusive": "◆"}.get(run.verdict, "○")
    head = Text.assemble(
        (f"{mark} {run.verdict}", _COLOUR.get(run.verdict, "bold")), f"  {one_line(run.summary, 1000)}"
    )
    _say(console, head, 2)
    if run.next_action:
        _say(console, f"  Next: {one_line(run.next_action, 1000)}", 8)
    console.print()


def _since(console: Console, results: Mapping[str, Any], run: StoredRun) -> None:
    """Tell what became of what an earlier run had left to do."""
    before = results.get("before") or {}
    for identity, said in earlier.became(before, {row.id: row.verdict for row in run.requirements}):
        style = _COLOUR["pass" if said == "FIXED" else "fail" if "FAILING" in said else "inconclusive"]
        _say(console, Text(f"{said:<14} {one_line(identity, 80)}", style=style), 4)
    if before:
        console.print()


def _baseline(console: Console, results: Mapping[str, Any]) -> None:
    """Tell how the run stands beside its baseline."""
    held = results.get("baseline")
    if not held:
        return
    for name, style in (("unknown", "fail"), ("stale", "fail"), ("known", "inconclusive")):
        for text in held[name]:
            _say(console, Text(f"baseline: {name:<8} {one_line(words(text), LONGEST)}", style=_COLOUR[style]), 4)
    _say(console, covered(unknown=bool(held["unknown"]), stale=bool(held["stale"])))
    console.print()


def _versions(console: Console, run: StoredRun) -> None:
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
        _say(console, line, 4)
    if len(run.versions) > VERSIONS:
        console.print(Text(f"  … and {len(run.versions) - VERSIONS} more versions in the report", style="dim"))
    documented = sum(found.documented for found in run.differences)
    others = [found for found in run.differences if not found.documented]
    text = f"{len(run.differences)} differences: {documented} by the documents, {len(others)} by what was observed"
    _say(console, text, 2)
    for found in sorted(others, key=lambda one: "fail" not in one.verdicts.values())[:SHOWN]:
        seen = ", ".join(
            f"{version.asked} {found.verdicts.get(version.asked) or found.observed.get(version.asked, '')}"
            for version in run.versions
            if version.asked in found.verdicts or version.asked in found.observed
        )
        _say(console, f"  {one_line(f'{found.id}: {seen}', LONGEST)}", 4)
    console.print()


def _areas(console: Console, run: StoredRun, width: int) -> None:
    counted = tally.by_area(run)
    judged = {area: row for area, row in counted.items() if any(row[verdict] for verdict, _ in _HEADS)}
    columns = 2 if len(judged) > 4 and _beside(list(judged)) <= width else 1
    if columns == 1 and len(judged) > 8:
        fine = {area: row for area, row in judged.items() if not any(row[verdict] for verdict, _ in _HEADS[1:])}
        judged = {area: row for area, row in judged.items() if area not in fine}
        _say(console, "all pass: " + ", ".join(f"{one_line(area, 22)} {row['pass']}" for area, row in fine.items()), 2)
    if judged:
        console.print(_area_table(judged, columns))
    silent = [area for area, row in counted.items() if not any(row[verdict] for verdict, _ in _HEADS)]
    for reason, areas in _silent(run, silent).items():
        _say(console, Text(f"not tested: {', '.join(areas)} ({reason})", style="dim"), 2)
    console.print()


def _silent(run: StoredRun, areas: list[str]) -> dict[str, list[str]]:
    """Return the areas of which nothing was tested by the reason that most of their requirements name."""
    found: dict[str, list[str]] = {}
    for area in areas:
        reasons = Counter(row.reason for row in run.requirements if row.area == area and row.reason)
        found.setdefault(
            one_line(reasons.most_common(1)[0][0], LONGEST) if reasons else "no reason recorded", []
        ).append(one_line(area, 22))
    return found


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


def _deviations(console: Console, run: StoredRun) -> None:
    """Tell each requirement that deviates in a line, musts first, then the evidence of the first."""
    groups: dict[str, list[Deviation]] = {}
    for found in tally.by_gravity(run):
        if found.baseline is None:
            groups.setdefault(found.requirement, []).append(found)
    advisory = 0
    for same in groups.values():
        must = same[0].level == "must"
        advisory += not must
        if must or advisory <= ADVISORY:
            _say(console, _requirement(same), 4)
    if advisory > ADVISORY:
        _say(console, Text(f"  … and {advisory - ADVISORY} more advisory requirements in the report", style="dim"), 4)
    known = sum(found.baseline is not None for found in run.deviations)
    if known:
        _say(console, Text(f"  {known} known deviation{'s' if known > 1 else ''} of the baseline", style="dim"), 4)
    if groups:
        _evidence(console, next(iter(groups.values())))
    if run.deviations:
        console.print()


def _requirement(same: list[Deviation]) -> Text:
    found = same[0]
    verdict = "fail" if found.level == "must" else "warn"
    transports = "+".join(dict.fromkeys(one_line(one.transport, 12) for one in same))
    times = f" · {len(same)} times" if len(same) > 1 else ""
    return Text.assemble(
        (f"{tally.MARK[verdict]} {one_line(found.requirement, 60)}", _COLOUR[verdict]),
        f"  {found.level} · {transports}{times} · documented {one_line(found.documented, LONGEST)}",
        f" · received {one_line(found.received, LONGEST)}",
    )


def _evidence(console: Console, same: list[Deviation]) -> None:
    found = same[0]
    numbers = ", ".join(map(str, found.exchanges))
    told = [
        (
            "clause",
            f"{_quoted(found.quote, found.source)} ({one_line(found.source, 200)})" if found.quote else "",
        ),
        ("case", one_line(found.case.removeprefix("suites/"), 200)),
        ("state", one_line(found.state or "", 80)),
        ("exchanges", numbers),
        ("reproduce", one_line(next((line for line in found.reproduce.splitlines() if line.strip()), ""), LONGEST)),
    ]
    _say(console, Text(f"  Evidence of {one_line(found.requirement, 60)}:", style="dim"), 4)
    for name, text in told:
        if text:
            _say(console, Text(f"    {name:<10} {text}", style="dim"), 15)


def _quoted(quote: str, source: str) -> str:
    """Return a clause in its sentence, the words quoted between marks where more stands around them."""
    before, said, after = clause(quote, source)
    return one_line(f"… {before}»{said}«{after} …" if before or after else f"“{said}”", LONGEST)


def _open(console: Console, run: StoredRun) -> None:
    rows = [row for row in run.requirements if row.verdict == "inconclusive"]
    if not rows:
        return
    noun = "requirement" if len(rows) == 1 else "requirements"
    _say(console, Text(f"◆ {len(rows)} {noun} could not be observed:", style=_COLOUR["inconclusive"]), 2)
    reasons = Counter(row.reason or "no reason recorded" for row in rows)
    for reason, number in reasons.most_common(SHOWN):
        _say(console, f"  {number} \u00d7 {one_line(reason, LONGEST)}", 6)
    if len(reasons) > SHOWN:
        _say(
            console,
            Text(f"  … and {(more := len(reasons) - SHOWN)} more reason{'s' * (more != 1)} in the report", style="dim"),
            4,
        )
    console.print()


def _cost(console: Console, run: StoredRun, out_dir: Path) -> None:
    left = f" · {len(run.left_behind)} left behind" if run.left_behind else ""
    throttled = f" · throttled {run.throttled} times" if run.throttled else ""
    walked = run.versions or (run,)
    requests, orders = (sum(one.exchanges for one in walked), sum(one.orders_created for one in walked))
    seconds = sum(one.seconds for one in walked)
    made = f"{requests:,} request{'s' * (requests != 1)} · {orders:,} order{'s' * (orders != 1)}"
    _say(console, Text(f"{made} · {seconds:,.1f} s{throttled}{left}", style="dim"), 2)
    if len(run.target.get("transports") or ()) > 1 and not run.versions:
        _costs(console, run)
    # the path may be longer than a line; it stays in one piece so that it can be copied
    console.print(Text(f"Report: {one_line(str(out_dir / 'report.html'), 1000)}"), soft_wrap=True)


def _costs(console: Console, run: StoredRun) -> None:
    """Tell in a line what each transport had its share in."""
    told = [
        f"{cost.transport} {cost.requests:,} request{'s' * (cost.requests != 1)}, "
        f"{cost.orders:,} order{'s' * (cost.orders != 1)}, {cost.seconds:,.1f} s"
        for cost in run.costs
    ]
    if told:
        _say(console, Text(f"of which over {'; '.join(told)}", style="dim"), 2)
