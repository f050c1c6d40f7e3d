"""Makes a stored run that looks like a real one: every verdict, both transports, deviations, hostile bytes."""

import json
from pathlib import Path
from typing import Any

from stored_log import BASE, HOSTILE, Log, deviation

from fulfillspec.documents import lifecycle

CLAUSES = {
    "FO-HOLD-BLOCKS-SUBMIT": (
        "S2, FulfillmentOrder, status",
        "The fulfillment process can't be initiated until the hold on the fulfillment order is released.",
    ),
    "FO-CLOSE-STATE": (
        "S1, description",
        "Marks an in-progress fulfillment order as incomplete",
    ),
    "FO-LIST-EMPTY-WITHOUT-SCOPES": ("S2, access scopes", "an empty array is returned"),
}
REASONS = {
    "inconclusive": (
        "No fulfillment order reached scheduled/unsubmitted: the target has no way to make one, [stage.ids] names none",
        "The service actor's token is the merchant's: what needs two apps cannot be told apart",
    ),
    "not-applicable": (
        "Area not claimed: the target profile has no [connector]",
        "Area not claimed: no [notifications]",
    ),
    "not-tested": ("A client cannot see over HTTP whether the merchant got a mail",),
}
FAILS = {
    "FO-HOLD-BLOCKS-SUBMIT": ("rest", "graphql"),
    "FO-CANCELLATION-REJECT-STATE": ("graphql",),
    "FO-PROP-DESTINATION-ZIP": ("rest",),
    "FO-INV-UPDATED-AT": ("rest", "graphql"),
    "FO-ERR-UNCHANGED": ("rest",),
}
WARNS = {"FO-HOLD-REASON-UNKNOWN": ("rest", "graphql"), "FO-ERR-READABLE": ("graphql",), "FO-CANCEL-EMPTIES": ("rest",)}
NOT_TESTED = ("FO-HOLD-NOTIFY-MERCHANT", "FO-SUBMIT-NOTIFY-CUSTOMER-DEFAULT")


