"""Which requirements a module names, and where: the one way to know what a case or a judge judges."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ID = re.compile(r"FO-[A-Z0-9-]+[A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a module: the requirements that its body names, those of its decorators, the names it uses."""

    name: str
    requirements: frozenset[str]
    decorated: frozenset[str]
    uses: frozenset[str]
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Module:
    """A module as it is written: its functions, and what it names outside of them."""

    functions: dict[str, Function]
    outside: frozenset[str]

    @property
    def requirements(self) -> frozenset[str]:
        """Everything that it names."""
        return self.outside.union(*(each.requirements | each.decorated for each in self.functions.values()))

    def of_case(self, name: str) -> frozenset[str]:
        """Return what a function names, itself or in the helpers of the module that it calls."""
        found: set[str] = set()
        waiting, seen = [name], set[str]()
        while waiting:
            function = self.functions.get(waiting.pop())
            if function is not None and function.name not in seen:
                seen.add(function.name)
                found |= function.requirements
                waiting += function.uses
        return frozenset(found)


@lru_cache(maxsize=256)
def module(file: Path) -> Module:
    """Read a module, each once."""
    tree = ast.parse(file.read_text("utf-8"))
    functions: dict[str, Function] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            function, known = _function(node), functions.get(node.name)
            functions[node.name] = function if known is None else _joined(known, function)
    return Module(functions, frozenset(_ids(_outside(tree))))


def _outside(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what stands in no function."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if not isinstance(node, ast.FunctionDef):
                yield node
                waiting.append(node)


def _function(node: ast.FunctionDef) -> Function:
    body = [part for statement in node.body for part in ast.walk(statement)]
    decorators = [part for decorator in node.decorator_list for part in ast.walk(decorator)]
    return Function(
        node.name,
        frozenset(_ids(body)),
        frozenset(_ids(decorators)),
        frozenset(part.id for part in body if isinstance(part, ast.Name)),
        frozenset(part.attr for part in decorators if isinstance(part, ast.Attribute)),
    )


def _joined(one: Function, other: Function) -> Function:
    """Return two functions of one name (of two classes) as one."""
    return Function(
        one.name,
        one.requirements | other.requirements,
        one.decorated | other.decorated,
        one.uses | other.uses,
        one.marks | other.marks,
    )


def _ids(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ID.fullmatch(node.value):
            yield node.value
