"""From the ledger of a run to verdicts, and to `results.json`."""

from __future__ import annotations

import platform
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from fulfillspec import __version__
from fulfillspec.documents.lifecycle import Lifecycle
from fulfillspec.documents.register import Register, Requirement, applies
from fulfillspec.documents.versions import ApiVersion
from fulfillspec.judge.sources import WHERE_SHOWN
from fulfillspec.verdicts.command import next_run
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.ledger import Ledger, Tally
from fulfillspec.verdicts.transitions import transitions

SCHEMA = "fulfillspec/results/1"
STANDARD, STRICT = "standard", "strict"
"""The profiles: by the first only musts fail the verdict on the whole, by the second shoulds do too."""

NOT_SELECTED = "not selected for this run"
"""The reason of what --only left out."""
AT_CERTIFY = "judged with --depth certify"
"""The reason of what a run at core depth does not come to."""
STOPPED = "stopped at the first must that deviates"
SILENT = "stopped, since the target answered none of many requests in a row"
"""What narrows a run with --fail-fast that came to one."""
NO_TRANSPORT = "not documented for the transports of this run"
"""The reason of what the documents say of no transport that the run used."""
OTHER_VERSION = "not documented for version"
"""How the reason of what the documents say of other versions begins."""

_WORST = ("fail", "warn", "inconclusive", "pass", "not-tested", "not-applicable")


