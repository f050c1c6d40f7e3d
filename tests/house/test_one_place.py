"""Each fact stands in one place: a lint per fact."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tree import PACKAGE, ROOT, modules

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
