import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import documented_samples
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from fulfillspec.documents import paths, register
from fulfillspec.judge import schema

REST = paths.schemas() / "rest"
FILES = sorted(REST.rglob("*.json"))
VERSIONS = ("2021-04", "2021-10", "2022-10", "2023-01", "2024-01", "2024-10", "2025-01", "2026-07", "unstable")
SAMPLES = documented_samples.samples()


@cache
def load(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def keys_toml() -> Any:
    return tomllib.loads((REST / "keys.toml").read_text(encoding="utf-8"))


def walk(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every documented property of a resolved schema with its place, array steps left out."""
    for key, part in node.get("properties", {}).items():
        yield (*place, key), part
        yield from walk(part, (*place, key))
    if "items" in node:
        yield from walk(node["items"], place)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(REST).as_posix())
def test_schema_file_is_valid_json_schema(file: Path) -> None:
    Draft202012Validator.check_schema(load(file))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(REST).as_posix())
def test_schema_file_carries_its_own_name(file: Path) -> None:
    assert load(file)["$id"] == schema.BASE_URI + file.relative_to(REST).as_posix()


@pytest.mark.parametrize("operation", schema.operations())
def test_complete_answer_schema_is_valid(operation: str) -> None:
    Draft202012Validator.check_schema(schema.answer_schema(operation, "2025-10", schema.INCLUDES))


@pytest.mark.parametrize("version", VERSIONS)
def test_complete_answer_schemas_are_free_of_references(version: str) -> None:
    for operation in schema.operations():
        assert '"$ref"' not in json.dumps(schema.answer_schema(operation, version, schema.INCLUDES))


def test_every_property_names_the_requirement_of_its_path() -> None:
    order = schema.answer_schema("get", "2025-10")["properties"]["fulfillment_order"]
    found = dict(walk(order))
    assert len(found) > 80
    for place, node in found.items():
        assert node["x-requirement"] == "FO-PROP-" + "-".join(place).upper().replace("_", "-")


@pytest.mark.parametrize("operation", [name for name in schema.operations() if name != "mark_incomplete"])
def test_every_top_level_key_names_the_requirement_of_its_operation(operation: str) -> None:
    answer = schema.answer_schema(operation, "2025-10")
    expected = "FO-RESP-" + operation.upper().replace("_", "-")
    assert answer["x-requirement"] == expected
    assert {node["x-requirement"] for node in answer.get("properties", {}).values()} <= {expected}


def test_every_requirement_named_by_a_schema_is_a_row_of_the_register() -> None:
    named = {found for file in FILES for found in re.findall(r'"x-requirement": "([^"]+)"', file.read_text("utf-8"))}
    assert named <= set(register.load().requirements)


def test_answers_and_requests_are_those_of_the_table_of_operations() -> None:
    table = documented_samples.operations()
    assert set(schema.operations()) == {*table, "mark_incomplete"}
    requests = {file.stem for file in (REST / "requests").glob("*.json")}
    assert requests == {name for name, row in table.items() if "body" in row} | {"mark_incomplete"}


def test_every_rule_of_keys_names_known_operations_and_keys() -> None:
    order = schema.answer_schema("get", "2025-10")["properties"]["fulfillment_order"]
    for rule in keys_toml()["rule"]:
        assert set(rule["operations"]) <= set(schema.operations())
        place = order["properties"][rule["at"]] if "at" in rule else order
        place = place.get("items", place)
        assert set(rule["keys"]) <= place["properties"].keys()
        assert rule.get("include", "include_order_reference_fields") in schema.INCLUDES


def test_every_operation_with_fulfillment_orders_has_one_dialect_of_its_own() -> None:
    named = [operation for operations in keys_toml()["dialects"].values() for operation in operations]
    assert sorted(named) == sorted(name for name in schema.operations() if schema.slots(name))


@pytest.mark.parametrize("operation", [name for name in documented_samples.operations() if schema.slots(name)])
def test_every_operation_shows_the_same_keys_since_2025(operation: str) -> None:
    for slot in schema.slots(operation):
        assert schema.required_keys(operation, slot, "2025-10") == schema.required_keys(
            "get", "fulfillment_order", "2025-01"
        )


@pytest.mark.parametrize(
    ("operation", "version", "extra"),
    [
        ("get", "2022-10", set()),
        ("close", "2022-10", set()),
        ("close", "2023-01", {"international_duties"}),
        ("reschedule", "2022-01", {"fulfill_at"}),
        ("reschedule", "2024-10", {"fulfill_at", "international_duties"}),
        ("hold", "2022-01", {"fulfill_at", "international_duties", "fulfillment_holds", "delivery_method"}),
        ("hold", "2024-10", {"fulfill_at", "international_duties", "fulfillment_holds", "delivery_method"}),
    ],
)
def test_older_versions_show_fewer_keys(operation: str, version: str, extra: set[str]) -> None:
    common = {
        "id",
        "shop_id",
        "order_id",
        "assigned_location_id",
        "request_status",
        "status",
        "supported_actions",
        "destination",
        "line_items",
    }
    assert schema.required_keys(operation, "fulfillment_order", version) == common | extra


def test_reads_were_complete_from_2023_on() -> None:
    assert schema.required_keys("list", "fulfillment_orders", "2023-01") == schema.required_keys(
        "list", "fulfillment_orders", "2025-10"
    )


@pytest.mark.parametrize(
    ("version", "letter"),
    [("2021-04", "A"), ("2022-10", "A"), ("2023-01", "B"), ("2024-10", "B"), ("2025-01", "C"), ("unstable", "C")],
)
def test_version_belongs_to_its_era(version: str, letter: str) -> None:
    assert schema.era(version) == letter


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_schema_files_judge_the_samples_without_the_engine(sample: documented_samples.Sample) -> None:
    resources = ((load(file)["$id"], Resource.from_contents(load(file))) for file in FILES)
    registry: Registry[Any] = Registry().with_resources(resources)
    answer = load(REST / "answers" / f"{sample.operation}.json")
    Draft202012Validator(answer, registry=registry).validate(sample.response)
