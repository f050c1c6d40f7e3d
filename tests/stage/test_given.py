"""Fulfillment orders that somebody else makes: what the hook tells."""

from types import SimpleNamespace
from typing import Any

import pytest

from fulfillspec.stage.given import Hook, Ids
from fulfillspec.stage.source import CannotStage


def hook(data: Any, *, ok: bool = True) -> Hook:
    answer = SimpleNamespace(data=data, ok=ok, status=200 if ok else 500, error=None, body="{}")
    return Hook(SimpleNamespace(send=lambda *_args, **_named: answer), "/states")


def test_hook_tells_the_order_too() -> None:
    made = {"order_id": 5, "fulfillment_order_id": "gid://shopify/FulfillmentOrder/7"}
    assert hook(made).take("service:open/submitted", (3,)) == ("7", "5")
    assert hook({"fulfillment_order_id": 7}).take("service:open/submitted", (3,)) == ("7", None)


@pytest.mark.parametrize(("data", "ok"), [({}, True), ({"fulfillment_order_id": 7}, False), ("no object", True)])
def test_state_that_the_hook_cannot_make_is_not_asked_for_again(data: Any, ok: Any) -> None:
    one = hook(data, ok=ok)
    with pytest.raises(CannotStage, match="the hook made no service:open/submitted"):
        one.take("service:open/submitted", (3,))
    assert not one.offers("service:open/submitted")
    assert one.offers("merchant:open/unsubmitted")


def test_id_is_handed_out_once() -> None:
    ids = Ids({"merchant:scheduled/unsubmitted": ["7"]})
    assert ids.take("merchant:scheduled/unsubmitted") == "7"
    assert not ids.offers("merchant:scheduled/unsubmitted")
    with pytest.raises(CannotStage):
        ids.take("merchant:scheduled/unsubmitted")
