"""A client of the sandbox's GraphQL for its tests."""

from typing import Any

import requests

ORDER = """fragment O on FulfillmentOrder {
  id orderId orderName status requestStatus createdAt updatedAt fulfillAt fulfillBy
  supportedActions { action } assignedLocation { name location { id } }
  fulfillmentHolds { id handle reason reasonNotes heldByRequestingApp }
  lineItems(first: 20) { nodes { id totalQuantity remainingQuantity lineItem { id } } }
  merchantRequests(first: 20) { nodes { kind message requestOptions sentAt } }
}"""
REQUEST = "fulfillmentOrderSubmitFulfillmentRequest"
ACCEPT = "fulfillmentOrderAcceptFulfillmentRequest"
REJECT = "fulfillmentOrderRejectFulfillmentRequest"
CANCELLATION = "fulfillmentOrderSubmitCancellationRequest"
CLOSE = "fulfillmentOrderClose"
TYPES = {
    "message": "String",
    "reason": "FulfillmentOrderRejectionReason",
    "lineItems": "[IncomingRequestLineItemInput!]",
    "fulfillmentOrderLineItems": "[FulfillmentOrderLineItemInput!]",
    "notifyCustomer": "Boolean",
    "newLocationId": "ID!",
    "fulfillAt": "DateTime!",
    "holdIds": "[ID!]",
    "fulfillmentHold": "FulfillmentOrderHoldInput!",
}


def gid(kind: str, number: object) -> str:
    return f"gid://shopify/{kind}/{number}"


def digits(identity: str) -> int:
    return int(identity.rpartition("/")[2])


def state(shown: Any) -> tuple[str, str]:
    return shown["status"], shown["requestStatus"]


def units(shown: Any) -> list[tuple[int, int]]:
    return [(line["totalQuantity"], line["remainingQuantity"]) for line in shown["lineItems"]["nodes"]]


def lines(shown: Any, *amounts: int) -> list[dict[str, Any]]:
    rows = shown["lineItems"]["nodes"]
    return [{"id": row["id"], "quantity": amount} for row, amount in zip(rows, amounts, strict=False) if amount]


class GraphQLClient:
    """Speaks GraphQL with one token."""

    def __init__(self, url: str, token: str | None, version: str = "2025-10") -> None:
        self.url = f"{url}/admin/api/{version}/graphql.json"
        self.session = requests.Session()
        if token is not None:
            self.session.headers["X-Shopify-Access-Token"] = token

    def send(self, query: str, **variables: Any) -> requests.Response:
        """Send a document."""
        return self.session.post(self.url, json={"query": query, "variables": variables}, timeout=300)

    def ask(self, query: str, **variables: Any) -> Any:
        """Send a document that is executed without errors; returns `data`."""
        answer = self.send(query, **variables)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    def errors(self, query: str, **variables: Any) -> Any:
        """Send a document that has top-level errors; returns them."""
        answer = self.send(query, **variables)
        assert answer.status_code == 200, answer.text
        return answer.json()["errors"]

    def document(self, mutation: str, keys: str, given: dict[str, Any], errors: str) -> str:
        """Write the document of a mutation of one fulfillment order."""
        names = "".join(f", ${name}: {TYPES[name]}" for name in given)
        passed = "".join(f", {name}: ${name}" for name in given)
        shown = " ".join(f"{key} {{ ...O }}" for key in keys.split())
        return f"mutation($id: ID!{names}) {{ {mutation}(id: $id{passed}) {{ {shown} userErrors {{ {errors} }} }} }} {ORDER}"

    def act(
        self, mutation: str, order: int, keys: str = "fulfillmentOrder", errors: str = "field message", **given: Any
    ) -> Any:
        """Carry a mutation out; returns its payload, user errors and all."""
        document = self.document(mutation, keys, given, errors)
        return self.ask(document, id=gid("FulfillmentOrder", order), **given)[mutation]

    def done(self, mutation: str, order: int, keys: str = "fulfillmentOrder", **given: Any) -> Any:
        """Carry a mutation out that is allowed; returns the first object of its payload."""
        payload = self.act(mutation, order, keys, **given)
        assert payload["userErrors"] == []
        return payload[keys.split(maxsplit=1)[0]]

    def refused(self, mutation: str, order: int, keys: str = "fulfillmentOrder", **given: Any) -> Any:
        """Try a mutation that is refused; returns its user errors."""
        payload = self.act(mutation, order, keys, **given)
        assert all(payload[key] is None for key in keys.split())
        return payload["userErrors"]

    def look(self, order: int) -> Any:
        """Read a fulfillment order."""
        query = f"query($id: ID!) {{ fulfillmentOrder(id: $id) {{ ...O }} }} {ORDER}"
        return self.ask(query, id=gid("FulfillmentOrder", order))["fulfillmentOrder"]
