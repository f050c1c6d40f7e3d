"""Reading `fleet.toml` strictly: which targets, each at which versions, with what limits. No token stands in it."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fulfillspec.documents.register import AREAS, TRANSPORTS
from fulfillspec.documents.versions import DEFAULT, UNSTABLE, is_version
from fulfillspec.target import statement
from fulfillspec.target.file import BadTarget, Section, nearest, text_of
from fulfillspec.target.profile import ACTORS, LIMITS, address
from fulfillspec.verdicts.command import DEPTHS

__all__ = ["MINUTES", "BadTarget", "Fleet", "FleetTarget", "load"]

MINUTES: Final = 240.0
"""Minutes that a run may take where the file says nothing else."""
_FOLDER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_NOT_FOLDERS: Final = frozenset({"latest"})
_SHARED: Final = ("versions", "transports", "areas", "only", "depth", "strict", "minutes", "build", "build_env")
_TABLES: Final = ("limits", "tokens")
_OF_ONE: Final = ("base_url", "sandbox", "file", "unavailable")
_OF_AN_ADDRESS: Final = ("connector", "allow_writes")
_ALONE: Final = ("name", "title", "mutants", "variants", "statement", "store", *_OF_ONE, *_OF_AN_ADDRESS)


@dataclass(frozen=True, slots=True)
class FleetTarget:
    """A target of the fleet: exactly one of `base_url`, `sandbox`, `file` and `unavailable` says where it is.

    `unavailable` is why it cannot be run now.

    `tokens` has for each actor the variable that holds its token; `store` is what no two runs use at a time: the host
    that is tested, or a name that the file gives; empty for a sandbox, which each run has for itself.
    """

    name: str
    title: str = ""
    base_url: str = ""
    sandbox: bool = False
    file: Path | None = None
    unavailable: str = ""
    versions: tuple[str, ...] = (DEFAULT.name,)
    transports: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    mutants: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    depth: str = DEPTHS[0]
    strict: bool = False
    minutes: float = MINUTES
    build: str = ""
    store: str = ""
    connector: str = ""
    allow_writes: bool = False
    limits: Mapping[str, float | str] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)
    statement: Path | None = None


@dataclass(frozen=True, slots=True)
class Fleet:
    """All targets, in the order of the file."""

    title: str
    targets: tuple[FleetTarget, ...]

    def chosen(self, names: Collection[str]) -> frozenset[str]:
        """Return the names of the targets that are meant: these, or all. Raises `BadTarget` for one that there is not."""
        known = [target.name for target in self.targets]
        for name in names:
            if name not in known:
                raise BadTarget(f"The fleet has no target {name!r}: {nearest(name, known)}")
        return frozenset(names or known)


def load(file: Path, env: Mapping[str, str] | None = None) -> Fleet:
    """Return the fleet that a file describes. Raises `BadTarget` with what was expected and what came."""
    env = os.environ if env is None else env
    top = Section("at the top", text_of(file, "fleet file"))
    top.only("title", "defaults", "target")
    defaults = top.section("defaults")
    defaults.only(*_SHARED, *_TABLES)
    _read(defaults, env)
    rows = top.rows("target")
    if not rows:
        raise BadTarget(f"{file} has no target: expected [[target]] at least once, each with a name.")
    targets = [_target(_over(row, defaults), file, env) for row in rows]
    seen: dict[str, str] = {}
    for name in (target.name for target in targets):
        if name.lower() in seen:
            raise BadTarget(f"Two targets are called {name!r}: names have to differ in more than capital letters.")
        seen[name.lower()] = name
    return Fleet(top.string("title") or "", tuple(targets))


def _over(row: Section, defaults: Section) -> Section:
    """Return a target's table with the defaults for what it does not say; its tables are filled up key by key."""
    values = {key: defaults.raw(key) for key in defaults} | {key: row.raw(key) for key in row}
    for table in _TABLES:
        own, shared = row.raw(table), defaults.raw(table)
        if isinstance(own, dict) and isinstance(shared, dict):
            values[table] = {**shared, **own}
    if "build" in row or "build_env" in row:
        values = {key: value for key, value in values.items() if key not in {"build", "build_env"} or key in row}
    name = row.raw("name")
    return Section(f"in [[target]] {name!r}" if isinstance(name, str) else row.where, values)


