"""An application's day over GraphQL, with documents of its own: aliases, fragments, directives, edges, variables inline."""

from __future__ import annotations

from typing import Any

from application import Application

FIELDS = """fragment F on FulfillmentOrder {
  orderId st: status rs: requestStatus updatedAt createdAt fulfillAt fulfillBy ...Who
  supportedActions { action }
  lines: lineItems(first: 20) {
    edges { cursor node { id total: totalQuantity left: remainingQuantity lineItem { id } } } pageInfo { hasNextPage }
  }
  fulfillmentHolds { reason notes: reasonNotes }
  assignedLocation { name location { id } }
}
fragment Who on FulfillmentOrder { __typename ... on Node { id } }"""


def gid(number: object, kind: str = "FulfillmentOrder") -> str:
    return f"gid://shopify/{kind}/{number}"


class OwnDocuments:
    """An application's use of GraphQL."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._staged = application.staged

    def ask(self, actor: str, text: str, **variables: Any) -> Any:
        """Send a document, with the fragments that it spreads."""
        query = f"{text} {FIELDS}" if "...F" in text else text
        return self._application.ask(actor, "POST", "graphql.json", {"query": query, "variables": variables})

    def look(self, order: int) -> Any:
        """List the fulfillment orders of an order, with the shop beside them."""
        text = """query Two($id: ID!) { mine: order(id: $id) { id fos: fulfillmentOrders(first: 20) { nodes { ...F } } }
            shop { name } }"""
        return self.ask("merchant", text, id=gid(order, "Order"))

    def get(self, one: int, *, dates: bool = False) -> None:
        """Look at one, with some fields or without them, and at it as a node."""
        text = """query One($id: ID!, $dates: Boolean = true) { fulfillmentOrder(id: $id) { ...F
            merchantRequests(first: 9) { nodes { kind message } } fulfillAt @include(if: $dates) id @skip(if: $dates) }
            node(id: $id) { __typename ... on FulfillmentOrder { status requestStatus } } }"""
        self.ask("merchant", text, id=gid(one), dates=dates)

    def act(self, actor: str, order: int, field: str, shown: str = "fulfillmentOrder { ...F }", **given: Any) -> None:
        """Look, act and look again."""
        self.look(order)
        self.ask(actor, f"mutation Act {{ done: {field} {{ {shown} userErrors {{ message }} }} }}", **given)
        self.look(order)

    def work(self) -> None:
        """Do a day's work: every operation, and some that have to be refused."""
        for flow in (self.fulfil, self.answer, self.manage, self.parts, self.mistakes):
            flow()

    def fulfil(self) -> None:
        """Request, accept, fulfil in part, close."""
        order, one = self._staged("open/unsubmitted", "service", 3, 2)
        shown = "submittedFulfillmentOrder { ...F merchantRequests(first: 9) { nodes { kind message sentAt } } }"
        named = f'fulfillmentOrderSubmitFulfillmentRequest(id: "{gid(one)}", message: "Go")'
        self.act("merchant", order, named, shown)
        self.ask(
            "service",
            "{ assignedFulfillmentOrders(first: 50, assignmentStatus: FULFILLMENT_REQUESTED) { nodes { ...F } } }",
        )
        self.act("service", order, f'fulfillmentOrderAcceptFulfillmentRequest(id: "{gid(one)}")')
        self._application.look(order)
        self.get(one)
        self._application.look(order)
        found = self.look(order) or {}
        rows = (((found.get("data") or {}).get("mine") or {}).get("fos") or {}).get("nodes") or [{}]
        lines = [edge["node"]["id"] for edge in (rows[0].get("lines") or {}).get("edges") or []][:1]
        work = [
            {"fulfillmentOrderId": gid(one), "fulfillmentOrderLineItems": [{"id": id_, "quantity": 1} for id_ in lines]}
        ]
        text = """mutation Ship($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
            fulfillment { id status totalQuantity trackingInfo { number company } } userErrors { field message } } }"""
        self.ask(
            "service",
            text,
            f={"lineItemsByFulfillmentOrder": work, "trackingInfo": {"number": "1Z9", "company": "UPS"}},
        )
        self.look(order)
        self.act("service", order, f'fulfillmentOrderClose(id: "{gid(one)}", message: "Gone")')
        self.get(one, dates=True)
        self._application.look(order)

    def answer(self) -> None:
        """Reject a request; ask for cancellations, and answer them; cancel."""
        order, one = self._staged("open/submitted")
        self.act("service", order, f'fulfillmentOrderRejectFulfillmentRequest(id: "{gid(one)}", reason: OTHER)')
        for answer in ("Accept", "Reject"):
            order, one = self._staged("in_progress/accepted")
            asked = f'fulfillmentOrderSubmitCancellationRequest(id: "{gid(one)}", message: "Please")'
            self.act("merchant", order, asked)
            self.act("service", order, f'fulfillmentOrder{answer}CancellationRequest(id: "{gid(one)}")')
        order, one = self._staged("open/submitted")
        shown = "fulfillmentOrder { ...F } replacementFulfillmentOrder { ...F }"
        self.act("merchant", order, f'fulfillmentOrderCancel(id: "{gid(one)}")', shown)

    def manage(self) -> None:
        """Hold and release, reschedule and open, set a deadline."""
        order, one = self._staged("open/unsubmitted", "merchant")
        self.act(
            "merchant",
            order,
            f'fulfillmentOrderHold(id: "{gid(one)}", fulfillmentHold: {{reason: OTHER, reasonNotes: "n"}})',
        )
        self.get(one)
        self.act("merchant", order, f'fulfillmentOrderReleaseHold(id: "{gid(one)}")')
        deadline = f'fulfillmentOrdersSetFulfillmentDeadline(fulfillmentOrderIds: ["{gid(one)}"], fulfillmentDeadline: "2036-12-01T00:00:00Z")'
        self.act("merchant", order, deadline, "success")
        order, one = self._staged("scheduled/unsubmitted", "merchant")
        self.act("merchant", order, f'fulfillmentOrderReschedule(id: "{gid(one)}", fulfillAt: "2036-11-14T13:35:00Z")')
        self.act("merchant", order, f'fulfillmentOrderOpen(id: "{gid(one)}")')

    def parts(self) -> None:
        """Split a hold off, and merge it again; two mutations in one document."""
        order, one = self._staged("open/unsubmitted", "merchant", 3, 2)
        other, two = self._staged("open/unsubmitted", "merchant", 2)
        self.look(order)
        self.look(other)
        text = """mutation Both($a: ID!, $b: ID!) {
            a: fulfillmentOrderHold(id: $a, fulfillmentHold: {reason: OTHER}) { fulfillmentOrder { id status } userErrors { message } }
            b: fulfillmentOrderHold(id: $b, fulfillmentHold: {reason: OTHER}) { fulfillmentOrder { status } userErrors { message } }
        }"""
        self.ask("merchant", text, a=gid(one), b=gid(two))
        self.look(order)
        self.look(other)

    def mistakes(self) -> None:
        """Try what is refused in the state that it is in."""
        order, one = self._staged("open/unsubmitted", "service")
        for field in ("fulfillmentOrderClose", "fulfillmentOrderAcceptFulfillmentRequest", "fulfillmentOrderOpen"):
            actor = "merchant" if field.endswith("Open") else "service"
            self.act(actor, order, f'{field}(id: "{gid(one)}")')
        order, one = self._staged("in_progress/accepted", "service")
        for field in ("fulfillmentOrderRejectFulfillmentRequest", "fulfillmentOrderAcceptFulfillmentRequest"):
            self.act("service", order, f'{field}(id: "{gid(one)}")')
