"""Mocks without a memory are recognised before anything is created, whatever they answer by chance."""

from collections.abc import Callable
from typing import Any

import pytest

from fulfillspec.evidence.log import Exchange
from fulfillspec.target.probe import NotUsable, probe

SHOP = {"shop": {"name": "A shop", "plan_name": "basic"}}
SCOPES = {"access_scopes": [{"handle": "write_merchant_managed_fulfillment_orders"}]}


class Mock:
    """Answers by path; what it does not know is not found."""

    def __init__(self, answers: Callable[[str], Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def send(self, method: str, path: str, **request: Any) -> Exchange:
        self.asked.append(path)
        data = self.answers(path.rpartition("/admin/")[2])
        named = {"actor": "merchant", "transport": request["transport"], "operation": request["operation"]}
        return Exchange(
            len(self.asked),
            "2026-01-02T03:04:05.000Z",
            "",
            phase="probe",
            method=method,
            url=f"http://mock{path}",
            status=404 if data is None else 200,
            data={"errors": "Not Found"} if data is None else data,
            **named,
        )


def answers(order: Any, lists: list[Any], shop: Any = SHOP) -> Callable[[str], Any]:
    def answer(path: str) -> Any:
        if path.endswith("shop.json"):
            return shop
        if path.endswith("access_scopes.json"):
            return SCOPES
        if "/orders/" in path:
            return lists.pop(0) if lists else {"fulfillment_orders": []}
        return order if "fulfillment_orders/" in path else None

    return answer


@pytest.mark.parametrize(
    "mock",
    [
        answers({"fulfillment_order": {"id": 1}}, [{"fulfillment_orders": [{"id": 1}]}]),
        answers({"fulfillment_order": {"id": 1}}, [{"fulfillment_orders": []}] * 5 + [{"fulfillment_orders": [{}]}]),
        answers({"fulfillment_order": {}}, [{"fulfillment_orders": []}, {"fulfillment_orders": [{}]}]),
        answers({"fulfillment_order": {}}, [], shop={"shop": {}}),
        answers({"fulfillment_order": {}}, [], shop={}),
    ],
    ids=["samples", "random-lists", "empty-objects-in-a-list", "empty-objects", "nothing"],
)
def test_stateless_mock_is_recognised(mock: Callable[[str], Any]) -> None:
    with pytest.raises(NotUsable, match="stateless mock"):
        probe({"merchant": Mock(mock)}, "2025-10")


@pytest.mark.parametrize("order", [None, {"fulfillment_order": None}, {"fulfillment_order": {"id": 1}}])
def test_target_that_shows_no_list_of_what_nobody_created_is_judged(order: Any) -> None:
    assert probe({"merchant": Mock(answers(order, []))}, "2025-10").rest
