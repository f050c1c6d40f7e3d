"""Random walks over the store: what always holds, and that supported_actions is honest, in every variant."""

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from fulfillspec.sandbox import Sandbox
from fulfillspec.sandbox.errors import Refusal
from fulfillspec.sandbox.model import Amount, FulfillmentOrder
from fulfillspec.sandbox.store.staging import AT_MERCHANT, AT_SERVICE
from fulfillspec.sandbox.variants import behaviour, variants

if TYPE_CHECKING:
    from datetime import datetime

STATES = AT_MERCHANT | AT_SERVICE | {"on_hold/submitted"}
BEHAVIOUR = [name for name, each in variants().items() if each.__module__ == behaviour.__name__]
ACTIONS = {
    "request_fulfillment": "submit",
    "cancel_fulfillment_order": "cancel",
    "request_cancellation": "submit_cancellation",
    "mark_as_open": "open",
    "hold": "hold",
    "release_hold": "release_hold",
    "move": "move",
    "create_fulfillment": "create_fulfillment",
}


class Walk:
    """A store with one order, and steps through it."""

    def __init__(self, seed: int, variant: str | None) -> None:
        self.random = Random(seed)
        self.sandbox = Sandbox(variants=[variant] if variant else [])
        self.store = self.sandbox.store
        self.merchant, self.service = self.sandbox.apps["merchant"], self.sandbox.apps["service"]
        place = self.random.choice(["merchant", "service"])
        states = sorted((AT_MERCHANT if place == "merchant" else AT_SERVICE) - {"closed/submitted"})
        quantities = [self.random.randint(1, 3) for _ in range(self.random.randint(1, 3))]
        if sum(quantities) < 2:
            quantities.append(1)
        first = self.store.stage(
            place, self.random.choice(states), quantities, merchant=self.merchant, service=self.service
        )
        self.order = first.order
        for variant_of_order in [line.variant for line in self.order.lines if line.variant]:
            for location in self.store.locations.values():
                self.store.stock(variant_of_order, location, 5)
        self.work = self.units()
        self.updated: dict[int, datetime] = {}

    def units(self) -> dict[int, int]:
        total: dict[int, int] = {}
        for fo in self.order.fulfillment_orders:
            for line in fo.lines:
                total[line.order_line.id] = total.get(line.order_line.id, 0) + line.quantity
        return total

    def shown(self) -> list[dict[str, Any]]:
        views = self.sandbox.views("2025-10")
        return [views.fulfillment_order(fo, "list", self.merchant) for fo in self.order.fulfillment_orders]

    def part(self, fo: FulfillmentOrder) -> list[Amount] | None:
        left = [line for line in fo.lines if line.fulfillable]
        if not left or self.random.random() < 0.4:
            return None
        chosen = self.random.sample(left, self.random.randint(1, len(left)))
        return [Amount(line.id, self.random.randint(1, line.fulfillable)) for line in chosen]

    def act(self, action: str, fo: FulfillmentOrder) -> Any:
        store, merchant = self.store, self.merchant
        if action == "submit":
            return store.submit(merchant, fo.id, lines=self.part(fo))
        if action == "hold":
            lines = None if fo.status == "on_hold" else self.part(fo)
            return store.hold(merchant, fo.id, reason="other", lines=lines)
        if action == "move":
            elsewhere = [place for place in store.locations.values() if place is not fo.location]
            return store.move(merchant, fo.id, self.random.choice(elsewhere).id, self.part(fo))
        if action == "create_fulfillment":
            owner = fo.location.service.app if fo.location.service else merchant
            return store.create_fulfillment(owner, [(fo.id, self.part(fo))])
        return getattr(store, action)(merchant, fo.id)

    def step(self) -> None:
        fo = self.random.choice(self.order.fulfillment_orders)
        offered = self.store.offered(fo, self.merchant)
        before = self.shown()
        kind = self.random.random()
        if kind < 0.7:
            word = self.random.choice(list(ACTIONS))
            try:
                self.act(ACTIONS[word], fo)
            except Refusal:
                assert word not in offered, (word, fo.status, fo.request_status)
                assert self.shown() == before
            else:
                assert word in offered, (word, fo.status, fo.request_status)
        elif kind < 0.95 and fo.location.service:
            answer = self.random.choice(["accept", "reject", "accept_cancellation", "reject_cancellation", "close"])
            try:
                getattr(self.store, answer)(fo.location.service.app, fo.id)
            except Refusal:
                assert self.shown() == before
        elif self.order.fulfillments:
            done = self.random.choice(self.order.fulfillments)
            owner = done.location.service.app if done.location.service else self.merchant
            self.store.cancel_fulfillment(owner, done.id)
        self.check()

    def check(self) -> None:
        assert self.units() == self.work
        for fo in self.order.fulfillment_orders:
            state = f"{fo.status}/{fo.request_status}"
            assert state in STATES or fo.status == "closed" or state.startswith("cancelled/"), state
            assert fo.at_service or fo.request_status == "unsubmitted" or fo.status == "closed", state
            assert all(0 <= line.fulfillable <= line.quantity for line in fo.lines)
            assert len({line.order_line.id for line in fo.lines}) == len(fo.lines)
            assert (fo.status == "on_hold") == bool(fo.holds)
            assert fo.updated_at >= max(fo.created_at, self.updated.get(fo.id, fo.created_at))
            self.updated[fo.id] = fo.updated_at


@pytest.mark.parametrize("variant", [None, *BEHAVIOUR])
def test_random_walks_keep_what_always_holds(variant: str | None) -> None:
    for seed in range(60 if variant is None else 12):
        walk = Walk(seed, variant)
        for _ in range(40):
            try:
                walk.step()
            except AssertionError as broken:
                raise AssertionError(f"seed {seed}") from broken
