"""Comparing GraphQL answers with the schema of the API version and the document that asked.

`compare` is for what was carried out, `check_refusal` for what was refused. `body` is the whole answer, with `data` and `errors`. Pure: nothing is
read but the packaged schemas and documents, once.
"""

from collections.abc import Mapping
from typing import Any

from fulfillspec.documents import graphql_documents, operations
from fulfillspec.documents.graphql_documents import Document
from fulfillspec.judge.graphql_walk import (
    ENVELOPE,
    MOST_FINDINGS,
    AnswerWalk,
    Members,
    asked,
    read,
    requirement_of_field,
)
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.judge.schema import Compared, SchemaFinding

judging(__file__, Hears.ANSWERS)

STATUS_200 = "FO-GQL-STATUS-200"
USER_ERRORS = "FO-GQL-USER-ERRORS-NON-NULL"
USER_ERRORS_EMPTY = "FO-GQL-USER-ERRORS-EMPTY"
USER_ERROR = "FO-GQL-USER-ERROR-FIELDS"
NO_ERRORS = "FO-GQL-NO-ERRORS"
WRONG_STATE = "FO-GQL-WRONG-STATE"

OPERATIONS = {row.name: row.graphql for row in operations.OPERATIONS}
"""The requirement that an operation's own answer, or its payload, is held to."""

ROOTS = {
    "fulfillmentOrder": "FO-GQL-FULFILLMENT-ORDER",
    "fulfillmentOrders": "FO-GQL-FULFILLMENT-ORDER",
    "assignedFulfillmentOrders": "FO-GQL-ASSIGNED",
    "order": "FO-GQL-LIST",
}
"""The requirement that the answer of any query is held to, by the field that it asks for."""


class UnknownMutationError(ValueError):
    """No document describes an answer of this operation in GraphQL."""


def check_answer(operation: str, body: object, *, version: str, status: int = 200) -> list[SchemaFinding]:
    """Return the findings of `compare`."""
    return compare(operation, body, version=version, status=status).findings


def compare(
    operation: str,
    body: object,
    *,
    version: str,
    includes: frozenset[str] = frozenset(),
    status: int = 200,
    without: frozenset[str] = frozenset(),
) -> Compared:
    """Compare the answer of an operation that was carried out with the schema of the version that the target served.

    `includes` are REST's parameters and add nothing here; `status` is the HTTP status, `without` what was left out of the
    document. Raises `UnknownOperationError`.
    """
    del includes
    return _compared(_walked(operation, body, version, status, without))


def check_query(document: Document, body: object, operation: str = "") -> Compared:
    """Compare the answer of any document with the schema of the version that it is written for.

    `operation` is what a mutation was carried out for.
    """
    own = OPERATIONS.get(operation, ENVELOPE) if document.mutation else ROOTS.get(document.root, ENVELOPE)
    walk = AnswerWalk(read(document, own))
    data = _walk_data(walk, own, body, 200)
    payload = data.get(document.root) if data is not None else None
    if document.mutation and isinstance(payload, dict):
        _carried_out(walk, operation, payload, f"data.{document.root}")
        _without_errors(walk, body, document)
    return _compared(walk)


def check_refusal(
    operation: str,
    body: object,
    *,
    version: str,
    status: int = 200,
    without: frozenset[str] = frozenset(),
    document: Document | None = None,
) -> Compared:
    """Compare the answer of an operation that was refused with the recorded and documented forms.

    User errors have field and message, and the objects beside them are null. An answer with top-level errors only, or
    none of JSON, has nothing to compare. `document` is the one that was sent, where it is none of ours. Raises
    `UnknownOperationError`.
    """
    if document is not None:
        return _compared(_refused(document, read(document, ENVELOPE), operation, body, status))
    own = _document(operation, version, without)
    return _compared(_refused(own, asked(operation, version, OPERATIONS[operation], without), operation, body, status))


def check_error(body: object) -> list[SchemaFinding]:
    """Return nothing: whether a GraphQL refusal can be read is part of its form (`Answer.client_form`)."""
    del body
    return []


