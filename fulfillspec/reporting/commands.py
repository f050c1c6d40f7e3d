"""What the commands on stored runs say in the terminal: plain lines, whatever the runs hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fulfillspec.reporting import side_by_side, tally
from fulfillspec.reporting.exchanges import Message, ShownExchange
from fulfillspec.reporting.side_by_side import Column
from fulfillspec.reporting.text import one_line, visible
from fulfillspec.verdicts.baseline import Checked, covered
from fulfillspec.verdicts.before_after import KINDS, Change, Turn, Way

MOST = 60
"""Lines of one kind that are told."""
_LINE = 400
"""Columns of a line at most."""


def change(found: Change, before: Path, after: Path) -> str:
    """Return what differs between two runs, what got worse first."""
    lines = [f"before  {one_line(str(before), 200)}", f"after   {one_line(str(after), 200)}"]
    lines += _section("Not the same", (f"{name}: {old} → {new}" for name, old, new in found.identity))
    for kind in KINDS:
        turns = sorted((turn for turn in found.turns if turn.kind == kind), key=lambda turn: not turn.worse)
        lines += _section(kind.capitalize(), map(_turn, turns))
    lines += _section("New deviations", _ways(found.new))
    lines += _section("Deviations that are gone", _ways(found.gone))
    others = (
        f"{row['statement']}: {row['observed'].get('before')} → {row['observed'].get('after')}" for row in found.others
    )
    lines += _section("Readings and cells", others)
    lines += _section("Counts", (f"{name}: {old} → {new}" for name, old, new in found.counts))
    musts = {turn.requirement for turn in found.turns if turn.worse}
    musts |= {way.requirement for way in found.new if way.level == "must"}
    lines += ["", f"{len(musts)} must{'s' * (len(musts) != 1)} got worse." if musts else "No must got worse."]
    return "\n".join(lines)


def baseline(held: Checked) -> str:
    """Return how a run stands beside a baseline file, what fails it first."""
    lines = [
        *_section("Deviates, and is not in the baseline", held.unknown),
        *_section("Stale entries", held.stale),
        *_section("Known", held.known),
        "",
        covered(unknown=bool(held.unknown), stale=bool(held.stale)),
    ]
    return "\n".join(lines).lstrip("\n")


def _section(title: str, texts: Iterable[str]) -> Iterator[str]:
    told = [one_line(text, _LINE) for text in texts]
    if told:
        yield from ("", f"{title} ({len(told)})")
        yield from (f"  {text}" for text in told[:MOST])
        if len(told) > MOST:
            yield f"  … and {len(told) - MOST} more"


def _turn(turn: Turn) -> str:
    marks = (tally.MARK.get(word, "·") for word in (turn.before, turn.after))
    old, new = (f"{mark} {word}" for mark, word in zip(marks, (turn.before, turn.after), strict=True))
    return f"{turn.requirement} {turn.level} {turn.transport}: {old} → {new}"


def _ways(ways: Iterable[Way]) -> Iterator[str]:
    """Yield a line for each requirement over a transport: the first way in which it deviates, and how many more."""
    grouped: dict[tuple[str, str, str], list[Way]] = {}
    for way in ways:
        grouped.setdefault((way.requirement, way.level, way.transport), []).append(way)
    for name, same in grouped.items():
        documented, received = one_line(same[0].documented, 150), one_line(same[0].received, 150)
        more = f" (and in {len(same) - 1} more ways)" if len(same) > 1 else ""
        yield f"{' '.join(name)}: documented {documented} · received {received}{more}"


def matrix(runs: Sequence[Column], page: Path) -> str:
    """Return runs side by side as a table of areas: how many requirements hold of those judged, and what does not."""
    heads = [f"[{column.number}]" for column in runs]
    lines = [
        f"{head} {column.run.verdict}  {one_line(column.name, 60)}  {one_line(str(column.run.target.get('base_url')), 80)}"
        f"  {one_line(column.run.version, 12)}"
        for head, column in zip(heads, runs, strict=True)
    ]
    found = side_by_side.areas(runs)
    rows = [(one_line(area.name, 24), [_score(counts) for counts in area.counts]) for area in found]
    rows.append(("all", [_score(tally.counts(row.verdict for row in column.run.requirements)) for column in runs]))
    wide = max(len(name) for name, _ in rows)
    widths = [max(len(cell) for cell in column) for column in zip(heads, *(cells for _, cells in rows), strict=True)]
    for name, cells in [("", heads), *rows]:
        told = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        lines.append(f"{name.ljust(wide)}  {told}".rstrip())
    lines += [f"Note: {caution}" for caution in side_by_side.cautions(runs)]
    differing, total = sum(area.differing for area in found), sum(len(area.rows) for area in found)
    lines += [f"{differing} of {total} requirements differ.", f"Page: {one_line(str(page), 1000)}"]
    return "\n".join(lines)


def _score(counts: tally.Counts) -> str:
    judged = side_by_side.judged(counts)
    if not judged:
        return "·"
    open_ = [f"{tally.MARK[word]}{counts[word]}" for word in ("fail", "warn", "inconclusive") if counts[word]]
    return " ".join([f"{counts['pass']}/{judged}", *open_])


def exchange(shown: ShownExchange) -> str:
    """Return an exchange as it was recorded: who sent it and why, the request, the answer."""
    head = f"exchange {shown.n} · {shown.actor} · {shown.operation} · {shown.phase} · {shown.at} · {shown.ms}"
    lines = [one_line(head, _LINE), *([f"case {one_line(shown.case, _LINE)}"] if shown.case else []), ""]
    lines += _message(shown.request)
    lines += ["", *(_message(shown.response) if shown.response else ["no answer"])]
    return "\n".join([*lines, *([f"error: {one_line(shown.error, 2000)}"] if shown.error else [])])


def _message(message: Message) -> Iterator[str]:
    yield visible(message.line)
    yield from (f"{visible(name)}: {visible(value)}" for name, value in message.headers)
    if message.body:
        yield from ("", visible(message.body))
    if message.note:
        yield f"({message.note})"
