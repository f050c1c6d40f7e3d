"""A token without a scope: what needs it is not tried again, costs no orders, and the scope is named."""

import pytest
from staged import Staged

from fulfillspec.acting.session import Inapplicable, Unobservable

BLIND = {"service": "the merchant actor's token lacks read_third_party_fulfillment_orders"}


def test_place_that_cannot_be_seen_costs_no_order() -> None:
    staged = Staged(blind=BLIND)
    with pytest.raises(Unobservable, match="lacks read_third_party_fulfillment_orders"):
        staged.stage.order("service:open/unsubmitted")
    assert staged.source.made == 0


def test_order_has_no_items_of_a_place_that_cannot_be_seen() -> None:
    staged = Staged(blind=BLIND)
    made, orders = staged.stage.new_order(("service", "movable"))
    assert len(orders) == 1
    assert staged.stage.order("merchant:open/unsubmitted").order_id == made.id
    with pytest.raises(Unobservable, match="lacks"):
        staged.stage.new_order(("service",))


def test_refused_step_is_told_by_the_scope_that_it_lacked() -> None:
    staged = Staged(broken=["accept"])
    staged.session.lacks = "the service actor's token lacks write_assigned_fulfillment_orders"
    for _ in range(3):
        with pytest.raises((Unobservable, Inapplicable), match="lacks write_assigned_fulfillment_orders"):
            staged.stage.order("service:in_progress/accepted")
    assert staged.actor.taken.count("accept") == 1
    assert staged.source.made <= 2
