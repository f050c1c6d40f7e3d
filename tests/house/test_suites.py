"""The language of the suites: states, actors, actions, expectations; nothing of a transport or of a sample store."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tree import ROOT, modules

from fulfillspec.suite import coverage

FILES = modules("suites")
STATEMENTS = 14
OPEN_AREAS = {"graphql", "connector", "notifications", "equivalence"}
OF_A_SAMPLE_STORE = {
    "address1",
    "city",
    "company",
    "email",
    "first_name",
    "handle",
    "last_name",
    "name",
    "phone",
    "sku",
    "title",
    "zip",
}
OF_A_TRANSPORT = {"body", "content", "data", "headers", "json", "raw_body", "status_code", "url"}


def cases() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for file in FILES:
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield file, node


def constants(kind: type) -> Iterator[tuple[str, Any]]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, kind) and not isinstance(node.value, bool):
                yield f"{file.name}:{node.lineno}", node.value


def sample_values() -> set[str]:
    """What the documents' sample store calls its people, places and things, and its ids."""
    found: set[str] = set()

    def gather(value: Any, key: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                gather(inner, name)
        elif isinstance(value, list):
            for inner in value:
                gather(inner, key)
        elif isinstance(value, str) and key in OF_A_SAMPLE_STORE and len(value) > 3:
            found.add(value)
        elif isinstance(value, int) and (key == "id" or key.endswith("_id")) and value > 999:
            found.add(str(value))

    for file in sorted((ROOT / "fixtures").glob("S[0-9]/*.json")):
        gather(json.loads(file.read_text("utf-8")).get("response"), "")
    return found


def test_sample_values_are_known() -> None:
    assert {"1046000781", "Louisville"} <= sample_values()


def test_suites_name_no_id() -> None:
    assert [place for place, number in constants(int) if number > 999] == []
    assert [place for place, text in constants(str) if re.search(r"gid:|\d{5,}", text)] == []


def test_suites_name_nothing_of_the_sample_store() -> None:
    known = sample_values()
    assert [(place, text) for place, text in constants(str) if text in known] == []


def test_suites_name_no_address() -> None:
    # a tracking URL is a value like any other, if its host can exist nowhere
    addresses = [(place, text) for place, text in constants(str) if re.search(r"://|^/|/admin|\.json", text)]
    assert [each for each in addresses if not re.fullmatch(r"https://[a-z.]+\.invalid/\S*", each[1])] == []


def test_suites_name_no_header() -> None:
    header = re.compile(r"X-[A-Z]|Content-Type|Authorization|Retry-After")
    assert [(place, text) for place, text in constants(str) if header.search(text)] == []


def test_suites_reach_into_no_body() -> None:
    reached = [
        f"{file.name}:{node.lineno} .{node.attr}"
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in OF_A_TRANSPORT
    ]
    assert reached == []
    assert [place for place, text in constants(str) if text.startswith("$.")] == []


@pytest.mark.parametrize(("file", "case"), list(cases()), ids=lambda value: getattr(value, "stem", None) or value.name)
def test_case_is_short_and_states_a_fact(file: Path, case: ast.FunctionDef) -> None:
    statements = sum(isinstance(node, ast.stmt) for node in ast.walk(case)) - 1
    assert statements <= STATEMENTS, f"{file.name}:{case.lineno} has {statements} statements"
    branches = [node.lineno for node in ast.walk(case) if isinstance(node, (ast.If, ast.Try, ast.While, ast.Match))]
    assert branches == [], "what is judged does not hang on what was answered: only_if says why a case ends"
    assert not re.search(r"_should|_works$|test_that|_correctly", case.name)


def test_cases_have_names_of_their_own() -> None:
    names = [case.name for _, case in cases() if case.name.startswith("test_")]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_row_of_the_register_is_judged_or_says_why_not() -> None:
    rows = [row for row in coverage.rows() if row["area"] not in OPEN_AREAS]
    assert len(rows) > 200
    assert [row["id"] for row in rows if not row["judged_by"] and not row["not_tested"]] == []
