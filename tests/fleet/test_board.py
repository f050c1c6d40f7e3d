"""The board: its figures, its movement and history, its page and badges."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import stored_results as made
from fleets import BAD, GOOD, Canned, run, sandboxes

from fulfillspec.documents import paths
from fulfillspec.fleet import history
from fulfillspec.fleet.figures import Figures, by_level
from fulfillspec.fleet.page import ordered
from fulfillspec.fleet.trend import line
from fulfillspec.reporting.run import parse
from fulfillspec.verdicts.results import AT_CERTIFY, NO_TRANSPORT, NOT_SELECTED, OTHER_VERSION

MUSTS = [one.id for one in made.KNOWN.requirements.values() if one.level == "must"][:12]


def figures(*rows: tuple[str, str | None]) -> Figures:
    """Return the figures of musts with these verdicts and reasons."""
    results = made.results({identity: {"rest": "pass"} for identity in MUSTS[: len(rows)]})
    for row, (verdict, reason) in zip(results["requirements"], rows, strict=True):
        row |= {"verdict": verdict, "reason": reason}
    return by_level(parse(results))["must"]


def test_divergence_is_of_what_was_judged() -> None:
    assert figures(("fail", None), ("pass", None), ("inconclusive", "no order")).divergence == (1, 2)


def test_coverage_is_of_what_is_documented() -> None:
    counted = figures(
        ("pass", None),
        ("inconclusive", "no order"),
        ("not-applicable", "the area is not claimed"),
        ("not-applicable", NO_TRANSPORT),
        ("not-applicable", f"{OTHER_VERSION} 2025-10"),
        ("not-tested", "HTTP cannot show it"),
    )
    assert counted.coverage == (2, 4)


def test_proof_is_of_what_applies() -> None:
    counted = figures(("pass", None), ("fail", None), ("inconclusive", "no order"), ("not-tested", AT_CERTIFY))
    assert counted.proof == (2, 4)


def test_what_a_run_was_told_to_leave_out_counts_nowhere() -> None:
    counted = figures(("pass", None), ("not-tested", NOT_SELECTED), ("not-applicable", NO_TRANSPORT))
    assert counted == Figures(documented=1, implemented=1, judged=1, deviating=0)


def test_a_may_that_is_not_followed_is_no_divergence() -> None:
    may = next(one.id for one in made.KNOWN.requirements.values() if one.level == "may")
    counted = by_level(parse(made.results({may: {"rest": "warn"}})))
    assert {one.deviating for one in counted.values()} == {0}


def test_board_follows_its_published_schema(tmp_path: Path) -> None:
    schema = json.loads((paths.schemas() / "board.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    run(tmp_path, sandboxes("a", "b", "c"), Canned({"a": GOOD, "b": BAD}))
    run(tmp_path, sandboxes("a", "b", "c", "d"), Canned({"a": BAD, "b": GOOD, "c": GOOD}), fresh=True)
    board = json.loads((tmp_path / "site" / "board.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(board)
    assert [row["verdict"] for row in board["rows"]] == ["nonconformant", "conformant", "conformant", "could not run"]
    assert board["rows"][0]["movement"]["new"] == [made.MUST]
    assert board["rows"][1]["movement"]["fixed"] == [made.MUST]


def test_movement_is_against_the_run_before_that_was_judged(tmp_path: Path) -> None:
    for words in ({"a": BAD}, {}, {"a": GOOD}):
        board = run(tmp_path, sandboxes("a"), Canned(words), fresh=True)
    moved = board.rows[0].movement
    assert moved is not None
    assert (moved.new, moved.fixed, moved.comparable) == ((), (made.MUST,), True)


def test_deviation_that_is_not_judged_any_more_is_not_called_fixed(tmp_path: Path) -> None:
    run(tmp_path, sandboxes("a"), Canned({"a": BAD}))
    without: made.Words = {**GOOD, made.MUST: {"rest": "inconclusive"}}
    board = run(tmp_path, sandboxes("a"), Canned({"a": without}), fresh=True)
    assert board.rows[0].movement
    assert board.rows[0].movement.fixed == ()


def test_history_is_only_added_to(tmp_path: Path) -> None:
    run(tmp_path, sandboxes("a", "b"), Canned())
    file = tmp_path / "site" / history.NAME
    before = file.read_bytes()
    run(tmp_path, sandboxes("a", "b"), Canned())
    assert file.read_bytes() == before
    run(tmp_path, sandboxes("a", "b"), Canned(), fresh=True)
    assert file.read_bytes().startswith(before)
    assert len(history.read(tmp_path / "site")) == 4


def test_history_whose_last_line_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    run(tmp_path, sandboxes("a"), Canned())
    file = tmp_path / "site" / history.NAME
    cut = file.read_bytes() + b'{"at": "2026-01-0'
    file.write_bytes(cut)
    run(tmp_path, sandboxes("a"), Canned(), fresh=True)
    assert file.read_bytes().startswith(cut + b"\n")
    assert len(history.read(tmp_path / "site")) == 2


def test_trend_shows_the_share_of_musts_that_deviate(tmp_path: Path) -> None:
    for words in (BAD, BAD, GOOD):
        board = run(tmp_path, sandboxes("a"), Canned({"a": words}), fresh=True)
    drawn = line(board.rows[0].past)
    assert drawn is not None
    heights = [y for _, y in drawn.points]
    assert heights[0] == heights[1] < heights[2]
    assert drawn.said == "musts that deviate, by run: 1 of 2, 1 of 2, 0 of 2"
    assert line(()) is None


def test_gravest_target_comes_first_and_its_versions_together(tmp_path: Path) -> None:
    versions = 'versions = ["2024-10", "2025-10"]\n'
    board = run(tmp_path, sandboxes("a", "b", "c", more=versions), Canned({"a": GOOD, "c": BAD}))
    assert [row.job.id for row in ordered(board)] == [
        "c@2025-10", "c@2024-10", "b@2025-10", "b@2024-10", "a@2025-10", "a@2024-10",
    ]  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> str:
    text = 'title = "Ours & <theirs>"\n' + sandboxes("a", "b", more='versions = ["2025-10", "2024-10"]\n')
    run(tmp_path, text, Canned({"a": BAD}))
    return (tmp_path / "site" / "index.html").read_text("utf-8")


def test_page_says_all_without_its_script_and_admits_no_other(page: str) -> None:
    head, _, script = page.partition("<script>")
    assert "1 of" not in head.partition("<h1>")[0]
    assert "Ours &amp; &lt;theirs&gt;" in head
    assert "The target is not up." in head
    assert head.count('<a href="runs/a/') >= 2
    assert "script-src 'sha256-" in head
    assert script.count("<script") == 0
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_page_has_a_table_for_each_figure_and_one_for_versions(page: str) -> None:
    for name in ("Divergence by area", "Coverage by area", "Proof by area", "Versions side by side"):
        assert f">{name}</h2>" in page
    assert page.count("<caption>") == 6


def test_badges_of_a_target(tmp_path: Path) -> None:
    run(tmp_path, sandboxes("a", "b", "c", more='versions = ["2025-10", "2024-10"]\n'), Canned({"a": GOOD, "b": BAD}))
    badges = tmp_path / "site" / "badges"
    told: dict[str, Any] = {file.stem: json.loads(file.read_text("utf-8")) for file in badges.glob("*.json")}
    assert told["a"] == {
        "schemaVersion": 1, "label": "a", "message": "conformant · 2025-10, 2024-10", "color": "0a6b3b",
    }  # fmt: skip
    assert told["b"]["message"] == "nonconformant · 1 of 2 musts deviate · 2025-10, 2024-10"
    assert told["c"]["message"] == "could not run · 2025-10, 2024-10"
    assert "nonconformant" in (badges / "b.svg").read_text("utf-8")
