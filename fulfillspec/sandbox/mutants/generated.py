"""Mutants that only a request out of the common run shows: odd values, odd characters, a token that nobody has."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from typing import Any, ClassVar

from starlette.requests import Request

from fulfillspec.sandbox.call import Call, Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Unauthenticated, Unreadable
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.model import App
from fulfillspec.sandbox.rest import Rest

_AS_TEXT = "latin-1"


def _body(call: Call, key: str) -> dict[str, Any]:
    inner = call.body.get(key)
    return inner if isinstance(inner, dict) else {}


class LongNotesAreTooMuch(Mutant, Rest):
    """Notes of a hold that are longer than 255 characters give status 500."""

    requirement = "FO-ERR-ANSWERS"
    depth: ClassVar[str] = "certify"
    cases: ClassVar[str] = "generated"

    def hold(self, call: Call) -> Reply:
        notes = _body(call, "fulfillment_hold").get("reason_notes")
        if isinstance(notes, str) and len(notes) > 255:
            return Reply({"errors": "Internal Server Error"}, 500)
        return super().hold(call)


class CloseMeasuresWhatIsNull(Mutant, Rest):
    """A close whose message is null gives status 500."""

    requirement = "FO-ERR-ANSWERS"
    depth: ClassVar[str] = "certify"
    cases: ClassVar[str] = "generated"

    def close(self, call: Call) -> Reply:
        if _body(call, "fulfillment_order").get("message", "") is None:
            return Reply({"errors": "Internal Server Error"}, 500)
        return super().close(call)


class AcceptKnowsNoHebrew(Mutant, Rest):
    """An accept whose message goes beyond Latin letters gives status 500."""

    requirement = "FO-ERR-ANSWERS"
    depth: ClassVar[str] = "certify"
    cases: ClassVar[str] = "generated"

    def accept(self, call: Call) -> Reply:
        message = _body(call, "fulfillment_request").get("message")
        if isinstance(message, str) and message.encode(_AS_TEXT, "ignore").decode(_AS_TEXT) != message:
            return Reply({"errors": "Internal Server Error"}, 500)
        return super().accept(call)


class BrokenDeadlinesAreServerErrors(Mutant, Front):
    """Setting a deadline with a body that is no JSON gives status 500."""

    requirement = "FO-ERR-MALFORMED"
    depth: ClassVar[str] = "certify"
    cases: ClassVar[str] = "generated"

    def handle(self, request: Request, body: bytes | None, headers: dict[str, str]) -> Reply:
        try:
            return super().handle(request, body, headers)
        except Unreadable:
            if "deadline" in request.url.path:
                return Reply({"errors": "Internal Server Error"}, 500)
            raise


class AnyTokenWillDo(Mutant, Front):
    """A token that nobody has is taken for the merchant's."""

    requirement = "FO-SCOPE-ANONYMOUS"
    cases: ClassVar[str] = "generated"

    def identify(self, request: Request) -> App:
        try:
            return super().identify(request)
        except Unauthenticated:
            if not request.headers.get("x-shopify-access-token"):
                raise
            return next(iter(self.apps.values()))


class TrackingIsOpenToAll(Mutant, Front):
    """The tracking of a fulfillment is changed for everybody, without a token too."""

    requirement = "FO-SCOPE-ANONYMOUS"
    cases: ClassVar[str] = "generated"

    def identify(self, request: Request) -> App:
        if request.url.path.endswith("/update_tracking.json"):
            return next(iter(self.apps.values()))
        return super().identify(request)
