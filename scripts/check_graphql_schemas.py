"""Whether our GraphQL schemas say what the official introspection says, and our documents are valid by it.

    python scripts/check_graphql_schemas.py [FOLDER]

The official introspection lies in the npm package `@shopify/dev-mcp`, a gzipped JSON file for each version; FOLDER is
where it was unpacked, without one it is fetched by `npm pack`. Every type, field, argument, default, enum value and
directive of ours has to be there with the same type and the same nullability; what we leave out is no difference,
except for arguments and input fields without which nothing can be sent. Every document that is sent at a version has
to be valid by the official schema as it stands. Exit status 1 where something differs or is not valid.
"""

import gzip
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from graphql import build_client_schema, introspection_from_schema, specified_directives, validate

from fulfillspec.documents import graphql_documents

PACKAGE = "@shopify/dev-mcp@1.16.0"
_MEMBERS = ("fields", "inputFields", "enumValues")
_LANGUAGE = frozenset(directive.name for directive in specified_directives)


def written(type_: dict[str, Any]) -> str:
    """Return a type reference as the schema language writes it."""
    if type_["kind"] == "NON_NULL":
        return written(type_["ofType"]) + "!"
    return f"[{written(type_['ofType'])}]" if type_["kind"] == "LIST" else str(type_["name"])


def differences(ours: dict[str, Any], official: dict[str, Any]) -> Iterator[str]:
    """Give each place where our introspection says something else than the official one."""
    there = {type_["name"]: type_ for type_ in official["types"]}
    for type_ in ours["types"]:
        name = type_["name"]
        if name.startswith("__") or name in {"ID", "String", "Int", "Float", "Boolean"}:
            continue
        if name not in there:
            yield f"{name}: no such type"
        elif there[name]["kind"] != type_["kind"]:
            yield f"{name}: {type_['kind']} here, {there[name]['kind']} there"
        else:
            yield from _of_type(type_, there[name])
    known = {one["name"]: one for one in official["directives"]}
    for directive in ours["directives"]:
        if directive["name"] in _LANGUAGE:
            continue
        if directive["name"] not in known:
            yield f"@{directive['name']}: no such directive"
        else:
            yield from _of_values(f"@{directive['name']}", directive["args"], known[directive["name"]]["args"])


def _of_type(ours: dict[str, Any], official: dict[str, Any]) -> Iterator[str]:
    name = ours["name"]
    strange = {one["name"] for one in ours.get("interfaces") or ()} - {
        one["name"] for one in official.get("interfaces") or ()
    }
    yield from (f"{name}: does not implement {one}" for one in sorted(strange))
    values = {one["name"] for one in official.get("enumValues") or ()}
    here = {one["name"] for one in ours.get("enumValues") or ()}
    yield from (f"{name}: no value {one}" for one in sorted(here - values))
    yield from (f"{name}: lacks the value {one}" for one in sorted(values - here))
    if ours.get("inputFields"):
        yield from _of_values(name, ours["inputFields"], official["inputFields"])
    there = {one["name"]: one for one in official.get("fields") or ()}
    for field in ours.get("fields") or ():
        place = f"{name}.{field['name']}"
        if field["name"] not in there:
            yield f"{place}: no such field"
            continue
        found = there[field["name"]]
        if written(field["type"]) != written(found["type"]):
            yield f"{place}: {written(field['type'])} here, {written(found['type'])} there"
        if field["isDeprecated"] != found["isDeprecated"]:
            yield f"{place}: deprecated {field['isDeprecated']} here, {found['isDeprecated']} there"
        yield from _of_values(place, field["args"], found["args"])


def _of_values(place: str, ours: list[dict[str, Any]], official: list[dict[str, Any]]) -> Iterator[str]:
    """Compare arguments or input fields."""
    there = {one["name"]: one for one in official}
    for value in ours:
        name, found = value["name"], there.get(value["name"])
        if found is None:
            yield f"{place}({name}:): no such argument"
            continue
        if written(value["type"]) != written(found["type"]):
            yield f"{place}({name}:): {written(value['type'])} here, {written(found['type'])} there"
        if value["defaultValue"] != found["defaultValue"]:
            yield f"{place}({name}:): default {value['defaultValue']} here, {found['defaultValue']} there"
    here = {one["name"] for one in ours}
    for name, found in there.items():
        if name not in here and found["type"]["kind"] == "NON_NULL" and found["defaultValue"] is None:
            yield f"{place}({name}:): required there and missing here"


def official(folder: Path, version: str) -> dict[str, Any] | None:
    """Return the official introspection of a version, None where the package has none."""
    file = folder / "package" / "dist" / "data" / f"admin_{version}.json.gz"
    if not file.is_file():
        return None
    found: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))["data"]["__schema"]
    return found


def fetched(folder: Path) -> Path:
    """Fetch and unpack the package into a folder."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    with tarfile.open(folder / packed) as archive:
        archive.extractall(folder, filter="data")
    return folder


def invalid(version: str, official: dict[str, Any]) -> Iterator[str]:
    """Give each error of a document, in the form in which a version gets it, by the official schema."""
    schema: Any = build_client_schema(cast("Any", {"__schema": official}), assume_valid=True)
    for name in sent():
        for error in validate(schema, graphql_documents.document(name, version).node):
            yield f"{name}: {error.message}"


def sent() -> tuple[str, ...]:
    """Return the names of all documents that are sent."""
    return (*graphql_documents.names(), *graphql_documents.names("provision"))


def compare(folder: Path) -> int:
    """Print the differences and the errors of every version; return how many there are."""
    count = 0
    for version in graphql_documents.versions():
        found = official(folder, version)
        if found is None:
            print(f"{version}: the package has no introspection of it")
            continue
        ours: Any = introspection_from_schema(graphql_documents.schema(version), descriptions=False)["__schema"]
        rows = list(differences(ours, found))
        size = sum(len(type_.get(key) or ()) for type_ in ours["types"] for key in _MEMBERS)
        print(f"{version}: {len(ours['types'])} types, {size} members, {len(rows)} differences")
        errors = list(invalid(version, found))
        print(f"{version}: {len(sent())} documents, {len(errors)} errors")
        for row in (*rows, *errors):
            print(f"  {row}")
        count += len(rows) + len(errors)
    return count


def main() -> int:
    """Compare with the package in the folder named, or a fetched one."""
    if len(sys.argv) > 1:
        return min(1, compare(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory() as folder:
        return min(1, compare(fetched(Path(folder))))


if __name__ == "__main__":
    raise SystemExit(main())
