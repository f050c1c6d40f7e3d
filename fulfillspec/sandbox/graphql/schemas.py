"""The schemas that are executed: those of the documents, read from the package's data, one for each version."""

from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema

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
    return build_schema((folder() / f"{version}.graphql").read_text("utf-8"), assume_valid=True)