def requirement_of(name: str, operation: str) -> str | None:
    """Return what a name that a target's schema lacks (`Type.field`, `field(argument:)`) breaks; None for what no row has."""
    if operation not in OPERATIONS:
        return None
    return requirement_of_field(*name.split(".")) if "." in name else OPERATIONS[operation]


def _document(operation: str, version: str, without: frozenset[str]) -> Document:
    if operation not in OPERATIONS:
        raise UnknownMutationError(f"expected one of {', '.join(OPERATIONS)}, got {operation!r}")
    return graphql_documents.document(operation, version, without)


def _compared(walk: AnswerWalk) -> Compared:
    return Compared(walk.findings[:MOST_FINDINGS], frozenset(walk.judged))


def _walked(operation: str, body: object, version: str, status: int, without: frozenset[str]) -> AnswerWalk:
    document, own = _document(operation, version, without), OPERATIONS[operation]
    walk = AnswerWalk(asked(operation, version, own, without))
    data = _walk_data(walk, own, body, status)
    if data is None:
        return walk
    payload = data.get(document.root)
    if document.mutation and isinstance(payload, dict):
        _carried_out(walk, operation, payload, f"data.{document.root}")
        _without_errors(walk, body, document)
    elif not isinstance(payload, dict) and document.root in data and not walk.findings:
        walk.find(own, f"data.{document.root}", "an object", payload)
    return walk


def _walk_data(walk: AnswerWalk, own: str, body: object, status: int) -> Mapping[str, Any] | None:
    """Walk what was asked for; return the data, None where there are none."""
    walk.judged |= {STATUS_200, ENVELOPE, own}
    _status(walk, status)
    data = _data(walk, body)
    if data is not None:
        walk.data(data)
    return data


def _carried_out(walk: AnswerWalk, operation: str, payload: Mapping[str, Any], path: str) -> None:
    own = OPERATIONS[operation]
    for name in operations.NAMED[operation].done.split():
        if payload.get(name, walk) is None:
            walk.find(own, f"{path}.{name}", "what the mutation did, not null", None)
    user_errors = payload.get("userErrors")
    if isinstance(user_errors, list):
        walk.judged.add(USER_ERRORS_EMPTY)
        if user_errors:
            walk.find(USER_ERRORS_EMPTY, f"{path}.userErrors", "an empty array", user_errors)


def _without_errors(walk: AnswerWalk, body: object, document: Document) -> None:
    """Judge that no top-level error is about a mutation that was carried out; one about a field below it may be."""
    errors = body.get("errors") if isinstance(body, dict) else None
    paths = [error.get("path") for error in errors or () if isinstance(error, dict)] if isinstance(errors, list) else []
    walk.judged.add(NO_ERRORS)
    if [document.root] in paths:
        walk.find(NO_ERRORS, "errors", f"no error about {document.root}, which is carried out", errors)


def _refused(document: Document, members: Members, operation: str, body: object, status: int) -> AnswerWalk:
    walk = AnswerWalk(members)
    data = body.get("data") if isinstance(body, dict) else None
    payload = data.get(document.root) if isinstance(data, dict) else None
    if not document.mutation or not isinstance(payload, dict):
        return walk
    path = f"data.{document.root}"
    walk.judged |= {STATUS_200, USER_ERRORS}
    _status(walk, status)
    walk.field(payload, document.root, "userErrors", path)
    null = operations.NAMED[operation].null_when_refused or WRONG_STATE
    objects = {member.key for member in walk.payload(document.root) if member.value.holds_objects}
    for name, value in payload.items():
        if name in objects and name != "userErrors":
            walk.judged.add(null)
            if value is not None and value != []:
                walk.find(null, f"{path}.{name}", "null beside user errors", value)
    return walk


def _status(walk: AnswerWalk, status: int) -> None:
    if status != 200:
        walk.find(STATUS_200, "HTTP status", "200 for an executed document", status)


def _data(walk: AnswerWalk, body: object) -> Mapping[str, Any] | None:
    if not isinstance(body, dict):
        walk.find(ENVELOPE, "$", "an object with data", body)
        return None
    data = body.get("data")
    if not isinstance(data, dict):
        walk.find(ENVELOPE, "data", "an object", data, missing="data" not in body)
        return None
    return data
