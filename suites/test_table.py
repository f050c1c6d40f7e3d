"""The whole table: what the documents demand to be refused, and what they leave open, in every state."""

import pytest


def test_refusals_in_a_state(table, refusals):
    table.refuse(refusals.state, refusals.cells)


def test_observers_agree_in_a_state(stage, merchant, every_state):
    order = stage.order(every_state)
    seen = merchant.ask("get", order.id)
    seen.expect_shown("FO-GET-ONE", order)
    seen.agrees("FO-INV-OBSERVERS", order)


@pytest.mark.certify
def test_every_action_after_a_step(table, step_taken):
    table.follow(step_taken.edge, step_taken.cells)
