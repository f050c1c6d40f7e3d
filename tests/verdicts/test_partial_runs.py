"""A run that was limited by choice says so, and a whole one names the areas of which nothing was tested."""

from typing import Any

from fulfillspec.verdicts import results
from fulfillspec.verdicts.results import NOT_SELECTED, Scope

STARTED: dict[str, Any] = {"target": {"embedded": True}, "options": {}}


def scope(*narrowed: str) -> Scope:
    return Scope(areas=frozenset(), why_not={}, transports=("rest",), version="2025-10", narrowed=narrowed)


def row(verdict: str, reason: str | None = None, area: str = "closing") -> dict[str, Any]:
    return {"id": "FO-ROW", "level": "must", "verdict": verdict, "reason": reason, "area": area}


def test_partial_run_says_first_how_much_it_judged() -> None:
    rows = [row("pass"), row("not-tested", NOT_SELECTED), row("not-applicable", "the area is not claimed")]
    told = results.sentences("conformant", rows, "", scope("selected requirements"), STARTED)
    assert told["summary"].startswith("Partial run (selected requirements; 1 of 3 musts). Conformant: ")
    assert "Run without --only" in told["next_action"]


def test_what_no_run_could_judge_is_not_counted() -> None:
    rows = [
        row("pass"),
        row("not-tested", "HTTP cannot show it"),
        row("not-applicable", "not documented for version 2022-04"),
    ]
    told = results.sentences("conformant", rows, "", scope("area closing"), STARTED)
    assert "1 of 1 musts" in told["summary"]


def test_whole_run_names_the_areas_of_which_nothing_was_tested() -> None:
    rows = [row("pass"), row("not-applicable", "nothing listens for callbacks (--listen)", "notifications")]
    told = results.sentences("conformant", rows, "", scope(), STARTED)
    assert told["summary"].startswith("Conformant: ")
    assert told["next_action"].endswith("Not tested: notifications (nothing listens for callbacks (--listen)).")


def test_inconclusive_selection_of_nothing_says_what_to_do() -> None:
    told = results.sentences(
        "inconclusive", [row("not-tested", NOT_SELECTED)], "", scope("selected requirements"), STARTED
    )
    assert "No must that was selected applies" in told["next_action"]
