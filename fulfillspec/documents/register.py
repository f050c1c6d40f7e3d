"""The requirement register: every statement of the documents that a target can be held to, and every ambiguity.

The rows are data, `schemas/requirements/*.toml` and `schemas/ambiguities.toml`; this module reads them, refuses
malformed ones loudly, and answers which row applies to a target. Identifiers never change, none is used again.
"""

import difflib
import functools
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fulfillspec.documents import paths
from fulfillspec.documents.versions import NotARange, range_of

AREAS = (
    "reading",
    "requests",
    "cancellation-requests",
    "closing",
    "cancelling",
    "holds",
    "moves",
    "scheduling",
    "deadlines",
    "fulfilling",
    "scopes",
    "errors",
    "graphql",
    "connector",
    "notifications",
    "equivalence",
)
LEVELS = ("must", "should", "may")
PROVENANCES = ("documented", "recorded", "inferred")
TRANSPORTS = ("rest", "graphql", "connector")
WITH_A_TOKEN = ("merchant", "service", "other_service", "reader", "combined", "outsider")
"""The actors that have a token."""
ACTORS = (*WITH_A_TOKEN, "anonymous")
"""All actors, in the order in which they are shown."""
DOCUMENTS = ("S0", "S1", "S2", "S3", "S4")
KINDS = ("behaviour", "shape", "editorial")

_REQUIREMENT_ID = re.compile(r"FO-[A-Z0-9]+(?:-[A-Z0-9]+)+")
_AMBIGUITY_ID = re.compile(r"AMB-[A-Z0-9]+(?:-[A-Z0-9]+)*")


class RegisterError(Exception):
    """The register cannot be used as it stands."""


class MalformedRow(RegisterError):
    """A row of the register breaks the form that the rows have."""


class UnknownRequirement(RegisterError):
    """An identifier that the register does not hold."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One statement of the documents that an implementation can be held to.

    `quote` is verbatim from the stored document named by `document`, white space aside; both are empty only for what
    was recorded on real stores or inferred. `versions` is a range such as `>=2023-04,<2026-01`, empty for all.
    `not_tested` says why it cannot be observed over HTTP, empty where it can. `spoils`: where it is broken, the
    fulfillment orders of the order stand elsewhere than the documents say, and nothing more is judged by them.
    """

    id: str
    area: str
    level: str
    statement: str
    source: str
    quote: str
    document: str
    provenance: str
    versions: str
    transports: tuple[str, ...]
    actors: tuple[str, ...]
    not_tested: str
    spoils: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an ambiguous point; `quote` is empty where no document says it but stores or examples show it.

    `sandbox` names the variant of the sandbox that reads so (`plain`: the sandbox without any); `decided` says why a
    target that reads so is not told from others, or deviates all the same.
    """

    key: str
    text: str
    source: str
    quote: str
    document: str
    sandbox: str = ""
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A point where the documents contradict each other or leave something open: any of its readings passes."""

    id: str
    question: str
    kind: str
    readings: tuple[Reading, ...]
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """All requirements and ambiguities, by identifier, in the order of the files; `digest` names this very content."""

    requirements: Mapping[str, Requirement]
    ambiguities: Mapping[str, Ambiguity]
    digest: str

    def get(self, identifier: str) -> Requirement:
        """Return the requirement; raises `UnknownRequirement`, which names the nearest identifiers there are."""
        try:
            return self.requirements[identifier]
        except KeyError:
            raise UnknownRequirement(_unknown(identifier, self.requirements, "requirement")) from None

    def ambiguity(self, identifier: str) -> Ambiguity:
        """Return the ambiguity; raises `UnknownRequirement`, which names the nearest identifiers there are."""
        try:
            return self.ambiguities[identifier]
        except KeyError:
            raise UnknownRequirement(_unknown(identifier, self.ambiguities, "ambiguity")) from None

    def by_area(self) -> dict[str, tuple[Requirement, ...]]:
        """Return the requirements of each area, areas in the order of `AREAS`."""
        rows = self.requirements.values()
        return {area: tuple(row for row in rows if row.area == area) for area in AREAS}

    def ambiguities_of(self, identifier: str) -> tuple[Ambiguity, ...]:
        """Return the ambiguities that touch a requirement."""
        return tuple(row for row in self.ambiguities.values() if identifier in row.requirements)


