"""General forms: by which status a refusal may be told, and keys that a version does not have yet."""

from typing import Any

import pytest

from fulfillspec.evidence.log import Exchange
from fulfillspec.evidence.observation import FulfillmentOrder
from fulfillspec.judge import forms
from fulfillspec.wire.answer import Answer, Ask


def answer(status: int = 200, raw: dict[str, Any] | None = None, transport: str = "rest") -> Answer:
    exchange = Exchange(1, "", "", "merchant", transport, "get", "act", "GET", "/", status=status)
    order = None if raw is None else FulfillmentOrder("1", "2", "open", "unsubmitted", None, None, None, (), raw=raw)
    outcome = "accepted" if status < 300 else "refused"
    return Answer(Ask("get", "1"), "merchant", transport, exchange, outcome, {"fulfillment_order": order})


@pytest.mark.parametrize(
    ("kind", "fits", "strange"),
    [
        ("unknown", (404, 410), (400, 403, 422)),
        ("scope", (403, 404), (400, 401, 422)),
        ("token", (401, 403), (400, 404, 422)),
        ("state", (400, 409, 422), (401, 403, 404)),
        ("malformed", (400, 422), (401, 403, 404)),
    ],
)
def test_a_refusal_is_told_by_a_status_of_its_kind(kind: str, fits: tuple[int, ...], strange: tuple[int, ...]) -> None:
    assert all(forms.status_fits(answer(status), kind) for status in fits)
    assert not any(forms.status_fits(answer(status), kind) for status in strange)


@pytest.mark.parametrize(
    ("version", "raw", "early"),
    [
        ("2022-10", {"created_at": "now"}, "created_at"),
        ("2023-10", {"order_name": "#1", "channel_id": None}, "channel_id, order_name"),
        ("2023-10", {"line_items": [{"financial_summaries": []}]}, "financial_summaries"),
        ("2023-10", {"created_at": "now", "updated_at": "now"}, ""),
    ],
)
def test_a_key_that_came_later_is_noticed(version: str, raw: dict[str, Any], early: str) -> None:
    (found,) = forms.early_keys(answer(raw=raw), version)
    assert (found.holds, found.received) == (not early, early)


def test_versions_that_have_every_key_are_not_judged() -> None:
    raw = {"created_at": "now", "order_name": "#1"}
    for version in ("2024-01", "2025-10", "unstable"):
        assert list(forms.early_keys(answer(raw=raw), version)) == []
    assert list(forms.early_keys(answer(raw=raw, transport="graphql"), "2022-10")) == []
    assert list(forms.early_keys(answer(404), "2022-10")) == []
