"""Mutants of refusals: their form, and that they change nothing."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from collections.abc import Mapping, Sequence
from typing import ClassVar

from starlette.requests import Request

from fulfillspec.sandbox.call import Handler, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Refusal, Refused, Unknown, Unreadable
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.model import Amount, App, FulfillmentOrder, Held, Submitted
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.store import Store


class RefusalAsSuccess(Mutant, Rest):
    """A refusal comes with status 200 and errors in the body."""

    requirement = "FO-ERR-CLIENT-FORM"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        return Reply(reply.body, 200, reply.headers) if isinstance(refusal, Refused) else reply


class RefusalAsServerError(Mutant, Rest):
    """A refusal comes with status 500."""

    requirement = "FO-ERR-CLIENT-FORM"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        return Reply(reply.body, 500, reply.headers) if isinstance(refusal, Refused) else reply


class RefusalRedirects(Mutant, Rest):
    """A refusal comes with status 303."""

    requirement = "FO-ERR-CLIENT-FORM"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        return Reply(reply.body, 303, {"Location": "/"}) if isinstance(refusal, Refused) else reply


class RefusalWithoutReason(Mutant, Rest):
    """A refusal has an empty object as its body."""

    requirement = "FO-ERR-READABLE"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        return Reply({}, reply.status, reply.headers)


class RefusalInHtml(Mutant, Rest):
    """A refusal is a page of HTML."""

    requirement = "FO-ERR-READABLE"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        page = "<!doctype html><title>Refused</title><h1>Refused</h1>"
        return Reply(page, reply.status, reply.headers, "text/html; charset=utf-8")


class CreatedForEveryPost(Mutant, Rest):
    """Accepted actions answer 201."""

    requirement = "FO-ERR-SUCCESS-FORM"

    done = 201


class JsonAsText(Mutant, Front):
    """Answers are JSON with the content type of plain text."""

    requirement = "FO-ERR-JSON"

    def answer(self, request: Request, body: bytes | None) -> Reply:
        reply = super().answer(request, body)
        reply.media_type = "text/plain; charset=utf-8"
        return reply


class UnknownIdAsServerError(Mutant, Rest):
    """An unknown id gives status 500."""

    requirement = "FO-ERR-UNKNOWN-ID"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        return Reply(reply.body, 500) if isinstance(refusal, Unknown) else reply


class UnknownIdAsNothing(Mutant, Rest):
    """An unknown id gives status 200 and null."""

    requirement = "FO-ERR-UNKNOWN-ID"

    def refusal(self, refusal: Refusal) -> Reply:
        return Reply({"fulfillment_order": None}) if isinstance(refusal, Unknown) else super().refusal(refusal)


class MalformedAsServerError(Mutant, Rest):
    """Malformed JSON gives status 500."""

    requirement = "FO-ERR-MALFORMED"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        return Reply(reply.body, 500) if isinstance(refusal, Unreadable) else reply


class HoldRefusedButDone(Mutant, Store):
    """A hold with an unknown reason is refused, and done."""

    requirement = "FO-ERR-UNCHANGED"
    transports = ("rest",)

    def hold(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        reason: str | None,
        notes: str | None = None,
        notify_merchant: bool = False,
        lines: Sequence[Amount] | None = None,
        handle: str | None = None,
    ) -> Held:
        try:
            self.check_hold_reason(reason)
        except Refused:
            fo = self.reach(client, fulfillment_order_id, "hold")
            self.guard_hold(client, fo)
            self.after_hold(fo)
            raise
        return super().hold(
            client,
            fulfillment_order_id,
            reason=reason,
            notes=notes,
            notify_merchant=notify_merchant,
            lines=lines,
            handle=handle,
        )


class SubmitRefusedButSplit(Mutant, Store):
    """A request for more units than there are is refused after the named line items were split off."""

    requirement = "FO-ERR-UNCHANGED"

    def submit(
        self,
        client: App,
        fulfillment_order_id: int,
        *,
        message: str | None = None,
        lines: Sequence[Amount] | None = None,
        notify_customer: bool = False,
    ) -> Submitted:
        try:
            return super().submit(
                client, fulfillment_order_id, message=message, lines=lines, notify_customer=notify_customer
            )
        except Refused:
            fo = self.fulfillment_orders.get(fulfillment_order_id)
            if fo is not None and lines and fo.remaining > 1:
                line = next(line for line in fo.lines if line.fulfillable)
                self.split_off(fo, {line.id: 1})
            raise


class AcceptRefusedButDone(Mutant, Store):
    """Accept of what was not requested is refused, and the status is in_progress then."""

    requirement = "FO-ERR-UNCHANGED"

    def guard_accept(self, fo: FulfillmentOrder) -> None:
        try:
            super().guard_accept(fo)
        except Refused:
            if fo.status == "open":
                self.become(fo, status="in_progress")
            raise


class _Without(Rest):
    """REST that knows an operation's path no more than any other text."""

    operation: ClassVar[str]

    def routes(self) -> Mapping[str, Handler]:
        return {route: handler for route, handler in super().routes().items() if handler.__name__ != self.operation}


class HoldIsNowhere(Mutant, _Without):
    """Nothing is at the path of hold: it is not found."""

    requirement = "FO-HOLD-STATE"
    operation = "hold"


class MoveIsNowhere(Mutant, _Without):
    """Nothing is at the path of move: it is not found."""

    requirement = "FO-MOVE-LOCATION"
    operation = "move"


class DeadlineIsNowhere(Mutant, _Without):
    """Nothing is at the path of the deadline: it is not found."""

    requirement = "FO-DEADLINE-SETS"
    operation = "set_deadline"
