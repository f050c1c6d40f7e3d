"""Makes a stored run that looks like a real one: every verdict, both transports, deviations, hostile bytes where asked for."""

import copy
import json
from pathlib import Path
from typing import Any

from fulfillspec import lifecycle

HOSTILE = (
    "</pre><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "\x1b[31mred\x1b[0m\x07",
    "\u202egnirts desrever\u2066",
    "nul\x00byte",
    "lone \ud800 surrogate \udfff",
    "]]><!--<svg/onload=alert(1)>",
    "&lt;b&gt; &amp;",
    "=cmd|'/c calc'!A0",
    "\ufffe\uffff\u2028\u2029",
    "[bold red]markup[/]",
)

BASE = "https://oms-mock.example"
CLAUSES = {
    "FO-HOLD-BLOCKS-SUBMIT": ("S2, FulfillmentOrder, status", "The fulfillment order is on hold. The fulfillment process can't be initiated until the hold on the fulfillment order is released."),
    "FO-CLOSE-STATE": ("S1, description", "Marks an in-progress fulfillment order as incomplete, indicating the fulfillment service is unable to ship any remaining items, and closes the fulfillment request."),
    "FO-LIST-EMPTY-WITHOUT-SCOPES": ("S2, access scopes", "an empty array is returned"),
}  # fmt: skip
REASONS = {
    "inconclusive": (
        "No fulfillment order reached scheduled/unsubmitted: the target offers no way to make one, and [stage.ids] names none",
        "The service actor's token is the merchant's: what needs two apps cannot be told apart",
    ),
    "not-applicable": ("Area not claimed: the target profile has no [connector]", "Area not claimed: no [notifications]"),
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
KNOWN = "FO-ERR-UNCHANGED"
NOT_TESTED = ("FO-HOLD-NOTIFY-MERCHANT", "FO-SUBMIT-NOTIFY-CUSTOMER-DEFAULT")


def make(folder: Path, *, sound: bool = False, hostile: bool = True, copies: int = 1, body: int = 0) -> dict[str, Any]:
    """Write results.json and evidence.ndjson; `sound`: nothing deviates; `copies` multiplies rows; `body`: size of one body."""
    folder.mkdir(parents=True, exist_ok=True)
    results, log = content(sound=sound, hostile=hostile, copies=copies, body=body)
    (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
    header = {"schema": "fulfillspec/evidence/1", "started": results["started"]}
    lines = [header, *log, {"footer": {"exchanges": len(log)}}]
    (folder / "evidence.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return results


def catalogue() -> list[list[str]]:
    """Return id, area, level and statement of requirements as the register has them."""
    text = (Path(__file__).parent / "catalogue.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


def content(*, sound: bool, hostile: bool, copies: int, body: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return results and exchanges of a run."""
    log = _Log()
    requirements, deviations = [], []
    for copy_ in range(copies):
        suffix = f"-{copy_}" if copy_ else ""
        for identifier, area, level, statement in catalogue():
            row = _requirement(identifier, area, level, statement, sound=sound)
            row["id"] += suffix
            requirements.append(row)
            for transport, verdict in row["by_transport"].items():
                if verdict in {"fail", "warn"}:
                    deviations.append(_deviation(row, transport, log, hostile=hostile, body=body))
    cells = _cells(sound=sound)
    transitions = _transitions(sound=sound)
    cases = [_case(row, log, sound=sound) for row in requirements if row["cases"]]
    while len(log.lines) < 400:
        log.add("suites/test_reading.py::test_list_gives_every_order[rest]", "merchant", "rest", "list", "look", "GET", "/orders/450789469/fulfillment_orders.json", None, 200, {"fulfillment_orders": []})
    musts = [row for row in requirements if row["level"] == "must"]
    failed = sum(row["verdict"] == "fail" for row in musts)
    open_ = sum(row["verdict"] == "inconclusive" for row in musts)
    results = {
        "schema": "fulfillspec/results/1",
        "verdict": "conformant" if sound else "nonconformant",
        "summary": f"All {len(musts)} musts that apply at 2025-10 hold over REST and GraphQL."
        if sound
        else f"{failed} of {len(musts)} musts are broken and {open_} could not be observed, at API version 2025-10 over REST and GraphQL.",
        "next_action": "Publish this report, or compare it with an earlier run."
        if sound
        else "Begin with FO-HOLD-BLOCKS-SUBMIT: a fulfillment order on hold takes a fulfillment request. It breaks over both transports.",
        "suite": {"version": "0.1.0", "register_digest": "4f1c2a9be07d33c1", "python": "3.11.2", "depth": "core", "seed": 20251122, "kill_matrix": {"mutants": 214, "killed": 214}},
        "target": {
            "base_url": BASE,
            "api_version": {"asked": "2025-10", "served": "2025-10"},
            "areas": ["reading", "requests", "cancellation-requests", "closing", "cancelling", "holds", "moves", "scheduling", "deadlines", "fulfilling", "scopes", "errors", "graphql"],
            "transports": ["rest", "graphql"],
            "kind": "stateful server, not Shopify itself",
            "stage": "admin",
            "actors": {
                "merchant": {"scopes": ["write_merchant_managed_fulfillment_orders", "write_third_party_fulfillment_orders"], "token": True},
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
            {"requirement": row["id"], "checked": 1204 + 31 * n, "violations": 0 if sound or row["verdict"] != "fail" else 6}
            for n, row in enumerate(requirements)
            if row["id"].startswith("FO-INV-")
        ],
        "cases": cases,
        "exchanges": len(log.lines),
        "orders_created": 9,
        "throttled": 0,
        "left_behind": [] if sound else [{"kind": "order", "id": "450789471", "why": "HTTP 500 to its cancellation, three times"}],
        "started": "2025-11-22T15:04:05Z",
        "seconds": 9.137,
        "notes": ["The target answers without X-Shopify-Shop-Api-Call-Limit: no rate limit was assumed.", *(HOSTILE if hostile else ())],
    }  # fmt: skip
    return results, log.lines


def _requirement(identifier: str, area: str, level: str, statement: str, *, sound: bool) -> dict[str, Any]:
    source, quote = CLAUSES.get(identifier, (f"S{2 + len(identifier) % 3}, {area}", f"the clause that carries {identifier}"))
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
        verdicts |= {name: "fail" for name in FAILS.get(identifier, ())} | {name: "warn" for name in WARNS.get(identifier, ())}
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
        "cases": [f"suites/test_{area.replace('-', '_')}.py::test_{slug}[{name}]" for name, word in verdicts.items() if word != "not-tested"],
        "judged": 0 if verdict in {"not-applicable", "not-tested", "inconclusive"} else 3 + len(identifier) % 40,
    }  # fmt: skip


ORDER = {
    "id": 1046000818,
    "shop_id": 548380009,
    "order_id": 450789469,
    "assigned_location_id": 24826418,
    "request_status": "submitted",
    "status": "on_hold",
    "fulfill_at": None,
    "fulfill_by": None,
    "supported_actions": ["release_hold"],
    "fulfillment_holds": [{"reason": "incorrect_address", "reason_notes": "The customer moved."}],
    "destination": {"id": 1046000800, "address1": "«redacted:address-1»", "city": "Chattanooga", "zip": 37407, "country": "United States"},
    "line_items": [{"id": 1058737579, "shop_id": 548380009, "fulfillment_order_id": 1046000818, "quantity": 3, "line_item_id": 518995019, "fulfillable_quantity": 3}],
    "created_at": "2025-11-22T15:04:07-05:00",
    "updated_at": "2025-11-22T15:04:06-05:00",
}  # fmt: skip


class _Log:
    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def add(self, case: str, actor: str, transport: str, operation: str, phase: str, method: str, path: str, sent: Any, status: int | None, got: Any) -> int:
        n = len(self.lines) + 1
        text = got if isinstance(got, str) else json.dumps(got)
        self.lines.append(
            {
                "n": n,
                "at": f"2025-11-22T15:04:{5 + n // 60 % 50:02}.{n % 1000:03}Z",
                "case": case,
                "actor": actor,
                "transport": transport,
                "operation": operation,
                "phase": phase,
                "request": {
                    "method": method,
                    "url": f"{BASE}/admin/api/2025-10{path}",
                    "headers": {"Accept": "application/json", "Content-Type": "application/json", "X-Shopify-Access-Token": "«redacted:token-1»"},
                    "body": None if sent is None else json.dumps(sent),
                },
                "response": None
                if status is None
                else {"status": status, "headers": {"content-type": "application/json; charset=utf-8", "x-shopify-api-version": "2025-10"}, "body": text, "truncated": False},
                "error": "ReadTimeout: nothing came for 30 s" if status is None else None,
                "ms": 3.25 + n % 17,
            }
        )  # fmt: skip
        return n


def _deviation(row: dict[str, Any], transport: str, log: _Log, *, hostile: bool, body: int) -> dict[str, Any]:
    identifier = row["id"]
    case = next((name for name in row["cases"] if name.endswith(f"[{transport}]")), row["cases"][0])
    order = copy.deepcopy(ORDER)
    if hostile:
        order["note"] = list(HOSTILE)
    path = "/fulfillment_orders/1046000818"
    if transport == "graphql":
        document = {"query": "mutation Submit($id: ID!) {\n  fulfillmentOrderSubmitFulfillmentRequest(id: $id) {\n    submittedFulfillmentOrder { id status requestStatus }\n    userErrors { field message }\n  }\n}", "variables": {"id": "gid://shopify/FulfillmentOrder/1046000818"}}
        log.add(case, "merchant", transport, "create_order", "setup", "POST", "/graphql.json", {"query": "mutation { orderCreate }"}, 200, {"data": {}})
        log.add(case, "merchant", transport, "hold", "setup", "POST", "/graphql.json", {"query": "mutation { fulfillmentOrderHold }"}, 200, {"data": {}})
        act = log.add(case, "merchant", transport, "submit", "act", "POST", "/graphql.json", document, 200, {"data": {"fulfillmentOrderSubmitFulfillmentRequest": {"submittedFulfillmentOrder": {"id": "gid://shopify/FulfillmentOrder/1046000818", "status": "ON_HOLD", "requestStatus": "SUBMITTED"}, "userErrors": []}}})
    else:
        log.add(case, "merchant", transport, "create_order", "setup", "POST", "/orders.json", {"order": {"line_items": [{"quantity": 3}]}}, 201, {"order": {"id": 450789469}})
        log.add(case, "merchant", transport, "hold", "setup", "POST", f"{path}/hold.json", {"fulfillment_hold": {"reason": "incorrect_address"}}, 200, {"fulfillment_order": order})
        act = log.add(case, "merchant", transport, "submit", "act", "POST", f"{path}/fulfillment_request.json", {"fulfillment_request": {"message": "Fulfill this ASAP please."}}, 200, {"submitted_fulfillment_order": order})
    look = log.add(case, "merchant", transport, "get", "look", "GET", f"{path}.json?include_order_reference_fields=true", None, 200, "x" * body if body else {"fulfillment_order": order})
    if identifier.startswith("FO-INV"):
        look = log.add(case, "service", transport, "get", "look", "GET", f"{path}.json", None, None, "")
    token = '"X-Shopify-Access-Token: $FULFILLSPEC_MERCHANT_TOKEN"'
    return {
        "requirement": identifier,
        "level": row["level"],
        "area": row["area"],
        "case": case,
        "transport": transport,
        "actor": "merchant",
        "operation": "submit",
        "state": "service:on_hold/unsubmitted",
        "statement": row["statement"],
        "quote": row["quote"],
        "source": row["source"],
        "documented": "a refusal: a client error, and nothing changed" if "HOLD" in identifier else f"{row['statement']}",
        "received": "HTTP 200, and the fulfillment order became on_hold/submitted" if "HOLD" in identifier else "something else" + (f" {HOSTILE[0]} {HOSTILE[4]}" if hostile else ""),
        "diff": [
            {"path": "fulfillment_order.request_status", "documented": "unsubmitted", "received": "submitted"},
            {"path": "fulfillment_order.destination.zip", "documented": {"type": ["string", "null"]}, "received": 37407},
            *([{"path": HOSTILE[1], "documented": HOSTILE[5], "received": list(HOSTILE)}] if hostile else []),
        ],
        "exchanges": [act, look],
        "reproduce": f"curl -sS -X POST -H {token} -H 'Content-Type: application/json' -d '{{\"fulfillment_request\":{{\"message\":\"Fulfill this ASAP please.\"}}}}' {BASE}/admin/api/2025-10{path}/fulfillment_request.json",
        "baseline": {"reason": "The mock rounds updated_at on a refusal; fixed in its next release", "link": "https://bugs.example/oms-mock/41"} if identifier == KNOWN else None,
    }  # fmt: skip


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
            cells.append({"state": cell.state, "action": cell.action, "actor": cell.actor, "transport": transport, "expected": cell.outcome, "level": cell.level, "seen": seen, "verdict": verdict, "requirement": cell.requirement, "exchanges": [number % 390 + 1]})  # fmt: skip
    return cells


def _transitions(*, sound: bool) -> list[dict[str, Any]]:
    found = []
    for number, edge in enumerate(lifecycle.load().edges):
        for transport in ("rest", "graphql"):
            if "scheduled" in edge.source and not sound:
                continue
            verdict = "pass" if sound or number % 7 else ("fail" if transport == "graphql" else "warn")
            found.append({"from": edge.source, "to": edge.target, "action": edge.action, "transport": transport, "count": 2 + number, "verdict": verdict, "documented": True, "requirements": [edge.requirement]})
    if not sound:
        found.append({"from": "service:on_hold/unsubmitted", "to": "service:on_hold/submitted", "action": "submit", "transport": "rest", "count": 2, "verdict": "fail", "documented": False, "requirements": ["FO-HOLD-BLOCKS-SUBMIT"]})
        found.append({"from": "service:in_progress/accepted", "to": "service:closed/submitted", "action": "cancel", "transport": "graphql", "count": 1, "verdict": "fail", "documented": False, "requirements": []})
    return found  # fmt: skip


def _case(row: dict[str, Any], log: _Log, *, sound: bool) -> dict[str, Any]:
    name = row["cases"][0]
    outcome = {"pass": "passed", "warn": "passed", "fail": "failed"}.get(row["verdict"], row["verdict"])
    return {"id": name, "outcome": outcome, "seconds": 0.042, "exchanges": sum(line["case"] == name for line in log.lines[:60]), "requirements": [row["id"]], "reason": row["reason"]}  # fmt: skip


def _ambiguities() -> list[dict[str, Any]]:
    return [
        {
            "id": "AMB-CANCELLATION-ACCEPT-STATUS",
            "question": "Which status has a fulfillment order whose cancellation request was accepted?",
            "readings": [{"key": "cancelled", "text": "cancelled, as the samples of the REST documents show"}, {"key": "closed", "text": "closed, as real stores were recorded to answer"}],
            "seen": [{"reading": "cancelled", "transport": "rest", "exchanges": [3, 4]}, {"reading": "closed", "transport": "graphql", "exchanges": [12]}],
        },
        {
            "id": "AMB-CANCEL-AFTER-ACCEPT",
            "question": "May the merchant cancel a fulfillment order that the service has accepted?",
            "readings": [{"key": "forbidden", "text": "no: a cancellation must be requested"}, {"key": "allowed", "text": "yes: supported_actions names it"}],
            "seen": [],
        },
    ]  # fmt: skip