@dataclass(frozen=True)
class Scope:
    """What a run set out to judge: areas and transports claimed, versions, depth, and the requirements selected.

    `version` is the one served, `versions` that of each transport where they differ, `asked` the one asked for.
    `missing` tells by requirement which prerequisite the run was without from the start, `unclaimed` why one of a
    claimed area is not claimed. `strict`: a should that deviates fails the verdict on the whole too.
    `narrowed`: what the run was limited to by choice, in words; empty where everything was tested that could be.
    """

    areas: frozenset[str]
    why_not: Mapping[str, str]
    transports: tuple[str, ...]
    version: str
    depth: str = "core"
    only: frozenset[str] | None = None
    judged_at_certify: frozenset[str] = frozenset()
    versions: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""
    missing: Mapping[str, str] = field(default_factory=dict)
    unclaimed: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    narrowed: tuple[str, ...] = ()

    def version_over(self, transport: str) -> str:
        """Return the version that a transport is held to."""
        return self.versions.get(transport, self.version)

    @property
    def version_in_words(self) -> str:
        """The version for a sentence, with the one that was asked for where that is another."""
        other = {name: version for name, version in self.versions.items() if version != self.version}
        besides = [f"{self.asked} was asked for"] if self.asked not in {"", self.version} else []
        besides += [f"{version} over {name}" for name, version in other.items() if name == "graphql"]
        besides += filter(None, (ApiVersion.read(name).judged_by for name in {self.version, *other.values()}))
        return f"{self.version} ({', '.join(besides)})" if besides else self.version


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of a requirement over one transport or over all, with the reason where it is no plain one."""

    word: str
    reason: str | None = None


def excluded(requirement: Requirement, transport: str, scope: Scope) -> Verdict | None:
    """Return the verdict of what a run does not set out to judge, whatever was seen of it; None for all else."""
    if requirement.not_tested:
        return Verdict("not-tested", requirement.not_tested)
    version = scope.version_over(transport)
    if not applies(requirement, version, None):
        return Verdict("not-applicable", f"{OTHER_VERSION} {version}")
    if scope.only is not None and requirement.id not in scope.only:
        return Verdict("not-tested", NOT_SELECTED)
    if requirement.area not in scope.areas:
        return Verdict("not-applicable", scope.why_not.get(requirement.area, "the area is not claimed"))
    if requirement.id in scope.unclaimed:
        return Verdict("not-applicable", scope.unclaimed[requirement.id])
    return None


def counted(deviation: Deviation, register: Register, scope: Scope) -> bool:
    """Tell whether a deviation is of what a run sets out to judge: no other one comes into the results."""
    requirement = register.requirements.get(deviation.requirement)
    if requirement is None:
        return False
    over = (transport for transport in scope.transports if transport in requirement.transports)
    return any(excluded(requirement, transport, scope) is None for transport in over)


def verdict_of(requirement: Requirement, transport: str, tally: Tally | None, scope: Scope) -> Verdict:
    """Judge one requirement over one transport from what was seen of it."""
    if (without := excluded(requirement, transport, scope)) is not None:
        return without
    if tally is None:
        if scope.depth == "core" and requirement.id in scope.judged_at_certify:
            return Verdict("not-tested", AT_CERTIFY)
        beside = transport == "connector" and requirement.transports != ("connector",)  # its one action shows little
        if requirement.id.startswith("FO-PROP-") or requirement.id in WHERE_SHOWN or beside:
            return Verdict("not-applicable", "no answer showed it, and no answer was required to")
        unjudged = (
            f"no case came to judge it over {transport}"
            if {STOPPED, SILENT}.isdisjoint(scope.narrowed)
            else "the run was stopped before"
        )
        return Verdict("inconclusive", scope.missing.get(requirement.id, unjudged))
    if tally.broken:
        return Verdict("fail" if requirement.level == "must" else "warn")
    if tally.held:
        return Verdict("pass")
    if requirement.id in scope.missing:
        return Verdict("inconclusive", scope.missing[requirement.id])
    if tally.unseen:
        return Verdict("inconclusive", tally.unseen[0])
    return Verdict("not-applicable", tally.without[0] if tally.without else "nothing showed it")


def overall(verdicts: Mapping[str, Verdict]) -> Verdict:
    """Take the worst verdict over the transports; a requirement seen nowhere is not applicable."""
    if not verdicts:
        return Verdict("not-applicable", NO_TRANSPORT)
    return min(verdicts.values(), key=lambda verdict: _WORST.index(verdict.word))


def assemble(
    *,
    register: Register,
    lifecycle: Lifecycle,
    ledger: Ledger,
    scope: Scope,
    identity: Mapping[str, Any],
    cases: list[dict[str, Any]],
    aborted: bool,
) -> dict[str, Any]:
    """Build `results.json`. `identity` carries suite, target, counts and times, as the published schema names them."""
    ledger.settle()
    ledger.compare_cells()
    rows = [_requirement_row(requirement, ledger, scope) for requirement in register.requirements.values()]
    words = {row["id"]: row["verdict"] for row in rows}
    judged = [deviation for deviation in ledger.deviations if words.get(deviation.requirement) in {"fail", "warn"}]
    steps = {edge.requirement for edge in lifecycle.edges}
    ordered = sorted(judged, key=lambda one: _order(one, register, steps))
    verdict = verdict_on(rows, aborted=aborted, strict=scope.strict)
    started = {
        "profile": STRICT if scope.strict else STANDARD,
        "scope": "partial" if scope.narrowed else "whole",
        "narrowed": list(scope.narrowed),
        "options": identity["options"],
        "suite": {
            "version": __version__,
            "register_digest": register.digest,
            "python": platform.python_version(),
            **identity["suite"],
        },
        "target": identity["target"],
    }
    return {
        "schema": SCHEMA,
        "verdict": verdict,
        **sentences(verdict, rows, next((one.requirement for one in ordered), ""), scope, started),
        **started,
        "requirements": rows,
        "deviations": [deviation.under(register.requirements[deviation.requirement]).as_row() for deviation in ordered],
        "ambiguities": _ambiguities(register, ledger),
        "transitions": transitions(ledger.transitions, lifecycle, scope.version_over, _broken(rows)),
        "cells": [{**asdict(cell), "exchanges": list(cell.exchanges)} for cell in ledger.cells],
        "invariants": _invariants(ledger),
        "walks": [asdict(one) for one in ledger.explored],
        "cases": cases,
        **identity["counts"],
        "notes": list(dict.fromkeys([*ledger.notes, *identity["notes"]])),
    }


def _requirement_row(requirement: Requirement, ledger: Ledger, scope: Scope) -> dict[str, Any]:
    verdicts: dict[str, Verdict] = {}
    tallies: list[Tally] = []
    for transport in scope.transports:
        if transport not in requirement.transports:
            continue
        tally = ledger.tallies.get((requirement.id, transport))
        verdicts[transport] = verdict_of(requirement, transport, tally, scope)
        if tally is not None:
            tallies.append(tally)
    whole = overall(verdicts)
    if requirement.not_tested:
        whole = Verdict("not-tested", requirement.not_tested)
    return {
        "id": requirement.id,
        "area": requirement.area,
        "level": requirement.level,
        "statement": requirement.statement,
        "source": requirement.source,
        "quote": requirement.quote,
        "provenance": requirement.provenance,
        "verdict": whole.word,
        "reason": whole.reason,
        "by_transport": {transport: verdict.word for transport, verdict in verdicts.items()},
        "cases": list(dict.fromkeys(case for tally in tallies for case in tally.cases)),
        "judged": sum(tally.held + tally.broken for tally in tallies),
    }


def _broken(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Return the requirements that are broken, by transport, with the verdict."""
    return {
        (row["id"], transport): word
        for row in rows
        for transport, word in row["by_transport"].items()
        if word in {"fail", "warn"}
    }


