"""Mutants of source code: the places that cosmic-ray's operators change, the changed source, and trials of it.

Shared by the scripts that break the sandbox (`refute_sandbox.py`) and the engine (`mutate_engine.py`).
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import json
import multiprocessing
import os
import sqlite3
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "fulfillspec"
DELETED = "own/DeleteStatement"


@dataclass(frozen=True, slots=True)
class Place:
    """A source mutant: the n-th place of a module (a path within `PACKAGE`) that an operator changes."""

    module: str
    operator: str
    occurrence: int
    line: int
    function: str

    @property
    def key(self) -> str:
        """Its name in the store and in the list of survivors; free of line numbers."""
        return f"{self.module}:{self.function}:{self.operator}:{self.occurrence}"


def _operators() -> dict[str, Any]:
    import parso
    from cosmic_ray import plugins
    from cosmic_ray.operators.operator import Operator

    class DeleteStatement(Operator):  # type: ignore[misc] # the library has no types
        """Replaces an assignment or a call that stands alone by `pass`."""

        def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
            if node.type == "simple_stmt" and node.children[0].type in {"expr_stmt", "atom_expr"}:
                inside = node.search_ancestor("funcdef")
                if inside is not None:
                    yield node.start_pos, node.end_pos

        def mutate(self, node: Any, index: int) -> Any:
            del index
            column = node.start_pos[1]
            text = f"{' ' * column}pass\n"
            return parso.parse(
                text[column:] if node.get_first_leaf().prefix == "" else node.get_first_leaf().prefix + "pass\n"
            )

        @classmethod
        def examples(cls) -> tuple[Any, ...]:
            return ()

    known = {name: plugins.get_operator(name) for name in plugins.operator_names()}
    skipped = (
        "VariableReplacer",
        "VariableInserter",
        "RemoveDecorator",
        "_Is",
        "_IsNot",
        "ExceptionReplacer",
        "Operator_BitOr_",
    )
    kept = {name: one for name, one in known.items() if not any(mark in name for mark in skipped)}
    return {**kept, DELETED: DeleteStatement}


def places(files: Iterable[Path]) -> list[Place]:
    """Return every mutant of these files, in the order of the source.

    Left out is what says nothing at run time: annotations, the markers `*` and `/` of a signature, `slots` of a class.
    """
    from cosmic_ray.ast import ast_nodes, get_ast

    found = []
    operators = {name: operator() for name, operator in _operators().items()}
    for file in files:
        source = file.read_text("utf-8")
        functions, silent = _functions(source), _silent(source)
        nodes = list(ast_nodes(get_ast(source)))
        for name, made in operators.items():
            spots = [(node, spot) for node in nodes for spot in made.mutation_positions(node)]
            for occurrence, (node, spot) in enumerate(spots):
                line = spot[0][0]
                if any(begin <= spot[0] < end for begin, end in silent) or _is_marker(node):
                    continue
                found.append(
                    Place(str(file.relative_to(PACKAGE)), name, occurrence, line, functions.get(line, "module"))
                )
    return found


def _is_marker(node: Any) -> bool:
    """Tell whether a token marks parameters: `*`, `/`, `*args`, `**kwargs`."""
    return node.type == "operator" and node.parent is not None and node.parent.type in {"parameters", "param"}


def _silent(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return where the source says nothing at run time, from (line, column) to (line, column)."""
    found: list[ast.AST] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign):
            found.append(node if node.value is None else node.annotation)
        elif isinstance(node, ast.arg) and node.annotation is not None:
            found.append(node.annotation)
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            found.append(node.returns)
        elif isinstance(node, ast.ClassDef):
            calls = [call for call in node.decorator_list if isinstance(call, ast.Call)]
            found += [word.value for call in calls for word in call.keywords if word.arg == "slots"]
    return [
        ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))  # type: ignore[attr-defined]
        for node in found
    ]


def _functions(source: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found[line] = node.name
    return found


def mutated(place: Place) -> str | None:
    """Return the source of a mutant; None where it is no Python, or means the same."""
    from cosmic_ray.mutating import mutate_code

    source = (PACKAGE / place.module).read_text("utf-8")
    text = mutate_code(source, _operators()[place.operator](), place.occurrence)
    try:
        same = text is None or ast.dump(ast.parse(text)) == ast.dump(ast.parse(source))
    except SyntaxError:
        return None
    return None if same else text


class _Served(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        del path, target
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def create_module(self, spec: Any) -> None:
        del spec

    def exec_module(self, module: Any) -> None:
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


def serve(place: Place, source: str) -> None:
    """Let this process import the module of a mutant from the changed source."""
    name = "fulfillspec." + place.module.removesuffix(".py").replace("/", ".")
    if name in sys.modules:
        raise RuntimeError(f"{name} is imported already")
    sys.meta_path.insert(0, _Served(name, PACKAGE / place.module, source))


def apart(trial: Callable[[], dict[str, Any]], within: float) -> dict[str, Any] | None:
    """Run a trial in a process forked from this one; return what it tells, None where it is late or dies.

    An error of the trial comes as `{"error": ...}`.
    """
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()

    def told() -> None:
        try:
            theirs.send(trial())
        except BaseException as error:  # noqa: BLE001 - a mutant that cannot be imported is what this finds out
            theirs.send({"error": repr(error)[:300]})
        os._exit(0)

    child = fork.Process(target=told)
    child.start()
    theirs.close()
    try:
        return dict(ours.recv()) if ours.poll(within) else None
    except EOFError:
        return None
    finally:
        child.kill()
        child.join()


def in_processes(work: Callable[[list[Place]], None], left: list[Place], processes: int) -> None:
    """Let each process do every n-th of what is left."""
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=work, args=(left[n::processes],)) for n in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


class Store:
    """What became of mutants, row by row as it comes: a stopped script goes on where it was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connect().close()

    def _connect(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.path, timeout=60)
        base.execute("create table if not exists trials (key text primary key, row text)")
        return base

    def add(self, key: str, row: dict[str, Any]) -> None:
        """Store the row of a mutant, in the place of an earlier one."""
        with self._connect() as base:
            base.execute("replace into trials values (?, ?)", (key, json.dumps(row)))

    def rows(self) -> list[dict[str, Any]]:
        """Return what is stored, by key."""
        with self._connect() as base:
            return [json.loads(text) for (text,) in base.execute("select row from trials order by key")]


def classes(file: Path) -> dict[str, dict[str, str]]:
    """Return the survivors that were sorted by hand, by key: their class and why."""
    rows = tomllib.loads(file.read_text("utf-8")).get("survivor", []) if file.is_file() else []
    return {row["mutant"]: row for row in rows}