@functools.cache
def load() -> Register:
    """Return the register of this installation, read once."""
    return read(paths.schemas())


def read(folder: Path) -> Register:
    """Read the register below a folder of schemas; raises `MalformedRow` with file, row and what was expected."""
    requirements: dict[str, Requirement] = {}
    for file in sorted((folder / "requirements").glob("*.toml")):
        for row in _rows(file, "requirement"):
            requirement = _requirement(file, row)
            if requirement.id in requirements:
                raise MalformedRow(
                    f"{file.name}: {requirement.id} is there twice; an identifier names one requirement."
                )
            requirements[requirement.id] = requirement
    if not requirements:
        raise RegisterError(f"No requirement below {folder}; the schemas are not where they are expected.")
    ambiguities: dict[str, Ambiguity] = {}
    file = folder / "ambiguities.toml"
    for row in _rows(file, "ambiguity"):
        ambiguity = _ambiguity(file, row)
        if ambiguity.id in ambiguities:
            raise MalformedRow(f"{file.name}: {ambiguity.id} is there twice; an identifier names one ambiguity.")
        for identifier in ambiguity.requirements:
            if identifier not in requirements:
                raise MalformedRow(f"{file.name}: {ambiguity.id}: {_unknown(identifier, requirements, 'requirement')}")
        ambiguities[ambiguity.id] = ambiguity
    return Register(
        MappingProxyType(requirements),
        MappingProxyType(ambiguities),
        _digest(requirements.values(), ambiguities.values()),
    )


def applies(requirement: Requirement, version: str | None, transport: str | None) -> bool:
    """Tell whether a requirement speaks about a target of this API version over this transport.

    `unstable` counts as newer than every dated version; `None` stands for unknown or any, which never excludes.
    """
    if transport is not None and transport not in requirement.transports:
        return False
    return version is None or range_of(requirement.versions).admits(version)


def _unknown(identifier: str, known: Iterable[str], noun: str) -> str:
    word, names = identifier.upper(), list(known)
    near = [name for name in names if word and word in name] or difflib.get_close_matches(word, names, 3, 0.5)
    hint = f"; nearest: {', '.join(near[:3])}" if near else ""
    return f"The register has no {noun} {identifier}{hint}."


def _digest(requirements: Iterable[Requirement], ambiguities: Iterable[Ambiguity]) -> str:
    rows = [asdict(row) for row in requirements] + [asdict(row) for row in ambiguities]
    rows.sort(key=lambda row: str(row["id"]))
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:16]


