"""Orthogonal routing on a lattice: lines between boxes that neither cross a box nor run on top of each other.

Pure geometry in lattice points; what the boxes and lines mean is told in `diagram.py`.
"""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[int, int]

_NO_WAY = float("inf")
_BEND = 5.0
_CROSSING = 6.0
_BESIDE_A_LINE = 0.8
_BESIDE_A_BOX = 0.6
_OFF_CENTRE = 0.7


@dataclass(frozen=True, slots=True)
class Box:
    """A box whose sides lie on lattice lines; lines may end on its sides but not on its corners."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The lattice line of the right side."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The lattice line of the lower side."""
        return self.top + self.height

    def ports(self) -> list[tuple[Point, int, float]]:
        """Return the points where lines may end: point, index of the outward direction, cost of being off centre."""
        found = []
        for across in range(1, self.height):
            cost = _OFF_CENTRE * abs(across - self.height / 2)
            found += [((self.right, self.top + across), 0, cost), ((self.left, self.top + across), 2, cost)]
        for along in range(1, self.width):
            cost = _OFF_CENTRE * abs(along - self.width / 2) * 0.6
            found += [((self.left + along, self.bottom), 1, cost), ((self.left + along, self.top), 3, cost)]
        return found

    def points(self) -> Iterable[Point]:
        """Return all lattice points in the box and on its sides."""
        return ((x, y) for x in range(self.left, self.right + 1) for y in range(self.top, self.bottom + 1))


