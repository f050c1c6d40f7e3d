"""The folder of a run: what an earlier run left there is not lost."""

from pathlib import Path

import pytest

from fulfillspec.runs import finishing
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


def used(folder: Path) -> dict[str, str]:
    """Make a folder that an earlier run and its user wrote to; return what is in it."""
    written(folder, removed=True)
    (folder / "reproduce").mkdir()
    for name in ("results.json", "evidence.ndjson", "reproduce/FO-ACCEPT-STATE-1.sh", "reproduce/mine.txt", "mine.txt"):
        (folder / name).write_text(f"{name} by somebody earlier", "utf-8")
    return contents(folder)


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def test_run_that_cannot_begin_leaves_what_an_earlier_one_wrote(tmp_path: Path) -> None:
    before = used(tmp_path)
    run = Run(Plan(TARGET, tmp_path))
    assert not (tmp_path / "results.json").exists()
    with pytest.raises(NotUsable):
        run.ask()
    run.abandon()
    assert contents(tmp_path) == before
    assert not (tmp_path / ".earlier").exists()


def test_run_that_began_leaves_nothing_of_an_earlier_one(tmp_path: Path) -> None:
    used(tmp_path)
    run = Run(Plan(TARGET, tmp_path))
    run.clean_up()
    finishing.finish(run, aborted=True)
    found = contents(tmp_path)
    assert (found["mine.txt"], found["reproduce/mine.txt"]) == (
        "mine.txt by somebody earlier",
        "reproduce/mine.txt by somebody earlier",
    )
    assert {name for name, text in found.items() if "by somebody earlier" in text} == {"mine.txt", "reproduce/mine.txt"}
    assert not {name for name in found if name.startswith((".earlier", "reproduce/FO"))}


def test_run_that_could_not_begin_in_a_new_folder_leaves_its_evidence(tmp_path: Path) -> None:
    Run(Plan(TARGET, tmp_path / "new")).abandon()
    assert {"evidence.ndjson", "journal.ndjson"} <= {path.name for path in (tmp_path / "new").iterdir()}


def test_link_in_the_place_of_what_is_set_aside_leads_nowhere(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "results.json").write_text("another's", "utf-8")
    (tmp_path / "out").mkdir()
    before = used(tmp_path / "out")
    (tmp_path / "out" / ".earlier").symlink_to(other)
    Run(Plan(TARGET, tmp_path / "out")).abandon()
    assert contents(tmp_path / "out") == before
    assert contents(other) == {"results.json": "another's"}


def test_line_of_a_journal_that_was_cut_is_passed_over(tmp_path: Path) -> None:
    text = written(tmp_path, removed=False)
    (tmp_path / "journal.ndjson").write_text(text + '{"number": 1, "go', "utf-8")
    assert [entry.id for entry in Journal.left_in(tmp_path / "journal.ndjson")] == ["9"]
    assert Journal.left_in(tmp_path / "none.ndjson") == []
