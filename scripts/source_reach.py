"""Which cases can tell a source mutant of the sandbox: those that run its line in a run of the sandbox as it is.

What runs while the sandbox is imported (constants, defaults, tables) is told by the cases that run a line which names
it. What runs before the first case, while the store is set up, may be told by all.
"""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FrameType
from typing import Any

from source_mutants import PACKAGE, Place

SANDBOX = PACKAGE / "sandbox"
IMPORT, SETUP = "import", "setup"
"""What is run before the cases."""
_WITHIN = f"{SANDBOX}{os.sep}"
_REMEMBERED = {"sandbox/graphql/schemas.py"}
"""Modules whose functions are called by some that remember what they returned."""
Line = tuple[str, int]
"""A line of the sandbox: its module (a path within the package) and its number."""


class Lines:
    """A trace function: the lines of the sandbox that run, by what was begun last."""

    def __init__(self) -> None:
        self.ran: dict[str, set[Line]] = {}
        self.begin(IMPORT)

    def begin(self, part: str) -> None:
        """Note what runs from now on under this name."""
        self._now: set[Line] = self.ran.setdefault(part, set())

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        """Trace the lines of a function of the sandbox, and of nothing else."""
        name = frame.f_code.co_filename
        if event != "call" or not name.startswith(_WITHIN):
            return None
        module = name[len(str(PACKAGE)) + 1 :]
        self._now.add((module, frame.f_lineno))

        def line(inner: FrameType, _event: str, _: Any) -> Any:
            self._now.add((module, inner.f_lineno))
            return line

        return line


@dataclass(frozen=True, slots=True)
class Reach:
    """What runs without any mutant: the lines that each case runs, its requests, and what is inconclusive anyway."""

    ran: Mapping[str, set[Line]]
    requests: Mapping[str, int]
    inconclusive: frozenset[str]
    _by_line: dict[Line, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for part, lines in self.ran.items():
            for line in lines:
                self._by_line[line].add(part)

    def parts(self, lines: Iterable[Line]) -> set[str]:
        """Return what runs any of these lines: cases, the import, the setup."""
        return set().union(*(self._by_line.get(line, set()) for line in lines))

    def remembered(self, place: Place) -> bool:
        """Tell whether what a function says is remembered from the time before a mutant is put in its place."""
        return place.module in _REMEMBERED or IMPORT in self.parts(lines_of(place))

    def of(self, place: Place) -> list[str]:
        """Return the cases that can tell a mutant: those that run its line first, each in the order of `_spread`."""
        parts = self.parts(lines_of(place))
        if IMPORT in parts:
            parts |= self.parts(naming(place)) - {IMPORT}
        cases = parts - {IMPORT, SETUP}
        everything = SETUP in parts or (IMPORT in parts and not cases)
        others = self.requests.keys() - cases if everything else set()
        return [*self._spread(cases), *self._spread(others)]

    def _spread(self, cases: Iterable[str]) -> list[str]:
        """Return the shortest case of each test, then the second of each, and so on."""
        seen: dict[str, int] = defaultdict(int)
        ranked = []
        for case in sorted(cases, key=lambda case: (self.requests.get(case, 0), case)):
            test = case.partition("[")[0]
            ranked.append((seen[test], case))
            seen[test] += 1
        return [case for _, case in sorted(ranked, key=lambda one: one[0])]

    def unreached(self, places: Iterable[Place]) -> list[Place]:
        """Return the places that nothing runs: no case, not the setup."""
        return [place for place in places if not self.parts(lines_of(place)) and not self.of(place)]


def lines_of(place: Place) -> list[Line]:
    """Return the lines that run when a place does: its own, or those of the statement that it stands in."""
    executable, statements = _layout(place.module)
    if place.line in executable:
        return [(place.module, place.line)]
    around = [span for span in statements if span[0] <= place.line <= span[1]]
    begin, end = min(around, key=lambda span: span[1] - span[0], default=(place.line, place.line))
    return [(place.module, line) for line in range(begin, end + 1) if line in executable]


@cache
def _layout(module: str) -> tuple[frozenset[int], tuple[tuple[int, int], ...]]:
    """Return the lines of a module that have code, and where its statements begin and end (without what they hold)."""
    source = (PACKAGE / module).read_text("utf-8")
    executable = frozenset(line for code in _codes(compile(source, module, "exec")) for line in _numbered(code))
    spans = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno or node.lineno
            spans.append((node.lineno, max(node.lineno, end)))
    return executable, tuple(spans)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _numbered(code: CodeType) -> Iterator[int]:
    return (line for _, _, line in code.co_lines() if line is not None)


def naming(place: Place) -> list[Line]:
    """Return the lines that name what the import binds at a place, and what is bound by naming that, and so on."""
    names, new = set[str](), set(_bound(place.module, place.line))
    lines: set[Line] = set()
    while new:
        names |= new
        here = {line for name in new for line in _mentions().get(name, set())}
        lines |= here
        new = {bound for module, line in here if _is_of_import(module, line) for bound in _bound(module, line)} - names
    return sorted(lines)


def _is_of_import(module: str, line: int) -> bool:
    return all(not begin < line <= end for begin, end in _functions(module))


@cache
def _functions(module: str) -> tuple[tuple[int, int], ...]:
    tree = ast.parse((PACKAGE / module).read_text("utf-8"))
    return tuple(
        (node.body[0].lineno - 1, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _bound(module: str, line: int) -> Iterator[str]:
    """Return the names that the statement of the module, or of a class of it, binds which a line is part of."""
    for node in ast.walk(ast.parse((PACKAGE / module).read_text("utf-8"))):
        if not (isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)):
            continue
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))


@cache
def _mentions() -> Mapping[str, set[Line]]:
    """Return where each name is read, or an attribute of that name, in the store itself."""
    found: dict[str, set[Line]] = defaultdict(set)
    for file in SANDBOX.rglob("*.py"):
        module = str(file.relative_to(PACKAGE))
        if {"mutants", "variants"} & set(file.relative_to(SANDBOX).parts):
            continue
        for node in _without_annotations(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found[node.id].add((module, node.lineno))
            elif isinstance(node, ast.Attribute):
                found[node.attr].add((module, node.lineno))
    return found


def _without_annotations(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name, value in ast.iter_fields(node):
        if name not in {"annotation", "returns"}:
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.AST):
                    yield from _without_annotations(each)
