"""Where the words of a line stand: beside it or on it, and on nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

LINE_HEIGHT = 14.0
"""Height of one line of a label, in pixels of the drawing."""

MARK = 10.0
"""Width of a verdict's mark."""

_LETTER = 8.0
_GAP = 5.0
_BESIDE = 4.0
_CLEAR = 5.0
_NARROW = {".": 3.2, ",": 3.2, ":": 3.2, " ": 3.3, "i": 2.9, "j": 2.9, "l": 2.9, "t": 3.7, "f": 3.6, "r": 4.2, "I": 3.4}
_WIDE = {"m": 9.9, "w": 8.6, "M": 9.9, "W": 11.2}


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels of the drawing."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Rect", clear: float = 0.0) -> bool:
        """Tell whether the two come nearer than `clear` pixels to each other."""
        return (
            self.x < other.x + other.width + clear
            and other.x < self.x + self.width + clear
            and self.y < other.y + other.height + clear
            and other.y < self.y + self.height + clear
        )

    def inside(self, other: "Rect") -> bool:
        """Tell whether this one lies within `other`."""
        return (
            self.x >= other.x
            and self.y >= other.y
            and self.x + self.width <= other.x + other.width
            and self.y + self.height <= other.y + other.height
        )


@dataclass(frozen=True, slots=True)
class Words:
    """What a label says: per action its name and, per transport, a letter and a verdict."""

    actions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One line of a placed label: where it begins, its text with its width, its marks (x, letter, verdict)."""

    x: float
    baseline: float
    text: str
    width: float
    marks: tuple[tuple[float, str, str], ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A label that has found its place; `opaque` if it stands on its own line and hides it."""

    rect: Rect
    rows: tuple[LabelRow, ...]
    opaque: bool


@dataclass(frozen=True, slots=True)
class _Form:
    parts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    above: int = 0
    """How many of the parts stand above the line, the others below it; 0: the form stands on one side."""

    @property
    def width(self) -> float:
        return max(_row_width(*part) for part in self.parts) + 4

    @property
    def height(self) -> float:
        return LINE_HEIGHT * len(self.parts) + (2 * _BESIDE if self.above else 0)


def text_width(text: str) -> float:
    """Return a generous width of `text` in an 11 pixel sans-serif type, in pixels."""
    return 0.98 * sum(_WIDE.get(sign, _NARROW.get(sign, 8.0 if sign.isupper() else 6.5)) for sign in text)


def _row_width(text: str, marks: tuple[tuple[str, str], ...]) -> float:
    width = len(marks) * (MARK + _LETTER + _GAP) - (0 if text else _GAP)
    return text_width(text) + max(width, 0) if text else max(width, 0)


def place(words: Words, path: Sequence[tuple[float, float]], obstacles: Sequence[Rect], sheet: Rect) -> Placed | None:
    """Return the best place for `words` along `path` that touches no obstacle and stays on the sheet, or None."""
    own = segments(path)
    best: tuple[float, Rect, _Form, bool] | None = None
    for number, segment in enumerate(own):
        other_own = own[:number] + own[number + 1 :]
        for cost, rect, form, on_line in _candidates(words, path[number], path[number + 1]):
            if best and cost >= best[0]:
                continue
            if not rect.inside(sheet) or any(rect.overlaps(other) for other in other_own):
                continue
            if not on_line and rect.overlaps(segment):
                continue
            if any(rect.overlaps(other, 2) for other in obstacles):
                continue
            best = (cost, rect, form, on_line and not form.above)
    return _set(*best[1:]) if best else None


def segments(path: Sequence[tuple[float, float]]) -> list[Rect]:
    """Return the straight pieces of a path as thin rectangles, as wide as the pair of strokes."""
    return [
        Rect(min(x0, x1) - 4, min(y0, y1) - 4, abs(x1 - x0) + 8, abs(y1 - y0) + 8)
        for (x0, y0), (x1, y1) in pairwise(path)
    ]


def _forms(words: Words, *, horizontal: bool) -> Iterator[tuple[float, _Form]]:
    yield 0.0, _Form(words.actions)
    yield 1.5, _Form(tuple(part for text, marks in words.actions for part in ((text, ()), ("", marks))))
    wrapped = tuple(part for text, marks in words.actions for part in _wrapped(text, marks))
    if len(wrapped) > len(words.actions):
        yield 2.0, _Form(wrapped)
    if horizontal and len(words.actions) == 1:
        text, marks = words.actions[0]
        yield 0.6, _Form(((text, ()), ("", marks)), above=1)
        if len(wrapped) == 2:
            yield 1.8, _Form(((wrapped[0][0], ()), (wrapped[1][0], ()), ("", marks)), above=2)


def _wrapped(text: str, marks: tuple[tuple[str, str], ...]) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Break an action's name at the space nearest to its middle; the marks follow its second half."""
    spaces = [place for place, sign in enumerate(text) if sign == " "]
    if not spaces:
        return [(text, marks)]
    at = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return [(text[:at], ()), (text[at + 1 :], marks)]


def _candidates(
    words: Words, start: tuple[float, float], end: tuple[float, float]
) -> Iterator[tuple[float, Rect, _Form, bool]]:
    horizontal = start[1] == end[1]
    low, high = sorted((start[0], end[0]) if horizontal else (start[1], end[1]))
    fixed = start[1] if horizontal else start[0]
    length = high - low
    for extra, form in _forms(words, horizontal=horizontal):
        width, height = form.width, form.height
        size = width if horizontal else height
        middle = (low + high) / 2
        places = [middle + sign * step * 7.5 for step in range(int(length / 15) + 1) for sign in (1, -1)]
        for at in places:
            overhang = max(at + size / 2 - high, low - (at - size / 2), 0)
            cost = extra + abs(at - middle) / 40 + overhang / 8 - min(length, 200) / 60
            if form.above:
                top = fixed - _BESIDE - LINE_HEIGHT * form.above
                yield cost, Rect(at - width / 2, top, width, height), form, True
                continue
            near, far = fixed - _CLEAR, fixed + _CLEAR
            if horizontal:
                yield cost, Rect(at - width / 2, near - height, width, height), form, False
                yield cost + 0.2, Rect(at - width / 2, far, width, height), form, False
            else:
                yield cost, Rect(far, at - height / 2, width, height), form, False
                yield cost + 0.2, Rect(near - width, at - height / 2, width, height), form, False
            if overhang <= -12 or length >= size + 24:
                yield cost + 2.5, _centred(at, fixed, width, height, horizontal=horizontal), form, True


def _centred(at: float, fixed: float, width: float, height: float, *, horizontal: bool) -> Rect:
    x, y = (at, fixed) if horizontal else (fixed, at)
    return Rect(x - width / 2, y - height / 2, width, height)


def _set(rect: Rect, form: _Form, opaque: bool) -> Placed:  # noqa: FBT001 - one of three parts of a found place
    rows = []
    for number, (text, marks) in enumerate(form.parts):
        x = rect.x + (rect.width - _row_width(text, marks)) / 2
        top = rect.y + number * LINE_HEIGHT + (2 * _BESIDE if form.above and number >= form.above else 0)
        cursor = x + text_width(text) + (_GAP if text else 0)
        placed = []
        for letter, verdict in marks:
            placed.append((cursor, letter, verdict))
            cursor += MARK + _LETTER + _GAP
        rows.append(LabelRow(x, top + 10.5, text, text_width(text), tuple(placed)))
    return Placed(rect, tuple(rows), opaque)
