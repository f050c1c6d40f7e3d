"""Tells the stories of the REST transcripts over GraphQL: each call becomes a document."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from graphql_client import digits, gid
from test_sandbox_differences import Transcript

ORDER = """fragment O on FulfillmentOrder {
  id orderId orderName orderProcessedAt status requestStatus createdAt updatedAt fulfillAt fulfillBy
  supportedActions { action externalUrl } assignedLocation { name location { id } } internationalDuties { incoterm }
  destination { zip city } deliveryMethod { presentedName }
  fulfillmentHolds { id handle reason reasonNotes displayReason heldByRequestingApp }
  lineItems(first: 20) { nodes { id totalQuantity remainingQuantity productTitle inventoryItemId lineItem { id }
    financialSummaries { quantity } } pageInfo { hasNextPage endCursor } }
  merchantRequests(first: 20) { nodes { id kind message sentAt requestOptions responseData } pageInfo { hasNextPage } }
}"""
WORK = "fulfillment { id status totalQuantity trackingInfo { number company url } }"
ONE = ("fulfillmentOrder",)
PART = {"fulfillmentOrderLineItems": "[FulfillmentOrderLineItemInput!]"}
NOTE = {"message": "String"}

# path of REST: (mutation, its arguments besides id, what its payload has)
ACTIONS: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
    "fulfillment_request": (
        "fulfillmentOrderSubmitFulfillmentRequest",
        {**NOTE, **PART, "notifyCustomer": "Boolean"},
        ("originalFulfillmentOrder", "submittedFulfillmentOrder", "unsubmittedFulfillmentOrder"),
    ),
    "fulfillment_request/accept": ("fulfillmentOrderAcceptFulfillmentRequest", NOTE, ONE),
    "fulfillment_request/reject": (
        "fulfillmentOrderRejectFulfillmentRequest",
        {**NOTE, "reason": "FulfillmentOrderRejectionReason", "lineItems": "[IncomingRequestLineItemInput!]"},
        ONE,
    ),
    "cancellation_request": ("fulfillmentOrderSubmitCancellationRequest", NOTE, ONE),
    "cancellation_request/accept": ("fulfillmentOrderAcceptCancellationRequest", NOTE, ONE),
    "cancellation_request/reject": ("fulfillmentOrderRejectCancellationRequest", NOTE, ONE),
    "cancel": ("fulfillmentOrderCancel", {}, (*ONE, "replacementFulfillmentOrder")),
    "close": ("fulfillmentOrderClose", NOTE, ONE),
    "move": (
        "fulfillmentOrderMove",
        {"newLocationId": "ID!", **PART},
        ("originalFulfillmentOrder", "movedFulfillmentOrder", "remainingFulfillmentOrder"),
    ),
    "open": ("fulfillmentOrderOpen", {}, ONE),
    "reschedule": ("fulfillmentOrderReschedule", {"fulfillAt": "DateTime!"}, ONE),
    "hold": (
        "fulfillmentOrderHold",
        {"fulfillmentHold": "FulfillmentOrderHoldInput!"},
        (*ONE, "remainingFulfillmentOrder"),
    ),
    "release_hold": ("fulfillmentOrderReleaseHold", {"holdIds": "[ID!]"}, ONE),
}
READS = {
    r"fulfillment_orders/(\d+)": f"query($id: ID!) {{ fulfillmentOrder(id: $id) {{ ...O }} }} {ORDER}",
    r"orders/(\d+)/fulfillment_orders": (
        "query($id: ID!) { order(id: $id) { name fulfillmentOrders(first: 9) "
        f"{{ nodes {{ ...O }} pageInfo {{ hasNextPage }} }} }} }} {ORDER}"
    ),
    r"fulfillment_orders/(\d+)/locations_for_move": (
        "query($id: ID!) { fulfillmentOrder(id: $id) { locationsForMove(first: 20) "
        "{ nodes { location { id } movable message } } } }"
    ),
}
ASSIGNED = (
    "query($assignmentStatus: FulfillmentOrderAssignmentStatus, $locationIds: [ID!]) { assignedFulfillmentOrders("
    "first: 50, assignmentStatus: $assignmentStatus, locationIds: $locationIds) "
    f"{{ nodes {{ ...O }} pageInfo {{ hasNextPage }} }} }} {ORDER}"
)
DEADLINE = (
    "mutation($ids: [ID!]!, $at: DateTime!) { fulfillmentOrdersSetFulfillmentDeadline(fulfillmentOrderIds: $ids, "
    "fulfillmentDeadline: $at) { success userErrors { field message } } }"
)
CREATE = f"mutation($f: FulfillmentInput!) {{ fulfillmentCreate(fulfillment: $f) {{ {WORK} userErrors {{ field message }} }} }}"
TRACK = (
    "mutation($id: ID!, $t: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, "
    f"trackingInfoInput: $t) {{ {WORK} userErrors {{ field message }} }} }}"
)
UNDO = f"mutation($id: ID!) {{ fulfillmentCancel(id: $id) {{ {WORK} userErrors {{ field message }} }} }}"
BUY = "mutation($o: OrderCreateOrderInput!) { orderCreate(order: $o) { order { id } userErrors { field message } } }"


def amounts(rows: Any) -> Any:
    return [{"id": gid("FulfillmentOrderLineItem", row["id"]), "quantity": row["quantity"]} for row in rows]


def given(body: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """Write the arguments of REST as variables."""
    inner: Any = next(iter(body.values()), {}) if isinstance(body, dict) else {}
    found: dict[str, Any] = {}
    for name, value in (inner if isinstance(inner, dict) else {}).items():
        match name:
            case "fulfillment_order_line_items":
                found["fulfillmentOrderLineItems"] = amounts(value)
            case "new_location_id":
                found["newLocationId"] = gid("Location", value)
            case "new_fulfill_at":
                found["fulfillAt"] = value.replace(" UTC", "Z").replace(" ", "T")
            case "reason":
                found["reason"] = None if value is None else value.upper()
            case "reason_notes":
                found["reasonNotes"] = value
            case "line_items":
                kind = "FulfillmentOrderLineItem"
                found["lineItems"] = [
                    {
                        "fulfillmentOrderLineItemId": gid(kind, row["fulfillment_order_line_item_id"]),
                        "message": row["message"],
                    }
                    for row in value
                ]
            case _:
                found[re.sub(r"_(\w)", lambda part: part[1].upper(), name)] = value
    return {"fulfillmentHold": found} if "fulfillmentHold" in names else found


class GraphQLTranscript(Transcript):
    """A transcript whose calls go over GraphQL; answers that a story goes on with are given in the form of REST."""

    async def ask(
        self, actor: str | None, method: str, path: str, body: Any = None, query: str = "", raw: bytes | None = None
    ) -> Any:
        if raw is not None:
            return await self.document(actor, None, {}, raw)
        if method == "GET":
            return await self.read(actor, path, query)
        if path == "orders":
            lines = [{"title": row["title"], "quantity": row["quantity"]} for row in body["order"]["line_items"]]
            made = await self.document(actor, BUY, {"o": {"lineItems": lines, "shippingAddress": {"zip": "1"}}})
            return {"order": {"id": digits(made["data"]["orderCreate"]["order"]["id"])}}
        if path.endswith("set_fulfillment_orders_deadline"):
            ids = [gid("FulfillmentOrder", each) for each in body["fulfillment_order_ids"]]
            return await self.document(actor, DEADLINE, {"ids": ids, "at": body["fulfillment_deadline"]})
        if path.startswith("fulfillments"):
            return await self.work(actor, path, body)
        _, number, action = path.split("/", 2)
        mutation, names, keys = ACTIONS[action]
        variables = {name: value for name, value in given(body, names).items() if name in names}
        types = "".join(f", ${name}: {names[name]}" for name in variables)
        passed = "".join(f", {name}: ${name}" for name in variables)
        shown = " ".join(f"{key} {{ ...O }}" for key in keys) + (" fulfillmentHold { id }" if action == "hold" else "")
        text = f"mutation($id: ID!{types}) {{ {mutation}(id: $id{passed}) {{ {shown} userErrors {{ field message }} }} }} {ORDER}"
        return await self.document(actor, text, {"id": gid("FulfillmentOrder", number), **variables})

    async def document(self, actor: str | None, text: str | None, variables: Any, raw: bytes | None = None) -> Any:
        """Send a document."""
        return await super().ask(actor, "POST", "graphql", {"query": text, "variables": variables}, raw=raw)

    async def read(self, actor: str | None, path: str, query: str) -> Any:
        """Read."""
        if path == "assigned_fulfillment_orders":
            asked = parse_qs(query)
            status = asked.get("assignment_status", [""])[0].upper() or None
            places = [gid("Location", each) for each in asked.get("location_ids[]", ())] or None
            return await self.document(actor, ASSIGNED, {"assignmentStatus": status, "locationIds": places})
        for pattern, text in READS.items():
            found = re.fullmatch(pattern, path)
            if found:
                kind = "Order" if path.startswith("orders") else "FulfillmentOrder"
                return await self.document(actor, text, {"id": gid(kind, found[1])})
        raise KeyError(path)

    async def work(self, actor: str | None, path: str, body: Any) -> Any:
        """Make, track or undo a fulfillment."""
        if path == "fulfillments":
            wanted = body["fulfillment"]
            rows = [
                {
                    "fulfillmentOrderId": gid("FulfillmentOrder", row["fulfillment_order_id"]),
                    **(
                        {"fulfillmentOrderLineItems": amounts(row["fulfillment_order_line_items"])}
                        if "fulfillment_order_line_items" in row
                        else {}
                    ),
                }
                for row in wanted["line_items_by_fulfillment_order"]
            ]
            tracking = {"trackingInfo": wanted["tracking_info"]} if "tracking_info" in wanted else {}
            answer = await self.document(actor, CREATE, {"f": {"lineItemsByFulfillmentOrder": rows, **tracking}})
            made = ((answer.get("data") or {}).get("fulfillmentCreate") or {}).get("fulfillment")
            return {"fulfillment": {"id": digits(made["id"])}} if made else {}
        _, number, action = path.split("/")
        variables: dict[str, Any] = {"id": gid("Fulfillment", number)}
        if action == "cancel":
            return await self.document(actor, UNDO, variables)
        return await self.document(actor, TRACK, {**variables, "t": body["fulfillment"]["tracking_info"]})
