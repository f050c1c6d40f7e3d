"""Results of runs, by their schema, made without a run."""

import json
from pathlib import Path
from typing import Any

from fulfillspec.documents import register

KNOWN = register.load()
MUST, OTHER = "FO-CLOSE-STATE", "FO-CLOSE-KEEPS-ITEMS"
SHOULD = next(one.id for one in KNOWN.requirements.values() if one.level == "should")
NEWER = "FO-DEADLINE-SETS"  # documented since 2023-01

Words = dict[str, dict[str, str]]


def row(identity: str, by: dict[str, str]) -> dict[str, Any]:
    known = KNOWN.get(identity)
    order = ("fail", "warn", "inconclusive", "pass", "not-tested", "not-applicable")
    return {
        "id": identity, "area": known.area, "level": known.level, "statement": known.statement,
        "source": known.source, "quote": known.quote, "provenance": known.provenance,
        "verdict": min(by.values(), key=order.index, default="not-applicable"),
        "reason": None, "by_transport": by, "cases": [], "judged": 1,
    }  # fmt: skip


def deviation(identity: str, transport: str, documented: str = "incomplete", received: str = "open") -> dict[str, Any]:
    known = KNOWN.get(identity)
    return {
        "requirement": identity, "level": known.level, "area": known.area, "case": "", "transport": transport,
        "actor": "service", "operation": "close", "state": None, "statement": known.statement, "quote": known.quote,
        "source": known.source, "documented": documented, "received": received, "diff": [], "exchanges": [1],
        "reproduce": "", "baseline": None,
    }  # fmt: skip


def results(words: Words, *, version: str = "2025-10", **more: Any) -> dict[str, Any]:
    """Return results by the schema: for each requirement its verdicts, and a deviation for each that is broken."""
    rows = [row(identity, by) for identity, by in words.items()]
    broken = [
        deviation(one, name) for one, by in words.items() for name, word in by.items() if word in {"fail", "warn"}
    ]
    failed = any(one["verdict"] == "fail" for one in rows)
    return {
        "schema": "fulfillspec/results/1", "verdict": "nonconformant" if failed else "conformant",
        "summary": "What was found.", "next_action": "Go on.",
        "suite": {
            "version": "0.1.0", "register_digest": KNOWN.digest, "python": "3.11.7", "depth": "core", "seed": 0,
            "kill_matrix": None,
        },
        "target": {
            "base_url": "http://127.0.0.1:4010", "api_version": {"asked": version, "served": version},
            "areas": ["closing"], "transports": ["rest", "graphql"], "kind": "store", "stage": "admin", "actors": {},
        },
        "requirements": rows, "deviations": broken, "ambiguities": [], "transitions": [], "cells": [], "invariants": [],
        "cases": [], "exchanges": 10, "orders_created": 1, "throttled": 0, "left_behind": [],
        "started": "2025-11-22T10:00:00+00:00", "seconds": 1.5, "notes": [], **more,
    }  # fmt: skip


def store(folder: Path, found: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(found), "utf-8")
    return folder
