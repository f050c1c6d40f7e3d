"""Which cases and which standing judges hold an implementation to each row of the register."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from fulfillspec import acting, exploration, generation, judge, stage, verdicts
from fulfillspec.documents import access, lifecycle, paths, register
from fulfillspec.documents.versions import DEFAULT
from fulfillspec.generation.breaches import BREACHES
from fulfillspec.judge.naming import module
from fulfillspec.judge.registry import Hears, registered
from fulfillspec.reporting.text import unmarked

_ROOMS = (judge, verdicts, acting, exploration, generation, stage)
"""The rooms whose modules may judge: each that does registers itself when it is imported."""
_STANDING = (Hears.ANSWERS, Hears.STEPS)


@lru_cache(maxsize=1)
def judges() -> dict[str, tuple[str, ...]]:
    """Return for each requirement id what judges it: case names, `the table`, or the standing judges' file names."""
    found: dict[str, dict[str, None]] = {}

    def add(identity: str, by: str) -> None:
        found.setdefault(identity, {})[by] = None

    for file in sorted(paths.suites().glob("*.py")):
        written = module(file)
        for function in written.functions.values():
            for identity in sorted(function.requirements | function.decorated):
                add(identity, f"{file.stem}::{function.name}")
        for identity in sorted(written.outside):
            add(identity, file.stem)
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
    package = Path(__file__).parents[1]
    for file, hears in sorted(registered_judges().items()):
        for identity in sorted(module(file).requirements):
            add(identity, f"{hears} ({file.relative_to(package).as_posix()})")
    for file in sorted((paths.schemas() / "rest").rglob("*.json")):
        for identity in re.findall(r'"x-requirement": "(FO-[A-Z0-9-]+)"', file.read_text("utf-8")):
            add(identity, f"{Hears.ANSWERS} (schema)")
    return {identity: tuple(names) for identity, names in found.items()}


@lru_cache(maxsize=1)
def registered_judges() -> Mapping[Path, Hears]:
    """Return the file of each judge of the engine with what it needs; all rooms that may judge are imported for it."""
    for room in _ROOMS:
        for found in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            importlib.import_module(found.name)
    return registered()


def is_standing(identity: str) -> bool:
    """Return whether a requirement is judged at every answer or every step, whichever case asked for it."""
    return any(by.startswith(_STANDING) for by in judges().get(identity, ()))


@lru_cache(maxsize=1)
def of_answers_alone() -> frozenset[str]:
    """Return the requirements that nothing but the reading of single answers judges: no case, no step, no look."""
    return frozenset(
        identity for identity, names in judges().items() if all(name.startswith(Hears.ANSWERS) for name in names)
    )


@lru_cache(maxsize=1)
def judged_at_certify() -> frozenset[str]:
    """Return the requirements that only cases of `--depth certify` name."""
    deep: set[str] = set()
    core: set[str] = set()
    for file in paths.suites().glob("test_*.py"):
        for function in module(file).functions.values():
            (deep if "certify" in function.marks else core).update(function.requirements | function.decorated)
    return frozenset(deep - core)


def rows(area: str | None = None, only: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return the register, or some rows of it, with what judges each, in the order of the areas.

    Raises `UnknownRequirement` for an id of `only` that the register does not have.
    """
    known = register.load()
    chosen = {known.get(identity).id for identity in only}
    wanted = [
        row
        for name, of in known.by_area().items()
        if area in {None, name}
        for row in of
        if not chosen or row.id in chosen
    ]
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


def listing(area: str | None = None, only: Collection[str] = (), *, as_json: bool = False) -> str:
    """Return the register, or some rows of it, as a listing for people, or as JSON."""
    found = rows(area, only)
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
        quote = [f"      “{unmarked(row['quote'])}” ({row['source']})"] if row["quote"] else []
        lines += [f"  {row['id']}  {row['level']}", f"      {row['statement']}", *quote, f"      {how}"]
    judged = sum(1 for row in found if row["judged_by"] and not row["not_tested"])
    untested = sum(1 for row in found if row["not_tested"])
    rest = len(found) - judged - untested
    total = f"{len(found)} requirement{'s' * (len(found) != 1)}"
    lines += ["", f"{total}: {judged} judged, {untested} not tested with a reason, {rest} not judged."]
    return "\n".join(lines).lstrip("\n")
