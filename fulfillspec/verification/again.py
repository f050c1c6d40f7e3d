"""Judging a stored run again: the standing judges read each recorded answer, and what they say is held to the results.

What cases, steps and looks judge needs the run that asked, and is not judged here; of the cells of the table it is
judged whether the answer was what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fulfillspec.documents import graphql_documents
from fulfillspec.documents.register import Register
from fulfillspec.evidence import log
from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.judge.finding import Finding
from fulfillspec.judge.schema import INCLUDES
from fulfillspec.judge.standing import Standing, of_gap, of_look
from fulfillspec.runs import applicability
from fulfillspec.suite import coverage
from fulfillspec.target.probe import NotUsable, Probe, held_to, probe, watched
from fulfillspec.target.profile import ACTORS
from fulfillspec.verdicts import results
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.ledger import Ledger
from fulfillspec.verdicts.results import Scope
from fulfillspec.verification.finding import Disagreement
from fulfillspec.wire import recorded
from fulfillspec.wire.answer import Answer
from fulfillspec.wire.gaps import Gap
from fulfillspec.wire.replay import Recording, Replay

_CLAIMED = frozenset({"pass", "fail", "warn"})
_SEEN = {"accepted": "accepted", "refused": "refused", "failed": "unreached"}
"""What the table calls the outcome of an answer."""

_Caller = tuple[str, str, str, str]
"""Transport, actor, operation and outcome of an answer."""


@dataclass
class Judged:
    """What the standing judges say of a recorded run.

    `places` are the exchanges at which each deviation was seen, by what makes two of them the same.
    """

    ledger: Ledger = field(default_factory=Ledger)
    places: dict[tuple[str, ...], set[int]] = field(default_factory=dict)
    callers: dict[int, _Caller] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def probed(path: Path, target: Mapping[str, Any]) -> Probe:
    """Ask the recorded target what it is, as the run did. Raises `NotUsable` and `NotRecorded`."""
    recording = Recording(path)
    try:
        actors = [actor for actor in ACTORS if target["actors"].get(actor, {}).get("token")]
        clients = {
            actor: Replay(recording, actor=actor, evidence=Evidence(None, Redactor()))
            for actor in (*actors, "anonymous")
        }
        return probe(clients, target["api_version"]["asked"])
    except KeyError as actor:
        raise NotUsable(f"the results name no token of the actor {actor}") from None
    finally:
        recording.close()


def scope_of(found: Mapping[str, Any], seen: Probe) -> Scope:
    """Return what a run set out to judge, by its claims and by what its target said it served."""
    target = found["target"]
    transports, asked = tuple(target["transports"]), target["api_version"]["asked"]
    looked_over = tuple(dict.fromkeys((*transports, *watched(seen, transports))))
    versions, _ = held_to(seen, asked, looked_over)
    left_out = {row["id"] for row in found["requirements"] if row["reason"] == results.NOT_SELECTED}
    return Scope(
        areas=frozenset(target["areas"]),
        why_not={},
        transports=transports,
        version=next(iter(versions.values())),
        versions=versions,
        asked=asked,
        depth=found["suite"]["depth"],
        strict=results.strictly(found),
        narrowed=tuple(found.get("narrowed", ())),
        unclaimed=_unclaimed(found, seen),
        only=frozenset({row["id"] for row in found["requirements"]} - left_out) if left_out else None,
    )


def _unclaimed(found: Mapping[str, Any], seen: Probe) -> dict[str, str]:
    """Return the requirements that a run says it left out for want of scopes, of those that this may be said of."""
    may = applicability.unclaimed((), seen.scopes)
    said = {row["id"] for row in found["requirements"] if row["reason"] == applicability.SCOPES_UNKNOWN}
    return {identity: reason for identity, reason in may.items() if identity in said}


def judge(path: Path, seen: Probe, scope: Scope) -> Judged:
    """Let the standing judges read each answer of a log. Raises `DamagedEvidence`."""
    judged = Judged()
    standing = {
        name: Standing(name, scope.version_over(name), seen.served is not None and name != "connector")
        for name in ("rest", "graphql", "connector")
    }
    for told in recorded.answers(log.read(path, parsed=False)):
        answer = told.answer
        exchange = answer.exchange
        judged.callers[exchange.n] = (answer.transport, answer.actor, answer.ask.operation, answer.outcome)
        if told.missing:
            judged.missing.append(told.missing)
        findings = list(standing[answer.transport].of_answer(answer, told.includes & INCLUDES))
        for gap in answer.gaps:
            if _is_asked(gap, scope.version_over(answer.transport)):
                findings += of_gap(gap, scope.version_over(answer.transport))
        if exchange.phase == "look" and answer.accepted and told.order_id is not None:
            findings += of_look(answer, told.order_id)
        for finding in findings:
            if finding.holds:
                judged.ledger.held(finding.requirement, answer.transport)
            else:
                _enter(judged, answer, finding)
    return judged


def _is_asked(gap: Gap, version: str) -> bool:
    """Tell whether a packaged document asks for what a target lacks; queries of cases ask for what is not there, too."""
    name = gap.name.rpartition(".")[2].partition("(")[0]
    try:
        return re.search(rf"\b{re.escape(name)}\b", graphql_documents.document(gap.operation, version).text) is not None
    except graphql_documents.UnknownDocumentError:
        return False


def _enter(judged: Judged, answer: Answer, finding: Finding) -> None:
    deviation = Deviation(
        requirement=finding.requirement,
        case=answer.exchange.case,
        transport=answer.transport,
        actor=answer.actor,
        operation=answer.ask.operation,
        state=None,
        documented=finding.documented,
        received=finding.received,
        diff=finding.diff,
        exchanges=(answer.exchange.n,),
        reproduce="",
    )
    judged.places.setdefault(deviation.identity, set()).add(answer.exchange.n)
    judged.ledger.broken(deviation)


def against(judged: Judged, found: Mapping[str, Any], register: Register, scope: Scope) -> Iterator[Disagreement]:
    """Compare what the standing judges say with the results, both ways."""
    if found["verdict"] != "aborted":
        for page in judged.missing:
            yield Disagreement("evidence.ndjson", f"{page} is missing")
    told = {Deviation.of_row(row).identity for row in found["deviations"]}
    for deviation in judged.ledger.deviations:
        known = register.requirements.get(deviation.requirement)
        if known is None or deviation.transport not in known.transports:
            continue
        if results.excluded(known, deviation.transport, scope) is None and deviation.identity not in told:
            yield Disagreement(
                f"evidence.ndjson, exchange {deviation.exchanges[0]}",
                f"it deviates from {known.id} (documented: {deviation.documented}; received: {deviation.received}), "
                "and results.json has no such deviation",
            )
    alone = coverage.of_answers_alone()
    for row in found["deviations"]:
        places = judged.places.get(Deviation.of_row(row).identity, set())
        if row["requirement"] in alone and places.isdisjoint(row["exchanges"]):
            yield Disagreement(
                "results.json",
                f"the deviation from {row['requirement']} ({row['documented']}) is in none of its exchanges "
                f"{', '.join(map(str, row['exchanges']))}",
            )
    yield from _words(judged, found, alone)
    yield from _cells(judged, found)


def _words(judged: Judged, found: Mapping[str, Any], alone: frozenset[str]) -> Iterator[Disagreement]:
    """Yield the verdicts that rest on single answers alone and are others than the answers show."""
    for row in found["requirements"]:
        for transport, word in row["by_transport"].items():
            tally = judged.ledger.tallies.get((row["id"], transport))
            if row["id"] not in alone or word not in _CLAIMED or (tally is not None and tally.broken):
                continue
            if tally is None or word != "pass":
                shown = "no answer shows it" if tally is None else "every answer holds to it"
                yield Disagreement("results.json", f"{row['id']} over {transport}: {word}, and {shown}")


def _cells(judged: Judged, found: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Yield the cells of the table whose first exchange is not the answer that they say."""
    for cell in found["cells"]:
        if cell["seen"] == "unreached" and not cell["exchanges"]:
            continue  # its state could not be reached, so nothing was asked
        caller = judged.callers.get(cell["exchanges"][0]) if cell["exchanges"] else None
        shown = caller and (*caller[:3], _SEEN[caller[3]])
        if shown != (cell["transport"], cell["actor"], cell["action"], cell["seen"]):
            said = f"{shown[2]} by {shown[1]} over {shown[0]}, {shown[3]}" if shown else "no answer to an operation"
            yield Disagreement(
                "results.json",
                f"the cell {cell['action']} by {cell['actor']} in {cell['state']} over {cell['transport']} was "
                f"{cell['seen']}, exchange {next(iter(cell['exchanges']), 'none')} is {said}",
            )
