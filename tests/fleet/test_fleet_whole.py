"""A fleet from its file to its board, with canned runs: what is kept, what is run again, what stops nothing."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from fleets import BAD, GOOD, Canned, described, of, run, sandboxes

from fulfillspec.fleet import whole as module
from fulfillspec.fleet.conducting import RunEnd
from fulfillspec.fleet.local import LocalWorkers
from fulfillspec.fleet.plan import Job
from fulfillspec.fleet.site import Site, SiteInUse

THREE = sandboxes("a", "b", "c")


def test_run_that_cannot_start_is_a_row_and_ends_nothing(tmp_path: Path) -> None:
    board = run(tmp_path, THREE, Canned({"a": GOOD, "c": BAD}))
    assert [(row.job.target, row.verdict, row.said) for row in board.rows] == [
        ("a", "conformant", ""),
        ("b", "could not run", "The target is not up."),
        ("c", "nonconformant", ""),
    ]
    assert board.status == 1


@pytest.mark.parametrize(
    ("words", "status"), [({"a": GOOD, "b": GOOD}, 0), ({"a": GOOD, "b": BAD}, 1), ({"a": GOOD}, 4), ({"b": BAD}, 1)]
)
def test_exit_status_is_that_of_the_worst_row(tmp_path: Path, words: dict[str, object], status: int) -> None:
    assert run(tmp_path, sandboxes("a", "b"), Canned(words)).status == status  # type: ignore[arg-type]


def test_what_came_to_a_verdict_is_kept_and_the_rest_is_tried_again(tmp_path: Path) -> None:
    run(tmp_path, THREE, Canned({"a": GOOD, "c": BAD}))
    again = Canned()
    board = run(tmp_path, THREE, again)
    assert again.ran == ["b@2025-10"]
    assert [row.verdict for row in board.rows] == ["conformant", "conformant", "nonconformant"]


def test_fresh_runs_everything_again(tmp_path: Path) -> None:
    run(tmp_path, THREE, Canned())
    again = Canned()
    run(tmp_path, THREE, again, fresh=True)
    assert again.ran == ["a@2025-10", "b@2025-10", "c@2025-10"]


def test_target_that_is_described_otherwise_is_run_again(tmp_path: Path) -> None:
    run(tmp_path, THREE, Canned())
    again = Canned()
    run(tmp_path, THREE.replace('name = "b"', 'name = "b"\nareas = ["closing"]'), again)
    assert again.ran == ["b@2025-10"]


def test_run_whose_results_are_gone_is_done_again(tmp_path: Path) -> None:
    board = run(tmp_path, THREE, Canned())
    assert board.rows[1].record
    (tmp_path / "site" / board.rows[1].record.folder / "results.json").unlink()
    again = Canned()
    run(tmp_path, THREE, again)
    assert again.ran == ["b@2025-10"]


def test_folder_is_called_by_the_build_and_never_used_twice(tmp_path: Path) -> None:
    text = sandboxes("a", more='build = "v1.2"\n')
    folders = [run(tmp_path, text, Canned(), fresh=True).rows[0].record for _ in range(3)]
    assert [record.folder for record in folders if record] == [
        "runs/a/2025-10/v1.2",
        "runs/a/2025-10/v1.2-2",
        "runs/a/2025-10/v1.2-3",
    ]


def test_fleet_that_is_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    stopped = Canned()
    stopped.before = lambda job: os.kill(os.getpid(), signal.SIGTERM) if job.target == "b" else None
    board = run(tmp_path, THREE, stopped)
    assert board.status == 2
    assert [row.verdict for row in board.rows] == ["conformant", "conformant", "not run"]
    rest = Canned()
    board = run(tmp_path, THREE, rest)
    assert rest.ran == ["c@2025-10"]
    assert board.status == 0
    lines = (tmp_path / "site" / "history.ndjson").read_text("utf-8").splitlines()
    assert [json.loads(line)["target"] for line in lines] == ["a", "b", "c"]


def test_run_that_was_broken_off_leaves_no_row(tmp_path: Path) -> None:
    whole = of(tmp_path, described(tmp_path, sandboxes("a")))

    def broken_off(*_: object) -> RunEnd:
        os.kill(os.getpid(), signal.SIGTERM)
        return RunEnd(2, "It was stopped.")

    with whole.site.open(fresh=False):
        board = whole.run(lambda _: LocalWorkers(1, lambda job, stopped: _until(stopped, broken_off)))
    assert [row.verdict for row in board.rows] == ["not run"]
    assert board.status == 2


def _until(stopped: object, then: object) -> RunEnd:
    ended: RunEnd = then()  # type: ignore[operator]
    while not stopped():  # type: ignore[operator]
        time.sleep(0.01)
    return ended


def test_what_a_run_left_that_was_broken_off_is_removed_before_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No signal reaches a run whose machine goes down: its journal stays, without a record that it ended."""
    whole = of(tmp_path, described(tmp_path, "[[target]]\nname = 'a'\nbase_url = 'http://127.0.0.1:9'\n"))
    left = tmp_path / "site" / "runs" / "a" / "2025-10" / "before"
    left.mkdir(parents=True)
    (left / "journal.ndjson").write_text("", "utf-8")
    done: list[str] = []

    def swept(folder: Path, *_: object) -> RunEnd:
        done.append(f"swept {folder.name}")
        return RunEnd(2, "It was broken off.")

    def conducted(*_: object) -> RunEnd:
        done.append("run")
        return RunEnd(4, "The target is not up.")

    monkeypatch.setattr(module, "sweep", swept)
    monkeypatch.setattr(module, "conduct", conducted)
    for _ in range(2):
        with whole.site.open():
            board = whole.run(lambda fleet: LocalWorkers(1, fleet.conduct))
    assert done == ["swept before", "run", "run"]
    assert board.rows[0].said == "The target is not up."


