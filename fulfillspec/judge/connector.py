"""Comparing the answer of the connector's action with its document (S0). Pure: nothing is read but the schemas."""

from dataclasses import replace

from fulfillspec.judge import schema
from fulfillspec.judge.registry import Hears, judging
from fulfillspec.judge.schema import Compared, SchemaFinding

judging(__file__, Hears.ANSWERS)

_ACTION = "mark_incomplete"
_ANSWER = "FO-CONN-ANSWER"
_KEYS = "FO-CONN-KEYS"
_OWN = frozenset({"FO-PROP-FULFILLMENT-SERVICE-HANDLE"})
"""Properties of the fulfillment order that the register knows on this transport too."""


def compare(operation: str, body: object, *, version: str, includes: frozenset[str] = frozenset()) -> Compared:
    """Compare the body of an accepted answer with the keys and types of the documented sample.

    Extra keys are no finding. Raises `schema.UnknownOperationError` for anything but `close`.
    """
    del includes
    if operation != "close":
        raise schema.UnknownOperationError(f"expected close, got {operation!r}: the connector has one action")
    there = isinstance(body, dict) and isinstance(body.get("fulfillment_order"), dict)
    rest = _KEYS if there else _ANSWER
    found = schema.compare(_ACTION, body, version=version)
    findings = [
        replace(one, requirement=one.requirement if one.requirement in _OWN else rest) for one in found.findings
    ]
    return Compared(findings, frozenset({_ANSWER, _KEYS}) | (found.judged & _OWN) if there else frozenset({_ANSWER}))


def check_error(body: object) -> list[SchemaFinding]:
    """Tell whether a refusal says why, in the form that the REST action behind it has."""
    return schema.check_error(body)
