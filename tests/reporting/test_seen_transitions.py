"""The steps that a run saw: what was done where it has to be refused is no pass."""

import pytest

from fulfillspec.documents import lifecycle
from fulfillspec.documents.versions import DEFAULT
from fulfillspec.verdicts import results
from fulfillspec.verdicts.ledger import Ledger

SERVICE, MERCHANT = "service:in_progress/accepted", "merchant:open/unsubmitted"


@pytest.mark.parametrize(
    ("source", "action", "target", "verdict"),
    [
        (SERVICE, "close", "service:incomplete/closed", "pass"),
        (SERVICE, "move", MERCHANT, "fail"),
        ("service:on_hold/rejected", "release_hold", "service:open/rejected", "pass"),
    ],
    ids=["documented", "to-be-refused", "documents-silent"],
)
def test_verdict_of_a_step_follows_the_table(source: str, action: str, target: str, verdict: str) -> None:
    ledger = Ledger()
    ledger.transition(source, action, target, "rest", fine=True)
    assert [step["verdict"] for step in results.transitions(ledger, lifecycle.load(), lambda _: DEFAULT.name)] == [
        verdict
    ]


def test_step_of_an_order_that_deviated_is_no_pass() -> None:
    ledger = Ledger()
    ledger.transition(SERVICE, "close", "service:incomplete/closed", "rest", fine=False)
    assert [step["verdict"] for step in results.transitions(ledger, lifecycle.load(), lambda _: DEFAULT.name)] == [
        "fail"
    ]
