import json
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fulfillspec.documents import paths

SCHEMA = json.loads((paths.schemas() / "results.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
COST = {"requests": 800, "orders": 7, "seconds": 2.5}
RESULTS: dict[str, Any] = {
    "schema": "fulfillspec/results/1",
    "verdict": "nonconformant",
    "summary": "1 of 2 must requirements failed.",
    "next_action": "Look at FO-CLOSE-STATE.",
    "suite": {
        "version": "0.1.0",
        "register_digest": "5f",
        "python": "3.11.7",
        "depth": "core",
        "seed": 0,
        "kill_matrix": {"mutants": 3, "killed": 3},
    },
    "target": {
        "base_url": "http://127.0.0.1:4010",
        "api_version": {"asked": "2025-10", "served": None},
        "areas": ["closing"],
        "transports": ["rest"],
        "kind": "stateful",
        "stage": "admin",
        "actors": {
            "merchant": {"scopes": None, "token": True},
            "anonymous": {"scopes": ["read_orders"], "token": False},
        },
    },
    "requirements": [
        {
            "id": "FO-CLOSE-STATE",
            "area": "closing",
            "level": "must",
            "statement": "close ends in incomplete/closed",
            "source": "S2, close",
            "quote": None,
            "provenance": "documented",
            "verdict": "fail",
            "reason": None,
            "by_transport": {"rest": "fail"},
            "cases": ["suites/test_closing.py::test_close"],
            "judged": 2,
        }
    ],
    "deviations": [
        {
            "requirement": "FO-CLOSE-STATE",
            "level": "must",
            "area": "closing",
            "case": "suites/test_closing.py::test_close",
            "transport": "rest",
            "actor": "service",
            "operation": "close",
            "state": "service:in_progress/accepted",
            "statement": "close ends in incomplete/closed",
            "quote": None,
            "source": "S2, close",
            "documented": "incomplete/closed",
            "received": "closed/closed",
            "diff": [{"path": "status", "documented": "incomplete", "received": "closed"}],
            "exchanges": [17, 18],
            "reproduce": "curl …",
            "baseline": {"reason": "known", "link": "https://example.org/1"},
        }
    ],
    "ambiguities": [
        {
            "id": "AMB-CANCEL-STATUS",
            "question": "cancelled or closed?",
            "readings": [{"key": "closed", "text": "closed"}],
            "seen": [{"reading": "closed", "transport": "rest", "exchanges": [3]}],
        }
    ],
    "transitions": [
        {
            "from": "service:open/submitted",
            "to": "service:in_progress/accepted",
            "action": "accept",
            "transport": "rest",
            "count": 4,
            "verdict": "pass",
            "documented": True,
            "requirements": ["FO-ACCEPT-STATE"],
        }
    ],
    "cells": [
        {
            "state": "service:open/submitted",
            "action": "close",
            "actor": "service",
            "transport": "rest",
            "expected": "refuse",
            "level": "must",
            "seen": "refused",
            "verdict": "pass",
            "requirement": "FO-CLOSE-NEEDS-ACCEPTED",
            "exchanges": [9],
        }
    ],
    "invariants": [{"requirement": "FO-INV-QUANTITY", "checked": 90, "violations": 0}],
    "cases": [
        {
            "id": "suites/test_closing.py::test_close",
            "outcome": "failed",
            "seconds": 0.2,
            "exchanges": [17, 18],
            "requirements": ["FO-CLOSE-STATE"],
            "reason": None,
        }
    ],
    "exchanges": 812,
    "orders_created": 7,
    "throttled": 0,
    "left_behind": [{"kind": "order", "id": "12", "why": "refused to be deleted"}],
    "started": "2026-11-22T15:08:00Z",
    "seconds": 9.1,
    "notes": [],
}


def test_results_schema_is_valid_json_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_complete_results_are_valid() -> None:
    VALIDATOR.validate(RESULTS)


def places(value: object, place: tuple[Any, ...] = ()) -> Any:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield (*place, step)
        yield from places(child, (*place, step))


OPEN = {("target", "actors"), ("requirements", 0, "by_transport")}
KEYS = [place for place in places(RESULTS) if isinstance(place[-1], str) and place[:-1] not in OPEN]


@pytest.mark.parametrize("place", KEYS, ids=lambda place: ".".join(map(str, place)))
def test_results_without_a_key_are_invalid(place: tuple[Any, ...]) -> None:
    results = deepcopy(RESULTS)
    holder: Any = results
    for step in place[:-1]:
        holder = holder[step]
    del holder[place[-1]]
    assert not VALIDATOR.is_valid(results)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema",), "fulfillspec/results/2"),
        (("verdict",), "ok"),
        (("requirements", 0, "verdict"), "skipped"),
        (("requirements", 0, "level"), "shall"),
        (("requirements", 0, "by_transport"), {"soap": "pass"}),
        (("requirements", 0, "id"), "close-state"),
        (("deviations", 0, "exchanges"), ["17"]),
        (("cells", 0, "expected"), "maybe"),
        (("cells", 0, "seen"), "pass"),
        (("suite", "depth"), "deep"),
        (("exchanges",), "812"),
        (("costs",), {"soap": COST}),
        (("costs",), {"rest": {**COST, "seconds": -1}}),
    ],
)
def test_results_with_an_unknown_word_are_invalid(place: tuple[Any, ...], value: object) -> None:
    results = deepcopy(RESULTS)
    holder: Any = results
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    assert not VALIDATOR.is_valid(results)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("suite", "kill_matrix"), None),
        (("deviations", 0, "baseline"), None),
        (("deviations", 0, "state"), None),
        (("cells", 0, "level"), None),
        (("cells", 0, "requirement"), None),
        (("something_new",), 1),
        (("costs",), {"rest": COST, "hook": COST}),
    ],
)
def test_results_may_leave_open_what_nobody_knows(place: tuple[Any, ...], value: object) -> None:
    results = deepcopy(RESULTS)
    holder: Any = results
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    VALIDATOR.validate(results)