def profile_of(found: Mapping[str, Any]) -> str:
    """Return the profile that results were judged by; those of a version without profiles were by the standard one."""
    return str(found.get("profile", STANDARD))


def strictly(found: Mapping[str, Any]) -> bool:
    """Tell whether a should that deviates failed the verdict of these results."""
    return profile_of(found) == STRICT


def verdict_on(rows: Iterable[Mapping[str, Any]], *, aborted: bool, strict: bool = False) -> str:
    """Return the verdict on the whole by its rows of requirements; `strict`: a should that deviates fails it too."""
    counts = Counter((row["level"], row["verdict"]) for row in rows)
    musts = Counter({word: count for (level, word), count in counts.items() if level == "must"})
    if aborted:
        return "aborted"
    if musts["fail"] or (strict and counts["should", "warn"]):
        return "nonconformant"
    if musts["inconclusive"] or not musts["pass"]:
        return "inconclusive"
    return "conformant"


def sentences(
    verdict: str, rows: list[dict[str, Any]], first_broken: str, scope: Scope, started: Mapping[str, Any]
) -> dict[str, str]:
    """Return `summary` and `next_action` of results.

    `first_broken` is the requirement of the gravest deviation; `started` has the results' target, suite, options and
    profile, by which the run is started again.
    """
    counts = Counter((row["level"], row["verdict"]) for row in rows)
    musts = sum(
        count for (level, word), count in counts.items() if level == "must" and word in {"pass", "fail", "inconclusive"}
    )
    failed, open_ = counts["must", "fail"], counts["must", "inconclusive"]
    advised = counts["should", "warn"]
    warned = counts["may", "warn"] + (0 if scope.strict else advised)
    by = " by the strict profile" if scope.strict else ""
    kept = ", no should that was observed deviates" if scope.strict else ""
    shoulds = f" and {advised} should{'s' * (advised != 1)}" if scope.strict else ""
    at = f"API version {scope.version_in_words} over {_listed(scope.transports)}"
    extra = f", {_counted(warned, 'advisory deviation')}" if warned else ""
    part = (
        f"Partial run ({', '.join(scope.narrowed)}; {musts} of {_applicable(rows)} musts). " if scope.narrowed else ""
    )
    match verdict:
        case "conformant":
            each = f"each of {musts} musts that apply holds" if musts != 1 else "the one must that applies holds"
            said = f"Conformant{by}: {each}{kept} at {at}{extra}."
            then = _after_success(rows, warned, scope)
        case "nonconformant":
            unseen = f", {open_} could not be observed" if open_ else ""
            deviate = "deviates" if musts == 1 and not shoulds else "deviate"
            said = (
                f"Not conformant{by}: {failed} of {_counted(musts, 'must')}{shoulds} {deviate} at {at}{unseen}{extra}."
            )
            command = shlex.join(next_run(started, only=[first_broken]))
            then = f"Fix {first_broken} first, then run: {command}"
        case "inconclusive":
            first = next((row for row in rows if row["level"] == "must" and row["verdict"] == "inconclusive"), None)
            said = f"Inconclusive{by}: {open_} of {_counted(musts, 'must')} could not be observed at {at}; none that was observed deviates{extra}."
            then = (
                f"Provide what {first['id']} needs first: {first['reason']}"
                if first
                else "No must that was selected applies to this target: select others, or run without --only, --area and --transport."
            )
        case _:
            said = f"Interrupted: {_counted(counts['must', 'pass'], 'must')} held and {failed} deviated at {at} before the run was stopped."
            then = "Run again to the end for a verdict."
    return {"summary": part + said, "next_action": then}


