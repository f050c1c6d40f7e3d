"""Several versions side by side: what differs, what does not, and the verdict on the whole."""

from typing import Any

import pytest

from fulfillspec.documents import register
from fulfillspec.verdicts.by_version import Walked, differences, merged

KNOWN = register.load()


def found(verdict: str, version: str, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "summary": verdict,
        "next_action": "Mend it and run again: fulfillspec run --only FO-CLOSE-STATE",
        "target": {"api_version": {"asked": version, "served": version}},
        "requirements": list(rows),
        "deviations": [],
        "ambiguities": [],
        "cells": [],
        "left_behind": [],
        "notes": [],
        "exchanges": 10,
        "orders_created": 1,
        "seconds": 1.0,
        **more,
    }


def row(identity: str, verdict: str, reason: str | None = None) -> dict[str, Any]:
    level, statement = KNOWN.get(identity).level, KNOWN.get(identity).statement
    return {
        "id": identity, "level": level, "statement": statement, "verdict": verdict, "reason": reason,
        "by_transport": {"rest": verdict},
    }  # fmt: skip


def deviation(identity: str, received: str) -> dict[str, str]:
    return {"requirement": identity, "documented": "incomplete", "received": received}


def walked(version: str, results: dict[str, Any] | None) -> Walked:
    return Walked(version, version, results)


def test_same_verdicts_do_not_differ() -> None:
    two = [
        walked(version, found("conformant", version, row("FO-CLOSE-STATE", "pass")))
        for version in ("2025-07", "2025-10")
    ]
    assert differences(two, KNOWN) == []
    assert "no difference" in merged(two, KNOWN)["summary"]


def test_same_verdict_for_another_reason_differs_and_other_ids_do_not() -> None:
    def with_received(version: str, received: str) -> Walked:
        rows = row("FO-CLOSE-STATE", "fail")
        return walked(
            version, found("nonconformant", version, rows, deviations=[deviation("FO-CLOSE-STATE", received)])
        )

    first = with_received("2025-07", "order 1042 shows closed")
    assert differences([first, with_received("2025-10", "order 7333 shows closed")], KNOWN) == []
    differing = differences([first, with_received("2025-10", "order 7333 shows open")], KNOWN)
    assert differing[0]["observed"] == {
        "2025-07": "incomplete: order 1042 shows closed",
        "2025-10": "incomplete: order 7333 shows open",
    }


def test_requirement_of_some_versions_is_a_documented_difference() -> None:
    old = walked("2022-10", found("conformant", "2022-10", row("FO-DEADLINE-SETS", "not-applicable", "not documented")))
    new = walked("2025-10", found("conformant", "2025-10", row("FO-DEADLINE-SETS", "pass")))
    (differing,) = differences([old, new], KNOWN)
    assert differing["documented"]
    assert differing["documented_for"] == ">=2023-01"


def test_verdicts_that_differ_over_one_transport_are_told_by_transport() -> None:
    old = row("FO-DEADLINE-SETS", "pass") | {"by_transport": {"rest": "not-applicable", "graphql": "pass"}}
    new = row("FO-DEADLINE-SETS", "pass") | {"by_transport": {"rest": "pass", "graphql": "pass"}}
    both = [
        walked("2022-10", found("conformant", "2022-10", old)),
        walked("2025-10", found("conformant", "2025-10", new)),
    ]
    assert differences(both, KNOWN)[0]["observed"] == {
        "2022-10": "rest: not-applicable, graphql: pass",
        "2025-10": "rest: pass, graphql: pass",
    }


def test_readings_and_cells_that_both_versions_showed_are_compared() -> None:
    def seen(version: str, reading: str, answer: str) -> Walked:
        readings = [{"id": "AMB-HOLD-PART", "question": "Split?", "seen": [{"reading": reading}]}]
        cell = {"state": "merchant:open/unsubmitted", "action": "cancel", "actor": "merchant", "transport": "rest"}
        cells = [{**cell, "seen": answer, "verdict": "pass"}]
        return walked(version, found("conformant", version, ambiguities=readings, cells=cells))

    kinds = [one["kind"] for one in differences([seen("a", "split", "refused"), seen("b", "whole", "accepted")], KNOWN)]
    assert kinds == ["reading", "cell"]
    assert differences([seen("a", "split", "refused"), seen("b", "split", "unreached")], KNOWN) == []


@pytest.mark.parametrize(
    ("verdicts", "whole", "telling"),
    [
        (("conformant", "conformant"), "conformant", "2025-07"),
        (("conformant", "inconclusive"), "inconclusive", "2025-10"),
        (("inconclusive", "nonconformant"), "nonconformant", "2025-10"),
        (("nonconformant", "aborted"), "aborted", "2025-10"),
        (("nonconformant", None), "aborted", "2025-07"),
    ],
)
def test_verdict_of_the_whole_is_the_worst_of_the_versions(
    verdicts: tuple[str | None, ...], whole: str, telling: str
) -> None:
    two = [
        walked(version, verdict and found(verdict, version))
        for version, verdict in zip(("2025-07", "2025-10"), verdicts, strict=True)
    ]
    of_both = merged(two, KNOWN)
    assert of_both["verdict"] == whole
    assert of_both["target"]["api_version"]["asked"] == telling
    assert [one["asked"] for one in of_both["versions"]] == ["2025-07", "2025-10"]
    assert all(version in of_both["summary"] for version in ("2025-07", "2025-10"))


def test_what_is_left_behind_at_any_version_is_listed() -> None:
    left = [{"kind": "order", "id": "7", "why": "gone"}]
    two = [
        walked("2025-07", found("conformant", "2025-07", left_behind=left)),
        walked("2025-10", found("conformant", "2025-10")),
    ]
    assert merged(two, KNOWN)["left_behind"] == [{**left[0], "version": "2025-07"}]
