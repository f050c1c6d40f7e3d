"""The walls between the rooms, as their imports show them."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from tree import PACKAGE, ROOT, imports, modules, within

NETWORK = ("requests", "urllib3", "socket", "ssl", "http.client", "urllib.request", "asyncio", "uvicorn", "starlette")
MAY_START_THE_SANDBOX = {PACKAGE / "commands" / name for name in ("lookup.py", "serving.py")} | {
    PACKAGE / "suite" / "embedded.py"
}


def breaches(files: list[Path], *forbidden: str) -> list[str]:
    return [f"{file.relative_to(ROOT)}: {name}" for file in files for name in imports(file) if within(name, *forbidden)]


def test_sandbox_imports_nothing_of_the_engine() -> None:
    names = {name for file in modules("fulfillspec/sandbox") for name in imports(file) if within(name, "fulfillspec")}
    assert sorted(name for name in names if not within(name, "fulfillspec.sandbox")) == []


def test_engine_and_suites_import_nothing_of_the_sandbox() -> None:
    rooms = [file for file in modules("fulfillspec") if PACKAGE / "sandbox" not in file.parents]
    files = [file for file in [*rooms, *modules("suites")] if file not in MAY_START_THE_SANDBOX]
    assert breaches(files, "fulfillspec.sandbox") == []


def test_judges_do_no_io() -> None:
    files = modules("fulfillspec/judge")
    assert breaches(files, *NETWORK, "os", "io", "sys", "subprocess", "time", "random", "fulfillspec.wire.http") == []
    opened = [
        f"{file.name}:{node.lineno}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"}
    ]
    assert opened == []


def test_reporting_knows_no_network() -> None:
    assert breaches(modules("fulfillspec/reporting"), *NETWORK, "fulfillspec.wire.http", "fulfillspec.runs.run") == []


def test_wire_names_no_requirement() -> None:
    files = modules("fulfillspec/wire")
    assert breaches(files, "fulfillspec.documents.register", "fulfillspec.judge", "fulfillspec.verdicts.results") == []
    assert [file.name for file in files if "FO-" in file.read_text("utf-8")] == []


def test_suites_import_nothing_but_pytest() -> None:
    allowed = {"pytest"}
    found = {name.partition(".")[0] for file in modules("suites") for name in imports(file)}
    assert found - allowed - set(sys.stdlib_module_names) == set()
    assert breaches(modules("suites"), *NETWORK, "json", "os", "pathlib") == []


def test_every_import_is_of_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = {_name(one) for one in (*project["dependencies"], *extras["attest"], *extras["fleet"])}
    owners = packages_distributions()
    used = {name.partition(".")[0] for file in modules("fulfillspec") for name in imports(file)}
    used -= set(sys.stdlib_module_names) | {"fulfillspec"}
    missing = {name for name in used if not {_name(owner) for owner in owners.get(name, [name])} & declared}
    assert missing <= INDIRECT, missing


def _name(requirement: str) -> str:
    for mark in "[<>=!~; ":
        requirement = requirement.partition(mark)[0]
    return requirement.strip().lower().replace("_", "-")


INDIRECT = {"markupsafe"}  # what jinja2's escaped strings are made of


@pytest.mark.parametrize("file", [file for file in modules("fulfillspec") if file.name != "__init__.py"], ids=str)
def test_module_says_what_it_is(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text("utf-8")))
