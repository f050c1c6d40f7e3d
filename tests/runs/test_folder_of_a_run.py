"""The folder of a run: what an earlier run left there is not lost."""

from pathlib import Path

import pytest

from fulfillspec.runs.plan import Plan
from fulfillspec.runs.run import Run
from fulfillspec.stage.journal import Journal
from fulfillspec.target.probe import NotUsable
from fulfillspec.target.profile import ActorSettings, Target

TARGET = Target("http://127.0.0.1:9", actors={"merchant": ActorSettings("merchant", "merchant-token")})


def written(folder: Path, *, removed: bool) -> str:
    journal = Journal(folder / "journal.ndjson")
    number = journal.intend("order", "tag")
    journal.created(number, "9")
    if removed:
        journal.gone(number)
    journal.close()
    return (folder / "journal.ndjson").read_text("utf-8")


def test_journal_that_has_something_left_is_not_written_over(tmp_path: Path) -> None:
    before = written(tmp_path, removed=False)
    with pytest.raises(NotUsable, match=r"left 1 thing behind .*fulfillspec sweep .* or name another folder"):
        Run(Plan(TARGET, tmp_path))
    assert (tmp_path / "journal.ndjson").read_text("utf-8") == before
    assert not (tmp_path / "evidence.ndjson").exists()


def test_folder_of_a_run_that_removed_everything_is_used_again(tmp_path: Path) -> None:
    written(tmp_path, removed=True)
    (tmp_path / "reproduce").mkdir()
    (tmp_path / "reproduce" / "FO-ACCEPT-STATE-1.sh").write_text("#!/bin/sh\n", "utf-8")
    (tmp_path / "reproduce" / "mine.txt").write_text("kept", "utf-8")
    Run(Plan(TARGET, tmp_path)).abandon()
    assert (tmp_path / "journal.ndjson").read_text("utf-8") == ""
    assert [path.name for path in (tmp_path / "reproduce").iterdir()] == ["mine.txt"]


def test_line_of_a_journal_that_was_cut_is_passed_over(tmp_path: Path) -> None:
    text = written(tmp_path, removed=False)
    (tmp_path / "journal.ndjson").write_text(text + '{"number": 1, "go', "utf-8")
    assert [entry.id for entry in Journal.left_in(tmp_path / "journal.ndjson")] == ["9"]
    assert Journal.left_in(tmp_path / "none.ndjson") == []
