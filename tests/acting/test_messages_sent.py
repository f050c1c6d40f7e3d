"""A message that was refused for its characters is sent once more without those that take four bytes."""

from typing import Any

from canned import AT_SERVICE, Canned, shown

from fulfillspec.acting.actor import Actor
from fulfillspec.acting.session import Session
from fulfillspec.acting.step import Step
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.wire.answer import Answer, Ask

PICTURE = "Thank you – Zoë 📦"


class Choosy(Canned):
    """Refuses a message with a certain text in it."""

    refuses = "📦"

    def perform(self, actor: str, ask: Ask, *, phase: str | None = None) -> Answer:
        if ask.operation == "submit":
            self.status = 422 if self.refuses in str(ask.arguments.get("message")) else 200
            self.answer = None if self.status == 422 else shown("open/submitted")
        return super().perform(actor, ask, phase=phase)


def submitted(message: str, *, refuses: str = "📦", pair: str = "open/unsubmitted") -> Step:
    target = Choosy([[shown(pair)]], None)
    target.refuses = refuses
    target.key = "submitted_fulfillment_order"
    session = Session(target, Ledger(), Evidence(None, Redactor()), "2025-10")
    session.places[str(AT_SERVICE)] = "service"
    arguments: dict[str, Any] = {"message": message, "notify_customer": True}
    return Actor("merchant", session).submit(session.look("9").orders["1"], **arguments)


def requests_of(step: Step) -> int:
    return [operation for operation, _ in step.session.transport.phases].count("submit")  # type: ignore[attr-defined]


def test_message_that_is_refused_is_sent_without_its_pictures() -> None:
    step = submitted(PICTURE)
    assert step.accepted
    assert step.sent("message") == "Thank you – Zoë "
    assert step.answer.ask.arguments["notify_customer"] is True
    assert ("AMB-MESSAGE-CHARACTERS", "some", "rest") in step.session.ledger.readings


def test_other_characters_are_no_reason_to_refuse() -> None:
    step = submitted(PICTURE, refuses="Zoë")
    assert step.answer.refused
    assert step.sent("message") == PICTURE


def test_message_is_sent_once_where_it_was_taken_or_the_refusal_is_documented_or_has_no_picture() -> None:
    for step in (
        submitted(PICTURE, refuses="never"),
        submitted(PICTURE, pair="open/submitted"),
        submitted("plain", refuses="plain"),
    ):
        assert requests_of(step) == 1
