"""Every identifier that anything names is in the register."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fulfillspec.documents import paths
from fulfillspec.documents.register import load

ROOT = paths.home()
ID = re.compile(r"\b(?:FO|AMB)-[A-Z0-9-]*[A-Z0-9]\b(?!-)")  # a dash at the end makes it a prefix, no id


def _named(file: Path) -> set[str]:
    return set(ID.findall(file.read_text(encoding="utf-8")))


def _unknown(files: list[Path]) -> dict[str, list[str]]:
    register = load()
    known = {*register.requirements, *register.ambiguities}
    strange = {str(file.relative_to(ROOT)): sorted(_named(file) - known) for file in files}
    return {file: ids for file, ids in strange.items() if ids}


def _tagged(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        tag = node.get("x-requirement")
        if isinstance(tag, str):
            yield tag
        for value in node.values():
            yield from _tagged(value)
    elif isinstance(node, list):
        for value in node:
            yield from _tagged(value)


def _tags() -> set[str]:
    return {tag for file in paths.schemas().rglob("*.json") for tag in _tagged(json.loads(file.read_text()))}


def test_every_id_that_a_suite_names_exists() -> None:
    assert _unknown(sorted(paths.suites().rglob("*.py"))) == {}


def test_every_id_that_the_engine_names_exists() -> None:
    assert _unknown(sorted((ROOT / "fulfillspec").rglob("*.py"))) == {}


def test_every_id_that_the_schemas_name_exists() -> None:
    assert (
        _unknown([file for file in paths.schemas().rglob("*") if file.suffix in {".toml", ".json", ".graphql"}]) == {}
    )


def test_every_tag_of_a_json_schema_is_a_requirement() -> None:
    assert sorted(_tags() - set(load().requirements)) == []


def test_every_property_of_the_register_is_tagged_in_a_schema() -> None:
    """A property without a tag would be judged by nobody; the answers of split and merge are GraphQL's own."""
    tags = _tags()
    register = load()
    derived = {name for name in register.requirements if name.startswith(("FO-PROP-", "FO-RESP-"))}
    own = {name for name in derived if register.requirements[name].transports == ("graphql",)}
    assert sorted(derived - own - tags) == []


def test_the_pattern_that_the_gates_search_with_finds_ids() -> None:
    """Were it blind, every gate above would pass."""
    assert ID.findall('expect("FO-CLOSE-STATE", AMB-DIALECT) FO-CONN-*') == ["FO-CLOSE-STATE", "AMB-DIALECT"]
