"""Several versions side by side: what differs, what does not, and the verdict on the whole."""

from typing import Any

import pytest

from fulfillspec.documents import register
from fulfillspec.verdicts.by_version import Walked, differences, folder_of, merged, telling, version_of

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
        walked(version, found(verdict, version) if verdict else None)
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


@pytest.mark.parametrize(
    ("stored", "folder"),
    [
        ("2025-10/results.json", "2025-10"),
        ("unstable/results.json", "unstable"),
        ("2025-10/evidence.ndjson", None),
        ("elsewhere/results.json", None),
        ("results.json", None),
        (None, None),
    ],
)
def test_folder_of_a_version_is_named_by_its_results(stored: str | None, folder: str | None) -> None:
    assert folder_of(stored) == folder


def two(*verdicts: str | None, **more: Any) -> dict[str, Any]:
    """Return the results of the whole over two or three versions with these verdicts."""
    names = ("2025-04", "2025-07", "2025-10")
    return merged(
        [
            walked(name, found(word, name, **more) if word else None)
            for name, word in zip(names, verdicts, strict=False)
        ],
        KNOWN,
    )


@pytest.mark.parametrize(
    ("verdicts", "summary"),
    [
        (("conformant",), "Conformant at 2025-04; no difference between the versions."),
        (("conformant",) * 3, "Conformant at 2025-04, 2025-07 and 2025-10; no difference between the versions."),
        (
            ("conformant", "nonconformant"),
            "Not conformant: nonconformant at 2025-07; conformant at 2025-04; no difference between the versions.",
        ),
        (
            ("inconclusive", "conformant", "inconclusive"),
            (
                "Inconclusive: inconclusive at 2025-04 and 2025-10; conformant at 2025-07;"
                " no difference between the versions."
            ),
        ),
        (
            ("conformant", None),
            "Interrupted: not walked at 2025-07; conformant at 2025-04; no difference between the versions.",
        ),
        (
            ("aborted", None),
            "Interrupted: not walked at 2025-07; aborted at 2025-04; no difference between the versions.",
        ),
    ],
)
def test_summary_of_the_whole(verdicts: tuple[str | None, ...], summary: str) -> None:
    assert two(*verdicts)["summary"] == summary


def test_differences_are_counted_in_the_summary() -> None:
    def of(*identities: str) -> str:
        runs = [
            walked(version, found(word, version, *(row(one, verdict) for one in identities)))
            for version, word, verdict in (
                ("2025-07", "conformant", "pass"),
                ("2025-10", "inconclusive", "inconclusive"),
            )
        ]
        return str(merged(runs, KNOWN)["summary"])

    assert of("FO-CLOSE-STATE").endswith("; 1 difference between the versions.")
    assert of("FO-CLOSE-STATE", "FO-ACCEPT-STATE").endswith("; 2 differences between the versions.")


@pytest.mark.parametrize(
    ("verdicts", "action"),
    [
        (("conformant", "conformant"), "Nothing is left to do."),
        (("conformant", None), "Run again to the end for a verdict."),
        (
            ("conformant", "nonconformant"),
            "At 2025-07: Mend it and run again: fulfillspec run --only FO-CLOSE-STATE",
        ),
    ],
)
def test_next_action_of_the_whole(verdicts: tuple[str | None, ...], action: str) -> None:
    assert two(*verdicts)["next_action"] == action


def test_next_action_where_all_versions_conform_is_to_look_at_what_differs() -> None:
    runs = [
        walked(version, found("conformant", version, row("FO-CLOSE-STATE", verdict)))
        for version, verdict in (("2025-07", "pass"), ("2025-10", "not-applicable"))
    ]
    assert merged(runs, KNOWN)["next_action"] == "Look at the differences between the versions."


def test_rows_of_the_versions_tell_what_each_run_came_to() -> None:
    rows = [row("FO-CLOSE-STATE", "pass"), row("FO-ACCEPT-STATE", "pass"), row("FO-CANCEL-STATE", "fail")]
    runs = [Walked("2025-07", "a-folder", found("nonconformant", "2025-07", *rows)), walked("2025-10", None)]
    first, second = merged(runs, KNOWN)["versions"]
    assert first == {
        "asked": "2025-07", "served": "2025-07", "verdict": "nonconformant", "summary": "nonconformant",
        "counts": {"pass": 2, "fail": 1}, "exchanges": 10, "orders_created": 1, "seconds": 1.0,
        "results": "a-folder/results.json",
    }  # fmt: skip
    assert second == {
        "asked": "2025-10", "served": None, "verdict": "aborted", "counts": {}, "exchanges": 0, "orders_created": 0,
        "seconds": 0, "results": None, "summary": "Not walked: the run was stopped before.",
    }  # fmt: skip


