"""Which of what an application uses is proven: its operations, states and arguments beside a conformance run of its mock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fulfillspec.documents.operations import NAMED, READS
from fulfillspec.traffic.judged import Traffic

PROVEN: Final = "proven"
DEVIATING: Final = "deviating"
NOT_JUDGED: Final = "not judged"


@dataclass(frozen=True, slots=True)
class Use:
    """Something that traffic uses, and what a run says of it.

    `state` is the state that the operation met, `argument` what was sent along; an operation without either is a read, or
    one before which nobody looked.
    """

    transport: str
    operation: str
    state: str
    argument: str
    word: str

    def in_words(self) -> str:
        """Say it in a line."""
        where = f" in {self.state}" if self.state else f" with {self.argument}" if self.argument else ""
        return f"{self.word:<11} {self.operation} over {self.transport}{where}"


def against(traffic: Traffic, run: Mapping[str, Any]) -> list[Use]:
    """Return what the traffic used, and what the results of a conformance run say of each.

    `proven`: the run saw it and it did not deviate; `deviating`: a must of it does; `not judged`: the run did not see it.
    """
    judged = _Run(run)
    found = [
        Use(transport, operation, state, "", judged.of_operation(transport, operation, state))
        for transport, operation, state, _ in sorted(traffic.used)
    ]
    found += [
        Use(transport, operation, "", argument, judged.of_argument(transport, operation, argument))
        for transport, operation, argument in sorted(traffic.arguments)
        if argument in _rows(operation)
    ]
    return list(dict.fromkeys(found))


def _rows(operation: str) -> dict[str, str]:
    """Return the arguments of an operation that a requirement speaks of, with that."""
    row = NAMED.get(operation)
    pairs = (pair.partition(":") for pair in (row.arguments.split() if row is not None else ()))
    return {name: requirement for name, _, requirement in pairs}


class _Run:
    """The results of a run, by operation and state and by requirement."""

    def __init__(self, results: Mapping[str, Any]) -> None:
        rows = results["requirements"]
        musts = {row["id"] for row in rows if row["level"] == "must" and row["verdict"] == "fail"}
        self._verdicts = {row["id"]: row for row in rows}
        self._transports = set(results["target"]["transports"])
        self._broken = {
            (row["transport"], row["operation"], _pair(row["state"]))
            for row in results["deviations"]
            if row["requirement"] in musts
        }
        self._seen = {(row["transport"], row["action"], _pair(row["from"])) for row in results["transitions"]}
        self._seen |= {
            (row["transport"], row["action"], _pair(row["state"]))
            for row in results["cells"]
            if row["seen"] != "unreached"
        }

    def of_operation(self, transport: str, operation: str, state: str) -> str:
        """Return the word for an operation in a state."""
        named = (transport, operation)
        if any(named == (where, what) and (not state or not at or at == state) for where, what, at in self._broken):
            return DEVIATING
        if operation in READS or operation not in NAMED:
            return PROVEN if transport in self._transports else NOT_JUDGED
        met = any(named == (where, what) and (not state or at == state) for where, what, at in self._seen)
        return PROVEN if met else NOT_JUDGED

    def of_argument(self, transport: str, operation: str, argument: str) -> str:
        """Return the word for an argument, by the verdict of what says what it does."""
        verdicts = set(self._of(_rows(operation)[argument], transport))
        return DEVIATING if "fail" in verdicts else PROVEN if "pass" in verdicts else NOT_JUDGED

    def _of(self, requirement: str, transport: str) -> Iterator[str]:
        by_transport = self._verdicts.get(requirement, {}).get("by_transport", {})
        if transport in by_transport:
            yield by_transport[transport]


def _pair(state: str | None) -> str:
    return (state or "").rpartition(":")[2]
