"""The schemas that are executed: those of the documents, read from the package's data, one for each version."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema, build_schema

from fulfillspec.sandbox.clock import read_instant

_PACKAGE = Path(__file__).resolve().parents[2]


def folder() -> Path:
    """Return the folder of the schemas: inside the package in a wheel, else at the root of a checkout."""
    inside = _PACKAGE / "schemas" / "graphql"
    return inside if inside.is_dir() else _PACKAGE.parent / "schemas" / "graphql"


@cache
def versions() -> tuple[str, ...]:
    """Return the versions that there are schemas of, oldest first."""
    return tuple(sorted(path.stem for path in folder().glob("20*.graphql")))


def schema(version: str) -> GraphQLSchema:
    """Return the schema of a version; `unstable` has the newest known one."""
    return _built(version if version in versions() else versions()[-1])


@cache
def _built(version: str) -> GraphQLSchema:
    built = build_schema((folder() / f"{version}.graphql").read_text("utf-8"), assume_valid=True)
    for name, read in _READERS.items():
        scalar = built.type_map.get(name)
        if isinstance(scalar, GraphQLScalarType):
            scalar.parse_value = read  # type: ignore[method-assign, assignment]
    return built


def _instant(value: object) -> datetime:
    found = read_instant(value) if isinstance(value, str) else None
    if found is None:
        raise GraphQLError(f"invalid DateTime {value!r}: it is written in ISO 8601")
    return found


def _decimal(value: object) -> str:
    try:
        fits = not isinstance(value, bool) and Decimal(str(value)).is_finite() and len(str(value)) < 20
    except InvalidOperation:
        fits = False
    if not fits:
        raise GraphQLError(f"invalid decimal {value!r}")
    return str(value)


def _url(value: object) -> str:
    if not isinstance(value, str) or "://" not in value:
        raise GraphQLError(f"invalid URL {value!r}: it has a scheme and a host")
    return value


_READERS: dict[str, Callable[[Any], Any]] = {"DateTime": _instant, "Decimal": _decimal, "Money": _decimal, "URL": _url}