def _rows(file: Path, table: str) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RegisterError(f"{file} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise MalformedRow(f"{file.name} is not TOML: {error}") from error
    rows = content.get(table, [])
    if set(content) - {table} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MalformedRow(f"{file.name}: expected nothing but [[{table}]] tables, found {sorted(content)}.")
    return rows


def _requirement(file: Path, row: dict[str, Any]) -> Requirement:
    where = _name(file, row, _REQUIREMENT_ID, "FO-<AREA>-<SLUG>")
    _keys(
        where,
        row,
        "id area level statement source provenance transports actors",
        "quote document versions not_tested spoils",
    )
    requirement = Requirement(
        id=row["id"],
        area=_one_of(where, "area", row["area"], AREAS),
        level=_one_of(where, "level", row["level"], LEVELS),
        statement=_text(where, "statement", row["statement"]),
        source=_text(where, "source", row["source"]),
        quote=_text(where, "quote", row.get("quote", "-")) if "quote" in row else "",
        document=_one_of(where, "document", row["document"], DOCUMENTS) if "document" in row else "",
        provenance=_one_of(where, "provenance", row["provenance"], PROVENANCES),
        versions=_versions(where, row.get("versions", "")),
        transports=_words_of(where, "transports", row["transports"], TRANSPORTS),
        actors=_words_of(where, "actors", row["actors"], ACTORS),
        not_tested=_text(where, "not_tested", row["not_tested"]) if "not_tested" in row else "",
        spoils=_flag(where, "spoils", row.get("spoils", False)),
    )
    if bool(requirement.quote) != bool(requirement.document):
        raise MalformedRow(f"{where}: a quote needs its document, and a document its quote.")
    if requirement.provenance == "documented" and not requirement.quote:
        raise MalformedRow(f"{where}: what is documented needs a verbatim quote and its document.")
    return requirement


def _ambiguity(file: Path, row: dict[str, Any]) -> Ambiguity:
    where = _name(file, row, _AMBIGUITY_ID, "AMB-<SLUG>")
    _keys(where, row, "id question kind readings requirements", "")
    readings = tuple(_reading(where, reading) for reading in row["readings"])
    if len(readings) < 2 or len({reading.key for reading in readings}) < len(readings):
        raise MalformedRow(f"{where}: expected at least two readings with different keys.")
    return Ambiguity(
        id=row["id"],
        question=_text(where, "question", row["question"]),
        kind=_one_of(where, "kind", row["kind"], KINDS),
        readings=readings,
        requirements=tuple(_text(where, "requirements", identifier) for identifier in row["requirements"]),
    )


def _reading(where: str, row: dict[str, Any]) -> Reading:
    _keys(where, row, "key text source", "quote document sandbox decided")
    if ("quote" in row) != ("document" in row):
        raise MalformedRow(f"{where}: reading {row['key']!r}: a quote needs its document, and a document its quote.")
    return Reading(
        key=_text(where, "key", row["key"]),
        text=_text(where, "text", row["text"]),
        source=_text(where, "source", row["source"]),
        quote=_text(where, "quote", row["quote"]) if "quote" in row else "",
        document=_one_of(where, "document", row["document"], DOCUMENTS) if "document" in row else "",
        sandbox=_text(where, "sandbox", row["sandbox"]) if "sandbox" in row else "",
        decided=_text(where, "decided", row["decided"]) if "decided" in row else "",
    )


def _name(file: Path, row: dict[str, Any], form: re.Pattern[str], described: str) -> str:
    identifier = row.get("id")
    if not isinstance(identifier, str) or not form.fullmatch(identifier):
        raise MalformedRow(f"{file.name}: expected an id {described} in capitals, found {identifier!r}.")
    return f"{file.name}: {identifier}"


def _keys(where: str, row: dict[str, Any], needed: str, allowed: str) -> None:
    missing = [key for key in needed.split() if key not in row]
    strange = sorted(set(row) - {*needed.split(), *allowed.split()})
    if missing or strange:
        raise MalformedRow(f"{where}: missing keys {missing}, unknown keys {strange}.")


def _text(where: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise MalformedRow(f"{where}: {key}: expected text, found {value!r}.")
    return value


def _one_of(where: str, key: str, value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise MalformedRow(f"{where}: {key}: expected one of {', '.join(known)}, found {value!r}.")
    return str(value)


def _flag(where: str, key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise MalformedRow(f"{where}: {key}: expected true or false, found {value!r}.")
    return value


def _words_of(where: str, key: str, values: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(values, list) or not values:
        raise MalformedRow(f"{where}: {key}: expected a list with one entry or more, found {values!r}.")
    return tuple(_one_of(where, key, value, known) for value in values)


def _versions(where: str, value: Any) -> str:
    try:
        range_of(value)
    except (NotARange, AttributeError, TypeError) as error:
        raise MalformedRow(f"{where}: versions: {error}.") from None
    return str(value)
