"""A recording of another suite is said to be one, and on request judged by the rules of this one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fulfillspec import verification
from fulfillspec.verification import rejudged

ROW = "FO-CLOSE-STATE"
Json = dict[str, Any]


def of_another_suite(folder: Path, change: Callable[[Json], object] = lambda _: None) -> Path:
    """Let results say that an earlier suite made them, which judged otherwise."""
    path = folder / "results.json"
    told = json.loads(path.read_text("utf-8"))
    told["suite"].update(version="0.0.9", register_digest="0" * 16)
    change(told)
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / "SHA256SUMS").unlink()
    return folder


def row(told: Json) -> Json:
    found: Json = next(one for one in told["requirements"] if one["id"] == ROW)
    return found


def lines(folder: Path) -> list[str]:
    done = verification.verify(folder, rejudge=True)
    return done.rejudged


def test_recording_of_another_suite_is_said(forged: Path) -> None:
    done = verification.verify(of_another_suite(forged))
    assert "it is of another suite: version 0.0.9" in done.disagreements[0].what
    assert any("With --rejudge" in note for note in done.notes)
    assert (done.recomputed, done.rejudged) == (0, [])


def test_verdicts_that_stay_are_counted(forged: Path) -> None:
    done = verification.verify(of_another_suite(forged), rejudge=True)
    assert (done.disagreements, done.changed) == ([], False)
    counted = f"0 changed, 0 new, 0 gone, 0 not judged, {done.requirements} as they were"
    assert done.rejudged == [f"By today's rules: {counted}. The verdict was nonconformant, and stays."]


def test_verdict_that_changes_is_told_with_what_was_received(forged: Path) -> None:
    def acquitted(told: Json) -> None:
        told["deviations"], told["verdict"] = [], "conformant"
        row(told).update(verdict="pass", by_transport={"rest": "pass"})

    log = forged / "evidence.ndjson"
    log.write_text(log.read_text("utf-8").replace('"verdict":"nonconformant"', '"verdict":"conformant"'), "utf-8")
    done = verification.verify(of_another_suite(forged, acquitted), rejudge=True)
    assert done.changed
    first, last = done.rejudged
    assert first.startswith(f"{ROW}: pass → fail (it is judged in another way; documented: close leads to ")
    assert last.startswith("By today's rules: 1 changed, ")
    assert last.endswith("The verdict was conformant, and would be nonconformant.")
    assert "by the rules of this suite its verdicts change" in verification.in_words(done, forged)


def test_row_that_was_changed_is_the_reason(forged: Path) -> None:
    found = of_another_suite(forged, lambda told: row(told).update(verdict="warn", level="should"))
    assert lines(found)[0].startswith(f"{ROW}: warn → fail (its level changed; ")


def test_new_rows_and_rows_that_are_gone_are_told(forged: Path) -> None:
    def other_rows(told: Json) -> None:
        told["requirements"].append({**row(told), "id": "FO-CLOSE-LONG-AGO", "verdict": "pass"})
        told["requirements"].remove(row(told))
        told["deviations"] = []

    told = lines(of_another_suite(forged, other_rows))
    assert told[0].startswith(f"{ROW}: new → fail (")
    assert told[1] == "FO-CLOSE-LONG-AGO: was pass, and this suite has no such row"
    assert "0 changed, 1 new, 1 gone" in told[-1]


def test_request_that_was_not_recorded_judges_nothing(forged: Path) -> None:
    path = forged / "evidence.ndjson"
    text = path.read_text("utf-8")
    path.write_text(text.replace("/close.json", "/shut.json"), "utf-8")
    done = verification.verify(of_another_suite(forged), rejudge=True)
    assert done.rejudged[0].startswith(f"{ROW}: fail → not judged (the recording has no such request of service in ")
    assert not done.changed


@pytest.mark.parametrize(
    ("name", "content"),
    [("times.ndjson", "{}\n"), ("times.ndjson", None), ("evidence.ndjson", '{"schema":"fulfillspec/evidence/1"}\n')],
)
def test_recording_that_cannot_be_asked_is_a_sentence(name: str, content: str | None, forged: Path) -> None:
    (forged / name).unlink()
    if content is not None:
        (forged / name).write_text(content, "utf-8")
    told = json.loads((forged / "results.json").read_text("utf-8"))
    found = list(rejudged.rejudge(forged, told).lines())
    assert len(found) == 1
    assert found[0].startswith("By today's rules nothing could be judged: the cases cannot be asked over it again: ")