def _target(row: Section, file: Path, env: Mapping[str, str]) -> FleetTarget:
    row.only(*_SHARED, *_TABLES, *_ALONE)
    name = row.string("name")
    if name is None or not _FOLDER.fullmatch(name) or name in _NOT_FOLDERS:
        raise row.wrong("name", "a name of letters, digits and . _ + -", "Folders and badges are called by it.")
    if sum(bool(row.raw(key)) for key in _OF_ONE) != 1:
        raise BadTarget(
            f"{row.where}: expected one of base_url, sandbox = true, file and unavailable, which says where it is."
        )
    sandbox = bool(row.flag("sandbox"))
    base_url = address(row.string("base_url") or "") if "base_url" in row else ""
    target_file = _file(row, "file", file)
    if not sandbox and (change := next((key for key in ("mutants", "variants") if row.words(key)), None)):
        raise BadTarget(f"{change!r} {row.where} belong to a sandbox: write sandbox = true, or leave them out.")
    if not base_url and (key := next((key for key in _OF_AN_ADDRESS if key in row), None)):
        raise BadTarget(f"{key!r} {row.where} belongs to a base_url; a target file says it itself.")
    if target_file and (key := next((key for key in ("limits", "statement") if row.raw(key)), None)):
        raise BadTarget(f"{key!r} {row.where}: write the limits into {target_file.name}, and the statement beside it.")
    if sandbox and row.raw("tokens"):
        row = Section(row.where, {key: row.raw(key) for key in row if key != "tokens"})
    stated = _file(row, "statement", file)
    if stated:
        statement.load(stated)
    return FleetTarget(
        name=name,
        title=row.string("title") or "",
        base_url=base_url,
        sandbox=sandbox,
        file=target_file,
        unavailable=row.string("unavailable") or "",
        mutants=row.words("mutants"),
        variants=row.words("variants"),
        store=row.string("store") or "",
        connector=row.string("connector") or "",
        allow_writes=bool(row.flag("allow_writes")),
        statement=stated,
        **_read(row, env),
    )


def _read(section: Section, env: Mapping[str, str]) -> dict[str, Any]:
    """Return what targets and defaults have in common."""
    minutes = section.number("minutes")
    limits, tokens = section.section("limits"), section.section("tokens")
    limits.only(*LIMITS)
    tokens.only(*ACTORS)
    return {
        "versions": _versions(section),
        "transports": _known(section, "transports", TRANSPORTS),
        "areas": _known(section, "areas", AREAS),
        "only": section.words("only"),
        "depth": section.word("depth", DEPTHS) or DEPTHS[0],
        "strict": bool(section.flag("strict")),
        "minutes": minutes if isinstance(minutes, float) else MINUTES,
        "build": _build(section, env),
        "limits": {key: _limit(limits, key) for key in limits},
        "tokens": {actor: _variable(tokens, actor) for actor in tokens},
    }


def _versions(section: Section) -> tuple[str, ...]:
    versions = section.words("versions")
    for version in versions:
        if not is_version(version):
            raise BadTarget(
                f"{version!r} in versions {section.where} is not an API version: expected YYYY-MM or {UNSTABLE}."
            )
    if "versions" in section and not versions:
        raise section.wrong("versions", "at least one API version")
    return tuple(dict.fromkeys(versions)) or (DEFAULT.name,)


def _known(section: Section, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    for word in section.words(key):
        if word not in known:
            raise BadTarget(f"Unknown word {word!r} in {key} {section.where}: {nearest(word, known)}")
    return section.words(key)


def _limit(limits: Section, key: str) -> float | str:
    value = limits.count(key) if key == "orders" else limits.number(key, or_else="auto" if "minute" in key else None)
    return value if value is not None else ""


def _variable(tokens: Section, actor: str) -> str:
    name = tokens.string(actor) or ""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise BadTarget(
            f"{actor!r} {tokens.where}: expected the name of an environment variable that holds the token, "
            "and never the token itself."
        )
    return name


def _build(section: Section, env: Mapping[str, str]) -> str:
    variable = section.string("build_env")
    if variable and "build" in section:
        raise BadTarget(f"'build' and 'build_env' {section.where}: name one of them.")
    build = env.get(variable, "").strip() if variable else section.string("build") or ""
    if variable and not build:
        raise BadTarget(f"'build_env' {section.where}: the environment variable {variable} is not set.")
    if build and (not _FOLDER.fullmatch(build) or build in _NOT_FOLDERS):
        raise BadTarget(f"The build {build!r} {section.where}: expected letters, digits and . _ + -, 64 at most.")
    return build


def _file(row: Section, key: str, fleet: Path) -> Path | None:
    """Return a file that is named from the folder of the fleet file."""
    named = row.string(key)
    if named is None:
        return None
    found = fleet.parent / Path(named).expanduser()
    if not found.is_file():
        raise BadTarget(f"{key!r} {row.where}: there is no file {found}.")
    return found
