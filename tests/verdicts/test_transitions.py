"""The steps that a run saw: one that leads elsewhere is as bad as the requirement that says where it leads."""

from typing import Any

import pytest

from fulfillspec.documents import lifecycle, versions
from fulfillspec.verdicts.transitions import Passage, transitions

SERVICE, MERCHANT = "service:in_progress/accepted", "merchant:open/unsubmitted"
SUBMITTED, WRONG = "service:open/submitted", "service:open/accepted"
STARTED = "merchant:in_progress/unsubmitted"


def steps(
    *seen: tuple[str, str, str],
    broken: dict[str, str] | None = None,
    fine: bool = True,
    version: str = versions.DEFAULT.name,
) -> list[tuple[str, str, str, int, str, bool]]:
    """Return what became of steps that were seen over REST."""
    rows: list[dict[str, Any]] = transitions(
        {(*step, "rest"): [Passage(fine, (7, 8))] for step in seen},
        lifecycle.load(),
        lambda _: version,
        {(name, "rest"): word for name, word in (broken or {}).items()},
    )
    return [(row["from"], row["action"], row["to"], row["count"], row["verdict"], row["documented"]) for row in rows]


@pytest.mark.parametrize(
    ("source", "action", "target", "verdict", "documented"),
    [
        (SERVICE, "close", "service:incomplete/closed", "pass", True),
        (SERVICE, "move", MERCHANT, "fail", False),
        ("service:open/unsubmitted", "accept", SERVICE, "warn", False),
        (STARTED, "hold", "merchant:on_hold/unsubmitted", "pass", True),
        ("service:on_hold/rejected", "release_hold", "service:open/rejected", "pass", False),
    ],
    ids=["documented", "to-be-refused", "should-be-refused", "left-open", "documents-silent"],
)
def test_verdict_of_a_step_follows_the_table(
    source: str, action: str, target: str, verdict: str, *, documented: bool
) -> None:
    assert steps((source, action, target)) == [(source, action, target, 1, verdict, documented)]


def test_step_of_an_order_that_deviated_is_no_pass() -> None:
    assert steps((SERVICE, "close", "service:incomplete/closed"), fine=False)[0][4] == "fail"


@pytest.mark.parametrize("word", ["fail", "warn"])
def test_step_that_leads_elsewhere_is_red_and_so_is_the_documented_one(word: str) -> None:
    assert steps((SUBMITTED, "accept", WRONG), broken={"FO-ACCEPT-STATE": word}) == [
        (SUBMITTED, "accept", WRONG, 1, word, False),
        (SUBMITTED, "accept", SERVICE, 0, word, True),
    ]


def test_documented_step_that_was_taken_too_is_red_once() -> None:
    found = steps((SUBMITTED, "accept", WRONG), (SUBMITTED, "accept", SERVICE), broken={"FO-ACCEPT-STATE": "fail"})
    assert found == [
        (SUBMITTED, "accept", WRONG, 1, "fail", False),
        (SUBMITTED, "accept", SERVICE, 1, "fail", True),
    ]


def test_step_that_leads_elsewhere_is_fine_while_the_requirement_holds() -> None:
    held = "merchant:on_hold/unsubmitted"
    assert steps((held, "release_hold", held)) == [(held, "release_hold", held, 1, "pass", True)]


def test_requirement_that_is_broken_unseen_makes_every_step_red_that_rests_on_it() -> None:
    found = steps(broken={"FO-OPEN-STATE": "fail"})
    assert {(row[0], row[3], row[4]) for row in found} == {
        ("service:scheduled/unsubmitted", 0, "fail"),
        ("merchant:scheduled/unsubmitted", 0, "fail"),
    }


def test_only_the_step_that_went_astray_is_red_where_one_is_known() -> None:
    source = "merchant:scheduled/unsubmitted"
    found = steps((source, "open", "merchant:in_progress/unsubmitted"), broken={"FO-OPEN-STATE": "fail"})
    assert {row[0] for row in found} == {source}


def test_other_requirement_that_says_where_a_step_leads_is_named_where_it_is_broken() -> None:
    rows = transitions(
        {("service:open/unsubmitted", "move", MERCHANT, "rest"): [Passage(fine=True)]},
        lifecycle.load(),
        lambda _: versions.DEFAULT.name,
        {("FO-MOVE-STATE", "rest"): "warn"},
    )
    assert [(row["verdict"], row["requirements"]) for row in rows if row["count"]] == [
        ("warn", ["FO-MOVE-LOCATION", "FO-MOVE-STATE"])
    ]


@pytest.mark.parametrize(("version", "verdict"), [("2025-10", "warn"), ("2026-01", "pass")])
def test_version_of_the_run_decides(version: str, verdict: str) -> None:
    assert steps((STARTED, "open", MERCHANT), version=version)[0][4] == verdict


def test_step_names_the_exchanges_of_the_time_that_deviated() -> None:
    key = (SERVICE, "close", "service:incomplete/closed", "rest")
    rows = transitions(
        {key: [Passage(fine=True, exchanges=(1, 2)), Passage(fine=False, exchanges=(5, 6))]},
        lifecycle.load(),
        lambda _: versions.DEFAULT.name,
        {},
    )
    assert [row["exchanges"] for row in rows] == [[5, 6]]
