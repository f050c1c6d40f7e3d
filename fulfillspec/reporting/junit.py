"""`junit.xml`: a test case per requirement and transport, for the test tab of a CI server."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from fulfillspec.reporting.run import RequirementRow, StoredRun
from fulfillspec.reporting.text import unmarked, visible
from fulfillspec.verdicts.deviation import Deviation
from fulfillspec.verdicts.text import words

_SKIPPED = ("not-applicable", "not-tested")


def write(run: StoredRun, path: Path) -> None:
    """Write the verdicts of a run as JUnit XML.

    fail becomes a failure that says what was documented and what was received, inconclusive an error, not-applicable and not-tested are
    skipped with their reason, warn passes and tells what deviated; by the strict profile that of a should is a failure.
    A failure whose every deviation is in the baseline is skipped as known.
    """
    found: dict[tuple[str, str], list[Deviation]] = {}
    for deviation in run.deviations:
        found.setdefault((deviation.requirement, deviation.transport), []).append(deviation)
    root = ET.Element("testsuites", name="fulfillspec")
    seconds = _shares(run)
    for area in run.areas:
        suite = ET.SubElement(root, "testsuite", name=visible(area))
        if run.started:
            suite.set("timestamp", visible(run.started))
        _properties(suite, run)
        for row in run.requirements:
            if row.area == area:
                for transport, verdict in (row.by_transport or {"": row.verdict}).items():
                    blocks = (
                        "fail" if run.profile == "strict" and (row.level, verdict) == ("should", "warn") else verdict
                    )
                    time = sum(seconds.get((row.id, case), 0.0) for case in row.cases if _over(case, transport))
                    _testcase(suite, row, transport, blocks, found.get((row.id, transport), []), time)
        _count(suite, seconds=sum(float(case.get("time", 0)) for case in suite.iter("testcase")))
    if run.versions:
        _versions(ET.SubElement(root, "testsuite", name="api versions"), run)
    _count(root, seconds=run.seconds)
    ET.indent(root)
    path.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _versions(suite: ET.Element, run: StoredRun) -> None:
    """Add a test case for each version of a run over several: the rest of the file is about one of them."""
    for version in run.versions:
        case = ET.SubElement(
            suite, "testcase", classname="api versions", name=f"API version {visible(version.asked)}", time="0"
        )
        if version.verdict == "nonconformant":
            ET.SubElement(case, "failure", type="must", message=visible(version.summary))
        elif version.verdict != "conformant":
            ET.SubElement(case, "error", type=visible(version.verdict), message=visible(version.summary))
    _count(suite)


def _properties(suite: ET.Element, run: StoredRun) -> None:
    """Say in a suite what was tested, and by what."""
    told = {
        "target": run.tested,
        "api_version": run.version,
        "transports": ", ".join(run.transports),
        "verdict": run.verdict,
        "profile": run.profile,
        "depth": run.suite.get("depth"),
        "suite": run.suite.get("version"),
        "narrowed": "; ".join(run.narrowed),
    }
    properties = ET.SubElement(suite, "properties")
    for name, value in told.items():
        if value:
            ET.SubElement(properties, "property", name=name, value=visible(words(value)))


def _shares(run: StoredRun) -> dict[tuple[str, str], float]:
    """Return the seconds of each requirement in each case: those of the case, shared by all that it judged."""
    return {
        (identity, case.id): case.seconds / len(case.requirements)
        for case in run.cases
        for identity in case.requirements
    }


def _over(case: str, transport: str) -> bool:
    """Tell whether a case went over a transport: its id names the one in brackets."""
    return not transport or re.search(rf"[\[-]{re.escape(transport)}[\]-]", case) is not None


def _testcase(
    suite: ET.Element, row: RequirementRow, transport: str, verdict: str, found: list[Deviation], seconds: float
) -> None:
    name = f"{row.id} [{transport}]" if transport else row.id
    case = ET.SubElement(suite, "testcase", classname=visible(row.area), name=visible(name), time=f"{seconds:.3f}")
    reason = visible(row.reason) or verdict
    if verdict == "fail" and found and all(deviation.baseline for deviation in found):
        known = "; ".join(dict.fromkeys(f"{d.baseline.reason} {d.baseline.link}".strip() for d in found if d.baseline))
        ET.SubElement(case, "skipped", type="known", message=visible(f"known deviation: {known}"))
    elif verdict == "fail":
        outcome = ET.SubElement(case, "failure", type=row.level, message=visible(_difference(row, found)))
        outcome.text = visible(f"{_clause(row)}\n\n{_account(found) or row.reason}")
    elif verdict in _SKIPPED:
        ET.SubElement(case, "skipped", type=verdict, message=reason)
    elif verdict == "warn":
        ET.SubElement(case, "system-out").text = visible(f"warn ({row.level}): {_clause(row)}\n{_account(found)}")
    elif verdict != "pass":
        ET.SubElement(case, "error", type=visible(verdict) or "unknown", message=reason)


def _difference(row: RequirementRow, found: list[Deviation]) -> str:
    """Return what was documented and what was received, of the first deviation; the statement where there is none."""
    if not found:
        return row.statement
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"documented {found[0].documented[:500]}; received {found[0].received[:500]}{more}"


def _clause(row: RequirementRow) -> str:
    quote = f" — “{unmarked(row.quote)}” ({row.source})" if row.quote else f" ({row.source})" if row.source else ""
    return row.statement + quote


def _account(found: list[Deviation]) -> str:
    return "\n\n".join(
        "\n".join(
            (
                f"case:       {one.case}",
                f"documented: {one.documented[:2000]}",
                f"received:   {one.received[:2000]}",
                *(
                    f"  {part.path[:200]}: documented {part.documented[:500]}, received {part.received[:500]}"
                    for part in one.diff[:20]
                ),
                f"exchanges:  {', '.join(map(str, one.exchanges))}",
                *([f"reproduce:  {one.reproduce[:4000]}"] if one.reproduce else []),
            )
        )
        for one in found[:10]
    )


def _count(element: ET.Element, seconds: float = 0.0) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for outcome, plural in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        element.set(plural, str(sum(case.find(outcome) is not None for case in cases)))
    element.set("time", f"{seconds:g}")
