"""Comparing the answer of the connector's action with its document (S0). Pure: nothing is read but the schemas."""

from dataclasses import replace

from fulfillspec.judge import schema
from fulfillspec.judge.schema import SchemaFinding

_ACTION = "mark_incomplete"
_ANSWER = "FO-CONN-ANSWER"
_KEYS = "FO-CONN-KEYS"
_OWN = frozenset({"FO-PROP-FULFILLMENT-SERVICE-HANDLE"})
"""Properties of the fulfillment order that the register knows on this transport too."""


def check_answer(
    operation: str, body: object, *, version: str, includes: frozenset[str] = frozenset()
) -> list[SchemaFinding]:
    """Compare the body of an accepted answer with the keys and types of the documented sample.

    Extra keys are no finding. Raises `schema.UnknownOperationError` for anything but `close`.
    """
    del includes
    _known(operation)
    there = isinstance(body, dict) and isinstance(body.get("fulfillment_order"), dict)
    rest = _KEYS if there else _ANSWER
    return [
        replace(found, requirement=found.requirement if found.requirement in _OWN else rest)
        for found in schema.check_answer(_ACTION, body, version=version)
    ]


def judged(operation: str, body: object, *, version: str, includes: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the requirements that `check_answer` holds this body to."""
    del includes
    _known(operation)
    order = body.get("fulfillment_order") if isinstance(body, dict) else None
    if not isinstance(order, dict):
        return frozenset({_ANSWER})
    return frozenset({_ANSWER, _KEYS}) | (schema.judged(_ACTION, body, version=version) & _OWN)


def check_error(body: object) -> list[SchemaFinding]:
    """Tell whether a refusal says why, in the form that the REST action behind it has."""
    return schema.check_error(body)


def _known(operation: str) -> None:
    if operation != "close":
        raise schema.UnknownOperationError(f"expected close, got {operation!r}: the connector has one action")
