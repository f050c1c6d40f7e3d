"""Trials of source mutants of the sandbox: forks of the process in which the suites are collected and warmed.

A mutant is put into the loaded sandbox where that can be done (the code of a function is exchanged), else the sandbox
is imported anew from the changed source. Only cases that run the changed line can tell it from the sandbox as it is
(`source_reach`): those are run, the short ones first, until the first deviation.
"""

from __future__ import annotations

import ast
import importlib
import resource
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import source_mutants
from source_mutants import PACKAGE, ROOT, Place
from source_reach import SETUP, Lines, Reach

sys.path.insert(0, str(ROOT / "tests" / "kill"))

import harness
from harness import Outcome, Trial
from warm import BrokenWork

from fulfillspec.runs.run import Run

if TYPE_CHECKING:
    import pytest

__all__ = ["BrokenWork", "Outcome", "Reach", "Reaching", "SourceTrial", "Trial", "harness"]
LONGEST = 60
"""Seconds of the processor that a trial may take: all cases together take ten."""


@dataclass(frozen=True, slots=True)
class Reaching:
    """Runs all cases of a trial, and notes which lines of the sandbox each of them runs."""

    trial: Trial

    def __call__(self, session: pytest.Session, items: list[pytest.Item]) -> Reach:
        """Run it in this process, which is a fork."""
        lines = Lines()

        def begin(item: pytest.Item) -> bool:
            lines.begin(item.nodeid)
            return False

        threading.settrace(lines)
        sys.settrace(lines)
        try:
            _import_anew()
            lines.begin(SETUP)
            outcome = harness.played(self.trial, session, items, before=begin)
        finally:
            sys.settrace(None)
            threading.settrace(None)
        cases = outcome.results["cases"]
        requests = {one["id"]: one["exchanges"][1] - one["exchanges"][0] if one["exchanges"] else 0 for one in cases}
        unseen = frozenset(one["id"] for one in cases if one["outcome"] == "inconclusive")
        return Reach(lines.ran, requests, unseen)


@dataclass(frozen=True, slots=True)
class SourceTrial:
    """Runs some cases, in their order, against the sandbox with one place of its source changed."""

    place: Place
    source: str
    trial: Trial
    cases: tuple[str, ...]
    anew: bool = False
    """Import the sandbox anew, whatever could be exchanged."""
    spends: float = float("inf")
    """Seconds of the processor after which no further case is begun."""

    def __call__(self, session: pytest.Session, items: list[pytest.Item]) -> Outcome:
        """Run it in this process, which is a fork: one that never ends is ended by the system."""
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
        if self.anew or not _exchanged(self.place, self.source):
            _import_anew(self.place, self.source)
        by_name = {item.nodeid: item for item in items}
        chosen = [by_name[name] for name in self.cases]
        until = time.process_time() + self.spends
        enough = lambda _: _deviates(session) or time.process_time() > until  # noqa: E731 - said where it is used
        found = harness.played(self.trial, session, chosen, before=enough)
        return replace(found, results={"cases": found.results["cases"]})


def _deviates(session: pytest.Session) -> bool:
    return bool(session.config.stash[Run.KEY].ledger.deviations)


def _name_of(place: Place) -> str:
    return "fulfillspec." + place.module.removesuffix(".py").replace("/", ".")


def _exchanged(place: Place, source: str) -> bool:
    """Exchange the code of the functions that differ; False where something else differs, or remembers what it did."""
    before, after = ast.parse((PACKAGE / place.module).read_text("utf-8")), ast.parse(source)
    paths = differing(before.body, after.body, ())
    module = importlib.import_module(_name_of(place))
    functions = [_function(module, path) for path in paths or ()]
    if not functions or not all(functions):
        return False
    codes = _codes(compile(source, str(PACKAGE / place.module), "exec"), ())
    for path, function in zip(paths or (), functions, strict=True):
        assert function is not None
        if len(codes[path].co_freevars) != len(function.__code__.co_freevars):
            return False
        function.__code__ = codes[path]
    return True


def differing(
    before: Sequence[ast.stmt], after: Sequence[ast.stmt], within: tuple[str, ...]
) -> list[tuple[str, ...]] | None:
    """Return the paths of the functions whose bodies alone differ; None where anything else does."""
    if len(before) != len(after):
        return None
    found: list[tuple[str, ...]] = []
    for old, new in zip(before, after, strict=True):
        if ast.dump(old) == ast.dump(new):
            continue
        if isinstance(old, ast.ClassDef) and isinstance(new, ast.ClassDef) and _head(old) == _head(new):
            inner = differing(old.body, new.body, (*within, old.name))
            if inner is None:
                return None
            found += inner
        elif isinstance(old, ast.FunctionDef) and isinstance(new, ast.FunctionDef) and _head(old) == _head(new):
            found.append((*within, old.name))
        else:
            return None
    return found


def _head(node: ast.ClassDef | ast.FunctionDef) -> str:
    """Return a definition without its body."""
    kind = type(node)
    return ast.dump(kind(**{**dict(ast.iter_fields(node)), "body": []}))


def _function(module: Any, path: tuple[str, ...]) -> FunctionType | None:
    """Return the plain function at a path; None where something that may remember results is wrapped around it."""
    found = module
    for name in path:
        found = vars(found).get(name)
        if found is None:
            return None
    if isinstance(found, property):
        found = found.fget
    if isinstance(found, (staticmethod, classmethod)):
        found = found.__func__
    return found if isinstance(found, FunctionType) and not hasattr(found, "__wrapped__") else None


def _codes(code: CodeType, within: tuple[str, ...]) -> dict[tuple[str, ...], CodeType]:
    found = {}
    for each in code.co_consts:
        if isinstance(each, CodeType):
            path = (*within, each.co_name)
            found[path] = each
            found |= _codes(each, path)
    return found


def _import_anew(place: Place | None = None, source: str = "") -> None:
    """Forget the sandbox, and import it again, with the changed source of a module."""
    for name in [name for name in sys.modules if name.startswith("fulfillspec.sandbox") or name == "carried"]:
        del sys.modules[name]
    if place is not None:
        source_mutants.serve(place, source)
    vars(harness)["carried"] = importlib.import_module("carried")
