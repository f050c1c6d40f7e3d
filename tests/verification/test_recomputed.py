"""A stored run judged again as a whole: what was forged after it is found by asking the same cases over the recording."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_run import run

from fulfillspec import verification
from fulfillspec.evidence import times
from fulfillspec.verification import log, recomputed

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose one deviation only the steps show, not a single answer."""
    folder = tmp_path_factory.mktemp("recorded") / "run"
    return run(folder, "--bare", "--only=FO-CLOSE-STATE", "--sandbox-mutant=close-completes")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("other") / "run", "--bare", "--only=FO-CLOSE-STATE")


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


def found(folder: Path) -> list[str]:
    """Return what the log, and the cases asked over it, say against the results."""
    told = json.loads((folder / "results.json").read_text("utf-8"))
    said = [*log.read(folder / log.FILE)[1], *recomputed.again(folder, told).disagreements]
    assert all("Traceback" not in one.what for one in said)
    return [f"{one.where}: {one.what}" for one in said]


def test_every_row_is_recomputed(made: Path) -> None:
    told = json.loads((made / "results.json").read_text("utf-8"))
    assert [row["requirement"] for row in told["deviations"]] == ["FO-CLOSE-STATE"]
    again = recomputed.again(made, told)
    assert again.disagreements == []
    assert again.same == again.rows == len(told["requirements"])
    assert again.results == told


def results(change: Callable[[dict[str, Any]], None], folder: Path) -> None:
    path = folder / "results.json"
    told = json.loads(path.read_text("utf-8"))
    change(told)
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


def test_dropped_deviation_is_found(copy: Path) -> None:
    def acquit(told: dict[str, Any]) -> None:
        told["deviations"] = []
        row = next(row for row in told["requirements"] if row["id"] == "FO-CLOSE-STATE")
        row |= {"verdict": "pass", "by_transport": {"rest": "pass"}, "reason": None}
        told["verdict"] = "conformant"

    results(acquit, copy)
    said = found(copy)
    assert "results.json: FO-CLOSE-STATE is pass, the recording comes to fail" in said
    assert any("the recording shows a deviation that results.json does not name" in one for one in said)


def test_invented_deviation_is_found(copy: Path) -> None:
    def accuse(told: dict[str, Any]) -> None:
        told["deviations"].append({**told["deviations"][0], "received": "something worse"})

    results(accuse, copy)
    assert any("the recording does not show this deviation" in one for one in found(copy))


def edited(folder: Path, change: Callable[[Rows, int], None]) -> None:
    """Change the log at the list after the close, count its exchanges anew, and let the results follow the count."""
    path = folder / "evidence.ndjson"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    close = next(place for place, row in enumerate(rows) if row.get("operation") == "close")
    change(rows, close + 1)
    exchanges = [row for row in rows if "n" in row]
    for number, row in enumerate(exchanges, 1):
        row["n"] = number
    rows[-1]["exchanges"] = len(exchanges)
    path.write_text("".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows), "utf-8")
    results(lambda told: told.update(exchanges=len(exchanges)), folder)


def swap(rows: Rows, place: int) -> None:
    rows[place - 1], rows[place] = rows[place], rows[place - 1]


def close_state(rows: Rows, place: int) -> None:
    response = rows[place]["response"]
    response["body"] = response["body"].replace('"status":"closed"', '"status":"incomplete"')


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (close_state, "the recording does not show this deviation"),
        (lambda rows, place: rows.pop(place), "FO-CLOSE-STATE is fail, the recording comes to inconclusive"),
        (lambda rows, place: rows.insert(place, json.loads(json.dumps(rows[place]))), "the cases come to exchange"),
        (swap, "the cases come to exchange"),
        (
            lambda rows, place: rows[place].update(ms=rows[place]["ms"] + 900),
            "costs is not what the recording comes to",
        ),
    ],
    ids=["changed", "removed", "doubled", "reordered", "slower"],
)
def test_exchange_that_was_forged_is_found(change: Callable[[Rows, int], None], said: str, copy: Path) -> None:
    edited(copy, change)
    assert any(said in one for one in found(copy)), found(copy)


def test_exchange_of_another_run_is_found(copy: Path, other: Path) -> None:
    rows = [json.loads(line) for line in (other / "evidence.ndjson").read_text("utf-8").splitlines()]
    place = next(place for place, row in enumerate(rows) if row.get("operation") == "close") + 1
    edited(copy, lambda mine, at: mine[at].update({**rows[place], "case": mine[at]["case"]}))
    assert any("has another token than the exchanges of merchant before it" in one for one in found(copy))


def first_line(change: Callable[[dict[str, Any]], None], folder: Path) -> None:
    path = folder / times.FILE
    head, _, rest = path.read_text("utf-8").partition("\n")
    told = json.loads(head)
    change(told)
    path.write_text(json.dumps(told) + "\n" + rest, "utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told["plan"].update(only=["FO-HOLD-STATE"]), "the cases"),
        (lambda told: told["plan"].update(depth="deep"), "times.ndjson does not begin as we write it: $.plan.depth"),
        (lambda told: told["plan"]["target"].update(base_url="http://["), "target is not what the recording"),
        (lambda told: told["plan"]["selection"].update(cases=["../../etc", "-p x"]), "cannot be asked over it again"),
        (lambda told: told.pop("plan"), "times.ndjson does not begin as we write it"),
        (lambda told: told.update(schema="x"), "times.ndjson does not begin with the schema"),
    ],
    ids=["other-cases", "no-depth", "no-url", "elsewhere", "no-plan", "no-schema"],
)
def test_plan_that_was_crafted_is_a_sentence(change: Callable[[dict[str, Any]], None], said: str, copy: Path) -> None:
    first_line(change, copy)
    assert any(said in one for one in found(copy)), found(copy)


def test_run_without_times_says_what_was_not_recomputed(copy: Path) -> None:
    (copy / times.FILE).unlink()
    done = verification.verify(copy)
    assert done.recomputed == 0
    assert any("were not made anew" in note for note in done.notes)
