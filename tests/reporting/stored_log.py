"""The evidence of a made-up run: exchanges as the engine records them, and the deviations that they show."""

import copy
import json
from typing import Any

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
"""What a hostile server sends."""

BASE = "https://oms-mock.example"
PATH = "/fulfillment_orders/1046000818"
MERCHANT = ("X-Shopify-Access-Token", "«redacted:token-1»")
SUBMIT = """mutation Submit($id: ID!) {
  fulfillmentOrderSubmitFulfillmentRequest(id: $id) {
    submittedFulfillmentOrder { id status requestStatus }
    userErrors { field message }
  }
}"""
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
    "destination": {"id": 1046000800, "address1": "«redacted:address-1»", "zip": 37407, "country": "United States"},
    "line_items": [{"id": 1058737579, "quantity": 3, "line_item_id": 518995019, "fulfillable_quantity": 3}],
    "created_at": "2025-11-22T15:04:07-05:00",
    "updated_at": "2025-11-22T15:04:06-05:00",
}
KNOWN = "FO-ERR-UNCHANGED"
BASELINE = {
    "reason": "The mock rounds updated_at on a refusal; fixed in its next release",
    "link": "https://bugs.example/oms-mock/41",
}


class Log:
    """Exchanges, numbered as they come."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def add(self, about: str, request: tuple[str, str, Any], answer: tuple[int, Any] | None) -> int:
        """Add an exchange: `case|actor|transport|operation|phase`, (method, path, body), (status, body) or None."""
        case, actor, transport, operation, phase = about.split("|")
        method, path, sent = request
        n = len(self.lines) + 1
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
                    "headers": {"Content-Type": "application/json", MERCHANT[0]: MERCHANT[1]},
                    "body": None if sent is None else json.dumps(sent),
                },
                "response": _response(*answer) if answer else None,
                "error": None if answer else "ReadTimeout: nothing came for 30 s",
                "ms": 3.25 + n % 17,
            }
        )
        return n


def _response(status: int, body: Any) -> dict[str, Any]:
    return {
        "status": status,
        "headers": {"content-type": "application/json; charset=utf-8", "x-shopify-api-version": "2025-10"},
        "body": body if isinstance(body, str) else json.dumps(body),
        "truncated": False,
    }


def deviation(row: dict[str, Any], transport: str, log: Log, *, hostile: bool, body: int) -> dict[str, Any]:
    """Record the exchanges of a deviation from a requirement, and return it."""
    case = next((name for name in row["cases"] if name.endswith(f"[{transport}]")), row["cases"][0])
    order: dict[str, Any] = copy.deepcopy(ORDER)
    if hostile:
        order["note"] = list(HOSTILE)
    act = (_act_graphql if transport == "graphql" else _act_rest)(f"{case}|merchant|{transport}", log, order)
    shown = "x" * body if body else {"fulfillment_order": order}
    look = log.add(
        f"{case}|merchant|{transport}|get|look",
        ("GET", f"{PATH}.json?include_order_reference_fields=true", None),
        None if row["id"].startswith("FO-INV") else (200, shown),
    )
    held = "HOLD" in row["id"]
    strange = f" {HOSTILE[0]} {HOSTILE[4]}" if hostile else ""
    return {
        "requirement": row["id"],
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
        "documented": "a refusal: a client error, and nothing changed" if held else row["statement"],
        "received": "HTTP 200, and it became on_hold/submitted" if held else f"something else{strange}",
        "diff": [
            {"path": "fulfillment_order.request_status", "documented": "unsubmitted", "received": "submitted"},
            {
                "path": "fulfillment_order.destination.zip",
                "documented": {"type": ["string", "null"]},
                "received": 37407,
            },
            *([{"path": HOSTILE[1], "documented": HOSTILE[5], "received": list(HOSTILE)}] if hostile else []),
        ],
        "exchanges": [act, look],
        "reproduce": (
            'curl -sS -X POST -H "X-Shopify-Access-Token: $FULFILLSPEC_MERCHANT_TOKEN" '
            '-H \'Content-Type: application/json\' -d \'{"fulfillment_request":{"message":"ASAP please."}}\' '
            f"{BASE}/admin/api/2025-10{PATH}/fulfillment_request.json"
        ),
        "baseline": BASELINE if row["id"] == KNOWN else None,
    }


def _act_rest(who: str, log: Log, order: dict[str, Any]) -> int:
    sent = {"order": {"line_items": [{"quantity": 3}]}}
    log.add(f"{who}|create_order|setup", ("POST", "/orders.json", sent), (201, {"order": {"id": 450789469}}))
    hold = {"fulfillment_hold": {"reason": "incorrect_address"}}
    log.add(f"{who}|hold|setup", ("POST", f"{PATH}/hold.json", hold), (200, {"fulfillment_order": order}))
    request = {"fulfillment_request": {"message": "ASAP please."}}
    answer = {"submitted_fulfillment_order": order}
    return log.add(f"{who}|submit|act", ("POST", f"{PATH}/fulfillment_request.json", request), (200, answer))


def _act_graphql(who: str, log: Log, order: dict[str, Any]) -> int:
    gid = f"gid://shopify/FulfillmentOrder/{order['id']}"
    for operation in ("orderCreate", "fulfillmentOrderHold"):
        sent: dict[str, Any] = {"query": f"mutation {{ {operation} }}"}
        log.add(f"{who}|{operation}|setup", ("POST", "/graphql.json", sent), (200, {"data": {}}))
    submitted = {"id": gid, "status": "ON_HOLD", "requestStatus": "SUBMITTED", "note": order.get("note")}
    payload = {"submittedFulfillmentOrder": submitted, "userErrors": []}
    answer = {"data": {"fulfillmentOrderSubmitFulfillmentRequest": payload}}
    sent = {"query": SUBMIT, "variables": {"id": gid}}
    return log.add(f"{who}|submit|act", ("POST", "/graphql.json", sent), (200, answer))