def test_notes_and_options_name_the_versions() -> None:
    whole = two("conformant", "nonconformant", notes=["a note"], options={"transport": "rest"})
    assert whole["notes"] == [
        "This is what was found at 2025-07; versions names the results of each version.",
        "2025-04: a note",
        "2025-07: a note",
    ]
    assert whole["options"] == {"transport": "rest", "api_version": ["2025-04", "2025-07"]}
    assert two("conformant")["options"] == {"api_version": ["2025-04"]}


def test_nothing_walked_has_no_results() -> None:
    assert telling([walked("2025-10", None)]) is None
    with pytest.raises(ValueError, match="no version was walked"):
        merged([walked("2025-10", None)], KNOWN)


def test_version_is_the_one_served_or_else_the_one_asked_for() -> None:
    assert version_of({"target": {"api_version": {"asked": "2025-07", "served": "2025-10"}}}) == "2025-10"
    assert version_of({"target": {"api_version": {"asked": "2025-07", "served": None}}}) == "2025-07"


def test_difference_of_a_requirement_tells_all_of_it() -> None:
    runs = [
        walked("2025-07", found("conformant", "2025-07", row("FO-CLOSE-STATE", "pass"))),
        walked(
            "2025-10",
            found(
                "nonconformant",
                "2025-10",
                row("FO-CLOSE-STATE", "fail"),
                deviations=[deviation("FO-CLOSE-STATE", "a"), deviation("FO-CLOSE-STATE", "b")],
            ),
        ),
        walked("2026-01", found("inconclusive", "2026-01", row("FO-CLOSE-STATE", "inconclusive", "no token"))),
    ]
    (told,) = differences(runs, KNOWN)
    assert told == {
        "kind": "requirement", "id": "FO-CLOSE-STATE", "level": "must",
        "statement": KNOWN.get("FO-CLOSE-STATE").statement, "documented_for": None, "documented": False,
        "verdicts": {"2025-07": "pass", "2025-10": "fail", "2026-01": "inconclusive"},
        "observed": {"2025-10": "incomplete: a; incomplete: b", "2026-01": "no token"},
    }  # fmt: skip


def test_difference_of_a_requirement_that_the_register_does_not_have() -> None:
    unknown = {**row("FO-CLOSE-STATE", "pass"), "id": "FO-UNHEARD"}
    runs = [
        walked("2025-07", found("conformant", "2025-07", unknown)),
        walked("2025-10", found("inconclusive", "2025-10", {**unknown, "verdict": "inconclusive"})),
    ]
    (told,) = differences(runs, KNOWN)
    assert (told["id"], told["documented_for"], told["documented"]) == ("FO-UNHEARD", None, False)


def test_differences_of_readings_and_cells_tell_what_each_version_showed() -> None:
    def seen(version: str, readings: list[str], answer: str, verdict: str) -> Walked:
        rows = [{"id": "AMB-HOLD-PART", "question": "Split?", "seen": [{"reading": one} for one in readings]}]
        cell = {"state": "merchant:open/unsubmitted", "action": "cancel", "actor": "merchant", "transport": "rest"}
        cells = [{**cell, "seen": answer, "verdict": verdict}]
        return walked(version, found("conformant", version, ambiguities=rows, cells=cells))

    reading, cell = differences(
        [
            seen("a", ["whole", "split"], "refused", "pass"),
            seen("b", ["whole"], "accepted", "fail"),
            seen("c", ["whole"], "unreached", "inconclusive"),
        ],
        KNOWN,
    )
    assert reading == {
        "kind": "reading", "id": "AMB-HOLD-PART", "level": None, "statement": "Split?", "documented_for": None,
        "documented": False, "verdicts": {}, "observed": {"a": "split, whole", "b": "whole", "c": "whole"},
    }  # fmt: skip
    assert cell == {
        "kind": "cell", "id": "merchant:open/unsubmitted cancel", "level": None, "documented_for": None,
        "statement": "cancel by merchant in merchant:open/unsubmitted over rest", "documented": False,
        "verdicts": {"a": "pass", "b": "fail"}, "observed": {"a": "refused", "b": "accepted"},
    }  # fmt: skip
    assert differences([seen("a", [], "refused", "pass"), seen("b", ["whole"], "refused", "pass")], KNOWN) == []
    assert differences([seen("a", ["whole"], "refused", "pass")], KNOWN) == []
