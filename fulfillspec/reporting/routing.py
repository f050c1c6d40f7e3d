"""Orthogonal routing on a lattice: lines between boxes that neither cross a box nor run on top of each other.

Pure geometry in lattice points; what the boxes and lines mean is told in `diagram.py`.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[int, int]

_STEPS: tuple[Point, ...] = ((1, 0), (0, 1), (-1, 0), (0, -1))
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


@dataclass
class Lattice:
    """A sheet with boxes on which lines are drawn one after the other; each line keeps clear of those before it."""

    width: int
    height: int
    boxes: list[Box]
    blocked: set[Point] = field(default_factory=set)
    across: set[Point] = field(default_factory=set)
    down: set[Point] = field(default_factory=set)
    bends: set[Point] = field(default_factory=set)
    ends: set[Point] = field(default_factory=set)
    near: set[Point] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Take the boxes as obstacles."""
        for box in self.boxes:
            self.blocked.update(box.points())
            self.near.update(point for point in Box(box.left - 1, box.top - 1, box.width + 2, box.height + 2).points())

    def block(self, points: Iterable[Point]) -> None:
        """Keep later lines away from `points`: a label stands there."""
        self.blocked.update(points)

    def route(self, source: Box, target: Box) -> list[Point] | None:
        """Draw the best line from `source` to `target`; return its corner points, or None if there is no way."""
        path = self._loop(source) if source == target else self._search(source, target)
        if path:
            self._draw(path)
        return path

    def _loop(self, box: Box) -> list[Point] | None:
        for rise in (2, 3):
            for start in (box.width - 3, 1, box.width // 2 - 1):
                for level, edge in ((box.top - rise, box.top), (box.bottom + rise, box.bottom)):
                    left, right = box.left + start, box.left + start + 2
                    path = [(left, edge), (left, level), (right, level), (right, edge)]
                    inner = [point for point in _unit_points(path) if point not in (path[0], path[-1])]
                    if self._free(inner) and not {path[0], path[-1]} & self.ends:
                        return path
        return None

    def _free(self, points: list[Point]) -> bool:
        taken = self.blocked | self.across | self.down | self.bends
        return all(point not in taken and self._inside(point) for point in points)

    def _inside(self, point: Point) -> bool:
        return 0 <= point[0] <= self.width and 0 <= point[1] <= self.height

    def _search(self, source: Box, target: Box) -> list[Point] | None:
        goals = {(point, (facing + 2) % 4): cost for point, facing, cost in target.ports() if point not in self.ends}
        queue: list[tuple[float, float, Point, int]] = []
        best: dict[tuple[Point, int], float] = {}
        came: dict[tuple[Point, int], tuple[Point, int]] = {}
        for point, facing, cost in source.ports():
            if point not in self.ends:
                best[point, facing] = cost
                heapq.heappush(queue, (cost + _distance(point, target), cost, point, facing))
        while queue:
            _, cost, point, heading = heapq.heappop(queue)
            here = (point, heading)
            if cost > best[here]:
                continue
            if here in goals and here in came:
                return _corners(_trace(came, here))
            for turn in (0, 1, 3):
                following = (heading + turn) % 4
                step = self._step(point, heading, following, first=here not in came, goals=goals)
                if step is None:
                    continue
                ahead, price = step
                there = (ahead, following)
                total = cost + price
                if total < best.get(there, float("inf")):
                    best[there] = total
                    came[there] = here
                    heapq.heappush(queue, (total + _distance(ahead, target), total, ahead, following))
        return None

    def _step(
        self, point: Point, heading: int, following: int, *, first: bool, goals: dict[tuple[Point, int], float]
    ) -> tuple[Point, float] | None:
        turns = following != heading
        if turns and (first or point in self.across or point in self.down):
            return None
        dx, dy = _STEPS[following]
        ahead = (point[0] + dx, point[1] + dy)
        if (ahead, following) in goals:
            return ahead, 1 + _BEND * turns + goals[ahead, following]
        if ahead in self.blocked or ahead in self.bends or not self._inside(ahead):
            return None
        along, athwart = (self.across, self.down) if dx else (self.down, self.across)
        if ahead in along:
            return None
        beside = ((ahead[0] + dy, ahead[1] + dx), (ahead[0] - dy, ahead[1] - dx))
        price = 1 + _BEND * turns + _CROSSING * (ahead in athwart) + _BESIDE_A_BOX * (ahead in self.near)
        return ahead, price + _BESIDE_A_LINE * sum(side in along or side in self.bends for side in beside)

    def _draw(self, path: list[Point]) -> None:
        self.ends.update((path[0], path[-1]))
        self.bends.update(path[1:-1])
        for (x0, y0), (x1, y1) in pairwise(path):
            used = self.across if y0 == y1 else self.down
            used.update(_unit_points([(x0, y0), (x1, y1)]))


def _distance(point: Point, box: Box) -> float:
    dx = max(box.left - point[0], 0, point[0] - box.right)
    dy = max(box.top - point[1], 0, point[1] - box.bottom)
    return dx + dy + (_BEND if dx and dy else 0)


def _unit_points(path: list[Point]) -> list[Point]:
    points = [path[0]]
    for (x0, y0), (x1, y1) in pairwise(path):
        dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
        while points[-1] != (x1, y1):
            points.append((points[-1][0] + dx, points[-1][1] + dy))
    return points


def _trace(came: dict[tuple[Point, int], tuple[Point, int]], end: tuple[Point, int]) -> list[Point]:
    points = [end[0]]
    while end in came:
        end = came[end]
        points.append(end[0])
    return points[::-1]


def _corners(points: list[Point]) -> list[Point]:
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        if (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1]):
            kept.append(here)
    return [*kept, points[-1]]