def test_two_fleets_do_not_write_to_one_folder(tmp_path: Path) -> None:
    with (
        Site(tmp_path).open(fresh=False),
        pytest.raises(SiteInUse, match="Another fleet"),
        Site(tmp_path).open(fresh=False),
    ):
        pass  # pragma: no cover


class Together:
    """Notes which jobs run at the same time."""

    def __init__(self, wait_for: int = 1) -> None:
        self.now: list[Job] = []
        self.stores: list[list[str]] = []
        self.most = 0
        self._lock, self._met = threading.Lock(), threading.Barrier(wait_for)

    def conduct(self, job: Job, _: object) -> RunEnd:
        with self._lock:
            self.now.append(job)
            self.most = max(self.most, len(self.now))
            self.stores.append([one.store for one in self.now])
        if self._met.parties > 1:
            self._met.wait()
        with self._lock:
            self.now.remove(job)
        return RunEnd(0)


def spread(workers: int, cores: int, jobs: list[Job], seen: Together) -> list[str]:
    ended: list[str] = []
    LocalWorkers(workers, seen.conduct, cores).run(
        jobs, lambda _: None, lambda job, _: ended.append(job.id), threading.Event()
    )
    return ended


def test_runs_of_different_stores_overlap() -> None:
    seen = Together(wait_for=3)
    ended = spread(3, 1, [Job(name, "2025-10", store=name) for name in "abc"], seen)
    assert sorted(ended) == ["a@2025-10", "b@2025-10", "c@2025-10"]
    assert seen.most == 3


def test_two_runs_of_one_store_never_overlap() -> None:
    seen = Together()
    found = [Job(f"{store}{number}", "2025-10", store=store) for number in range(8) for store in "ab"]
    assert len(spread(6, 1, found, seen)) == 16
    assert [stores for stores in seen.stores if len(set(stores)) < len(stores)] == []


def test_runs_that_use_this_machine_wait_for_a_core() -> None:
    seen = Together()
    spread(8, 2, [Job(str(number), "2025-10", busy=True) for number in range(10)], seen)
    assert seen.most <= 2
