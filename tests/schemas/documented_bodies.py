"""Bodies of the documents to break, and the judge with its usual arguments."""

from copy import deepcopy
from typing import Any

import documented_samples

from fulfillspec.judge import schema

SAMPLES = documented_samples.samples()
EXCHANGES = [sample for sample in SAMPLES if not sample.focus]
LOCATION_KEYS = ("address1", "address2", "city", "country_code", "location_id", "name", "phone", "province", "zip")


def documented(operation: str) -> Any:
    return deepcopy(next(sample for sample in EXCHANGES if sample.operation == operation).response)


def get() -> tuple[Any, Any]:
    body = documented("get")
    return body, body["fulfillment_order"]


def accept() -> tuple[Any, Any]:
    body = documented("accept")
    return body, body["fulfillment_order"]


def check(
    body: object, operation: str = "get", version: str = "2025-10", includes: frozenset[str] = frozenset()
) -> list[schema.SchemaFinding]:
    return schema.check_answer(operation, body, version=version, includes=includes)


def places(findings: list[schema.SchemaFinding]) -> Any:
    return [(finding.requirement, finding.path) for finding in findings]