class Lattice:
    """A sheet with boxes on which lines are drawn one after the other; each line keeps clear of those before it.

    A point is kept as one number, column by column, with a blocked rim around the sheet. For each point stands what a
    step onto it costs along and athwart, so that a search only adds up.
    """

    def __init__(self, width: int, height: int, boxes: list[Box]) -> None:
        self.width = width
        self.height = height
        self._rows = height + 3
        size = self._rows * (width + 3)
        self._steps = (self._rows, 1, -self._rows, -1)
        self._blocked = bytearray(b"\1" * size)
        self._lines = (bytearray(size), bytearray(size))
        """Points with a line across, and points with a line down."""
        self._bends = bytearray(size)
        self._near = bytearray(size)
        self._ends: set[int] = set()
        self._prices = ([_NO_WAY] * size, [_NO_WAY] * size)
        """What a step onto a point costs, across and down."""
        for x in range(width + 1):
            first = self._at((x, 0))
            self._blocked[first : first + height + 1] = bytes(height + 1)
        for box in boxes:
            self._mark(self._blocked, box.points())
            self._mark(self._near, Box(box.left - 1, box.top - 1, box.width + 2, box.height + 2).points())
        for x in range(width + 1):
            for y in range(height + 1):
                self._price(self._at((x, y)))

    def block(self, points: Iterable[Point]) -> None:
        """Keep later lines away from `points`: a label stands there."""
        for cell in self._mark(self._blocked, points):
            self._price(cell)

    def route(self, source: Box, target: Box) -> list[Point] | None:
        """Draw the best line from `source` to `target`; return its corner points, or None if there is no way."""
        path = self._loop(source) if source == target else self._search(source, target)
        if path:
            self._draw(path)
        return path

    def _at(self, point: Point) -> int:
        return (point[0] + 1) * self._rows + point[1] + 1

    def _point(self, cell: int) -> Point:
        x, y = divmod(cell, self._rows)
        return x - 1, y - 1

    def _inside(self, point: Point) -> bool:
        return 0 <= point[0] <= self.width and 0 <= point[1] <= self.height

    def _mark(self, marks: bytearray, points: Iterable[Point]) -> list[int]:
        cells = [self._at(point) for point in points if self._inside(point)]
        for cell in cells:
            marks[cell] = 1
        return cells

    def _price(self, cell: int) -> None:
        """Say anew what a step onto a point costs."""
        for way in (0, 1):
            along, athwart = self._lines[way], self._lines[1 - way]
            if self._blocked[cell] or self._bends[cell] or along[cell]:
                self._prices[way][cell] = _NO_WAY
                continue
            side = self._steps[1 - way]
            beside = sum(along[one] or self._bends[one] for one in (cell + side, cell - side))
            self._prices[way][cell] = (
                1 + _CROSSING * athwart[cell] + _BESIDE_A_BOX * self._near[cell] + _BESIDE_A_LINE * beside
            )

    def _loop(self, box: Box) -> list[Point] | None:
        for rise in (2, 3):
            for start in (box.width - 3, 1, box.width // 2 - 1):
                for level, edge in ((box.top - rise, box.top), (box.bottom + rise, box.bottom)):
                    left, right = box.left + start, box.left + start + 2
                    path = [(left, edge), (left, level), (right, level), (right, edge)]
                    inner = [point for point in _unit_points(path) if point not in (path[0], path[-1])]
                    if self._free(inner) and not {self._at(path[0]), self._at(path[-1])} & self._ends:
                        return path
        return None

    def _free(self, points: list[Point]) -> bool:
        taken = (self._blocked, *self._lines, self._bends)
        return all(self._inside(point) and not any(marks[self._at(point)] for marks in taken) for point in points)

    def _search(self, source: Box, target: Box) -> list[Point] | None:
        """Search from `source` to `target` by the least cost; a place is a point with the direction it was reached in."""
        goals = {
            self._at(point) * 4 + (facing + 2) % 4: cost
            for point, facing, cost in target.ports()
            if self._at(point) not in self._ends
        }
        across, down = self._lines
        away = self._distances(target)
        queue: list[tuple[float, float, int]] = []
        best: dict[int, float] = {}
        came: dict[int, int] = {}
        for point, facing, cost in source.ports():
            cell = self._at(point)
            if cell not in self._ends:
                best[cell * 4 + facing] = cost
                heapq.heappush(queue, (cost + away(cell), cost, cell * 4 + facing))
        while queue:
            _, cost, here = heapq.heappop(queue)
            if cost > best[here]:
                continue
            if here in goals and here in came:
                return _corners([self._point(place // 4) for place in _trace(came, here)])
            cell, heading = divmod(here, 4)
            straight = here not in came or across[cell] or down[cell]
            for turn in (0,) if straight else (0, 1, 3):
                following = (heading + turn) % 4
                ahead = cell + self._steps[following]
                there = ahead * 4 + following
                price = 1 + goals[there] if there in goals else self._prices[following % 2][ahead]
                total = cost + price + (_BEND if turn else 0)
                if total < best.get(there, _NO_WAY):
                    best[there] = total
                    came[there] = here
                    heapq.heappush(queue, (total + away(ahead), total, there))
        return None

    def _distances(self, box: Box) -> Callable[[int], float]:
        """Return the least that is left to `box`, by point."""
        columns = [max(box.left - x, 0, x - box.right) for x in range(-1, self.width + 2)]
        lines = [max(box.top - y, 0, y - box.bottom) for y in range(-1, self.height + 2)]

        def away(cell: int) -> float:
            x, y = divmod(cell, self._rows)
            dx, dy = columns[x], lines[y]
            return dx + dy + (_BEND if dx and dy else 0)

        return away

    def _draw(self, path: list[Point]) -> None:
        self._ends.update((self._at(path[0]), self._at(path[-1])))
        changed = self._mark(self._bends, path[1:-1])
        for start, end in pairwise(path):
            changed += self._mark(self._lines[start[1] != end[1]], _unit_points([start, end]))
        for cell in {cell + step for cell in changed for step in (0, *self._steps)}:
            self._price(cell)


def _unit_points(path: list[Point]) -> list[Point]:
    points = [path[0]]
    for (x0, y0), (x1, y1) in pairwise(path):
        dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
        while points[-1] != (x1, y1):
            points.append((points[-1][0] + dx, points[-1][1] + dy))
    return points


def _trace(came: dict[int, int], end: int) -> list[int]:
    places = [end]
    while end in came:
        end = came[end]
        places.append(end)
    return places[::-1]


def _corners(points: list[Point]) -> list[Point]:
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        if (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1]):
            kept.append(here)
    return [*kept, points[-1]]
