"""A client of the sandbox for its tests."""

from typing import Any

import requests

VERSION = "2025-10"


class Client:
    """Speaks REST with one token."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url
        self.session = requests.Session()
        if token is not None:
            self.session.headers["X-Shopify-Access-Token"] = token

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send a request; `path` is relative to the API, without `.json`, unless it begins with a slash."""
        url = self.url + (path if path.startswith("/") else f"/admin/api/{VERSION}/{path}.json")
        return self.session.request(method, url, json=body, timeout=300, **options)

    def get(self, path: str, **params: Any) -> Any:
        """Read something that exists."""
        answer = self.ask("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        """Do something that is allowed."""
        answer = self.ask("POST", path, body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def refused(self, path: str, body: Any = None, status: int = 422) -> Any:
        """Try something that is refused; returns `errors`."""
        answer = self.ask("POST", path, body)
        assert answer.status_code == status, answer.text
        return answer.json()["errors"]

    def act(self, fulfillment_order: int, action: str, body: Any = None) -> Any:
        """Act on a fulfillment order."""
        return self.post(f"fulfillment_orders/{fulfillment_order}/{action}", body)

    def act_refused(self, fulfillment_order: int, action: str, body: Any = None, status: int = 422) -> Any:
        """Act on a fulfillment order in vain."""
        return self.refused(f"fulfillment_orders/{fulfillment_order}/{action}", body, status)

    def look(self, fulfillment_order: int) -> Any:
        """Read a fulfillment order."""
        return self.get(f"fulfillment_orders/{fulfillment_order}")["fulfillment_order"]

    def state(self, fulfillment_order: int) -> tuple[str, str]:
        """Read the state of a fulfillment order."""
        seen = self.look(fulfillment_order)
        return seen["status"], seen["request_status"]

    def siblings(self, order: int) -> Any:
        """Read all fulfillment orders of an order."""
        return self.get(f"orders/{order}/fulfillment_orders")["fulfillment_orders"]

    def stage(self, place: str, state: str, *quantities: int) -> int:
        """Have the sandbox make an order in a state; returns the id of its fulfillment order."""
        body = {"at": place, "state": state, "lines": [{"quantity": units} for units in quantities or (2,)]}
        return int(self.post("/sandbox/states", body)["fulfillment_order_id"])
