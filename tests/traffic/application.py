"""An application that manages fulfillment orders over REST, as clients of the Admin API do, and what it sent and got."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

VERSION = "2025-10"
LOOK_EVERY = 0.0
"""Seconds between an action and the look after it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request and its answer; `at` is when it was sent, `ms` how long it took."""

    method: str
    url: str
    headers: dict[str, str]
    body: str | None
    status: int
    received: dict[str, str]
    answer: bytes
    at: datetime
    ms: float


@dataclass
class Application:
    """Speaks to a store with two tokens, and keeps what it sent."""

    url: str
    tokens: dict[str, str]
    sent: list[Sent] = field(default_factory=list)

    def ask(self, actor: str, method: str, path: str, body: Any = None) -> Any:
        """Send a request below the API, and keep it; return the answer's body."""
        return self._send(actor, method, f"/admin/api/{VERSION}/{path}", body, kept=True)

    def _send(self, actor: str, method: str, path: str, body: Any, *, kept: bool) -> Any:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        headers = {"X-Shopify-Access-Token": self.tokens[actor], "Accept": "application/json"}
        text = None if body is None else json.dumps(body)
        if text is not None:
            headers["Content-Type"] = "application/json"
        at, begun = datetime.now(UTC), time.perf_counter()
        try:
            connection.request(method, path, text, headers)
            response = connection.getresponse()
            raw = response.read()
        finally:
            connection.close()
        if kept:
            ms = (time.perf_counter() - begun) * 1000
            received = dict(response.getheaders())
            self.sent.append(Sent(method, self.url + path, headers, text, response.status, received, raw, at, ms))
        try:
            return json.loads(raw)
        except ValueError:
            return None

    def staged(self, state: str, place: str = "service", *quantities: int) -> tuple[int, int]:
        """Have a sandbox make an order in a state, beside the traffic; return the ids of order and fulfillment order."""
        wanted = {"at": place, "state": state, "lines": [{"quantity": units} for units in quantities or (3,)]}
        made = self._send("merchant", "POST", "/sandbox/states", wanted, kept=False)
        return made["order_id"], made["fulfillment_order_id"]

    def look(self, order: int) -> Any:
        """List the fulfillment orders of an order."""
        found = self.ask("merchant", "GET", f"orders/{order}/fulfillment_orders.json")
        rows = found.get("fulfillment_orders") if isinstance(found, dict) else None
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def act(self, actor: str, order: int, one: int, action: str, body: Any = None) -> None:
        """Look, act and look again."""
        self.look(order)
        self.ask(actor, "POST", f"fulfillment_orders/{one}/{action}.json", body)
        self.look(order)

    def work(self) -> None:
        """Do a day's work: every operation, and some that have to be refused."""
        for flow in (
            self.fulfil,
            self.refuse,
            self.cancel,
            self.hold,
            self.move,
            self.parts,
            self.schedule,
            self.mistakes,
        ):
            flow()

    def fulfil(self) -> None:
        """Request, accept, fulfil in two parts."""
        order, one = self.staged("open/unsubmitted", "service", 3, 2)
        note = {"fulfillment_request": {"message": "Fulfil this.", "notify_customer": False}}
        self.act("merchant", order, one, "fulfillment_request", note)
        wanted = urlencode({"assignment_status": "fulfillment_requested"})
        self.ask("service", "GET", f"assigned_fulfillment_orders.json?{wanted}")
        self.act("service", order, one, "fulfillment_request/accept", {"fulfillment_request": {"message": "We do."}})
        self.ask("merchant", "GET", f"fulfillment_orders/{one}.json")
        rows = self.look(order)
        items: list[Any] = next((row.get("line_items") or [] for row in rows if row.get("id") == one), [])
        for item in items:
            lines = {"fulfillment_order_id": one, "fulfillment_order_line_items": [{"id": item["id"], "quantity": 1}]}
            told = {"line_items_by_fulfillment_order": [lines], "tracking_info": {"number": "1Z1", "company": "UPS"}}
            self.ask("service", "POST", "fulfillments.json", {"fulfillment": told})
            self.look(order)
        self.ask("merchant", "GET", f"fulfillment_orders/{one}/fulfillments.json")

    def refuse(self) -> None:
        """Reject a request, close an accepted one."""
        order, one = self.staged("open/submitted")
        reject = {"fulfillment_request": {"message": "Out of stock.", "reason": "inventory_out_of_stock"}}
        self.act("service", order, one, "fulfillment_request/reject", reject)
        order, one = self.staged("in_progress/accepted")
        self.act("service", order, one, "close", {"fulfillment_order": {"message": "Not enough inventory."}})

    def cancel(self) -> None:
        """Ask for cancellations; cancel what nobody accepted."""
        for answer in ("accept", "reject"):
            order, one = self.staged("in_progress/accepted")
            asked = {"cancellation_request": {"message": "The customer changed their mind."}}
            self.act("merchant", order, one, "cancellation_request", asked)
            wanted = urlencode({"assignment_status": "cancellation_requested"})
            self.ask("service", "GET", f"assigned_fulfillment_orders.json?{wanted}")
            self.act(
                "service", order, one, f"cancellation_request/{answer}", {"cancellation_request": {"message": "Ok"}}
            )
        order, one = self.staged("open/submitted")
        self.act("merchant", order, one, "cancel")

    def hold(self) -> None:
        """Hold an order and release it."""
        order, one = self.staged("open/unsubmitted", "merchant")
        held = {"fulfillment_hold": {"reason": "inventory_out_of_stock", "reason_notes": "Not enough."}}
        self.act("merchant", order, one, "hold", held)
        self.act("merchant", order, one, "release_hold")

    def move(self) -> None:
        """Move an order to another location."""
        order, one = self.staged("open/unsubmitted", "merchant")
        found = self.ask("merchant", "GET", f"fulfillment_orders/{one}/locations_for_move.json") or {}
        places = [row["location"]["id"] for row in found.get("locations_for_move", []) if row.get("movable")]
        if places:
            self.act("merchant", order, one, "move", {"fulfillment_order": {"new_location_id": places[0]}})

    def parts(self) -> None:
        """Request, hold and move some of the line items; look at one by itself before and after."""
        for place, action, wrapper, given in (
            ("service", "fulfillment_request", "fulfillment_request", {"message": "These."}),
            ("merchant", "hold", "fulfillment_hold", {"reason": "other"}),
            ("merchant", "move", "fulfillment_order", {}),
        ):
            order, one = self.staged("open/unsubmitted", place, 3, 2)
            rows = self.look(order)
            more: dict[str, Any] = given
            if action == "move":
                found = self.ask("merchant", "GET", f"fulfillment_orders/{one}/locations_for_move.json") or {}
                places = [row["location"]["id"] for row in found.get("locations_for_move", []) if row.get("movable")]
                more = {"new_location_id": places[0] if places else 0}
            items = [row for row in rows if row.get("id") == one][:1]
            lines = [{"id": line["id"], "quantity": 1} for row in items for line in (row.get("line_items") or [])[:1]]
            self.act("merchant", order, one, action, {wrapper: {**more, "fulfillment_order_line_items": lines}})
        order, one = self.staged("open/submitted", "service", 2)
        self.ask("service", "GET", f"fulfillment_orders/{one}.json")
        self.ask("service", "POST", f"fulfillment_orders/{one}/fulfillment_request/accept.json")
        self.ask("service", "GET", f"fulfillment_orders/{one}.json")
        self.ask("service", "POST", f"fulfillment_orders/{one}/close.json", {"fulfillment_order": {}})
        self.ask("service", "GET", f"fulfillment_orders/{one}.json")

    def schedule(self) -> None:
        """Reschedule, open, set a deadline."""
        order, one = self.staged("scheduled/unsubmitted", "merchant")
        self.act(
            "merchant", order, one, "reschedule", {"fulfillment_order": {"new_fulfill_at": "2036-11-14 13:35 UTC"}}
        )
        self.act("merchant", order, one, "open")
        deadline = {"fulfillment_order_ids": [one], "fulfillment_deadline": "2036-12-01T00:00:00Z"}
        self.look(order)
        self.ask("merchant", "POST", "fulfillment_orders/set_fulfillment_orders_deadline.json", deadline)
        self.look(order)

    def mistakes(self) -> None:
        """Try what is refused in the state that it is in."""
        tries = {
            "open/unsubmitted": [("service", "fulfillment_request/accept"), ("service", "close"), ("merchant", "open")],
            "open/submitted": [("merchant", "fulfillment_request"), ("merchant", "cancellation_request")],
            "in_progress/accepted": [
                ("service", "fulfillment_request/accept"),
                ("service", "fulfillment_request/reject"),
            ],
            "on_hold/unsubmitted": [("merchant", "fulfillment_request"), ("merchant", "open")],
        }
        for state, actions in tries.items():
            place = "merchant" if state.startswith("on_hold") else "service"
            order, one = self.staged(state, place)
            for actor, action in actions:
                self.act(actor, order, one, action)
