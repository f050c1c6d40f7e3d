"""Which cases and which standing judges hold an implementation to each row of the register."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from fulfillspec.documents import access, lifecycle, paths, register
from fulfillspec.documents.versions import DEFAULT
from fulfillspec.generation.breaches import BREACHES

_ID = re.compile(r"FO-[A-Z0-9-]+[A-Z0-9]")
_ANSWERS = (
    "judge/standing.py",
    "judge/schema.py",
    "judge/graphql.py",
    "judge/graphql_walk.py",
    "judge/connector.py",
)
"""What reads one answer by itself."""
_STANDING = (
    "judge/invariants.py",
    "judge/lasting.py",
    "judge/requests.py",
    "judge/sources.py",
    *_ANSWERS,
    "judge/equivalence.py",
    "verdicts/ledger.py",
    "acting/session.py",
    "acting/step.py",
    "exploration/table.py",
    "exploration/walks.py",
)


@lru_cache(maxsize=1)
def judges() -> dict[str, tuple[str, ...]]:
    """Return for each requirement id what judges it: case names, `the table`, or the standing judges' file names."""
    found: dict[str, dict[str, None]] = {}

    def add(identity: str, judge: str) -> None:
        found.setdefault(identity, {})[judge] = None

    for file in sorted(paths.suites().glob("*.py")):
        for name, identity in _named(file):
            add(identity, f"{file.stem}::{name}" if name else file.stem)
    for cell in lifecycle.load().cells(DEFAULT.name):
        if cell.requirement:
            add(cell.requirement, "the table")
    for edge in lifecycle.load().edges:
        add(edge.requirement, "the lifecycle's transitions")
    for trial in access.trials():
        for requirement in trial.requirements:
            add(requirement, "test_actors::test_only_who_has_access_acts")
    for row in BREACHES:
        add(row.requirement, "test_generated::test_broken_request_is_refused_and_changes_nothing")
    add("FO-SCOPE-ANONYMOUS", "test_generated::test_operation_is_closed_without_a_token_that_is_known")
    package = Path(__file__).parents[1]
    for relative in _STANDING:
        if (package / relative).is_file():
            for _, identity in _named(package / relative):
                add(identity, f"every answer ({relative})")
    for file in sorted((paths.schemas() / "rest").rglob("*.json")):
        for identity in re.findall(r'"x-requirement": "(FO-[A-Z0-9-]+)"', file.read_text("utf-8")):
            add(identity, "every answer (schema)")
    return {identity: tuple(names) for identity, names in found.items()}


@lru_cache(maxsize=1)
def of_answers_alone() -> frozenset[str]:
    """Return the requirements that nothing but the reading of single answers judges: no case, no step, no look."""
    package = Path(__file__).parents[1]
    apart = {package / relative for relative in _ANSWERS} | {*(package / "sandbox").rglob("*.py")}
    others = [*paths.suites().glob("*.py"), *({*package.rglob("*.py")} - apart)]
    named = {identity for file in others for identity in _ID.findall(file.read_text("utf-8"))}
    return frozenset(
        identity
        for identity, names in judges().items()
        if identity not in named and all(name.startswith("every answer (") for name in names)
    )


def _named(file: Path) -> Iterator[tuple[str, str]]:
    """Yield each requirement id that a module names, with the function that it stands in."""
    tree = ast.parse(file.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside: set[int] = set()
    for function in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _ID.fullmatch(node.value):
                inside.add(id(node))
                yield function.name, node.value
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and _ID.fullmatch(node.value)
            and id(node) not in inside
        ):
            yield "", node.value


def rows(area: str | None = None) -> list[dict[str, Any]]:
    """Return the register with what judges each row, in the order of the areas."""
    wanted = [row for name, of in register.load().by_area().items() if area in {None, name} for row in of]
    return [
        {
            "id": row.id,
            "area": row.area,
            "level": row.level,
            "statement": row.statement,
            "source": row.source,
            "quote": row.quote,
            "transports": list(row.transports),
            "judged_by": list(judges().get(row.id, ())),
            "not_tested": row.not_tested or None,
        }
        for row in wanted
    ]


def listing(area: str | None = None, *, as_json: bool = False) -> str:
    """Return the register as a listing for people, or as JSON."""
    found = rows(area)
    if as_json:
        return json.dumps(found, indent=1, ensure_ascii=False)
    lines = []
    last = ""
    for row in found:
        if row["area"] != last:
            last = row["area"]
            lines += ["", last.upper()]
        by = row["judged_by"]
        how = (
            f"not tested: {row['not_tested']}"
            if row["not_tested"]
            else f"judged by {by[0]}" + (f" and {len(by) - 1} more" if len(by) > 1 else "")
            if by
            else "not judged"
        )
        lines += [f"  {row['id']}  {row['level']}", f"      {row['statement']}", f"      {how}"]
    judged = sum(1 for row in found if row["judged_by"] and not row["not_tested"])
    untested = sum(1 for row in found if row["not_tested"])
    lines += [
        "",
        f"{len(found)} requirements: {judged} judged, {untested} not tested with a reason, {len(found) - judged - untested} not judged.",
    ]
    return "\n".join(lines).lstrip("\n")