def _listed(transports: Sequence[str]) -> str:
    names = [{"rest": "REST", "graphql": "GraphQL"}.get(name, name) for name in transports]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "no transport"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _applicable(rows: Iterable[Mapping[str, Any]]) -> int:
    """Count the musts that a run without any choice could judge: documented for the version, and observable over HTTP."""
    return sum(
        row["level"] == "must"
        and (row["verdict"] != "not-tested" or row["reason"] == NOT_SELECTED)
        and not str(row["reason"]).startswith(OTHER_VERSION)
        for row in rows
    )


def _after_success(rows: list[dict[str, Any]], warned: int, scope: Scope) -> str:
    """Return the next action of a conformant run; areas of which nothing was tested are named with their reason."""
    then = "Look at the advisory deviations." if warned else "Nothing that was tested is left to fix."
    if scope.narrowed:
        return f"{then} Run without --only, --area and --transport for a verdict on the whole."
    areas: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        areas.setdefault(row["area"], []).append(row)
    silent = {
        area: Counter(str(row["reason"]) for row in of if row["reason"]).most_common(1)
        for area, of in areas.items()
        if all(row["verdict"] in {"not-applicable", "not-tested"} for row in of)
    }
    named = "; ".join(f"{area} ({reasons[0][0]})" for area, reasons in silent.items() if reasons)
    return f"{then} Not tested: {named}." if named else then


def _order(deviation: Deviation, register: Register, steps: Collection[str]) -> tuple[int, int]:
    """Return what puts deviations in order: must before should, a step that others build on before what follows."""
    row = register.requirements.get(deviation.requirement)
    levels = ("must", "should", "may")
    general = deviation.requirement.startswith(("FO-INV-", "FO-ERR-", "FO-ACTIONS-"))
    return (levels.index(row.level) if row else 3, 0 if deviation.requirement in steps else 2 if general else 1)


def _ambiguities(register: Register, ledger: Ledger) -> list[dict[str, Any]]:
    found = []
    for ambiguity in register.ambiguities.values():
        seen = [
            {"reading": reading, "transport": transport, "exchanges": exchanges}
            for (identity, reading, transport), exchanges in ledger.readings.items()
            if identity == ambiguity.id
        ]
        found.append(
            {
                "id": ambiguity.id,
                "question": ambiguity.question,
                "readings": [{"key": reading.key, "text": reading.text} for reading in ambiguity.readings],
                "seen": seen,
            }
        )
    return found


def _invariants(ledger: Ledger) -> list[dict[str, Any]]:
    broken: Counter[str] = Counter()
    for (requirement, _), tally in ledger.tallies.items():
        broken[requirement] += tally.broken
    return [
        {"requirement": requirement, "checked": checked, "violations": broken[requirement]}
        for requirement, checked in sorted(ledger.invariants.items())
    ]
