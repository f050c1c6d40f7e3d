"""An action that a fault of the server answers is done once more only where a look shows that nothing was done."""

from typing import Any

import pytest

from fulfillspec.acting.session import Session
from fulfillspec.acting.step import Step, act
from fulfillspec.evidence.log import Evidence, Exchange
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire.answer import Answer, Ask
from fulfillspec.wire.rest import read_answer


class Faulty:
    """A target with one fulfillment order whose first acceptances are answered by 500; `done`: and carried out."""

    name = "rest"

    def __init__(self, faults: int, *, done: bool) -> None:
        self.faults, self.done, self.asked = faults, done, [""]
        self.order: dict[str, Any] = {
            "id": 1,
            "order_id": 9,
            "status": "open",
            "request_status": "submitted",
            "assigned_location_id": 5,
            "supported_actions": [],
            "line_items": [],
        }

    def perform(self, actor: str, ask: Ask, *, phase: str | None = None) -> Answer:
        self.asked.append(ask.operation)
        status, body = 200, dict[str, Any](fulfillment_orders=[dict(self.order)])
        if ask.operation == "accept":
            fault = self.asked.count("accept") <= self.faults
            if not fault or self.done:
                self.order.update(status="in_progress", request_status="accepted")
            status, body = (500, {"errors": ["no"]}) if fault else (200, {"fulfillment_order": dict(self.order)})
        n = len(self.asked)
        exchange = Exchange(n, "", "", actor, "rest", ask.operation, phase or "", "GET", "/", status=status, data=body)
        return read_answer(ask, actor, exchange)

    def offers(self, _operation: str) -> bool:
        return True


def accepted(target: Faulty) -> Step:
    session = Session(target, Ledger(), Evidence(None, Redactor()), "2025-10")
    session.places["5"] = "service"
    step = act(session, "service", session.look("9").orders["1"], "accept")
    step.expect("FO-ACCEPT-STATE", "in_progress/accepted")
    return step


def said(step: Step, requirement: str) -> tuple[int, int]:
    tally = step.session.ledger.tallies.get((requirement, "rest"))
    return (tally.held, tally.broken) if tally else (0, 0)


def test_what_was_not_done_is_done_once_more() -> None:
    target = Faulty(1, done=False)
    step = accepted(target)
    assert target.asked.count("accept") == 2
    assert said(step, "FO-ACCEPT-STATE") == (1, 0)
    assert said(step, "FO-ERR-ANSWERS")[1] == 0
    assert step.session.evidence.passing


@pytest.mark.parametrize(("faults", "done", "asked", "broken"), [(9, False, 2, 1), (9, True, 1, 0)])
def test_what_repeats_is_one_deviation_and_what_was_done_is_not_done_again(
    faults: int, *, done: bool, asked: int, broken: int
) -> None:
    target = Faulty(faults, done=done)
    step = accepted(target)
    assert target.asked.count("accept") == asked
    assert said(step, "FO-ACCEPT-STATE") == (0, 0)
    assert said(step, "FO-ERR-ANSWERS")[1] == broken
