"""The lifecycle as a drawing: states on a grid, a line per step, on each line one stroke per transport."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fulfillspec.reporting.labels import Placed, Rect, Words, place, segments
from fulfillspec.reporting.lifecycle_steps import UNWALKED, DrawnStep, StateSpot
from fulfillspec.reporting.routing import Box, Lattice, Point
from fulfillspec.reporting.tally import worst

STEP = 12
"""Pixels of the drawing from one lattice line to the next."""

_BOX = (11, 5)
_MARGIN = (4, 4)
_GUTTERS = ((7, 5), (8, 5), (9, 6), (10, 7), (12, 9), (15, 11))
_CROWD = 30
_OFFSET = 2.3
_ROUND = 7.0
_HEAD = 9.0
_LETTERS = {"rest": "R", "graphql": "G", "connector": "C"}


@dataclass(frozen=True, slots=True)
class DrawnState:
    """A state's box."""

    spot: StateSpot
    rect: Rect


@dataclass(frozen=True, slots=True)
class Stroke:
    """One transport's share of a line: an SVG path and how it went."""

    transport: str
    verdict: str
    outline: str


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """The steps from one state to another: strokes, arrow head, label."""

    walks: tuple[DrawnStep, ...]
    documented: bool
    walked: bool
    verdict: str
    strokes: tuple[Stroke, ...]
    head: str
    path: tuple[tuple[float, float], ...]
    label: Placed
    number: int | None


@dataclass(frozen=True, slots=True)
class DiagramLayout:
    """A whole diagram; `view` is the part of the sheet that is used, `undrawn` are steps for which there was no way."""

    view: Rect
    nodes: tuple[DrawnState, ...]
    lines: tuple[DrawnLine, ...]
    undrawn: tuple[DrawnStep, ...]


def draw(states: Sequence[StateSpot], walks: Sequence[DrawnStep]) -> DiagramLayout:
    """Lay out `states` by their grid places and route the steps between them, labels clear of everything.

    The gutters grow until every label has found a place; if even the widest do not do, a label becomes a number that
    the text twin explains. Steps that leave `states` are not drawn. The same input gives the same drawing.
    """
    grid = _spread(states)
    ids = {state.id for state in grid}
    groups: dict[tuple[str, str, bool], list[DrawnStep]] = {}
    for walk in walks:
        if walk.source in ids and walk.target in ids:
            groups.setdefault((walk.source, walk.target, walk.documented), []).append(walk)
    crowded = len(groups) > _CROWD
    gutters = _GUTTERS[-2:] if crowded else _GUTTERS
    for gutter in gutters:
        found = []
        for order in (_short_first,) if crowded else (_short_first, _long_first, _worst_connected_first):
            sheet = _Sheet(grid, gutter)
            ordered = order(sheet, [tuple(group) for group in groups.values()])
            attempt = sheet.draw(ordered, content_with_numbers=gutter == gutters[-1])
            found += [attempt] if attempt else []
        if found:
            return min(found, key=lambda attempt: attempt[1])[0]
    return DiagramLayout(Rect(0, 0, 0, 0), (), (), ())


_UNPLACED = 100_000.0

Group = tuple[DrawnStep, ...]


