"""However a run ends, what could be removed is removed, the files say what is left, and no fault of ours is status 1."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.runs import ending, files
from fulfillspec.stage.journal import Journal, JournalEntry, sweep


class Remover:
    """Removes things; the one at `at` ends in `error`."""

    def __init__(self, at: int, error: BaseException) -> None:
        self.at, self.error = at, error
        self.asked: list[int] = []

    def remove(self, entry: JournalEntry) -> str | None:
        self.asked.append(entry.number)
        if entry.number == self.at:
            raise self.error
        return None


def journal_of_three() -> Journal:
    journal = Journal(None)
    for name in "abc":
        journal.created(journal.intend("order", name), name)
    return journal


def test_interrupt_during_clean_up_names_the_rest_as_left() -> None:
    journal, remover = journal_of_three(), Remover(2, KeyboardInterrupt())
    left = sweep(journal, remover)
    assert [(row["id"], row["why"]) for row in left] == [(one, "the clean-up was interrupted") for one in "ba"]
    assert remover.asked == [3, 2]
    assert [entry.id for entry in journal.left()] == ["b", "a"]


def test_removal_that_breaks_off_costs_no_other() -> None:
    left = sweep(journal_of_three(), Remover(3, ValueError("odd")))
    assert left == [{"kind": "order", "id": "c", "why": "its removal broke off: ValueError: odd"}]


@pytest.mark.parametrize("number", ending.SIGNALS)
def test_signals_wait_until_the_files_are_written(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with ending.undisturbed():
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_second_signal_stops_the_clean_up(capsys: pytest.CaptureFixture[str]) -> None:
    with ending.undisturbed(stoppable=True):
        os.kill(os.getpid(), signal.SIGTERM)
        assert "once more" in capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_file_that_cannot_be_written_leaves_the_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.put(tmp_path / "a", "old \ud800")

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        files.put(tmp_path / "a", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old \\ud800"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_evidence_on_a_full_device_lets_the_clean_up_send_its_requests() -> None:
    evidence = Evidence(Path("/dev/full"), Redactor())
    evidence.record(actor="merchant", transport="rest", operation="get", method="GET", url="http://h/")
    evidence.flush()
    assert "No space" in evidence.failure
    evidence.record(actor="merchant", transport="rest", operation="get", method="GET", url="http://h/")
    evidence.close()
    assert evidence.exchanges == 2


@pytest.mark.parametrize("closed", ["2>&-", ">&-", ">/dev/full", "2>/dev/full", "| true"])
def test_stream_that_leads_nowhere_is_not_status_1(tmp_path: Path, closed: str) -> None:
    command = f"{sys.executable} -m fulfillspec requirements --area holds"
    subprocess.run(
        ["sh", "-c", f"{{ {command}; echo $? > {tmp_path}/status; }} {closed}"], capture_output=True, check=False
    )
    assert (tmp_path / "status").read_text() in {"0\n", "3\n"}


def test_line_breaks_between_words_in_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    line = "Cost: about 2,661 requests and 13 orders, if it keeps the limit it announces"
    ending.say(line)
    assert capsys.readouterr().err == f"{line}\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    ending.say(line)
    said = capsys.readouterr().err
    assert said.replace("\n  ", " ") == f"{line}\n"
    assert max(map(len, said.splitlines())) <= 40


def test_wrong_use_is_told_in_the_width_of_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The target is empty. Name the target, or leave it out to test the embedded sandbox."
    assert str(ending.wrong_use(text)) == text
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "50")
    lines = f"ERROR: {ending.wrong_use(text)}".splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= 50
    assert " ".join(line.strip() for line in lines) == f"ERROR: {text}"
