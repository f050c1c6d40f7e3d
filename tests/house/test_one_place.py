"""Each fact stands in one place: a lint per fact."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tree import PACKAGE, ROOT, modules

from fulfillspec.documents.operations import NAMED

ENGINE = [file for file in modules("fulfillspec") if PACKAGE / "sandbox" not in file.parents]
VERSIONS = PACKAGE / "documents" / "versions.py"
TITLES = re.compile(r"Admin (?:GraphQL|REST): \w+, [0-9-]+")
"""Titles of the source documents, of which a version is part."""


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the strings of a module with their lines, without docstrings."""
    tree = ast.parse(file.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def test_only_one_module_of_the_engine_names_an_api_version() -> None:
    version = re.compile(r"(?<![\d-])\d{4}-\d{2}(?![\d-])")
    found = [
        f"{file.relative_to(ROOT)}:{line} {text!r}"
        for file in [*ENGINE, *modules("suites"), ROOT / "scripts" / "build_openapi.py"]
        for line, text in texts(file)
        if file != VERSIONS and version.search(text) and not TITLES.fullmatch(text)
    ]
    assert found == []


def test_only_one_module_of_the_engine_knows_how_a_version_is_written() -> None:
    written = re.compile(r"(?:\[0-9\]|\\d)\{4\}-(?:\(\?:0|\[0-9\]\{2\}(?!-)|\\d\{2\}(?!-)|\\d\\d(?!-))")
    found = [
        f"{file.relative_to(ROOT)}:{line}" for file in ENGINE for line, text in texts(file) if written.search(text)
    ]
    assert [place for place in found if not place.startswith("fulfillspec/documents/versions.py:")] == []


def test_no_two_modules_of_the_tests_have_one_name() -> None:
    """Test folders are no packages: pytest imports each module by its bare name."""
    where: dict[str, list[str]] = {}
    for file in modules("tests"):
        if file.name != "conftest.py":
            where.setdefault(file.name, []).append(str(file.relative_to(ROOT)))
    assert {name: files for name, files in where.items() if len(files) > 1} == {}


def test_no_two_public_classes_of_the_engine_have_one_name() -> None:
    where: dict[str, list[str]] = {}
    for file in ENGINE:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where.setdefault(node.name, []).append(str(file.relative_to(PACKAGE)))
    assert {name: files for name, files in where.items() if len(files) > 1} == {}


NO_NAMES = {
    "told",
    "shown",
    "several",
    "own",
    "sight",
    "sights",
    "tries",
    "vary",
    "knock",
    "face",
    "further",
    "questions",
    "scene",
    "theatre",
}
"""Words that say nothing of what a class, function or attribute is to somebody who reads its name for the first time."""


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name
            case ast.Attribute(value=ast.Name(id="self"), ctx=ast.Store()):
                yield node.attr
        if isinstance(node, ast.ClassDef):
            fields = (field.target for field in node.body if isinstance(field, ast.AnnAssign))
            yield from (target.id for target in fields if isinstance(target, ast.Name))


@pytest.mark.parametrize("file", ENGINE, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_names_say_what_is_named(file: Path) -> None:
    assert sorted(NO_NAMES & {name.strip("_").lower() for name in _defined(ast.parse(file.read_text("utf-8")))}) == []


OPERATIONS = {
    "acting/session.py": 1,  # whose answers may be of before (C3)
    "documents/operations.py": 1,  # the rows
    "exploration/effects.py": 2,  # the function that judges the effect of each; those that leave siblings alone
    "exploration/planning.py": 1,  # outcomes of cells, of which two have names of operations
    "generation/breaches.py": 2,  # broken requests: where each is broken, and the row that demands the refusal
    "generation/graphql_driver.py": 1,  # a few that are asked for with a token of nobody
    "stage/per_transport.py": 1,  # arguments that fit a fulfillment order
    "stage/pieces.py": 1,  # ways to cut a piece off, in the order in which they are tried
    "traffic/outcomes.py": 1,  # which rows the state in an answer is judged by
    "wire/rest.py": 1,  # how arguments travel in a body
    "wire/variables.py": 1,  # how arguments travel in variables
}
"""How many tables by operation there are: the rows, and code. What the documents say of an operation stands in its row."""


def tables(file: Path) -> Iterator[list[str]]:
    """Yield the operations that a literal or a `match` names, of each that names two or more."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.Dict):
            parts = [*node.keys]
        elif isinstance(node, ast.Set | ast.Tuple | ast.List):
            parts = [first(part) for part in node.elts]
        elif isinstance(node, ast.Match):
            patterns = [part for case in node.cases for part in ast.walk(case.pattern)]
            parts = [part.value for part in patterns if isinstance(part, ast.MatchValue)]
        named = {str(part.value) for part in parts if isinstance(part, ast.Constant) and part.value in NAMED}
        if len(named) > 1:
            yield sorted(named)


def first(part: ast.AST) -> ast.AST:
    """Return what the row of a table is named by: the first argument of a call, the first value of a tuple."""
    inner = part.args if isinstance(part, ast.Call) else part.elts if isinstance(part, ast.Tuple) else []
    return inner[0] if inner else part


def test_tables_by_operation_are_the_rows_and_code() -> None:
    found = {str(file.relative_to(PACKAGE)): [*tables(file)] for file in ENGINE}
    assert {file: len(named) for file, named in found.items() if named} == OPERATIONS