class _Sheet:
    """One attempt at a drawing, with gutters of a given width."""

    def __init__(self, states: Sequence[StateSpot], gutter: tuple[int, int]) -> None:
        (wide, high), (across, down) = _BOX, gutter
        self.states = states
        self.boxes = {
            state.id: Box(
                _MARGIN[0] + state.column * (wide + across), _MARGIN[1] + state.row * (high + down), wide, high
            )
            for state in states
        }
        width = max((box.right for box in self.boxes.values()), default=0) + _MARGIN[0]
        height = max((box.bottom for box in self.boxes.values()), default=0) + _MARGIN[1]
        self.lattice = Lattice(width, height, list(self.boxes.values()))
        self.bounds = Rect(0, 0, width * STEP, height * STEP)
        self.nodes = tuple(DrawnState(state, _pixels(self.boxes[state.id])) for state in states)
        self.obstacles = [node.rect for node in self.nodes]

    def span(self, group: Group) -> int:
        """Return how far a group's ends are from each other, in lattice steps."""
        a, b = self.boxes[group[0].source], self.boxes[group[0].target]
        return abs(a.left - b.left) + abs(a.top - b.top)

    def degree(self, group: Group, groups: Sequence[Group]) -> int:
        """Return how many lines begin or end where this one does."""
        ends = {group[0].source, group[0].target}
        return sum(len(ends & {other[0].source, other[0].target}) for other in groups)

    def draw(self, groups: Sequence[Group], *, content_with_numbers: bool) -> tuple[DiagramLayout, float] | None:
        """Return the drawing and its cost; None where something finds no place and no number may stand for it."""
        lines: list[DrawnLine] = []
        undrawn: list[DrawnStep] = []
        cost = 0.0
        for group in groups:
            corners = self.lattice.route(self.boxes[group[0].source], self.boxes[group[0].target])
            if corners is None:
                if not content_with_numbers:
                    return None
                undrawn += group
                cost += 2 * _UNPLACED
                continue
            path = tuple((float(x * STEP), float(y * STEP)) for x, y in corners)
            cost += _length(corners) + 5 * len(corners)
            label, number = self._label(group, path, len(lines) + 1)
            if number is not None:
                if not content_with_numbers:
                    return None
                cost += _UNPLACED
            self.obstacles += [*segments(path), label.rect]
            self.lattice.block(_lattice_points(label.rect))
            lines.append(_line(group, path, label, number))
        drawing = DiagramLayout(_used(self.nodes, lines), self.nodes, tuple(lines), tuple(undrawn))
        return drawing, cost

    def _label(self, group: Group, path: tuple[tuple[float, float], ...], number: int) -> tuple[Placed, int | None]:
        placed = place(label_words(group), path, self.obstacles, self.bounds)
        if placed:
            return placed, None
        short = Words(((str(number), ()),))
        placed = place(short, path, self.obstacles, self.bounds)
        x, y = path[len(path) // 2]
        return placed or Placed(Rect(x, y, 0, 0), (), opaque=False), number


def label_words(group: Sequence[DrawnStep]) -> Words:
    """Return what stands at a line: each action with a letter and a mark per transport."""
    return Words(
        tuple(
            (
                walk.name,
                tuple((_LETTERS.get(name, name[:1].upper()), verdict) for name, verdict in walk.by_transport.items()),
            )
            for walk in group
        )
    )


def _short_first(sheet: _Sheet, groups: list[Group]) -> list[Group]:
    return sorted(groups, key=sheet.span)


def _long_first(sheet: _Sheet, groups: list[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (-len(group), -sheet.span(group)))


def _worst_connected_first(sheet: _Sheet, groups: list[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (sheet.span(group) > 30, -sheet.degree(group, groups), sheet.span(group)))


def _spread(states: Sequence[StateSpot]) -> list[StateSpot]:
    taken: set[Point] = set()
    spread = []
    left = min((state.column for state in states), default=0)
    top = min((state.row for state in states), default=0)
    for state in states:
        column, row = state.column - left, state.row - top
        while (column, row) in taken:
            column += 1
        taken.add((column, row))
        spread.append(replace(state, column=column, row=row))
    return spread


def _pixels(box: Box) -> Rect:
    return Rect(box.left * STEP, box.top * STEP, box.width * STEP, box.height * STEP)


def _lattice_points(rect: Rect) -> list[Point]:
    xs = range(int(rect.x - 4) // STEP + 1, int(rect.x + rect.width + 4) // STEP + 1)
    ys = range(int(rect.y - 4) // STEP + 1, int(rect.y + rect.height + 4) // STEP + 1)
    return [(x, y) for x in xs for y in ys]


def _length(corners: list[Point]) -> int:
    return sum(abs(x1 - x0) + abs(y1 - y0) for (x0, y0), (x1, y1) in pairwise(corners))


def _line(group: Group, path: tuple[tuple[float, float], ...], label: Placed, number: int | None) -> DrawnLine:
    transports = list(dict.fromkeys(name for walk in group for name in walk.by_transport))
    strokes = []
    for place_, name in enumerate(transports):
        verdicts = [walk.by_transport[name] for walk in group if name in walk.by_transport]
        walked = [verdict for verdict in verdicts if verdict != UNWALKED]
        offset = (place_ - (len(transports) - 1) / 2) * 2 * _OFFSET
        strokes.append(Stroke(name, worst(walked) if walked else UNWALKED, _outline(path, offset)))
    shown = [stroke.verdict for stroke in strokes if stroke.verdict != UNWALKED]
    return DrawnLine(
        walks=group,
        documented=group[0].documented,
        walked=bool(shown),
        verdict=worst(shown) if shown else UNWALKED,
        strokes=tuple(strokes),
        head=_head(path),
        path=path,
        label=label,
        number=number,
    )


def _direction(start: tuple[float, float], end: tuple[float, float]) -> tuple[int, int]:
    return (end[0] > start[0]) - (end[0] < start[0]), (end[1] > start[1]) - (end[1] < start[1])


def _outline(path: tuple[tuple[float, float], ...], offset: float) -> str:
    """Return the path moved sideways by `offset`, with round corners, ending where the arrow head begins."""
    ways = [_direction(start, end) for start, end in pairwise(path)]
    moved = []
    for number, (x, y) in enumerate(path):
        before, after = ways[max(number - 1, 0)], ways[min(number, len(ways) - 1)]
        normals = {(-before[1], before[0]), (-after[1], after[0])}
        moved.append((x + offset * sum(n[0] for n in normals), y + offset * sum(n[1] for n in normals)))
    (x, y), (dx, dy) = moved[-1], ways[-1]
    moved[-1] = (x - dx * (_HEAD - 1), y - dy * (_HEAD - 1))
    parts = [f"M{_at(moved[0])}"]
    for number, corner in enumerate(moved[1:-1], start=1):
        (ax, ay), (bx, by) = ways[number - 1], ways[number]
        parts.append(f"L{_at((corner[0] - ax * _ROUND, corner[1] - ay * _ROUND))}")
        parts.append(f"Q{_at(corner)} {_at((corner[0] + bx * _ROUND, corner[1] + by * _ROUND))}")
    return "".join([*parts, f"L{_at(moved[-1])}"])


def _head(path: tuple[tuple[float, float], ...]) -> str:
    (x, y), (dx, dy) = path[-1], _direction(path[-2], path[-1])
    base = (x - dx * _HEAD, y - dy * _HEAD)
    left = (base[0] - dy * 5.5, base[1] + dx * 5.5)
    right = (base[0] + dy * 5.5, base[1] - dx * 5.5)
    return f"{_at((x, y))} {_at(left)} {_at(right)}"


def _at(point: tuple[float, float]) -> str:
    return f"{point[0]:g},{point[1]:g}"


def _used(nodes: Sequence[DrawnState], lines: Sequence[DrawnLine]) -> Rect:
    """Return the part of the sheet on which something is drawn, with a little room around it."""
    rects = [node.rect for node in nodes] + [line.label.rect for line in lines]
    rects += [piece for line in lines for piece in segments(line.path)]
    left, top = min((rect.x for rect in rects), default=0), min((rect.y for rect in rects), default=0)
    right = max((rect.x + rect.width for rect in rects), default=0)
    bottom = max((rect.y + rect.height for rect in rects), default=0)
    return Rect(left - 4, top - 4, right - left + 8, bottom - top + 8)
