"""The two sentences of a run, word for word: what was found, and what to do now."""

from typing import Any

import pytest

from fulfillspec.verdicts import results
from fulfillspec.verdicts.results import NOT_SELECTED, Scope

STARTED: dict[str, Any] = {"target": {"embedded": True, "transports": ["rest"]}, "options": {}}


def row(
    level: str, verdict: str, reason: str | None = None, area: str = "closing", name: str = "ROW"
) -> dict[str, Any]:
    return {"id": f"FO-{name}", "level": level, "verdict": verdict, "reason": reason, "area": area}


def told(verdict: str, *rows: dict[str, Any], broken: str = "", **scope: Any) -> tuple[str, str]:
    whole = {"areas": frozenset(), "why_not": {}, "transports": ("rest",), "version": "2025-10", **scope}
    found = results.sentences(verdict, list(rows), broken, Scope(**whole), STARTED)
    return found["summary"], found["next_action"]


PASS, FAIL, OPEN = row("must", "pass"), row("must", "fail"), row("must", "inconclusive", "a second token")
ADVISED = row("should", "warn")
AT = "at API version 2025-10 over REST"
FIXED = "Nothing that was tested is left to fix."


@pytest.mark.parametrize(
    ("rows", "summary", "action"),
    [
        ([PASS], f"Conformant: the one must that applies holds {AT}.", FIXED),
        ([PASS, PASS], f"Conformant: each of 2 musts that apply holds {AT}.", FIXED),
        (
            [PASS, ADVISED],
            f"Conformant: the one must that applies holds {AT}, 1 advisory deviation.",
            "Look at the advisory deviations.",
        ),
        (
            [PASS, ADVISED, row("may", "warn")],
            f"Conformant: the one must that applies holds {AT}, 2 advisory deviations.",
            "Look at the advisory deviations.",
        ),
    ],
)
def test_conformant_run(rows: list[dict[str, Any]], summary: str, action: str) -> None:
    assert told("conformant", *rows) == (summary, action)


def test_conformant_run_by_the_strict_profile() -> None:
    assert told("conformant", PASS, row("should", "pass"), row("may", "warn"), strict=True)[0] == (
        f"Conformant by the strict profile: the one must that applies holds, no should that was observed deviates {AT}"
        ", 1 advisory deviation."
    )


@pytest.mark.parametrize(
    ("rows", "strict", "summary"),
    [
        ([FAIL], False, f"Not conformant: 1 of 1 must deviates {AT}."),
        ([FAIL, PASS], False, f"Not conformant: 1 of 2 musts deviate {AT}."),
        ([FAIL, FAIL, OPEN], False, f"Not conformant: 2 of 3 musts deviate {AT}, 1 could not be observed."),
        ([FAIL, ADVISED], False, f"Not conformant: 1 of 1 must deviates {AT}, 1 advisory deviation."),
        ([FAIL, ADVISED], True, f"Not conformant by the strict profile: 1 of 1 must and 1 should deviate {AT}."),
        (
            [PASS, ADVISED, ADVISED],
            True,
            f"Not conformant by the strict profile: 0 of 1 must and 2 shoulds deviate {AT}.",
        ),
        ([FAIL], True, f"Not conformant by the strict profile: 1 of 1 must and 0 shoulds deviate {AT}."),
    ],
)
def test_run_that_deviates(rows: list[dict[str, Any]], *, strict: bool, summary: str) -> None:
    said, action = told("nonconformant", *rows, broken="FO-ROW", strict=strict)
    assert said == summary
    assert action.startswith("Fix FO-ROW first, then run: fulfillspec run ")
    assert action.endswith("--only FO-ROW")


def test_run_that_could_not_observe_all() -> None:
    assert told("inconclusive", PASS, OPEN, row("should", "inconclusive")) == (
        f"Inconclusive: 1 of 2 musts could not be observed {AT}; none that was observed deviates.",
        "Provide what FO-ROW needs first: a second token",
    )
    said, action = told("inconclusive", row("must", "not-applicable", "no area"), ADVISED, strict=True)
    assert said == (
        f"Inconclusive by the strict profile: 0 of 0 musts could not be observed {AT}; none that was observed deviates."
    )
    assert action.startswith("No must that was selected applies to this target: select others, or run without --only")


def test_run_that_was_stopped() -> None:
    assert told("aborted", PASS, PASS, FAIL, OPEN) == (
        f"Interrupted: 2 musts held and 1 deviated {AT} before the run was stopped.",
        "Run again to the end for a verdict.",
    )
    assert told("aborted", PASS)[0].startswith("Interrupted: 1 must held and 0 deviated ")


def test_first_must_that_is_open_is_named() -> None:
    rows = [
        row("should", "inconclusive", "not this", name="A"),
        PASS,
        row("must", "inconclusive", "this", name="B"),
        row("must", "inconclusive", "nor this", name="C"),
    ]
    assert told("inconclusive", *rows)[1] == "Provide what FO-B needs first: this"


@pytest.mark.parametrize(
    ("transports", "over"),
    [
        ((), "no transport"),
        (("graphql",), "GraphQL"),
        (("rest", "graphql"), "REST and GraphQL"),
        (("rest", "graphql", "connector"), "REST, GraphQL and connector"),
    ],
)
def test_transports_are_listed_by_their_names(transports: tuple[str, ...], over: str) -> None:
    assert told("conformant", PASS, transports=transports)[0].endswith(f" at API version 2025-10 over {over}.")


def test_partial_run_counts_the_musts_that_a_whole_one_would_judge() -> None:
    rows = [
        PASS,
        row("should", "pass"),
        row("must", "not-tested", NOT_SELECTED),
        row("must", "not-tested", "HTTP cannot show it"),
        row("must", "not-applicable", "not documented for version 2022-04"),
        row("must", "not-applicable", "the area is not claimed"),
    ]
    said, action = told("conformant", *rows, narrowed=("area closing", "transport rest"))
    assert said.startswith("Partial run (area closing, transport rest; 1 of 3 musts). Conformant: ")
    assert action == f"{FIXED} Run without --only, --area and --transport for a verdict on the whole."
    assert told("conformant", PASS, ADVISED, narrowed=("area closing",))[1].startswith("Look at the advisory")


def test_areas_of_which_nothing_was_tested_are_named_with_their_commonest_reason() -> None:
    rows = [
        PASS,
        row("must", "not-applicable", "one", "holds"),
        row("must", "not-applicable", "two", "holds"),
        row("must", "not-tested", "two", "holds"),
        row("must", "not-applicable", None, "moves"),
        row("must", "not-tested", "three", "scopes"),
        row("must", "pass", None, "errors"),
        row("must", "not-applicable", "four", "errors"),
    ]
    assert told("conformant", *rows)[1] == f"{FIXED} Not tested: holds (two); scopes (three)."


def test_newest_documents_judge_a_version_that_is_newer_still() -> None:
    said = told("conformant", PASS, version="2099-01", asked="2098-10")[0]
    assert "at API version 2099-01 (2098-10 was asked for, " in said
    assert "2025-07 over graphql" in told("conformant", PASS, versions={"graphql": "2025-07", "rest": "2025-04"})[0]