def make(folder: Path, *, sound: bool = False, hostile: bool = True, copies: int = 1, body: int = 0) -> dict[str, Any]:
    """Write a run's files. `sound`: nothing deviates; `copies` multiplies rows; `body`: characters of some bodies."""
    folder.mkdir(parents=True, exist_ok=True)
    results, log = content(sound=sound, hostile=hostile, copies=copies, body=body)
    (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
    header = {"schema": "fulfillspec/evidence/1", "started": results["started"]}
    lines = [header, *log, {"end": True, "exchanges": len(log)}]
    (folder / "evidence.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return results


def catalogue() -> list[list[str]]:
    """Return id, area, level and statement of requirements as the register has them."""
    text = (Path(__file__).parent / "catalogue.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


def content(*, sound: bool, hostile: bool, copies: int, body: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return results and exchanges of a run."""
    log = Log()
    requirements, deviations = [], []
    for copy_ in range(copies):
        suffix = f"-{copy_}" if copy_ else ""
        for identifier, area, level, statement in catalogue():
            row = _requirement(identifier, area, level, statement, sound=sound)
            row["id"] += suffix
            requirements.append(row)
            for transport, verdict in row["by_transport"].items():
                if verdict in {"fail", "warn"}:
                    deviations.append(deviation(row, transport, log, hostile=hostile, body=body))
    cells = _cells(sound=sound)
    transitions = _transitions(sound=sound)
    cases = [_case(row, log, sound=sound) for row in requirements if row["cases"]]
    while len(log.lines) < 400:
        about = "suites/test_reading.py::test_list_gives_every_order[rest]|merchant|rest|list|look"
        log.add(about, ("GET", "/orders/450789469/fulfillment_orders.json", None), (200, {"fulfillment_orders": []}))
    musts = [row for row in requirements if row["level"] == "must"]
    broken = sum(row["verdict"] == "fail" for row in musts)
    unseen = sum(row["verdict"] == "inconclusive" for row in musts)
    summary = f"{broken} of {len(musts)} musts are broken, {unseen} could not be observed (2025-10, REST and GraphQL)."
    results = {
        "schema": "fulfillspec/results/1",
        "verdict": "conformant" if sound else "nonconformant",
        "summary": f"All {len(musts)} musts that apply at 2025-10 hold over REST and GraphQL." if sound else summary,
        "next_action": "Publish this report, or compare it with an earlier run."
        if sound
        else "Begin with FO-HOLD-BLOCKS-SUBMIT: an order on hold takes a fulfillment request, over both transports.",
        "suite": {
            "version": "0.1.0",
            "register_digest": "4f1c2a9be07d33c1",
            "python": "3.11.2",
            "depth": "core",
            "seed": 20251122,
            "kill_matrix": {"mutants": 214, "killed": 214},
            "source_mutants": {"judged": 1200, "found": 1100} if sound else None,
        },
        "target": {
            "base_url": BASE,
            "api_version": {"asked": "2025-10", "served": "2025-10"},
            "areas": [
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
            ],
            "transports": ["rest", "graphql"],
            "kind": "stateful server, not Shopify itself",
            "stage": "admin",
            "actors": {
                "merchant": {
                    "scopes": ["write_merchant_managed_fulfillment_orders", "write_third_party_fulfillment_orders"],
                    "token": True,
                },
                "service": {"scopes": ["write_assigned_fulfillment_orders"], "token": True},
                "outsider": {"scopes": [], "token": True},
                "anonymous": {"scopes": None, "token": False},
            },
        },
        "requirements": requirements,
        "deviations": deviations,
        "ambiguities": _ambiguities(),
        "transitions": transitions,
        "cells": cells,
        "invariants": [
            {
                "requirement": row["id"],
                "checked": 1204 + 31 * n,
                "violations": 0 if sound or row["verdict"] != "fail" else 6,
            }
            for n, row in enumerate(requirements)
            if row["id"].startswith("FO-INV-")
        ],
        "cases": cases,
        "exchanges": len(log.lines),
        "costs": {
            "graphql": {"requests": 1040, "orders": 3, "seconds": 4.25},
            "rest": {"requests": 1200, "orders": 6, "seconds": 2.5},
        },
        "orders_created": 9,
        "throttled": 0,
        "left_behind": []
        if sound
        else [{"kind": "order", "id": "450789471", "why": "HTTP 500 to its cancellation, three times"}],
        "started": "2025-11-22T15:04:05Z",
        "seconds": 9.137,
        "notes": [
            "The target answers without X-Shopify-Shop-Api-Call-Limit: no rate limit was assumed.",
            *(HOSTILE if hostile else ()),
        ],
    }
    return results, log.lines


def _requirement(identifier: str, area: str, level: str, statement: str, *, sound: bool) -> dict[str, Any]:
    source, quote = CLAUSES.get(
        identifier, (f"S{2 + len(identifier) % 3}, {area}", f"the clause that carries {identifier}")
    )
    transports = {"graphql": ("graphql",), "connector": (), "notifications": ()}.get(area, ("rest", "graphql"))
    verdicts = dict.fromkeys(transports, "pass")
    reason = None
    if area in {"connector", "notifications"}:
        reason = REASONS["not-applicable"][area == "notifications"]
    elif identifier in NOT_TESTED:
        verdicts, reason = dict.fromkeys(transports, "not-tested"), REASONS["not-tested"][0]
    elif not sound and area == "scheduling":
        verdicts, reason = dict.fromkeys(transports, "inconclusive"), REASONS["inconclusive"][0]
    elif not sound and identifier == "FO-CLOSE-ONLY-ACCEPTING-APP":
        verdicts, reason = dict.fromkeys(transports, "inconclusive"), REASONS["inconclusive"][1]
    elif not sound:
        verdicts |= dict.fromkeys(FAILS.get(identifier, ()), "fail") | dict.fromkeys(WARNS.get(identifier, ()), "warn")
    order = ("fail", "inconclusive", "warn", "pass", "not-tested")
    verdict = min(verdicts.values(), key=order.index) if verdicts else "not-applicable"
    slug = identifier.removeprefix("FO-").lower().replace("-", "_")
    return {
        "id": identifier,
        "area": area,
        "level": level,
        "statement": statement,
        "source": source,
        "quote": quote,
        "provenance": "documented" if level == "must" else "recorded",
        "verdict": verdict,
        "reason": reason,
        "by_transport": verdicts,
        "cases": [
            f"suites/test_{area.replace('-', '_')}.py::test_{slug}[{name}]"
            for name, word in verdicts.items()
            if word != "not-tested"
        ],
        "judged": 0 if verdict in {"not-applicable", "not-tested", "inconclusive"} else 3 + len(identifier) % 40,
    }


def _cells(*, sound: bool) -> list[dict[str, Any]]:
    words = {"accept": "accepted", "refuse": "refused", "open": "refused"}
    cells = []
    for number, cell in enumerate(lifecycle.load().cells("2025-10")):
        for transport in ("rest", "graphql"):
            seen, verdict = words[cell.outcome], "pass"
            if "scheduled" in cell.state and not sound:
                seen, verdict = "unreached", "inconclusive"
            elif not sound and cell.requirement == "FO-HOLD-BLOCKS-SUBMIT":
                seen, verdict = "accepted", "fail"
            elif not sound and cell.level == "should" and number % 41 == 0 and transport == "rest":
                seen, verdict = "accepted", "warn"
            cells.append(
                {
                    "state": cell.state,
                    "action": cell.action,
                    "actor": cell.actor,
                    "transport": transport,
                    "expected": cell.outcome,
                    "level": cell.level,
                    "seen": seen,
                    "verdict": verdict,
                    "requirement": cell.requirement,
                    "exchanges": [number % 390 + 1],
                }
            )
    return cells


def _transitions(*, sound: bool) -> list[dict[str, Any]]:
    found = []
    for number, edge in enumerate(lifecycle.load().edges):
        for transport in ("rest", "graphql"):
            if "scheduled" in edge.source and not sound:
                continue
            verdict = "pass" if sound or number % 7 else ("fail" if transport == "graphql" else "warn")
            found.append(
                {
                    "from": edge.source,
                    "to": edge.target,
                    "action": edge.action,
                    "transport": transport,
                    "count": 2 + number,
                    "verdict": verdict,
                    "documented": True,
                    "requirements": [edge.requirement],
                }
            )
    if not sound:
        found.append(
            {
                "from": "service:on_hold/unsubmitted",
                "to": "service:on_hold/submitted",
                "action": "submit",
                "transport": "rest",
                "count": 2,
                "verdict": "fail",
                "documented": False,
                "requirements": ["FO-HOLD-BLOCKS-SUBMIT"],
            }
        )
        found.append(
            {
                "from": "service:in_progress/accepted",
                "to": "service:closed/submitted",
                "action": "cancel",
                "transport": "graphql",
                "count": 1,
                "verdict": "fail",
                "documented": False,
                "requirements": [],
            }
        )
    return found


def _case(row: dict[str, Any], log: Log, *, sound: bool) -> dict[str, Any]:
    name = row["cases"][0]
    outcome = {"pass": "passed", "warn": "passed", "fail": "failed"}.get(row["verdict"], row["verdict"])
    return {
        "id": name,
        "outcome": outcome,
        "seconds": 0.042,
        "exchanges": sum(line["case"] == name for line in log.lines[:60]),
        "requirements": [row["id"]],
        "reason": row["reason"],
    }


def _ambiguities() -> list[dict[str, Any]]:
    return [
        {
            "id": "AMB-CANCELLATION-ACCEPT-STATUS",
            "question": "Which status has a fulfillment order whose cancellation request was accepted?",
            "readings": [
                {"key": "cancelled", "text": "cancelled, as the samples of the REST documents show"},
                {"key": "closed", "text": "closed, as real stores were recorded to answer"},
            ],
            "seen": [
                {"reading": "cancelled", "transport": "rest", "exchanges": [3, 4]},
                {"reading": "closed", "transport": "graphql", "exchanges": [12]},
            ],
        },
        {
            "id": "AMB-CANCEL-AFTER-ACCEPT",
            "question": "May the merchant cancel a fulfillment order that the service has accepted?",
            "readings": [
                {"key": "forbidden", "text": "no: a cancellation must be requested"},
                {"key": "allowed", "text": "yes: supported_actions names it"},
            ],
            "seen": [],
        },
    ]
