"""Mutants of the form of refusals: statuses of another kind, content types, request ids, codes and paths of errors."""
# ruff: noqa: D102 (what a method is for stands at the method it overrides)

from graphql import GraphQLError
from starlette.requests import Request

from fulfillspec.sandbox.call import Reply
from fulfillspec.sandbox.changes import Mutant
from fulfillspec.sandbox.errors import Forbidden, Refusal, Refused, Unauthenticated, Unknown, Unreadable
from fulfillspec.sandbox.front import Front
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.views import Json


def told_by(reply: Reply, status: int) -> Reply:
    """Return an answer with another status."""
    return Reply(reply.body, status, reply.headers, reply.media_type)


class _Statuses(Rest):
    """REST whose refusals of a kind have another status."""

    kind: type[Refusal]
    status: int

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        return told_by(reply, self.status) if isinstance(refusal, self.kind) else reply


class UnknownIdIsUnprocessable(Mutant, _Statuses, Rest):
    """An unknown id is refused by 422."""

    requirement = "FO-ERR-STATUS-UNKNOWN"
    kind, status = Unknown, 422


class UnknownIdIsForbidden(Mutant, _Statuses, Rest):
    """An unknown id is refused by 403."""

    requirement = "FO-ERR-STATUS-UNKNOWN"
    kind, status = Unknown, 403


class MissingScopeIsUnprocessable(Mutant, _Statuses, Rest):
    """A missing scope is refused by 422."""

    requirement = "FO-ERR-STATUS-SCOPE"
    kind, status = Forbidden, 422


class MissingScopeIsUnauthenticated(Mutant, _Statuses, Rest):
    """A missing scope is refused by 401, as if there were no token."""

    requirement = "FO-ERR-STATUS-SCOPE"
    kind, status = Forbidden, 401


class MissingTokenIsABadRequest(Mutant, _Statuses, Rest):
    """A missing token is refused by 400."""

    requirement = "FO-ERR-STATUS-TOKEN"
    kind, status = Unauthenticated, 400


class MissingTokenIsNotFound(Mutant, _Statuses, Rest):
    """A missing token is refused by 404."""

    requirement = "FO-ERR-STATUS-TOKEN"
    kind, status = Unauthenticated, 404


class WrongStateIsNotFound(Mutant, _Statuses, Rest):
    """What the state forbids is refused by 404."""

    requirement = "FO-ERR-STATUS-STATE"
    kind, status = Refused, 404


class WrongStateIsForbidden(Mutant, _Statuses, Rest):
    """What the state forbids is refused by 403."""

    requirement = "FO-ERR-STATUS-STATE"
    kind, status = Refused, 403


class MalformedBodyIsNotFound(Mutant, _Statuses, Rest):
    """A body that is no JSON is refused by 404."""

    requirement = "FO-ERR-STATUS-MALFORMED"
    kind, status = Unreadable, 404


class MalformedBodyIsForbidden(Mutant, _Statuses, Rest):
    """A body that is no JSON is refused by 403."""

    requirement = "FO-ERR-STATUS-MALFORMED"
    kind, status = Unreadable, 403


class RefusalsArePlainText(Mutant, Rest):
    """Refusals are JSON that calls itself text/plain."""

    requirement = "FO-ERR-REFUSAL-JSON"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        return Reply(reply.body, reply.status, reply.headers, "text/plain; charset=utf-8")


class UnknownIdsAreHtml(Mutant, Rest):
    """The refusal of an unknown id calls its JSON text/html."""

    requirement = "FO-ERR-REFUSAL-JSON"

    def refusal(self, refusal: Refusal) -> Reply:
        reply = super().refusal(refusal)
        kind = "text/html; charset=utf-8" if isinstance(refusal, Unknown) else reply.media_type
        return Reply(reply.body, reply.status, reply.headers, kind)


class RequestsHaveNoId(Mutant, Front):
    """No answer has X-Request-Id."""

    requirement = "FO-ERR-REQUEST-ID"
    transports = ("rest", "graphql")

    def answer(self, request: Request, body: bytes | None) -> Reply:
        reply = super().answer(request, body)
        reply.headers = {name: value for name, value in reply.headers.items() if name != "X-Request-Id"}
        return reply


class RefusedRequestsHaveNoId(Mutant, Front):
    """Refusals have no X-Request-Id."""

    requirement = "FO-ERR-REQUEST-ID"

    def answer(self, request: Request, body: bytes | None) -> Reply:
        reply = super().answer(request, body)
        if reply.status >= 400:
            reply.headers = {name: value for name, value in reply.headers.items() if name != "X-Request-Id"}
        return reply


class InvalidDocumentsHaveNoCode(Mutant, GraphQL):
    """The errors of a document that does not fit the schema have no extensions."""

    requirement = "FO-GQL-INVALID-CODED"
    transports = ("graphql",)

    def complaint(self, error: GraphQLError) -> Json:
        return {key: value for key, value in super().complaint(error).items() if key != "extensions"}


class InvalidVariablesHaveNoCode(Mutant, GraphQL):
    """The error of a variable that is missing has no extensions."""

    requirement = "FO-GQL-INVALID-CODED"
    transports = ("graphql",)

    def error(self, error: GraphQLError) -> Json:
        shown = super().error(error)
        return shown if error.path else {key: value for key, value in shown.items() if key != "extensions"}


class ErrorsHaveNoPath(Mutant, GraphQL):
    """Top-level errors do not say which field they are about."""

    requirement = "FO-GQL-ERROR-PATH"
    transports = ("graphql",)

    def error(self, error: GraphQLError) -> Json:
        return {key: value for key, value in super().error(error).items() if key != "path"}


class ErrorsHaveAnEmptyPath(Mutant, GraphQL):
    """The path of top-level errors is empty."""

    requirement = "FO-GQL-ERROR-PATH"
    transports = ("graphql",)

    def error(self, error: GraphQLError) -> Json:
        return {**super().error(error), "path": []}
