"""Executing documents: parsed and validated once, executed by graphql-core, answered in the forms that stores use."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLEnumType,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    get_named_type,
    parse,
    validate,
)

from fulfillspec.sandbox import params
from fulfillspec.sandbox.call import Call, Handler, Reply
from fulfillspec.sandbox.errors import Forbidden, Invalid, Malformed, Refusal, Refused, Throttled, Unknown
from fulfillspec.sandbox.graphql import cost
from fulfillspec.sandbox.graphql.asking import Asking, Field, camel, denied
from fulfillspec.sandbox.graphql.executor import PlainExecutor
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.graphql.schemas import schema
from fulfillspec.sandbox.limits import Unlimited
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.views import Json

MOST_KEPT = 512
MOST_TOKENS = 20_000
_BY_MESSAGE = {
    "Cannot query field": "undefinedField",
    "Unknown argument": "argumentNotAccepted",
    "is required, but it was not provided": "missingRequiredArguments",
    "has an invalid value": "argumentLiteralsIncompatible",
    "used in position expecting type": "variableMismatch",
}
"""Codes of errors of documents, by what the message says."""

_IDS = ("id", "orderId", "fulfillmentId", "inventoryItemId")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Prepared:
    """A document that was read once: its tree or its errors, and what it costs by its variables."""

    document: DocumentNode | None
    errors: list[GraphQLError]
    costs: dict[tuple[tuple[str, int], ...], int] = field(default_factory=dict)


class Engine:
    """POST graphql.json: `fields` has the functions of the root fields by name."""

    status = 200
    """Of every document, whatever came of it."""

    def __init__(self, store: Store, nodes: Nodes, limits: Unlimited, points: cost.Points) -> None:
        self.store = store
        self.nodes = nodes
        self.limits = limits
        self.points = points
        self._prepared: dict[tuple[str, str], Prepared] = {}
        self._fields = self.fields()

    def fields(self) -> dict[str, Field]:
        """Return the root fields of queries and mutations."""
        return {}

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by route."""
        return {"POST graphql": self.answer}

    def answer(self, call: Call) -> Reply:
        """Answer a document: `{"query", "variables", "operationName"}`."""
        text = params.text(call.body, "query")
        if not text:
            raise Malformed("query")
        variables = call.body.get("variables")
        if variables is not None and not isinstance(variables, dict):
            raise Malformed("variables")
        prepared = self.prepare(call.version, text)
        if prepared.document is None:
            complaints = [self.complaint(error) for error in prepared.errors]
            return Reply(self.finish({"errors": complaints}, call), self.status)
        asked = self.requested(prepared, prepared.document, variables or {})
        try:
            self.points.spend(call.client.id, asked)
        except (Throttled, Refused) as throttled:
            return Reply(self.finish(self.throttled(call, throttled, asked), call), self.status)
        result = self.execute(call, prepared.document, variables or {}, params.text(call.body, "operationName"))
        spent = min(asked, cost.actual(result.data, mutation=_is_mutation(prepared.document)))
        self.points.give_back(call.client.id, asked - spent)
        return Reply(self.finish(self.body(call, result, asked, spent), call), self.status)

    def requested(self, prepared: Prepared, document: DocumentNode, variables: Json) -> int:
        """Return what the document may cost."""
        sizes = tuple((name, value) for name, value in variables.items() if isinstance(value, int))
        found = prepared.costs.get(sizes)
        if found is None:
            if len(prepared.costs) >= MOST_KEPT:
                prepared.costs.clear()
            found = prepared.costs[sizes] = cost.requested(document, variables)
        return found

    def prepare(self, version: str, text: str) -> Prepared:
        """Read a document, or remember it."""
        found = self._prepared.get((version, text))
        if found is None:
            if len(self._prepared) >= MOST_KEPT:
                self._prepared.clear()
            found = self._prepared[version, text] = self.read(version, text)
        return found

    def read(self, version: str, text: str) -> Prepared:
        """Parse a document and hold it against the schema of the version."""
        document, errors = _read(version, text)
        return Prepared(document, [*errors])

    def execute(self, call: Call, document: DocumentNode, variables: Json, name: str | None) -> ExecutionResult:
        """Execute a document."""
        return execute_sync(
            schema(call.version),
            document,
            self._fields,
            Asking(call.client, call.version, call.views),
            variables,
            name,
            self.resolve,
            executor_class=PlainExecutor,
        )

    def resolve(self, source: Any, info: "GraphQLResolveInfo[Asking]", **given: Any) -> Any:
        """Resolve a field: a value of the object, or what its function returns."""
        value = source.get(info.field_name)
        if source is self._fields:
            return self.root(value, info, given)
        if not callable(value):
            return value
        try:
            return value(info.context, given)
        except Forbidden as forbidden:
            raise self.forbidden(info.field_name, forbidden) from forbidden
        except Refusal as refusal:
            raise GraphQLError(_sentence(refusal)) from refusal

    def root(self, function: Field | None, info: "GraphQLResolveInfo[Asking]", given: Json) -> Any:
        """Resolve a root field; refusals get the forms that they have here."""
        name = info.field_name
        if function is None:
            raise GraphQLError(f"{name} is not offered by the sandbox", extensions={"code": "NOT_OFFERED"})
        try:
            return function(info.context, given)
        except Unknown as unknown:
            raise self.unknown(unknown, given) from unknown
        except Forbidden as forbidden:
            raise self.forbidden(name, forbidden) from forbidden
        except Refusal as refusal:
            if info.operation.operation is not OperationType.MUTATION:
                raise GraphQLError(_sentence(refusal)) from refusal
            return self.refused(info, refusal)

    def unknown(self, unknown: Unknown, given: Json) -> GraphQLError:
        """Make the error for an id that nothing has, or nothing that the client may see."""
        identity = next((given[name] for name in _IDS if name in given), "")
        sentence = unknown.sentence if unknown.sentence.startswith("Invalid id") else f"Invalid id: {identity}"
        return GraphQLError(sentence, extensions={"code": "RESOURCE_NOT_FOUND"})

    def forbidden(self, name: str, forbidden: Forbidden) -> GraphQLError:
        """Make the error for a missing scope."""
        return denied(name, forbidden.scope)

    def refused(self, info: "GraphQLResolveInfo[Asking]", refusal: Refusal) -> Json:
        """Make the payload of a mutation that was refused: user errors, and null beside them."""
        payload = get_named_type(info.return_type)
        shown: Json = {}
        if isinstance(payload, GraphQLObjectType):
            for key, errors in payload.fields.items():
                if key.endswith("serErrors"):
                    row = get_named_type(errors.type)
                    codes = row.fields.get("code") if isinstance(row, GraphQLObjectType) else None
                    enum = get_named_type(codes.type) if codes is not None else None
                    known = frozenset(enum.values) if isinstance(enum, GraphQLEnumType) else frozenset[str]()
                    shown[key] = self.user_errors(refusal, known)
        return shown

    def user_errors(self, refusal: Refusal, codes: frozenset[str]) -> list[Json]:
        """Write a refusal as user errors; `codes` are those that the type of the errors has."""
        match refusal:
            case Refused():
                rows = [(refusal.field, refusal.sentence, refusal.code)]
            case Invalid():
                rows = [
                    ((camel(name),), f"{name.replace('_', ' ').capitalize()} {text}", "INVALID")
                    for name, texts in refusal.complaints.items()
                    for text in texts
                ]
            case Malformed():
                rows = [((camel(refusal.parameter),), _sentence(refusal), "INVALID")]
            case _:
                rows = [(None, _sentence(refusal), None)]
        return [self.user_error(place, message, code if code in codes else None) for place, message, code in rows]

    def user_error(self, place: Any, message: str, code: str | None) -> Json:
        """Write one user error."""
        return {"field": None if place is None else list(place), "message": message, "code": code}

    def complaint(self, error: GraphQLError) -> Json:
        """Write a top-level error of a document that does not fit the schema."""
        shown = dict(error.formatted)
        code = next((code for part, code in _BY_MESSAGE.items() if part in error.message), None)
        if code is not None:
            shown["extensions"] = {"code": code}
        return shown

    def body(self, call: Call, result: ExecutionResult, asked: int, spent: int) -> Json:
        """Write the answer of a document that was executed."""
        errors = [self.error(error) for error in result.errors or ()]
        body: Json = {}
        if result.data is not None or not errors or any("path" in error for error in errors):
            body["data"] = result.data
        if errors:
            body["errors"] = errors
        extensions = self.extensions(call, asked, spent)
        if extensions:
            body["extensions"] = extensions
        return body

    def error(self, error: GraphQLError) -> Json:
        """Write a top-level error of an execution."""
        if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
            log.error("unexpected error in the sandbox", exc_info=error.original_error)
            return {"message": "Internal error.", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
        shown = dict(error.formatted)
        if error.path is None and error.message.startswith("Variable '$"):
            shown["extensions"] = {"code": "INVALID_VARIABLE"}
        return shown

    def extensions(self, call: Call, asked: int, spent: int | None) -> Json:
        """Say what the document cost and how many points are left."""
        return {
            "cost": {
                "requestedQueryCost": asked,
                "actualQueryCost": spent,
                "throttleStatus": {
                    "maximumAvailable": cost.MOST,
                    "currentlyAvailable": self.points.left(call.client.id, spent or 0),
                    "restoreRate": cost.RESTORED,
                },
            }
        }

    def throttled(self, call: Call, throttled: Throttled | Refused, asked: int) -> Json:
        """Write the answer of a document that would cost more than is left, or than any may."""
        code = throttled.code if isinstance(throttled, Refused) else "THROTTLED"
        extensions = {"code": code, "documentation": "https://shopify.dev/api/usage/rate-limits"}
        return {
            "errors": [{"message": throttled.sentence, "extensions": extensions}],
            "extensions": self.extensions(call, asked, None),
        }

    def finish(self, body: Json, _call: Call) -> Json:
        """Return the answer as it is sent."""
        return body


def _is_mutation(document: DocumentNode) -> bool:
    return any(
        isinstance(node, OperationDefinitionNode) and node.operation is OperationType.MUTATION
        for node in document.definitions
    )


def _sentence(refusal: Refusal) -> str:
    match refusal:
        case Refused() | Throttled():
            return refusal.sentence
        case Malformed():
            return f"{camel(refusal.parameter)} is missing or invalid"
        case _:
            return str(refusal) or "Bad request"


@lru_cache(maxsize=MOST_KEPT)
def _read(version: str, text: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """Return the tree of a document or its errors; stores of one process remember it together."""
    try:
        document = parse(text, max_tokens=MOST_TOKENS)
    except GraphQLError as error:
        return None, (error,)
    except RecursionError:
        return None, (GraphQLError("The document is nested too deeply"),)
    errors = validate(schema(version), document)
    return (None if errors else document), (*errors,)
