"""One run of a fleet in a process of its own: what it sees, how it ends, what is told of it."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fulfillspec.fleet import conducting
from fulfillspec.fleet.conducting import conduct, environment, missing, variables
from fulfillspec.fleet.plan import Job

ONE = Job("one", "2025-10", needs={"merchant": "ONE_TOKEN"}, reads={"ONE_TOKEN": "ONE_TOKEN"})
OTHER = Job("other", "2025-10", reads={"FULFILLSPEC_MERCHANT_TOKEN": "OTHER_TOKEN"})
ENV = {"PATH": "/bin", "ONE_TOKEN": "1", "OTHER_TOKEN": "2", "FULFILLSPEC_BASE_URL": "http://x", "GITHUB_ACTIONS": "1"}


def test_run_sees_its_own_token_and_no_other(tmp_path: Path) -> None:
    assert environment(ONE, ENV, variables(OTHER)) == {"PATH": "/bin", "ONE_TOKEN": "1"}


def test_token_that_a_target_file_does_not_name_is_given_as_the_actors_own(tmp_path: Path) -> None:
    assert environment(OTHER, ENV, variables(ONE)) == {"PATH": "/bin", "FULFILLSPEC_MERCHANT_TOKEN": "2"}


def test_token_that_is_not_set_is_told_by_its_variable() -> None:
    assert missing(ONE, {}) == (
        "The environment variable ONE_TOKEN, which holds the token of the merchant actor, is not set."
    )
    assert missing(ONE, ENV) == ""


def test_target_that_is_away_is_told_by_its_own_sentence() -> None:
    assert missing(Job("away", "2025-10", unavailable="It is moved today."), ENV) == "It is moved today."


def doing(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(conducting, "command", lambda _, out, __: [sys.executable, "-c", code, str(out)])


VERDICT = "import pathlib, sys; out = pathlib.Path(sys.argv[1]); out.mkdir(); (out / 'results.json').write_text('{}'); "


@pytest.mark.parametrize("status", [0, 1, 5])
def test_run_with_a_verdict_ends_with_its_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    doing(monkeypatch, f"{VERDICT}sys.exit({status})")
    assert conduct(ONE, tmp_path / "run", tmp_path / "target.toml", os.environ).status == status


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("import sys; print('a'); print('ERROR: No token. Set it.', file=sys.stderr); sys.exit(4)", 4, "No token. Set it."),
        ("import sys; sys.exit('something else')", 3, "something else"),
        ("pass", 3, "It ended and said nothing."),
        ("import os; os.kill(os.getpid(), 9)", 2, "It was stopped by signal 9 before it reached a verdict."),
    ],
)  # fmt: skip
def test_run_without_a_verdict_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, status: int, said: str
) -> None:
    doing(monkeypatch, code)
    ended = conduct(ONE, tmp_path / "run", tmp_path / "target.toml", os.environ)
    assert (ended.status, ended.said) == (status, said)


WAITING = (
    "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(2)); print('up', flush=True); time.sleep(600)"
)


def test_run_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    doing(monkeypatch, WAITING)
    ended = conduct(Job("slow", "2025-10", minutes=0.001), tmp_path / "run", tmp_path / "target.toml", os.environ)
    assert (ended.status, ended.said) == (3, "It took longer than 0.001 minutes and was stopped.")


def test_run_that_is_stopped_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    doing(monkeypatch, WAITING)
    up = threading.Event()

    def stopped() -> bool:
        log = tmp_path / "run.log"
        if log.is_file() and log.read_text("utf-8"):
            up.set()
        return up.is_set()

    assert conduct(ONE, tmp_path / "run", tmp_path / "target.toml", os.environ, stopped).status == 2


def test_run_does_not_outlive_who_started_it() -> None:
    """Standard input is the leash: its end interrupts the process, which then cleans up as after any interrupt."""
    code = "import threading, time; from fulfillspec.fleet.leash import held; threading.Thread(target=held).start(); time.sleep(600)"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait() == -signal.SIGTERM
